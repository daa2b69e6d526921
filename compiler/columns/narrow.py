"""The columns of a plan once more, in small numbers, for a back end that pays for every byte of a value.

A count is as long as a row may have it, but points end at a cap: of 20 points each up to 100 only the first five count.
So what a cap is put on is worked out from numbers that end where the cap is surely reached, which fit one or two bytes.
Only numbers under a cap are changed, and they are put in instead of the column that holds them without an end, so every
column has the values that the plan gives it.
"""

from collections.abc import Mapping

from attrs import evolve

from zhunsheng.compiler.columns.expressions import (
    Choice,
    Expression,
    Field,
    Greatest,
    Least,
    Number,
    Product,
    Quotient,
    Sum,
    Truth,
    Whole,
    at_least,
    at_most,
    choice,
    ends,
    quotient,
    times,
    total,
)
from zhunsheng.compiler.columns.steps import Step

#: Numbers from here on have more than two bytes.
WIDE = 2**16

Columns = Mapping[str, Whole]


def narrowed(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps with the same values, worked out from small numbers where a cap allows it."""
    columns = {step.name: step.expression for step in steps if not isinstance(step.expression, Truth)}
    return tuple(evolve(step, expression=_expression(step.expression, columns)) for step in steps)


def _expression(node: Expression, columns: Columns) -> Expression:
    return node if isinstance(node, Truth) else _number(node, columns)


def _number(node: Whole, columns: Columns) -> Whole:
    """A number of the same value."""
    match node:
        case Least(inner, Number(cap)) if ends(inner)[1] >= WIDE:
            return at_most(_saturated(inner, cap, columns), Number(cap))
        case Least(left, right):
            return Least(_number(left, columns), _number(right, columns))
        case Greatest(left, right):
            return Greatest(_number(left, columns), _number(right, columns))
        case Choice(test, then, other):
            return Choice(test, _number(then, columns), _number(other, columns))
        case Sum(parts):
            return _gathered(parts)
        case _:
            return node


def _saturated(node: Whole, cap: int, columns: Columns) -> Whole:
    """A number that is the same up to `cap`, and at least `cap` where the given one is beyond it."""
    if ends(node)[1] <= cap:
        return node
    match node:
        case Field(name) if name in columns:
            return _saturated(columns[name], cap, columns)
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


def _gathered(parts: tuple[Whole, ...]) -> Whole:
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
