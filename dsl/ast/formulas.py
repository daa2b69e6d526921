"""Formulas of 计算 as written."""

import datetime
from fractions import Fraction
from typing import Literal

from attrs import frozen

from zhunsheng.dsl.ast.conditions import FactMention
from zhunsheng.dsl.ast.spans import span_field
from zhunsheng.runtime.source import Span


@frozen
class Operand:
    """A fact in a formula."""

    fact: FactMention
    span: Span = span_field()


@frozen
class Constant:
    """A number in a formula; 15% is 3/20."""

    value: Fraction
    span: Span = span_field()


@frozen
class FullScore:
    """The full mark of the indicator in a formula (得分＝满分×【完成率】)."""

    span: Span = span_field()


@frozen
class Day:
    """A day in a formula (2020年1月1日)."""

    value: datetime.date
    span: Span = span_field()


@frozen
class Streak:
    """How often a 清单 of dates has so many consecutive days (【登录日期】的连续10天次数)."""

    fact: FactMention
    days: int
    span: Span = span_field()


@frozen
class Within:
    """How many items of a 清单 with dates lie in the last years (近三年的【奖项】), or, where the fact is a `single`
    date, whether it does: 1 or 0."""

    fact: FactMention
    years: int
    single: bool = False
    span: Span = span_field()


@frozen
class Binary:
    """Two formulas joined by ＋ － × ÷."""

    operator: Literal["+", "-", "*", "/"]
    left: "Formula"
    right: "Formula"
    span: Span = span_field()


@frozen
class Measured:
    """One fact measured by another, as a sentence asks for it: their difference, the one as a multiple, a share or a
    ratio of the other, or how much of the other lies between them, upwards or, where it `falls`, downwards."""

    kind: Literal["difference", "multiple", "share", "growth", "growth_multiple", "ratio"]
    fact: FactMention
    reference: FactMention
    falls: bool = False
    span: Span = span_field()


Formula = Operand | Constant | FullScore | Day | Streak | Within | Binary | Measured


@frozen
class Rounded:
    """保留两位小数（四舍五入）, 修约到0.5: rounding to whole multiples of `unit`; `rule` is None where the words
    name none."""

    unit: Fraction
    rule: Literal["四舍五入", "进舍规则", "舍去", "进一"] | None
    span: Span = span_field()


@frozen
class Definition:
    """A line of 计算: 【甲】＝【乙】÷【丙】，保留两位小数（四舍五入）."""

    fact: FactMention
    formula: Formula
    text: str
    rounded: Rounded | None = None
    span: Span = span_field()
