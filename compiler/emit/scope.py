"""What every part of a generated module shares: the names of facts in it, and the scales of its numbers.

A fact is the parameter ``f1``, ``f2``, …; where one finer than whole numbers is compared or counted, ``n1`` and
``d1`` are its numerator and denominator. Scores are whole numbers of 1/points and totals of 1/total, in scales
that fit every number of the program, so that nearly all scoring is arithmetic on integers.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import lcm
from typing import assert_never

from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.runtime.facts import FactSpec


@frozen
class Scales:
    """Scores are whole numbers of 1/points, totals of 1/total."""

    points: int
    weights: int

    @property
    def total(self) -> int:
        """The denominator of totals."""
        return self.points * self.weights


@frozen
class Scope:
    """The facts that a module reads, numbered in that order, and its scales."""

    used: tuple[str, ...]
    index: Mapping[str, int]
    specs: Mapping[str, FactSpec]
    scales: Scales

    def param(self, fact: str) -> str:
        """The parameter that holds a fact."""
        return f"f{self.index[fact]}"

    def points(self, points: Fraction) -> int:
        """Points of a leaf in its scale."""
        return _whole(points * self.scales.points)

    def total(self, points: Fraction) -> int:
        """Points of the total in its scale."""
        return _whole(points * self.scales.total)

    def weight(self, weight: Fraction) -> int:
        """What a leaf's score is multiplied by to count in the total's scale."""
        return _whole(weight * self.scales.weights)

    def exact(self, fact: str, *numbers: Fraction) -> bool:
        """Whether the fact and all numbers are whole, so that neither needs a numerator and a denominator."""
        return self.specs[fact].type.whole and all(number.denominator == 1 for number in numbers)


def suffix(node: ir.Indicator) -> str:
    """The id of an indicator or heading as the end of Python names."""
    return node.id.replace(".", "_")


def _whole(value: Fraction) -> int:
    assert value.denominator == 1, "the scale fits every number of the program"
    return value.numerator


def scope_of(program: ir.Program) -> Scope:
    """The scope of a program's module."""
    found: list[str] = []
    for leaf in program.leaves():
        found += ir.indicator_facts(leaf)
    found += [atom.fact for guard in ir.finish_guards(program) for atom in ir.atoms(guard)]
    found += ir.sum_factors(program)
    found += [program.total_fact] if program.total_fact else []
    used = tuple(dict.fromkeys(found))
    index = {name: number for number, name in enumerate(used, 1)}
    return Scope(used, index, {spec.name: spec for spec in program.facts}, scales_of(program))


def scope_of_conditions(program: ir.Program, conditions: Iterable[ir.Condition]) -> Scope:
    """The scope of a function that reads the facts of some conditions and no others."""
    used = tuple(dict.fromkeys(atom.fact for node in conditions for atom in ir.atoms(node)))
    index = {name: number for number, name in enumerate(used, 1)}
    return Scope(used, index, {spec.name: spec for spec in program.facts}, Scales(1, 1))


def scales_of(program: ir.Program) -> Scales:
    """The smallest scales that fit every number of a program."""
    points = [leaf_scale(leaf) for leaf in program.leaves()]
    weights = [leaf.weight.denominator for leaf in program.leaves()]
    edges = [t.denominator for tier in program.tiers for t in (tier.low, tier.high) if t is not None]
    ends = [end.denominator for end in _finish_numbers(program)]
    return Scales(lcm(*points, *edges, *ends), lcm(*weights))


def _finish_numbers(program: ir.Program) -> Iterator[Fraction]:
    """Every number of points behind the scores but those of the bands."""
    if program.rounding is not None:
        yield program.rounding.unit
    headings = [node for node in ir.nodes(program.indicators) if not node.leaf]
    steps = [*program.steps, *(step for node in headings for step in node.steps)]
    for clamp in (program.clamp, *(node.clamp for node in headings), *steps):
        if isinstance(clamp, ir.Clamp):
            yield from (end for end in (clamp.low, clamp.high) if end is not None)
    if program.rescale is not None:
        yield program.rescale.to
        yield from (ir.worth(leaf) for leaf in program.leaves())
    for demand in ir.finish_demands(program):
        yield from (bound for _, bound in demand.members)
    for veto in program.vetoes:
        yield from (effect.points for effect in veto.effects if isinstance(effect, ir.SetTotal))


def leaf_scale(leaf: ir.Indicator) -> int:
    """The denominator of a leaf's score where it is emitted alone."""
    return lcm(*(number.denominator for number in _numbers(leaf)))


def _numbers(leaf: ir.Indicator) -> Iterator[Fraction]:
    """Every number of points in a leaf."""
    yield leaf.start
    if leaf.full is not None:
        yield leaf.full
    if leaf.floor is not None:
        yield leaf.floor
    if leaf.ceiling is not None:
        yield leaf.ceiling
    if leaf.rounding is not None:
        yield leaf.rounding.unit
    for clause in leaf.clauses:
        yield from _amount_numbers(clause.amount)
        if clause.cap is not None:
            yield clause.cap
    yield from (group.limit for group in leaf.groups if isinstance(group, ir.CapGroup))
    yield from (veto.score for veto in leaf.vetoes)


def _amount_numbers(amount: ir.Amount) -> Iterator[Fraction]:
    match amount:
        case ir.Fixed(points) | ir.Counted(points) | ir.Tally(points):
            yield points
        case ir.Linear():
            yield from amount.levels
        case ir.Judged():
            return
        case ir.Multiplied(counted):
            yield counted.points
        case ir.Growing(counted, firsts, rise):
            yield from (*firsts, counted.points, rise)
        case ir.Weighed():
            yield from (count.points for count in ir.counts(amount))
        case ir.Sloped(points):
            yield points
            yield from (count.points for count in ir.counts(amount))
        case _:
            assert_never(amount)
