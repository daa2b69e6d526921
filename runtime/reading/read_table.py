"""CSV fact files: separated by comma, tab or semicolon, as spreadsheets write them."""

import itertools
import re
from collections.abc import Iterator

from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.reading.quantities import Fault
from zhunsheng.runtime.reading.raw_facts import Cell, Malformed, RawFacts, cell_at, diagnose
from zhunsheng.runtime.reading.rows import Row, answers_from_rows, has_header
from zhunsheng.runtime.source import Source, Span

#: The header is looked for in so many rows.
_HEAD = 100
#: What ends an unquoted field, by the separator.
_ENDS = {delimiter: re.compile(f"[{delimiter}\r\n]") for delimiter in (",", "\t", ";")}


def read_table(source: Source) -> RawFacts:
    """The raw answers of a CSV text; the separator is the one that shows the header."""
    try:
        delimiter = next((char for char in _ENDS if _shows_header(source, char)), ",")
        rows = list(_rows(source, delimiter))
    except Malformed as error:
        place = cell_at("", error.span, source)
        return RawFacts(source=source, diagnostics=(diagnose(error.fault, place, source),))
    answers, faults = answers_from_rows(rows)
    diagnostics = [diagnose(fault, place, source) for fault, place in faults]
    return RawFacts(answers, source, diagnostics=(*diagnostics, *_overlong(source, rows)))


def _shows_header(source: Source, delimiter: str) -> bool:
    try:
        return any(map(has_header, itertools.islice(_rows(source, delimiter), _HEAD)))
    except Malformed:
        return False


def _overlong(source: Source, rows: list[Row]) -> Iterator[Diagnostic]:
    """Rows wider than the header: a comma inside a text, as in 1,200, would shift the columns unseen."""
    table = itertools.dropwhile(lambda row: not has_header(row), rows)
    width = len(header.cells) if (header := next(table, None)) else 0
    for row in table:
        extra = next((cell for cell in row.cells[width:] if cell), None)
        if extra is not None:
            fault = Fault(
                "ZS0908",
                f"这一行比表头多出{len(row.cells) - width}格",
                "内容里有逗号的（如1,200）用英文双引号括起",
            )
            yield diagnose(fault, extra, source)


def _rows(source: Source, delimiter: str) -> Iterator[Row]:
    """Cuts the text into rows of cells with their places; quotes may hold delimiters and line ends."""
    text, at = source.text, 0
    while at < len(text):
        if text[at] in "\r\n":
            at += 1
            continue
        start, cells, ended = at, list[Cell | None](), False
        while not ended:
            span, value, at = _field(source, at, delimiter)
            cells.append(cell_at(value, span, source) if value.strip() else None)
            ended = text[at : at + 1] != delimiter
            at += 0 if ended else 1
        at += 2 if text.startswith("\r\n", at) else 1
        yield Row(cells, f"第{source.position(start)[0]}行")


def _field(source: Source, at: int, delimiter: str) -> tuple[Span, str, int]:
    """The field that begins at `at`: its place, its text, and the offset of what ends it."""
    text = source.text
    if text[at : at + 1] != '"':
        end = _end_of_field(text, at, delimiter)
        return _trimmed(text, at, end), text[at:end], end
    close = at + 1
    while (close := text.find('"', close)) >= 0 and text[close + 1 : close + 2] == '"':
        close += 2
    if close < 0:
        line = text[at : at + 20].partition("\n")[0].rstrip()
        fault = Fault("ZS0914", "CSV 格式有误：双引号没有闭合", "补上英文双引号；文字里的双引号写两个")
        raise Malformed(fault, Span(at, at + len(line)))
    end = _end_of_field(text, close + 1, delimiter)
    value = text[at + 1 : close].replace('""', '"') + text[close + 1 : end]
    return Span(at + 1, close), value, end


def _end_of_field(text: str, at: int, delimiter: str) -> int:
    found = _ENDS[delimiter].search(text, at)
    return found.start() if found else len(text)


def _trimmed(text: str, start: int, end: int) -> Span:
    words = text[start:end]
    return Span(start + len(words) - len(words.lstrip()), start + len(words.rstrip()))
