"""Outcomes (可能的结果): which tiers are possible, and what vetoes make of the total, where facts are missing.

Everything is decided in three values: what holds, what does not, what a missing fact leaves open. Open things are
taken to be independent of each other, so the tiers found are all that are possible, and can be more.
"""

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import assert_never

from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.engine.bounds import compare, every, some, truth
from zhunsheng.compiler.engine.engine import Scoring
from zhunsheng.compiler.engine.sums import Interval
from zhunsheng.compiler.parts.whole_totals import whole_totals

State = bool | None
#: Tiers as numbers from the lowest; −1 is no tier.
Levels = frozenset[int]
NONE = -1


@frozen(slots=False)
class Outcomes:
    """What a scoring can come to."""

    scoring: Scoring

    @property
    def program(self) -> ir.Program:
        """The standard."""
        return self.scoring.program

    @cached_property
    def veto_states(self) -> tuple[State, ...]:
        """Per rule over the result, whether it holds; None where a missing fact leaves it open."""
        return tuple(self.state(veto.guard, veto.demands) for veto in self.program.vetoes)

    @cached_property
    def band_states(self) -> tuple[State, ...]:
        """Per tier, whether what it asks for besides the total holds."""
        return tuple(self.state(band.guard, band.demands) for band in self.program.tiers)

    def state(self, guard: ir.Condition, demands: Iterable[ir.Demand]) -> State:
        """Whether a condition and demands hold together."""
        return every((truth(guard, self.scoring.known), *map(self.demand, demands)))

    def demand(self, demand: ir.Demand) -> State:
        """Whether enough indicators, and not too many, reach their bounds."""
        states = [_compared(self.shares[id], demand.operator, bound) for id, bound in demand.members]
        least, most = states.count(True), len(states) - states.count(False)
        if demand.least <= least and most <= demand.most:
            return True
        return False if most < demand.least or least > demand.most else None

    @cached_property
    def nodes(self) -> dict[str, ir.Indicator]:
        """All indicators and headings by their ids."""
        return {node.id: node for node in ir.nodes(self.program.indicators)}

    @cached_property
    def shares(self) -> dict[str, Interval]:
        """The ends of what each indicator or heading that some demand is about adds to the total."""
        asked = {id for demand in ir.finish_demands(self.program) for id, _ in demand.members}
        return {id: self.scoring.share(self.nodes[id]) for id in asked}

    @cached_property
    def void(self) -> State:
        """Whether all that could be scored is absent, so that there is nothing to assess."""
        rule = self.program.rescale
        if rule is None:
            return False
        absent = self.scoring.absent
        parts = ir.rescaled_parts(self.program, rule)
        return some(every(absent.get(leaf.id, False) for leaf in ir.leaves(nodes)) for nodes in parts)

    # -- tiers

    @cached_property
    def ranks(self) -> dict[str, int]:
        """The numbers of the tiers."""
        return {band.name: number for number, band in enumerate(self.program.tiers)}

    def score_levels(self, interval: Interval) -> Levels:
        """The tiers that some total of an interval can earn, before any veto."""
        found = {level for band in self.bands_met(interval) for level in self._landings(band)}
        if self.void is not False:
            found = {NONE} if self.void else found | {NONE}
        if _uncovered(self.program.tiers, interval, self.step):
            found.add(NONE)
        for veto, state in zip(self.program.vetoes, self.veto_states, strict=True):
            for effect in veto.effects:
                if isinstance(effect, ir.RaiseTier) and state is not False:
                    raised = {max(level, self.ranks[effect.tier]) for level in found}
                    found = raised if state else found | raised
        return frozenset(found)

    @cached_property
    def step(self) -> Fraction | None:
        """Of what every total is a whole multiple; None where it may be any number."""
        program = self.program
        if program.rounding is not None:
            return program.rounding.unit
        if program.total_fact is not None:
            return Fraction(1) if program.fact(program.total_fact).type.whole else None
        clamps = [program.clamp, *(node.clamp for node in ir.nodes(program.indicators))]
        ends = [end for clamp in clamps if clamp is not None for end in (clamp.low, clamp.high)]
        whole = all(end is None or end.denominator == 1 for end in ends)
        plain = program.rescale is None and not any(ir.sum_scalings(program))
        return Fraction(1) if whole and plain and whole_totals(self.scoring.leaves) else None

    def bands_met(self, interval: Interval) -> list[int]:
        """The bands that share a total with an interval."""
        return [n for n, band in enumerate(self.program.tiers) if _meets(band, *interval)]

    def _landings(self, level: int) -> set[int]:
        """The tiers that a total in a band can earn."""
        found: set[int] = set()
        while level >= 0:
            state = self.band_states[level]
            if state is not False:
                found.add(level)
            if state is True:
                return found
            level = level - 1 if self.program.tiers[level].falls else NONE
        return found | {NONE}

    def levels(self, states: tuple[State, ...]) -> Levels:
        """The tiers that are possible after the vetoes, where these are their states."""
        found: set[int] = set()
        for level in self.score_levels(self.scoring.interval):
            found |= self._after(level, states)
        return frozenset(found)

    def _after(self, level: int, states: tuple[State, ...]) -> set[int]:
        """What the effects can make of a tier: the worst of those that hold, each applied to it by itself."""
        top = len(self.program.tiers)
        found = {level if level >= 0 else top}
        steps = {0}
        void: State = False
        for veto, state in zip(self.program.vetoes, states, strict=True):
            for effect in veto.effects if state is not False else ():
                if isinstance(effect, ir.NotAssessed):
                    void = True if state or void else None
                elif isinstance(effect, ir.LowerTier) and effect.adds:
                    more = {count + effect.steps for count in steps}
                    steps = more if state else steps | more
                else:
                    opinions = self._opinions(effect, level, top)
                    worse = {min(one, other) for one in found for other in opinions}
                    found = worse if state else found | worse
        if level >= 0:
            found = {min(one, max(0, level - count)) if count else one for one in found for count in steps}
        named = {NONE if one == top else one for one in found}
        return {NONE} if void else named | {NONE} if void is None else named

    def _opinions(self, effect: ir.Effect, level: int, top: int) -> set[int]:
        """The worst tiers that one effect that holds can leave of a tier; `top` is no objection."""
        match effect:
            case ir.SetTier(tier):
                return {self.ranks[tier]}
            case ir.BarTier(tier):
                return {self.ranks[tier] - 1 if level >= 0 else top}
            case ir.LowerTier(count):
                return {max(0, level - count) if level >= 0 else top}
            case ir.SetTotal(points):
                low, high = self.scoring.interval
                rank = self.program.level_of(points)
                if high is not None and high <= points:
                    return {top}
                return {rank} if low is not None and low > points else {rank, top}
            case ir.RaiseTier() | ir.NotAssessed() | ir.Reported():
                return {top}
            case _:
                assert_never(effect)

    @cached_property
    def possible(self) -> Levels:
        """The tiers that are possible."""
        return self.levels(self.veto_states)

    @cached_property
    def without_vetoes_held(self) -> Levels:
        """The tiers that are possible where no veto is known to hold: whether the rest of the result is settled."""
        return self.levels(tuple(None if state is None else False for state in self.veto_states))

    @cached_property
    def grades(self) -> tuple[str, ...]:
        """The names of the possible tiers, from the lowest to the highest."""
        return tuple(self.program.tiers[level].name for level in sorted(self.possible) if level >= 0)

    # -- the total

    @cached_property
    def total(self) -> Interval:
        """The ends of the total after the vetoes."""
        low, high = self.scoring.interval
        for points, state in self._totals():
            if state is not False:
                low = None if low is None else min(low, points)
            if state is True:
                high = points if high is None else min(high, points)
        return low, high

    @cached_property
    def sharp(self) -> bool:
        """Whether both ends of the total are proved to be reached."""
        return self.scoring.sharp and all(state is not None for _, state in self._totals())

    def _totals(self) -> list[tuple[Fraction, State]]:
        return [
            (effect.points, state)
            for veto, state in zip(self.program.vetoes, self.veto_states, strict=True)
            for effect in veto.effects
            if isinstance(effect, ir.SetTotal)
        ]

    # -- what a missing fact can settle

    def decides(self, name: str) -> bool:
        """Whether supplying one fact alone can narrow the possible tiers."""
        if len(self.possible) < 2:
            return False
        scoring = self.scoring
        if scoring.endless(name):
            return True
        low, high = scoring.interval
        now = self.score_levels((low, high))
        ends = scoring.ends
        if (
            low is not None
            and self.score_levels((scoring.total(ends.low_at | {name: ends.high_at[name]}), high)) != now
        ):
            return True
        if (
            high is not None
            and self.score_levels((low, scoring.total(ends.high_at | {name: ends.low_at[name]}))) != now
        ):
            return True
        return any(name in self._asked(guard, demands) for guard, demands in self._open())

    def _open(self) -> Iterable[tuple[ir.Condition, tuple[ir.Demand, ...]]]:
        for veto, state in zip(self.program.vetoes, self.veto_states, strict=True):
            if state is None:
                yield veto.guard, veto.demands
        for band, state in zip(self.program.tiers, self.band_states, strict=True):
            if state is None:
                yield band.guard, band.demands

    def _asked(self, guard: ir.Condition, demands: tuple[ir.Demand, ...]) -> set[str]:
        """The facts that a condition and demands hang on."""
        found = {atom.fact for atom in ir.atoms(guard)}
        for demand in demands:
            for id, _ in demand.members:
                for leaf in ir.leaves((self.nodes[id],)):
                    found |= set(ir.indicator_facts(leaf))
        return found


def _compared(ends: Interval, operator: ir.Bound, bound: Fraction) -> State:
    """Whether all numbers between two ends compare so with a bound, or none does."""
    low, high = ends
    upward = operator in (">=", ">")
    worst, best = (low, high) if upward else (high, low)
    if worst is not None and compare(worst, operator, bound):
        return True
    return False if best is not None and not compare(best, operator, bound) else None


def _meets(band: ir.TierBand, low: Fraction | None, high: Fraction | None) -> bool:
    """Whether a band and an interval of totals share a number."""
    high_end, low_end = band.high, band.low
    if (
        high_end is not None
        and low is not None
        and (low > high_end or (low == high_end and not band.high_included))
    ):
        return False
    if low_end is not None and high is not None:
        return high > low_end or (high == low_end and band.low_included)
    return True


def _uncovered(bands: tuple[ir.TierBand, ...], interval: Interval, step: Fraction | None) -> bool:
    """Whether some total of an interval lies in no band; with a `step`, some multiple of it."""
    low, high = interval
    edges = sorted({e for band in bands for e in (band.low, band.high) if e is not None})
    points = {e for e in (low, high) if e is not None} | set(edges)
    ordered = sorted(points)
    points |= {(one + other) / 2 for one, other in pairwise(ordered)}
    if low is None:
        points.add(min(ordered, default=Fraction(0)) - 1)
    if high is None:
        points.add(max(ordered, default=Fraction(0)) + 1)
    if step is not None:
        near = [(p / step).__floor__() for p in points]
        points = {step * (number + more) for number in near for more in (-1, 0, 1, 2)}
    inside = (p for p in points if (low is None or p >= low) and (high is None or p <= high))
    return any(not any(band.holds(p) for band in bands) for p in inside)
