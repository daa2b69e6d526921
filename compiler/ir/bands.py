"""Conditions on a number as intervals, alone and beside one another."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import combinations
from math import ceil, floor
from typing import TypeVar

from attrs import evolve, frozen

from zhunsheng.compiler import ir

Key = TypeVar("Key")


@frozen
class Band:
    """A condition on a number as an interval; None is no bound."""

    low: Fraction | None
    low_included: bool
    high: Fraction | None
    high_included: bool


def exclusive(bands: Mapping[Key, Band]) -> dict[Key, Band]:
    """Bands of which one applies: an open end stops where the next band begins."""
    result = dict(bands)
    for id, band in bands.items():
        if band.low is not None and band.high is None:
            above = [b for b in bands.values() if b.low is not None and _begin(b) > _begin(band)]
            if above:
                following = min(above, key=_begin)
                result[id] = evolve(band, high=following.low, high_included=not following.low_included)
        elif band.low is None and band.high is not None:
            below = [b for b in bands.values() if b.high is not None and _end(b) < _end(band)]
            if below:
                previous = max(below, key=_end)
                result[id] = evolve(band, low=previous.high, low_included=not previous.high_included)
    return result


def _begin(band: Band) -> tuple[Fraction, bool]:
    """Where a band with a lower end begins: without its number, further in."""
    return band.low or Fraction(0), not band.low_included


def _end(band: Band) -> tuple[Fraction, bool]:
    """Where a band with an upper end ends: without its number, further in."""
    return band.high or Fraction(0), band.high_included


def cumulative(bands: Mapping[Key, Band]) -> dict[Key, Band]:
    """Bands that add up: each goes on applying above its upper end."""
    return {
        id: evolve(band, high=None, high_included=False)
        if band.low is not None and band.high is not None and band.low != band.high
        else band
        for id, band in bands.items()
    }


def meeting(bands: Mapping[Key, Band]) -> tuple[Key, Key] | None:
    """Two bands that both include the number at which one ends and the other begins."""
    for first, band in bands.items():
        for second, other in bands.items():
            ends = band.high is not None and band.high == other.low and first != second
            if (
                ends
                and band.high_included
                and other.low_included
                and band.low != band.high
                and other.low != other.high
            ):
                return first, second
    return None


def overlap(bands: Iterable[Band], *, whole: bool) -> bool:
    """Whether two bands share a number, other than one at which the one ends and the other begins."""
    return any(_share(one, other, whole=whole) for one, other in combinations(bands, 2))


def _share(one: Band, other: Band, *, whole: bool) -> bool:
    lows = [_begin(band) for band in (one, other) if band.low is not None]
    highs = [_end(band) for band in (one, other) if band.high is not None]
    if not lows or not highs:
        return True
    (low, low_open), (high, high_included) = max(lows), min(highs)
    if low == high:
        exact = any(band.low == band.high for band in (one, other))
        return exact and not low_open and high_included
    if not whole:
        return low < high
    first = floor(low) + 1 if low_open else ceil(low)
    return first <= (floor(high) if high_included else ceil(high) - 1)


def far_end(band: Band, *, upward: bool) -> Band:
    """The end of a band that lies away from its threshold."""
    if upward:
        return evolve(band, low=None, low_included=False)
    return evolve(band, high=None, high_included=False)


def interval(fact: str, band: Band) -> ir.Condition:
    """An interval as comparisons."""
    if band.low is not None and band.low == band.high:
        return ir.Compare(fact, "==", band.low)
    parts: list[ir.Condition] = []
    if band.low is not None:
        parts.append(ir.Compare(fact, ">=" if band.low_included else ">", band.low))
    if band.high is not None:
        parts.append(ir.Compare(fact, "<=" if band.high_included else "<", band.high))
    return parts[0] if len(parts) == 1 else ir.All(tuple(parts))
