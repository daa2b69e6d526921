"""Comparing the naive evaluator with the generated code."""

import random
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import naive
import naive_model
import naive_random
from compiled import compiled, standard
from naive_reader import FIRST

from zhunsheng.compiler.engine.eligibility import Eligibility
from zhunsheng.compiler.engine.engine import prepare
from zhunsheng.compiler.engine.outcomes import NONE, Outcomes
from zhunsheng.library import Standard
from zhunsheng.runtime.facts import Entry, FactSheet
from zhunsheng.runtime.support import NA

#: Random completions that are tried per incomplete applicant.
COMPLETIONS = 6


def _entry(value: naive.Value) -> Entry:
    """A naive value as the engine takes it."""
    if isinstance(value, tuple):
        return Entry(len(value), dates=value)
    if value == "不适用":
        return Entry(NA)
    if isinstance(value, Fraction) and value.denominator == 1:
        return Entry(value.numerator)
    return Entry(value)


def as_sheet(facts: dict[str, naive.Value]) -> FactSheet:
    return FactSheet({name: _entry(value) for name, value in facts.items()})


@cache
def second_reading(name: str) -> naive_model.Standard:
    """A standard as the naive evaluator reads it: a local variant merged with its base, as `zhunsheng show --format zhun` prints it."""
    return naive.read(compiled(name).source.text, FIRST)


def _applicants(
    second: naive_model.Standard, seed: int, count: int
) -> Iterator[tuple[dict[str, naive.Value], naive.Outcome]]:
    """Random complete applicants, and what the naive evaluator makes of each."""
    rng = random.Random(seed)
    for _ in range(count):
        yield naive_random.random_applicant(second, rng)


def compare_complete(name: str, seed: int, count: int) -> int:
    """Scores `count` random applicants of a standard of the library both ways; returns how many were compared."""
    return compare(standard(name), second_reading(name), seed, count)


def compare(own: Standard, second: naive_model.Standard, seed: int, count: int) -> int:
    """The same of any standard, compiled and read by the naive evaluator."""
    ids = [leaf.id for leaf in own.program.leaves()]
    module = own.module
    for facts, expected in _applicants(second, seed, count):
        scoring = prepare(own.program, module, as_sheet(facts))
        assert not scoring.derivation.faults, scoring.derivation.faults
        eligibility = Eligibility(scoring)
        states = {r.id: s for r, s in zip(own.program.requirements, eligibility.states, strict=True)}
        assert states == expected.requirements, facts
        if expected.eligible is not None:
            assert eligibility.eligible == expected.eligible, facts
        if not own.program.scored and not own.program.graded:
            continue
        total, tier, scores = module.score(scoring.known)
        traced = module.trace(scoring.known)
        assert module.total(total) == expected.total, facts
        assert tier == expected.tier, facts
        leaves = {i: module.points(s) for i, s in zip(ids, scores, strict=True) if i not in expected.absent}
        assert leaves == {i: s for i, s in expected.leaves.items() if i not in expected.absent}, facts
        assert (total, tier) == traced[:2]
        assert traced[2] == expected.tier_without_veto
        clauses = {
            clause.id: module.points(points)
            for leaf, trace in zip(own.program.leaves(), traced[4], strict=True)
            for clause, (_, _, points) in zip(leaf.clauses, trace[3], strict=True)
            if leaf.id not in expected.absent
        }
        assert clauses == expected.clauses, facts
    return count


def compare_incomplete(name: str, seed: int, count: int) -> int:
    """Random completions fall inside the interval of a standard of the library, and the witnesses reach its ends."""
    return compare_intervals(standard(name), second_reading(name), seed, count)


def compare_intervals(own: Standard, second: naive_model.Standard, seed: int, count: int) -> int:
    """The same of any standard, compiled and read by the naive evaluator."""
    rng = random.Random(seed)
    for _ in range(count):
        known, hidden = naive_random.random_incomplete(second, rng)
        scoring = prepare(own.program, own.module, as_sheet(known))
        assert not scoring.derivation.faults
        outcomes = Outcomes(scoring)
        low, high = outcomes.total
        eligibility = Eligibility(scoring)
        scored = own.program.scored or own.program.graded
        possible = {*outcomes.grades, *([None] if NONE in outcomes.possible else [])}
        for _ in range(COMPLETIONS):
            try:
                outcome = naive.evaluate(second, naive_random.complete(second, known, rng))
            except naive.Incomplete:
                continue  # the completion divides by zero
            assert eligibility.eligible in (None, outcome.eligible) or outcome.eligible is None, (
                known,
                hidden,
            )
            for place, state in zip(outcome.requirements, eligibility.states, strict=True):
                assert state in (None, outcome.requirements[place]), (known, hidden, place)
            if not scored:
                continue
            assert low is None or low <= outcome.total, (known, hidden)
            assert high is None or outcome.total <= high, (known, hidden)
            assert outcome.tier in possible, (known, hidden)
        reached = zip(
            (scoring.low_completion, scoring.high_completion), scoring.interval, (low, high), strict=True
        )
        for witness, before, end in reached:
            if witness is not None and scored:
                plain: dict[str, Any] = {n: "不适用" if v is NA else v for n, v in witness.items()}
                rest = {n: v for n, v in known.items() if n not in plain}  # what only requirements ask for
                outcome = naive.evaluate(second, naive_random.complete(second, plain | rest, rng))
                assert outcome.total_without_veto == before, (known, hidden)
                assert not outcomes.sharp or outcome.total == end, (known, hidden)
            assert witness is not None or end is None or not outcomes.sharp, (known, hidden)
    return count


def compare_results(name: str, seed: int, count: int) -> int:
    """The result as it is handed out: total, tier, eligibility, vetoes and status of complete applicants."""
    own, second = standard(name), second_reading(name)
    for facts, expected in _applicants(second, seed, count):
        result = own.score(as_sheet(facts))
        general = {veto.id for veto in second.vetoes} & set(expected.vetoes)
        assert {veto.id for veto in result.vetoes if veto.triggered} == general, facts
        if expected.eligible is not None:
            assert result.eligible == expected.eligible, facts
        if result.total is not None:
            assert result.total == expected.total, facts
            assert result.grade == expected.tier, facts
        status = "ineligible" if expected.eligible is False else "vetoed" if general else "complete"
        assert result.status == status, (facts, result.status)
    return count
