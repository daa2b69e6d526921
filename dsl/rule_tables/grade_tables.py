"""Tables of levels and grades (级别和等次): a row a level, a column a grade or the other way, cells with their points.

Each cell is a fact of its own, 竞赛国家级一等奖, as in the sentence 【竞赛】国家级一等奖20分.
"""

import re
from fractions import Fraction

from attrs import frozen

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.list_words import LEVELS_OF, RANKS
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.rule_tables.cells import filled, nothing, number, runs
from zhunsheng.dsl.rule_tables.rule_tables import ReadTable
from zhunsheng.dsl.words import COUNT_UNITS
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Source, Span

#: What the first column of such a table is called, where it does not name the fact itself.
CORNERS = (
    *("级别", "层级", "等级", "等次", "级别等次", "级别/等次", "等次/级别"),
    *("奖项", "奖项级别", "奖项等级", "获奖级别", "获奖等级", "奖励级别", "奖励等级"),
)

_FACT = re.compile(r"【([^【】｜|]+)(?:[｜|]([^【】｜|]+))?】")
_EACH = re.compile(rf"每([{''.join(u for u in COUNT_UNITS if len(u) == 1)}])(?=\d)")
_PER = re.compile(rf"[/／]([{''.join(u for u in COUNT_UNITS if len(u) == 1)}])$")
_HEAD = "表头写成：|级别|一等奖|二等奖|，各行写国家级、省级；或反过来"


class _Fault(Exception):
    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic


@frozen
class _Table:
    """A table with what it is about: `subject` begins the names of its facts, `grades` are its columns."""

    table: ast.Table
    subject: str
    grades: tuple[str, ...]
    source: Source

    def fault(self, code: str, message: str, span: Span, help: str) -> _Fault:
        return _Fault(Diagnostic(code, message, self.source, span, help))


def is_grade_table(table: ast.Table) -> bool:
    """Whether every column but the first is a level, or every one a grade."""
    heads = [plain(cell.text) for cell in table.head[1:]]
    return bool(heads) and (set(heads) <= set(LEVELS_OF) or set(heads) <= set(RANKS))


def read_grade_table(table: ast.Table, title: str, taken: frozenset[str], source: Source) -> ReadTable:
    """Reads a table of levels and grades under a heading with a title; `taken` are the facts that the heading has."""
    rows = [cells for cells in table.rows if any(cell.text for cell in cells)]
    try:
        own = _Table(table, _subject(table, title, source), _grades(table, source), source)
        segments = [segment for cells in rows for segment in _row(own, cells)]
        _distinct(own, segments, taken)
        if not segments:
            raise own.fault("ZS0116", "这张表没有给分的一行", table.head[0].span, "补上各级别的一行")
    except _Fault as fault:
        return ReadTable((), (), (fault.diagnostic,), ())
    span = Span(rows[0][0].span.start, rows[-1][-1].span.end)
    marks = [mark for cells in rows for cell in cells if cell.text for mark in runs(cell, "operative")]
    return ReadTable((), (ast.Paragraph(tuple(segments), tuple(filled(marks, span)), span=span),), (), ())


def _subject(table: ast.Table, title: str, source: Source) -> str:
    """What the grades are of: the fact in the first head, else the title."""
    corner = table.head[0]
    match = _FACT.fullmatch(plain(corner.text))
    if match is not None:
        return match[2] or match[1]
    if plain(corner.text) not in CORNERS:
        message = f"“{corner.text or '（空）'}”这一列不知道是什么"
        help_text = f"写成“级别”，这时标题就是数据项；或标上数据项：【{corner.text}｜……】"
        raise _Fault(Diagnostic("ZS0116", message, source, corner.span, help_text))
    return plain(title)


def _grades(table: ast.Table, source: Source) -> tuple[str, ...]:
    grades = [plain(cell.text) for cell in table.head[1:]]
    for number_, cell in enumerate(table.head[1:]):
        if grades[number_] in grades[:number_]:
            raise _Fault(Diagnostic("ZS0120", f"“{cell.text}”写了两列", source, cell.span, "只留一列"))
    return tuple(grades)


def _row(own: _Table, cells: tuple[ast.Cell, ...]) -> list[ast.Segment]:
    """The clauses of a row, each with the words of its own cell."""
    label, *given = cells
    kind, other = (LEVELS_OF, RANKS) if own.grades[0] in RANKS else (RANKS, LEVELS_OF)
    words = plain(label.text)
    if words not in kind:
        at = label.span if label.text else Span(cells[0].span.start, cells[-1].span.end)
        wanted = "、".join(kind[:4])
        message = (
            f"“{label.text or '（空）'}”不是{'级别' if other is RANKS else '等次'}，这里应是{wanted}这样的词"
        )
        raise own.fault("ZS0116", message, at, _HEAD)
    segments: list[ast.Segment] = []
    for head, grade, cell in zip(own.table.head[1:], own.grades, given, strict=True):
        level, rank = (words, grade) if other is RANKS else (grade, words)
        clause = _clause(own, f"{own.subject}{level}{rank}", cell, label)
        if clause is not None:
            shown = cells if not segments else (cell,)
            text = f"{label.text}｜{head.text} {cell.text}"
            kept = tuple(one for one in shown if one.text)
            segments.append(ast.Segment(text, (clause,), 0, cells=kept, span=cell.span))
    return segments


def _clause(own: _Table, name: str, cell: ast.Cell, label: ast.Cell) -> ast.ClauseNode | None:
    """20 is what the grade is worth, 每项2 and 2/项 what each one is; — is nothing."""
    if nothing(cell):
        return None
    if not cell.text:
        message = f"“{name}”一格是空的：是没有分，还是漏填了？"
        raise own.fault("ZS0133", message, label.span, "没有分的写“—”，否则补上分数")
    words = plain(cell.text).removeprefix("加").removeprefix("得")
    each, per = _EACH.match(words), _PER.search(words)
    value = number(words[each.end() if each else 0 : per.start() if per else len(words)].removesuffix("分"))
    if value is None or (each is not None and per is not None):
        help_text = "有这个奖就给分的写一个数，如 20；每有一项都给分的写成“每项20”"
        raise own.fault("ZS0131", f"“{cell.text}”不是分值", cell.span, help_text)
    fact = ast.FactMention(name, name, False, span=cell.span)
    award = ast.Award(value, 1, span=cell.span)
    unit = each or per
    if unit is None:
        condition = ast.Condition("holds", fact, with_de=True, span=cell.span)
        return ast.ClauseNode((condition,), (), None, award, span=cell.span)
    measure = ast.Per(fact, ast.Quantity(Fraction(1), unit[1], span=cell.span), span=cell.span)
    return ast.ClauseNode((), (), measure, award, span=cell.span)


def _distinct(own: _Table, segments: list[ast.Segment], taken: frozenset[str]) -> None:
    """Each cell is a fact of its own, in this table and beside the others of its heading."""
    seen = set(taken)
    for segment in segments:
        (name,) = facts_of(segment)
        if name in seen:
            message = f"“{name}”给了两次分"
            help_text = (
                "同一个级别只写一行；两张表的，在表头第一格标上各自的数据项：|【级别｜……】|一等奖|二等奖|"
            )
            raise own.fault("ZS0301", message, segment.span, help_text)
        seen.add(name)


def facts_of(segment: ast.Segment) -> frozenset[str]:
    """The facts that the cells of a segment of such a table, or clauses like them, give points for."""
    found = set()
    for item in segment.items:
        if isinstance(item, ast.ClauseNode):
            mentions = [condition.fact for condition in item.conditions]
            if isinstance(item.measure, ast.Per):
                mentions.append(item.measure.fact)
            found |= {plain(mention.name) for mention in mentions if mention is not None}
    return frozenset(found)
