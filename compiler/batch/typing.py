"""From the columns of a table to columns of exact values, for the rows where that is plain.

What a person typed plainly (是, 12, 86%, 3.5, an option as it is written) is read here for a whole column at once;
any other cell is left to the readers of single fact files, with their messages. A test holds both to the same values.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl
from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.batch.chunks import BROKEN
from zhunsheng.compiler.batch.header import Column, Header
from zhunsheng.compiler.columns.facts import as_input
from zhunsheng.compiler.columns.plan import MOST
from zhunsheng.runtime.facts import FactSpec, FactType

#: A truth value for each row: a column in memory, or one of Spark's.
Mask = Any

#: Decimals that are read in columns; finer numbers are read one by one. A plan is made for the fewest that fit.
PLACES = (0, 1, 2, 4, 6)
DIGITS = 15
#: Digits with which every decimal has a nearest float of 32 bits of its own, where it has at most six decimals.
SINGLE_DIGITS = 7


@frozen
class Typed:
    """A piece of a table in exact columns under the names of facts, the decimals of each, and which rows have cells
    that were not read here."""

    frame: pl.DataFrame
    places: Mapping[str, int]
    unread: pl.Series


class WrongColumn(Exception):
    """A column whose type cannot hold the fact; the message says so, in Chinese."""


def typed(frame: pl.DataFrame, header: Header, *, exact: bool) -> Typed:
    """The exact columns of a piece; raises :class:`WrongColumn`. With `exact` a binary float is refused."""
    columns: dict[str, pl.Series] = {}
    places: dict[str, int] = {}
    unread = frame[BROKEN].is_not_null()
    said: dict[str, pl.Series] = {}
    for column in header.columns:
        if column.absent:
            raw = frame[column.name]
            flag = said[column.spec.name] = _truths(raw, column)
            columns[f"{column.spec.name}不适用"] = flag.fill_null(False)
            unread = unread | (raw.is_not_null() & flag.is_null())
    for column in header.columns:
        if column.absent:
            continue
        spec, raw = column.spec, frame[column.name]
        values, places[spec.name], absent = _values(raw, column, exact=exact)
        known = values.is_not_null()
        if absent is not None:
            columns.setdefault(f"{spec.name}不适用", absent)
            known = known | absent
        columns[spec.name] = values
        unread = unread | (raw.is_not_null() & ~known) | _outside(values, spec, places[spec.name])
        if spec.name in said:
            # What a row says of 不适用 twice, and not the same, turns it down where rows are read one by one.
            unread = unread | (said[spec.name] & values.is_not_null()).fill_null(False)
            if absent is not None:
                unread = unread | (~said[spec.name] & absent).fill_null(False)
    return Typed(pl.DataFrame(columns), places, unread)


def long_floats(frame: pl.DataFrame, header: Header, own: Typed) -> list[str]:
    """What is said of columns of floats with numbers that have more decimals than are read in columns."""
    found = []
    for column in header.columns:
        raw = frame[column.name]
        if column.absent or column.spec.type.whole or not raw.dtype.is_float():
            continue
        if (raw.is_finite() & own.frame[column.spec.name].is_null()).any():
            found.append(
                f"“{column.name}”的浮点数有的不止{PLACES[-1]}位小数，改存为十进制小数（DECIMAL）或先修约，就可以按列计算"
            )
    return found


def given_twice(program: ir.Program, said: Mapping[str, Mask]) -> list[Mask]:
    """Where derived facts are given and can be worked out too, of which single reading makes a comparison. `said` tells
    in which rows a fact is given, 不适用 too."""
    known = dict(said)
    found: list[Mask] = []
    for item in program.derived:
        operands = [known.get(name) for name in ir.formula_facts(item.formula)]
        worked = None
        for operand in operands:
            if operand is None:
                break
            worked = operand if worked is None else worked & operand
        else:
            own = said.get(item.fact)
            if own is not None:
                found.append(own if worked is None else own & worked)
            if worked is not None:
                known[item.fact] = worked if own is None else own | worked
    return found


def derived_once(program: ir.Program, own: Typed) -> Typed:
    """Derived facts are worked out where the table has none; rows that have both are left to single reading."""
    frame, unread = own.frame, own.unread
    said: dict[str, pl.Series] = {}
    for spec in program.facts:
        if spec.name in frame.columns:
            said[spec.name] = frame[spec.name].is_not_null()
        if f"{spec.name}不适用" in frame.columns:
            absent = frame[f"{spec.name}不适用"]
            said[spec.name] = said[spec.name] | absent if spec.name in said else absent
    derived = {item.fact for item in program.derived}
    places = {
        name: size
        for name, size in own.places.items()
        if name not in derived or frame[name].is_not_null().any()
    }
    for twice in given_twice(program, said):
        unread = unread | twice
    return Typed(frame, places, unread)


def _outside(values: pl.Series, spec: FactSpec, places: int) -> pl.Series:
    """Which numbers are outside the range of a fact: such a row is turned down, whether its score asks for the fact or not."""
    ends = range_of(spec, places)
    if ends is None:
        return pl.repeat(False, len(values), eager=True)
    outside = ~values.is_between(*ends)
    return (outside & (values != 0) if spec.or_zero else outside).fill_null(False)


def range_of(spec: FactSpec, places: int) -> tuple[int, int] | None:
    """The ends of a fact's range in whole numbers of 1/10^places that fit 64 bits; None where it is no number."""
    if not spec.type.numeric:
        return None
    own = as_input(spec, places, MOST)
    return min(own.low, MOST), min(own.high, MOST)


def _values(raw: pl.Series, column: Column, *, exact: bool) -> tuple[pl.Series, int, pl.Series | None]:
    """A fact's values, null where there is none or it is not plain; the decimals; where 不适用 was typed."""
    spec, kind = column.spec, raw.dtype
    absent = None
    if kind == pl.String:
        raw = raw.str.strip_chars()
        if spec.allows_na:
            absent = (raw == "不适用").fill_null(False)
    if spec.type.truth:
        return _truths(raw, column), 0, absent
    if spec.type is FactType.CHOICE:
        if kind != pl.String:
            raise wrong(column, kind, "文字")
        known = raw.is_in(list(spec.choices))
        return pl.select(pl.when(known).then(raw)).to_series(), 0, absent
    if spec.type is FactType.DATE:
        return days(raw, column.name), 0, absent
    if spec.dated and kind == pl.String:
        # Items with dates are read one by one; a plain number of them is not enough for a formula.
        return pl.Series([None] * len(raw), dtype=pl.Int64), 0, absent
    values, places = _numbers(raw, column, exact=exact)
    if spec.type.whole and places:
        size = 10**places
        values, places = (
            pl.select(pl.when(pl.lit(values) % size == 0).then(pl.lit(values) // size)).to_series(),
            0,
        )
    return values, places, absent


def _truths(raw: pl.Series, column: Column) -> pl.Series:
    if raw.dtype == pl.Boolean:
        return raw
    if raw.dtype == pl.Null:
        return raw.cast(pl.Boolean)
    if raw.dtype != pl.String:
        raise wrong(column, raw.dtype, "是否（布尔值，或“是”“否”）")
    return raw.str.strip_chars().replace_strict(
        {"是": True, "否": False}, default=None, return_dtype=pl.Boolean
    )


def days(raw: pl.Series, name: str) -> pl.Series:
    """A column of days; null where a text is no plain one. Raises :class:`WrongColumn` for a column of another type."""
    if raw.dtype == pl.String:
        plain = raw.str.strip_chars()
        shaped = plain.str.contains(r"^\d{4}-\d{2}-\d{2}$").fill_null(False)
        # There is no year 0.
        shaped = shaped & ~plain.str.starts_with("0000").fill_null(False)
        plain = pl.select(pl.when(shaped).then(plain)).to_series()
        return plain.str.to_date("%Y-%m-%d", strict=False)
    if raw.dtype not in (pl.Date, pl.Null):
        raise no_days(name, raw.dtype)
    return raw.cast(pl.Date)


def _numbers(raw: pl.Series, column: Column, *, exact: bool) -> tuple[pl.Series, int]:
    """Whole numbers of 1/10^places, and the places (of a percentage as a ratio)."""
    spec, kind = column.spec, raw.dtype
    percent = spec.type is FactType.PERCENT
    if kind == pl.Null:
        return raw.cast(pl.Int64), 0
    if kind == pl.String:
        found, places = _from_text(raw, "%" if percent and not column.measure else "")
        return found, places + 2 * (percent and column.measure != "比值")
    if percent and not column.measure:
        raise without_measure(column)
    shift = 2 * (percent and column.measure == "%")
    if kind.is_integer():
        return raw.cast(pl.Int64, strict=False), shift
    if isinstance(kind, pl.Decimal):
        return raw.to_physical().cast(pl.Int64, strict=False), kind.scale + shift
    if kind.is_float():
        if exact:
            raise inexact(column)
        found, places = _from_float(raw)
        return found, places + shift
    raise wrong(column, kind, "数")


def without_measure(column: Column) -> WrongColumn:
    """What is said of a column of percentages that does not say what its numbers are."""
    name = column.spec.name
    words = f"列名写成“{name}(%)”（86表示86%）或“{name}(比值)”（0.86表示86%）"
    return WrongColumn(f"“{column.name}”是百分比，数却没有百分号：{words}")


def inexact(column: Column) -> WrongColumn:
    """What is said of a column of binary floats where only exact numbers are taken."""
    return WrongColumn(f"“{column.name}”是浮点数列，--exact 不接受；改存为整数或十进制小数（DECIMAL）")


def no_days(name: str, kind: object) -> WrongColumn:
    """What is said of a column of days that holds something else."""
    return WrongColumn(f"“{name}”这一列的类型是 {kind}，应为日期")


def wrong(column: Column, kind: object, wanted: str) -> WrongColumn:
    """What is said of a column whose type cannot hold its fact."""
    return WrongColumn(f"“{column.name}”这一列的类型是 {kind}，“{column.spec.name}”应为{wanted}")


def shape(ending: str) -> str:
    """What a plain number looks like: its whole part and its decimals are the groups of the expression."""
    return rf"^(-?(?:0|[1-9]\d{{0,{DIGITS - 1}}}))(?:\.(\d{{1,{PLACES[-1]}}}))?{ending}$"


def _from_text(raw: pl.Series, ending: str) -> tuple[pl.Series, int]:
    """Plain numbers, with the fewest decimals that hold all that are plain."""
    parts = raw.str.extract_groups(shape(ending)).struct
    whole, rest = parts.field("1"), parts.field("2")
    most = max(rest.str.len_chars().drop_nulls().to_list(), default=0)
    places = next(one for one in PLACES if one >= most)
    digits = whole + rest.fill_null("").str.pad_end(places, "0") if places else whole
    # −0.5 keeps its sign in front of the digits; whole numbers beyond 64 bits are left to single reading.
    return digits.cast(pl.Int64, strict=False), places


def _from_float(raw: pl.Series) -> tuple[pl.Series, int]:
    """Doubles that are the nearest to a decimal of at most fifteen digits, which is then what was meant."""
    for places in PLACES:
        scaled = (raw * 10.0**places).round()
        # A whole number below 2^53 over a power of ten is divided to the nearest double. By a column: by one number
        # polars multiplies with its inverse, which is not the nearest.
        power = pl.repeat(10.0**places, len(raw), dtype=pl.Float64, eager=True)
        same = ((scaled / power) == raw) & (scaled.abs() < 10.0**DIGITS)
        if places == PLACES[-1] or same.fill_null(True).all():
            return pl.select(pl.when(same).then(scaled).cast(pl.Int64)).to_series(), places
    raise AssertionError("the last number of places is always taken")
