"""Absences (缺项): indicators that do not apply to an applicant, and how the score is worked out without them."""

from fractions import Fraction

from zhunsheng.compiler import ir
from zhunsheng.compiler.readings.questions import Question
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolve import leaf_headings
from zhunsheng.compiler.resolve.tables import DOUBTS
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl import ast
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.numbers import shown

Result = ir.Rescale | Diagnostic | None


def lower_absence(standard: Standard) -> Result:
    """How the score is worked out where indicators are absent; None where none can be."""
    resolved = standard.resolved
    absent = next((rule for leaf in resolved.leaves for rule in leaf.rules if _says_absent(rule.node)), None)
    if not resolved.absences:
        if absent is None:
            return None
        help_text = "在“## 评定等级”一节写上“缺项的，总分按比例折算”这样的话"
        message = "写了缺项，没有写得分怎样折算"
        return Diagnostic("ZS0534", message, standard.source, absent.span, help_text)
    node = resolved.absences[0]
    refusal = _refusal(standard, node)
    if refusal is not None:
        return Diagnostic("ZS0534", refusal[0], standard.source, node.span, refusal[1])
    words = official(standard.source.slice(node.span))
    whole = sum((_worth(standard, heading) for heading in standard.file.indicators), Fraction(0))
    if node.kind == "formula":
        return ir.Rescale(Fraction(100), groups=False, text=words)
    if node.kind != "open" or not any(heading.children for heading in standard.file.indicators):
        return ir.Rescale(whole, groups=node.kind == "group", text=words)
    options = DOUBTS["缺项"]
    question = Question("缺项", "缺项", "评定等级", (), (node.span,), node.span, options)
    row = standard.readings.answer(question)
    if row is not None:
        return ir.Rescale(whole, groups=row.adopted == "组内折算", text=words)
    rows = "；或 ".join(f"| {words} | 缺项 | {option} | 理由 |" for option in options)
    message = f"“{words}”：折算到全部指标，还是只在同一一级指标内折算？{_example(standard, whole)}"
    return Diagnostic("ZS0454", message, standard.source, node.span, f"在“解读”表中加一行：{rows}")


def _says_absent(node: object) -> bool:
    return isinstance(node, ast.ItemAbsenceNode)


def _refusal(standard: Standard, node: ast.AbsenceNode) -> tuple[str, str] | None:
    """Why absences cannot be worked out, and what to do."""
    words = official(standard.source.slice(node.span))
    if len(standard.resolved.absences) > 1:
        return "缺项怎样折算说了两次", "只留一处"
    leaves = list(leaf_headings(standard.file.indicators))
    without = next((leaf for leaf in leaves if not standard.full_of(leaf.id)), None)
    if without is not None or standard.total_is_fact:
        title = without.title if without is not None else "总分"
        return f"“{title}”没有满分，“{words}”算不出来", "在指标标题后写明（5分）"
    needs = [rule.node for rule in (*standard.resolved.tier_rules.values(), *standard.resolved.vetoes)]
    if any(isinstance(n, ast.TierNode | ast.VetoNode) and n.demands for n in needs):
        message = "有缺项时，对各指标得分的要求怎样算，原文没有说"
        return message, "拿掉缺项，或拿掉对各指标得分的要求，或由发布机关解释"
    return None


def _worth(standard: Standard, heading: ast.Heading) -> Fraction:
    """The full marks below a heading, in points of the total."""
    shares = standard.weights.shares
    return sum(
        (
            shares.get(leaf.id, Fraction(1)) * (standard.full_of(leaf.id) or 0)
            for leaf in leaf_headings((heading,))
        ),
        Fraction(0),
    )


def _example(standard: Standard, whole: Fraction) -> str:
    """An applicant for whom the two readings differ: one indicator absent, the rest of its group full, the others 0."""
    for group in standard.file.indicators:
        leaves = list(leaf_headings((group,)))
        rest = _worth(standard, group) - (first := _worth(standard, leaves[0]))
        if len(leaves) > 1 and whole > _worth(standard, group):
            everywhere, within = rest * whole / (whole - first), _worth(standard, group)
            return (
                f"例如“{leaves[0].title}”缺项，“{group.title}”的其余指标得满分，别的指标得0分："
                f"按“全体折算”得{shown(everywhere)}分，按“组内折算”得{shown(within)}分"
            )
    return ""
