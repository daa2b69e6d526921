"""Numbers without boundary words (1人的得5分，2人的得10分): that number alone, from it on, or up to it."""

from collections.abc import Iterable, Iterator

from zhunsheng.compiler.readings.questions import Answers, Question
from zhunsheng.compiler.resolve.resolved import Leaf, Part, Rule
from zhunsheng.compiler.resolve.tables import DOUBTS
from zhunsheng.dsl import ast

_DOUBT = "单值"


def bare_questions(leaf: Leaf) -> Iterator[Question]:
    """What the bare numbers of a leaf mean, asked once for each fact: beside one another they mean the same."""
    found: dict[str, list[tuple[Rule, ast.Edge]]] = {}
    for rule in leaf.rules:
        for part in rule.parts if _guarded(rule) else ():
            if _is_bare(part):
                found.setdefault(part.fact, []).append((rule, part.node.edges[0]))
    for fact, places in found.items():
        ids = tuple(dict.fromkeys(rule.id for rule, _ in places))
        spans = tuple(rule.segment for rule, _ in places)
        at = places[0][1].span
        yield Question(_DOUBT, fact, leaf.heading.id, ids, spans, at, DOUBTS[_DOUBT], fact, must=True)


def supposed(questions: Iterable[Question]) -> Answers:
    """The first reading of each, under which a leaf is lowered while it is asked."""
    return {(q.doubt, q.key): q.options[0] for q in questions if q.doubt == _DOUBT}


def _guarded(rule: Rule) -> bool:
    """Whether the numbers of a rule are conditions alone, and nothing that points run along begins at them."""
    if not isinstance(rule.node, ast.ClauseNode):
        return True
    return not rule.slopes and not isinstance(rule.node.measure, ast.Step | ast.Line | ast.Target)


def _is_bare(part: Part) -> bool:
    edges = part.node.edges
    return (
        part.node.kind == "compared"
        and len(edges) == 1
        and edges[0].comparison is None
        and edges[0].table is None
    )
