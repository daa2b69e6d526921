"""Printing a fact's value with its unit (4种, 86%, 是)."""

import datetime
from fractions import Fraction

from zhunsheng.runtime.facts import FactSpec, FactType, Value
from zhunsheng.runtime.numbers import RATIO, decimal, percent, ratio, shown
from zhunsheng.runtime.support import NotApplicable


def shown_value(spec: FactSpec, value: Value) -> str:
    """A value as an assessor reads it."""
    if isinstance(value, NotApplicable):
        return "不适用"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | Fraction):
        return number_in_unit(spec, value)
    return value.isoformat() if isinstance(value, datetime.date) else value


def number_in_unit(spec: FactSpec, value: int | Fraction) -> str:
    """A number in the fact's unit: a value, or the bound of a clause."""
    if spec.type is FactType.PERCENT:
        return percent(value)
    if spec.unit == RATIO:
        return ratio(value)
    if spec.type is FactType.DURATION and spec.unit in _MONTHS and not decimal(value).exact:
        return _years_and_months(Fraction(value) * _MONTHS[spec.unit])
    if spec.type is FactType.MONEY and spec.unit == "元":
        return _money(value)
    return shown(value, spec.unit)


#: Large units of money, and the finest amount that is told in them: four decimals at most.
_LARGE = (("亿元", 10**8, 10**4), ("万元", 10**4, 1))


def _money(value: int | Fraction) -> str:
    """An amount as people say it: 10000000元 is 1000万元. What would need many decimals stays in 元."""
    for unit, size, finest in _LARGE:
        if abs(Fraction(value)) >= size and Fraction(value, finest).denominator == 1:
            return f"{shown(Fraction(value, size))}{unit}"
    return shown(value, "元")


#: Units of time that are counted in months.
_MONTHS = {"年": 12, "个月": 1, "月": 1}


def _years_and_months(months: Fraction) -> str:
    """A stretch of time by corresponding days, exactly: 2年4个月又1/31个月."""
    whole = abs(months).__floor__()
    years, rest, share = whole // 12, whole % 12, abs(months) - whole
    words = (f"{years}年" if years else "") + (f"{rest}个月" if rest else "")
    if share:
        words += f"{'又' if words else ''}{share}个月"
    return ("-" if months < 0 else "") + words
