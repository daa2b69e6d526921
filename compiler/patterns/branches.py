"""Branches (分支): clauses that carry on the conditions of those before them, 否则, 其他情况 and 其中."""

from collections.abc import Iterator, Sequence

from attrs import evolve

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower.conditions import own_condition, own_part
from zhunsheng.compiler.lower.lowering import Lowering
from zhunsheng.compiler.patterns.listed import held_condition
from zhunsheng.compiler.readings.questions import Question
from zhunsheng.compiler.resolve.mentions import Site
from zhunsheng.compiler.resolve.resolved import Branching, Leaf, Rule
from zhunsheng.dsl import ast

# ---- resolution


def branched(site: Site, rule: Rule, rules: Sequence[Rule], segment: ast.Segment) -> Rule | None:
    """A rule with the clauses whose conditions it carries on, None where there are none."""
    node = rule.node
    if not isinstance(node, ast.ClauseNode | ast.ItemVetoNode | ast.ScaleNode):
        return rule
    before = _run([other for other in rules if _carried_on(other)])
    together = [other for other in before if other.sentence == rule.sentence]
    if node.branch is None:
        opened = [
            other.branching
            for other in together
            if other.branching is not None
            and other.branching.kind == "within"
            and segment.span.start <= other.branching.span.start
        ]
        return _carrying(site, rule, Branching("maybe", opened[-1].ids, opened[-1].span)) if opened else rule
    kind, span = node.branch.kind, node.branch.span
    reached = together[-1:] if kind == "within" else (together or before)
    words = site.source.slice(span).rstrip("，")
    if not reached or (kind != "within" and not any(_conditional(other) for other in reached)):
        message = f"“{words}”承接的是哪个条件？前面没有带条件的句子"
        site.fault("ZS0223", message, span, "写在“……的，加20分”这样的句子后面，或直接写明条件")
        return None
    if kind == "else" and _alternatives(reached):
        kind = "rest"
    if kind == "rest" and len({isinstance(other.node, ast.ScaleNode) for other in reached}) > 1:
        message = f"“{words}”承接的是哪几句？前面有计分的，也有乘以系数的"
        site.fault("ZS0223", message, span, "直接写明是什么情况，或把乘以系数的另写一句，用句号隔开")
        return None
    return _carrying(site, rule, Branching(kind, tuple(other.id for other in reached), span))


def _alternatives(rules: Sequence[Rule]) -> bool:
    """Whether rules are options of one fact, of which a single one is chosen: 否则 means what none of them names."""
    facts = {
        part.fact if part.node.kind == "chosen" and not part.node.negated and len(rule.parts) == 1 else None
        for rule in rules
        for part in rule.parts
    }
    return all(rule.parts for rule in rules) and len(facts) == 1 and None not in facts


def _carried_on(rule: Rule) -> bool:
    """Whether a branch behind it may be about a rule: clauses, and what sets or multiplies the score on a condition."""
    if isinstance(rule.node, ast.ItemVetoNode | ast.ScaleNode):
        return _conditional(rule)
    return isinstance(rule.node, ast.ClauseNode)


def _run(rules: list[Rule]) -> list[Rule]:
    """The last of some rules that a branch can carry on: 否则 and 其他情况 without further conditions end a run."""
    ends = [
        number
        for number, rule in enumerate(rules, 1)
        if rule.branching is not None
        and rule.branching.kind in ("else", "rest")
        and not rule.parts
        and rule.listed is None
    ]
    return rules[ends[-1] :] if ends else rules


def _carrying(site: Site, rule: Rule, branching: Branching) -> Rule:
    """The rule with its branching; the facts of the conditions carried on are its facts too."""
    uses = site.scope.uses
    uses += [evolve(use, clause=rule.id) for use in tuple(uses) if use.clause in branching.ids]
    return evolve(rule, branching=branching)


def _conditional(rule: Rule) -> bool:
    """Whether a rule has conditions, its own or carried on."""
    return bool(rule.parts) or rule.listed is not None or rule.branching is not None


# ---- questions


def branch_questions(leaf: Leaf) -> Iterator[Question]:
    """What is open about the branches of a leaf."""
    for rule in leaf.rules:
        question = _question(leaf, rule)
        if question is not None:
            yield question


def _question(leaf: Leaf, rule: Rule) -> Question | None:
    """Which of the conditions before it a branch takes the opposite of, or how far 其中 reaches."""
    branching = rule.branching
    if branching is None or branching.kind == "within":
        return None
    doubt, options = "否则", ["前句"]
    before = [other for other in leaf.rules if other.id in branching.ids]
    if branching.kind == "maybe":
        doubt, options = "其中", ["句末", "本句"]
    elif branching.kind == "rest":
        options = ["各句"]
        if len(before) > 1 and before[-1].sentence != rule.sentence:
            options.append("前句")
    else:
        if len(before) > 1:
            options.append("各句")
        if len(before[-1].parts) > 1 and all(joiner.sense != "or" for joiner in before[-1].joiners):
            options.append("末项")
    if len(options) == 1:
        return None
    spans = (rule.segment, rule.span)
    return Question(doubt, rule.id, leaf.heading.id, (rule.id,), spans, branching.span, tuple(options))


# ---- lowering


def context(lowering: Lowering, leaf: Leaf, rule: Rule) -> ir.Condition:
    """What a rule carries on from those before it, by their own words, not as 分段 widens or narrows them."""
    branching = rule.branching
    if branching is None:
        return ir.ALWAYS
    before = [other for other in leaf.rules if other.id in branching.ids]
    last = before[-1]
    match branching.kind:
        case "within":
            return ir.both(context(lowering, leaf, last), _whole(lowering, last))
        case "maybe":
            if lowering.answer("其中", rule.id, "句末") == "本句":
                return ir.ALWAYS
            return ir.both(context(lowering, leaf, last), _whole(lowering, last))
        case "rest" | "else":
            adopted = lowering.answer("否则", rule.id, "各句" if branching.kind == "rest" else "前句")
    if adopted == "末项":
        *kept, reversed_part = last.parts
        lead = [own_part(lowering, part, last) for part in kept]
        opposite = ir.negated(own_part(lowering, reversed_part, last))
        return ir.both(context(lowering, leaf, last), *lead, opposite)
    if adopted == "前句":
        return _otherwise(lowering, leaf, last)
    return ir.both(*(_otherwise(lowering, leaf, other) for other in before if _conditional(other)))


def _otherwise(lowering: Lowering, leaf: Leaf, rule: Rule) -> ir.Condition:
    """The opposite of a rule's own conditions, with what it carried on still carried on."""
    if not rule.parts and rule.listed is None:
        message = f"{rule.id}没有条件，不能反过来"
        raise lowering.fault("ZS0223", message, rule.span, "写明“否则”是什么情况")
    return ir.both(context(lowering, leaf, rule), ir.negated(_whole(lowering, rule)))


def _whole(lowering: Lowering, rule: Rule) -> ir.Condition:
    """All that a rule's own words require."""
    return ir.both(own_condition(lowering, rule), held_condition(lowering, None, rule))
