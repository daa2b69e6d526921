"""Lines (比例): sentences that together say points along a line are one clause, whose steps make no sense apart.

达到100%得10分，未达到的按比例得分; 60%得6分，100%得10分，中间按线性插值. What 按比例 is in proportion to must be said:
a number of points for a number of the same fact, or the full mark for 100%.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import groupby

from attrs import evolve, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower.lowering import Lowering
from zhunsheng.compiler.readings.questions import Question, about
from zhunsheng.compiler.resolve.mentions import Mentions, Site, ends_reach
from zhunsheng.compiler.resolve.resolved import Leaf, Part, Rule
from zhunsheng.compiler.resolve.typed import Typed
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.facts import FactType
from zhunsheng.runtime.source import Source

Numbered = tuple[ast.Segment, int]

_OUTWARD_BELOW, _OUTWARD_ABOVE = ("lt", "le"), ("gt", "ge")


# ---- several sentences as one clause


@frozen
class _Placed:
    """An item with the number of its segment in the sentence."""

    item: ast.Item
    segment: int
    #: Whether a number in front (②) cuts it off from what stands before.
    cut: bool = False


def with_lines(mentions: Mentions, numbered: Iterable[Numbered]) -> Iterator[Numbered]:
    """Segments with their sentences, those that make up a line put together."""
    for sentence, group in groupby(numbered, key=lambda pair: pair[1]):
        segments = [segment for segment, _ in group]
        if any(map(_about_lines, segments)) and not any(segment.broken for segment in segments):
            segments = _merged(mentions, segments)
        for segment in segments:
            yield segment, sentence


def _about_lines(segment: ast.Segment) -> bool:
    return any(isinstance(item, ast.InterpolatedNode) or _proportional(item) for item in segment.items)


def _proportional(item: ast.Item) -> bool:
    return isinstance(item, ast.ClauseNode) and isinstance(item.measure, ast.Line)


def _merged(mentions: Mentions, segments: list[ast.Segment]) -> list[ast.Segment]:
    items = [
        _Placed(item, number, item is segment.items[0] and ends_reach(segment.numbering))
        for number, segment in enumerate(segments)
        for item in segment.items
    ]
    done: list[_Placed] = []
    joined: dict[int, int] = {}
    for placed in items:
        item = placed.item
        taken = 0
        if isinstance(item, ast.InterpolatedNode):
            taken = _anchors_before(done)
            if taken < 2 and done and done[-1].cut and _is_anchor(done[-1].item):
                # An end without a subject in an item of its own is told of where it is resolved.
                continue
            if taken < 2:
                message = "线性插值要有两个端点，前面没有写全"
                help_text = "写成“【……】达到60%得6分，达到100%得10分，中间按线性插值”"
                mentions.fault("ZS0225", message, item.span, help_text)
                continue
        elif isinstance(item, ast.ClauseNode) and _proportional(item) and _continues(item):
            taken = 1 if _anchors_before(done) and _goes_with(done[-1].item, item) else 0
            if _anchors_before(done) > 1 or (taken == 0 and item.branch is not None):
                message = "“按比例”是几分的比例，到多少为止？前面没有一句明确的得分"
                help_text = (
                    "写成“【……】达到100%得10分，未达到的按比例得分”；两个端点之间的，写“中间按线性插值”"
                )
                mentions.fault("ZS0225", message, item.span, help_text)
                continue
        if taken:
            parts = done[-taken:]
            done[-taken:] = [_Placed(_line([p.item for p in parts], item), parts[0].segment)]
            joined |= dict.fromkeys(range(parts[0].segment, placed.segment + 1), parts[0].segment)
        else:
            done.append(evolve(placed, segment=joined.get(placed.segment, placed.segment)))
    return list(_regrouped(mentions.source, segments, done, joined))


def _regrouped(
    source: Source, segments: list[ast.Segment], done: list[_Placed], joined: dict[int, int]
) -> Iterator[ast.Segment]:
    """The segments again; those that a line runs through are one."""
    for number, segment in enumerate(segments):
        if joined.get(number, number) != number:
            continue
        span = segment.span
        for other, into in joined.items():
            if into == number:
                span = span.cover(segments[other].span)
        own = tuple(placed.item for placed in done if placed.segment == number)
        yield evolve(segment, items=own, span=span, text=source.slice(span))


def _anchors_before(done: list[_Placed]) -> int:
    """How many clauses at the end give points for a number of one fact."""
    count = 0
    for placed in reversed(done):
        if not _is_anchor(placed.item):
            break
        count += 1
        if isinstance(placed.item, ast.ClauseNode) and placed.item.conditions[0].fact is not None:
            break
        if placed.cut:
            return count - 1
    return count


def _is_anchor(item: ast.Item) -> bool:
    """达到60%的，得6分: one number of a fact, and points for it."""
    if not isinstance(item, ast.ClauseNode) or item.measure is not None or item.branch is not None:
        return False
    if item.award.points is None or item.award.sign < 0 or len(item.conditions) != 1:
        return False
    (condition,) = item.conditions
    return condition.kind == "compared" and len(condition.edges) == 1


def _continues(item: ast.ClauseNode) -> bool:
    """Whether 按比例 is said of the cases that the clause before leaves: 未达到的, 否则, 未达到100%的."""
    if item.branch is not None:
        return not item.conditions
    if len(item.conditions) != 1 or item.conditions[0].kind != "compared":
        return False
    edges = item.conditions[0].edges
    return len(edges) == 1 and edges[0].comparison in ("lt", "le")


def _goes_with(before: ast.Item, item: ast.ClauseNode) -> bool:
    """Whether the clause before gives points from a number on, and `item` goes on below that number."""
    assert isinstance(before, ast.ClauseNode)
    (condition,) = before.conditions
    edge = condition.edges[0]
    if edge.comparison in ("lt", "le"):
        return False
    if not item.conditions:
        return True
    own = item.conditions[0]
    same = own.fact is None or (
        condition.fact is not None and plain(own.fact.name) == plain(condition.fact.name)
    )
    return same and own.edges[0].quantity == edge.quantity


def _line(parts: list[ast.Item], last: ast.Item) -> ast.ClauseNode:
    """The one clause that some anchors and 按比例 or 线性插值 make."""
    clauses = [part for part in parts if isinstance(part, ast.ClauseNode)]
    anchors = tuple((c.conditions[0].edges[0], c.award.points or Fraction(0)) for c in clauses)
    span = clauses[0].span.cover(last.span)
    line = ast.Line(anchors, isinstance(last, ast.ClauseNode), span=last.span)
    award = ast.Award(max(points for _, points in anchors), 1, span=clauses[-1].award.span)
    return ast.ClauseNode(clauses[0].conditions, (), line, award, span=span)


# ---- resolution


def resolve_line(
    site: Site, node: ast.ClauseNode, line: ast.Line
) -> tuple[str | None, tuple[ast.Condition, ...], bool]:
    """The fact that a line runs along where it is named alone (【完成率】按比例得分), the conditions beside it, and
    whether the last of those runs along it instead."""
    last = node.conditions[-1] if node.conditions else None
    if last is not None and last.kind == "compared":
        return None, node.conditions, True
    if last is None or last.fact is None or last.kind != "holds" or last.with_de or last.negated:
        site.fault("ZS0225", "没有说按什么的比例计分", node.award.span, "写成“【完成率】按比例得分”")
        return None, node.conditions, False
    fact = site.name(last.fact)
    site.use(last.fact, fact, "count", (_hundred(line),), node.span)
    site.measure(fact, "%")
    return fact, node.conditions[:-1], False


def run_along(site: Site, node: ast.ClauseNode, line: ast.Line, parts: list[Part]) -> tuple[str, list[Part]]:
    """The fact of the last condition, which a line runs along; it stays a condition only of the full mark's share."""
    fact = parts[-1].fact
    quantities = tuple(edge.quantity for edge, _ in line.anchors) or (_hundred(line),)
    site.use(parts[-1].node.fact, fact, "count", quantities, node.span)
    return fact, parts[:-1] if line.anchors else parts


def _hundred(line: ast.Line) -> ast.Quantity:
    return ast.Quantity(Fraction(100), "%", span=line.span)


# ---- questions


def line_questions(leaf: Leaf, facts: dict[str, Typed]) -> Iterator[Question]:
    """What lies beyond the worse end, where no boundary word says it."""
    for rule in leaf.rules:
        if not isinstance(rule.node, ast.ClauseNode) or not isinstance(rule.node.measure, ast.Line):
            continue
        line = rule.node.measure
        if line.proportion or rule.counted not in facts:
            continue
        edge, points = min(line.anchors, key=lambda anchor: anchor[1])
        if edge.comparison is None and points:
            yield about(rule, leaf.heading.id, "端外", edge.span, subject=rule.counted or "")


# ---- lowering


def lower_line(
    lowering: Lowering, leaf: Leaf, rule: Rule, line: ast.Line, full: Fraction | None
) -> ir.Linear:
    """The line in the IR: straight between its anchors, and beyond them as the words say."""
    assert rule.counted is not None
    fact = rule.counted
    if line.proportion:
        at, points = _proportion_to(lowering, leaf, rule, line, full)
        if at <= 0:
            raise lowering.fault("ZS0225", "按比例的终点应大于0", rule.span, "核对数字")
        return ir.Linear(fact, ((Fraction(0), Fraction(0)), (at, points)), Fraction(0), points)
    placed = sorted(
        ((lowering.value(edge.quantity, fact), points, edge) for edge, points in line.anchors),
        key=lambda anchor: anchor[0],
    )
    anchors = tuple((value, points) for value, points, _ in placed)
    values = [value for value, _ in anchors]
    given = [points for _, points in anchors]
    one_way = given in (sorted(given), sorted(given, reverse=True)) and given[0] != given[-1]
    if len(set(values)) < len(values) or not one_way:
        message = "几个端点的得分要一路升高或一路降低，端点不能重复"
        raise lowering.fault("ZS0225", message, rule.span, "核对各个端点")
    rising = given[-1] > given[0]
    low_edge, high_edge = placed[0][2], placed[-1][2]
    worse = lowering.answer("端外", rule.id, "零分")
    below, above = given[0], given[-1]
    if rising and _lost(low_edge, _OUTWARD_BELOW, worse):
        below = Fraction(0)
    if not rising and _lost(high_edge, _OUTWARD_ABOVE, worse):
        above = Fraction(0)
    return ir.Linear(fact, anchors, below, above)


def _lost(edge: ast.Edge, outward: tuple[str, ...], worse: str) -> bool:
    """Whether nothing is given beyond the worse end: its word looks inward, or a reading says so."""
    return worse == "零分" if edge.comparison is None else edge.comparison not in outward


def _proportion_to(
    lowering: Lowering, leaf: Leaf, rule: Rule, line: ast.Line, full: Fraction | None
) -> tuple[Fraction, Fraction]:
    """The number at which a proportion is whole, and the points it then gives."""
    assert rule.counted is not None
    if line.anchors:
        ((edge, points),) = line.anchors
        return lowering.value(edge.quantity, rule.counted), points
    if lowering.facts[rule.counted].type is not FactType.PERCENT or full is None:
        message = "“按比例得分”是几分的比例？本指标没有满分，或数据项不是百分比"
        raise lowering.fault("ZS0225", message, rule.span, "写成“【……】达到100%得10分，未达到的按比例得分”")
    for cap in leaf.caps:
        if cap.after == rule.id and cap.node.points != full:
            message = f"“按比例得分”是满分{full}分的比例，还是{cap.node.points}分的比例？"
            help_text = f"写成“【{rule.counted}】达到100%得{cap.node.points}分，未达到的按比例得分”"
            raise lowering.fault("ZS0225", message, cap.span, help_text)
    giving = [r for r in leaf.rules if isinstance(r.node, ast.ClauseNode) and r.node.award.sign > 0]
    if len(giving) > 1:
        # Beside other points the rest may be meant, or the whole of the full mark.
        message = f"“按比例得分”是满分{full}分的比例，还是其中几分的比例？本指标还有别的得分"
        help_text = f"写成“【{rule.counted}】达到100%得10分，未达到的按比例得分”"
        raise lowering.fault("ZS0225", message, rule.span, help_text)
    return Fraction(1), full
