"""Lowering of coefficients (系数): what multiplies the score of an indicator, only where it is plain what that is."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower.bands import Bands
from zhunsheng.compiler.lower.conditions import guard
from zhunsheng.compiler.lower.lowering import Fault, Lowering
from zhunsheng.compiler.patterns.branches import context
from zhunsheng.compiler.readings.ends import below_zero
from zhunsheng.compiler.readings.items import item_clauses
from zhunsheng.compiler.readings.questions import sign_of
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolved import Leaf, Rule
from zhunsheng.dsl import ast
from zhunsheng.dsl.headings import OWN
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic, Label
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.reading.typed_text import option_named
from zhunsheng.runtime.source import Source


def scaling(lowering: Lowering, leaf: Leaf, rule: Rule, node: ast.ScaleNode, bands: Bands) -> ir.Scaling:
    """本项得分乘以0.8: only where it is plain what it multiplies, and that this is not below zero."""
    if not node.group and leaf.section != OWN:
        _check_score(lowering, leaf, node)
        if node.loose and item_clauses(leaf, rule.item):
            message = "“本项”是本指标，还是编号的这一小项？"
            help_text = "说的是本指标的，写“本指标得分”；说的是这一小项的，各小项拆成下一级标题，各写各的分值"
            raise lowering.fault("ZS0571", message, node.span, help_text)
    if node.off and sum(isinstance(other.node, ast.ScaleNode) for other in leaf.rules) > 1:
        words = official(lowering.source.slice(node.span))
        message = f"“{words}”扣的是原来得分的，还是乘过别的系数以后的？本指标还有别的系数"
        raise lowering.fault("ZS0343", message, node.span, "依次相乘的，写成“本项得分乘以0.8”这样的系数")
    when = ir.both(context(lowering, leaf, rule), guard(lowering, rule, bands))
    return multiplying(lowering, rule, node, when)


def _check_score(lowering: Lowering, leaf: Leaf, node: ast.ScaleNode) -> None:
    clauses = [other for other in leaf.rules if isinstance(other.node, ast.ClauseNode)]
    if not node.item and len(clauses) > 1:
        message = "乘的是本指标的得分，还是前一句的得分？本指标有几句计分"
        help_text = "本指标的，写成“本项得分乘以……”；一句的，把这一句的分数按系数算好再写"
        raise lowering.fault("ZS0271", message, node.span, help_text)
    if leaf.section or any(bottom.open for bottom in leaf.bottoms) or below_zero(leaf) is not None:
        message = "得分可能是负数，乘以系数是多扣还是少扣不清楚"
        raise lowering.fault("ZS0271", message, node.span, "写明扣完为止，或改成直接写扣几分")


def refuse_bands(source: Source, scaled: Sequence[tuple[Rule, ir.Scaling]]) -> None:
    """Refuses coefficients whose conditions are bands of one fact that may hold together (1次以上的乘以0.9，2次以上的乘以0.5):
    whether both multiply or the higher band alone is not said."""
    for (first, one), (second, two) in combinations(scaled, 2):
        shared = _compared(first) & _compared(second)
        if shared and not ir.excludes(one.guard, two.guard):
            fact = min(shared)
            message = f"“{fact}”的两段能同时成立：两个系数都乘，还是只乘后一个？"
            help_text = (
                f"各段写成不重叠的，如“{_apart(fact, first, second)}”；两个都乘的，把乘积写成后一段的系数"
            )
            label = (Label(first.span, "另一段在这里"),)
            raise Fault(Diagnostic("ZS0570", message, source, second.span, help_text, label))


def _compared(rule: Rule) -> set[str]:
    return {part.fact for part in rule.parts if part.node.edges}


def _apart(fact: str, first: Rule, second: Rule) -> str:
    """Two bands as they may be written, with their own numbers where both are open on the same side."""
    found = [
        part.node.edges
        for rule in (first, second)
        for part in rule.parts
        if part.fact == fact and part.node.edges
    ]
    ends = sorted((own[0].quantity.value, own[0].quantity.unit, own[0].comparison or "ge") for own in found)
    (low, unit, kind), (high, unit_above, kind_above) = ends[0], ends[-1]
    plain_bands = len(found) == 2 and all(len(own) == 1 for own in found)
    if not plain_bands or low == high or unit != unit_above or kind != kind_above:
        low, high, unit, kind = Fraction(1), Fraction(2), "次", "ge"
    below, above = f"{shown(low)}{unit}", f"{shown(high)}{unit}"
    bands = {
        "gt": (f"超过{below}不超过{above}的", f"超过{above}的"),
        "le": (f"不超过{below}的", f"超过{below}不超过{above}的"),
        "lt": (f"不足{below}的", f"{below}以上不足{above}的"),
    }.get(kind, (f"{below}以上不足{above}的", f"{above}以上的"))
    return "；".join(f"【{fact}】{band}……" for band in bands)


def multiplying(lowering: Lowering, rule: Rule, node: ast.ScaleNode, when: ir.Condition) -> ir.Scaling:
    """A coefficient under a condition: a number, one for each option of a fact, or a fact with a range."""
    if node.options:
        named = rule.parts[0].fact
        listed = lowering.facts[named].choices
        given = {option_named(listed, plain(option)) for option in node.options}
        left = [option for option in listed if option not in given]
        if left:
            message = f"“{named}”为“{'”“'.join(left)}”的，系数是多少没有写"
            raise lowering.fault("ZS0285", message, node.span, "每个选项写一个系数；不打折的写1")
    factor: Fraction | str
    if isinstance(node.factor, ast.FactMention):
        assert rule.counted is not None
        fact = lowering.facts[rule.counted]
        factor = rule.counted
        if fact.low is None or fact.low < 0 or fact.high is None or not fact.type.numeric:
            message = f"“{fact.name}”从多少到多少？作系数的数据项要有范围，不小于0"
            raise lowering.fault("ZS0271", message, node.factor.span, "在“数据项”表的范围里写明，如0～1")
        ends = fact.low, fact.high
    else:
        factor, ends = node.factor, (node.factor, node.factor)
    notes = lowering.notes.get(rule.id, ())
    return ir.Scaling(rule.id, rule.text, when, factor, ends, notes, bool(node.options))


def reaching(
    lowering: Lowering,
    leaf: Leaf,
    scalings: Sequence[ir.Scaling],
    clauses: Sequence[ir.Clause],
    start: Fraction,
) -> None:
    """Refuses a coefficient that may be of the full mark instead of what was scored: one that holds only where no
    clause gives anything (否则按50%计分), and 按60%计分 beside a clause of fixed points under another condition, or
    where points are taken off the full mark."""
    rules = {rule.id: rule for rule in leaf.rules}
    giving = [clause for clause in clauses if sign_of(rules[clause.id]) > 0]
    for scale in scalings:
        rule = rules[scale.id]
        node = rule.node
        assert isinstance(node, ast.ScaleNode)
        if node.options:
            continue
        if start == 0 and all(ir.excludes(scale.guard, clause.guard) for clause in giving):
            message = "这种情况下前面各句都不得分，0分乘以系数还是0分：是不是说得满分（或那几分）的百分之几？"
            raise lowering.fault("ZS0271", message, rule.span, "直接写得几分，如“……的，得60分”")
        within = rule.branching is not None and rule.branching.kind == "within"
        if node.of_mark and scale.guard != ir.ALWAYS and not within and (start or any(map(_fixed, giving))):
            message = "是得满分（或那几分）的百分之几，还是前面得到的分数打折？"
            help_text = "得几分的，直接写“……的，得60分”；打折的，写成“本项得分乘以0.6”"
            raise lowering.fault("ZS0271", message, rule.span, help_text)


def _fixed(clause: ir.Clause) -> bool:
    """Whether a clause gives one number of points where its condition holds."""
    return clause.guard != ir.ALWAYS and isinstance(clause.amount, ir.Fixed)
