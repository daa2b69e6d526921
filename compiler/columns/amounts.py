"""What a clause yields, in points, as a fraction of columns whose denominator is the same for every applicant."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import assert_never

from zhunsheng.compiler import ir
from zhunsheng.compiler.columns import ratios
from zhunsheng.compiler.columns.conditions import condition
from zhunsheng.compiler.columns.expressions import (
    ONE,
    ZERO,
    Number,
    at_least,
    at_most,
    choice,
    count,
    holds,
    minus,
    quotient,
    times,
    total,
)
from zhunsheng.compiler.columns.held import Held
from zhunsheng.compiler.columns.ratios import Ratio
from zhunsheng.compiler.columns.support import Construct, Unsupported

NOTHING = Ratio(ZERO, ONE)


def points_of(facts: Mapping[str, Held], amount: ir.Amount) -> Ratio:
    """The points of an amount where its condition holds."""
    match amount:
        case ir.Fixed(points):
            return ratios.of(points)
        case ir.Judged(name, sign):
            return _there(facts[name], _scaled(facts[name].ratio, Fraction(sign)))
        case ir.Counted(points):
            return _scaled(_steps(facts, amount), points)
        case ir.Multiplied(counted, second):
            return _scaled(ratios.product(_steps(facts, counted), _steps(facts, second)), counted.points)
        case ir.Weighed(counted, parts):
            whole = _steps(facts, counted)
            found = _scaled(whole, counted.points)
            for part in parts:
                found = ratios.plus(found, _scaled(_smaller(_steps(facts, part), whole), part.points))
            return found
        case ir.Growing():
            return _growing(facts, amount)
        case ir.Sloped():
            return _sloped(facts, amount)
        case ir.Tally(points, parts):
            return _scaled(Ratio(count(condition(facts, part) for part in parts), ONE), points)
        case ir.Linear(name):
            return _there(facts[name], _line(facts[name].ratio, amount))
        case _:
            assert_never(amount)


def _there(fact: Held, points: Ratio) -> Ratio:
    """No points where the fact is 不适用."""
    return Ratio(choice(fact.absent, ZERO, points.above), points.below)


def _scaled(ratio: Ratio, factor: Fraction) -> Ratio:
    return ratios.product(ratio, ratios.of(factor))


def _steps(facts: Mapping[str, Held], node: ir.Counted) -> Ratio:
    """The steps of a count: whole ones, or a fraction where part of a step counts pro rata."""
    fact = facts[node.fact]
    beyond = ratios.plus(fact.ratio, ratios.of(node.base), -1)
    if node.below:
        beyond = _scaled(beyond, Fraction(-1))
    steps = _scaled(beyond, 1 / node.size)
    above = at_least(steps.above, ZERO)
    if node.whole:
        short = (minus(steps.below, ONE),) if node.begun else ()
        return _there(fact, Ratio(quotient(total((above, *short)), steps.below), ONE))
    if steps.constant is None:
        raise Unsupported(Construct.LINEAR_QUOTIENT)
    return _there(fact, Ratio(above, steps.below))


def _growing(facts: Mapping[str, Held], node: ir.Growing) -> Ratio:
    """The sum of what the first instances give, and of what each one behind them gives more than the one before."""
    steps = _steps(facts, node.counted).above
    found = NOTHING
    for number, points in enumerate(node.firsts, 1):
        given = choice(holds(">=", steps, Number(number)), ONE, ZERO)
        found = ratios.plus(found, _scaled(Ratio(given, ONE), points))
    later = at_least(minus(steps, Number(len(node.firsts))), ZERO)
    pairs = quotient(times(later, minus(later, ONE)), Number(2))
    found = ratios.plus(found, _scaled(Ratio(later, ONE), node.counted.points))
    return ratios.plus(found, _scaled(Ratio(pairs, ONE), node.rise))


def _smaller(left: Ratio, right: Ratio) -> Ratio:
    """The smaller of two fractions with constant denominators."""
    assert left.constant
    assert right.constant
    shared = lcm(left.constant, right.constant)
    first, second = (times(one.above, shared // (one.constant or 1)) for one in (left, right))
    return Ratio(at_most(first, second), Number(shared))


def _sloped(facts: Mapping[str, Held], node: ir.Sloped) -> Ratio:
    """The points where the threshold is met, less the steps where it is not."""
    full = ratios.of(node.points)
    met = full
    if node.beyond is not None:
        met = ratios.plus(full, _scaled(_steps(facts, node.beyond), node.beyond.points))
    missed = NOTHING
    if node.missed is not None:
        fell = ratios.plus(full, _scaled(_steps(facts, node.missed), node.missed.points))
        missed = _there(facts[node.missed.fact], Ratio(at_least(fell.above, ZERO), fell.below))
    return _either(condition(facts, node.met), met, missed)


def _either(test, then: Ratio, other: Ratio) -> Ratio:  # type: ignore[no-untyped-def]
    """One of two fractions with constant denominators."""
    assert then.constant
    assert other.constant
    shared = lcm(then.constant, other.constant)
    first, second = times(then.above, shared // then.constant), times(other.above, shared // other.constant)
    return Ratio(choice(test, first, second), Number(shared))


def _line(ratio: Ratio, node: ir.Linear) -> Ratio:
    """Points along straight lines between anchors."""
    if ratio.constant is None:
        raise Unsupported(Construct.LINEAR_QUOTIENT)
    found = ratios.of(node.above)
    for (low, start), (high, end) in reversed(list(pairwise(node.anchors))):
        slope = (end - start) / (high - low)
        line = ratios.plus(_scaled(ratio, slope), ratios.of(start - slope * low))
        found = _either(ratios.compared(ratio, "<=", high), line, found)
    last, at_last = node.anchors[-1]
    if len(node.anchors) == 1:
        found = _either(ratios.compared(ratio, "==", last), ratios.of(at_last), found)
    return _either(ratios.compared(ratio, "<", node.anchors[0][0]), ratios.of(node.below), found)
