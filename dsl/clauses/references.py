"""Reading conditions that measure one fact by another: 不低于【乙】, 达到【乙】的1.2倍, 比【乙】增长10%以上."""

from fractions import Fraction

from attrs import evolve
from lark import Token, Tree

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.cohort import read_other
from zhunsheng.dsl.clauses.quantities import exactly, read_bounds, read_edge
from zhunsheng.dsl.clauses.reference_words import ABOVE, BELOW, CHANGES
from zhunsheng.dsl.clauses.tokens import Node, Reader, tokens_before
from zhunsheng.dsl.words import BOUNDS_BEFORE, PERCENT_POINTS

#: Nodes of the grammar with two facts, one measured by the other.
REFERENCES = ("against", "times", "beyond", "changed", "proportion")


def read_reference(reader: Reader, node: Node, fact: ast.FactMention | None) -> ast.Condition:
    """A condition on `fact` with the fact it is measured by."""
    among = next((c for c in node.children if isinstance(c, Tree) and c.data == "other"), None)
    if among is not None:
        reference = read_other(reader, among, fact)
        lead, first = [child for child in node.children if isinstance(child, Token)], 0
    else:
        at = [number for number, child in enumerate(node.children) if _is(child, "FACT")][1]
        other = node.children[at]
        assert isinstance(other, Token)
        lead = tokens_before(node.children, other)
        first = next(number for number, token in enumerate(lead) if token.type == "FACT")
        reference = reader.fact(other, lead[first + 1 :])
    # 高于【营业收入】平均值 says of that fact itself how it lies to its mean.
    fact = fact or evolve(reference, cohort=None)
    bounds = next((child for child in node.children if isinstance(child, Tree) and child is not among), None)
    word = next((token for token in lead[first:] if token.type == "BEFORE"), None)
    if node.data == "against":
        assert word is not None
        return _condition(reader, node, fact, reference, "difference", (_zero(reader, word),))
    if node.data == "proportion":
        assert bounds is not None
        return _condition(reader, node, fact, reference, "ratio", exactly(node, read_bounds(reader, bounds)))
    if node.data == "times":
        assert bounds is not None
        edges = (read_edge(reader, bounds, word),) if word is not None else read_bounds(reader, bounds)
        return _condition(reader, node, fact, reference, "times", edges)
    if node.data == "beyond":
        assert word is not None
        assert bounds is not None
        return _beyond(reader, node, fact, reference, word, read_edge(reader, bounds))
    change = next(t for t in node.children if isinstance(t, Token) and t.type == "CHANGE")
    return _changed(reader, node, fact, reference, change, bounds)


def _beyond(
    reader: Reader,
    node: Node,
    fact: ast.FactMention,
    reference: ast.FactMention,
    word: Token,
    edge: ast.Edge,
) -> ast.Condition:
    """高于【乙】20%以上; 不低于【乙】90% is not said of a difference and lacks a 的."""
    if word not in (*ABOVE, *BELOW):
        number = reader.source.slice(edge.span)
        words = f"{word}【{reference.shown}】"
        message = f"“{words}{number}”说的是“{reference.shown}”的{number}，还是比它多{number}？"
        help_text = f"写成“{words}的{number}”，或“比【{reference.shown}】增长{number}”"
        raise reader.fault("ZS0250", message, node, help_text)
    return _grown(reader, node, fact, reference, (edge,), falls=word in BELOW)


def _changed(
    reader: Reader,
    node: Node,
    fact: ast.FactMention,
    reference: ast.FactMention,
    change: Token,
    bounds: Node | None,
) -> ast.Condition:
    """比【乙】增长10%以上; 比【乙】增长 alone is more than it."""
    falls = CHANGES[str(change)]
    if bounds is not None:
        return _grown(reader, node, fact, reference, read_bounds(reader, bounds), falls=falls)
    quantity = ast.Quantity(Fraction(0), "", span=reader.of(change))
    edge = ast.Edge(quantity, "lt" if falls else "gt", True, str(change), span=reader.of(change))
    return _condition(reader, node, fact, reference, "difference", (edge,))


def _grown(
    reader: Reader,
    node: Node,
    fact: ast.FactMention,
    reference: ast.FactMention,
    edges: tuple[ast.Edge, ...],
    *,
    falls: bool,
) -> ast.Condition:
    """By how much one fact lies above another, or below it: a part of it, or a number in its own unit."""
    unit = edges[-1].quantity.unit
    number = reader.source.slice(edges[0].span.cover(edges[-1].span))
    down, up = ("下降", "上升") if falls else ("增长", "下降")
    if len(edges) == 1 and edges[0].comparison in ("le", "lt"):
        message = f"“{number}”只有上限：没有{down}、反而{up}的，算不算达到？"
        zero = f"0～{reader.source.slice(edges[0].quantity.span)}"
        whole = f"不{'低' if falls else '高'}于【{reference.shown}】的……%"
        help_text = f"只算{down}的，写明两头，如“{down}{zero}”；都算的，写成“{whole}”"
        raise reader.fault("ZS0251", message, node, help_text)
    if unit == "倍" and falls:
        message = f"“{number}”没有公认的算法：减少的是几分之几，不是几倍"
        help_text = f"写成“比【{reference.shown}】{down}50%以上”，或“不高于【{reference.shown}】的50%”"
        raise reader.fault("ZS0252", message, node, help_text)
    points = unit in PERCENT_POINTS
    kind = "growth" if unit in ("%", "倍") and not points else "difference"
    return _condition(reader, node, fact, reference, kind, edges, falls=falls)


def _condition(
    reader: Reader,
    node: Node,
    fact: ast.FactMention,
    reference: ast.FactMention,
    kind: str,
    edges: tuple[ast.Edge, ...],
    *,
    falls: bool = False,
) -> ast.Condition:
    span = reader.of(node)
    assert kind in ("difference", "times", "growth", "ratio")
    measured = ast.Reference(kind, reference, falls, span=span)  # type: ignore[arg-type]
    return ast.Condition("compared", fact, edges=edges, reference=measured, span=span)


def _zero(reader: Reader, word: Token) -> ast.Edge:
    """不低于【乙】: their difference is compared with 0."""
    at = reader.of(word)
    return ast.Edge(
        ast.Quantity(Fraction(0), "", span=at), BOUNDS_BEFORE[str(word)], True, str(word), span=at
    )


def _is(child: Token | Node, type: str) -> bool:
    return isinstance(child, Token) and child.type == type
