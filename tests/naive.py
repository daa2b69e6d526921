"""A second evaluator, written from docs/developers/semantics.md alone: slow, obvious, exact.

Every back end must agree with it. It reads with `naive_reader`, and shares nothing with the compiler.
"""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from naive_reader import (
    Atom,
    Band,
    Clause,
    Condition,
    Fact,
    Indicator,
    Standard,
    Unread,
    Veto,
    atoms_of,
    facts_of_clause,
    flat,
    number,
    read,
)

__all__ = [
    "NOT_APPLICABLE",
    "UNDEFINED",
    "Incomplete",
    "Outcome",
    "Unread",
    "Value",
    "complete",
    "derive",
    "evaluate",
    "facts_of",
    "leaf_score",
    "random_facts",
    "random_incomplete",
    "read",
]

Value = bool | int | Fraction | str
NOT_APPLICABLE = "不适用"
UNDEFINED = "无法评定"


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


# --- facts ----------------------------------------------------------------------------------------------------


def facts_of(standard: Standard) -> list[Fact]:
    """All facts (数据项): those of the table in its order, then those met in the clauses and formulas."""
    used = [usage.fact for usage in standard.usages] + [standard.total_fact] * bool(standard.total_fact)
    operands = [t for tokens in standard.formulas.values() for t in tokens if _is_name(t)]
    names = list(dict.fromkeys([*standard.declared, *used, *standard.formulas, *operands]))
    return [_fact(standard, name) for name in names]


def _is_name(token: str) -> bool:
    return not re.fullmatch(r"[-+×÷/()]|\d+(?:\.\d+)?%?", token)


def _fact(standard: Standard, name: str) -> Fact:
    row = standard.declared.get(name, {})
    usages = [u for u in standard.usages if u.fact == name]
    kinds = {u.how for u in usages}
    kind = row.get("类型", "")
    if not kind:
        numbers = [u for u in usages if u.how == "比较"]
        units = {u.unit for u in numbers}
        if "酌情" in kinds:
            kind = "评分"
        elif "%" in units:
            kind = "百分比"
        elif units & {"年", "月", "个月", "周", "天", "日", "小时", "个小时", "分钟"}:
            kind = "时长"
        elif any("元" in unit for unit in units):
            kind = "金额"
        elif "计数" in kinds or (numbers and all(u.number.denominator == 1 for u in numbers)):
            kind = "个数"
        elif numbers or not usages:
            kind = "数量"
        else:
            kind = "是否"
    if kind not in ("是否", "评判", "个数", "清单", "数量", "金额", "时长", "百分比", "评分"):
        raise Unread(f"type {kind}: {name}")
    if (kinds == {"是否"}) != (kind in ("是否", "评判")) and kinds:
        raise Unread(f"{name} is declared {kind} and used as {sorted(kinds)}")
    unit = row.get("单位", "") or next((u.unit for u in usages if u.unit), "")
    low, high = _range(row.get("范围", ""), kind)
    if kind in ("个数", "清单", "评分"):
        low = max(low or Fraction(0), Fraction(0))
    if kind == "评分":
        for full in [u.full_mark for u in usages if u.full_mark is not None]:
            high = full if high is None else min(high, full)
    return Fact(name, kind, unit, low, high, "不适用" in row.get("备注", ""))


def _range(cell: str, kind: str) -> tuple[Fraction | None, Fraction | None]:
    """`0～100%`, `≥0`, `0以上`, `不超过5`: the ends of a 范围, both included."""
    words = flat(cell)
    if not words or words in ("-", "—", "不限"):
        return None, None
    found = re.findall(r"-?\d+(?:\.\d+)?%?", re.sub(r"(?<=[\d%])-", "~", words))
    values = [Fraction(w.rstrip("%")) / (100 if kind == "百分比" and "%" in words else 1) for w in found]
    if len(values) == 2:
        return values[0], values[1]
    if len(values) == 1 and re.search("≥|以上|不低于|不少于|至少", words):
        return values[0], None
    if len(values) == 1 and re.search("≤|以下|以内|不超过|不高于", words):
        return None, values[0]
    raise Unread(f"范围 {cell}")


# --- evaluation -----------------------------------------------------------------------------------------------


def derive(standard: Standard, facts: Mapping[str, Value]) -> dict[str, Value]:
    """The facts and those that follow by 计算; `UNDEFINED` after a division by zero, absent where unknown."""
    known = dict(facts)
    for _ in standard.formulas:  # as many rounds as formulas: whatever their order, all get through
        for name, tokens in standard.formulas.items():
            if name not in known:
                value = _calculate(list(tokens), known)
                if value is not None:
                    known[name] = value
    return known


def _calculate(tokens: list[str], known: Mapping[str, Value]) -> Value | None:
    """The value of a formula; `None` where an operand is unknown."""
    values = {token: known.get(token) for token in tokens if _is_name(token)}
    if NOT_APPLICABLE in values.values():
        return NOT_APPLICABLE
    if UNDEFINED in values.values():
        return UNDEFINED
    if None in values.values():
        return None

    def part() -> Fraction:
        token = tokens.pop(0)
        if token == "(":
            inside = sum_of_parts()
            tokens.pop(0)
            return inside
        if token == "-":
            return -part()
        if token in values:
            value = values[token]
            assert value is not None and not isinstance(value, str)
            return Fraction(value)
        return number(token.rstrip("%")) / (100 if token.endswith("%") else 1)

    def product() -> Fraction:
        value = part()
        while tokens and tokens[0] in "×÷/":
            value = value * part() if tokens.pop(0) == "×" else value / part()
        return value

    def sum_of_parts() -> Fraction:
        value = product()
        while tokens and tokens[0] in "+-":
            value = value + product() if tokens.pop(0) == "+" else value - product()
        return value

    try:
        result = sum_of_parts()
    except ZeroDivisionError:
        return UNDEFINED
    if tokens:
        raise Unread(f"rest of a formula: {tokens}")
    return result


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
    total = Fraction(0)
    for leaf in [*standard.leaves(), *standard.extras()]:
        points = {clause.id: _points(clause, known) for clause in leaf.clauses}
        clauses.update(points)
        held += [veto.id for veto in leaf.vetoes if _holds(veto.condition, known)]
        leaves[leaf.id] = leaf_score(standard, leaf.id, known)
    total += sum((leaf.factor * leaves[leaf.id] for leaf in standard.leaves()), Fraction(0))
    for section, low, high in ((standard.bonus, 0, 1), (standard.malus, -1, 0)):
        if section is not None:
            extra = sum((leaves[leaf.id] for leaf in section.children), Fraction(0))
            total += _within(extra, low, high, section.points)
    if standard.total_fact:
        value = _value(standard.total_fact, known)
        assert not isinstance(value, str)
        total = Fraction(value)
    stood = _tier(standard.bands, total)
    tier = stood
    general = [veto for veto in standard.vetoes if _holds(veto.condition, known)]
    held += [veto.id for veto in general]
    if general:
        tier = _worst(standard.bands, general)
    return Outcome(total, tier, stood, leaves, clauses, held)


def _within(points: Fraction, low: int, high: int, cap: Fraction | None) -> Fraction:
    """Points between low × cap and high × cap; without a cap a side that is not 0 has no end."""
    if cap is None:
        return max(points, Fraction(0)) if low == 0 else min(points, Fraction(0))
    return min(max(points, low * cap), high * cap)


def _leaf_score(leaf: Indicator, points: dict[str, Fraction]) -> Fraction:
    total = leaf.start + sum(points.values(), Fraction(0))
    for cap in [c for c in leaf.caps if c.fact] + [c for c in leaf.caps if not c.fact]:
        if cap.fact:
            group = [points[c.id] for c in leaf.clauses if cap.fact in facts_of_clause(c)]
            total -= _excess(sum(group, Fraction(0)), cap.number, cap.sign)
        else:
            total -= _excess(total - leaf.start, cap.number, cap.sign)
    if leaf.limit is not None:
        total = min(total, leaf.limit)
    if leaf.id.startswith("减"):
        return _within(total, -1, 0, leaf.full_mark)
    if leaf.full_mark is not None:
        total = min(max(total, Fraction(0)), leaf.full_mark)
    return total


def _excess(points: Fraction, limit: Fraction, sign: int) -> Fraction:
    """How far points go beyond a cap, upwards for added ones, downwards for those taken off."""
    return max(points - limit, Fraction(0)) if sign > 0 else min(points + limit, Fraction(0))


def _value(name: str, known: Mapping[str, Value]) -> Value:
    value = known.get(name)
    if value is None or value == UNDEFINED:
        raise Incomplete(name)
    return value


def _points(clause: Clause, known: Mapping[str, Value]) -> Fraction:
    """A clause's points after its own cap; negative where they are taken off."""
    holds = clause.condition is None or _holds(clause.condition, known)
    if clause.kind == "分":
        points = clause.points if holds else Fraction(0)
    else:
        value = _value(clause.fact, known)
        if not holds or isinstance(value, str):
            points = Fraction(0)
        elif clause.kind == "酌":
            points = Fraction(value)
        elif clause.kind == "每":
            points = (Fraction(value) // clause.unit) * clause.points
        else:
            steps = max(Fraction(0), value - clause.base) / clause.step
            points = (Fraction(steps // 1) if clause.whole_steps else steps) * clause.points
    if clause.cap is not None:
        points = min(points, clause.cap)
    return clause.sign * points


def _holds(condition: Condition, known: Mapping[str, Value]) -> bool:
    if isinstance(condition, Atom):
        return _atom_holds(condition, _value(condition.fact, known))
    parts = [_holds(part, known) for part in condition.parts]  # all are looked at: every fact must be there
    return all(parts) if condition.word == "且" else any(parts)


def _atom_holds(atom: Atom, value: Value) -> bool:
    if isinstance(value, str):  # 不适用: false, and so is the negation
        return False
    if not atom.compares:
        return bool(value) != atom.negated
    for end, is_low in ((atom.low, True), (atom.high, False)):
        if end is not None:
            beyond = value > end.number if is_low else value < end.number
            if not beyond and not (end.included and value == end.number):
                return False
    return True


def _tier(bands: list[Band], total: Fraction) -> str | None:
    """The tier whose band holds the total; none where there is a gap."""
    tiers = {band.tier for band in bands if _atom_holds(Atom("", low=band.low, high=band.high), total)}
    if len(tiers) > 1:
        raise Unread(f"{total} lies in {sorted(tiers)}")
    return tiers.pop() if tiers else None


def _worst(bands: list[Band], vetoes: list[Veto]) -> str | None:
    """The lowest of the tiers that vetoes name."""
    lowest = sorted(bands, key=lambda b: (b.low is not None, b.low.number if b.low else Fraction(0)))
    order = [band.tier for band in lowest]
    return min((veto.tier for veto in vetoes if veto.tier is not None), key=order.index)


# --- random facts ---------------------------------------------------------------------------------------------

FINE = [
    Fraction(1, 1000),
    Fraction(1, 10**9),
    Fraction(1, 3),
    Fraction(1, 7),
    Fraction(1, 2),
    Fraction(1, 997),
]


def random_facts(standard: Standard, rng: random.Random) -> dict[str, Value]:
    """Complete facts, drawn near the edges; now and then moved so that the total falls on a tier's edge."""
    while True:
        facts = complete(standard, {}, rng)
        try:
            outcome = evaluate(standard, facts)
        except Incomplete:  # a division by zero
            continue
        if not _in_range(standard, derive(standard, facts)):
            continue
        if rng.random() < 0.3:
            facts = _towards_an_edge(standard, facts, outcome, rng)
        return facts


def _in_range(standard: Standard, known: Mapping[str, Value]) -> bool:
    """Whether what follows from raw figures lies in the range of the derived fact."""
    for fact in facts_of(standard):
        value = known.get(fact.name)
        if fact.name in standard.formulas and value is not None and not isinstance(value, str):
            whole = fact.type not in ("个数", "清单") or Fraction(value).denominator == 1
            if not whole or (fact.low is not None and value < fact.low):
                return False
            if fact.high is not None and value > fact.high:
                return False
    return True


def complete(standard: Standard, known: Mapping[str, Value], rng: random.Random) -> dict[str, Value]:
    """The known facts and a value for each that is missing.

    A derived fact comes from its raw figures, or (now and then) is given in their place. Drawn without regard
    to divisions by zero, after which `evaluate` raises `Incomplete`.
    """
    facts = dict(known)
    mood = rng.choice([0.3, 0.65, 0.9])
    specs = {fact.name: fact for fact in facts_of(standard)}
    in_clauses = {usage.fact for usage in standard.usages}
    raw = {name: [t for t in tokens if _is_name(t)] for name, tokens in standard.formulas.items()}
    for name, operands in raw.items():
        only_raw = [t for t in operands if t not in in_clauses and t not in raw]
        free = only_raw and not any(t in facts for t in operands)
        if name not in facts and free and rng.random() < 0.3:
            facts[name] = _draw(standard, specs[name], rng, mood)
    for name, spec in specs.items():
        feeds = [result for result, operands in raw.items() if name in operands]
        needless = bool(feeds) and name not in in_clauses and all(result in facts for result in feeds)
        if name not in facts and name not in raw and not needless:
            facts[name] = _draw(standard, spec, rng, mood)
    return facts


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
    if fact.type in ("是否", "评判"):
        in_veto = any(atom.fact == fact.name for veto in standard.vetoes for atom in atoms_of(veto.condition))
        return rng.random() < (0.1 if in_veto else mood)
    whole = fact.type in ("个数", "清单")
    edges = sorted({*_numbers(standard, fact.name), *[e for e in (fact.low, fact.high) if e is not None]})
    low = fact.low if fact.low is not None else Fraction(0)
    top = fact.high if fact.high is not None else max([Fraction(2), *edges]) * 2
    for _ in range(50):
        value = _candidate(fact.type, edges or [Fraction(1)], low, top, rng)
        if rng.random() < mood - 0.4:
            value = max(value, _candidate(fact.type, edges or [Fraction(1)], low, top, rng))
        if whole:
            value = Fraction(round(value))
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


def _numbers(standard: Standard, name: str) -> list[Fraction]:
    """The numbers at which something about this fact may change, as far as they are easy to see."""
    numbers = [u.number for u in standard.usages if u.fact == name and u.how in ("比较", "级差")]
    for leaf in standard.leaves():
        for clause in leaf.clauses:
            if clause.fact == name and clause.kind == "每":
                numbers += [clause.unit * times for times in (1, 2, 3, 4, 5, 10)]
                numbers += [
                    clause.unit * (limit // clause.points)
                    for limit in (clause.cap, leaf.full_mark, leaf.limit)
                    if limit is not None and clause.points
                ]
            if clause.fact == name and clause.kind == "酌":
                numbers += [limit for limit in (clause.cap, leaf.limit) if limit is not None]
                if leaf.full_mark is not None:
                    numbers += [leaf.full_mark, leaf.full_mark / 2]
    return numbers


def _towards_an_edge(
    standard: Standard, facts: dict[str, Value], outcome: Outcome, rng: random.Random
) -> dict[str, Value]:
    """Change one judged fact so that the total is exactly the edge of a tier, where that can be done."""
    edges = [end.number for band in standard.bands for end in (band.low, band.high) if end is not None]
    specs = {fact.name: fact for fact in facts_of(standard)}
    choices = [
        (leaf, clause, edge)
        for leaf in standard.leaves()
        for clause in leaf.clauses
        for edge in edges
        if clause.kind == "酌" and leaf.factor and not isinstance(facts.get(clause.fact, ""), str)
    ]
    rng.shuffle(choices)
    for leaf, clause, edge in choices:
        now, spec = facts[clause.fact], specs[clause.fact]
        assert not isinstance(now, str)
        new = now + clause.sign * (edge - outcome.total) / leaf.factor
        in_range = (spec.low is None or new >= spec.low) and (spec.high is None or new <= spec.high)
        if in_range and 10**12 % Fraction(new).denominator == 0:  # points an assessor can write down
            moved = {**facts, clause.fact: new}
            if evaluate(standard, moved).total == edge:
                return moved
    return facts
