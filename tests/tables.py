"""Random applicants of a standard as rows of values and as a typed table, a column a fact, for comparing back ends."""

import datetime
import random
from collections.abc import Sequence
from fractions import Fraction

import polars as pl

from zhunsheng.compiler import ir
from zhunsheng.compiler.columns.plan import needed
from zhunsheng.compiler.engine.critical import critical_values
from zhunsheng.compiler.engine.derive import beyond_the_last
from zhunsheng.runtime.facts import FactSpec, FactType, Value
from zhunsheng.runtime.support import NA

#: Decimals that a column of the tests holds.
PLACES = 4
Row = dict[str, Value]


def given(program: ir.Program) -> dict[str, int]:
    """The facts of a table with their decimals; derived facts are worked out, save those that columns cannot work out."""
    derived = {item.fact for item in program.derived}
    finer = {spec.name for spec in program.facts if spec.type.numeric and not spec.type.whole}
    return {spec.name: PLACES * (spec.name in finer) for spec in program.facts if spec.name not in derived}


def applicants(program: ir.Program, seed: int, count: int) -> list[Row]:
    """Complete applicants: every fact at or beside a value where some score changes, or anywhere in its range."""
    rng = random.Random(seed)
    specs = {spec.name: spec for spec in program.facts}
    leaves = list(program.leaves())
    guards = [*ir.finish_guards(program), *(item.failure for item in program.requirements)]
    ends = [end for band in program.tiers for end in (band.low, band.high) if end is not None]
    if program.total_fact:
        guards += [ir.Compare(program.total_fact, ">=", end) for end in ends]
    pools: dict[str, list[Value]] = {}
    for name in needed(program, given(program)):
        using = [leaf for leaf in leaves if name in ir.indicator_facts(leaf)]
        pools[name] = _pool(specs[name], critical_values(specs[name], using, guards, None), rng)
    rows = [{name: rng.choice(pool) for name, pool in pools.items()} for _ in range(count)]
    for place, size in ir.rankings(program):
        for row in rows:
            if beyond_the_last(place, size, row):
                row[place.name], row[size.name] = row[size.name], row[place.name]
    return rows


def _pool(spec: FactSpec, critical: list[Value], rng: random.Random) -> list[Value]:
    """Values to draw from, all of which the table can hold."""
    pool: list[Value] = [value for value in critical if value is not NA and _fits(value)]
    if spec.type.truth:
        pool = [True, True, False]
    elif spec.type is FactType.CHOICE:
        pool = list(spec.choices)
    elif spec.type is FactType.DATE:
        pool = [datetime.date(2026, 6, 30) - datetime.timedelta(days=rng.randrange(2000)) for _ in range(50)]
    else:
        step = Fraction(1) if spec.type.whole else Fraction(1, 10**PLACES)
        low = spec.low if spec.low is not None else Fraction(0)
        high = spec.high if spec.high is not None else low + 400
        beside = [
            Fraction(value) + shift
            for value in pool
            if isinstance(value, int | Fraction)
            for shift in (-step, step)
        ]
        beside += [low + step * rng.randrange(int((high - low) / step) + 1) for _ in range(12)]
        pool += [
            v for v in beside if (spec.low is None or v >= spec.low) and (spec.high is None or v <= spec.high)
        ]
        pool = [v for v in pool if isinstance(v, int | Fraction) and (v >= 0 or not spec.type.whole)]
        numbers = [Fraction(v) for v in pool if isinstance(v, int | Fraction)]
        pool = [int(v) if spec.type.whole else v for v in numbers] or [0]
    return pool + ([NA] * (1 + len(pool) // 10) if spec.allows_na else [])


def table(program: ir.Program, rows: list[Row]) -> pl.DataFrame:
    """The applicants as a table: truth values, whole numbers, decimals, dates, text; a column …不适用 beside a fact that may be that."""
    specs = {spec.name: spec for spec in program.facts}
    columns: dict[str, pl.Series] = {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        plain = [None if value is NA else value for value in values]
        if specs[name].allows_na:
            columns[f"{name}不适用"] = pl.Series([value is NA for value in values], dtype=pl.Boolean)
        columns[name] = _series(specs[name].type, plain)
    return pl.DataFrame(columns)


def _series(kind: FactType, values: Sequence[Value | None]) -> pl.Series:
    if kind.truth:
        return pl.Series(values, dtype=pl.Boolean)
    if kind is FactType.CHOICE:
        return pl.Series(values, dtype=pl.String)
    if kind is FactType.DATE:
        return pl.Series(values, dtype=pl.Date)
    if kind.whole:
        return pl.Series(values, dtype=pl.Int64)
    texts = [None if value is None else _decimal(value) for value in values]
    return pl.Series(texts, dtype=pl.String).cast(pl.Decimal(30, PLACES))


def _decimal(value: Value) -> str:
    assert isinstance(value, int | Fraction)
    scaled = Fraction(value) * 10**PLACES
    sign, digits = ("-" if scaled < 0 else ""), str(abs(scaled.numerator)).rjust(PLACES + 1, "0")
    return f"{sign}{digits[:-PLACES]}.{digits[-PLACES:]}"


def _fits(value: Value) -> bool:
    """Whether the columns hold a value."""
    if not isinstance(value, int | Fraction):
        return True
    scaled: Fraction = Fraction(value) * 10**PLACES
    return scaled.denominator == 1
