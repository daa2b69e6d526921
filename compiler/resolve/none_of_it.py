"""未发生【事故】得10分，每发生1起扣2分: the full mark where there is none, and steps down from it; put in place of the words
before anything is resolved.

It then reads like 【事故】为0起的得10分，每增加1起扣2分.
"""

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from attrs import evolve

from zhunsheng.compiler.resolve.full_marks import Numbered, full_mark
from zhunsheng.compiler.resolve.mentions import Mentions
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.words import COUNT_UNITS, MEASURED_UNITS
from zhunsheng.runtime.numbers import shown

#: Verbs of what nobody wants to happen.
_HAPPENING = ("发生", "发现")
#: What stands in front of the number or unit where it is the same that happens.
_EACH = re.compile(f"每(?:{'|'.join(_HAPPENING)})?")
_NUMBER = re.compile(r"[\d零一二两三四五六七八九十百]")
_NONE = re.compile("(?:无|没有)$")


def with_none(mentions: Mentions, heading: ast.Heading, numbered: Iterable[Numbered]) -> Iterator[Numbered]:
    """The segments of a leaf, such clauses told by the number of what happens."""
    rows = list(numbered)
    segments = [list(segment.items) for segment, _ in rows]
    before: tuple[int, int] | None = None
    several = False
    for n, items in enumerate(segments):
        for i, item in enumerate(items):
            if (
                before is not None
                and rows[n][1] - rows[before[0]][1] <= 1
                and not (rows[n][0].numbering and not i)
            ):
                first = segments[before[0]][before[1]]
                told = _told(mentions, first, item)
                if told is not None:
                    full = full_mark(heading, [segment for segment, _ in rows])
                    _check(mentions, told[0], full)
                    if several:
                        _again(mentions, told[0])
                    several = True
                    segments[before[0]][before[1]], items[i] = told
            before = n, i
    for (segment, sentence), own in zip(rows, segments, strict=True):
        yield evolve(segment, items=tuple(own)), sentence


def _told(
    mentions: Mentions, first: ast.Item, item: ast.Item
) -> tuple[ast.ClauseNode, ast.ClauseNode] | None:
    """The clause of none and the steps behind it; None where they are something else."""
    if not isinstance(first, ast.ClauseNode) or not isinstance(item, ast.ClauseNode):
        return None
    condition = _none(mentions, first)
    step = _step(mentions, item)
    if condition is None or condition.fact is None or step is None:
        return None
    counted = item.measure.fact if isinstance(item.measure, ast.Per) else None
    if counted is not None and plain(counted.name) != plain(condition.fact.name):
        return None
    verbs = {condition.fact.verb, step.word.removeprefix("每"), counted.verb if counted is not None else ""}
    if isinstance(item.measure, ast.Per) and len(verbs - {""}) > 1:
        # What is found is perhaps not all that happens.
        return None
    nothing = ast.Quantity(Fraction(0), step.quantity.unit, span=condition.span)
    edge = ast.Edge(nothing, "le", explicit=True, span=condition.span)
    zero = evolve(condition, kind="compared", negated=False, edges=(edge,))
    return evolve(first, conditions=(zero,)), evolve(item, measure=step)


def _none(mentions: Mentions, node: ast.ClauseNode) -> ast.Condition | None:
    """未发生【事故】, 无【事故】 alone, for which so many points are given."""
    award = node.award
    fixed = award.points and award.sign > 0 and award.series is None and node.measure is None
    if not fixed or award.group or award.on_top or node.branch is not None or node.exemptions:
        return None
    if len(node.conditions) != 1:
        return None
    (condition,) = node.conditions
    if condition.kind != "holds" or not condition.negated or condition.exemptions or condition.fact is None:
        return None
    lead = official(mentions.source.text[condition.span.start : condition.fact.span.start])
    happens = condition.fact.verb in _HAPPENING or (not condition.fact.verb and _NONE.search(lead))
    return condition if happens else None


def _step(mentions: Mentions, node: ast.ClauseNode) -> ast.Step | None:
    """每发生1起扣2分, 每起【事故】扣2分, 每增加1起扣2分."""
    award, measure = node.award, node.measure
    fixed = award.points and award.sign < 0 and award.series is None and not award.group
    if not fixed or node.conditions or node.branch is not None or node.exemptions:
        return None
    if isinstance(measure, ast.Step):
        step = measure
    elif (
        isinstance(measure, ast.Per) and not measure.manner and measure.times is None and not measure.lacking
    ):
        words = official(mentions.source.slice(measure.span))
        if measure.fact is not None and measure.fact.verb not in ("", *_HAPPENING):
            return None
        each = _EACH.match(words)
        behind = words[each.end() :] if each is not None else ""
        if each is None or not (_NUMBER.match(behind) or behind.startswith(measure.quantity.unit)):
            return None
        step = ast.Step(measure.quantity, False, each[0], span=measure.span)
    else:
        return None
    unit = step.quantity.unit
    counts = unit in COUNT_UNITS and unit not in MEASURED_UNITS
    return step if counts and not step.below else None


def _check(mentions: Mentions, first: ast.ClauseNode, full: Fraction | None) -> None:
    """Refuses steps down from points that are not all of the indicator's: whether they go on below 0 of these is open."""
    points = first.award.points
    assert points is not None
    (condition,) = first.conditions
    assert condition.fact is not None
    if points == full:
        return
    words = official(mentions.source.slice(condition.span))
    mark = "没有写满分" if full is None else f"满分{shown(full)}分"
    message = f"“{words}”得{shown(points)}分，本指标{mark}：扣分从{shown(points)}分扣起，扣到0分为止，还是从别的得分里扣？"
    unit = condition.edges[0].quantity.unit
    name = condition.fact.shown
    help_text = (
        f"从{shown(points)}分扣起的，写成“【{name}】为0{unit}的得{shown(points)}分，每增加1{unit}扣……”；"
        f"从满分扣起的，改为得满分"
    )
    mentions.fault("ZS0600", message, first.span, help_text)


def _again(mentions: Mentions, first: ast.ClauseNode) -> None:
    """Refuses the full mark a second time: what one takes off the other would make up for, as the sum stops at the full mark."""
    words = official(mentions.source.slice(first.span))
    message = f"“{words}”是第二句给满分的：两句相加超过满分，一句扣的分会被另一句抵掉"
    help_text = "各占几分分别写明，或拆成两个指标，各写各的满分"
    mentions.fault("ZS0600", message, first.span, help_text)
