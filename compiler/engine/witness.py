"""Witnesses (见证): an applicant on whom two readings, or two rule texts, differ, found by scoring."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, product
from math import prod

from attrs import evolve, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.emit.module import leaf_scorer
from zhunsheng.compiler.engine.critical import critical_values, lowest
from zhunsheng.compiler.explain.shown import shown_value
from zhunsheng.runtime.facts import FactSpec, FactType, Value

#: With so few facts every combination of their critical values is tried.
ALL_AT_ONCE = 4
#: At most so many applicants are scored in search of a witness.
BUDGET = 6000

Applicant = Mapping[str, Value]
#: An applicant, the facts of it that matter and the values that are tried, to one that can be.
Fit = Callable[[Applicant, tuple[str, ...], Mapping[str, list[Value]]], dict[str, Value] | None]
#: The applicant that a search starts from where nothing else is said.
EVERYTHING_LOWEST: Applicant = {}


@frozen
class Witness:
    """An applicant, the facts that matter of it, and the score under each alternative."""

    facts: dict[str, Value]
    told: tuple[str, ...]
    scores: tuple[Fraction, ...]

    def words(self, specs: Mapping[str, FactSpec]) -> str:
        """The applicant in words: 相关服务满意度70%（其余为否或0）."""
        # False is no other number than 0, but an option, or the low end of a range, is told.
        told = [*self.told, *(n for n, value in self.facts.items() if value != 0 and n not in self.told)]
        if not told:
            return "各项都为否或0"
        parts = "、".join(f"{name}{_is(specs[name], self.facts[name])}" for name in told)
        return parts + ("（其余为否或0）" if len(told) < len(self.facts) else "")


def _decimals(spec: FactSpec, value: Value) -> int:
    """How far a number is from a whole one as it is printed: people take 75% before 70.1%."""
    if not isinstance(value, int | Fraction):
        return 1
    return Fraction(value * 100 if spec.type is FactType.PERCENT else value).denominator


def _is(spec: FactSpec, value: Value) -> str:
    if not isinstance(value, int | Fraction) or spec.type.truth:
        return f"为“{shown_value(spec, value)}”"
    return f"{'为' if value < 0 else ''}{shown_value(spec, value)}"


def applicants(
    values: Mapping[str, list[Value]],
    specs: Mapping[str, FactSpec],
    first: Sequence[str] = (),
    start: Applicant = EVERYTHING_LOWEST,
    late: Collection[tuple[str, Value]] = (),
) -> Iterator[tuple[dict[str, Value], tuple[str, ...]]]:
    """Applicants to try, plainest first: all at their lowest, or as `start` has them, with one fact varied, then two,
    then all. `late` are numbers of facts that are tried behind the others."""
    names = [*first, *(name for name in values if name not in first)]
    given = {name: value for name, value in start.items() if value in values.get(name, ())}
    base = {name: lowest(specs[name], values[name]) for name in names} | given
    yield dict(base), tuple(given)
    for name in names:
        for value in sorted(values[name], key=lambda v: ((name, v) in late, _decimals(specs[name], v))):
            yield base | {name: value}, (name,)
    for one, two in combinations(names, 2):
        for a, b in product(values[one], values[two]):
            yield base | {one: a, two: b}, (one, two)
    truths = {n: True for n in names if specs[n].type.truth}
    for one, two in combinations([n for n in names if n not in truths], 2):
        for a, b in product(values[one], values[two]):
            yield base | truths | {one: a, two: b}, tuple(names)
    if len(names) <= ALL_AT_ONCE:
        for combination in product(*(values[name] for name in names)):
            yield dict(zip(names, combination, strict=True)), tuple(names)


def differing(
    variants: Sequence[ir.Indicator],
    facts: tuple[FactSpec, ...],
    first: Sequence[str] = (),
    start: Applicant = EVERYTHING_LOWEST,
    *,
    inner: bool = False,
    fit: Fit | None = None,
) -> Witness | None:
    """The plainest applicant, `start` first, whom the variants of a leaf score differently; None where none was found.
    With `inner` rather one whose numbers are no upper ends of bands, whose 本数 may be open; `fit` gives the applicant with
    numbers that can be together, None where it cannot be."""
    if same(variants):
        return None
    specs = {spec.name: spec for spec in facts}
    names = dict.fromkeys(name for leaf in variants for name in ir.indicator_facts(leaf))
    values = {name: critical_values(specs[name], variants) for name in names}
    scorers: list[Callable[[Applicant], Fraction]] = [leaf_scorer(facts, leaf) for leaf in variants]
    late = _ends(variants) if inner else frozenset()
    for count, (applicant, told) in enumerate(applicants(values, specs, first, start, late)):
        if count > BUDGET:
            return None
        fitted = applicant if fit is None else fit(applicant, told, values)
        if fitted is None:
            continue
        applicant = fitted
        scores = tuple(scorer(applicant) for scorer in scorers)
        if len(set(scores)) > 1:
            return Witness(applicant, told, scores)
    return None


def _ends(variants: Sequence[ir.Indicator]) -> frozenset[tuple[str, Value]]:
    """The upper ends of the bands of leaves at which no other band begins."""
    guards = (atom for leaf in variants for clause in leaf.clauses for atom in ir.atoms(clause.guard))
    compared = [atom for atom in guards if isinstance(atom, ir.Compare)]
    begins = {(atom.fact, atom.bound) for atom in compared if atom.operator in (">", ">=")}
    ends = {(atom.fact, atom.bound) for atom in compared if atom.operator in ("<", "<=")}
    return frozenset(ends - begins)


def same(variants: Sequence[ir.Indicator]) -> bool:
    """Whether leaves are scored by the same code, whatever readings led to it."""
    return all(_bare(leaf) == _bare(variants[0]) for leaf in variants[1:])


def _bare(leaf: ir.Indicator) -> ir.Indicator:
    return evolve(leaf, clauses=tuple(evolve(clause, readings=()) for clause in leaf.clauses))


def tried_all(variants: Sequence[ir.Indicator], facts: tuple[FactSpec, ...]) -> bool:
    """Whether a search that found nothing proves that nothing is there: equal code, or every combination tried."""
    if same(variants):
        return True
    specs = {spec.name: spec for spec in facts}
    names = dict.fromkeys(name for leaf in variants for name in ir.indicator_facts(leaf))
    return (
        len(names) <= ALL_AT_ONCE and prod(len(critical_values(specs[n], variants)) for n in names) < BUDGET
    )
