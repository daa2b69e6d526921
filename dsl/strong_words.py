"""Words and numbers that do something where they stand outside of brackets, and so are not hidden in 〖〗 or 【】 unread."""

import re

from zhunsheng.dsl.words import ANY_UNIT, BOUNDS_BEFORE, DISCRETION, NUMERAL, any_of

#: Patterns of the field that later versions bring; named so that the message can say so.
LATER = any_of("排名 第一名 平均值")

_STRONG_OUTSIDE_A_QUESTION = (
    "不得 若 如果 仅 每 最多 最高 减半 折半 一半 翻倍 加倍 双倍 就高 就低 不予 不计 否则 的部分 累加 叠加 累计 平均值 取平均 四舍五入 "
    "乘以 系数 必须 不超过 加分 扣分 得分 计分 只算 只计"
).split()
_STRONG = "不重复计算 除外 扣完为止 封顶 酌情".split()
#: Words that are nothing but operative, so that a bracket around them alone takes them away (〖少〗1次扣2分).
_BARE_STEP = "^(?:每?少|每?缺|每?超|每?多|每?低|缺少|减少)$"
#: Where a bracket ends in these, the number behind it has lost its boundary word (【加分总计不超过】5分).
_BARE_LIMIT = "(?:不得?超过|不得?高于|不得?低于|不得?少于)$"
#: Where a fact ends in this, what is not so has lost its word (【档案不】齐全).
_BARE_NOT = "(?<=.)[不未]$"
#: A number with a unit, as it may stand inside a bracket.
_MEASURE = rf"(?<![同统单])(?:{NUMERAL})(?:分(?!之)|%|{ANY_UNIT})"

#: Words that would do something outside 〖〗, so they may not stand in it unread.
STRONG_IN_DESCRIPTION = re.compile(
    f"{any_of([*_STRONG, *_STRONG_OUTSIDE_A_QUESTION])}|{_MEASURE}|{_BARE_STEP}|{_BARE_LIMIT}"
)
#: The same in the words of an option, which may not end in what bounds its points, or in other points, either.
STRONG_IN_OPTION = re.compile(
    rf"{STRONG_IN_DESCRIPTION.pattern}|(?:{any_of([*BOUNDS_BEFORE, *DISCRETION])})$|\d[分、，～至或-]*$|(?:{NUMERAL})[、，～至或-]+$"
)
#: The same inside 【】, where 若 and the like are part of the question.
STRONG_IN_FACT = re.compile(f"{any_of(_STRONG)}|{_MEASURE}|{_BARE_STEP}|{_BARE_LIMIT}|{_BARE_NOT}")
#: Such words and nothing that describes: no 解读 makes them harmless.
BARE_WORDS = re.compile(f"{_BARE_STEP}|{_BARE_LIMIT}|^[不未]$")
#: The beginning of a description that says what is not so, or late, of the fact right behind it.
NEGATED = re.compile("未|没有|没|逾期未|迟|漏|错|不(?=[按及准合符达真完])")


def is_measure(words: str) -> bool:
    """Whether words are a number with a unit."""
    return re.fullmatch(_MEASURE, words) is not None
