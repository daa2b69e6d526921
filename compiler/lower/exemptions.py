"""Lowering of exemptions: （【律师事务所】除外） takes those it names out of a condition or a rule.

Of what must hold, an exemption leaves another way to meet it; of what is scored, counted against or vetoed, it
leaves a way not to be reached.
"""

from collections.abc import Iterable

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower.lowering import Lowering
from zhunsheng.compiler.resolve.resolved import Exempt, Part, Rule
from zhunsheng.compiler.resolve.tables import read_amount
from zhunsheng.dsl import ast

_OPERATORS: dict[str, ir.Operator] = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<", "eq": "=="}


#: Words behind a number that may name those who do not get beyond it (60%以下); 不超过 and 以内 are demands.
_BELOW = ["以下", "及以下", "或以下"]


def relaxed_fact(fact: str) -> str:
    """The judged fact by which an assessor says that a relaxed requirement is met."""
    return f"{fact}放宽后符合要求"


def with_exemptions(
    lowering: Lowering,
    rule: Rule,
    exempt: Iterable[tuple[Exempt, tuple[ir.Condition, ...]]],
    condition: ir.Condition,
    part: Part | None = None,
) -> ir.Condition:
    """A condition, or the guard of a rule, less its exemptions, each given with its own conditions."""
    demanded = isinstance(rule.node, ast.RequirementNode) and rule.node.mood != "bar"
    for item, parts in exempt:
        if item.node.kind == "once":
            continue
        if item.abroad is not None and lowering.answer("视同", item.abroad.id, "全文") == "本指标":
            continue
        _applicable(lowering, item)
        both = any(joiner.sense == "and" for joiner in item.node.joiners)
        excused: ir.Condition = parts[0]
        if len(parts) > 1:
            excused = ir.All(parts) if both else ir.AnyOf(parts)
        if item.node.kind == "relax":
            if not demanded or part is None:
                message = "“放宽”只能说在要符合的条件后面"
                raise lowering.fault("ZS0260", message, item.node.span, "移到它放宽的条件后面")
            excused = ir.All((excused, _relaxed(lowering, rule, part, item)))
        if item.node.kind == "met":
            condition = _met(lowering, rule, condition, excused, item)
        elif item.node.kind == "alike":
            beyond = lowering.answer("视同达到", rule.id, "按字面") == "按达到"
            negative = part is not None and (part.node.negated or (beyond and falls_short(part)))
            condition = (
                ir.All((condition, ir.negated(excused)))
                if negative
                else ir.AnyOf((condition, excused), stands_in=True)
            )
        elif demanded:
            condition = ir.AnyOf((condition, excused))
        else:
            _reaches_whole(lowering, rule, item)
            reached = ir.negated(excused)
            condition = reached if condition == ir.ALWAYS else ir.All((condition, reached))
    return condition


def asks(rule: Rule) -> bool:
    """Whether the conditions of a rule are what is wished for: a requirement, or what points are given for."""
    node = rule.node
    if isinstance(node, ast.ClauseNode):
        return node.award.sign > 0 and not node.award.nothing
    return isinstance(node, ast.TierNode) or (isinstance(node, ast.RequirementNode) and node.mood != "bar")


def falls_short(part: Part) -> bool:
    """Whether a condition may name those who fall short of a number (不足60%, 低于60%), so that what counts as reaching
    what is asked may lie on its other side."""
    return any(
        edge.comparison == "lt" or (edge.comparison == "le" and edge.word in _BELOW)
        for edge in part.node.edges
    )


def _met(
    lowering: Lowering, rule: Rule, condition: ir.Condition, excused: ir.Condition, item: Exempt
) -> ir.Condition:
    """A condition that holds also where what meets its demand (视同满足要求) does."""
    if not asks(rule) or rule.counted is not None or rule.slopes or condition == ir.ALWAYS:
        message = "视同满足的是什么要求？这一句不是符合条件就给分，也不是要求"
        raise lowering.fault("ZS0281", message, item.node.span, "写明视同哪个数据项：“……的，视同【……】”")
    return ir.AnyOf((condition, excused), stands_in=True)


def _applicable(lowering: Lowering, item: Exempt) -> None:
    """不适用 makes a literal and its negation false; of an exemption that would be an exemption for all or none."""
    for part in item.parts:
        if part.node.kind != "lacking" and lowering.facts[part.fact].allows_na:
            what = "什么视同" if item.node.kind in ("met", "alike") else "谁除外"
            message = f"“{part.fact}”用来说{what}，不能填“不适用”"
            raise lowering.fault("ZS0360", message, item.node.span, "删去备注里的“不适用”；不是的填“否”")


def _reaches_whole(lowering: Lowering, rule: Rule, item: Exempt) -> None:
    """每发生一起【投诉】扣10分（【不可抗力】除外）: a yes or no cannot say how many of those counted are exempt."""
    if rule.counted is None:
        return
    message = f"除外的是“{rule.counted}”里的几个，还是整句都不算？"
    own = f"【{rule.counted}｜应计入的{rule.counted}】"
    help_text = f"写成{own}，除外的话放进〖〗，并在“数据项”的说明里写明不计哪些"
    raise lowering.fault("ZS0265", message, item.node.span, help_text)


def _relaxed(lowering: Lowering, rule: Rule, part: Part, item: Exempt) -> ir.Condition:
    """What is asked of those for whom a requirement is relaxed: the number of a 解读, or what an assessor judges."""
    adopted = read_amount(lowering.answer("放宽", rule.id, ""))
    if adopted is None:
        return ir.Is(relaxed_fact(part.fact))
    edge = part.node.edges[0]
    value = lowering.value(ast.Quantity(*adopted, span=edge.quantity.span), part.fact)
    return ir.Compare(part.fact, _OPERATORS[edge.comparison or "ge"], value)
