"""A whole standard: tiers, vetoes, requirements, and the program that holds all."""

import datetime
from collections.abc import Iterator
from fractions import Fraction

from attrs import field, frozen

from zhunsheng.compiler.ir.conditions import ALWAYS, All, Condition, negated
from zhunsheng.compiler.ir.finish import BarTier, Clamp, Demand, Effect, LowerTier, Rescale, SetTier, Vetoing
from zhunsheng.compiler.ir.formulas import Derived, Rounding, formula_facts
from zhunsheng.compiler.ir.indicators import Indicator, Scaling, Step, leaves, nodes, scalings_of
from zhunsheng.runtime.facts import FactSpec


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
class Reading:
    """A row of 解读, as its author wrote it."""

    clause: str
    doubt: str
    adopted: str
    reason: str


@frozen
class Program:
    """A whole standard. `tiers` run from the lowest to the highest; `total_fact` is set where the total is
    itself a fact; `open_terms` name what the text leaves open, and such a program cannot be scored. `graded`:
    the tiers are levels that ask for facts alone, and there is no total. `readings` are all rows of 解读. The sum of
    all indicators goes through `steps` in order, then `clamp` keeps it within its ends."""

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
    readings: tuple[Reading, ...] = ()
    steps: tuple[Step, ...] = ()

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

    def read_for(self, name: str) -> frozenset[str]:
        """A fact and all that formulas read for it in turn."""
        formulas = {item.fact: item.formula for item in self.derived}
        found: set[str] = set()
        waiting = [name]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += formula_facts(formulas[one]) if one in formulas else ()
        return frozenset(found)

    def level_of(self, total: Fraction) -> int:
        """The number of the band that holds a total, from the lowest; −1 is none."""
        return next((number for number, band in enumerate(self.tiers) if band.holds(total)), -1)

    def limits(self, veto: Veto) -> bool:
        """Whether a veto only keeps the tier down (不得评为优秀, 降一级): it says neither the lowest tier nor the total, nor
        that there is none."""
        effects = [effect for effect in veto.effects if isinstance(effect, Vetoing)]
        return bool(effects) and all(
            isinstance(effect, BarTier | LowerTier)
            or (isinstance(effect, SetTier) and effect.tier != self.tiers[0].name)
            for effect in effects
        )


def finish_guards(program: Program) -> Iterator[Condition]:
    """The conditions on facts behind the scores: of coefficients of sums, of absences, of tiers, of vetoes."""
    yield from (scaling.guard for scaling in sum_scalings(program) if scaling.guard != ALWAYS)
    yield from (leaf.absent for leaf in program.leaves() if leaf.absent is not None)
    yield from (band.guard for band in program.tiers if band.guard != ALWAYS)
    yield from (veto.guard for veto in program.vetoes)


def sum_scalings(program: Program) -> Iterator[Scaling]:
    """What multiplies the sums of headings, then the total."""
    for node in nodes(program.indicators):
        if not node.leaf:
            yield from scalings_of(node.steps)
    yield from scalings_of(program.steps)


def sum_factors(program: Program) -> tuple[str, ...]:
    """The facts that sums are multiplied by."""
    factors = (scaling.factor for scaling in sum_scalings(program) if isinstance(scaling.factor, str))
    return tuple(dict.fromkeys(factors))


def finish_demands(program: Program) -> Iterator[Demand]:
    """The demands on scores behind the scores: of tiers, then of vetoes."""
    for band in program.tiers:
        yield from band.demands
    for veto in program.vetoes:
        yield from veto.demands


def rescaled_parts(program: Program, rule: Rescale) -> list[tuple[Indicator, ...]]:
    """The indicators that are scaled up together for those absent among them; 加分项 and 减分项 never are."""
    own = tuple(node for node in program.indicators if not node.extra)
    return [(node,) for node in own] if rule.groups else [own]


def rankings(program: Program) -> list[tuple[FactSpec, FactSpec]]:
    """The places that are facts of a program, each with the number of those that have one, where that is a fact too."""
    asked = [(spec, spec.cohort) for spec in program.facts if spec.cohort is not None]
    sizes = {(own.of, own.within): spec for spec, own in asked if own.kind == "size"}
    return [
        (spec, sizes[own.of, own.within])
        for spec, own in asked
        if own.kind in ("rank", "last") and (own.of, own.within) in sizes
    ]
