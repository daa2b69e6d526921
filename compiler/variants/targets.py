"""What a row of 本地化 is about (对象): headings by title path, rows of the tables, clauses by id."""

from collections.abc import Iterable, Iterator

from attrs import frozen

from zhunsheng.compiler.resolve.tables import near_words
from zhunsheng.dsl import ast
from zhunsheng.dsl.blocks import blocks
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.rule_tables.heads import Columns, recognise
from zhunsheng.dsl.rulefile import Parsed
from zhunsheng.dsl.tables import read_table
from zhunsheng.runtime.source import Source, Span

#: Sections whose rows are changed one by one, as 数据项/渠道.
TABLES = ("数据项", "解读", "计算")
#: Sections that a variant may hold without a row of 本地化: its own, and commentary.
FREE = ("本地化", "案例", "术语解释", "附注")


@frozen(eq=False)
class Node:
    """A heading, or a row of a rule table, with the titles that lead to it."""

    heading: ast.Heading
    titles: tuple[str, ...]
    body: Span

    @property
    def path(self) -> str:
        """The title path as 对象 has it."""
        return "/".join(self.titles)

    @property
    def span(self) -> Span:
        """The heading with all below it."""
        return self.heading.span

    @property
    def below(self) -> Span:
        """What stands below the heading's own line, lower headings included."""
        return Span(self.body.start, self.heading.span.end)


def nodes(parsed: Parsed) -> tuple[Node, ...]:
    """The indicators and the sections that hold rules, with what is below them, as they stand in the file."""
    assert parsed.file is not None
    sections = [h for name, h in parsed.file.sections.items() if name not in (*TABLES, *FREE)]
    top = sorted([*parsed.file.indicators, *sections], key=lambda h: h.span)
    return tuple(node for heading in top for node in _nodes(heading, (), parsed.source))


def _nodes(heading: ast.Heading, above: tuple[str, ...], source: Source) -> Iterator[Node]:
    titles = (*above, heading.title)
    # The rows of a rule table are no headings to put text before.
    first = next((h.span.start for h in heading.children if not h.tabular), heading.span.end)
    yield Node(heading, titles, Span(line_end(source, heading.title_span.end), first))
    for child in heading.children:
        yield from _nodes(child, titles, source)


def line_end(source: Source, offset: int) -> int:
    """The offset behind the end of the line that holds `offset`."""
    line, _ = source.position(offset)
    return source.line_starts[line] if line < len(source.line_starts) else len(source.text)


def whole_lines(source: Source, span: Span) -> Span:
    """The lines that hold a span, their ends included."""
    start = source.line_starts[source.position(span.start)[0] - 1]
    return Span(start, line_end(source, max(span.start, span.end - 1)))


def matching(target: str, among: Iterable[Node]) -> list[Node]:
    """The headings that a path means: the whole path first, then its last titles."""
    wanted = plain(target)
    own = list(among)
    exact = [node for node in own if plain(node.path) == wanted]
    return exact or [node for node in own if plain(node.path).endswith(f"/{wanted}")]


def near_titles(target: str, among: Iterable[Node]) -> list[str]:
    """Paths of headings with a title like the mistaken one, the likest first."""
    last = plain(target).rpartition("/")[2]
    paths: dict[str, str] = {}
    for node in among:
        paths.setdefault(node.heading.title, node.path)
    holding = [title for title in paths if last and last in title]
    close = near_words(last, paths, 3)
    return [paths[title] for title in dict.fromkeys([*holding, *close])][:3]


def points_cell(source: Source, node: Node) -> Span | None:
    """The cell with the points of a row of a rule table; None where its table has no such column."""
    for block in blocks(source):
        if block.kind != "TABLE" or not block.offset <= node.span.start < block.offset + len(block.text):
            continue
        table, _ = read_table(block.text, block.offset, source)
        columns = None if table is None else recognise(table, source)
        column = columns.one("points") if isinstance(columns, Columns) else None
        if table is None or column is None:
            return None
        rows = (row for row in table.rows if any(cell.span == node.heading.title_span for cell in row))
        return next((row[column].span for row in rows), None)
    return None
