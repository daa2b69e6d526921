"""Limits in front of what they bound, and conditions that several facts share, for the naive reader."""

import re

from naive_logic import Unread
from naive_numbers import in_full
from naive_words import (
    BEFORE_WORD,
    BEHIND_WORD,
    COMPARISON,
    FACT,
    LOOSE,
    MARK,
    NUMBER,
    Marked,
)

MIRRORED = {"≤": "≥", "<": ">", "≥": "≤", ">": "<"}
#: 60%≤【A】<80%: a sign in front of the fact and a word for one end behind.
BOTH = re.compile(
    rf"(?P<number>{NUMBER})(?P<unit>{LOOSE})(?P<sign>[≤<≥>])(?P<fact>{FACT})"
    rf"(?=(?:{BEFORE_WORD}{NUMBER}|{NUMBER}{LOOSE}{MARK}?{BEHIND_WORD}))"
)
TOTAL = re.compile(rf"(?P<number>{NUMBER})分?(?P<sign>[≤<≥>])(?P<total>总分|总得分|[一-鿿]{{0,2}}得分)")
ALL_THERE = re.compile(
    rf"(?P<facts>{FACT}(?:(?:、|和|与|及|以及){FACT})+)"
    r"(?:(?:均|都|全部)?(?:齐全|齐备|俱全)|(?:均|都|全部)(?:具有|具备|有))(?=的|[,且或并]|$)"
)


def write_signs(marked: Marked) -> None:
    """【A】≥60%且<80% for 60%≤【A】<80%; the first number takes the unit of the other where it has none."""
    for found in reversed(list(BOTH.finditer(marked.text))):
        unit, printed = found["unit"], found["number"]
        behind = COMPARISON.match(marked.text, found.end())
        if not unit and behind:
            unit, printed = behind["unit"], in_full(printed, behind["number"])
        text = f"{found['fact']}{MIRRORED[found['sign']]}{printed}{unit}且"
        marked.replace(found.start(), found.end(), text)


def write_total(words: str) -> str:
    """总分≥80<90 for 80≤总分<90."""
    return TOTAL.sub(lambda m: f"{m['total']}{MIRRORED[m['sign']]}{m['number']}分", words)


def write_all_there(text: str, *, requiring: bool) -> str:
    """【A】且【B】且【C】 for 【A】、【B】和【C】齐全; another comma without 且 beside it is an error."""
    said = ALL_THERE.sub(lambda m: "且".join(re.findall(FACT, m["facts"])), text)
    if said != text and not requiring and re.search(",(?!且|并且|而且|同时|以及|并|或)", said.rstrip(",")):
        raise Unread("a comma beside 齐全")
    return said
