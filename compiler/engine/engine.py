"""Scoring one applicant: facts in, result and trace out, missing facts as intervals.

The numbers come from the generated module, run once where all facts are known and at the ends of the
interval where some are missing.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property, reduce
from itertools import product
from math import prod

from attrs import evolve, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.emit.module import Module
from zhunsheng.compiler.engine.bounds import (
    Assignment,
    Extremes,
    Signs,
    components,
    extremes,
    widest,
)
from zhunsheng.compiler.engine.completions import reaching
from zhunsheng.compiler.engine.derive import derive
from zhunsheng.compiler.engine.leaf_ends import LeafEnds
from zhunsheng.compiler.engine.pieces import ends_by_pieces, tying_figure
from zhunsheng.compiler.engine.sums import NOTHING, Interval, plus, through
from zhunsheng.runtime.facts import EVALUATION_DATE, Entry, FactSheet, FactSpec, FactType, Value
from zhunsheng.runtime.support import NA

#: At most so many cases of what is absent are worked out each by itself.
MOST_ABSENCES = 64


@frozen(slots=False)
class Scoring(LeafEnds):
    """The numbers that follow from an applicant's facts, as intervals where some are missing."""

    # -- ends of the total

    def share(self, node: ir.Indicator) -> Interval:
        """The ends of what an indicator or heading adds to the total, absences aside; None is no end."""
        if node.leaf:
            first, last = self.leaf_interval(node)
            return (
                None if first is None else node.weight * first,
                None if last is None else node.weight * last,
            )
        names = self.asked_of((node,))
        if names:
            cases = [self.completed(case).share(node) for case in _cases({n: self.sides(n) for n in names})]
            lows = [first for first, _ in cases if first is not None]
            highs = [last for _, last in cases if last is not None]
            return (
                min(lows) if len(lows) == len(cases) else None,
                max(highs) if len(highs) == len(cases) else None,
            )
        sums, own = (reduce(plus, map(self.share, part), NOTHING) for part in node.parts)
        low, high = through(self, node.steps, sums, own)
        return (low, high) if node.clamp is None else node.clamp.within(low, high)

    @cached_property
    def ends(self) -> Extremes:
        """The ends of the total, with completions. Sound always; reached where `sharp` says so."""
        if not self.missing:
            total = self.total(self.known)
            return Extremes(total, dict(self.known), total, dict(self.known), True)
        if self.asked_absences:
            return self._by_absences()
        names = self.asked_of(self.program.indicators)
        if names:
            return widest([self.completed(case).ends for case in _cases({n: self.sides(n) for n in names})])
        if self.turning:
            return self._ends_of_headings()
        tying = tying_figure(self)
        pieced = None if tying is None else ends_by_pieces(self, *tying)
        return self._ends_apart() if pieced is None else pieced

    def _ends_of_headings(self) -> Extremes:
        """Sound ends by the headings, where a missing fact moves scores and what they are multiplied by in other ways."""
        options = {name: self.candidates[name] for name in self.turning}
        if prod(map(len, options.values())) > MOST_ABSENCES:
            options = {name: values[:1] for name, values in options.items()}
        found = widest([self.completed(case).ends for case in _cases(options)])
        low, high = self._by_headings()
        least = found.low if low is None else min(found.low, low)
        most = found.high if high is None else max(found.high, high)
        exact = found.exact and (least, most) == (found.low, found.high)
        return evolve(found, low=least, high=most, exact=exact)

    def _ends_apart(self) -> Extremes:
        """The ends where each fact goes to its own end, whatever the others are."""
        signs, mixed = self.signs, self._mixed()
        straight = {n: v for n, v in self.candidates.items() if n not in mixed}
        first = extremes(self.total, self.base, straight, signs)
        low_at, high_at = first.low_at, first.high_at
        exact = first.exact
        slack_low = slack_high = Fraction(0)
        for members, facts in components(enumerate(self.leaves), mixed):
            part = self._component(members, facts, signs, low_at, high_at)
            low_at |= {n: part.low_at[n] for n in facts}
            high_at |= {n: part.high_at[n] for n in facts}
            bent = len(members) > 1 and any(self.leaves[i].id in self.clamped for i in members)
            if bent or not part.exact or self.sampled(members, facts):
                exact = False
                low, high = self._apart(members)
                slack_low += self._weighted(members, low_at) - low
                slack_high += high - self._weighted(members, high_at)
        if not first.exact:
            if any(ir.sum_scalings(self.program)):
                return self._ends_of_headings()
            low, high = map(self._finished, self._apart(range(len(self.leaves))))
            return Extremes(
                min(low, self.total(low_at)), low_at, max(high, self.total(high_at)), high_at, False
            )
        # The total can be so many times further apart than the sum of the indicators.
        apart = ir.greatest_factor(ir.sum_scalings(self.program))
        slack_low, slack_high = (slack * apart for slack in (slack_low, slack_high))
        low = self.total(low_at) - slack_low - self._shift(slack_low)
        high = self.total(high_at) + slack_high + self._shift(slack_high)
        return Extremes(self._cut(low), low_at, self._cut(high), high_at, exact)

    def _mixed(self) -> set[str]:
        """The missing facts that cannot go to an end by themselves: those without direction, and those that may be 不适用,
        which lies at no end, where they stand beside one of these."""
        mixed = {n for n in self.candidates if len(self.signs.get(n, {1})) > 1}
        lacking = {n for n, values in self.candidates.items() if NA in values} - mixed
        groups = [set(ir.indicator_facts(leaf)) for leaf in self.leaves]
        while more := {n for facts in groups if facts & mixed for n in facts & lacking}:
            mixed |= more
            lacking -= more
        return mixed

    def _shift(self, slack: Fraction) -> Fraction:
        """How much further apart two totals can be when rounded than they were: less than a unit at either."""
        rounding = self.program.rounding
        return Fraction(0) if rounding is None or not slack else 2 * rounding.unit

    def _finished(self, total: Fraction) -> Fraction:
        """A total within its ends, rounded."""
        cut, rounding = self._cut(total), self.program.rounding
        return cut if rounding is None else rounding.of(cut)

    # -- what sets a whole heading to 0

    def asked_of(self, nodes: tuple[ir.Indicator, ...]) -> tuple[str, ...]:
        """The missing facts that may set all below some headings to 0, or decide whether their sums are multiplied, while
        they move scores too; none where they are too many.

        They move what is given and what is taken off at once, so each answer is worked out by itself."""
        asked = [
            atom.fact
            for leaf in ir.leaves(nodes)
            if leaf.own
            for veto in leaf.vetoes
            for atom in ir.atoms(veto.guard)
        ]
        sums = [own for node in ir.nodes(nodes) for own in ir.scalings_of(node.steps)]
        if nodes is self.program.indicators:
            sums += ir.scalings_of(self.program.steps)
        asked += [atom.fact for one in sums for atom in ir.atoms(one.guard) if atom.fact in self.turning]
        names = tuple(n for n in dict.fromkeys(asked) if n in self.missing and n not in self.measured)
        return names if prod(len(self.sides(name)) for name in names) <= MOST_ABSENCES else ()

    # -- absences

    def _by_absences(self) -> Extremes:
        """The ends over all that can be absent: each case by itself, or, where they are many, from 0 to all points."""
        names = self.asked_absences
        if prod(len(self.candidates[name]) for name in names) <= MOST_ABSENCES:
            return widest(
                [self.completed(case).ends for case in _cases({n: self.candidates[n] for n in names})]
            )
        plain = self.completed({name: self.base[name] for name in names}).ends
        own = [n for n, leaf in enumerate(self.leaves) if not leaf.extra]
        low, high = self._apart(n for n in range(len(self.leaves)) if n not in own)
        worths = [ir.worth(self.leaves[n]) for n in own]
        whole = sum(worths, Fraction(0))
        rule = self.program.rescale
        most = whole if rule is None else max(whole, rule.to)
        # What is left can count for the more the less of it there is.
        least = sum((self.leaves[n].weight * self._least(n) for n in own), Fraction(0))
        scaled = least * most / min(worths, default=Fraction(1))
        return Extremes(
            min(plain.low, self._finished(low + scaled)),
            plain.low_at,
            max(plain.high, self._finished(high + most)),
            plain.high_at,
            False,
        )

    # -- sums

    def _cut(self, total: Fraction) -> Fraction:
        """A total within the ends that the standard gives it."""
        return total if self.program.clamp is None else self.program.clamp.cut(total)

    def _component(
        self, members: list[int], facts: list[str], signs: Signs, low_at: Assignment, high_at: Assignment
    ) -> Extremes:
        """Leaves that share facts without direction, all other facts at the ends they go to."""
        own = {name: self.candidates[name] for name in facts}

        def score(values: Assignment) -> Fraction:
            return self._weighted(members, values)

        low = extremes(score, low_at, own, signs)
        high = extremes(score, high_at, own, signs)
        return evolve(low, high=high.high, high_at=high.high_at, exact=low.exact and high.exact)

    def _weighted(self, members: Iterable[int], values: Mapping[str, Value]) -> Fraction:
        traces = self.run(values)[4]
        shares = (self.weights[self.leaves[i].id] * self.module.points(traces[i][0]) for i in members)
        return sum(shares, Fraction(0))

    def _apart(self, members: Iterable[int]) -> tuple[Fraction, Fraction]:
        """Sound ends of a sum: the leaves' own, from their least score to the full mark."""
        low = high = Fraction(0)
        for index in members:
            leaf = self.leaves[index]
            weight = self.weights[leaf.id]
            low += weight * self._least(index)
            high += weight * (leaf.full if leaf.full is not None else self.leaf_ends(index).high)
        return low, high

    # -- the whole

    @cached_property
    def low_completion(self) -> Assignment | None:
        """A consistent completion at the lower end, where one was found."""
        low = self.interval[0]
        return None if low is None or self._open_ends else reaching(self, self.ends.low_at, low)

    @cached_property
    def high_completion(self) -> Assignment | None:
        """The same at the upper end."""
        high = self.interval[1]
        return None if high is None or self._open_ends else reaching(self, self.ends.high_at, high)

    @property
    def _open_ends(self) -> bool:
        """Whether what would reach the ends may be none that can be."""
        return self.entangled and self.interval[0] != self.interval[1]

    @cached_property
    def interval(self) -> Interval:
        """The ends of the total before any veto; None is no end."""
        low: Fraction | None = self.ends.low
        high: Fraction | None = self.ends.high
        if self.missing_total is not None:
            return self.missing_total.low, self.missing_total.high
        open_below = any(map(self.bottomless, self.leaves))
        open_above = any(map(self.unbounded, self.leaves))
        if open_below or open_above:
            # What has no end by itself may have one in the sum of its heading.
            least, most = self._by_headings()
            low = least if open_below else low
            high = most if open_above else high
        return low, high

    def _by_headings(self) -> Interval:
        """Sound ends of the total, from those of the headings of the first level."""
        if self.program.rescale is not None:
            clamp = self.program.clamp
            return (None, None) if clamp is None else clamp.within(None, None)
        program = self.program
        whole = ir.Indicator(
            "", "", None, Fraction(0), None, program.indicators, clamp=program.clamp, steps=program.steps
        )
        low, high = self.share(whole)
        return None if low is None else self._finished(low), None if high is None else self._finished(high)

    @cached_property
    def sharp(self) -> bool:
        """Whether completions were found that reach both ends; what has no end needs none."""
        low, high = self.interval
        return (low is None or self.low_completion is not None) and (
            high is None or self.high_completion is not None
        )

    # -- what each missing fact moves

    def swing(self, name: str) -> Fraction:
        """How many points of the total a missing fact moves, the others at either end."""
        low_at, high_at = self.ends.low_at, self.ends.high_at
        up = self.total(low_at | {name: high_at[name]}) - self.total(low_at)
        down = self.total(high_at) - self.total(high_at | {name: low_at[name]})
        widest = [self.total(low_at | {name: v}) for v in self.candidates[name]]
        return max(up, down, max(widest) - min(widest))


def _cases(options: Mapping[str, list[Value]]) -> list[Assignment]:
    """All that some missing facts can be together."""
    return [dict(zip(options, values, strict=True)) for values in product(*options.values())]


def prepare(program: ir.Program, module: Module, sheet: FactSheet, *, assume_no: bool = False) -> Scoring:
    """Values of a sheet with the derived facts worked out; faults are in ``derivation.faults``."""
    given = {n: e.value for n, e in sheet.entries.items() if e.value is not None}
    if sheet.date is not None and any(spec.name == EVALUATION_DATE for spec in program.facts):
        given[EVALUATION_DATE] = sheet.date
    derivation = derive(program, module, given, sheet.entries)
    if assume_no:
        required = {atom.fact for item in program.requirements for atom in ir.atoms(item.failure)}
        scored = set(module.facts) | required
        specs = {spec.name: spec for spec in program.facts}
        timed = {item.fact for item in program.derived if isinstance(item.formula, ir.Elapsed)}
        absent = {
            n: _no(specs[n])
            for n in scored - timed
            if n not in derivation.values and not _without_no(specs[n])
        }
        entries = dict(sheet.entries) | {
            n: Entry(v, "（未提供，按否或0计）", assumed=True) for n, v in absent.items()
        }
        sheet = evolve(sheet, entries=entries)
        derivation = evolve(derivation, values=derivation.values | absent)
    return Scoring(program, module, sheet, derivation)


def _without_no(spec: FactSpec) -> bool:
    """Whether a fact has no value that stands for 否 or 0; it stays missing whatever is assumed.

    So does a stretch of time between dates: 0 days left is no 否."""
    return spec.type is FactType.CHOICE or spec.type is FactType.DATE


def _no(spec: FactSpec) -> Value:
    """否 or 0, or what the range has nearest to it."""
    if spec.type.truth:
        return False
    if spec.low is not None and spec.low > 0:
        return spec.low if spec.low.denominator != 1 else spec.low.numerator
    return 0
