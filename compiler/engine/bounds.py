"""Bounds (区间): the least and the greatest of a score over all completions of the missing facts.

A score rises or falls with most facts, whatever the others are (:func:`directions`); those go straight
to an end. The few facts that do neither are tried at all their critical values together.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise, product
from math import prod
from operator import itemgetter
from typing import assert_never

from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.runtime.facts import Value
from zhunsheng.runtime.support import NA

#: At most so many combinations of the facts without a direction are tried.
LIMIT = 20_000

Assignment = dict[str, Value]
Signs = dict[str, set[int]]


@frozen
class Extremes:
    """Both ends and a completion at each; `exact` is False where not every combination was tried."""

    low: Fraction
    low_at: Assignment
    high: Fraction
    high_at: Assignment
    exact: bool


def widest(cases: Sequence[Extremes]) -> Extremes:
    """The ends over several cases."""
    lowest, highest = min(cases, key=lambda e: e.low), max(cases, key=lambda e: e.high)
    exact = all(case.exact for case in cases)
    return Extremes(lowest.low, lowest.low_at, highest.high, highest.high_at, exact)


def directions(leaf: ir.Indicator) -> Signs:
    """Per fact, whether the leaf's score rises (1) or falls (−1) with it; both is no direction."""
    signs = merged([*map(clause_directions, leaf.clauses), *map(scaling_directions, leaf.scalings)])
    for veto in leaf.vetoes:
        _guard(veto.guard, -1, signs)
        if veto.score > 0 or leaf.floor != 0:
            for atom in ir.atoms(veto.guard):
                if not isinstance(atom, ir.Lacks):
                    signs.setdefault(atom.fact, set()).update({1, -1})
    return signs


def scaling_directions(scaling: ir.Scaling) -> Signs:
    """The same for what multiplies a score that is not below 0."""
    signs: Signs = {}
    if isinstance(scaling.factor, str):
        signs.setdefault(scaling.factor, set()).add(1)
    if isinstance(scaling.factor, str) or scaling.factor < 1:
        _guard(scaling.guard, -1, signs)
    if isinstance(scaling.factor, str) or scaling.factor > 1:
        _guard(scaling.guard, 1, signs)
    return signs


def clause_directions(clause: ir.Clause) -> Signs:
    """The same for one clause's points."""
    signs: Signs = {}
    for count in ir.counts(clause.amount):
        if count.points:
            rises = (count.points > 0) != count.below
            signs.setdefault(count.fact, set()).add(1 if rises else -1)
    if isinstance(clause.amount, ir.Judged):
        signs.setdefault(clause.amount.fact, set()).add(clause.amount.sign)
    if isinstance(clause.amount, ir.Linear):
        signs.setdefault(clause.amount.fact, set()).update(_ways(clause.amount.levels))
    if isinstance(clause.amount, ir.Sloped):
        _guard(clause.amount.met, 1, signs)
    if isinstance(clause.amount, ir.Tally):
        _guard(ir.All(clause.amount.parts), 1 if clause.amount.points >= 0 else -1, signs)
    sign = -1 if ir.takes_off(clause.amount) else 1
    _guard(clause.guard, sign, signs)
    for bar in clause.bars:
        _guard(bar.guard, -sign, signs)
    return signs


def _ways(levels: tuple[Fraction, ...]) -> Iterator[int]:
    """Whether points rise or fall from level to level, or both."""
    steps = [after - before for before, after in pairwise(levels)]
    if any(step > 0 for step in steps) or not any(steps):
        yield 1
    if any(step < 0 for step in steps):
        yield -1


def _guard(condition: ir.Condition, sign: int, signs: Signs) -> None:
    match condition:
        case ir.All(parts) | ir.AnyOf(parts) | ir.AtLeast(_, parts):
            for part in parts:
                _guard(part, sign, signs)
                if isinstance(condition, ir.AtLeast) and condition.most is not None:
                    _guard(part, -sign, signs)
        case ir.Is(fact, value):
            signs.setdefault(fact, set()).add(sign if value else -sign)
        case ir.Compare(fact, ">=" | ">"):
            signs.setdefault(fact, set()).add(sign)
        case ir.Compare(fact, "<=" | "<"):
            signs.setdefault(fact, set()).add(-sign)
        case ir.Compare(fact) | ir.Chosen(fact):
            signs.setdefault(fact, set()).update({1, -1})
        case ir.Lacks():
            # All values are alike to it, and 不适用 is tried beside them.
            return
        case _:
            assert_never(condition)


def merged(signs: Iterable[Signs]) -> Signs:
    """Directions of a sum."""
    result: Signs = {}
    for own in signs:
        for fact, values in own.items():
            result.setdefault(fact, set()).update(values)
    return result


def extremes(
    score: Callable[[Assignment], Fraction],
    base: Assignment,
    candidates: Mapping[str, list[Value]],
    signs: Signs,
) -> Extremes:
    """The ends of `score` over the facts of `candidates`, the others as in `base`."""
    lows: dict[str, list[Value]] = {}
    highs: dict[str, list[Value]] = {}
    for fact, values in candidates.items():
        own = signs.get(fact, {1})
        numbers = [value for value in values if value is not NA]
        # 不适用 makes literals false and counts 0: it may lie beyond either end of a fact's range.
        silent = [value for value in values if value is NA]
        first, last = ([numbers[0]], [numbers[-1]]) if own == {1} else ([numbers[-1]], [numbers[0]])
        lows[fact] = [*first, *silent] if len(own) == 1 else values
        highs[fact] = [*last, *silent] if len(own) == 1 else values
    exact = max(prod(len(v) for v in lows.values()), prod(len(v) for v in highs.values())) <= LIMIT
    low, low_at = min(((score(at), at) for at in _combinations(base, lows, exact)), key=itemgetter(0))
    high, high_at = max(((score(at), at) for at in _combinations(base, highs, exact)), key=itemgetter(0))
    return Extremes(low, low_at, high, high_at, exact)


def _combinations(base: Assignment, options: Mapping[str, list[Value]], exact: bool) -> Iterator[Assignment]:
    """All combinations of the options, or the first alone where there are too many."""
    chosen = options if exact else {fact: values[:1] for fact, values in options.items()}
    for values in product(*chosen.values()):
        yield base | dict(zip(chosen, values, strict=True))


def components(
    leaves: Iterable[tuple[int, ir.Indicator]], mixed: Iterable[str]
) -> list[tuple[list[int], list[str]]]:
    """Leaves that share one of some facts, with those facts: their ends must be sought together."""
    mixed = set(mixed)
    groups: list[tuple[set[int], set[str]]] = []
    for index, leaf in leaves:
        facts = mixed.intersection(ir.indicator_facts(leaf))
        if not facts:
            continue
        joined = [group for group in groups if group[1] & facts]
        members, own = {index}, set(facts)
        for group in joined:
            members |= group[0]
            own |= group[1]
            groups.remove(group)
        groups.append((members, own))
    return [(sorted(members), sorted(own)) for members, own in groups]


def truth(condition: ir.Condition, known: Mapping[str, Value]) -> bool | None:
    """Whether a condition holds; None where a missing fact leaves it open (Kleene's logic)."""
    match condition:
        case ir.Is(fact, value):
            if fact not in known:
                return None
            return known[fact] is not NA and known[fact] is value
        case ir.Compare(fact, operator, bound):
            if fact not in known:
                return None
            actual = known[fact]
            return isinstance(actual, int | Fraction) and compare(actual, operator, bound)
        case ir.Chosen(fact, options, value):
            if fact not in known:
                return None
            return known[fact] is not NA and (known[fact] in options) is value
        case ir.Lacks(fact, value):
            return None if fact not in known else (known[fact] is NA) is value
        case ir.AtLeast(count, parts, most):
            found = [truth(part, known) for part in parts]
            least, possible = found.count(True), len(found) - found.count(False)
            if possible < count or (most is not None and least > most):
                return False
            return True if least >= count and (most is None or possible <= most) else None
        case ir.All(parts):
            return every(truth(part, known) for part in parts)
        case ir.AnyOf(parts):
            return some(truth(part, known) for part in parts)


def every(states: Iterable[bool | None]) -> bool | None:
    """Whether all hold; None where that is open."""
    found = set(states)
    return False if False in found else None if None in found else True


def some(states: Iterable[bool | None]) -> bool | None:
    """Whether any holds; None where that is open."""
    found = set(states)
    return True if True in found else None if None in found else False


def undecided_facts(condition: ir.Condition, known: Mapping[str, Value]) -> Iterator[str]:
    """The missing facts that an open condition still hangs on."""
    if truth(condition, known) is not None:
        return
    match condition:
        case ir.All(parts) | ir.AnyOf(parts) | ir.AtLeast(_, parts):
            for part in parts:
                yield from undecided_facts(part, known)
        case _:
            yield condition.fact


def compare(value: int | Fraction, operator: ir.Operator, bound: Fraction) -> bool:
    """A number against a bound."""
    if operator == ">=":
        return value >= bound
    if operator == ">":
        return value > bound
    if operator == "<=":
        return value <= bound
    return value < bound if operator == "<" else value == bound
