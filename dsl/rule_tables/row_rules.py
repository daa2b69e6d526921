"""The clauses of a row of a rule table, by the kind of table."""

import re
from fractions import Fraction
from typing import TypeVar

from attrs import Factory, define, field, frozen

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.cells import read_label_conditions, read_unit
from zhunsheng.dsl.clauses.clause import read
from zhunsheng.dsl.normal import normalise, plain
from zhunsheng.dsl.paragraphs import Suspicion, read_paragraph, suspicions_in
from zhunsheng.dsl.rule_tables.cells import Label, filled, nothing, number, read_label, read_threshold, runs
from zhunsheng.dsl.rule_tables.heads import Columns, Role
from zhunsheng.dsl.strong_words import STRONG_IN_FACT
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Source, Span

_T = TypeVar("_T")
#: A period in front of a label belongs to the question.
_PERIOD = re.compile("^(?:最近|近)[一二两三四五六七八九十0-9]+个?年度?")


@frozen
class Row:
    """A row with its table. `label` is the cell that names its indicator, carried down where it is blank;
    `mark` the points that it has or shares, `choose` whether one of the rows that share them is chosen."""

    table: ast.Table
    columns: Columns
    cells: tuple[ast.Cell, ...]
    label: ast.Cell
    mark: ast.Mark | None
    choose: bool

    def cell(self, role: Role) -> ast.Cell | None:
        """The cell of a role, None where the table has no such column."""
        column = self.columns.one(role)
        return None if column is None else self.cells[column]

    @property
    def own_label(self) -> ast.Cell | None:
        """The cell that names what the row is about, None in a table without labels."""
        labels = self.columns.of("label")
        if not labels:
            return None
        return self.cells[labels[-1]] if self.cells[labels[-1]].text else self.label

    @property
    def span(self) -> Span:
        """The whole row."""
        return Span(self.cells[0].span.start, self.cells[-1].span.end)


@define
class ReadRow:
    """What came of a row."""

    paragraphs: list[ast.Paragraph] = field(default=Factory(list))
    quotes: list[str] = field(default=Factory(list))
    faults: list[Diagnostic] = field(default=Factory(list))
    suspicions: list[Suspicion] = field(default=Factory(list))


class _Fault(Exception):
    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic


def read_row(row: Row, source: Source) -> ReadRow:
    """Reads a row; a mistake spoils the row, no more."""
    result = ReadRow()
    commentary = [row.cells[i].text for i in row.columns.of("commentary") if row.cells[i].text]
    result.quotes += commentary
    if row.columns.kind == "outline":
        return result
    if row.columns.kind == "rule-cell":
        _sentences(row, source, result)
        return result
    try:
        items = _point(row, source, result) if row.columns.kind == "point" else _floor(row, source, result)
        result.paragraphs.append(_whole_row(row, items))
    except _Fault as fault:
        result.faults.append(fault.diagnostic)
        result.paragraphs.append(_whole_row(row, None))
    return result


def _known(value: _T | Diagnostic) -> _T:
    if isinstance(value, Diagnostic):
        raise _Fault(value)
    return value


def unread_row(cells: tuple[ast.Cell, ...]) -> ast.Paragraph:
    """A row that could not be read, in its place, so that nothing more is said about what it may hold."""
    span = Span(cells[0].span.start, cells[-1].span.end)
    segment = ast.Segment("", (), 0, broken=True, span=span)
    return ast.Paragraph((segment,), (ast.Marked("unread", span),), span=span)


def _whole_row(row: Row, items: tuple[ast.Item, ...] | None) -> ast.Paragraph:
    """A row that was read as a whole, or could not be, as one segment."""
    label = row.own_label
    assert label is not None
    shown = [label.text]
    cells = []
    marks: list[ast.Marked] = []
    labels = row.columns.of("label")
    for column, cell in enumerate(row.cells):
        if not cell.text:
            continue
        commentary = column in row.columns.of("commentary")
        if column in labels[-1:]:
            kind: ast.MarkKind = "operative" if "【" in cell.text else "fact"
        else:
            kind = "description" if commentary or column in labels else "operative"
            silent = commentary or nothing(cell) or column in row.columns.of("number")
            if column not in labels and not silent:
                shown.append(f"{row.table.head[column].text} {cell.text}")
        cells.append(cell)
        marks += runs(cell, kind if items is not None else "unread")
    text = "｜".join(shown)
    segment = ast.Segment(text, items or (), 0, broken=items is None, cells=tuple(cells), span=row.span)
    return ast.Paragraph((segment,), tuple(filled(marks, row.span)), span=row.span)


# ---- what a row is about


def _label(row: Row, source: Source) -> Label:
    cell = row.own_label
    assert cell is not None
    return _known(read_label(cell, source, marked=False))


def _mention(label: Label, result: ReadRow) -> ast.FactMention:
    """The fact that an unmarked label names; words in it that would count elsewhere are looked at."""
    hit = STRONG_IN_FACT.search(_PERIOD.sub("", plain(label.words)))
    if hit is not None:
        span = label.cell.span
        result.suspicions.append(Suspicion("fact", hit[0], label.words, span, span))
    return ast.FactMention(label.words, label.words, False, span=label.cell.span)


def _subject(label: Label, source: Source, result: ReadRow) -> ast.FactMention:
    """The fact of a row whose other cells say what is asked of it."""
    if not label.bracketed:
        return _mention(label, result)
    read_cell = _known(read_label_conditions(label.cell, source))
    result.suspicions += suspicions_in(normalise(label.cell.text, label.cell.span.start))
    first = read_cell.conditions[0]
    if len(read_cell.conditions) > 1 or first.fact is None or first.edges or first.negated:
        message = "名称里只能有一个数据项，要求写在后面的格子里"
        raise _Fault(Diagnostic("ZS0131", message, source, label.cell.span, "写成【……】"))
    return first.fact


def _conditions(
    label: Label, source: Source, result: ReadRow
) -> tuple[tuple[ast.Condition, ...], tuple[ast.Joiner, ...]]:
    """A label as what must hold: yes or no, or with a number where the author put 【】 round the fact."""
    if not label.bracketed:
        fact = _mention(label, result)
        return (ast.Condition("holds", fact, with_de=True, span=label.cell.span),), ()
    read_cell = _known(read_label_conditions(label.cell, source))
    result.suspicions += suspicions_in(normalise(label.cell.text, label.cell.span.start))
    return read_cell.conditions, read_cell.joiners


# ---- the kinds


def _point(row: Row, source: Source, result: ReadRow) -> tuple[ast.Item, ...]:
    """公司资质 | 每个 | 10 | 200分封顶."""
    label = _label(row, source)
    cell = row.cell("points")
    assert cell is not None
    value = number(cell.text)
    if value is None:
        help_text = "写一个数，如 5"
        raise _Fault(
            Diagnostic("ZS0131", f"“{cell.text or '空格'}”不是分值", source, _at(cell, row), help_text)
        )
    award = ast.Award(value, 1, span=cell.span)
    unit = row.cell("unit")
    assert unit is not None
    said = None if not unit.text or nothing(unit) else _known(read_unit(unit, source))
    conditions: tuple[ast.Condition, ...] = ()
    joiners: tuple[ast.Joiner, ...] = ()
    measure: ast.Per | None = None
    if said is not None and said.counted is not None:
        result.suspicions += suspicions_in(normalise(unit.text, unit.span.start))
        measure = ast.Per(said.counted, ast.Quantity(Fraction(1), "", span=unit.span), span=unit.span)
    elif said is not None and said.quantity is not None:
        fact = _subject(label, source, result)
        measure = ast.Per(fact, said.quantity, said.manner, span=unit.span)
    else:
        conditions, joiners = _conditions(label, source, result)
    clause = ast.ClauseNode(conditions, joiners, measure, award, span=row.span)
    return clause, *_cap(row, source)


def _cap(row: Row, source: Source) -> tuple[ast.Item, ...]:
    """备注: a cap, or nothing."""
    cell = row.cell("cap")
    if cell is None or not cell.text or nothing(cell):
        return ()
    normal = normalise(cell.text, cell.span.start)
    if not plain(cell.text).startswith("〖") or "】" in cell.text:
        reading = read(normal, 0, len(normal.text), source)
        if reading.fault is not None:
            raise _Fault(reading.fault)
        if not all(isinstance(item, ast.CapNode) for item in reading.items):
            help_text = "写成“200分封顶”；只是说明的写成〖……〗"
            raise _Fault(Diagnostic("ZS0131", "备注里只能写上限", source, cell.span, help_text))
        return reading.items
    return ()


def _at(cell: ast.Cell, row: Row) -> Span:
    return cell.span if cell.text else row.span


def _floor(row: Row, source: Source, result: ReadRow) -> tuple[ast.Item, ...]:
    """上年末资产总额(万元) | 2 | 200 | ≥1000."""
    label = _label(row, source)
    if row.mark is None:
        raise _Fault(Diagnostic("ZS0131", "这一行没有分值", source, row.span, "写上分值"))
    fact = _subject(label, source, result)
    low, high = row.cell("floor"), row.cell("target")
    assert low is not None and high is not None
    target = _edge(high, label, row, source)
    if target is None:
        raise _Fault(
            Diagnostic("ZS0131", "这一行没有满分要求", source, _at(high, row), "写上满分要求，如 ≥1000")
        )
    floor = _edge(low, label, row, source)
    measure = None
    if floor is not None:
        measure = ast.Target(target, label.starred, span=high.span)
    elif label.starred:
        message = "带“*”的指标没有基本要求，不知道怎样算未达到"
        raise _Fault(Diagnostic("ZS0131", message, source, _at(low, row), "写上基本要求，或删去“*”"))
    edge = target if floor is None else floor
    condition = ast.Condition("compared", fact, edges=(edge,), with_de=True, span=edge.span)
    award = ast.Award(row.mark.value, 1, span=row.mark.span)
    clause = ast.ClauseNode((condition,), (), measure, award, span=row.span)
    best = (ast.BestNode(False, whole=True, span=_points_span(row)),) if row.choose else ()
    return (clause, *best, *_cap(row, source))


def _points_span(row: Row) -> Span:
    cell = row.cell("points")
    assert cell is not None
    return cell.span


def _edge(cell: ast.Cell, label: Label, row: Row, source: Source) -> ast.Edge | None:
    """The only end that a threshold cell sets; None where it sets none."""
    if nothing(cell):
        return None
    if not cell.text:
        message = "这一格是空的：是没有要求，还是漏填了？"
        raise _Fault(Diagnostic("ZS0133", message, source, row.span, "没有要求的写“—”，否则补上数字"))
    edges = _known(read_threshold(cell, label.unit, row.table, source))
    if len(edges) != 1:
        raise _Fault(Diagnostic("ZS0131", "这一格只能写一个数", source, cell.span, "写成 ≥1000"))
    return edges[0]


def _sentences(row: Row, source: Source, result: ReadRow) -> None:
    """Rule cells as paragraphs, behind what the requirement cells ask for."""
    for column in row.columns.of("requirement"):
        _quota(row.cells[column], source, result)
    for column in row.columns.of("rule"):
        cell = row.cells[column]
        if cell.text and not nothing(cell):
            read_cell = read_paragraph(source.slice(cell.span), cell.span.start, source)
            result.paragraphs.append(read_cell.paragraph)
            result.faults += read_cell.faults
            result.suspicions += read_cell.suspicions
    try:
        caps = _cap(row, source)
    except _Fault as fault:
        result.faults.append(fault.diagnostic)
        return
    cap = row.cell("cap")
    if cap is not None and caps:
        segment = ast.Segment(cap.text, caps, 0, span=cap.span)
        result.paragraphs.append(ast.Paragraph((segment,), tuple(runs(cap, "operative")), span=cap.span))


def _quota(cell: ast.Cell, source: Source, result: ReadRow) -> None:
    """A requirement cell: conditions, or a description."""
    if not cell.text or nothing(cell):
        return
    if "【" not in cell.text:
        read_cell = read_paragraph(source.slice(cell.span), cell.span.start, source)
        result.paragraphs.append(read_cell.paragraph)
        result.faults += read_cell.faults
        result.suspicions += read_cell.suspicions
        return
    conditions = read_label_conditions(cell, source)
    items: tuple[ast.Item, ...] = ()
    if isinstance(conditions, Diagnostic):
        result.faults.append(conditions)
    else:
        items = (ast.QuotaNode(conditions.conditions, conditions.joiners, span=cell.span),)
        result.suspicions += suspicions_in(normalise(cell.text, cell.span.start))
    segment = ast.Segment(cell.text, items, 0, broken=not items, span=cell.span)
    kind: ast.MarkKind = "operative" if items else "unread"
    result.paragraphs.append(ast.Paragraph((segment,), tuple(runs(cell, kind)), span=cell.span))
