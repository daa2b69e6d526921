"""Conditions (条件) of the IR, and how they are put together and negated."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Literal

from attrs import evolve, frozen

from zhunsheng.compiler.ir.formulas import Limit

Operator = Literal[">=", ">", "<=", "<", "=="]


@frozen
class Is:
    """A yes/no fact has the given value."""

    fact: str
    value: bool = True


@frozen
class Compare:
    """A number against a constant, in the fact's unit. `limit` is set where the number is rounded to the places
    of a printed limit; operator and bound say the same of the number as it is."""

    fact: str
    operator: Operator
    bound: Fraction
    limit: Limit | None = None


@frozen
class Chosen:
    """A 选项 fact is one of the named options (`value` true), or is known to be another (`value` false)."""

    fact: str
    options: tuple[str, ...]
    value: bool = True


@frozen
class All:
    """Every part holds; with no parts, always."""

    parts: tuple["Condition", ...] = ()


@frozen
class AnyOf:
    """Some part holds. `stands_in` where the second stands in for the first (视同)."""

    parts: tuple["Condition", ...]
    stands_in: bool = False


@frozen
class AtLeast:
    """So many of the parts hold (满足下列条件中的两项); `count` lies between 0 and the number of parts, and 0 stands
    only beside `most`, the number of which no more hold."""

    count: int
    parts: tuple["Condition", ...]
    most: int | None = None


Literals = Is | Compare | Chosen

Condition = Literals | All | AnyOf | AtLeast

ALWAYS = All()

NEVER = AnyOf(())


def atoms(condition: Condition) -> Iterator[Literals]:
    """The literals of a condition, in order."""
    match condition:
        case Is() | Compare() | Chosen():
            yield condition
        case All(parts) | AnyOf(parts) | AtLeast(_, parts):
            for part in parts:
                yield from atoms(part)


def both(*conditions: Condition) -> Condition:
    """Conditions that all hold, those of an ``All`` side by side."""
    parts: list[Condition] = []
    for condition in conditions:
        parts += condition.parts if isinstance(condition, All) else [condition]
    kept = tuple(dict.fromkeys(parts))
    return kept[0] if len(kept) == 1 else All(kept)


def joined(parts: Sequence[Condition], *, any_of: bool = False) -> Condition:
    """Conditions together, all of them or any; one alone is itself, none is always."""
    if len(parts) < 2:
        return parts[0] if parts else ALWAYS
    return AnyOf(tuple(parts)) if any_of else All(tuple(parts))


_OPPOSITE: dict[Operator, Operator] = {">=": "<", ">": "<=", "<=": ">", "<": ">="}


def negated(condition: Condition) -> Condition:
    """The opposite, pushed down to the literals; one about a 不适用 fact stays false either way."""
    match condition:
        case Is(fact, value):
            return Is(fact, not value)
        case Chosen(fact, options, value):
            return Chosen(fact, options, not value)
        case Compare(fact, "==", bound):
            return AnyOf((Compare(fact, "<", bound), Compare(fact, ">", bound)))
        case Compare(fact, operator, bound, node_limit):
            limit = (
                None if node_limit is None else evolve(node_limit, operator=_OPPOSITE[node_limit.operator])
            )
            return Compare(fact, _OPPOSITE[operator], bound, limit)
        case All(parts):
            return AnyOf(tuple(map(negated, parts)))
        case AnyOf(parts):
            return All(tuple(map(negated, parts)))
        case AtLeast(count, parts, most):
            fewer = AtLeast(len(parts) - count + 1, tuple(map(negated, parts)))
            if most is None:
                return fewer
            more = AtLeast(most + 1, parts)
            return AnyOf((fewer, more)) if count else more
