"""Facts over all that are scored together: what their words leave open, and what the runtime is told of them."""

from collections.abc import Iterator, Mapping

from attrs import frozen

from zhunsheng.compiler.parts.implied_questions import asked_of
from zhunsheng.compiler.readings.questions import Question
from zhunsheng.compiler.resolve.cohort import CohortFact
from zhunsheng.compiler.resolve.tables import DOUBTS
from zhunsheng.compiler.standard import Standard
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.facts import Cohort, Ties


@frozen
class Cohorts:
    """Which facts are over all that are scored together, and what the author is asked about them."""

    facts: Mapping[str, Cohort]
    diagnostics: tuple[Diagnostic, ...]


def cohort_facts(standard: Standard) -> Cohorts:
    """The facts by name; several sentences may ask for one."""
    by_name: dict[str, list[CohortFact]] = {}
    for own in standard.resolved.cohorts:
        by_name.setdefault(own.name, []).append(own)
    facts: dict[str, Cohort] = {}
    found: list[Diagnostic] = []
    for name, asked in by_name.items():
        first = asked[0]
        order, ties = first.larger_first, "跳号"
        if first.kind in ("rank", "last"):
            if order is None:
                order = _adopted(standard, "名次方向", asked, found) == "从大到小"
            ties = _adopted(standard, "并列名次", asked, found)
        rule: Ties = "连号" if ties == "连号" else "跳号"
        then = tie_breaks(standard, first) if first.kind in ("rank", "last") else ()
        facts[name] = Cohort(first.kind, first.of, first.within, order is not False, rule, first.trim, then)
    return Cohorts(facts, (*found, *_wrong_ties(standard)))


def tie_breaks(standard: Standard, own: CohortFact) -> tuple[tuple[str, bool], ...]:
    """What decides between equal places of a ranking, wherever in the standard it is said."""
    said = _said(standard, (own.of, own.within, own.larger_first))
    return next(iter(said.values()), ())


_Ranking = tuple[str, str, bool | None]


def _said(standard: Standard, ranking: _Ranking) -> dict[str, tuple[tuple[str, bool], ...]]:
    """What each leaf says of the equal places of a ranking."""
    said: dict[str, tuple[tuple[str, bool], ...]] = {}
    for tie in standard.resolved.tie_breaks:
        if (tie.of, tie.within, tie.ranked) == ranking:
            said[tie.leaf] = (*said.get(tie.leaf, ()), (tie.fact, tie.larger_first))
    return said


def _wrong_ties(standard: Standard) -> Iterator[Diagnostic]:
    """Facts that cannot decide between equal places, and two ways to decide between the same."""
    for tie in standard.resolved.tie_breaks:
        fact = standard.typed.get(tie.fact)
        said = _said(standard, (tie.of, tie.within, tie.ranked))
        if fact is not None and (not fact.type.numeric or fact.allows_na):
            why = "可以不适用" if fact.type.numeric else f"的类型是“{fact.type}”，没有大小"
            help_text = "换成每个评价对象都有的数"
            yield Diagnostic(
                "ZS0298", f"“{fact.name}”{why}，并列时分不出先后", standard.source, tie.at, help_text
            )
        elif len({*said.values()}) > 1 or tie.fact == tie.of:
            other = "它自己" if tie.fact == tie.of else "两种办法"
            help_text = "同一个排名，并列时的先后只写一种，各处一样"
            yield Diagnostic(
                "ZS0293", f"“{tie.of}”的名次并列时按{other}分先后", standard.source, tie.at, help_text
            )


def half_places(standard: Standard, share: str) -> bool | Diagnostic:
    """Whether 前15%, where it is no whole number of places, is rounded to the nearest, as a 解读 says; else what is left
    over counts for nothing."""
    asked = [own for own in standard.resolved.cohorts if own.name == standard.resolved.place_shares[share]]
    found: list[Diagnostic] = []
    adopted = _adopted(standard, "百分位", asked, found)
    return found[0] if found else adopted == "四舍五入"


def _adopted(standard: Standard, doubt: str, asked: list[CohortFact], found: list[Diagnostic]) -> str:
    """What the 解读 adopts; where there is none, the question is noted and the first option taken."""
    rules = {rule.id: rule for leaf in standard.resolved.leaves for rule in leaf.rules}
    rules |= {rule.id: rule for rule in standard.resolved.vetoes}
    ids = tuple(dict.fromkeys(own.clause for own in asked))
    first = asked[0]
    spans = (*(own.at for own in asked), *(rules[id].segment for id in ids if id in rules))
    question = Question(doubt, first.name, first.leaf, ids, spans, first.at, DOUBTS[doubt], first.name)
    row = standard.readings.answer(question)
    if row is not None:
        return row.adopted
    code, message = _ASKED[doubt]
    found.append(asked_of(standard, question, code, message.format(of=first.of)))
    return DOUBTS[doubt][0]


_ASKED = {
    "名次方向": (
        "ZS0292",
        "“{of}”排名，第1名是最大的还是最小的？例如三个评价对象的“{of}”为10、20、30，30的那个：按“从大到小”是第1名，按“从小到大”是第3名",
    ),
    "并列名次": (
        "ZS0293",
        "“{of}”相同的并列，后面的名次怎样排？例如四个评价对象并列第1名的有两个，再后面的一个：按“跳号”是第3名，按“连号”是第2名",
    ),
    "百分位": (
        "ZS0294",
        "前百分之几的名额不是整数时怎样取？例如“{of}”有10个参加排名，前15%是1.5名：按“舍去”是前1名，按“四舍五入”是前2名",
    ),
}
