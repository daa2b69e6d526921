"""The columns of a Parquet table in exact types, as Spark expressions: what :mod:`.typing` does of a piece in memory.

A cell that is not plainly typed has no value here and marks its row, which is then read as a single applicant's is. So
whatever is in doubt may be left out; nothing may be read otherwise than there.
"""

import datetime
from collections.abc import Collection, Mapping
from typing import Any

from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.batch.header import Column, Header
from zhunsheng.compiler.batch.typing import (
    DIGITS,
    PLACES,
    SINGLE_DIGITS,
    WrongColumn,
    given_twice,
    inexact,
    no_days,
    range_of,
    shape,
    without_measure,
    wrong,
)
from zhunsheng.runtime.facts import EVALUATION_DATE, FactSpec, FactType


@frozen
class Typed:
    """Columns by the names of facts, the decimals of each number, and which rows have cells that were not read."""

    columns: Mapping[str, Any]
    places: Mapping[str, int]
    unread: Any


class Typing:
    """Reads the columns of one Spark table; raises :class:`WrongColumn`. With `exact` a binary float is refused."""

    def __init__(self, frame: Any, header: Header, *, exact: bool) -> None:
        from pyspark.sql import functions, types

        self.f: Any = functions
        self.types: Any = types
        self.frame = frame
        self.header = header
        self.exact = exact

    def raw(self, name: str) -> Any:
        """A column of the table as it stands there."""
        return self.f.col(quoted(name))

    def typed(self, program: ir.Program, date: datetime.date | None) -> Typed:
        """The columns, with the evaluation date where the standard asks for it; derived facts are worked out where the
        table has none."""
        derived = {item.fact for item in program.derived}
        found = self._looked_at(derived)
        columns: dict[str, Any] = {}
        places: dict[str, int] = {}
        unread = self.f.lit(False)
        absents: dict[str, Any] = {}
        flags = {column.spec.name: column.name for column in self.header.columns if column.absent}
        for column in self.header.columns:
            if column.absent:
                values, given = self._truths(column), self.raw(column.name).isNotNull()
                absents[column.spec.name] = self._sure(values)
                unread = unread | (given & values.isNull())
        for column in self.header.columns:
            if column.absent:
                continue
            name, raw = column.spec.name, self.raw(column.name)
            values, places[name] = self._values(column, found)
            known = values.isNotNull()
            unread = unread | self._outside(values, column.spec, places[name])
            if column.spec.allows_na and self._kind(column) == "string":
                said = self._sure(self.f.trim(raw) == "不适用")
                known = known | said
                # A row that says it twice is left to single reading, which sees whether it says the same.
                unread = unread | (self.raw(flags[name]).isNotNull() & said) if name in flags else unread
                absents.setdefault(name, said)
            if name in flags:
                unread = unread | (absents[name] & values.isNotNull())
            columns[name] = values
            unread = unread | (raw.isNotNull() & ~known)
        if any(spec.name == EVALUATION_DATE for spec in program.facts):
            columns[EVALUATION_DATE], wrong = self._evaluated(date)
            unread = unread | wrong
        said = {name: values.isNotNull() for name, values in columns.items()}
        for name, absent in absents.items():
            said[name] = said[name] | absent if name in said else absent
        for twice in given_twice(program, said):
            unread = unread | twice
        places = {n: own for n, own in places.items() if n not in derived or found[f"given {n}"]}
        beside = {f"{name}不适用": absent for name, absent in absents.items()}
        return Typed({**columns, **beside}, places, unread)

    def _sure(self, truth: Any) -> Any:
        """A truth value that is false where it is not known."""
        return self.f.coalesce(truth, self.f.lit(False))

    def _outside(self, values: Any, spec: FactSpec, places: int) -> Any:
        """Which numbers are outside the range of a fact, as in :mod:`.typing`."""
        ends = range_of(spec, places)
        if ends is None:
            return self.f.lit(False)
        outside = ~values.between(*ends)
        return self._sure(outside & (values != 0) if spec.or_zero else outside)

    def _evaluated(self, date: datetime.date | None) -> tuple[Any, Any]:
        """The evaluation date, and in which rows there is what is none."""
        day, name = self.f.lit(date).cast("date"), self.header.date
        if not name:
            return day, self.f.lit(False)
        read = self.days(name)
        return self.f.coalesce(read, day), self.raw(name).isNotNull() & read.isNull()

    def _kind(self, column: Column) -> str:
        """What a column holds, in a word."""
        t, own = self.types, self.frame.schema[column.name].dataType
        if isinstance(own, t.ByteType | t.ShortType | t.IntegerType | t.LongType):
            return "whole"
        names = {t.StringType: "string", t.BooleanType: "truth", t.DateType: "date", t.DecimalType: "decimal"}
        names |= {t.DoubleType: "float", t.FloatType: "single", t.NullType: "void"}
        return next((word for kind, word in names.items() if isinstance(own, kind)), own.simpleString())

    def _wrong(self, column: Column, wanted: str) -> WrongColumn:
        kind = self.frame.schema[column.name].dataType.simpleString()
        return wrong(column, kind, wanted)

    # -- what the numbers look like

    def _looked_at(self, derived: Collection[str]) -> Mapping[str, Any]:
        """Of each column with text or floats how many decimals there are, and whether a derived fact is given: one look
        at those columns alone, and none where there are no such columns."""
        asked: dict[str, Any] = {}
        for column in self.header.columns:
            name = column.spec.name
            if not column.absent and name in derived:
                asked[f"given {name}"] = self.f.max(self.raw(column.name).isNotNull())
            if column.absent or not column.spec.type.numeric or column.spec.dated:
                continue
            if self._kind(column) == "string":
                rest = self.f.regexp_extract(self.f.trim(self.raw(column.name)), self._shape(column), 2)
                asked[f"text {name}"] = self.f.max(self.f.length(rest))
            elif self._kind(column) in ("float", "single"):
                for places in PLACES:
                    same = self.f.coalesce(self._same(column, places), self.f.lit(True))
                    asked[f"float {name} {places}"] = self.f.min(same)
        if not asked:
            return {}
        # Names of columns of the answer are plain, whatever the facts are called.
        row = self.frame.select([node.alias(str(place)) for place, node in enumerate(asked.values())]).first()
        return dict(zip(asked, row, strict=True))

    def _shape(self, column: Column) -> str:
        return shape("%" if column.spec.type is FactType.PERCENT and not column.measure else "")

    def _scaled(self, column: Column, places: int) -> Any:
        return self.f.rint(self.raw(column.name).cast("double") * self.f.lit(10.0**places))

    def _same(self, column: Column, places: int) -> Any:
        """Whether a float is the nearest to a decimal with so many places; NULL where there is none."""
        scaled = self._scaled(column, places)
        kind, digits = ("float", SINGLE_DIGITS) if self._kind(column) == "single" else ("double", DIGITS)
        exact = (scaled / self.f.lit(10.0**places)).cast(kind) == self.raw(column.name)
        return exact & (self.f.abs(scaled) < self.f.lit(10.0**digits)) & ~self.f.isnan(scaled)

    # -- values

    def _values(self, column: Column, found: Mapping[str, Any]) -> tuple[Any, int]:
        """A fact's values, NULL where there is none or it is not plain, and their decimals."""
        spec, kind, raw = column.spec, self._kind(column), self.raw(column.name)
        if spec.type.truth:
            return self._truths(column), 0
        if spec.type is FactType.CHOICE:
            if kind != "string":
                raise self._wrong(column, "文字")
            plain = self.f.trim(raw)
            return self.f.when(plain.isin(*spec.choices), plain), 0
        if spec.type is FactType.DATE:
            return self.days(column.name), 0
        if spec.dated and kind == "string":
            return self.f.lit(None).cast("bigint"), 0
        values, places = self._numbers(column, kind, found)
        if spec.type.whole and places:
            size = self.f.lit(10**places)
            return self.f.when(values % size == 0, self.f.call_function("div", values, size)), 0
        return values, places

    def _truths(self, column: Column) -> Any:
        kind, raw = self._kind(column), self.raw(column.name)
        if kind in ("truth", "void"):
            return raw.cast("boolean")
        if kind != "string":
            raise self._wrong(column, "是否（布尔值，或“是”“否”）")
        plain = self.f.trim(raw)
        return self.f.when(plain == "是", self.f.lit(True)).when(plain == "否", self.f.lit(False))

    def days(self, name: str) -> Any:
        """A column of days; NULL where a text is no plain one. Raises :class:`WrongColumn` for a column of another type."""
        raw, kind = self.raw(name), self.frame.schema[name].dataType
        if isinstance(kind, self.types.DateType):
            # Python's first day is none that it can hand over itself.
            first, last = (self.f.lit(day).cast("date") for day in ("0001-01-01", "9999-12-31"))
            return self.f.when(raw.between(first, last), raw)
        if isinstance(kind, self.types.NullType):
            return raw.cast("date")
        if not isinstance(kind, self.types.StringType):
            raise no_days(name, kind.simpleString())
        plain = self.f.trim(raw)
        shaped = plain.rlike(r"^\d{4}-\d{2}-\d{2}$") & (plain >= "0001-01-01")
        return self.f.when(shaped, plain.try_cast("date"))

    def _numbers(self, column: Column, kind: str, found: Mapping[str, Any]) -> tuple[Any, int]:
        """Whole numbers of 1/10^places, and the places (of a percentage as a ratio)."""
        name, raw = column.spec.name, self.raw(column.name)
        percent = column.spec.type is FactType.PERCENT
        shift = 2 * (percent and column.measure == "%")
        if kind == "void":
            return raw.cast("bigint"), 0
        if kind == "string":
            places = _fewest(found[f"text {name}"] or 0)
            return self._from_text(column, places), places + 2 * (percent and column.measure != "比值")
        if percent and not column.measure:
            raise without_measure(column)
        if kind == "whole":
            return raw.cast("bigint"), shift
        if kind == "decimal":
            scale = self.frame.schema[column.name].dataType.scale
            # With at most 18 digits the product is exact, and so is what becomes of it.
            held = raw.try_cast(f"decimal(18,{min(scale, 18)})")
            size = self.f.lit("1" + "0" * min(scale, 18)).cast(f"decimal({min(scale, 18) + 1},0)")
            values = (held * size).cast("bigint")
            return (values if scale <= 18 else self.f.lit(None).cast("bigint")), scale + shift
        if self.exact and kind in ("float", "single"):
            raise inexact(column)
        if kind in ("float", "single"):
            tries = [places for places in PLACES if found[f"float {name} {places}"] is not False]
            places = tries[0] if tries else PLACES[-1]
            plain = self.f.when(self._same(column, places), self._scaled(column, places))
            return plain.cast("bigint"), places + shift
        raise self._wrong(column, "数")

    def _from_text(self, column: Column, places: int) -> Any:
        plain = self.f.trim(self.raw(column.name))
        shaped = plain.rlike(self._shape(column))
        whole, rest = (self.f.regexp_extract(plain, self._shape(column), part) for part in (1, 2))
        digits = self.f.concat(whole, self.f.rpad(rest, places, "0")) if places else whole
        return self.f.when(shaped, digits.try_cast("bigint"))


def _fewest(most: int) -> int:
    return next(places for places in PLACES if places >= most)


def quoted(name: str) -> str:
    """A column name as Spark's functions take it."""
    return "`" + name.replace("`", "``") + "`"
