"""Ranges (范围) of derived facts that are missing: what their formulas can still give with the raw figures known.

The ends are sound, and exact where a formula reads each unknown figure once. A division by zero is no completion, so
a divisor that may be 0 is taken to be above it, and a whole one to be at least 1.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import ceil, floor

from attrs import evolve, frozen

from zhunsheng.compiler import ir
from zhunsheng.runtime.facts import FactSpec, FactType, Value
from zhunsheng.runtime.support import NA

#: Types whose values are never below zero.
_COUNTED = (FactType.COUNT, FactType.LIST)


@frozen
class Range:
    """All numbers between two ends; None is no end."""

    low: Fraction | None
    high: Fraction | None

    def negative(self) -> "Range":
        """The range of −x."""
        return Range(None if self.high is None else -self.high, None if self.low is None else -self.low)


_ANY = Range(None, None)


def narrowed(
    program: ir.Program, values: Mapping[str, Value], pieces: Mapping[str, Range]
) -> dict[str, FactSpec]:
    """The specs of a program's facts: some held to pieces of their ranges, a missing place and the number of those that
    have one on the right side of each other, and missing derived facts within what raw figures leave them."""
    specs = {spec.name: spec for spec in program.facts}
    for name, piece in pieces.items():
        # That it is 不适用 is a case of its own.
        specs[name] = evolve(specs[name], low=piece.low, high=piece.high, allows_na=False)
    for name, own in specs.items():
        if own.cohort is not None and own.allows_na and name not in values:
            compared = {own.cohort.of} if own.cohort.kind in ("rank", "last") else set()
            if not _may_lack({*compared, own.cohort.within} - {""}, specs, values):
                specs[name] = evolve(own, allows_na=False)
    for place, size in ir.rankings(program):
        last = _of(ir.Ref(size.name), specs, values).high
        if place.name not in values:
            specs[place.name] = evolve(specs[place.name], high=_least(specs[place.name].high, last))
        least = _of(ir.Ref(place.name), specs, values).low
        if size.name not in values:
            specs[size.name] = evolve(specs[size.name], low=_greatest(specs[size.name].low, least))
    for item in program.derived:
        own = specs[item.fact]
        if own.allows_na and item.fact not in values and item.fact not in pieces:
            # A division by 0 gives no number, but is no 不适用.
            own = evolve(own, allows_na=not values.keys() >= set(ir.formula_facts(item.formula)))
            specs[item.fact] = own
        if item.fact in values or own.type not in _NUMBERS:
            continue
        found = _of(item.formula, specs, values)
        if item.rounding is not None:
            low, high = (None if end is None else item.rounding.of(end) for end in (found.low, found.high))
            found = Range(low, high)
        low, high = _greatest(own.low, found.low), _least(own.high, found.high)
        if own.type.whole:
            low = None if low is None else Fraction(ceil(low))
            high = None if high is None else Fraction(floor(high))
        # Raw figures that leave no value at all are told when the last of them is known.
        if low is None or high is None or low <= high:
            specs[item.fact] = evolve(own, low=low, high=high)
    return specs


_NUMBERS = frozenset(kind for kind in FactType if kind.numeric)


def _may_lack(names: Iterable[str], specs: Mapping[str, FactSpec], values: Mapping[str, Value]) -> bool:
    """Whether one of some facts is 不适用, or may be."""
    return any(values[name] is NA if name in values else specs[name].allows_na for name in names)


def _greatest(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return max(one, other) if one is not None and other is not None else one if other is None else other


def _least(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return min(one, other) if one is not None and other is not None else one if other is None else other


def _of(node: ir.Formula, specs: Mapping[str, FactSpec], values: Mapping[str, Value]) -> Range:
    match node:
        case ir.Const(value):
            return Range(value, value)
        case ir.Ref(fact):
            value_of = values.get(fact)
            if isinstance(value_of, int | Fraction):
                return Range(Fraction(value_of), Fraction(value_of))
            spec = specs[fact]
            if value_of is NA or spec.type not in _NUMBERS:
                return _ANY
            zero = spec.or_zero or (spec.type in _COUNTED and spec.low is None)
            return Range(Fraction(0) if zero else spec.low, spec.high)
        case ir.Arith(operator, left, right):
            one, two = _of(left, specs, values), _of(right, specs, values)
            if operator == "+":
                return _sum(one, two)
            if operator == "-":
                return _sum(one, two.negative())
            if operator == "*":
                return _product(one, two)
            if operator == "÷":
                two = Range(_greatest(two.low, Fraction(0)), two.high)
            whole = isinstance(right, ir.Ref) and specs[right.fact].type in _COUNTED
            return _quotient(one, two, whole=whole)
        case ir.Streaks() | ir.Recent():
            return Range(Fraction(0), None)
        case _:
            return _ANY


def _sum(one: Range, two: Range) -> Range:
    low = None if one.low is None or two.low is None else one.low + two.low
    return Range(low, None if one.high is None or two.high is None else one.high + two.high)


def _product(one: Range, two: Range) -> Range:
    """The ends of a product; where a factor has no end, zero times it is zero."""
    if Range(Fraction(0), Fraction(0)) in (one, two):
        return Range(Fraction(0), Fraction(0))
    ends = [_times(a, b) for a in _signed(one) for b in _signed(two)]
    return Range(_end(min(ends)), _end(max(ends)))


#: An end as a pair: −1, 0 or 1 for −∞, a number, ∞, and the number. Pairs compare as their ends do.
_End = tuple[int, Fraction]


def _signed(found: Range) -> tuple[_End, _End]:
    zero = Fraction(0)
    low = (-1, zero) if found.low is None else (0, found.low)
    return low, ((1, zero) if found.high is None else (0, found.high))


def _times(one: _End, two: _End) -> _End:
    if one[0] == two[0] == 0:
        return 0, one[1] * two[1]
    sign = _sign(one) * _sign(two)
    return sign, Fraction(0)


def _sign(end: _End) -> int:
    return end[0] or (end[1] > 0) - (end[1] < 0)


def _end(end: _End) -> Fraction | None:
    return None if end[0] else end[1]


def _quotient(one: Range, two: Range, *, whole: bool) -> Range:
    """The ends of a quotient; a `whole` divisor is 1 at least. Where the divisor is known to be 0, it is 无法评定: any."""
    if two == Range(Fraction(0), Fraction(0)):
        return _ANY
    if one == Range(Fraction(0), Fraction(0)):
        return one
    if two.low is not None and two.low >= 0:
        low = max(two.low, Fraction(1)) if whole else two.low
        inverse = Range(
            Fraction(0) if two.high is None else 1 / two.high if two.high else None, 1 / low if low else None
        )
        return _product(one, inverse)
    if two.high is not None and two.high <= 0:
        return _quotient(one.negative(), two.negative(), whole=whole)
    return _ANY
