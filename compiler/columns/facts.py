"""Facts as columns: how each is held, and derived facts worked out from them.

A number is held as a whole number of 1/scale, a 选项 as the place of its option, a 日期 as its ordinal day, a yes or
no as a truth value. A fact that may be 不适用 has a truth column beside it; its number is then 0.
"""

import datetime
from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor

from attrs import field, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.columns import ratios
from zhunsheng.compiler.columns.expressions import (
    NO,
    YES,
    Field,
    Flag,
    Number,
    Truth,
    Whole,
    every,
    minus,
    opposite,
    some,
)
from zhunsheng.compiler.columns.ratios import Ratio
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


@frozen
class Held:
    """What expressions know of a fact: its number, its truth, and whether it is 不适用."""

    ratio: Ratio
    truth: Truth
    absent: Truth
    options: tuple[str, ...] = ()


def held(own: Input) -> Held:
    """A fact that stands in a column."""
    absent: Truth = NO if own.na is None else Flag(own.na)
    number = Field(own.name, *own.ends)
    return Held(
        Ratio(number, Number(own.scale)), Flag(own.name) if own.truth else NO, absent, own.spec.choices
    )


class Unsupported(Exception):
    """A construct that columns cannot work out exactly; its name is the message."""


def derived(item: ir.Derived, facts: Mapping[str, Held], spec: FactSpec) -> tuple[Held, Truth]:
    """A derived fact, and where it has a value in its range."""
    ratio, sound = _formula(item.formula, facts)
    if item.rounding is not None:
        ratio = ratios.rounded(ratio, item.rounding)
    absent = some(facts[name].absent for name in ir.formula_facts(item.formula))
    inside = [ratios.compared(ratio, ">=", spec.low)] if spec.low is not None else []
    inside += [ratios.compared(ratio, "<=", spec.high)] if spec.high is not None else []
    return Held(ratio, NO, absent), some((absent, every((sound, *inside))))


def _formula(formula: ir.Formula, facts: Mapping[str, Held]) -> tuple[Ratio, Truth]:
    match formula:
        case ir.Ref(fact):
            return facts[fact].ratio, YES
        case ir.Const(value):
            return ratios.of(value), YES
        case ir.Arith(operator, left, right):
            a, first = _formula(left, facts)
            b, second = _formula(right, facts)
            if operator == "/":
                ratio, third = ratios.divided(a, b)
                return ratio, every((first, second, third))
            made = (
                ratios.product(a, b) if operator == "*" else ratios.plus(a, b, 1 if operator == "+" else -1)
            )
            return made, every((first, second))
        case ir.Elapsed(start, end, "天", size):
            days = minus(_day(end, facts), _day(start, facts))
            return Ratio(days, Number(size)), YES
        case ir.Elapsed():
            raise Unsupported("按月计的时长（日期之间隔几个月、几年）")
        case ir.Streaks():
            raise Unsupported("清单里日期的连续天数（每连续10天）")
        case ir.Recent():
            raise Unsupported("清单里日期在近几年内的项数（近三年）")


def _day(end: str | datetime.date, facts: Mapping[str, Held]) -> Whole:
    return Number(end.toordinal()) if isinstance(end, datetime.date) else facts[end].ratio.above


def there(fact: Held, test: Truth) -> Truth:
    """A test that a 不适用 fact does not pass."""
    return every((opposite(fact.absent), test))
