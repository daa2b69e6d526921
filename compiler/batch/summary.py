"""The summary of a batch: how many subjects in each tier, how the totals are spread, what costs the most points, who is
nearest below a tier. Memory does not grow with the rows: only counts, sums and the nearest few are kept."""

import heapq
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise

import polars as pl
from attrs import frozen

from zhunsheng.compiler.batch.losses import LeafPoints, Losses
from zhunsheng.compiler.batch.results import PLACES, Table
from zhunsheng.compiler.columns.plan import Plan
from zhunsheng.runtime.numbers import shown

#: Subjects named as nearest below a tier, clauses named as costing the most, and bars of the chart.
NEAREST, DEAREST, BARS = 20, 20, 20
_SCALE = 10**PLACES


@frozen
class Section:
    """A table of the summary."""

    title: str
    note: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@frozen
class Bar:
    """A bar of the chart: totals from `low` up to `high`, which is outside save in the last one."""

    low: Fraction
    high: Fraction
    count: int


class Summary:
    """Takes results piece by piece."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.program = table.program
        self.rows = self.rejected = 0
        self.statuses: Counter[str] = Counter()
        self.tiers: Counter[str] = Counter()
        self.totals: Counter[int] = Counter()
        self.known = 0
        self.sum = 0
        self.nearest: list[tuple[int, int, str, str]] = []
        self.losses = Losses(self.program)
        highest = max(
            (end for band in self.program.tiers for end in (band.low, band.high) if end is not None),
            default=Fraction(100),
        )
        self.step = max(Fraction(1), Fraction(-(-highest // BARS)))

    def add(self, results: pl.DataFrame, names: list[str]) -> None:
        """Rows of results, with the name of each subject."""
        self.rows += len(results)
        self.statuses.update(results["状态"].to_list())
        if self.program.tiers:
            self.tiers.update(tier or "（等级未定或没有等级）" for tier in results["等级"].to_list())
        if not self.program.scored:
            return
        totals = [None if value is None else int(value.scaleb(PLACES)) for value in results["总分"].to_list()]
        known = [value for value in totals if value is not None]
        self.known += len(known)
        self.sum += sum(known)
        width = int(self.step * _SCALE)
        self.totals.update(value // width for value in known)
        tiers = results["等级"].to_list() if self.program.tiers else [None] * len(totals)
        for name, total, tier in zip(names, totals, tiers, strict=True):
            if total is not None and tier is not None:
                self._near(name, total, tier)

    def _near(self, name: str, total: int, tier: str) -> None:
        """Keeps a subject that is among the nearest below the next tier; one whom a veto keeps down is not near."""
        numbers = [band.name for band in self.program.tiers]
        band = self.program.tiers[numbers.index(tier)]
        above = self.program.tiers[numbers.index(tier) + 1 :]
        if not above or above[0].low is None or not band.holds(Fraction(total, _SCALE)):
            return
        gap = int(above[0].low * _SCALE) - total
        if gap < 0:
            return
        item = (-gap, -self.rows, name, above[0].name)
        if len(self.nearest) < NEAREST:
            heapq.heappush(self.nearest, item)
        elif item > self.nearest[0]:
            heapq.heapreplace(self.nearest, item)

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
        if not self.totals:
            return []
        numbers = range(min(self.totals), max(self.totals) + 2)
        return [Bar(low * self.step, high * self.step, self.totals[low]) for low, high in pairwise(numbers)]

    def sections(self) -> list[Section]:
        """The tables, in the order they are read."""
        found = [self._counts()]
        if self.program.tiers:
            order = [band.name for band in reversed(self.program.tiers)]
            names = [*order, *(name for name in self.tiers if name not in order)]
            rows = tuple(
                (name, str(self.tiers[name]), _share(self.tiers[name], self.rows))
                for name in names
                if name in order or self.tiers[name]
            )
            found.append(Section("各等级家数", "", ("等级", "家数", "占比"), rows))
        if self.known:
            rows = tuple(
                (f"{shown(bar.low)}～{shown(bar.high)}", str(bar.count), _share(bar.count, self.known))
                for bar in self.bars()
            )
            found.append(
                Section("总分分布", "每段含下限，不含上限；总分未定的不计。", ("总分", "家数", "占比"), rows)
            )
        if any(self.losses.rows.values()):
            found.append(self._dearest())
        if self.nearest:
            rows = tuple(
                (name, tier, shown(Fraction(-gap, _SCALE)))
                for gap, _, name, tier in sorted(self.nearest, reverse=True)
            )
            found.append(
                Section(
                    "最接近上一等级的",
                    "不含因一票否决等没有得到应得等级的。",
                    ("评价对象", "上一等级", "还差（分）"),
                    rows,
                )
            )
        return found

    def _counts(self) -> Section:
        rows = [("评分的家数", str(self.rows)), ("退回的行数", str(self.rejected))]
        rows += [(f"其中{status}", str(count)) for status, count in self.statuses.most_common()]
        if self.known:
            rows.append(("平均总分（总分已定的）", shown(_cut(Fraction(self.sum, self.known * _SCALE)))))
        return Section("概况", "", ("项目", "数"), tuple(rows))

    def _dearest(self) -> Section:
        """The clauses by what they cost on average, in points of the total."""
        costs = sorted(self.losses.costs(), key=lambda cost: (-cost.points, cost.clause.id))
        rows = tuple(
            (cost.clause.id, cost.clause.text, cost.leaf.title, shown(_cut(cost.points)))
            for cost in costs[:DEAREST]
            if _cut(cost.points) > 0
        )
        note = (
            "扣分的条文，是平均扣去的分；给分的条文，是最多可得的分减去平均实得的分。"
            "同一指标（同一上限）的各条合计不超过它平均失去的分，超过的按比例分摊，先算扣分。折算到总分，不含加分项。"
        )
        return Section("失分最多的条文", note, ("条文", "官方文字", "指标", "平均失分"), rows)


def _cut(value: Fraction) -> Fraction:
    """Four decimals, half up, for a mean that is only looked at."""
    return Fraction((value * 20_000 + 1) // 2, 10_000)


def _share(part: int, whole: int) -> str:
    """A share in per cent with one decimal, half up."""
    if not whole:
        return ""
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"
