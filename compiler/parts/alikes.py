"""视同 outside the indicators: whether it reaches the vetoes, tiers and requirements that ask for the same fact."""

from collections.abc import Iterable

from zhunsheng.compiler.patterns.alike import abroad, alike_question
from zhunsheng.compiler.readings.checks import CODES
from zhunsheng.compiler.readings.questions import Answer
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolved import Rule
from zhunsheng.compiler.resolve.tables import ROW, rows_to_add
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic


def reaching(standard: Standard, rules: Iterable[Rule], place: str) -> list[Answer] | Diagnostic:
    """The readings that say whether the 视同 of an indicator reaches some rules, or the question that is open."""
    found: list[Answer] = []
    for own, ids in abroad(rules).values():
        question = alike_question(own, ids, place)
        row = standard.readings.answer(question)
        if row is not None:
            found.append(Answer(question, row))
            continue
        code, message = CODES["视同"]
        words = plain(official(standard.source.slice(own.span)))
        other = "、".join(part.fact for part in own.exempt.parts)
        told = (
            f"{message.format(words=words, subject=own.fact)}例如“{own.fact}”不成立、“{other}”成立的："
            f"{'、'.join(ids)}按“全文”视为“{own.fact}”成立，按“本指标”不成立"
        )
        anchor = words if standard.readings.once(words) else own.id
        return Diagnostic(code, told, standard.source, own.span, ROW + rows_to_add(anchor, "视同"))
    return found
