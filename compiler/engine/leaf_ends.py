"""The indicators of one applicant by themselves: between which ends their scores and their clauses' points lie."""

from collections.abc import Callable, Iterable
from fractions import Fraction

from attrs import evolve, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.engine.applicant import Applicant
from zhunsheng.compiler.engine.bounds import Assignment, Extremes, clause_directions, directions, extremes
from zhunsheng.compiler.engine.critical import all_tried, most_steps
from zhunsheng.compiler.engine.sums import Interval


@frozen(slots=False)
class LeafEnds(Applicant):
    """An applicant with the ends of each indicator's score."""

    def unbounded(self, leaf: ir.Indicator) -> bool:
        """Whether a missing count can raise a leaf without limit."""
        if leaf.full is not None:
            return False
        return any(self.limitless(clause) for clause in leaf.clauses)

    def bottomless(self, leaf: ir.Indicator) -> bool:
        """Whether a missing count can lower a leaf without limit."""
        if leaf.floor is not None:
            return False
        return any(self.limitless(clause, -1) for clause in leaf.clauses)

    def leaf_interval(self, leaf: ir.Indicator) -> Interval:
        """The ends of one leaf's score; None is no end."""
        ends = self.leaf_ends(self.leaves.index(leaf))
        return None if self.bottomless(leaf) else ends.low, None if self.unbounded(leaf) else ends.high

    def limitless(self, clause: ir.Clause, sign: int = 1) -> bool:
        """Whether a missing count can raise a clause's points, or lower them with `sign` −1, without limit."""
        return clause.cap is None and any(
            count.fact in self.candidates and self._endless_on(count) and most_steps(clause, count) is None
            for count in ir.endless(clause.amount, sign)
        )

    def _endless_on(self, count: ir.Counted) -> bool:
        """Whether the range of a fact has no end on the side to which a count goes on."""
        spec = self.ranged[count.fact]
        return (spec.low if count.below else spec.high) is None

    def endless(self, name: str) -> bool:
        """Whether a missing fact moves the total without limit."""
        total = self.missing_total
        if total is not None and total.name == name:
            return total.low is None or total.high is None
        return any(
            name in ir.clause_facts(clause)
            and (
                (leaf.full is None and self.limitless(clause))
                or (leaf.floor is None and self.limitless(clause, -1))
            )
            for leaf in self.leaves
            for clause in leaf.clauses
        )

    def leaf_ends(self, index: int) -> Extremes:
        """The ends of one leaf's score."""
        leaf = self.leaves[index]
        own = self.only(ir.indicator_facts(leaf))
        found = extremes(self.leaf_score(index), self.base, own, directions(leaf))
        if found.exact and not self.sampled([index], own):
            return found
        full = leaf.full if leaf.full is not None else found.high
        low = min(self._least(index), found.low)
        return evolve(found, low=low, high=max(full, found.high), exact=False)

    def _least(self, index: int) -> Fraction:
        """A score that a leaf cannot fall below, save where it is bottomless."""
        leaf = self.leaves[index]
        if leaf.floor is not None:
            return min(Fraction(0), leaf.floor)
        lows = (self.clause_ends(index, number).low for number in range(len(leaf.clauses)))
        return leaf.start + sum((min(Fraction(0), low) for low in lows), Fraction(0))

    def sampled(self, members: Iterable[int], facts: Iterable[str]) -> bool:
        """Whether a fact without direction is counted in steps, of which only some are tried."""
        for index in members:
            leaf = self.leaves[index]
            signs = directions(leaf)
            counted = {n.fact for c in leaf.clauses for n in ir.counts(c.amount) if not all_tried(c, n)}
            counted |= {c.amount.fact for c in leaf.clauses if isinstance(c.amount, ir.Linear)}
            if any(len(signs.get(fact, {1})) > 1 and fact in counted for fact in facts):
                return True
        return False

    def leaf_score(self, index: int) -> Callable[[Assignment], Fraction]:
        """One leaf's score as a function of the facts."""
        return lambda values: self.module.points(self.run(values)[4][index][0])

    def clause_ends(self, index: int, number: int) -> Extremes:
        """The ends of one clause's points."""
        clause = self.leaves[index].clauses[number]
        own = self.only(ir.clause_facts(clause))

        def points(values: Assignment) -> Fraction:
            return self.module.points(self.run(values)[4][index][3][number][2])

        return extremes(points, self.base, own, clause_directions(clause))
