"""The table of results: a row a subject, the same columns whichever back end scored it."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import polars as pl
from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.columns.plan import Plan
from zhunsheng.runtime.numbers import decimal
from zhunsheng.runtime.rendering.phrases import LIMITED, VETOED
from zhunsheng.runtime.result import IndicatorResult, Result

#: Decimals of points that the table holds; a number with more of them is rounded, and what it is exactly stands beside it.
PLACES = 15
_SCALE = 10**PLACES
POINTS = pl.Decimal(38, PLACES)
#: Decimals of a number that is rounded, and those of a number that may be a bound: no number is rounded to such a one.
_SHORT, _BOUND = 6, 3
#: Points in whole 1/10^PLACES that are too great for a column.
MOST = 10**38

STATUS = {
    "complete": "完整",
    "incomplete": "缺数据",
    "limited": LIMITED,
    "vetoed": VETOED,
    "ineligible": "不符合基本条件",
}
#: The status where the tier is decided and the total is not.
DECIDED = "等级已定"
#: The column of what numbers other than the total are exactly, where they were rounded.
EXACTLY = "其他数（精确）"


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
        columns |= {self.score_name(leaf): POINTS for leaf in self.leaves}
        return columns | ({EXACTLY: pl.String} if program.scored else {})

    # -- from columns

    def of_columns(self, scored: pl.DataFrame, made: Plan) -> pl.DataFrame:
        """The results of rows that a plan has worked out."""
        program, total = self.program, made.total_scale
        binding = [item for item in program.requirements if item.binding]
        stopping = [veto for veto in program.vetoes if veto.vetoes]
        status = pl.lit(STATUS["complete"])
        for word, limits in (("limited", True), ("vetoed", False)):
            own = [pl.col(f"否决 {veto.id}") for veto in stopping if program.limits(veto) == limits]
            if own:
                status = pl.when(pl.any_horizontal(own)).then(pl.lit(STATUS[word])).otherwise(status)
        if binding:
            status = pl.when(~pl.col("资格")).then(pl.lit(STATUS["ineligible"])).otherwise(status)
        columns = [status.alias("状态")]
        if program.tiers:
            names = {number: band.name for number, band in enumerate(program.tiers)}
            tier = pl.col("等级").replace_strict(names, default=None, return_dtype=pl.String)
            columns += [tier.alias("等级"), tier.fill_null("无").alias("可能的等级")]
        if program.scored:
            points = _points("总分", total)
            columns += [points.alias("总分"), _exact_column("总分", total).alias("总分（精确）")]
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
        if program.scored:
            exact = [
                _exact_column(f"指标 {leaf.id}", made.point_scale, f"{leaf.id}=") for leaf in self.leaves
            ]
            words = pl.concat_str(exact, separator="；", ignore_nulls=True) if exact else pl.lit("")
            columns.append(words.alias(EXACTLY))
        return scored.select(columns)

    # -- from a result

    def of_result(self, result: Result) -> dict[str, Any]:
        """The row of one result."""
        program = self.program
        row: dict[str, Any] = {"状态": status(result)}
        if program.tiers:
            grades = [*result.possible_grades] or ([] if result.grade else ["无"])
            row |= {"等级": result.grade, "可能的等级": "、".join(grades)}
        if program.scored:
            row |= {"总分": _rounded(result.total), "总分（精确）": _exactly(result.total)}
            row |= {"最低总分": _rounded(result.total_min), "最高总分": _rounded(result.total_max)}
        if any(veto.vetoes for veto in program.vetoes):
            row["否决"] = "、".join(veto.id for veto in result.vetoes if veto.triggered)
        if program.requirements:
            words = {True: "符合", False: "不符合", None: "待定"}
            row["基本条件"] = words[result.eligible]
            row["未满足的条件"] = "、".join(item.id for item in result.conditions if item.holds is False)
        row["缺少的数据项"] = "、".join(wanted(result))
        scores = dict(_scores(result.indicators))
        row |= {self.score_name(leaf): _rounded(scores.get(leaf.id)) for leaf in self.leaves}
        if program.scored:
            ends = (
                {"最低总分": result.total_min, "最高总分": result.total_max} if result.total is None else {}
            )
            others = ends | {leaf.id: scores.get(leaf.id) for leaf in self.leaves}
            exact = {name: _exactly(value) for name, value in others.items()}
            row[EXACTLY] = "；".join(f"{name}={words}" for name, words in exact.items() if words)
        return row

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


def status(result: Result) -> str:
    """What stands in the column of the status. What only keeps the tier down is told where nothing is open."""
    own = result.status
    if own == "vetoed" and result.limited:
        own = "incomplete" if result.open_tier else "complete" if result.open_total else "limited"
    return DECIDED if own == "complete" and result.open_total else STATUS[own]


def wanted(result: Result) -> tuple[str, ...]:
    """What has to be filled in of a result that lacks facts, or what keeps them from being worked out. Where nothing is open,
    what others have not filled in is nothing that this one lacks."""
    settled = not (result.open_total or result.open_tier or result.eligible is None)
    names = (
        name
        for item in result.missing
        for name in item.wanted or (item.name,)
        if not (settled and name in item.others)
    )
    return tuple(dict.fromkeys(names))


def _scores(indicators: tuple[IndicatorResult, ...]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for indicator in indicators:
        found += _scores(indicator.children) if indicator.children else [(indicator.id, indicator.score)]
    return found


def _rounded(value: int | Fraction | None) -> int | None:
    """A number of points in whole 1/10^PLACES: exactly where it has no more decimals, else rounded half away from zero to
    _SHORT decimals. Where that would look like a number with _BOUND, a bound that it may not have reached, it is cut behind
    as many as there are instead."""
    if value is None:
        return None
    above, below = abs(Fraction(value)).as_integer_ratio()
    whole: int = above * _SCALE // below
    if above * _SCALE % below:
        short: int = (2 * above * 10**_SHORT + below) // (2 * below)
        if short % 10 ** (_SHORT - _BOUND):
            whole = short * 10 ** (PLACES - _SHORT)
        elif not whole % 10 ** (PLACES - _BOUND):
            whole += 1
    return -whole if value < 0 else whole


def _exactly(value: int | Fraction | None) -> str | None:
    """What a number is exactly, where it was rounded: its decimal where that ends, else its fraction."""
    if value is None or (Fraction(value) * _SCALE).denominator == 1:
        return None
    printed = decimal(value)
    return printed.text if printed.exact else printed.ratio


def _decimal(whole: pl.Expr) -> pl.Expr:
    """Whole numbers of 1/10^PLACES as decimals: the same digits, read as having so many decimals."""
    return whole.cast(pl.Int128).reinterpret(dtype=POINTS)


def _points(name: str, scale: int) -> pl.Expr:
    """Whole numbers of 1/scale as decimals, as :func:`_rounded` has them."""
    number = pl.col(name).cast(pl.Int128)
    if _SCALE % scale == 0:
        return _decimal(number * (_SCALE // scale))
    size = _wide(scale)
    above = number.abs()
    whole = above * _wide(_SCALE) // size
    short = (above * _wide(2 * 10**_SHORT) + size) // _wide(2 * scale)
    near = pl.when(whole % _wide(10 ** (PLACES - _BOUND)) == 0).then(whole + 1).otherwise(whole)
    rounded = (
        pl.when(short % _wide(10 ** (_SHORT - _BOUND)) == 0)
        .then(near)
        .otherwise(short * _wide(10 ** (PLACES - _SHORT)))
    )
    found = pl.when(above * _wide(_SCALE) % size == 0).then(whole).otherwise(rounded)
    return _decimal(found * number.sign())


def _wide(number: int) -> pl.Expr:
    return pl.lit(number, dtype=pl.Int128)


def _exact_column(name: str, scale: int, before: str = "") -> pl.Expr:
    """What numbers are exactly, where they are rounded, behind some text."""
    if _SCALE % scale == 0:
        return pl.lit(None, dtype=pl.String)
    number = pl.col(name).cast(pl.Int128)
    rounded = pl.when(number * _wide(_SCALE) % _wide(scale) != 0).then(number)
    return pl.lit(before) + rounded.map_elements(
        lambda value: _exactly(Fraction(value, scale)), return_dtype=pl.String
    )


def _listed(items: list[tuple[str, str, bool]]) -> pl.Expr:
    """The ids of those columns that are as asked, joined."""
    words = [pl.when(pl.col(name) == wanted).then(pl.lit(id)) for name, id, wanted in items]
    return pl.concat_str(words, separator="、", ignore_nulls=True)
