"""The 2017 standard once more, for the tools that ``peers.py`` measures: each indicator once, each tool with a writer.

A writer makes a tool's own form of an expression: text (zen, CEL, rule-engine, SQL), a JsonLogic tree, or columns
(numpy, OpenFisca). Every form comes in two scales: *natural*, as people write it (0.6, weights of 0.05), and *whole*,
in which the numbers are given as whole ten-thousandths, hundredths and thousandths so that a tool that knows
only binary floats or truncating integers stays exact.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from operator import add
from typing import Any, Protocol

import handwritten
from attrs import field, frozen

from zhunsheng.runtime.support import NA

#: The facts by names that every tool takes as identifiers, in the order of ``handwritten.NAMES``.
FACTS = tuple(
    """channels matches plan elements fees share discount experts years licence staffing site equipment resources
    spending accounts other on_time goals adjusted system standard process complaints strict records opinions survey
    sat outside ledger files firms growth events freq basic beyond extra training sessions planning ideas awards
    losses offence""".split()
)
#: How many parts of one a number is given in, in the whole scale; the others are counts and truth values.
PARTS = {
    **dict.fromkeys(("elements", "discount", "staffing", "resources", "other", "extra"), 1000),
    **dict.fromkeys(("share", "sat", "outside", "growth"), 10_000),
    **dict.fromkeys(("years", "freq"), 100),
}
POINT = 1000
#: What a total of 1 is in the whole scale: points in thousandths times weights in hundredths.
TOTAL = POINT * 100
TIERS = ("不合格", "合格", "优秀")


class Writer(Protocol):
    """How a tool writes expressions; what they are is the tool's own business."""

    @property
    def whole(self) -> bool:
        """Whether numbers are whole."""

    def fact(self, name: str) -> Any:
        """A fact."""

    def number(self, value: Fraction) -> Any:
        """A constant."""

    def given(self, name: str) -> Any:
        """Whether a truth value that may be 不适用 is true."""

    def absent(self, name: str) -> Any:
        """Whether a number is 不适用."""

    def add(self, *parts: Any) -> Any:
        """A sum."""

    def times(self, number: Any, part: Any) -> Any:
        """A product."""

    def least(self, one: Any, other: Any) -> Any:
        """The smaller of two numbers."""

    def steps(self, number: Any, start: Any, step: Any) -> Any:
        """How many whole steps a number is above a start; only asked for where it is above."""

    def at_least(self, one: Any, other: Any) -> Any:
        """one ≥ other."""

    def either(self, one: Any, other: Any) -> Any:
        """Whether one of two holds."""

    def choose(self, condition: Any, one: Any, other: Any) -> Any:
        """One where the condition holds, else the other."""

    def tier(self, index: int) -> Any:
        """A tier."""


def points(w: Writer, number: int) -> Any:
    """Points as a constant."""
    return w.number(Fraction(number * (POINT if w.whole else 1)))


def bound(w: Writer, fact: str, number: str) -> Any:
    """A constant that a fact is compared with."""
    return w.number(Fraction(number) * (PARTS.get(fact, 1) if w.whole else 1))


def yes(w: Writer, fact: str, number: int) -> Any:
    """Points for a fact that is true."""
    return when(w, w.fact(fact), points(w, number))


def when(w: Writer, condition: Any, value: Any) -> Any:
    """A value, or 0."""
    return w.choose(condition, value, w.number(Fraction(0)))


def reach(w: Writer, fact: str, number: str, value: int) -> Any:
    """Points for a number that reaches a bound."""
    return when(w, w.at_least(w.fact(fact), bound(w, fact, number)), points(w, value))


def each(w: Writer, number: int, fact: str) -> Any:
    """Points for each one of a count."""
    return w.times(points(w, number), w.fact(fact))


def further(w: Writer, fact: str, start: str, step: str) -> Any:
    """10 points for each whole step above a start."""
    number, low = w.fact(fact), bound(w, fact, start)
    steps = w.times(points(w, 10), w.steps(number, low, bound(w, fact, step)))
    return when(w, w.at_least(number, low), steps)


def cap(w: Writer, *parts: Any) -> Any:
    """A sum of at most 100 points."""
    return w.least(w.add(*parts), points(w, 100))


def firms(w: Writer) -> Any:
    """50 points from 100 firms, 10 for each 100 more, at most 80."""
    return w.least(w.add(reach(w, "firms", "100", 50), further(w, "firms", "100", "100")), points(w, 80))


def evaluation(w: Writer) -> Any:
    """Satisfaction; nothing where an outside survey found less than 60%."""
    own = cap(w, yes(w, "survey", 50), reach(w, "sat", "0.6", 20), further(w, "sat", "0.7", "0.1"))
    enough = w.at_least(w.fact("outside"), bound(w, "outside", "0.6"))
    return when(w, w.either(w.absent("outside"), enough), own)


#: One function for each indicator; the limit of 100 stands where it can be passed.
INDICATORS: tuple[Callable[[Writer], Any], ...] = (
    lambda w: cap(w, each(w, 20, "channels")),
    lambda w: cap(w, each(w, 5, "matches")),
    lambda w: cap(w, yes(w, "plan", 30), w.fact("elements")),
    lambda w: cap(w, yes(w, "fees", 50), reach(w, "share", "0.1", 30), w.fact("discount")),
    lambda w: cap(
        w,
        yes(w, "experts", 50),
        reach(w, "years", "1", 30),
        when(w, w.given("licence"), points(w, 10)),
        w.fact("staffing"),
    ),
    lambda w: cap(w, yes(w, "site", 50), yes(w, "equipment", 40), w.fact("resources")),
    lambda w: cap(w, yes(w, "spending", 50), yes(w, "accounts", 40), w.fact("other")),
    lambda w: w.add(yes(w, "on_time", 50), yes(w, "goals", 30), yes(w, "adjusted", 20)),
    lambda w: w.add(
        yes(w, "system", 40), yes(w, "standard", 20), yes(w, "process", 20), yes(w, "complaints", 20)
    ),
    lambda w: cap(w, when(w, w.fact("strict"), each(w, 2, "records")), each(w, 5, "opinions")),
    evaluation,
    lambda w: cap(w, yes(w, "ledger", 50), each(w, 5, "files")),
    lambda w: w.add(firms(w), reach(w, "growth", "0.1", 10), reach(w, "events", "1", 10)),
    lambda w: cap(w, reach(w, "freq", "1", 50), reach(w, "freq", "1.5", 30), further(w, "freq", "2", "1")),
    lambda w: cap(w, yes(w, "basic", 60), yes(w, "beyond", 30), w.fact("extra")),
    lambda w: cap(w, when(w, w.fact("training"), each(w, 20, "sessions"))),
    lambda w: cap(w, yes(w, "planning", 40), each(w, 40, "ideas"), each(w, 20, "awards")),
)


def total(w: Writer, scores: list[Any]) -> Any:
    """The weighted sum of the indicators' scores."""
    weights = [w.number(Fraction(n) if w.whole else Fraction(n, 100)) for n in handwritten.WEIGHTS]
    return w.add(*(w.times(weight, score) for weight, score in zip(weights, scores, strict=True)))


def tier(w: Writer, value: Any) -> Any:
    """The tier of a total."""
    scale = TOTAL if w.whole else 1
    passed = w.at_least(value, w.number(Fraction(60 * scale)))
    best = w.at_least(value, w.number(Fraction(80 * scale)))
    by_total = w.choose(best, w.tier(2), w.choose(passed, w.tier(1), w.tier(0)))
    return w.choose(w.either(w.fact("losses"), w.fact("offence")), w.tier(0), by_total)


def given(facts: Mapping[str, Any], whole: bool, number: Callable[[Any], Any], absent: Any) -> dict[str, Any]:
    """An applicant's facts as a tool takes them: short names, numbers in the scale, `absent` for 不适用."""
    result: dict[str, Any] = {}
    for name, own in zip(FACTS, handwritten.NAMES, strict=True):
        value = facts[own]
        if value is NA:
            result[name] = absent
        elif type(value) is bool:
            result[name] = value
        elif whole:
            scaled = Fraction(value) * PARTS.get(name, 1)
            assert scaled.denominator == 1, own
            result[name] = scaled.numerator
        else:
            result[name] = number(value)
    return result


@frozen
class Text:
    """Expressions as text; the forms are templates of the tool's language."""

    whole: bool
    #: Both arguments of the smaller of two; number, start and step of whole steps.
    smaller: str
    whole_steps: str
    choice: str = "({0} ? {1} : {2})"
    or_word: str = "or"
    none: str = "{0} == null"
    true: str = "{0} == true"
    name: str = "{0}"
    #: Whether constants must be told from whole numbers by their point.
    point: bool = False
    #: How a tier is written.
    codes: bool = False

    def fact(self, name: str) -> str:
        return self.name.format(name)

    def number(self, value: Fraction) -> str:
        text = str(value.numerator) if value.denominator == 1 else str(float(value))
        return f"{text}.0" if self.point and not self.whole and "." not in text else text

    def given(self, name: str) -> str:
        return f"({self.true.format(self.fact(name))})"

    def absent(self, name: str) -> str:
        return f"({self.none.format(self.fact(name))})"

    def add(self, *parts: str) -> str:
        return f"({' + '.join(parts)})" if len(parts) > 1 else parts[0]

    def times(self, number: str, part: str) -> str:
        return f"{number} * {part}"

    def least(self, one: str, other: str) -> str:
        return self.smaller.format(one, other)

    def steps(self, number: str, start: str, step: str) -> str:
        return f"({self.whole_steps.format(number, start, step)})"

    def at_least(self, one: str, other: str) -> str:
        return f"({one} >= {other})"

    def either(self, one: str, other: str) -> str:
        return f"({one} {self.or_word} {other})"

    def choose(self, condition: str, one: str, other: str) -> str:
        return self.choice.format(condition, one, other)

    def tier(self, index: int) -> str:
        return str(index) if self.codes else f'"{TIERS[index]}"'


@frozen
class ByClause(Text):
    """Text in which every part of a sum is an expression of its own, so that a trace shows the points of each clause."""

    parts: dict[str, str] = field(factory=dict)

    def add(self, *parts: str) -> str:
        names = []
        for part in parts:
            names.append(f"$.c{len(self.parts)}")
            self.parts[f"c{len(self.parts)}"] = part
        return super().add(*names)


@frozen
class Tree:
    """JsonLogic."""

    whole: bool

    def fact(self, name: str) -> Any:
        return {"var": name}

    def number(self, value: Fraction) -> Any:
        return value.numerator if value.denominator == 1 else float(value)

    def given(self, name: str) -> Any:
        return {"===": [self.fact(name), True]}

    def absent(self, name: str) -> Any:
        return {"===": [self.fact(name), None]}

    def add(self, *parts: Any) -> Any:
        return {"+": list(parts)} if len(parts) > 1 else parts[0]

    def times(self, number: Any, part: Any) -> Any:
        return {"*": [number, part]}

    def least(self, one: Any, other: Any) -> Any:
        return {"min": [one, other]}

    def steps(self, number: Any, start: Any, step: Any) -> Any:
        return {"floor": [{"/": [{"-": [number, start]}, step]}]}

    def at_least(self, one: Any, other: Any) -> Any:
        return {">=": [one, other]}

    def either(self, one: Any, other: Any) -> Any:
        return {"or": [one, other]}

    def choose(self, condition: Any, one: Any, other: Any) -> Any:
        return {"if": [condition, one, other]}

    def tier(self, index: int) -> Any:
        return TIERS[index]


@frozen
class Columns:
    """numpy arrays: whole numbers in 32 bits, else float64. A truth column is 0 where it may be 不适用."""

    whole: bool
    column: Callable[[str], Any]
    numpy: Any

    def fact(self, name: str) -> Any:
        return self.column(name)

    def number(self, value: Fraction) -> Any:
        return self.numpy.int32(value) if self.whole else float(value)

    def given(self, name: str) -> Any:
        return self.fact(name)

    def absent(self, name: str) -> Any:
        # −1 stands for 不适用 in a whole column, which has no NaN.
        return self.fact(name) < 0 if self.whole else self.numpy.isnan(self.fact(name))

    def add(self, *parts: Any) -> Any:
        return reduce(add, parts)

    def times(self, number: Any, part: Any) -> Any:
        return number * part

    def least(self, one: Any, other: Any) -> Any:
        return self.numpy.minimum(one, other)

    def steps(self, number: Any, start: Any, step: Any) -> Any:
        return (number - start) // step if self.whole else self.numpy.floor((number - start) / step)

    def at_least(self, one: Any, other: Any) -> Any:
        return one >= other

    def either(self, one: Any, other: Any) -> Any:
        return one | other

    def choose(self, condition: Any, one: Any, other: Any) -> Any:
        # A product with a truth column is quicker than where().
        if isinstance(other, int | float | self.numpy.integer) and other == 0:
            return condition * one
        return self.numpy.where(condition, one, other)

    def tier(self, index: int) -> Any:
        return self.numpy.int8(index)
