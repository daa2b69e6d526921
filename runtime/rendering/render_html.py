"""A result as one self-contained HTML page that also prints well on A4.

No script, nothing from outside. A section can be folded only where that hides no deduction, veto, cap
or judgement; on paper everything is open.
"""

from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from attrs import frozen

from zhunsheng.runtime.rendering.explain import outline
from zhunsheng.runtime.rendering.outline import Bar, Outline
from zhunsheng.runtime.result import Result

if TYPE_CHECKING:
    from jinja2 import Template

#: Length of the longest bar, in the units of its drawing.
_BAR_LENGTH = 120


def render_html(result: Result) -> str:
    """The whole trace as a page that ends with a newline."""
    return page_html(outline(result))


def page_html(page: Outline) -> str:
    """A page that ends with a newline."""
    return _template().render(page=page, stripes=_stripes, bar_length=_BAR_LENGTH) + "\n"


@cache
def _template() -> "Template":
    # Jinja takes a while to import and only this renderer needs it.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("zhunsheng.runtime.rendering", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("result.html.jinja")


@frozen
class Stripe:
    """A part of a bar: what it stands for, where it starts and how long it is."""

    name: str
    start: str
    length: str


def _stripes(bar: Bar) -> list[Stripe]:
    """The parts of a bar that have a length."""
    stripes = []
    start = Fraction(0)
    for name, share in (("earned", bar.earned), ("lost", bar.lost), ("open", bar.open)):
        length = share * _BAR_LENGTH / bar.scale
        if length:
            stripes.append(Stripe(name, _hundredths(start), _hundredths(length)))
        start += length
    return stripes


def _hundredths(value: Fraction) -> str:
    """A length to the hundredth, without a float in between."""
    whole, rest = divmod(int(value * 100), 100)
    return f"{whole}.{rest:02d}"
