"""A standard as a document to read (``zhunsheng show``), a variant with its base's words where it departs from them."""

from collections.abc import Iterator

from attrs import Factory, define, field

from zhunsheng.compiler.compile import Compiled
from zhunsheng.compiler.variants.merged import Departure, MergedSource
from zhunsheng.dsl import ast
from zhunsheng.dsl.blocks import Block, blocks
from zhunsheng.dsl.reserved import RESERVED
from zhunsheng.dsl.rulefile import read_list_item
from zhunsheng.dsl.tables import read_table
from zhunsheng.runtime.rendering.outline import Column, Kind, Line, Outline, Row, Section, Table, Tag, Tone
from zhunsheng.runtime.source import Source, Span, split_lines

_CHANGED, _ADDED, _REMOVED = Tag("改", Tone.CAP), Tag("增", Tone.CAP), Tag("删", Tone.LOST)
#: Sections whose lines are kept apart.
_LINEWISE = "计算"


def document(compiled: Compiled) -> Outline:
    """The whole text of a standard, in order."""
    assert compiled.parsed is not None and compiled.parsed.file is not None
    writer = _Writer(compiled.source, compiled.parsed.file)
    for block in blocks(compiled.source):
        writer.block(block)
    head = [Line(e.key, e.value) for e in compiled.parsed.file.head]
    if compiled.program is not None and compiled.program.meta.base:
        meta = compiled.program.meta
        head.append(Line("依据", f"《{meta.base_title}》（{meta.base}）"))
        head.append(Line("标注", "【改】【增】【删】是与依据不同的地方，后面写明依据的原文和理由"))
    return Outline(compiled.parsed.file.title, (*head, *writer.preface), sections=tuple(writer.finish()))


@define
class _Open:
    """A heading that is still being filled; what follows its first table stands in children."""

    level: int
    section: Section
    lines: list[Line] = field(default=Factory(list))
    children: list[Section] = field(default=Factory(list))
    later: list[Line] = field(default=Factory(list))

    def add(self, line: Line) -> None:
        (self.later if self.children else self.lines).append(line)

    def settle(self) -> None:
        """Puts lines behind a table into a section of their own."""
        if self.later:
            self.children.append(Section(Kind.CLAUSE, "", lines=tuple(self.later)))
            self.later = []

    def close(self) -> Section:
        self.settle()
        own = self.section
        return Section(
            own.kind, own.title, own.number, own.note, "", own.tags,
            (*own.lines, *self.lines), None, (), tuple(self.children),
        )  # fmt: skip


class _Writer:
    def __init__(self, source: Source, file: ast.RuleFile) -> None:
        self.source = source
        self.headings = {
            h.span.start: h for h in ast.all_headings((*file.indicators, *file.sections.values()))
        }
        self.preface: list[Line] = []
        self.top: list[Section] = []
        self.stack: list[_Open] = []
        self.told: set[Departure] = set()
        self.section = ""

    def finish(self) -> list[Section]:
        """All sections, the open ones closed."""
        self.removals(len(self.source.text))
        self.close_to(0)
        return self.top

    def close_to(self, level: int) -> None:
        while self.stack and self.stack[-1].level >= level:
            done = self.stack.pop().close()
            if self.stack:
                self.stack[-1].settle()
                self.stack[-1].children.append(done)
            else:
                self.top.append(done)

    # -- blocks

    def block(self, block: Block) -> None:
        span = Span(block.offset, block.offset + len(block.text))
        match block.kind:
            case "HEADING":
                self.heading(span)
            case "QUOTE":
                lines = [line.strip().removeprefix(">").strip() for line in split_lines(block.text)]
                for line in filter(None, lines):
                    self.add(Line("", line, Tone.FAINT), span)
            case "TABLE":
                self.table(block.text, span)
            case "PARAGRAPH" | "LIST" if self.stack:
                self.prose(block.text, span, is_list=block.kind == "LIST")

    def heading(self, span: Span) -> None:
        heading = self.headings.get(span.start)
        if heading is None:
            return
        self.removals(span.start)
        self.close_to(heading.level)
        tags, notes = self.departures(span)
        mark = heading.mark
        note = "" if mark is None else f"权重{mark.text}" if mark.kind == "weight" else f"{mark.text}分"
        kind = Kind.INDICATOR if self.stack else Kind.PART
        self.section = self.section if self.stack else heading.title
        number = "" if heading.title in RESERVED else heading.id
        section = Section(kind, heading.title, number, note, tags=tags, lines=notes)
        self.stack.append(_Open(heading.level, section))

    def prose(self, text: str, span: Span, *, is_list: bool) -> None:
        if is_list:
            text = read_list_item(text)
        parts = (
            split_lines(text) if self.section == _LINEWISE else ["".join(map(str.strip, split_lines(text)))]
        )
        for part in parts:
            self.add(Line("", part.strip()), span)

    def add(self, line: Line, span: Span) -> None:
        """A line with its marks, and the base's words below it."""
        tags, notes = self.departures(span)
        if not self.stack:
            self.preface.append(line)
            return
        self.stack[-1].add(Line(line.label, line.text, line.tone, tags))
        for note in notes:
            self.stack[-1].add(note)

    def table(self, text: str, span: Span) -> None:
        table, _ = read_table(text, span.start, self.source)
        if table is None or not self.stack:
            return
        marks = [self.departures(Span(row[0].span.start, row[-1].span.end)) for row in table.rows]
        marked = any(tags for tags, _ in marks)
        columns = tuple(Column(cell.text) for cell in table.head)
        rows = [
            Row((*(("".join(tag.text for tag in tags),) if marked else ()), *(cell.text for cell in row)))
            for row, (tags, _) in zip(table.rows, marks, strict=True)
        ]
        own = Table(((Column("本地化"),) if marked else ()) + columns, tuple(rows))
        self.stack[-1].settle()
        notes = tuple(note for _, notes in marks for note in notes)
        self.stack[-1].children.append(Section(Kind.CLAUSE, "", table=own, closing=notes))

    # -- where a variant departs

    def departures(self, span: Span) -> tuple[tuple[Tag, ...], tuple[Line, ...]]:
        """The marks of some words, and what is to be said below them, once for each change."""
        if not isinstance(self.source, MergedSource):
            return (), ()
        found = [p.departure for p in self.source.within(span) if p.departure is not None and p.text.strip()]
        if not found:
            return (), ()
        fresh = [d for d in dict.fromkeys(found) if d not in self.told]
        self.told |= set(fresh)
        tag = _CHANGED if any(d.before for d in found) else _ADDED
        return (tag,), tuple(line for d in fresh for line in _note(d, self.source))

    def removals(self, offset: int) -> None:
        """What was removed right before a place: headings as sections of their own, rows as lines."""
        if not isinstance(self.source, MergedSource):
            return
        end = offset
        start = max((s for s in self.headings if s < offset), default=0)
        for piece in self.source.within(Span(start, end)):
            departure = piece.departure
            if departure is None or piece.text or departure in self.told:
                continue
            self.told.add(departure)
            words = departure.before.lstrip()
            level = len(words) - len(words.lstrip("#"))
            if level:
                self.close_to(level)
                title = split_lines(words)[0].lstrip("#").strip()
                lines = tuple(_note(departure, self.source))
                kind = Kind.INDICATOR if self.stack else Kind.PART
                gone = Section(kind, title, tags=(_REMOVED,), lines=lines)
                (self.stack[-1].children if self.stack else self.top).append(gone)
            elif self.stack:
                lines = tuple(_note(departure, self.source))
                self.stack[-1].settle()
                self.stack[-1].children.append(
                    Section(Kind.CLAUSE, departure.target, tags=(_REMOVED,), lines=lines)
                )


def _note(departure: Departure, source: MergedSource) -> Iterator[Line]:
    """The base's words and the reason."""
    lines = (line.strip().lstrip("#> ") for line in split_lines(departure.before))
    before = " ".join(filter(None, lines))
    if before:
        yield Line("依据原文", before, Tone.LOST)
    change = departure.change if departure.reason else ""
    by = f"（{departure.standard}）" if len(source.standards) > 2 else ""
    if change:
        yield Line("改动", f"{departure.target}：{change}{by}。理由：{departure.reason}", Tone.CAP)
