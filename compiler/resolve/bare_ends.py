"""Bare ends of ranges (5次至7次) take what the clauses beside them leave: 7 where 超过7次 follows, not 7 where 7次以上 does.

Where the neighbours say nothing, or not the same, the end stays open, and is asked about (解读 本数)."""

from collections.abc import Iterator, Sequence

from attrs import evolve

from zhunsheng.compiler.resolve.resolved import Part, Rule
from zhunsheng.dsl import ast
from zhunsheng.dsl.vocabulary import Comparison

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
    return evolve(part, node=evolve(part.node, edges=edges))


def _facing(part: Part, rule: Rule, rules: Sequence[Rule]) -> Iterator[ast.Edge]:
    """The ends that the other clauses of the leaf set for the same fact; where steps begin is no end."""
    for other in rules:
        clause = isinstance(other.node, ast.ClauseNode) and not isinstance(other.node.measure, ast.Step)
        if clause and other is not rule:
            yield from (edge for own in other.parts if own.fact == part.fact for edge in own.node.edges)


def _end(end: ast.Edge, facing: Sequence[ast.Edge], left: dict[Comparison, Comparison]) -> ast.Edge:
    if end.comparison is not None or end.table is not None:
        return end
    number = (end.quantity.value, end.quantity.unit)
    found = {
        left[edge.comparison]
        for edge in facing
        if edge.comparison in left and (edge.quantity.value, edge.quantity.unit) == number
    }
    return evolve(end, comparison=found.pop()) if len(found) == 1 else end
