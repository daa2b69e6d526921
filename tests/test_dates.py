"""Dates and rounding by name: the functions that generated code calls, against plain definitions."""

import calendar
import datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.compiler import ir
from zhunsheng.compiler.checks.printed_limits import Limits
from zhunsheng.compiler.engine.bounds import compare
from zhunsheng.runtime.support import (
    elapsed_days,
    elapsed_months,
    recent_days,
    recent_years,
    rounded,
    streaks,
)

DATES = st.dates(datetime.date(1, 1, 1), datetime.date(9999, 12, 31))
NEAR = st.dates(datetime.date(2023, 12, 1), datetime.date(2025, 3, 31))
NUMBERS = st.fractions(-200, 200, max_denominator=1000)
UNITS = st.sampled_from([Fraction(1), Fraction(1, 10), Fraction(1, 2), Fraction(1, 5), Fraction(1, 100)])


def later(start: datetime.date, months: int) -> datetime.date | None:
    """The corresponding day, the last of its month where there is none; None beyond the calendar."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    return datetime.date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


@given(DATES, st.integers(-50, 50))
def test_full_months_end_on_the_corresponding_day(start: datetime.date, months: int) -> None:
    end = later(start, months)
    if end is not None:
        assert elapsed_months(start, end) == months


@given(DATES, DATES, DATES)
def test_time_between_dates_grows_with_the_later(
    start: datetime.date, one: datetime.date, two: datetime.date
) -> None:
    low, high = sorted((one, two))
    assert (elapsed_months(start, low) < elapsed_months(start, high)) == (low < high)
    assert (elapsed_days(start, low) < elapsed_days(start, high)) == (low < high)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2024-02-29", "2025-02-28", 12),
        ("2024-02-29", "2028-02-28", Fraction(47 * 31 + 30, 31)),
        ("2024-02-29", "2028-02-29", 48),
        ("2024-01-31", "2024-02-29", 1),
        ("2023-01-31", "2023-02-28", 1),
        ("2024-03-31", "2024-04-30", 1),
        ("2024-04-30", "2024-05-31", 1 + Fraction(1, 31)),
        ("2026-01-01", "2025-12-01", -1),
    ],
)
def test_month_ends_and_leap_days(start: str, end: str, months: Fraction) -> None:
    first, last = datetime.date.fromisoformat(start), datetime.date.fromisoformat(end)
    assert elapsed_months(first, last) == months


@given(st.sets(NEAR, max_size=60), st.integers(2, 12))
def test_streaks_are_counted_run_by_run(dates: set[datetime.date], length: int) -> None:
    day = datetime.timedelta(1)
    runs = []
    for first in dates:
        if first - day not in dates:
            run = 0
            while first + run * day in dates:
                run += 1
            runs.append(run // length)
    assert streaks([*dates, *dates], length) == sum(runs)


@given(st.lists(NEAR, max_size=20), NEAR, st.integers(1, 3))
def test_recent_years(dates: list[datetime.date], day: datetime.date, years: int) -> None:
    first = later(day, -12 * years)
    assert first is not None
    # A date whose corresponding day is the last of a shorter month counts on that day too (2024-02-29, 2025-02-28).
    inside = [d for d in dates if d <= day and (d >= first or later(d, 12 * years) == day)]
    assert recent_days(dates, day, years) == len(inside)
    before = [d for d in dates if day.year - years <= d.year <= day.year - 1]
    assert recent_years(dates, day, years, 1) == len(before)
    current = [d for d in dates if day.year - years < d.year and d <= day]
    assert recent_years(dates, day, years, 0) == len(current)


@given(NUMBERS, UNITS)
def test_rounding_by_name(value: Fraction, unit: Fraction) -> None:
    size, sign = abs(value), -1 if value < 0 else 1
    low = size // unit * unit
    half = size - low
    assert rounded(value, unit, "舍去") == sign * low
    assert rounded(value, unit, "进一") == sign * (low if half == 0 else low + unit)
    assert rounded(value, unit, "四舍五入") == sign * (low + unit if 2 * half >= unit else low)
    assert rounded(value, unit, "进舍规则") == sign * round(size / unit) * unit


@given(NUMBERS, UNITS, st.integers(-300, 300), st.sampled_from([">=", ">", "<=", "<", "=="]))
def test_a_rounded_comparison_is_one_with_another_bound(
    value: Fraction, unit: Fraction, count: int, operator: ir.Operator
) -> None:
    """修约值比较法: rounding first and then comparing is comparing with the bound that replaces the limit."""
    bound = count * unit
    node = Limits({("a", bound): unit}).applied(ir.Compare("a", operator, bound))
    expected = compare(Fraction(rounded(value, unit, "进舍规则")), operator, bound)
    for node_, wanted in ((node, expected), (ir.negated(node), not expected)):
        atoms = [
            compare(value, atom.operator, atom.bound)
            for atom in ir.atoms(node_)
            if isinstance(atom, ir.Compare)
        ]
        assert (any(atoms) if isinstance(node_, ir.AnyOf) else all(atoms)) == wanted
    for atom in ir.atoms(node):
        assert isinstance(atom, ir.Compare)
        assert atom.limit is not None
