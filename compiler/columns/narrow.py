"""The columns of a plan once more, in small numbers, for a back end that pays for every byte of a value.

A count is as long as a row may have it, but points end at a cap: of 20 points each up to 100 only the first five count.
So what a cap is put on is worked out from numbers that end where the cap is surely reached, which fit one or two bytes.
Only numbers under a cap are changed, and they are put in instead of the column that holds them without an end, so every
column has the values that the plan gives it.
"""

from collections.abc import Mapping
from typing import assert_never

from attrs import evolve

from zhunsheng.compiler.columns.expressions import (
    Choice,
    Ends,
    Every,
    Expression,
    Fact,
    Field,
    Flag,
    Greatest,
    Least,
    Number,
    Opposite,
    Product,
    Quotient,
    Some,
    Sum,
    Test,
    Truth,
    Whole,
    at_least,
    at_most,
    choice,
    ends,
    every,
    holds,
    opposite,
    quotient,
    some,
    times,
    total,
)
from zhunsheng.compiler.columns.steps import Step

#: Numbers from here on have more than two bytes.
WIDE = 2**16

Columns = Mapping[str, Expression]


def narrowed(steps: tuple[Step, ...], within: Mapping[str, Ends]) -> tuple[Step, ...]:
    """The steps with the same values, for facts that lie within closer ends than the plan allows, worked out from small
    numbers where a cap allows it."""
    columns: dict[str, Expression] = {}
    for step in steps:
        columns[step.name] = _rewritten(step.expression, columns, within)
    return tuple(evolve(step, expression=columns[step.name]) for step in steps)


def _rewritten(node: Expression, columns: Columns, within: Mapping[str, Ends]) -> Expression:
    """A number or truth value of the same value, with the ends that the columns it reads have by now."""
    return _truth(node, columns, within) if isinstance(node, Truth) else _number(node, columns, within)


def _truth(node: Truth, columns: Columns, within: Mapping[str, Ends]) -> Truth:
    match node:
        case Flag() | Fact():
            return node
        case Test(operator, left, right):
            return holds(operator, _number(left, columns, within), _number(right, columns, within))
        case Every(parts):
            return every(_truth(part, columns, within) for part in parts)
        case Some(parts):
            return some(_truth(part, columns, within) for part in parts)
        case Opposite(part):
            return opposite(_truth(part, columns, within))
        case _:
            assert_never(node)


def _number(node: Whole, columns: Columns, within: Mapping[str, Ends]) -> Whole:
    def again(inner: Whole) -> Whole:
        return _number(inner, columns, within)

    match node:
        case Number():
            return node
        case Field(name):
            own = columns.get(name)
            low, high = within.get(name, (node.low, node.high)) if own is None else _ends(own)
            return Field(name, low, high)
        case Least(inner, Number(cap)):
            held = again(inner)
            return at_most(_saturated(held, cap, columns) if ends(held)[1] >= WIDE else held, Number(cap))
        case Least(left, right):
            return at_most(again(left), again(right))
        case Greatest(left, right):
            return at_least(again(left), again(right))
        case Choice(test, then, other):
            return choice(_truth(test, columns, within), again(then), again(other))
        case Sum(parts):
            return _gathered([again(part) for part in parts])
        case Product(left, right):
            return times(again(left), again(right))
        case Quotient(number, size):
            return quotient(again(number), again(size))
        case _:
            assert_never(node)


def _ends(node: Expression) -> Ends:
    assert not isinstance(node, Truth), "a column of truth values is read as a flag"
    return ends(node)


def _saturated(node: Whole, cap: int, columns: Columns) -> Whole:
    """A number that is the same up to `cap`, and at least `cap` where the given one is beyond it."""
    if ends(node)[1] <= cap:
        return node
    match node:
        case Field(name) if name in columns:
            own = columns[name]
            assert not isinstance(own, Truth), "a column of truth values is read as a flag"
            return _saturated(own, cap, columns)
        case Product(inner, Number(factor)) if factor > 0:
            return times(_saturated(inner, -(-cap // factor), columns), factor)
        case Quotient(inner, Number(size)):
            return quotient(_saturated(inner, cap * size, columns), Number(size))
        case Sum(parts):
            # A part alone brings the sum to the cap where it reaches what the others leave of it at the least.
            lows = [ends(part)[0] for part in parts]
            return total(
                _saturated(part, cap - sum(lows) + low, columns)
                for part, low in zip(parts, lows, strict=True)
            )
        case Choice(test, then, other):
            return choice(test, _saturated(then, cap, columns), _saturated(other, cap, columns))
        case Greatest(left, right):
            return at_least(_saturated(left, cap, columns), _saturated(right, cap, columns))
        case Least(left, right):
            return at_most(_saturated(left, cap, columns), _saturated(right, cap, columns))
        case _:
            return at_most(node, Number(cap))


def _gathered(parts: list[Whole]) -> Whole:
    """A sum in which what is multiplied by the same number is added up first."""
    by_factor: dict[int, list[Whole]] = {}
    for part in parts:
        inner, factor = (
            (part.left, part.right.value)
            if isinstance(part, Product) and isinstance(part.right, Number)
            else (part, 1)
        )
        by_factor.setdefault(factor, []).append(inner)
    return total(times(total(inner), factor) for factor, inner in by_factor.items())
