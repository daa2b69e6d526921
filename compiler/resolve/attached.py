"""What is said behind a clause and belongs to it: slopes beyond a threshold (达到90%得10分，每低于1个百分点扣2分), a part of
the cases that counts more (其中【情节严重】的加倍), what a part of a step counts as (不足1天的按1天计)."""

from collections.abc import Sequence
from typing import Literal

from attrs import evolve

from zhunsheng.compiler.patterns.periods import told_of_one
from zhunsheng.compiler.resolve.cohort import along_places, from_best
from zhunsheng.compiler.resolve.mentions import Site, unit_class
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolved import Graver, Part, Rule, Slope
from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.unread_words import base_advice
from zhunsheng.dsl.words import COUNT_UNITS, DURATION_UNITS, PERCENT_POINTS, Comparison
from zhunsheng.runtime.source import Source

_THRESHOLD = "写成“【……】达到90%得10分，每低于1个百分点扣2分”这样的一句"


def attached(
    site: Site, node: ast.ClauseNode | ast.PartStepNode, rules: Sequence[Rule], *, cut: bool = False
) -> Rule | None:
    """The last of some rules with what is said behind it, None where it does not go with it. Steps that a number
    cuts off from the rules (②每低于…) have no subject there."""
    if isinstance(node, ast.PartStepNode):
        return _part_step(site, node, rules)
    anchor = rules[-1] if rules and site.sentence - rules[-1].sentence <= 1 else None
    if (
        anchor is None
        or (cut and isinstance(node.measure, ast.Step))
        or not isinstance(anchor.node, ast.ClauseNode)
    ):
        _unanchored(site, node)
        return None
    own = Site(site.scope, anchor.id, site.sentence)
    rule = _graver(own, node, anchor) if node.award.factor is not None else _slope(own, node, anchor, rules)
    if rule is None:
        return None
    return evolve(rule, text=_text(rule, node, site.source), segment=rule.segment.cover(node.span))


def _text(rule: Rule, node: ast.ClauseNode, source: Source) -> str:
    """The official words of a clause with those behind it."""
    words = official(source.slice(node.span))
    return rule.text if words in rule.text else f"{rule.text.rstrip('，；。')}，{words}"


def fault_of_no_base(site: Site, node: ast.ClauseNode, step: ast.Step) -> None:
    """每增加1名加2分 without a number from which: what is right in front of it is what it is about."""
    at = (node.conditions[-1] if node.conditions else node).span
    own = node.conditions[-1].fact if node.conditions and at.end == step.span.start else None
    shown = f"【{own.shown}】" if own is not None else "【……】"
    words = [official(site.source.slice(part.span)) for part in (step.quantity, node.award)]
    help_text = base_advice(shown, step.word, *words, below=step.below, taken=node.award.sign < 0)
    if node.award.sign < 0 and step.quantity.unit in ("%", *PERCENT_POINTS):
        help_text += f"；达标得分的，{_THRESHOLD}"
    site.fault("ZS0215", f"没有说从多少起{step.word}", step.span, help_text)


def _unanchored(site: Site, node: ast.ClauseNode) -> None:
    if isinstance(node.measure, ast.Step):
        fault_of_no_base(site, node, node.measure)
    else:
        words = official(site.source.slice(node.award.span))
        help_text = "写在“每发生一起【……】扣5分”这样的句子后面"
        site.fault(
            "ZS0231", f"“{words}”说的是哪一句的分数？前面没有按个数计分的句子", node.award.span, help_text
        )


# ---- slopes


def _slope(site: Site, node: ast.ClauseNode, anchor: Rule, rules: Sequence[Rule]) -> Rule | None:
    step = node.measure
    assert isinstance(step, ast.Step)
    assert isinstance(anchor.node, ast.ClauseNode)
    award = anchor.node.award
    if anchor.node.measure is not None or award.points is None or award.sign < 0 or award.nothing:
        _unanchored(site, node)
        return None
    if anchor.parts:
        own = along_places(site, node, step, anchor.parts[0].node)
        if own is None:
            return None
        if own is not step:
            parts = (evolve(anchor.parts[0], node=from_best(anchor.parts[0].node)), *anchor.parts[1:])
            anchor, step = evolve(anchor, parts=parts), own
    if len(anchor.parts) == 1:
        anchor = evolve(anchor, parts=(_at_the_end(anchor.parts[0], step, node.award.sign),))
    part = _threshold(site, step, anchor, rules)
    if part is None or told_of_one(site, part.fact, step) or not _goes_with(site, node, step, part):
        return None
    assert node.award.points is not None
    site.use(part.node.fact, part.fact, "count", (step.quantity,), step.span)
    slope = Slope(part.fact, step, node.award.points * node.award.sign)
    return evolve(anchor, slopes=(*anchor.slopes, slope))


# ---- steps from where nothing is taken off


#: The other side of a number.
_BEYOND: dict[Comparison, Comparison] = {"ge": "lt", "gt": "le", "le": "gt", "lt": "ge"}


def from_nothing(node: ast.Item, rules: Sequence[Rule], sentence: int) -> bool:
    """Whether steps without a base stand behind a clause that gives and takes nothing (98%以上的不扣分，每低1个百分点扣1分)."""
    if not isinstance(node, ast.ClauseNode) or not node.attached or not isinstance(node.measure, ast.Step):
        return False
    anchor = rules[-1] if rules and sentence - rules[-1].sentence <= 1 else None
    if anchor is None or not isinstance(anchor.node, ast.ClauseNode) or anchor.node.measure is not None:
        return False
    award = anchor.node.award
    return award.points == 0 and not award.nothing and award.sign == node.award.sign


def stepped_from_nothing(site: Site, node: ast.ClauseNode, rules: Sequence[Rule]) -> ast.ClauseNode | None:
    """Such steps as a clause of its own, which begin at the number of that clause, on its other side."""
    anchor, step = rules[-1], node.measure
    assert isinstance(step, ast.Step)
    if len(anchor.parts) == 1 and node.award.sign < 0:
        anchor = evolve(anchor, parts=(_at_the_end(anchor.parts[0], step, node.award.sign),))
    part = _threshold(site, step, anchor, rules)
    if part is None:
        return None
    condition = part.node
    edge = condition.edges[0]
    if (
        len(condition.edges) > 1
        or condition.share
        or condition.reference
        or condition.place
        or condition.exemptions
    ):
        _unanchored(site, node)
        return None
    upward = edge.comparison in ("ge", "gt")
    inward = rises(step, node.award.sign) == upward
    if edge.comparison not in _BEYOND or inward != (node.award.sign < 0):
        bound, words = official(site.source.slice(edge.span)), official(site.source.slice(node.span))
        told = "不扣分" if node.award.sign < 0 else "不加分"
        message = f"“{words}”和“{bound}”的方向不合：{told}的一边没有可扣可加的"
        site.fault("ZS0234", message, node.span, "写成“【……】低于90%的，每低1个百分点扣1分”这样的一句")
        return None
    beyond = evolve(edge, comparison=_BEYOND[edge.comparison], explicit=True)
    base = ast.Condition("base", condition.fact, edges=(beyond,), span=condition.span)
    return evolve(node, conditions=(base,))


def _counted_instead(fact: str, step: ast.Step, words: str) -> str:
    """How to say steps behind a yes or no: with a number in the condition, or with a count of its own."""
    unit = step.quantity.unit
    if unit in DURATION_UNITS:
        return f"写成“每【{fact}的逾期｜逾期】{words}扣……”这样的句子"
    if step.below:
        return f"写成“每缺{words}【{fact}｜缺少的{fact}】扣……”这样的句子；有几{unit}才算齐的，写成“【{fact}】不少于几{unit}，每少{words}扣……”"
    return f"写明从几{unit}起：“【{fact}】1{unit}以上的得……分，{step.word}{words}……分”"


def _at_the_end(part: Part, step: ast.Step, sign: int) -> Part:
    """为100% before steps below it, 为0起 before steps above it: nothing is asked of what lies beyond, so that the number
    is where the steps begin, as behind 达到 and 不超过."""
    edge = part.node.edges[0] if len(part.node.edges) == 1 else None
    if edge is None or edge.comparison not in (None, "eq") or edge.table is not None:
        return part
    number, unit = edge.quantity.value, edge.quantity.unit
    if number == 100 and unit == "%" and rises(step, sign):
        comparison: Comparison = "ge"
    elif number == 0 and unit in COUNT_UNITS and not rises(step, sign):
        comparison = "le"
    else:
        return part
    return evolve(part, node=evolve(part.node, edges=(evolve(edge, comparison=comparison),)))


def _threshold(site: Site, step: ast.Step, anchor: Rule, rules: Sequence[Rule]) -> Part | None:
    """The condition from whose number the steps count."""
    words = official(site.source.slice(step.quantity.span))
    if len(anchor.parts) != 1 or anchor.branching is not None:
        message = f"“{step.word}{words}”前面的条件不止一个：其余条件不成立时怎样扣，不能确定"
        site.fault("ZS0232", message, step.span, "一个条件一句；" + _THRESHOLD)
        return None
    part = anchor.parts[0]
    edges = part.node.edges
    if part.node.kind == "holds":
        message = f"“{step.word}{words}”要有填个数的数据项"
        site.fault("ZS0212", message, step.span, _counted_instead(part.fact, step, words))
        return None
    if not edges or unit_class(edges[0].quantity.unit) != unit_class(step.quantity.unit):
        message = f"“{step.word}{words}”说的是哪个数据项？前面没有用“{step.quantity.unit}”计量的条件"
        site.fault("ZS0304", message, step.span, _THRESHOLD)
        return None
    rivals = [r for r in rules[:-1] if r.sentence == anchor.sentence for p in r.parts if p.fact == part.fact]
    if rivals:
        message = f"“{step.word}{words}”从哪一句的数起算？前面有几句说的都是“{part.fact}”"
        site.fault("ZS0233", message, step.span, "把达标的一句和它的“每……”单独写成一句")
        return None
    return part


def _goes_with(site: Site, node: ast.ClauseNode, step: ast.Step, part: Part) -> bool:
    """Whether points fall short of the threshold, or rise beyond it."""
    if node.award.points is None:
        site.fault("ZS0202", "达标后每一步的分数要写明几分", node.award.span, _THRESHOLD)
        return False
    comparison = part.node.edges[0].comparison
    upward = comparison in ("ge", "gt")
    if (
        len(part.node.edges) == 1
        and comparison not in (None, "eq")
        and rises(step, node.award.sign) == upward
    ):
        return True
    bound = official(site.source.slice(part.node.edges[0].span))
    words = official(site.source.slice(node.span))
    message = f"“{words}”和“{bound}”的方向不合：达标的一边不扣分，不达标的一边不加分"
    site.fault("ZS0234", message, node.span, _THRESHOLD)
    return False


def rises(step: ast.Step, sign: int) -> bool:
    """Whether the score rises with the fact: more points above, fewer below."""
    return (sign > 0) != step.below


# ---- a part of the cases


def _graver(site: Site, node: ast.ClauseNode, anchor: Rule) -> Rule | None:
    assert isinstance(anchor.node, ast.ClauseNode)
    per, factor = anchor.node.measure, node.award.factor
    assert factor is not None
    if not isinstance(per, ast.Per) or anchor.counted is None or anchor.times is not None:
        _unanchored(site, node)
        return None
    condition = node.conditions[-1] if node.conditions else None
    if len(node.conditions) != 1 or condition is None or condition.kind != "holds" or condition.negated:
        words = official(site.source.slice(node.span))
        help_text = "写成“其中【情节严重】的加倍扣分”"
        site.fault("ZS0231", f"“{words}”要有一个填个数的数据项", node.span, help_text)
        return None
    assert condition.fact is not None
    fact = site.name(condition.fact)
    site.use(condition.fact, fact, "count", (per.quantity,), condition.span)
    return evolve(anchor, gravers=(*anchor.gravers, Graver(fact, factor, node.award.span)))


# ---- a part of a step


def _part_step(site: Site, node: ast.PartStepNode, rules: Sequence[Rule]) -> Rule | None:
    """The last rule, whose steps a sentence like 不足1天的按1天计 speaks of."""
    anchor = rules[-1] if rules and site.sentence - rules[-1].sentence <= 1 else None
    steps = _steps(anchor) if anchor is not None else []
    if anchor is not None and any((q.value, unit_class(q.unit)) == _own(node) for q in steps):
        counts: Literal["整步", "进一"] = "进一" if node.begun else "整步"
        return evolve(anchor, part_step=counts, segment=anchor.segment.cover(node.span))
    words = official(site.source.slice(node.quantity.span))
    message = f"前面没有每{words}计分的句子"
    site.fault("ZS0235", message, node.span, f"写在“每超过{words}扣几分”这样的句子后面")
    return None


def part_dropped(node: ast.Item, rules: Sequence[Rule]) -> ast.Item:
    """不足1个百分点的不扣分 behind steps of 1个百分点 speaks of a part of a step; elsewhere it is a band of no points."""
    if (
        not isinstance(node, ast.ClauseNode)
        or node.award.points != 0
        or node.measure is not None
        or not rules
    ):
        return node
    edges = node.conditions[0].edges if len(node.conditions) == 1 else ()
    if len(edges) != 1 or edges[0].comparison != "lt" or node.conditions[0].fact is not None:
        return node
    found = ast.PartStepNode(edges[0].quantity, False, span=node.span)
    same = any((q.value, unit_class(q.unit)) == _own(found) for q in _steps(rules[-1]))
    return found if same and node.branch is None else node


def _own(node: ast.PartStepNode) -> tuple[object, str]:
    return node.quantity.value, unit_class(node.quantity.unit)


def _steps(rule: Rule) -> list[ast.Quantity]:
    if not isinstance(rule.node, ast.ClauseNode):
        return []
    measures = [rule.node.measure, *(slope.measure for slope in rule.slopes)]
    return [measure.quantity for measure in measures if isinstance(measure, ast.Per | ast.Step)]
