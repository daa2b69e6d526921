"""Cells of rule tables (单元格): labels with their number, star and unit; points; thresholds; units of 积分."""

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import count

from attrs import evolve, frozen

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.cells import read_range
from zhunsheng.dsl.clauses.clause import read_mark
from zhunsheng.dsl.normal import normalise, plain, unmarked
from zhunsheng.dsl.words import COUNT_UNITS, DURATION_UNITS, MONEY_UNITS
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.numbers import read_numeral
from zhunsheng.runtime.source import Source, Span

#: A cell that says that there is nothing: ---, —, /.
_NOTHING = re.compile(r"[-—–―－/／]+")
_STAR = re.compile(r"(?:\\?[*＊★☆])+\s*")
_NUMBERING = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}[、．.]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,3}(?:\.\d{1,3})*[、．.](?!\d)"
    r"|\d{1,3}(?:\.\d{1,3})+(?=[\s\u4e00-\u9fff])|[①-⑳])\s*"
)
_UNITS = sorted(
    {*COUNT_UNITS, *MONEY_UNITS, *DURATION_UNITS, "万元", "亿元", "%", "％"}, key=len, reverse=True
)
_UNIT_BEHIND = re.compile(
    rf"\s*(?:[/／]\s*({'|'.join(_UNITS)})|[（(]\s*(?:单位：)?({'|'.join(_UNITS)})\s*[）)])\s*$"
)
_MARK_BEHIND = re.compile(r"\s*[（(]([^（）()]*)[）)]\s*$")
_CHOICE = re.compile(r"（(?:[选择任][选择]?其中?[一1]项|任选[一1]项|选[一1]项)）$")
#: Blanks in a number stand between groups of three digits only (1 000).
_LOOSE_BLANK = re.compile(
    r"\d[ \t\u3000](?!\d{3}(?!\d))\d|\d[ \t\u3000]\.|\.[ \t\u3000]\d|\.\d+[ \t\u3000]\d", re.ASCII
)


def nothing(cell: ast.Cell) -> bool:
    """Whether a cell has a dash that says that nothing stands here."""
    return _NOTHING.fullmatch(plain(cell.text)) is not None


@frozen
class Label:
    """A row label. `words` is the label without number, star, unit and mark, markers removed; `bracketed`
    tells whether the author put 【】 into it."""

    words: str
    unit: str
    starred: bool
    mark: ast.Mark | None
    bracketed: bool
    cell: ast.Cell

    @property
    def title(self) -> str:
        """The words without the author's markers."""
        return "".join(char for char, _ in unmarked(zip(self.words, count(), strict=False)))


def read_label(cell: ast.Cell, source: Source, *, marked: bool) -> Label | Diagnostic:
    """Reads a label; `marked` where a number in brackets behind it is the points of a group."""
    text = cell.text
    offset = cell.span.start
    starred = False
    while True:
        star, number = _STAR.match(text), _NUMBERING.match(text)
        if star:
            starred = True
        cut = star or number
        if cut is None or cut.end() == len(text) or cut.end() == 0:
            break
        offset += cut.end()
        text = text[cut.end() :]
    mark: ast.Mark | None = None
    behind = _MARK_BEHIND.search(text)
    if marked and behind is not None:
        read = read_mark(behind[1], offset + behind.start(1), source)
        if isinstance(read, Diagnostic):
            return read
        if read is not None:
            mark, text = read, text[: behind.start()]
    unit = _UNIT_BEHIND.search(text)
    bracketed = "【" in text
    if unit is not None and not bracketed:
        text = text[: unit.start()]
    words = "".join(c for c in text if c not in "*＊\r\n").strip()
    if not plain(words):
        return Diagnostic("ZS0132", "这一行没有指标名称", source, cell.span, "写上指标名称")
    said = "" if unit is None else (unit[1] or unit[2]).replace("％", "%")
    return Label(words, said, starred, mark, bracketed, cell)


@frozen
class Points:
    """A points cell: the mark, and whether one of the rows that share it is chosen (15（选其中一项）)."""

    mark: ast.Mark
    choose: bool


def read_points(cell: ast.Cell, source: Source) -> Points | Diagnostic:
    """Reads 5, 5分, 10% or 15（选其中一项）."""
    even = normalise(cell.text, cell.span.start)
    choice = _CHOICE.search(even.text)
    words = even.text[: choice.start()] if choice else even.text
    value = read_numeral(words.removesuffix("分"))
    if value is None:
        help_text = "写一个数，如 5；几行选其中一项的写成 15（选其中一项）"
        return Diagnostic("ZS0131", f"“{cell.text}”不是分值", source, cell.span, help_text)
    span = even.span(0, len(words))
    return Points(ast.Mark("points", value, words.removesuffix("分"), span=span), choice is not None)


def read_threshold(
    cell: ast.Cell, unit: str, table: ast.Table, source: Source, *, total: bool = False
) -> tuple[ast.Edge, ...] | Diagnostic:
    """Reads ≥50, 80%, 501-1000 or 5, where it is `total` also 80≤总分<90; a number without a unit is in `unit`, the
    label's."""
    loose = _LOOSE_BLANK.search(cell.text)
    if loose is not None:
        at = Span(cell.span.start + loose.start(), cell.span.start + loose.end())
        help_text = "千位之间才能空格，如 1 000；两个数用“-”连起来"
        return Diagnostic("ZS0131", f"“{cell.text}”是一个数还是两个？", source, at, help_text)
    edges = read_range(cell, source, total=total)
    if isinstance(edges, Diagnostic):
        return edges
    own = []
    for edge in edges:
        said = edge.quantity.unit
        if said and unit and said != unit:
            message = f"名称里的单位是“{unit}”，格子里是“{said}”"
            return Diagnostic("ZS0131", message, source, edge.span, "统一单位")
        quantity = evolve(edge.quantity, unit=said or unit)
        own.append(evolve(edge, quantity=quantity, table=table.span.start))
    return tuple(own)


#: What a tick says without a number.
TICKS = ("√", "✓", "✔", "有", "是")


def tick(cell: ast.Cell) -> bool:
    """Whether a cell has a tick."""
    return plain(cell.text) in TICKS


def runs(cell: ast.Cell, kind: ast.MarkKind) -> list[ast.Marked]:
    """The marks of a cell's characters: brackets as they say, the rest of one kind."""
    found: list[ast.Marked] = []
    position, end = cell.span.start, cell.span.end
    length = end - position
    text = cell.text if len(cell.text) == length else cell.text.replace("|", "\\|")
    for match in re.finditer(r"【[^【】]*】|〖[^〖〗]*〗", text):
        start = cell.span.start + match.start()
        if start > position:
            found.append(ast.Marked(kind, Span(position, start)))
        position = cell.span.start + match.end()
        found.append(ast.Marked("fact" if match[0][0] == "【" else "description", Span(start, position)))
    if position < end:
        found.append(ast.Marked(kind, Span(position, end)))
    return found


def number(text: str) -> Fraction | None:
    """The number of a cell that has nothing else."""
    return read_numeral(plain(text).removesuffix("分"))


def filled(marks: Iterable[ast.Marked], span: Span) -> Iterator[ast.Marked]:
    """The marks with layout between them, so that they cover the row."""
    at = span.start
    for mark in marks:
        if mark.span.start > at:
            yield ast.Marked("layout", Span(at, mark.span.start))
        yield mark
        at = mark.span.end
    if at < span.end:
        yield ast.Marked("layout", Span(at, span.end))
