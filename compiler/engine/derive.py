"""Derived facts (计算): computed where they were not given, checked where they were."""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor

from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.emit.module import Module
from zhunsheng.compiler.engine.critical import whole
from zhunsheng.compiler.explain.shown import shown_value
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.facts import Entry, FactSpec, FactType, Value
from zhunsheng.runtime.support import NA, elapsed_days, elapsed_months


@frozen
class Derivation:
    """All values known after the formulas; `undecided` are the derived facts that divide by zero, with why."""

    values: dict[str, Value]
    undecided: dict[str, str]
    faults: tuple[Diagnostic, ...]


def derive(
    program: ir.Program, module: Module, given: Mapping[str, Value], entries: Mapping[str, Entry]
) -> Derivation:
    """Runs the formulas in their order."""
    values = dict(given)
    undecided: dict[str, str] = {}
    faults: list[Diagnostic] = []
    specs = {spec.name: spec for spec in program.facts}
    for item in program.derived:
        operands = operands_of(item, values, entries)
        if operands is None:
            continue
        computed = _computed(module, item, operands)
        if item.fact in given:
            if isinstance(computed, int | Fraction):
                faults += _contradiction(specs[item.fact], item, given[item.fact], computed, entries)
        elif computed is None:
            undecided[item.fact] = f"{item.text}：{_undecided(item.formula)}"
        else:
            values[item.fact] = computed
            if isinstance(computed, int | Fraction):
                faults += _out_of_range(specs[item.fact], item, Fraction(computed))
    faults += [
        _beyond_the_last(*pair, values) for pair in ir.rankings(program) if beyond_the_last(*pair, values)
    ]
    return Derivation(values, undecided, tuple(faults))


#: What a formula takes for a fact: its value, or the dates of its items.
Operand = Value | tuple[datetime.date, ...]


def operands_of(
    item: ir.Derived, values: Mapping[str, Value], entries: Mapping[str, Entry]
) -> list[Operand] | None:
    """What the formula is worked out from, in its order; None where something is not known."""
    listed = ir.listed_facts(item.formula)
    operands: list[Operand] = []
    names = ir.formula_facts(item.formula)
    if any(values.get(name) is NA for name in names):
        # Whatever is not known, the formula gives 不适用.
        return [NA] * len(names)
    for name in names:
        value = values.get(name)
        if value is None:
            return None
        if name in listed:
            dates = (value,) if isinstance(value, datetime.date) else _dates(entries.get(name), value)
            if dates is None:
                return None
            operands.append(dates)
        else:
            operands.append(value)
    return operands


def _dates(entry: Entry | None, value: Value) -> tuple[datetime.date, ...] | None:
    """The dates of a list's items; none at all where there are no items, unknown where only their number is."""
    if entry is not None and entry.dates is not None:
        return entry.dates
    return () if value == 0 else None


def _computed(module: Module, item: ir.Derived, operands: Sequence[Operand]) -> Value | None:
    """What a formula gives; None where it divides by zero."""
    return NA if any(value is NA for value in operands) else _run(module.derived[item.fact][1], operands)


def _undecided(formula: ir.Formula) -> str:
    """Why a formula that divides gives nothing."""
    if isinstance(formula, ir.Arith) and formula.operator == "÷":
        return f"“{ir.formula_facts(formula.right)[0]}”不大于0，不能作基数"
    return "除数为0"


def _run(function, operands: Sequence[Operand]) -> int | Fraction | None:  # type: ignore[no-untyped-def]
    exact = [Fraction(value) if isinstance(value, int | Fraction) else value for value in operands]
    try:
        return whole(function(*exact))
    except ZeroDivisionError:
        return None


def _contradiction(
    spec: FactSpec, item: ir.Derived, given: Value, computed: int | Fraction, entries: Mapping[str, Entry]
) -> Iterator[Diagnostic]:
    """A fact given together with raw figures must agree with them at the precision it is printed with."""
    if not isinstance(given, int | Fraction):
        return
    places = entries[item.fact].places
    unit = Fraction(1, 100) if spec.type is FactType.PERCENT else Fraction(1)
    tolerance = Fraction(0) if places is None else unit / 2 * Fraction(10) ** -places
    if abs(Fraction(given) - Fraction(computed)) > tolerance:
        message = f"“{spec.name}”填的是{shown_value(spec, given)}，按{item.text}算出来是{shown_value(spec, computed)}，互相矛盾"
        where = entries[item.fact].where
        yield Diagnostic("ZS0951", message, help="核对原始数，或只填其中一种", where=where)


def _out_of_range(spec: FactSpec, item: ir.Derived, value: Fraction) -> Iterator[Diagnostic]:
    if not within(spec, value):
        whole_only = spec.type.whole and value.denominator != 1
        fault = f"而{spec.type}只能是整数" if whole_only else "超出了它的范围"
        message = f"按{item.text}算出“{spec.name}”是{shown_value(spec, value)}，{fault}"
        help_text = f"核对算式里的各个数；“{spec.name}”可以不是整数的，类型写“数量”"
        yield Diagnostic("ZS0952", message, help=help_text if whole_only else "核对算式里的各个数")


def beyond_the_last(place: FactSpec, size: FactSpec, values: Mapping[str, Value]) -> bool:
    """Whether a place is greater than the number of those that have one; not where one of the two is unknown."""
    one, number = values.get(place.name), values.get(size.name)
    return isinstance(one, int | Fraction) and isinstance(number, int | Fraction) and one > number


def _beyond_the_last(place: FactSpec, size: FactSpec, values: Mapping[str, Value]) -> Diagnostic:
    one, number = (shown_value(spec, values[spec.name]) for spec in (place, size))
    message = f"“{place.name}”是{one}，“{size.name}”却只有{number}，互相矛盾"
    return Diagnostic("ZS0951", message, help="核对名次和参加排名的个数")


def derive_one(
    item: ir.Derived,
    module: Module,
    values: Mapping[str, Value],
    entries: Mapping[str, Entry],
) -> Value | None:
    """What one formula gives; None where something is not known or a division is by zero."""
    operands = operands_of(item, values, entries)
    return None if operands is None else _computed(module, item, operands)


def within(spec: FactSpec, value: int | Fraction) -> bool:
    """Whether a number is one that a fact can be: in its range, and whole where it counts."""
    if spec.type.whole and Fraction(value).denominator != 1:
        return False
    if spec.or_zero and value == 0:
        return True
    return (spec.low is None or value >= spec.low) and (spec.high is None or value <= spec.high)


def realise(
    item: ir.Derived,
    module: Module,
    values: Mapping[str, Value],
    target: int | Fraction,
    free: str,
    spec: FactSpec,
) -> Iterator[tuple[Value, int | Fraction]]:
    """Values of the raw figure `free` for which the formula gives `target` or what is next to it, with the result.

    Every formula in one unknown that + − × ÷ make with it once above and once below a fraction bar is a
    Möbius map, which three points fix; where it is none, nothing comes near the target and nothing is found.
    """
    operands, function = module.derived[item.fact]
    if isinstance(item.formula, ir.Elapsed):
        yield from _days(item.formula, values, target, free)
        return
    if item.rounding is not None or not isinstance(item.formula, ir.Ref | ir.Const | ir.Arith):
        return

    def at(x: Fraction) -> int | Fraction | None:
        return _run(function, [x if name == free else values[name] for name in operands])

    x = _solved(at, Fraction(target))
    if x is None:
        return
    for value in dict.fromkeys((Fraction(floor(x)), Fraction(ceil(x)))) if spec.type.whole else (x,):
        result = at(value)
        if result is not None and within(spec, value):
            yield whole(value), result


def _solved(at: Callable[[Fraction], int | Fraction | None], y: Fraction) -> Fraction | None:
    """Where a Möbius map, or one that is y everywhere, takes the value y, from three of its points."""
    points = []
    for n in (1, 2, 3, 5, 7, 11):
        found = at(Fraction(n))
        if found is not None:
            points.append((Fraction(n), Fraction(found)))
    if len(points) < 3:
        return None
    if {value for _, value in points} == {y}:
        # Nothing of nothing: any figure will do.
        return points[0][0]
    if len({value for _, value in points[:3]}) < 3:
        return None
    (x1, y1), (x2, y2), (x3, y3) = points[:3]
    if y == y3:
        return x3
    ratio = (y - y1) * (y2 - y3) / ((y - y3) * (y2 - y1))
    slope = ratio * (x2 - x1) / (x2 - x3)
    return None if slope == 1 else (x1 - slope * x3) / (1 - slope)


#: How far from the middle of a month the day is sought on which so many months are full.
_NEAR = 4


def _days(
    formula: ir.Elapsed, values: Mapping[str, Value], target: int | Fraction, free: str
) -> Iterator[tuple[datetime.date, int | Fraction]]:
    """Days for one end of a stretch of time of which the other is known, with how long it then is."""
    ends = [
        end if isinstance(end, datetime.date) else values.get(end) for end in (formula.start, formula.end)
    ]
    fixed = next((end for end in ends if isinstance(end, datetime.date)), None)
    if fixed is None:
        return
    backward = formula.start == free
    size = Fraction(target) * formula.size * (-1 if backward else 1)
    days = size if formula.base == "天" else size * Fraction(146_097, 4_800)
    for shift in (0, *(sign * n for n in range(1, _NEAR + 1) for sign in (1, -1))):
        ordinal = fixed.toordinal() + floor(days) + shift
        if datetime.date.min.toordinal() <= ordinal <= datetime.date.max.toordinal():
            day = datetime.date.fromordinal(ordinal)
            start, end = (day, fixed) if backward else (fixed, day)
            length = elapsed_days(start, end) if formula.base == "天" else elapsed_months(start, end)
            yield day, whole(length / formula.size)
