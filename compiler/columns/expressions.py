"""Expressions over columns of whole numbers and truth values: all that a columnar back end has to know.

No value is ever NULL, no operation leaves the whole numbers, and :func:`ends` bounds every node, so that a back end
can choose a type that holds all its values. A quotient is only ever taken of numbers that are not negative, where
truncation and floor are one.
"""

from collections.abc import Iterable, Iterator
from typing import Literal, assert_never

from attrs import frozen

Operator = Literal[">=", ">", "<=", "<", "=="]


@frozen
class Number:
    """A whole number."""

    value: int


@frozen
class Field:
    """A column of whole numbers, and the least and the greatest that can stand in it."""

    name: str
    low: int
    high: int


@frozen
class Sum:
    """All parts added up."""

    parts: tuple["Whole", ...]


@frozen
class Product:
    """Two numbers multiplied."""

    left: "Whole"
    right: "Whole"


@frozen
class Quotient:
    """⌊number ÷ size⌋, the number not negative, the size positive."""

    number: "Whole"
    size: "Whole"


@frozen
class Least:
    """The least of two."""

    left: "Whole"
    right: "Whole"


@frozen
class Greatest:
    """The greatest of two."""

    left: "Whole"
    right: "Whole"


@frozen
class Choice:
    """One number where a test holds, another where it does not."""

    test: "Truth"
    then: "Whole"
    other: "Whole"


@frozen
class Flag:
    """A column of truth values."""

    name: str


@frozen
class Fact:
    """A truth value that is known beforehand."""

    value: bool


@frozen
class Test:
    """Two numbers compared."""

    operator: Operator
    left: "Whole"
    right: "Whole"


@frozen
class Every:
    """All parts hold; there are at least two."""

    parts: tuple["Truth", ...]


@frozen
class Some:
    """Some part holds; there are at least two."""

    parts: tuple["Truth", ...]


@frozen
class Opposite:
    """The part does not hold."""

    part: "Truth"


Whole = Number | Field | Sum | Product | Quotient | Least | Greatest | Choice
Truth = Flag | Fact | Test | Every | Some | Opposite
Expression = Whole | Truth

ZERO, ONE = Number(0), Number(1)
YES, NO = Fact(True), Fact(False)
Ends = tuple[int, int]


def ends(node: Whole) -> Ends:
    """The least and the greatest value that a node can have, by its parts."""
    match node:
        case Number(value):
            return value, value
        case Field(_, low, high):
            return low, high
        case Sum(parts):
            pairs = [ends(part) for part in parts]
            return sum(low for low, _ in pairs), sum(high for _, high in pairs)
        case Product(left, right):
            corners = [a * b for a in ends(left) for b in ends(right)]
            return min(corners), max(corners)
        case Quotient(number, size):
            (low, high), (least, most) = ends(number), ends(size)
            assert low >= 0, "a quotient is taken of numbers that are not negative"
            assert least > 0, "a quotient has a positive size"
            return low // most, high // least
        case Least(left, right):
            (a, b), (c, d) = ends(left), ends(right)
            return min(a, c), min(b, d)
        case Greatest(left, right):
            (a, b), (c, d) = ends(left), ends(right)
            return max(a, c), max(b, d)
        case Choice(_, then, other):
            (a, b), (c, d) = ends(then), ends(other)
            return min(a, c), max(b, d)
        case _:
            assert_never(node)


def nodes(expression: Expression) -> Iterator[Expression]:
    """An expression and all below it."""
    yield expression
    match expression:
        case Number() | Field() | Flag() | Fact():
            below: tuple[Expression, ...] = ()
        case Sum():
            below = expression.parts
        case Every() | Some():
            below = expression.parts
        case Product(left, right) | Least(left, right) | Greatest(left, right) | Test(_, left, right):
            below = (left, right)
        case Quotient(number, size):
            below = (number, size)
        case Choice(test, then, other):
            below = (test, then, other)
        case Opposite(part):
            below = (part,)
        case _:
            assert_never(expression)
    for one in below:
        yield from nodes(one)


# ---- constructors that leave out what changes nothing


def total(parts: Iterable[Whole]) -> Whole:
    """The sum of some numbers, constants added up beforehand."""
    constant = 0
    rest: list[Whole] = []
    for part in parts:
        inner = part.parts if isinstance(part, Sum) else (part,)
        constant += sum(one.value for one in inner if isinstance(one, Number))
        rest += [one for one in inner if not isinstance(one, Number)]
    if constant or not rest:
        rest.append(Number(constant))
    return rest[0] if len(rest) == 1 else Sum(tuple(rest))


def times(left: Whole, right: Whole | int) -> Whole:
    """A product."""
    right = Number(right) if isinstance(right, int) else right
    if isinstance(left, Number) and isinstance(right, Number):
        return Number(left.value * right.value)
    for one, other in ((left, right), (right, left)):
        if one == ZERO or other == ONE:
            return one
    if isinstance(right, Number) and isinstance(left, Product) and isinstance(left.right, Number):
        return times(left.left, left.right.value * right.value)
    return Product(left, right) if isinstance(right, Number) else Product(right, left)


def minus(left: Whole, right: Whole) -> Whole:
    """A difference."""
    return total((left, times(right, -1)))


def quotient(number: Whole, size: Whole) -> Whole:
    """⌊number ÷ size⌋; a number below zero counts as zero."""
    floor = at_least(number, ZERO)
    if size == ONE:
        return floor
    if isinstance(floor, Number) and isinstance(size, Number):
        return Number(floor.value // size.value)
    return Quotient(floor, size)


def at_least(number: Whole, end: Whole) -> Whole:
    """The number, or the end where it is below."""
    if ends(number)[0] >= ends(end)[1]:
        return number
    return end if ends(number)[1] <= ends(end)[0] else Greatest(number, end)


def at_most(number: Whole, end: Whole) -> Whole:
    """The number, or the end where it is above."""
    if ends(number)[1] <= ends(end)[0]:
        return number
    return end if ends(number)[0] >= ends(end)[1] else Least(number, end)


def choice(test: Truth, then: Whole, other: Whole) -> Whole:
    """One of two numbers."""
    if isinstance(test, Fact):
        return then if test.value else other
    return then if then == other else Choice(test, then, other)


def holds(operator: Operator, left: Whole, right: Whole) -> Truth:
    """A comparison, settled beforehand where the ends leave no doubt."""
    (a, b), (c, d) = ends(left), ends(right)
    sure, never = {
        ">=": (a >= d, b < c),
        ">": (a > d, b <= c),
        "<=": (b <= c, a > d),
        "<": (b < c, a >= d),
        "==": (a == b == c == d, b < c or a > d),
    }[operator]
    return YES if sure else NO if never else Test(operator, left, right)


def every(parts: Iterable[Truth]) -> Truth:
    """Whether all parts hold."""
    kept: list[Truth] = []
    for part in parts:
        kept += part.parts if isinstance(part, Every) else [part]
    kept = [part for part in dict.fromkeys(kept) if part != YES]
    if NO in kept:
        return NO
    if len(kept) < 2:
        return kept[0] if kept else YES
    return Every(tuple(kept))


def some(parts: Iterable[Truth]) -> Truth:
    """Whether some part holds."""
    kept: list[Truth] = []
    for part in parts:
        kept += part.parts if isinstance(part, Some) else [part]
    kept = [part for part in dict.fromkeys(kept) if part != NO]
    if YES in kept:
        return YES
    if len(kept) < 2:
        return kept[0] if kept else NO
    return Some(tuple(kept))


def opposite(part: Truth) -> Truth:
    """Whether a part does not hold."""
    match part:
        case Fact(value):
            return Fact(not value)
        case Opposite(inner):
            return inner
        case _:
            return Opposite(part)


def count(parts: Iterable[Truth]) -> Whole:
    """How many parts hold."""
    return total(choice(part, ONE, ZERO) for part in parts)
