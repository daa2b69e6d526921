"""What a fact is (类型、单位、范围), and how the quantities of clauses are converted to its unit."""

from fractions import Fraction

from attrs import frozen

from zhunsheng.dsl.words import ALIKE_UNITS, DURATION_UNITS, MONEY_UNITS, PERCENT_POINTS
from zhunsheng.runtime.facts import FactType, Handed
from zhunsheng.runtime.numbers import RATIO
from zhunsheng.runtime.source import Span

#: Units of money: how many 元 each is.
MONEY = {"元": Fraction(1), "万元": Fraction(10_000), "亿元": Fraction(10**8)}


@frozen
class Typed:
    """What a fact is: enough to read its values and to convert the quantities of clauses."""

    name: str
    type: FactType
    unit: str
    low: Fraction | None
    high: Fraction | None
    question: str
    evidence: str
    note: str
    allows_na: bool
    holistic: bool
    choices: tuple[str, ...]
    listed: bool
    span: Span
    handed: Handed | None = None
    #: A 清单 whose items each come with a date.
    dated: bool = False


def kind_of_unit(unit: str) -> FactType:
    """The type that a unit speaks of."""
    if unit == "%" or unit in PERCENT_POINTS:
        return FactType.PERCENT
    if unit in MONEY_UNITS or unit in MONEY:
        return FactType.MONEY
    if unit in DURATION_UNITS:
        return FactType.DURATION
    return FactType.QUANTITY if unit in ("分", RATIO) else FactType.COUNT


def convert(value: Fraction, unit: str, fact: Typed) -> Fraction | None:
    """A quantity of a clause in the fact's own unit; None where the units do not go together."""
    if not value and not unit:
        return value
    if fact.type is FactType.PERCENT:
        return value / 100 if kind_of_unit(unit) is FactType.PERCENT else None
    if not unit:
        # A bare number in a table is in the fact's own unit.
        return value
    if ALIKE_UNITS.get(unit, unit) == ALIKE_UNITS.get(fact.unit, fact.unit) or (
        not fact.unit and fact.type.whole
    ):
        return value
    if fact.unit == RATIO and unit == "%":
        return value / 100  # 二十分之一 of a ratio is 1:20
    if fact.type is FactType.MONEY and unit in MONEY and fact.unit in MONEY:
        return value * MONEY[unit] / MONEY[fact.unit]
    if fact.type is FactType.DURATION and unit in DURATION_UNITS and fact.unit in DURATION_UNITS:
        base, size = DURATION_UNITS[unit]
        own_base, own_size = DURATION_UNITS[fact.unit]
        return value * Fraction(size, own_size) if base == own_base else None
    return None
