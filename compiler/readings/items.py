"""Numbered items (（一）, ①) within an indicator: what 本项 said in one of them may mean, it or the whole indicator."""

from collections.abc import Iterator

from zhunsheng.compiler.readings.questions import Question, about, sign_of
from zhunsheng.compiler.resolve.resolved import Cap, Leaf, Rule
from zhunsheng.dsl import ast

#: The readings: the numbered item, and the indicator.
ITEM, WHOLE = "本小项", "本指标"


def item_clauses(leaf: Leaf, item: int) -> tuple[Rule, ...]:
    """The clauses with points in a numbered item; none where it has all that the indicator has."""
    every = [rule for rule in leaf.rules if sign_of(rule)]
    own = tuple(rule for rule in every if item and rule.item == item)
    return own if len(own) < len(every) else ()


def loose(rule: Rule) -> bool:
    """Whether what sets an indicator to 0 says so in words that may mean a numbered item."""
    node = rule.node
    if isinstance(node, ast.ItemVetoNode):
        return node.loose and not node.points
    return isinstance(node, ast.ClauseNode) and node.award.nothing and node.award.loose


def barring_question(leaf: Leaf, rule: Rule) -> Question | None:
    """本项不得分 in an item whose clauses give points; where they only take off, the item has no points to lose, and
    the words must be read as said of the indicator."""
    own = item_clauses(leaf, rule.item) if loose(rule) else ()
    if not own:
        return None
    options = (WHOLE, ITEM) if any(sign_of(other) > 0 for other in own) else (WHOLE,)
    return about(rule, leaf.heading.id, "不得分", rule.node.span, options, must=len(options) == 1)


def cap_question(leaf: Leaf, number: int, cap: Cap) -> Question | None:
    """本项最多10分 in an item."""
    if not cap.node.loose or not item_clauses(leaf, cap.item):
        return None
    ids = tuple(rule.id for rule in leaf.rules if rule.id == cap.after)
    return Question("上限", f"cap{number}", leaf.heading.id, ids, (cap.segment,), cap.span, (WHOLE, ITEM))


def item_questions(leaf: Leaf) -> Iterator[Question]:
    """All that 本项 leaves open in a leaf."""
    for rule in leaf.rules:
        if (question := barring_question(leaf, rule)) is not None:
            yield question
    for number, cap in enumerate(leaf.caps):
        if (question := cap_question(leaf, number, cap)) is not None:
            yield question
