"""Conditions that no applicant can fulfil: a clause, an item veto, a coefficient or a general veto that could never apply, a
requirement that nobody meets."""

from collections.abc import Iterable, Iterator, Mapping

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower.conditions import own_condition
from zhunsheng.compiler.lower.lowering import Lowering
from zhunsheng.compiler.readings.questions import Question
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolved import Leaf, Part, Rule
from zhunsheng.compiler.resolve.tables import DOUBTS, ROW, rows_to_add
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic, Label
from zhunsheng.runtime.facts import FactSpec

Specs = Mapping[str, FactSpec]
Conjunction = tuple[ir.Literals, ...]

_DOUBT = "不能成立"
#: A condition that comes to more alternatives than these is taken for one that can hold.
MOST_ALTERNATIVES = 200


def never_holding(
    standard: Standard, lowering: Lowering, leaf: Leaf, lowered: ir.Indicator, specs: Specs
) -> Iterator[Diagnostic]:
    """The rules of a leaf whose conditions no applicant fulfils, as their words say or together with what they carry
    on, but for those of which a 解读 says so."""
    guards = {clause.id: clause.guard for clause in lowered.clauses}
    guards |= {veto.id: veto.guard for veto in lowered.vetoes}
    guards |= {scaling.id: scaling.guard for scaling in lowered.scalings}
    guards |= {bar.id: bar.guard for clause in lowered.clauses for bar in clause.bars}
    for rule in leaf.rules:
        if rule.id not in guards:
            continue
        # 否则 may be left with nothing, where the clauses before it reach everybody.
        rest = rule.branching is not None and rule.branching.kind in ("else", "rest")
        asked = (_as_said(lowering, rule), ir.ALWAYS if rest else guards[rule.id])
        if all(possible(condition, specs) for condition in asked):
            continue
        if not _as_printed(standard, rule.id, leaf.heading.id, rule):
            yield _fault(standard, rule.id, rule)


def never_in_whole(
    standard: Standard,
    vetoes: Iterable[ir.Veto],
    requirements: Iterable[ir.Requirement],
    specs: Specs,
) -> Iterator[Diagnostic]:
    """The same of general vetoes, and the requirements that nobody meets, or fails where they bar something."""
    rules = {rule.id: rule for rule in standard.resolved.vetoes}
    asked = [(veto.id, rules[veto.id], veto.guard) for veto in vetoes if veto.id in rules]
    owed = {own.id: own for own in standard.resolved.requirements}
    for requirement in requirements:
        own = owed[requirement.id]
        said = ir.negated(requirement.guard) if own.mood == "bar" else requirement.guard
        asked.append((own.id, own.rules[0], said))
    for id, rule, condition in asked:
        if not possible(condition, specs) and not _as_printed(standard, id, "", rule):
            yield _fault(standard, id, rule)


def _as_printed(standard: Standard, id: str, leaf: str, rule: Rule) -> bool:
    """Whether a 解读 says of a rule that it stands as printed."""
    question = Question(_DOUBT, id, leaf, (id,), (rule.segment,), rule.span, DOUBTS[_DOUBT])
    return standard.readings.answer(question) is not None


def _as_said(lowering: Lowering, rule: Rule) -> ir.Condition:
    """The conditions of a rule that has two ranges of one fact, before 分段累计 takes an upper end away, and with it what
    shows that they lie apart."""
    steps = any(part.node.kind == "base" for part in rule.parts)
    return ir.ALWAYS if steps or _apart(rule) is None else own_condition(lowering, rule)


def _fault(standard: Standard, id: str, rule: Rule) -> Diagnostic:
    source = standard.source

    def words(part: Part) -> str:
        return official(source.slice(part.node.span)).strip("，；。")

    row = f"原文如此、确实谁都满足不了的，{ROW}{rows_to_add(id, _DOUBT)}"
    pair = _apart(rule)
    if pair is None:
        message = "这一句的条件谁都满足不了：几个条件互相矛盾，或超出了数据项的范围"
        return Diagnostic("ZS0550", message, source, rule.span, f"核对条件和数据项的范围；{row}")
    first, second = pair
    message = f"“{words(first)}”和“{words(second)}”不能同时成立，合在一句里谁都满足不了"
    apart = "核对两处的数"
    if isinstance(rule.node, ast.ClauseNode):
        given = "不扣分" if rule.node.award.sign < 0 else "得几分"
        bound = plain(official(source.slice(first.node.edges[0].span.cover(first.node.edges[-1].span))))
        apart = f"各是一段的，写明前一段的分数，如“{bound}的{given}，……”"
    help_text = f"{apart}；有一个成立就行的，中间写“或”；{row}"
    label = (Label(first.node.span, "另一个条件在这里"),)
    return Diagnostic("ZS0550", message, source, second.node.span, help_text, label)


def _apart(rule: Rule) -> tuple[Part, Part] | None:
    """Two ranges of one fact among a rule's conditions that lie apart, as far as their printed numbers tell."""
    compared = [part for part in rule.parts if part.node.edges]
    for number, first in enumerate(compared):
        for second in compared[number + 1 :]:
            if first.fact == second.fact:
                return first, second
    return None


# ---- whether a condition can hold


def possible(condition: ir.Condition, specs: Specs) -> bool:
    """Whether some applicant fulfils a condition; True where that takes too long to see."""
    return bool(_alternatives(condition, specs))


def _alternatives(condition: ir.Condition, specs: Specs) -> list[Conjunction]:
    """Literals that together make a condition hold, in each way that is possible."""
    match condition:
        case ir.AnyOf(parts):
            found = [own for part in parts for own in _alternatives(part, specs)]
            return found if len(found) <= MOST_ALTERNATIVES else [()]
        case ir.All(parts):
            every: list[Conjunction] = [()]
            for part in parts:
                own = _alternatives(part, specs)
                every = [one + two for one in every for two in own if _together(one + two, specs)]
                if len(every) > MOST_ALTERNATIVES:
                    return [()]
            return every
        case ir.AtLeast():
            return [()]
        case _:
            return [(condition,)] if _together((condition,), specs) else []


def _together(literals: Conjunction, specs: Specs) -> bool:
    """Whether literals can hold together, fact by fact."""
    by_fact: dict[str, list[ir.Literals]] = {}
    for literal in literals:
        by_fact.setdefault(literal.fact, []).append(literal)
    return all(_one_value(own, specs[fact]) for fact, own in by_fact.items() if fact in specs)


def _one_value(literals: list[ir.Literals], spec: FactSpec) -> bool:
    """Whether a value of one fact fits all literals about it."""
    lacking = {literal.value for literal in literals if isinstance(literal, ir.Lacks)}
    if lacking == {True}:
        return spec.allows_na and all(isinstance(literal, ir.Lacks) for literal in literals)
    if len(lacking) > 1:
        return False
    truths = {literal.value for literal in literals if isinstance(literal, ir.Is)}
    options = set(spec.choices)
    for literal in literals:
        if isinstance(literal, ir.Chosen):
            options = options & set(literal.options) if literal.value else options - set(literal.options)
    if len(truths) > 1 or (spec.choices and not options):
        return False
    low, high = (
        (None if spec.low is None else (spec.low, True)),
        (None if spec.high is None else (spec.high, True)),
    )
    if spec.or_zero and low is not None:
        low = None
    for literal in literals:
        if not isinstance(literal, ir.Compare):
            continue
        bound, included = literal.bound, literal.operator in (">=", "<=", "==")
        if literal.operator != "<" and literal.operator != "<=":
            low = (bound, included) if low is None or (bound, not included) > (low[0], not low[1]) else low
        if literal.operator != ">" and literal.operator != ">=":
            high = (bound, included) if high is None or (bound, included) < high else high
    if low is None or high is None:
        return True
    if spec.type.whole:
        least = low[0].__ceil__() if low[1] else low[0].__floor__() + 1
        most = high[0].__floor__() if high[1] else high[0].__ceil__() - 1
        return least <= most
    return low[0] < high[0] or (low[0] == high[0] and low[1] and high[1])
