"""What the sentence that implies a formula leaves open: the question, the 解读 that answers it, how it is asked."""

from zhunsheng.compiler.readings.questions import Question
from zhunsheng.compiler.resolve.tables import DOUBTS, ROW, rows_to_add
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Span


def implied_question(standard: Standard, doubt: str, fact: str, at: Span) -> Question:
    """The question about the formula of a derived fact: answered at the rule that implies it, by its words, or for
    the whole text."""
    places = [own for own in standard.resolved.implied if plain(own.definition.fact.name) == plain(fact)]
    spans: tuple[Span, ...] = (at,)
    leaf = "计算"
    ids: tuple[str, ...] = ()
    if places:
        rules = {rule.id: rule for own in standard.resolved.leaves for rule in own.rules}
        rules |= {rule.id: rule for rule in standard.resolved.vetoes}
        leaf, ids = places[0].leaf, (places[0].clause,)
        spans = tuple(rules[id].segment for id in ids if id in rules)
    return Question(doubt, fact, leaf, ids, spans, at, DOUBTS[doubt], fact)


def asked_of(standard: Standard, question: Question, code: str, message: str) -> Diagnostic:
    """The question put to the author, with the rows that answer it."""
    anchor = question.ids[0] if question.ids else "全文"
    help_text = ROW + rows_to_add(anchor, question.doubt)
    return Diagnostic(code, message, standard.source, question.at, help_text)
