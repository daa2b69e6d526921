"""The result (评分结果) and its trace (评分说明), as typed frozen objects.

Every renderer reads this tree and nothing else. Numbers are exact (``int`` or ``Fraction``); how they
are printed is :mod:`zhunsheng.runtime.numbers`. Points of an indicator are on its own scale (out of 100
in a weighted standard); `contribution` is what it adds to the total.
"""

import datetime
from fractions import Fraction

from attrs import frozen

Number = int | Fraction


@frozen
class StandardRef:
    """Which standard was applied, in which edition (文号, 时效性); `base` is the id of what a local variant adapts."""

    id: str
    title: str
    number: str
    issuer: str
    state: str
    base: str | None = None
    base_title: str = ""


@frozen
class FactShown:
    """A fact as a clause used it. `value` is printed with its unit (4种, 86%, 是), or 未提供, 不适用, 无法评定. `range` has
    between which points an assessor may decide (0～5分), `figures` the raw figures that `formula` is worked out from."""

    name: str
    value: str
    question: str = ""
    evidence: str = ""
    assessor: str = ""
    reason: str = ""
    items: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    formula: str = ""
    known: bool = True
    assumed: bool = False
    judgement: bool = False
    range: str = ""
    figures: tuple["FactShown", ...] = ()


@frozen
class ClauseResult:
    """One clause with its arithmetic.

    `outcome` is one of 得分, 部分得分, 不得分, 扣分, 待定, 不适用. `calculation` has the numbers put in
    (4种 × 20分 = 80分; 86% ≥ 60%，得20分). `cap` tells of the clause's or fact's own cap (最多80分：50 + 20 = 70，还可计10分),
    `dropped` why its points do not count (以高者计，未计入), `lost` why points were not earned, `room` how much more it could earn at most (None: no limit),
    `readings` the 解读 that decided its meaning, `origin` the standard that a local variant has it from, `subject` an elided subject that was filled in (承前：相关服务满意度).
    """

    id: str
    text: str
    facts: tuple[FactShown, ...]
    outcome: str
    calculation: str
    points: Number | None
    points_min: Number | None
    points_max: Number | None
    cap: str = ""
    lost: str = ""
    room: Number | None = None
    readings: tuple[str, ...] = ()
    subject: str = ""
    judgement: bool = False
    line: int = 0
    origin: str = ""
    dropped: str = ""


@frozen
class VetoResult:
    """A veto (一票否决) that was checked. `triggered` is None where a missing fact leaves it open. A `waiver` sets the score
    of those who do not have the indicator (没有该项指标的，得3分). One that `limits` only keeps the tier down (不得评为优秀)."""

    id: str
    text: str
    effect: str
    triggered: bool | None
    facts: tuple[FactShown, ...] = ()
    calculation: str = ""
    origin: str = ""
    waiver: bool = False
    limits: bool = False


@frozen
class ConditionResult:
    """A requirement (基本条件) that was checked. `holds` is None where a missing fact leaves it open; one that is not
    `binding` (鼓励) is reported and changes nothing."""

    id: str
    text: str
    holds: bool | None
    binding: bool = True
    effect: str = ""
    facts: tuple[FactShown, ...] = ()
    calculation: str = ""
    origin: str = ""


@frozen
class IndicatorResult:
    """An indicator, or a heading that groups some (then `score` is None and `children` are filled).

    `weight` is the printed weight ("0.05") of a weighted standard, `full` the full mark. `steps` are
    the lines that join the clauses to the score: the sum, the cap (50 + 40 + 20 = 110，以100分为限), an item veto.
    `absent` says that it does not apply (缺项) and is not scored, None that this is open.
    `earned`, `lost` and `open` are in points of the total and add up to what the indicator can contribute.
    """

    id: str
    title: str
    weight: str | None
    full: Number | None
    score: Number | None
    score_min: Number | None
    score_max: Number | None
    contribution: Number | None
    contribution_min: Number | None
    contribution_max: Number | None
    children: tuple["IndicatorResult", ...] = ()
    clauses: tuple[ClauseResult, ...] = ()
    vetoes: tuple[VetoResult, ...] = ()
    steps: tuple[str, ...] = ()
    earned: Number | None = None
    lost: Number | None = None
    open: Number | None = None
    absent: bool | None = False


@frozen
class Tier:
    """A tier (等级) and its band of totals, printed as the standard has it (60分（含）以上-80分). Where it asks for more
    than a total, `needs` has that with its numbers, `facts` what it asks about, and `met` whether it holds. A level of a
    graded table has no band."""

    name: str
    text: str
    low: Fraction | None
    low_included: bool
    high: Fraction | None
    high_included: bool
    needs: str = ""
    met: bool | None = None
    readings: tuple[str, ...] = ()
    facts: tuple[FactShown, ...] = ()


@frozen
class NextTier:
    """The tier above and the points that are missing to it."""

    grade: str
    points: Number


@frozen
class Missing:
    """A fact that was not supplied. `swing` is how many points of the total it moves (None: without limit);
    `decides_grade` whether supplying it alone can narrow the possible tiers, `decides_eligibility` whether a
    requirement that is still open hangs on it; `wanted` what has to be filled in, where that is not the fact itself but what it
    is worked out from, or why it cannot be worked out; `others` is what of that is no matter of this subject's own facts, but of
    those it is compared with."""

    name: str
    swing: Number | None
    decides_grade: bool
    question: str = ""
    evidence: str = ""
    decides_eligibility: bool = False
    wanted: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@frozen
class Completion:
    """An answer for every missing fact that reaches one end of the interval, printed, with the total and tier it gives;
    `summation` is its arithmetic where indicators may be absent, so that other ones are scaled up than at the low end."""

    total: Number
    grade: str | None
    facts: tuple[tuple[str, str], ...]
    summation: str = ""


@frozen
class Judgement:
    """What rests on judgement (酌情、评判): points of the total at its low end, by indicator in `shares`, and whether the
    tier would change with every judgement taken back (None: it may, by what is missing). `decides_eligibility`: without
    the judgements, eligibility would be open. `judged_conditions`: where eligibility is open, the binding 基本条件 that are decided
    already, but would be open without the judgements."""

    points: Number
    decides_grade: bool | None
    decides_eligibility: bool = False
    shares: tuple["JudgedShare", ...] = ()
    judged_conditions: tuple[str, ...] = ()


@frozen
class JudgedShare:
    """How many points of the total that an indicator contributes rest on judgement."""

    id: str
    points: Number


@frozen
class Reading:
    """A row of 解读: of which words or clause, what was in doubt, what was adopted, and why."""

    clause: str
    doubt: str
    adopted: str
    reason: str


@frozen
class Hashes:
    """SHA-256 of the rule text and the facts, and the compiler's version and hash."""

    rules: str
    facts: str
    compiler: str


@frozen
class Result:
    """The verdict and the whole trace. See section 10 of the language design for the JSON form."""

    standard: StandardRef
    subject: str
    date: datetime.date | None
    status: str
    complete: bool
    eligible: bool | None
    vetoed: bool | None
    total: Number | None
    total_min: Number | None
    total_max: Number | None
    sharp: bool
    total_without_veto: Number | None
    grade: str | None
    possible_grades: tuple[str, ...]
    next_grade: NextTier | None
    margin: Number | None
    judgement: Judgement
    indicators: tuple[IndicatorResult, ...]
    conditions: tuple[ConditionResult, ...]
    vetoes: tuple[VetoResult, ...]
    tiers: tuple[Tier, ...]
    missing: tuple[Missing, ...]
    lowest: Completion | None
    highest: Completion | None
    summation: str
    notices: tuple[str, ...]
    hashes: Hashes
    passes: tuple[VetoResult, ...] = ()
    consequences: tuple[VetoResult, ...] = ()
    #: Whether no tier at all is possible, too.
    none_possible: bool = False
    #: The possible tiers of which no completion is known that comes to them; where `sharp`, none is doubted.
    doubtful_grades: tuple[str, ...] = ()
    #: The fact that is the total itself.
    total_fact: FactShown | None = None
    readings: tuple[Reading, ...] = ()

    @property
    def graded(self) -> bool:
        """Whether the tiers are levels that ask for facts alone, so that there is no total."""
        return self.total_min is None and not self.indicators and bool(self.tiers)

    @property
    def unscored(self) -> bool:
        """Whether the standard has requirements alone, and so no total and no tier."""
        return self.total_min is None and not self.indicators and not self.tiers and bool(self.conditions)

    @property
    def limited(self) -> bool:
        """Whether the vetoes that hold only keep the tier down, so that none is a veto of all."""
        held = [check for check in self.vetoes if check.triggered]
        return bool(held) and all(check.limits for check in held)

    @property
    def open_tier(self) -> bool:
        """Whether several tiers are possible, no tier at all being one of them."""
        return len(self.possible_grades) + self.none_possible > 1

    @property
    def open_total(self) -> bool:
        """Whether there is a total, and it is open."""
        return self.total is None and not (self.graded or self.unscored)

    @property
    def trace(self) -> tuple[IndicatorResult, ...]:
        """The trace: the tree of indicators with their clauses, facts and arithmetic."""
        return self.indicators
