"""Lowering of what stands between scores and verdict: demands on scores, effects of vetoes, where sums end."""

from fractions import Fraction
from typing import Literal

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower.lowering import Fault
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolve import headings_at, leaf_headings
from zhunsheng.compiler.resolve.tables import near_words
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Span

_OPERATORS: dict[str, ir.Bound] = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
#: What the lowest and the best tier are called where the text does not name them.
_LOWEST = ("最低等级", "最低等次", "最低档", "最低一级", "最低一档", "最低级")
_BEST = ("最高等级", "最高等次", "最高档", "最高一级", "最高一档", "最高级", "")
_SUFFIXES = ("及以上等次", "及以上等级", "以上等次", "以上等级", "及以上", "以上", "等次", "等级", "档次")


def lower_effect(standard: Standard, node: ast.EffectNode, names: list[str], *, adds: bool) -> ir.Effect:
    """An effect in the IR; `names` are the tiers from the lowest, `adds` whether steps of several add up."""
    match node.kind:
        case "tier":
            return ir.SetTier(_tier(standard, node, names))
        case "bar":
            tier = _tier(standard, node, names)
            if tier == names[0]:
                message = f"“{official(node.words)}”：“{tier}”已是最低等级，没有更低的可评"
                raise fault_in(standard, "ZS0532", message, node.span, "核对等级名称")
            return ir.BarTier(tier)
        case "lower":
            _tier(standard, node, names)
            return ir.LowerTier(int(node.number), adds)
        case "total":
            return ir.SetTotal(Fraction(node.number))
        case "void":
            return ir.NotAssessed()
        case "reported":
            return ir.Reported(official(node.words))
        case "veto":
            raise AssertionError("a 解读 says what 一票否决 does")


def _tier(standard: Standard, node: ast.EffectNode, names: list[str]) -> str:
    """The tier that an effect names, by its name or as the lowest or best there is."""
    if not names and standard.is_open and node.tier:
        # The bands are open; they come with the variant that fills them.
        return node.tier
    if not names:
        wanted = f"，其中要有“{node.tier}”" if node.tier else ""
        message = f"没有“{node.tier}”这个等级" if node.tier else "没有等级，不能升降"
        raise fault_in(standard, "ZS0515", message, node.span, f"写一节“## 评定等级”{wanted}")
    if node.tier in names:
        return node.tier
    if node.tier in _LOWEST:
        return names[0]
    if node.tier in _BEST:
        return names[-1]
    for suffix in _SUFFIXES:
        if node.tier.removesuffix(suffix) in names:
            return node.tier.removesuffix(suffix)
    message = f"没有“{node.tier}”这个等级"
    raise fault_in(standard, "ZS0515", message, node.span, "可用的等级：" + "、".join(names))


# ---- demands on scores


def lower_demand(standard: Standard, node: ast.DemandNode) -> ir.Demand:
    """A demand in the IR, each member's bound in points of the total."""
    headings = list(headings_at(standard.file.indicators, node.level))
    if node.titles:
        headings = [_titled(standard, node, title) for title in node.titles]
    words = official(standard.source.slice(node.span))
    if not headings:
        raise fault_in(standard, "ZS0533", f"“{words}”：没有这一级指标", node.span, "核对是第几级指标")
    assert node.edge.comparison is not None
    operator = _OPERATORS.get(node.edge.comparison)
    if operator is None:
        message = f"“{words}”里的得分不能用“等于”来要求"
        raise fault_in(standard, "ZS0216", message, node.span, "写成“不低于60%”这样的界限")
    members = tuple((heading.id, _bound(standard, node, heading)) for heading in headings)
    least, most = count_of(standard, node.count, len(members))
    return ir.Demand(members, operator, least, most, words.removesuffix("的"))


def _titled(standard: Standard, node: ast.DemandNode, title: str) -> ast.Heading:
    """The one indicator or heading of a title."""
    everywhere = list(ast.all_headings(standard.file.indicators))
    found = [heading for heading in everywhere if plain(heading.title) == title]
    if len(found) == 1:
        return found[0]
    message = f"没有叫“{title}”的指标" if not found else f"叫“{title}”的指标有{len(found)}个"
    near = near_words(title, [heading.title for heading in everywhere], 1)
    help_text = f"是不是“{near[0]}”？" if near and not found else "写指标的标题，标题不重复的才能用"
    raise fault_in(standard, "ZS0533", message, node.span, help_text)


def _bound(standard: Standard, node: ast.DemandNode, heading: ast.Heading) -> Fraction:
    """What a heading has to contribute: a share of its full marks, or points on its own scale."""
    weight, worth = full_marks(standard, heading, node.span)
    value = node.edge.quantity.value
    if node.measure == "rate":
        return worth * value / 100
    return value * weight if standard.weights.scheme == "weights" else value


def full_marks(standard: Standard, heading: ast.Heading, span: Span) -> tuple[Fraction, Fraction]:
    """The weight of a heading and its full marks in points of the total."""
    weight = worth = Fraction(0)
    for leaf in leaf_headings((heading,)):
        share = standard.weights.shares.get(leaf.id, Fraction(1))
        full = standard.full_of(leaf.id)
        if full is None:
            message = f"“{leaf.title}”没有满分，“{official(standard.source.slice(span))}”算不出来"
            raise fault_in(standard, "ZS0533", message, span, "在指标标题后写明（5分）")
        weight += share
        worth += share * full
    if (ends := standard.clamps.get(heading.id)) is not None and ends.high is not None:
        worth = min(worth, ends.high)
    return weight, worth


def count_of(standard: Standard, count: ast.Edge | Literal["all", "any"], number: int) -> tuple[int, int]:
    """The least and the greatest number of indicators that a demand allows."""
    match count:
        case "all":
            return number, number
        case "any":
            return 1, number
        case edge:
            value = int(edge.quantity.value)
            words = official(standard.source.slice(edge.span))
            if edge.quantity.value.denominator != 1 or value > number or edge.comparison == "eq":
                message = f"“{words}”不是指标的个数：这里一共{number}个"
                raise fault_in(standard, "ZS0533", message, edge.span, f"写成1到{number}之间的整数")
            least, most = {
                "ge": (value, number),
                "gt": (value + 1, number),
                "le": (0, value),
                "lt": (0, value - 1),
            }.get(edge.comparison or "ge", (value, number))
            if least > number or most < 0:
                message = f"“{words}”不可能成立：一共{number}个指标"
                raise fault_in(standard, "ZS0533", message, edge.span, "核对个数")
            return least, most


# ---- where sums end


def total_clamp(standard: Standard) -> ir.Clamp | None:
    """Where the total ends, as the text says; None where it says nothing."""
    nodes = standard.resolved.total_limits
    if not nodes:
        return None
    low = next((node.points for node in nodes if node.low), None)
    high = next((node.points for node in nodes if not node.low), None)
    words = "，".join(official(standard.source.slice(node.span)) for node in nodes)
    return ir.Clamp(low, high, words)


def section_clamp(standard: Standard, heading: ast.Heading) -> ir.Clamp | None:
    """Where all of 加分项 or 减分项 ends: by the mark behind its heading, or by a sentence under it."""
    cap = standard.section_cap(heading.title)
    if cap is None:
        return None
    nodes = standard.resolved.section_caps.get(heading.title, ())
    words = "，".join(official(standard.source.slice(node.span)) for node in nodes)
    text = words or (f"{heading.title}{heading.mark.text}分" if heading.mark is not None else "")
    return (
        ir.Clamp(-cap, Fraction(0), text) if heading.title == "减分项" else ir.Clamp(Fraction(0), cap, text)
    )


def fault_in(standard: Standard, code: str, message: str, span: Span, help: str) -> Fault:
    """A mistake outside of any indicator, to be raised."""
    return Fault(Diagnostic(code, message, standard.source, span, help))
