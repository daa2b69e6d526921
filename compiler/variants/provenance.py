"""Which standard each clause of a variant comes from, and on which line of its file it stands."""

from attrs import evolve

from zhunsheng.compiler import ir
from zhunsheng.compiler.resolve.resolved import Resolved
from zhunsheng.compiler.variants.merged import MergedSource
from zhunsheng.runtime.source import Span


def with_origins(program: ir.Program, resolved: Resolved, merged: MergedSource) -> ir.Program:
    """The program with the origin of every clause and veto."""
    rules = [*(rule for leaf in resolved.leaves for rule in leaf.rules), *resolved.vetoes]
    spans = {rule.id: rule.segment for rule in rules}
    marking = _Marking(merged, spans | {item.id: item.span for item in resolved.requirements})
    return evolve(
        program,
        indicators=tuple(map(marking.indicator, program.indicators)),
        vetoes=tuple(
            evolve(v, origin=marking.origin(v.id), line=marking.line(v.line)) for v in program.vetoes
        ),
        requirements=tuple(
            evolve(r, origin=marking.origin(r.id), line=marking.line(r.line)) for r in program.requirements
        ),
    )


class _Marking:
    def __init__(self, merged: MergedSource, spans: dict[str, Span]) -> None:
        self.merged = merged
        self.spans = spans

    def origin(self, id: str) -> str:
        """The newest standard that has words in a clause."""
        return self.merged.origin(self.spans[id]) if id in self.spans else ""

    def line(self, line: int) -> int:
        """A line of the merged text in the file it comes from."""
        if not line:
            return line
        start = self.merged.line_starts[line - 1]
        source, span = self.merged.home(Span(start, start))
        return source.position(span.start)[0]

    def indicator(self, node: ir.Indicator) -> ir.Indicator:
        """An indicator with all below it."""
        return evolve(
            node,
            children=tuple(map(self.indicator, node.children)),
            clauses=tuple(evolve(c, origin=self.origin(c.id), line=self.line(c.line)) for c in node.clauses),
            vetoes=tuple(evolve(v, origin=self.origin(v.id), line=self.line(v.line)) for v in node.vetoes),
            line=self.line(node.line),
        )
