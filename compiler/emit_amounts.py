"""The points of a clause as a Python expression, in the scale of the module."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import lcm
from typing import assert_never

from zhunsheng.compiler import ir
from zhunsheng.compiler.emit_expressions import times
from zhunsheng.compiler.emit_scope import Scope


def amount_expression(scope: Scope, amount: ir.Amount) -> str:
    """The points of an amount where its condition holds."""
    match amount:
        case ir.Fixed(points):
            return str(scope.points(points))
        case ir.Judged(fact, sign):
            x = scope.param(fact)
            value = times(x, scope.scales.points * sign)
            return f"(0 if {x} is NA else {value})" if scope.specs[fact].allows_na else value
        case ir.Counted(points):
            steps = _steps(scope, amount)
            return times(f"({steps})" if " " in steps else steps, scope.points(points))
        case ir.Linear(fact):
            value = _line(scope, amount)
            return f"(0 if {scope.param(fact)} is NA else {value})" if scope.specs[fact].allows_na else value
        case _:
            assert_never(amount)


def takes_off(amount: ir.Amount) -> bool:
    """Whether an amount is a deduction."""
    match amount:
        case ir.Fixed(points) | ir.Counted(points):
            return points < 0
        case ir.Judged(_, sign):
            return sign < 0
        case ir.Linear():
            return min(amount.levels) < 0
        case _:
            assert_never(amount)


def uses_fraction(amount: ir.Amount) -> bool:
    """Whether the expression of an amount speaks of ``Fraction``."""
    return isinstance(amount, ir.Linear) or (isinstance(amount, ir.Counted) and not amount.whole)


def split_by_amounts(scope: Scope, amounts: Iterable[ir.Amount]) -> Iterator[str]:
    """The facts that amounts count by numerator and denominator."""
    for amount in amounts:
        if (
            isinstance(amount, ir.Counted)
            and not _in_whole_steps(scope, amount)
            or isinstance(amount, ir.Linear)
        ):
            yield amount.fact


def _in_whole_steps(scope: Scope, node: ir.Counted) -> bool:
    return node.whole and scope.exact(node.fact, node.base, node.size)


def _steps(scope: Scope, node: ir.Counted) -> str:
    """⌊max(0, x − base) ÷ size⌋ in whole numbers; with numerator and denominator for finer facts."""
    number = scope.index[node.fact]
    base, size = node.base, node.size
    if _in_whole_steps(scope, node):
        x = f"f{number}"
        above = f"{x} - {base}" if base else x
        steps = f"({above}) // {size}" if base and size != 1 else f"{x} // {size}" if size != 1 else above
        if base:
            steps = f"{steps} if {x} > {base} else 0"
        return f"0 if {x} is NA else {steps}" if scope.specs[node.fact].allows_na else steps
    p, q, r, t = base.numerator, base.denominator, size.numerator, size.denominator
    n, d = f"n{number}", f"d{number}"
    above = f"{times(n, q * t)} - {times(d, p * t)}" if p else times(n, t)
    below = times(d, q * r)
    ratio = f"({above}) // ({below})" if node.whole else f"Fraction({above}, {below})"
    test = f"{times(n, q)} > {times(d, p)}"
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
