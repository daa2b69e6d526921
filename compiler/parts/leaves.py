"""Lowering the leaves: the questions their words leave open, asked by lowering each under every answer."""

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import cache

from attrs import evolve, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.checks.checks import LeafCheck, overlapping_bands
from zhunsheng.compiler.checks.lacking import never_lacking
from zhunsheng.compiler.checks.never import never_holding
from zhunsheng.compiler.checks.printed_limits import Limits, limits_of
from zhunsheng.compiler.ir.bands import Band, meeting
from zhunsheng.compiler.lower.bands import try_band
from zhunsheng.compiler.lower.lower import lower_leaf
from zhunsheng.compiler.lower.lowering import Lowering
from zhunsheng.compiler.parts.formulas import NO_DATES, operands
from zhunsheng.compiler.patterns.alike import alike_questions
from zhunsheng.compiler.patterns.best import pick_questions
from zhunsheng.compiler.patterns.branches import branch_questions
from zhunsheng.compiler.patterns.lacking import lacking_questions
from zhunsheng.compiler.patterns.lines import line_questions
from zhunsheng.compiler.patterns.listed import list_questions
from zhunsheng.compiler.readings.bands import band_questions, banded, bandings, shared_ends
from zhunsheng.compiler.readings.bare import bare_questions, supposed
from zhunsheng.compiler.readings.checks import Context
from zhunsheng.compiler.readings.combined import asked_together, matters_with
from zhunsheng.compiler.readings.ends import end_questions
from zhunsheng.compiler.readings.fitting import fitting
from zhunsheng.compiler.readings.grades import grade_questions
from zhunsheng.compiler.readings.items import item_questions
from zhunsheng.compiler.readings.questions import (
    Answers,
    Question,
    answers_of,
    leaf_questions,
    notes_of,
)
from zhunsheng.compiler.readings.zero import zero_questions
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolved import Leaf
from zhunsheng.compiler.resolve.tables import ROW, rows_to_add
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl import ast
from zhunsheng.dsl.headings import OWN
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic, Label
from zhunsheng.runtime.facts import FactSpec
from zhunsheng.runtime.numbers import shown


@frozen
class Leaves:
    """The lowered leaves by id, and what is wrong with the others."""

    indicators: dict[str, ir.Indicator]
    diagnostics: tuple[Diagnostic, ...]


def lower_leaves(standard: Standard, specs: tuple[FactSpec, ...]) -> Leaves:
    """Lowers every leaf whose facts are all known."""
    lowered: dict[str, ir.Indicator] = {}
    found: list[Diagnostic] = []
    asked: set[tuple[str, int]] = set()
    searchable = "\n".join(text for text, _ in standard.readings.texts)
    context = Context(standard.source, specs, searchable, fitting(standard))
    limits = limits_of(standard)
    known = _known(standard)
    for leaf in standard.resolved.leaves:
        if leaf.broken or any(fact not in known for rule in leaf.rules for fact in rule.facts):
            continue
        indicator, faults = _lower(standard, context, limits, leaf)
        found += _once_a_table(leaf, faults, asked)
        if indicator is not None:
            lowered[leaf.heading.id] = indicator
    return Leaves(lowered, tuple(found))


def _known(standard: Standard) -> set[str]:
    """The facts that have a type, but for those worked out from one that has none, which is told by itself."""
    known, names = set(standard.typed), standard.resolved.names
    before = 0
    while len(known) != before:
        before = len(known)
        for definition in standard.resolved.definitions:
            from_known = (names[plain(m.name)] in known for m, _ in operands(definition.formula, NO_DATES))
            if not all(from_known):
                known.discard(names[plain(definition.fact.name)])
    return known


#: Answers other than those of a leaf's 解读, by doubt and key.
Choices = frozenset[tuple[tuple[str, str], str]]
#: What one sentence leaves open, or has wrong, for all leaves that it rounds.
_OF_SCORES = ("ZS0432", "ZS0541", "ZS0542")
#: What the rows of a table leave open in the same way, so that one question is enough.
_OF_TABLES = ("ZS0461", "ZS0462")


def _once_a_table(leaf: Leaf, faults: list[Diagnostic], asked: set[tuple[str, int]]) -> Iterator[Diagnostic]:
    """The faults but for those that another row of the same table, or another leaf that 各指标 speaks of, has had."""
    edges = (edge for rule in leaf.rules for part in rule.parts for edge in part.node.edges)
    table = next((edge.table for edge in edges if edge.table is not None), None)
    for fault in faults:
        if fault.code in _OF_SCORES and fault.span is not None:
            if (fault.code, fault.span.start) in asked:
                continue
            asked.add((fault.code, fault.span.start))
        if table is not None and fault.code in _OF_TABLES:
            if (fault.code, table) in asked:
                continue
            asked.add((fault.code, table))
        yield fault


def _lower(
    standard: Standard, context: Context, limits: Limits, leaf: Leaf
) -> tuple[ir.Indicator | None, list[Diagnostic]]:
    """A leaf by the answers of its readings; each open question is asked by lowering it under every option."""
    questions = (
        *band_questions(leaf),
        *leaf_questions(leaf, standard.typed, standard.full(leaf)),
        *bare_questions(leaf),
        *branch_questions(leaf),
        *pick_questions(leaf, standard.typed),
        *line_questions(leaf, standard.typed),
        *end_questions(leaf),
        *item_questions(leaf),
        *list_questions(leaf),
        *alike_questions(leaf),
        *zero_questions(leaf, standard.typed),
        *grade_questions(leaf),
        *lacking_questions(leaf),
    )
    answered = standard.readings.answered(questions)
    always = list(never_lacking(standard, leaf.rules, context.facts))
    if always:
        return None, always
    given = answers_of(answered)
    answers = supposed(questions) | given
    clash = _two_full_marks(standard, leaf) or _clashing(standard, context.facts, leaf, answers)
    if clash is not None:
        return None, [clash]
    notes = notes_of(answered)
    share = standard.weights.shares.get(leaf.heading.id, Fraction(1))
    mark = leaf.heading.mark
    printed = mark.text if mark is not None and mark.kind == "weight" else None
    below = _most_below(standard, leaf) if leaf.section == OWN else Fraction(0)

    @cache
    def variant(changed: Choices) -> ir.Indicator | Diagnostic:
        lowering = Lowering(standard.source, standard.typed, answers | dict(changed), notes)
        result = lower_leaf(lowering, leaf, share, printed, standard.full(leaf))
        return result if isinstance(result, Diagnostic) else limits.applied(result)

    def scored(changed: Answers) -> ir.Indicator | None:
        result = variant(frozenset(changed.items() - answers.items()))
        if isinstance(result, Diagnostic):
            return None
        # The rules of a heading act on the sum below it, which is nothing by itself: they are tried on a full one.
        return evolve(result, start=below, full=None) if leaf.section == OWN else result

    def option(question: Question, adopted: str) -> ir.Indicator | None:
        return scored({(question.doubt, question.key): adopted})

    result = variant(frozenset())
    if isinstance(result, Diagnostic):
        return None, [result]
    as_answered = Lowering(standard.source, standard.typed, answers, notes)
    specs = {spec.name: spec for spec in context.facts}
    never = list(never_holding(standard, as_answered, leaf, result, specs))
    if never:
        return None, never
    unanswered = [q for q in questions if q.asks and (q.doubt, q.key) not in given]
    open_faults = [
        fault for q in unanswered if (fault := context.open_question(q, option)) is not None
    ] or asked_together(context, unanswered, scored)
    if any(fault.code == "ZS0421" for fault in open_faults):
        # Whether there is anything to take off beside the points given depends on that answer.
        open_faults = [fault for fault in open_faults if fault.code != "ZS0418"]
    found = list(open_faults)
    for answer in answered:
        if answer.row.clause != "全文" and answer.question.asks:
            idle = context.idle(answer.question, answer.row, option)
            if idle is not None and matters_with(context, answer.question, unanswered, scored) is None:
                found.append(idle)
    found += [left for answer in answered if (left := context.left_out(answer, option)) is not None]
    if not open_faults:
        result = _as_worded(unanswered, variant) or result
    if not open_faults and result.clauses:
        found += LeafCheck(standard.source, context.facts, leaf, result).run()
    return result, found


def _as_worded(
    unanswered: Iterable[Question], variant: Callable[[Choices], ir.Indicator | Diagnostic]
) -> ir.Indicator | None:
    """A leaf whose bands come to the same added up and one by one, in the words as they stand: nobody has said that a
    band goes on above its upper end."""
    bands = [question for question in unanswered if question.doubt == "分段"]
    if not bands:
        return None
    worded = variant(frozenset(((question.doubt, question.key), "分段择一") for question in bands))
    return None if isinstance(worded, Diagnostic) else worded


def _most_below(standard: Standard, leaf: Leaf) -> Fraction:
    """The sum on which the rules of a heading are tried: its full mark; of a weighted one 100 points."""
    own = {f"{heading.id}.{OWN}": heading.mark for heading in ast.all_headings(standard.file.indicators)}
    mark = own.get(leaf.heading.id)
    return mark.value if mark is not None and mark.kind == "points" else Fraction(100)


def _two_full_marks(standard: Standard, leaf: Leaf) -> Diagnostic | None:
    """A full mark in a sentence that is not the heading's, or another sentence's."""
    full = standard.full(leaf)
    for node in leaf.full_marks:
        if node.points != full and full is not None:
            message = f"这里的满分是{shown(node.points)}分，本指标的满分却是{shown(full)}分"
            label = (Label(leaf.heading.title_span, "本指标在这里"),)
            help_text = (
                "核对原文哪一个写错了；两个都对的，本指标分成几个小项各给各的分：每个小项写成下级标题，"
                f"如“（{shown(node.points)}分）”，合起来是{shown(full)}分"
            )
            return Diagnostic("ZS0516", message, standard.source, node.span, help_text, label)
    return None


def _clashing(
    standard: Standard, specs: tuple[FactSpec, ...], leaf: Leaf, answers: Answers
) -> Diagnostic | None:
    """Overlapping bands, and bands that both include a number; asked before the readings, which would hide them."""
    alone: Answers = {("分段", banding.key): "分段择一" for banding in bandings(leaf)}
    lowering = Lowering(standard.source, standard.typed, answers | alone, {})
    named = {spec.name: spec for spec in specs}
    for fact, rules in banded(leaf).items():
        own: dict[str, Band] = {}
        single: dict[str, Band] = {}
        for rule in rules:
            for part in rule.parts:
                if part.fact == fact and part.node.kind == "compared":
                    band = try_band(lowering, part, rule)
                    if band is not None:
                        (own if len(part.node.edges) == 2 else single)[rule.id] = band
        fault = overlapping_bands(leaf, named[fact], own, standard.source)
        fault = fault or _meeting(standard, leaf, fact, single | own)
        if fault is not None:
            return fault
    return None


def _meeting(standard: Standard, leaf: Leaf, fact: str, bands: dict[str, Band]) -> Diagnostic | None:
    """60%以上 beside 60%以下: the number belongs to both, until a 解读 本数 takes it from one."""
    met = meeting(bands)
    if met is None:
        return None
    rules = {rule.id: rule for rule in leaf.rules}
    # The upper end of the one meets the lower end of the other; a two-sided band may meet others at both.
    ends = [
        edge.span
        for id, comparison in zip(met, ("le", "ge"), strict=True)
        for part in rules[id].parts
        for edge in part.node.edges
        if part.fact == fact and edge.comparison == comparison
    ]
    asked = {q.at for q in shared_ends(leaf)}
    words = [plain(official(standard.source.slice(end))) for end in ends if end in asked]
    message = f"两段都包括同一个数：“{official(standard.source.slice(rules[met[0]].span))[:40]}”的上限也是另一段的下限"
    rows = "；或 ".join(rows_to_add(word, "本数", ("不含",)) for word in words)
    help_text = ROW + rows if rows else "写明（含）或（不含），如“10家（不含）以下”"
    label = Label(rules[met[0]].span, "另一段在这里")
    return Diagnostic("ZS0512", message, standard.source, rules[met[1]].span, help_text, (label,))
