"""Where an indicator starts and ends: 起评分, how low it may go, what 不得分 sets to 0; and 达标分, clauses that belong together."""

from fractions import Fraction
from typing import Literal

from attrs import evolve

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower.lowering import Fault, Lowering
from zhunsheng.compiler.readings.ends import barred_rule, below_zero, following_of, signs_of
from zhunsheng.compiler.readings.items import ITEM, WHOLE, item_clauses
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolved import Leaf, Rule, Slope
from zhunsheng.dsl import ast
from zhunsheng.runtime.numbers import shown

#: The readings of 步长, as a rule keeps them.
STEPS: dict[str, Literal["整步", "按比例", "进一"]] = {"整步": "整步", "按比例": "按比例", "进一": "进一"}


def sloped(lowering: Lowering, leaf: Leaf) -> Leaf:
    """A leaf with the deductions that lessen the points of the clause before them made its slopes."""
    rules: list[Rule] = []
    moved: dict[str, str] = {}
    for rule in leaf.rules:
        anchor = following_of(leaf, rule)
        if anchor is None or lowering.answer("达标分", rule.id, "另行扣减") != "从中扣减":
            rules.append(rule)
            continue
        assert isinstance(rule.node, ast.ClauseNode)
        assert rule.node.award.points is not None
        assert isinstance(rule.node.measure, ast.Per | ast.Step)
        assert rule.counted is not None
        if rule.node.award.series is not None:
            raise _growing_slope(lowering, anchor, rule)
        slope = Slope(rule.counted, rule.node.measure, -rule.node.award.points)
        text = f"{rules[-1].text.rstrip('，；。')}，{rule.text}"
        steps = rule.part_step or STEPS[lowering.answer("步长", rule.id, "整步")]
        rules[-1] = evolve(rules[-1], slopes=(*rules[-1].slopes, slope), text=text, part_step=steps)
        moved[rule.id] = anchor.id
    if not moved:
        return leaf
    caps = tuple(evolve(cap, after=moved.get(cap.after or "", cap.after)) for cap in leaf.caps)
    return evolve(leaf, rules=tuple(rules), caps=caps)


def _growing_slope(lowering: Lowering, anchor: Rule, rule: Rule) -> Fault:
    """第一次扣1分，第二次扣2分 said to be taken from the points of the clause before."""
    assert isinstance(anchor.node, ast.ClauseNode)
    assert isinstance(rule.node, ast.ClauseNode)
    assert anchor.node.award.points is not None
    words = official(lowering.source.slice(rule.node.award.span))
    message = f"“{words}”每次扣的分不一样，不能从前面一句的得分里扣"
    (part,) = anchor.parts
    missed = f"【{part.fact}】的" if part.node.negated else f"未【{part.fact}】的"
    given = shown(anchor.node.award.points)
    if part.node.kind != "holds":
        missed = "【没有达到的｜未达标】的"
    own = lowering.source.slice(rule.span).strip("，；。")
    help_text = f"单列一项，满分写{given}分，只写扣分的一句：“{missed}，{own}。”；另外扣的，采用“另行扣减”"
    return lowering.fault("ZS0580", message, rule.node.award.span, help_text)


def start_of(lowering: Lowering, leaf: Leaf, full: Fraction | None) -> Fraction:
    """What 起评分 says; else 0 where points are given, the full mark where they are only taken off."""
    if leaf.section:
        return Fraction(0)
    if leaf.starts:
        return _said_start(lowering, leaf, full)
    signs = signs_of(leaf)
    if signs == {-1}:
        from_full = lowering.answer("起评分", "start", "满分") == "满分"
    else:
        from_full = len(signs) == 2 and lowering.answer("起评分", "start", "零分") == "满分"
    if not from_full:
        return Fraction(0)
    if full is None:
        message = "只有扣分，却没有满分：不知道从多少分扣起"
        raise lowering.fault("ZS0220", message, leaf.heading.title_span, "在标题后写明（5分）或权重")
    return full


def _said_start(lowering: Lowering, leaf: Leaf, full: Fraction | None) -> Fraction:
    first, *others = leaf.starts
    for node in others:
        if node.points != first.points:
            message = f"起评分写了两处：{shown(first.points)}分和{shown(node.points)}分"
            raise lowering.fault("ZS0516", message, node.span, "只留一处")
    if full is not None and first.points > full:
        message = f"起评分{shown(first.points)}分，超过了本指标的满分{shown(full)}分"
        raise lowering.fault("ZS0507", message, first.span, "核对分数")
    return first.points


def floor_of(lowering: Lowering, leaf: Leaf, full: Fraction | None) -> Fraction | None:
    """0, unless the text says that the score may fall below; under 减分项 the cap, as what is taken off."""
    if leaf.section == "减分项":
        return None if full is None else -full
    said = {node.open for node in leaf.bottoms}
    if len(said) > 1:
        node = next(node for node in leaf.bottoms if node.open)
        message = "一处说扣完为止，一处说可以扣成负分"
        raise lowering.fault("ZS0237", message, node.span, "只留一处")
    if said:
        return None if True in said else Fraction(0)
    open_below = below_zero(leaf) is not None and lowering.answer("下限", "bottom", "零分") == "负分"
    return None if open_below else Fraction(0)


def barred(
    lowering: Lowering, leaf: Leaf, rule: Rule, bar: ir.ItemVeto
) -> tuple[tuple[str, ...], ir.ItemVeto | None]:
    """What a rule sets to 0: clauses, by their ids, or the indicator."""
    scope = lowering.answer("不得分", rule.id, WHOLE)
    if scope == ITEM:
        return tuple(own.id for own in item_clauses(leaf, rule.item)), None
    before = None if scope == WHOLE else barred_rule(leaf, rule)
    return ((), bar) if before is None else ((before.id,), None)
