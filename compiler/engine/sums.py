"""Sums (合计): the ends of what a heading or the whole comes to, from those of its parts and what is done to their sum."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from zhunsheng.compiler import ir
from zhunsheng.compiler.engine.bounds import Signs, scaling_directions, truth
from zhunsheng.runtime.support import NA

if TYPE_CHECKING:
    from zhunsheng.compiler.engine.engine import Scoring

#: Two ends; None is no end.
Interval = tuple[Fraction | None, Fraction | None]
#: The ends of a sum of no parts.
NOTHING: Interval = (Fraction(0), Fraction(0))


def through(scoring: "Scoring", steps: Iterable[ir.Step], sums: Interval, own: Interval) -> Interval:
    """The ends of a sum after its steps; `own` are those of the points of a heading's own rules."""
    for step in steps:
        match step:
            case ir.Clamp():
                sums = step.within(*sums)
            case ir.Scaling():
                sums = _times(sums, factors(scoring, step))
            case ir.OwnPoints():
                sums = plus(sums, own)
            case _:
                assert_never(step)
    return sums


def plus(one: Interval, other: Interval) -> Interval:
    """The ends of a sum of two numbers."""
    return (
        None if one[0] is None or other[0] is None else one[0] + other[0],
        None if one[1] is None or other[1] is None else one[1] + other[1],
    )


def factors(scoring: "Scoring", scaling: ir.Scaling) -> tuple[Fraction, Fraction]:
    """The least and the greatest that a coefficient can multiply by; 1 where it does not apply."""
    one = Fraction(1)
    state = truth(scaling.guard, scoring.known)
    if state is False:
        return one, one
    found = list(_factors(scoring, scaling)) + ([one] if state is None else [])
    return min(found), max(found)


def _factors(scoring: "Scoring", scaling: ir.Scaling) -> Iterator[Fraction]:
    if not isinstance(scaling.factor, str):
        yield scaling.factor
        return
    value = scoring.known.get(scaling.factor)
    if value is NA:
        yield Fraction(1)
    elif isinstance(value, int | Fraction):
        yield Fraction(value)
    else:
        spec = scoring.ranged[scaling.factor]
        yield scaling.ends[0] if spec.low is None else max(spec.low, scaling.ends[0])
        yield scaling.ends[1] if spec.high is None else min(spec.high, scaling.ends[1])
        if spec.allows_na:
            yield Fraction(1)


def _times(sums: Interval, by: tuple[Fraction, Fraction]) -> Interval:
    """The ends of a product with a number that is not below 0."""
    low, high = sums
    return (
        None if low is None else min(low * factor for factor in by),
        None if high is None else max(high * factor for factor in by),
    )


def sum_directions(program: ir.Program) -> Signs:
    """Per fact of the coefficients of sums, whether the total rises or falls with it."""
    signs: Signs = {}
    positive = all(map(ir.never_below_zero, program.indicators))
    own = {id(scaling) for scaling in ir.scalings_of(program.steps)}
    for scaling in ir.sum_scalings(program):
        found = scaling_directions(scaling)
        for fact, ways in found.items():
            both = id(scaling) in own and not positive
            signs.setdefault(fact, set()).update({1, -1} if both else ways)
    return signs
