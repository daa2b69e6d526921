"""Questions that matter only together: each alone changes no score, two of them answered otherwise than by default do."""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, islice, product

from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.readings.checks import Context
from zhunsheng.compiler.readings.questions import Answers, Question
from zhunsheng.runtime.diagnostics import Diagnostic

#: At most so many answers to the other questions are supposed of each.
MOST_SUPPOSED = 64

Scored = Callable[[Answers], ir.Indicator | None]


@frozen
class _Supposed:
    """Answers other than the default to some open questions."""

    answers: Answers
    words: str


def asked_together(context: Context, questions: Sequence[Question], scored: Scored) -> list[Diagnostic]:
    """The question to put first where every one of `questions` changes nothing while the others keep their defaults."""
    faults = (matters_with(context, question, questions, scored) for question in questions)
    return list(islice((fault for fault in faults if fault is not None), 1))


def matters_with(
    context: Context, question: Question, questions: Sequence[Question], scored: Scored
) -> Diagnostic | None:
    """The error for a question that changes something under other answers to the other open ones."""
    others = [other for other in questions if other is not question]
    for supposed in islice(_suppositions(context, others), MOST_SUPPOSED):

        def option(asked: Question, adopted: str, under: Answers = supposed.answers) -> ir.Indicator | None:
            return scored(under | {(asked.doubt, asked.key): adopted})

        fault = context.open_question(question, option, supposed.words)
        if fault is not None:
            return fault
    return None


def _suppositions(context: Context, others: Sequence[Question]) -> Iterator[_Supposed]:
    """What may be answered to the others, fewest answers first."""
    for count in range(1, len(others) + 1):
        for chosen in combinations(others, count):
            for adopted in product(*(question.options[1:] for question in chosen)):
                pairs = list(zip(chosen, adopted, strict=True))
                words = "、".join(
                    f"“{context.anchor(question)}”的{question.doubt}按“{option}”"
                    for question, option in pairs
                )
                yield _Supposed({(q.doubt, q.key): option for q, option in pairs}, words)
