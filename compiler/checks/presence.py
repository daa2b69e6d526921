"""What must be there: rules under each indicator, indicators under the title; else the open terms they leave."""

import re
from collections.abc import Iterator

from zhunsheng.compiler.parts.tiers import Tiers
from zhunsheng.compiler.resolve.resolved import Leaf, Rule
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl import ast
from zhunsheng.dsl.rulefile import NO_TITLE
from zhunsheng.runtime.diagnostics import Diagnostic


def missing_rules(standard: Standard) -> Iterator[Diagnostic]:
    """Indicators without rules, unless the standard is open; a standard without indicators."""
    for leaf in () if standard.is_open else _without_rules(standard):
        message = f"“{leaf.heading.title}”没有细则"
        help_text = "在标题下写上怎样计分；原文未定的，在文件头写“状态：开放”"
        yield Diagnostic("ZS0513", message, standard.source, leaf.heading.title_span, help_text)
    file = standard.file
    others = ("分级评价", "基本条件")
    nothing = not standard.resolved.tiers and not standard.resolved.requirements
    if not file.indicators and nothing and not any(name in file.sections for name in others) and file.title:
        message = "没有指标：二级标题下要有评分细则"
        help_text = "写成：## 指标名称（权重0.5）"
        yield Diagnostic("ZS0513", message, standard.source, file.title_span, help_text)


def open_rules(standard: Standard) -> Iterator[str]:
    """The open terms of an open standard: its indicators without rules."""
    for leaf in _without_rules(standard) if standard.is_open else ():
        yield f"{leaf.heading.id} {leaf.heading.title}：细则"


def missing_bands(standard: Standard, tiers: Tiers) -> Iterator[Diagnostic]:
    """分为“优秀”、“良好”: tiers that are named need bands, unless the standard is open."""
    for node, lacking in () if standard.is_open else _without_bands(standard, tiers):
        message = f"“{'”“'.join(lacking)}”没有写多少分"
        help_text = f"写上分数段，如“80分（含）以上评为{lacking[0]}”；原文未定的，在文件头写“状态：开放”"
        yield Diagnostic("ZS0517", message, standard.source, node.span, help_text)


def open_tiers(standard: Standard, tiers: Tiers) -> Iterator[str]:
    """The open terms of an open standard: its tiers without bands."""
    for _, lacking in _without_bands(standard, tiers) if standard.is_open else ():
        yield f"评定等级：{'、'.join(lacking)}的分数段"
    effects = (effect for rule in standard.resolved.vetoes for effect in _effects(rule))
    named = next((effect.tier for effect in effects if effect.tier), None)
    if standard.is_open and named is not None and not tiers.bands and not standard.resolved.tier_names:
        yield f"评定等级：“{named}”和其他等级的分数段"


def _effects(rule: Rule) -> tuple[ast.EffectNode, ...]:
    return rule.node.effects if isinstance(rule.node, ast.VetoNode) else ()


def _without_bands(standard: Standard, tiers: Tiers) -> Iterator[tuple[ast.TierNamesNode, tuple[str, ...]]]:
    bands = {band.name for band in tiers.bands}
    for node in standard.resolved.tier_names if not tiers.diagnostics else ():
        lacking = tuple(name for name in node.names if name not in bands)
        if lacking:
            yield node, lacking


#: What an official text writes where a body fills in its own words.
_BLANKS = re.compile("[XxＸｘ×]{2,}")


def open_blanks(standard: Standard) -> Iterator[str]:
    """The blanks of an open standard's indicators (服务企业的XX行政区域分布)."""
    for leaf in standard.resolved.leaves if standard.is_open else ():
        blank = _BLANKS.search(leaf.heading.title)
        if blank is not None:
            yield f"{leaf.heading.id} {leaf.heading.title}：“{blank[0]}”是什么"


def _without_rules(standard: Standard) -> Iterator[Leaf]:
    for leaf in standard.resolved.leaves:
        if leaf.rules or leaf.broken or leaf.heading.title == NO_TITLE or standard.total_is_fact:
            continue
        yield leaf


def mark_unread(standard: Standard) -> bool:
    """Whether a heading's weight could not be read; then nothing is said about sums."""
    lines = {d.position[0] for d in standard.parsed.diagnostics if d.code in ("ZS0203", "ZS0214")}
    return any(
        h.title == NO_TITLE or standard.source.position(h.title_span.start)[0] in lines
        for h in ast.all_headings(standard.file.indicators)
    )
