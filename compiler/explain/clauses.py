"""Each clause in the trace: whether it gave points, its arithmetic, its cap, and the room it leaves."""

from fractions import Fraction
from math import prod
from typing import assert_never

from zhunsheng.compiler import ir
from zhunsheng.compiler.engine.bounds import truth
from zhunsheng.compiler.explain.calculation import calculation, condition_words, shortfall
from zhunsheng.compiler.explain.counts import growing_points, steps_of
from zhunsheng.compiler.explain.facts import Basis, Ends, end_words, fact_shown
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.result import ClauseResult, Number
from zhunsheng.runtime.support import NA, Trace


def clause_result(basis: Basis, leaf: ir.Indicator, number: int, trace: Trace) -> ClauseResult:
    """A clause with its facts, its points and the words that explain them."""
    clause = leaf.clauses[number]
    facts = ir.clause_facts(clause)
    unknown = [name for name in facts if name not in basis.values]
    held, raw, points = trace[3][number]
    module = basis.module
    ends = Ends(module.points(points), module.points(points))
    if unknown:
        found = basis.scoring.clause_ends(basis.index[leaf.id], number)
        low = None if basis.scoring.limitless(clause, -1) else found.low
        ends = Ends(low, None if basis.scoring.limitless(clause) else found.high)
    amount = module.points(raw)
    room = _room(basis, leaf, clause, ends, trace)
    specs = basis.specs
    if unknown:
        words = _unknown_words(basis, clause, unknown, ends)
        lost = ""
    else:
        words = calculation(clause, specs, basis.values, held, amount)
        lost = shortfall(clause, specs, basis.values, held, room)
    return ClauseResult(
        clause.id,
        clause.text,
        tuple(fact_shown(basis, name) for name in facts),
        _outcome(basis, clause, facts, unknown, ends, held),
        words,
        ends.value,
        ends.low,
        ends.high,
        _cap_words(clause, amount, None if leaf.scalings else room) if not unknown else "",
        lost,
        room,
        clause.readings,
        clause.subject,
        any(specs[name].type.judgement for name in facts),
        clause.line,
        clause.origin,
    )


def _unknown_words(basis: Basis, clause: ir.Clause, unknown: list[str], ends: Ends) -> str:
    names = "”“".join(unknown)
    undecided = all(name in basis.scoring.derivation.undecided for name in unknown)
    guard = "" if clause.guard == ir.ALWAYS else condition_words(clause.guard, basis.specs, basis.values)
    low, high = end_words(ends.low), end_words(ends.high)
    span = f"{low}～{high}分" if ends.value is None else f"{low}分"
    known = f"{guard}；" if guard and not set(unknown) >= {a.fact for a in ir.atoms(clause.guard)} else ""
    return f"{known}“{names}”{'无法评定' if undecided else '未提供（不是“没有”）'}：{span}"


def _outcome(
    basis: Basis, clause: ir.Clause, facts: tuple[str, ...], unknown: list[str], ends: Ends, held: bool
) -> str:
    if ends.low is None or (unknown and ends.value is None):
        return "待定"
    if any(basis.values.get(name) is NA for name in facts) and ends.low == 0:
        return "不适用"
    if ends.low < 0:
        return "扣分"
    if ends.low == 0:
        return "不得分"
    if isinstance(clause.amount, ir.Judged):
        return "得分"
    return "得分" if held else "不得分"


def _room(basis: Basis, leaf: ir.Indicator, clause: ir.Clause, ends: Ends, trace: Trace) -> Number | None:
    """How much more this clause could earn: by its own amount and range, its caps, and what the indicator lacks."""
    own = Fraction(ends.low or 0)
    reached = _most(basis, clause.amount)
    limits = [x for x in (reached, clause.cap) if x is not None]
    most = min(limits) if limits and not isinstance(clause.amount, ir.Fixed) else reached
    module = basis.module
    spare = [] if most is None else [most - own]
    for group in leaf.groups:
        if clause.id not in group.clauses:
            continue
        given = zip(leaf.clauses, trace[3], strict=True)
        points = [module.points(row[2]) for one, row in given if one.id in group.clauses]
        if isinstance(group, ir.CapGroup):
            spare.append(group.limit - sum(points, Fraction(0)))
        elif most is not None:
            spare.append(most - max(points))
    if most is not None:
        # Of bands that exclude each other, one more is the other less.
        spare += [
            most - module.points(row[2])
            for one, row in zip(leaf.clauses, trace[3], strict=True)
            if one is not clause and row[0] and row[2] > 0 and ir.excludes(one.guard, clause.guard)
        ]
    if leaf.full is not None and leaf.ceiling is None:
        spare.append(leaf.full - max(Fraction(0), module.points(trace[1])))
    if not spare:
        return None
    room = max(Fraction(0), min(spare))
    if not leaf.scalings:
        return room
    room *= _coefficient(basis, leaf)
    tops = [end - module.points(trace[0]) for end in (leaf.full, leaf.ceiling) if end is not None]
    return min([room, *tops])


def _coefficient(basis: Basis, leaf: ir.Indicator) -> Fraction:
    """What a point more of a clause is worth at most: the product of the coefficients, of one that is open the greatest."""
    product, open_ones = Fraction(1), dict[str, Fraction]()
    for scaling in leaf.scalings:
        state = truth(scaling.guard, basis.values)
        if state is False:
            continue
        factor = scaling.factor
        if isinstance(factor, str):
            value = basis.values.get(factor, basis.specs[factor].high)
            factor = Fraction(value) if isinstance(value, int | Fraction) else Fraction(1)
        if state:
            product *= factor
        else:
            # Of the coefficients of several options, one holds at most.
            open_ones[scaling.text] = max(factor, open_ones.get(scaling.text, Fraction(1)))
    return prod(open_ones.values(), start=product)


def _most(basis: Basis, amount: ir.Amount) -> Fraction | None:
    """The most that an amount can give within its facts' ranges; None is no limit."""
    match amount:
        case ir.Fixed(points):
            return max(Fraction(0), points)
        case ir.Judged(fact, sign):
            return basis.specs[fact].high if sign > 0 else Fraction(0)
        case ir.Linear():
            return max(amount.levels)
        case ir.Tally(points, parts):
            return max(Fraction(0), points * len(parts))
        case ir.Counted(points):
            return Fraction(0) if points <= 0 else _times(points, _most_steps(basis, amount))
        case ir.Multiplied(counted, times):
            if counted.points <= 0:
                return Fraction(0)
            first, second = _most_steps(basis, counted), _most_steps(basis, times)
            return None if first is None or second is None else counted.points * first * second
        case ir.Weighed(counted, parts):
            if counted.points <= 0:
                return Fraction(0)
            more = sum((part.points for part in parts if part.points > 0), Fraction(0))
            return _times(counted.points + more, _most_steps(basis, counted))
        case ir.Growing(counted):
            if ir.takes_off(amount):
                return Fraction(0)
            steps = _most_steps(basis, counted)
            return None if steps is None else growing_points(amount, steps)
        case ir.Sloped(points, _, _, beyond):
            if beyond is None:
                return points
            further = _times(beyond.points, _most_steps(basis, beyond))
            return None if further is None else points + further
        case _:
            assert_never(amount)


def _times(points: Fraction, steps: Fraction | None) -> Fraction | None:
    return None if steps is None else points * steps


def _most_steps(basis: Basis, node: ir.Counted) -> Fraction | None:
    """The most steps that a fact's range allows."""
    spec = basis.specs[node.fact]
    end = spec.low if node.below else spec.high
    return None if end is None else steps_of(node, end)


def _cap_words(clause: ir.Clause, amount: Fraction, room: Number | None) -> str:
    """What a clause's own cap did, and what is left to it, or to the whole indicator where that is less (`room`)."""
    if clause.cap is None:
        return ""
    if ir.takes_off(clause.amount):
        return _deduction_cap_words(clause.cap, -amount)
    if amount > clause.cap:
        return f"本句最多{shown(clause.cap, '分')}：{shown(amount, '分')}计{shown(clause.cap, '分')}"
    if amount == clause.cap:
        return f"本句最多{shown(clause.cap, '分')}，正好达到"
    left = clause.cap - amount if room is None else min(clause.cap - amount, Fraction(room))
    return f"本句最多{shown(clause.cap, '分')}，未达到" + (f"，还可计{shown(left, '分')}" if left else "")


def _deduction_cap_words(cap: Fraction, taken: Fraction) -> str:
    if taken > cap:
        return f"本句最多扣{shown(cap, '分')}：{shown(taken, '分')}只扣{shown(cap, '分')}"
    return f"本句最多扣{shown(cap, '分')}，{'正好达到' if taken == cap else '未达到'}"
