"""What the 案例 of a standard cover: every clause and veto made to count, every boundary number met exactly."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.engine.bounds import truth
from zhunsheng.compiler.engine.derive import within
from zhunsheng.compiler.engine.engine import Scoring
from zhunsheng.compiler.engine.outcomes import Outcomes
from zhunsheng.compiler.explain.shown import shown_value
from zhunsheng.runtime.facts import FactSpec
from zhunsheng.runtime.numbers import shown


@frozen
class Clause:
    """A clause, veto or requirement by its id: some case must make it count (条款)."""

    id: str
    text: str

    @property
    def lacking(self) -> str:
        """Why it is not covered."""
        return f"{self.id}：没有案例使它起作用（{self.text[:40]}）"


@frozen
class Edge:
    """A number that a clause compares a fact with: some case must have exactly it (界点)."""

    clause: str
    fact: str
    bound: Fraction
    words: str

    @property
    def lacking(self) -> str:
        """Why it is not covered."""
        return f"{self.clause}：没有案例的“{self.fact}”正好是{self.words}"


@frozen
class TierEdge:
    """An end of a band of totals: some case must have exactly this total (界点)."""

    tier: str
    bound: Fraction

    @property
    def lacking(self) -> str:
        """Why it is not covered."""
        return f"评定等级：没有案例的总分正好是{shown(self.bound)}分（{self.tier}）"


Goal = Clause | Edge | TierEdge


@frozen
class Coverage:
    """How many goals of each kind there are, and which no case reaches."""

    clauses: int
    edges: int
    lacking: tuple[Goal, ...]

    @property
    def complete(self) -> bool:
        """Whether every goal is reached."""
        return not self.lacking

    @property
    def reached(self) -> tuple[int, int]:
        """How many clauses and how many edges are reached."""
        clauses = sum(isinstance(goal, Clause) for goal in self.lacking)
        return self.clauses - clauses, self.edges - (len(self.lacking) - clauses)


def coverage(program: ir.Program, scorings: Iterable[Scoring]) -> Coverage:
    """What a standard's cases, already scored, cover."""
    goals = list(dict.fromkeys(_goals(program)))
    reached = {goal for scoring in scorings for goal in _reached(scoring, goals)}
    clauses = sum(isinstance(goal, Clause) for goal in goals)
    return Coverage(clauses, len(goals) - clauses, tuple(goal for goal in goals if goal not in reached))


def _goals(program: ir.Program) -> Iterator[Goal]:
    specs = {spec.name: spec for spec in program.facts}
    for leaf in program.leaves():
        for clause in leaf.clauses:
            yield Clause(clause.id, clause.text)
            yield from _edges(clause.id, ir.clause_conditions(clause), specs)
            for count in ir.counts(clause.amount):
                if count.base:
                    yield from _edge(clause.id, specs[count.fact], count.base)
        texts = {bar.id: bar.text for clause in leaf.clauses for bar in clause.bars}
        yield from (Clause(id, text) for id, text in texts.items())
        for veto in leaf.vetoes:
            yield Clause(veto.id, veto.text)
            yield from _edges(veto.id, (veto.guard,), specs)
    for scaling in _scalings(program):
        yield Clause(scaling.id, scaling.text)
        yield from _edges(scaling.id, (scaling.guard,), specs)
    for item in program.requirements:
        if _can_fail(item, specs):
            yield Clause(f"{item.id}不符合", item.text)
        yield from _edges(item.id, (item.failure,), specs)
    for general in program.vetoes:
        yield Clause(general.id, general.text)
        yield from _edges(general.id, (general.guard,), specs)
    for band in program.tiers:
        if band.guard != ir.ALWAYS:
            yield Clause(f"等级“{band.name}”", band.text)
            yield from _edges(f"等级“{band.name}”", (band.guard,), specs)
        for bound in (band.low, band.high):
            if bound is not None and not program.graded:
                yield TierEdge(_owner(program, bound), bound)


def _scalings(program: ir.Program) -> Iterator[ir.Scaling]:
    """What multiplies scores, then sums."""
    yield from (scaling for leaf in program.leaves() for scaling in leaf.scalings)
    yield from ir.sum_scalings(program)


def _can_fail(item: ir.Requirement, specs: dict[str, FactSpec]) -> bool:
    """Whether an applicant can fail a requirement; one that every option meets nobody fails."""
    match item.failure:
        case ir.Chosen(fact, options, False):
            return not set(specs[fact].choices) <= set(options)
        case _:
            return True


def _owner(program: ir.Program, total: Fraction) -> str:
    return next((band.name for band in program.tiers if band.holds(total)), "无等级")


def _edges(id: str, guards: Iterable[ir.Condition], specs: dict[str, FactSpec]) -> Iterator[Edge]:
    for guard in guards:
        for atom in ir.atoms(guard):
            if isinstance(atom, ir.Compare):
                yield from _edge(id, specs[atom.fact], atom.bound)


def _edge(id: str, spec: FactSpec, bound: Fraction) -> Iterator[Edge]:
    """The edge, unless no value of the fact can lie on it."""
    if within(spec, bound) and (bound.denominator == 1 or not spec.type.whole):
        yield Edge(id, spec.name, bound, shown_value(spec, bound))


def _reached(scoring: Scoring, goals: Iterable[Goal]) -> Iterator[Goal]:
    values = scoring.derivation.values
    counted = set(_counting(scoring))
    low, high = scoring.interval
    for goal in goals:
        match goal:
            case Clause(id):
                met = id in counted
            case Edge(_, fact, bound):
                met = values.get(fact) == bound
            case TierEdge(_, bound):
                met = low == high == bound
        if met:
            yield goal


def _counting(scoring: Scoring) -> Iterator[str]:
    """The clauses that gave or took points, or are known to hold; the vetoes that hold."""
    values = scoring.derivation.values
    traces = scoring.run(scoring.base)[4]
    for leaf, trace in zip(scoring.leaves, traces, strict=True):
        for clause, (held, _, points) in zip(leaf.clauses, trace[3], strict=True):
            known = all(name in values for name in ir.clause_facts(clause))
            if known and (points or (held and isinstance(clause.amount, ir.Fixed))):
                yield clause.id
        for veto in (*leaf.vetoes, *(bar for clause in leaf.clauses for bar in clause.bars)):
            if truth(veto.guard, scoring.known):
                yield veto.id
    for scaling in _scalings(scoring.program):
        factors = [scaling.factor] if isinstance(scaling.factor, str) else []
        known = all(isinstance(values.get(name), int | Fraction) for name in factors)
        if known and truth(scaling.guard, scoring.known):
            yield scaling.id
    for item in scoring.program.requirements:
        if truth(item.failure, values):
            yield f"{item.id}不符合"
    outcomes = Outcomes(scoring)
    for general, state in zip(scoring.program.vetoes, outcomes.veto_states, strict=True):
        if state:
            yield general.id
    yield from (f"等级“{name}”" for name in outcomes.grades if len(outcomes.grades) == 1)
