"""The facts as the runtime sees them."""

from fractions import Fraction

from attrs import frozen

from zhunsheng.compiler.parts.cohort import Cohorts, cohort_facts
from zhunsheng.compiler.parts.formulas import NO_DATES, operands
from zhunsheng.compiler.readings.questions import about
from zhunsheng.compiler.resolve.resolved import Leaf, Rule
from zhunsheng.compiler.resolve.typed import Typed
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.facts import FactSpec, FactType, FactUse


@frozen
class Specs:
    """The data dictionary, what is wrong with it, and what an open standard leaves open in it."""

    specs: tuple[FactSpec, ...]
    diagnostics: tuple[Diagnostic, ...]
    open_terms: tuple[str, ...]


def fact_specs(standard: Standard) -> Specs:
    """The data dictionary as the runtime sees it, with the clauses that use each fact."""
    rules = [rule for leaf in standard.resolved.leaves for rule in leaf.rules]
    rules += [*standard.resolved.tier_rules.values(), *standard.resolved.vetoes, *standard.resolved.scales]
    texts = {leaf.heading.id: leaf.heading.title for leaf in standard.resolved.leaves}
    texts |= {rule.id: rule.text for rule in rules}
    texts |= {row.id: row.text for row in standard.resolved.levels}
    texts |= {requirement.id: requirement.text for requirement in standard.resolved.requirements}
    uses: dict[str, dict[str, FactUse]] = {}
    for use in standard.resolved.uses:
        if use.clause in texts:
            uses.setdefault(use.fact, {})[use.clause] = FactUse(use.clause, texts[use.clause])
    formulas = {standard.resolved.names[plain(d.fact.name)]: d.text for d in standard.resolved.definitions}
    limits, ranges = _limits(standard), _ranges(standard)
    cohorts = cohort_facts(standard)
    inapplicable = _inapplicable(standard, cohorts)
    specs = []
    unbounded = []
    for fact in standard.typed.values():
        low, high, or_zero = fact.low, fact.high, False
        if fact.type is FactType.POINTS and fact.name in limits:
            cap = limits[fact.name]
            high = cap if high is None else high if cap is None else min(high, cap)
            said = ranges.get(fact.name)
            if said is not None:
                low, or_zero = (said[0], said[0] > 0) if not fact.low else (max(fact.low, said[0]), False)
                high = said[1] if high is None else min(high, said[1])
            if high is None:
                unbounded.append(fact)
        specs.append(
            FactSpec(
                fact.name, fact.type, fact.unit, low, high, _question(fact, cohorts), fact.evidence, fact.note,
                fact.name in inapplicable, fact.choices, formulas.get(fact.name, ""),
                tuple(uses.get(fact.name, {}).values()), fact.handed, fact.dated, or_zero,
                cohorts.facts.get(fact.name),
            )
        )  # fmt: skip
    if standard.is_open:
        return Specs(
            tuple(specs), cohorts.diagnostics, tuple(f"{fact.name}：酌情的上限" for fact in unbounded)
        )
    excess = tuple(_unbounded(standard, fact) for fact in unbounded)
    return Specs(tuple(specs), (*cohorts.diagnostics, *excess), ())


def _question(fact: Typed, cohorts: Cohorts) -> str:
    own = cohorts.facts.get(fact.name)
    return own.question if own is not None and not fact.question else fact.question


def _inapplicable(standard: Standard, cohorts: Cohorts) -> frozenset[str]:
    """The facts that may be 不适用: by their 备注, or because a fact that their formula reads may be, or a fact that is
    ranked or parts those that are compared."""
    found = {fact.name for fact in standard.typed.values() if fact.allows_na}
    names = standard.resolved.names
    reads = [
        (names[plain(d.fact.name)], {names[plain(m.name)] for m, _ in operands(d.formula, NO_DATES)})
        for d in standard.resolved.definitions
    ]
    for name, cohort in cohorts.facts.items():
        ranked = {cohort.of} if cohort.kind in ("rank", "last") else set()
        reads.append((name, ranked | ({cohort.within} if cohort.within else set())))
    while more := [name for name, own in reads if name not in found and own & found]:
        found.update(more)
    return frozenset(found)


def _limits(standard: Standard) -> dict[str, Fraction | None]:
    """The most points that each judged fact can be given, as its leaf limits them."""
    return {
        rule.judged: standard.limit(leaf)
        for leaf in standard.resolved.leaves
        for rule in leaf.rules
        if rule.judged is not None
    }


def _ranges(standard: Standard) -> dict[str, tuple[Fraction, Fraction]]:
    """The points between which an assessor sets each judged fact (酌情扣1～5分); of several ranges, what they share."""
    found: dict[str, tuple[Fraction, Fraction]] = {}
    for leaf in standard.resolved.leaves:
        for rule in leaf.rules:
            if rule.judged is None or not isinstance(rule.node, ast.ClauseNode):
                continue
            low, high = rule.node.award.low, rule.node.award.high
            if rule.node.award.single and _all_or_nothing(standard, leaf, rule):
                low = high
            if low is not None and high is not None:
                before = found.get(rule.judged, (low, high))
                found[rule.judged] = (max(before[0], low), min(before[1], high))
    return found


def _all_or_nothing(standard: Standard, leaf: Leaf, rule: Rule) -> bool:
    """Whether 酌情扣5分 is 0 or 5 points, as a 解读 says."""
    assert isinstance(rule.node, ast.ClauseNode)
    row = standard.readings.answer(about(rule, leaf.heading.id, "酌情", rule.node.award.span, must=True))
    return row is not None and row.adopted == "恰为"


def _unbounded(standard: Standard, fact: Typed) -> Diagnostic:
    message = f"“{fact.name}”的酌情分没有上限"
    help_text = "写上“直到满分100为止”，或在“数据项”的范围里写明，如“0～20”"
    return Diagnostic("ZS0514", message, standard.source, fact.span, help_text)
