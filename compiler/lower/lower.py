"""Pass 4, lower (降级): resolved rules, under a set of answers, to the IR."""

from fractions import Fraction

from attrs import evolve

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower.alternatives import check_nothing
from zhunsheng.compiler.lower.bands import Bands, beside_bands, leaf_bands
from zhunsheng.compiler.lower.caps import lower_caps
from zhunsheng.compiler.lower.clauses import lower_clause
from zhunsheng.compiler.lower.coefficients import reaching, refuse_bands, scaling
from zhunsheng.compiler.lower.conditions import guard
from zhunsheng.compiler.lower.ends import barred, floor_of, sloped, start_of
from zhunsheng.compiler.lower.lowering import Fault, Lowering
from zhunsheng.compiler.parts.rounding import rule_named, second_rounding
from zhunsheng.compiler.patterns.branches import context
from zhunsheng.compiler.patterns.lacking import beside, check_waivers, waiver, waives
from zhunsheng.compiler.patterns.lines import lower_line
from zhunsheng.compiler.patterns.listed import held_condition, tally
from zhunsheng.compiler.readings.ends import signs_of
from zhunsheng.compiler.resolve.resolved import Leaf, Rule
from zhunsheng.dsl import ast
from zhunsheng.dsl.headings import OWN
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.numbers import shown


def lower_leaf(
    lowering: Lowering, leaf: Leaf, weight: Fraction, printed: str | None, full: Fraction | None
) -> ir.Indicator | Diagnostic:
    """A leaf in the IR, or the mistake that lowering found."""
    try:
        return _indicator(lowering, leaf, weight, printed, full)
    except Fault as fault:
        return fault.diagnostic


def lower_guard(lowering: Lowering, rule: Rule) -> ir.Condition | Diagnostic:
    """The condition of a veto or tier."""
    try:
        return guard(lowering, rule, {})
    except Fault as fault:
        return fault.diagnostic


def _indicator(
    lowering: Lowering, leaf: Leaf, weight: Fraction, printed: str | None, full: Fraction | None
) -> ir.Indicator:
    leaf = beside(lowering, sloped(lowering, leaf))
    bands = leaf_bands(lowering, leaf)
    clauses: list[ir.Clause] = []
    zeros: list[tuple[Rule, ir.ItemVeto]] = []
    vetoes: list[ir.ItemVeto] = []
    scalings: list[ir.Scaling] = []
    absent: list[ir.Condition] = [ir.Is(leaf.absent)] if leaf.absent else []
    for rule in leaf.rules:
        match rule.node:
            case ast.ClauseNode() | ast.ItemVetoNode() if waives(rule) and leaf.section != OWN:
                when = ir.both(context(lowering, leaf, rule), guard(lowering, rule, bands))
                zeros.append((rule, waiver(lowering, rule, when)))
            case ast.ItemVetoNode() as node:
                zeros.append((rule, _item_veto(lowering, leaf, rule, node, bands, full)))
            case ast.ScaleNode() as node:
                scalings.append(scaling(lowering, leaf, rule, node, bands))
            case ast.ItemAbsenceNode():
                absent.append(guard(lowering, rule, bands))
            case ast.ClauseNode() as node if node.award.nothing:
                zeros.append((rule, _nothing(lowering, leaf, rule, bands)))
            case ast.ClauseNode() as node:
                amount: ir.Amount | None = None
                if isinstance(node.measure, ast.Line):
                    amount = lower_line(lowering, leaf, rule, node.measure, full)
                elif isinstance(node.measure, ast.Tally):
                    amount = tally(lowering, rule, node)
                held = ir.both(held_condition(lowering, leaf, rule), beside_bands(lowering, leaf, rule))
                carried = ir.both(context(lowering, leaf, rule), held)
                clauses.append(lower_clause(lowering, rule, node, bands, carried, amount))
    for rule, zero in zeros:
        ids, veto = ((), zero) if zero.waiver else barred(lowering, leaf, rule, zero)
        vetoes += [veto] if veto is not None else []
        clauses = [evolve(own, bars=(*own.bars, zero)) if own.id in ids else own for own in clauses]
    rules = {rule.id: rule for rule in leaf.rules}
    refuse_bands(lowering.source, [(rules[own.id], own) for own in scalings])
    capped = lower_caps(lowering, leaf, bands, tuple(clauses), full)
    check_nothing(lowering, leaf, clauses, vetoes)
    check_waivers(lowering, leaf, vetoes, scalings, capped.full)
    start = start_of(lowering, leaf, capped.full)
    if leaf.section != OWN:
        reaching(lowering, leaf, scalings, clauses, start)
    takes_off = leaf.section == "减分项" or (leaf.section == OWN and 1 not in signs_of(leaf))
    return ir.Indicator(
        leaf.heading.id,
        leaf.heading.title,
        printed,
        weight,
        Fraction(0) if takes_off else capped.full,
        (),
        start,
        capped.clauses,
        capped.groups,
        tuple(vetoes),
        lowering.line(leaf.heading.title_span),
        floor_of(lowering, leaf, capped.full),
        scalings=tuple(scalings),
        ceiling=capped.ceiling,
        rounding=_rounding(lowering, leaf, capped.full),
        absent=None if not absent else absent[0] if len(absent) == 1 else ir.AnyOf(tuple(absent)),
    )


def _rounding(lowering: Lowering, leaf: Leaf, full: Fraction | None) -> ir.Rounding | None:
    """How the score is rounded; the full mark has to survive it."""
    if not leaf.rounded:
        return None
    twice = second_rounding((node for node, _ in leaf.rounded), lowering.source)
    if twice is not None:
        raise Fault(twice)
    first = leaf.rounded[0][0]
    node = first.rounded
    if first.formula and (len(leaf.rules) > 1 or leaf.caps or leaf.starts):
        words = plain(lowering.source.slice(node.span))
        message = f"“{words}”修约的是算式的结果，还是本指标的得分？本指标不只有这一个算式"
        help_text = (
            f"修约得分的，另写一句“得分{words}”；修约算式结果的，把算式写进“计算”，在后面写“，{words}”"
        )
        raise lowering.fault("ZS0340", message, node.span, help_text)
    if full is not None and (full / node.unit).denominator != 1:
        message = f"满分{shown(full)}分不是{shown(node.unit)}分的整数倍，修约后会超过或到不了满分"
        raise lowering.fault("ZS0542", message, node.span, "核对满分和修约到几分")
    rule = node.rule or rule_named(lowering.answer("修约", "score", "四舍五入"))
    return ir.Rounding(node.unit, rule)


def _nothing(lowering: Lowering, leaf: Leaf, rule: Rule, bands: Bands) -> ir.ItemVeto:
    """……的，不得分: 0 where the condition holds."""
    when = ir.both(context(lowering, leaf, rule), guard(lowering, rule, bands))
    notes = lowering.notes.get(rule.id, ())
    return ir.ItemVeto(rule.id, rule.text, when, Fraction(0), lowering.line(rule.span), notes)


def _item_veto(
    lowering: Lowering,
    leaf: Leaf,
    rule: Rule,
    node: ast.ItemVetoNode,
    bands: Bands,
    full: Fraction | None,
) -> ir.ItemVeto:
    if full is not None and node.points > full:
        message = f"视为{node.points}分，超过了本指标的满分{full}分"
        raise lowering.fault("ZS0507", message, rule.span, "核对分数")
    when = ir.both(context(lowering, leaf, rule), guard(lowering, rule, bands))
    notes = lowering.notes.get(rule.id, ())
    return ir.ItemVeto(rule.id, rule.text, when, node.points, lowering.line(rule.span), notes)
