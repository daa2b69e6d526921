"""Pass 1, resolve (指代): which fact each mention is, what an elided subject refers back to, what counts what.

The walk over a file: leaves, vetoes, tiers, formulas. One rule is resolved in ``resolve_rules``."""

from collections.abc import Iterable, Iterator

from attrs import evolve

from zhunsheng.compiler.parts.formulas import operands
from zhunsheng.compiler.patterns.alike import alike, with_alikes
from zhunsheng.compiler.patterns.band_series import with_bands
from zhunsheng.compiler.patterns.best import pick
from zhunsheng.compiler.patterns.branches import branched
from zhunsheng.compiler.patterns.choices import with_choices
from zhunsheng.compiler.patterns.lacking import with_lacking
from zhunsheng.compiler.patterns.lines import with_lines
from zhunsheng.compiler.patterns.periods import with_gaps
from zhunsheng.compiler.resolve.attached import attached, from_nothing, part_dropped, stepped_from_nothing
from zhunsheng.compiler.resolve.bare_ends import with_ends
from zhunsheng.compiler.resolve.cohort import in_formula, tie_break
from zhunsheng.compiler.resolve.extra import (
    absent_facts,
    check_caps_bound,
    extra_leaf,
    items_of,
    misplaced_scales,
    section_caps,
    segments_of,
    total_limits,
    total_scales,
)
from zhunsheng.compiler.resolve.full_marks import with_full_marks
from zhunsheng.compiler.resolve.heads import group, misplaced, own_headings
from zhunsheng.compiler.resolve.instances import beside_counts, with_instances
from zhunsheng.compiler.resolve.mentions import Mentions, Scope, Site, check_shared, ends_reach, mentions_of
from zhunsheng.compiler.resolve.none_of_it import with_none
from zhunsheng.compiler.resolve.quoting import official, quotable
from zhunsheng.compiler.resolve.requirements import numbered, resolve_requirements
from zhunsheng.compiler.resolve.resolved import Alike, Cap, Leaf, LevelRow, Resolved, Rule, Use
from zhunsheng.compiler.resolve.rule_tables import against_quotas, starred_vetoes, unused_quotas
from zhunsheng.compiler.resolve.rules import resolve_rule
from zhunsheng.compiler.resolve.tables import Tables
from zhunsheng.compiler.resolve.vetoes import resolve_vetoes
from zhunsheng.dsl import ast
from zhunsheng.dsl.headings import EXTRA
from zhunsheng.dsl.paragraphs import unfinished
from zhunsheng.dsl.rulefile import Parsed
from zhunsheng.runtime.source import Span


def resolve(parsed: Parsed, tables: Tables) -> Resolved:
    """Resolves every mention of a file."""
    assert parsed.file is not None
    mentions = mentions_of(parsed.source, tables)
    uses: list[Use] = []
    sections = parsed.file.sections
    extra = [sections[title] for title in EXTRA if title in sections]
    indicators = parsed.file.indicators
    chosen = with_choices(mentions, (*indicators, *extra))
    indicators, extra = chosen[: len(indicators)], list(chosen[len(indicators) :])
    found = [
        misplaced(mentions, _leaf(mentions, heading, uses, is_open=parsed.file.is_open))
        for heading in leaf_headings(indicators)
    ]
    groups = tuple(
        group(mentions, _leaf(mentions, heading, uses, is_open=parsed.file.is_open))
        for heading in own_headings(indicators)
    )
    found += [own.leaf for own in groups if own.leaf is not None]
    found += [
        extra_leaf(
            mentions,
            misplaced(mentions, _leaf(mentions, heading, uses, is_open=parsed.file.is_open)),
            section.title,
        )
        for section in extra
        for heading in leaf_headings((section,))
    ]
    graded = sections.get("评定等级")
    rounded = tuple(_rounded(segments_of(graded)))
    rounded_totals = tuple(pair for pair in rounded if pair[0].level is None)
    for node, span in rounded:
        found = _rounded_each(mentions, parsed.file, found, node, span)
    absences = tuple(item for _, item in items_of(graded, ast.AbsenceNode))
    leaves = absent_facts(mentions, tuple(found), uses) if absences else tuple(found)
    vetoes = (
        *resolve_vetoes(mentions, sections.get("一票否决"), "否决", uses),
        *resolve_vetoes(mentions, graded, "定级", uses),
    )
    said = sum(1 for rule in vetoes if rule.id.startswith("否决"))
    vetoes += tuple(starred_vetoes(mentions, sections.get("一票否决"), leaves, said + 1))
    tiers = tuple(_tiers(mentions, graded, uses))
    tier_rules = _tier_rules(mentions, graded, uses)
    scales = tuple(total_scales(mentions, (graded, sections.get("一票否决")), uses))
    limits = total_limits(mentions, parsed.file)
    caps = {section.title: section_caps(mentions, section) for section in extra if section.children}
    check_caps_bound(mentions, parsed.file, leaves, groups, caps)
    levels = tuple(_levels(mentions, sections.get("分级评价"), uses))
    requirements = resolve_requirements(mentions, parsed.file, uses)
    check_shared(mentions, uses)
    formulas = Site(Scope(mentions, "计算"), "计算", 0)
    written = [evolve(own, formula=in_formula(formulas, own.formula)) for own in parsed.file.definitions]
    uses += formulas.scope.uses
    implied = tuple(mentions.implied.values())
    definitions = (*written, *(own.definition for own in implied))
    for definition in definitions:
        mentions.name(definition.fact)
    for definition in definitions:
        for mention, role in operands(definition.formula, mentions.dated):
            uses.append(Use(mentions.name(mention), role, (), "计算", "计算", mention, mention.span))
    leaves = with_lacking(mentions, leaves, definitions, tables, uses)
    names = tuple(item for _, item in items_of(graded, ast.TierNamesNode))
    resolved = Resolved(
        leaves,
        vetoes,
        tiers,
        names,
        tuple(uses),
        mentions.names,
        definitions,
        implied,
        rounded_totals,
        tuple(mentions.diagnostics),
        tier_rules,
        absences,
        limits,
        caps,
        requirements,
        tuple(mentions.counted_once),
        levels=levels,
        groups=groups,
        choices=mentions.choices,
        cohorts=tuple(mentions.cohorts),
        tie_breaks=tuple(mentions.tie_breaks),
        place_shares=mentions.place_shares,
        scales=scales,
    )
    return with_alikes(mentions, resolved)


def leaf_headings(headings: tuple[ast.Heading, ...]) -> Iterator[ast.Heading]:
    """The headings that have none below them."""
    for heading in headings:
        if heading.children:
            yield from leaf_headings(heading.children)
        else:
            yield heading


def headings_at(headings: Iterable[ast.Heading], level: int) -> Iterator[ast.Heading]:
    """The headings so deep, or with level 0 those without any below."""
    for heading in headings:
        if level == 1 or (level == 0 and not heading.children):
            yield heading
        else:
            yield from headings_at(heading.children, max(level - 1, 0))


def _leaf(mentions: Mentions, heading: ast.Heading, uses: list[Use], *, is_open: bool) -> Leaf:
    broken = any(segment.broken for paragraph in heading.paragraphs for segment in paragraph.segments)
    scope = Scope(mentions, heading.id, broken, leaf=True)
    rules: list[Rule] = []
    caps: list[Cap] = []
    full: list[ast.FullMarkNode] = []
    measured: list[tuple[ast.MeasuredNode, bool]] = []
    best: list[tuple[ast.BestNode, int]] = []
    alikes: list[Alike] = []
    starts: list[ast.StartNode] = []
    bottoms: list[ast.BottomNode] = []
    before = len(mentions.diagnostics)
    said = with_full_marks(mentions, heading, numbered(p for p in heading.paragraphs if not p.requires))
    said = with_none(mentions, heading, said)
    segments = list(with_lines(mentions, with_gaps(mentions, with_bands(mentions, heading, said))))
    broken = broken or len(mentions.diagnostics) > before
    quotas: list[ast.QuotaNode] = []
    place = 0
    for segment, sentence in segments:
        scope.enter(segment.numbering)
        place += ends_reach(segment.numbering)
        ahead: list[ast.Item] = []
        for written in segment.items:
            item = part_dropped(beside_counts(mentions, written, ahead), rules)
            ahead.append(item)
            cut = item is segment.items[0] and ends_reach(segment.numbering)
            if isinstance(item, ast.ClauseNode) and not cut and from_nothing(item, rules, sentence):
                stepped = stepped_from_nothing(Site(scope, heading.id, sentence), item, rules)
                if stepped is None:
                    broken = True
                    continue
                items = tuple(stepped if own is written else own for own in segment.items)
                item, segment = stepped, evolve(segment, items=items)
            if isinstance(item, ast.QuotaNode):
                quotas.append(item)
            elif isinstance(item, ast.CapNode):
                own = [other for other in segment.items if isinstance(other, ast.ClauseNode)]
                mates = sum(not other.attached for other in own)
                alone = item is segment.items[0] or mates > 1
                caps.append(Cap(item, rules[-1].id if rules else None, alone, item.span, item.span, place))
            elif isinstance(item, ast.FullMarkNode):
                full.append(item)
            elif isinstance(item, ast.BestNode):
                best.append((item, sentence))
            elif isinstance(item, ast.MeasuredNode):
                behind_list = bool(segment.numbering and rules and rules[-1].listed)
                measured.append((item, behind_list))
            elif isinstance(item, ast.TieNode):
                tie_break(Site(scope, heading.id, sentence), item)
            elif isinstance(item, ast.StartNode):
                starts.append(item)
            elif isinstance(item, ast.BottomNode):
                bottoms.append(item)
            elif isinstance(item, ast.PartStepNode) or (isinstance(item, ast.ClauseNode) and item.attached):
                rule = attached(Site(scope, heading.id, sentence), item, rules, cut=cut)
                broken = broken or rule is None
                rules[-1:] = [rule] if rule is not None else rules[-1:]
            elif isinstance(item, ast.AlikeNode):
                site = Site(scope, f"{heading.id}.视同{len(alikes) + 1}", sentence)
                found = alike(site, item, segment, rules)
                broken = broken or found is None
                alikes += [found] if isinstance(found, Alike) else []
                rules[-1:] = [found] if isinstance(found, Rule) else rules[-1:]
            elif isinstance(item, ast.ClauseNode | ast.ItemVetoNode | ast.ItemAbsenceNode | ast.ScaleNode):
                site = Site(scope, f"{heading.id}.{len(rules) + 1}", sentence)
                resolved = against_quotas(mentions, item, quotas)
                rule = None if resolved is None else resolve_rule(site, resolved, segment)
                rule = rule and branched(site, rule, rules, segment)
                if rule is None:
                    broken = True
                else:
                    rules.append(evolve(rule, segment=quotable(segment, item), item=place))
    ruled = [_measured(scope, node, is_open=is_open, behind_list=cut) for node, cut in measured]
    broken = broken or not all(ruled)
    uses += scope.uses
    picks = tuple(pick(mentions, node, sentence, rules) for node, sentence in best)
    rounded = tuple(_rounded(segment for segment, _ in segments))
    leaf = Leaf(
        heading,
        tuple(with_ends(with_instances(rules))),
        tuple(caps),
        tuple(full),
        broken,
        picks,
        rounded=rounded,
        bases=mentions.bases,
    )
    leaf = evolve(leaf, starts=tuple(starts), bottoms=tuple(bottoms), alikes=tuple(alikes))
    leaf = misplaced_scales(mentions, leaf)
    return evolve(leaf, broken=True) if unused_quotas(mentions, leaf, quotas) else leaf


def _rounded(segments: Iterable[ast.Segment]) -> Iterator[tuple[ast.RoundedNode, Span]]:
    """What the sentences round, each with the words of its sentence."""
    for segment in segments:
        yield from ((item, segment.span) for item in segment.items if isinstance(item, ast.RoundedNode))


def _rounded_each(
    mentions: Mentions, file: ast.RuleFile, leaves: list[Leaf], node: ast.RoundedNode, segment: Span
) -> list[Leaf]:
    """The leaves, where those that a sentence speaks of are rounded (各指标得分保留一位小数)."""
    if node.level is None:
        return leaves
    headings = tuple(headings_at(file.indicators, node.level))
    whole = next((heading for heading in headings if heading.children), None)
    if whole is not None or not headings:
        words = official(mentions.source.slice(node.span))
        what = (
            "没有这一级指标"
            if whole is None
            else f"“{whole.title}”的得分是下面各个指标相加的，不是打出来的分"
        )
        help_text = "写“各指标得分”，或核对是第几级指标"
        mentions.fault("ZS0543", f"“{words}”：{what}", node.span, help_text)
    ids = {heading.id for heading in headings}
    return [
        evolve(leaf, rounded=(*leaf.rounded, (node, segment))) if leaf.heading.id in ids else leaf
        for leaf in leaves
    ]


def _measured(scope: Scope, node: ast.MeasuredNode, *, is_open: bool, behind_list: bool) -> bool:
    """Facts named for themselves; whether a rule of the leaf behind them speaks of them too, which only an open
    standard need not have. Numbered behind a list that 。 ended they would be entries that nobody counts."""
    mentions = scope.mentions
    if behind_list:
        words = official(mentions.source.slice(node.span)).strip("，；。")
        message = f"“{words}”没有算进前面列举的几项：前一项后面是句号，列举到那里为止"
        mentions.fault(
            "ZS0581", message, node.span, "列举的各项之间用“；”，最后一项后面才用“。”：①【……】；②【……】。"
        )
        return False
    ruled = {use.fact for use in scope.uses if use.span.start >= node.span.start}
    if not is_open and not all(mentions.name(mention) in ruled for mention in node.facts):
        mentions.diagnostics.append(unfinished(mentions.source, node.span))
        return False
    site = Site(scope, scope.id, 0)
    for mention in node.facts:
        site.use(mention, site.name(mention), "measured", (), mention.span)
    return True


def _levels(mentions: Mentions, heading: ast.Heading | None, uses: list[Use]) -> Iterator[LevelRow]:
    """The rows of a graded table; a row of ticks alone asks for a yes or no."""
    scope = Scope(mentions, "分级评价")
    for number, segment in enumerate(segments_of(heading), 1):
        for item in segment.items:
            if isinstance(item, ast.LevelRowNode):
                site = Site(scope, f"级{number}", 0)
                fact = site.name(item.fact)
                quantities = tuple(edge.quantity for cell in item.cells for edge in cell.edges)
                site.use(item.fact, fact, "compare" if quantities else "truth", quantities, item.fact.span)
                yield LevelRow(site.id, item, fact, official(segment.text), segment.span)
    uses += scope.uses


def _tiers(
    mentions: Mentions, heading: ast.Heading | None, uses: list[Use]
) -> Iterator[tuple[ast.TierNode, Span]]:
    site = Site(Scope(mentions, "评定等级"), "评定等级", 0)
    for segment, item in items_of(heading, ast.TierNode):
        if item.fact is not None:
            site.use(item.fact, site.name(item.fact), "total", (), item.fact.span)
        yield item, segment.span
    uses += site.scope.uses


def _tier_rules(mentions: Mentions, heading: ast.Heading | None, uses: list[Use]) -> dict[str, Rule]:
    """What tiers ask for besides the total, by their names."""
    scope = Scope(mentions, "评定等级")
    rules = {}
    for segment, item in items_of(heading, ast.TierNode):
        scope.enter(segment.numbering)
        if item.conditions or item.demands:
            rule = resolve_rule(Site(scope, item.name, segment.sentence), item, segment)
            if rule is not None:
                rules[item.name] = rule
    uses += scope.uses
    return rules
