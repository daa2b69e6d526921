"""Lowering of requirements: what must hold, what must not, so many of a list, and what those who chose an option owe."""

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower.conditions import lower_condition, lower_exempt
from zhunsheng.compiler.lower.exemptions import with_exemptions
from zhunsheng.compiler.lower.lowering import Lowering
from zhunsheng.compiler.resolve.resolved import Requirement, Rule
from zhunsheng.dsl import ast


def requirement_guard(lowering: Lowering, requirement: Requirement) -> ir.Condition:
    """What must hold of an applicant."""
    parts = []
    for alternative in requirement.alternatives:
        guards = [_demand(lowering, rule) for rule in alternative]
        parts.append(ir.joined(guards))
    if requirement.count in (None, len(parts)):
        guard = ir.joined(parts)
    elif requirement.count == 1:
        guard = ir.joined(parts, any_of=True)
    else:
        guard = ir.AtLeast(requirement.count or 1, tuple(parts))
    if requirement.listed and requirement.mood == "bar":
        # The items of 有下列情形之一的，不予受理 tell what must not be; their head says so, not they.
        guard = ir.negated(guard)
    return guard


def requirement_applies(lowering: Lowering, requirement: Requirement) -> ir.Condition:
    """Of whom it is asked: of those who chose its option, or of all."""
    if requirement.chosen is None:
        return ir.ALWAYS
    return lower_condition(lowering, requirement.chosen, requirement.rules[0], {})


def _demand(lowering: Lowering, rule: Rule) -> ir.Condition:
    """What one sentence demands; a sentence that bars (不得……) demands the opposite."""
    together = _together(lowering, rule)
    whole = with_exemptions(lowering, rule, lower_exempt(lowering, rule, rule.exempt), together)
    assert isinstance(rule.node, ast.RequirementNode)
    return ir.negated(whole) if rule.node.mood == "bar" else whole


def _together(lowering: Lowering, rule: Rule) -> ir.Condition:
    """The conditions of a sentence: commas part what the words between them join."""
    bar = isinstance(rule.node, ast.RequirementNode) and rule.node.mood == "bar"
    answered = "or" if lowering.answer("并列", joining_key(rule), "且") == "或" else "and"
    groups: list[tuple[list[ir.Condition], set[str]]] = []
    outer: set[str] = set()
    for index, part in enumerate(rule.parts):
        joiner = rule.joiners[index - 1] if index else None
        condition = lower_condition(lowering, part, rule, {})
        if joiner is not None and (bar or not joiner.word.startswith("，")):
            groups[-1][0].append(condition)
            groups[-1][1].add(joiner.sense or answered)
            continue
        groups.append(([condition], set()))
        outer |= {joiner.sense or "and"} if joiner is not None else set()
    for senses in (outer, *(inner for _, inner in groups)):
        if len(senses) == 2:
            span = rule.joiners[0].span.cover(rule.joiners[-1].span)
            message = "一句里既有“且”又有“或”，先后不能确定"
            raise lowering.fault("ZS0218", message, span, "用分号（；）隔开，或放进一个括号")
    inner = [ir.joined(conditions, any_of=senses == {"or"}) for conditions, senses in groups]
    return ir.joined(inner, any_of=outer == {"or"})


def joining_key(rule: Rule) -> str:
    """The key of the question how the conditions of a sentence are joined; the items of a list share an id."""
    return f"{rule.id}@{rule.span.start}"


def open_joining(rule: Rule) -> ast.Joiner | None:
    """A joiner that leaves 且 or 或 open. Among what must hold a comma or 、 alone adds one more thing."""
    node = rule.node
    assert isinstance(node, ast.RequirementNode)
    unsaid = [joiner for joiner in rule.joiners if joiner.sense is None]
    if node.mood == "bar":
        return unsaid[0] if unsaid else None
    close = [joiner for joiner in rule.joiners if not joiner.word.startswith("，")]
    beside = any(joiner.sense == "or" for joiner in close)
    return next((joiner for joiner in close if joiner.sense is None), None) if beside else None
