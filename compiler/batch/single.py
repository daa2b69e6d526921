"""Rows that are scored one by one: what is kept of each, small enough to be handed between processes."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attrs import frozen

from zhunsheng.compiler.batch.losses import LeafPoints
from zhunsheng.compiler.batch.results import Table
from zhunsheng.compiler.batch.rows import Rejected, RowScorer, Task
from zhunsheng.compiler.batch.sheets import Page, page
from zhunsheng.compiler.explain.explain import explain

if TYPE_CHECKING:
    from zhunsheng.runtime.result import IndicatorResult


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
    leaves = tuple(_leaves(result.indicators)) if summed else ()
    return Scored(table.of_result(result), leaves, page(result) if paged else ())


def _leaves(indicators: Iterable["IndicatorResult"]) -> Iterator[LeafPoints]:
    for one in indicators:
        if one.children:
            yield from _leaves(one.children)
            continue
        points = {clause.id: Fraction(clause.points) for clause in one.clauses if clause.points is not None}
        if one.score is not None and points and len(points) == len(one.clauses):
            yield LeafPoints(one.id, Fraction(one.score), points)
