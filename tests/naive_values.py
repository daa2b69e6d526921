"""Facts as a case file writes them (YAML, all of it text), as values for the naive evaluator."""

import re
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import yaml
from naive_dates import DAY, TODAY
from naive_facts import NOT_APPLICABLE, facts_of
from naive_logic import Unread
from naive_model import Fact, Standard, Value
from naive_numbers import ratio
from naive_options import names_of
from naive_words import LONG_TIME, MONEY, SHORT_TIME, flat, number

ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
#: Reserved names of a fact file that are no facts.
OTHERS = {"评价对象", "行政区划"}


def values(standard: Standard, text: str) -> dict[str, Value]:
    """The facts that are given; a name without a value is left out."""
    given: dict[str, Any] = yaml.load(text, yaml.BaseLoader) or {}
    specs = {flat(fact.name): fact for fact in facts_of(standard)}
    found: dict[str, Value] = {}
    for name, value in given.items():
        if isinstance(value, dict):
            value = value.get("值", value.get("分值"))
        if value in (None, "", "null") or name in OTHERS:
            continue
        if name == TODAY:
            found[name] = _day(value)
            continue
        spec = specs.get(flat(name))
        if spec is None:
            raise Unread(f"no such fact: {name}")
        found[spec.name] = _value(standard, spec, value)
    return found


def _day(words: str) -> date:
    printed = re.fullmatch(DAY, words)
    if printed:
        return date(int(printed["y"]), int(printed["m"]), int(printed["d"]))
    return date.fromisoformat(words)


def _value(standard: Standard, fact: Fact, value: Any) -> Value:
    if value == NOT_APPLICABLE:
        return NOT_APPLICABLE
    dated = any(q.source == fact.name and q.kind in ("近", "连") for q in standard.questions.values())
    if isinstance(value, list) or (dated and ISO.search(value) and fact.type != "日期"):
        return _items(value if isinstance(value, list) else [value], dated)
    words = flat(value)
    if words in ("是", "否"):
        return words == "是"
    if fact.type == "选项":
        names = names_of(standard, fact.name)
        if words not in names:
            raise Unread(f"not an option: {value}")
        return names[words]
    if fact.type == "日期":
        return _day(value)
    if words == "无":
        return 0
    if fact.type == "清单" and not words.isdigit():
        return len(set(words.split("、")))
    if fact.unit == "比":
        if (given := ratio(words)) is None:
            raise Unread(f"one number for a ratio: {value}")
        return given
    total = Fraction(0)
    for sign, digits, unit in re.findall(r"(-?)(\d+(?:\.\d+)?[万亿]?)([^\d-]*)", words):
        total += (-1 if sign else 1) * _in_unit(number(digits), unit, fact.unit)
    return total


def _in_unit(value: Fraction, unit: str, own: str) -> Fraction:
    if unit == "%":
        return value / 100
    for scale in (MONEY, LONG_TIME, SHORT_TIME):
        if unit in scale and own in scale:
            return value * scale[unit] / scale[own]
    return value


def _items(items: list[str], dated: bool) -> Value:
    """Named items once each, or the days of dated ones: the same date, or name and date, is one item."""
    if not dated:
        return len({flat(item) for item in items})
    found: set[tuple[str, date]] = set()
    for item in items:
        days = [date(int(y), int(m), int(d)) for y, m, d in ISO.findall(item)]
        name = flat(ISO.sub("", item))
        if len(days) == 2:
            span = (days[1] - days[0]).days
            found |= {("", days[0] + timedelta(days=n)) for n in range(span + 1)}
        else:
            found.add((name, days[0]))
    return tuple(sorted(day for _, day in found))
