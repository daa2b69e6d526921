"""Tables of tiers: ranges of the total beside the names of tiers, in one pair of columns or several."""

from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.rule_tables.cells import filled, read_threshold, runs
from zhunsheng.dsl.rule_tables.rule_tables import ReadTable
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Source, Span

#: Heads of columns with ranges of the total, and of columns with names of tiers.
RANGES = (
    "分值",
    "分数",
    "得分",
    "总分",
    "总得分",
    "综合得分",
    "综合评分",
    "评价得分",
    "积分",
    "分数段",
    "分值范围",
    "得分区间",
)
NAMES = (
    "等级",
    "级别",
    "星级",
    "钻级",
    "冠级",
    "等次",
    "档次",
    "评价等级",
    "评定等级",
    "评价结果",
    "评定结果",
    "结果",
    "结论",
)


def read_tier_table(table: ast.Table, source: Source) -> ReadTable:
    """Reads a table of tiers; each pair of cells is a tier."""
    pairs = _pairs(table, source)
    if isinstance(pairs, Diagnostic):
        return ReadTable((), (), (pairs,), ())
    paragraphs = []
    faults = []
    for row in table.rows:
        items: list[ast.Item] = []
        cells: list[ast.Cell] = []
        broken = False
        for low, high in pairs:
            tier = _tier(row[low], row[high], table, source)
            if isinstance(tier, Diagnostic):
                faults.append(tier)
                broken = True
            elif tier is not None:
                items.append(tier)
                cells += sorted((row[low], row[high]), key=lambda cell: cell.span.start)
        if items or broken:
            paragraphs.append(_paragraph(row, items, cells, broken=broken))
    return ReadTable((), tuple(paragraphs), tuple(faults), ())


def _pairs(table: ast.Table, source: Source) -> list[tuple[int, int]] | Diagnostic:
    """The column of a range with the column of its name, for each pair of neighbours."""
    heads = [plain(cell.text) for cell in table.head]
    odd = next((i for i, head in enumerate(heads) if head not in RANGES and head not in NAMES), None)
    if odd is None and len(heads) % 2 == 0:
        couples = list(zip(range(0, len(heads), 2), range(1, len(heads), 2), strict=True))
        ordered = [(a, b) if heads[a] in RANGES else (b, a) for a, b in couples]
        if all(heads[a] in RANGES and heads[b] in NAMES for a, b in ordered):
            return ordered
    at = table.head[odd or 0].span if odd is not None and table.head[odd].text else table.span
    if at is table.span:
        at = table.head[0].span.cover(table.head[-1].span)
    message = "等级表的表头应是分值和等级，一列分值跟一列等级"
    help_text = f"分值列：{'、'.join(RANGES)}；等级列：{'、'.join(NAMES)}"
    return Diagnostic("ZS0116", message, source, at, help_text)


def _tier(
    score: ast.Cell, name: ast.Cell, table: ast.Table, source: Source
) -> ast.TierNode | Diagnostic | None:
    if not score.text and not name.text:
        return None
    if not score.text or not name.text:
        lacking = "分值" if not score.text else "等级"
        full = name if not score.text else score
        return Diagnostic("ZS0133", f"这个等级没有写{lacking}", source, full.span, f"补上{lacking}")
    edges = read_threshold(score, "分", table, source, total=True)
    if isinstance(edges, Diagnostic):
        return edges
    span = score.span.cover(name.span)
    return ast.TierNode(edges, plain(name.text), None, span=span)


def _paragraph(
    row: tuple[ast.Cell, ...], items: list[ast.Item], cells: list[ast.Cell], *, broken: bool
) -> ast.Paragraph:
    """A row as one segment."""
    span = Span(row[0].span.start, row[-1].span.end)
    marks: list[ast.Marked] = []
    for cell in row:
        marks += runs(cell, "unread" if broken else "operative")
    text = "｜".join(cell.text for cell in row)
    segment = ast.Segment(text, tuple(items), 0, broken=broken, cells=tuple(cells), span=span)
    return ast.Paragraph((segment,), tuple(filled(marks, span)), span=span)
