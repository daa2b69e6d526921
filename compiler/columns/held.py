"""A fact as expressions see it."""

from attrs import frozen

from zhunsheng.compiler.columns.expressions import Truth
from zhunsheng.compiler.columns.ratios import Ratio


@frozen
class Held:
    """What expressions know of a fact: its number, its truth, and whether it is 不适用."""

    ratio: Ratio
    truth: Truth
    absent: Truth
    options: tuple[str, ...] = ()
    day: bool = False
