"""The vetoes over the whole standard."""

from zhunsheng.compiler import ir
from zhunsheng.compiler.checks_readings import CODES
from zhunsheng.compiler.lower import lower_veto
from zhunsheng.compiler.lowering import Lowering
from zhunsheng.compiler.questions import Answer, Answers, Question, notes_of
from zhunsheng.compiler.resolved import Rule
from zhunsheng.compiler.standard import Standard
from zhunsheng.compiler.tiers import Tiers
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic


def lower_vetoes(standard: Standard, tiers: Tiers) -> tuple[tuple[ir.Veto, ...], tuple[Diagnostic, ...]]:
    """The vetoes of 一票否决, and what is wrong with those left out."""
    names = [band.name for band in tiers.bands]
    results = [_veto(standard, rule, names) for rule in standard.resolved.vetoes]
    return (
        tuple(r for r in results if isinstance(r, ir.Veto)),
        tuple(r for r in results if isinstance(r, Diagnostic)),
    )


def _veto(standard: Standard, rule: Rule, names: list[str]) -> ir.Veto | Diagnostic | None:
    node = rule.node
    assert isinstance(node, ast.VetoNode)
    if any(part.fact not in standard.typed for part in rule.parts):
        return None
    if node.tier not in names:
        if not names and "评定等级" in standard.file.sections:
            return None
        message = f"没有“{node.tier}”这个等级"
        help_text = (
            "可用的等级：" + "、".join(names) if names else f"写一节“## 评定等级”，其中要有“{node.tier}”"
        )
        return Diagnostic("ZS0515", message, standard.source, node.span, help_text)
    answers: Answers = {}
    notes: dict[str, tuple[str, ...]] = {}
    if any(joiner.sense is None for joiner in rule.joiners):
        span = next(j.span for j in rule.joiners if j.sense is None)
        question = Question("并列", rule.id, "一票否决", (rule.id,), (rule.segment,), span, ("且", "或"))
        row = standard.readings.answer(question)
        if row is None:
            code, message = CODES["并列"]
            anchor = plain(rule.parts[0].fact)
            text = message.format(words=standard.source.slice(span))
            only = rule.parts[0].fact
            witness = f"例如只有“{only}”为是：按“且”不否决，按“或”否决"
            help_text = (
                f"在“解读”表中加一行：| {anchor} | 并列 | 或 | 理由 |；或 | {anchor} | 并列 | 且 | 理由 |"
            )
            return Diagnostic(code, f"{text}{witness}", standard.source, span, help_text)
        answers[("并列", rule.id)] = row.adopted
        notes = notes_of([Answer(question, row)])
    return lower_veto(Lowering(standard.source, standard.typed, answers, notes), rule)
