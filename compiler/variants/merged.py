"""A rule text made of several files: the base's words and the variant's, each knowing where it comes from."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate

from attrs import evolve, field, frozen

from zhunsheng.runtime.source import Source, Span


@frozen(eq=False)
class Departure:
    """A row of 本地化 as it was carried out: `before` has the words that stood in the base, `row` is the
    row's place in the variant's `source`."""

    standard: str
    target: str
    change: str
    reason: str
    before: str
    source: Source
    row: Span


@frozen(eq=False)
class Piece:
    """A run of characters from one file. Where `text` is not what stands at `span` (words put round a number,
    a renumbered id) it still belongs there. A deletion is a piece without text."""

    text: str
    source: Source
    span: Span
    standard: str
    departure: Departure | None = None

    def part(self, start: int, end: int) -> "Piece":
        """The piece's characters from `start` to `end`."""
        if (start, end) == (0, len(self.text)):
            return self
        return evolve(self, text=self.text[start:end], span=self.at(start, end))

    def at(self, start: int, end: int) -> Span:
        """Where the characters from `start` to `end` stand in the file."""
        if len(self.text) != self.span.end - self.span.start:
            return self.span
        return Span(self.span.start + start, self.span.start + end)


@frozen(slots=False)
class MergedSource(Source):
    """A text with its pieces. `standards` are the ids that it comes from, the first base first."""

    pieces: tuple[Piece, ...] = field(eq=False, repr=False, default=())
    standards: tuple[str, ...] = ()

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Where each piece begins."""
        return (0, *accumulate(len(piece.text) for piece in self.pieces))[:-1]

    def within(self, span: Span) -> Iterator[Piece]:
        """The parts of pieces that a span covers, deletions inside it too."""
        first = max(0, bisect_right(self.starts, span.start) - 1)
        while first > 0 and self.starts[first] == span.start:
            first -= 1
        for start, piece in zip(self.starts[first:], self.pieces[first:], strict=True):
            if start > span.end or (start == span.end and piece.text):
                return
            low, high = max(span.start - start, 0), min(span.end - start, len(piece.text))
            if low < high or (not piece.text and start >= span.start):
                yield piece.part(low, high)

    def home(self, span: Span) -> tuple[Source, Span]:
        """The place of a span: the words of the newest standard in it, else its first words."""
        if span.start == span.end:
            index = max(0, bisect_right(self.starts, span.start) - 1)
            piece, offset = self.pieces[index], span.start - self.starts[index]
            return piece.source, piece.at(min(offset, len(piece.text)), min(offset, len(piece.text)))
        parts = [piece for piece in self.within(span) if piece.text]
        newest = max(parts, key=lambda p: (bool(p.text.strip()), self.standards.index(p.standard)))
        if all(part.source is newest.source for part in parts):
            return newest.source, Span(parts[0].span.start, max(part.span.end for part in parts))
        return newest.source, newest.span

    def origin(self, span: Span) -> str:
        """The newest standard that a span has words of; glue of white space alone counts for nothing."""
        found = [self.standards.index(p.standard) for p in self.within(span) if p.text.strip()]
        return self.standards[max(found)] if found else ""

    def departures(self, span: Span) -> tuple[Departure, ...]:
        """The changes that touch a span, in order."""
        own = (piece.departure for piece in self.within(span) if piece.departure is not None)
        return tuple(dict.fromkeys(own))


def as_pieces(source: Source, standard: str) -> tuple[Piece, ...]:
    """Any source as pieces."""
    if isinstance(source, MergedSource):
        return source.pieces
    return (Piece(source.text, source, Span(0, len(source.text)), standard),)


def cut(pieces: tuple[Piece, ...], span: Span) -> Iterator[Piece]:
    """The pieces of a part of a text; deletions at its very end stay with what follows."""
    position = 0
    total = sum(len(piece.text) for piece in pieces)
    for piece in pieces:
        low, high = max(span.start - position, 0), min(span.end - position, len(piece.text))
        inside = span.start <= position and (position < span.end or span.end == position == total)
        if low < high or (not piece.text and inside):
            yield piece.part(low, high) if piece.text else piece
        position += len(piece.text)


def joined(name: str, pieces: Iterable[Piece], standards: tuple[str, ...]) -> MergedSource:
    """The text that pieces make."""
    own = tuple(pieces)
    return MergedSource(name, "".join(piece.text for piece in own), own, standards)
