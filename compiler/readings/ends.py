"""Questions about where points end: 起评分, below zero or not, what 不得分 means, what a deduction lessens, 加倍, 递增."""

from collections.abc import Iterator

from zhunsheng.compiler.readings.items import ITEM, WHOLE, item_clauses
from zhunsheng.compiler.readings.questions import Question, about, sign_of
from zhunsheng.compiler.resolve.mentions import unit_class
from zhunsheng.compiler.resolve.resolved import Leaf, Rule
from zhunsheng.dsl import ast
from zhunsheng.dsl.words import BELOW_ZERO


def signs_of(leaf: Leaf) -> set[int]:
    """Which of adding and taking off the rules of a leaf do; a band of no points (不扣分) does either only where there is
    nothing else."""
    signs = {(sign, _gives_none(rule)) for rule in leaf.rules if (sign := sign_of(rule))}
    return {sign for sign, none in signs if not none} or {sign for sign, _ in signs}


def _gives_none(rule: Rule) -> bool:
    return isinstance(rule.node, ast.ClauseNode) and rule.node.award.points == 0


def below_zero(leaf: Leaf) -> Rule | None:
    """A rule whose verb may speak of scores below zero (倒扣)."""
    for rule in leaf.rules:
        if isinstance(rule.node, ast.ClauseNode) and rule.node.award.verb in BELOW_ZERO:
            return rule
    return None


def barred_rule(leaf: Leaf, rule: Rule) -> Rule | None:
    """The clause that 不得分 may be said of: the nearest before it, if it gives points."""
    assert isinstance(rule.node, ast.ClauseNode)
    if rule.node.award.whole:
        return None
    before = [other for other in leaf.rules[: leaf.rules.index(rule)] if sign_of(other)]
    return before[-1] if before and sign_of(before[-1]) > 0 else None


def following_of(leaf: Leaf, rule: Rule) -> Rule | None:
    """The clause whose points a deduction behind it may lessen: 【按期完成】的得10分，每【逾期】1天扣1分;
    【满意度】90%以上的得30分；低于90%的，每低1个百分点扣1分."""
    at = leaf.rules.index(rule)
    before = leaf.rules[at - 1] if at else None
    if before is None or not isinstance(rule.node, ast.ClauseNode):
        return None
    node, anchor = rule.node, before.node
    if not isinstance(anchor, ast.ClauseNode):
        return None
    if _falls_short(before, anchor, rule, node):
        return before
    if before.sentence != rule.sentence or before.segment.end > rule.span.start:
        return None
    takes_off = isinstance(node.measure, ast.Per) and node.award.points is not None and node.award.sign < 0
    gives = anchor.measure is None and anchor.award.points is not None and anchor.award.sign > 0
    plain = not (rule.parts or rule.times or rule.gravers or rule.branching or before.branching)
    truth = len(before.parts) == 1 and before.parts[0].node.kind in ("holds", "chosen")
    return before if takes_off and gives and plain and truth else None


def _falls_short(before: Rule, anchor: ast.ClauseNode, rule: Rule, node: ast.ClauseNode) -> bool:
    """Whether steps take off where the threshold of the clause before is missed, said as a condition of its own."""
    if not isinstance(node.measure, ast.Step) or node.award.points is None or node.award.sign > 0:
        return False
    gives = anchor.measure is None and anchor.award.points is not None and anchor.award.sign > 0
    if not gives or before.branching or rule.branching or rule.gravers or before.gravers or before.slopes:
        return False
    if len(before.parts) != 1 or len(rule.parts) != 1 or before.parts[0].fact != rule.parts[0].fact:
        return False
    reached, missed = before.parts[0].node, rule.parts[0].node
    if reached.kind != "compared" or missed.kind not in ("compared", "base"):
        return False
    if len(reached.edges) != 1 or len(missed.edges) != 1:
        return False
    (one,), (other,) = reached.edges, missed.edges
    same = one.quantity.value == other.quantity.value and unit_class(one.quantity.unit) == unit_class(
        other.quantity.unit
    )
    upward, downward = ("ge", "gt"), ("le", "lt")
    sides = (upward, downward) if node.measure.below else (downward, upward)
    return same and one.comparison in sides[0] and other.comparison in sides[1]


def end_questions(leaf: Leaf) -> Iterator[Question]:
    """All that a leaf leaves open about its ends."""
    id, at = leaf.heading.id, leaf.heading.title_span
    spans = tuple(rule.segment for rule in leaf.rules)
    signs = signs_of(leaf)
    lowered = below_zero(leaf)
    may_be_negative = any(node.open for node in leaf.bottoms) or (lowered is not None and not leaf.bottoms)
    if not leaf.starts and not leaf.section and (len(signs) == 2 or (signs == {-1} and may_be_negative)):
        options = ("零分", "满分") if len(signs) == 2 else ("满分", "零分")
        yield Question("起评分", "start", id, (), spans, at, options)
    if lowered is not None and not leaf.bottoms:
        assert isinstance(lowered.node, ast.ClauseNode)
        where = lowered.node.award.span
        yield Question("下限", "bottom", id, (lowered.id,), (lowered.segment,), where, ("零分", "负分"))
    for rule in leaf.rules:
        if isinstance(rule.node, ast.ClauseNode):
            yield from _rule_questions(leaf, rule, rule.node)


def _rule_questions(leaf: Leaf, rule: Rule, node: ast.ClauseNode) -> Iterator[Question]:
    id, at = leaf.heading.id, node.award.span
    if node.award.nothing and (before := barred_rule(leaf, rule)) is not None:
        own = item_clauses(leaf, rule.item)
        wider = own != (before,) and any(sign_of(other) > 0 for other in own)
        yield about(rule, id, "不得分", at, (WHOLE, "前句", ITEM) if wider else (WHOLE, "前句"))
    if following_of(leaf, rule) is not None:
        # What each more instance takes cannot be taken from points: that it is not meant has to be said.
        series = node.award.series is not None
        yield about(rule, id, "达标分", at, ("另行扣减", "从中扣减"), must=series)
    if node.award.doubling or (node.award.series is not None and _may_double(node.award.series)):
        yield about(rule, id, "递增", at, must=True)
    if node.award.single:
        yield about(rule, id, "酌情", at, must=True)
    if not node.award.free:
        yield about(rule, id, "幅度", at, must=True)
    graver = next((graver for graver in rule.gravers if graver.factor > 1), None)
    if graver is not None:
        yield about(rule, id, "加倍", graver.span, subject=graver.fact)


def _may_double(series: ast.Series) -> bool:
    """Whether 以此类推 can go on by a factor as well as by a difference: two numbers say either.

    第一次1分，第二次2分 names the places themselves, so that the third is 3."""
    if series.then != "rise" or len(series.firsts) != 2:
        return False
    first, second = series.firsts
    return first not in (0, 1) and second > first and (second / first).denominator == 1
