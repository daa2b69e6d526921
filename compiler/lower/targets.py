"""Lowering of floor-and-target rows (基本要求、满分要求): nothing below the floor, all at the target, between them as the
解读 区间 says."""

from fractions import Fraction

from zhunsheng.compiler import ir
from zhunsheng.compiler.ir.bands import interval
from zhunsheng.compiler.lower.bands import band_of, settled
from zhunsheng.compiler.lower.lowering import Lowering
from zhunsheng.compiler.resolve.resolved import Rule
from zhunsheng.compiler.resolve.tables import ROW, rows_to_add
from zhunsheng.dsl import ast
from zhunsheng.runtime.numbers import shown


def lower_target(
    lowering: Lowering, rule: Rule, node: ast.ClauseNode, target: ast.Target
) -> tuple[ir.Condition, ir.Amount, Fraction | None]:
    """When a row gives points, how many, and their cap."""
    (part,) = rule.parts
    assert node.award.points is not None
    points = node.award.points
    floor = band_of(lowering, part, rule)
    edge = settled(lowering, target.edge, part.fact, rule.id)
    goal = lowering.value(edge.quantity, part.fact)
    upward = edge.comparison in ("ge", "gt")
    base = floor.low if upward else floor.high
    if base is None or (goal < base if upward else goal > base):
        message = f"“{rule.text}”：达到了满分要求，却没有达到基本要求"
        raise lowering.fault("ZS0217", message, target.edge.span, "核对两个数和边界用语")
    operator: ir.Operator = ">=" if edge.comparison == "ge" else ">" if edge.comparison == "gt" else "<="
    if edge.comparison == "lt":
        operator = "<"
    reached = ir.Compare(part.fact, operator, goal)
    adopted = lowering.answer("区间", rule.id, "全得或不得")
    if adopted == "全得或不得" or goal == base:
        return reached, ir.Fixed(points), None
    if edge.comparison != "ge":
        words = lowering.source.slice(target.edge.span)
        message = f"满分要求是“{words}”，不能按线性给分"
        help_text = ROW + rows_to_add(rule.id, "区间", ("全得或不得",))
        raise lowering.fault("ZS0462", message, target.edge.span, help_text)
    start = base if adopted == "自零线性" else Fraction(0)
    if base < 0:
        message = f"基本要求是{shown(base)}，不能按“{adopted}”给分"
        raise lowering.fault("ZS0462", message, part.node.span, "采用“全得或不得”")
    return interval(part.fact, floor), ir.Counted(points, part.fact, start, goal - start, whole=False), points
