"""What each clause costs on average: never more, over the clauses of an indicator, than the indicator itself lost.

Only sums over the rows are kept, of what :mod:`.lacks` finds in each. Where those of the clauses of a group, or of an
indicator, are more than it lacks in all, the clauses share that in proportion to their own, deductions first.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from math import lcm

import polars as pl
from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.batch.lacks import SINGLE, ZERO, in_columns, lacks, numbers, spans
from zhunsheng.compiler.columns import frames
from zhunsheng.compiler.columns.plan import Plan

#: A sum of points with a greater denominator is held to so many parts; no plan has such.
_FINEST, _FINE = 2**512, 10**60


@frozen
class LeafPoints:
    """What an indicator and its clauses gave in one row, all of it known."""

    id: str
    score: Fraction
    clauses: Mapping[str, Fraction]


@frozen
class Cost:
    """What a clause costs on average, in points of the total."""

    clause: ir.Clause
    leaf: ir.Indicator
    points: Fraction


class Losses:
    """Takes rows piece by piece."""

    def __init__(self, program: ir.Program) -> None:
        # A bonus that is not earned is no loss.
        self.leaves = {leaf.id: leaf for leaf in program.leaves() if not leaf.id.startswith("加")}
        self.rows: Counter[str] = Counter()
        self.sums: dict[str, Fraction] = {}

    def add_columns(self, scored: pl.DataFrame, made: Plan) -> None:
        """Rows that a plan has worked out."""
        for leaf in self.leaves.values():
            # What is compared with points need not be a whole number in their scale.
            finer = lcm(*((number * made.point_scale).denominator for number in numbers(leaf)))
            given = {clause.id: _column(scored, clause.id, made) for clause in leaf.clauses}
            columns = {id: column.cast(pl.Int128) * finer for id, column in given.items()}
            score = pl.col(f"指标 {leaf.id}").cast(pl.Int128) * finer
            scale = made.point_scale * finer
            found = lacks(leaf, columns, score, in_columns(scale))
            sums = scored.lazy().select(own.sum().alias(name) for name, own in found.items()).collect()
            row = sums.row(0, named=True) if found else {}
            points = {name: Fraction(int(value or 0), scale) for name, value in row.items()}
            self.take({leaf.id: len(scored)}, points)

    def add_row(self, found: LeafPoints) -> None:
        """One row that was scored by itself."""
        leaf = self.leaves.get(found.id)
        if leaf is not None:
            self.take({leaf.id: 1}, lacks(leaf, found.clauses, found.score, SINGLE))

    def take(self, rows: Mapping[str, int], points: Mapping[str, Fraction]) -> None:
        """Adds the counts and sums of other rows."""
        self.rows.update(rows)
        for name, own in points.items():
            total = self.sums.get(name, ZERO) + own
            if total.denominator > _FINEST:
                # Ratios whose denominators have nothing in common: the sum would be as long as there are rows.
                total = Fraction(round(total * _FINE), _FINE)
            self.sums[name] = total

    def costs(self) -> Iterator[Cost]:
        """What each clause costs, in the order of the standard."""
        for leaf in self.leaves.values():
            if self.rows[leaf.id]:
                yield from self._of_leaf(leaf)

    def _of_leaf(self, leaf: ir.Indicator) -> Iterator[Cost]:
        count = self.rows[leaf.id]
        means = {clause.id: self.sums[f"条款 {clause.id}"] / count for clause in leaf.clauses}
        for span in spans(leaf):
            if span.name in self.sums:
                _share(means, span.clauses, self.sums[span.name] / count)
        if leaf.full is not None:
            lost, taken = (self.sums[f"{word} {leaf.id}"] / count for word in ("指标", "扣分"))
            off = {clause.id for clause in leaf.clauses if ir.takes_off(clause.amount)}
            _share(means, off, taken)
            _share(means, means.keys() - off, lost - taken)
        for clause in leaf.clauses:
            yield Cost(clause, leaf, means[clause.id] * leaf.weight)


def _share(means: dict[str, Fraction], clauses: Collection[str], limit: Fraction) -> None:
    """Keeps what some clauses lack together within what there is, in proportion."""
    summed = sum((means[id] for id in clauses), ZERO)
    if summed > limit:
        means |= {id: means[id] * limit / summed for id in clauses}


def _column(scored: pl.DataFrame, id: str, made: Plan) -> pl.Expr:
    """What a clause gave in each row: a column, or what the plan has left without one (扣0分, a fact that is its points)."""
    name = f"条款 {id}"
    return pl.col(name) if name in scored.columns else frames.whole(made.clauses[id])
