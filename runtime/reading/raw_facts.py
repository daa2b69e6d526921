"""Raw answers: what every reader of a fact file makes of it, before any fact is looked at.

Cells hold text and its place. JSON, YAML and Python mappings come as a tree of cells, which
:func:`answers_from_tree` turns into answers; CSV and xlsx come as rows (:mod:`zhunsheng.runtime.reading.rows`).
"""

from collections.abc import Callable, Mapping
from fractions import Fraction

from attrs import field, frozen

from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.facts import EVALUATION_DATE
from zhunsheng.runtime.reading.quantities import Fault
from zhunsheng.runtime.reading.typed_text import name_key, quoted
from zhunsheng.runtime.source import Source, Span

#: The columns of a table, and the parts of an answer in a mapping.
NAME, VALUE, EVIDENCE, ASSESSOR, REASON = "数据项", "填报值", "佐证材料", "评审员", "理由"
PLAIN, POINTS, COUNT = "值", "分值", "个数"
SUBJECT, DATE = "评价对象", EVALUATION_DATE

#: Deepest nesting that a fact file can mean: the facts, one fact's parts, a list in a part.
MAX_DEPTH = 3

NESTED = Fault(
    "ZS0912", "值嵌套太深", "值是一个数或文字、一列名称，或“值、分值、个数、佐证材料、评审员、理由”的映射"
)

_PARTS = (PLAIN, POINTS, COUNT, EVIDENCE, ASSESSOR, REASON)


@frozen
class Cell:
    """A scalar as it was typed. `number` is set where a Python caller gave an exact one, `fault` where
    the reader already knows that it holds no value (an error cell of a workbook)."""

    text: str
    span: Span | None = None
    where: str = ""
    number: Fraction | None = None
    fault: Fault | None = None


@frozen
class Listing:
    """A list in a tree; `place` is an empty or bracket-wide cell that errors point at."""

    items: tuple["Tree", ...]
    place: Cell


@frozen
class Fields:
    """A mapping in a tree, with its keys as cells, in the order of the file."""

    pairs: tuple[tuple[Cell, "Tree"], ...]
    place: Cell


#: A file's content; None is null.
Tree = Cell | Listing | Fields | None
Part = Cell | tuple[Cell, ...]


@frozen
class Answer:
    """What was given for one name. A bare value and a table's cell are under 填报值, the parts of a
    mapping under their own keys; a part that is null or absent is left out."""

    name: Cell
    parts: Mapping[str, Part]
    where: str = ""


@frozen
class RawFacts:
    """The answers of one file, and what the reader had to object to."""

    answers: tuple[Answer, ...] = ()
    source: Source | None = None
    digest: str = ""
    notices: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = field(default=())


def diagnose(fault: Fault, place: Cell, source: Source | None, subject: str = "") -> Diagnostic:
    """The diagnostic of a fault at a cell; `subject` goes before its message."""
    return Diagnostic(
        fault.code,
        subject + fault.message,
        source=source if place.span is not None else None,
        span=place.span,
        help=fault.help,
        where=place.where,
    )


def cell_at(text: str, span: Span, source: Source) -> Cell:
    """A cell of a text file."""
    return Cell(text, span, f"第{source.position(span.start)[0]}行")


class Malformed(Exception):
    """Ends the scan of a text: what is wrong, and where."""

    def __init__(self, fault: Fault, span: Span) -> None:
        super().__init__(fault.message)
        self.fault = fault
        self.span = span


def facts_from_text(source: Source, scan: Callable[[], Tree]) -> RawFacts:
    """The raw answers of the tree that `scan` makes of a text; it stops at the first malformed place."""
    try:
        tree = scan()
    except Malformed as error:
        place = cell_at("", error.span, source)
        return RawFacts(source=source, diagnostics=(diagnose(error.fault, place, source),))
    answers, diagnostics = answers_from_tree(tree, source)
    return RawFacts(answers, source, diagnostics=diagnostics)


def answers_from_tree(tree: Tree, source: Source | None) -> tuple[tuple[Answer, ...], tuple[Diagnostic, ...]]:
    """The answers of a mapping from fact names to values."""
    if not isinstance(tree, Fields):
        place = tree if isinstance(tree, Cell) else tree.place if tree else Cell("")
        fault = Fault("ZS0911", "填报文件应是从数据项到值的映射", "写成“数据项名称: 值”，每个数据项一行")
        return (), (diagnose(fault, place, source),)
    reader = _TreeReader(source)
    answers = tuple(reader.answer(name, value) for name, value in tree.pairs)
    return answers, tuple(reader.diagnostics)


class _TreeReader:
    """Collects what is wrong with the shape of the values."""

    def __init__(self, source: Source | None) -> None:
        self.source = source
        self.diagnostics: list[Diagnostic] = []

    def answer(self, name: Cell, tree: Tree) -> Answer:
        parts: dict[str, Part] = {}
        if isinstance(tree, Fields):
            for key, value in tree.pairs:
                self.part(name, key, value, parts)
        elif (part := self.flat(name, tree)) is not None:
            parts[VALUE] = part
        return Answer(name, parts, name.where)

    def part(self, name: Cell, key: Cell, value: Tree, parts: dict[str, Part]) -> None:
        """Adds one part of a mapping's answer."""
        label = name_key(key.text)
        subject = f"数据项{quoted(name.text)}的"
        if label not in _PARTS:
            fault = Fault("ZS0922", f"{quoted(key.text)}不能识别", f"可以用的有：{'、'.join(_PARTS)}")
            self.diagnostics.append(diagnose(fault, key, self.source, subject))
        elif label in parts:
            fault = Fault("ZS0923", f"{quoted(key.text)}写了两次", "只保留一处")
            self.diagnostics.append(diagnose(fault, key, self.source, subject))
        elif (part := self.flat(name, value)) is not None:
            parts[label] = part

    def flat(self, name: Cell, tree: Tree) -> Part | None:
        """A cell or a list of cells; anything deeper is an error."""
        if tree is None or isinstance(tree, Cell):
            return tree
        if isinstance(tree, Fields):
            self.nested(name, tree.place)
            return None
        cells = []
        for item in tree.items:
            if isinstance(item, Listing | Fields):
                self.nested(name, item.place)
                return None
            cells.append(item or Cell("", tree.place.span, tree.place.where))
        return tuple(cells)

    def nested(self, name: Cell, place: Cell) -> None:
        self.diagnostics.append(diagnose(NESTED, place, self.source, f"数据项{quoted(name.text)}的"))
