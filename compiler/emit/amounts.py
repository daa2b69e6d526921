"""The points of a clause as a Python expression, in the scale of the module."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import lcm
from typing import assert_never

from zhunsheng.compiler import ir
from zhunsheng.compiler.emit.expressions import condition, holding, times
from zhunsheng.compiler.emit.scope import Scope


def amount_expression(scope: Scope, amount: ir.Amount) -> str:
    """The points of an amount where its condition holds."""
    match amount:
        case ir.Fixed(points):
            return str(scope.points(points))
        case ir.Judged(fact, sign):
            x = scope.param(fact)
            value = times(x, scope.scales.points * sign)
            return f"(0 if {x} is NA else {value})" if scope.specs[fact].allows_na else value
        case ir.Counted():
            return _counted(scope, amount)
        case ir.Multiplied(counted, second):
            return f"{_counted(scope, counted)} * ({_steps(scope, second)})"
        case ir.Weighed(counted, parts):
            most = _steps(scope, counted)
            held = [f"min({_steps(scope, part)}, {most}) * {scope.points(part.points)}" for part in parts]
            return " + ".join([_counted(scope, counted), *held])
        case ir.Growing(counted, firsts, rise):
            steps = _steps(scope, counted)
            given = "".join(f"{scope.points(points)}, " for points in firsts)
            return f"series({steps}, ({given}), {scope.points(counted.points)}, {scope.points(rise)})"
        case ir.Sloped():
            return _sloped(scope, amount)
        case ir.Tally(points, parts):
            return times(holding(scope, parts), scope.points(points))
        case ir.Linear(fact):
            value = _line(scope, amount)
            return f"(0 if {scope.param(fact)} is NA else {value})" if scope.specs[fact].allows_na else value
        case _:
            assert_never(amount)


def _counted(scope: Scope, node: ir.Counted) -> str:
    steps = _steps(scope, node)
    return times(f"({steps})" if " " in steps else steps, scope.points(node.points))


def _sloped(scope: Scope, node: ir.Sloped) -> str:
    """The points where the threshold is met, less the steps where it is not."""
    points = str(scope.points(node.points))
    met = points if node.beyond is None else f"{points} + {_counted(scope, node.beyond)}"
    missed = "0"
    if node.missed is not None:
        missed = f"max(0, {points} + {_counted(scope, node.missed)})"
        if scope.specs[node.missed.fact].allows_na:
            missed = f"(0 if {scope.param(node.missed.fact)} is NA else {missed})"
    return f"({met} if {condition(scope, node.met)} else {missed})"


def uses_fraction(amount: ir.Amount) -> bool:
    """Whether the expression of an amount speaks of ``Fraction``."""
    return isinstance(amount, ir.Linear) or any(not count.whole for count in ir.counts(amount))


def split_by_amounts(scope: Scope, amounts: Iterable[ir.Amount]) -> Iterator[str]:
    """The facts that amounts count by numerator and denominator."""
    for amount in amounts:
        for count in ir.counts(amount):
            if not _in_whole_steps(scope, count):
                yield count.fact
        if isinstance(amount, ir.Linear):
            yield amount.fact


def _in_whole_steps(scope: Scope, node: ir.Counted) -> bool:
    return node.whole and scope.exact(node.fact, node.base, node.size)


def _steps(scope: Scope, node: ir.Counted) -> str:
    """⌊max(0, x − base) ÷ size⌋ in whole numbers; with numerator and denominator for finer facts."""
    number = scope.index[node.fact]
    base, size = node.base, node.size
    if _in_whole_steps(scope, node):
        x = f"f{number}"
        above = f"{base} - {x}" if node.below else f"{x} - {base}" if base else x
        steps = _divided(above, size.numerator, node.begun)
        if base or node.below:
            steps = f"{steps} if {x} {'<' if node.below else '>'} {base} else 0"
        return f"0 if {x} is NA else {steps}" if scope.specs[node.fact].allows_na else steps
    p, q, r, t = base.numerator, base.denominator, size.numerator, size.denominator
    n, d = f"n{number}", f"d{number}"
    there, start = times(n, q * t), times(d, p * t)
    above = f"{start} - {there}" if node.below else f"{there} - {start}" if p else there
    below = times(d, q * r)
    ratio = f"Fraction({above}, {below})"
    if node.whole:
        ratio = f"-(-({above}) // ({below}))" if node.begun else f"({above}) // ({below})"
    test = f"{times(n, q)} {'<' if node.below else '>'} {times(d, p)}"
    return f"{ratio} if {test} else 0"


def _line(scope: Scope, node: ir.Linear) -> str:
    """Straight lines between anchors, each in the fact's numerator and denominator over one common denominator."""
    number = scope.index[node.fact]
    n, d = f"n{number}", f"d{number}"
    text = str(scope.points(node.above))
    for (low, start), (high, end) in reversed(list(pairwise(node.anchors))):
        slope = (end - start) / (high - low) * scope.scales.points
        offset = start * scope.scales.points - slope * low
        below = lcm(slope.denominator, offset.denominator)
        rise, shift = int(slope * below), int(offset * below)
        above = times(n, rise) + (f" {'+' if shift > 0 else '-'} {times(d, abs(shift))}" if shift else "")
        inside = f"{times(n, high.denominator)} <= {times(d, high.numerator)}"
        text = f"Fraction({above}, {times(d, below)}) if {inside} else {text}"
    first = node.anchors[0][0]
    outside = f"{times(n, first.denominator)} < {times(d, first.numerator)}"
    return f"({scope.points(node.below)} if {outside} else {text})"


def _divided(number: str, size: int, begun: bool) -> str:
    """A number in whole steps; a part of a step counts as one where it is `begun`."""
    if size == 1:
        return number
    whole = f"({number})" if " " in number else number
    return f"({number} + {size - 1}) // {size}" if begun else f"{whole} // {size}"
