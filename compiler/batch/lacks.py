"""What each clause lacks in a row, no more than its group and its indicator lack in it; the same for single rows and for
columns of them.

A deduction lacks what it took off. A clause that gives points lacks what it did not give of the most it can: its own points,
its cap and the full mark considered. Of clauses that exclude each other (分段), or of which the best counts, it is only what
it would have given more than what counts; of deductions of which the greatest counts, the others lack nothing. Where an
indicator has its full mark nothing is lost, and what deductions took is not lost once more by what gives points.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import reduce
from typing import Generic, TypeVar

import polars as pl
from attrs import evolve, frozen

from zhunsheng.compiler import ir

T = TypeVar("T", Fraction, pl.Expr)
ZERO = Fraction(0)


@frozen
class Arithmetic(Generic[T]):
    """How the points of rows are reckoned with: a number as one of them, the least and the most of two, and where the first
    is the second, the third, else nothing."""

    number: Callable[[Fraction], T]
    least: Callable[[T, T], T]
    most: Callable[[T, T], T]
    where: Callable[[T, T, T], T]


def _where(one: Fraction, other: Fraction, then: Fraction) -> Fraction:
    return then if one == other else ZERO


#: For single rows.
SINGLE: Arithmetic[Fraction] = Arithmetic(lambda number: number, min, max, _where)


def in_columns(scale: int) -> Arithmetic[pl.Expr]:
    """For columns of whole numbers of 1/scale."""
    nothing = pl.lit(0, dtype=pl.Int128)
    return Arithmetic(
        lambda number: pl.lit(int(number * scale), dtype=pl.Int128),
        lambda one, other: pl.min_horizontal(one, other),
        lambda one, other: pl.max_horizontal(one, other),
        lambda one, other, then: pl.when(one == other).then(then).otherwise(nothing),
    )


@frozen
class Span:
    """Clauses that lack no more than something together: those of a group, or of which one at most gives points; None is
    the latter. `name` is that of the column of what they lack."""

    name: str
    clauses: tuple[str, ...]
    group: ir.Group | None


@frozen(eq=False)
class _Unit(Generic[T]):
    """A clause, or several that are counted together: what they give, the most of it (None is no end), what each lacks."""

    value: T
    most: Fraction | None
    off: bool
    lacks: Mapping[str, T]


def spans(leaf: ir.Indicator) -> Iterator[Span]:
    """The clauses that lack something together, the inner ones first."""
    for number, apart in enumerate(ir.exclusive_clauses(leaf), 1):
        yield Span(f"分段 {leaf.id}（{number}）", tuple(clause.id for clause in apart), None)
    for number, group in enumerate(leaf.groups, 1):
        yield Span(f"合计 {leaf.id}（{number}）", group.clauses, group)


def numbers(leaf: ir.Indicator) -> Iterator[Fraction]:
    """The numbers of a standard that points are compared with."""
    yield from (end for clause in leaf.clauses for end in (_most(leaf, clause),) if end is not None)
    yield from (group.limit for group in leaf.groups if isinstance(group, ir.CapGroup))
    yield from () if leaf.full is None else (leaf.full,)


def lacks(leaf: ir.Indicator, given: Mapping[str, T], score: T, by: Arithmetic[T]) -> dict[str, T]:
    """What each clause and each span of them lacks in a row in which clauses gave so much and the indicator has a score,
    what the indicator itself does, and how much of that was taken off; by the names of columns."""
    units = [_alone(leaf, clause, given[clause.id], by) for clause in leaf.clauses]
    found: dict[str, T] = {}
    for span in spans(leaf):
        members = [unit for unit in units if not unit.lacks.keys().isdisjoint(span.clauses)]
        if not members:
            continue
        units = [unit for unit in units if unit not in members]
        joined, room = _joined(leaf, span.group, members, by)
        units.append(joined)
        found[span.name] = room
    if leaf.full is not None:
        nothing = by.number(ZERO)
        lost = by.most(nothing, by.number(leaf.full) - score)
        own = [lack for unit in units if unit.off for lack in unit.lacks.values()]
        taken = by.least(_sum(own, by), lost)
        found |= {f"指标 {leaf.id}": lost, f"扣分 {leaf.id}": taken}
        units = [_within(unit, lost if unit.off else lost - taken, by) for unit in units]
    return found | {f"条款 {id}": lack for unit in units for id, lack in unit.lacks.items()}


def _alone(leaf: ir.Indicator, clause: ir.Clause, given: T, by: Arithmetic[T]) -> _Unit[T]:
    if ir.takes_off(clause.amount):
        return _Unit(given, None, True, {clause.id: by.number(ZERO) - given})
    most = _most(leaf, clause)
    return _Unit(given, most, False, {clause.id: _lacking(most, given, by)})


def _joined(
    leaf: ir.Indicator, group: ir.Group | None, members: list[_Unit[T]], by: Arithmetic[T]
) -> tuple[_Unit[T], T]:
    """Several units as one, with what it lacks."""
    values = [unit.value for unit in members]
    if group is not None and group.takes_off:
        if isinstance(group, ir.BestGroup):
            value = reduce(by.least, values)
            members = [
                evolve(unit, lacks={id: by.where(unit.value, value, own) for id, own in unit.lacks.items()})
                for unit in members
            ]
        else:
            value = by.most(_sum(values, by), by.number(-group.limit))
        room = by.number(ZERO) - value
        return _within(_Unit(value, None, True, _lacks(members)), room, by), room
    mosts = [unit.most for unit in members]
    greatest = None if None in mosts else max(most for most in mosts if most is not None)
    if isinstance(group, ir.CapGroup):
        value = by.least(_sum(values, by), by.number(group.limit))
        summed = None if None in mosts else sum((most for most in mosts if most is not None), ZERO)
        most = _least(summed, group.limit)
    else:
        # Of those that exclude each other one gives all there is.
        value = _sum(values, by) if group is None else reduce(by.most, values)
        members = [_within(unit, _lacking(_least(unit.most, leaf.full), value, by), by) for unit in members]
        most = greatest
    room = _lacking(_least(most, leaf.full), value, by)
    return _within(_Unit(value, most, False, _lacks(members)), room, by), room


def _lacks(units: list[_Unit[T]]) -> dict[str, T]:
    return {id: own for unit in units for id, own in unit.lacks.items()}


def _within(unit: _Unit[T], room: T, by: Arithmetic[T]) -> _Unit[T]:
    """A unit of which no clause lacks more than there is room for."""
    return evolve(unit, lacks={id: by.least(own, room) for id, own in unit.lacks.items()})


def _lacking(most: Fraction | None, value: T, by: Arithmetic[T]) -> T:
    """What there is between a value and the most; of what has no end nothing is lost."""
    nothing = by.number(ZERO)
    return nothing if most is None else by.most(nothing, by.number(most) - value)


def _sum(values: Iterable[T], by: Arithmetic[T]) -> T:
    total = by.number(ZERO)
    for value in values:
        total = total + value
    return total


def _most(leaf: ir.Indicator, clause: ir.Clause) -> Fraction | None:
    """The most that a clause by itself can give to its indicator; None is no end."""
    return _least(_amount_most(clause.amount), clause.cap, leaf.full)


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
