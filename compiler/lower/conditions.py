"""Lowering of conditions: each one of a rule, and the guard they make together."""

from zhunsheng.compiler import ir
from zhunsheng.compiler.ir.bands import far_end, interval
from zhunsheng.compiler.lower.bands import Bands, band_of, is_each, place
from zhunsheng.compiler.lower.exemptions import with_exemptions
from zhunsheng.compiler.lower.lowering import Lowering
from zhunsheng.compiler.resolve.resolved import Exempt, Part, Rule
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.reading.typed_text import option_named


def guard(lowering: Lowering, rule: Rule, bands: Bands, skip: Part | None = None) -> ir.Condition:
    """When a rule applies; of `skip`, the condition whose number the rule counts along, only where its band ends."""
    found = [
        _below_next(part, rule, bands) if part is skip else lower_condition(lowering, part, rule, bands)
        for part in rule.parts
    ]
    return joined(lowering, rule, found)


def _below_next(part: Part, rule: Rule, bands: Bands) -> ir.Condition:
    """That the band above does not apply, where one applies alone."""
    band = bands.get(place(rule, part))
    return ir.ALWAYS if band is None else interval(part.fact, far_end(band, upward=True))


def own_condition(lowering: Lowering, rule: Rule) -> ir.Condition:
    """The conditions of a rule as its words say: without 分段, the base of its steps a condition like any other."""
    return joined(lowering, rule, [own_part(lowering, part, rule) for part in rule.parts])


def own_part(lowering: Lowering, part: Part, rule: Rule) -> ir.Condition:
    """The same for one of them."""
    if part.node.kind == "base":
        return interval(part.fact, band_of(lowering, part, rule))
    return lower_condition(lowering, part, rule, {})


def joined(lowering: Lowering, rule: Rule, parts: list[ir.Condition]) -> ir.Condition:
    """Conditions of a rule together, but for those it exempts."""
    together = join(lowering, rule.id, parts, rule.joiners)
    return with_exemptions(lowering, rule, lower_exempt(lowering, rule, rule.exempt), together)


def join(
    lowering: Lowering, id: str, parts: list[ir.Condition], joiners: tuple[ast.Joiner, ...]
) -> ir.Condition:
    """Conditions together, as their joiners and the reading of those left open say."""
    parts = [part for part in parts if part != ir.ALWAYS]
    answered = "or" if lowering.answer("并列", id, "且") == "或" else "and"
    senses = {joiner.sense or answered for joiner in joiners}
    if len(senses) == 2:
        span = joiners[0].span.cover(joiners[-1].span)
        message = "一句里既有“且”又有“或”，先后不能确定"
        raise lowering.fault("ZS0218", message, span, "拆成两句，或只用一种")
    return ir.joined(parts, any_of=senses == {"or"})


def lower_condition(lowering: Lowering, part: Part, rule: Rule, bands: Bands) -> ir.Condition:
    """One condition, less those whom it does not reach."""
    bare = _condition(lowering, part, rule, bands)
    return with_exemptions(lowering, rule, lower_exempt(lowering, rule, part.exempt), bare, part)


def lower_exempt(
    lowering: Lowering, rule: Rule, exempt: tuple[Exempt, ...]
) -> list[tuple[Exempt, tuple[ir.Condition, ...]]]:
    """Exemptions with their own conditions in the IR."""
    return [
        (item, tuple(lower_condition(lowering, part, rule, {}) for part in item.parts)) for item in exempt
    ]


def _condition(lowering: Lowering, part: Part, rule: Rule, bands: Bands) -> ir.Condition:
    node = part.node
    if node.kind == "holds":
        return ir.Is(part.fact, not node.negated)
    if node.kind == "lacking":
        return ir.Lacks(part.fact, not node.negated)
    if node.kind == "chosen":
        return _chosen(lowering, part)
    if node.kind == "base":
        return _based(lowering, part, rule)
    if is_each(part) and place(rule, part) not in bands:
        return ir.Compare(part.fact, ">=", lowering.value(node.edges[0].quantity, part.fact))
    held = interval(part.fact, bands.get(place(rule, part)) or band_of(lowering, part, rule))
    return ir.negated(held) if node.negated else held


def _chosen(lowering: Lowering, part: Part) -> ir.Condition:
    """【机构类别】为律师事务所、会计师事务所的: one of the options named, under its name in 数据项."""
    listed = lowering.facts[part.fact].choices
    found = (option_named(listed, plain(option)) for option in part.node.options)
    return ir.Chosen(
        part.fact, tuple(option for option in found if option is not None), not part.node.negated
    )


def _based(lowering: Lowering, part: Part, rule: Rule) -> ir.Condition:
    """达到70%后: where steps begin, which the steps see to; before anything else a condition like any other."""
    steps = isinstance(rule.node, ast.ClauseNode) and isinstance(rule.node.measure, ast.Step)
    based = [p for p in rule.parts if p.fact == rule.counted and p.node.edges]
    if steps and based and based[-1] is part:
        return ir.ALWAYS
    return interval(part.fact, band_of(lowering, part, rule))
