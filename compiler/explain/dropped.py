"""Clauses in the trace whose points do not count because another of their group gives more (取高)."""

from collections.abc import Iterator
from fractions import Fraction

from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.runtime.result import ClauseResult, Number

#: What is said of a clause that gives points, or takes some, and does not count.
_BEST, _WORST = "以高者计，未计入", "按扣分多的计，未计入"


@frozen
class _Unit:
    """A clause, or a group that counts as one: the ends of what it gives; None is no end."""

    clauses: frozenset[str]
    low: Number | None
    high: Number | None

    def against(self) -> "_Unit":
        """The same of what it takes off."""
        return _Unit(
            self.clauses,
            None if self.high is None else -self.high,
            None if self.low is None else -self.low,
        )


def dropped_clauses(leaf: ir.Indicator, clauses: tuple[ClauseResult, ...]) -> dict[str, str]:
    """Which clauses give points in whose place another is surely counted, with what is said of each. Groups lie one
    within another, inner first."""
    units = [_Unit(frozenset({one.id}), one.points_min, one.points_max) for one in clauses]
    found: dict[str, str] = {}
    for group in leaf.groups:
        members = [unit for unit in units if unit.clauses & set(group.clauses)]
        if not members:
            continue
        counted = [unit.against() for unit in members] if group.takes_off else members
        if isinstance(group, ir.BestGroup):
            word = _WORST if group.takes_off else _BEST
            found |= {id: word for unit in _beaten(counted) for id in unit.clauses}
        whole = _together(group, counted)
        rest = [unit for unit in units if unit not in members]
        units = [*rest, whole.against() if group.takes_off else whole]
    nothing = {one.id for one in clauses if one.points_min == one.points_max == 0}
    return {id: word for id, word in found.items() if id not in nothing}


def _beaten(units: list[_Unit]) -> Iterator[_Unit]:
    """Those that surely give no more than another; of equal ones the first counts."""
    sure = [unit for unit in units if unit.low is not None]
    best = max(sure, key=lambda unit: Fraction(unit.low or 0), default=None)
    for unit in units:
        if best is not None and unit is not best and unit.high is not None and unit.high <= (best.low or 0):
            yield unit


def _together(group: ir.Group, units: list[_Unit]) -> _Unit:
    """What a group gives, or takes off."""
    clauses = frozenset(id for unit in units for id in unit.clauses)
    lows, highs = ([getattr(unit, end) for unit in units] for end in ("low", "high"))
    known = [low for low in lows if low is not None]
    if isinstance(group, ir.BestGroup):
        return _Unit(clauses, max(known, default=None), None if None in highs else max(highs))
    low = None if None in lows else min(sum(lows), group.limit)
    return _Unit(clauses, low, group.limit if None in highs else min(sum(highs), group.limit))
