"""The facts over all rows put into the sheets of rows that are read one by one, and checked against what the rows give."""

from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import Any

import polars as pl
from attrs import evolve

from zhunsheng.compiler.batch.peers import ROW, Numbers, Peers
from zhunsheng.compiler.batch.rows import Rejected, RowScorer, Task
from zhunsheng.compiler.cohort.compared import Standing
from zhunsheng.compiler.cohort.words import how, lies
from zhunsheng.compiler.explain.shown import number_in_unit, shown_value
from zhunsheng.runtime.facts import Entry, FactSheet, FactSpec, FactType
from zhunsheng.runtime.support import NA


class Placed:
    """The facts over all rows for some rows of a piece."""

    def __init__(self, peers: Peers, numbers: Numbers, rows: Collection[int]) -> None:
        self.peers = peers
        wanted = pl.col(ROW).is_in(pl.Series(sorted(rows), dtype=pl.UInt32).implode())
        self.rows: dict[str, Mapping[int, Mapping[str, Any]]] = {
            name: {
                row[ROW]: row for row in peers.standings(numbers, name).filter(wanted).iter_rows(named=True)
            }
            for name in (peers.facts if rows else ())
        }

    def sheet(
        self, sheet: FactSheet, row: int, *, told: bool = False
    ) -> tuple[FactSheet, dict[str, FactSpec]] | Rejected:
        """A row's sheet with its facts, and those that stay open in the ranges left to them; why the row is rejected
        where it gives others. With `told` each fact tells what was compared."""
        entries = dict(sheet.entries)
        specs: dict[str, FactSpec] = {}
        faults: list[str] = []
        for name in self.peers.facts:
            own = self.rows[name][row]
            standing = self.peers.standing(name, own)
            given = entries[name]
            if standing is None:
                if given.value is not None and given.value is not NA:
                    faults.append(f"“{name}”填的是{given.text}，而它比的数不适用")
                entries[name] = evolve(given, value=NA)
                continue
            spec = self.peers.specs[name]
            fault = _contradiction(spec, given, standing)
            faults += [fault] if fault else []
            if given.value is None:
                words = how(self.peers, name, own, standing) if told else ""
                entries[name] = Entry(_number(standing.value), worked=words or lies(spec, standing))
            if entries[name].value is None:
                specs[name] = self.peers.spec(name, standing, own)
        return Rejected(tuple(faults)) if faults else (evolve(sheet, entries=entries), specs)


def task_of(
    scorer: RowScorer,
    placed: Placed | None,
    numbers: Numbers | None,
    row: int,
    cells: Mapping[str, Any],
    place: str,
    *,
    told: bool = False,
) -> Task | Rejected:
    """What a row of a piece is scored from, with the facts over all rows where there are such."""
    sheet = numbers.sheets.get(row) if numbers is not None else None
    sheet = sheet or scorer.sheet(cells, place)
    if isinstance(sheet, Rejected) or placed is None:
        return sheet if isinstance(sheet, Rejected) else (sheet, None)
    return placed.sheet(sheet, row, told=told)


def _number(value: Fraction | None) -> int | Fraction | None:
    return value.numerator if value is not None and value.denominator == 1 else value


def _contradiction(spec: FactSpec, given: Entry, standing: Standing) -> str:
    """What is wrong with a fact that a row gives, at the precision it is printed with; nothing where it agrees."""
    if given.value is None:
        return ""
    found = "" if standing.value is None else number_in_unit(spec, standing.value)
    if not isinstance(given.value, int | Fraction):
        return f"“{spec.name}”填的是{shown_value(spec, given.value)}，按全部行算出来是{found or '有的'}"
    unit = Fraction(1, 100) if spec.type is FactType.PERCENT else Fraction(1)
    slack = Fraction(0) if given.places is None else unit / 2 * Fraction(10) ** -given.places
    low = standing.low if standing.value is None else standing.value
    high = standing.high if standing.value is None else standing.value
    if (low is None or given.value >= low - slack) and (high is None or given.value <= high + slack):
        return ""
    words = f"算出来是{found}" if found else f"算出来{lies(spec, standing)}"
    return f"“{spec.name}”填的是{number_in_unit(spec, given.value)}，按全部行{words}，互相矛盾"
