"""The table of results: a row a subject, the same columns whichever back end scored it."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import polars as pl
from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.columns.plan import Plan
from zhunsheng.runtime.result import IndicatorResult, Result

#: Decimals of points in the table; a number with more of them is rounded, and its exact fraction stands beside it.
PLACES = 6
_SCALE = 10**PLACES
POINTS = pl.Decimal(38, PLACES)
#: Points in whole 1/10^PLACES that are too great for a column.
MOST = 10**38

STATUS = {"complete": "完整", "incomplete": "缺数据", "vetoed": "一票否决", "ineligible": "不符合基本条件"}


@frozen
class Table:
    """The columns of results for a standard, keys excepted."""

    program: ir.Program

    @property
    def leaves(self) -> tuple[ir.Indicator, ...]:
        """The indicators with a column of their own."""
        return tuple(self.program.leaves())

    def score_name(self, leaf: ir.Indicator) -> str:
        """The column of an indicator's score."""
        return f"{leaf.id} {leaf.title}".strip()

    @property
    def schema(self) -> dict[str, Any]:
        """Names and types of all columns."""
        program = self.program
        columns: dict[str, Any] = {"状态": pl.String}
        if program.tiers:
            columns |= {"等级": pl.String, "可能的等级": pl.String}
        if program.scored:
            columns |= {"总分": POINTS, "总分（精确）": pl.String, "最低总分": POINTS, "最高总分": POINTS}
        if any(veto.vetoes for veto in program.vetoes):
            columns["否决"] = pl.String
        if program.requirements:
            columns |= {"基本条件": pl.String, "未满足的条件": pl.String}
        columns["缺少的数据项"] = pl.String
        return columns | {self.score_name(leaf): POINTS for leaf in self.leaves}

    # -- from columns

    def of_columns(self, scored: pl.DataFrame, made: Plan) -> pl.DataFrame:
        """The results of rows that a plan has worked out."""
        program, total = self.program, made.total_scale
        binding = [item for item in program.requirements if item.binding]
        stopping = [veto for veto in program.vetoes if veto.vetoes]
        status = pl.lit(STATUS["complete"])
        if stopping:
            held = pl.any_horizontal(pl.col(f"否决 {veto.id}") for veto in stopping)
            status = pl.when(held).then(pl.lit(STATUS["vetoed"])).otherwise(status)
        if binding:
            status = pl.when(~pl.col("资格")).then(pl.lit(STATUS["ineligible"])).otherwise(status)
        columns = [status.alias("状态")]
        if program.tiers:
            names = {number: band.name for number, band in enumerate(program.tiers)}
            tier = pl.col("等级").replace_strict(names, default=None, return_dtype=pl.String)
            columns += [tier.alias("等级"), tier.fill_null("无").alias("可能的等级")]
        if program.scored:
            points = _points("总分", total)
            columns += [points.alias("总分"), _exactly("总分", total).alias("总分（精确）")]
            columns += [points.alias("最低总分"), points.alias("最高总分")]
        if stopping:
            columns.append(_listed([(f"否决 {veto.id}", veto.id, True) for veto in stopping]).alias("否决"))
        if program.requirements:
            eligible = pl.when(pl.col("资格")).then(pl.lit("符合")).otherwise(pl.lit("不符合"))
            failed = _listed([(f"条件 {item.id}", item.id, False) for item in program.requirements])
            columns += [eligible.alias("基本条件"), failed.alias("未满足的条件")]
        columns.append(pl.lit("").alias("缺少的数据项"))
        columns += [
            _points(f"指标 {leaf.id}", made.point_scale).alias(self.score_name(leaf)) for leaf in self.leaves
        ]
        return scored.select(columns)

    # -- from a result

    def of_result(self, result: Result) -> dict[str, Any]:
        """The row of one result."""
        program = self.program
        row: dict[str, Any] = {"状态": STATUS[result.status]}
        if program.tiers:
            grades = [*result.possible_grades] or ([] if result.grade else ["无"])
            row |= {"等级": result.grade, "可能的等级": "、".join(grades)}
        if program.scored:
            row |= {"总分": _rounded(result.total), "总分（精确）": _fraction(result.total)}
            row |= {"最低总分": _rounded(result.total_min), "最高总分": _rounded(result.total_max)}
        if any(veto.vetoes for veto in program.vetoes):
            row["否决"] = "、".join(veto.id for veto in result.vetoes if veto.triggered)
        if program.requirements:
            words = {True: "符合", False: "不符合", None: "待定"}
            row["基本条件"] = words[result.eligible]
            row["未满足的条件"] = "、".join(item.id for item in result.conditions if item.holds is False)
        row["缺少的数据项"] = "、".join(item.name for item in result.missing)
        scores = dict(_scores(result.indicators))
        return row | {self.score_name(leaf): _rounded(scores.get(leaf.id)) for leaf in self.leaves}

    def frame(self, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
        """Rows as a table; points are held as whole numbers of 1/10^PLACES until here."""
        columns = {}
        for name, kind in self.schema.items():
            values = [row[name] for row in rows]
            if kind == POINTS:
                whole = pl.Series(name, values, dtype=pl.Int128)
                columns[name] = pl.select(_decimal(pl.lit(whole))).to_series().alias(name)
            else:
                columns[name] = pl.Series(name, values, dtype=kind)
        return pl.DataFrame(columns, schema=self.schema)


def _scores(indicators: tuple[IndicatorResult, ...]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for indicator in indicators:
        found += _scores(indicator.children) if indicator.children else [(indicator.id, indicator.score)]
    return found


def _rounded(value: int | Fraction | None) -> int | None:
    """A number of points in whole 1/10^PLACES, half away from zero."""
    if value is None:
        return None
    scaled = abs(Fraction(value)) * _SCALE
    whole: int = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return -whole if value < 0 else whole


def _fraction(value: int | Fraction | None) -> str | None:
    """The exact number where it was rounded."""
    if value is None or (Fraction(value) * _SCALE).denominator == 1:
        return None
    return f"{Fraction(value).numerator}/{Fraction(value).denominator}"


def _decimal(whole: pl.Expr) -> pl.Expr:
    """Whole numbers of 1/10^PLACES as decimals: the same digits, read as having so many decimals."""
    return whole.cast(pl.Int128).reinterpret(dtype=POINTS)


def _points(name: str, scale: int) -> pl.Expr:
    """Whole numbers of 1/scale as decimals, half away from zero where they have more than PLACES."""
    number = pl.col(name).cast(pl.Int128)
    if _SCALE % scale == 0:
        return _decimal(number * (_SCALE // scale))
    twice = (number.abs() * (2 * _SCALE) + scale) // (2 * scale)
    return _decimal(twice * number.sign())


def _exactly(name: str, scale: int) -> pl.Expr:
    """The exact fraction where the decimals are rounded."""
    if _SCALE % scale == 0:
        return pl.lit(None, dtype=pl.String)
    number = pl.col(name).cast(pl.Int128)
    fraction = number.map_elements(lambda value: _fraction(Fraction(value, scale)), return_dtype=pl.String)
    return pl.when(number * _SCALE % scale != 0).then(fraction)


def _listed(items: list[tuple[str, str, bool]]) -> pl.Expr:
    """The ids of those columns that are as asked, joined."""
    words = [pl.when(pl.col(name) == wanted).then(pl.lit(id)) for name, id, wanted in items]
    return pl.concat_str(words, separator="、", ignore_nulls=True)
