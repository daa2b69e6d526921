"""A result as plain text for a terminal; colours only when asked for."""

from zhunsheng.runtime.rendering.console import paint
from zhunsheng.runtime.rendering.explain import outline
from zhunsheng.runtime.rendering.outline import Column, Kind, Line, Outline, Row, Section, Table, Tag, Tone
from zhunsheng.runtime.rendering.text_width import pad, text_width, wrap
from zhunsheng.runtime.result import Result

_STYLES = {
    Tone.PLAIN: "",
    Tone.QUOTE: "italic",
    Tone.STRONG: "bold",
    Tone.FAINT: "dim",
    Tone.LOST: "yellow",
    Tone.OPEN: "magenta",
    Tone.CAP: "cyan",
    Tone.VETO: "red",
    Tone.CHECKED: "",
    Tone.JUDGED: "blue",
}

_RULE_WIDTH = 78


def render_text(result: Result, *, color: bool = False, width: int | None = None, ambiguous: int = 1) -> str:
    """The whole trace as text, see :func:`page_text`."""
    return page_text(outline(result), color=color, width=width, ambiguous=ambiguous)


def page_text(page: Outline, *, color: bool = False, width: int | None = None, ambiguous: int = 1) -> str:
    """A page as text that ends with a newline.

    `width` wraps lines to a number of columns (None: they stay whole, for files and pipes);
    `ambiguous` is the width of ambiguous characters, see :mod:`zhunsheng.runtime.rendering.text_width`.
    """
    writer = _Writer(color, width, ambiguous)
    writer.line(page.title, "bold")
    writer.rule("=")
    for line in page.head:
        writer.labelled(line, "")
    if page.verdict is not None:
        writer.blank()
        writer.section(page.verdict, 0)
    for section in page.sections:
        writer.blank()
        writer.section(section, 0)
    return "\n".join(writer.lines) + "\n"


class _Writer:
    """Collects lines; knows indents, colours and widths."""

    def __init__(self, color: bool, width: int | None, ambiguous: int) -> None:
        self.lines: list[str] = []
        self._color = color
        self._width = width
        self._ambiguous = ambiguous

    def blank(self) -> None:
        self.lines.append("")

    def rule(self, char: str) -> None:
        self.lines.append(char * min(self._width or _RULE_WIDTH, _RULE_WIDTH))

    def line(self, text: str, style: str = "", indent: str = "", hang: str = "") -> None:
        """A line, wrapped where a width is set; what is wrapped stands under `indent` + `hang`."""
        width = None if self._width is None else max(self._width - text_width(indent + hang), 20)
        pieces = [text] if width is None else wrap(text, width, self._ambiguous)
        for number, piece in enumerate(pieces):
            lead = indent + hang if number else indent
            self.lines.append((lead + (paint(piece, style) if self._color else piece)).rstrip())

    def labelled(self, line: Line, indent: str) -> None:
        """A line with its label and tags in front."""
        tags = "".join(map(_tag, line.tags))
        label = f"{line.label}：" if line.label else ""
        self.line(label + tags + line.text, _STYLES[line.tone], indent, "  ")

    def section(self, section: Section, depth: int) -> None:
        """A heading, its lines, its table, and what is below it."""
        indent = "  " * depth
        self._heading(section, indent)
        inner = indent + "  "
        for line in section.lines:
            self.labelled(line, inner)
        if section.table is not None:
            self._table(section.table, inner)
        for child in section.children:
            self.section(child, depth + 1)
        for line in section.closing:
            self.labelled(line, inner)

    def _heading(self, section: Section, indent: str) -> None:
        style = "bold" if section.kind is not Kind.CLAUSE else ""
        if section.kind is Kind.INDICATOR and not section.lines and self.lines[-1]:
            self.blank()
        if title := heading(section):
            self.line(title, style, indent, "  ")
        if section.kind is Kind.PART:
            self.rule("-")

    def _table(self, table: Table, indent: str) -> None:
        """A table with columns as wide as their widest cell."""
        rows = [tuple(column.title for column in table.columns), *(_cells(row) for row in table.rows)]
        widths = [
            max(text_width(cell, self._ambiguous) for cell in cells) for cells in zip(*rows, strict=True)
        ]
        styles = ["bold", *("bold" if row.total else _STYLES[row.tone] for row in table.rows)]
        for cells, style in zip(rows, styles, strict=True):
            text = "  ".join(
                self._cell(cell, column, width)
                for cell, column, width in zip(cells, table.columns, widths, strict=True)
            ).rstrip()
            self.lines.append(indent + (paint(text, style) if self._color else text))

    def _cell(self, cell: str, column: Column, width: int) -> str:
        return pad(cell, width, right=column.numeric, ambiguous=self._ambiguous)


def _cells(row: Row) -> tuple[str, ...]:
    """The cells of a row, the first one indented to its level."""
    return ("  " * row.level + row.cells[0], *row.cells[1:])


def heading(section: Section) -> str:
    """A heading in one line: number, title, note, figure, tags."""
    title = " ".join(filter(None, (section.number, section.title)))
    if section.note:
        title += f"（{section.note}）"
    if section.figure:
        title += f"：{section.figure}" if title else section.figure
    return " ".join(filter(None, (title, "".join(map(_tag, section.tags)))))


def _tag(tag: Tag) -> str:
    return f"【{tag.text}】"
