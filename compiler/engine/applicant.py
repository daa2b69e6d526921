"""An applicant under a program (评价对象): what is known, what is missing, and which values the missing can take."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Self

from attrs import evolve, field, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.emit.module import Module
from zhunsheng.compiler.engine.bounds import Assignment, Signs, directions, merged, truth
from zhunsheng.compiler.engine.critical import Slack, ample, critical_values, lowest, mixed
from zhunsheng.compiler.engine.derive import Derivation, derive
from zhunsheng.compiler.engine.ranges import Range, narrowed
from zhunsheng.compiler.engine.sums import sum_directions
from zhunsheng.runtime.facts import FactSheet, FactSpec, Value
from zhunsheng.runtime.support import NA, Points, Traced


@frozen(slots=False)
class Applicant:
    """The facts of an applicant and the generated module that scores complete ones.

    `derivation.values` are all known values; `missing` are the facts that scoring reads and nobody gave. `pieces` are
    the parts of their ranges to which missing figures are held.
    """

    program: ir.Program
    module: Module
    sheet: FactSheet
    derivation: Derivation
    pieces: Mapping[str, Range] = field(factory=dict)

    @cached_property
    def specs(self) -> dict[str, FactSpec]:
        """Specs by name."""
        return {spec.name: spec for spec in self.program.facts}

    @cached_property
    def ranged(self) -> dict[str, FactSpec]:
        """Specs with the ranges that known raw figures leave to missing derived facts."""
        return narrowed(self.program, self.derivation.values, self.pieces)

    @cached_property
    def leaves(self) -> tuple[ir.Indicator, ...]:
        """The indicators that are scored."""
        return tuple(self.program.leaves())

    @cached_property
    def known(self) -> dict[str, Value]:
        """The values of the facts that scoring reads."""
        return {name: v for name, v in self.derivation.values.items() if name in self.module.facts}

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Facts that scoring reads and that are not known, in the standard's order."""
        return tuple(name for name in self.module.facts if name not in self.known)

    @cached_property
    def entangled(self) -> bool:
        """Whether open facts over all that are scored together decide, which have to do with one another, or with other
        open ones, in ways that are not followed: each runs over its range by itself, so that no end is proved."""
        values, specs = self.derivation.values, self.specs
        entering = {name for one in self.missing for name in self.program.read_for(one)} - values.keys()
        cohorts = {name: own for name in entering if (own := specs[name].cohort) is not None}
        if len(cohorts) > 1:
            return True
        for name, own in cohorts.items():
            entry = self.sheet.entries.get(name)
            worked = entry is not None and bool(entry.worked)
            # Of all that are scored together the others' numbers bind it too.
            if worked and (own.kind not in ("rank", "last", "size") or own.ties == "连号"):
                return True
            read = {own.of, own.within, *(fact for fact, _ in own.then)} - {""} - values.keys()
            if read & entering or (worked and read):
                return True
        return False

    @cached_property
    def guards(self) -> tuple[ir.Condition, ...]:
        """The conditions behind the scores, of tiers and vetoes."""
        return tuple(ir.finish_guards(self.program))

    @property
    def total_guards(self) -> tuple[ir.Condition, ...]:
        """The ends of the tiers as conditions on the fact that is the total itself."""
        fact = self.program.total_fact
        ends = [end for band in self.program.tiers for end in (band.low, band.high) if end is not None]
        return tuple(ir.Compare(fact, ">=", end) for end in ends) if fact is not None else ()

    @property
    def missing_total(self) -> FactSpec | None:
        """The fact that is the total itself, where it is missing."""
        fact = self.program.total_fact
        return self.ranged[fact] if fact is not None and fact in self.missing else None

    @cached_property
    def candidates(self) -> dict[str, list[Value]]:
        """Values to try for each missing fact."""
        if not any(mixed(leaf) for leaf in self.leaves):
            return self._candidates({})
        # What one clause gives in a leaf a missing count of another can take again, and the other way round.
        first = self._candidates(None)
        values = self.known | {n: lowest(self.ranged[n], tried) for n, tried in first.items()}
        slack: dict[tuple[str, bool], Fraction] = defaultdict(Fraction)
        for leaf, trace in zip(self.leaves, self.run(values)[4], strict=True):
            for clause, row in zip(leaf.clauses, trace[3], strict=True):
                slack[leaf.id, ir.takes_off(clause.amount)] += self._most(leaf, clause, row)
        return self._candidates(slack)

    def _most(self, leaf: ir.Indicator, clause: ir.Clause, row: tuple[bool, Points, Points]) -> Fraction:
        """The most points that a clause puts on a side: those it has, and where a fact of it is missing ample ones."""
        points = abs(self.module.points(row[2]))
        known = all(name in self.known for name in ir.clause_facts(clause))
        return points if known else max(points, ample(clause, leaf))

    def _candidates(self, slack: Slack | None) -> dict[str, list[Value]]:
        found = {}
        for name in self.missing:
            using = [leaf for leaf in self.leaves if name in ir.indicator_facts(leaf)]
            extra = self.total_guards if name == self.program.total_fact else ()
            values = critical_values(self.ranged[name], using, (*self.guards, *extra), slack)
            found[name] = values or [NA]
        return found

    @cached_property
    def base(self) -> Assignment:
        """Every fact known, the missing ones at their lowest: a place to start from."""
        return self.known | {n: lowest(self.ranged[n], values) for n, values in self.candidates.items()}

    def run(self, values: Mapping[str, Value]) -> Traced:
        """The generated module's trace of complete facts."""
        return self.module.trace(values)

    def total(self, values: Mapping[str, Value]) -> Fraction:
        """The total in points, before any veto."""
        return self.module.total(self.run(values)[5])

    @cached_property
    def signs(self) -> Signs:
        """Per fact, whether the total rises or falls with it."""
        signs = merged([*map(directions, self.leaves), sum_directions(self.program)])
        if self.program.total_fact is not None:
            signs[self.program.total_fact] = {1}
        return signs

    @cached_property
    def turning(self) -> tuple[str, ...]:
        """The missing facts of coefficients of sums with which the total may rise as well as fall, or which are asked of
        indicators too and may be 不适用, which is neither."""
        asked = (name for scaling in ir.sum_scalings(self.program) for name in ir.scaling_facts(scaling))
        scored = {name for leaf in self.leaves for name in ir.indicator_facts(leaf)}
        return tuple(
            n
            for n in dict.fromkeys(asked)
            if n in self.missing and (len(self.signs[n]) > 1 or (n in scored and self.specs[n].allows_na))
        )

    @cached_property
    def measured(self) -> frozenset[str]:
        """The facts that scores follow step by step, themselves or through formulas, so that their candidates are not
        all that they can be; the others only stand in conditions, each side of which is among them."""
        program = self.program
        amounts = [clause.amount for leaf in self.leaves for clause in leaf.clauses]
        found = {count.fact for amount in amounts for count in ir.counts(amount)}
        found |= {amount.fact for amount in amounts if isinstance(amount, ir.Judged | ir.Linear)}
        found |= {own.factor for leaf in self.leaves for own in leaf.scalings if isinstance(own.factor, str)}
        found |= {name for item in program.derived for name in ir.formula_facts(item.formula)}
        return frozenset({*found, *ir.sum_factors(program), program.total_fact or ""})

    def sides(self, name: str) -> list[Value]:
        """One value of a fact for each way in which the conditions about it can hold."""
        conditions = [
            *self.guards,
            *(veto.guard for leaf in self.leaves for veto in leaf.vetoes),
            *(scaling.guard for leaf in self.leaves for scaling in leaf.scalings),
        ]
        conditions += [
            c for leaf in self.leaves for clause in leaf.clauses for c in ir.clause_conditions(clause)
        ]
        asked = [atom for condition in conditions for atom in ir.atoms(condition) if atom.fact == name]
        found: dict[tuple[bool | None, ...], Value] = {}
        for value in self.candidates[name]:
            found.setdefault(tuple(truth(atom, {name: value}) for atom in asked), value)
        return list(found.values())

    @cached_property
    def absent(self) -> dict[str, bool | None]:
        """Per leaf that can be absent, whether it is; None where a missing fact leaves it open."""
        return {leaf.id: truth(leaf.absent, self.known) for leaf in self.leaves if leaf.absent is not None}

    @cached_property
    def asked_absences(self) -> tuple[str, ...]:
        """The missing facts that decide which indicators are absent."""
        asked = (
            atom.fact for leaf in self.leaves if leaf.absent is not None for atom in ir.atoms(leaf.absent)
        )
        return tuple(name for name in dict.fromkeys(asked) if name in self.candidates)

    @cached_property
    def weights(self) -> dict[str, Fraction]:
        """What a point of each leaf adds to the total; of an absent one nothing, of the others the more for it."""
        rule = self.program.rescale
        found = {leaf.id: leaf.weight for leaf in self.leaves}
        if rule is None:
            return found
        for nodes in ir.rescaled_parts(self.program, rule):
            members = tuple(ir.leaves(nodes))
            full = sum(map(ir.worth, members), Fraction(0))
            left = full - sum((ir.worth(m) for m in members if self.absent.get(m.id)), Fraction(0))
            for leaf in members:
                gone = self.absent.get(leaf.id) or not left
                share = Fraction(0) if gone else leaf.weight * rule.goal(full) / left
                found[leaf.id] = leaf.weight if left == full else share
        return found

    @cached_property
    def clamped(self) -> frozenset[str]:
        """The leaves under a heading whose sum has ends or steps: what one of them gains, another may lose."""
        tops = (node for node in ir.nodes(self.program.indicators) if node.clamp is not None or node.steps)
        return frozenset(leaf.id for node in tops for leaf in ir.leaves((node,)))

    def otherwise(self, values: Mapping[str, Value | None]) -> Self:
        """The same applicant with some facts given otherwise, or not at all (None); what formulas give follows."""
        entries = self.sheet.entries
        worked_out = {
            item.fact
            for item in self.program.derived
            if item.fact not in entries or entries[item.fact].value is None
        }
        given = {n: v for n, v in self.derivation.values.items() if n not in worked_out}
        known = {n: v for n, v in {**given, **values}.items() if v is not None}
        return evolve(self, derivation=derive(self.program, self.module, known, entries))

    def completed(self, values: Mapping[str, Value]) -> Self:
        """The same applicant with some facts more."""
        known = evolve(self.derivation, values={**self.derivation.values, **values})
        return evolve(self, derivation=known)

    def only(self, facts: Iterable[str]) -> dict[str, list[Value]]:
        """The candidates of some facts."""
        return {name: self.candidates[name] for name in facts if name in self.candidates}
