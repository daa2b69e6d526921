"""The intermediate representation (中间表示): what a standard means, for every back end.

A :class:`Program` is small, typed and frozen. All numbers are exact and in the facts' own units; a
percentage is a ratio. Nothing here knows the words of the language, save the texts kept for traces.

Rules of evaluation (docs: semantics):

* a literal about a fact that is 不适用 is false, negated or not; a count or judgement of it is 0;
* an indicator is ``start`` plus its clauses, each capped, then the caps of groups, then clamped to
  ``[0, full]``, then rounded; an item veto that holds replaces it;
* the total is the weighted sum, 加分项 and 减分项 among its terms, each section clamped, then the sum, then rounded;
* the tier is the band that holds the total and whose further demands hold; effects of vetoes that hold change it.
"""

import datetime
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from attrs import evolve, field, frozen

from zhunsheng.compiler.ir_finish import BarTier as BarTier
from zhunsheng.compiler.ir_finish import Bound as Bound
from zhunsheng.compiler.ir_finish import Clamp as Clamp
from zhunsheng.compiler.ir_finish import Demand as Demand
from zhunsheng.compiler.ir_finish import Effect as Effect
from zhunsheng.compiler.ir_finish import LowerTier as LowerTier
from zhunsheng.compiler.ir_finish import NotAssessed as NotAssessed
from zhunsheng.compiler.ir_finish import RaiseTier as RaiseTier
from zhunsheng.compiler.ir_finish import Reported as Reported
from zhunsheng.compiler.ir_finish import Rescale as Rescale
from zhunsheng.compiler.ir_finish import SetTier as SetTier
from zhunsheng.compiler.ir_finish import SetTotal as SetTotal
from zhunsheng.compiler.ir_finish import Vetoing as Vetoing
from zhunsheng.compiler.ir_formulas import (
    Arith as Arith,
)
from zhunsheng.compiler.ir_formulas import (
    Const as Const,
)
from zhunsheng.compiler.ir_formulas import (
    Derived as Derived,
)
from zhunsheng.compiler.ir_formulas import (
    Elapsed as Elapsed,
)
from zhunsheng.compiler.ir_formulas import (
    Formula as Formula,
)
from zhunsheng.compiler.ir_formulas import (
    Limit as Limit,
)
from zhunsheng.compiler.ir_formulas import (
    Period as Period,
)
from zhunsheng.compiler.ir_formulas import (
    Recent as Recent,
)
from zhunsheng.compiler.ir_formulas import (
    Ref as Ref,
)
from zhunsheng.compiler.ir_formulas import (
    Rounding as Rounding,
)
from zhunsheng.compiler.ir_formulas import (
    RoundingRule as RoundingRule,
)
from zhunsheng.compiler.ir_formulas import (
    Streaks as Streaks,
)
from zhunsheng.compiler.ir_formulas import (
    formula_facts as formula_facts,
)
from zhunsheng.compiler.ir_formulas import (
    listed_facts as listed_facts,
)
from zhunsheng.runtime.facts import FactSpec
from zhunsheng.runtime.source import Span

Operator = Literal[">=", ">", "<=", "<", "=="]

# ---- conditions


@frozen
class Is:
    """A yes/no fact has the given value."""

    fact: str
    value: bool = True


@frozen
class Compare:
    """A number against a constant, in the fact's unit. `limit` is set where the number is rounded to the places
    of a printed limit; operator and bound say the same of the number as it is."""

    fact: str
    operator: Operator
    bound: Fraction
    limit: Limit | None = None


@frozen
class Chosen:
    """A 选项 fact is one of the named options (`value` true), or is known to be another (`value` false)."""

    fact: str
    options: tuple[str, ...]
    value: bool = True


@frozen
class All:
    """Every part holds; with no parts, always."""

    parts: tuple["Condition", ...] = ()


@frozen
class AnyOf:
    """Some part holds."""

    parts: tuple["Condition", ...]


@frozen
class AtLeast:
    """So many of the parts hold (满足下列条件中的两项); `count` lies between 0 and the number of parts, and 0 stands
    only beside `most`, the number of which no more hold."""

    count: int
    parts: tuple["Condition", ...]
    most: int | None = None


Literals = Is | Compare | Chosen
Condition = Literals | All | AnyOf | AtLeast
ALWAYS = All()
NEVER = AnyOf(())

# ---- amounts


@frozen
class Fixed:
    """So many points."""

    points: Fraction


@frozen
class Counted:
    """Points per step: ⌊max(0, fact − base) ÷ size⌋ × points, or without ⌊⌋ where `whole` is false (pro rata).
    With `below` the steps go down from the base, max(0, base − fact); with `begun`, which is whole, a part of a
    step counts as one, ⌈⌉ in place of ⌊⌋."""

    points: Fraction
    fact: str
    base: Fraction
    size: Fraction
    whole: bool = True
    below: bool = False
    begun: bool = False


@frozen
class Multiplied:
    """Steps of two facts multiplied (每户每月): the points of `counted` times the steps of `times`."""

    counted: Counted
    times: Counted


@frozen
class Weighed:
    """Cases of which a part counts more or less (每起扣5分，情节严重的加倍): the points of `counted`, and those of each of
    `parts`, whose steps are at most those of `counted`."""

    counted: Counted
    parts: tuple[Counted, ...]


@frozen
class Sloped:
    """A threshold and its slopes (达到90%得10分，每低于1个百分点扣2分). Where `met` holds: `points`, and those of
    `beyond`. Where it does not: max(0, `points` + those of `missed`, which are negative); 0 where there is no
    `missed` or its fact is 不适用."""

    points: Fraction
    met: Condition
    missed: Counted | None = None
    beyond: Counted | None = None


@frozen
class Linear:
    """Points along straight lines: `anchors` are values of the fact, ascending, with the points there; between two
    the points lie on the line through both, under the first they are `below`, over the last `above`."""

    fact: str
    anchors: tuple[tuple[Fraction, Fraction], ...]
    below: Fraction
    above: Fraction

    def points(self, x: Fraction) -> Fraction:
        """The points at a value."""
        if x < self.anchors[0][0]:
            return self.below
        for (low, start), (high, end) in pairwise(self.anchors):
            if x <= high:
                return start + (end - start) * (x - low) / (high - low)
        return self.anchors[-1][1] if x == self.anchors[-1][0] else self.above

    @property
    def levels(self) -> tuple[Fraction, ...]:
        """The points at its bends, from low to high values."""
        return (self.below, *(points for _, points in self.anchors), self.above)


@frozen
class Judged:
    """The points an assessor gave (酌情), as the fact's value; `sign` is −1 where they are taken off."""

    fact: str
    sign: Literal[1, -1] = 1


@frozen
class Tally:
    """So many points for each of the parts that holds (每满足一项得2分)."""

    points: Fraction
    parts: tuple[Condition, ...]


Amount = Fixed | Counted | Judged | Linear | Multiplied | Weighed | Sloped | Tally

# ---- the tree of indicators


@frozen
class Clause:
    """A condition and what it earns. `readings` are the 解读 that decided it, `subject` an elided subject
    that was filled in, `condition` the words of the condition for the trace. Where one of `bars` (不得分) holds,
    it gives 0."""

    id: str
    text: str
    guard: Condition
    amount: Amount
    cap: Fraction | None = None
    bars: tuple["ItemVeto", ...] = ()
    readings: tuple[str, ...] = ()
    subject: str = ""
    line: int = 0
    span: Span | None = None
    #: The standard that a variant has the clause from.
    origin: str = ""


@frozen
class CapGroup:
    """A cap over several clauses of an indicator (最多80分 over the clauses of one fact); with `takes_off`
    they are deductions, and the cap limits what is taken off."""

    clauses: tuple[str, ...]
    limit: Fraction
    text: str
    takes_off: bool = False


@frozen
class BestGroup:
    """Clauses of which only the one with the most points counts (取最高分不累计); with `takes_off` they are
    deductions, and the greatest counts."""

    clauses: tuple[str, ...]
    text: str
    takes_off: bool = False


Group = CapGroup | BestGroup


@frozen
class ItemVeto:
    """A condition that sets its indicator's score (本指标项目视为0分)."""

    id: str
    text: str
    guard: Condition
    score: Fraction
    line: int = 0
    readings: tuple[str, ...] = ()
    origin: str = ""


@frozen
class Indicator:
    """An indicator with clauses, or a heading with children. `weight` is the share of the total for a leaf
    (1 where the standard adds up plain points), `printed_weight` what stands behind the title. `floor` is the least
    a leaf can score, None no limit; `clamp` keeps the sum of a heading's leaves within its ends."""

    id: str
    title: str
    printed_weight: str | None
    weight: Fraction
    full: Fraction | None
    children: tuple["Indicator", ...] = ()
    start: Fraction = Fraction(0)
    clauses: tuple[Clause, ...] = ()
    groups: tuple[Group, ...] = ()
    vetoes: tuple[ItemVeto, ...] = ()
    line: int = 0
    floor: Fraction | None = Fraction(0)
    clamp: Clamp | None = None
    rounding: Rounding | None = None
    #: When it does not apply to an applicant; only in a program with `rescale`.
    absent: Condition | None = None

    @property
    def leaf(self) -> bool:
        """Whether it is scored itself."""
        return not self.children

    @property
    def extra(self) -> bool:
        """Whether it stands in 加分项 or 减分项."""
        return self.id.startswith(("加", "减"))

    @property
    def bonus(self) -> bool:
        """Whether it stands in 加分项, so that nobody loses what he does not earn of it."""
        return self.id.startswith("加")


@frozen
class TierBand:
    """A tier and the totals that earn it; None is no bound. A total in the band whose `guard` or `demands` do not
    hold earns the band below (with `falls`) where that one's hold, else no tier."""

    name: str
    text: str
    low: Fraction | None
    low_included: bool
    high: Fraction | None
    high_included: bool
    guard: Condition = ALWAYS
    demands: tuple[Demand, ...] = ()
    falls: bool = False
    readings: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether the total alone decides."""
        return self.guard == ALWAYS and not self.demands

    def holds(self, total: Fraction | int) -> bool:
        """Whether a total falls into the band."""
        above = self.low is None or total > self.low or (self.low_included and total == self.low)
        below = self.high is None or total < self.high or (self.high_included and total == self.high)
        return above and below


@frozen
class Veto:
    """A general veto (一票否决), or another rule over the result: where its condition and its demands hold, all its
    effects come. Each effect is applied by itself to the tier that the score earns; the worst outcome stands."""

    id: str
    text: str
    guard: Condition
    effects: tuple[Effect, ...]
    demands: tuple[Demand, ...] = ()
    line: int = 0
    readings: tuple[str, ...] = ()
    origin: str = ""

    @property
    def vetoes(self) -> bool:
        """Whether it puts an applicant in a worse place; else it raises him, or is merely reported."""
        return any(isinstance(effect, Vetoing) for effect in self.effects)


@frozen
class Requirement:
    """A requirement (基本条件): `guard` must hold of those to whom it `applies`. It fails where the opposite of `guard`
    holds, so that one about a 不适用 fact is silent. Where it is `binding`, an applicant who fails it is not eligible, whatever the score;
    what else follows from it stands in the indicators. `effect` has the words, `group` the heading it is for."""

    id: str
    text: str
    guard: Condition
    binding: bool
    effect: str
    group: str = ""
    line: int = 0
    readings: tuple[str, ...] = ()
    origin: str = ""
    applies: Condition = ALWAYS

    @property
    def failure(self) -> Condition:
        """When it fails."""
        opposite = negated(self.guard)
        return opposite if self.applies == ALWAYS else All((self.applies, opposite))


@frozen
class Meta:
    """What the head of the file says about the standard."""

    id: str
    title: str
    number: str
    issuer: str
    issued: str
    state: str
    rules: str = field(repr=False)
    #: What a local variant adapts.
    base: str = ""
    base_title: str = ""
    #: The day the standard takes effect, and the first day it is no longer in force.
    effective: datetime.date | None = None
    expires: datetime.date | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the rule file's text; worked out when asked, since checking alone never asks."""
        from hashlib import sha256

        return sha256(self.rules.encode("utf-8", "surrogatepass")).hexdigest()


@frozen
class Program:
    """A whole standard. `tiers` run from the lowest to the highest; `total_fact` is set where the total is
    itself a fact; `open_terms` name what the text leaves open, and such a program cannot be scored. `graded`:
    the tiers are levels that ask for facts alone, and there is no total."""

    meta: Meta
    facts: tuple[FactSpec, ...]
    derived: tuple[Derived, ...]
    indicators: tuple[Indicator, ...]
    weighted: bool
    tiers: tuple[TierBand, ...]
    vetoes: tuple[Veto, ...]
    total_fact: str | None = None
    open_terms: tuple[str, ...] = ()
    clamp: Clamp | None = None
    rounding: Rounding | None = None
    graded: bool = False
    rescale: Rescale | None = None
    requirements: tuple[Requirement, ...] = ()

    @property
    def scored(self) -> bool:
        """Whether there is a total; levels that ask for facts and requirements alone have none."""
        alone = self.graded or bool(self.requirements)
        return bool(self.indicators) or self.total_fact is not None or not alone

    def fact(self, name: str) -> FactSpec:
        """The data dictionary's entry."""
        return next(f for f in self.facts if f.name == name)

    def leaves(self) -> Iterator[Indicator]:
        """The indicators that are scored, in order."""
        return leaves(self.indicators)

    def level_of(self, total: Fraction) -> int:
        """The number of the band that holds a total, from the lowest; −1 is none."""
        return next((number for number, band in enumerate(self.tiers) if band.holds(total)), -1)


def nodes(indicators: tuple[Indicator, ...]) -> Iterator[Indicator]:
    """Some indicators and headings with all below them, in order."""
    for indicator in indicators:
        yield indicator
        yield from nodes(indicator.children)


def worth(leaf: Indicator) -> Fraction:
    """The full mark of a leaf in points of the total."""
    return leaf.weight * (leaf.full or 0)


def finish_guards(program: Program) -> Iterator[Condition]:
    """The conditions on facts behind the scores: of absences, of tiers, of vetoes."""
    yield from (leaf.absent for leaf in program.leaves() if leaf.absent is not None)
    yield from (band.guard for band in program.tiers if band.guard != ALWAYS)
    yield from (veto.guard for veto in program.vetoes)


def finish_demands(program: Program) -> Iterator[Demand]:
    """The demands on scores behind the scores: of tiers, then of vetoes."""
    for band in program.tiers:
        yield from band.demands
    for veto in program.vetoes:
        yield from veto.demands


def leaves(indicators: tuple[Indicator, ...]) -> Iterator[Indicator]:
    """The leaves below some headings, in order."""
    return (node for node in nodes(indicators) if node.leaf)


def rescaled_parts(program: Program, rule: Rescale) -> list[tuple[Indicator, ...]]:
    """The indicators that are scaled up together for those absent among them; 加分项 and 减分项 never are."""
    own = tuple(node for node in program.indicators if not node.extra)
    return [(node,) for node in own] if rule.groups else [own]


def atoms(condition: Condition) -> Iterator[Literals]:
    """The literals of a condition, in order."""
    match condition:
        case Is() | Compare() | Chosen():
            yield condition
        case All(parts) | AnyOf(parts) | AtLeast(_, parts):
            for part in parts:
                yield from atoms(part)


def both(*conditions: Condition) -> Condition:
    """Conditions that all hold, those of an ``All`` side by side."""
    parts: list[Condition] = []
    for condition in conditions:
        parts += condition.parts if isinstance(condition, All) else [condition]
    kept = tuple(dict.fromkeys(parts))
    return kept[0] if len(kept) == 1 else All(kept)


def joined(parts: Sequence[Condition], *, any_of: bool = False) -> Condition:
    """Conditions together, all of them or any; one alone is itself, none is always."""
    if len(parts) < 2:
        return parts[0] if parts else ALWAYS
    return AnyOf(tuple(parts)) if any_of else All(tuple(parts))


_OPPOSITE: dict[Operator, Operator] = {">=": "<", ">": "<=", "<=": ">", "<": ">="}


def negated(condition: Condition) -> Condition:
    """The opposite, pushed down to the literals; one about a 不适用 fact stays false either way."""
    match condition:
        case Is(fact, value):
            return Is(fact, not value)
        case Chosen(fact, options, value):
            return Chosen(fact, options, not value)
        case Compare(fact, "==", bound):
            return AnyOf((Compare(fact, "<", bound), Compare(fact, ">", bound)))
        case Compare(fact, operator, bound, node_limit):
            limit = (
                None if node_limit is None else evolve(node_limit, operator=_OPPOSITE[node_limit.operator])
            )
            return Compare(fact, _OPPOSITE[operator], bound, limit)
        case All(parts):
            return AnyOf(tuple(map(negated, parts)))
        case AnyOf(parts):
            return All(tuple(map(negated, parts)))
        case AtLeast(count, parts, most):
            fewer = AtLeast(len(parts) - count + 1, tuple(map(negated, parts)))
            if most is None:
                return fewer
            more = AtLeast(most + 1, parts)
            return AnyOf((fewer, more)) if count else more


def counts(amount: Amount) -> tuple[Counted, ...]:
    """The counts that an amount is made of, each with the sign that its steps have on the points."""
    match amount:
        case Fixed() | Judged() | Linear() | Tally():
            return ()
        case Counted():
            return (amount,)
        case Multiplied(counted, times):
            return (counted, evolve(times, points=counted.points))
        case Weighed(counted, parts):
            return (counted, *parts)
        case Sloped(_, _, missed, beyond):
            return tuple(count for count in (missed, beyond) if count is not None)


def amount_atoms(amount: Amount) -> tuple[Literals, ...]:
    """The literals of the conditions inside an amount."""
    return tuple(atom for condition in amount_conditions(amount) for atom in atoms(condition))


def amount_conditions(amount: Amount) -> tuple[Condition, ...]:
    """The conditions inside an amount: the threshold of slopes, those that a tally counts."""
    if isinstance(amount, Tally):
        return amount.parts
    return (amount.met,) if isinstance(amount, Sloped) else ()


def amount_facts(amount: Amount) -> tuple[str, ...]:
    """The facts that an amount reads."""
    found = [atom.fact for atom in amount_atoms(amount)]
    if isinstance(amount, Judged | Linear):
        found.append(amount.fact)
    found += [count.fact for count in counts(amount)]
    return tuple(dict.fromkeys(found))


def takes_off(amount: Amount) -> bool:
    """Whether an amount is a deduction."""
    match amount:
        case Fixed(points) | Counted(points) | Tally(points):
            return points < 0
        case Judged(_, sign):
            return sign < 0
        case Multiplied(counted) | Weighed(counted):
            return counted.points < 0
        case Linear():
            return min(amount.levels) < 0
        case Sloped():
            return False


def endless(amount: Amount, sign: int) -> tuple[Counted, ...]:
    """The counts that without end raise an amount without end, or lower it with `sign` −1."""
    match amount:
        case Fixed() | Judged() | Linear() | Tally():
            return ()
        case Counted() | Multiplied():
            return tuple(count for count in counts(amount) if count.points * sign > 0)
        case Weighed(counted):
            return (counted,) if counted.points * sign > 0 else ()
        case Sloped(_, _, _, beyond):
            return (beyond,) if beyond is not None and sign > 0 else ()


def clause_conditions(clause: Clause) -> tuple[Condition, ...]:
    """Every condition of a clause: its guard, those of its bars and inside its amount."""
    return (clause.guard, *(bar.guard for bar in clause.bars), *amount_conditions(clause.amount))


def clause_facts(clause: Clause) -> tuple[str, ...]:
    """The facts a clause reads, each once, in the order they are read."""
    found = [atom.fact for atom in atoms(clause.guard)]
    found += amount_facts(clause.amount)
    found += [atom.fact for bar in clause.bars for atom in atoms(bar.guard)]
    return tuple(dict.fromkeys(found))


def indicator_facts(indicator: Indicator) -> tuple[str, ...]:
    """The facts a leaf reads, its item vetoes included."""
    found = [name for clause in indicator.clauses for name in clause_facts(clause)]
    found += [atom.fact for veto in indicator.vetoes for atom in atoms(veto.guard)]
    return tuple(dict.fromkeys(found))
