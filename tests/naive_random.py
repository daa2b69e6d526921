"""Random facts for the naive evaluator, drawn near the edges where something changes."""

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache, lru_cache

from naive import Incomplete, Outcome, evaluate, leaf_score
from naive_cohort import places_of
from naive_dates import TODAY
from naive_facts import NOT_APPLICABLE, derive, facts_of, operands_of
from naive_logic import atoms_of
from naive_model import Clause, Fact, Indicator, Judged, Per, Standard, Value

FINE = [
    Fraction(1, 1000),
    Fraction(1, 10**9),
    Fraction(1, 3),
    Fraction(1, 7),
    Fraction(1, 2),
    Fraction(1, 997),
]


MOODS = (0.3, 0.65, 0.9)
#: Values of a fact that are drawn for each mood, before they are drawn again from among these.
POOL = 200


def random_facts(standard: Standard, rng: random.Random) -> dict[str, Value]:
    """Complete facts, drawn near the edges; now and then moved so that the total falls on a tier's edge."""
    return random_applicant(standard, rng)[0]


def random_applicant(standard: Standard, rng: random.Random) -> tuple[dict[str, Value], Outcome]:
    """Such facts, and what comes of them."""
    while True:
        facts = complete(standard, {}, rng)
        known = derive(standard, facts)
        try:
            outcome = evaluate(standard, known)
        except Incomplete:  # a division by zero
            continue
        if not _in_range(standard, known):
            continue
        if rng.random() < 0.3:
            return _towards_an_edge(standard, facts, outcome, rng)
        return facts, outcome


def _in_range(standard: Standard, known: Mapping[str, Value]) -> bool:
    """Whether what follows from raw figures lies in the range of the derived fact."""
    for name in [*standard.formulas, *standard.questions]:
        fact, value = _specs(standard)[name], known.get(name)
        if value is not None and not isinstance(value, str | date | tuple):
            whole = fact.type not in ("个数", "清单") or Fraction(value).denominator == 1
            if not whole or (fact.low is not None and value < fact.low):
                return False
            if fact.high is not None and value > fact.high:
                return False
    return True


@cache
def _specs(standard: Standard) -> dict[str, Fact]:
    return {fact.name: fact for fact in facts_of(standard)}


@dataclass(frozen=True)
class _Needs:
    """The derived facts with their raw figures, of which some serve nothing else, and the others with what they feed."""

    derived: list[tuple[str, list[str], bool]]
    others: list[tuple[str, list[str], bool]]


@cache
def _needs(standard: Standard) -> _Needs:
    in_clauses = {usage.fact for usage in standard.usages}
    raw = {name: operands_of(standard, name) for name in [*standard.formulas, *standard.questions]}
    derived = [
        (name, operands, any(t not in in_clauses and t not in raw for t in operands))
        for name, operands in raw.items()
    ]
    others = []
    for name in _specs(standard):
        feeds = [result for result, operands in raw.items() if name in operands]
        if name not in raw:
            others.append((name, feeds, bool(feeds) and name not in in_clauses))
    return _Needs(derived, others)


def complete(standard: Standard, known: Mapping[str, Value], rng: random.Random) -> dict[str, Value]:
    """The known facts and a value for each that is missing.

    A derived fact comes from its raw figures, or (now and then) is given in their place. Drawn without regard
    to divisions by zero, after which `evaluate` raises `Incomplete`.
    """
    facts = dict(known)
    mood = rng.choice(MOODS)
    needs = _needs(standard)
    for name, operands, only_raw in needs.derived:
        free = only_raw and not any(t in facts for t in operands)
        if name not in facts and free and rng.random() < 0.3:
            facts[name] = _drawn(standard, name, rng, mood)
    for name, feeds, needless in needs.others:
        if name not in facts and not (needless and all(result in facts for result in feeds)):
            facts[name] = _drawn(standard, name, rng, mood)
    _with_a_place(standard, facts, known, rng)
    _among_those_ranked(standard, facts, known, rng)
    for name, operands, _ in needs.derived:  # what it follows from was drawn for others
        if name not in known and all(t in facts for t in operands):
            facts.pop(name, None)
    return facts


def _with_a_place(
    standard: Standard, facts: dict[str, Value], known: Mapping[str, Value], rng: random.Random
) -> None:
    """Draws places again that are 不适用 though what is ranked is known not to be, and its class neither."""
    for place, own in standard.together.items():
        of = [name for name in (own.of, own.within) if name]
        ranked = all(name in facts and facts[name] != NOT_APPLICABLE for name in of)
        if (
            own.kind in ("rank", "last")
            and place not in known
            and facts.get(place) == NOT_APPLICABLE
            and ranked
        ):
            facts[place] = rng.randint(1, 40)


def _among_those_ranked(
    standard: Standard, facts: dict[str, Value], known: Mapping[str, Value], rng: random.Random
) -> None:
    """Draws places again that are greater than the number of those who have one."""
    for place, size in places_of(standard):
        one, number = facts.get(place), facts.get(size)
        if isinstance(one, int | Fraction) and isinstance(number, int | Fraction) and one > number:
            if place not in known:
                facts[place] = rng.randint(1, int(number))
            else:
                facts[size] = int(one) + rng.choice([0, 1, rng.randint(2, 40)])


def _drawn(standard: Standard, name: str, rng: random.Random, mood: float) -> Value:
    """A new value while there are few, then one of those that were drawn for others."""
    pool = _pools(standard, rng)[name, mood]
    if len(pool) < POOL:
        pool.append(_draw(standard, _specs(standard)[name], rng, mood))
        return pool[-1]
    return pool[int(rng.random() * POOL)]


@lru_cache(maxsize=16)
def _pools(standard: Standard, rng: random.Random) -> dict[tuple[str, float], list[Value]]:
    return defaultdict(list)


def random_incomplete(standard: Standard, rng: random.Random) -> tuple[dict[str, Value], list[str]]:
    """Complete facts of which some are then taken away: what is left, and the names that were hidden."""
    facts = random_facts(standard, rng)
    names = sorted(facts)
    hidden = sorted(rng.sample(names, rng.randint(0, min(len(names), rng.choice([1, 2, 4, len(names)])))))
    return {name: value for name, value in facts.items() if name not in hidden}, hidden


def _draw(standard: Standard, fact: Fact, rng: random.Random, mood: float) -> Value:
    """A value within the fact's type and range; `mood` is how often a good one is wanted."""
    if fact.allows_na and rng.random() < 0.15:
        return NOT_APPLICABLE
    if fact.type == "选项":
        return rng.choice(fact.options)
    if fact.type == "日期" or fact.name == TODAY:
        return date(2026, 6, 30) + timedelta(days=rng.choice([-1, 0, 1, rng.randint(-1500, 200)]))
    if any(q.source == fact.name and q.kind in ("近", "连") for q in standard.questions.values()):
        starts = [date(2026, 1, 1) + timedelta(days=rng.randint(0, 40)) for _ in range(rng.randint(0, 3))]
        days = {day + timedelta(days=n) for day in starts for n in range(rng.choice([1, 9, 10, 11, 25]))}
        return tuple(sorted(days))
    if fact.type in ("是否", "评判"):
        in_veto = any(atom.fact == fact.name for veto in standard.vetoes for atom in atoms_of(veto.condition))
        return rng.random() < (0.1 if in_veto else mood)
    whole = fact.type in ("个数", "清单")
    edges = _edges(standard, fact)
    low = fact.low if fact.low is not None else Fraction(0)
    top = fact.high if fact.high is not None else max([Fraction(2), *edges]) * 2
    for _ in range(50):
        value = _candidate(fact.type, edges or [Fraction(1)], low, top, rng)
        if rng.random() < mood - 0.4:
            value = max(value, _candidate(fact.type, edges or [Fraction(1)], low, top, rng))
        if whole:
            value = Fraction(round(value))
        if fact.least is not None and 0 < value < fact.least:
            continue
        if (fact.low is None or value >= fact.low) and (fact.high is None or value <= fact.high):
            return int(value) if whole else value
    return int(low) if whole else low


def _candidate(
    kind: str, edges: list[Fraction], low: Fraction, top: Fraction, rng: random.Random
) -> Fraction:
    one = Fraction(1, 100) if kind == "百分比" else Fraction(1)
    way = rng.randrange(8)
    if way <= 1:
        return rng.choice(edges)
    if way == 2:
        return rng.choice(edges) + rng.choice([-1, 1]) * one
    if way == 3:
        fine = Fraction(1, 10) if kind == "评分" else rng.choice(FINE)
        return rng.choice(edges) + rng.choice([-1, 1]) * fine * one
    if way == 4:
        return Fraction(0)
    if way == 5:
        return rng.choice([top * 1000, top, top - one, Fraction(10**6)])
    parts = rng.choice([1, 2, 10, 100]) if kind == "评分" else rng.choice([1, 2, 3, 7, 10, 13, 97, 100])
    steps = max(int((top - low) / one * parts), 1)
    return low + one * Fraction(rng.randint(0, steps), parts)


@cache
def _edges(standard: Standard, fact: Fact) -> list[Fraction]:
    return sorted({*_numbers(standard, fact.name), *[e for e in (fact.low, fact.high) if e is not None]})


def _numbers(standard: Standard, name: str) -> list[Fraction]:
    """The numbers at which something about this fact may change, as far as they are easy to see."""
    numbers = [u.number for u in standard.usages if u.fact == name and u.how in ("比较", "级差")]
    for leaf in standard.all_leaves():
        for clause in leaf.clauses:
            amount = clause.amount
            if isinstance(amount, Per) and amount.fact == name:
                numbers += [amount.unit * times for times in (1, 2, 3, 4, 5, 10)]
                numbers += [
                    amount.unit * (limit // amount.points)
                    for limit in (clause.cap, leaf.full_mark, leaf.limit)
                    if limit is not None and amount.points
                ]
            if isinstance(amount, Judged) and amount.fact == name:
                numbers += [limit for limit in (clause.cap, leaf.limit) if limit is not None]
                if leaf.full_mark is not None:
                    numbers += [leaf.full_mark, leaf.full_mark / 2]
    return numbers


def _towards_an_edge(
    standard: Standard, facts: dict[str, Value], outcome: Outcome, rng: random.Random
) -> tuple[dict[str, Value], Outcome]:
    """Change one judged fact so that the total is exactly the edge of a tier, where that can be done."""
    choices = [
        (leaf, clause, edge)
        for leaf, clause, edge in _movable(standard)
        if not isinstance(facts.get(clause.fact, ""), str | date | tuple)
    ]
    rng.shuffle(choices)
    for leaf, clause, edge in choices:
        now, spec = facts[clause.fact], _specs(standard)[clause.fact]
        assert not isinstance(now, str | date | tuple)
        new = now + clause.sign * (edge - outcome.total) / leaf.factor
        in_range = (spec.low is None or new >= spec.low) and (spec.high is None or new <= spec.high)
        in_range = in_range and not (spec.least is not None and 0 < new < spec.least)
        if in_range and 10**12 % Fraction(new).denominator == 0:  # points an assessor can write down
            moved = {**facts, clause.fact: new}
            wanted = outcome.leaves[leaf.id] + clause.sign * (new - now)
            try:
                if leaf_score(standard, leaf.id, moved) == wanted:
                    after = evaluate(standard, moved)
                    if after.total == edge:
                        return moved, after
            except Incomplete:  # a division by zero
                continue
    return facts, outcome


@cache
def _movable(standard: Standard) -> list[tuple[Indicator, Clause, Fraction]]:
    """Judged clauses of leaves that count, with each edge of a tier."""
    edges = [end.number for band in standard.bands for end in (band.low, band.high) if end is not None]
    return [
        (leaf, clause, edge)
        for leaf in standard.leaves()
        for clause in leaf.clauses
        for edge in edges
        if isinstance(clause.amount, Judged) and leaf.factor
    ]
