"""Official text (官方文本) as it arrives, cut into lines and tables, before anything is made of it."""

import re
from collections.abc import Iterator

from attrs import evolve, frozen

from zhunsheng.runtime.source import split_lines

_PARAGRAPH_END = re.compile(r"(?i)</p>|<br\s*/?>")
_TAG = re.compile("<[A-Za-z/!][^<>]*>")
_RULE = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|)+\s*(?::?-+:?)?\s*")
_BAR = re.compile(r"(?<!\\)\|")
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
#: A row of two cells whose first is only a label (备注：…) is no table.
_LABEL = re.compile("[^：:，。；]{2,10}[：:]?")


@frozen
class Line:
    """A line of text; `level` is the heading level that its file format gives it, 0 for none."""

    text: str
    level: int = 0


@frozen
class Grid:
    """A table; the cells that a merged one covers are empty, a cell's paragraphs stand on lines of their own."""

    rows: tuple[tuple[str, ...], ...]


Element = Line | Grid


def read_elements(text: str) -> tuple[Element, ...]:
    """Plain text or Markdown: tables of bars, of tabs, or with a cell a line behind a tab."""
    return tuple(_joined(_elements([line.rstrip("\r\n") for line in split_lines(text)])))


def as_text(elements: tuple[Element, ...]) -> str:
    """Elements as plain text, cells apart by tabs: the 原文 of a file that is no text."""
    lines = []
    for element in elements:
        if isinstance(element, Line):
            lines.append(element.text)
        else:
            lines += ["", *("\t".join(re.sub(r"\s+", " ", cell) for cell in row) for row in element.rows), ""]
    return "\n".join(lines) + "\n"


def _elements(lines: list[str]) -> Iterator[Element]:
    at = 0
    while at < len(lines):
        line = lines[at]
        kind = _kind(line)
        if kind == "line":
            if line.strip():
                yield _line(line)
            at += 1
            continue
        end = at
        while end < len(lines) and (_kind(lines[end]) == kind or (kind == "cell" and _gap(lines, end))):
            end += 1
        yield from _grids(kind, lines[at:end])
        at = end


def _kind(line: str) -> str:
    if line.lstrip().startswith("|"):
        return "bars"
    if line.startswith("\t") and line.count("\t") == 1 and line.strip():
        return "cell"
    return "tabs" if "\t" in line.strip("\n") and line.strip() else "line"


def _gap(lines: list[str], at: int) -> bool:
    """Whether an empty line parts two rows of a table with a cell a line."""
    return not lines[at].strip() and at + 1 < len(lines) and _kind(lines[at + 1]) == "cell"


def _line(text: str) -> Line:
    heading = _HEADING.fullmatch(text.strip())
    if heading:
        return Line(_clean(heading[2].rstrip("#")), len(heading[1]))
    return Line(_clean(text))


def _grids(kind: str, lines: list[str]) -> Iterator[Element]:
    """The tables in a run of table lines; one ends where the number of cells changes."""
    rows: list[tuple[str, ...]] = []
    if kind == "cell":
        rows = [
            tuple(_clean(cell) for cell in block.split("\n"))
            for block in "\n".join(lines).split("\n\n")
            if block.strip()
        ]
    for line in lines if kind != "cell" else ():
        if kind == "bars" and _RULE.fullmatch(line):
            continue
        rows.append(tuple(_clean(cell) for cell in _cells(kind, line)))
    start = 0
    for index in range(1, len(rows) + 1):
        if index == len(rows) or len(rows[index]) != len(rows[start]):
            yield from _grid(rows[start:index])
            start = index


def _cells(kind: str, line: str) -> list[str]:
    if kind == "tabs":
        return line.split("\t")
    body = line.strip().removeprefix("|")
    return [cell.replace("\\|", "|") for cell in _BAR.split(body.removesuffix("|"))]


def _grid(rows: list[tuple[str, ...]]) -> Iterator[Element]:
    if any(len(row) != 2 or not _LABEL.fullmatch(row[0]) or len(row[1]) < 20 for row in rows):
        yield Grid(tuple(rows))
        return
    for label, text in rows:
        yield Line(label.rstrip("：:"), 2)
        yield from (Line(part) for part in text.split("\n"))


def _joined(elements: Iterator[Element]) -> Iterator[Element]:
    """A table that goes on after a page break with the same head again is one table."""
    before: Element | None = None
    for element in elements:
        if (
            isinstance(before, Grid)
            and isinstance(element, Grid)
            and before.rows[0] == element.rows[0]
            and len(element.rows) > 1
        ):
            before = evolve(before, rows=before.rows + element.rows[1:])
            continue
        if before is not None:
            yield before
        before = element
    if before is not None:
        yield before


def _clean(text: str) -> str:
    """Words without tags; the ends of paragraphs inside a cell become line ends."""
    lines = _TAG.sub("", _PARAGRAPH_END.sub("\n", text)).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())
