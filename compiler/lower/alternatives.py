"""Choosing one of several clauses (分段择一) that their numbers alone do not tell apart: of those that hold, the best."""

from collections.abc import Mapping, Sequence
from itertools import combinations, product

from zhunsheng.compiler import ir
from zhunsheng.compiler.ir.bands import interval
from zhunsheng.compiler.lower.bands import Bands, by_numbers, one_applies, place, worded_bands
from zhunsheng.compiler.lower.lowering import Fault, Lowering
from zhunsheng.compiler.readings.bands import Banding, bandings, per_unit, tell_alike
from zhunsheng.compiler.readings.grades import graded, grades_key
from zhunsheng.compiler.readings.questions import sign_of
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolved import Leaf, Rule
from zhunsheng.runtime.diagnostics import Label

_REWORDED = "写明另一头，使几句不会同时成立；取分数高的一句的，在后面写“取最高分”；都计分的，采用“分段累计”"

_ENDED = "写明“不得分”的另一头，使两句不会同时成立；都得0分的，“分段”采用“分段累计”"


def alternatives(
    lowering: Lowering,
    leaf: Leaf,
    bands: Bands,
    clauses: Sequence[ir.Clause],
    picks: Sequence[ir.BestGroup],
) -> tuple[ir.BestGroup, ...]:
    """The groups of clauses of which the best counts, because one of them applies and several can hold; where one of
    `picks` (取最高分) says so already, none is needed."""
    lowered = {clause.id: clause for clause in clauses}
    found = []
    for banding in bandings(leaf):
        if not one_applies(lowering, banding) or by_numbers(lowering, banding):
            continue
        rules = [
            rule
            for rule in banding.rules
            if rule.id in lowered and sign_of(rule) and _numbered(banding, rule, bands)
        ]
        if not any({rule.id for rule in rules} <= set(pick.clauses) for pick in picks):
            found += _groups(lowering, leaf, banding, rules, lowered)
    for grades in graded(leaf):
        ids = tuple(rule.id for rule in grades)
        alone = lowering.answer("分段", grades_key(grades), "分段累计") == "分段择一"
        if alone and not any(set(ids) <= set(pick.clauses) for pick in picks):
            found.append(ir.BestGroup(ids, "分段择一", sign_of(grades[0]) < 0))
    return tuple(found)


def _numbered(banding: Banding, rule: Rule, bands: Bands) -> bool:
    """Whether a clause is one of the several by its own number, or counts along theirs."""
    return per_unit(rule) in banding.facts or any(place(rule, part) in bands for part in rule.parts)


def _groups(
    lowering: Lowering, leaf: Leaf, banding: Banding, rules: Sequence[Rule], lowered: Mapping[str, ir.Clause]
) -> list[ir.BestGroup]:
    together = [
        (one, other)
        for one, other in combinations(rules, 2)
        if not ir.excludes(lowered[one.id].guard, lowered[other.id].guard)
    ]
    for one, other in together:
        _check(lowering, leaf, banding, one, other, lowered)
    met = {rule.id for pair in together for rule in pair}
    groups = []
    for sign in (1, -1):
        ids = tuple(rule.id for rule in rules if rule.id in met and sign_of(rule) == sign)
        if len(ids) > 1:
            groups.append(ir.BestGroup(ids, "分段择一", sign < 0))
    return groups


def _check(
    lowering: Lowering,
    leaf: Leaf,
    banding: Banding,
    one: Rule,
    other: Rule,
    lowered: Mapping[str, ir.Clause],
) -> None:
    """Of two clauses that can hold together it has to be plain which is the one that applies."""
    near = _facts_of(other) & set(banding.facts)
    if not any(tell_alike(leaf, fact, near) for fact in _facts_of(one) & set(banding.facts)):
        raise _fault(lowering, one, other, "说的不是同一个数据项，是不是也只取一句")
    if sign_of(one) != sign_of(other):
        raise _fault(lowering, one, other, "一句加分，一句扣分，只取哪一句")
    for strict, loose in ((one, other), (other, one)):
        first, second = lowered[strict.id], lowered[loose.id]
        if (
            isinstance(first.amount, ir.Fixed)
            and isinstance(second.amount, ir.Fixed)
            and abs(first.amount.points) < abs(second.amount.points)
            and ir.implies(first.guard, second.guard)
        ):
            raise _fault(lowering, one, other, "条件严的一句分数反而小，只取哪一句")


def check_nothing(
    lowering: Lowering, leaf: Leaf, clauses: Sequence[ir.Clause], vetoes: Sequence[ir.ItemVeto]
) -> None:
    """不得分 among clauses of which one applies: where its number ends at a clause further on that takes off, more than
    nothing would be left there; where conditions stay as worded, a clause that gives points never counts behind it."""
    lowered = {clause.id: clause.guard for clause in clauses}
    barring = {veto.id: veto.guard for veto in vetoes}
    for banding in bandings(leaf):
        if not one_applies(lowering, banding):
            continue
        apart = by_numbers(lowering, banding)
        guards = _worded(lowering, banding) if apart else lowered | barring
        for zero, rule in product(banding.rules, banding.rules):
            asked = zero.id in barring and rule.id in lowered and sign_of(rule) == (-1 if apart else 1)
            if (
                asked
                and zero.id in guards
                and rule.id in guards
                and ir.implies(guards[rule.id], guards[zero.id])
            ):
                words = official(lowering.source.slice(rule.span))
                message = f"采用“分段择一”，“{words[:40]}”成立时“不得分”的条件也成立：得0分，还是只取这一句，不能确定"
                label = Label(zero.span, "“不得分”在这里")
                raise lowering.fault("ZS0551", message, rule.span, _ENDED, (label,))


def _worded(lowering: Lowering, banding: Banding) -> dict[str, ir.Condition]:
    """The numbers of clauses as their words say, by their ids."""
    found: dict[str, ir.Condition] = {}
    for fact in banding.facts:
        for (id, _), band in worded_bands(lowering, banding, fact).items():
            found[id] = ir.both(found.get(id, ir.ALWAYS), interval(fact, band))
    return found


def _facts_of(rule: Rule) -> set[str | None]:
    return {per_unit(rule), *(part.fact for part in rule.parts)}


def _fault(lowering: Lowering, one: Rule, other: Rule, why: str) -> Fault:
    words = official(lowering.source.slice(other.span))
    message = f"采用“分段择一”，“{words[:40]}”和前面的一句却可能同时成立：{why}，不能确定"
    label = Label(one.span, "另一句在这里")
    return lowering.fault("ZS0551", message, other.span, _REWORDED, (label,))
