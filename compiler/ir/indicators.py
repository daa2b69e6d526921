"""Clauses, their groups and vetoes, and the tree of indicators (指标)."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import prod
from typing import assert_never

from attrs import frozen

from zhunsheng.compiler.ir.amounts import Amount, Fixed, amount_conditions, amount_facts, takes_off
from zhunsheng.compiler.ir.conditions import ALWAYS, Condition, atoms, excludes
from zhunsheng.compiler.ir.finish import Clamp
from zhunsheng.compiler.ir.formulas import Rounding
from zhunsheng.runtime.source import Span


@frozen
class Clause:
    """A condition and what it earns. `readings` are the 解读 that decided it, `subject` an elided subject
    that was filled in, `condition` the words of the condition for the trace. Where one of `bars` (不得分) holds,
    it gives 0."""

    id: str
    text: str
    guard: Condition
    amount: Amount
    cap: Fraction | None = None
    bars: tuple["ItemVeto", ...] = ()
    readings: tuple[str, ...] = ()
    subject: str = ""
    line: int = 0
    span: Span | None = None
    #: The standard that a variant has the clause from.
    origin: str = ""


@frozen
class CapGroup:
    """A cap over several clauses of an indicator (最多80分 over the clauses of one fact); with `takes_off`
    they are deductions, and the cap limits what is taken off."""

    clauses: tuple[str, ...]
    limit: Fraction
    text: str
    takes_off: bool = False


@frozen
class BestGroup:
    """Clauses of which only the one with the most points counts (取最高分不累计); with `takes_off` they are
    deductions, and the greatest counts."""

    clauses: tuple[str, ...]
    text: str
    takes_off: bool = False


Group = CapGroup | BestGroup


@frozen
class ItemVeto:
    """A condition that sets its indicator's score (本指标项目视为0分); a `waiver` says what those get who do not have the
    indicator (没有该项指标的，得3分)."""

    id: str
    text: str
    guard: Condition
    score: Fraction
    line: int = 0
    readings: tuple[str, ...] = ()
    origin: str = ""
    waiver: bool = False


@frozen
class Scaling:
    """A condition that multiplies the score of an indicator, or the sum of a heading or of the whole, by `factor`, a
    number or a fact with a range from 0 up (本项得分乘以0.8); a fact that is 不适用 multiplies by 1."""

    id: str
    text: str
    guard: Condition
    factor: Fraction | str
    #: The least and the greatest that it multiplies by.
    ends: tuple[Fraction, Fraction]
    readings: tuple[str, ...] = ()
    #: Whether it is one of several, of which only that of the option chosen holds.
    of_option: bool = False


@frozen
class OwnPoints:
    """The place among the steps of a heading where the points that its own rules give or take come in."""


#: What is done to a sum before it is kept within its ends.
Step = Clamp | Scaling | OwnPoints


@frozen
class Indicator:
    """An indicator with clauses, or a heading with children. `weight` is the share of the total for a leaf
    (1 where the standard adds up plain points), `printed_weight` what stands behind the title. `floor` is the least
    a leaf can score, None no limit. The sum of a heading is that of its children, those of its own rules (本类) aside
    where `steps` has a place for them; it goes through `steps` in order, and `clamp` keeps it within its ends."""

    id: str
    title: str
    printed_weight: str | None
    weight: Fraction
    full: Fraction | None
    children: tuple["Indicator", ...] = ()
    start: Fraction = Fraction(0)
    clauses: tuple[Clause, ...] = ()
    groups: tuple[Group, ...] = ()
    vetoes: tuple[ItemVeto, ...] = ()
    line: int = 0
    floor: Fraction | None = Fraction(0)
    clamp: Clamp | None = None
    steps: tuple[Step, ...] = ()
    rounding: Rounding | None = None
    #: What its clamped score is multiplied by, before it is clamped again and rounded; only where `floor` is 0.
    scalings: tuple[Scaling, ...] = ()
    #: Where the multiplied score ends; its sum is then multiplied before any upper end cuts it (先乘系数).
    ceiling: Fraction | None = None
    #: When it does not apply to an applicant; only in a program with `rescale`.
    absent: Condition | None = None

    @property
    def leaf(self) -> bool:
        """Whether it is scored itself."""
        return not self.children

    @property
    def extra(self) -> bool:
        """Whether it stands in 加分项 or 减分项."""
        return self.id.startswith(("加", "减"))

    @property
    def own(self) -> bool:
        """Whether it has the rules of the heading it stands below (在本类得分中扣2分), whose sum it adds to or takes from."""
        return self.id.endswith("本类")

    @property
    def bonus(self) -> bool:
        """Whether nobody loses what he does not earn of it: it stands in 加分项, or gives points of a heading."""
        return self.id.startswith("加") or (self.own and self.full != 0)

    @property
    def parts(self) -> tuple[tuple["Indicator", ...], tuple["Indicator", ...]]:
        """The children of a heading: those whose sum goes through `steps`, and those of its own rules where `steps` has
        a place for them."""
        apart = any(isinstance(step, OwnPoints) for step in self.steps)
        ruled = tuple(child for child in self.children if apart and child.own)
        return tuple(child for child in self.children if not (apart and child.own)), ruled


def nodes(indicators: tuple[Indicator, ...]) -> Iterator[Indicator]:
    """Some indicators and headings with all below them, in order."""
    for indicator in indicators:
        yield indicator
        yield from nodes(indicator.children)


def worth(leaf: Indicator) -> Fraction:
    """The full mark of a leaf in points of the total."""
    return leaf.weight * (leaf.full or 0)


def most(node: Indicator) -> Fraction | None:
    """The most points of the total that an indicator or heading can give; None is no end."""
    if node.leaf:
        full = node.full
        return Fraction(0) if node.own else None if full is None else full * node.weight
    below = [most(child) for child in node.children]
    summed = None if None in below else sum((part for part in below if part is not None), Fraction(0))
    for step in (*node.steps, *(() if node.clamp is None else (node.clamp,))):
        match step:
            case Clamp(_, high):
                summed = high if summed is None else summed if high is None else min(summed, high)
            case Scaling(guard=guard, ends=(_, greatest)):
                most_times = greatest if guard == ALWAYS else max(greatest, Fraction(1))
                summed = None if summed is None else summed * most_times
            case OwnPoints():
                continue
            case _:
                assert_never(step)
    return summed


def never_below_zero(node: Indicator) -> bool:
    """Whether an indicator or heading takes nothing from the total."""
    if node.leaf:
        return node.floor == 0 or not any(takes_off(clause.amount) for clause in node.clauses)
    ended = node.clamp is not None and node.clamp.low is not None and node.clamp.low >= 0
    return ended or all(map(never_below_zero, node.children))


def scaling_facts(scaling: Scaling) -> tuple[str, ...]:
    """The facts that a coefficient reads."""
    own = (scaling.factor,) if isinstance(scaling.factor, str) else ()
    return tuple(dict.fromkeys((*(atom.fact for atom in atoms(scaling.guard)), *own)))


def scalings_of(steps: Iterable[Step]) -> Iterator[Scaling]:
    """What multiplies a sum."""
    return (step for step in steps if isinstance(step, Scaling))


def greatest_factor(scalings: Iterable[Scaling]) -> Fraction:
    """The most that coefficients together multiply by; each may not apply."""
    return prod((max(Fraction(1), own.ends[1]) for own in scalings), start=Fraction(1))


def leaves(indicators: tuple[Indicator, ...]) -> Iterator[Indicator]:
    """The leaves below some headings, in order."""
    return (node for node in nodes(indicators) if node.leaf)


def exclusive_clauses(leaf: Indicator) -> Iterator[tuple[Clause, ...]]:
    """Clauses of which plainly one at most gives its points, a fixed number above 0; those alone in this are left out."""
    sets: list[list[Clause]] = []
    for clause in leaf.clauses:
        if isinstance(clause.amount, Fixed) and clause.amount.points > 0:
            fitting = (own for own in sets if all(_apart(leaf, other, clause) for other in own))
            found = next(fitting, None)
            if found is None:
                sets.append([clause])
            else:
                found.append(clause)
    return (tuple(own) for own in sets if len(own) > 1)


def _apart(leaf: Indicator, one: Clause, other: Clause) -> bool:
    """Whether two clauses never hold together, and stand in the same groups."""
    together = all((one.id in group.clauses) == (other.id in group.clauses) for group in leaf.groups)
    return together and excludes(one.guard, other.guard)


def clause_conditions(clause: Clause) -> tuple[Condition, ...]:
    """Every condition of a clause: its guard, those of its bars and inside its amount."""
    return (clause.guard, *(bar.guard for bar in clause.bars), *amount_conditions(clause.amount))


def clause_facts(clause: Clause) -> tuple[str, ...]:
    """The facts a clause reads, each once, in the order they are read."""
    found = [atom.fact for atom in atoms(clause.guard)]
    found += amount_facts(clause.amount)
    found += [atom.fact for bar in clause.bars for atom in atoms(bar.guard)]
    return tuple(dict.fromkeys(found))


def indicator_facts(indicator: Indicator) -> tuple[str, ...]:
    """The facts a leaf reads, its item vetoes included."""
    found = [name for clause in indicator.clauses for name in clause_facts(clause)]
    found += [name for scaling in indicator.scalings for name in scaling_facts(scaling)]
    found += [atom.fact for veto in indicator.vetoes for atom in atoms(veto.guard)]
    return tuple(dict.fromkeys(found))
