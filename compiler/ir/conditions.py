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
class Lacks:
    """A fact is 不适用 (`value` true), or is not: the only condition that holds of a fact without a value."""

    fact: str
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


Literals = Is | Compare | Chosen | Lacks

Condition = Literals | All | AnyOf | AtLeast

ALWAYS = All()

NEVER = AnyOf(())


def atoms(condition: Condition) -> Iterator[Literals]:
    """The literals of a condition, in order."""
    match condition:
        case Is() | Compare() | Chosen() | Lacks():
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
    """The opposite, pushed down to the literals; one about a 不适用 fact stays false either way, save that it is so."""
    match condition:
        case Lacks(fact, value):
            return Lacks(fact, not value)
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


def excludes(first: Condition, second: Condition) -> bool:
    """Whether two conditions plainly never hold together; False where that is not seen."""
    if isinstance(first, AnyOf):
        return all(excludes(part, second) for part in first.parts)
    if isinstance(second, AnyOf):
        return all(excludes(first, part) for part in second.parts)
    if isinstance(first, All):
        return any(excludes(part, second) for part in first.parts)
    if isinstance(second, All):
        return any(excludes(first, part) for part in second.parts)
    if isinstance(first, AtLeast) or isinstance(second, AtLeast) or first.fact != second.fact:
        return False
    match first, second:
        case (Lacks(value=lacking), other) | (other, Lacks(value=lacking)):
            return lacking if not isinstance(other, Lacks) else lacking != other.value
        case (Is(), Is()):
            return first.value != second.value
        case (Chosen(), Chosen()):
            one, two = set(first.options), set(second.options)
            if first.value and second.value:
                return not one & two
            return first.value != second.value and (one <= two if first.value else two <= one)
        case (Compare(), Compare()):
            return _apart(first, second) or _apart(second, first)
        case _:
            return False


def implies(first: Condition, second: Condition) -> bool:
    """Whether the second plainly holds wherever the first does; False where that is not seen."""
    if isinstance(first, AnyOf):
        return all(implies(part, second) for part in first.parts)
    if isinstance(second, All):
        return all(implies(first, part) for part in second.parts)
    if isinstance(second, AnyOf) and any(implies(first, part) for part in second.parts):
        return True
    if isinstance(first, All):
        return any(implies(part, second) for part in first.parts)
    match first, second:
        case (Is() | Compare() | Chosen(), Lacks(fact, False)):
            return fact == first.fact
        case (Chosen(fact, options, True), Chosen(other, wider, True)):
            return fact == other and set(options) <= set(wider)
        case (Compare(), Compare()) if first.fact == second.fact and first.operator != "==":
            if first.operator[0] != second.operator[0]:
                return False
            if first.bound == second.bound:
                return first.operator == second.operator or len(second.operator) == 2
            return (first.bound > second.bound) == (first.operator[0] == ">")
        case _:
            return first == second


def _apart(low: Compare, high: Compare) -> bool:
    """Whether all numbers of the first are below those of the second."""
    if low.operator not in ("<", "<=", "==") or high.operator not in (">", ">=", "=="):
        return False
    return low.bound < high.bound or (
        low.bound == high.bound and (low.operator == "<" or high.operator == ">")
    )
