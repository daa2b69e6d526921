"""What pass 1 (resolve) gives to the passes behind it: rules with the fact of every mention."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from attrs import Factory, frozen

from zhunsheng.compiler.resolve.cohort import Basis, CohortFact, TieBreak
from zhunsheng.compiler.resolve.implied import Implied
from zhunsheng.dsl import ast
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Span

#: What keeps apart the questions about the ends of one rule.
END_KEY = "{rule}/{number}"
#: The question about the numbers at which bare ends meet, of a fact or a list.
MEET_KEY = "{of}/相接"
#: The question about a bare end that meets no other.
OPEN_KEY = "{rule}/{fact}/{number}"

Role = Literal[
    "truth",
    "choose",
    "compare",
    "count",
    "judge",
    "total",
    "formula",
    "measured",
    "date",
    "dates",
    "absent",
    "referred",
    "cohort",
    "lacking",
]

RuleNode = (
    ast.ClauseNode
    | ast.ItemVetoNode
    | ast.ItemAbsenceNode
    | ast.ScaleNode
    | ast.VetoNode
    | ast.TierNode
    | ast.RequirementNode
)


@frozen
class Use:
    """One use of a fact: in which role, and with which quantities (their units and decimals are evidence)."""

    fact: str
    role: Role
    quantities: tuple[ast.Quantity, ...]
    leaf: str
    clause: str
    mention: ast.FactMention | None
    span: Span


@frozen
class Part:
    """A condition with its fact; `carried` where the subject was elided and found before."""

    node: ast.Condition
    fact: str
    carried: bool = False
    exempt: tuple["Exempt", ...] = ()
    #: The end of another clause, 5次以下, of which 本数 decides a bare lower end too (`END_KEY`).
    borrows: str = ""


@frozen
class Exempt:
    """An exemption with the facts of its conditions."""

    node: ast.Exemption
    parts: tuple[Part, ...]
    #: The sentence 视同【乙】 it is from, where it stands in for 乙 outside the indicator of that sentence.
    abroad: "Alike | None" = None


@frozen
class Alike:
    """取得【甲】的，视同取得【乙】: what stands in for the `fact` of conditions; `standard` where 乙 stands for a limit
    (视同达到【乙】的要求)."""

    id: str
    fact: str
    exempt: Exempt
    text: str
    standard: bool
    segment: Span
    span: Span


#: The conditions of a list, each of which may be several joined.
ListedParts = tuple[tuple[tuple[Part, ...], tuple[ast.Joiner, ...]], ...]


@frozen
class Branching:
    """The rules whose conditions a rule carries on, in order: `maybe` is a clause behind one with 其中."""

    kind: Literal["else", "rest", "within", "maybe"]
    ids: tuple[str, ...]
    span: Span


@frozen
class Slope:
    """每低于1个百分点扣2分 behind 达到90%得10分: the steps beyond a threshold, or short of it."""

    fact: str
    measure: ast.Per | ast.Step
    points: Fraction


@frozen
class Graver:
    """其中【情节严重】的加倍扣分: a part of the cases counted, with its own count."""

    fact: str
    factor: Fraction
    span: Span


@frozen
class Rule:
    """A clause or veto with its facts: `counted` per unit or step, `judged` for 酌情, `times` a second count.
    `text` has its official words. `slopes` and `gravers` belong to a clause though they are said behind it;
    `part_step` is what a part of a step counts as, where the sentence says so."""

    id: str
    node: RuleNode
    parts: tuple[Part, ...]
    joiners: tuple[ast.Joiner, ...]
    counted: str | None
    judged: str | None
    text: str
    sentence: int
    span: Span
    segment: Span
    branching: Branching | None = None
    #: The clause of the starred row whose floor a veto speaks of.
    row: str = ""
    times: str | None = None
    slopes: tuple[Slope, ...] = ()
    gravers: tuple[Graver, ...] = ()
    part_step: Literal["", "整步", "按比例", "进一"] = ""
    exempt: tuple[Exempt, ...] = ()
    listed: ListedParts | None = None
    #: The number of the numbered item (（一）, ①) it stands in, from 1; 0 before any.
    item: int = 0
    #: Of what those get who lack a fact (【甲】不适用的，得3分): whether other facts of the indicator may still apply.
    beside: bool = False

    @property
    def everything(self) -> tuple[Part, ...]:
        """Every condition: its own, those of its list, those whose cases are exempt."""
        parts = [*self.parts, *(part for parts, _ in self.listed or () for part in parts)]
        exempt = [*self.exempt, *(own for part in parts for own in part.exempt)]
        return (*parts, *(part for own in exempt for part in own.parts))

    @property
    def facts(self) -> frozenset[str]:
        """Every fact that it reads."""
        parts = self.everything
        named = (self.counted, self.judged, self.times)
        beside = (*(slope.fact for slope in self.slopes), *(graver.fact for graver in self.gravers))
        return frozenset(
            (*(part.fact for part in parts), *beside, *(name for name in named if name is not None))
        )


@frozen
class Requirement:
    """A requirement: `count` of the alternatives must hold, all where it is None; an alternative holds where
    all its rules do. `group` is the id of the heading it stands under ("" is the whole standard), `effect` what
    the text says of those who do not meet it, `chosen` the option whose takers alone it is for."""

    id: str
    mood: ast.Mood
    alternatives: tuple[tuple[Rule, ...], ...]
    count: int | None
    group: str
    effect: str
    text: str
    span: Span
    chosen: Part | None = None
    #: Whether it is a list under a head of its own.
    listed: bool = False

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All its rules."""
        return tuple(rule for alternative in self.alternatives for rule in alternative)


@frozen
class LevelRow:
    """A row of a graded table with its fact."""

    id: str
    node: ast.LevelRowNode
    fact: str
    text: str
    segment: Span


@frozen
class Cap:
    """A cap with the clause it was said behind; `own_segment` where it stands alone after ；, or where its
    sentence holds several clauses, so that it is not plainly the last one's."""

    node: ast.CapNode
    after: str | None
    own_segment: bool
    span: Span
    segment: Span
    #: The numbered item it stands in, as that of a rule.
    item: int = 0


@frozen
class Pick:
    """取最高分: of several clauses one counts; `together` are the rules of its own sentence, `same` is
    the fact of 同一【项目】."""

    node: ast.BestNode
    together: tuple[str, ...]
    span: Span
    same: str | None = None


@frozen
class Leaf:
    """An indicator's resolved rules. `section` is 加分项 or 减分项 where it stands there, 本类 where
    the rules are those of a heading with others below it, else ""."""

    heading: ast.Heading
    rules: tuple[Rule, ...]
    caps: tuple[Cap, ...]
    full_marks: tuple[ast.FullMarkNode, ...]
    broken: bool = False
    picks: tuple[Pick, ...] = ()
    section: str = ""
    #: How the score is rounded, with the words of the sentence.
    rounded: tuple[tuple[ast.RoundedNode, Span], ...] = ()
    starts: tuple[ast.StartNode, ...] = ()
    bottoms: tuple[ast.BottomNode, ...] = ()
    #: The yes/no fact whether it does not apply (缺项), where only the standard as a whole speaks of that.
    absent: str = ""
    alikes: tuple[Alike, ...] = ()
    #: Of facts that tell of one thing by other numbers (the place and the difference from the mean), what that is.
    bases: Mapping[str, Basis] = Factory(dict)


@frozen
class Group:
    """The rules of a heading with others below it: where the sum of all below it ends, and what is added to it or
    taken from it, as a leaf of its own."""

    id: str
    title_span: Span
    caps: tuple[ast.CapNode, ...]
    bottoms: tuple[ast.BottomNode, ...]
    leaf: Leaf | None


@frozen
class Resolved:
    """A file with every mention resolved. `names` maps a comparable name to the name shown."""

    leaves: tuple[Leaf, ...]
    vetoes: tuple[Rule, ...]
    tiers: tuple[tuple[ast.TierNode, Span], ...]
    tier_names: tuple[ast.TierNamesNode, ...]
    uses: tuple[Use, ...]
    names: dict[str, str]
    #: The lines of 计算, then the formulas that sentences imply.
    definitions: tuple[ast.Definition, ...]
    implied: tuple[Implied, ...]
    rounded_totals: tuple[tuple[ast.RoundedNode, Span], ...]
    diagnostics: tuple[Diagnostic, ...]
    #: What a tier asks for besides the total, by its name.
    tier_rules: dict[str, Rule] = Factory(dict)
    #: Where the total ends, as the sentences say.
    absences: tuple[ast.AbsenceNode, ...] = ()
    total_limits: tuple[ast.TotalLimitNode, ...] = ()
    #: The caps over all of 加分项 or 减分项, said in sentences.
    section_caps: dict[str, tuple[ast.CapNode, ...]] = Factory(dict)
    requirements: tuple[Requirement, ...] = ()
    #: Counted facts of which the text says 不得重复计算, with the words.
    counted_once: tuple[tuple[str, Span], ...] = ()
    #: The rows of a graded table.
    levels: tuple[LevelRow, ...] = ()
    #: The rules of headings that have others below them.
    groups: tuple[Group, ...] = ()
    #: What the total is multiplied by.
    scales: tuple[Rule, ...] = ()
    #: The options of 选项 facts, by comparable name.
    choices: dict[str, tuple[str, ...]] = Factory(dict)
    #: What sentences ask of facts among all that are scored together, each time; and the places behind the derived
    #: facts of 前15%.
    cohorts: tuple[CohortFact, ...] = ()
    tie_breaks: tuple[TieBreak, ...] = ()
    place_shares: dict[str, str] = Factory(dict)
