"""Zero (零值): 旷工3天以下的扣2分，超过3天的扣5分 is said of those who were absent; whether 0 days are among 3天以下 is asked."""

from collections.abc import Iterator, Mapping

from zhunsheng.compiler.readings.bands import conditioned
from zhunsheng.compiler.readings.questions import Question, sign_of
from zhunsheng.compiler.resolve.resolved import Leaf, Part, Rule
from zhunsheng.compiler.resolve.tables import DOUBTS
from zhunsheng.compiler.resolve.typed import Typed
from zhunsheng.dsl import ast
from zhunsheng.runtime.facts import FactType

DOUBT = "零值"


def zero_questions(leaf: Leaf, facts: Mapping[str, Typed]) -> Iterator[Question]:
    """Whether the first of bands that grow with a fact, open below, are said of 0 too; one question for a fact."""
    for fact, rules in conditioned(leaf).items():
        typed = facts.get(fact)
        if typed is None or (typed.low is not None and typed.low > 0):
            continue
        found = [
            (rule, part)
            for rule in rules
            if (part := _open_below(rule, fact)) is not None
            and _happens(rule, typed)
            and any(_beyond(other, rule, fact) for other in leaf.rules if other is not rule)
        ]
        if found:
            ids = tuple(rule.id for rule, _ in found)
            spans = tuple(rule.segment for rule, _ in found)
            at = found[0][1].node.edges[0].span
            yield Question(DOUBT, fact, leaf.heading.id, ids, spans, at, DOUBTS[DOUBT], fact)


def _open_below(rule: Rule, fact: str) -> Part | None:
    """The condition of a clause that sets a fact an upper end above 0 and no lower one, where its points are fixed."""
    own = [part for part in rule.parts if part.fact == fact and part.node.edges]
    if len(own) != 1 or own[0].node.kind not in ("compared", "counted") or own[0].node.negated:
        return None
    edges, place = own[0].node.edges, own[0].node.place
    below = len(edges) == 1 and edges[0].comparison in ("le", "lt") and edges[0].quantity.value > 0
    return own[0] if below and place is None and _fixed(rule) else None


def _fixed(rule: Rule) -> bool:
    node = rule.node
    return (
        isinstance(node, ast.ClauseNode)
        and node.measure is None
        and bool(node.award.points)
        and sign_of(rule) != 0
    )


def _happens(rule: Rule, fact: Typed) -> bool:
    """Whether 0 may mean that nothing happened to score; of a rate that earns points (60%以下得3分) it is its lowest."""
    assert isinstance(rule.node, ast.ClauseNode)
    return rule.node.award.sign < 0 or rule.node.award.on_top or fact.type is not FactType.PERCENT


def _beyond(other: Rule, rule: Rule, fact: str) -> bool:
    """Whether another clause of the same sign gives or takes more where there is more of the fact."""
    if sign_of(other) != sign_of(rule) or not isinstance(other.node, ast.ClauseNode):
        return False
    assert isinstance(rule.node, ast.ClauseNode) and rule.node.award.points is not None
    points, measure = other.node.award.points, other.node.measure
    grows = isinstance(measure, ast.Per) or (isinstance(measure, ast.Step) and not measure.below)
    if not (grows and other.counted == fact) and (points is None or points <= rule.node.award.points):
        return False
    own = [part.node.edges for part in other.parts if part.fact == fact and part.node.edges]
    branching = other.branching
    if not own and branching is not None:
        return branching.kind in ("else", "rest") and rule.id in branching.ids
    return any(len(edges) == 2 or edges[0].comparison in ("ge", "gt") for edges in own)
