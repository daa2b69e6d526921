"""Resolution of what 加分项 and 减分项 hold, and of the sentences that say where the total ends."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from attrs import evolve

from zhunsheng.compiler.patterns.lacking import waives
from zhunsheng.compiler.resolve.mentions import Mentions, Scope, Site
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolved import Group, Leaf, Rule, Use
from zhunsheng.compiler.resolve.rules import resolve_rule
from zhunsheng.dsl import ast
from zhunsheng.dsl.headings import EXTRA
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.words import ADDING

Node = TypeVar("Node")


def extra_leaf(mentions: Mentions, leaf: Leaf, section: str) -> Leaf:
    """A leaf of 加分项 or 减分项: its points have the sign of the section."""
    before = len(mentions.diagnostics)
    rules = [_signed(mentions, rule, section) for rule in leaf.rules]
    mark = leaf.heading.mark
    if mark is not None and mark.kind == "weight":
        help_text = "写成（10分），或删去"
        mentions.fault("ZS0501", f"“{section}”计的是总分里的分，不能写权重", mark.span, help_text)
    broken = leaf.broken or len(mentions.diagnostics) > before
    return evolve(leaf, rules=tuple(rules), section=section, broken=broken)


def _signed(mentions: Mentions, rule: Rule, section: str) -> Rule:
    """A rule of 减分项 takes off, also where it says no more than 5分; one that gives is in the wrong section."""
    node = rule.node
    if not isinstance(node, ast.ClauseNode):
        return rule
    sign = -1 if section == "减分项" else 1
    if node.award.sign == sign:
        return rule
    words = official(mentions.source.slice(node.award.span))
    bare = node.award.points is not None and not words.startswith(tuple(ADDING))
    if section == "减分项" and bare:
        award = evolve(node.award, sign=-1)
        return evolve(rule, node=evolve(node, award=award))
    other = "加分项" if section == "减分项" else "减分项"
    what = "加分" if section == "减分项" else "扣分"
    help_text = f"移到“## {other}”一节，或核对这几个字"
    mentions.fault("ZS0530", f"“{section}”里不能{what}：“{words}”", node.award.span, help_text)
    return rule


def total_limits(mentions: Mentions, file: ast.RuleFile) -> tuple[ast.TotalLimitNode, ...]:
    """Where the total ends. The sentence stands in 评定等级, 加分项 or 减分项; elsewhere it would be read as a leaf's."""
    found: list[ast.TotalLimitNode] = []
    for section, heading, paragraph in file.executable():
        for segment in paragraph.segments:
            for item in segment.items:
                if not isinstance(item, ast.TotalLimitNode):
                    continue
                if section not in (*EXTRA, "评定等级"):
                    words = official(mentions.source.slice(item.span))
                    message = f"“{words}”说的是总分，不是“{heading.title}”这一项"
                    help_text = "移到“## 评定等级”一节；限制本指标的，写成“最多……分”"
                    mentions.fault("ZS0531", message, item.span, help_text)
                elif any(other.low == item.low for other in found):
                    message = "总分的上限或下限说了两次"
                    mentions.fault("ZS0531", message, item.span, "只留一处")
                else:
                    found.append(item)
    return tuple(found)


def misplaced_scales(mentions: Mentions, leaf: Leaf) -> Leaf:
    """A leaf; what multiplies the total has to stand where the total is spoken of."""
    said = [rule for rule in leaf.rules if isinstance(rule.node, ast.ScaleNode) and rule.node.total]
    for rule in said:
        words = official(mentions.source.slice(rule.span))
        message = f"“{words}”说的是总分，不是“{leaf.heading.title}”这一项"
        help_text = "移到“## 评定等级”一节；乘的是本指标的得分的，写成“本项得分乘以……”"
        mentions.fault("ZS0531", message, rule.span, help_text)
    return evolve(leaf, broken=True) if said else leaf


def total_scales(
    mentions: Mentions, sections: Iterable[ast.Heading | None], uses: list[Use]
) -> Iterator[Rule]:
    """What the total is multiplied by, numbered in order (系数1, 系数2, …)."""
    scope = Scope(mentions, "评定等级")
    said = (pair for section in sections for pair in items_of(section, ast.ScaleNode))
    for number, (segment, item) in enumerate(said, 1):
        scope.enter(segment.numbering)
        rule = resolve_rule(Site(scope, f"系数{number}", segment.sentence), item, segment)
        if rule is not None:
            yield rule
    uses += scope.uses


def section_caps(mentions: Mentions, section: ast.Heading) -> tuple[ast.CapNode, ...]:
    """The caps said right under 加分项 or 减分项, above its headings; nothing else can stand there."""
    caps = []
    for segment in segments_of(section):
        for item in segment.items:
            if isinstance(item, ast.CapNode):
                caps.append(item)
            elif not isinstance(item, ast.TotalLimitNode):
                message = f"“{section.title}”下面还有标题，这里只能写它的上限"
                help_text = "细则移到下级标题下；只是说明的写成引用（行首加 >）"
                mentions.fault("ZS0117", message, segment.span, help_text)
    return tuple(caps)


def check_caps_bound(
    mentions: Mentions,
    file: ast.RuleFile,
    leaves: tuple[Leaf, ...],
    groups: tuple[Group, ...],
    sections: dict[str, tuple[ast.CapNode, ...]],
) -> None:
    """Every cap of the text belongs to an indicator, a heading or a section; one that none takes is an error, for it
    would limit nothing."""
    taken = {cap.node.span for leaf in leaves for cap in leaf.caps}
    for group in groups:
        taken |= {node.span for node in group.caps}
        taken |= {cap.node.span for cap in group.leaf.caps} if group.leaf is not None else set()
    taken |= {node.span for nodes in sections.values() for node in nodes}
    taken |= {fault.span for fault in mentions.diagnostics if fault.span is not None}
    for _, _, paragraph in file.executable():
        for segment in paragraph.segments:
            for item in segment.items:
                if isinstance(item, ast.CapNode) and item.span not in taken:
                    words = official(mentions.source.slice(item.span))
                    message = f"“{words}”限制的是什么不清楚：这里没有它能限制的分数"
                    mentions.fault("ZS0221", message, item.span, "移到它限制的计分句后面")


def absent_facts(mentions: Mentions, leaves: tuple[Leaf, ...], uses: list[Use]) -> tuple[Leaf, ...]:
    """The leaves, each with a fact whether it is absent; not where some leaf says itself when it is."""
    if any(isinstance(rule.node, ast.ItemAbsenceNode) for leaf in leaves for rule in leaf.rules):
        return leaves
    titles = [leaf.heading.title for leaf in leaves]
    result = []
    for leaf in leaves:
        heading = leaf.heading
        if leaf.section:
            result.append(leaf)
            continue
        own = next((rule for rule in leaf.rules if waives(rule)), None)
        if own is not None:
            words = official(mentions.source.slice(own.span)).strip("，；。")
            message = f"“{words}”：没有该项指标的，是照这一句得分，还是缺项？评定等级里也写了缺项怎样折算"
            help_text = "可以缺项的，在各指标下写明“若【……】的，本指标为缺项”；没有写的指标就不缺项"
            mentions.fault("ZS0582", message, own.span, help_text)
        name = heading.title if titles.count(heading.title) == 1 else f"{heading.id} {heading.title}"
        fact = mentions.names.setdefault(plain(f"{name}缺项"), f"{name}缺项")
        uses.append(Use(fact, "absent", (), heading.id, heading.id, None, heading.title_span))
        result.append(evolve(leaf, absent=fact))
    return tuple(result)


def segments_of(heading: ast.Heading | None) -> Iterator[ast.Segment]:
    """The segments of all paragraphs right under a heading."""
    for paragraph in heading.paragraphs if heading is not None else ():
        yield from paragraph.segments


def items_of(heading: ast.Heading | None, kind: type[Node]) -> Iterator[tuple[ast.Segment, Node]]:
    """The items of one kind right under a heading, each with its segment."""
    for segment in segments_of(heading):
        yield from ((segment, item) for item in segment.items if isinstance(item, kind))
