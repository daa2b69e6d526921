"""Conditions for the naive evaluator: plain data, their opposites and conjunctions."""

from dataclasses import dataclass, field
from fractions import Fraction


class Unread(Exception):
    """Words of a rule file, or a reading left open, of which the semantics page does not say what they mean."""


@dataclass(frozen=True)
class End:
    """One end of a range of numbers."""

    number: Fraction
    included: bool


@dataclass
class Atom:
    """A condition on one fact: one of some options, a range (区间), or, with neither, yes or no."""

    fact: str
    negated: bool = False
    low: End | None = None
    high: End | None = None
    options: tuple[str, ...] = ()
    #: 修约值比较法: the last printed place of the limits.
    place: Fraction | None = None
    #: 达到70%后: says where steps begin.
    after: bool = False
    #: 恰为N, 为N: bands leave it as it is.
    exact: bool = False
    #: 1人的: a bare number, read as 单值 says.
    single: bool = False
    #: The printed words of an upper end of a range that do not say whether it belongs (3～5次), in the rule's words.
    bare: str = ""
    #: Its lower end does not say so either.
    bare_low: bool = False
    #: The end behind which 以此类推 stopped, as if another band followed.
    followed: str = ""
    #: It is the opposite of what is printed.
    turned: bool = field(default=False, compare=False)
    #: The words that each end was printed with.
    words: dict[str, str] = field(default_factory=dict)

    @property
    def compares(self) -> bool:
        return self.low is not None or self.high is not None


@dataclass
class Joined:
    """Conditions joined by `且` or `或`; no conditions joined by 且 hold."""

    word: str
    parts: list["Condition"]


@dataclass
class Count:
    """How many of some conditions hold: at least `low`, at most `high`; `listed` is the number of their list."""

    low: int
    high: int
    parts: list["Condition"]
    listed: int = 0
    #: 1～2项: its ends do not say whether they include their numbers.
    bare: bool = False


@dataclass
class Demand:
    """On the scores of the indicators of a level (0: the leaves), or of one by its title: how many lie in a range.

    `how` is 全部, or how many at least. Rates are score ÷ full mark; else points.
    """

    level: int | str
    rate: bool
    low: End | None
    high: End | None
    how: str | int
    #: The tier that the scores would have, how it bounds them (以上, 低于, 为), and what 分项等级 says; the ends follow.
    tier: str = ""
    word: str = ""
    placed: str = ""


@dataclass
class Lacking:
    """A fact is 不适用, or, `negated`, is not."""

    fact: str
    negated: bool = False


Condition = Atom | Joined | Count | Demand | Lacking


def opposite(condition: Condition) -> Condition:
    """The opposite, pushed down to the facts: about one that is 不适用 it is false."""
    if isinstance(condition, Joined):
        return Joined("或" if condition.word == "且" else "且", [opposite(p) for p in condition.parts])
    if isinstance(condition, Count):
        n, counts = len(condition.parts), list[Condition]()
        if condition.low:  # more than n − low of them do not hold
            counts.append(Count(n - condition.low + 1, n, [opposite(p) for p in condition.parts]))
        if condition.high < n:
            counts.append(Count(condition.high + 1, n, condition.parts))
        return counts[0] if len(counts) == 1 else Joined("或", counts)
    if isinstance(condition, Lacking):
        return Lacking(condition.fact, not condition.negated)
    if isinstance(condition, Demand):
        raise Unread("the opposite of a demand on scores")
    if not condition.compares:
        return Atom(condition.fact, not condition.negated, options=condition.options)
    ends: list[Condition] = []
    if condition.low:
        ends.append(Atom(condition.fact, high=End(condition.low.number, not condition.low.included)))
    if condition.high:
        ends.append(Atom(condition.fact, low=End(condition.high.number, not condition.high.included)))
    for atom in ends:
        assert isinstance(atom, Atom)
        atom.place, atom.turned = condition.place, not condition.turned
    return ends[0] if len(ends) == 1 else Joined("或", ends)


def both(first: Condition | None, second: Condition | None) -> Condition | None:
    """Two conditions that must both hold."""
    if first is None or second is None:
        return first or second
    return Joined("且", [first, second])


def atoms_of(condition: Condition | None) -> list[Atom]:
    """The single conditions in a condition."""
    if condition is None or isinstance(condition, Demand | Lacking):
        return []
    if isinstance(condition, Atom):
        return [condition]
    return [atom for part in condition.parts for atom in atoms_of(part)]


def lacking_in(condition: Condition | None) -> bool:
    """Whether a condition asks for something 不适用."""
    if isinstance(condition, Joined | Count):
        return any(lacking_in(part) for part in condition.parts)
    return isinstance(condition, Lacking) and not condition.negated


def single(condition: Condition | None) -> list[Atom | Count]:
    """The single conditions in a condition, and the counts of lists as a whole."""
    if isinstance(condition, Joined):
        return [found for part in condition.parts for found in single(part)]
    return [condition] if isinstance(condition, Atom | Count) else []


def asks_scores(condition: Condition | None) -> bool:
    """Whether a demand on scores is among a condition's parts."""
    if isinstance(condition, Joined | Count):
        return any(asks_scores(part) for part in condition.parts)
    return isinstance(condition, Demand)
