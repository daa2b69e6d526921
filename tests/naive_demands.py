"""Demands on the scores of indicators for the naive reader: 各一级指标得分均不低于其分值的60%."""

import re

from naive_logic import Demand, End, Unread
from naive_words import BEFORE_WORD, BEHIND_WORD, MARK, NUMBER, boundary, number

LEVELS = {"一级指标": 1, "二级指标": 2, "三级指标": 3, "指标": 0, "单项指标": 0, "分项指标": 0, "各项指标": 0}
LEVEL = r"(?P<level>(?:一级|二级|三级|单项|分项|各项)?指标)(?:的)?"
SCORE = r"得分(?P<rate>率)?(?:均|都)?"
BOUND = (
    rf"(?P<before>{BEFORE_WORD})?(?:其)?(?P<of>(?:分值|满分)的)?(?P<number>{NUMBER})(?P<unit>%|分)"
    rf"(?P<mark1>{MARK})?(?P<behind>{BEHIND_WORD})?(?P<mark2>{MARK})?"
)
DEMANDS = [
    re.compile(rf"(?P<how>各|所有|全部|任一|任何一?个?|任意一?个?){LEVEL}{SCORE}{BOUND}的?"),
    re.compile(rf"{LEVEL}中,?有(?P<count>{NUMBER})(?:个|项)(?:及?以上)?(?:的)?{SCORE}{BOUND}的?"),
    re.compile(rf"有?(?P<count>{NUMBER})(?:个|项)(?:及?以上)?(?:的)?{LEVEL}{SCORE}{BOUND}的?"),
    re.compile(rf"{SCORE}{BOUND}的?{LEVEL}(?:达到|不少于|有)(?P<count>{NUMBER})(?:个|项)(?:以上)?的?"),
]


NAMED = re.compile(rf"(?P<open>[“\"])?(?P<name>[^“”\",]+?)(?(open)[”\"])的?{SCORE}{BOUND}的?")


#: 各一级指标均为合格以上: the tier that the scores would have.
PLACED = r"(?:均|都)?(?P<word>为|是|评为|不低于|未达到|达到|低于)(?P<tier>[一-鿿]{1,6}?)(?P<up>及?以上)?(?:等级|等次|档次)?的?"
PLACES = [
    re.compile(rf"(?P<how>各|所有|全部|任一|任何一?个?|任意一?个?){LEVEL}{PLACED}"),
    re.compile(rf"{LEVEL}中,?有(?P<count>{NUMBER})(?:个|项)(?:及?以上)?(?:的)?{PLACED}"),
    re.compile(rf"有?(?P<count>{NUMBER})(?:个|项)(?:及?以上)?(?:的)?{LEVEL}{PLACED}"),
]


def demand(words: str, titles: list[str], *, each: bool = False) -> Demand | None:
    """各一级指标得分均不低于其分值的60%: a demand on scores, where these words are one; 任一 reaches a bound where `each` does."""
    how: str | int
    for pattern in PLACES:
        if found := pattern.fullmatch(words):
            count = found.groupdict().get("count")
            how = int(number(count)) if count else 1 if found["how"].startswith("任") else "全部"
            word = "以上" if found["up"] or found["word"] in ("达到", "不低于") else found["word"]
            if found["word"] in ("未达到", "低于"):
                word = "低于"
            if each and found.groupdict().get("how", "").startswith("任") and word != "低于":
                how = "全部"
            return Demand(LEVELS[found["level"]], True, None, None, how, found["tier"], word)
    for pattern in [*DEMANDS, NAMED]:
        found = pattern.fullmatch(words)
        name = found.groupdict().get("name") if found else None
        if found and not (name and titles.count(name) != 1):
            side, included = boundary(found, words)
            if not side:
                raise Unread(f"a number without a boundary: {words}")
            value = number(found["number"]) / (100 if found["unit"] == "%" else 1)
            end = End(value, included)
            rate = bool(found["rate"] or found["of"])
            if rate != (found["unit"] == "%"):
                raise Unread(f"points or a rate: {words}")
            groups = found.groupdict()
            how = int(number(groups["count"])) if groups.get("count") else "全部"
            if str(groups.get("how", "")).startswith("任"):
                how = "全部" if each and side == "low" else 1
            low, high = (end, None) if side == "low" else (None, end)
            return Demand(name or LEVELS[found["level"]], rate, low, high, how)
    return None
