"""Requirements (基本条件): the questions their words leave open, and what follows where one does not hold."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from attrs import evolve, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower.exemptions import relaxed_fact
from zhunsheng.compiler.lower.lowering import Fault, Lowering
from zhunsheng.compiler.lower.requirements import (
    joining_key,
    open_joining,
    requirement_applies,
    requirement_guard,
)
from zhunsheng.compiler.parts.alikes import reaching
from zhunsheng.compiler.parts.open_ends import ends_read
from zhunsheng.compiler.readings.checks import CODES
from zhunsheng.compiler.readings.questions import Answer, Answers, Question, about, answers_of, notes_of
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolved import Part, Requirement, Rule
from zhunsheng.compiler.resolve.tables import ROW, rows_to_add
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.facts import FactType
from zhunsheng.runtime.source import Span

#: What a requirement under the heading of an indicator leads to, as 解读 不符合基本要求 has it.
NOT_ASSESSED, NO_POINTS, REPORTED = "不予评价", "该组不得分", "仅报告"
_URGED = "鼓励，不作要求"


@frozen
class Requirements:
    """The lowered requirements, what is wrong with the others, and what an open standard leaves open."""

    requirements: tuple[ir.Requirement, ...]
    diagnostics: tuple[Diagnostic, ...]
    open_terms: tuple[str, ...]

    def bearing_on(self, indicators: dict[str, ir.Indicator]) -> dict[str, ir.Indicator]:
        """The leaves with the item vetoes that 该组不得分 makes."""
        costly = [r for r in self.requirements if r.effect == NO_POINTS]
        return {
            id: evolve(leaf, vetoes=(*leaf.vetoes, *_vetoes(costly, id))) for id, leaf in indicators.items()
        }


def _vetoes(costly: Iterable[ir.Requirement], id: str) -> Iterator[ir.ItemVeto]:
    for requirement in costly:
        if f"{id}.".startswith(f"{requirement.group}."):
            text, line, notes = requirement.text, requirement.line, requirement.readings
            yield ir.ItemVeto(
                f"{requirement.id}（不符合）", text, requirement.failure, Fraction(0), line, notes
            )


def lower_requirements(standard: Standard) -> Requirements:
    """All requirements; each open question is an error, or in an open standard an open term."""
    found: list[Diagnostic] = list(_countings(standard))
    lowered: list[ir.Requirement] = []
    open_terms: list[str] = []
    for requirement in standard.resolved.requirements:
        if any(fact not in standard.typed for fact in _facts(requirement)):
            continue
        asked = _Asked(standard, requirement)
        found += asked.diagnostics
        open_terms += asked.open_terms
        if asked.diagnostics or asked.open_terms:
            continue
        lowering = Lowering(standard.source, standard.typed, asked.answers, {})
        try:
            guard = requirement_guard(lowering, requirement)
            applies = requirement_applies(lowering, requirement)
        except Fault as fault:
            found.append(fault.diagnostic)
            continue
        effect, binding = asked.effect()
        lowered.append(
            ir.Requirement(
                requirement.id,
                requirement.text,
                guard,
                binding,
                effect,
                requirement.group,
                lowering.line(requirement.span),
                asked.notes,
                applies=applies,
            )
        )
    return Requirements(tuple(lowered), tuple(found), tuple(open_terms))


def _facts(requirement: Requirement) -> Iterator[str]:
    yield from (fact for rule in requirement.rules for fact in rule.facts)
    if requirement.chosen is not None:
        yield requirement.chosen.fact


def _countings(standard: Standard) -> Iterator[Diagnostic]:
    """不得重复计算 has an effect where items are named, or where a formula takes off what was counted twice."""
    defined = {plain(definition.fact.name) for definition in standard.resolved.definitions}
    for fact, span in standard.resolved.counted_once:
        typed = standard.typed.get(fact)
        if typed is None or typed.type is FactType.LIST or plain(fact) in defined:
            continue
        message = f"“{fact}”只填一个数，做不到不重复计算" if fact else "没有说什么不重复计算"
        help_text = (
            f"在“数据项”表中把“{fact}”的类型写成“清单”（逐项列名，同名的只计一次），或在“计算”中写出扣除重复的算式"
            if fact
            else "写在所计的数据项后面，如“【专业人员】不少于7人（不得重复计算）”"
        )
        yield Diagnostic("ZS0361", message, standard.source, span, help_text)


class _Asked:
    """A requirement with the answers to what its words leave open."""

    def __init__(self, standard: Standard, requirement: Requirement) -> None:
        self.standard = standard
        self.requirement = requirement
        self.answers: Answers = {}
        self.diagnostics: list[Diagnostic] = []
        self.open_terms: list[str] = []
        self.answered: list[Answer] = []
        for rule in requirement.rules:
            self.joining(rule)
            for part in rule.parts:
                self.relaxing(rule, part)
        where = requirement.group or "基本条件"
        for read in (
            reaching(standard, requirement.rules, where),
            ends_read(standard, requirement.rules, where, requirement.id),
        ):
            if isinstance(read, Diagnostic):
                self.diagnostics.append(read)
            else:
                self.answered += read
                self.answers |= answers_of(read)
        self.consequence = self.asked_consequence()
        self.notes = notes_of(self.answered).get(requirement.id, ())

    def row(self, question: Question) -> str | None:
        """The option adopted for a question, None where no 解读 answers it."""
        row = self.standard.readings.answer(question)
        if row is None:
            return None
        self.answered.append(Answer(question, row))
        return row.adopted

    def question(self, doubt: str, rule: Rule, at: Span, subject: str = "") -> Question:
        return about(rule, self.requirement.group or "基本条件", doubt, at, subject=subject)

    def fault(self, code: str, message: str, at: Span, help: str) -> None:
        self.diagnostics.append(Diagnostic(code, message, self.standard.source, at, help))

    def joining(self, rule: Rule) -> None:
        """【A】、【B】或【C】; 有【A】、【B】的，不予受理."""
        joiner = open_joining(rule)
        if joiner is None:
            return
        only = rule.parts[0].fact
        adopted = self.row(self.question("并列", rule, joiner.span, only))
        if adopted is not None:
            self.answers[("并列", joining_key(rule))] = adopted
            return
        code, message = CODES["并列"]
        bar = isinstance(rule.node, ast.RequirementNode) and rule.node.mood == "bar"
        results = ("符合", "不符合") if bar else ("不符合", "符合")
        witness = f"例如只有“{only}”成立：按“且”{results[0]}，按“或”{results[1]}"
        # 【A】、【B】或【C】 is a row of alternatives, or else it has to be taken apart.
        rows = rows_to_add(self.requirement.id, "并列", ("且", "或") if bar else ("或",))
        help_text = ("" if bar else "有的项都要符合的，用分号（；）隔开；有一项即可的，") + ROW + rows
        self.fault(code, message.format(words=joiner.word) + witness, joiner.span, help_text)

    def relaxing(self, rule: Rule, part: Part) -> None:
        """（【行业协会】可适当放宽）: a number that a 解读 gives, or a judgement that 数据项 lists."""
        for exempt in part.exempt:
            if exempt.node.kind != "relax":
                continue
            at = exempt.node.span
            adopted = self.row(self.question("放宽", rule, at, part.fact))
            judged = relaxed_fact(part.fact)
            if adopted is not None:
                if not part.node.edges:
                    self.fault("ZS0471", "这个条件没有数，不能放宽到一个数", at, "删去这条解读")
                self.answers[("放宽", rule.id)] = adopted
            elif judged in self.standard.typed:
                continue
            elif self.standard.is_open:
                self.open_terms.append(f"{self.requirement.id} {part.fact}：放宽到多少")
            else:
                words = official(self.standard.source.slice(at)).strip("（）()")
                message = f"“{words}”没有说放宽到多少"
                unit = part.node.edges[0].quantity.unit if part.node.edges else ""
                row = (
                    f"；有数的，{ROW}{rows_to_add(self.requirement.id, '放宽', (f'几{unit}',))}"
                    if unit
                    else ""
                )
                help_text = f"由评审员判断的，在“数据项”表中加一行：| {judged} | 评判 |{row}"
                self.fault("ZS0471", message, at, help_text)

    def asked_consequence(self) -> str | None:
        """What follows for a group whose text does not say; None where it is not asked. A requirement of the whole
        standard binds unless a 解读 says that it is merely reported, which is not asked."""
        requirement = self.requirement
        if requirement.effect or requirement.mood == "urge":
            return None
        rule = requirement.rules[0]
        if not requirement.group:
            own = evolve(self.question("不符合基本要求", rule, rule.span), options=(NOT_ASSESSED, REPORTED))
            return self.row(own)
        adopted = self.row(self.question("不符合基本要求", rule, rule.span))
        if adopted is not None:
            return adopted
        if self.standard.is_open:
            self.open_terms.append(f"{requirement.id}：不符合基本要求的后果")
            return None
        rows = rows_to_add(requirement.group, "不符合基本要求")
        message = (
            f"不符合这项基本要求的，怎么办？例如只有这一项不符合：按“{NOT_ASSESSED}”没有资格，分数只供参考；"
            f"按“{NO_POINTS}”本组计0分；按“{REPORTED}”分数不变"
        )
        self.fault("ZS0470", message, rule.span, ROW + rows)
        return None

    def effect(self) -> tuple[str, bool]:
        """What a failure leads to, in words, and whether it takes away eligibility."""
        requirement = self.requirement
        if requirement.mood == "urge":
            return _URGED, False
        if requirement.effect:
            return (NO_POINTS, False) if requirement.effect.endswith("不得分") else (requirement.effect, True)
        if not requirement.group:
            return (REPORTED, False) if self.consequence == REPORTED else ("", True)
        assert self.consequence is not None
        return self.consequence, self.consequence == NOT_ASSESSED
