"""The polars back end: a plan as lazy expressions over whole-number columns.

Every number is held in the smallest integer type that its ends fit, so that most of the work is done on one or two
bytes a value; 64 bits are never left, which :func:`zhunsheng.compiler.columns.plan.plan` has made sure of.
"""

import datetime
from collections.abc import Iterator
from functools import reduce
from operator import add, and_, or_
from typing import assert_never

import polars as pl

from zhunsheng.compiler.columns.expressions import (
    Choice,
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
    ends,
)
from zhunsheng.compiler.columns.facts import Input
from zhunsheng.compiler.columns.plan import READY, SOUND, Plan
from zhunsheng.runtime.facts import FactType

#: The ordinal of 1970-01-01, from which polars counts days.
_EPOCH = datetime.date(1970, 1, 1).toordinal()

_TYPES = ((2**7, pl.Int8), (2**15, pl.Int16), (2**31, pl.Int32), (2**63, pl.Int64))


def places_of(kind: pl.DataType) -> int | None:
    """The decimals that numbers of a type can have; None where the type is no exact number."""
    if isinstance(kind, pl.Decimal):
        return kind.scale
    return 0 if kind.is_integer() else None


def score(frame: pl.LazyFrame, made: Plan) -> pl.LazyFrame:
    """The rows of a frame, whose columns are facts under their own names in exact types, with their results.

    A fact that may be 不适用 can have a truth column NAME不适用 beside it. Numbers are whole or Decimal, with the decimals
    that the plan was made for. Where SOUND is false, the other columns of the result say nothing.
    """
    schema = frame.collect_schema()
    frame = frame.with_columns(inputs(made, schema))
    for layer in layers(made):
        frame = frame.with_columns(layer)
    return frame.with_columns(results(made))


def results(made: Plan) -> list[pl.Expr]:
    """The columns of the result, numbers in the scales of the plan."""
    columns = [whole(node).alias(name) for name, node in made.numbers]
    columns += [truth(node).alias(name) for name, node in made.truths]
    return [*columns, (pl.col(READY) & truth(made.sound)).alias(SOUND)]


def inputs(made: Plan, schema: pl.Schema) -> list[pl.Expr]:
    """Every input of the plan as a column without nulls, and whether all could be had."""
    columns: list[pl.Expr] = []
    ready: list[pl.Expr] = []
    for own in made.inputs:
        value, there = _input(own, schema)
        if own.na is not None:
            beside = f"{own.fact}不适用"
            absent = pl.col(beside).fill_null(False) if beside in schema else pl.lit(False)
            columns.append(absent.alias(own.na))
            there = there | absent
        columns.append(value.alias(own.name))
        ready.append(there)
    columns.append(pl.all_horizontal(ready).alias(READY) if ready else pl.lit(True).alias(READY))
    return columns


def _input(own: Input, schema: pl.Schema) -> tuple[pl.Expr, pl.Expr]:
    """A fact's value, and whether it has one that the plan holds."""
    raw, kind = pl.col(own.fact), schema[own.fact]
    if own.truth:
        return raw.fill_null(False), raw.is_not_null()
    if own.spec.type is FactType.CHOICE:
        places = {option: place for place, option in enumerate(own.spec.choices)}
        code = raw.cast(pl.String).replace_strict(places, default=None, return_dtype=pl.Int64)
        return code.fill_null(0), code.is_not_null()
    if own.spec.type is FactType.DATE:
        day = raw.cast(pl.Int32).cast(pl.Int64) + _EPOCH
        return day.fill_null(0), raw.is_not_null()
    number = raw.to_physical() if isinstance(kind, pl.Decimal) else raw
    there = number.is_between(own.low, own.high)
    if own.spec.or_zero:
        there = there | (number == 0)
    there = there.fill_null(False)
    return pl.when(there).then(number).otherwise(0).cast(integer_type(*own.ends)), there


def layers(made: Plan) -> Iterator[list[pl.Expr]]:
    """The columns of each layer."""
    by_layer: dict[int, list[pl.Expr]] = {}
    for step in made.steps:
        by_layer.setdefault(step.layer, []).append(expression(step.expression).alias(step.name))
    yield from (by_layer[number] for number in sorted(by_layer))


def integer_type(low: int, high: int) -> pl.DataType:
    """The smallest type that holds both ends and what lies between them."""
    return next(kind for size, kind in _TYPES if -size <= low and high < size)()


def expression(node: Expression) -> pl.Expr:
    """A number or truth value as a polars expression."""
    return truth(node) if isinstance(node, Truth) else whole(node)


def whole(node: Whole, kind: pl.DataType | None = None) -> pl.Expr:
    """A number in the type of its ends, or in the wider one asked for."""
    own = integer_type(*_reach(node))
    made = _whole(node, own)
    return made if kind is None or kind == own or isinstance(node, Number) else made.cast(kind)


def _reach(node: Whole) -> tuple[int, int]:
    """The ends of a node and of all it is worked out from in one step."""
    low, high = ends(node)
    match node:
        case Number() | Field() | Choice():
            below: tuple[Whole, ...] = ()
        case Sum(parts):
            # Partial sums lie between the sum of what can be negative and the sum of what can be positive.
            pairs = [ends(part) for part in parts]
            return sum(min(0, a) for a, _ in pairs), sum(max(0, b) for _, b in pairs)
        case Product(left, right) | Least(left, right) | Greatest(left, right):
            below = (left, right)
        case Quotient(number, size):
            below = (number, size)
        case _:
            assert_never(node)
    for one in below:
        a, b = ends(one)
        low, high = min(low, a), max(high, b)
    return low, high


def _whole(node: Whole, kind: pl.DataType) -> pl.Expr:
    match node:
        case Number(value):
            return pl.lit(value, dtype=kind)
        case Field(name):
            return pl.col(name).cast(kind)
        case Sum(parts):
            return reduce(add, (_operand(part, kind) for part in parts))
        case Product(left, right):
            return _operand(left, kind) * _operand(right, kind)
        case Quotient(number, size):
            return _operand(number, kind) // _operand(size, kind)
        case Least(left, right):
            return _extreme(left, right, kind, least=True)
        case Greatest(left, right):
            return _extreme(left, right, kind, least=False)
        case Choice(test, then, other):
            return _choice(test, then, other, kind)
        case _:
            assert_never(node)


def _operand(node: Whole, kind: pl.DataType) -> pl.Expr:
    return pl.lit(node.value, dtype=kind) if isinstance(node, Number) else whole(node, kind)


def _extreme(left: Whole, right: Whole, kind: pl.DataType, *, least: bool) -> pl.Expr:
    a, b = _operand(left, kind), _operand(right, kind)
    if isinstance(right, Number):
        return a.clip(upper_bound=b) if least else a.clip(lower_bound=b)
    return pl.min_horizontal(a, b) if least else pl.max_horizontal(a, b)


def _choice(test: Truth, then: Whole, other: Whole, kind: pl.DataType) -> pl.Expr:
    """One of two numbers; a choice between a number and nothing is a product, which is the faster."""
    if isinstance(then, Number) and isinstance(other, Number) and other.value == 0:
        flag = truth(test).cast(kind)
        return flag if then.value == 1 else flag * pl.lit(then.value, dtype=kind)
    return pl.when(truth(test)).then(_operand(then, kind)).otherwise(_operand(other, kind))


def truth(node: Truth) -> pl.Expr:
    """A truth value."""
    match node:
        case Fact(value):
            return pl.lit(value)
        case Flag(name):
            return pl.col(name)
        case Test():
            return _test(node)
        case Every(parts):
            return reduce(and_, map(truth, parts))
        case Some(parts):
            return reduce(or_, map(truth, parts))
        case Opposite(part):
            return ~truth(part)
        case _:
            assert_never(node)


def _test(node: Test) -> pl.Expr:
    (a, b), (c, d) = ends(node.left), ends(node.right)
    kind = integer_type(min(a, c), max(b, d))
    left, right = _operand(node.left, kind), _operand(node.right, kind)
    match node.operator:
        case ">=":
            return left >= right
        case ">":
            return left > right
        case "<=":
            return left <= right
        case "<":
            return left < right
        case "==":
            return left == right
        case _:
            assert_never(node.operator)
