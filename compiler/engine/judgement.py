"""Judgement (评判、评分): what a scoring comes to where what assessors decided is taken back."""

from collections.abc import Mapping
from fractions import Fraction

from attrs import frozen

from zhunsheng.compiler.engine.engine import Scoring
from zhunsheng.compiler.engine.outcomes import Outcomes
from zhunsheng.runtime.facts import FactType, Value
from zhunsheng.runtime.support import NA


def judged_facts(scoring: Scoring) -> tuple[str, ...]:
    """The known facts that an assessor answers for."""
    return tuple(name for name in scoring.derivation.values if scoring.specs[name].type.judgement)


@frozen
class Share:
    """What rests on judgement, where the missing facts are as at the low end of the total: points of the total, by
    indicator and in all, and whether the tier changes without them (None: some of the tiers that are possible)."""

    points: Fraction
    parts: tuple[tuple[str, Fraction], ...]
    decides: bool | None


def judged_share(scoring: Scoring) -> Share:
    """Compares with the scoring in which every judgement is taken back: 评判 is 否, 评分 is 0, 不适用 stays."""
    values = scoring.derivation.values
    off: dict[str, Value] = {
        name: False if scoring.specs[name].type is FactType.JUDGED else 0
        for name in judged_facts(scoring)
        if values[name] is not NA
    }
    bare = scoring.otherwise(off)
    if bare.known == scoring.known:
        return Share(Fraction(0), (), False)
    low_at = scoring.ends.low_at
    bare_at = {**low_at, **bare.known}
    points = scoring.total(low_at) - scoring.total(bare_at)
    own, other = _contributions(scoring, low_at), _contributions(bare, bare_at)
    parts = tuple((id, own[id] - other[id]) for id in own if own[id] != other[id])
    return Share(points, parts, _decides(Outcomes(scoring), Outcomes(bare)))


def _contributions(scoring: Scoring, values: Mapping[str, Value]) -> dict[str, Fraction]:
    """What each indicator adds to the total of complete facts."""
    weights = scoring.completed(values).weights
    traces = scoring.run(values)[4]
    return {
        leaf.id: weights[leaf.id] * scoring.module.points(trace[0])
        for leaf, trace in zip(scoring.leaves, traces, strict=True)
    }


def _decides(one: Outcomes, other: Outcomes) -> bool | None:
    """Whether two scorings differ in their tier; None where what is missing leaves that open."""
    if not one.program.tiers:
        return False
    if len(one.possible) == len(other.possible) == 1 or not one.possible & other.possible:
        return one.possible != other.possible
    return None
