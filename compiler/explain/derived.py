"""How a derived fact came about, with the numbers and dates put in, so that it can be worked out by hand."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from zhunsheng.compiler import ir
from zhunsheng.compiler.engine.derive import Operand
from zhunsheng.runtime.dates import consecutive
from zhunsheng.runtime.facts import FactSpec
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.support import corresponding_day, elapsed_days, elapsed_months, part_of


def working(item: ir.Derived, operands: Mapping[str, Operand]) -> str:
    """The working of a formula over dates; "" where it is arithmetic, whose operands are told by themselves."""
    match item.formula:
        case ir.Elapsed(start, end, base):
            first, last = (_day(day, operands) for day in (start, end))
            return _elapsed(first, last, base) if first is not None and last is not None else ""
        case ir.Streaks(fact, length):
            dates = operands.get(fact)
            return _streaks(dates, length) if isinstance(dates, tuple) else ""
        case ir.Recent(fact, day, years, by):
            dates, at = operands.get(fact), operands.get(day)
            known = isinstance(dates, tuple) and isinstance(at, datetime.date)
            return _recent(dates, at, years, by) if known else ""  # type: ignore[arg-type]
        case _:
            return ""


def _day(day: str | datetime.date, operands: Mapping[str, Operand]) -> datetime.date | None:
    found = day if isinstance(day, datetime.date) else operands.get(day)
    return found if isinstance(found, datetime.date) else None


def _elapsed(start: datetime.date, end: datetime.date, base: str) -> str:
    """按对应日计算，2024-02-29起满12个月为2025-02-28（民法典第202条），到2025-03-01另有1天."""
    if base == "天":
        return f"{start}至{end}共{shown(elapsed_days(start, end))}天（开始的当日不计入，民法典第201条）"
    months = elapsed_months(start, end)
    whole = months.__floor__()
    share = months - whole
    if whole < 0:
        return f"{end}在{start}之前"
    full = _corresponding(start, whole)
    words = (
        f"按对应日计算，{start}起满{whole}个月为{full}（民法典第202条）" if whole else f"{start}起不满1个月"
    )
    if share:
        rest = (end - full).days
        words += f"，到{end}另有{rest}天，占这个月{(rest / share).__floor__()}天的{share}"
    return words


def _corresponding(start: datetime.date, months: int) -> datetime.date:
    """The day on which so many months are full."""
    return datetime.date.fromordinal(corresponding_day(start, months))


def _streaks(dates: Iterable[datetime.date], length: int) -> str:
    """2026-01-01～2026-01-25连续25天，25 ÷ 10取整2次."""
    days = sorted(set(dates))
    told = []
    total = 0
    for run in consecutive(days):
        if len(run) >= length:
            total += len(run) // length
            told.append(
                f"{run[0]}～{run[-1]}连续{len(run)}天，{len(run)} ÷ {length}取整{len(run) // length}次"
            )
    if not told:
        return f"{len(days)}天中没有连续{length}天的"
    return "；".join(told) + (f"；共{total}次" if len(told) > 1 else "")


def _recent(dates: Iterable[datetime.date], day: datetime.date, years: int, by: ir.Period) -> str:
    """The period and the dates in it."""
    found = list(dates)
    if by == "按日":
        first = _corresponding(day, -12 * years)
        period = f"{first}～{day}"
        inside = [d for d in found if d <= day and elapsed_months(d, day) <= 12 * years]
    else:
        last = day.year - (1 if by == "按年度" else 0)
        period = f"{last - years + 1}年～{last}年" + ("" if by == "按年度" else f"（到{day}）")
        inside = [d for d in found if d <= day and last - years < d.year <= last]
    told = "、".join(map(str, inside)) if inside else "没有"
    return f"{period}之内：{told}，共{len(inside)}次（共填{len(found)}次）" if inside else f"{period}之内没有"


def before_rounding(item: ir.Derived, operands: Sequence[Operand], spec: FactSpec) -> str:
    """：约86.5385% → 86.54%（四舍五入到0.01）, "" where there is no number."""
    numbers = dict(zip(ir.formula_facts(item.formula), operands, strict=True))
    try:
        value = _value(item.formula, numbers)
    except ZeroDivisionError:
        return ""
    if value is None or item.rounding is None:
        return ""
    if spec.unit != "%":
        return f"：{rounding_words(value, item.rounding, spec.unit)}"
    points = ir.Rounding(item.rounding.unit * 100, item.rounding.rule)
    return f"：{rounding_words(value * 100, points, '%')}"


def _value(node: ir.Formula, numbers: Mapping[str, Operand]) -> Fraction | None:
    """The value of a formula before it is rounded; None where one of its facts is 不适用."""
    match node:
        case ir.Const(value):
            return value
        case ir.Ref(fact):
            number = numbers[fact]
            return Fraction(number) if isinstance(number, int | Fraction) else None
        case ir.Arith(operator, left, right):
            one, two = _value(left, numbers), _value(right, numbers)
            if one is None or two is None:
                return None
            if operator == "+":
                return one + two
            if operator == "-":
                return one - two
            return one * two if operator == "*" else part_of(one, two) if operator == "÷" else one / two
        case _:
            return None


def rounding_words(before: int | Fraction, rounding: ir.Rounding, unit: str = "") -> str:
    """84.95 → 85.0（四舍五入到0.1）."""
    after = rounding.of(before)
    return f"{shown(before, unit)} → {printed(after, rounding.unit)}{unit}（{rule_words(rounding)}）"


def rule_words(rounding: ir.Rounding) -> str:
    """四舍五入到0.1, 按GB/T 8170进舍规则修约到1."""
    rule = "按GB/T 8170进舍规则修约" if rounding.rule == "进舍规则" else rounding.rule
    return f"{rule}到{shown(rounding.unit)}"


def printed(value: Fraction, unit: Fraction) -> str:
    """A rounded number with the places of its rounding (85.0)."""
    text = shown(value)
    places = len(shown(unit).partition(".")[2])
    if not places or "（" in text:
        return text
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.ljust(places, '0')}"
