"""A second evaluator, written from docs/developers/semantics.md alone: slow, obvious, exact.

Every back end must agree with it. It reads with `naive_reader`, and shares nothing with the compiler.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache

from naive_bands import order_of
from naive_facts import NOT_APPLICABLE, UNDEFINED, as_number, derive, facts_of, rounded
from naive_heads import full_of
from naive_holds import Incomplete, Scores, holds, value_of, within_ends
from naive_logic import Atom, Condition, Unread, asks_scores, opposite
from naive_model import (
    Band,
    Indicator,
    Requirement,
    Standard,
    Value,
    Veto,
    down,
)
from naive_points import points_of
from naive_reader import read
from naive_words import flat

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
    #: The leaves that are absent (缺项); their clauses are not counted.
    absent: set[str] = field(default_factory=set)
    #: The total before vetoes that set it.
    total_without_veto: Fraction = ZERO


def leaf_score(standard: Standard, leaf_id: str, facts: Mapping[str, Value]) -> Fraction:
    """One leaf's score, from its own facts alone."""
    known = derive(standard, facts)
    leaf = next(leaf for leaf in _every_leaf(standard) if leaf.id == leaf_id)
    return _score_and_vetoes(leaf, {clause.id: points_of(clause, known) for clause in leaf.clauses}, known)[0]


def _score_and_vetoes(
    leaf: Indicator, points: dict[str, Fraction], known: Mapping[str, Value]
) -> tuple[Fraction, list[str]]:
    """One leaf's score, and its vetoes that hold."""
    score = _leaf_score(leaf, points, known)
    held = [veto for veto in leaf.vetoes if holds(veto.condition, known)]
    return min([v.score for v in held if v.score is not None], default=score), [veto.id for veto in held]


def evaluate(standard: Standard, facts: Mapping[str, Value]) -> Outcome:
    """Score complete facts; derived facts may be left out where their operands are given."""
    known = derive(standard, facts)
    leaves: dict[str, Fraction] = {}
    clauses: dict[str, Fraction] = {}
    held: list[str] = []
    everything = _every_leaf(standard)
    absent = {leaf.id for leaf in everything if leaf.absent and holds(leaf.absent, known)}
    for leaf in everything:
        if leaf.id in absent:
            leaves[leaf.id] = ZERO
            continue
        points = {clause.id: points_of(clause, known) for clause in leaf.clauses}
        clauses.update(points)
        leaves[leaf.id], vetoes = _score_and_vetoes(leaf, points, known)
        held += vetoes
    total, gone = _total(standard, leaves, known, absent)
    scores = _scores(standard, leaves, known) if _demanding(standard) else {}
    stood = None if gone else _tier(standard, total, known, scores)
    met = {r.id: not holds(failure, known) for r, failure in _failures(standard)}
    binding = [met[r.id] for r in standard.requirements if r.binds]
    eligible = all(binding) if binding else None
    if standard.levels:
        reached = [level for level, asked in standard.levels if holds(asked, known)]
        stood = reached[-1] if reached else f"未达到{standard.levels[0][0]}"
        return Outcome(ZERO, stood, stood, leaves, clauses, held, eligible, met)
    order = order_of(standard)
    for way in standard.passes:
        if holds(way.condition, known, scores):
            assert way.tier is not None
            here, there = _place(order, stood), order.index(way.tier)
            stood = order[max(here, there)]
    general = [veto for veto in standard.vetoes if holds(veto.condition, known, scores)]
    held += [veto.id for veto in general]
    tier, after = _vetoed(standard, general, stood, total)
    return Outcome(after, tier, stood, leaves, clauses, held, eligible, met, absent, total)


@cache
def _every_leaf(standard: Standard) -> list[Indicator]:
    return standard.all_leaves()


@cache
def _failures(standard: Standard) -> list[tuple[Requirement, Condition]]:
    """A requirement fails where the opposite of its condition holds."""
    return [(made, opposite(made.condition)) for made in standard.requirements]


@cache
def _demanding(standard: Standard) -> bool:
    """Whether anything asks for the scores of indicators."""
    asked = [b.demand for b in standard.bands] + [v.condition for v in [*standard.vetoes, *standard.passes]]
    return any(asks_scores(condition) for condition in asked)


# --- totals and tiers -----------------------------------------------------------------------------------------


def _total(
    standard: Standard, leaves: Mapping[str, Fraction], known: Mapping[str, Value], absent: set[str]
) -> tuple[Fraction, bool]:
    """The total, and whether there is nothing to give it a tier, since all are absent."""
    gone = False
    if standard.total_fact:
        total = as_number(value_of(standard.total_fact, known))
    else:
        groups = (
            standard.indicators
            if standard.rescaling == "组内"
            else [Indicator("", "", None, None, standard.indicators)]
        )
        total = ZERO
        for group in groups:
            points, empty = _group_total(standard, group, leaves, known, absent)
            total, gone = total + points, gone or empty
        for section, low, high in ((standard.bonus, 0, 1), (standard.malus, -1, 0)):
            if section is not None:
                points = sum((leaves[leaf.id] for leaf in section.children), ZERO)
                total += _within(points, low, high, section.points)
    if standard.scales:
        total = _ended(standard, total) if standard.order == "先封顶" else total
        total = _scaled(standard.scales, total, known)
    total = _ended(standard, total)
    return (rounded(total, standard.rounding) if standard.rounding else total), gone


def _ended(standard: Standard, total: Fraction) -> Fraction:
    """Between the ends of the total."""
    if standard.highest is not None:
        total = min(total, standard.highest)
    return total if standard.lowest is None else max(total, standard.lowest)


def _scaled(
    scales: list[tuple[Condition | None, Fraction | str]], points: Fraction, known: Mapping[str, Value]
) -> Fraction:
    """Points multiplied by each coefficient in turn; one that is 不适用 multiplies by 1."""
    for condition, times in scales:
        factor = value_of(times, known) if isinstance(times, str) else times
        applies = condition is None or holds(condition, known)  # looked at even where it is not needed
        if applies and factor != NOT_APPLICABLE:
            points *= as_number(factor)
    return points


def _group_total(
    standard: Standard,
    group: Indicator,
    leaves: Mapping[str, Fraction],
    known: Mapping[str, Value],
    absent: set[str],
) -> tuple[Fraction, bool]:
    """The sum of the leaves that are there, rescaled to all of them; whether none is there."""
    below = [leaf for leaf in down(group) if not leaf.children and leaf.id] if absent else []
    if not any(leaf.id in absent for leaf in below):
        return _contribution(group, leaves, known), False
    score = sum((leaf.factor * leaves[leaf.id] for leaf in below), ZERO)
    whole = sum((leaf.factor * (leaf.full_mark or 0) for leaf in below), ZERO)
    there = sum((leaf.factor * (leaf.full_mark or 0) for leaf in below if leaf.id not in absent), ZERO)
    if not there:
        return ZERO, True
    return score / there * (100 if standard.rescaling == "百分" else whole), False


def _contribution(node: Indicator, leaves: Mapping[str, Fraction], known: Mapping[str, Value]) -> Fraction:
    """What a heading adds to the total: all below it and its own, multiplied, between its ends, the inner first."""
    if not node.children:
        return node.factor * leaves[node.id] if node.id else ZERO
    points = sum((_contribution(child, leaves, known) for child in node.children), ZERO)
    own = node.own.factor * leaves[node.own.id] if node.own is not None else ZERO
    if not node.scales:
        if node.order == "先封顶" and node.top is not None:
            points = min(points, node.top)
        return _cut(node, points + own)
    if node.order == "先乘系数":
        return _cut(node, _scaled(node.scales, points, known) + own)
    return _cut(node, _scaled(node.scales, _cut(node, points + own), known))


def _cut(node: Indicator, points: Fraction) -> Fraction:
    """Between the ends of a heading."""
    points = max(points, ZERO) if node.bottom else points
    return points if node.top is None else min(points, node.top)


def _within(points: Fraction, low: int, high: int, cap: Fraction | None) -> Fraction:
    """Points between low × cap and high × cap; without a cap a side that is not 0 has no end."""
    if cap is None:
        return max(points, ZERO) if low == 0 else min(points, ZERO)
    return min(max(points, low * cap), high * cap)


def _scores(standard: Standard, leaves: Mapping[str, Fraction], known: Mapping[str, Value]) -> Scores:
    found: dict[int | str, list[tuple[Fraction, Fraction, Fraction]]] = {level: [] for level in range(8)}

    def enter(node: Indicator, level: int) -> None:
        below = [leaf for leaf in down(node) if not leaf.children]
        score = _contribution(node, leaves, known)
        full = full_of(node)
        weight = sum((leaf.factor for leaf in below), ZERO) if standard.weighted else Fraction(1)
        here = (score, full, score / weight)
        found[level].append(here)
        found[flat(node.title)] = [here]
        if not node.children:
            found[0].append(here)
        for child in node.children:
            enter(child, level + 1)

    for top in standard.indicators:
        enter(top, 1)
    return found


def _tier(standard: Standard, total: Fraction, known: Mapping[str, Value], scores: Scores) -> str | None:
    """The tier whose band holds the total and what it asks for; else as 条件不符 says. None where there is a gap."""
    order = order_of(standard)
    band = band_of(standard, total)
    while band is not None and band.demand is not None and not holds(band.demand, known, scores):
        place = order.index(band.tier)
        if place == 0 or band.failed == "不评级":
            return None
        if band.failed != "降档":
            raise Unread(f"条件不符 is open: {band.text}")
        band = next(b for b in standard.bands if b.tier == order[place - 1])
    return band.tier if band else None


def band_of(standard: Standard, total: Fraction) -> Band | None:
    """The band that holds a total."""
    bands = [b for b in standard.bands if within_ends(Atom("", low=b.low, high=b.high), total)]
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


def _leaf_score(leaf: Indicator, points: dict[str, Fraction], known: Mapping[str, Value]) -> Fraction:
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
    given = [x for x in [leaf.start, *points.values(), *(d for _, d in changes)] if x]  # adding 0 takes time
    total = sum(given, ZERO)
    total = max(total, ZERO) if leaf.order == "先乘系数" else _clamped(leaf, total)
    total = _clamped(leaf, _scaled(leaf.scales, total, known)) if leaf.scales else total
    return rounded(total, leaf.rounding) if leaf.rounding else total


def _clamped(leaf: Indicator, total: Fraction) -> Fraction:
    """Between the ends of a leaf's score."""
    if leaf.low is not None:
        total = max(total, leaf.low)
    if leaf.limit is not None:
        total = min(total, leaf.limit)
    if leaf.id.startswith("减"):
        return _within(total, -1, 0, leaf.full_mark)
    if leaf.id.startswith("加"):
        total = max(total, ZERO)
    total = total if leaf.full_mark is None else min(total, leaf.full_mark)
    return max(total, ZERO) if leaf.floor else total


def _excess(points: Fraction, limit: Fraction, sign: int) -> Fraction:
    """How far points go beyond a cap, upwards for added ones, downwards for those taken off."""
    return max(points - limit, ZERO) if sign > 0 else min(points + limit, ZERO)
