"""A rule file as the passes before lowering understood it; what every later pass reads."""

from collections.abc import Mapping
from fractions import Fraction

from attrs import Factory, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.readings.matching import Readings
from zhunsheng.compiler.resolve.resolved import Leaf, Resolved
from zhunsheng.compiler.resolve.tables import Tables
from zhunsheng.compiler.resolve.typed import Typed
from zhunsheng.compiler.resolve.weights import Weights
from zhunsheng.dsl import ast
from zhunsheng.dsl.rulefile import Parsed
from zhunsheng.runtime.source import Source


@frozen
class Standard:
    """A parsed rule file with its tables, its resolved rules, the types of its facts, its readings and weights;
    and, once they are lowered, where the sums of headings end."""

    id: str
    parsed: Parsed
    file: ast.RuleFile
    tables: Tables
    resolved: Resolved
    typed: dict[str, Typed]
    readings: Readings
    weights: Weights
    clamps: Mapping[str, ir.Clamp] = Factory(dict)
    #: What is done to the sums of headings before they are kept within their ends.
    steps: Mapping[str, tuple[ir.Step, ...]] = Factory(dict)

    @property
    def source(self) -> Source:
        """The text of the rule file."""
        return self.parsed.source

    @property
    def is_open(self) -> bool:
        """Whether the file says that its official text leaves terms open."""
        return self.file.is_open

    @property
    def total_is_fact(self) -> bool:
        """Whether the tiers are of a fact, so that no indicator makes the total."""
        return any(node.fact is not None for node, _ in self.resolved.tiers)

    def full(self, leaf: Leaf) -> Fraction | None:
        """The full mark of a leaf: its heading's, else the first that its sentences give."""
        marked = self.weights.full.get(leaf.heading.id)
        if leaf.section:
            mark = leaf.heading.mark
            marked = (
                mark.value if mark is not None and mark.kind == "points" else self.section_cap(leaf.section)
            )
        if marked is None and leaf.full_marks:
            return leaf.full_marks[0].points
        return marked

    def full_of(self, id: str) -> Fraction | None:
        """The full mark of the leaf with an id, 直到满分N为止 included."""
        return next((self.limit(leaf) for leaf in self.resolved.leaves if leaf.heading.id == id), None)

    def section_cap(self, section: str) -> Fraction | None:
        """The most that 加分项 can give or 减分项 take off: behind its heading, or in a sentence under it."""
        heading = self.file.sections.get(section)
        if heading is None:
            return None
        said = [node.points for node in self.resolved.section_caps.get(section, ())]
        mark = heading.mark
        return min(
            [*said, *([mark.value] if mark is not None and mark.kind == "points" else [])], default=None
        )

    def limit(self, leaf: Leaf) -> Fraction | None:
        """The most a leaf can give: the smaller of its full mark and 直到满分N为止."""
        caps = [cap.node.points for cap in leaf.caps if cap.node.whole]
        full = self.full(leaf)
        return min([*caps, *([full] if full is not None else [])], default=None)
