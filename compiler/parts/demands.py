"""Demands on indicators: on their scores, and on the tiers that the bands of the total give them (各一级指标均为合格以上)."""

from collections.abc import Sequence
from fractions import Fraction

from attrs import evolve

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower.finish import count_of, fault_in, full_marks, lower_demand
from zhunsheng.compiler.readings.questions import Question, note_of
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolve import headings_at
from zhunsheng.compiler.resolve.resolved import Rule
from zhunsheng.compiler.resolve.tables import DOUBTS, ROW, near_words, rows_to_add
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.numbers import shown

#: How an indicator in a standard of points gets its tier, as 解读 分项等级 has it.
BY_RATE, BY_SCORE = DOUBTS["分项等级"]


def lower_demands(
    standard: Standard, rule: Rule, bands: Sequence[ir.TierBand]
) -> tuple[tuple[ir.Demand, ...], tuple[str, ...]]:
    """The demands of a tier or veto, and the readings that decided them; `bands` run from the lowest."""
    assert isinstance(rule.node, ast.TierNode | ast.VetoNode)
    demands: list[ir.Demand] = []
    notes: list[str] = []
    for node in rule.node.demands:
        if isinstance(node, ast.DemandNode):
            demand, note = lower_demand(standard, node), tuple[str, ...]()
        else:
            demand, note = _of_tier(standard, rule, node, bands)
        demand, said = _any_of(standard, rule, node, demand)
        demands.append(demand)
        notes += (*note, *said)
    return tuple(demands), tuple(notes)


def _any_of(
    standard: Standard, rule: Rule, node: ast.DemandNode | ast.TierDemandNode, demand: ir.Demand
) -> tuple[ir.Demand, tuple[str, ...]]:
    """任一指标得分率不低于60%: whether one is enough, or each has to be. Of what falls short (任一指标低于60%的，不得评优) one is enough."""
    if node.count != "any" or demand.operator in ("<", "<=") or len(demand.members) == 1:
        return demand, ()
    options = DOUBTS["任一"]
    question = Question(
        "任一", rule.id, "评定等级", (rule.id,), (rule.segment, node.span), node.span, options
    )
    row = standard.readings.answer(question)
    if row is not None:
        each = row.adopted == options[0]
        return evolve(demand, least=len(demand.members) if each else 1), (note_of(row),)
    words = official(standard.source.slice(node.span)).removesuffix("的")
    first = next(h.title for h in ast.all_headings(standard.file.indicators) if h.id == demand.members[0][0])
    message = f"“{words}”：各项都要这样，还是有一项就行？例如只有“{first}”这样：按“{options[0]}”不符合，按“{options[1]}”符合"
    named = rule.id if rule.id in standard.readings.ids else "评定等级"
    clause = plain(words) if standard.readings.once(plain(words)) else named
    raise fault_in(standard, "ZS0587", message, node.span, ROW + rows_to_add(clause, "任一"))


def _of_tier(
    standard: Standard, rule: Rule, node: ast.TierDemandNode, bands: Sequence[ir.TierBand]
) -> tuple[ir.Demand, tuple[str, ...]]:
    """Each indicator compared with the end of the tier that is asked for, on the scale of its own full marks."""
    words = official(standard.source.slice(node.span)).removesuffix("的")
    headings = list(headings_at(standard.file.indicators, node.level))
    if not headings:
        raise fault_in(standard, "ZS0533", f"“{words}”：没有这一级指标", node.span, "核对是第几级指标")
    operator, bound = _end(standard, node, bands)
    marks = {heading.id: full_marks(standard, heading, node.span) for heading in headings}
    tops = (full_marks(standard, heading, node.span)[1] for heading in standard.file.indicators)
    full = sum(tops, Fraction(0))
    # The bands of a weighted standard are those of a score out of 100, which an indicator has as the whole has.
    by_rate, notes = True, tuple[str, ...]()
    if standard.weights.scheme != "weights" and any(worth != full for _, worth in marks.values()):
        by_rate, notes = _asked(standard, rule, node, headings, marks, bound, full)
    members = tuple((id, bound * worth / full if by_rate else bound) for id, (_, worth) in marks.items())
    least, most = count_of(standard, node.count, len(members))
    sign = {">=": "≥", ">": "＞", "<=": "≤", "<": "＜"}[operator]
    asked = f"得分率{sign} {shown(bound / full * 100)}%" if by_rate else f"得分{sign} {shown(bound, '分')}"
    return ir.Demand(members, operator, least, most, f"{words}（{asked}）"), notes


def _end(
    standard: Standard, node: ast.TierDemandNode, bands: Sequence[ir.TierBand]
) -> tuple[ir.Bound, Fraction]:
    """The comparison that a tier comes to, and the total with which it begins or ends."""
    words = official(standard.source.slice(node.span)).removesuffix("的")
    names = [band.name for band in bands]
    if node.tier not in names:
        near = near_words(node.tier, names, 1)
        help_text = f"是不是“{near[0]}”？" if near else "可用的等级：" + "、".join(names)
        raise fault_in(standard, "ZS0515", f"没有“{node.tier}”这个等级", node.span, help_text)
    number = names.index(node.tier)
    band = bands[number]
    lowest, best = number == 0, number == len(bands) - 1
    if node.way == "is" and not (lowest or best):
        message = f"“{words}”：更高的等级算不算？"
        raise fault_in(standard, "ZS0545", message, node.span, f"写成“{node.tier}以上”，或写明哪几个等级")
    if node.way == "is" and lowest and band.high is not None:
        return ("<=" if band.high_included else "<"), band.high
    if lowest or band.low is None:
        message = f"“{words}”：“{node.tier}”是最低等级，没有更低的"
        raise fault_in(standard, "ZS0545", message, node.span, "核对等级名称")
    if node.way == "below":
        return ("<" if band.low_included else "<="), band.low
    return (">=" if band.low_included else ">"), band.low


def _asked(
    standard: Standard,
    rule: Rule,
    node: ast.TierDemandNode,
    headings: Sequence[ast.Heading],
    marks: dict[str, tuple[Fraction, Fraction]],
    bound: Fraction,
    full: Fraction,
) -> tuple[bool, tuple[str, ...]]:
    """Whether the tier follows from the share of the full marks, or from the points as they are."""
    least = min(headings, key=lambda heading: marks[heading.id][1])
    worth = marks[least.id][1]
    options = DOUBTS["分项等级"] if worth >= bound else (BY_RATE,)
    spans = (rule.segment, node.span)
    question = Question("分项等级", rule.id, "评定等级", (rule.id,), spans, node.span, options)
    row = standard.readings.answer(question)
    if row is not None:
        return row.adopted == BY_RATE, (note_of(row),)
    words = official(standard.source.slice(node.span)).removesuffix("的")
    score = bound * worth / full
    message = (
        f"“{words}”：一项指标是哪个等级，按得分率还是按得分套总分的分数段？例如“{least.title}”满分{shown(worth, '分')}，"
        f"得{shown(score, '分')}：按“{BY_RATE}”相当于总分{shown(bound, '分')}；按“{BY_SCORE}”只有{shown(score, '分')}"
    )
    if len(options) == 1:
        message += f"，满分也到不了{shown(bound, '分')}"
    named = rule.id if rule.id in standard.readings.ids else "评定等级"
    clause = plain(words) if standard.readings.once(plain(words)) else named
    raise fault_in(standard, "ZS0469", message, node.span, ROW + rows_to_add(clause, "分项等级", options))
