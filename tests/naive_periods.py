"""How often a number is meant (每月, 每户每月, 全年) for the naive reader, and what is short of it in each period."""

import re

from naive_logic import Unread
from naive_words import (
    BEFORE,
    BEFORE_WORD,
    BEHIND_WORD,
    FACT,
    LOOSE,
    NUMBER,
    Marked,
    Marker,
    is_count,
    number,
)

PERIOD = "(?:年度?|月|季度|半年|周|日|天|学期)"
#: 每月, and 每户每月: a unit of counts and a period.
EACH = rf"(?:每[一-鿿]{{1,2}}每{PERIOD}|每{PERIOD})"
BEHIND = re.compile(
    rf"(?<={FACT})(?:{EACH}|全年|评价年度内|年度内|本年度|当年|累计)(?=为?{BEFORE_WORD}|为?{NUMBER}[一-鿿%]*?{BEHIND_WORD})"
)
#: 每户每月【A】不少于b（得M分），每少s扣N分.
SHORT = re.compile(
    rf"(?:(?P<front>{EACH})(?P<a>{FACT})|(?P<b>{FACT})(?P<behind>{EACH}))(?P<word>{BEFORE_WORD})(?P<number>{NUMBER})(?P<unit>{LOOSE})"
    rf"(?P<points>的?,?(?:得{NUMBER}分)?[,。;]?)每(?P<way>少|超过)(?=(?P<size>{NUMBER}){LOOSE}的?,?扣)"
)


def write_periods(marked: Marked, marker: Marker) -> None:
    """Puts the fact of what is short, compared with 0, in its place; other periods behind a fact say nothing."""
    for found in reversed(list(SHORT.finditer(marked.text))):
        side, included = BEFORE[found["word"]]
        if not included or found["unit"] == "%" or (side == "low") != (found["way"] == "少"):
            continue
        if number(found["size"]) != 1 or not is_count(found["unit"]):
            raise Unread(f"parts of steps of several: {marked.text}")
        name, each = marker.name(found["a"] or found["b"]), found["front"] or found["behind"]
        quota = f"{found['number']}{found['unit']}"
        gap = f"不足{quota}的缺口" if side == "low" else f"超过{quota}的部分"
        start = found.start()
        marked.replace(found.start("way"), found.end("way"), "增加")  # steps from 0 upwards
        marked.replace(start, found.start("points"), f"{marker.sign(name + each + gap)}≤0{found['unit']}")
    for found in reversed(list(BEHIND.finditer(marked.text))):
        marked.drop(found.start(), found.end())
