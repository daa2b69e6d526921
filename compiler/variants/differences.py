"""Two standards clause by clause: what one says and the other does not, in official words."""

from collections.abc import Iterator
from fractions import Fraction

from attrs import evolve, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.compile import Compiled
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolve import resolve
from zhunsheng.compiler.resolve.tables import read_tables
from zhunsheng.compiler.variants.alignment import paired
from zhunsheng.compiler.variants.targets import Node, nodes
from zhunsheng.compiler.variants.wording import changed_words
from zhunsheng.dsl import ast
from zhunsheng.dsl.headings import OWN
from zhunsheng.dsl.rule_tables.heads import ROLE_OF
from zhunsheng.runtime.facts import FactSpec
from zhunsheng.runtime.reading.values import range_text
from zhunsheng.runtime.source import Span

#: Headings with another title must be so much alike to be the same.
RENAMED = Fraction(3, 4)


@frozen
class Unit:
    """A sentence of a heading, with the ids of the rules in it."""

    text: str
    ids: tuple[str, ...]


@frozen
class Difference:
    """One change. `where` is the title path; the ids are of the heading or, for a clause, of its rules.

    `leaf_a` and `leaf_b` name the indicators in which it shows; `head_a` and `head_b` the headings whose own rules it is in.
    """

    kind: str
    where: str
    before: str = ""
    after: str = ""
    words: tuple[tuple[str, str], ...] = ()
    ids_a: tuple[str, ...] = ()
    ids_b: tuple[str, ...] = ()
    leaf_a: str = ""
    leaf_b: str = ""
    head_a: str = ""
    head_b: str = ""


@frozen(eq=False)
class _Heading:
    node: Node
    units: tuple[Unit, ...]

    @property
    def key(self) -> str:
        return self.node.heading.title + "\n" + "".join(unit.text for unit in self.units)

    @property
    def leaf(self) -> str:
        """Its id where it is an indicator that is scored."""
        return self.node.heading.id if not self.node.heading.children else ""

    @property
    def head(self) -> str:
        """Its id where it has others below it."""
        return self.node.heading.id if self.node.heading.children else ""


@frozen
class Compared:
    """All changes from one standard to another in the order of the second, and which indicators correspond."""

    changes: tuple[Difference, ...]
    leaves: dict[str, str]


def compare(first: Compiled, second: Compiled) -> Compared:
    """Two standards that compile."""
    assert first.program is not None and second.program is not None
    pairs = _pairs(_headings(first), _headings(second))
    leaves = {a.leaf: b.leaf for a, b in pairs if a is not None and b is not None and a.leaf and b.leaf}
    comparison = _Comparison(first.program, second.program, leaves)
    found = [change for a, b in pairs for change in comparison.heading(a, b)]
    return Compared((*found, *comparison.rest()), leaves)


def _headings(compiled: Compiled) -> list[_Heading]:
    assert compiled.parsed is not None
    resolved = resolve(compiled.parsed, read_tables(compiled.parsed))
    rules = [*(rule for leaf in resolved.leaves for rule in leaf.rules), *resolved.vetoes, *resolved.scales]
    places = [(rule.id, rule.span) for rule in rules]
    return [_Heading(node, tuple(_units(node.heading, places))) for node in nodes(compiled.parsed)]


def _units(heading: ast.Heading, places: list[tuple[str, Span]]) -> Iterator[Unit]:
    for paragraph in heading.paragraphs:
        for segment in paragraph.segments:
            inside = [id for id, at in places if segment.span.start <= at.start < segment.span.end]
            text = _without_points(segment) if segment.cells else official(segment.text)
            if text:
                yield Unit(text, tuple(inside))


def _without_points(segment: ast.Segment) -> str:
    """A row of a rule table without its points, which are told as the indicator's."""
    parts = official(segment.text).split("｜")
    return "｜".join(part for part in parts if ROLE_OF.get(part.partition(" ")[0]) != "points")


def _pairs(first: list[_Heading], second: list[_Heading]) -> list[tuple[_Heading | None, _Heading | None]]:
    """Headings of the same path; of the others those with a like title and text."""
    by_path = {heading.node.titles: heading for heading in first}
    same = {b: by_path[b.node.titles] for b in second if b.node.titles in by_path}
    left = [a for a in first if a not in same.values()]
    free = [b for b in second if b not in same]
    renamed = {
        b: a for a, b in paired(left, free, lambda h: h.key, RENAMED) if a is not None and b is not None
    }
    mates = same | renamed
    gone = [a for a in first if a not in mates.values()]
    pairs: list[tuple[_Heading | None, _Heading | None]] = []
    for b in second:
        mate = mates.get(b)
        if mate is not None:
            before = [a for a in gone if first.index(a) < first.index(mate)]
            pairs += [(a, None) for a in before]
            gone = [a for a in gone if a not in before]
        pairs.append((mate, b))
    return pairs + [(a, None) for a in gone]


class _Comparison:
    def __init__(self, first: ir.Program, second: ir.Program, pairs: dict[str, str]) -> None:
        self.first, self.second = first, second
        self.pairs = pairs
        self.leaves_a = {leaf.id: leaf for leaf in first.leaves()}
        self.leaves_b = {leaf.id: leaf for leaf in second.leaves()}

    def heading(self, a: _Heading | None, b: _Heading | None) -> Iterator[Difference]:
        if a is None or b is None:
            yield from self.whole(a, b)
            return
        where, leaf_a, leaf_b = b.node.path, a.leaf, b.leaf
        about = Difference(
            "", where, ids_a=(a.node.heading.id,), ids_b=(b.node.heading.id,), leaf_a=leaf_a, leaf_b=leaf_b
        )
        ruled = evolve(about, head_a=a.head, head_b=b.head)
        told = False
        if a.node.path != b.node.path:
            yield evolve(about, kind="标题", before=a.node.path, after=b.node.path)
        for change in _mark(a, b, about):
            told = True
            yield change if leaf_a else self.shown_below(change)
        for one, other in paired(a.units, b.units, lambda unit: unit.text):
            if one is None or other is None or one.text != other.text:
                told = True
                yield _clause(one, other, ruled)
        notes = list(self.readings(leaf_a, leaf_b, about))
        yield from notes
        if not told and not notes and self.computed_otherwise(leaf_a, leaf_b):
            yield evolve(about, kind="计算方法", before="条文相同", after="条文相同，数据项或算法不同")
        elif not told and a.head and b.head and self.summed_otherwise(a.head, b.head):
            yield evolve(ruled, kind="计算方法", before="条文相同", after="条文相同，解读、数据项或算法不同")
        elif not told and b.node.heading.title == "评定等级" and _ending(self.first) != _ending(self.second):
            yield evolve(about, kind="计算方法", before="条文相同", after="条文相同，解读、数据项或算法不同")

    def shown_below(self, change: Difference) -> Difference:
        """A heading's weight counts where it changes the share of an indicator whose own weight stays."""
        for a, b in self.pairs.items():
            one, other = self.leaves_a[a], self.leaves_b[b]
            below = a.startswith(f"{change.ids_a[0]}.") and b.startswith(f"{change.ids_b[0]}.")
            if below and one.printed_weight == other.printed_weight and one.weight != other.weight:
                return evolve(change, leaf_a=a, leaf_b=b)
        return change

    def whole(self, a: _Heading | None, b: _Heading | None) -> Iterator[Difference]:
        """A heading that only one of the two has; one with headings below it says nothing itself."""
        own = a if a is not None else b
        assert own is not None
        heading = own.node.heading
        if heading.children:
            return
        text = "；".join(unit.text for unit in own.units)
        text = f"（{_mark_words(heading.mark)}）{text}" if heading.mark is not None else text
        ids = tuple(id for unit in own.units for id in unit.ids) or (heading.id,)
        if a is not None:
            yield Difference("删除", own.node.path, text, "", (), ids, (), own.leaf, "")
        else:
            yield Difference("新增", own.node.path, "", text, (), (), ids, "", own.leaf)

    def readings(self, leaf_a: str, leaf_b: str, about: Difference) -> Iterator[Difference]:
        """Readings of clauses that are worded alike."""
        one, other = self.leaves_a.get(leaf_a), self.leaves_b.get(leaf_b)
        if one is None or other is None:
            return
        for a, b in paired(one.clauses, other.clauses, lambda clause: clause.text):
            if a is None or b is None or a.text != b.text:
                continue
            before, after = _readings(a), _readings(b)
            if before != after:
                yield evolve(
                    about, kind="解读", before=before or "（无）", after=after or "（无）",
                    words=((before, after),), ids_a=(a.id,), ids_b=(b.id,),
                )  # fmt: skip

    def computed_otherwise(self, leaf_a: str, leaf_b: str) -> bool:
        one, other = self.leaves_a.get(leaf_a), self.leaves_b.get(leaf_b)
        return one is not None and other is not None and bare(one) != bare(other)

    def summed_otherwise(self, head_a: str, head_b: str) -> bool:
        """Whether two headings make something else of the sum of what is below them."""
        pairs = ((self.first, self.leaves_a, head_a), (self.second, self.leaves_b, head_b))
        one, other = (
            [_summed(node, leaves) for node in ir.nodes(program.indicators) if node.id == id]
            for program, leaves, id in pairs
        )
        return one != other

    def rest(self) -> Iterator[Difference]:
        """Facts and formulas that both have."""
        facts = {spec.name: spec for spec in self.first.facts}
        for spec in self.second.facts:
            old = facts.get(spec.name)
            if old is None:
                continue
            before, after = _fact(old), _fact(spec)
            if before != after:
                yield Difference("数据项", spec.name, before, after, ((before, after),))
            if old.formula != spec.formula:
                before, after = old.formula or "（直接填报）", spec.formula or "（直接填报）"
                yield Difference("计算", spec.name, before, after, ((before, after),))


def unruled(leaf: ir.Indicator) -> ir.Indicator:
    """An indicator without what the rules of its heading do to it (本类不得分)."""
    return evolve(leaf, vetoes=tuple(veto for veto in leaf.vetoes if OWN not in veto.id))


def bare(leaf: ir.Indicator) -> ir.Indicator:
    """A leaf without its place, words and weight: what it computes."""
    names = {clause.id: f"c{number}" for number, clause in enumerate(leaf.clauses)}
    return evolve(
        leaf, id="", title="", line=0, printed_weight=None, weight=Fraction(0),
        clauses=tuple(
            evolve(c, id=names[c.id], text="", readings=(), subject="", line=0, span=None, origin="")
            for c in leaf.clauses
        ),
        groups=tuple(
            evolve(g, clauses=tuple(names.get(id, id) for id in g.clauses), text="") for g in leaf.groups
        ),
        vetoes=tuple(
            evolve(v, id="", text="", line=0, readings=(), origin="") for v in unruled(leaf).vetoes
        ),
    )  # fmt: skip


def _summed(node: ir.Indicator, leaves: dict[str, ir.Indicator]) -> tuple[object, ...]:
    """What a heading makes of its sum, without places and words."""
    own = leaves.get(f"{node.id}.{OWN}")
    return _steps(node.steps), _ends(node.clamp), None if own is None else (bare(own), own.weight)


def _ending(program: ir.Program) -> tuple[object, ...]:
    """What is made of the sum of all, without places and words."""
    return _steps(program.steps), _ends(program.clamp)


def _steps(steps: tuple[ir.Step, ...]) -> list[object]:
    return [
        _ends(step)
        if isinstance(step, ir.Clamp)
        else evolve(step, id="", text="", readings=())
        if isinstance(step, ir.Scaling)
        else step
        for step in steps
    ]


def _ends(clamp: ir.Clamp | None) -> tuple[Fraction | None, Fraction | None] | None:
    return None if clamp is None else (clamp.low, clamp.high)


def _mark(a: _Heading, b: _Heading, about: Difference) -> Iterator[Difference]:
    one, other = a.node.heading.mark, b.node.heading.mark
    if (one and (one.kind, one.value)) == (other and (other.kind, other.value)):
        return
    kind = "权重" if "weight" in (one and one.kind, other and other.kind) else "分值"
    before, after = (_mark_words(mark) if mark is not None else "（没有写）" for mark in (one, other))
    numbers = tuple(mark.text if mark is not None else "" for mark in (one, other))
    yield evolve(about, kind=kind, before=before, after=after, words=((numbers[0], numbers[1]),))


def _mark_words(mark: ast.Mark) -> str:
    return f"权重{mark.text}" if mark.kind == "weight" else f"{mark.text}分"


def _clause(one: Unit | None, other: Unit | None, about: Difference) -> Difference:
    if one is None:
        assert other is not None
        return evolve(about, kind="新增条文", after=other.text, ids_a=(), ids_b=other.ids)
    if other is None:
        return evolve(about, kind="删除条文", before=one.text, ids_a=one.ids, ids_b=())
    words = changed_words(one.text, other.text)
    return evolve(
        about, kind="条文", before=one.text, after=other.text, words=words, ids_a=one.ids, ids_b=other.ids
    )


def _readings(clause: ir.Clause) -> str:
    """The readings without their reasons."""
    return "；".join(reading.partition("（")[0] for reading in clause.readings)


def _fact(spec: FactSpec) -> str:
    """What a fact is, in the words of the dictionary."""
    parts = [spec.type.value, f"单位{spec.unit}" if spec.unit else ""]
    parts.append(range_text(spec) if spec.low is not None or spec.high is not None else "")
    parts += ["可填不适用" if spec.allows_na else "", "、".join(spec.choices)]
    return "，".join(filter(None, parts))
