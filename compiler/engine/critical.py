"""Critical values (临界值): the values of a fact at which a score can change, and those between them."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import ceil, floor, prod

from zhunsheng.compiler import ir
from zhunsheng.runtime.facts import FactSpec, FactType, Value
from zhunsheng.runtime.support import NA

#: At most so many steps of a counted clause are tried between its base and where its cap makes it flat.
MAX_STEPS = 12
#: So many are all tried where the clause ends the fact itself.
MAX_ENDED = 60
_FINE = Fraction(1, 1000)
#: By leaf and whether they take off: the most points that clauses put on a side.
Slack = Mapping[tuple[str, bool], Fraction]


def mixed(leaf: ir.Indicator) -> bool:
    """Whether a leaf both gives and takes points, so that what one clause gives another can take again."""
    return len({ir.takes_off(clause.amount) for clause in leaf.clauses}) > 1


def breakpoints(
    fact: str,
    indicators: Iterable[ir.Indicator],
    extra: Iterable[ir.Condition] = (),
    slack: Slack | None = None,
) -> list[Fraction]:
    """Numbers of a fact at which some clause changes, ascending; the last makes every step clause flat.

    `slack` has how many points the clauses of a leaf put on the other side; without it, ample points.
    """
    found: set[Fraction] = set()
    conditions = list(extra)
    for leaf in indicators:
        conditions += [veto.guard for veto in leaf.vetoes]
        conditions += [scaling.guard for scaling in leaf.scalings]
        for clause in leaf.clauses:
            conditions += ir.clause_conditions(clause)
            for count in ir.counts(clause.amount):
                if count.fact == fact:
                    found |= set(_steps(count, clause, leaf, slack))
            if isinstance(clause.amount, ir.Linear) and clause.amount.fact == fact:
                found |= {value for value, _ in clause.amount.anchors}
    for condition in conditions:
        found |= {a.bound for a in ir.atoms(condition) if isinstance(a, ir.Compare) and a.fact == fact}
    return sorted(found)


def most_steps(clause: ir.Clause, count: ir.Counted) -> int | None:
    """The steps of a count at most, where the guard of its clause ends its fact (少于4次的，每1次得2分); None where not."""
    parts = clause.guard.parts if isinstance(clause.guard, ir.All) else (clause.guard,)
    ending = ("==", ">", ">=") if count.below else ("==", "<", "<=")
    own = (part for part in parts if isinstance(part, ir.Compare) and part.fact == count.fact)
    ends = [part.bound for part in own if part.operator in ending]
    if not ends:
        return None
    gap = count.base - max(ends) if count.below else min(ends) - count.base
    return max(0, floor(gap / count.size) + 1)


def all_tried(clause: ir.Clause, count: ir.Counted) -> bool:
    """Whether every number of steps that a count can give is among the values that are tried."""
    most = most_steps(clause, count)
    return count.whole and most is not None and most <= MAX_ENDED


def _reach(cap: Fraction | None, leaf: ir.Indicator) -> Fraction:
    """The most points that matter where one clause is alone."""
    limits = [group.limit for group in leaf.groups if isinstance(group, ir.CapGroup)]
    ends = [abs(end) for end in (leaf.full, leaf.floor, leaf.ceiling, cap, *limits) if end]
    most = max(ends, default=Fraction(100))
    if leaf.ceiling is None:
        return most
    # What is multiplied before it ends goes on beyond these.
    return most / prod((min(Fraction(1), own.ends[0]) for own in leaf.scalings), start=Fraction(1))


def ample(clause: ir.Clause, leaf: ir.Indicator) -> Fraction:
    """Points that a clause of a leaf hardly gives or takes more than, where its facts are not known."""
    return abs(clause.amount.points) if isinstance(clause.amount, ir.Fixed) else _reach(clause.cap, leaf)


def _steps(
    amount: ir.Counted, clause: ir.Clause, leaf: ir.Indicator, slack: Slack | None
) -> Iterator[Fraction]:
    full = _reach(clause.cap, leaf)
    if mixed(leaf):
        most = sum((ample(own, leaf) for own in leaf.clauses), Fraction(0))
        full += most if slack is None else slack[leaf.id, not ir.takes_off(clause.amount)]
    spare: int | None = None
    if isinstance(clause.amount, ir.Sloped) and amount is clause.amount.missed:
        # Steps take from the points of the threshold, which may be more than the leaf can give.
        spare = max(0, floor((clause.amount.points - full) / abs(amount.points)))
        full = max(full, clause.amount.points)
    needed = ceil(full / abs(amount.points)) if amount.points else 1
    ended = most_steps(clause, amount)
    if ended is not None and ended <= MAX_ENDED:
        chosen = list(range(ended + 1))
    elif needed <= MAX_STEPS:
        chosen = list(range(needed + 2))
    else:
        chosen = [*range(MAX_STEPS), needed // 2, needed, needed + 1]
        chosen += [spare, spare + 1] if spare else []
    for count in chosen:
        yield amount.base + amount.size * (-count if amount.below else count)


def critical_values(
    spec: FactSpec,
    indicators: Iterable[ir.Indicator],
    extra: Iterable[ir.Condition] = (),
    slack: Slack | None = None,
) -> list[Value]:
    """Values of a fact to try, within its type and range, ascending; 不适用 last where it is allowed."""
    values: list[Value] = []
    if spec.type.truth:
        values = [False, True]
    elif spec.type is FactType.POINTS:
        high = spec.high if spec.high is not None else Fraction(100)
        low = spec.low if spec.low is not None else Fraction(0)
        values = [*([0] if spec.or_zero else []), whole(low), whole((low + high) / 2), whole(high)]
    elif spec.type is FactType.CHOICE:
        values = list(spec.choices)
    elif spec.type.numeric:
        values = list(_numbers(spec, breakpoints(spec.name, indicators, extra, slack)))
    if spec.allows_na:
        values.append(NA)
    return values


def _numbers(spec: FactSpec, points: list[Fraction]) -> Iterator[int | Fraction]:
    low = spec.low if spec.low is not None else _below(spec.high, points)
    high = spec.high if spec.high is not None else (max(points[-1], low) + 1 if points else low + 1)
    tried = {low, high, *([Fraction(0)] if low < 0 else [])}
    for point in points:
        tried |= {point, point - _FINE, point + _FINE}
    for before, after in zip([low, *points], [*points, high], strict=True):
        tried.add((before + after) / 2)
    if spec.type.whole:
        tried = {Fraction(n) for t in tried for n in (floor(t), ceil(t))}
    for value in sorted(tried):
        if low <= value <= high:
            yield whole(value)


def _below(high: Fraction | None, points: list[Fraction]) -> Fraction:
    """A number of a range without a lower end at which no clause changes any more."""
    first = points[0] if points else Fraction(1)
    return (first if high is None else min(first, high)) - 1


def whole(value: Fraction) -> int | Fraction:
    """A number as the generated code takes it: an int where it is whole."""
    return value.numerator if value.denominator == 1 else value


def lowest(spec: FactSpec, values: list[Value]) -> Value:
    """The value that stands for "no, none": 0 where it is one of them, else the first but 不适用."""
    if spec.type.numeric and 0 in values:
        return 0
    return next(value for value in values if value is not NA)
