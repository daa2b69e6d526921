"""Resolution of general vetoes: one by one, or in a list whose lead-in says what they do.

有下列情形之一的，实行一票否决：（一）【弄虚作假】的；（二）【重大事故】的，直接评为不合格。
"""

from collections.abc import Iterator

from attrs import evolve, frozen

from zhunsheng.compiler.resolve.mentions import Mentions, Scope, Site
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.requirements import style_of
from zhunsheng.compiler.resolve.resolved import Rule, Use
from zhunsheng.compiler.resolve.rules import resolve_rule
from zhunsheng.dsl import ast

_LIST = "写成“有下列情形之一的，直接评为不合格：（一）【……】的；（二）【……】的。”"


def resolve_vetoes(
    mentions: Mentions, heading: ast.Heading | None, prefix: str, uses: list[Use]
) -> Iterator[Rule]:
    """The vetoes right under a heading, numbered in order; a lead-in has no number."""
    scope = Scope(mentions, "一票否决" if prefix == "否决" else "评定等级")
    for count, (segment, item) in enumerate(_told(mentions, heading), 1):
        scope.enter(segment.numbering)
        rule = resolve_rule(Site(scope, f"{prefix}{count}", segment.sentence), item, segment)
        if rule is not None:
            yield rule
    uses += scope.uses


@frozen
class _Lead:
    """A lead-in with its place; `style` is the numbering of its list, None before the first of it."""

    node: ast.VetoLeadNode
    paragraph: ast.Paragraph
    sentence: int
    style: str | None = None

    def heads(self, paragraph: ast.Paragraph, segment: ast.Segment) -> bool:
        """Whether a segment is one of the list: numbered like those before it, or in the lead-in's sentence."""
        style = style_of(segment.numbering)
        if self.style not in (None, style):
            return False
        return bool(style) or (paragraph is self.paragraph and segment.sentence == self.sentence)


def _told(mentions: Mentions, heading: ast.Heading | None) -> Iterator[tuple[ast.Segment, ast.VetoNode]]:
    """The vetoes with what they do, as they or their lead-ins say it."""
    lead: _Lead | None = None
    for paragraph in heading.paragraphs if heading is not None else ():
        for segment in paragraph.segments:
            if lead is not None and not lead.heads(paragraph, segment):
                _check_used(mentions, lead)
                lead = None
            elif lead is not None:
                lead = evolve(lead, style=style_of(segment.numbering))
            for item in segment.items:
                if isinstance(item, ast.VetoLeadNode):
                    lead = _Lead(item, paragraph, segment.sentence)
                    _check_one(mentions, item)
                elif isinstance(item, ast.VetoNode):
                    told = _with_effects(mentions, item, lead)
                    if told is not None:
                        yield segment, told
    if lead is not None:
        _check_used(mentions, lead)


def _with_effects(mentions: Mentions, node: ast.VetoNode, lead: _Lead | None) -> ast.VetoNode | None:
    """A veto with its own effects, or those of its lead-in; None where neither says any, or both do."""
    if lead is None:
        if node.effects:
            return node
        help_text = f"写成“若【……】的，直接评为不合格”；几项一起说的，{_LIST}"
        mentions.fault("ZS0206", "这句话没有写完：没有说有什么后果", node.span, help_text)
        return None
    if not node.effects:
        return evolve(node, effects=lead.node.effects)
    if all(effect.kind == "veto" for effect in lead.node.effects):
        return node
    words = official(mentions.source.slice(lead.node.span))
    message = f"这一项另写了后果，前面却已经说了“{words}”"
    mentions.fault("ZS0228", message, node.span, "后果只写一处；这一项不同的，移到列举之外另写一段")
    return None


def _check_one(mentions: Mentions, node: ast.VetoLeadNode) -> None:
    if not node.one:
        message = "列举的各项是有一项就否决，还是都有才否决？这里没有写“之一”"
        mentions.fault("ZS0228", message, node.span, _LIST)


def _check_used(mentions: Mentions, lead: _Lead) -> None:
    if lead.style is None:
        mentions.fault("ZS0228", "这句话后面没有列举", lead.node.span, _LIST)
