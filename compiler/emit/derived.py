"""Derived facts as Python expressions over Fractions, dates and tuples of dates."""

import datetime
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import assert_never

from zhunsheng.compiler import ir
from zhunsheng.compiler.emit.writer import literal

#: How many years before the day's own the last calendar year of 近三年 lies.
_BACK = {"按年度": 1, "含当年": 0}


def derived_expression(item: ir.Derived, names: Mapping[str, str]) -> str:
    """The value of a derived fact; `names` maps its operands to parameters."""
    value = _expression(item.formula, names)
    return value if item.rounding is None else f"Fraction({rounded_expression(value, item.rounding)})"


def rounded_expression(value: str, rounding: ir.Rounding) -> str:
    """A number rounded once by a named rule."""
    return f"rounded({value}, {_fraction(rounding.unit)}, {literal(rounding.rule)})"


def rounded_points(name: str, rounding: ir.Rounding, scale: int) -> str:
    """A score or total in a scale that fits the rounding, rounded."""
    unit = rounding.unit * scale
    assert unit.denominator == 1, "the scale fits every number of the program"
    return f"rounded({name}, {unit.numerator}, {literal(rounding.rule)})"


def _expression(node: ir.Formula, names: Mapping[str, str]) -> str:
    match node:
        case ir.Ref(fact):
            return names[fact]
        case ir.Const(value):
            return f"Fraction({value.numerator}, {value.denominator})"
        case ir.Arith("÷", left, right):
            return f"part_of({_expression(left, names)}, {_expression(right, names)})"
        case ir.Arith(operator, left, right):
            return f"({_expression(left, names)} {operator} {_expression(right, names)})"
        case ir.Elapsed(start, end, base, size):
            function = "elapsed_months" if base == "月" else "elapsed_days"
            call = f"{function}({_day(start, names)}, {_day(end, names)})"
            return call if size == 1 else f"{call} / {size}"
        case ir.Streaks(fact, length):
            return f"streaks({names[fact]}, {length})"
        case ir.Recent(fact, day, years, by):
            if by == "按日":
                return f"recent_days({names[fact]}, {names[day]}, {years})"
            return f"recent_years({names[fact]}, {names[day]}, {years}, {_BACK[by]})"
        case _:
            assert_never(node)


def _day(day: str | datetime.date, names: Mapping[str, str]) -> str:
    return f"date({day.year}, {day.month}, {day.day})" if isinstance(day, datetime.date) else names[day]


def _fraction(value: Fraction) -> str:
    return (
        str(value.numerator)
        if value.denominator == 1
        else f"Fraction({value.numerator}, {value.denominator})"
    )


def parameter_type(formula: ir.Formula, fact: str) -> str:
    """The Python type in which a formula takes one of its facts."""
    if fact in ir.listed_facts(formula):
        return "tuple[date, ...]"
    return "date" if fact in _days(formula) else "Fraction"


def _days(formula: ir.Formula) -> Iterator[str]:
    """The facts that a formula takes for one day."""
    match formula:
        case ir.Elapsed(start, end):
            yield from (day for day in (start, end) if isinstance(day, str))
        case ir.Recent(_, day):
            yield day
        case ir.Arith(_, left, right):
            yield from _days(left)
            yield from _days(right)


def needs_dates(program: ir.Program) -> bool:
    """Whether any formula speaks of dates."""
    return any(
        isinstance(part, ir.Elapsed | ir.Streaks | ir.Recent)
        for item in program.derived
        for part in _parts(item.formula)
    )


def needed_helpers(program: ir.Program) -> Iterator[str]:
    """The functions that the formulas call."""
    if program.rounding is not None or any(leaf.rounding is not None for leaf in program.leaves()):
        yield "rounded"
    clauses = (clause for leaf in program.leaves() for clause in leaf.clauses)
    if any(isinstance(clause.amount, ir.Growing) for clause in clauses):
        yield "series"
    for item in program.derived:
        if item.rounding is not None:
            yield "rounded"
        for part in _parts(item.formula):
            match part:
                case ir.Elapsed(_, _, base):
                    yield "elapsed_months" if base == "月" else "elapsed_days"
                case ir.Streaks():
                    yield "streaks"
                case ir.Arith("÷"):
                    yield "part_of"
                case ir.Recent(by=by):
                    yield "recent_days" if by == "按日" else "recent_years"


def _parts(formula: ir.Formula) -> Iterator[ir.Formula]:
    yield formula
    if isinstance(formula, ir.Arith):
        yield from _parts(formula.left)
        yield from _parts(formula.right)
