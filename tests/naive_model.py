"""What the naive reader makes of a rule file: plain data, after docs/developers/semantics.md alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from naive_logic import Atom, Condition, Demand, End, atoms_of

#: The days of a 清单 whose items have dates are a tuple; everything else is as the page says.
Value = bool | int | Fraction | str | date | tuple[date, ...]


# --- what a clause gives --------------------------------------------------------------------------------------


@dataclass
class Flat:
    """Points as such."""

    points: Fraction


@dataclass
class Per:
    """⌊A ÷ unit⌋ × points, times the number of a second fact where there is one; parts of A count if not `whole`."""

    fact: str
    unit: Fraction
    points: Fraction
    second: str = ""
    whole: bool = True
    #: What a part of a unit counts: 整步, 按比例 or 进一.
    parts: str = "整步"
    #: 发布1项【A】, read 每项.
    counted: bool = False
    #: 其中【B】的加倍: how many points more for each of `part`, not more of them than there are.
    part: str = ""
    more: Fraction = Fraction(0)


@dataclass
class Steps:
    """Steps above a base, or below it where `down`; what a part of a step counts is 整步, 按比例 or 进一."""

    fact: str
    base: Fraction
    size: Fraction
    points: Fraction
    down: bool = False
    parts: str = "整步"


@dataclass
class Judged:
    """The points of an assessor, 0 or between two numbers."""

    fact: str
    low: Fraction | None = None
    high: Fraction | None = None


@dataclass
class Line:
    """Straight lines through corners; what holds beyond both ends is said."""

    fact: str
    corners: list[tuple[Fraction, Fraction]]
    below: Fraction
    above: Fraction


@dataclass
class Threshold:
    """Where its condition holds, points and steps that add; else points less the steps that take off."""

    condition: Condition
    points: Fraction
    adds: list[Steps] = field(default_factory=list)
    offs: list[Steps] = field(default_factory=list)


@dataclass
class Holding:
    """Points for each of some conditions that holds."""

    parts: list[Condition]
    points: Fraction


@dataclass
class Series:
    """Points instance by instance; each later one gives the last and so much more, or nothing where not `later`."""

    fact: str
    steps: list[Fraction]
    growth: Fraction
    later: bool


@dataclass
class Given:
    """What a derived fact says, not below 0."""

    fact: str


Amount = Flat | Per | Steps | Judged | Line | Threshold | Holding | Series | Given


@dataclass
class Clause:
    """One scoring rule: an amount, taken off where `sign` is −1, 0 where its condition does not hold."""

    id: str
    text: str
    sign: int
    amount: Amount
    condition: Condition | None = None
    cap: Fraction | None = None
    #: Where one of these holds (不得分 of the clause), it gives nothing.
    nothing: list[Condition] = field(default_factory=list)
    sentence: int = 0
    segment: int = 0
    #: The numbered item it stands in; 0 in none.
    item: int = 0
    #: The conditions of its own words, which 分段 may change; what a branch carried on is in `condition` only.
    own: Condition | None = None
    #: What a branch carried on and its own words, as they were said.
    said: tuple[Condition | None, Condition | None] = (None, None)
    #: Stands behind 其他情况 or 否则 without conditions of its own: ends a run.
    ends_run: bool = False
    #: The clauses that its 否则 or 其他情况 stands behind.
    run: list[str] = field(default_factory=list)

    @property
    def fact(self) -> str:
        """The fact it counts, else the last it compares, else the one it judges."""
        if isinstance(self.amount, Per | Steps | Line | Series | Given):
            return self.amount.fact
        compared = [atom.fact for atom in atoms_of(self.condition) if atom.compares]
        if isinstance(self.amount, Threshold):
            compared = [atom.fact for atom in atoms_of(self.amount.condition) if atom.compares]
        if compared:
            return compared[-1]
        return self.amount.fact if isinstance(self.amount, Judged) else ""


@dataclass
class Limit:
    """Over several clauses: a cap, or, without a number, only the one with the most points counts."""

    ids: list[str]
    number: Fraction | None
    sign: int


@dataclass(frozen=True)
class Rounding:
    """To multiples of `unit`, by the rule (四舍五入, 进舍规则, 舍去, 进一)."""

    unit: Fraction
    rule: str


@dataclass
class Veto:
    """一票否决: `score` where it sets an indicator's score, else what it does to the tier or the total."""

    id: str
    text: str
    condition: Condition
    score: Fraction | None = None
    #: 直接评为: the tier; 不得评为: the tier (`effect` 不得); 降级: how many; 总分: the number.
    effect: str = ""
    tier: str | None = None
    number: Fraction = Fraction(0)


@dataclass
class Indicator:
    """A heading with its weight or points; a leaf also has clauses, limits and vetoes."""

    id: str
    title: str
    weight: Fraction | None
    points: Fraction | None
    children: list["Indicator"] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    vetoes: list[Veto] = field(default_factory=list)
    full_mark: Fraction | None = None
    limit: Fraction | None = None
    start: Fraction = Fraction(0)
    factor: Fraction = Fraction(1)
    #: False where it can go below 0.
    floor: bool = True
    #: Where the score of a heading's own leaf ends.
    low: Fraction | None = None
    rounding: Rounding | None = None
    #: Coefficients: what multiplies the score, a number or the value of a fact, and where.
    scales: list[tuple[Condition | None, Fraction | str]] = field(default_factory=list)
    #: Rules of a heading (本类): its own clauses as a leaf, its caps, what a point is, and where its sum ends.
    own: "Indicator | None" = None
    caps: list[Fraction] = field(default_factory=list)
    unit: str | None = None
    #: What comes first (先后): of its coefficients (`scales`), its own points and its caps; empty where it does not matter.
    order: str = ""
    bottom: bool = False
    top: Fraction | None = None
    #: Where it is absent (缺项).
    absent: Condition | None = None


@dataclass
class Band:
    """A tier (等级) and the totals it holds; `demand` is what else it asks for, `failed` what holds if it is not so."""

    tier: str
    text: str
    low: End | None = None
    high: End | None = None
    bare: set[str] = field(default_factory=set)
    #: Its upper end is said by 以下 or the like without （含）.
    below: bool = False
    demand: Condition | None = None
    failed: str = ""


@dataclass
class Requirement:
    """基本条件: holds where its condition does; one that does not bind (鼓励) is only reported."""

    id: str
    text: str
    condition: Condition
    binds: bool = True


@dataclass(frozen=True)
class Fact:
    """A fact (数据项) as the standard declares it or its clauses use it."""

    name: str
    type: str
    unit: str
    low: Fraction | None
    high: Fraction | None
    allows_na: bool
    options: tuple[str, ...] = ()
    #: 酌情扣L～H分: the least that is not 0.
    least: Fraction | None = None


@dataclass(frozen=True)
class Reading:
    """A row of 解读."""

    where: str
    doubt: str
    choice: str


@dataclass(frozen=True)
class Usage:
    """How one clause measures a fact: 是否, 选项, 比较, 级差, 计数 or 酌情, and the numbers that occur there."""

    fact: str
    how: str
    unit: str = ""
    number: Fraction = Fraction(0)
    full_mark: Fraction | None = None
    least: Fraction | None = None


@dataclass
class Question:
    """A question about dates: 距 (time to a day), 天 (days from a day), 近 (in the last n years), 连 (streaks of n days).

    `until` is empty for 评价日期. `mode` is how 近年 is read; `unit` that of a time.
    """

    kind: str
    source: str
    until: str | date = ""
    n: int = 0
    unit: str = ""
    mode: str = ""


@dataclass(frozen=True)
class Together:
    """A fact over the cohort: rank, last (counted from the last), size, mean, trimmed, max or min of a fact.

    `within`: among those with the same option of that fact. Of equal values `ties` says 跳号 or 连号.
    """

    kind: str
    of: str
    within: str = ""
    larger_first: bool = True
    ties: str = ""
    trim: int = 0
    #: What decides in turn between equal values, each with whether the larger is ahead.
    then: tuple[tuple[str, bool], ...] = ()


@dataclass
class Formula:
    """A line of 计算: facts, numbers and signs; the result may be rounded."""

    tokens: list[str]
    rounding: Rounding | None = None
    #: Of a condition that measures one fact by another: the fact in whose unit it is, the divisor, which must be
    #: more than 0, and whether it is a difference.
    like: str = ""
    #: Of 【A】占【B】, A.
    part: str = ""
    positive: str = ""
    difference: bool = False


@dataclass(eq=False)
class Standard:
    """A rule file, read; one is the same as itself only, so that what follows from it can be kept."""

    title: str
    weighted: bool = False
    indicators: list[Indicator] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    vetoes: list[Veto] = field(default_factory=list)
    passes: list[Veto] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    declared: dict[str, dict[str, str]] = field(default_factory=dict)
    formulas: dict[str, Formula] = field(default_factory=dict)
    #: Facts of which one measures the other, both ways round.
    partners: list[tuple[str, str]] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)
    #: Facts over the cohort, and those of them (and their shares) that are places.
    together: dict[str, Together] = field(default_factory=dict)
    places: set[str] = field(default_factory=set)
    cases: list[list[dict[str, str]]] = field(default_factory=list)
    usages: list[Usage] = field(default_factory=list)
    #: The options that letters label, by fact.
    labelled: dict[str, list[str]] = field(default_factory=dict)
    #: Readings of doubts that nothing settles, and the doubts for which they were taken.
    supposed: Mapping[str, str] = field(default_factory=dict)
    unsettled: set[str] = field(default_factory=set)
    #: The titles of all headings, and how the scores of all indicators (of a level) are rounded.
    titles: list[str] = field(default_factory=list)
    each_rounding: tuple[int, Rounding] | None = None
    #: Where the total is a fact, its name.
    total_fact: str = ""
    rounding: Rounding | None = None
    #: Demands that name a tier, whose ends follow from its band.
    placed: list[Demand] = field(default_factory=list)
    lowest: Fraction | None = None
    highest: Fraction | None = None
    #: Coefficients of the total, what comes first (先后), and what holds above the full mark (超满分).
    scales: list[tuple[Condition | None, Fraction | str]] = field(default_factory=list)
    order: str = ""
    above_full: str = ""
    #: 加分项 and 减分项, their leaves as children and their caps as points.
    bonus: Indicator | None = None
    malus: Indicator | None = None
    #: 比较方法：修约值比较法
    compares_rounded: bool = False
    #: How scores are rescaled where leaves are absent (缺项): 百分, 全体 or 组内; empty where none can be.
    rescaling: str = ""
    #: Where several vetoes lower the tier: 累计 or 一次.
    lowering: str = ""
    #: The floors of starred rows, with the rows' labels.
    starred: list[tuple[str, Atom]] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)
    #: 视同: in which leaf it stands, the fact, what stands in for it, and how far that reaches.
    alike: list[tuple[Indicator, str, Condition, str]] = field(default_factory=list)
    #: 分级评价: the levels, lowest first, with what each asks for.
    levels: list[tuple[str, Condition]] = field(default_factory=list)

    def leaves(self) -> list[Indicator]:
        """The indicators without sub-headings, in order."""
        return [node for top in self.indicators for node in down(top) if not node.children]

    def heads(self) -> list[Indicator]:
        """The leaves that rules of headings make."""
        return [node.own for top in self.indicators for node in down(top) if node.own is not None]

    def all_leaves(self) -> list[Indicator]:
        """Whatever has a score."""
        return [*self.leaves(), *self.heads(), *self.extras()]

    def extras(self) -> list[Indicator]:
        """The leaves of 加分项, then those of 减分项."""
        return [leaf for section in (self.bonus, self.malus) if section for leaf in section.children]


def down(node: Indicator) -> Iterator[Indicator]:
    """A heading and all below it."""
    yield node
    for child in node.children:
        yield from down(child)
