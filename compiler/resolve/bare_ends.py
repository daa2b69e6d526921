"""Bare ends of ranges (5次至7次) take what the clauses beside them leave: 7 where 超过7次 follows, not 7 where 7次以上 does.

Where two bare ends meet (60%～70%, 70%～80%), one question asks which band has the number (解读 本数), of all such ends of
a fact. Where the neighbours say nothing, or not the same, or a lower end stands beside 5次以下, the end stays open, and is
asked about by itself."""

from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve, frozen

from zhunsheng.compiler.resolve.mentions import unit_class
from zhunsheng.compiler.resolve.resolved import END_KEY, MEET_KEY, OPEN_KEY, Part, Rule
from zhunsheng.dsl import ast
from zhunsheng.dsl.words import BELOW, COUNT_UNITS, MEASURED_UNITS, Comparison

#: What a neighbour's end at the same number leaves to the lower, and to the upper end of a range.
_LEFT_LOW: dict[Comparison, Comparison] = {"le": "gt", "lt": "ge"}
_LEFT_HIGH: dict[Comparison, Comparison] = {"ge": "lt", "gt": "le"}


def with_ends(rules: Sequence[Rule]) -> list[Rule]:
    """The rules of a leaf, the bare ends of their ranges settled where their neighbours settle them."""
    settled = [
        evolve(rule, parts=tuple(_settled(part, rule, rules) for part in rule.parts)) for rule in rules
    ]
    settled = [
        evolve(rule, parts=tuple(_met(part, rule, settled) for part in rule.parts)) for rule in settled
    ]
    return [_with_count(rule, rules) for rule in settled]


def _settled(part: Part, rule: Rule, rules: Sequence[Rule]) -> Part:
    if part.node.kind != "compared" or len(part.node.edges) != 2 or not isinstance(rule.node, ast.ClauseNode):
        return part
    low, high = part.node.edges
    facing = list(_facing(part, rule, rules))
    edges = (_end(low, facing, _LEFT_LOW), _end(high, facing, _LEFT_HIGH))
    if edges[1].comparison is None and _stepped_over(part, rule, rules):
        edges = (edges[0], evolve(edges[1], comparison="le"))
    settled = evolve(part, node=evolve(part.node, edges=edges))
    return evolve(settled, borrows=_lender(settled, rule, rules))


def _stepped_over(part: Part, rule: Rule, rules: Sequence[Rule]) -> bool:
    """Whether the next band of what is counted begins one further (1-2人, 3-4人): the number can be in no other."""
    quantity = part.node.edges[1].quantity
    if quantity.unit not in COUNT_UNITS or quantity.unit in MEASURED_UNITS or part.node.edges[1].table:
        return False
    nexts = (
        own.node.edges
        for other in rules
        for own in other.parts
        if other is not rule and _gives(other) and own.fact == part.fact and own.node.kind == "compared"
    )
    return any(
        edges[0].comparison in (("ge",) if len(edges) == 1 else ("ge", None))
        and unit_class(edges[0].quantity.unit) == unit_class(quantity.unit)
        and edges[0].quantity.value == quantity.value + 1
        for edges in nexts
        if edges
    )


def _facing(part: Part, rule: Rule, rules: Sequence[Rule]) -> Iterator[ast.Edge]:
    """The ends that the other clauses of the leaf set for the same fact; where steps begin is no end."""
    for other in rules:
        if _gives(other) and other is not rule:
            yield from (edge for own in other.parts if own.fact == part.fact for edge in own.node.edges)


def _gives(rule: Rule) -> bool:
    """Whether a rule is a clause whose numbers are ends of bands."""
    return isinstance(rule.node, ast.ClauseNode) and not isinstance(rule.node.measure, ast.Step)


def _end(end: ast.Edge, facing: Sequence[ast.Edge], left: dict[Comparison, Comparison]) -> ast.Edge:
    if (end.comparison is not None and not end.meets) or end.table is not None:
        return end
    meeting = [
        edge for edge in facing if edge.comparison in left and not edge.meets and same_number(edge, end)
    ]
    found = {left[edge.comparison] for edge in meeting if edge.comparison in left}
    settled = len(found) == 1 and not any(is_below(edge) for edge in meeting)
    return evolve(end, comparison=found.pop(), meets="") if settled else end


def same_number(one: ast.Edge, other: ast.Edge) -> bool:
    """Whether two ends have the same number, printed in the same unit."""
    return one.quantity.value == other.quantity.value and unit_class(one.quantity.unit) == unit_class(
        other.quantity.unit
    )


def open_key(rule: str, fact: str, end: ast.Edge) -> str:
    """The key of the question about a bare upper end of a rule that meets no other."""
    return OPEN_KEY.format(rule=rule, fact=fact, number=f"{end.quantity.value}{end.quantity.unit}")


def is_below(edge: ast.Edge) -> bool:
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
                if is_below(edge) and same_number(edge, low):
                    return END_KEY.format(rule=other.id, number=number)
    return ""


# ---- bare ends that meet


@frozen
class Bare:
    """The bare ends of a range."""

    low: ast.Edge | None
    high: ast.Edge | None


def bare_of(edges: tuple[ast.Edge, ...]) -> Bare:
    """Those ends of a condition that no word closes; of the bands that 以此类推 stands for, also those that are as if another
    band followed."""
    low = next((edge for edge in edges if edge.meets and edge.comparison == "ge"), None)
    high = next((edge for edge in edges if edge.meets and edge.comparison == "lt"), None)
    if len(edges) == 2:
        first, second = (edge if edge.comparison is None and edge.table is None else None for edge in edges)
        return Bare(low or first, high or second)
    return Bare(low, high)


def met(edges: tuple[ast.Edge, ...], own: Bare, beside: Iterable[Bare], key: str) -> tuple[ast.Edge, ...]:
    """The ends of a condition, of which those bare ones that meet another's are left to the upper band, and marked with the
    `key` of the question whether they are."""
    others = list(beside)
    lows = [other.low for other in others if other.low is not None]
    highs = [other.high for other in others if other.high is not None]

    def marked(edge: ast.Edge) -> ast.Edge:
        facing = highs if edge is own.low else lows if edge is own.high else []
        if not edge.meets and not any(same_number(edge, other) for other in facing):
            return edge
        return evolve(edge, comparison="ge" if edge is own.low else "lt", meets=key)

    return tuple(marked(edge) for edge in edges)


def _open(part: Part) -> Bare:
    own = bare_of(part.node.edges) if part.node.kind == "compared" else Bare(None, None)
    return evolve(own, low=None) if part.borrows else own


def _met(part: Part, rule: Rule, rules: Sequence[Rule]) -> Part:
    beside = [
        _open(own)
        for other in rules
        if other is not rule and type(other.node) is type(rule.node)
        for own in other.parts
        if own.fact == part.fact
    ]
    edges = met(part.node.edges, _open(part), beside, MEET_KEY.format(of=part.fact))
    return evolve(part, node=evolve(part.node, edges=edges))


# ---- how many of a list


def held_in(rule: Rule) -> ast.Condition | None:
    """The number that a clause sets on its list (满足1～2项)."""
    if not isinstance(rule.node, ast.ClauseNode):
        return None
    return next((condition for condition in rule.node.conditions if condition.kind == "held"), None)


def _with_count(rule: Rule, rules: Sequence[Rule]) -> Rule:
    """A clause with the ends of such a number settled beside the others on its list, as those of a fact are. A bare number
    is the least, and an end that says 以下 where a bare one begins meets it."""
    held = held_in(rule)
    if held is None or not isinstance(rule.node, ast.ClauseNode):
        return rule
    mates = [own for other in rules if other.listed == rule.listed and (own := held_in(other)) is not None]
    others = [own.edges for own in mates if own is not held]
    facing = [_least(edge) if len(edges) == 1 else edge for edges in others for edge in edges]
    edges = held.edges
    if len(edges) == 2:
        edges = (_end(edges[0], facing, _LEFT_LOW), _end(edges[1], facing, _LEFT_HIGH))
    key = MEET_KEY.format(of=next(other.id for other in rules if held_in(other) is mates[0]))
    edges = met(edges, _open_count(edges), [_open_count(own) for own in others], key)
    changed = evolve(held, edges=edges)
    conditions = tuple(changed if own is held else own for own in rule.node.conditions)
    return evolve(rule, node=evolve(rule.node, conditions=conditions))


def _least(edge: ast.Edge) -> ast.Edge:
    return evolve(edge, comparison=edge.comparison or "ge")


def _open_count(edges: tuple[ast.Edge, ...]) -> Bare:
    own = bare_of(edges)
    return evolve(own, high=own.high or next((edge for edge in edges if is_below(edge)), None))
