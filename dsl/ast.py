"""The tree of a rule file (语法树): what was written, before anything is resolved.

Spans are left out of equality, so that trees compare by meaning. Spans count characters of the
decoded source.
"""

import datetime
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Literal

from attrs import field, frozen

from zhunsheng.dsl.vocabulary import Comparison
from zhunsheng.runtime.source import Span


def _span() -> Span:
    span: Span = field(eq=False, repr=False, kw_only=True)
    return span


@frozen
class Aspect:
    """What is asked of a date: the time from it to the evaluation date (距评价日期), the days left from the
    evaluation date to it (在有效期内), whether it lies in the last `years` years (在近三年内), the days from
    `day` to it (早于2020年1月1日)."""

    kind: Literal["elapsed", "left", "recent", "since"]
    years: int = 0
    day: datetime.date | None = None


@frozen
class FactMention:
    """A 【fact】: the words shown, and the name behind ｜ where there is one. `lead` has the connectives
    (该项服务的) and the verb (建立) before it; they belong to the question, and the verb to its identity.
    `aspect` is what the sentence asks of the date that the fact is."""

    shown: str
    name: str
    renamed: bool
    lead: str = ""
    verb: str = ""
    aspect: "Aspect | None" = None
    span: Span = _span()


@frozen
class Quantity:
    """A number with its unit as written; `value` is in that unit (70% is 70 with unit "%")."""

    value: Fraction
    unit: str
    span: Span = _span()


@frozen
class Edge:
    """One end of a range: a quantity and how the fact compares to it; None for a bare end."""

    quantity: Quantity
    comparison: Comparison | None
    #: Whether （含） or （不含） decided, whatever the word.
    explicit: bool = False
    word: str = ""
    #: The place of the rule table whose cell it stands in; what is open in such cells is asked once a table.
    table: int | None = None
    span: Span = _span()


ConditionKind = Literal["required", "holds", "compared", "counted", "base", "chosen", "held"]


@frozen
class Share:
    """占【总服务量】的…%: the compared fact is a part of this whole; None is the quantity that 其中 follows."""

    whole: FactMention | None
    span: Span = _span()


@frozen
class Exemption:
    """What a condition or a rule does not reach: （【律师事务所】除外）; `relax` is 可适当放宽, `once` is
    不得重复计算, which has no conditions. Any of the conditions exempts unless 且 joins them."""

    kind: Literal["except", "relax", "once"]
    conditions: tuple["Condition", ...]
    joiners: tuple["Joiner", ...]
    span: Span = _span()


@frozen
class Condition:
    """One condition. `fact` is None where the subject is elided. `counted` has its number before the fact
    (一场以上【…】, 一个【…】); `base` is the starting point of steps (达到70%后); `chosen` names one or several
    `options` of its fact (【机构类别】为律师事务所的); `held` counts the conditions of a list that hold (满足2项
    以上的), all of them where it has no number."""

    kind: ConditionKind
    fact: FactMention | None
    negated: bool = False
    edges: tuple[Edge, ...] = ()
    with_de: bool = False
    options: tuple[str, ...] = ()
    share: Share | None = None
    exemptions: tuple[Exemption, ...] = ()
    span: Span = _span()


@frozen
class Joiner:
    """What stands between two conditions; `sense` is None where the words leave 且 or 或 open."""

    word: str
    sense: Literal["and", "or"] | None
    span: Span = _span()


Sign = Literal[1, -1]


@frozen
class Award:
    """Points given (+) or taken off (−); `points` is None where an assessor sets them (酌情加分), from `low` to
    `high` where the words say so (酌情扣1～5分); `free` is whether words of discretion do. `verb` is the verb of
    taking off; `factor` is said of a part of the cases before (加倍); 不得分 (`nothing`) speaks of the sentence
    or the indicator, 本项不得分 (`whole`) of the indicator."""

    points: Fraction | None
    sign: Literal[1, -1]
    low: Fraction | None = None
    high: Fraction | None = None
    free: bool = True
    verb: str = ""
    factor: Fraction | None = None
    nothing: bool = False
    whole: bool = False
    span: Span = _span()


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
    span: Span = _span()


@frozen
class Step:
    """每增加10个百分点: so many points per step above the base, or below it (每低1个百分点)."""

    quantity: Quantity
    below: bool = False
    word: str = ""
    span: Span = _span()


@frozen
class Tally:
    """每满足一项: so many points for each condition of a list that holds. With `plain` nothing but the kind of
    the facts says that they are answered 是 or 否 rather than counted (【甲】、【乙】，每项得2分)."""

    quantity: Quantity
    plain: bool = False
    span: Span = _span()


@frozen
class Entry:
    """One of the conditions of a list, which may be several joined."""

    conditions: tuple[Condition, ...]
    joiners: tuple[Joiner, ...]
    span: Span = _span()


@frozen
class Listed:
    """A list of conditions (①【甲】；②【乙】), and how many the words in front say they are."""

    entries: tuple[Entry, ...]
    stated: int | None = None
    span: Span = _span()


@frozen
class Line:
    """Points along straight lines between numbers with their points; in `proportion` from 0, to the only one
    of them, or, where there is none, to the full mark at 100%."""

    anchors: tuple[tuple[Edge, Fraction], ...]
    proportion: bool
    span: Span = _span()


@frozen
class InterpolatedNode:
    """中间按线性插值: the clauses before it give the numbers."""

    span: Span = _span()


@frozen
class Branch:
    """What a clause carries on from those before it: 否则 (`else`) and 其他情况 (`rest`) that their conditions
    do not hold, 其中 (`within`) that they do."""

    kind: Literal["else", "rest", "within"]
    span: Span = _span()


@frozen
class Target:
    """满分要求 of a floor-and-target row, beside its 基本要求, which is the clause's condition. A `starred` row
    vetoes where its floor is not reached."""

    edge: Edge
    starred: bool = False
    span: Span = _span()


@frozen
class ClauseNode:
    """Conditions and what they earn."""

    conditions: tuple[Condition, ...]
    joiners: tuple[Joiner, ...]
    measure: Per | Step | Line | Tally | Target | None
    award: Award
    branch: Branch | None = None
    exemptions: tuple[Exemption, ...] = ()
    #: The list whose conditions it counts; None is that of the clause before.
    listed: Listed | None = None
    span: Span = _span()

    @property
    def attached(self) -> bool:
        """Whether it belongs to the clause before it: steps without a base, 加倍."""
        bare = isinstance(self.measure, Step) and not self.conditions and self.branch is None
        return bare or self.award.factor is not None


@frozen
class CapNode:
    """A cap. `whole` is 直到满分N为止, which is the indicator's; 最多N分 has a scope to be found."""

    points: Fraction
    whole: bool
    #: Whether it is said of several clauses together (累计扣分不超过10分), and of the indicator (本项最多扣10分).
    together: bool = False
    item: bool = False
    span: Span = _span()


@frozen
class StartNode:
    """起评分80分: what an indicator starts from."""

    points: Fraction
    span: Span = _span()


@frozen
class BottomNode:
    """How low an indicator goes: 扣完为止 says that it is not below 0, 可扣至负分 (`open`) that it may be."""

    open: bool
    span: Span = _span()


@frozen
class PartStepNode:
    """不足1天的按1天计: a part of a step counts as one; 不足1天的不计: as none (`begun` false)."""

    quantity: Quantity
    begun: bool
    span: Span = _span()


@frozen
class BestNode:
    """取最高分不累计: of several clauses the best counts. `once` is 不重复计算, 就高不就低, which a fact counted
    without repeats satisfies too; `same` is the fact of 同一【项目】 where one is named. `whole` is said of the
    rows of a table that share a mark (15（选其中一项）)."""

    once: bool
    same: FactMention | None = None
    whole: bool = False
    span: Span = _span()


@frozen
class FullMarkNode:
    """满分N分, said in a sentence."""

    points: Fraction
    span: Span = _span()


@frozen
class TotalLimitNode:
    """总分最高不超过100分, 总分不低于0分: where the total ends; `low` is its lower end."""

    points: Fraction
    low: bool
    span: Span = _span()


@frozen
class RoundedNode:
    """得分保留两位小数，四舍五入: the score of the indicator (or, `total`, the total) is rounded."""

    rounded: "Rounded"
    total: bool = False
    span: Span = _span()


@frozen
class ComparisonNode:
    """采用修约值比较法: whether values are rounded to the places of a limit before they are compared with it."""

    rounded: bool
    span: Span = _span()


@frozen
class AbsenceNode:
    """存在合理缺项的，得分按（实际得分÷（总分－缺项分值））×100折算: how the score is worked out without the indicators
    that do not apply; `open` where the words leave open whether over all indicators or within each group."""

    kind: Literal["formula", "open", "whole", "group"]
    span: Span = _span()


@frozen
class ItemAbsenceNode:
    """若…，本指标为缺项: when an indicator does not apply."""

    conditions: tuple[Condition, ...]
    joiners: tuple[Joiner, ...]
    span: Span = _span()


@frozen
class ItemVetoNode:
    """若…，本指标项目视为0分."""

    conditions: tuple[Condition, ...]
    joiners: tuple[Joiner, ...]
    points: Fraction
    exemptions: tuple[Exemption, ...] = ()
    span: Span = _span()


EffectKind = Literal["tier", "total", "bar", "lower", "void", "reported"]


@frozen
class EffectNode:
    """What a general veto does: 直接视为不合格 (tier), 总分视为0分 (total), 不得评为优秀 (bar; no name is the best),
    降一级 (lower), 不予评定 (void), 扣减补助20% (reported). `number` are points of the total, or bands."""

    kind: EffectKind
    tier: str
    words: str
    number: Fraction | int = 0
    span: Span = _span()


@frozen
class DemandNode:
    """A demand on the scores of indicators: 各一级指标得分均不低于其分值的60%. `level` is how deep they stand, 0 for
    those that are scored themselves; `rate` measures the share of the full mark, `points` the score."""

    measure: Literal["rate", "points"]
    level: int
    edge: Edge
    count: Edge | Literal["all", "any"]
    span: Span = _span()


@frozen
class VetoNode:
    """若…，直接视该服务为不合格. Conditions and demands hold together; the effects come with each other."""

    conditions: tuple[Condition, ...]
    joiners: tuple[Joiner, ...]
    effects: tuple[EffectNode, ...]
    demands: tuple[DemandNode, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    span: Span = _span()


Mood = Literal["must", "bar", "urge"]


@frozen
class RequirementNode:
    """A requirement: its conditions must hold, or (`bar`) must not, or are only encouraged (`urge`). `effect`
    has the words of what follows (不予受理), "" where the sentence does not say."""

    conditions: tuple[Condition, ...]
    joiners: tuple[Joiner, ...]
    mood: Mood
    effect: str = ""
    exemptions: tuple[Exemption, ...] = ()
    span: Span = _span()


@frozen
class StemNode:
    """符合下列条件之一的：, the head of a list: `count` of its items must hold, all where it is None. With an
    `effect` (有下列情形之一的，不予受理：) they must not."""

    count: int | None
    effect: str = ""
    span: Span = _span()


@frozen
class SelectNode:
    """每个服务机构限报一类：, the head of a list of options, each with the requirements of those who choose it."""

    span: Span = _span()


@frozen
class FailureNode:
    """未达到以上要求的，不予评价: what follows where a requirement of the same heading does not hold."""

    effect: str
    span: Span = _span()


@frozen
class TierNode:
    """60分（含）以上-80分评为合格. `fact` is the total itself where it is given as a fact; the rest is what the tier
    asks for besides the total (90分以上且【…】的为五星)."""

    edges: tuple[Edge, ...]
    name: str
    fact: FactMention | None = None
    conditions: tuple[Condition, ...] = ()
    joiners: tuple[Joiner, ...] = ()
    demands: tuple[DemandNode, ...] = ()
    span: Span = _span()


@frozen
class TierNamesNode:
    """分为“优秀”、“良好”、“不合格”: the tiers by name, without their bands."""

    names: tuple[str, ...]
    span: Span = _span()


@frozen
class MeasuredNode:
    """Facts named without a rule: what an indicator measures where the text leaves its points open."""

    facts: tuple[FactMention, ...]
    span: Span = _span()


@frozen
class QuotaNode:
    """The requirement cell of a row: conditions that its rule cells count against (达到要求的得5分)."""

    conditions: tuple[Condition, ...]
    joiners: tuple[Joiner, ...]
    span: Span = _span()


@frozen
class LevelCell:
    """What a level asks of a row: nothing (—), a tick (√), or a range."""

    level: str
    kind: Literal["none", "tick", "range"]
    edges: tuple[Edge, ...]
    span: Span = _span()


@frozen
class LevelRowNode:
    """A row of a graded table: its fact, and what each level asks of it, from the lowest."""

    fact: FactMention
    title: str
    cells: tuple[LevelCell, ...]
    span: Span = _span()


@frozen
class StarredNode:
    """带“*”的为否定性指标，未达到基本要求即不合格: what it does where a starred row is below its floor."""

    effects: tuple["EffectNode", ...]
    span: Span = _span()


Requirement = RequirementNode | StemNode | SelectNode | FailureNode
Item = (
    ClauseNode
    | CapNode
    | InterpolatedNode
    | FullMarkNode
    | TotalLimitNode
    | RoundedNode
    | StartNode
    | BottomNode
    | PartStepNode
    | ComparisonNode
    | AbsenceNode
    | ItemAbsenceNode
    | ItemVetoNode
    | VetoNode
    | TierNode
    | TierNamesNode
    | MeasuredNode
    | BestNode
    | QuotaNode
    | StarredNode
    | LevelRowNode
    | Requirement
)

MarkKind = Literal["operative", "fact", "description", "layout", "unread"]


@frozen
class Marked:
    """A run of characters of one kind; the runs of a paragraph cover it without gap or overlap."""

    kind: MarkKind
    span: Span


@frozen
class Segment:
    """The words between two of 。；: what was read from them, and their marks. `sentence` counts 。 from 0,
    `numbering` is what stands in front (3、). `cells` are the cells of a table row that was read as a whole; its
    `text` has the heads of the columns too."""

    text: str
    items: tuple[Item, ...]
    sentence: int
    broken: bool = False
    numbering: str = ""
    cells: tuple["Cell", ...] = ()
    span: Span = _span()


@frozen
class Paragraph:
    """An executable paragraph, list item or table cell."""

    segments: tuple[Segment, ...]
    marks: tuple[Marked, ...] = field(eq=False, repr=False)
    #: Whether it states requirements: a paragraph of 基本条件, or one that begins with 基本要求：.
    requires: bool = False
    span: Span = _span()


@frozen
class Mark:
    """What stands behind a heading: （权重0.05） or （5分）. `text` is the number as printed."""

    kind: Literal["weight", "points"]
    value: Fraction
    text: str
    span: Span = _span()


@frozen
class Cell:
    """A table cell, trimmed."""

    text: str
    span: Span = _span()


@frozen
class Table:
    """A pipe table; every row has as many cells as the head."""

    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    span: Span = _span()


@frozen
class RawTable:
    """A table of 案例 before its cells are cut: only running the cases needs them, and they are many."""

    text: str
    offset: int


@frozen
class Heading:
    """A heading with what stands under it, or a row or group of a rule table, which is `tabular`. `id` is its
    number by position (3.3; 加1 in 加分项), "" for other reserved sections."""

    level: int
    title: str
    mark: Mark | None
    id: str
    children: tuple["Heading", ...]
    paragraphs: tuple[Paragraph, ...]
    quotes: tuple[str, ...]
    tables: tuple[Table, ...]
    cases: tuple[RawTable, ...] = ()
    tabular: bool = False
    title_span: Span = _span()
    span: Span = _span()


def all_headings(headings: Iterable[Heading]) -> Iterator[Heading]:
    """Headings with all below them, in the order of the file."""
    for heading in headings:
        yield heading
        yield from all_headings(heading.children)


@frozen
class HeadEntry:
    """A 键：值 line before the first second-level heading."""

    key: str
    value: str
    key_span: Span = _span()
    span: Span = _span()


# -- formulas of 计算


@frozen
class Operand:
    """A fact in a formula."""

    fact: FactMention
    span: Span = _span()


@frozen
class Constant:
    """A number in a formula; 15% is 3/20."""

    value: Fraction
    span: Span = _span()


@frozen
class Day:
    """A day in a formula (2020年1月1日)."""

    value: datetime.date
    span: Span = _span()


@frozen
class Streak:
    """How often a 清单 of dates has so many consecutive days (【登录日期】的连续10天次数)."""

    fact: FactMention
    days: int
    span: Span = _span()


@frozen
class Within:
    """How many items of a 清单 with dates lie in the last years (近三年的【奖项】), or, where the fact is a `single`
    date, whether it does: 1 or 0."""

    fact: FactMention
    years: int
    single: bool = False
    span: Span = _span()


@frozen
class Binary:
    """Two formulas joined by ＋ － × ÷."""

    operator: Literal["+", "-", "*", "/"]
    left: "Formula"
    right: "Formula"
    span: Span = _span()


Formula = Operand | Constant | Day | Streak | Within | Binary


@frozen
class Rounded:
    """保留两位小数（四舍五入）, 修约到0.5: rounding to whole multiples of `unit`; `rule` is None where the words
    name none."""

    unit: Fraction
    rule: Literal["四舍五入", "进舍规则", "舍去", "进一"] | None
    span: Span = _span()


@frozen
class Definition:
    """A line of 计算: 【甲】＝【乙】÷【丙】，保留两位小数（四舍五入）."""

    fact: FactMention
    formula: Formula
    text: str
    rounded: Rounded | None = None
    span: Span = _span()


@frozen
class RuleFile:
    """A whole rule file. `sections` holds the reserved second-level headings by name."""

    title: str
    head: tuple[HeadEntry, ...]
    indicators: tuple[Heading, ...]
    sections: dict[str, Heading] = field(eq=False)
    definitions: tuple[Definition, ...]
    blocks: tuple[str, ...] = field(eq=False, repr=False)
    title_span: Span = _span()

    def value(self, key: str) -> str:
        """The value of a head entry, "" where it is absent."""
        return next((entry.value for entry in self.head if entry.key == key), "")

    @property
    def is_open(self) -> bool:
        """Whether the head says 状态：开放, so that terms may be left open."""
        return "开放" in self.value("状态")

    def executable(self) -> Iterator[tuple[str, Heading, Paragraph]]:
        """Every executable paragraph with its heading and its reserved section ("" for the indicators)."""

        def visit(section: str, heading: Heading) -> Iterator[tuple[str, Heading, Paragraph]]:
            for paragraph in heading.paragraphs:
                yield section, heading, paragraph
            for child in heading.children:
                yield from visit(section, child)

        for heading in self.indicators:
            yield from visit("", heading)
        for section in ("基本条件", "加分项", "减分项", "评定等级", "分级评价", "一票否决"):
            if section in self.sections:
                yield from visit(section, self.sections[section])
