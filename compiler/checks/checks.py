"""Checks on what a standard means, each with a witness applicant that was run through the engine."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import pairwise

from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.emit.module import leaf_scorer
from zhunsheng.compiler.engine.critical import critical_values, lowest
from zhunsheng.compiler.explain.shown import number_in_unit, shown_value
from zhunsheng.compiler.ir.bands import Band
from zhunsheng.compiler.resolve.resolved import Leaf
from zhunsheng.runtime.diagnostics import Diagnostic, Label
from zhunsheng.runtime.facts import FactSpec, Value
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.source import Source
from zhunsheng.runtime.support import NA

Candidates = Mapping[str, list[Value]]
Assignment = dict[str, Value]
Scorer = Callable[[Mapping[str, Value]], Fraction]


@frozen
class LeafCheck:
    """A leaf with what its checks need."""

    source: Source
    facts: tuple[FactSpec, ...]
    leaf: Leaf
    indicator: ir.Indicator

    def run(self) -> Iterator[Diagnostic]:
        """All checks of a leaf that compiled."""
        specs = {spec.name: spec for spec in self.facts}
        values = {
            name: critical_values(specs[name], (self.indicator,))
            for name in ir.indicator_facts(self.indicator)
        }
        score = leaf_scorer(self.facts, self.indicator)
        worst = {name: lowest(specs[name], own) for name, own in values.items()}
        best = self.best(values, worst, score)
        yield from self.unreachable_full(best, score(best), specs)
        yield from self.beyond_cap()
        yield from self.falling(values, specs, worst, best, score)
        yield from self.idle_caps()

    def best(self, values: Candidates, worst: Assignment, score: Scorer) -> Assignment:
        """An applicant as good as turning one fact at a time can make it, from the worst and from the most."""
        most: Assignment = {name: [v for v in own if v is not NA][-1] for name, own in values.items()}
        return max((self.climbed(values, start, score) for start in (most, worst)), key=score)

    def climbed(self, values: Candidates, start: Assignment, score: Scorer) -> Assignment:
        best = dict(start)
        for name, own in values.items():
            scores = [score(best | {name: value}) for value in own]
            # What changes nothing by itself stays: it may count once a later fact is turned.
            if max(scores) > score(best):
                best[name] = own[scores.index(max(scores))]
        return best

    def unreachable_full(
        self, best: dict[str, Value], top: Fraction, specs: dict[str, FactSpec]
    ) -> Iterator[Diagnostic]:
        """A full mark that no applicant reaches."""
        full = self.indicator.full
        # A leaf of 加分项 has no full mark of its own but what the section leaves it.
        if full is None or top >= full or (self.leaf.section and self.leaf.heading.mark is None):
            return
        heading = self.leaf.heading
        message = f"“{heading.title}”最多只能得{shown(top)}分，到不了满分{shown(full)}分"
        yield Diagnostic("ZS0509", message, self.source, heading.title_span, "核对各句的分值和上限")

    def beyond_cap(self) -> Iterator[Diagnostic]:
        """Points of one clause that its cap cuts for every applicant."""
        groups = {
            id: group.limit
            for group in self.indicator.groups
            if isinstance(group, ir.CapGroup)
            for id in group.clauses
        }
        for clause in self.indicator.clauses:
            if not isinstance(clause.amount, ir.Fixed) or clause.span is None:
                continue
            limits = [x for x in (clause.cap, groups.get(clause.id), self.indicator.full) if x is not None]
            if limits and clause.amount.points > min(limits):
                cut = clause.amount.points - min(limits)
                message = (
                    f"这一句给{shown(clause.amount.points)}分，上限却是{shown(min(limits))}分，"
                    f"有{shown(cut)}分永远得不到"
                )
                yield Diagnostic("ZS0510", message, self.source, clause.span, "核对分值和上限")

    def falling(
        self,
        values: Candidates,
        specs: dict[str, FactSpec],
        worst: Assignment,
        best: Assignment,
        score: Scorer,
    ) -> Iterator[Diagnostic]:
        """A score that rises and then falls while one fact rises, all else being equal."""
        for name, own in values.items():
            numbers = [value for value in own if isinstance(value, int | Fraction)]
            if not specs[name].type.numeric or len(numbers) < 3:
                continue
            found = self.peak(name, numbers, (best, worst), score)
            if found is not None:
                yield self.rise_and_fall(specs[name], *found)

    def peak(
        self, name: str, numbers: list[int | Fraction], contexts: tuple[Assignment, ...], score: Scorer
    ) -> tuple[int | Fraction, Fraction, int | Fraction, Fraction] | None:
        """The first fall after a rise: value and score before, value and score after."""
        for context in contexts:
            scores = [score(context | {name: value}) for value in numbers]
            risen = False
            for (low, before), (high, after) in pairwise(zip(numbers, scores, strict=True)):
                if after < before and risen:
                    return low, before, high, after
                risen = risen or after > before
        return None

    def rise_and_fall(
        self, spec: FactSpec, low: int | Fraction, before: Fraction, high: int | Fraction, after: Fraction
    ) -> Diagnostic:
        message = (
            f"“{spec.name}”从{shown_value(spec, low)}升到{shown_value(spec, high)}，"
            f"本指标反而从{shown(before)}分降到{shown(after)}分"
        )
        rule = next(
            r for r in self.leaf.rules if any(p.fact == spec.name for p in r.parts) or r.counted == spec.name
        )
        return Diagnostic(
            "ZS0511", message, self.source, rule.span, "核对各段的分值，或在“解读”中改用分段累计"
        )

    def idle_caps(self) -> Iterator[Diagnostic]:
        """Advice: a cap that never binds."""
        for clause in self.indicator.clauses:
            if clause.cap is None or not isinstance(clause.amount, ir.Fixed) or clause.span is None:
                continue
            if clause.amount.points <= clause.cap:
                message = f"上限{shown(clause.cap)}分不会起作用：这一句最多得{shown(clause.amount.points)}分"
                yield Diagnostic("ZS0801", message, self.source, clause.span, "核对上限限制的是哪几句")


def overlapping_bands(
    leaf: Leaf, fact: FactSpec, bands: dict[str, Band], source: Source
) -> Diagnostic | None:
    """Two two-sided bands on one fact that share more than an end."""
    rules = {rule.id: rule for rule in leaf.rules}
    ordered = sorted(
        (
            (b.low, b.high, id)
            for id, b in bands.items()
            if b.low is not None and b.high is not None and b.low < b.high
        ),
        key=lambda item: (item[0], item[1]),
    )
    for (_low, high, first), (low, upper, second) in pairwise(ordered):
        if high > low:
            middle = (low + min(high, upper)) / 2
            witness = number_in_unit(fact, middle)
            message = f"“{fact.name}”的两段重叠：{witness}同时落在两段里"
            label = (Label(rules[first].span, "另一段在这里"),)
            help_text = "改成首尾相接的两段"
            return Diagnostic("ZS0512", message, source, rules[second].span, help_text, label)
    return None
