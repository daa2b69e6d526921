"""From the gathered numbers to facts: places, and what is the same for all of a class; exact, with their ends where
numbers are missing.

What is not known is never 0: a subject without its number may stand before others or behind them, and is counted
among those that may be before. docs/developers/semantics.md says which places that leaves.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import floor

import polars as pl
from attrs import frozen

from zhunsheng.compiler.cohort.gathered import CLASS, COUNT, Basis, above, below, falling
from zhunsheng.compiler.cohort.order import BEYOND, key_of
from zhunsheng.runtime.facts import Cohort, FactSpec

#: The ends between which a place lies; the place where they are the same.
LOW, HIGH = "最前", "最后"
#: The most bits of the denominator of a mean.
MOST_BITS = 4096
_LONG = pl.Int128


class Inexact(Exception):
    """A mean of too many different denominators; the message says so, in Chinese."""


@frozen
class Standing:
    """A fact of one subject: its value, else the ends between which it lies, None for no end."""

    value: Fraction | None
    low: Fraction | None
    high: Fraction | None


@frozen
class Members:
    """Who is in a class: `known` have their numbers, `missing` may or must have one; `sure` of these surely take part."""

    known: int
    missing: int
    sure: int

    @property
    def most(self) -> int:
        """How many take part at most."""
        return self.known + self.missing


class Changed(Exception):
    """A row that was not there when the numbers were gathered."""


@frozen
class Places:
    """The places of all numbers, found by their codes, which rise."""

    codes: pl.Series
    ends: pl.DataFrame

    def of(self, codes: pl.Series) -> pl.DataFrame:
        """The ends of the places of some codes; null where a code is."""
        if not len(self.codes):
            return pl.DataFrame(
                {name: pl.Series([None] * len(codes), dtype=pl.Int64) for name in (LOW, HIGH)}
            )
        at = self.codes.search_sorted(codes.fill_null(0)).clip(0, len(self.codes) - 1)
        if not ((self.codes[at] == codes) | codes.is_null()).all():
            raise Changed
        known = pl.DataFrame({"known": codes.is_not_null()})
        found = pl.concat([self.ends[at], known], how="horizontal")
        return found.select(pl.when("known").then(name).alias(name) for name in (LOW, HIGH))


class Compared:
    """The numbers of one basis, all gathered."""

    def __init__(self, table: pl.DataFrame, basis: Basis, spec: FactSpec) -> None:
        self.basis = basis
        self.spec = spec
        self.table = table
        first = basis.keys[0]
        self.inside = table.filter(pl.col(CLASS).is_not_null() & pl.col(first).is_not_null())
        self.free = table.filter(pl.col(CLASS).is_null() & pl.col(first).is_not_null())
        nameless = table.filter(pl.col(first).is_null())
        #: How many of each class have no number, those of no known class under None.
        self.unknown: dict[str | None, int] = dict(nameless.select(CLASS, COUNT).iter_rows())
        self.counts: dict[str, int] = dict(self.inside.group_by(CLASS).agg(pl.col(COUNT).sum()).iter_rows())
        self.everyone = int(table[COUNT].sum())
        #: The different keys of each fact, rising; a number's place among them stands for it in codes.
        self.values = [self.inside[name].drop_nulls().unique().sort() for name in basis.keys]

    @property
    def classes(self) -> list[str]:
        """The classes that subjects are known to be in."""
        return sorted({*self.counts, *(name for name in self.unknown if name is not None)})

    def members(self, name: str | None) -> Members:
        """Who is in a class; of one that is not known, who may be."""
        if name is None:
            return Members(0, self.everyone, 0)
        own = self.unknown.get(name, 0)
        missing = own + self.unknown.get(None, 0) + int(self.free[COUNT].sum())
        return Members(self.counts.get(name, 0), missing, 0 if self.spec.allows_na else own)

    # -- places

    def codes(self, rows: pl.DataFrame) -> pl.Series:
        """A number for each class and its keys, which a search finds; null where the class or the first key is not known."""
        index = {name: at for at, name in enumerate(sorted(self.counts))}
        known = rows.select(
            pl.col(CLASS).is_not_null() & pl.col(self.basis.keys[0]).is_not_null()
        ).to_series()
        code = pl.Series([0] * len(rows), dtype=_LONG)
        if index:
            names = pl.col(CLASS).replace_strict(index, default=-1, return_dtype=_LONG)
            code = rows.select(names).to_series()
        for values, name in zip(self.values, self.basis.keys, strict=True):
            at, size = values.search_sorted(rows[name].fill_null(0)), len(values)
            none = rows[name].is_null()
            there = values[at.clip(0, size - 1)] == rows[name] if size else none
            if not (there | none | ~known).all():
                raise Changed
            joined = pl.col("code") * pl.lit(size + 1, dtype=_LONG) + pl.col("at").cast(_LONG)
            pair = pl.DataFrame({"code": code, "at": at.set(none, size)})
            code = pair.select(joined).to_series()
        return code.set(~known, None)

    def places(self, cohort: Cohort) -> Places:
        """The ends of the place of every number of a class."""
        found = self._places(cohort)
        ends = found.select(LOW, HIGH).with_columns(self.codes(found).alias("code")).sort("code")
        return Places(ends["code"], ends.drop("code"))

    def _places(self, cohort: Cohort) -> pl.DataFrame:
        down = falling(cohort)
        own = self.inside.select(CLASS, *self.basis.keys, pl.col(COUNT).alias("own"), pl.lit(0).alias("free"))
        classes = pl.DataFrame({CLASS: sorted(self.counts)}, schema={CLASS: pl.String})
        free = classes.join(
            self.free.select(*self.basis.keys, pl.lit(0).alias("own"), pl.col(COUNT).alias("free")),
            how="cross",
        )
        shape = [pl.col("own").cast(pl.Int64), pl.col("free").cast(pl.Int64)]
        merged = pl.concat([own.with_columns(shape), free.with_columns(shape)])
        merged = merged.group_by(CLASS, *self.basis.keys).agg(pl.col("own").sum(), pl.col("free").sum())
        full = pl.all_horizontal(pl.col(name).is_not_null() for name in self.basis.keys)
        merged = merged.with_columns(full.alias("full"), self._unnumbered(down[0]).alias("unnumbered"))
        # A number that decides between equals and is missing may be behind all others, or before them.
        back = self._before(merged, down, "b", missing_first=False)
        found = self._before(back, down, "f", missing_first=True)
        low, high = _dense() if cohort.ties == "连号" else _leaving_out(self.basis.keys)
        most = pl.col(CLASS).replace_strict(
            {name: self.members(name).most for name in self.classes}, default=0, return_dtype=pl.Int64
        )
        ends = found.with_columns(low.alias(LOW), pl.min_horizontal(high, most).alias(HIGH))
        return ends.filter(pl.col("own") > 0).select(CLASS, *self.basis.keys, LOW, HIGH)

    def _unnumbered(self, falling: bool) -> pl.Expr:
        """How many without a number may stand before a number: all that may be in the class, unless the range of the
        fact ends at the number and equals are not told apart."""
        everywhere = self.unknown.get(None, 0)
        counts = {name: count + everywhere for name, count in self.unknown.items() if name is not None}
        missing = pl.col(CLASS).replace_strict(counts, default=everywhere, return_dtype=pl.Int64)
        end = self._end(falling)
        if end is None or len(self.basis.facts) > 1:
            return missing
        key, bound = pl.col(self.basis.keys[0]), pl.lit(key_of(end), dtype=_LONG)
        return pl.when(key < bound if falling else key > bound).then(missing).otherwise(0)

    def _end(self, falling: bool) -> Fraction | None:
        """The end of the fact's range at which the first place is."""
        spec = self.spec
        if falling:
            return spec.high if spec.high is None or not spec.type.whole else Fraction(floor(spec.high))
        return Fraction(0) if spec.low is None and spec.type.whole else spec.low

    def _before(
        self, merged: pl.DataFrame, falling: list[bool], name: str, *, missing_first: bool
    ) -> pl.DataFrame:
        """How many stand before each number, those that have only some of the numbers set first or last."""
        order = []
        for key, down in zip(self.basis.keys, falling, strict=True):
            beyond = BEYOND if down == missing_first else -BEYOND
            order.append(pl.col(key).fill_null(pl.lit(beyond, dtype=_LONG)))
        sorted_rows = merged.sort(CLASS, *order, descending=[False, *falling])
        full = pl.when("full").then("own").otherwise(0)

        def before(count: pl.Expr) -> pl.Expr:
            return count.cum_sum().over(CLASS) - count

        return sorted_rows.with_columns(
            before(pl.col("own")).alias(f"{name}own"),
            before(pl.col("free")).alias(f"{name}free"),
            before(pl.col("own") - full).alias(f"{name}part"),
            before((full > 0).cast(pl.Int64)).alias(f"{name}different"),
        )

    # -- what is the same for all of a class

    def common(self, cohort: Cohort) -> dict[str | None, Standing]:
        """The fact by class; under None for those whose class is not known."""
        return {name: self._common(cohort, name) for name in [*self.classes, None]}

    def _common(self, cohort: Cohort, name: str | None) -> Standing:
        who = self.members(name)
        if cohort.kind == "size":
            least, most = Fraction(who.known + who.sure), Fraction(who.most)
            return Standing(least if least == most else None, least, most)
        own = self.inside.filter(pl.col(CLASS) == ("" if name is None else name)).sort(self.basis.keys[0])
        low, high = self.spec.low, self.spec.high
        if self.spec.type.whole and low is None:
            low = Fraction(0)
        if cohort.kind in ("max", "min"):
            ends = [Fraction(own[above(0)][at], own[below(0)][at]) for at in (0, -1)] if len(own) else []
            if ends and cohort.kind == "max":
                low = ends[1]
            elif ends:
                high = ends[0]
            value = ends[1 if cohort.kind == "max" else 0] if ends and not who.missing else None
            return Standing(value, low, high)
        value = None if who.missing else mean(own, cohort.trim, cohort.of)
        return Standing(value, low, high)


def _leaving_out(keys: Sequence[str]) -> tuple[pl.Expr, pl.Expr]:
    """The ends of a place where the places behind equal numbers are left out.

    One who lacks a number that decides may be first or last of all that are equal to it in those before that number;
    of the others, those that lack one of these are surely behind it as little as before it."""
    low, high = pl.col("bown"), pl.col("fown") + 1 + pl.col("ffree") + pl.col("unnumbered")
    last, last_free = pl.col("fown") + pl.col("own"), pl.col("ffree") + pl.col("free")
    for depth, key in reversed(list(enumerate(keys[1:], 1))):
        equal = (CLASS, *keys[:depth])
        lacking = pl.col(key).is_null()
        behind = last.max().over(equal) + last_free.max().over(equal) + pl.col("unnumbered")
        low = pl.when(lacking).then(pl.col("bown").min().over(equal)).otherwise(low)
        high = pl.when(lacking).then(behind).otherwise(high)
    return low + 1, high


def _dense() -> tuple[pl.Expr, pl.Expr]:
    """The ends of a place where no place is left out: each that may be before it has a number of its own at most."""
    low = pl.col("bdifferent") + 1
    high = low + pl.col("fpart") + pl.col("ffree") + pl.col("unnumbered")
    everyone = pl.lit(2**62)
    return pl.when("full").then(low).otherwise(1), pl.when("full").then(high).otherwise(everyone)


def mean(own: pl.DataFrame, trim: int, name: str) -> Fraction | None:
    """The mean of numbers that rise, without so many at both ends; None where none is left. Raises :class:`Inexact`."""
    everyone = int(own[COUNT].sum())
    left = everyone - 2 * trim
    if left < 1:
        return None
    upto = pl.col(COUNT).cum_sum()
    kept = pl.min_horizontal(upto, pl.lit(everyone - trim)) - pl.max_horizontal(
        upto - pl.col(COUNT), pl.lit(trim)
    )
    parts = (
        own.with_columns(pl.max_horizontal(kept, pl.lit(0)).alias(COUNT))
        .group_by(below(0))
        .agg((pl.col(above(0)).cast(_LONG) * pl.col(COUNT).cast(_LONG)).sum())
    )
    total = Fraction(0)
    for size, number in parts.iter_rows():
        total += Fraction(number, size)
        if total.denominator.bit_length() > MOST_BITS:
            raise Inexact(
                f"“{name}”的平均值要把许多分母不同的分数相加，不能精确算出；在“计算”里写明“{name}”保留几位小数"
            )
    return total / left
