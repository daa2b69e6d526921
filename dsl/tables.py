"""Pipe tables (表格)."""

import re

from zhunsheng.dsl import ast
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Source, Span, split_lines

_BAR = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r":?-+:?")


def _cells(line: str, offset: int) -> tuple[ast.Cell, ...]:
    """The cells of a table line; a bar written as \\| belongs to the cell."""
    begin = line.index("|") + 1
    end = len(line.rstrip())
    if end > begin and line[end - 1] == "|" and line[end - 2] != "\\":
        end -= 1
    bars = [match.start() for match in _BAR.finditer(line, begin, end)]
    cells = []
    for start, stop in zip([begin, *(bar + 1 for bar in bars)], [*bars, end], strict=True):
        raw = line[start:stop]
        text = raw.strip()
        first = offset + start + len(raw) - len(raw.lstrip())
        cells.append(ast.Cell(text.replace("\\|", "|"), span=Span(first, first + len(text))))
    return tuple(cells)


def raw_cells(line: str) -> list[str]:
    """The cells of a table line as they are written, bars escaped."""
    return [cell.text.replace("|", "\\|") for cell in _cells(line, 0)]


def is_rule(cell: str) -> bool:
    """Whether a cell belongs to the dividing line below the head."""
    return _RULE.fullmatch(cell) is not None


def is_even(text: str) -> bool:
    """Whether all lines have as many bars and the second is a dividing line, so that reading finds no fault."""
    lines = [line.strip() for line in split_lines(text) if line.strip()]
    bars = {len(_BAR.findall(line)) - line.endswith("|") for line in lines}
    return len(lines) > 1 and len(bars) == 1 and not lines[1].strip("|:- \t")


def read_table(text: str, offset: int, source: Source) -> tuple[ast.Table | None, tuple[Diagnostic, ...]]:
    """Reads a block of lines that begin with a bar."""
    lines: list[tuple[str, int]] = []
    position = offset
    for line in split_lines(text):
        if line.strip():
            lines.append((line.rstrip("\r\n"), position))
        position += len(line)
    rows = [_cells(line, start) for line, start in lines]
    if len(rows) < 2 or not all(is_rule(cell.text) for cell in rows[1]) or not rows[1]:
        span = Span(lines[0][1], lines[0][1] + len(lines[0][0]))
        return None, (
            Diagnostic(
                "ZS0110",
                "表头下面少了分隔行",
                source,
                span,
                "在表头下一行写：|" + "---|" * max(1, len(rows[0])),
            ),
        )
    head = rows[0]
    faults = []
    body = []
    for row, (line, start) in zip(rows[2:], lines[2:], strict=True):
        if len(row) != len(head):
            message = f"这一行有{len(row)}格，表头有{len(head)}格"
            help_text = "补上或删去多余的“|”；格内要写竖线时写成“\\|”"
            faults.append(Diagnostic("ZS0111", message, source, Span(start, start + len(line)), help_text))
        else:
            body.append(row)
    span = Span(lines[0][1], lines[-1][1] + len(lines[-1][0]))
    return ast.Table(head, tuple(body), span=span), tuple(faults)
