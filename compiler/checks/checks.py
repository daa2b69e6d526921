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
from zhunsheng.compiler.resolve.resolved import Leaf, Rule
from zhunsheng.runtime.diagnostics import Diagnostic, Label
from zhunsheng.runtime.facts import FactSpec, Value
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.source import Source
from zhunsheng.runtime.support import NA

Candidates = Mapping[str, list[Value]]
Assignment = dict[str, Value]
Scored = tuple[int | Fraction, Fraction]
#: The numbers of a fact, rising, with their scores.
Curve = list[Scored]
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
        # 没有该项指标的 may have more than anybody else.
        lacking = {name: NA if NA in own else best[name] for name, own in values.items()}
        yield from self.unreachable_full(best, max(score(best), score(lacking)), specs)
        yield from self.beyond_cap()
        curves = list(self.curves(values, specs, (best, worst), score))
        yield from self.falling(curves)
        yield from self.hollow(curves)
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

    def curves(
        self,
        values: Candidates,
        specs: dict[str, FactSpec],
        contexts: tuple[Assignment, ...],
        score: Scorer,
    ) -> Iterator[tuple[FactSpec, list[Curve]]]:
        """The scores along each number that a fact can be, the others as in each context."""
        for name, own in values.items():
            numbers = [value for value in own if isinstance(value, int | Fraction)]
            if specs[name].type.numeric and len(numbers) >= 3:
                yield (
                    specs[name],
                    [[(value, score(context | {name: value})) for value in numbers] for context in contexts],
                )

    def falling(self, found: list[tuple[FactSpec, list[Curve]]]) -> Iterator[Diagnostic]:
        """A score that rises and then falls while one fact rises, all else being equal."""
        for spec, curves in found:
            fall = next(filter(None, map(peak, curves)), None)
            if fall is not None:
                yield self.rise_and_fall(spec, *fall)

    def rise_and_fall(self, spec: FactSpec, first: Scored, second: Scored) -> Diagnostic:
        (low, before), (high, after) = first, second
        message = (
            f"“{spec.name}”从{shown_value(spec, low)}升到{shown_value(spec, high)}，"
            f"本指标反而从{shown(before)}分降到{shown(after)}分"
        )
        help_text = "核对各段的分值，或在“解读”中改用分段累计"
        return Diagnostic("ZS0511", message, self.source, self._rule_on(spec.name).span, help_text)

    def hollow(self, found: list[tuple[FactSpec, list[Curve]]]) -> Iterator[Diagnostic]:
        """Numbers of a fact that score less than those on both sides of them: bands that leave them out."""
        for spec, curves in found:
            dip = next(filter(None, map(valley, curves)), None)
            if dip is None:
                continue
            (low, before), (left, least), (high, after) = dip
            told = [shown_value(spec, value) for value in (left, low, high)]
            message = (
                f"“{spec.name}”为{told[0]}的，本指标得{shown(least)}分，"
                f"比{told[1]}的（{shown(before)}分）和{told[2]}的（{shown(after)}分）都少"
            )
            help_text = "前后两段之间漏了数的，写进其中一段（如“以上”“不超过”），或补上中间的一段"
            yield Diagnostic("ZS0591", message, self.source, self._rule_on(spec.name).span, help_text)

    def _rule_on(self, name: str) -> Rule:
        """The first rule about a fact."""
        return next(r for r in self.leaf.rules if any(p.fact == name for p in r.parts) or r.counted == name)

    def idle_caps(self) -> Iterator[Diagnostic]:
        """Advice: a cap that never binds."""
        for clause in self.indicator.clauses:
            if clause.cap is None or not isinstance(clause.amount, ir.Fixed) or clause.span is None:
                continue
            if clause.amount.points <= clause.cap:
                message = f"上限{shown(clause.cap)}分不会起作用：这一句最多得{shown(clause.amount.points)}分"
                yield Diagnostic("ZS0801", message, self.source, clause.span, "核对上限限制的是哪几句")


def peak(scored: Curve) -> tuple[Scored, Scored] | None:
    """The first fall after a rise: the numbers before and after it."""
    risen = False
    for before, after in pairwise(scored):
        if after[1] < before[1] and risen:
            return before, after
        risen = risen or after[1] > before[1]
    return None


def valley(scored: Curve) -> tuple[Scored, Scored, Scored] | None:
    """The first number that scores less than one before and one behind it, between the two nearest of these."""
    for before, left in pairwise(scored):
        if left[1] < before[1]:
            rest = scored[scored.index(left) + 1 :]
            after = next((one for one in rest if one[1] != left[1]), left)
            if after[1] > left[1]:
                return before, left, after
    return None


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
