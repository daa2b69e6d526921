"""Bare ends of ranges (5次至7次) take what the clauses beside them leave: 7 where 超过7次 follows, not 7 where 7次以上 does.

Where the neighbours say nothing, or not the same, or a lower end stands beside 5次以下, the end stays open, and is asked
about (解读 本数)."""

from collections.abc import Iterator, Sequence

from attrs import evolve

from zhunsheng.compiler.resolve.resolved import END_KEY, Part, Rule
from zhunsheng.dsl import ast
from zhunsheng.dsl.vocabulary import BELOW, Comparison

#: What a neighbour's end at the same number leaves to the lower, and to the upper end of a range.
_LEFT_LOW: dict[Comparison, Comparison] = {"le": "gt", "lt": "ge"}
_LEFT_HIGH: dict[Comparison, Comparison] = {"ge": "lt", "gt": "le"}


def with_ends(rules: Sequence[Rule]) -> list[Rule]:
    """The rules of a leaf, the bare ends of their ranges settled where their neighbours settle them."""
    return [evolve(rule, parts=tuple(_settled(part, rule, rules) for part in rule.parts)) for rule in rules]


def _settled(part: Part, rule: Rule, rules: Sequence[Rule]) -> Part:
    if part.node.kind != "compared" or len(part.node.edges) != 2 or not isinstance(rule.node, ast.ClauseNode):
        return part
    low, high = part.node.edges
    facing = list(_facing(part, rule, rules))
    edges = (_end(low, facing, _LEFT_LOW), _end(high, facing, _LEFT_HIGH))
    settled = evolve(part, node=evolve(part.node, edges=edges))
    return evolve(settled, borrows=_lender(settled, rule, rules))


def _facing(part: Part, rule: Rule, rules: Sequence[Rule]) -> Iterator[ast.Edge]:
    """The ends that the other clauses of the leaf set for the same fact; where steps begin is no end."""
    for other in rules:
        if _gives(other) and other is not rule:
            yield from (edge for own in other.parts if own.fact == part.fact for edge in own.node.edges)


def _gives(rule: Rule) -> bool:
    """Whether a rule is a clause whose numbers are ends of bands."""
    return isinstance(rule.node, ast.ClauseNode) and not isinstance(rule.node.measure, ast.Step)


def _end(end: ast.Edge, facing: Sequence[ast.Edge], left: dict[Comparison, Comparison]) -> ast.Edge:
    if end.comparison is not None or end.table is not None:
        return end
    meeting = [edge for edge in facing if edge.comparison in left and _same(edge, end)]
    found = {left[edge.comparison] for edge in meeting if edge.comparison in left}
    settled = len(found) == 1 and not any(_is_below(edge) for edge in meeting)
    return evolve(end, comparison=found.pop()) if settled else end


def _same(one: ast.Edge, other: ast.Edge) -> bool:
    """Whether two ends have the same number, printed in the same unit."""
    return (one.quantity.value, one.quantity.unit) == (other.quantity.value, other.quantity.unit)


def _is_below(edge: ast.Edge) -> bool:
    """Whether an end says 以下 and no more, beside which a bare lower end is asked about."""
    return edge.word in BELOW and not edge.explicit


def _lender(part: Part, rule: Rule, rules: Sequence[Rule]) -> str:
    """What says 以下 at the number of a range's bare lower end."""
    low = part.node.edges[0]
    if low.comparison is not None or low.table is not None:
        return ""
    for other in rules:
        for own in other.parts if other is not rule and _gives(other) else ():
            for number, edge in enumerate(own.node.edges if own.fact == part.fact else ()):
                if _is_below(edge) and _same(edge, low):
                    return END_KEY.format(rule=other.id, number=number)
    return ""
