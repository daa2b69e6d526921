"""原文 of rule tables: the cells of a row must stand one after the other in the official text."""

import re
from collections.abc import Iterator, Sequence

from attrs import frozen

from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import normalise, plain, unmarked
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Source

#: Numbering in front of a cell.
NUMBERING = re.compile(
    r"^(?:\d{1,2}[、.](?!\d)|（[一二三四五六七八九十\d]+）|[一二三四五六七八九十]+、|[①-⑳])"
)
#: A cell that says nothing.
_DASHES = re.compile("[-—/]*")
_HELP = "照原文改回；有意改动的在“解读”中声明（疑义：原文，采用：改动）"


def rows_of(file: ast.RuleFile) -> Iterator[ast.Segment]:
    """The rows of rule tables that were read as a whole."""
    for _, _, paragraph in file.executable():
        yield from (segment for segment in paragraph.segments if segment.cells)


@frozen
class _Cell:
    cell: ast.Cell
    words: str


def cell_words(text: str) -> str:
    """The words of a cell as they are compared: without markers, number and star."""
    even = normalise(text.replace("＊", ""))
    words = "".join(char for char, _ in unmarked(zip(even.text, even.offsets, strict=False)))
    return NUMBERING.sub("", words)


def row_difference(
    segment: ast.Segment, official: Sequence[str], declared: Sequence[str], source: Source
) -> Diagnostic | None:
    """The first cell that differs where most of the row stands; `official` are the cells of the official text."""
    cells = [_Cell(cell, cell_words(cell.text)) for cell in segment.cells]
    cells = [cell for cell in cells if not _DASHES.fullmatch(cell.words)]
    if any(own and own in cell.words for cell in cells for own in declared):
        return None
    there = [cell for cell in map(cell_words, official) if not _DASHES.fullmatch(cell)]
    best, at = 0, 0
    for start in range(len(there)):
        alike = sum(1 for own, other in zip(cells, there[start:], strict=False) if own.words == other)
        if alike > best:
            best, at = alike, start
    if best == len(cells):
        return None
    if not best:
        return Diagnostic("ZS0601", "原文里没有这一行", source, cells[0].cell.span, _HELP)
    differing = ((own, other) for own, other in zip(cells, [*there[at:], *([""] * len(cells))], strict=False))
    own, was = next((own, other) for own, other in differing if own.words != other)
    message = f"与原文不同：原文是“{was or '（无）'}”，这里是“{plain(own.words)}”"
    return Diagnostic("ZS0601", message, source, own.cell.span, _HELP)
