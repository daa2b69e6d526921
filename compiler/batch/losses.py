"""What each clause costs on average: never more, over the clauses of an indicator, than the indicator itself lost.

A deduction costs what it took off. A clause that gives points costs what it did not give of the most it can, its own
points, its cap and the full mark considered; of clauses that exclude each other (分段) what the one that holds gives is no
loss of the others, and one that gives no more than it has lost nothing. Clauses under a cap of several, or of which the best counts, share what
their group lacks; those of an indicator share what it lacks of its full mark, deductions first. Each shares in
proportion to what it lacks by itself. All of it is of means over the rows, so that only sums are kept.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import TypeVar

import polars as pl
from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.columns import frames
from zhunsheng.compiler.columns.plan import Plan

ZERO = Fraction(0)
#: A sum of points with a greater denominator is held to so many parts; no plan has such.
_FINEST, _FINE = 2**512, 10**60
T = TypeVar("T")


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


@frozen
class _Unit:
    """A clause, or several that are counted together: what it lacks, the most it gives (None is no end), and what of
    that each clause lacks."""

    lacks: Fraction
    most: Fraction | None
    off: bool
    clauses: Mapping[str, Fraction]

    def within(self, limit: Fraction) -> "_Unit":
        """The same where all of it lacks no more than a limit, shared in proportion."""
        if self.lacks <= limit:
            return self
        shares = {id: own * limit / self.lacks for id, own in self.clauses.items()}
        return _Unit(limit, self.most, self.off, shares)


class Losses:
    """Takes rows piece by piece."""

    def __init__(self, program: ir.Program) -> None:
        # A bonus that is not earned is no loss.
        self.leaves = {leaf.id: leaf for leaf in program.leaves() if not leaf.id.startswith("加")}
        self.rows: Counter[str] = Counter()
        self.sums: dict[str, Fraction] = {}

    def add_columns(self, scored: pl.DataFrame, made: Plan) -> None:
        """Rows that a plan has worked out."""
        scale = made.point_scale
        for leaf in self.leaves.values():
            clauses = {clause.id: _column(scored, clause.id, made) for clause in leaf.clauses}
            points = _with_groups(leaf, clauses, partial(_together_in_columns, scale=scale))
            points[f"指标 {leaf.id}"] = pl.col(f"指标 {leaf.id}")
            columns = scored.with_columns(own.cast(pl.Int128).alias(name) for name, own in points.items())
            sums = columns.select(pl.col(name).sum() for name in points)
            self._add(
                leaf,
                len(scored),
                {name: Fraction(int(value or 0), scale) for name, value in sums.row(0, named=True).items()},
            )

    def add_row(self, found: LeafPoints) -> None:
        """One row that was scored by itself."""
        leaf = self.leaves.get(found.id)
        if leaf is None:
            return
        points = _with_groups(leaf, found.clauses, _together)
        self._add(leaf, 1, points | {f"指标 {leaf.id}": found.score})

    def _add(self, leaf: ir.Indicator, rows: int, points: Mapping[str, Fraction]) -> None:
        self.take({leaf.id: rows}, points)

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
        means = {name: self.sums[name] / count for name in _columns(leaf)}
        units = {
            f"条款 {clause.id}": _alone(leaf, clause, means[f"条款 {clause.id}"]) for clause in leaf.clauses
        }
        for apart in ir.exclusive_clauses(leaf):
            own = {clause.id: means[f"条款 {clause.id}"] for clause in apart}
            units[f"条款 {apart[0].id}"] = _apart(leaf, apart, own)
            for clause in apart[1:]:
                del units[f"条款 {clause.id}"]
        for number, group in enumerate(leaf.groups, 1):
            members = [name for name, unit in units.items() if unit.clauses.keys() & set(group.clauses)]
            name = f"合计 {leaf.id}（{number}）"
            units[name] = _joined(leaf, group, [units.pop(member) for member in members], means[name])
        taken = _sum(unit for unit in units.values() if unit.off)
        given = _sum(unit for unit in units.values() if not unit.off)
        if leaf.full is not None:
            lost = max(ZERO, leaf.full - means[f"指标 {leaf.id}"])
            taken = taken.within(lost)
            given = given.within(lost - taken.lacks)
        costs = {**taken.clauses, **given.clauses}
        for clause in leaf.clauses:
            yield Cost(clause, leaf, costs[clause.id] * leaf.weight)


def _columns(leaf: ir.Indicator) -> list[str]:
    """The columns of a plan that hold what an indicator, its clauses and its groups give."""
    groups = [f"合计 {leaf.id}（{number}）" for number, _ in enumerate(leaf.groups, 1)]
    return [*(f"条款 {clause.id}" for clause in leaf.clauses), *groups, f"指标 {leaf.id}"]


def _with_groups(
    leaf: ir.Indicator, clauses: Mapping[str, T], join: Callable[[ir.Group, list[T]], T]
) -> dict[str, T]:
    """What clauses give, and what the groups over them do, each by the name of its column."""
    points = {f"条款 {id}": own for id, own in clauses.items()}
    owners = {id: f"条款 {id}" for id in clauses}
    for number, group in enumerate(leaf.groups, 1):
        members = list(dict.fromkeys(owners[id] for id in group.clauses))
        name = f"合计 {leaf.id}（{number}）"
        points[name] = join(group, [points[member] for member in members])
        owners = {id: name if owner in members else owner for id, owner in owners.items()}
    return points


def _together(group: ir.Group, points: list[Fraction]) -> Fraction:
    """What several clauses give together."""
    if isinstance(group, ir.BestGroup):
        return min(points) if group.takes_off else max(points)
    return max(sum(points, ZERO), -group.limit) if group.takes_off else min(sum(points, ZERO), group.limit)


def _together_in_columns(group: ir.Group, points: list[pl.Expr], scale: int) -> pl.Expr:
    """The same in whole numbers of 1/scale."""
    if isinstance(group, ir.BestGroup):
        return pl.min_horizontal(points) if group.takes_off else pl.max_horizontal(points)
    limit = int(group.limit * scale)
    total = pl.sum_horizontal(points)
    return (
        pl.max_horizontal(total, pl.lit(-limit))
        if group.takes_off
        else pl.min_horizontal(total, pl.lit(limit))
    )


def _column(scored: pl.DataFrame, id: str, made: Plan) -> pl.Expr:
    """What a clause gave in each row: a column, or what the plan has left without one (扣0分, a fact that is its points)."""
    name = f"条款 {id}"
    return pl.col(name) if name in scored.columns else frames.whole(made.clauses[id])


def _alone(leaf: ir.Indicator, clause: ir.Clause, mean: Fraction) -> _Unit:
    if ir.takes_off(clause.amount):
        return _Unit(-mean, None, True, {clause.id: -mean})
    most = _least(_amount_most(clause.amount), clause.cap, leaf.full)
    lacks = ZERO if most is None else max(ZERO, most - mean)
    return _Unit(lacks, most, False, {clause.id: lacks})


def _apart(leaf: ir.Indicator, clauses: Sequence[ir.Clause], means: Mapping[str, Fraction]) -> _Unit:
    """Clauses with fixed points of which one at most gives some: each lacks, where another gave less, or none gave any, what
    it would have given more."""
    points = {clause.id: _least(_amount_most(clause.amount), clause.cap) or ZERO for clause in clauses}
    # The mean of a clause, over its points, is the share of the rows in which it gave them.
    held = {id: means[id] / own for id, own in points.items()}
    none = 1 - sum(held.values(), ZERO)
    lacks = {
        id: own * none + sum((held[other] * max(ZERO, own - less) for other, less in points.items()), ZERO)
        for id, own in points.items()
    }
    most = _least(max(points.values()), leaf.full) or ZERO
    lost = max(ZERO, most - sum(means.values(), ZERO))
    return _Unit(sum(lacks.values(), ZERO), most, False, lacks).within(lost)


def _joined(leaf: ir.Indicator, group: ir.Group, members: list[_Unit], mean: Fraction) -> _Unit:
    """Clauses under one cap, or of which the best counts."""
    own = _sum(members)
    if group.takes_off:
        return _Unit(own.lacks, None, True, own.clauses).within(-mean)
    best = None if any(unit.most is None for unit in members) else max(unit.most or ZERO for unit in members)
    most = _least(best if isinstance(group, ir.BestGroup) else _least(own.most, group.limit), leaf.full)
    return _Unit(own.lacks, most, False, own.clauses).within(ZERO if most is None else max(ZERO, most - mean))


def _sum(units: Iterator[_Unit] | list[_Unit]) -> _Unit:
    """Units side by side."""
    lacks, most = ZERO, ZERO
    clauses: dict[str, Fraction] = {}
    endless = False
    for unit in units:
        lacks += unit.lacks
        endless = endless or unit.most is None
        most += unit.most or ZERO
        clauses |= unit.clauses
    return _Unit(lacks, None if endless else most, False, clauses)


def _amount_most(amount: ir.Amount) -> Fraction | None:
    """The most points of an amount by itself; None is no end."""
    match amount:
        case ir.Fixed(points):
            return points
        case ir.Tally(points, parts):
            return points * len(parts)
        case ir.Linear():
            return max(amount.levels)
        case ir.Sloped(points, _, _, beyond):
            return points if beyond is None else None
        case _:
            return None


def _least(*ends: Fraction | None) -> Fraction | None:
    return min((end for end in ends if end is not None), default=None)
