"""The formulas of derived facts (计算) in the IR: arithmetic, dates, streaks, and rounding by a named rule."""

import datetime
from fractions import Fraction
from typing import Literal

from attrs import frozen

from zhunsheng.runtime.support import rounded

Period = Literal["按日", "按年度", "含当年"]
RoundingRule = Literal["四舍五入", "进舍规则", "舍去", "进一"]

# ---- formulas of derived facts, and rounding


@frozen
class Rounding:
    """Rounds once to whole multiples of `unit` by the absolute value: half up, half to even (GB/T 8170),
    down or up."""

    unit: Fraction
    rule: RoundingRule

    def of(self, value: Fraction | int) -> Fraction:
        """A number rounded."""
        return Fraction(rounded(Fraction(value), self.unit, self.rule))


@frozen
class Limit:
    """A limit as printed, to which a value is compared after rounding (修约值比较法)."""

    operator: Literal[">=", ">", "<=", "<", "=="]
    bound: Fraction
    rounding: Rounding


@frozen
class Ref:
    """The value of a fact."""

    fact: str


@frozen
class Const:
    """A number."""

    value: Fraction


@frozen
class Arith:
    """Two formulas joined by an operator; a division by zero is 无法评定. `÷` divides by what is above 0 only, since
    a part or a multiple of anything else is none: 无法评定 too."""

    operator: Literal["+", "-", "*", "/", "÷"]
    left: "Formula"
    right: "Formula"


@frozen
class Elapsed:
    """The time from `start` to `end`, each a 日期 fact or a day itself, in units of `size` 月 or 天.

    Months are counted by corresponding days (民法典第200至204条), with the share of the month that is not full;
    negative where `end` lies before `start`.
    """

    start: str | datetime.date
    end: str | datetime.date
    base: Literal["月", "天"]
    size: int


@frozen
class Streaks:
    """Of a 清单 of dates: Σ ⌊days ÷ length⌋ over its longest runs of consecutive days, each date once."""

    fact: str
    length: int


@frozen
class Recent:
    """How many items of a 清单 with dates (or whether the date of a 日期 fact, 1 or 0) lie in the years before
    the date `day`: the last `years` years to the day (按日), the calendar years before that of the day
    (按年度), or the calendar years that end with it (含当年); never later than the day."""

    fact: str
    day: str
    years: int
    by: Period


Formula = Ref | Const | Arith | Elapsed | Streaks | Recent


@frozen
class Derived:
    """A derived fact (计算), rounded once where its line says so."""

    fact: str
    formula: Formula
    text: str
    rounding: Rounding | None = None


def formula_facts(formula: Formula) -> tuple[str, ...]:
    """The facts a formula reads."""
    match formula:
        case Ref(fact) | Streaks(fact):
            return (fact,)
        case Const():
            return ()
        case Elapsed(start, end):
            return tuple(dict.fromkeys(name for name in (start, end) if isinstance(name, str)))
        case Recent(fact, day):
            return (fact, day)
        case Arith(_, left, right):
            return tuple(dict.fromkeys(formula_facts(left) + formula_facts(right)))


def listed_facts(formula: Formula) -> frozenset[str]:
    """The facts of which a formula reads the dates of the items, not how many there are."""
    match formula:
        case Streaks(fact) | Recent(fact):
            return frozenset((fact,))
        case Arith(_, left, right):
            return listed_facts(left) | listed_facts(right)
        case Ref() | Const() | Elapsed():
            return frozenset()
