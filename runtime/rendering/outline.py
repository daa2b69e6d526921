"""The shape of a shown result: headed lines and tables, the same for terminal, Markdown and HTML.

:mod:`zhunsheng.runtime.rendering.explain` writes the words, the renderers only set them. Every string in here
went through :func:`zhunsheng.runtime.rendering.safe_text.safe_line`, so a renderer has nothing to escape but the
markup of its own medium.
"""

from collections.abc import Iterator
from enum import StrEnum
from fractions import Fraction

from attrs import field, frozen

from zhunsheng.runtime.rendering.safe_text import safe_line


class Tone(StrEnum):
    """What a line or tag is about; colours follow from it, and so does what may be folded."""

    PLAIN = "plain"
    QUOTE = "quote"
    STRONG = "strong"
    FAINT = "faint"
    LOST = "lost"
    OPEN = "open"
    CAP = "cap"
    VETO = "veto"
    CHECKED = "checked"
    JUDGED = "judged"


#: Tones of what a folded page may not hide.
WEIGHTY = frozenset({Tone.LOST, Tone.OPEN, Tone.CAP, Tone.VETO, Tone.CHECKED, Tone.JUDGED})


class Kind(StrEnum):
    """What a section stands for."""

    VERDICT = "verdict"
    PART = "part"
    INDICATOR = "indicator"
    CLAUSE = "clause"


def _text(default: str | None = None) -> str:
    """A field for shown text."""
    made: str = field(converter=safe_line) if default is None else field(default=default, converter=safe_line)
    return made


@frozen
class Tag:
    """A short remark beside a heading or in front of a line (失1分, 判断)."""

    text: str = _text()
    tone: Tone = Tone.PLAIN


@frozen
class Line:
    """A line with its label (原文, 事实, 计算); an empty label is a plain sentence."""

    label: str = _text()
    text: str = _text()
    tone: Tone = Tone.PLAIN
    tags: tuple[Tag, ...] = ()


@frozen
class Bar:
    """Earned, lost and open points of an indicator on a scale that its table shares."""

    earned: Fraction
    lost: Fraction
    open: Fraction
    scale: Fraction
    text: str = _text()


@frozen
class Column:
    """A column of a table; numbers stand on the right."""

    title: str = _text()
    numeric: bool = False


def _safe_cells(cells: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(safe_line, cells))


@frozen
class Row:
    """A row; `level` is how deep it stands, `total` whether it sums up the rows above."""

    cells: tuple[str, ...] = field(converter=_safe_cells)
    level: int = 0
    total: bool = False
    bar: Bar | None = None
    tone: Tone = Tone.PLAIN


@frozen
class Table:
    """A table; `bars` is the heading of the column of bars, "" where it has none."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    bars: str = _text("")


@frozen
class Section:
    """A heading with what stands under it. `note` follows the title (权重0.05), `figure` is its number."""

    kind: Kind
    title: str = _text()
    number: str = _text("")
    note: str = _text("")
    figure: str = _text("")
    tags: tuple[Tag, ...] = ()
    lines: tuple[Line, ...] = ()
    table: Table | None = None
    closing: tuple[Line, ...] = ()
    children: tuple["Section", ...] = ()

    @property
    def foldable(self) -> bool:
        """Whether folding it hides no deduction, veto, cap or judgement, nor anything open."""
        return WEIGHTY.isdisjoint(self._tones())

    def _tones(self) -> Iterator[Tone]:
        """The tones of all that stands in the section."""
        for line in (*self.lines, *self.closing):
            yield line.tone
            yield from (tag.tone for tag in line.tags)
        yield from (tag.tone for tag in self.tags)
        for child in self.children:
            yield from child._tones()


@frozen
class Outline:
    """The whole page; `verdict` is set for a result, which then ends with places to sign."""

    title: str = _text()
    head: tuple[Line, ...] = ()
    verdict: Section | None = field(default=None, kw_only=True)
    sections: tuple[Section, ...] = ()
