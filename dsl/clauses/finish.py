"""Reading what stands between scores and verdict: tiers, general vetoes with their effects, where the total ends."""

from typing import Literal

from lark import Token, Tree

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.conditions import EXEMPTIONS, read_conditions, read_exemption, read_joiner
from zhunsheng.dsl.clauses.quantities import read_bounds, read_edge
from zhunsheng.dsl.clauses.tier_words import in_tier
from zhunsheng.dsl.clauses.tokens import Node, Reader, tokens_before, tokens_of
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.words import BOUNDS_BEFORE, SIDE_OBJECTS, TIER_NEEDS, level_of

_KINDS: dict[str, ast.EffectKind] = {
    "set_tier": "tier",
    "set_total": "total",
    "bar_tier": "bar",
    "bar_best": "bar",
    "lower_tier": "lower",
    "not_assessed": "void",
    "reported": "reported",
    "vetoed": "veto",
}
#: Words that speak of scores or tiers, so that what holds them is no effect to be merely reported.
_SCORING_WORDS = ("评", "等级", "等次", "得分", "总分", "指标")


def read_total_limit(reader: Reader, node: Node) -> ast.TotalLimitNode:
    """总分最高不超过100分, 总分不低于0分, 总分超过100分的，按100分计."""
    span = reader.of(node)
    points = [t for t in tokens_of(node) if t.type in ("POINTS", "NUM")]
    value = reader.number(points[-1])
    if node.data in ("total_most", "total_least"):
        return ast.TotalLimitNode(value, node.data == "total_least", span=span)
    edges = read_bounds(reader, next(c for c in node.children if isinstance(c, Tree)))
    comparison = edges[0].comparison if len(edges) == 1 else None
    # 不超过100分 bounds the total; 超过100分的，按100分计 says where it has left its bounds.
    upward = comparison in ("ge", "gt")
    low = upward if node.data == "total_within" else not upward
    said = edges[0].quantity.value
    if comparison in (None, "eq") or (node.data == "total_cut" and value != said):
        words = reader.source.slice(span)
        help_text = "写成“总分最高不超过100分”或“总分不低于0分”"
        raise reader.fault("ZS0216", f"“{words}”没有说清总分到哪里为止", node, help_text)
    return ast.TotalLimitNode(value, low, span=span)


def read_absence(reader: Reader, node: Node) -> ast.AbsenceNode:
    """缺项不计分，按比例折算."""
    kinds: dict[str, Literal["formula", "open", "whole", "group"]] = {
        "absence_formula": "formula",
        "absence_open": "open",
        "absence_whole": "whole",
        "absence_group": "group",
    }
    return ast.AbsenceNode(kinds[str(node.data)], span=reader.of(node))


def read_veto(reader: Reader, node: Node) -> ast.VetoNode:
    """若【…】的，直接视该服务为不合格，并扣减补助20%."""
    conditions, joiners, demands = _needs(reader, node)
    exempt = [c for c in node.children if isinstance(c, Tree) and c.data in EXEMPTIONS]
    exemptions = tuple(read_exemption(reader, child) for child in exempt)
    effects = read_effects(reader, node)
    return ast.VetoNode(conditions, joiners, effects, demands, exemptions, span=reader.of(node))


def read_veto_lead(reader: Reader, node: Node) -> ast.VetoLeadNode:
    """有下列情形之一的，实行一票否决：."""
    stem = str(next(t for t in node.children if isinstance(t, Token) and t.type == "STEM"))
    return ast.VetoLeadNode(read_effects(reader, node), stem.endswith("之一"), span=reader.of(node))


def read_effects(reader: Reader, node: Node) -> tuple[ast.EffectNode, ...]:
    """All that a veto does, in order."""
    return tuple(read_effect(reader, c) for c in node.children if isinstance(c, Tree) and c.data in _KINDS)


def read_effect(reader: Reader, node: Node) -> ast.EffectNode:
    """What a veto does."""
    span = reader.of(node)
    tokens = list(tokens_of(node))
    kind = _KINDS[str(node.data)]
    words = reader.source.slice(span)
    match kind:
        case "tier" | "bar":
            name = next((str(t) for t in tokens if t.type == "TIER"), "")
            return ast.EffectNode(kind, name, words, span=span)
        case "total":
            points = next(t for t in tokens if t.type == "POINTS")
            return ast.EffectNode(kind, "", words, reader.number(points), span=span)
        case "lower":
            two = any(char in "两二2" for char in str(tokens[-1]))
            return ast.EffectNode(kind, "", words, 2 if two else 1, span=span)
        case "void" | "veto":
            return ast.EffectNode(kind, "", words, span=span)
        case "reported":
            text = str(tokens[-1])
            scoring = next((word for word in _SCORING_WORDS if word in text), None)
            if scoring is not None or not any(word in text for word in SIDE_OBJECTS):
                message = f"“{text}”没有读懂：是评分上的后果，还是别的处理？"
                help_text = "评分上的写成“直接视为……”“不得评为……”“降一级”“总分为0分”；别的处理写成“暂停……资格”“扣减补助20%”"
                raise reader.fault("ZS0201", message, node, help_text)
            return ast.EffectNode(kind, "", words, span=span)


#: What may name a tier, behind its scores or in front of them.
_TIER_NAMES = ("TIER", "TIER_NEEDS", "TIER_FIRST")


def read_tier(reader: Reader, node: Node) -> ast.TierNode:
    """60分（含）以上-80分评为合格, 90分以上且【…】的为五星."""
    facts = [c for c in node.children if isinstance(c, Token) and c.type == "FACT"]
    name = next(str(t) for t in node.children if isinstance(t, Token) and t.type in _TIER_NAMES)
    name = TIER_NEEDS.sub("", name)
    inner = next(c for c in node.children if isinstance(c, Tree))
    fact = reader.fact(facts[0], tokens_before(node.children, facts[0])) if facts else None
    conditions, joiners, demands = _needs(reader, node)
    return ast.TierNode(
        read_bounds(reader, inner), name, fact, conditions, joiners, demands, span=reader.of(node)
    )


Demands = tuple[ast.DemandNode | ast.TierDemandNode, ...]
Needs = tuple[tuple[ast.Condition, ...], tuple[ast.Joiner, ...], Demands]


def _needs(reader: Reader, node: Node) -> Needs:
    """The conditions on facts of a tier or veto, and the demands on scores that hold beside them."""
    conditions: tuple[ast.Condition, ...] = ()
    joiners: tuple[ast.Joiner, ...] = ()
    demands: list[ast.DemandNode | ast.TierDemandNode] = []
    for child in node.children:
        if not isinstance(child, Tree):
            continue
        if child.data == "conds":
            conditions, joiners = read_conditions(reader, child)
        elif child.data == "joiner" and read_joiner(reader, child).sense != "and":
            message = "对指标得分的要求和别的条件之间，只能用“且”连接"
            raise reader.fault("ZS0218", message, child, "改为“且”，或拆成两句")
        elif str(child.data).startswith("demand"):
            demands.append(read_demand(reader, child))
    return conditions, joiners, tuple(demands)


def read_demand(reader: Reader, node: Node) -> ast.DemandNode | ast.TierDemandNode:
    """各一级指标得分均不低于其分值的60%, 有3个以上指标得分率低于60%."""
    tokens = [t for t in node.children if isinstance(t, Token)]
    trees = [c for c in node.children if isinstance(c, Tree)]
    titles = tuple(plain(str(t)).strip("“”") for t in tokens if t.type == "NAMED")
    word = next((str(t) for t in tokens if t.type in ("ALL_OF", "ANY_OF", "LEVEL")), "")
    level = level_of(word)
    span = reader.of(node)

    def demand(
        measure: Literal["rate", "points"],
        edges: tuple[ast.Edge, ...],
        count: ast.Edge | Literal["all", "any"],
    ) -> ast.DemandNode:
        if len(edges) != 1 or edges[0].comparison is None:
            help_text = "写成“得分率不低于60%”或“得分率60%以上”"
            raise reader.fault("ZS0216", "对得分的要求只能有一个界限，并写明以上还是以下", node, help_text)
        return ast.DemandNode(measure, level, edges[0], count, titles, span=span)

    match node.data:
        case "demand_tier" | "demand_tier_count":
            way, tier = in_tier(str(next(t for t in tokens if t.type == "IN_TIER")))
            if trees:
                return ast.TierDemandNode(level, tier, way, read_edge(reader, trees[0]), span=span)
            every = any(t.type == "ALL_OF" for t in tokens)
            return ast.TierDemandNode(level, tier, way, "all" if every else "any", span=span)
        case "demand_share":
            number = next(t for t in tokens if t.type == "NUM")
            comparison = BOUNDS_BEFORE[str(next(t for t in tokens if t.type == "BEFORE"))]
            share = ast.Quantity(reader.number(number), "%", span=reader.of(number))
            return demand("rate", (ast.Edge(share, comparison, span=span),), "all")
        case "demand_points":
            return demand("points", read_bounds(reader, trees[0]), "all")
        case "demand_all" | "demand_any":
            count: Literal["all", "any"] = "all" if node.data == "demand_all" else "any"
            return demand("rate", _rates(reader, trees[0]), count)
        case "demand_count":
            return demand("rate", _rates(reader, trees[1]), read_edge(reader, trees[0]))
        case _:
            return demand("rate", _rates(reader, trees[0]), read_edge(reader, trees[1]))


def _rates(reader: Reader, node: Node) -> tuple[ast.Edge, ...]:
    """The ends of a range of 得分率, which are percentages."""
    edges = read_bounds(reader, node)
    wrong = next((edge for edge in edges if edge.quantity.unit != "%"), None)
    if wrong is not None:
        raise reader.fault("ZS0202", "得分率只能和百分比相比", node, "写成“得分率不低于60%”")
    return edges
