"""Rows that are scored one by one: what is kept of each, small enough to be handed between processes."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attrs import frozen

from zhunsheng.compiler.batch.losses import LeafPoints
from zhunsheng.compiler.batch.results import MOST, Table
from zhunsheng.compiler.batch.rows import Rejected, RowScorer, Task
from zhunsheng.compiler.batch.sheets import Page, page
from zhunsheng.compiler.explain.explain import explain

if TYPE_CHECKING:
    from zhunsheng.runtime.result import IndicatorResult


#: Facts below it give no points that a column cannot hold, not even where two are multiplied.
_GREAT = 10**9


@frozen
class Scored:
    """A row of the table of results, what indicators and their clauses gave where that is known, for the summary, and,
    where it was asked for, the subject's own worksheet."""

    row: Mapping[str, Any]
    leaves: tuple[LeafPoints, ...]
    page: Page = ()


def kept(
    scorer: RowScorer, task: Task | Rejected, table: Table, *, summed: bool, paged: bool = False
) -> Scored | Rejected:
    """What is kept of a row; with `summed` what the summary needs, with `paged` a worksheet too."""
    found = task if isinstance(task, Rejected) else scorer.scoring(*task)
    if isinstance(found, Rejected):
        return found
    result = explain(*found)
    row = table.of_result(result)
    if any(isinstance(cell, int) and abs(cell) >= MOST for cell in row.values()):
        return Rejected(("得分超过23位整数，结果表里写不下",))
    leaves = tuple(_leaves(result.indicators)) if summed else ()
    return Scored(row, leaves, page(result) if paged else ())


def why_rejected(scorer: RowScorer, task: Task | Rejected, table: Table) -> Rejected | None:
    """Why a row is rejected, as :func:`kept` finds it; the trace is worked out only where points may be so great."""
    found = task if isinstance(task, Rejected) else scorer.scoring(*task)
    if isinstance(found, Rejected):
        return found
    values = found[0].derivation.values.values()
    if all(-_GREAT < value < _GREAT for value in values if isinstance(value, int | Fraction)):
        return None
    again = kept(scorer, task, table, summed=False)
    return again if isinstance(again, Rejected) else None


def _leaves(indicators: Iterable["IndicatorResult"]) -> Iterator[LeafPoints]:
    for one in indicators:
        if one.children:
            yield from _leaves(one.children)
            continue
        points = {clause.id: Fraction(clause.points) for clause in one.clauses if clause.points is not None}
        if one.score is not None and points and len(points) == len(one.clauses):
            yield LeafPoints(one.id, Fraction(one.score), points)
