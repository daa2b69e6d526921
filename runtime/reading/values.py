"""One typed text -> one exact value of a fact. Pure functions; a mistake comes back as a :class:`Fault`."""

import datetime
import re
from collections.abc import Sequence
from fractions import Fraction

from attrs import evolve, frozen

from zhunsheng.runtime.dates import read_date, read_dated_items
from zhunsheng.runtime.facts import FactSpec, FactType, Value
from zhunsheng.runtime.numbers import MAX_DIGITS, RATIO, percent, ratio, shown
from zhunsheng.runtime.reading.quantities import Fault, Quantity, foreign_unit, read_quantity, unit_of
from zhunsheng.runtime.reading.typed_text import name_key, option_named, quoted, typed
from zhunsheng.runtime.support import NA

_YES = frozenset({"是", "有", "√", "✓", "✔", "☑", "true", "yes", "y"})
_NO = frozenset({"否", "无", "没有", "×", "✗", "✘", "false", "no", "n"})
_NONE = frozenset({"无", "没有"})
#: What people type where they have nothing to name.
_NO_NAMES = frozenset("- -- — —— / \\ 暂无 未提供 不清楚 不详 未建立 若干 一些 多个 略".split())
_UNKNOWN = frozenset({"", "未知", "待补"})
_NOT_APPLICABLE = frozenset({"不适用", "na", "n/a"})
_ITEMS_END = re.compile("[、;；\r\n]")
_DATED_ITEMS_END = re.compile("[、;；,，\r\n]")
#: Units that show a number was meant where a 清单 holds one text.
_COUNTERS = frozenset("个家种项次人名件条份户场天篇套台期年月日位批类")


@frozen
class Reading:
    """A value that was read; `value` is None where the fact is unknown. The rest as in an ``Entry``."""

    value: Value | None
    places: int | None = None
    items: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    dates: tuple[datetime.date, ...] | None = None


def read_value(text: str, spec: FactSpec) -> Reading | Fault:
    """Reads what was typed for a fact."""
    word = typed(text).casefold()
    if word in _UNKNOWN:
        return Reading(None)
    if word in _NOT_APPLICABLE:
        return Reading(NA) if spec.allows_na else _not_applicable(spec)
    if spec.type.truth:
        return _read_truth(word)
    if spec.type is FactType.CHOICE:
        return _read_choice(text, spec)
    if spec.type is FactType.DATE:
        date = read_date(text)
        return date if isinstance(date, Fault) else Reading(date)
    if spec.type is FactType.LIST:
        return _read_dated(text, spec) if spec.dated else _read_list(text, spec)
    if _counts_as_zero(word, spec):
        return _within(Reading(0), spec)
    quantity = read_quantity(text, spec)
    return quantity if isinstance(quantity, Fault) else _checked(quantity.value, quantity.places, spec)


def read_number(value: Fraction, spec: FactSpec) -> Reading | Fault:
    """Checks an exact number that a Python caller gave, in the value's own terms (86% is 43/50)."""
    if max(abs(value.numerator), value.denominator) >= 10**MAX_DIGITS:
        return too_long()
    return _checked(value, None, spec)


def too_long() -> Fault:
    """The fault of a number that is refused before any arithmetic."""
    return Fault("ZS0932", f"这个数太长（超过{MAX_DIGITS}位）", "检查是否多打了数字")


def read_items(names: Sequence[str], spec: FactSpec) -> Reading | Fault:
    """Counts the distinct names of a 清单; width and spaces make no difference."""
    if spec.dated:
        found = read_dated_items(names)
        if isinstance(found, Fault):
            return found
        return _within(
            Reading(len(found.dates), items=found.items, repeated=found.repeated, dates=found.dates), spec
        )
    distinct: dict[str, str] = {}
    repeated: dict[str, str] = {}
    for position, name in enumerate(names, start=1):
        key = name_key(name)
        if _no_name(key):
            return _not_named(name.strip())
        if not key:
            return Fault("ZS0945", f"第{position}项是空的", "写上名称，或删去这一项")
        if key in distinct:
            repeated.setdefault(key, distinct[key])
        else:
            distinct[key] = name.strip()
    reading = Reading(len(distinct), items=tuple(distinct.values()), repeated=tuple(repeated.values()))
    return _within(reading, spec)


def _no_name(word: str) -> bool:
    """Whether a word names no item of a 清单: a yes or no, a stroke for nothing, the text of a formula."""
    return word in _YES | _NO | _NO_NAMES or word.startswith("=") or not any(c.isalnum() for c in word)


def _not_named(text: str) -> Fault:
    return Fault("ZS0945", f"“{text}”不是清单里的名称", "写各项的名称，或写个数；没有的写0，不知道的空着")


def range_text(spec: FactSpec) -> str:
    """The bounds of a fact for people (0～20分, 不低于60%), empty without bounds."""
    unit = unit_of(spec)

    def end(value: Fraction) -> str:
        if unit == RATIO:
            return ratio(value) if value else "0"
        return percent(value) if unit == "%" else shown(value, unit)

    if spec.or_zero:
        own = range_text(evolve(spec, or_zero=False))
        return f"0或{end(spec.low)}" if spec.low is not None and spec.low == spec.high else f"0，或{own}"
    if spec.low is not None and spec.high is not None:
        low = end(spec.low) if unit in ("%", RATIO) else shown(spec.low)
        return f"{low}～{end(spec.high)}"
    if spec.low is not None:
        return f"不低于{end(spec.low)}"
    return f"不超过{end(spec.high)}" if spec.high is not None else ""


# -- By type


def _not_applicable(spec: FactSpec) -> Fault:
    other = "填“是”或“否”" if spec.type.truth else "如实填写"
    return Fault("ZS0942", "该数据项不能填“不适用”", f"{other}；不知道就留空")


def _read_truth(word: str) -> Reading | Fault:
    if word in _YES:
        return Reading(True)
    if word in _NO:
        return Reading(False)
    return Fault("ZS0943", "不是“是”或“否”", "填“是”或“否”；不知道就留空")


def _read_choice(text: str, spec: FactSpec) -> Reading | Fault:
    choice = option_named(spec.choices, text)
    if choice is not None:
        return Reading(choice)
    choices = "、".join(quoted(choice) for choice in spec.choices)
    return Fault("ZS0944", "不在选项之内", f"从{choices}中选一个")


def _counts_as_zero(word: str, spec: FactSpec) -> bool:
    return (spec.type is FactType.COUNT and word in _NONE) or (
        spec.type is FactType.POINTS and word in ("否", *_NONE)
    )


def _read_list(text: str, spec: FactSpec) -> Reading | Fault:
    if _ITEMS_END.search(text.strip()):
        return read_items([item for item in _ITEMS_END.split(text) if item.strip()], spec)
    word = typed(text).casefold()
    if word in _NONE or word == "否":
        return _within(Reading(0), spec)
    if _no_name(word) or not isinstance(read_date(text), Fault):
        return _not_named(word)
    quantity = read_quantity(text, spec)
    if isinstance(quantity, Quantity):
        return _checked(quantity.value, None, spec)
    if _means_number(typed(text), quantity, spec):
        return quantity
    if re.search("[,，]", text):
        return Fault(
            "ZS0946",
            "中的逗号可能隔开两项，也可能属于一项的名称",
            "各项之间用顿号（、）或分号；只有一项时去掉逗号",
        )
    return read_items([text], spec)


def _read_dated(text: str, spec: FactSpec) -> Reading | Fault:
    """A 清单 with dates in one cell: its items, or how many they are."""
    word = typed(text).casefold()
    if word in _NONE or word == "否":
        return _within(Reading(0), spec)
    quantity = read_quantity(text, spec)
    if isinstance(quantity, Quantity):
        return _checked(quantity.value, None, spec)
    return read_items([item for item in _DATED_ITEMS_END.split(text) if item.strip()], spec)


def _means_number(text: str, fault: Fault, spec: FactSpec) -> bool:
    """Whether the one text of a 清单 is a mistaken number rather than a name."""
    unit = foreign_unit(text.lstrip("+-"))
    if fault.code == "ZS0936":
        return unit in _COUNTERS or unit == "%"
    if fault.code == "ZS0935":
        return bool(re.search(r"\d", text)) and bool(spec.unit) and spec.unit in text
    return fault.code in ("ZS0932", "ZS0934") or bool(re.fullmatch(r"[+-]?[\d.,]+", text, re.ASCII))


# -- Checks on numbers


def _checked(value: Fraction, places: int | None, spec: FactSpec) -> Reading | Fault:
    number = value.numerator if value.denominator == 1 else value
    if not spec.type.whole:
        return _within(Reading(number, places), spec)
    if value < 0:
        return Fault("ZS0938", "个数不能是负数", "填0或正整数")
    if not isinstance(number, int):
        return Fault("ZS0937", "个数应为整数", f"填整数，如“{value.__floor__()}{spec.unit}”")
    return _within(Reading(number), spec)


def _within(reading: Reading, spec: FactSpec) -> Reading | Fault:
    value = reading.value
    if (
        isinstance(value, int | Fraction)
        and not (spec.or_zero and value == 0)
        and ((spec.low is not None and value < spec.low) or (spec.high is not None and value > spec.high))
    ):
        return Fault("ZS0939", f"超出范围（{range_text(spec)}）", "核对数值和单位")
    return reading
