"""Rule tables (评分表): their rows become the indicators, and their cells the clauses, that paragraphs would make.

Everything behind reading sees headings with paragraphs; where a row was read as a whole, its segment keeps the cells.
"""

from collections.abc import Iterator

from attrs import Factory, define, field, frozen

from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.paragraphs import Suspicion
from zhunsheng.dsl.rule_tables.cells import nothing, number, read_label, read_points
from zhunsheng.dsl.rule_tables.heads import Columns, recognise
from zhunsheng.dsl.rule_tables.row_rules import Row, read_row, unread_row
from zhunsheng.runtime.diagnostics import Diagnostic, Label
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.source import Source, Span

#: Labels of rows that sum up the rows above.
_TOTALS = ("总计", "合计", "小计", "总分", "总分值", "合计分值")
#: A title shared by rows of one mark is no shorter.
_LEAST_COMMON = 4


@frozen
class ReadTable:
    """What a rule table stands for: indicators, or rules of the heading that it stands under."""

    children: tuple[ast.Heading, ...]
    paragraphs: tuple[ast.Paragraph, ...]
    faults: tuple[Diagnostic, ...]
    suspicions: tuple[Suspicion, ...]


@define
class _Node:
    """A group or an indicator that is still being filled."""

    titles: list[str]
    cell: ast.Cell
    mark: ast.Mark | None = None
    children: list["_Node"] = field(default=Factory(list))
    paragraphs: list[ast.Paragraph] = field(default=Factory(list))
    quotes: list[str] = field(default=Factory(list))
    end: int = 0

    @property
    def title(self) -> str:
        """The label; of rows with one mark what their labels have in common, else all of them."""
        if len(self.titles) == 1:
            return self.titles[0]
        common = _prefix(self.titles).rstrip("-—：:（(、，")
        return common if len(common) >= _LEAST_COMMON else "、".join(self.titles)

    def heading(self, level: int) -> ast.Heading:
        return ast.Heading(
            level,
            plain(self.title),
            self.mark,
            "",
            tuple(child.heading(level + 1) for child in self.children),
            tuple(self.paragraphs),
            tuple(self.quotes),
            (),
            tabular=True,
            title_span=self.cell.span,
            span=Span(self.cell.span.start, self.end),
        )


def _prefix(words: list[str]) -> str:
    first, last = min(words), max(words)
    length = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:length]


class _Reader:
    """Walks the rows once, from the first to the last."""

    def __init__(self, table: ast.Table, columns: Columns, source: Source) -> None:
        self.table = table
        self.columns = columns
        self.source = source
        self.top = _Node([""], table.head[0])
        self.path: list[_Node] = []
        self.faults: list[Diagnostic] = []
        self.suspicions: list[Suspicion] = []

    def fault(self, code: str, message: str, span: Span, help: str, labels: tuple[Label, ...] = ()) -> None:
        self.faults.append(Diagnostic(code, message, self.source, span, help, labels))

    def run(self, level: int) -> ReadTable:
        for cells in self.table.rows:
            if not any(cell.text for cell in cells):
                continue
            if not self.sums_up(cells):
                self.row(cells)
        return ReadTable(
            tuple(node.heading(level) for node in self.top.children),
            tuple(self.top.paragraphs),
            tuple(self.faults),
            tuple(self.suspicions),
        )

    # -- where a row belongs

    def row(self, cells: tuple[ast.Cell, ...]) -> None:
        labels = self.columns.of("label")
        marked = self.columns.kind != "point" and self.columns.one("points") is not None
        mark, choose = self.mark(cells) if marked else (None, False)
        fresh = False
        for depth, column in enumerate(labels):
            cell = cells[column]
            last = depth + 1 == len(labels)
            shares = last and marked and mark is None and not fresh and len(self.path) > depth
            if shares and cell.text:
                self.share(cell)
            elif cell.text or (last and mark is not None and len(self.path) > depth):
                if not self.open(depth, cell if cell.text else self.path[depth].cell, last):
                    return
                fresh = True
            elif fresh or len(self.path) <= depth:
                self.fault(
                    "ZS0132",
                    f"这一行没有“{self.table.head[column].text}”",
                    _row_span(cells),
                    "空格承上一行的名称；新的一组要写明名称",
                )
                for holder in self.path[-1:]:
                    holder.paragraphs.append(unread_row(cells))
                return
        if mark is not None and not labels:
            help_text = "加一列“指标”；整个指标的分值写在标题后面"
            self.fault("ZS0132", "有分值，却没有指标名称一列", mark.span, help_text)
            return
        node = self.path[-1] if labels else self.top
        if mark is not None and node is not self.top:
            node.mark = mark
        self.read(cells, node, mark, choose)

    def mark(self, cells: tuple[ast.Cell, ...]) -> tuple[ast.Mark | None, bool]:
        """The row's own mark; None where it shares the one above, or has none."""
        column = self.columns.one("points")
        assert column is not None
        cell = cells[column]
        if not cell.text or nothing(cell):
            return None, False
        read = read_points(cell, self.source)
        if isinstance(read, Diagnostic):
            self.faults.append(read)
            return None, False
        return read.mark, read.choose

    def share(self, cell: ast.Cell) -> None:
        """A row without a mark of its own belongs to the mark above."""
        label = read_label(cell, self.source, marked=False)
        if isinstance(label, Diagnostic):
            self.faults.append(label)
        else:
            self.path[-1].titles.append(label.title)

    def open(self, depth: int, cell: ast.Cell, last: bool) -> bool:
        """A new group or indicator; a group that is named again goes on."""
        label = read_label(cell, self.source, marked=not last)
        if isinstance(label, Diagnostic):
            self.faults.append(label)
            return False
        if not last and len(self.path) > depth and self.path[depth].titles == [label.title]:
            return True
        del self.path[depth:]
        node = _Node([label.title], cell, label.mark)
        (self.path[-1] if self.path else self.top).children.append(node)
        self.path.append(node)
        return True

    def read(self, cells: tuple[ast.Cell, ...], node: _Node, mark: ast.Mark | None, choose: bool) -> None:
        points = node.mark if mark is None else mark
        read = read_row(Row(self.table, self.columns, cells, node.cell, points, choose), self.source)
        self.faults += read.faults
        self.suspicions += read.suspicions
        node.paragraphs += read.paragraphs
        node.quotes += read.quotes
        for holder in (*self.path, self.top):
            holder.end = _row_span(cells).end

    # -- rows of sums

    def sums_up(self, cells: tuple[ast.Cell, ...]) -> bool:
        """Whether a row is the sum of those above; a number that they do not come to is told."""
        labels = [cells[i] for i in self.columns.of("label") if cells[i].text]
        if not labels or plain(labels[-1].text) not in _TOTALS:
            return False
        column = self.columns.one("points")
        value = number(cells[column].text) if column is not None else None
        marks = [node.mark for node in _leaves(self.top) if node.mark is not None]
        total = sum(mark.value for mark in marks)
        if column is not None and value is not None and marks and value != total:
            sums = "＋".join(mark.text for mark in marks) + "＝" if len(marks) > 1 else ""
            message = f"各行分值之和是{sums}{shown(total)}，与“{labels[-1].text}”{cells[column].text}不符"
            self.fault("ZS0503", message, cells[column].span, "核对各行的分值，是不是漏了行")
        return True


def _leaves(node: _Node) -> Iterator[_Node]:
    for child in node.children:
        if child.children:
            yield from _leaves(child)
        else:
            yield child


def _row_span(cells: tuple[ast.Cell, ...]) -> Span:
    return Span(cells[0].span.start, cells[-1].span.end)


def read_rule_table(table: ast.Table, level: int, source: Source) -> ReadTable:
    """Reads a rule table under a heading of the level above `level`."""
    columns = recognise(table, source)
    if isinstance(columns, Diagnostic):
        return ReadTable((), (), (columns,), ())
    return _Reader(table, columns, source).run(level)
