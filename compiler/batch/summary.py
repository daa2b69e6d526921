"""The summary of a batch: how many subjects in each tier, how the totals are spread, what costs the most points, who is
nearest below a tier. Memory does not grow with the rows: only counts, sums and the nearest few are kept."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from heapq import nsmallest
from itertools import pairwise
from math import ceil, floor
from typing import Any, assert_never

import polars as pl
from attrs import Factory, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.batch.cells import Cell
from zhunsheng.compiler.batch.losses import LeafPoints, Losses
from zhunsheng.compiler.batch.results import DECIDED, PLACES, STATUS, Table
from zhunsheng.compiler.columns.plan import Plan
from zhunsheng.runtime.numbers import shown

#: Subjects named as nearest below a tier, clauses named as costing the most, and bars of the chart.
NEAREST, DEAREST, BARS = 20, 20, 20
#: The most bars, where totals lie farther apart than the tiers.
MOST_BARS = 100
#: Subjects without a tier among those with one.
NO_TIER = "（等级未定或没有等级）"
_SCALE = 10**PLACES
#: More than two numbers come nearer to each other by being rounded, in 1/10^PLACES.
_ROUNDED = 2 * 10 ** (PLACES - 6)


@frozen
class Section:
    """A table of the summary."""

    title: str
    note: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@frozen
class Bar:
    """A bar of the chart: totals from `low` up to `high`, which is outside save in the last one."""

    low: Fraction
    high: Fraction
    count: int


#: A subject below a tier: how far, its name, the tier.
Near = tuple[Fraction, str, str]


@frozen
class Sums:
    """What is kept of some rows, clauses aside. Neither their order nor how they were parted can be seen in it."""

    rows: int = 0
    rejected: int = 0
    statuses: Counter[str] = Factory(Counter)
    tiers: Counter[str] = Factory(Counter)
    totals: Counter[int] = Factory(Counter)
    known: int = 0
    sum: int = 0
    nearest: tuple[Near, ...] = ()

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.rows + other.rows,
            self.rejected + other.rejected,
            self.statuses + other.statuses,
            self.tiers + other.tiers,
            self.totals + other.totals,
            self.known + other.known,
            self.sum + other.sum,
            tuple(nsmallest(NEAREST, (*self.nearest, *other.nearest))),
        )


#: What one summary hands to another: counts, and of each indicator the rows and the points of its clauses.
Kept = tuple[Sums, Mapping[str, int], Mapping[str, Fraction]]


class Summary:
    """Takes results piece by piece."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.program = table.program
        self.sums = Sums()
        self.losses = Losses(self.program)
        highest = max(
            (end for band in self.program.tiers for end in (band.low, band.high) if end is not None),
            default=Fraction(100),
        )
        self.step = max(Fraction(1), Fraction(-(-highest // BARS)))

    def add(self, results: pl.DataFrame, names: Sequence[str], rejected: int) -> None:
        """Rows of results, with the name of each subject, and how many rows beside them were rejected."""
        tiers = _counted(results["等级"].fill_null(NO_TIER)) if self.program.tiers else Counter[str]()
        found = Sums(len(results), rejected, _counted(results["状态"]), tiers)
        if self.program.scored:
            totals = results["总分"].to_physical().cast(pl.Int128)
            known = totals.drop_nulls()
            found += Sums(
                totals=_counted(known // int(self.step * _SCALE)),
                known=len(known),
                sum=int(known.sum()),
                nearest=self._nearest(results, totals, names) if self.program.tiers else (),
            )
        self.sums += found

    def _nearest(self, results: pl.DataFrame, totals: pl.Series, names: Sequence[str]) -> tuple[Near, ...]:
        """The nearest below the next tier; one whom a veto keeps out of it, or who is not eligible, is not near."""
        program = self.program
        rows = pl.DataFrame(
            {"name": pl.Series(names, dtype=pl.String), "total": totals, "tier": results["等级"]}
        )
        vetoes = results["否决"] if "否决" in results.columns else pl.repeat("", len(results), eager=True)
        rows = rows.with_columns(
            results["总分（精确）"].alias("exact"), vetoes.str.split("、").alias("vetoes")
        )
        rows = rows.filter(results["状态"] != STATUS["ineligible"])
        found: list[Near] = []
        for band, above in pairwise(program.tiers):
            if above.low is None:
                continue
            barred = [veto.id for veto in program.vetoes if _bars(veto, above, program)]
            free = ~pl.any_horizontal(pl.lit(False), *(pl.col("vetoes").list.contains(id) for id in barred))
            gap = pl.lit(int(above.low * _SCALE), dtype=pl.Int128) - pl.col("total")
            near = rows.filter(pl.col("tier") == band.name, gap >= 0, free, *_holds(band))
            # Numbers that were rounded may come in another order than what they are exactly.
            near = near.with_columns(gap.alias("gap")).sort("gap", "name")
            if len(near) > NEAREST:
                last = near.item(NEAREST - 1, "gap") + _ROUNDED
                near = near.filter(pl.col("gap") <= pl.lit(last, dtype=pl.Int128))
            for name, total, exact in near.select("name", "total", "exact").iter_rows():
                own = Fraction(total, _SCALE) if exact is None else Fraction(exact)
                found.append((above.low - own, name, above.name))
        return tuple(nsmallest(NEAREST, found))

    def kept(self) -> Kept:
        """What is kept of the rows, small enough to be handed between processes."""
        return self.sums, self.losses.rows, self.losses.sums

    def take(self, kept: Kept) -> None:
        """Adds what another summary has kept of other rows."""
        sums, rows, points = kept
        self.sums += sums
        self.losses.take(rows, points)

    def add_columns(self, scored: pl.DataFrame, made: Plan) -> None:
        """What the clauses gave in rows that a plan has worked out."""
        self.losses.add_columns(scored, made)

    def add_leaves(self, leaves: Iterable[LeafPoints]) -> None:
        """What the clauses gave in a row that was scored by itself."""
        for leaf in leaves:
            self.losses.add_row(leaf)

    # -- what is shown

    def bars(self) -> list[Bar]:
        """The chart of the totals, without gaps between the lowest and the highest."""
        if not self.sums.totals:
            return []
        least, most = min(self.sums.totals), max(self.sums.totals)
        # Points without an end lie far apart: bars are then as much broader as leaves no more than can be looked at.
        broader = -(-(most - least + 1) // MOST_BARS)
        counts = Counter[int]()
        for number, count in self.sums.totals.items():
            counts[number // broader] += count
        step = self.step * broader
        numbers = range(least // broader, most // broader + 2)
        return [Bar(low * step, high * step, counts[low]) for low, high in pairwise(numbers)]

    def sections(self) -> list[Section]:
        """The tables, in the order they are read."""
        found = [self._counts()]
        if self.program.tiers:
            order = [band.name for band in reversed(self.program.tiers)]
            names = [*order, *(name for name in self.sums.tiers if name not in order)]
            rows = tuple(
                (name, self.sums.tiers[name], _share(self.sums.tiers[name], self.sums.rows))
                for name in names
                if name in order or self.sums.tiers[name]
            )
            out = self.sums.statuses[STATUS["ineligible"]]
            note = f"其中不符合基本条件的{out}家，按评分的等级计。" if out else ""
            found.append(Section("各等级家数", note, ("等级", "家数", "占比"), rows))
        if self.sums.known:
            rows = tuple(
                (f"{shown(bar.low)}～{shown(bar.high)}", bar.count, _share(bar.count, self.sums.known))
                for bar in self.bars()
            )
            found.append(
                Section("总分分布", "每段含下限，不含上限；总分未定的不计。", ("总分", "家数", "占比"), rows)
            )
        if any(self.losses.rows.values()):
            found.append(self._dearest())
        if self.sums.nearest:
            near = tuple((name, tier, gap) for gap, name, tier in self.sums.nearest)
            found.append(
                Section(
                    "最接近上一等级的",
                    "不含因一票否决等不能得到上一等级的，也不含不符合基本条件的。",
                    ("评价对象", "上一等级", "还差（分）"),
                    near,
                )
            )
        return found

    def _counts(self) -> Section:
        rows: list[tuple[Cell, ...]] = [("评分的家数", self.sums.rows), ("退回的行数", self.sums.rejected)]
        words = {
            DECIDED: f"{DECIDED}、总分未定",
            STATUS["complete"]: f"{STATUS['complete']}（总分和等级都已定）",
            STATUS["limited"]: f"{STATUS['limited']}（总分和等级都已定）",
        }
        rows += [
            (f"其中{words.get(status, status)}", self.sums.statuses[status])
            for status in sorted((*STATUS.values(), DECIDED), key=lambda status: -self.sums.statuses[status])
            if self.sums.statuses[status]
        ]
        if self.sums.known:
            mean = _cut(Fraction(self.sums.sum, self.sums.known * _SCALE))
            rows.append(("平均总分（总分已定的，取4位小数）", mean))
        return Section("概况", "", ("项目", "数"), tuple(rows))

    def _dearest(self) -> Section:
        """The clauses by what they cost on average, in points of the total."""
        costs = sorted(self.losses.costs(), key=lambda cost: (-cost.points, cost.clause.id))
        rows = tuple(
            (cost.clause.id, cost.clause.text, cost.leaf.title, _cut(cost.points))
            for cost in costs[:DEAREST]
            if _cut(cost.points) > 0
        )
        note = (
            "逐家算，再平均：扣分的条文，是扣去的分；给分的条文，是最多可得的分减去实得的分，"
            "几档取一的，是比已得的一档多出的分，都不超过本指标这一家失去的分（得满分的没有失分）。"
            "同一指标（同一上限）的各条合计多于它失去的分的，按比例分摊，先算扣分。折算到总分，不含加分项。"
        )
        return Section("失分最多的条文", note, ("条文", "官方文字", "指标", "平均失分"), rows)


def _counted(values: pl.Series) -> Counter[Any]:
    """How often each value comes."""
    return Counter(dict(values.value_counts().iter_rows()))


def _holds(band: ir.TierBand) -> list[pl.Expr]:
    """Whether totals in 1/10^PLACES fall into a band."""
    tests = []
    if band.low is not None:
        low = band.low * _SCALE
        least = ceil(low) if band.low_included else floor(low) + 1
        tests.append(pl.col("total") >= pl.lit(least, dtype=pl.Int128))
    if band.high is not None:
        high = band.high * _SCALE
        most = floor(high) if band.high_included else ceil(high) - 1
        tests.append(pl.col("total") <= pl.lit(most, dtype=pl.Int128))
    return tests


def _bars(veto: ir.Veto, tier: ir.TierBand, program: ir.Program) -> bool:
    """Whether a veto that holds keeps out of a tier one whose score would come to it."""
    ranks = {band.name: rank for rank, band in enumerate(program.tiers)}
    own = ranks[tier.name]
    for effect in veto.effects:
        match effect:
            case ir.SetTier(most):
                barred = ranks[most] < own
            case ir.BarTier(least):
                barred = ranks[least] <= own
            case ir.SetTotal(points):
                barred = program.level_of(points) < own
            case ir.LowerTier() | ir.NotAssessed():
                barred = True
            case ir.RaiseTier() | ir.Reported():
                barred = False
            case _:
                assert_never(effect)
        if barred:
            return True
    return False


def _cut(value: Fraction) -> Fraction:
    """Four decimals, half up, for a mean that is only looked at."""
    return Fraction((value * 20_000 + 1) // 2, 10_000)


def _share(part: int, whole: int) -> str:
    """A share in per cent with one decimal, half up."""
    if not whole:
        return ""
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"
