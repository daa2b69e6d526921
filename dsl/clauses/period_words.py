"""Words for what a number is said of one by one: 每月, 每季度, 每户每月."""

import re

#: Words that may stand between a fact and its number without 每 (【培训】全年不少于2次).
BEHIND = ["全年", "每年", "年度内", "评价年度内", "本年度", "当年", "累计"]

#: The year that is assessed, a sum with no end said, and periods that are neither; the longer words first.
YEAR, SUM = "全年", "累计"
_SPANS = {
    "上年末": "上年末", "年末": "年末", "期末": "年末", "上年度": "上年", "上一年度": "上年", "上年": "上年", "次年": "次年",
    "次月": "次月", "活动期间": "活动期间", "累计": SUM, "年度": YEAR, "当年": YEAR, "本年": YEAR, "全年": YEAR, "每年": YEAR,
}  # fmt: skip

_PERIODS = "月度?|季度?|半年|周|星期|日|天|学期"
_ONE = {
    "月": "一个月",
    "季度": "一个季度",
    "半年": "一个半年",
    "年": "一年",
    "学期": "一个学期",
    "星期": "一个星期",
}


def periodic(units: str, words: str, so_many: str) -> str:
    """The expression of what stands behind 每 where a number of times is said of each period, or of each of several
    in each period; `units` are those of counts, `words` those that may stand between it and the number or the fact."""
    return (
        rf"(?:(?:{units})每(?:{_PERIODS}|年)|{_PERIODS})"
        rf"(?=(?:{words})?{so_many}|(?:{words})?【[^【】]*】(?:{words})?{so_many})"
    )


def each_of(lead: str) -> tuple[str, ...]:
    """What the words in front of a fact say its number is of: 户 and 月 of 每户每月; nothing where there is one number
    in all. 每年 alone is the year that is assessed."""
    match = re.search(rf"每(?:([^每]+)每({_PERIODS}|年)|({_PERIODS}))$", lead)
    found = () if match is None else tuple(part for part in match.groups() if part)
    return tuple({"月度": "月", "季": "季度"}.get(part, part) for part in found)


def told(each: tuple[str, ...]) -> str:
    """每户每月."""
    return "".join(f"每{part}" for part in each)


def one_of(each: tuple[str, ...]) -> str:
    """一户一个月."""
    return "".join(_ONE.get(part, f"一{part}") for part in each)


def period_of(lead: str) -> str:
    """The period that the words in front of a fact or its number name: 每月, 每户每月, 全年, 上年, 近三年; nothing where they name none."""
    near = re.search(r"最?近.年", lead)
    return told(each_of(lead)) or (
        near[0].removeprefix("最")
        if near is not None
        else next((period for word, period in _SPANS.items() if word in lead), "")
    )


def one_number(first: str, other: str, *, elided: bool) -> bool:
    """Whether what is said of two periods can be one number. A number whose subject is elided is of the period said before,
    where it names none; a subject repeated without a period is of any but of each."""
    if first == other or (elided and not other):
        return True
    if first.startswith("每") or other.startswith("每"):
        return False
    if not first or not other:
        return not elided or other in (YEAR, SUM)
    return False
