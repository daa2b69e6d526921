"""Lowering of coefficients (系数): what multiplies the score of an indicator, only where it is plain what that is."""

from collections.abc import Sequence
from fractions import Fraction

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower.bands import Bands
from zhunsheng.compiler.lower.conditions import guard
from zhunsheng.compiler.lower.lowering import Lowering
from zhunsheng.compiler.patterns.branches import context
from zhunsheng.compiler.readings.ends import below_zero
from zhunsheng.compiler.readings.questions import sign_of
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolved import Leaf, Rule
from zhunsheng.dsl import ast
from zhunsheng.dsl.headings import OWN
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.reading.typed_text import option_named


def scaling(lowering: Lowering, leaf: Leaf, rule: Rule, node: ast.ScaleNode, bands: Bands) -> ir.Scaling:
    """本项得分乘以0.8: only where it is plain what it multiplies, and that this is not below zero."""
    if not node.group and leaf.section != OWN:
        _check_score(lowering, leaf, node)
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
