"""Coefficients of the total (总分乘以0.8): what multiplies it, before or behind its own upper end."""

from fractions import Fraction

from attrs import evolve, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.assemble import trees
from zhunsheng.compiler.lower.coefficients import multiplying, refuse_bands
from zhunsheng.compiler.lower.finish import fault_in, total_clamp
from zhunsheng.compiler.lower.lowering import Fault, Lowering
from zhunsheng.compiler.parts.vetoes import guarded
from zhunsheng.compiler.readings.questions import Question, note_of
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolved import Rule
from zhunsheng.compiler.resolve.tables import CAP_FIRST, DOUBTS, FACTOR_FIRST, ROW, rows_to_add
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.source import Span

#: Whether a total may go beyond its full mark, as 解读 超满分 has it.
UNCAPPED, CAPPED = DOUBTS["超满分"]


@frozen
class Ending:
    """What is done to the total, where it ends, and what is wrong with that."""

    steps: tuple[ir.Step, ...] = ()
    clamp: ir.Clamp | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


def total_ending(standard: Standard, indicators: dict[str, ir.Indicator]) -> Ending:
    """What the total of some indicators is multiplied by, and where it ends."""
    clamp = total_clamp(standard)
    rules = standard.resolved.scales
    if not rules:
        return Ending((), clamp)
    try:
        refuse(standard, rules[0], clamp)
        scalings = tuple(own for rule in rules if (own := _scaling(standard, rule)) is not None)
        if len(scalings) < len(rules):
            return Ending((), clamp)  # A fact of it is in error.
        refuse_bands(standard.source, list(zip(rules, scalings, strict=True)))
        return _ended(standard, indicators, rules, scalings, clamp)
    except Fault as fault:
        return Ending((), clamp, (fault.diagnostic,))


def refuse(standard: Standard, rule: Rule, clamp: ir.Clamp | None) -> None:
    """What cannot be worked out."""
    words = official(standard.source.slice(rule.span))
    if standard.resolved.absences:
        message = f"有缺项时，“{words}”乘的是折算前还是折算后的总分，原文没有说"
        raise fault_in(standard, "ZS0534", message, rule.span, "拿掉缺项，或由发布机关解释")
    if standard.total_is_fact or standard.resolved.levels:
        message = f"“{words}”：总分不是由各个指标得来的"
        raise fault_in(standard, "ZS0544", message, rule.span, "系数算进填报的总分里；或写出各个指标")
    if clamp is not None and clamp.low:
        message = f"“{clamp.text}”和“{words}”：先到下限再乘，还是先乘再到下限，原文没有说"
        raise fault_in(standard, "ZS0544", message, rule.span, "拿掉一个，或由发布机关解释")


def _scaling(standard: Standard, rule: Rule) -> ir.Scaling | None:
    guarding = guarded(standard, rule, "按“且”不乘，按“或”要乘")
    if guarding is None:
        return None
    if isinstance(guarding, Diagnostic):
        raise Fault(guarding)
    assert isinstance(rule.node, ast.ScaleNode)
    guard, notes = guarding
    lowering = Lowering(standard.source, standard.typed, {}, {rule.id: notes})
    return multiplying(lowering, rule, rule.node, guard)


def _ended(
    standard: Standard,
    indicators: dict[str, ir.Indicator],
    rules: tuple[Rule, ...],
    scalings: tuple[ir.Scaling, ...],
    clamp: ir.Clamp | None,
) -> Ending:
    """The order of the end and the coefficients, asked where it matters; and whether there is to be an end."""
    roots = trees(standard, indicators)
    parts = [ir.most(node) for node in roots]
    if not all(map(ir.never_below_zero, roots)) and (clamp is None or clamp.low is None):
        message = "总分可能是负数，乘以系数是多扣还是少扣不清楚"
        raise fault_in(
            standard,
            "ZS0271",
            message,
            rules[0].span,
            "在“评定等级”里写明“总分最低为0分”；或改成直接写扣几分",
        )
    most = None if None in parts else sum((part for part in parts if part is not None), Fraction(0))
    where = [(rule.id, rule.segment, rule.span) for rule in rules]
    if clamp is not None and clamp.high is not None:
        less = next((own for own in scalings if own.ends[0] < 1), None)
        if less is None or (most is not None and most <= clamp.high):
            return Ending(scalings, clamp)
        first = order(standard, where, clamp.text, less, clamp.high, most, "评定等级")
        read = noted(scalings, first[1])
        return Ending((clamp, *read) if first[0] == CAP_FIRST else read, clamp)
    full = sum(
        (ir.worth(leaf) for node in roots if not node.extra for leaf in ir.leaves((node,))), Fraction(0)
    )
    times = ir.greatest_factor(scalings)
    marked = all(leaf.full for node in roots if not node.extra for leaf in ir.leaves((node,)) if not leaf.own)
    if times == 1 or not marked or (most is not None and most * times <= full):
        return Ending(scalings, clamp)
    on_top = any(node.extra and ir.most(node) != 0 for node in roots)
    adopted, note = _beyond(standard, rules, full, times, on_top=on_top)
    read = noted(scalings, note)
    if adopted == UNCAPPED:
        return Ending(read, clamp)
    return Ending(read, ir.Clamp(None if clamp is None else clamp.low, full, f"满分{shown(full, '分')}"))


def order(
    standard: Standard,
    where: list[tuple[str, Span, Span]],
    cap: str,
    scaling: ir.Scaling,
    high: Fraction,
    most: Fraction | None,
    leaf: str,
) -> tuple[str, str]:
    """Whether a sum is cut at its end before it is multiplied, with the reading; `where` has the ids, sentences and
    words of the rules."""
    by = scaling.ends[0] or min(Fraction(1), scaling.ends[1]) / 2
    above = high + 10 if most is None else min(most, high + 10)
    results = {CAP_FIRST: high * by, FACTOR_FIRST: min(high, above * by)}
    words = official(standard.source.slice(where[0][2]))
    lead = f"“{cap}”和“{words}”：先封顶，还是先乘系数？例如各项合计{shown(above)}分、系数{shown(by)}"
    return asked_order(standard, where, leaf, lead, results)


def asked_order(
    standard: Standard,
    where: list[tuple[str, Span, Span]],
    leaf: str,
    lead: str,
    results: dict[str, Fraction],
) -> tuple[str, str]:
    """What comes first, with the note for the trace; `results` are those of a witness."""
    ids = tuple(id for id, _, _ in where)
    spans = tuple(segment for _, segment, _ in where)
    at = where[0][2]
    question = Question("先后", leaf, leaf, ids, spans, at, tuple(results))
    row = standard.readings.answer(question)
    if row is not None:
        return row.adopted, note_of(row)
    told = "，".join(f"按“{option}”得{shown(points)}分" for option, points in results.items())
    words = plain(official(standard.source.slice(at))).strip("，；。")
    clause = words if standard.readings.once(words) else ids[0]
    rows = ROW + rows_to_add(clause, "先后", tuple(results))
    raise fault_in(standard, "ZS0467", f"{lead}：{told}", at, rows)


def _beyond(
    standard: Standard, rules: tuple[Rule, ...], full: Fraction, times: Fraction, *, on_top: bool
) -> tuple[str, str]:
    """Whether a total that a coefficient raises above the full mark counts as it is; `on_top` is
    whether there are points of 加分项, which the same answer cuts."""
    rule = rules[0]
    ids = tuple(own.id for own in rules)
    spans = tuple(own.segment for own in rules)
    row = standard.readings.answer(
        Question("超满分", "total", "评定等级", ids, spans, rule.span, DOUBTS["超满分"])
    )
    if row is not None:
        return row.adopted, note_of(row)
    words = official(standard.source.slice(rule.span)).strip("，；。")
    message = (
        f"“{words}”能使总分超过满分{shown(full, '分')}：超过的算不算？例如各项合计{shown(full)}分、系数{shown(times)}："
        f"按“{UNCAPPED}”总分{shown(full * times)}分，按“{CAPPED}”总分{shown(full)}分"
    )
    if on_top:
        message += f"；按“{CAPPED}”，加分项使总分超过满分的也不算"
    clause = plain(words) if standard.readings.once(plain(words)) else rule.id
    raise fault_in(standard, "ZS0468", message, rule.span, ROW + rows_to_add(clause, "超满分"))


def noted(scalings: tuple[ir.Scaling, ...], note: str) -> tuple[ir.Scaling, ...]:
    """The coefficients, the first with the reading that decided their order."""
    first, *others = scalings
    return (evolve(first, readings=(*first.readings, note)), *others)
