"""The words of rounding (修约用语): which rule each names, and how many places are kept."""

import re
from fractions import Fraction
from typing import Literal

from attrs import frozen

Rule = Literal["四舍五入", "进舍规则", "舍去", "进一"]

#: Names of the rules, longest first. GB/T 8170 is 进舍规则.
_RULES: dict[str, Rule] = {
    "四舍五入": "四舍五入",
    "四舍六入五成双": "进舍规则",
    "四舍六入五留双": "进舍规则",
    "四舍六入五考虑": "进舍规则",
    "数值修约规则": "进舍规则",
    "进舍规则": "进舍规则",
    "尾数舍去": "舍去",
    "舍去尾数": "舍去",
    "只舍不入": "舍去",
    "舍去": "舍去",
    "只入不舍": "进一",
    "进一法": "进一",
    "进一": "进一",
}
_STANDARD = r"GB/T8170(?:-\d{4})?(?:《[^《》]*》)?(?:的?规定)?(?:的?进舍规则)?"
_RULE = rf"(?:按照?|采用|依据|根据)?(?:{'|'.join(_RULES)}|{_STANDARD})(?:的?(?:方法|原则|规则|法))?(?:进行)?(?:修约|处理)?"
_KEEP = "保留[到至]?|精确[到至]|修约[到至]|取[到至]?|计算[到至]|[到至]"
_PLACES = r"(?:小数点后)?(?:[一二两三四五六]|[1-6])位(?:小数)?|整数位?|个位数?|[1-9]?\d*(?:\.\d+)?(?<=\d)(?:个百分点|%|个?单位)?"
#: A whole phrase: 保留两位小数（四舍五入）, 按GB/T 8170修约到0.5, 四舍五入取整.
PHRASE = rf"(?:{_RULE}，?后?)?(?:小数点后)?(?:{_KEEP})(?:{_PLACES})(?:[，（]{_RULE}）?|{_RULE})?|{_RULE}(?:，?取整数?)?"

_FIND_RULE = re.compile(rf"{'|'.join(_RULES)}|GB/T8170")
_FIND_PLACES = re.compile(
    rf"(?:{_KEEP})(?:(?:小数点后)?(?P<places>[一二两三四五六1-6])位(?:小数)?|(?P<whole>整数|个位)|(?P<unit>\d+(?:\.\d+)?))"
)
_DIGITS = {
    char: value
    for value, chars in enumerate(("", "一1", "二两2", "三3", "四4", "五5", "六6"))
    for char in chars
}


@frozen
class RoundingWords:
    """To whole multiples of `unit`, by `rules`: one is the rule, none leaves it open, two contradict each other.
    `unit` is None where the words do not say to how many places, 0 where they say nothing that can be."""

    unit: Fraction | None
    rules: frozenset[Rule]


def read_rounding(words: str) -> RoundingWords:
    """What a phrase says."""
    found = set(_FIND_RULE.findall(words))
    rules = frozenset(_RULES.get(word, "进舍规则") for word in found)
    bare = re.sub(_RULE, "", words)
    places = _FIND_PLACES.search(bare)
    if places is None and "取整" not in bare:
        return RoundingWords(None, rules)
    if places is None or places["whole"]:
        return RoundingWords(Fraction(1), rules)
    unit = Fraction(places["unit"]) if places["unit"] else Fraction(1, 10 ** _DIGITS[places["places"]])
    return RoundingWords(unit, rules)
