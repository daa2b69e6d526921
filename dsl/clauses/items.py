"""Reading the items of a segment: clauses, caps, full marks, item vetoes."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Literal

from attrs import evolve
from lark import Token, Tree

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.awards import AWARDS, read_award, read_measure, rising
from zhunsheng.dsl.clauses.cohort import read_tie
from zhunsheng.dsl.clauses.conditions import EXEMPTIONS, one_way, read_conditions, read_exemption
from zhunsheng.dsl.clauses.factors import is_loose, read_factor, read_factors, read_total_factor
from zhunsheng.dsl.clauses.finish import (
    read_absence,
    read_effects,
    read_tier,
    read_total_limit,
    read_veto,
    read_veto_lead,
)
from zhunsheng.dsl.clauses.formulas import read_formula
from zhunsheng.dsl.clauses.lacking import said_of_others
from zhunsheng.dsl.clauses.lacking_words import ON_TOP
from zhunsheng.dsl.clauses.list_words import split_label
from zhunsheng.dsl.clauses.lists import counting_a_list, later_grade, read_grades, spread, with_list
from zhunsheng.dsl.clauses.quantities import read_quantity
from zhunsheng.dsl.clauses.rounding import read_rounded_formula, read_rounded_node
from zhunsheng.dsl.clauses.tokens import Node, Reader, as_token, tokens_before, tokens_of
from zhunsheng.dsl.words import LOOSE_ITEMS

_BRANCHES: dict[str, Literal["else", "rest", "within"]] = {"ELSE": "else", "REST": "rest", "WITHIN": "within"}


def read_items(reader: Reader, nodes: Iterable[Node]) -> tuple[ast.Item, ...]:
    """The items of a segment; an exemption belongs to the rule before it."""
    items: list[ast.Item] = []
    before: Node | None = None
    for node in nodes:
        if node.data == "list":
            items = with_list(reader, node, items)
            continue
        if node.data == "later_grade":
            items.append(later_grade(reader, node, before, items))
            continue
        before = node
        if node.data == "so_on":
            items = _going_on(reader, node, items)
            continue
        if node.data == "rounded_formula":
            items.append(read_rounded_formula(reader, node, items))
            continue
        if node.data not in EXEMPTIONS:
            items += _read_several(reader, node)
            continue
        exemption = read_exemption(reader, node)
        last = items[-1] if items else None
        if not isinstance(last, ast.ClauseNode | ast.ItemVetoNode):
            raise reader.fault("ZS0260", "“除外”前面没有它管的句子", node, "写在它管的条件或句子后面")
        items[-1] = evolve(last, exemptions=(*last.exemptions, exemption))
    return tuple(items)


def _going_on(reader: Reader, node: Node, items: list[ast.Item]) -> list[ast.Item]:
    """以此类推: of the instances right before it, else of bands, which may stand in other parts of the sentence."""
    last = items[-1] if items else None
    if isinstance(last, ast.ClauseNode) and last.award.series is not None:
        return [
            *items[:-1],
            evolve(last, award=rising(reader, last.award, node), span=last.span.cover(reader.of(node))),
        ]
    return [*items, ast.SoOnNode(span=reader.of(node))]


def _read_several(reader: Reader, node: Node) -> tuple[ast.Item, ...]:
    """An item of a segment; one that names several facts with their points is several."""
    if node.data == "clause":
        return read_clauses(reader, node)
    if node.data == "grades":
        return read_grades(reader, node)
    if node.data == "choices":
        return (_choices(reader, node),)
    if node.data in ("total_by_factor", "total_by_factors"):
        return read_total_factor(reader, node)
    return (read_item(reader, node),)


def read_item(reader: Reader, node: Node) -> ast.Item:
    """One item that is no clause."""
    span = reader.of(node)
    if node.data in ("cap_full", "cap_most", "cap_sum"):
        points = next(t for t in tokens_of(node) if t.type in ("POINTS", "NUM"))
        whole = node.data == "cap_full" and "满分" in str(node.children[0])
        of = as_token(node.children[0])
        return ast.CapNode(
            reader.number(points), whole, node.data == "cap_sum", of.type == "ITEM", str(of) in LOOSE_ITEMS,
            of.type == "GROUP", span=span,
        )  # fmt: skip
    if node.data == "tie":
        return read_tie(reader, node)
    if node.data == "start":
        return ast.StartNode(reader.number(as_token(node.children[1])), span=span)
    if node.data in ("bottom_zero", "bottomless"):
        return ast.BottomNode(node.data == "bottomless", span=span)
    if node.data == "full_mark":
        points = next(t for t in tokens_of(node) if t.type in ("POINTS", "NUM"))
        return ast.FullMarkNode(reader.number(points), span=span)
    if node.data == "comparison":
        return ast.ComparisonNode("修约值" in str(node.children[0]), span=span)
    if node.data in ("rounded_score", "rounded_total", "rounded_each"):
        return read_rounded_node(reader, node)
    if node.data == "interpolated":
        return ast.InterpolatedNode(span=span)
    if node.data in ("best", "no_repeat"):
        facts = [t for t in node.children if isinstance(t, Token) and t.type == "FACT"]
        same = reader.fact(facts[0], []) if facts else None
        # 同一事项按最高级别加分 says of one matter what 就高不重复 does.
        words = [t for t in tokens_of(node) if t.type in ("SAME", "BEST")]
        once = node.data == "no_repeat" or any(t.type == "SAME" or "重复" in t for t in words)
        return ast.BestNode(once, same, span=span)
    if str(node.data).startswith("total_"):
        return read_total_limit(reader, node)
    if node.data == "starred":
        return ast.StarredNode(read_effects(reader, node), span=span)
    if str(node.data).startswith("absence_"):
        return read_absence(reader, node)
    if node.data == "veto_lead":
        return read_veto_lead(reader, node)
    if node.data in ("veto", "veto_listed"):
        return read_veto(reader, node)
    if node.data == "tier_names":
        return ast.TierNamesNode(
            tuple(str(t).strip("“”") for t in tokens_of(node) if t.type == "TIER"), span=span
        )
    if node.data == "tier":
        return read_tier(reader, node)
    conds = next((c for c in node.children if isinstance(c, Tree) and c.data == "conds"), None)
    conditions, joiners = read_conditions(reader, conds) if conds is not None else ((), ())
    if node.data in ("part_begun", "part_dropped"):
        return _part_step(reader, node, conditions)
    if node.data == "item_absence":
        return ast.ItemAbsenceNode(conditions, joiners, span=span)
    if node.data in ("alike", "met"):
        one_way(reader, joiners)
        token = next((t for t in node.children if isinstance(t, Token) and t.type == "FACT"), None)
        fact = None if token is None else reader.fact(token, [])
        return ast.AlikeNode(conditions, joiners, fact, span=span)
    points = next(t for t in node.children if isinstance(t, Token) and t.type in ("POINTS", "FULL"))
    verb = next((t for t in node.children if isinstance(t, Token) and t.type == "ADD"), None)
    full = points.type == "FULL"
    group = any(isinstance(t, Token) and t.type == "GROUP" for t in node.children)
    said = ast.lacks(conditions) and verb not in ON_TOP and not group
    none = not full and reader.number(points) == 0
    if verb is not None and not said and (verb not in ("得", "计", "记") or not none):
        # 本项加10分 gives points; only 本项得0分 and 视为N分 set the indicator's score.
        raise reader.fault(
            "ZS0202",
            f"“{verb}{points}”不能接在“本指标”后面",
            points,
            f"给分的写成“……的，{verb}{points}”；定为某分的写成“本指标视为{points}”",
        )
    branch, points_set = _branch(reader, node), Fraction(0) if full else reader.number(points)
    loose = is_loose(node)
    return ast.ItemVetoNode(
        conditions, joiners, points_set, group=group, branch=branch, loose=loose, full=full, span=span
    )


def _part_step(reader: Reader, node: Node, conditions: tuple[ast.Condition, ...]) -> ast.PartStepNode:
    """不足1天的按1天计: the two quantities are the same step."""
    first = conditions[-1]
    begun = node.data == "part_begun"
    quantities = [edge.quantity for edge in first.edges]
    if begun:
        inner = next(c for c in node.children if isinstance(c, Tree) and c.data == "quantity")
        quantities.append(read_quantity(reader, inner))
    plain = len(conditions) == 1 and first.kind == "compared" and first.fact is None
    below = all(edge.comparison == "lt" for edge in first.edges)
    if not plain or not below or len({(q.value, q.unit) for q in quantities}) > 1:
        message = "这一句说的是不足一步怎样算，两处的数要一样"
        raise reader.fault("ZS0202", message, node, "写成“不足1天的按1天计算”这样的句子")
    return ast.PartStepNode(quantities[0], begun, span=reader.of(node))


def read_clauses(reader: Reader, node: Node) -> tuple[ast.ClauseNode | ast.ScaleNode, ...]:
    """Conditions, then an award, per unit or per step; several where the points are given name by name."""
    conditions: tuple[ast.Condition, ...] = ()
    joiners: tuple[ast.Joiner, ...] = ()
    branch = _branch(reader, node)
    body: Node | None = None
    for child in node.children:
        if isinstance(child, Token):
            continue
        if child.data == "conds":
            conditions, joiners = read_conditions(reader, child)
        elif child.data != "branch":
            body = child
    assert body is not None
    said_of_others(reader, body, lacking=ast.lacks(conditions))
    if _in_full(body) and conditions:
        award = ast.Award(None, 1, full=True, span=reader.of(body))
        return (ast.ClauseNode(conditions, joiners, None, award, branch, span=reader.of(node)),)
    if (factor := read_factor(reader, body)) is not None:
        said = {t.type for t in body.children if isinstance(t, Token)}
        bare = body.data == "by_formula" and not any(
            isinstance(t, Token) and t.type == "SCORED" for t in body.children
        )
        return (
            ast.ScaleNode(
                conditions,
                joiners,
                factor,
                "ITEM" in said,
                branch,
                of_mark=bare,
                group="GROUP" in said,
                total="TOTAL" in said,
                off=body.data == "by_part",
                loose=is_loose(body),
                span=reader.of(node),
            ),
        )
    if body.data == "by_factors":
        return read_factors(reader, node, body, conditions, branch)
    measure: ast.Per | ast.Step | ast.Line | ast.ByFormula | None = None
    if body.data == "by_formula":
        inner = next(c for c in body.children if isinstance(c, Tree))
        measure = ast.ByFormula(read_formula(reader, inner), span=reader.of(inner))
        off = any(
            isinstance(t, Token) and t.type in ("SCORE_IS", "COMPUTED") and "扣" in t for t in body.children
        )
        award = ast.Award(Fraction(1), -1 if off else 1, span=reader.of(body))
    elif body.data == "in_proportion":
        measure = ast.Line((), True, span=reader.of(body))
        award = ast.Award(None, 1, span=reader.of(body))
    else:
        given = (
            body
            if body.data in AWARDS
            else next(c for c in body.children if isinstance(c, Tree) and c.data in AWARDS)
        )
        measure = read_measure(reader, body) if given is not body else None
        if given.data in ("spread_on", "spread_off"):
            return spread(reader, node, given, conditions, measure, branch)
        award = read_award(reader, given)
        if award.series is not None and measure is None:
            # 发生【事故】的，第一次扣1分…: the fact of the condition is what is counted.
            one = ast.Quantity(Fraction(1), award.series.unit, span=award.span)
            measure = ast.Per(None, one, span=award.span)
    clause = ast.ClauseNode(conditions, joiners, measure, award, branch, span=reader.of(node))
    return (counting_a_list(reader, node, clause),)


def _in_full(body: Node) -> bool:
    """Whether points are 按满分计算, a formula of the full mark alone."""
    inner = [c for c in body.children if isinstance(c, Tree)]
    return body.data == "by_formula" and [str(c.data) for c in inner] == ["full_score"]


def _branch(reader: Reader, node: Node) -> ast.Branch | None:
    """否则, 其他情况 or 其中 in front of a rule."""
    own = next((c for c in node.children if isinstance(c, Tree) and c.data == "branch"), None)
    if own is None:
        return None
    return ast.Branch(_BRANCHES[as_token(own.children[0]).type], span=reader.of(own))


def _choices(reader: Reader, node: Node) -> ast.ChoicesNode:
    """【服务大厅】A. 有独立大厅，得10分B. 与他人共用，得6分."""
    token = next((c for c in node.children if isinstance(c, Token) and c.type == "FACT"), None)
    fact = reader.fact(token, tokens_before(node.children, token)) if token is not None else None
    choices = tuple(_choice(reader, c) for c in node.children if isinstance(c, Tree))
    return ast.ChoicesNode(fact, choices, span=reader.of(node))


def _choice(reader: Reader, node: Node) -> ast.Choice:
    """A. 有独立大厅，得10分, with what its words say should they be a number."""
    label, words = split_label(str(node.children[0]))
    given = next(c for c in node.children if isinstance(c, Tree))
    award = read_award(reader, given)
    if award.points is None and not award.nothing:
        raise reader.fault("ZS0202", "选项的分数要写明几分", given, "写成“A. ……，得10分；B. ……，得6分”")
    token = as_token(node.children[0])
    start = (token.end_pos or 0) - len(words)
    own = evolve(reader, base=reader.base + start)
    end = _end(node)
    text = reader.normal.text[own.base : reader.base + end]
    tree, _ = own.parse(text, "segment")
    band = None
    if tree is not None:
        items = read_items(own, [child for child in tree.children if isinstance(child, Tree)])
        first = items[0]
        if len(items) == 1 and isinstance(first, ast.ClauseNode) and _is_band(first):
            band = first
    shown = reader.source.slice(reader.span(start, token.end_pos or 0))
    return ast.Choice(label, " ".join(shown.split()).removesuffix("的"), award, band, span=reader.of(node))


def _end(node: Node) -> int:
    """Where a node ends in its segment."""
    return max(token.end_pos or 0 for token in tokens_of(node))


def _is_band(clause: ast.ClauseNode) -> bool:
    """Whether a clause is a number without subject and its points."""
    kinds = [condition.kind for condition in clause.conditions]
    return (
        clause.measure is None
        and kinds == ["compared"]
        and clause.conditions[0].fact is None
        and clause.conditions[0].place is None
    )
