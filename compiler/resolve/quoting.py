"""Which of the official words belong to a rule."""

from itertools import count

from zhunsheng.compiler.resolve.resolved import RuleNode
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import unmarked
from zhunsheng.runtime.source import Source, Span


def official(text: str) -> str:
    """Official words without the author's markers and layout."""
    return "".join(
        char for char, _ in unmarked(zip(text, count(), strict=False)) if char not in "*\r\n"
    ).strip()


def own_words(node: RuleNode, segment: ast.Segment, source: Source) -> str:
    """The official words of a rule: the segment, markers removed, when the rule is all of it but caps."""
    if isinstance(node, ast.ClauseNode) and node.told:
        return node.told
    rules = [item for item in segment.items if isinstance(item, RuleNode) and not _attached(item)]
    text = segment.text if len(rules) == 1 else source.slice(node.span)
    return official(text)


def quotable(segment: ast.Segment, item: RuleNode) -> Span:
    """The words of a segment that belong to one of its rules: up to the next rule, its own caps included."""
    start, end, seen = segment.span.start, segment.span.end, False
    for other in segment.items:
        if other is item:
            seen = True
        elif isinstance(other, RuleNode | ast.AlikeNode) and seen and not _attached(other):
            return Span(start, end)
        if seen:
            end = other.span.end
        else:
            start = other.span.end
    return Span(start, segment.span.end)


def _attached(item: RuleNode | ast.AlikeNode) -> bool:
    """Whether an item belongs to the rule before it."""
    return isinstance(item, ast.ClauseNode) and item.attached
