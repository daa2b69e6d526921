"""The 改动 cell of a 本地化 table: what a local variant changes in one place of its base.

A cell holds one or several changes, separated by ， or ；:

* ``权重0.19``, ``权重0.20 → 0.19``, ``分值6分``: the weight or points behind a heading;
* ``替换``, ``新增``, ``删除``, ``补充``: a heading, a section or a row of a table;
* ``加20分 → 加15分``: words inside one clause.
"""

import re
from collections.abc import Iterator
from typing import Literal, get_args

from attrs import frozen

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.clause import read_mark
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Source, Span

VerbWord = Literal["替换", "新增", "删除", "补充"]
VERBS: tuple[VerbWord, ...] = get_args(VerbWord)

_ARROW = re.compile(r"→|->|－＞|⟶|➔")
_SEPARATOR = re.compile("[，,；;]")
_QUOTES = '“”"「」 \t\u3000'
_MARK = re.compile(r"(?P<word>权重|分值|满分)[：:为]?|(?=[\d０-９.]+分$)")

HELP = "可写：权重0.05、分值6分、替换、新增、删除、补充，或“加20分 → 加15分”；几项改动用逗号隔开"


@frozen
class SetMark:
    """A heading's weight or points. `mark.span` covers the words that go behind the title; `before` is the
    number that stood there, where the author repeats it."""

    mark: ast.Mark
    before: ast.Mark | None
    span: Span


@frozen
class Verb:
    """替换, 新增, 删除 or 补充."""

    word: VerbWord
    span: Span


@frozen
class Reword:
    """Words inside a clause and what stands there instead."""

    before: str
    after: Span
    span: Span


Change = SetMark | Verb | Reword


def read_changes(cell: ast.Cell, source: Source) -> tuple[tuple[Change, ...], tuple[Diagnostic, ...]]:
    """The changes of a cell; what cannot be read is a diagnostic at its words."""
    changes: list[Change] = []
    faults = []
    for start, end in _items(source.slice(cell.span)):
        span = Span(cell.span.start + start, cell.span.start + end)
        change = _change(span, source)
        if isinstance(change, Diagnostic):
            faults.append(change)
        else:
            changes.append(change)
    if not changes and not faults:
        faults.append(Diagnostic("ZS0616", "这一行没有写改动", source, cell.span, HELP))
    return tuple(changes), tuple(faults)


def _items(text: str) -> Iterator[tuple[int, int]]:
    """The parts between separators; words in “” are kept whole."""
    start, depth = 0, 0
    for index, char in enumerate(f"{text}，"):
        depth += (char == "“") - (char == "”")
        if _SEPARATOR.match(char) and (depth <= 0 or index == len(text)):
            part = text[start:index]
            if part.strip():
                yield start + len(part) - len(part.lstrip()), start + len(part.rstrip())
            start = index + 1


def _change(span: Span, source: Source) -> Change | Diagnostic:
    text = source.slice(span)
    word = next((verb for verb in VERBS if verb == plain(text)), None)
    if word is not None:
        return Verb(word, span)
    arrow = _ARROW.search(text)
    marked = _MARK.match(text)
    if marked is not None:
        return _set_mark(span, source, marked, arrow)
    if arrow is None:
        return Diagnostic("ZS0616", f"没有读懂这项改动：“{text[:40]}”", source, span, HELP)
    before = _trimmed(text, 0, arrow.start())
    after = _trimmed(text, arrow.end(), len(text))
    if not plain(text[before[0] : before[1]]) or _ARROW.search(text, arrow.end()):
        return Diagnostic("ZS0616", "“→”前面写原来的字，后面写改成的字", source, span, HELP)
    new = Span(span.start + after[0], span.start + after[1])
    return Reword(text[before[0] : before[1]], new, span)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _QUOTES:
        start += 1
    while end > start and text[end - 1] in _QUOTES:
        end -= 1
    return start, end


def _set_mark(
    span: Span, source: Source, marked: re.Match[str], arrow: re.Match[str] | None
) -> SetMark | Diagnostic:
    """权重0.19; with an arrow the number that stood there comes first."""
    text = source.slice(span)
    weight = marked["word"] == "权重"
    before: ast.Mark | None = None
    if arrow is not None:
        read = _mark(Span(span.start + marked.end(), span.start + arrow.start()), source, weight)
        if isinstance(read, Diagnostic):
            return read
        before = read
    start = marked.end() if arrow is None else arrow.end()
    start, end = _trimmed(text, start, len(text))
    number = Span(span.start + start, span.start + end)
    again = _MARK.match(source.slice(number)) if arrow is not None else None
    if again is not None:
        number = Span(number.start + again.end(), number.end)
    read = _mark(number, source, weight)
    return read if isinstance(read, Diagnostic) else SetMark(read, before, span)


def _mark(number: Span, source: Source, weight: bool) -> ast.Mark | Diagnostic:
    """The number as a mark that spans its own words; a weight's 权重 is put in front when it is set in."""
    words = source.slice(number).strip()
    written = f"权重{words}" if weight else words if words.endswith("分") else f"{words}分"
    read = read_mark(written, number.start, source)
    if isinstance(read, ast.Mark):
        return ast.Mark(read.kind, read.value, read.text, span=number)
    word, example = ("权重", "权重0.05") if weight else ("分值", "分值6分")
    return Diagnostic("ZS0616", f"{word}没有读懂：“{words[:40]}”", source, number, f"写成：{example}")
