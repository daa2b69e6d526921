"""Diagnostics for people (full, concise) and for machines (JSON).

The full form shows the source line with the very words underlined. Full-width characters take two
columns, combining ones none, tabs are four spaces, and characters that cannot be seen stand as
escapes, so that no bidi control can move the words away from their carets. Characters of ambiguous
width (“ ” … —) take `ambiguous` columns, one unless the console is known to give them two; the
reasons are in :mod:`zhunsheng.runtime.rendering.text_width`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from zhunsheng.runtime.diagnostics import Diagnostic, Severity
from zhunsheng.runtime.rendering.console import paint
from zhunsheng.runtime.rendering.render_json import dump
from zhunsheng.runtime.rendering.safe_text import safe_line, visible_char
from zhunsheng.runtime.rendering.text_width import text_width
from zhunsheng.runtime.source import Source, Span

#: Columns of an excerpt; longer lines are shown round the words.
EXCERPT_WIDTH = 96

_WORDS = {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.ADVICE: "建议"}
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.ADVICE: "bold cyan"}

_ELLIPSIS = "..."


def render_full(diagnostics: Iterable[Diagnostic], *, color: bool = False, ambiguous: int = 1) -> str:
    """Every diagnostic with its excerpts and help, an empty line between them; "" for none."""
    blocks = ["\n".join(_full(diagnostic, color, ambiguous)) for diagnostic in diagnostics]
    return "\n\n".join(blocks) + "\n" if blocks else ""


def render_concise(diagnostics: Iterable[Diagnostic]) -> str:
    """A line each: file:line:column: 错误 ZS0203: message."""
    return "".join(
        f"{_place(diagnostic)}: {_WORDS[diagnostic.severity]} {diagnostic.code}: {safe_line(diagnostic.message)}\n"
        for diagnostic in diagnostics
    )


def render_diagnostics_json(diagnostics: Iterable[Diagnostic]) -> str:
    """A JSON list that ends with a newline, ``[]`` for none."""
    return dump([diagnostic_object(diagnostic) for diagnostic in diagnostics]) + "\n"


def diagnostic_object(diagnostic: Diagnostic) -> dict[str, Any]:
    """A diagnostic as an editor reads it: lines and columns from 1, columns in characters, the end excluded."""
    line, column = diagnostic.position
    end_line, end_column = line, column
    if diagnostic.source is not None and diagnostic.span is not None:
        end_line, end_column = diagnostic.source.position(diagnostic.span.end)
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": _message(diagnostic),
        "file": "" if diagnostic.source is None else diagnostic.source.name,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "help": diagnostic.help,
    }


def count_words(diagnostics: Iterable[Diagnostic]) -> str:
    """How many there are of each severity: 2个错误，1个警告; "" for none."""
    severities = [diagnostic.severity for diagnostic in diagnostics]
    counts = ((severities.count(severity), word) for severity, word in _WORDS.items())
    return "，".join(f"{count}个{word}" for count, word in counts if count)


def _message(diagnostic: Diagnostic) -> str:
    """The message; where there is no text to point into, with the place in front."""
    if diagnostic.span is None and diagnostic.where:
        return f"{diagnostic.where}：{diagnostic.message}"
    return diagnostic.message


def _place(diagnostic: Diagnostic) -> str:
    """file:line:column, or the place in a workbook or mapping."""
    name = "" if diagnostic.source is None else diagnostic.source.name
    if diagnostic.source is not None and diagnostic.span is not None:
        return _point(diagnostic.source, diagnostic.span)
    return safe_line(":".join(filter(None, (name, diagnostic.where)))) or "（无位置）"


def _point(source: Source, span: Span) -> str:
    line, column = source.position(span.start)
    return f"{safe_line(source.name)}:{line}:{column}"


def _full(diagnostic: Diagnostic, color: bool, ambiguous: int) -> Iterator[str]:
    style = _STYLES[diagnostic.severity] if color else ""
    head = f"{_WORDS[diagnostic.severity]} {diagnostic.code}"
    yield f"{paint(head, style)}：{safe_line(diagnostic.message)}"
    yield f"  位置：{_place(diagnostic)}"
    if diagnostic.source is not None:
        if diagnostic.span is not None:
            yield from _excerpt(diagnostic.source, diagnostic.span, "", style, ambiguous)
        for label in diagnostic.labels:
            yield f"  另见：{_point(diagnostic.source, label.span)}"
            second = "cyan" if color else ""
            yield from _excerpt(diagnostic.source, label.span, label.text, second, ambiguous)
    yield from _help(diagnostic.help)


def _help(text: str) -> Iterator[str]:
    """What to do; further lines stand under the first, so that rows can be copied."""
    for number, line in enumerate(text.splitlines()):
        yield f"  {'改法：' if not number else '      '}{safe_line(line)}".rstrip()


def _excerpt(source: Source, span: Span, note: str, style: str, ambiguous: int) -> Iterator[str]:
    """The line a span starts on, its words underlined, and a note behind the carets."""
    line = source.position(span.start)[0]
    before, words, after = _window(source, span, line, ambiguous)
    last = source.position(max(span.end - 1, span.start))[0]
    remarks = [safe_line(note)] if note else []
    if last > line:
        remarks.append(f"（到第{last}行为止）")
    gutter = len(str(line))
    carets = paint("^" * max(text_width(words, ambiguous), 1), style)
    yield f"  {line} | {before}{words}{after}"
    under = " ".join((carets, *remarks))
    yield f"  {' ' * gutter} | {' ' * text_width(before, ambiguous)}{under}"


def _window(source: Source, span: Span, line: int, ambiguous: int) -> tuple[str, str, str]:
    """What stands before, in and behind the span on its first line, cut to a width round it."""
    begin, end = _bounds(source, line)
    start = min(span.start, end)
    # Slices are bounded before anything is measured: a line may have millions of characters.
    words = _fit(source.text[start : min(span.end, end, start + EXCERPT_WIDTH)], EXCERPT_WIDTH, ambiguous)
    stop = start + len(words)
    before = source.text[max(begin, start - EXCERPT_WIDTH) : start]
    after = source.text[stop : min(end, stop + EXCERPT_WIDTH)]
    room = EXCERPT_WIDTH - _width(words, ambiguous)
    left = max(room // 2, room - _width(after, ambiguous))
    before = _fit(before[::-1], left, ambiguous)[::-1]
    after = _fit(after, room - _width(before, ambiguous), ambiguous)
    return (
        (_ELLIPSIS if start - len(before) > begin else "") + _show(before),
        _show(words),
        _show(after) + (_ELLIPSIS if stop + len(after) < end else ""),
    )


def _bounds(source: Source, line: int) -> tuple[int, int]:
    """Where a line begins and where it ends, its line end left out."""
    starts = source.line_starts
    begin, end = starts[line - 1], starts[line] if line < len(starts) else len(source.text)
    tail = source.text[max(begin, end - 2) : end]
    return begin, end - len(tail) + len(tail.rstrip("\r\n"))


def _fit(text: str, width: int, ambiguous: int) -> str:
    """As much of the beginning of a text as a width holds when shown."""
    used = 0
    for index, char in enumerate(text):
        used += _width(char, ambiguous)
        if used > width:
            return text[:index]
    return text


def _width(text: str, ambiguous: int) -> int:
    """Columns of source text as an excerpt shows it."""
    return text_width(_show(text), ambiguous)


def _show(text: str) -> str:
    """Source text as an excerpt shows it."""
    return "".join("    " if char == "\t" else visible_char(char) for char in text)
