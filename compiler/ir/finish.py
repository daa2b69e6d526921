"""The part of the IR between the scores of the indicators and the verdict: clamps, effects, demands on scores.

Nothing here reads a fact; the conditions of vetoes and tiers stand in ``ir`` with the vetoes and tiers themselves.
"""

from fractions import Fraction
from typing import Literal

from attrs import frozen


@frozen
class Clamp:
    """Ends that a sum may not leave (总分最高不超过100分); None is no end. `text` has the words that say so."""

    low: Fraction | None
    high: Fraction | None
    text: str

    def cut(self, value: Fraction) -> Fraction:
        """The sum, or the end that it would leave."""
        if self.high is not None and value > self.high:
            return self.high
        return self.low if self.low is not None and value < self.low else value

    def within(self, low: Fraction | None, high: Fraction | None) -> tuple[Fraction | None, Fraction | None]:
        """The ends of an interval of sums, of which None is no end."""
        least = self.low if low is None else self.cut(low)
        return least, self.high if high is None else self.cut(high)


@frozen
class Rescale:
    """How the score is worked out where indicators are absent (缺项): the sum of the others × `to` ÷ (all full marks −
    those of the absent), or with `groups` so within each heading of the first level, up to its own full marks."""

    to: Fraction
    groups: bool
    text: str

    def goal(self, full: Fraction) -> Fraction:
        """What a part with these full marks is scaled up to."""
        return full if self.groups else self.to


# ---- what a general veto does


@frozen
class SetTier:
    """The tier is no better than `tier` (直接视为不合格, 评为最低等级)."""

    tier: str


@frozen
class SetTotal:
    """The total is no more than `points` (总分视为0分), and the tier is the one of that total."""

    points: Fraction


@frozen
class BarTier:
    """`tier` and what is better cannot be reached (不得评为优秀)."""

    tier: str


@frozen
class LowerTier:
    """The tier is so many bands lower (降一级), at worst the lowest; with `adds` the steps of several add up."""

    steps: int
    adds: bool = False


@frozen
class RaiseTier:
    """The tier is no worse than `tier` (符合…的，直接认定为五星); it comes before all other effects."""

    tier: str


@frozen
class NotAssessed:
    """There is no tier (不予评定)."""


@frozen
class Reported:
    """An effect that is no matter of points (扣减补助20%): told, never counted."""

    text: str


Effect = SetTier | SetTotal | BarTier | LowerTier | RaiseTier | NotAssessed | Reported
#: Effects that put an applicant in a worse place: one that holds is a veto.
Vetoing = SetTier | SetTotal | BarTier | LowerTier | NotAssessed

# ---- demands on the scores of indicators

Bound = Literal[">=", ">", "<=", "<"]


@frozen
class Demand:
    """How many indicators reach something: from `least` to `most` of `members` compare so with their own bound.

    A member is the id of an indicator or heading with its bound in points of the total, to be compared with what
    it contributes to the total: 各一级指标得分均不低于其分值的60%, 得分率80%以上的指标达到10个.
    """

    members: tuple[tuple[str, Fraction], ...]
    operator: Bound
    least: int
    most: int
    text: str
