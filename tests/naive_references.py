"""Conditions that measure one fact by another, for the naive reader: 不低于【B】, 【B】的3倍, 比【B】增长10%."""

import re
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from naive_logic import Atom, Condition, End, Unread
from naive_model import Formula, Standard, Usage
from naive_words import BEFORE, BEFORE_WORD, FACT, LONG_TIME, MONEY, NUMBER, SHORT_TIME

if TYPE_CHECKING:
    from naive_conditions import ConditionReader

WHEN = "(?:上年度?|上一年度?|去年|同期|前一年度?|上期)?"
MORE, LESS = "增长|增加|提高|提升|上升|高出|高|多出|多", "下降|减少|降低|减低|低|少"
A, B = rf"(?P<a>{FACT})", rf"{WHEN}(?P<b>{FACT})"
#: Each with what it measures; where a number follows, it follows the match.
PATTERNS = [
    ("之比", rf"{A}(?:与|和|同|对){B}(?:之比|的比例|的比值|的比)(?=.)"),
    ("倍数", rf"{A}(?:(?:是|为|(?P<over>{BEFORE_WORD}|增长到|增加到|提高到)){B}的)(?={NUMBER}倍)"),
    ("相当", rf"{A}(?P<over>{BEFORE_WORD}){B}的(?={NUMBER}%)"),
    ("增倍", rf"{A}(?:比|较){B}(?:{MORE})(?=(?:{BEFORE_WORD})?{NUMBER}倍)"),
    ("增倍", rf"{A}(?:超过|高于|超出){B}(?={NUMBER}倍)"),
    ("增长", rf"{A}(?:比|较){B}(?P<more>{MORE})(?=(?:{BEFORE_WORD})?{NUMBER}%)"),
    ("增长", rf"{A}(?:比|较){B}(?:{LESS})(?=(?:{BEFORE_WORD})?{NUMBER}%)"),
    ("增长", rf"{A}(?P<more>高于|超过|多于){B}(?={NUMBER}%)"),
    ("增长", rf"{A}(?:低于|少于){B}(?={NUMBER}%)"),
    ("差", rf"{A}(?:比|较){B}(?P<more>{MORE})(?=(?:{BEFORE_WORD})?{NUMBER})"),
    ("差", rf"{A}(?:比|较){B}(?:{LESS})(?=(?:{BEFORE_WORD})?{NUMBER})"),
    ("增", rf"{A}(?:比|较){B}有?所?(?P<more>{MORE})(?=的|,|$)"),
    ("增", rf"{A}(?:比|较){B}有?所?(?:{LESS})(?=的|,|$)"),
    ("比", rf"{A}(?P<word>{BEFORE_WORD}){B}(?=的(?!{NUMBER})|,|$|且|或|、)"),
]


def reference(reader: "ConditionReader", text: str, at: int, words: str) -> tuple[Atom, int, str] | None:
    """The condition on the derived fact (its ends still to come), where its number begins, and the word before."""
    matches = ((kind, re.compile(pattern).match(text, at)) for kind, pattern in PATTERNS)
    kind, found = next(((kind, m) for kind, m in matches if m), ("", None))
    if found is None:
        return None
    standard = reader.standard
    a, b = reader.marker.name(found["a"]), reader.marker.name(found["b"])
    standard.partners += [(a, b), (b, a)]
    groups = found.groupdict()
    more, over = bool(groups.get("more")), groups.get("over") or ""
    if kind in ("增长", "增倍"):
        kind = _growth(reader, kind, a, b, words)
    if kind == "之比":
        percent = re.compile(rf"[为是]?(?:{BEFORE_WORD})?(?:{NUMBER}比?[-~至])?{NUMBER}%").match(
            text, found.end()
        )
        atom = _ratio(standard, a, f"{a}相当于{b}的比例" if percent else f"{a}与{b}之比", [a, "÷", b], b)
    elif kind == "倍数":
        atom = _ratio(standard, a, f"{a}为{b}的倍数", [a, "÷", b], b)
    elif kind == "相当":
        atom = _ratio(standard, a, f"{a}相当于{b}的比例", [a, "÷", b], b)
    elif kind == "增至":
        atom = _ratio(standard, a, f"{a}比{b}增长的倍数", [a, "÷", b], b)
    elif kind == "净增":
        atom = _ratio(standard, a, f"{a}比{b}增长的倍数", ["(", a, "-", b, ")", "÷", b], b)
    elif kind in ("相对", "百分点"):
        high, low, word = (a, b, "增长") if more else (b, a, "下降")
        name = f"{a}比{b}{word}的比例"
        if kind == "相对":
            atom = _ratio(standard, a, name, ["(", high, "-", low, ")", "÷", b], b)
        else:
            atom = _difference(standard, a, name, high, low)
    else:
        first, second = (b, a) if kind == "差" and not more else (a, b)
        atom = _difference(standard, a, f"{first}与{second}之差", first, second)
        if kind == "增":
            end = End(Fraction(0), False)
            atom.low, atom.high = (end, None) if more else (None, end)
        elif kind == "比":
            side, included = BEFORE[found["word"]]
            setattr(atom, side, End(Fraction(0), included))
    if atom.compares:
        standard.usages.append(Usage(atom.fact, "比较", "", Fraction(0)))
    return atom, found.end(), over if over in BEFORE else ("达到" if over else "")


def _growth(reader: "ConditionReader", kind: str, a: str, b: str, words: str) -> str:
    """增长10% of two percentages, and 增长3倍, take a reading."""
    if kind == "增倍":
        choice = reader.reading(reader.place, words, "倍数")
        if choice not in ("净增", "增至"):
            raise Unread(f"倍数 is open: {words}")
        return choice
    if all(is_percentage(reader.standard, name) for name in (a, b)):
        choice = reader.reading(reader.place, words, "百分数")
        if choice not in ("百分点", "相对"):
            raise Unread(f"百分数 is open: {words}")
        return choice
    return "相对"


def is_percentage(standard: Standard, name: str) -> bool:
    """Whether a fact is declared a 百分比, or compared in %."""
    over = standard.together.get(name)
    if over is not None and over.kind in ("mean", "trimmed", "max", "min"):
        return is_percentage(standard, over.of)
    kind = standard.declared.get(name, {}).get("类型", "")
    return kind == "百分比" or (
        not kind and any(usage.fact == name and usage.unit == "%" for usage in standard.usages)
    )


def _ratio(standard: Standard, like: str, name: str, tokens: list[str], divisor: str) -> Atom:
    standard.formulas.setdefault(name, Formula(tokens, positive=divisor, like=like))
    return Atom(name)


def _difference(standard: Standard, like: str, name: str, first: str, second: str) -> Atom:
    standard.formulas.setdefault(name, Formula([first, "-", second], like=like, difference=True))
    return Atom(name)


def factor(own: str, other: str) -> Fraction:
    """How many of `own` one of `other` is, for units of one kind."""
    for scale in (MONEY, LONG_TIME, SHORT_TIME):
        if own in scale and other in scale:
            return Fraction(scale[other]) / scale[own]
    return Fraction(1)


def share_numbers(standard: Standard, parts: list[Condition]) -> None:
    """【A】或者【B】不低于3家, A declared as a number: the number is said of A too."""
    later: Atom | None = None
    for part in reversed(parts):
        if not isinstance(part, Atom):
            later = None
        elif part.compares:
            later = part
        elif later is not None and not part.negated and not part.options:
            kind = standard.declared.get(part.fact, {}).get("类型", "")
            if kind in ("个数", "数量", "金额", "时长", "百分比"):
                truth, said = Usage(part.fact, "是否"), [u for u in standard.usages if u.fact == later.fact]
                last = max(n for n, usage in enumerate(standard.usages) if usage == truth)
                standard.usages[last : last + 1] = [replace(usage, fact=part.fact) for usage in said]
                part.low, part.high, part.place = later.low, later.high, later.place


def share_of(reader: "ConditionReader", text: str, at: int, words: str) -> tuple[str, int] | None:
    """【A】占【B】的, 其中【A】比例: the derived share, and where its comparison begins."""
    found = re.compile(rf"(?P<a>{FACT})占(?P<b>{FACT})的?(?:比例|比重)?").match(text, at)
    if found:
        whole = reader.marker.name(found["b"])
    else:
        found = re.compile(rf"其中(?P<a>{FACT})的?(?:所占)?比例").match(text, at)
        if not found:
            return None
        before = {m.fact for m in reader.measured if m.sentence == reader.sentence}
        if len(before) != 1:
            raise Unread(f"a share of what: {words}")
        whole = before.pop()
    part = reader.marker.name(found["a"])
    name = f"{part}占{whole}的比例"
    reader.standard.formulas.setdefault(name, Formula([part, "÷", whole], part=part))
    return name, found.end()
