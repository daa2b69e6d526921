"""Steps behind 不扣分 and 不加分, and behind what did not happen, for the naive reader."""

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from naive_logic import Atom, Unread
from naive_model import Clause, Flat
from naive_words import COUNTER, FACT, NUMBER, NUMBERING, Marked, number

if TYPE_CHECKING:
    from naive_amounts import AmountReader


def read_step_from_nothing(
    reader: "AmountReader", clause: Clause, step: re.Match[str], points: Fraction, down: bool
) -> None:
    """98%以上的不扣分，每低1个百分点扣1分: steps away from what costs nothing."""
    before = reader.last
    if before is None or not reader.is_near(before) or before.sign != clause.sign:
        raise Unread(f"a step without a base: {clause.text}")
    asked = before.condition
    if before.amount != Flat(Fraction(0)) or not isinstance(asked, Atom) or not asked.compares:
        raise Unread(f"a step without a base: {clause.text}")
    if asked.exact:
        reader.settle_end(asked, down == (clause.sign < 0), clause.text)
    end = asked.low or asked.high
    assert end is not None
    if (asked.low is None) == down:
        raise Unread(f"steps towards {before.text}: {clause.text}")
    clause.amount = reader.steps(clause, asked.fact, end.number, step, points, down)


NONE = re.compile(
    rf"(?:未|没有|无)(?P<verb>发生|发现)?(?P<fact>{FACT})(?P<gives>的?,?得(?P<points>{NUMBER})分[,;。])"
    rf"每(?P<verb2>发生|发现|增加)?(?P<size>{NUMBER})?(?P<unit>{COUNTER})(?P<same>{FACT})?的?(?=,?扣)"
)
PERIODS = "(?:若|如果|如|凡|全年|年度内|评价年度内|评价期内|本年度|上年度)*"
#: What may stand before the only condition of a clause.
AHEAD = re.compile(rf"(?:^|[。;]|分[,、])(?:{NUMBERING.pattern.removeprefix('^')})?{PERIODS}$")


def write_none(marked: Marked, full_mark: Fraction | None) -> None:
    """【A】为0起的得N分，每增加s起扣M分 in its place; the printed words stay."""
    for found in reversed(list(NONE.finditer(marked.text))):
        verb, verb2 = found["verb"], found["verb2"]
        if found[0].startswith("未") and not verb:
            continue  # 未【A】 is no count
        if verb and verb2 in ("发生", "发现") and verb != verb2:
            continue
        if found["same"] not in (None, found["fact"]) or not (found["size"] or found["same"]):
            continue
        if not AHEAD.search(marked.text[: found.start()]):
            continue  # not the only condition
        if full_mark is None or number(found["points"]) != full_mark:
            raise Unread(f"not the full mark: {marked.words(found.start(), found.end())}")
        step = f"每增加{found['size'] or '1'}{found['unit']}"
        marked.replace(found.end("gives"), found.end(), step)
        marked.replace(found.start(), found.end("fact"), f"{found['fact']}为0{found['unit']}")
        if found["gives"][0] != "的":
            here = marked.text.index("得", found.start())
            marked.replace(here, here, "的")
