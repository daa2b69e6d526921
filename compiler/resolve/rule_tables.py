"""Resolution of what rule tables add: starred rows whose floor is a veto, rules that count against a requirement cell."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from attrs import evolve

from zhunsheng.compiler.resolve.extra import items_of
from zhunsheng.compiler.resolve.mentions import Mentions
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolved import Leaf, Part, Rule, RuleNode
from zhunsheng.dsl import ast

_HELP = "在“一票否决”中照原文写：带“＊”的为否定性指标，未达到基本要求即不合格"


def starred_vetoes(
    mentions: Mentions, heading: ast.Heading | None, leaves: Iterable[Leaf], first: int
) -> Iterator[Rule]:
    """A veto for each starred row, as the sentence about stars says; `first` is the number of the next veto."""
    starred = [rule for leaf in leaves for rule in leaf.rules if _starred(rule.node)]
    said = list(items_of(heading, ast.StarredNode))
    if starred and not said:
        span = starred[0].span
        mentions.fault("ZS0135", "这一行带“*”，却没有说带“*”的未达到基本要求怎样", span, _HELP)
        return
    if said and not starred:
        mentions.fault(
            "ZS0135", "没有带“*”的指标", said[0][1].span, "在表中的指标名称前写上“＊”，或删去这一句"
        )
        return
    numbers = count(first)
    for segment, node in said:
        for rule in starred:
            (part,) = rule.parts
            condition = evolve(part.node, negated=True)
            veto = ast.VetoNode((condition,), (), node.effects, span=node.span)
            text = f"{official(segment.text)}（{rule.text.split('｜')[0]}）"
            parts = (Part(condition, part.fact),)
            yield Rule(
                f"否决{next(numbers)}",
                veto,
                parts,
                (),
                None,
                None,
                text,
                0,
                node.span,
                rule.segment,
                row=rule.id,
            )


def _starred(node: RuleNode) -> bool:
    return isinstance(node, ast.ClauseNode) and isinstance(node.measure, ast.Target) and node.measure.starred


def against_quotas(mentions: Mentions, node: RuleNode, quotas: Sequence[ast.QuotaNode]) -> RuleNode | None:
    """达到要求的得5分: the requirement cells' conditions in place of the words; None where they cannot be put there."""
    required = [condition for condition in node.conditions if condition.kind == "required"]
    if not required:
        return node
    if not quotas:
        help_text = "写明要求：在“要求”一列写【……】不少于10人"
        mentions.fault("ZS0136", "这里说的“要求”在哪里？没有写要求的格子", required[0].span, help_text)
        return None
    unsaid = next((j for quota in quotas for j in quota.joiners if j.sense is None), None)
    if unsaid is not None and any(condition.negated for condition in required):
        message = "要求之间没有写“且”还是“或”，“未达到要求”说的是哪一种不能确定"
        mentions.fault("ZS0136", message, unsaid.span, "在要求之间写“且”或“或”")
        return None
    conditions: list[ast.Condition] = []
    joiners: list[ast.Joiner] = []
    for index, condition in enumerate(node.conditions):
        if index:
            joiners.append(node.joiners[index - 1])
        if condition.kind != "required":
            conditions.append(condition)
            continue
        own, between = _together(quotas, condition)
        conditions += own
        joiners += between
    return evolve(node, conditions=tuple(conditions), joiners=tuple(joiners))


def unused_quotas(mentions: Mentions, leaf: Leaf, quotas: Sequence[ast.QuotaNode]) -> bool:
    """Tells of a requirement that no rule of its indicator counts against; whether there is one."""
    used = {part.fact for rule in leaf.rules for part in rule.parts} | {rule.counted for rule in leaf.rules}
    for quota in quotas:
        facts = {mentions.name(c.fact) for c in quota.conditions if c.fact is not None}
        if not leaf.broken and not facts & used:
            help_text = "在评分标准中写“达到要求的得……分”，或写明主语；只是说明的写成〖……〗"
            mentions.fault("ZS0136", "评分标准没有用到这一格的要求", quota.span, help_text)
            return True
    return False


def _together(
    quotas: Sequence[ast.QuotaNode], condition: ast.Condition
) -> tuple[list[ast.Condition], list[ast.Joiner]]:
    """All quotas; 未达到要求 is the opposite, with 或 for 且."""
    conditions: list[ast.Condition] = []
    joiners: list[ast.Joiner] = []
    for quota in quotas:
        if conditions:
            joiners.append(ast.Joiner("且", "and", span=quota.span))
        conditions += quota.conditions
        joiners += quota.joiners
    if not condition.negated:
        return conditions, joiners
    flipped = [
        evolve(joiner, sense=None if joiner.sense is None else "or" if joiner.sense == "and" else "and")
        for joiner in joiners
    ]
    return [evolve(own, negated=not own.negated) for own in conditions], flipped
