"""Printing a fact's value with its unit (4种, 86%, 是)."""

import datetime
from fractions import Fraction

from zhunsheng.runtime.facts import FactSpec, FactType, Value
from zhunsheng.runtime.numbers import percent, shown
from zhunsheng.runtime.support import NotApplicable


def shown_value(spec: FactSpec, value: Value) -> str:
    """A value as an assessor reads it."""
    if isinstance(value, NotApplicable):
        return "不适用"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | Fraction):
        return percent(value) if spec.type is FactType.PERCENT else f"{shown(value)}{spec.unit}"
    return value.isoformat() if isinstance(value, datetime.date) else value


def number_in_unit(spec: FactSpec, value: Fraction) -> str:
    """A bound of a clause in the fact's unit."""
    return percent(value) if spec.type is FactType.PERCENT else f"{shown(value)}{spec.unit}"
