"""Graded tables (分级评价): rows of 指标, a column a level, cells with what the level asks for."""

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.cells import read_label_conditions
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.rule_tables.cells import filled, nothing, read_label, read_threshold, runs, tick
from zhunsheng.dsl.rule_tables.heads import ROLE_OF
from zhunsheng.dsl.rule_tables.rule_tables import ReadTable
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Source, Span


def read_level_table(table: ast.Table, source: Source) -> ReadTable:
    """Reads a graded table; the columns behind the label are levels, from the lowest to the highest."""
    head = [plain(cell.text) for cell in table.head]
    label = next((i for i, words in enumerate(head) if ROLE_OF.get(words) == "label"), None)
    if label is None or len(head) - label < 3 or not all(head[label + 1 :]):
        at = table.head[0].span.cover(table.head[-1].span)
        message = "分级表的表头应是指标和至少两个级别"
        return ReadTable(
            (), (), (Diagnostic("ZS0116", message, source, at, "写成：|指标|一星|二星|三星|"),), ()
        )
    twice = next((i for i in range(label + 1, len(head)) if head[i] in head[:i]), None)
    if twice is not None:
        cell = table.head[twice]
        message = f"级别“{cell.text}”写了两列"
        return ReadTable((), (), (Diagnostic("ZS0120", message, source, cell.span, "只留一列，或改名"),), ())
    paragraphs = []
    faults = []
    for cells in table.rows:
        if not any(cell.text for cell in cells):
            continue
        row = _row(table, cells, label, head[label + 1 :], source)
        if isinstance(row, Diagnostic):
            faults.append(row)
        paragraphs.append(_paragraph(table, cells, label, row))
    return ReadTable((), tuple(paragraphs), tuple(faults), ())


def _row(
    table: ast.Table, cells: tuple[ast.Cell, ...], at: int, levels: list[str], source: Source
) -> ast.LevelRowNode | Diagnostic:
    span = Span(cells[0].span.start, cells[-1].span.end)
    if not cells[at].text:
        return Diagnostic("ZS0132", "这一行没有指标名称", source, span, "写上指标名称")
    label = read_label(cells[at], source, marked=False)
    if isinstance(label, Diagnostic):
        return label
    fact = ast.FactMention(label.words, label.words, False, span=label.cell.span)
    if label.bracketed:
        read = read_label_conditions(label.cell, source)
        if isinstance(read, Diagnostic):
            return read
        first = read.conditions[0]
        if len(read.conditions) > 1 or first.fact is None or first.edges:
            help_text = "名称里只写【数据项】，要求写在各级的格子里"
            return Diagnostic("ZS0131", "名称里只能有一个数据项", source, label.cell.span, help_text)
        fact = first.fact
    found = []
    for level, cell in zip(levels, cells[at + 1 :], strict=True):
        own = _cell(table, level, cell, label.unit, span, source)
        if isinstance(own, Diagnostic):
            return own
        found.append(own)
    return ast.LevelRowNode(fact, label.title, tuple(found), span=span)


def _cell(
    table: ast.Table, level: str, cell: ast.Cell, unit: str, row: Span, source: Source
) -> ast.LevelCell | Diagnostic:
    """—, √, ≥50 or a bare number; a blank is none of them."""
    if nothing(cell):
        return ast.LevelCell(level, "none", (), span=cell.span)
    if not cell.text:
        message = f"“{level}”一格是空的：是没有要求，还是漏填了？"
        return Diagnostic("ZS0133", message, source, row, "没有要求的写“—”，否则补上要求")
    if tick(cell):
        return ast.LevelCell(level, "tick", (), span=cell.span)
    edges = read_threshold(cell, unit, table, source)
    if isinstance(edges, Diagnostic):
        return edges
    return ast.LevelCell(level, "range", edges, span=cell.span)


def _paragraph(
    table: ast.Table, cells: tuple[ast.Cell, ...], label: int, row: ast.LevelRowNode | Diagnostic
) -> ast.Paragraph:
    span = Span(cells[0].span.start, cells[-1].span.end)
    broken = isinstance(row, Diagnostic)
    marks: list[ast.Marked] = []
    for column, cell in enumerate(cells):
        name = column == label and "【" not in cell.text
        marks += runs(cell, "unread" if broken else "fact" if name else "operative")
    said = (f"{table.head[i].text} {cells[i].text}" for i in range(label + 1, len(cells)))
    text = "｜".join([cells[label].text, *said])
    items = () if isinstance(row, Diagnostic) else (row,)
    kept = tuple(cell for cell in cells if cell.text)
    segment = ast.Segment(text, items, 0, broken=broken, cells=kept, span=span)
    return ast.Paragraph((segment,), tuple(filled(marks, span)), span=span)
