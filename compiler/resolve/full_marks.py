"""得满分: the full mark of an indicator, put in place of the words before anything is resolved.

达到90%的得满分，每低于1个百分点扣2分 then reads like 得10分 under a heading （10分）.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from attrs import evolve

from zhunsheng.compiler.resolve.mentions import Mentions
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.dsl import ast
from zhunsheng.runtime.source import Span

Numbered = tuple[ast.Segment, int]


def with_full_marks(
    mentions: Mentions, heading: ast.Heading, numbered: Iterable[Numbered]
) -> Iterator[Numbered]:
    """The segments of a leaf with their sentences, 得满分 replaced by its points."""
    segments = list(numbered)
    full = full_mark(heading, [segment for segment, _ in segments])
    for segment, sentence in segments:
        items = tuple(_with(mentions, item, full) for item in segment.items)
        kept = tuple(item for item in items if item is not None)
        yield evolve(segment, items=kept), sentence


def full_mark(heading: ast.Heading, segments: Sequence[ast.Segment]) -> Fraction | None:
    """What stands behind the heading, 100 of a weight, or what a sentence says."""
    if heading.mark is not None:
        return heading.mark.value if heading.mark.kind == "points" else Fraction(100)
    said = (item for segment in segments for item in segment.items if isinstance(item, ast.FullMarkNode))
    return next((item.points for item in said), None)


def _with(mentions: Mentions, item: ast.Item, full: Fraction | None) -> ast.Item | None:
    """An item with its points; None where there is no full mark."""
    if isinstance(item, ast.ItemVetoNode) and item.full:
        if full is None:
            _unknown(mentions, item.span)
            return None
        return evolve(item, points=full)
    if not isinstance(item, ast.ClauseNode):
        return item
    measure = item.measure
    operand = next(_marks(measure.formula), None) if isinstance(measure, ast.ByFormula) else None
    if not item.award.full and operand is None:
        return item
    if full is None:
        _unknown(mentions, item.award.span if operand is None else operand.span)
        return None
    if isinstance(measure, ast.ByFormula):
        return evolve(item, measure=evolve(measure, formula=_filled(measure.formula, full)))
    return evolve(item, award=evolve(item.award, points=full * item.award.part))


def _unknown(mentions: Mentions, span: Span) -> None:
    """Tells that there is no full mark that words could speak of."""
    words = official(mentions.source.slice(span)).strip("，；。")
    help_text = "在标题后写明（10分），或写成“得10分”"
    mentions.fault("ZS0229", f"“{words}”是几分？本指标没有写满分", span, help_text)


def _marks(formula: ast.Formula) -> Iterator[ast.FullScore]:
    """Where a formula speaks of the full mark."""
    if isinstance(formula, ast.FullScore):
        yield formula
    elif isinstance(formula, ast.Binary):
        yield from _marks(formula.left)
        yield from _marks(formula.right)


def _filled(formula: ast.Formula, full: Fraction) -> ast.Formula:
    """A formula with the full mark in it (得分＝满分×【完成率】)."""
    if isinstance(formula, ast.FullScore):
        return ast.Constant(full, span=formula.span)
    if isinstance(formula, ast.Binary):
        return evolve(formula, left=_filled(formula.left, full), right=_filled(formula.right, full))
    return formula
