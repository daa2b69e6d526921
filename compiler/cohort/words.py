"""What was compared, told so that it can be checked by hand: who took part, the numbers in order, and the subject's among them."""

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl

from zhunsheng.compiler.cohort.compared import Compared, Members, Standing
from zhunsheng.compiler.cohort.gathered import CLASS, COUNT, above, below, falling, keyed, schema
from zhunsheng.compiler.explain.shown import number_in_unit
from zhunsheng.runtime.facts import Cohort, FactSpec

if TYPE_CHECKING:
    from zhunsheng.compiler.batch.peers import Peers

#: Numbers that are told at the ends of a long row, and beside the subject's own.
_ENDS, _BESIDE = 3, 4


def lies(spec: FactSpec, standing: Standing) -> str:
    """Between which ends an open fact lies."""
    low, high = standing.low, standing.high
    if low is not None and high is not None:
        return f"在{number_in_unit(spec, low)}～{number_in_unit(spec, high)}之间"
    if low is not None:
        return f"不小于{number_in_unit(spec, low)}"
    return "待定" if high is None else f"不大于{number_in_unit(spec, high)}"


def how(peers: "Peers", name: str, row: Mapping[str, Any], standing: Standing) -> str:
    """How a fact of a row was worked out, or what leaves it open."""
    cohort, spec = peers.facts[name], peers.specs[name]
    compared = peers.compared[peers.bases[name]]
    option = row[CLASS]
    who = compared.members(option)
    group = f"“{cohort.within}”同为{option}的" if cohort.within and option is not None else ""
    if option is None:
        return f"“{cohort.within}”未提供，不知道同谁比较；{spec.name}{lies(spec, standing)}"
    counted = f"{group}{who.known}个评价对象参加比较"
    if standing.value is None:
        counted += f"，另有{who.missing}个缺“{cohort.of}”" + (f"或“{cohort.within}”" if cohort.within else "")
    if cohort.kind in ("rank", "last"):
        told = f"“{cohort.of}”{_row(peers, cohort, compared, row)}"
    elif cohort.kind == "size":
        told = ""
    else:
        told = _common(peers, cohort, compared, option, who)
    result = lies(spec, standing) if standing.value is None else _result(spec, cohort, standing.value)
    return "；".join(part for part in (counted, told, result) if part)


def _result(spec: FactSpec, cohort: Cohort, value: Fraction) -> str:
    if cohort.kind == "rank":
        return f"排第{value}名"
    if cohort.kind == "last":
        return f"排倒数第{value}名"
    return "" if cohort.kind == "size" else f"{spec.name}为{number_in_unit(spec, value)}"


def _row(peers: "Peers", cohort: Cohort, compared: Compared, row: Mapping[str, Any]) -> str:
    """The numbers in the order of their places, the subject's own in 【】."""
    basis, down = compared.basis, falling(cohort)
    keys = basis.keys
    own = compared.inside.filter(pl.col(CLASS) == row[CLASS]).sort(keys, descending=down, nulls_last=True)
    mine = keyed(pl.DataFrame([dict(row)], schema_overrides=schema(basis)), basis).row(0, named=True)
    cells = own.select(keys).rows()
    at = cells.index(tuple(mine[key] for key in keys)) if mine[keys[0]] is not None else None
    shown = []
    for number in _near(len(own), at):
        if number is None:
            shown.append("……")
            continue
        item = own.row(number, named=True)
        text = "，".join(
            "缺" if item[above(n)] is None
            else number_in_unit(peers.specs[name], Fraction(item[above(n)], item[below(n)]))
            for n, name in enumerate(basis.facts)
        )  # fmt: skip
        times = f"×{item[COUNT]}" if item[COUNT] > 1 else ""
        shown.append(f"【{text}{times}】" if number == at else f"{text}{times}")
    words = "从大到小" if down[0] else "从小到大"
    behind = f"（相同的比“{'”“'.join(name for name, _ in cohort.then)}”）" if cohort.then else ""
    missing = "" if at is not None else "（本评价对象的未提供）"
    return f"{words}{behind}：{'、'.join(shown)}{missing}"


def _near(length: int, at: int | None) -> list[int | None]:
    """Which numbers of a row are told: all of a short one, else those at the ends and beside the subject's own."""
    wanted = {*range(min(_ENDS, length)), *range(max(length - _ENDS, 0), length)}
    if at is not None:
        wanted |= set(range(max(at - _BESIDE, 0), min(at + _BESIDE + 1, length)))
    if length <= 3 * _ENDS + 2 * _BESIDE:
        wanted = set(range(length))
    found: list[int | None] = []
    for number in sorted(wanted):
        if found and found[-1] != number - 1:
            found.append(None)
        found.append(number)
    return found


def _common(peers: "Peers", cohort: Cohort, compared: Compared, option: str, who: Members) -> str:
    """The numbers behind a mean, the largest or the smallest, and their sum."""
    own = compared.inside.filter(pl.col(CLASS) == option).sort(compared.basis.keys[0])
    spec = peers.specs[cohort.of]
    values = [(Fraction(a, b), count) for a, b, count in own.select(above(0), below(0), COUNT).iter_rows()]
    shown = [
        "……"
        if n is None
        else number_in_unit(spec, values[n][0]) + (f"×{values[n][1]}" if values[n][1] > 1 else "")
        for n in _near(len(values), None)
    ]
    told = f"“{cohort.of}”从小到大：{'、'.join(shown)}" if shown else ""
    if cohort.kind not in ("mean", "trimmed") or who.missing or who.known <= 2 * cohort.trim:
        return told
    left = who.known - 2 * cohort.trim
    kept = _trimmed(values, cohort.trim)
    total = number_in_unit(spec, sum((value * count for value, count in kept), Fraction(0)))
    without = f"两头各去掉{cohort.trim}个后" if cohort.trim else ""
    return f"{told}；{without}合计{total}，除以{left}"


def _trimmed(values: list[tuple[Fraction, int]], trim: int) -> list[tuple[Fraction, int]]:
    """Numbers that rise, with how many of each there are, without so many at both ends."""
    kept = values
    for _ in range(2):
        left, found = trim, []
        for value, count in kept:
            off = min(left, count)
            left -= off
            found.append((value, count - off))
        kept = found[::-1]
    return kept
