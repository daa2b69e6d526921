"""Reading quantities and the ends of ranges: 60%, 1年6个月, 达到60%, 60%（含）以上, 60%～70%."""

from fractions import Fraction

from attrs import evolve
from lark import Token, Tree

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.dates import read_compound
from zhunsheng.dsl.clauses.tokens import Node, Reader, as_tree, tokens_of
from zhunsheng.dsl.vocabulary import BOUNDS_BEFORE, BOUNDS_BEHIND, Comparison


def read_quantity(reader: Reader, node: Node) -> ast.Quantity:
    """NUM UNIT, NUM %, 1年6个月 or a bare UNIT, which counts one."""
    tokens = list(tokens_of(node))
    if tokens[0].type == "COMPOUND":
        return read_compound(reader, tokens[0])
    numbers = [t for t in tokens if t.type == "NUM"]
    value = reader.number(numbers[0]) if numbers else Fraction(1)
    return ast.Quantity(value, str(tokens[-1]), span=reader.of(node))


def read_edge(reader: Reader, node: Node, said: Token | None = None) -> ast.Edge:
    """One end: 60%（含）以上, 达到60%, 60%, 60分（含）; `said` is a word that stands further in front of it."""
    tokens = [t for t in node.children if isinstance(t, Token)]
    inner = next((c for c in node.children if isinstance(c, Tree)), None)
    if inner is not None:
        quantity = read_quantity(reader, inner)
    else:
        point = next(t for t in tokens if t.type in ("POINTS", "NUM"))
        # A bare number of a table is in the unit of its row.
        unit = "" if point.type == "NUM" and node.data in ("cell_edge", "cell_before") else "分"
        quantity = ast.Quantity(reader.number(point), unit, span=reader.of(point))
    words = [t for t in (said, *tokens) if t is not None and t.type in ("BEFORE", "BEHIND")]
    comparison = None
    for word in words:
        own = BOUNDS_BEFORE[str(word)] if word.type == "BEFORE" else BOUNDS_BEHIND[str(word)]
        if comparison not in (None, own):
            number = reader.source.slice(quantity.span)
            message = f"“{words[0]}”和“{words[1]}”说的不是一回事：{number}在不在内、往上还是往下？"
            raise reader.fault(
                "ZS0208", message, node, f"只留一个，如“{words[0]}{number}”或“{number}{words[1]}”"
            )
        comparison = own
    explicit = [t for t in tokens if t.type in ("INCL", "EXCL")]
    if len({t.type for t in explicit}) > 1:
        raise reader.fault("ZS0208", "同一个数既说“含”又说“不含”", node, "只留一个")
    if explicit and comparison not in (None, "eq"):
        comparison = _decided(comparison, explicit[0].type == "INCL")
    return ast.Edge(
        quantity,
        comparison,
        bool(explicit),
        "".join(words) + "".join(explicit),
        span=reader.of(node),
    )


def read_bounds(reader: Reader, node: Node) -> tuple[ast.Edge, ...]:
    """One or two ends of a range, with their words made to agree."""
    if node.data in ("between", "score_between"):
        return _between(reader, node)
    return tuple(read_edge(reader, child) for child in node.children if isinstance(child, Tree))


def _between(reader: Reader, node: Node) -> tuple[ast.Edge, ...]:
    """60%～70%: what stands before the dash is the lower end, unless its word says otherwise."""
    parts = [c for c in node.children if not (isinstance(c, Token) and c.type == "DASH")]
    high = read_edge(reader, as_tree(parts[1]))
    first = parts[0]
    if isinstance(first, Token):
        quantity = ast.Quantity(reader.number(first), high.quantity.unit, span=reader.of(first))
        low = ast.Edge(quantity, None, span=reader.of(first))
    else:
        low = read_edge(reader, first)
    return _said(reader, low, upward=True), _said(reader, high, upward=False)


def _said(reader: Reader, end: ast.Edge, *, upward: bool) -> ast.Edge:
    """A bare end of a range with （含） or （不含） behind it is not open."""
    if end.comparison is not None or not end.explicit:
        return end
    return evolve(end, comparison=_decided("ge" if upward else "le", "不含" not in end.word))


def _decided(comparison: str | None, included: bool) -> Comparison:
    """The comparison with the end included or not, in the direction of the word."""
    upward = comparison in ("ge", "gt")
    if included:
        return "ge" if upward else "le"
    return "gt" if upward else "lt"
