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
