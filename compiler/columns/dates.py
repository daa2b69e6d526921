"""The time between two days in months, by corresponding days (民法典第200至204条), in whole-number arithmetic.

Days are ordinals (1 is 0001-01-01). Inside, a month is counted from March of year 0, so that the day that a leap year
adds ends a year; the first day of month c is then day 365y + ⌊y/4⌋ − ⌊y/100⌋ + ⌊y/400⌋ + ⌊(153m + 2)/5⌋ with
y = ⌊c/12⌋ and m = c − 12y.
"""

from zhunsheng.compiler import ir
from zhunsheng.compiler.columns.expressions import (
    ONE,
    ZERO,
    Number,
    Whole,
    at_least,
    at_most,
    choice,
    every,
    holds,
    minus,
    quotient,
    times,
    total,
)
from zhunsheng.compiler.columns.ratios import Ratio
from zhunsheng.compiler.columns.steps import Steps

#: Days from 0000-03-01 to the day before 0001-01-01.
_SHIFT = 305
_ERA = 146_097


def months(steps: Steps, name: str, start: Whole, end: Whole, size: int) -> Ratio:
    """The months from one day to another, those not full as a share of their days, in units of `size` months."""
    first, day = _month(steps, f"{name}起", start)
    last, _ = _month(steps, f"{name}止", end)
    until = total((end, Number(_SHIFT)))
    count = steps.whole(f"{name}跨月", minus(last, first))
    reached = _corresponding(steps, f"{name}对应日", first, day, count)
    full = steps.whole(f"{name}满月", choice(holds(">", reached, until), minus(count, ONE), count))
    low = _corresponding(steps, f"{name}满月日", first, day, full)
    high = _corresponding(steps, f"{name}下月日", first, day, total((full, ONE)))
    length = steps.whole(f"{name}当月天数", minus(high, low))
    return Ratio(total((times(full, length), minus(until, low))), times(_positive(length), size))


def recent(steps: Steps, name: str, one: Whole, day: Whole, years: int, by: ir.Period) -> Whole:
    """1 where a date lies in the last `years` years before a day, else 0: to the day, or by calendar years."""
    past = holds("<=", one, day)
    if by == "按日":
        month, date = _month(steps, f"{name}日期", one)
        last = _corresponding(steps, f"{name}期满日", month, date, Number(12 * years))
        return choice(every((past, holds("<=", total((day, Number(_SHIFT))), last))), ONE, ZERO)
    year = steps.whole(f"{name}年份", _year(_month(steps, f"{name}日期", one)[0]))
    latest = minus(_year(_month(steps, f"{name}评价", day)[0]), ZERO if by == "含当年" else ONE)
    inside = (holds("<=", year, latest), holds(">", year, minus(latest, Number(years))))
    return choice(every((past, *inside)), ONE, ZERO)


def _year(month: Whole) -> Whole:
    """The calendar year of a month, counted from March of year 0: January and February begin the next."""
    return quotient(total((month, Number(2))), Number(12))


def _positive(length: Whole) -> Whole:
    """The days of a month, which are 28 to 31; the ends of the parts alone do not show it."""
    return at_most(at_least(length, Number(28)), Number(31))


def _month(steps: Steps, name: str, ordinal: Whole) -> tuple[Whole, Whole]:
    """The month of a day, and its day of the month."""
    days = total((ordinal, Number(_SHIFT)))
    era = quotient(days, Number(_ERA))
    rest = steps.whole(f"{name}余日", _within(minus(days, times(era, _ERA)), _ERA - 1))
    years = minus(
        total((rest, quotient(rest, Number(36_524)))),
        total((quotient(rest, Number(1_460)), quotient(rest, Number(_ERA - 1)))),
    )
    year = steps.whole(f"{name}年", quotient(years, Number(365)))
    before = total((times(year, 365), quotient(year, Number(4)), times(quotient(year, Number(100)), -1)))
    inside = steps.whole(f"{name}年内日", _within(minus(rest, before), 365))
    month = steps.whole(f"{name}月", quotient(total((times(inside, 5), Number(2))), Number(153)))
    gone = quotient(total((times(month, 153), Number(2))), Number(5))
    day = steps.whole(f"{name}日", _within(total((inside, times(gone, -1), ONE)), 31))
    return steps.whole(f"{name}月数", total((times(era, 4_800), times(year, 12), month))), day


def _within(number: Whole, most: int) -> Whole:
    """A number that is known to lie between 0 and `most`, though the ends of its parts do not show it."""
    return at_most(at_least(number, ZERO), Number(most))


def _corresponding(steps: Steps, name: str, first: Whole, day: Whole, count: Whole) -> Whole:
    """The day that corresponds to a day so many months later, or the last of its month."""
    month = steps.whole(f"{name}月数", total((first, count)))
    begin = steps.whole(f"{name}月首", _first_day(month))
    length = minus(_first_day(total((month, ONE))), begin)
    return steps.whole(name, total((begin, at_most(day, length), Number(-1))))


def _first_day(month: Whole) -> Whole:
    """The first day of a month."""
    year = quotient(month, Number(12))
    inside = _within(minus(month, times(year, 12)), 11)
    leaps = (quotient(year, Number(4)), times(quotient(year, Number(100)), -1), quotient(year, Number(400)))
    return total((times(year, 365), *leaps, quotient(total((times(inside, 153), Number(2))), Number(5))))
