"""Exact fractions of columns: a numerator and a positive denominator, both whole; and rounding them by a named rule."""

from fractions import Fraction
from math import gcd

from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.columns.expressions import (
    ONE,
    ZERO,
    Number,
    Operator,
    Test,
    Truth,
    Whole,
    at_least,
    choice,
    ends,
    every,
    holds,
    minus,
    opposite,
    quotient,
    some,
    times,
    total,
)


@frozen
class Ratio:
    """`above` ÷ `below`; `sound` says where it has a value (no division by zero)."""

    above: Whole
    below: Whole

    @property
    def constant(self) -> int | None:
        """The denominator where it is the same for every applicant."""
        return self.below.value if isinstance(self.below, Number) else None


def of(value: Fraction) -> Ratio:
    """A number."""
    return Ratio(Number(value.numerator), Number(value.denominator))


def plus(left: Ratio, right: Ratio, sign: int = 1) -> Ratio:
    """A sum, or with `sign` −1 a difference."""
    a, b = left.constant, right.constant
    if a is not None and b is not None:
        shared = gcd(a, b)
        above = total((times(left.above, b // shared), times(right.above, sign * (a // shared))))
        return Ratio(above, Number(a // shared * b))
    above = total((times(left.above, right.below), times(times(right.above, left.below), sign)))
    return Ratio(above, times(left.below, right.below))


def product(left: Ratio, right: Ratio) -> Ratio:
    """A product."""
    return Ratio(times(left.above, right.above), times(left.below, right.below))


def divided(left: Ratio, right: Ratio) -> tuple[Ratio, Truth]:
    """A quotient, and where it has a value; elsewhere the ratio is some number that must not be used."""
    low, _ = ends(right.above)
    above, below = times(left.above, right.below), times(left.below, right.above)
    if low >= 0:
        return Ratio(above, at_least(below, ONE)), holds(">", right.above, ZERO)
    negative = holds("<", right.above, ZERO)
    sized = at_least(choice(negative, times(below, -1), below), ONE)
    sound = opposite(holds("==", right.above, ZERO))
    return Ratio(choice(negative, times(above, -1), above), sized), sound


def compared(ratio: Ratio, operator: Operator, bound: Fraction) -> Truth:
    """A ratio against a number, by cross multiplication."""
    return holds(operator, times(ratio.above, bound.denominator), times(ratio.below, bound.numerator))


def rounded(ratio: Ratio, rounding: ir.Rounding) -> Ratio:
    """A ratio rounded to whole multiples of a unit by its absolute value."""
    unit = rounding.unit
    above, below = times(ratio.above, unit.denominator), times(ratio.below, unit.numerator)
    negative = holds("<", above, ZERO)
    size = choice(negative, times(above, -1), above)
    steps = _steps(at_least(size, ZERO), below, rounding.rule)
    return Ratio(times(choice(negative, times(steps, -1), steps), unit.numerator), Number(unit.denominator))


def _steps(number: Whole, size: Whole, rule: ir.RoundingRule) -> Whole:
    """number ÷ size in whole steps."""
    match rule:
        case "舍去":
            return quotient(number, size)
        case "进一":
            return quotient(total((number, size, Number(-1))), size)
        case "四舍五入":
            return quotient(total((times(number, 2), size)), times(size, 2))
        case "进舍规则":
            whole = quotient(number, size)
            twice = times(minus(number, times(whole, size)), 2)
            odd = holds("==", minus(whole, times(quotient(whole, Number(2)), 2)), ONE)
            up = some((Test(">", twice, size), every((Test("==", twice, size), odd))))
            return total((whole, choice(up, ONE, ZERO)))
