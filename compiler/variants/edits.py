"""Edits of a base's text by a variant: collected in any order, none over another, then applied at once."""

from collections.abc import Iterator

from attrs import frozen

from zhunsheng.compiler.variants.localise import Adaptation
from zhunsheng.compiler.variants.merged import Departure, Piece, as_pieces, cut
from zhunsheng.compiler.variants.targets import line_end
from zhunsheng.runtime.source import Source, Span


@frozen(eq=False)
class Edit:
    """What takes the place of a span of the base; an insertion has an empty span.

    Of insertions at one place those into the deepest heading come first, and of one heading its own text
    before further headings: `order` is the depth, negated, and 0 or 1.
    """

    span: Span
    pieces: tuple[Piece, ...]
    order: tuple[int, int] = (0, 0)

    def clashes(self, other: "Edit") -> bool:
        """Whether two edits touch the same characters; insertions at an edge do not."""
        first, second = self.span, other.span
        if first.start == first.end or second.start == second.end:
            inner, outer = (first, second) if first.start == first.end else (second, first)
            return outer.start < inner.start < outer.end
        return first.start < second.end and second.start < first.end


class Edits:
    """The edits of a variant, whose own words come from `variant` and whose id is `standard`."""

    def __init__(self, base: Source, base_id: str, variant: Source, standard: str) -> None:
        self.base = base
        self.base_id = base_id
        self.variant = variant
        self.standard = standard
        self.all: list[Edit] = []

    @property
    def base_end(self) -> int:
        """The end of the base's text."""
        return len(self.base.text)

    def line_end(self, offset: int) -> int:
        """The end of a line of the variant."""
        return line_end(self.variant, offset)

    def own(self, span: Span, departure: Departure | None = None) -> Piece:
        """Words of the variant."""
        return Piece(self.variant.slice(span), self.variant, span, self.standard, departure)

    def departure(self, row: Adaptation, words: Span, before: str) -> Departure:
        """What a row changes, in its own `words`, where `before` stood in the base."""
        return Departure(
            self.standard,
            row.target,
            self.variant.slice(words),
            row.reason,
            before.strip(),
            self.variant,
            row.row.span,
        )

    def gone(self, row: Adaptation, words: Span, before: str) -> Piece:
        """What stands in place of the words that a row deletes."""
        return Piece("", self.variant, row.row.span, self.standard, self.departure(row, words, before))

    def kept(self, span: Span) -> Iterator[Piece]:
        """Words of the base, to be put back into what replaces their surroundings."""
        yield from cut(as_pieces(self.base, self.base_id), span)

    def put(self, span: Span, pieces: tuple[Piece, ...], order: tuple[int, int] = (0, 0)) -> bool:
        """Replaces a span; False, and nothing is done, where another edit has touched it."""
        edit = Edit(span, pieces, order)
        if any(edit.clashes(other) for other in self.all):
            return False
        self.all.append(edit)
        return True

    def insert(self, offset: int, pieces: tuple[Piece, ...], depth: int, *, headings: bool) -> bool:
        """Inserts text or headings at the end of a heading of some depth, an empty line before and behind."""
        before = self.base.text[max(0, offset - 2) : offset]
        gap = "" if before.endswith("\n\n") or not before else "\n" if before.endswith("\n") else "\n\n"
        first = pieces[0]
        edge = glue(gap, first.source, self.standard, first.span.start)
        last = pieces[-1]
        tail = "" if last.text.endswith("\n\n") else "\n" if last.text.endswith("\n") else "\n\n"
        end = glue(tail, last.source, self.standard, last.span.end)
        return self.put(Span(offset, offset), (edge, *pieces, end), (-depth, int(headings)))

    def touches(self, span: Span) -> bool:
        """Whether words of a span are replaced or removed."""
        return any(edit.span.start < span.end and span.start < edit.span.end for edit in self.all)

    def applied(self) -> Iterator[Piece]:
        """The pieces of the edited text."""
        pieces = as_pieces(self.base, self.base_id)
        position = 0
        for edit in sorted(self.all, key=lambda edit: (edit.span.start, edit.span.end, edit.order)):
            yield from cut(pieces, Span(position, edit.span.start))
            yield from (p for p in edit.pieces if p.text or p.departure is not None)
            position = max(position, edit.span.end)
        yield from cut(pieces, Span(position, len(self.base.text)))


def glue(text: str, source: Source, standard: str, offset: int = 0) -> Piece:
    """Layout or words between other pieces, placed at an offset of a file."""
    return Piece(text, source, Span(offset, offset), standard)
