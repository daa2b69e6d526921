"""What stands between scores and verdict, as written: limits, rounding, tiers, vetoes, levels."""

from fractions import Fraction
from typing import Literal

from attrs import frozen

from zhunsheng.dsl.ast.conditions import Condition, Edge, Exemption, FactMention, Joiner
from zhunsheng.dsl.ast.formulas import Rounded
from zhunsheng.dsl.ast.spans import span_field
from zhunsheng.runtime.source import Span


@frozen
class TotalLimitNode:
    """总分最高不超过100分, 总分不低于0分: where the total ends; `low` is its lower end."""

    points: Fraction
    low: bool
    span: Span = span_field()


@frozen
class RoundedNode:
    """得分保留两位小数，四舍五入: the score of the indicator (or, `total`, the total) is rounded. 各指标得分保留一位小数 rounds
    the scores of all indicators so deep, with `level` 0 of those that are scored themselves. Behind 得分＝… (`formula`) it
    speaks of what the formula gives."""

    rounded: "Rounded"
    total: bool = False
    level: int | None = None
    formula: bool = False
    span: Span = span_field()


@frozen
class ComparisonNode:
    """采用修约值比较法: whether values are rounded to the places of a limit before they are compared with it."""

    rounded: bool
    span: Span = span_field()


@frozen
class AbsenceNode:
    """存在合理缺项的，得分按（实际得分÷（总分－缺项分值））×100折算: how the score is worked out without the indicators
    that do not apply; `open` where the words leave open whether over all indicators or within each group."""

    kind: Literal["formula", "open", "whole", "group"]
    span: Span = span_field()


EffectKind = Literal["tier", "total", "bar", "lower", "void", "reported", "veto"]


@frozen
class EffectNode:
    """What a general veto does: 直接视为不合格 (tier), 总分视为0分 (total), 不得评为优秀 (bar; no name is the best),
    降一级 (lower), 不予评定 (void), 扣减补助20% (reported), 实行一票否决 (veto), which does not say what it does. `number` are points of the total, or bands."""

    kind: EffectKind
    tier: str
    words: str
    number: Fraction | int = 0
    span: Span = span_field()


@frozen
class TierDemandNode:
    """A demand on the tiers of indicators: 各一级指标均为合格以上. `way` is whether they are to be that tier, no worse, or worse."""

    level: int
    tier: str
    way: Literal["is", "reaches", "below"]
    count: Edge | Literal["all", "any"]
    span: Span = span_field()


@frozen
class DemandNode:
    """A demand on the scores of indicators: 各一级指标得分均不低于其分值的60%. `level` is how deep they stand, 0 for
    those that are scored themselves, `titles` those that are named; `rate` measures the share of the full mark, `points` the score."""

    measure: Literal["rate", "points"]
    level: int
    edge: Edge
    count: Edge | Literal["all", "any"]
    titles: tuple[str, ...] = ()
    span: Span = span_field()


@frozen
class VetoNode:
    """若…，直接视该服务为不合格. Conditions and demands hold together; the effects come with each other. One of a list
    has none of its own where the words in front of the list say them."""

    conditions: tuple[Condition, ...]
    joiners: tuple[Joiner, ...]
    effects: tuple[EffectNode, ...]
    demands: tuple[DemandNode | TierDemandNode, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    span: Span = span_field()


@frozen
class VetoLeadNode:
    """有下列情形之一的，实行一票否决：, in front of a list of vetoes. `one` is whether one of them is enough."""

    effects: tuple[EffectNode, ...]
    one: bool
    span: Span = span_field()


@frozen
class TierNode:
    """60分（含）以上-80分评为合格. `fact` is the total itself where it is given as a fact; the rest is what the tier
    asks for besides the total (90分以上且【…】的为五星)."""

    edges: tuple[Edge, ...]
    name: str
    fact: FactMention | None = None
    conditions: tuple[Condition, ...] = ()
    joiners: tuple[Joiner, ...] = ()
    demands: tuple[DemandNode | TierDemandNode, ...] = ()
    span: Span = span_field()


@frozen
class TierNamesNode:
    """分为“优秀”、“良好”、“不合格”: the tiers by name, without their bands."""

    names: tuple[str, ...]
    span: Span = span_field()


@frozen
class LevelCell:
    """What a level asks of a row: nothing (—), a tick (√), or a range."""

    level: str
    kind: Literal["none", "tick", "range"]
    edges: tuple[Edge, ...]
    span: Span = span_field()


@frozen
class LevelRowNode:
    """A row of a graded table: its fact, and what each level asks of it, from the lowest."""

    fact: FactMention
    title: str
    cells: tuple[LevelCell, ...]
    span: Span = span_field()
