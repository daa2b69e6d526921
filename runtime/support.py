"""All that a generated scoring module imports of ours.

Kept small and free of other imports, so that a generated module starts fast and can be audited
together with this file alone.
"""

from collections.abc import Iterable
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date


class NotApplicable(Enum):
    """The value 不适用: a clause or veto about it is silent."""

    NA = "不适用"


NA: Final = NotApplicable.NA

#: A score in the module's scale; a whole number unless a judgement or a pro rata step is finer.
Points = int | Fraction


class MissingFact(KeyError):
    """A fact that the scoring function needs was not in the mapping."""


class WrongFact(ValueError):
    """A fact has a value of the wrong type or out of its range."""


def missing(name: object) -> MissingFact:
    """The exception for an absent fact, with the fact's name in Chinese words."""
    return MissingFact(f"缺少数据项：{name}")


def wrong(name: str, value: object, expected: str) -> WrongFact:
    """The exception for an unusable value."""
    return WrongFact(f"数据项“{name}”的值 {value!r} 不可用，应为{expected}")


#: What ``score`` returns: total, tier, scores of the indicators.
Score = tuple[Points, str | None, tuple[Points, ...]]
#: What ``trace_…`` returns: score, sum before the cap, which item veto held (−1: none), and per clause
#: whether its condition held, its amount, and its points after its own cap.
Trace = tuple[Points, Points, int, tuple[tuple[bool, Points, Points], ...]]
#: What ``trace`` returns: total, tier, the tier without vetoes, which vetoes held, the indicators, the total
#: without vetoes.
Traced = tuple[Points, str | None, str | None, tuple[bool, ...], tuple[Trace, ...], Points]


def part_of(part: Fraction, whole: Fraction) -> Fraction:
    """What one number is of another, which has to be above 0 to have parts."""
    if whole <= 0:
        raise ZeroDivisionError
    return part / whole


# ---- dates


def elapsed_days(start: "date", end: "date") -> Fraction:
    """The days from one date to another; the first day does not count (民法典第201条第1款)."""
    return Fraction(end.toordinal() - start.toordinal())


def elapsed_months(start: "date", end: "date") -> Fraction:
    """The months from one date to another, counted by corresponding days (民法典第201条、第202条).

    n months are full on the day of the n-th month that corresponds to the first day, or on the month's last
    day where it has none: 12 months from 2024-02-29 are full on 2025-02-28. The first day does not count. What
    is left over is the share of the month that is not full: its days so far ÷ its days.
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    if corresponding_day(start, months) > end.toordinal():
        months -= 1
    low, high = corresponding_day(start, months), corresponding_day(start, months + 1)
    return months + Fraction(end.toordinal() - low, high - low)


def corresponding_day(start: "date", months: int) -> int:
    """The ordinal of the day so many months after a date; it may lie beyond the last year that ``date`` has."""
    count = start.year * 12 + start.month - 1 + months
    year, month = divmod(count, 12)
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    lengths = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    before = year - 1
    days = before * 365 + before // 4 - before // 100 + before // 400
    return days + sum(lengths[:month]) + min(start.day, lengths[month])


def series(count: int, firsts: "tuple[int, ...]", then: int, rise: int) -> int:
    """What so many instances give together: the first ones `firsts`, the next `then`, each behind it `rise` more."""
    more = max(0, count - len(firsts))
    return sum(firsts[:count]) + more * then + rise * (more * (more - 1) // 2)


def streaks(dates: "Iterable[date]", length: int) -> Fraction:
    """How many stretches of so many consecutive days there are: Σ ⌊days ÷ length⌋ over the longest runs of days."""
    found = run = previous = 0
    for day in sorted({one.toordinal() for one in dates}):
        run = run + 1 if day == previous + 1 else 1
        found += run % length == 0
        previous = day
    return Fraction(found)


def recent_days(dates: "Iterable[date]", day: "date", years: int) -> Fraction:
    """How many dates lie within so many years up to a day, both ends included, by corresponding days."""
    return Fraction(sum(one <= day and elapsed_months(one, day) <= 12 * years for one in dates))


def recent_years(dates: "Iterable[date]", day: "date", years: int, back: int) -> Fraction:
    """How many dates up to a day lie in so many calendar years, the last of which is `back` before the day's."""
    last = day.year - back
    return Fraction(sum(one <= day and last - years < one.year <= last for one in dates))


# ---- rounding by a named rule


def rounded(value: Points, unit: Points, rule: str) -> Points:
    """A number rounded to whole units, by its absolute value (GB/T 8170—2008, 3.2).

    `rule` is 四舍五入 (half up), 进舍规则 (half to the even multiple, GB/T 8170), 舍去 (down) or 进一 (up).
    """
    size: Points = -value if value < 0 else value
    count: int = size // unit
    rest = size - count * unit
    if rule == "四舍五入":
        count += 2 * rest >= unit
    elif rule == "进舍规则":
        count += 2 * rest > unit or (2 * rest == unit and count % 2 == 1)
    elif rule == "进一":
        count += rest > 0
    return -count * unit if value < 0 else count * unit
