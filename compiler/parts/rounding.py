"""Rounding by name (修约): what a phrase rounds to, by which rule, and that nothing is rounded twice."""

from collections.abc import Iterable
from fractions import Fraction

from zhunsheng.compiler import ir
from zhunsheng.compiler.readings.questions import Question
from zhunsheng.compiler.resolve.tables import DOUBTS
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic, Label
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.source import Source, Span

RULES: tuple[ir.RoundingRule, ...] = ("四舍五入", "进舍规则", "舍去", "进一")


def rule_named(adopted: str) -> ir.RoundingRule:
    """The rule that a 解读 adopts."""
    return next(rule for rule in RULES if rule == adopted)


def rounding_question(node: ast.Rounded, key: str, leaf: str, segment: Span) -> Question:
    """Which rule a phrase without one means."""
    return Question("修约", key, leaf, (), (segment,), node.span, DOUBTS["修约"])


def rounding_of(
    standard: Standard, node: ast.Rounded, key: str, segment: Span, unit: Fraction
) -> ir.Rounding | Diagnostic:
    """The rounding of the total or of a derived fact; `unit` is what one printed unit of the number is."""
    rule = node.rule
    if rule is None:
        row = standard.readings.answer(rounding_question(node, key, key, segment))
        if row is None:
            return _asked(standard, node)
        rule = rule_named(row.adopted)
    return ir.Rounding(node.unit * unit, rule)


def _asked(standard: Standard, node: ast.Rounded) -> Diagnostic:
    """The question with two numbers on which the rules differ."""
    words = plain(standard.source.slice(node.span))
    half, less = 84 * node.unit + node.unit / 2, 84 * node.unit + node.unit / 5
    low, high = shown(84 * node.unit), shown(85 * node.unit)
    message = (
        f"“{words}”没有写明修约规则。例如{shown(half)}：四舍五入、进一得{high}，进舍规则（GB/T 8170）、舍去得{low}；"
        f"{shown(less)}：进一得{high}，其余得{low}"
    )
    once = sum(text.count(words) for text, _ in standard.readings.texts) == 1
    rows = "；或 ".join(f"| {words if once else '全文'} | 修约 | {rule} | 理由 |" for rule in RULES)
    return Diagnostic("ZS0432", message, standard.source, node.span, f"在“解读”表中加一行：{rows}")


def total_rounding(standard: Standard) -> ir.Rounding | Diagnostic | None:
    """How the total is rounded, once."""
    weighed = _weighed(standard)
    if weighed is not None:
        return weighed
    found = standard.resolved.rounded_totals
    if not found:
        return None
    scores = next((leaf.rounded[0] for leaf in standard.resolved.leaves if leaf.rounded), None)
    before = () if scores is None else (scores[0],)
    twice = second_rounding((*before, *(node for node, _ in found)), standard.source)
    if twice is not None:
        return twice
    node, segment = found[0]
    for limit in standard.resolved.total_limits:
        if (limit.points / node.rounded.unit).denominator != 1:
            message = f"{shown(limit.points)}分不是{shown(node.rounded.unit)}分的整数倍，修约后会越过它"
            label = Label(node.span, "这里修约")
            return Diagnostic(
                "ZS0542", message, standard.source, limit.span, "核对分数和修约到几分", (label,)
            )
    return rounding_of(standard, node.rounded, "总分", segment, Fraction(1))


def _weighed(standard: Standard) -> Diagnostic | None:
    """各指标得分保留… of a weighted standard: the scores out of 100 and the weighted ones round to different totals."""
    if standard.weights.scheme != "weights":
        return None
    for leaf in standard.resolved.leaves:
        share = standard.weights.shares.get(leaf.heading.id, Fraction(1))
        node = next((node for node, _ in leaf.rounded if node.level is not None), None)
        if node is None or share == 1:
            continue
        score = 84 * node.rounded.unit + node.rounded.unit / 4
        words = plain(standard.source.slice(node.span))
        message = (
            f"“{words}”修约的是百分制的得分，还是乘以权重以后的得分？例如“{leaf.heading.title}”得{shown(score)}分，"
            f"权重{shown(share)}：先四舍五入再乘得{shown(84 * node.rounded.unit * share)}分，先乘是{shown(score * share)}分再修约"
        )
        help_text = (
            "修约百分制得分的，把“本项得分保留……”写到各个指标下；只修约总分的，写“总分保留……”；"
            "修约加权得分的，改用分值制"
        )
        return Diagnostic("ZS0473", message, standard.source, node.span, help_text)
    return None


def second_rounding(nodes: Iterable[ast.RoundedNode], source: Source) -> Diagnostic | None:
    """The second of several roundings of one number."""
    first, *more = nodes
    if not more:
        return None
    twice = "得分已经修约，总分又修约" if more[0].total and not first.total else "同一个数修约了两次"
    message = f"{twice}：应从原来的数一次修约到位（GB/T 8170 不允许连续修约）"
    label = Label(first.span, "先在这里修约")
    return Diagnostic("ZS0541", message, source, more[0].span, "只留一处", (label,))


def twice_rounded(
    known: dict[str, ast.Definition], items: Iterable[ir.Derived], source: Source
) -> Iterable[Diagnostic]:
    """Formulas that round what is nothing but a rounded fact."""
    rounded = {item.fact for item in items if item.rounding is not None}
    for item in items:
        reads = ir.formula_facts(item.formula)
        if item.rounding is not None and len(reads) == 1 and reads[0] in rounded:
            message = f"“{reads[0]}”已经修约过，这里又修约一次：应从原来的数一次修约到位（GB/T 8170 不允许连续修约）"
            node = known[item.fact].rounded
            assert node is not None
            label = Label(known[reads[0]].span, "先在这里修约")
            yield Diagnostic("ZS0541", message, source, node.span, "只留一处", (label,))
