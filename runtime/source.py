"""Source texts and places in them.

A position is an offset in the decoded text, counted in characters from 0. Lines and columns, from 1,
are worked out only when a diagnostic is shown.
"""

import re
from bisect import bisect_right
from functools import cached_property
from itertools import pairwise

from attrs import field, frozen

_LINE_END = re.compile("\r\n|\r|\n")


def split_lines(text: str) -> list[str]:
    """The lines of a text with their ends, cut where :class:`Source` counts lines and nowhere else.

    ``str.splitlines`` also cuts at form feeds, U+2028 and the like, which Markdown does not.
    """
    ends = [0, *(match.end() for match in _LINE_END.finditer(text)), len(text)]
    return [text[start:end] for start, end in pairwise(ends) if start < end]


@frozen(order=True)
class Span:
    """A half-open range of characters, ``start <= offset < end``."""

    start: int
    end: int

    def cover(self, other: "Span") -> "Span":
        """The smallest span that holds both."""
        return Span(min(self.start, other.start), max(self.end, other.end))


@frozen(slots=False)
class Source:
    """A decoded text and the name it is shown under."""

    name: str
    text: str = field(repr=False)

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offsets at which lines begin; CR LF, LF and CR each end a line."""
        return (0, *(match.end() for match in _LINE_END.finditer(self.text)))

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1; columns count characters."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line (from 1) without its end."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def slice(self, span: Span) -> str:
        """The words of a span."""
        return self.text[span.start : span.end]

    def home(self, span: Span) -> "tuple[Source, Span]":
        """The file that a span was written in, and where in it; a text made of several files tells them apart."""
        return self, span

    def origin(self, span: Span) -> str:
        """The id of the standard that a span comes from, "" for a text of one file."""
        return ""
