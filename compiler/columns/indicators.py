"""A leaf's score: its clauses, each capped, the groups over them, the clamp, the rounding, the item vetoes."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import reduce
from typing import assert_never

from zhunsheng.compiler import ir
from zhunsheng.compiler.columns import ratios
from zhunsheng.compiler.columns.conditions import condition
from zhunsheng.compiler.columns.expressions import (
    ZERO,
    Number,
    Whole,
    at_least,
    at_most,
    choice,
    ends,
    every,
    minus,
    opposite,
    quotient,
    some,
    times,
    total,
)
from zhunsheng.compiler.columns.held import Held
from zhunsheng.compiler.columns.ratios import Ratio
from zhunsheng.compiler.columns.steps import Steps
from zhunsheng.compiler.columns.support import Construct, Unsupported


def score_of(
    steps: Steps, facts: Mapping[str, Held], leaf: ir.Indicator, amounts: Mapping[str, Ratio], scale: int
) -> tuple[Whole, dict[str, Whole]]:
    """The score in whole numbers of 1/scale, and what each clause gives."""
    terms = {
        clause.id: steps.whole(
            f"条款 {clause.id}", _points(facts, clause, amounts[clause.id], scale), clause.text
        )
        for clause in leaf.clauses
    }
    clauses = dict(terms)
    # Each term once: clauses that a group holds stand for its sum.
    owners = {id: id for id in terms}
    for number, group in enumerate(leaf.groups, 1):
        members = list(dict.fromkeys(owners[id] for id in group.clauses))
        if not members:
            continue
        name = f"合计 {leaf.id}（{number}）"
        terms[name] = steps.whole(name, _grouped(group, [terms[one] for one in members], scale), group.text)
        owners = {id: name if owner in members else owner for id, owner in owners.items()}
    kept = [terms[name] for name in dict.fromkeys(owners.values())]
    score = total((Number(int(leaf.start * scale)), *kept))
    early = () if leaf.ceiling is not None else (leaf.full,)
    score = _multiplied(facts, leaf, _clamped(leaf, score, early, scale), scale)
    if leaf.rounding is not None:
        score = times(ratios.rounded(Ratio(score, Number(scale)), leaf.rounding).above, 1)
        score = _rescaled(score, leaf.rounding, scale)
    # Of several item vetoes that hold the lowest stands, so it is asked last.
    for veto in sorted(leaf.vetoes, key=lambda veto: -veto.score):
        score = choice(condition(facts, veto.guard), Number(int(veto.score * scale)), score)
    return steps.whole(f"指标 {leaf.id}", score, leaf.title), clauses


def _rescaled(multiples: Whole, rounding: ir.Rounding, scale: int) -> Whole:
    """A rounded number, held over the denominator of the unit, in whole numbers of 1/scale."""
    return times(multiples, scale // rounding.unit.denominator)


def coefficient(facts: Mapping[str, Held], scaling: ir.Scaling) -> Ratio:
    """What a scaling multiplies by."""
    ratio = facts[scaling.factor].ratio if isinstance(scaling.factor, str) else ratios.of(scaling.factor)
    if ratio.constant is None:
        raise Unsupported(Construct.SCALING_QUOTIENT)
    return ratio


def _multiplied(facts: Mapping[str, Held], leaf: ir.Indicator, score: Whole, scale: int) -> Whole:
    """The clamped score, which is not below 0, times its coefficients, clamped again. The scale of the plan has the
    denominators of all coefficients, so that each division leaves no rest."""
    for scaling in leaf.scalings:
        score = multiplied(facts, scaling, score)
    return _clamped(leaf, score, (leaf.full, leaf.ceiling), scale) if leaf.scalings else score


def multiplied(facts: Mapping[str, Held], scaling: ir.Scaling, score: Whole) -> Whole:
    """A score or a sum times a coefficient, where that applies."""
    ratio = coefficient(facts, scaling)
    asked = [condition(facts, scaling.guard)]
    if isinstance(scaling.factor, str):
        asked.append(opposite(facts[scaling.factor].absent))
    product = times(score, ratio.above)
    result = quotient(product, ratio.below)
    if ends(product)[0] < 0:
        # A quotient of what lies below zero is 0, so that one of the two counts.
        result = minus(result, quotient(minus(ZERO, product), ratio.below))
    return choice(every(asked), result, score)


def _points(facts: Mapping[str, Held], clause: ir.Clause, amount: Ratio, scale: int) -> Whole:
    """A clause's points after its own cap; nothing where its condition does not hold or one of its bars does."""
    below = amount.constant or 1
    points = choice(condition(facts, clause.guard), times(amount.above, scale // below), ZERO)
    if clause.cap is not None:
        points = _capped(points, int(clause.cap * scale), ir.takes_off(clause.amount))
    barred = some(condition(facts, bar.guard) for bar in clause.bars)
    return choice(barred, ZERO, points)


def _grouped(group: ir.Group, members: list[Whole], scale: int) -> Whole:
    match group:
        case ir.CapGroup(_, limit):
            return _capped(total(members), int(limit * scale), group.takes_off)
        case ir.BestGroup():
            return reduce(at_most if group.takes_off else at_least, members)
        case _:
            assert_never(group)


def _capped(points: Whole, limit: int, taken_off: bool) -> Whole:
    """A cap limits what is given, or, of deductions, what is taken off."""
    return at_least(points, Number(-limit)) if taken_off else at_most(points, Number(limit))


def _clamped(leaf: ir.Indicator, score: Whole, ends: Iterable[Fraction | None], scale: int) -> Whole:
    """The score between the floor and its upper ends."""
    high = min((end for end in ends if end is not None), default=None)
    if high is not None:
        score = at_most(score, Number(int(high * scale)))
    can_fall = leaf.start < 0 or any(ir.takes_off(clause.amount) for clause in leaf.clauses)
    return at_least(score, Number(int(leaf.floor * scale))) if leaf.floor is not None and can_fall else score
