"""All that a generated scoring module imports of ours.

Kept small and free of other imports, so that a generated module starts fast and can be audited
together with this file alone.
"""

from enum import Enum
from fractions import Fraction
from typing import Final


class NotApplicable(Enum):
    """The value 不适用: a clause or veto about it is silent."""

    NA = "不适用"


NA: Final = NotApplicable.NA

#: A score in the module's scale; a whole number unless a judgement or a pro rata step is finer.
Points = int | Fraction


class MissingFact(KeyError):
    """A fact that the scoring function needs was not in the mapping."""


class WrongFact(ValueError):
    """A fact has a value of the wrong type or out of its range."""


def missing(name: object) -> MissingFact:
    """The exception for an absent fact, with the fact's name in Chinese words."""
    return MissingFact(f"缺少数据项：{name}")


def wrong(name: str, value: object, expected: str) -> WrongFact:
    """The exception for an unusable value."""
    return WrongFact(f"数据项“{name}”的值 {value!r} 不可用，应为{expected}")


#: What ``score`` returns: total, tier, scores of the indicators.
Score = tuple[Points, str | None, tuple[Points, ...]]
#: What ``trace_…`` returns: score, sum before the cap, which item veto held (−1: none), and per clause
#: whether its condition held, its amount, and its points after its own cap.
Trace = tuple[Points, Points, int, tuple[tuple[bool, Points, Points], ...]]
#: What ``trace`` returns: total, tier, the tier without vetoes, which vetoes held, the indicators.
Traced = tuple[Points, str | None, str | None, tuple[bool, ...], tuple[Trace, ...]]
