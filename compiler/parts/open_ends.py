"""Bare upper ends in vetoes, requirements and what tiers ask for (在5人至10人之间): no band stands beside them."""

from zhunsheng.compiler.readings.bands import bare_upper
from zhunsheng.compiler.readings.checks import CODES
from zhunsheng.compiler.readings.questions import Answer
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolved import Rule
from zhunsheng.compiler.resolve.tables import ROW, rows_to_add
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic


def ends_read(standard: Standard, rules: tuple[Rule, ...], where: str, id: str) -> list[Answer] | Diagnostic:
    """What 本数 says of the bare upper ends of the rules that `id` names, or the question where it says nothing."""
    answered = []
    for rule in rules:
        for question in bare_upper(rule, where, (id,)):
            row = standard.readings.answer(question)
            if row is None:
                code, message = CODES[question.doubt]
                words = plain(official(standard.source.slice(question.at)))
                clause = words if standard.readings.once(words) else id
                told = f"{message.format(words=words)}例如“{question.subject}”正好{words}：按“不含”在这个范围以外，按“含”在范围以内"
                help_text = ROW + rows_to_add(clause, question.doubt, question.options)
                return Diagnostic(code, told, standard.source, question.at, help_text)
            answered.append(Answer(question, row))
    return answered
