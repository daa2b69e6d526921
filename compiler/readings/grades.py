"""Grades (等次) as facts by themselves: 【制度健全】得10分，【制度基本健全】得6分 are one thing, of which both may be ticked."""

from collections.abc import Iterator

from zhunsheng.compiler.readings.questions import Question, sign_of
from zhunsheng.compiler.resolve.resolved import Leaf, Rule
from zhunsheng.compiler.resolve.tables import DOUBTS
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.words import DEGREES, GRADES

_ASKED = (
    "“{subject}”像是同一件事的几等，却可以都填“是”：都为“是”的，几句都计（分段累计），还是只取一句（分段择一）？"
    "（只会是其中一等的，也可以改成一个选项：【……】为……的）"
)


def graded(leaf: Leaf) -> tuple[tuple[Rule, ...], ...]:
    """The clauses of a leaf with fixed points of one sign whose yes/no facts are grades of one thing, where several are."""
    groups: dict[tuple[int, str, str], list[tuple[Rule, str]]] = {}
    for rule in leaf.rules:
        if not _ticked(rule):
            continue
        for part in rule.parts:
            if part.node.kind == "holds" and not part.node.negated:
                groups.setdefault((sign_of(rule), *_thing(part.fact)), []).append((rule, part.fact))
    found = {
        tuple(dict.fromkeys(rule for rule, _ in pairs))
        for pairs in groups.values()
        if len({fact for _, fact in pairs}) > 1
    }
    several = [rules for rules in found if len(rules) > 1]
    return tuple(sorted(several, key=lambda rules: rules[0].span.start))


def grades_key(rules: tuple[Rule, ...]) -> str:
    """What the question about such clauses is asked under."""
    return f"grades{rules[0].id}"


def grade_questions(leaf: Leaf) -> Iterator[Question]:
    """Whether the points of several grades of one thing add up."""
    for rules in graded(leaf):
        things = {_thing(part.fact) for part in rules[0].parts}
        facts = tuple(
            dict.fromkeys(
                part.fact
                for rule in rules
                for part in rule.parts
                if part.node.kind == "holds" and _thing(part.fact) in things
            )
        )
        ids, spans = tuple(rule.id for rule in rules), tuple(rule.segment for rule in rules)
        at, options = rules[0].span, DOUBTS["分段"]
        yield Question(
            "分段",
            grades_key(rules),
            leaf.heading.id,
            ids,
            spans,
            at,
            options,
            facts[0],
            others=facts[1:],
            asked=_ASKED,
        )


def _ticked(rule: Rule) -> bool:
    """Whether a clause gives or takes fixed points, and sets no number."""
    node = rule.node
    return (
        isinstance(node, ast.ClauseNode)
        and sign_of(rule) != 0
        and node.measure is None
        and bool(node.award.points)
        and not any(part.node.edges for part in rule.parts)
    )


def _thing(fact: str) -> tuple[str, str]:
    """What a fact would be a grade of: its words before a word of grades, else those without a word of degree."""
    name = plain(fact)
    for word in sorted(GRADES, key=len, reverse=True):
        if name.endswith(word):
            return "grade", name.removesuffix(word)
    for word in sorted(DEGREES, key=len, reverse=True):
        name = name.replace(word, "")
    return "degree", name
