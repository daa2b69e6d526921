"""Carrying out a local variant (本地化): its base and what it changes, as one rule text.

The merge is one of texts, so that every pass behind it, from ids by position to quotations in 解读,
reads the variant as it would read the whole document. Each row of 本地化 becomes edits of the base's text.
"""

from collections.abc import Iterator

from attrs import frozen

from zhunsheng.compiler.resolve.resolve import resolve
from zhunsheng.compiler.resolve.resolved import Resolved
from zhunsheng.compiler.resolve.tables import Tables, read_tables
from zhunsheng.compiler.variants.adapting import Adapting
from zhunsheng.compiler.variants.carried import carried, unannounced_readings
from zhunsheng.compiler.variants.edits import Edits, glue
from zhunsheng.compiler.variants.localise import read_adaptations
from zhunsheng.compiler.variants.merged import Departure, MergedSource, Piece, joined
from zhunsheng.compiler.variants.targets import TABLES
from zhunsheng.dsl.rulefile import Parsed
from zhunsheng.runtime.diagnostics import Diagnostic, has_errors
from zhunsheng.runtime.source import Span

#: Sections that are the variant's own, and commentary that is added to the base's.
_OWN, _ADDED = "案例", (*TABLES, "术语解释", "附注")


@frozen
class Base:
    """A standard that a variant adapts: its text as read, and the ids its words come from, the oldest first."""

    id: str
    parsed: Parsed
    tables: Tables
    resolved: Resolved
    standards: tuple[str, ...]

    @property
    def title(self) -> str:
        """Its title."""
        assert self.parsed.file is not None
        return self.parsed.file.title


def as_base(id: str, parsed: Parsed, standards: tuple[str, ...]) -> Base:
    """A rule file as the base of a variant."""
    tables = read_tables(parsed)
    return Base(id, parsed, tables, resolve(parsed, tables), standards)


@frozen
class Materialised:
    """The merged text, and the rows of the variant's own tables that 本地化 has announced."""

    source: MergedSource
    announced: frozenset[Span]

    def unannounced(self, parsed: Parsed, tables: Tables, resolved: Resolved) -> Iterator[Diagnostic]:
        """Readings of the variant about words that it has not changed."""
        yield from unannounced_readings(parsed, tables, resolved, self.source, self.announced)


def materialise(parsed: Parsed, id: str, base: Base) -> tuple[Materialised | None, tuple[Diagnostic, ...]]:
    """The merged text; None, with the reasons, where 本地化 cannot be carried out."""
    rows, faults = read_adaptations(parsed)
    tables = read_tables(parsed)
    edits = Edits(base.parsed.source, base.id, parsed.source, id)
    adapting = Adapting(parsed, tables, base.parsed, base.tables, base.resolved, edits)
    for row in rows:
        adapting.adapt(row)
    found = [*faults, *adapting.found]
    if not faults:
        found += adapting.unannounced()
    if has_errors(found):
        return None, tuple(found)
    carried(base.parsed, base.tables, base.resolved, edits)
    _frame(parsed, base, edits)
    standards = (*base.standards, id)
    announced = frozenset(row.span for row in adapting.rows.announced)
    return Materialised(joined(parsed.source.name, edits.applied(), standards), announced), tuple(found)


def _frame(parsed: Parsed, base: Base, edits: Edits) -> None:
    """The head, the tables' further rows and the worked examples are the variant's own."""
    assert parsed.file is not None and base.parsed.file is not None
    head = tuple(_head(parsed, edits))
    edits.put(Span(0, _first_heading(base.parsed)), (*head, glue("\n", parsed.source, edits.standard)))
    cases = base.parsed.file.sections.get(_OWN)
    if cases is not None:
        edits.put(cases.span, ())
    for name in (*_ADDED, _OWN):
        section = parsed.file.sections.get(name)
        if section is None:
            continue
        known = base.parsed.file.sections.get(name) if name != _OWN else None
        start = section.span.start if known is None else edits.line_end(section.title_span.end)
        departure = None
        if name in TABLES:
            row = Span(section.title_span.start, section.title_span.end)
            departure = Departure(edits.standard, name, "新增", "", "", parsed.source, row)
        at = edits.base_end if known is None else known.span.end
        text = (edits.own(Span(start, section.span.end), departure),)
        edits.insert(at, text, 0 if known is None else 1, headings=known is None)


def _head(parsed: Parsed, edits: Edits) -> Iterator[Piece]:
    """The variant's title and head without 依据, which a whole document does not need."""
    assert parsed.file is not None
    entry = next(e for e in parsed.file.head if e.key == "依据")
    yield edits.own(Span(0, entry.span.start))
    yield edits.own(Span(edits.line_end(max(entry.span.start, entry.span.end - 1)), _first_heading(parsed)))


def _first_heading(parsed: Parsed) -> int:
    """Where the head ends."""
    assert parsed.file is not None
    top = [*parsed.file.indicators, *parsed.file.sections.values()]
    return min((heading.span.start for heading in top), default=len(parsed.source.text))
