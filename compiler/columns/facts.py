"""Facts as columns: how each is held, and derived facts worked out from them.

A number is held as a whole number of 1/scale, a 选项 as the place of its option, a 日期 as its ordinal day, a yes or
no as a truth value. A fact that may be 不适用 has a truth column beside it; its number is then 0.
"""

import datetime
from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import ceil, floor
from typing import assert_never

from attrs import evolve, field, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.columns import dates, ratios
from zhunsheng.compiler.columns.expressions import (
    NO,
    ONE,
    YES,
    ZERO,
    Field,
    Flag,
    Number,
    Truth,
    Whole,
    every,
    holds,
    minus,
    opposite,
    quotient,
    some,
    times,
)
from zhunsheng.compiler.columns.held import Held
from zhunsheng.compiler.columns.ratios import Ratio
from zhunsheng.compiler.columns.steps import Steps
from zhunsheng.compiler.columns.support import Construct, Unsupported
from zhunsheng.runtime.facts import FactSpec, FactType


@frozen
class Input:
    """A fact as a column: its `name` in the plan, whole numbers of 1/`scale` from `low` to `high`, or 0 where there is none."""

    fact: str
    spec: FactSpec = field(repr=False)
    scale: int
    low: int
    high: int

    @property
    def name(self) -> str:
        """The column of its value."""
        return f"【{self.fact}】"

    @property
    def na(self) -> str | None:
        """The column that says whether it is 不适用, where it may be."""
        return f"【{self.fact}】不适用" if self.spec.allows_na else None

    @property
    def truth(self) -> bool:
        """Whether it is yes or no."""
        return self.spec.type.truth

    @property
    def ends(self) -> tuple[int, int]:
        """The ends of its column: where the fact has no value, 0 stands in it."""
        return min(0, self.low), max(0, self.high)


@frozen
class Fractions:
    """A fact that stands in two columns: numerators from `low` to `high`, and denominators from 1 to `most`."""

    low: int
    high: int
    most: int


def denominators(fact: str) -> str:
    """The column of a table with the denominators of a fact that stands in two."""
    return f"分母÷{fact}"


def as_fraction(spec: FactSpec, own: Fractions) -> tuple[tuple[Input, Input], Held]:
    """The two columns of a fact, and how expressions see it."""
    above = Input(spec.name, spec, 1, own.low, own.high)
    below = Input(denominators(spec.name), evolve(spec, allows_na=False), 1, 1, own.most)
    absent: Truth = NO if above.na is None else Flag(above.na)
    ratio = Ratio(Field(above.name, *above.ends), Field(below.name, 1, own.most))
    return (above, below), Held(ratio, NO, absent)


def as_input(spec: FactSpec, places: int, limit: int) -> Input:
    """How a fact is held whose numbers have so many decimals at most and stay within ±`limit` in its scale."""
    match spec.type:
        case FactType.YES_NO | FactType.JUDGED:
            return Input(spec.name, spec, 1, 0, 1)
        case FactType.CHOICE:
            return Input(spec.name, spec, 1, 0, max(len(spec.choices) - 1, 0))
        case FactType.DATE:
            return Input(spec.name, spec, 1, 1, datetime.date.max.toordinal())
    scale = 1 if spec.type.whole else 10**places
    low = Fraction(0) if spec.type.whole and spec.low is None else spec.low
    least = -limit if low is None else max(-limit, ceil(low * scale))
    most = limit if spec.high is None else min(limit, floor(spec.high * scale))
    return Input(spec.name, spec, scale, least, max(most, least))


def held(own: Input) -> Held:
    """A fact that stands in a column."""
    absent: Truth = NO if own.na is None else Flag(own.na)
    number = Field(own.name, *own.ends)
    truth: Truth = Flag(own.name) if own.truth else NO
    day = own.spec.type is FactType.DATE
    return Held(Ratio(number, Number(own.scale)), truth, absent, own.spec.choices, day)


def derived(steps: Steps, item: ir.Derived, facts: Mapping[str, Held], spec: FactSpec) -> tuple[Held, Truth]:
    """A derived fact, and where it has a value in its range."""
    ratio, sound = _Formulas(steps, item.fact, facts).ratio(item.formula)
    if item.rounding is not None:
        ratio = ratios.rounded(ratio, item.rounding)
    absent = some(facts[name].absent for name in ir.formula_facts(item.formula))
    inside = [ratios.compared(ratio, ">=", spec.low)] if spec.low is not None else []
    inside += [ratios.compared(ratio, "<=", spec.high)] if spec.high is not None else []
    if spec.type.whole:
        inside.append(holds("==", times(quotient(ratio.above, ratio.below), ratio.below), ratio.above))
    return Held(ratio, NO, absent), some((absent, every((sound, *inside))))


def places_hold(program: ir.Program, facts: Mapping[str, Held]) -> Iterator[Truth]:
    """Whether each place is one of as many as have one, where there are both facts."""
    for pair in ir.rankings(program):
        if all(spec.name in facts for spec in pair):
            place, size = (facts[spec.name] for spec in pair)
            a, b = place.ratio, size.ratio
            inside = holds("<=", times(a.above, b.below), times(b.above, a.below))
            yield some((place.absent, size.absent, inside))


class _Formulas:
    """Formulas of one derived fact; what is worked out on the way has names of its own."""

    def __init__(self, steps: Steps, name: str, facts: Mapping[str, Held]) -> None:
        self.steps = steps
        self.name = name
        self.facts = facts
        self.times = 0

    def ratio(self, formula: ir.Formula) -> tuple[Ratio, Truth]:
        """A formula's value, and where it has one."""
        match formula:
            case ir.Ref(fact):
                return self.facts[fact].ratio, YES
            case ir.Const(value):
                return ratios.of(value), YES
            case ir.Arith(operator, left, right):
                return self._joined(operator, left, right)
            case ir.Elapsed(start, end, base, size):
                first, last = self._day(start), self._day(end)
                if base == "天":
                    return Ratio(minus(last, first), Number(size)), YES
                self.times += 1
                return dates.months(self.steps, f"【{self.name}】{self.times}", first, last, size), YES
            case ir.Streaks():
                raise Unsupported(Construct.STREAKS)
            case ir.Recent(fact, day, years, by) if self.facts[fact].day:
                self.times += 1
                name = f"【{self.name}】{self.times}"
                found = dates.recent(self.steps, name, self._day(fact), self._day(day), years, by)
                return Ratio(found, ONE), YES
            case ir.Recent():
                raise Unsupported(Construct.RECENT_ITEMS)
            case _:
                assert_never(formula)

    def _joined(self, operator: str, left: ir.Formula, right: ir.Formula) -> tuple[Ratio, Truth]:
        a, first = self.ratio(left)
        b, second = self.ratio(right)
        if operator in ("/", "÷"):
            made, third = ratios.divided(a, b)
            above = holds(">", b.above, ZERO) if operator == "÷" else YES
            return made, every((first, second, third, above))
        made = ratios.product(a, b) if operator == "*" else ratios.plus(a, b, 1 if operator == "+" else -1)
        return made, every((first, second))

    def _day(self, end: str | datetime.date) -> Whole:
        return Number(end.toordinal()) if isinstance(end, datetime.date) else self.facts[end].ratio.above


def there(fact: Held, test: Truth) -> Truth:
    """A test that a 不适用 fact does not pass."""
    return every((opposite(fact.absent), test))
