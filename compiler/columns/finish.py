"""From the scores of the leaves to the total, the tier and the general vetoes, in columns.

Tiers are numbers: ``level`` is the band of the score, the number of tiers where it has none; ``final`` is the worst
that an effect makes of it, −1 not assessed, the number of tiers no tier.
"""

from collections.abc import Iterable, Mapping
from typing import assert_never

from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.columns import ratios
from zhunsheng.compiler.columns.conditions import condition, so_many
from zhunsheng.compiler.columns.expressions import (
    ZERO,
    Number,
    Truth,
    Whole,
    at_least,
    at_most,
    choice,
    every,
    holds,
    minus,
    opposite,
    times,
    total,
)
from zhunsheng.compiler.columns.held import Held
from zhunsheng.compiler.columns.indicators import multiplied
from zhunsheng.compiler.columns.ratios import Ratio
from zhunsheng.compiler.columns.steps import Steps
from zhunsheng.compiler.columns.support import Construct, Unsupported


@frozen
class Finish:
    """Columns of the result: the total and what it was before vetoes, the tier and what it was before vetoes (its
    number; the number of tiers or −1 is none), and which vetoes hold."""

    total: Whole
    score_total: Whole
    final: Whole
    level: Whole
    vetoes: tuple[tuple[str, Truth], ...]


def finish(
    steps: Steps,
    facts: Mapping[str, Held],
    program: ir.Program,
    scores: Mapping[str, Whole],
    scales: tuple[int, int],
) -> Finish:
    """The finish of a program from its leaves' scores; `scales` are those of weights and of the total."""
    weights, scale = scales
    if program.rescale is not None:
        raise Unsupported(Construct.RESCALE)
    shares = {leaf.id: times(scores[leaf.id], int(leaf.weight * weights)) for leaf in program.leaves()}
    if program.total_fact is not None:
        own = facts[program.total_fact].ratio
        added = times(own.above, scale // (own.constant or 1))
    else:
        added = total(_share(steps, facts, node, shares, scale) for node in program.indicators)
    added = _through(facts, program.steps, added, ZERO, scale)
    added = _cut(added, program.clamp, scale)
    if program.rounding is not None:
        ratio = ratios.rounded(Ratio(added, Number(scale)), program.rounding)
        added = times(ratio.above, scale // (ratio.constant or 1))
    score_total = steps.whole("评分总分", added)
    level = _level(steps, facts, program, shares, score_total, scale)
    vetoes = tuple(
        (
            veto.id,
            steps.truth(
                f"否决 {veto.id}", _together(facts, veto.guard, veto.demands, shares, scale), veto.text
            ),
        )
        for veto in program.vetoes
    )
    held = dict(vetoes)
    ranks = {band.name: number for number, band in enumerate(program.tiers)}
    for veto in program.vetoes:
        for effect in veto.effects:
            if isinstance(effect, ir.RaiseTier):
                below = every((held[veto.id], _worse(level, ranks[effect.tier], program)))
                level = choice(below, Number(ranks[effect.tier]), level)
    level = steps.whole("评分等级", level)
    ended, final = _effects(program, held, score_total, level, scale)
    return Finish(steps.whole("总分", ended), score_total, steps.whole("等级", final), level, vetoes)


def _share(
    steps: Steps, facts: Mapping[str, Held], node: ir.Indicator, shares: dict[str, Whole], scale: int
) -> Whole:
    """What an indicator or heading adds to the total."""
    if not node.leaf:
        summed, ruled = (
            total(_share(steps, facts, child, shares, scale) for child in part) for part in node.parts
        )
        summed = _cut(_through(facts, node.steps, summed, ruled, scale), node.clamp, scale)
        shares[node.id] = steps.whole(f"小计 {node.id}", summed, node.title)
    return shares[node.id]


def _through(
    facts: Mapping[str, Held], done: Iterable[ir.Step], value: Whole, own: Whole, scale: int
) -> Whole:
    """A sum after what is done to it; `own` are the points of a heading's own rules. The scale has the denominators of
    all coefficients, so that each division leaves no rest."""
    for step in done:
        match step:
            case ir.Clamp():
                value = _cut(value, step, scale)
            case ir.Scaling():
                value = multiplied(facts, step, value)
            case ir.OwnPoints():
                value = total((value, own))
            case _:
                assert_never(step)
    return value


def _cut(value: Whole, clamp: ir.Clamp | None, scale: int) -> Whole:
    if clamp is not None and clamp.high is not None:
        value = at_most(value, Number(int(clamp.high * scale)))
    if clamp is not None and clamp.low is not None:
        value = at_least(value, Number(int(clamp.low * scale)))
    return value


def _level(
    steps: Steps,
    facts: Mapping[str, Held],
    program: ir.Program,
    shares: Mapping[str, Whole],
    score: Whole,
    scale: int,
) -> Whole:
    """The band that holds the total and whose demands hold, or the one that a total falls to."""
    none = Number(len(program.tiers))
    level: Whole = none
    for number, band in reversed(list(enumerate(program.tiers))):
        level = choice(_within(band, score, scale), Number(number), level)
    for number, band in reversed(list(enumerate(program.tiers))):
        if not band.plain:
            level = steps.whole(f"评分等级（{number}）", level)
            asked = _together(facts, band.guard, band.demands, shares, scale)
            failed = every((holds("==", level, Number(number)), opposite(asked)))
            level = choice(failed, Number(number - 1) if band.falls and number else none, level)
    return level


def _within(band: ir.TierBand, score: Whole, scale: int) -> Truth:
    """Whether a total is in a band."""
    tests = []
    if band.low is not None:
        tests.append(holds(">=" if band.low_included else ">", score, Number(int(band.low * scale))))
    if band.high is not None:
        tests.append(holds("<=" if band.high_included else "<", score, Number(int(band.high * scale))))
    return every(tests)


def _worse(level: Whole, rank: int, program: ir.Program) -> Truth:
    """Whether a level is below a rank; no tier is below all."""
    none = holds("==", level, Number(len(program.tiers)))
    return opposite(every((opposite(none), holds(">=", level, Number(rank)))))


def _effects(
    program: ir.Program, held: Mapping[str, Truth], score: Whole, level: Whole, scale: int
) -> tuple[Whole, Whole]:
    """The total and the tier after all effects that hold; each is applied to the tier of the score, the worst stands."""
    ranks = {band.name: number for number, band in enumerate(program.tiers)}
    pairs = [(held[veto.id], effect) for veto in program.vetoes for effect in veto.effects]
    some_tier = holds("<", level, Number(len(program.tiers)))
    ended, final = score, level
    steps = [
        choice(test, Number(e.steps), ZERO) for test, e in pairs if isinstance(e, ir.LowerTier) and e.adds
    ]
    if steps:
        final = choice(some_tier, at_least(minus(level, total(steps)), ZERO), level)
    for test, effect in pairs:
        match effect:
            case ir.SetTier(tier):
                final = choice(test, at_most(final, Number(ranks[tier])), final)
            case ir.BarTier(tier):
                barred = every((test, some_tier))
                final = choice(barred, at_most(final, Number(ranks[tier] - 1)), final)
            case ir.LowerTier(count, adds):
                if not adds:
                    lowered = at_least(minus(level, Number(count)), ZERO)
                    final = choice(every((test, some_tier)), at_most(final, lowered), final)
            case ir.SetTotal(points):
                end = Number(int(points * scale))
                cut = every((test, holds(">", score, end)))
                ended = choice(cut, at_most(ended, end), ended)
                final = choice(cut, at_most(final, Number(program.level_of(points))), final)
            case ir.NotAssessed() | ir.RaiseTier() | ir.Reported():
                continue
    for test, effect in pairs:
        if isinstance(effect, ir.NotAssessed):
            final = choice(test, Number(-1), final)
    return ended, final


def _together(
    facts: Mapping[str, Held],
    guard: ir.Condition,
    demands: tuple[ir.Demand, ...],
    shares: Mapping[str, Whole],
    scale: int,
) -> Truth:
    """A condition on facts and demands on scores that all have to hold."""
    return every((condition(facts, guard), *(_demand(demand, shares, scale) for demand in demands)))


def _demand(demand: ir.Demand, shares: Mapping[str, Whole], scale: int) -> Truth:
    """How many indicators reach their bound, in a number that the demand allows."""
    tests = [holds(demand.operator, shares[id], Number(int(bound * scale))) for id, bound in demand.members]
    return so_many(tests, demand.least, demand.most)
