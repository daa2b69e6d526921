"""Completions (填法): values for all missing facts that reach an end of the total, with raw figures that give them."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import islice, product
from typing import TYPE_CHECKING

from zhunsheng.compiler import ir
from zhunsheng.compiler.engine.bounds import Assignment
from zhunsheng.compiler.engine.derive import beyond_the_last, derive_one, realise, within
from zhunsheng.runtime.support import NA

if TYPE_CHECKING:
    from zhunsheng.compiler.engine.engine import Scoring

#: At most so many completions are tried in search of one with consistent raw figures.
NEARBY = 8_000


def reaching(scoring: "Scoring", completion: Assignment, bound: Fraction) -> Assignment | None:
    """A consistent completion with this total: the given one, or one near it in the facts of formulas."""
    if scoring.total(completion) == bound:
        found: Assignment | None = completion
        for items in _tied(scoring):
            found = None if found is None else next(_reached(scoring, items, found, bound), None)
        if found is not None and not _contradicted(scoring, found):
            return scoring.derivation.values | found
    return next(_reached(scoring, _open(scoring), completion, bound), None)


def _open(scoring: "Scoring") -> list[ir.Derived]:
    """The formulas of facts that are missing, in their order."""
    return [item for item in scoring.program.derived if item.fact in scoring.candidates]


def _tied(scoring: "Scoring") -> list[list[ir.Derived]]:
    """The same, those together that share a figure that is not known: the others can be settled apart from them."""
    groups: list[tuple[set[str], list[ir.Derived]]] = []
    for item in _open(scoring):
        names = {item.fact, *ir.formula_facts(item.formula)} - set(scoring.derivation.values)
        joined = [group for group in groups if group[0] & names]
        items = [other for group in joined for other in group[1]]
        groups = [group for group in groups if group not in joined]
        groups.append((names.union(*(group[0] for group in joined)), [*items, item]))
    order = {item.fact: place for place, item in enumerate(scoring.program.derived)}
    return [sorted(items, key=lambda item: order[item.fact]) for _, items in groups]


def _reached(
    scoring: "Scoring", items: Iterable[ir.Derived], completion: Assignment, bound: Fraction
) -> Iterator[Assignment]:
    """Completions with this total in which some formulas agree with their raw figures."""
    for nearby in _nearby(scoring, list(items), completion):
        if scoring.total(nearby) == bound:
            for found in _consistent(scoring, items, nearby):
                if scoring.total(found) == bound and not _contradicted(scoring, found):
                    yield found


def _contradicted(scoring: "Scoring", values: Assignment) -> bool:
    """Whether there are more places than there is anybody to have them."""
    return any(
        beyond_the_last(*pair, scoring.derivation.values | values) for pair in ir.rankings(scoring.program)
    )


def _nearby(scoring: "Scoring", items: list[ir.Derived], completion: Assignment) -> Iterator[Assignment]:
    """The completion, then others that differ in derived facts and in scored facts that formulas read."""
    yield completion
    candidates = scoring.candidates
    operands = {n for item in items for n in ir.formula_facts(item.formula)}
    names = [item.fact for item in items] + [n for n in candidates if n in operands]
    for combination in islice(product(*(candidates[n] for n in names)), NEARBY):
        yield completion | dict(zip(names, combination, strict=True))


def _consistent(
    scoring: "Scoring", items: Iterable[ir.Derived], completion: Assignment
) -> Iterator[Assignment]:
    """Completions like the given one with raw figures that give its derived facts.

    A derived fact may be given itself where none of its raw figures is known or scored by itself. A raw
    figure that must be whole is rounded either way, and the derived fact is what it then gives.
    """
    found: list[Assignment] = [scoring.derivation.values | completion]
    for item in items:
        found = [other for values in found for other in _with_raw_figures(scoring, item, values)]
    yield from found


def _with_raw_figures(scoring: "Scoring", item: ir.Derived, values: Assignment) -> Iterator[Assignment]:
    operands = ir.formula_facts(item.formula)
    if item.fact in scoring.derivation.undecided:
        return
    if all(name in values for name in operands):
        yield from _worked_out(scoring, item, values)
        return
    if not any(name in values for name in operands):
        yield values
        return
    free = [name for name in operands if name not in values]
    target = values[item.fact]
    lacking = any(values.get(name) is NA for name in operands)
    if lacking or target is NA:
        # What is worked out from something 不适用 is 不适用, whatever the rest is.
        if not lacking:
            values |= {name: NA for name in free if scoring.specs[name].allows_na}
        if target is NA and any(values.get(name) is NA for name in operands):
            yield values
        return
    if len(free) != 1 or not isinstance(target, int | Fraction):
        return
    spec = scoring.specs[item.fact]
    for raw, computed in realise(item, scoring.module, values, target, free[0], scoring.specs[free[0]]):
        if within(spec, computed):
            yield values | {free[0]: raw, item.fact: computed}


def _worked_out(scoring: "Scoring", item: ir.Derived, values: Assignment) -> Iterator[Assignment]:
    """The values with a derived fact as raw figures give it that another formula has made known."""
    found = derive_one(item, scoring.module, values, scoring.sheet.entries)
    spec = scoring.specs[item.fact]
    if found is NA or (isinstance(found, int | Fraction) and within(spec, found)):
        yield values | {item.fact: found}
