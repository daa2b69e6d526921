"""Readings (解读) of a base in a variant: they follow their clauses to new ids, and go where the words go."""

from collections.abc import Iterable, Iterator

from attrs import evolve

from zhunsheng.compiler.readings.matching import searchable, word_places
from zhunsheng.compiler.resolve.resolved import Resolved
from zhunsheng.compiler.resolve.tables import Tables
from zhunsheng.compiler.variants.adapting_tables import unannounced_row
from zhunsheng.compiler.variants.edits import Edits
from zhunsheng.compiler.variants.merged import MergedSource, Piece
from zhunsheng.compiler.variants.targets import line_end, whole_lines
from zhunsheng.dsl import ast
from zhunsheng.dsl.headings import numbered, section
from zhunsheng.dsl.rulefile import Parsed
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Span


def carried(base: Parsed, tables: Tables, resolved: Resolved, edits: Edits) -> None:
    """Adds the edits of the base's 解读 that the other edits make necessary."""
    assert base.file is not None
    ids = _new_ids(base.file, edits)
    rules = {rule.id: (leaf.heading.id, rule.segment) for leaf in resolved.leaves for rule in leaf.rules}
    vetoes = {rule.id: rule.segment for rule in resolved.vetoes}
    headings = {h.id: h for h in _headings(base.file) if h.id}
    texts = tuple(searchable(base))
    for row in tables.readings:
        line = whole_lines(base.source, row.row.span)
        if edits.touches(line) or row.clause == "全文":
            continue
        new: str | None = row.clause
        if row.clause in headings:
            heading = headings[row.clause]
            below = Span(line_end(base.source, heading.title_span.end), heading.span.end)
            whole = any(e.span.start <= below.start and below.end <= e.span.end for e in edits.all)
            new = None if whole and below.start < below.end else ids.get(row.clause)
        elif row.clause in rules:
            leaf, segment = rules[row.clause]
            kept = None if _gone(edits, segment) else ids.get(leaf)
            new = None if kept is None else kept + row.clause.removeprefix(leaf)
        elif row.clause in vetoes:
            new = None if _gone(edits, vetoes[row.clause]) else row.clause
        else:
            places = word_places(texts, row.clause)
            if len(places) == 1 and edits.touches(places[0]):
                new = None
        if new is None:
            edits.put(line, ())
        elif new != row.clause:
            cell = row.row.cells["条款"]
            source, span = edits.base.home(cell.span)
            edits.put(cell.span, (Piece(new, source, span, edits.base.origin(cell.span) or edits.base_id),))


def unannounced_readings(
    parsed: Parsed, tables: Tables, resolved: Resolved, merged: MergedSource, announced: frozenset[Span]
) -> Iterator[Diagnostic]:
    """Rows of the newest variant's 解读, not announced, about words that come from its bases."""
    assert parsed.file is not None
    newest = merged.standards[-1]
    rules = {rule.id: rule.segment for leaf in resolved.leaves for rule in leaf.rules}
    rules |= {rule.id: rule.segment for rule in resolved.vetoes}
    headings = {h.id: h.span for h in _headings(parsed.file) if h.id}
    texts = tuple(searchable(parsed))
    leaves = [h.span for h in _headings(parsed.file) if not h.children]
    for row in tables.readings:
        source, own = merged.home(row.row.span)
        if merged.origin(row.row.span) != newest or own in announced or row.doubt == "原文":
            continue
        places = word_places(texts, row.clause)
        place = rules.get(row.clause) or headings.get(row.clause) or (places[0] if len(places) == 1 else None)
        around = [s for s in leaves if place is not None and s.start <= place.start < s.end]
        if around and merged.origin(around[0]) != newest:
            yield unannounced_row(source, own, f"解读/{row.clause}/{row.doubt}", same=False)


def _gone(edits: Edits, segment: Span) -> bool:
    """Whether a clause is replaced as a whole; a word changed inside it leaves it the same clause."""
    return any(e.span.start <= segment.start and segment.end <= e.span.end for e in edits.all)


def _new_ids(file: ast.RuleFile, edits: Edits) -> dict[str, str]:
    """Ids by position where some headings are removed; additions stand behind all others."""

    def kept(headings: Iterable[ast.Heading]) -> tuple[ast.Heading, ...]:
        left = (heading for heading in headings if not _gone(edits, heading.span))
        return tuple(evolve(heading, children=kept(heading.children)) for heading in left)

    left = (*numbered(kept(file.indicators)), *map(section, kept(file.sections.values())))
    new = {heading.span: heading.id for heading in ast.all_headings(left)}
    return {old.id: new[old.span] for old in _headings(file) if old.id and old.span in new}


def _headings(file: ast.RuleFile) -> Iterator[ast.Heading]:
    yield from ast.all_headings((*file.indicators, *file.sections.values()))
