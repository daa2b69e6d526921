"""Segments, paragraphs, tables and headings: the file that holds them."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Literal

from attrs import field, frozen

from zhunsheng.dsl.ast.clauses import (
    AlikeNode,
    BestNode,
    BottomNode,
    CapNode,
    ChoicesNode,
    ClauseNode,
    FullMarkNode,
    InterpolatedNode,
    ItemAbsenceNode,
    ItemVetoNode,
    MeasuredNode,
    PartStepNode,
    QuotaNode,
    ScaleNode,
    SoOnNode,
    StarredNode,
    StartNode,
    TieNode,
)
from zhunsheng.dsl.ast.finish import (
    AbsenceNode,
    ComparisonNode,
    LevelRowNode,
    RoundedNode,
    TierNamesNode,
    TierNode,
    TotalLimitNode,
    VetoLeadNode,
    VetoNode,
)
from zhunsheng.dsl.ast.formulas import Definition
from zhunsheng.dsl.ast.requirements import Requirement
from zhunsheng.dsl.ast.spans import span_field
from zhunsheng.runtime.source import Span

Item = (
    ClauseNode
    | ChoicesNode
    | CapNode
    | SoOnNode
    | InterpolatedNode
    | FullMarkNode
    | TotalLimitNode
    | RoundedNode
    | StartNode
    | TieNode
    | BottomNode
    | PartStepNode
    | ComparisonNode
    | AbsenceNode
    | AlikeNode
    | ItemAbsenceNode
    | ScaleNode
    | ItemVetoNode
    | VetoNode
    | VetoLeadNode
    | TierNode
    | TierNamesNode
    | MeasuredNode
    | BestNode
    | QuotaNode
    | StarredNode
    | LevelRowNode
    | Requirement
)

MarkKind = Literal["operative", "fact", "description", "layout", "unread"]


@frozen
class Marked:
    """A run of characters of one kind; the runs of a paragraph cover it without gap or overlap."""

    kind: MarkKind
    span: Span


@frozen
class Segment:
    """The words between two of 。；: what was read from them, and their marks. `sentence` counts 。 from 0,
    `numbering` is what stands in front (3、). `cells` are the cells of a table row that was read as a whole; its
    `text` has the heads of the columns too."""

    text: str
    items: tuple[Item, ...]
    sentence: int
    broken: bool = False
    numbering: str = ""
    cells: tuple["Cell", ...] = ()
    span: Span = span_field()


@frozen
class Paragraph:
    """An executable paragraph, list item or table cell."""

    segments: tuple[Segment, ...]
    marks: tuple[Marked, ...] = field(eq=False, repr=False)
    #: Whether it states requirements: a paragraph of 基本条件, or one that begins with 基本要求：.
    requires: bool = False
    span: Span = span_field()


@frozen
class Mark:
    """What stands behind a heading: （权重0.05） or （5分）. `text` is the number as printed."""

    kind: Literal["weight", "points"]
    value: Fraction
    text: str
    span: Span = span_field()


@frozen
class Cell:
    """A table cell, trimmed."""

    text: str
    span: Span = span_field()


@frozen
class Table:
    """A pipe table; every row has as many cells as the head."""

    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    span: Span = span_field()


@frozen
class RawTable:
    """A table of 案例 before its cells are cut: only running the cases needs them, and they are many."""

    text: str
    offset: int


@frozen
class Heading:
    """A heading with what stands under it, or a row or group of a rule table, which is `tabular`. `id` is its
    number by position (3.3; 加1 in 加分项), "" for other reserved sections."""

    level: int
    title: str
    mark: Mark | None
    id: str
    children: tuple["Heading", ...]
    paragraphs: tuple[Paragraph, ...]
    quotes: tuple[str, ...]
    tables: tuple[Table, ...]
    cases: tuple[RawTable, ...] = ()
    tabular: bool = False
    title_span: Span = span_field()
    span: Span = span_field()


def all_headings(headings: Iterable[Heading]) -> Iterator[Heading]:
    """Headings with all below them, in the order of the file."""
    for heading in headings:
        yield heading
        yield from all_headings(heading.children)


@frozen
class HeadEntry:
    """A 键：值 line before the first second-level heading."""

    key: str
    value: str
    key_span: Span = span_field()
    span: Span = span_field()


@frozen
class RuleFile:
    """A whole rule file. `sections` holds the reserved second-level headings by name."""

    title: str
    head: tuple[HeadEntry, ...]
    indicators: tuple[Heading, ...]
    sections: dict[str, Heading] = field(eq=False)
    definitions: tuple[Definition, ...]
    blocks: tuple[str, ...] = field(eq=False, repr=False)
    title_span: Span = span_field()

    def value(self, key: str) -> str:
        """The value of a head entry, "" where it is absent."""
        return next((entry.value for entry in self.head if entry.key == key), "")

    @property
    def is_open(self) -> bool:
        """Whether the head says 状态：开放, so that terms may be left open."""
        return "开放" in self.value("状态")

    def executable(self) -> Iterator[tuple[str, Heading, Paragraph]]:
        """Every executable paragraph with its heading and its reserved section ("" for the indicators)."""

        def visit(section: str, heading: Heading) -> Iterator[tuple[str, Heading, Paragraph]]:
            for paragraph in heading.paragraphs:
                yield section, heading, paragraph
            for child in heading.children:
                yield from visit(section, child)

        for heading in self.indicators:
            yield from visit("", heading)
        for section in ("基本条件", "加分项", "减分项", "评定等级", "分级评价", "一票否决"):
            if section in self.sections:
                yield from visit(section, self.sections[section])
