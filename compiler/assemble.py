"""Putting the lowered parts together to a program."""

from fractions import Fraction

from attrs import evolve

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower.finish import section_clamp
from zhunsheng.compiler.parts.force import in_force_from, in_force_until
from zhunsheng.compiler.parts.tiers import Tiers
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl import ast
from zhunsheng.dsl.headings import EXTRA, OWN
from zhunsheng.runtime.facts import FactSpec


def assemble(
    standard: Standard,
    specs: tuple[FactSpec, ...],
    indicators: dict[str, ir.Indicator],
    tiers: Tiers,
    vetoes: tuple[ir.Veto, ...],
    derived: tuple[ir.Derived, ...],
    open_terms: tuple[str, ...],
) -> ir.Program:
    """The program of a standard without errors."""
    meta = ir.Meta(
        standard.id,
        standard.file.title,
        standard.file.value("文号"),
        standard.file.value("发布机关"),
        standard.file.value("发布日期"),
        standard.file.value("时效性"),
        standard.source.text,
        effective=in_force_from(standard.file),
        expires=in_force_until(standard.file),
    )
    formulas = {item.fact: item.text for item in derived}
    specs = tuple(evolve(spec, formula=formulas.get(spec.name, spec.formula)) for spec in specs)
    total = next((u.fact for u in standard.resolved.uses if u.role == "total"), None)
    return ir.Program(
        meta,
        specs,
        derived,
        trees(standard, indicators),
        standard.weights.scheme == "weights",
        tiers.bands,
        vetoes,
        total,
        open_terms,
    )


def trees(standard: Standard, indicators: dict[str, ir.Indicator]) -> tuple[ir.Indicator, ...]:
    """The indicators with their headings, 加分项 and 减分项 last."""
    return (
        *(_tree(standard, h, indicators) for h in standard.file.indicators),
        *(_section(standard, title, indicators) for title in EXTRA if title in standard.file.sections),
    )


def _section(standard: Standard, title: str, lowered: dict[str, ir.Indicator]) -> ir.Indicator:
    """加分项 or 减分项: its leaves with the ends of their sum, or, with rules right under it, a leaf itself."""
    heading = standard.file.sections[title]
    node = _tree(standard, heading, lowered)
    if node.leaf:
        return node
    full = None if title == "减分项" else node.full
    return evolve(node, full=full, clamp=section_clamp(standard, heading))


def _tree(standard: Standard, heading: ast.Heading, lowered: dict[str, ir.Indicator]) -> ir.Indicator:
    if not heading.children:
        return lowered.get(heading.id) or ir.Indicator(
            heading.id, heading.title, None, Fraction(0), None,
            line=standard.source.position(heading.title_span.start)[0],
        )  # fmt: skip
    children = tuple(_tree(standard, child, lowered) for child in heading.children)
    mark = heading.mark
    printed = mark.text if mark is not None and mark.kind == "weight" else None
    points = mark.value if mark is not None and mark.kind == "points" else None
    weight = sum((leaf.weight for leaf in ir.leaves(children)), Fraction(0))
    own = lowered.get(f"{heading.id}.{OWN}")
    children += () if own is None else (own,)
    line = standard.source.position(heading.title_span.start)[0]
    node = ir.Indicator(heading.id, heading.title, printed, weight, points, children)
    steps = standard.steps.get(heading.id, ())
    return evolve(node, line=line, clamp=standard.clamps.get(heading.id), steps=steps)
