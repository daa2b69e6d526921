"""What a generated row module imports of ours: how a row is laid out, and what is raised where one cannot be scored.

A row (一行数据) is a tuple of whole numbers, truth values and None, a field for each fact, as a database or a decoder
hands them over. Numbers are whole ones of 1/scale; None is 不适用, where the fact may be that.
"""

import datetime
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from zhunsheng.runtime.support import NA, WrongFact, missing

if TYPE_CHECKING:
    # A whole number of 64 bits to mypyc; an int where the module is not compiled.
    from mypy_extensions import i64

    from zhunsheng.runtime.facts import Value
else:
    i64 = int

__all__ = [
    "Field",
    "NoResult",
    "Scored",
    "Traced",
    "as_row",
    "i64",
    "no_result",
    "wrong_length",
    "wrong_value",
]

#: What ``score`` of a row module returns: total in 1/TOTAL_SCALE points, tier, whether all binding requirements are met.
Scored = tuple[int, str | None, bool]
#: What ``trace`` returns: the same three, the total and the tier before vetoes, which of VETOES hold, which of
#: REQUIREMENTS are met, the scores of INDICATORS and what each of CLAUSES gives, both in 1/POINT_SCALE points.
Traced = tuple[
    int,
    str | None,
    bool,
    int,
    str | None,
    tuple[bool, ...],
    tuple[bool, ...],
    tuple[int, ...],
    tuple[int, ...],
]


class Field(NamedTuple):
    """A fact as a field of a row: its name, its type's name, what 1 is divided by, the ends of the whole number, whether
    0 may stand though it is outside them, whether it may be 不适用 (None), and the options, which are given by place."""

    name: str
    type: str
    scale: int
    low: int
    high: int
    or_zero: bool
    allows_na: bool
    options: tuple[str, ...]


class NoResult(ValueError):
    """A row of usable facts that has no score: a division by zero, or a derived fact out of its range."""


def wrong_length(row: Sequence[object], expected: int) -> WrongFact:
    """The exception for a row that is not one of this standard."""
    return WrongFact(f"这一行有{len(row)}个值，应有{expected}个，按 FIELDS 的顺序")


def wrong_value(field: Field, value: object) -> WrongFact:
    """The exception for a value that its field cannot have."""
    if field.type in ("是否", "评判"):
        expected = "True 或 False"
    else:
        unit = "" if field.scale == 1 else f"（单位是 1/{field.scale}）"
        zero = "，或者0" if field.or_zero else ""
        expected = f"{field.low}到{field.high}的整数{unit}{zero}"
    absent = "，不适用写 None" if field.allows_na else ""
    return WrongFact(f"数据项“{field.name}”的值 {value!r} 不可用，应为{expected}{absent}")


def no_result() -> NoResult:
    """The exception for a row without a score."""
    return NoResult("由这一行算不出结果：除数为0，或者推算出的数超出范围；用 zhunsheng score 看原因")


def as_row(fields: Sequence[Field], facts: "Mapping[str, Value]") -> tuple[int | bool | None, ...]:
    """The row of a mapping of exact facts; a number finer than its field holds is refused, never rounded."""
    return tuple(_in_row(field, facts) for field in fields)


def _in_row(field: Field, facts: "Mapping[str, Value]") -> int | bool | None:
    if field.name not in facts:
        raise missing(field.name)
    value = facts[field.name]
    if value is NA:
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, datetime.date):
        return value.toordinal()
    if isinstance(value, int | Fraction):
        scaled = Fraction(value) * field.scale
        if scaled.denominator == 1:
            return scaled.numerator
        raise WrongFact(f"数据项“{field.name}”的值 {value} 比 1/{field.scale} 还细，这一行写不下")
    if value in field.options:
        return field.options.index(value)
    raise wrong_value(field, value)
