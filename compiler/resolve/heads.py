"""Resolution of rules that stand under a heading with others below it: 本类最高得20分, 在本类得分中扣2分."""

from collections.abc import Iterable, Iterator

from attrs import evolve

from zhunsheng.compiler.resolve.mentions import Mentions
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolved import Group, Leaf
from zhunsheng.dsl import ast
from zhunsheng.dsl.headings import OWN


def own_headings(headings: Iterable[ast.Heading]) -> Iterator[ast.Heading]:
    """For each heading with others below it and rules of its own, a heading of these rules alone."""
    for heading in headings:
        if not heading.children:
            continue
        yield from own_headings(heading.children)
        if any(not paragraph.requires for paragraph in heading.paragraphs):
            title = f"{heading.title}（{OWN}）"
            yield evolve(heading, id=f"{heading.id}.{OWN}", title=title, children=(), mark=None)


def group(mentions: Mentions, leaf: Leaf) -> Group:
    """The rules of a heading, its caps apart from those of single clauses."""
    id = leaf.heading.id.removesuffix(f".{OWN}")
    ours, caps = [], []
    for cap in leaf.caps:
        off = any(word in mentions.source.slice(cap.span) for word in "扣减")
        of_group = cap.node.group or cap.node.whole or cap.after is None or (cap.node.item and not off)
        if not of_group:
            ours.append(cap)
        elif not off:
            caps.append(cap.node)
        else:
            words = official(mentions.source.slice(cap.span))
            message = f"“{words}”限制的是哪几项的扣分不清楚"
            help_text = "限制这一句的，接在扣分的句子后面写“最多扣……分”；限制本类得分的，写“本类最高得……分”"
            mentions.fault("ZS0221", message, cap.span, help_text)
    rules = evolve(leaf, caps=tuple(ours), section=OWN)
    return Group(id, leaf.heading.title_span, tuple(caps), leaf.bottoms, rules if leaf.rules else None)


def misplaced(mentions: Mentions, leaf: Leaf) -> Leaf:
    """A leaf; 本类 in it speaks of the heading above, where the sentence has to stand."""
    said = []
    for rule in leaf.rules:
        node = rule.node
        if isinstance(node, ast.ClauseNode) and node.award.group:
            said.append(node.award.span)
        elif isinstance(node, ast.ItemVetoNode | ast.ScaleNode) and node.group:
            said.append(node.span)
    said += [cap.span for cap in leaf.caps if cap.node.group]
    for span in said:
        words = official(mentions.source.slice(span))
        message = f"“{words}”说的是一类指标，“{leaf.heading.title}”下面却没有别的指标"
        help_text = "移到那一类的标题下；说的就是这一项的，写“本项”"
        mentions.fault("ZS0535", message, span, help_text)
    return evolve(leaf, broken=True) if said else leaf
