"""A result as Markdown (CommonMark with tables) in which no foreign text becomes markup."""

import re
from collections.abc import Iterator

from zhunsheng.runtime.rendering.explain import outline
from zhunsheng.runtime.rendering.outline import Column, Line, Outline, Row, Section, Table, Tag, Tone
from zhunsheng.runtime.result import Result

#: A backslash escapes these in every dialect; the rest needs entities, which all dialects read.
_BACKSLASH = frozenset("\\`*_{}[]")
_ENTITY = frozenset("<>&|~:$^@#")
_OPENS_BLOCK = re.compile(r"[-+=!?\"'%]|\d+[.)](?=\s|$)")


def render_markdown(result: Result) -> str:
    """The whole trace as Markdown that ends with a newline."""
    return page_markdown(outline(result))


def page_markdown(page: Outline) -> str:
    """A page as Markdown that ends with a newline."""
    blocks = [f"# {escape_markdown(page.title)}", _list(page.head)]
    if page.verdict is not None:
        blocks += _section(page.verdict, 2)
    for section in page.sections:
        blocks += _section(section, 2)
    return "\n\n".join(filter(None, blocks)) + "\n"


def escape_markdown(text: str) -> str:
    """Text (one line) that Markdown shows as it is, in a paragraph, a heading or a table cell."""
    escaped = "".join(map(_escape_char, text.strip())).replace("==", "&#61;&#61;")
    # GFM links a bare www. even without a scheme.
    escaped = re.sub(r"(?i)(www)\.", r"\1&#46;", escaped)
    match = _OPENS_BLOCK.match(escaped)
    if match is None:
        return escaped
    last = match.end() - 1
    return f"{escaped[:last]}&#{ord(escaped[last])};{escaped[last + 1 :]}"


def _escape_char(char: str) -> str:
    if char in _BACKSLASH:
        return "\\" + char
    return f"&#{ord(char)};" if char in _ENTITY else char


def _section(section: Section, level: int) -> Iterator[str]:
    """The blocks of a section: heading, lines, table, what is below it."""
    if title := _heading(section):
        yield f"{'#' * min(level, 6)} {title}"
    quotes = [line for line in section.lines if line.tone is Tone.QUOTE]
    yield from (f"> {escape_markdown(line.text)}" for line in quotes)
    yield _list(tuple(line for line in section.lines if line.tone is not Tone.QUOTE))
    if section.table is not None:
        yield _table(section.table)
    for child in section.children:
        yield from _section(child, level + 1)
    yield _list(section.closing)


def _heading(section: Section) -> str:
    """Number, title, note, figure and tags in one line."""
    title = escape_markdown(" ".join(filter(None, (section.number, section.title))))
    if section.note:
        title += f"（{escape_markdown(section.note)}）"
    if section.figure:
        title += ("：" if title else "") + escape_markdown(section.figure)
    return " ".join(filter(None, (title, _tags(section.tags))))


def _tags(tags: tuple[Tag, ...]) -> str:
    return "".join(f"【{escape_markdown(tag.text)}】" for tag in tags)


def _list(lines: tuple[Line, ...]) -> str:
    return "\n".join(map(_item, lines))


def _item(line: Line) -> str:
    label = f"**{escape_markdown(line.label)}**：" if line.label else ""
    return f"- {label}{_tags(line.tags)}{escape_markdown(line.text)}"


def _table(table: Table) -> str:
    """A pipe table; bars are left to the page, their numbers stand in the columns."""
    head = _row(tuple(escape_markdown(column.title) for column in table.columns))
    rule = _row(tuple(map(_alignment, table.columns)))
    return "\n".join([head, rule, *map(_body_row, table.rows)])


def _alignment(column: Column) -> str:
    return "---:" if column.numeric else "---"


def _body_row(row: Row) -> str:
    cells = tuple(map(escape_markdown, row.cells))
    if row.total or row.tone is Tone.STRONG:
        cells = tuple(f"**{cell}**" if cell else "" for cell in cells)
    return _row(cells)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
