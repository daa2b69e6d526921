"""Clauses as written: what is given, for what, within which caps."""

from fractions import Fraction
from typing import Literal

from attrs import frozen

from zhunsheng.dsl.ast.conditions import Condition, Edge, Exemption, FactMention, Joiner, Quantity
from zhunsheng.dsl.ast.finish import EffectNode
from zhunsheng.dsl.ast.formulas import Formula
from zhunsheng.dsl.ast.spans import span_field
from zhunsheng.runtime.source import Span

Sign = Literal[1, -1]


@frozen
class Series:
    """第一次扣1分，第二次扣2分，以此类推: the points of the first instances, without their sign. `then` is what the others
    give: each further one as much more as the last did (`rise`), each as much as the last (`last`), or not said."""

    firsts: tuple[Fraction, ...]
    then: Literal["rise", "last"] | None
    unit: str


@frozen
class Award:
    """Points given (+) or taken off (−); `points` is None where an assessor sets them (酌情加分), from `low` to
    `high` where the words say so (酌情扣1～5分); `free` is whether words of discretion do. `verb` is the verb of
    taking off; `factor` is said of a part of the cases before (加倍); 不得分 (`nothing`) speaks of the sentence
    or the indicator, 本项不得分 (`whole`) of the indicator, by words that may also mean a numbered item (`loose`: 本项,
    not 本指标). `group`: the points are those of a heading with others below it
    (在本类得分中扣2分). 得满分 (`full`) has no number of its own, nor has 按满分的80%计分, which gives that `part` of it; `on_top`
    is said of points beside others (加3分, not 得3分); 酌情扣5分 (`single`) names one number where an assessor
    decides."""

    points: Fraction | None
    sign: Literal[1, -1]
    low: Fraction | None = None
    high: Fraction | None = None
    free: bool = True
    verb: str = ""
    factor: Fraction | None = None
    nothing: bool = False
    whole: bool = False
    loose: bool = False
    group: bool = False
    series: Series | None = None
    full: bool = False
    part: Fraction = Fraction(1)
    on_top: bool = False
    single: bool = False
    #: Whether what goes on from here may as well double (得2分，得4分，以此类推).
    doubling: bool = False
    span: Span = span_field()


@frozen
class Per:
    """每一种【渠道】: so many points per unit of a fact. `fact` is None where the condition's fact is counted.
    `manner` is 满 where only whole units count (每满1年), 连续 for streaks of days (每连续10天). `times` is the second
    count of 每户【…】每月【…】, by which the first is multiplied; with `lacking` what is counted is missing (每缺一项【…】)."""

    fact: FactMention | None
    quantity: Quantity
    manner: Literal["", "满", "连续"] = ""
    times: tuple[FactMention, Quantity] | None = None
    lacking: bool = False
    span: Span = span_field()


@frozen
class Step:
    """每增加10个百分点: so many points per step above the base, or below it (每低1个百分点)."""

    quantity: Quantity
    below: bool = False
    word: str = ""
    span: Span = span_field()


@frozen
class Tally:
    """每满足一项: so many points for each condition of a list that holds. With `plain` nothing but the kind of
    the facts says that they are answered 是 or 否 rather than counted (【甲】、【乙】，每项得2分)."""

    quantity: Quantity
    plain: bool = False
    span: Span = span_field()


@frozen
class Entry:
    """One of the conditions of a list, which may be several joined."""

    conditions: tuple[Condition, ...]
    joiners: tuple[Joiner, ...]
    numbering: str = ""
    span: Span = span_field()


@frozen
class Listed:
    """A list of conditions (①【甲】；②【乙】), and how many the words in front say they are."""

    entries: tuple[Entry, ...]
    stated: int | None = None
    span: Span = span_field()


@frozen
class Line:
    """Points along straight lines between numbers with their points; in `proportion` from 0, to the only one
    of them, or, where there is none, to the full mark at 100%."""

    anchors: tuple[tuple[Edge, Fraction], ...]
    proportion: bool
    span: Span = span_field()


@frozen
class ByFormula:
    """得分＝【甲】÷【乙】×10: the points are the value of a formula, at least 0."""

    formula: Formula
    span: Span = span_field()


@frozen
class SoOnNode:
    """以此类推 behind bands: further ones in the same way."""

    span: Span = span_field()


@frozen
class InterpolatedNode:
    """中间按线性插值: the clauses before it give the numbers."""

    span: Span = span_field()


@frozen
class Branch:
    """What a clause carries on from those before it: 否则 (`else`) and 其他情况 (`rest`) that their conditions
    do not hold, 其中 (`within`) that they do."""

    kind: Literal["else", "rest", "within"]
    span: Span = span_field()


@frozen
class Target:
    """满分要求 of a floor-and-target row, beside its 基本要求, which is the clause's condition. A `starred` row
    vetoes where its floor is not reached."""

    edge: Edge
    starred: bool = False
    span: Span = span_field()


@frozen
class ClauseNode:
    """Conditions and what they earn."""

    conditions: tuple[Condition, ...]
    joiners: tuple[Joiner, ...]
    measure: Per | Step | Line | Tally | Target | ByFormula | None
    award: Award
    branch: Branch | None = None
    exemptions: tuple[Exemption, ...] = ()
    #: The list whose conditions it counts; None is that of the clause before.
    listed: Listed | None = None
    #: What it says where 以此类推 stands for it.
    told: str = ""
    span: Span = span_field()

    @property
    def attached(self) -> bool:
        """Whether it belongs to the clause before it: steps without a base, 加倍."""
        bare = isinstance(self.measure, Step) and not self.conditions and self.branch is None
        return bare or self.award.factor is not None

    @property
    def waives(self) -> bool:
        """Whether it says what those get who do not have the indicator (没有该项指标的，得3分)."""
        given = self.award.sign > 0 and not self.award.on_top and not self.award.nothing
        return given and self.measure is None and lacks(self.conditions)


def lacks(conditions: tuple[Condition, ...]) -> bool:
    """Whether one of some conditions is that the indicator, or a fact of it, does not apply."""
    return any(condition.kind == "lacking" and not condition.negated for condition in conditions)


@frozen
class Choice:
    """A. 有独立大厅，得10分: one of some labelled options. `band` is what its words say where they are a number
    (A. 10人以上，得10分), which only the type of the fact tells from the name of an option."""

    label: str
    words: str
    award: Award
    band: ClauseNode | None = None
    span: Span = span_field()


@frozen
class ChoicesNode:
    """Labelled options side by side, the first with the fact in front of it, if there is one."""

    fact: FactMention | None
    choices: tuple[Choice, ...]
    span: Span = span_field()


@frozen
class CapNode:
    """A cap. `whole` is 直到满分N为止, which is the indicator's; 最多N分 has a scope to be found. With `group` it is said of
    all below a heading (本类最高得20分)."""

    points: Fraction
    whole: bool
    #: Whether it is said of several clauses together (累计扣分不超过10分), and of the indicator (本项最多扣10分), by words
    #: that may also mean a numbered item (本项, not 本指标).
    together: bool = False
    item: bool = False
    loose: bool = False
    group: bool = False
    #: Behind 以此类推, of all the bands.
    of_fact: bool = False
    span: Span = span_field()


@frozen
class StartNode:
    """起评分80分: what an indicator starts from."""

    points: Fraction
    span: Span = span_field()


@frozen
class BottomNode:
    """How low an indicator goes: 扣完为止 says that it is not below 0, 可扣至负分 (`open`) that it may be."""

    open: bool
    span: Span = span_field()


@frozen
class TieNode:
    """并列时按【利润】高者在前: of those with equal places the one with more (`larger_first`), or less, comes first."""

    fact: FactMention
    larger_first: bool
    span: Span = span_field()


@frozen
class PartStepNode:
    """不足1天的按1天计: a part of a step counts as one; 不足1天的不计: as none (`begun` false)."""

    quantity: Quantity
    begun: bool
    span: Span = span_field()


@frozen
class BestNode:
    """取最高分不累计: of several clauses the best counts. `once` is 不重复计算, 就高不就低 and what is said
    of 同一…, which a fact counted without repeats satisfies too; `same` is the fact of 同一【项目】 where one is named. `whole` is said of the
    rows of a table that share a mark (15（选其中一项）)."""

    once: bool
    same: FactMention | None = None
    whole: bool = False
    span: Span = span_field()


@frozen
class FullMarkNode:
    """满分N分, said in a sentence."""

    points: Fraction
    span: Span = span_field()


@frozen
class ScaleNode:
    """【甲】的，本项得分乘以0.8: by what an indicator's score is multiplied, a number or a fact. `item` is whether the
    words say that it is the indicator's (本项), not the sentence's before; `group` that it is all below a heading's
    (本类得分), `total` that it is the total's; `options` are all those to which the sentence gives a factor of their own."""

    conditions: tuple[Condition, ...]
    joiners: tuple[Joiner, ...]
    factor: Fraction | FactMention
    item: bool
    branch: Branch | None = None
    options: tuple[str, ...] = ()
    #: 按80%计分, which by its words may also be 80% of the full mark.
    of_mark: bool = False
    group: bool = False
    total: bool = False
    #: 得分扣减20%, which of several may be said of the score before all or of what the others leave.
    off: bool = False
    #: Whether the words for the indicator (本项) may also mean a numbered item.
    loose: bool = False
    span: Span = span_field()


@frozen
class AlikeNode:
    """取得【甲】的，视同取得【乙】: conditions that stand in for the fact wherever a condition asks for it; without a fact
    (视同满足本条要求) for the conditions of the clause before."""

    conditions: tuple[Condition, ...]
    joiners: tuple[Joiner, ...]
    fact: FactMention | None
    span: Span = span_field()


@frozen
class ItemAbsenceNode:
    """若…，本指标为缺项: when an indicator does not apply."""

    conditions: tuple[Condition, ...]
    joiners: tuple[Joiner, ...]
    span: Span = span_field()


@frozen
class ItemVetoNode:
    """若…，本指标项目视为0分; 否则本指标视为0分; with `group` 本类视为0分, said of all below a heading; `loose` where the
    words may also mean a numbered item (本项视为0分); 视为满分 (`full`) has no number of its own."""

    conditions: tuple[Condition, ...]
    joiners: tuple[Joiner, ...]
    points: Fraction
    exemptions: tuple[Exemption, ...] = ()
    group: bool = False
    branch: Branch | None = None
    loose: bool = False
    full: bool = False
    span: Span = span_field()

    @property
    def waives(self) -> bool:
        """Whether it says what those get who do not have the indicator (没有该项指标的，本项得3分)."""
        return not self.group and lacks(self.conditions)


@frozen
class MeasuredNode:
    """Facts named without a rule: what an indicator measures where the text leaves its points open."""

    facts: tuple[FactMention, ...]
    span: Span = span_field()


@frozen
class QuotaNode:
    """The requirement cell of a row: conditions that its rule cells count against (达到要求的得5分)."""

    conditions: tuple[Condition, ...]
    joiners: tuple[Joiner, ...]
    span: Span = span_field()


@frozen
class StarredNode:
    """带“*”的为否定性指标，未达到基本要求即不合格: what it does where a starred row is below its floor."""

    effects: tuple["EffectNode", ...]
    span: Span = span_field()
