"""Amounts: what a clause yields, and what an amount asks about."""

from fractions import Fraction
from itertools import pairwise
from typing import Literal

from attrs import evolve, frozen

from zhunsheng.compiler.ir.conditions import Condition, Literals, atoms


@frozen
class Fixed:
    """So many points."""

    points: Fraction


@frozen
class Counted:
    """Points per step: ⌊max(0, fact − base) ÷ size⌋ × points, or without ⌊⌋ where `whole` is false (pro rata).
    With `below` the steps go down from the base, max(0, base − fact); with `begun`, which is whole, a part of a
    step counts as one, ⌈⌉ in place of ⌊⌋."""

    points: Fraction
    fact: str
    base: Fraction
    size: Fraction
    whole: bool = True
    below: bool = False
    begun: bool = False


@frozen
class Multiplied:
    """Steps of two facts multiplied (每户每月): the points of `counted` times the steps of `times`."""

    counted: Counted
    times: Counted


@frozen
class Weighed:
    """Cases of which a part counts more or less (每起扣5分，情节严重的加倍): the points of `counted`, and those of each of
    `parts`, whose steps are at most those of `counted`."""

    counted: Counted
    parts: tuple[Counted, ...]


@frozen
class Sloped:
    """A threshold and its slopes (达到90%得10分，每低于1个百分点扣2分). Where `met` holds: `points`, and those of
    `beyond`. Where it does not: max(0, `points` + those of `missed`, which are negative); 0 where there is no
    `missed` or its fact is 不适用."""

    points: Fraction
    met: Condition
    missed: Counted | None = None
    beyond: Counted | None = None


@frozen
class Linear:
    """Points along straight lines: `anchors` are values of the fact, ascending, with the points there; between two
    the points lie on the line through both, under the first they are `below`, over the last `above`."""

    fact: str
    anchors: tuple[tuple[Fraction, Fraction], ...]
    below: Fraction
    above: Fraction

    def points(self, x: Fraction) -> Fraction:
        """The points at a value."""
        if x < self.anchors[0][0]:
            return self.below
        for (low, start), (high, end) in pairwise(self.anchors):
            if x <= high:
                return start + (end - start) * (x - low) / (high - low)
        return self.anchors[-1][1] if x == self.anchors[-1][0] else self.above

    @property
    def levels(self) -> tuple[Fraction, ...]:
        """The points at its bends, from low to high values."""
        return (self.below, *(points for _, points in self.anchors), self.above)


@frozen
class Growing:
    """Instances that count for more and more (第一次扣1分，第二次扣2分，以此类推): of n whole steps of `counted` the first
    give the points of `firsts`, in order, the next one those of `counted`, and each one behind it `rise` more."""

    counted: Counted
    firsts: tuple[Fraction, ...]
    rise: Fraction


@frozen
class Judged:
    """The points an assessor gave (酌情), as the fact's value; `sign` is −1 where they are taken off."""

    fact: str
    sign: Literal[1, -1] = 1


@frozen
class Tally:
    """So many points for each of the parts that holds (每满足一项得2分)."""

    points: Fraction
    parts: tuple[Condition, ...]


Amount = Fixed | Counted | Judged | Linear | Multiplied | Weighed | Growing | Sloped | Tally


def counts(amount: Amount) -> tuple[Counted, ...]:
    """The counts that an amount is made of, each with the sign that its steps have on the points."""
    match amount:
        case Fixed() | Judged() | Linear() | Tally():
            return ()
        case Counted():
            return (amount,)
        case Growing(counted, firsts):
            least = min((p for p in (*firsts, counted.points) if p), key=abs, default=Fraction(0))
            return (evolve(counted, points=least),)
        case Multiplied(counted, times):
            return (counted, evolve(times, points=counted.points))
        case Weighed(counted, parts):
            return (counted, *parts)
        case Sloped(_, _, missed, beyond):
            return tuple(count for count in (missed, beyond) if count is not None)


def amount_atoms(amount: Amount) -> tuple[Literals, ...]:
    """The literals of the conditions inside an amount."""
    return tuple(atom for condition in amount_conditions(amount) for atom in atoms(condition))


def amount_conditions(amount: Amount) -> tuple[Condition, ...]:
    """The conditions inside an amount: the threshold of slopes, those that a tally counts."""
    if isinstance(amount, Tally):
        return amount.parts
    return (amount.met,) if isinstance(amount, Sloped) else ()


def amount_facts(amount: Amount) -> tuple[str, ...]:
    """The facts that an amount reads."""
    found = [atom.fact for atom in amount_atoms(amount)]
    if isinstance(amount, Judged | Linear):
        found.append(amount.fact)
    found += [count.fact for count in counts(amount)]
    return tuple(dict.fromkeys(found))


def takes_off(amount: Amount) -> bool:
    """Whether an amount is a deduction."""
    match amount:
        case Fixed(points) | Counted(points) | Tally(points):
            return points < 0
        case Judged(_, sign):
            return sign < 0
        case Multiplied(counted) | Weighed(counted):
            return counted.points < 0
        case Growing(counted, firsts):
            return min(*firsts, counted.points, Fraction(0)) < 0
        case Linear():
            return min(amount.levels) < 0
        case Sloped():
            return False


def endless(amount: Amount, sign: int) -> tuple[Counted, ...]:
    """The counts that without end raise an amount without end, or lower it with `sign` −1."""
    match amount:
        case Fixed() | Judged() | Linear() | Tally():
            return ()
        case Counted() | Multiplied():
            return tuple(count for count in counts(amount) if count.points * sign > 0)
        case Growing(counted, _, rise):
            return (counted,) if (counted.points + rise) * sign > 0 else ()
        case Weighed(counted):
            return (counted,) if counted.points * sign > 0 else ()
        case Sloped(_, _, _, beyond):
            return (beyond,) if beyond is not None and sign > 0 else ()
