"""Lowering of clauses: what a rule gives or takes, and when."""

from collections.abc import Iterator
from fractions import Fraction

from attrs import evolve

from zhunsheng.compiler import ir
from zhunsheng.compiler.ir.bands import far_end, interval
from zhunsheng.compiler.lower.bands import Bands, is_each, place
from zhunsheng.compiler.lower.conditions import guard
from zhunsheng.compiler.lower.lowering import Lowering
from zhunsheng.compiler.lower.targets import lower_target
from zhunsheng.compiler.resolve.resolved import Part, Rule, Slope
from zhunsheng.dsl import ast
from zhunsheng.runtime.source import Span


def lower_clause(
    lowering: Lowering,
    rule: Rule,
    node: ast.ClauseNode,
    bands: Bands,
    context: ir.Condition,
    given: ir.Amount | None,
) -> ir.Clause:
    """A clause in the IR; `context` is what it carries on from those before it, `given` its points where they
    hang on the whole leaf."""
    if rule.slopes:
        return lower_sloped(lowering, rule, node, bands)
    if isinstance(node.measure, ast.Target):
        when, amount, cap = lower_target(lowering, rule, node, node.measure)
    else:
        amount, skip = (given, None) if given is not None else _amount(lowering, rule, node)
        when, cap = ir.both(context, guard(lowering, rule, bands, skip)), None
    carried = [part.fact for part in rule.parts if part.carried]
    return ir.Clause(
        rule.id,
        rule.text,
        when,
        amount,
        cap,
        readings=lowering.notes.get(rule.id, ()),
        subject="、".join([*_carried_on(lowering, rule), *dict.fromkeys(carried)]),
        line=lowering.line(rule.span),
        span=rule.span,
    )


def _carried_on(lowering: Lowering, rule: Rule) -> Iterator[str]:
    """The conditions that a branch carries on, in words."""
    branching = rule.branching
    if branching is None or (
        branching.kind == "maybe" and lowering.answer("其中", rule.id, "句末") == "本句"
    ):
        return
    if branching.kind in ("within", "maybe"):
        yield f"{branching.ids[-1]}的条件成立"
        return
    adopted = lowering.answer("否则", rule.id, "各句" if branching.kind == "rest" else "前句")
    told = branching.ids if adopted == "各句" else branching.ids[-1:]
    yield f"{'、'.join(told)}的{'最后一个' if adopted == '末项' else ''}条件不成立"


def _amount(lowering: Lowering, rule: Rule, node: ast.ClauseNode) -> tuple[ir.Amount, Part | None]:
    """The points of a clause, and the condition that is no part of its guard because the points count along it."""
    award = node.award
    if award.points is None:
        assert rule.judged is not None
        return ir.Judged(rule.judged, award.sign), None
    points = award.points * award.sign
    match node.measure:
        case ast.Per() as per:
            return _per(lowering, rule, points, per), None
        case ast.ByFormula():
            assert rule.counted is not None
            return ir.Counted(points, rule.counted, Fraction(0), Fraction(1), whole=False), None
        case ast.Step() as step:
            assert rule.counted is not None
            return _step(lowering, rule, points, rule.counted, step, _base_of(rule, rule.counted)), None
        case _:
            each = next((part for part in rule.parts if is_each(part)), None)
            if each is None or lowering.answer("计次", rule.id, "每项") != "每项":
                return ir.Fixed(points), None
            size = lowering.value(each.node.edges[0].quantity, each.fact)
            return _counted(lowering, rule, points, each.fact, Fraction(0), size, rule.span), each


def _per(lowering: Lowering, rule: Rule, points: Fraction, per: ast.Per) -> ir.Amount:
    """每一起【甲】, 每户【甲】每月【乙】, and 其中【丙】的加倍."""
    assert rule.counted is not None
    # What is counted along 每连续10天 are the streaks themselves.
    size = Fraction(1) if per.manner == "连续" else lowering.value(per.quantity, rule.counted)
    counted = _counted(lowering, rule, points, rule.counted, Fraction(0), size, per.span)
    if isinstance(rule.node, ast.ClauseNode) and rule.node.award.series is not None:
        return _growing(lowering, rule, counted, rule.node.award.series)
    if per.times is not None:
        assert rule.times is not None
        second = lowering.value(per.times[1], rule.times)
        times = _counted(lowering, rule, Fraction(1), rule.times, Fraction(0), second, per.span)
        return ir.Multiplied(counted, times)
    parts = []
    for graver in rule.gravers:
        added = graver.factor > 1 and lowering.answer("加倍", rule.id, "替代") == "另加"
        factor = graver.factor if added else graver.factor - 1
        size = lowering.value(per.quantity, graver.fact)
        parts.append(_counted(lowering, rule, points * factor, graver.fact, Fraction(0), size, per.span))
    return ir.Weighed(counted, tuple(parts)) if parts else counted


def _growing(lowering: Lowering, rule: Rule, counted: ir.Counted, series: ast.Series) -> ir.Growing:
    """第一次扣1分，第二次扣2分，以此类推."""
    sign = 1 if counted.points > 0 else -1
    firsts = tuple(points * sign for points in series.firsts)
    whole = evolve(counted, whole=True, begun=False)
    if series.then == "rise":
        return ir.Growing(evolve(whole, points=firsts[0]), (), firsts[1] - firsts[0])
    if series.then is None and lowering.answer("后续", rule.id, "同末次") == "不计":
        return ir.Growing(evolve(whole, points=Fraction(0)), firsts, Fraction(0))
    return ir.Growing(evolve(whole, points=firsts[-1]), firsts[:-1], Fraction(0))


def _counted(
    lowering: Lowering,
    rule: Rule,
    points: Fraction,
    fact: str,
    base: Fraction,
    size: Fraction,
    at: Span,
    below: bool = False,
) -> ir.Counted:
    if size <= 0:
        raise lowering.fault("ZS0217", "每0个不能计分", at, "核对数字")
    steps = rule.part_step or lowering.answer("步长", rule.id, "整步")
    return ir.Counted(points, fact, base, size, steps != "按比例", below, steps == "进一")


def _base_of(rule: Rule, fact: str) -> Part:
    """The condition from whose number a rule's steps count."""
    return [part for part in rule.parts if part.fact == fact and part.node.edges][-1]


def _step(
    lowering: Lowering, rule: Rule, points: Fraction, fact: str, step: ast.Step, based: Part
) -> ir.Counted:
    """Steps from the condition's number, up or down."""
    fitting = [
        edge
        for edge in based.node.edges
        if based.node.kind == "base"
        or edge.comparison is None
        or (edge.comparison in ("le", "lt")) == step.below
    ]
    if not fitting:
        end = "上限，这里写的是下限" if step.below else "下限，这里写的是上限"
        message = f"“{step.word}”的起点应是{end}"
        raise lowering.fault("ZS0219", message, based.node.span, f"写成“……，{step.word}……”的同一个方向")
    base, size = _from(lowering, rule, fact, fitting[0], step.quantity)
    return _counted(lowering, rule, points, fact, base, size, step.span, step.below)


def _from(
    lowering: Lowering, rule: Rule, fact: str, edge: ast.Edge, quantity: ast.Quantity
) -> tuple[Fraction, Fraction]:
    """The base and the size of a step."""
    base = lowering.value(edge.quantity, fact)
    if lowering.answer("百分数", rule.id, "百分点") == "相对":
        return base, base * quantity.value / 100
    return base, lowering.value(quantity, fact)


# ---- slopes


def lower_sloped(lowering: Lowering, rule: Rule, node: ast.ClauseNode, bands: Bands) -> ir.Clause:
    """A threshold with its slopes: where the threshold is one of several bands of which one applies, the clause
    is silent beyond its band."""
    assert node.award.points is not None
    (part,) = rule.parts
    missed: ir.Counted | None = None
    beyond: ir.Counted | None = None
    for slope in rule.slopes:
        count = _slope(lowering, rule, part, slope)
        if (slope.points < 0 and missed is not None) or (slope.points > 0 and beyond is not None):
            message = "同一个方向说了两次每一步的分数"
            raise lowering.fault("ZS0234", message, slope.measure.span, "只留一个")
        missed, beyond = (count, beyond) if slope.points < 0 else (missed, count)
    met: ir.Condition = guard(lowering, rule, {})
    outer: ir.Condition = ir.ALWAYS
    band = bands.get(place(rule, part))
    if band is not None and part.node.edges:
        upward = part.node.edges[0].comparison in ("ge", "gt")
        outer = interval(part.fact, far_end(band, upward=upward))
    return ir.Clause(
        rule.id,
        rule.text,
        outer,
        ir.Sloped(node.award.points, met, missed, beyond),
        readings=lowering.notes.get(rule.id, ()),
        line=lowering.line(rule.span),
        span=rule.span,
    )


def _slope(lowering: Lowering, rule: Rule, part: Part, slope: Slope) -> ir.Counted:
    measure = slope.measure
    if isinstance(measure, ast.Per):
        size = lowering.value(measure.quantity, slope.fact)
        return _counted(lowering, rule, slope.points, slope.fact, Fraction(0), size, measure.span)
    base, size = _from(lowering, rule, slope.fact, part.node.edges[0], measure.quantity)
    return _counted(lowering, rule, slope.points, slope.fact, base, size, measure.span, measure.below)
