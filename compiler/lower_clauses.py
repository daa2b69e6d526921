"""Lowering of clauses: what a rule gives or takes, and when."""

from collections.abc import Iterator
from fractions import Fraction

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower_bands import Bands, is_each
from zhunsheng.compiler.lower_conditions import guard
from zhunsheng.compiler.lower_targets import lower_target
from zhunsheng.compiler.lowering import Lowering
from zhunsheng.compiler.resolved import Part, Rule
from zhunsheng.dsl import ast


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
        case ast.Per(quantity=quantity, manner=manner):
            assert rule.counted is not None
            # What is counted along 每连续10天 are the streaks themselves.
            size = Fraction(1) if manner == "连续" else lowering.value(quantity, rule.counted)
            return _counted(lowering, rule, points, rule.counted, Fraction(0), size), None
        case ast.Step() as step:
            assert rule.counted is not None
            base, size = _step(lowering, rule, rule.counted, step)
            return _counted(lowering, rule, points, rule.counted, base, size), None
        case _:
            each = next((part for part in rule.parts if is_each(part)), None)
            if each is None or lowering.answer("计次", rule.id, "每项") != "每项":
                return ir.Fixed(points), None
            size = lowering.value(each.node.edges[0].quantity, each.fact)
            return _counted(lowering, rule, points, each.fact, Fraction(0), size), each


def _counted(
    lowering: Lowering, rule: Rule, points: Fraction, fact: str, base: Fraction, size: Fraction
) -> ir.Counted:
    assert isinstance(rule.node, ast.ClauseNode)
    if size <= 0:
        at = rule.node.measure.span if rule.node.measure is not None else rule.span
        raise lowering.fault("ZS0217", "每0个不能计分", at, "核对数字")
    whole = lowering.answer("步长", rule.id, "整步") == "整步"
    return ir.Counted(points, fact, base, size, whole)


def _step(lowering: Lowering, rule: Rule, fact: str, step: ast.Step) -> tuple[Fraction, Fraction]:
    """The base, from the condition's number, and the size of a step."""
    based = [part for part in rule.parts if part.fact == fact and part.node.edges][-1]
    lows = [e for e in based.node.edges if e.comparison in ("ge", "gt", None)]
    if not lows:
        message = "“每增加”的起点应是下限，这里写的是上限"
        raise lowering.fault("ZS0219", message, based.node.span, "写成“达到……后每增加……”")
    base = lowering.value(lows[0].quantity, fact)
    size = lowering.value(step.quantity, fact)
    if lowering.answer("百分数", rule.id, "百分点") == "相对":
        size = base * step.quantity.value / 100
    return base, size
