"""A second evaluator, written from docs/developers/semantics.md alone: slow, obvious, exact.

Every back end must agree with it. It reads with `naive_reader`, and shares nothing with the compiler.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from naive_facts import NOT_APPLICABLE, UNDEFINED, as_number, derive, facts_of, rounded
from naive_model import (
    Atom,
    Band,
    Clause,
    Condition,
    Count,
    Demand,
    Flat,
    Holding,
    Indicator,
    Judged,
    Line,
    Per,
    Rounding,
    Standard,
    Steps,
    Threshold,
    Unread,
    Value,
    Veto,
    down,
    opposite,
)
from naive_reader import read
from naive_tiers import order_of

__all__ = [
    "NOT_APPLICABLE",
    "UNDEFINED",
    "Incomplete",
    "Outcome",
    "Unread",
    "Value",
    "derive",
    "evaluate",
    "facts_of",
    "leaf_score",
    "read",
]

ZERO = Fraction(0)


class Incomplete(Exception):
    """A fact that is needed is unknown, or 无法评定, which counts as unknown."""


@dataclass(frozen=True)
class Outcome:
    """The result (结果) of one set of facts; points of a clause are signed and after its own cap."""

    total: Fraction
    tier: str | None
    tier_without_veto: str | None
    leaves: dict[str, Fraction]
    clauses: dict[str, Fraction]
    vetoes: list[str]
    #: False where a binding requirement fails; None in a standard without requirements.
    eligible: bool | None = None
    requirements: dict[str, bool] = field(default_factory=dict)


#: The scores of indicators by level: points (times weight) and full mark (times weight) of each.
Scores = Mapping[int, list[tuple[Fraction, Fraction]]]


def leaf_score(standard: Standard, leaf_id: str, facts: Mapping[str, Value]) -> Fraction:
    """One leaf's score, from its own facts alone."""
    known = derive(standard, facts)
    leaf = next(leaf for leaf in [*standard.leaves(), *standard.extras()] if leaf.id == leaf_id)
    score = _leaf_score(leaf, {clause.id: _points(clause, known) for clause in leaf.clauses})
    vetoed = [veto.score for veto in leaf.vetoes if veto.score is not None and _holds(veto.condition, known)]
    return min(vetoed) if vetoed else score


def evaluate(standard: Standard, facts: Mapping[str, Value]) -> Outcome:
    """Score complete facts; derived facts may be left out where their operands are given."""
    known = derive(standard, facts)
    leaves: dict[str, Fraction] = {}
    clauses: dict[str, Fraction] = {}
    held: list[str] = []
    absent = {leaf.id for leaf in standard.leaves() if leaf.absent and _holds(leaf.absent, known)}
    for leaf in [*standard.leaves(), *standard.extras()]:
        if leaf.id in absent:
            leaves[leaf.id] = ZERO
            continue
        clauses.update({clause.id: _points(clause, known) for clause in leaf.clauses})
        held += [veto.id for veto in leaf.vetoes if _holds(veto.condition, known)]
        leaves[leaf.id] = leaf_score(standard, leaf.id, known)
    total, gone = _total(standard, leaves, known, absent)
    scores = _scores(standard, leaves)
    stood = None if gone else _tier(standard, total, known, scores)
    met = {r.id: not _holds(opposite(r.condition), known) for r in standard.requirements}
    binding = [met[r.id] for r in standard.requirements if r.binds]
    eligible = all(binding) if binding else None
    if standard.levels:
        reached = [level for level, asked in standard.levels if _holds(asked, known)]
        stood = reached[-1] if reached else f"未达到{standard.levels[0][0]}"
        return Outcome(ZERO, stood, stood, leaves, clauses, held, eligible, met)
    order = order_of(standard)
    for way in standard.passes:
        if _holds(way.condition, known, scores):
            assert way.tier is not None
            here, there = _place(order, stood), order.index(way.tier)
            stood = order[max(here, there) if way.effect == "不低于" else min(here, there)]
    general = [veto for veto in standard.vetoes if _holds(veto.condition, known, scores)]
    held += [veto.id for veto in general]
    tier, after = _vetoed(standard, general, stood, total)
    return Outcome(after, tier, stood, leaves, clauses, held, eligible, met)


# --- totals and tiers -----------------------------------------------------------------------------------------


def _total(
    standard: Standard, leaves: Mapping[str, Fraction], known: Mapping[str, Value], absent: set[str]
) -> tuple[Fraction, bool]:
    """The total, and whether there is nothing to give it a tier, since all are absent."""
    gone = False
    if standard.total_fact:
        total = as_number(_value(standard.total_fact, known))
    else:
        groups = (
            standard.indicators
            if standard.rescaling == "组内"
            else [Indicator("", "", None, None, standard.indicators)]
        )
        total = ZERO
        for group in groups:
            points, empty = _group_total(standard, group, leaves, absent)
            total, gone = total + points, gone or empty
        for section, low, high in ((standard.bonus, 0, 1), (standard.malus, -1, 0)):
            if section is not None:
                points = sum((leaves[leaf.id] for leaf in section.children), ZERO)
                total += _within(points, low, high, section.points)
    if standard.highest is not None:
        total = min(total, standard.highest)
    if standard.lowest is not None:
        total = max(total, standard.lowest)
    return (rounded(total, standard.rounding) if standard.rounding else total), gone


def _group_total(
    standard: Standard, group: Indicator, leaves: Mapping[str, Fraction], absent: set[str]
) -> tuple[Fraction, bool]:
    """The sum of the leaves that are there, rescaled to all of them; whether none is there."""
    below = [leaf for leaf in down(group) if not leaf.children and leaf.id]
    score = sum((leaf.factor * leaves[leaf.id] for leaf in below), ZERO)
    if not any(leaf.id in absent for leaf in below):
        return score, False
    whole = sum((leaf.factor * (leaf.full_mark or 0) for leaf in below), ZERO)
    there = sum((leaf.factor * (leaf.full_mark or 0) for leaf in below if leaf.id not in absent), ZERO)
    if not there:
        return ZERO, True
    return score / there * (100 if standard.rescaling == "百分" else whole), False


def _within(points: Fraction, low: int, high: int, cap: Fraction | None) -> Fraction:
    """Points between low × cap and high × cap; without a cap a side that is not 0 has no end."""
    if cap is None:
        return max(points, ZERO) if low == 0 else min(points, ZERO)
    return min(max(points, low * cap), high * cap)


def _scores(standard: Standard, leaves: Mapping[str, Fraction]) -> Scores:
    found: dict[int, list[tuple[Fraction, Fraction]]] = {level: [] for level in range(8)}

    def enter(node: Indicator, level: int) -> None:
        below = [leaf for leaf in down(node) if not leaf.children]
        score = sum((leaf.factor * leaves[leaf.id] for leaf in below), ZERO)
        full = sum((leaf.factor * (leaf.full_mark or 0) for leaf in below), ZERO)
        found[level].append((score, full))
        if not node.children:
            found[0].append((score, full))
        for child in node.children:
            enter(child, level + 1)

    for top in standard.indicators:
        enter(top, 1)
    return found


def _tier(standard: Standard, total: Fraction, known: Mapping[str, Value], scores: Scores) -> str | None:
    """The tier whose band holds the total and what it asks for; else as 条件不符 says. None where there is a gap."""
    order = order_of(standard)
    band = band_of(standard, total)
    while band is not None and band.demand is not None and not _holds(band.demand, known, scores):
        place = order.index(band.tier)
        if place == 0 or band.failed == "不评级":
            return None
        if band.failed != "降档":
            raise Unread(f"条件不符 is open: {band.text}")
        band = next(b for b in standard.bands if b.tier == order[place - 1])
    return band.tier if band else None


def band_of(standard: Standard, total: Fraction) -> Band | None:
    """The band that holds a total."""
    bands = [b for b in standard.bands if _within_ends(Atom("", low=b.low, high=b.high), total)]
    if len({band.tier for band in bands}) > 1:
        raise Unread(f"{total} lies in {sorted(band.tier for band in bands)}")
    return bands[0] if bands else None


def _place(order: list[str], tier: str | None) -> int:
    """How high a tier is; none lies below the lowest."""
    return -1 if tier is None else order.index(tier)


def _vetoed(
    standard: Standard, vetoes: list[Veto], stood: str | None, total: Fraction
) -> tuple[str | None, Fraction]:
    """The tier and the total after the general vetoes that hold."""
    order = order_of(standard)
    here, after = _place(order, stood), total
    places, none = [here], False
    lowered = [int(veto.number) for veto in vetoes if veto.effect == "降级"]
    if lowered and here >= 0:
        if len(lowered) > 1 and standard.lowering not in ("累计", "一次"):
            raise Unread("降级 is open")
        by = sum(lowered) if standard.lowering == "累计" else max(lowered)
        places.append(max(here - by, 0))
    named = [order.index(v.tier) for v in vetoes if v.effect == "评为" and v.tier is not None]
    if named and here < 0:  # one that names a tier gives it where there is none
        places = []
    places += [place if here < 0 else min(here, place) for place in named]
    for veto in vetoes:
        if veto.effect == "总分":
            after = min(after, veto.number)
            if total > veto.number:
                band = band_of(standard, veto.number)
                places.append(_place(order, band.tier if band else None))
        elif veto.effect == "不得" and veto.tier is not None and here >= order.index(veto.tier):
            places.append(max(order.index(veto.tier) - 1, 0))
        elif veto.effect == "不评":
            none = True
    lowest = min(places)
    return (None if none or lowest < 0 else order[lowest]), after


# --- indicators and clauses -----------------------------------------------------------------------------------


def _leaf_score(leaf: Indicator, points: dict[str, Fraction]) -> Fraction:
    changes: list[tuple[set[str], Fraction]] = []
    # one within another, the inner first; a group before a cap over the same clauses
    for limit in sorted(leaf.limits, key=lambda x: (len(x.ids), x.number is not None)):
        ids = set(limit.ids)
        if limit.number is None:
            each = [points[place] + sum((d for of, d in changes if of == {place}), ZERO) for place in ids]
            best = max(each) if limit.sign > 0 else min(each)
            changes = [(of, d) for of, d in changes if not of <= ids]
            changes.append((ids, best - sum((points[place] for place in ids), ZERO)))
        else:
            now = sum((points[place] for place in ids), ZERO) + sum(
                (d for of, d in changes if of <= ids), ZERO
            )
            changes.append((ids, -_excess(now, limit.number, limit.sign)))
    total = leaf.start + sum(points.values(), ZERO) + sum((d for _, d in changes), ZERO)
    if leaf.limit is not None:
        total = min(total, leaf.limit)
    if leaf.id.startswith("减"):
        return _within(total, -1, 0, leaf.full_mark)
    if leaf.id.startswith("加"):
        total = max(total, ZERO)
    if leaf.full_mark is not None:
        total = min(total, leaf.full_mark)
        if leaf.floor:
            total = max(total, ZERO)
    return rounded(total, leaf.rounding) if leaf.rounding else total


def _excess(points: Fraction, limit: Fraction, sign: int) -> Fraction:
    """How far points go beyond a cap, upwards for added ones, downwards for those taken off."""
    return max(points - limit, ZERO) if sign > 0 else min(points + limit, ZERO)


def _value(name: str, known: Mapping[str, Value]) -> Value:
    value = known.get(name)
    if value is None or value == UNDEFINED:
        raise Incomplete(name)
    return value


def _points(clause: Clause, known: Mapping[str, Value]) -> Fraction:
    """A clause's points after its own cap; negative where they are taken off."""
    if isinstance(clause.amount, Threshold):
        points = _threshold(clause, clause.amount, known)
    else:
        holds = clause.condition is None or _holds(clause.condition, known)
        points = _amount(
            clause.amount, known
        )  # looked at even where it is not needed: every fact must be there
        points = points if holds else ZERO
    if clause.cap is not None:
        points = min(points, clause.cap)
    held = [_holds(condition, known) for condition in clause.nothing]  # all are looked at
    if any(held):
        points = ZERO
    return clause.sign * points


def _amount(amount: Flat | Per | Steps | Judged | Line | Holding, known: Mapping[str, Value]) -> Fraction:
    if isinstance(amount, Flat):
        return amount.points
    if isinstance(amount, Holding):
        return amount.points * sum(_holds(part, known) for part in amount.parts)
    value = _value(amount.fact, known)
    others = [_value(name, known) for name in _others(amount)]
    if NOT_APPLICABLE in (value, *others):
        return ZERO
    x = as_number(value)
    if isinstance(amount, Judged):
        return x
    if isinstance(amount, Steps):
        return _steps(amount, x)
    if isinstance(amount, Line):
        return _line(amount, x)
    count = max(x // amount.unit, 0) if amount.whole else x
    points = count * amount.points
    if amount.second:
        points *= as_number(_value(amount.second, known)) // 1
    if amount.part:
        points += min(as_number(_value(amount.part, known)), x) * amount.more
    return Fraction(points)


def _others(amount: Judged | Steps | Line | Per) -> list[str]:
    return [name for name in (amount.second, amount.part) if name] if isinstance(amount, Per) else []


def _steps(steps: Steps, x: Fraction) -> Fraction:
    beyond = max(ZERO, steps.base - x if steps.down else x - steps.base) / steps.size
    if steps.parts == "整步":
        beyond = Fraction(beyond // 1)
    elif steps.parts == "进一":
        beyond = Fraction(-(-beyond // 1))
    return beyond * steps.points


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
    values = [_value(name, known) for name in [*names, *(s.fact for s in [*amount.adds, *amount.offs])]]
    held = _holds(amount.condition, known)
    if isinstance(clause.condition, Atom) and held and not _holds(clause.condition, known):
        return ZERO  # read 分段择一, a band beyond its number applies
    if held:
        return amount.points + sum((_steps_of(s, known) for s in amount.adds), ZERO)
    if not amount.offs or NOT_APPLICABLE in values:
        return ZERO
    return max(ZERO, amount.points - sum((_steps_of(s, known) for s in amount.offs), ZERO))


def _steps_of(steps: Steps, known: Mapping[str, Value]) -> Fraction:
    value = _value(steps.fact, known)
    return ZERO if value == NOT_APPLICABLE else _steps(steps, as_number(value))


# --- conditions -----------------------------------------------------------------------------------------------


def _holds(condition: Condition, known: Mapping[str, Value], scores: Scores | None = None) -> bool:
    if isinstance(condition, Atom):
        return _atom_holds(condition, _value(condition.fact, known))
    if isinstance(condition, Demand):
        assert scores is not None
        return _demand_holds(condition, scores)
    parts = [_holds(part, known, scores) for part in condition.parts]  # all are looked at
    if isinstance(condition, Count):
        return condition.low <= sum(parts) <= condition.high
    return all(parts) if condition.word == "且" else any(parts)


def _demand_holds(demand: Demand, scores: Scores) -> bool:
    range_ = Atom("", low=demand.low, high=demand.high)
    held = []
    for score, full in scores[demand.level]:
        value = score / full if demand.rate else score
        held.append(_within_ends(range_, value))
    return all(held) if isinstance(demand.how, str) else sum(held) >= demand.how


def _atom_holds(atom: Atom, value: Value) -> bool:
    if value == NOT_APPLICABLE:  # false, and so is the negation
        return False
    if atom.options:
        return (value in atom.options) != atom.negated
    if not atom.compares:
        return bool(value) != atom.negated
    x = as_number(value)
    return _within_ends(atom, rounded(x, Rounding(atom.place, "进舍规则")) if atom.place else x)


def _within_ends(atom: Atom, value: Fraction) -> bool:
    for end, is_low in ((atom.low, True), (atom.high, False)):
        if end is not None:
            beyond = value > end.number if is_low else value < end.number
            if not beyond and not (end.included and value == end.number):
                return False
    return True
