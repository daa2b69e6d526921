"""The polars back end: a plan as lazy expressions over whole-number columns.

Every number is held in the smallest integer type that its ends fit, so that most of the work is done on one or two
bytes a value; 64 bits are never left, which :func:`zhunsheng.compiler.columns.plan.plan` has made sure of. A row whose
facts are not all there and within their ends is worked out too, with numbers that wrap or are null; its result says nothing.

Of the ways to write an operation the one that polars runs quickest is taken: a choice between two constants and not a
cast of a truth value, a choice and not ``clip``, a cast that wraps and not one that looks at every value.
"""

import datetime
from collections.abc import Callable
from functools import lru_cache, reduce
from operator import add, and_, or_
from typing import Protocol, assert_never

import polars as pl
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
    ends,
)
from zhunsheng.compiler.columns.facts import Input
from zhunsheng.compiler.columns.narrow import narrowed
from zhunsheng.compiler.columns.plan import READY, SOUND
from zhunsheng.compiler.columns.steps import Step
from zhunsheng.runtime.facts import FactType

#: The ordinal of 1970-01-01, from which polars counts days.
_EPOCH = datetime.date(1970, 1, 1).toordinal()

#: Integer types by the least and the greatest number that each holds, the smallest first.
_TYPES: tuple[tuple[int, int, type[pl.DataType]], ...] = (
    (0, 2**8 - 1, pl.UInt8),
    (-(2**7), 2**7 - 1, pl.Int8),
    (0, 2**16 - 1, pl.UInt16),
    (-(2**15), 2**15 - 1, pl.Int16),
    (0, 2**32 - 1, pl.UInt32),
    (-(2**31), 2**31 - 1, pl.Int32),
    (-(2**63), 2**63 - 1, pl.Int64),
)
_RANGES: dict[type[pl.DataType], Ends] = {kind: (least, most) for least, most, kind in _TYPES}


def places_of(kind: pl.DataType) -> int | None:
    """The decimals that numbers of a type can have; None where the type is no exact number."""
    if isinstance(kind, pl.Decimal):
        return kind.scale
    return 0 if kind.is_integer() else None


class Worked(Protocol):
    """What columns are worked out by: a plan, or a part of one."""

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The facts."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """The columns on the way."""

    @property
    def numbers(self) -> tuple[tuple[str, Whole], ...]:
        """The numbers of the result by the names of their columns."""

    @property
    def truths(self) -> tuple[tuple[str, Truth], ...]:
        """The truth values of the result by the names of their columns."""

    @property
    def sound(self) -> Truth:
        """Where the result holds."""

    def __hash__(self) -> int:
        """What is worked out is the same for the same columns."""


def score(frame: pl.LazyFrame, made: Worked) -> pl.LazyFrame:
    """The rows of a frame, whose columns are facts under their own names in exact types, with their results.

    A fact that may be 不适用 can have a truth column NAME不适用 beside it. Numbers are whole or Decimal, with the decimals
    that the plan was made for. Where SOUND is false, the other columns of the result say nothing.
    """
    schema = frame.collect_schema()
    own = tuple(_fitted(fact, schema[fact.fact]) for fact in made.inputs)
    frame = frame.with_columns(_inputs(own, schema))
    for columns in _worked_out(made, tuple((fact.name, fact.ends) for fact in own)):
        frame = frame.with_columns(columns)
    return frame


@lru_cache(maxsize=16)
def _worked_out(made: Worked, within: tuple[tuple[str, Ends], ...]) -> tuple[list[pl.Expr], ...]:
    """The columns of each layer, and those of the result, for facts that lie within some ends. They are the same for
    every frame, and take a while to write."""
    by_layer: dict[int, list[pl.Expr]] = {}
    for step in narrowed(made.steps, dict(within)):
        by_layer.setdefault(step.layer, []).append(expression(step.expression).alias(step.name))
    return (*(by_layer[number] for number in sorted(by_layer)), _results(made))


def _results(made: Worked) -> list[pl.Expr]:
    """The columns of the result, numbers in the scales of the plan."""
    columns = [whole(node).alias(name) for name, node in made.numbers]
    columns += [truth(node).alias(name) for name, node in made.truths]
    return [*columns, (pl.col(READY) & truth(made.sound)).fill_null(False).alias(SOUND)]


def _fitted(own: Input, kind: pl.DataType) -> Input:
    """A fact with the ends that a column of this type has, where they are closer than the plan's."""
    if not own.spec.type.numeric or not kind.is_integer():
        return own
    low, high = _RANGES[kind.base_type()]
    fitted = evolve(own, low=max(own.low, low), high=min(own.high, high))
    return fitted if fitted.low <= fitted.high else own


def _inputs(facts: tuple[Input, ...], schema: pl.Schema) -> list[pl.Expr]:
    """Every input of the plan as a column, and whether all could be had: false or null where not."""
    columns: list[pl.Expr] = []
    ready: list[pl.Expr] = []
    for own in facts:
        value, there = _input(own, schema)
        if own.na is not None:
            beside = f"{own.fact}不适用"
            absent = pl.col(beside).fill_null(False) if beside in schema else pl.lit(False)
            columns.append(absent.alias(own.na))
            there = there | absent
        columns.append(value.alias(own.name))
        ready.append(there)
    columns.append((_folded(and_, ready) if ready else pl.lit(True)).alias(READY))
    return columns


def _input(own: Input, schema: pl.Schema) -> tuple[pl.Expr, pl.Expr]:
    """A fact's value, and whether it has one that the plan holds; that is false or null where it has none."""
    raw, kind = pl.col(own.fact), schema[own.fact]
    if own.truth:
        return raw if own.na is None else raw.fill_null(False), raw.is_not_null()
    if own.spec.type is FactType.CHOICE:
        places = {option: place for place, option in enumerate(own.spec.choices)}
        code = raw.cast(pl.String).replace_strict(places, default=None, return_dtype=integer_type(*own.ends))
        return code.fill_null(0), code.is_not_null()
    if own.spec.type is FactType.DATE:
        day = raw.cast(pl.Int32).cast(pl.Int64) + _EPOCH
        return day.fill_null(0), raw.is_not_null()
    number = raw.to_physical() if isinstance(kind, pl.Decimal) else raw
    there = _within(number, kind, own.low, own.high)
    if own.spec.or_zero:
        there = there | (number == 0)
    if own.na is not None:
        # The row counts where the fact is 不适用, so that there must be a number of the plan's.
        number = pl.when(there.fill_null(False)).then(number).otherwise(0)
    return _narrowed(number, integer_type(*own.ends)), there


def _within(number: pl.Expr, kind: pl.DataType, low: int, high: int) -> pl.Expr:
    """Whether a number is between two ends."""
    if kind == pl.Int64 and low == 0:
        # Below zero is above all others where the bits are read as a number without a sign: one comparison for two.
        return number.reinterpret(signed=False) <= pl.lit(high, dtype=pl.UInt64)
    least, most = _RANGES.get(kind.base_type(), (low - 1, high + 1))
    tests = [number >= low] if least < low else []
    tests += [number <= high] if high < most else []
    return reduce(and_, tests) if tests else number.is_not_null()


def _folded(join: Callable[[pl.Expr, pl.Expr], pl.Expr], parts: list[pl.Expr]) -> pl.Expr:
    """All parts joined in pairs, and the pairs in turn: polars plans a flat tree sooner than a deep one."""
    while len(parts) > 1:
        pairs = [join(*pair) for pair in zip(parts[::2], parts[1::2], strict=False)]
        parts = [*pairs, *parts[len(pairs) * 2 :]]
    return parts[0]


def _narrowed(number: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """A number of another type, which holds it in every row that counts; in the others it wraps."""
    return number.cast(kind, wrap_numerical=True)


def integer_type(low: int, high: int) -> pl.DataType:
    """The smallest type that holds both ends and what lies between them."""
    return next(kind for least, most, kind in _TYPES if least <= low and high <= most)()


def expression(node: Expression) -> pl.Expr:
    """A number or truth value as a polars expression."""
    return truth(node) if isinstance(node, Truth) else whole(node)


def whole(node: Whole, kind: pl.DataType | None = None) -> pl.Expr:
    """A number in the type of its ends, or in another that holds it."""
    asked = kind or integer_type(*ends(node))
    if isinstance(node, Number):
        return pl.lit(node.value, dtype=asked)
    if isinstance(node, Choice):
        return _choice(node.test, node.then, node.other, asked)
    # A column has the type of its ends; what is worked out needs one that holds all on the way.
    own = integer_type(*reach(node))
    made = _whole(node, own)
    return made if asked == own else _narrowed(made, asked)


def reach(node: Whole) -> tuple[int, int]:
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


def _whole(node: Field | Sum | Product | Quotient | Least | Greatest, kind: pl.DataType) -> pl.Expr:
    match node:
        case Field(name):
            return pl.col(name)
        case Sum(parts):
            return reduce(add, (whole(part, kind) for part in parts))
        case Product(left, right):
            return whole(left, kind) * whole(right, kind)
        case Quotient(number, size):
            return whole(number, kind) // whole(size, kind)
        case Least(left, right):
            return pl.min_horizontal(whole(left, kind), whole(right, kind))
        case Greatest(left, right):
            return pl.max_horizontal(whole(left, kind), whole(right, kind))
        case _:
            assert_never(node)


def _choice(test: Truth, then: Whole, other: Whole, kind: pl.DataType) -> pl.Expr:
    return pl.when(truth(test)).then(whole(then, kind)).otherwise(whole(other, kind))


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
    left, right = whole(node.left, kind), whole(node.right, kind)
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
