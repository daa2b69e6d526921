"""How results differ: for a change, an applicant with another tier, or else another score, under both standards.

Found by scoring, in a fixed order, so that the same standards give the same applicant. What is shown comes
from scoring that applicant under each standard as anyone would.
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from itertools import islice

from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.emit.module import Module, leaf_scorer, load
from zhunsheng.compiler.engine.critical import critical_values, lowest
from zhunsheng.compiler.engine.engine import prepare
from zhunsheng.compiler.engine.reaching import Choice, reaching
from zhunsheng.compiler.engine.witness import applicants
from zhunsheng.compiler.explain.explain import explain
from zhunsheng.compiler.explain.shown import shown_value
from zhunsheng.compiler.patterns.periods import differ_in_quota
from zhunsheng.compiler.variants.differences import Difference, unruled
from zhunsheng.compiler.variants.sums import alike, in_heading
from zhunsheng.compiler.variants.vetoing import in_veto, is_veto
from zhunsheng.runtime.facts import Entry, FactSheet, FactSpec, Value
from zhunsheng.runtime.result import IndicatorResult, Number, Result

#: Applicants tried for one change, those of them that are scored in full, those for whom another tier is sought,
#: choices of each other indicator, and other indicators among which is chosen.
TRIED, SCORED, SOUGHT, CHOICES, WIDEST = 2_000, 24, 4, 10, 60

Facts = dict[str, Value]


@frozen
class Outcome:
    """What an applicant gets under one standard; `score` is of the indicator that the change is in."""

    score: Number | None
    total: Number | None
    grade: str | None


@frozen
class Contrast:
    """An applicant and what becomes of it. `facts` are names with printed values, and whether the first and
    the second standard ask for them; the rest is 否, 0 or, where neither is possible, the least value."""

    facts: tuple[tuple[str, str, bool, bool], ...]
    rest: tuple[tuple[str, str, bool, bool], ...]
    first: Outcome
    second: Outcome

    @property
    def tier(self) -> bool:
        """Whether the tier differs."""
        return self.first.grade != self.second.grade


@frozen(eq=False, slots=False)
class _Side:
    program: ir.Program

    @cached_property
    def module(self) -> Module:
        return load(self.program)

    @cached_property
    def specs(self) -> dict[str, FactSpec]:
        return {spec.name: spec for spec in self.program.facts}

    @cached_property
    def leaves(self) -> dict[str, ir.Indicator]:
        return {leaf.id: leaf for leaf in self.program.leaves()}

    def result(self, facts: Facts) -> Result | None:
        """The result; None where the facts contradict one another."""
        given = {n: v for n, v in facts.items() if n in self.module.facts and n not in self.computed(facts)}
        entries = {name: Entry(value, "") for name, value in given.items()}
        scoring = prepare(self.program, self.module, FactSheet(entries))
        return None if scoring.derivation.faults else explain(scoring, None)

    def computed(self, facts: Facts) -> set[str]:
        """Derived facts whose raw figures are all given, so that they are not given themselves."""
        known = set(facts) & set(self.module.facts)
        return {d.fact for d in self.program.derived if set(ir.formula_facts(d.formula)) <= known}

    def asks(self, name: str, facts: Facts) -> bool:
        """Whether a fact is to be given to this standard."""
        return name in self.module.facts and name not in self.computed(facts)

    def tier(self, total: Fraction) -> str | None:
        """The tier of a total."""
        return next((band.name for band in self.program.tiers if band.holds(total)), None)


Pair = tuple[ir.Indicator | None, ir.Indicator | None]


class Contrasts:
    """Applicants for the changes from one standard to another."""

    def __init__(self, first: ir.Program, second: ir.Program, pairs: Mapping[str, str]) -> None:
        """`pairs` maps ids of indicators of the first to those of the second."""
        self.first, self.second = _Side(first), _Side(second)
        self.specs = self.second.specs | self.first.specs
        shared = set(self.first.specs) & set(self.second.specs)
        self.values = {name: self.candidates(name) for name in self.specs}
        self.clashing = any(
            _kind(self.first.specs[n]) != _kind(self.second.specs[n]) or not self.values[n] for n in shared
        )
        self.base: Facts = {n: self.none(n, v) for n, v in self.values.items() if v}
        mates = set(pairs.values())
        self.leaves: list[Pair] = [
            *((self.first.leaves[a], self.second.leaves[b]) for a, b in pairs.items()),
            *((leaf, None) for id, leaf in self.first.leaves.items() if id not in pairs),
            *((None, leaf) for id, leaf in self.second.leaves.items() if id not in mates),
        ]
        uses = [name for pair in self.leaves for name in _facts(pair)]
        programs = (first, second)
        operands = {n for p in programs for d in p.derived for n in ir.formula_facts(d.formula)}
        #: Facts that can be chosen for one indicator without moving another, or a formula.
        self.free = {n for n in uses if uses.count(n) == 1 and n not in operands}
        self.choices: dict[tuple[str, str], list[Choice]] = {}
        self.scorers: dict[tuple[str, str], Callable[[Facts], tuple[Fraction, Fraction]]] = {}

    def candidates(self, name: str) -> list[Value]:
        """Values of a fact that either standard takes notice of, and that both take."""
        sides = [side for side in (self.first, self.second) if name in side.specs]
        leaves = [leaf for side in sides for leaf in side.leaves.values()]
        guards = [guard for side in sides for guard in ir.finish_guards(side.program)]
        if any(differ_in_quota(name, other) for other in self.specs):
            # What is short of one quota says what is short of the other, by no formula: all that is sure is 0 beside 0.
            return [0]
        found = [critical_values(side.specs[name], leaves, guards) for side in sides]
        return [value for value in found[0] if value in found[-1]]

    def none(self, name: str, values: list[Value]) -> Value:
        """否 or 0 where the fact can be that, else its least value."""
        specs = [side.specs[name] for side in (self.first, self.second) if name in side.specs]
        numeric = all(spec.type.numeric for spec in specs)
        if numeric and all(_reaches(spec, 0) for spec in specs):
            return 0
        return lowest(self.specs[name], values)

    def find(self, change: Difference) -> Contrast | None:
        """The applicant for one change; None where none was found."""
        if self.clashing:
            return None
        if change.leaf_a or change.leaf_b:
            return self.in_leaf(change)
        if change.head_a or change.head_b:
            return in_heading(self, change)
        return self.in_verdict(change)

    # -- a change inside an indicator

    def in_leaf(self, change: Difference) -> Contrast | None:
        pair = self.first.leaves.get(change.leaf_a), self.second.leaves.get(change.leaf_b)
        found = list(self.plainest(change, pair))
        alone = [(facts, contrast) for facts, contrast, own in found if own]
        shown = alone or [(facts, contrast) for facts, contrast, _ in found]
        widest = sorted(shown[SOUGHT:], key=lambda item: -_gap(item[1]))[:SOUGHT]
        for facts, contrast in (*shown[:SOUGHT], *widest):
            if contrast.tier:
                return contrast
            reached = self.reach(facts, pair, change)
            if reached is not None:
                return reached
        return shown[0][1] if shown else None

    def plainest(self, change: Difference, pair: Pair) -> Iterator[tuple[Facts, Contrast, bool]]:
        """Applicants on whom an indicator's shares differ, and whether this change alone is why."""
        scorers = self.shares(pair)
        seen = set()
        for facts in self.varied(change, pair):
            shares = scorers(facts)
            if shares[0] == shares[1] or shares in seen:
                continue
            seen.add(shares)
            results = self.first.result(facts), self.second.result(facts)
            contrast = self.contrast(facts, results, change)
            if contrast is not None:
                yield facts, contrast, _alone(change, results)
            if len(seen) >= SCORED:
                return

    def varied(self, change: Difference, pair: Pair) -> Iterator[Facts]:
        """Applicants that differ in the facts of an indicator, those of the changed clauses first."""
        clauses = [c for leaf, ids in zip(pair, (change.ids_a, change.ids_b), strict=True) if leaf is not None
                   for c in leaf.clauses if c.id in ids]  # fmt: skip
        about = list(
            dict.fromkeys(n for clause in clauses for n in ir.clause_facts(clause) if self.values[n])
        )
        values = {n: self.values[n] for n in dict.fromkeys([*about, *_facts(pair)]) if self.values[n]}
        for facts, told in islice(applicants(values, self.specs, about), TRIED):
            yield self.base | {name: facts[name] for name in told}

    def shares(self, pair: Pair) -> Callable[[Facts], tuple[Fraction, Fraction]]:
        """What an indicator adds to each total."""
        sides = zip((self.first, self.second), pair, strict=True)
        own = [
            None if leaf is None else (leaf_scorer(side.program.facts, leaf), leaf.weight)
            for side, leaf in sides
        ]

        def shares(facts: Facts) -> tuple[Fraction, Fraction]:
            first, second = (Fraction(0) if o is None else Fraction(o[0](facts)) * o[1] for o in own)
            return first, second

        return shares

    def unruled_shares(self, pair: Pair) -> Callable[[Facts], tuple[Fraction, Fraction]]:
        """The same without what the rules of headings do to the indicator; many applicants are asked about."""
        if _ids(pair) not in self.scorers:
            first, second = (None if leaf is None else unruled(leaf) for leaf in pair)
            self.scorers[_ids(pair)] = self.shares((first, second))
        return self.scorers[_ids(pair)]

    # -- reaching another tier

    def reach(self, facts: Facts, changed: Pair, change: Difference) -> Contrast | None:
        """The applicant with the other indicators chosen, alike under both, so that the tiers differ."""
        others = [pair for pair in self.leaves if pair != changed]
        fixed = {n: v for n, v in facts.items() if v != self.base[n]}
        for chosen in self.apart(
            self.shares(changed)(facts), [p for p in others if not fixed.keys() & set(_facts(p))]
        ):
            full = facts | chosen
            contrast = self.contrast(full, (self.first.result(full), self.second.result(full)), change)
            if contrast is not None and contrast.tier:
                return contrast
        return None

    def apart(self, start: tuple[Fraction, Fraction], pairs: list[Pair]) -> Iterator[Facts]:
        """Choices with which the two totals fall into different tiers."""

        def differ(first: Fraction, second: Fraction) -> bool:
            one, other = self.first.tier(first), self.second.tier(second)
            return one is not None and other is not None and one != other

        options = [self.options(pair) for pair in pairs]
        large = sorted(options, key=lambda own: -max(choice.first for choice in own))
        yield from reaching(start, large[:WIDEST], differ)

    def options(self, pair: Pair) -> list[Choice]:
        """Facts that give an indicator different shares, the same under both standards."""
        if _ids(pair) not in self.choices:
            shares = self.shares(pair)
            found: dict[Fraction, Facts] = {}
            values = {n: self.values[n] for n in _facts(pair) if n in self.free and self.values[n]}
            for chosen, told in islice(applicants(values, self.specs), TRIED // 4) if values else ():
                facts = {name: chosen[name] for name in told}
                first, second = shares(self.base | facts)
                if first == second:
                    found.setdefault(first, facts)
            self.choices[_ids(pair)] = _spread(found) or [Choice(*shares(self.base), {})]
        return self.choices[_ids(pair)]

    # -- a change of tiers or vetoes

    def in_verdict(self, change: Difference) -> Contrast | None:
        """A total that the two standards rank differently, or a veto that only one of them has."""
        zero = Fraction(0)
        best: Facts = {}
        better: list[Facts] = [best]
        for pair in self.leaves:
            best = best | max(self.options(pair), key=lambda choice: choice.first).facts
            better.append(best)
        if is_veto(self, change):
            return in_veto(self, change, better[::-1])
        found: Contrast | None = None
        for facts in (*self.apart((zero, zero), self.leaves), best, *self.vetoed(best)):
            full = self.base | facts
            contrast = self.contrast(full, (self.first.result(full), self.second.result(full)), change)
            if contrast is not None and contrast.tier:
                return contrast
            if contrast is not None and found is None and alike(self, full, self.leaves):
                found = contrast
        return found

    def vetoed(self, best: Facts) -> Iterator[Facts]:
        """A good applicant with each fact of the vetoes in turn at its other values, then with all."""
        vetoes = (*self.first.program.vetoes, *self.second.program.vetoes)
        scalings = [own for side in (self.first, self.second) for own in ir.scalings_of(side.program.steps)]
        asked = [atom.fact for veto in vetoes for atom in ir.atoms(veto.guard)]
        names = dict.fromkeys([*asked, *(name for own in scalings for name in ir.scaling_facts(own))])
        for name in names:
            yield from (best | {name: value} for value in self.values[name])
        yield best | {name: self.values[name][-1] for name in names if self.values[name]}

    # -- scoring

    def contrast(
        self, facts: Facts, results: tuple[Result | None, Result | None], change: Difference
    ) -> Contrast | None:
        """What is shown of an applicant; None where the results do not differ, or the facts contradict one another."""
        one, other = results
        if one is None or other is None:
            return None
        a = _outcome(one, change.leaf_a or change.head_a)
        b = _outcome(other, change.leaf_b or change.head_b)
        if (a.total, a.grade) == (b.total, b.grade):
            return None
        asked = {n: (self.first.asks(n, facts), self.second.asks(n, facts)) for n in self.specs if n in facts}
        used = [n for n, sides in asked.items() if any(sides)]
        told = [n for n in used if facts[n] is not False and facts[n] != 0]
        printed = tuple((n, shown_value(self.specs[n], facts[n]), *asked[n]) for n in used)
        return Contrast(
            tuple(fact for fact in printed if fact[0] in told),
            tuple(fact for fact in printed if fact[0] not in told),
            a,
            b,
        )


def _ids(pair: Pair) -> tuple[str, str]:
    """The ids of an indicator under both standards, "" where one has none."""
    first, second = ("" if leaf is None else leaf.id for leaf in pair)
    return first, second


def _facts(pair: Pair) -> list[str]:
    """The facts of an indicator under either standard."""
    return list(dict.fromkeys(n for leaf in pair if leaf is not None for n in ir.indicator_facts(leaf)))


def _gap(contrast: Contrast) -> Fraction:
    """How far the totals are apart."""
    first, second = contrast.first.total, contrast.second.total
    return Fraction(0) if first is None or second is None else abs(Fraction(first) - second)


def _reaches(spec: FactSpec, value: int) -> bool:
    """Whether a number lies in a fact's range."""
    return (spec.low is None or spec.low <= value) and (spec.high is None or spec.high >= value)


def _kind(spec: FactSpec) -> tuple[bool, bool, str]:
    """What two standards must agree on for one value to serve both."""
    return spec.type.truth, spec.type.numeric, spec.unit


def _alone(change: Difference, results: tuple[Result | None, Result | None]) -> bool:
    """Whether nothing but this change makes the indicator's shares differ."""
    if not (change.leaf_a and change.leaf_b) or results[0] is None or results[1] is None:
        return True
    one, other = _leaf(results[0], change.leaf_a), _leaf(results[1], change.leaf_b)
    if one is None or other is None:
        return True
    if change.kind in ("权重", "分值"):
        return one.score == other.score
    rest = [
        sum(
            (Fraction(c.points) for c in node.clauses if c.id not in ids and c.points is not None),
            Fraction(0),
        )
        for node, ids in ((one, change.ids_a), (other, change.ids_b))
    ]
    return rest[0] == rest[1] and one.score != other.score


def _outcome(result: Result, leaf: str) -> Outcome:
    node = _leaf(result, leaf)
    if node is None:
        return Outcome(None, result.total, result.grade)
    return Outcome(node.contribution if node.children else node.score, result.total, result.grade)


def _leaf(result: Result, id: str) -> IndicatorResult | None:
    def below(node: IndicatorResult) -> Iterator[IndicatorResult]:
        yield node
        for child in node.children:
            yield from below(child)

    return next((n for top in result.indicators for n in below(top) if n.id == id), None) if id else None


def _spread(found: dict[Fraction, Facts]) -> list[Choice]:
    """Some of the shares, the plainest (the first found) before the others, which go from the least to the greatest."""
    if not found:
        return []
    first = next(iter(found))
    ordered = sorted(share for share in found if share != first)
    step = max(1, -(-len(ordered) // CHOICES))
    chosen = [first, *dict.fromkeys([*ordered[::step], *ordered[-1:]])]
    return [Choice(share, share, found[share]) for share in chosen]
