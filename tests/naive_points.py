"""The points that a clause gives, for the naive evaluator."""

from collections.abc import Mapping
from fractions import Fraction

from naive_facts import NOT_APPLICABLE, as_number
from naive_holds import holds, value_of
from naive_logic import Atom
from naive_model import (
    Amount,
    Clause,
    Flat,
    Given,
    Holding,
    Judged,
    Line,
    Per,
    Series,
    Steps,
    Threshold,
    Value,
)

ZERO = Fraction(0)


def points_of(clause: Clause, known: Mapping[str, Value]) -> Fraction:
    """A clause's points after its own cap; negative where they are taken off."""
    if isinstance(clause.amount, Threshold):
        points = _threshold(clause, clause.amount, known)
    else:
        applies = clause.condition is None or holds(clause.condition, known)
        points = _amount(
            clause.amount, known
        )  # looked at even where it is not needed: every fact must be there
        points = points if applies else ZERO
    if clause.cap is not None:
        points = min(points, clause.cap)
    held = [holds(condition, known) for condition in clause.nothing]  # all are looked at
    if any(held):
        points = ZERO
    return points if clause.sign > 0 else -points


def _amount(amount: Amount, known: Mapping[str, Value]) -> Fraction:
    if isinstance(amount, Flat):
        return amount.points
    if isinstance(amount, Holding):
        return amount.points * sum(holds(part, known) for part in amount.parts)
    assert not isinstance(amount, Threshold)
    value = value_of(amount.fact, known)
    second, part = (
        value_of(name, known) if isinstance(amount, Per) and (name := getattr(amount, which)) else None
        for which in ("second", "part")
    )
    if NOT_APPLICABLE in (value, second):
        return ZERO
    x = as_number(value)
    if isinstance(amount, Judged):
        return x
    if isinstance(amount, Given):
        return max(x, ZERO)
    if isinstance(amount, Series):
        return _series(amount, int(x // 1))
    if isinstance(amount, Steps):
        return _steps(amount, x)
    if isinstance(amount, Line):
        return _line(amount, x)
    count = _whole(max(x / amount.unit, ZERO), amount.parts) if amount.whole else x
    points = count * amount.points
    if second is not None:
        points *= as_number(second) // 1
    if part is not None and part != NOT_APPLICABLE:
        own = max(as_number(part) / amount.unit, ZERO)
        points += min(_whole(own, amount.parts), count) * amount.more
    return Fraction(points)


def _series(series: Series, n: int) -> Fraction:
    points = sum(series.steps[:n], ZERO)
    more = max(n - len(series.steps), 0)
    if not series.later:
        return points
    return points + more * series.steps[-1] + series.growth * more * (more + 1) / 2


def _steps(steps: Steps, x: Fraction) -> Fraction:
    beyond = max(ZERO, steps.base - x if steps.down else x - steps.base) / steps.size
    return _whole(beyond, steps.parts) * steps.points


def _whole(steps: Fraction, parts: str) -> Fraction:
    """Whole steps, or with the part that is left in proportion or as a whole one."""
    if parts == "整步":
        return Fraction(steps // 1)
    return Fraction(-(-steps // 1)) if parts == "进一" else steps


def _line(line: Line, x: Fraction) -> Fraction:
    first, last = line.corners[0], line.corners[-1]
    if x < first[0]:
        return line.below
    if x > last[0]:
        return line.above
    for (a, low), (b, high) in zip(line.corners, line.corners[1:], strict=False):
        if a <= x <= b:
            return low + (high - low) * (x - a) / (b - a)
    return first[1]


def _threshold(clause: Clause, amount: Threshold, known: Mapping[str, Value]) -> Fraction:
    """N and the steps that add where it holds; else N less the steps that take off."""
    names = [atom.fact for atom in [amount.condition] if isinstance(atom, Atom)]
    values = [value_of(name, known) for name in [*names, *(s.fact for s in [*amount.adds, *amount.offs])]]
    held = holds(amount.condition, known)
    if isinstance(clause.condition, Atom) and held and not holds(clause.condition, known):
        return ZERO  # read 分段择一, a band beyond its number applies
    if held:
        return amount.points + sum((_steps_of(s, known) for s in amount.adds), ZERO)
    if not amount.offs or NOT_APPLICABLE in values:
        return ZERO
    return max(ZERO, amount.points - sum((_steps_of(s, known) for s in amount.offs), ZERO))


def _steps_of(steps: Steps, known: Mapping[str, Value]) -> Fraction:
    value = value_of(steps.fact, known)
    return ZERO if value == NOT_APPLICABLE else _steps(steps, as_number(value))
