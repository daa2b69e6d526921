"""Whether conditions hold, for the naive evaluator."""

from collections.abc import Mapping
from fractions import Fraction

from naive_facts import NOT_APPLICABLE, UNDEFINED, as_number, rounded
from naive_logic import Atom, Condition, Count, Demand, Lacking
from naive_model import Rounding, Value


class Incomplete(Exception):
    """A fact that is needed is unknown, or 无法评定, which counts as unknown."""


#: The scores of indicators by level or title: points (times weight), full mark (times weight), and points alone.
Scores = Mapping[int | str, list[tuple[Fraction, Fraction, Fraction]]]


def value_of(name: str, known: Mapping[str, Value]) -> Value:
    value = known.get(name)
    if value is None or value == UNDEFINED:
        raise Incomplete(name)
    return value


def holds(condition: Condition, known: Mapping[str, Value], scores: Scores | None = None) -> bool:
    if isinstance(condition, Atom):
        return _atom_holds(condition, value_of(condition.fact, known))
    if isinstance(condition, Lacking):
        return (value_of(condition.fact, known) == NOT_APPLICABLE) != condition.negated
    if isinstance(condition, Demand):
        assert scores is not None
        return _demand_holds(condition, scores)
    parts = [holds(part, known, scores) for part in condition.parts]  # all are looked at
    if isinstance(condition, Count):
        return condition.low <= sum(parts) <= condition.high
    return all(parts) if condition.word == "且" else any(parts)


def _demand_holds(demand: Demand, scores: Scores) -> bool:
    range_ = Atom("", low=demand.low, high=demand.high)
    held = []
    for score, full, alone in scores[demand.level]:
        value = score / full if demand.rate else alone
        held.append(within_ends(range_, value))
    return all(held) if isinstance(demand.how, str) else sum(held) >= demand.how


def _atom_holds(atom: Atom, value: Value) -> bool:
    if value == NOT_APPLICABLE:  # false, and so is the negation
        return False
    if atom.options:
        return (value in atom.options) != atom.negated
    if not atom.compares:
        return bool(value) != atom.negated
    x = as_number(value)
    return within_ends(atom, rounded(x, Rounding(atom.place, "进舍规则")) if atom.place else x)


def within_ends(atom: Atom, value: Fraction) -> bool:
    for end, is_low in ((atom.low, True), (atom.high, False)):
        if end is not None:
            beyond = value > end.number if is_low else value < end.number
            if not beyond and not (end.included and value == end.number):
                return False
    return True
