"""Resolution of one rule: its conditions, what it counts or steps along, and what an assessor judges."""

import re
from fractions import Fraction

from attrs import evolve

from zhunsheng.compiler.patterns.lines import resolve_line, run_along
from zhunsheng.compiler.patterns.listed import counts_a_list, resolve_list
from zhunsheng.compiler.patterns.periods import holds_of_all, told_of_one
from zhunsheng.compiler.resolve.attached import fault_of_no_base
from zhunsheng.compiler.resolve.cohort import along_places, from_best, in_formula
from zhunsheng.compiler.resolve.conditions import (
    check_negation,
    distributed,
    resolve_exemptions,
    resolve_part,
    two_sided,
)
from zhunsheng.compiler.resolve.implied import scored
from zhunsheng.compiler.resolve.mentions import Site
from zhunsheng.compiler.resolve.quoting import own_words
from zhunsheng.compiler.resolve.resolved import Part, Rule, RuleNode
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.vocabulary import WORDS
from zhunsheng.dsl.words import DURATION_UNITS
from zhunsheng.runtime.source import Span

#: Words by which a fact says itself that it counts what is missing.
_LACKING = re.compile("缺|少|未|无|欠|漏")

#: Units in which instances of anything are counted.
_INSTANCES = ("次", "人次", "起", "例", "件", "处", "项")

Conditions = tuple[ast.Condition, ...]


def resolve_rule(site: Site, node: RuleNode, segment: ast.Segment) -> Rule | None:
    """A rule with its facts, None where one cannot be told."""
    diagnostics = site.scope.mentions.diagnostics
    before = len(diagnostics)
    if not holds_of_all(site, node) or _open_beside_all(site, node):
        return None
    conditions, counted, judged, along = node.conditions, None, None, False
    if isinstance(node, ast.ClauseNode) and isinstance(node.measure, ast.Line):
        counted, conditions, along = resolve_line(site, node, node.measure)
    elif isinstance(node, ast.ClauseNode) and isinstance(node.measure, ast.ByFormula):
        counted = _by_formula(site, node, node.measure)
    elif isinstance(node, ast.ClauseNode):
        conditions, counted, judged = _amount(site, node)
    if isinstance(node, ast.ScaleNode) and isinstance(node.factor, ast.FactMention):
        counted = site.name(node.factor)
        site.use(node.factor, counted, "formula", (), node.factor.span)
    listed = None
    if isinstance(node, ast.ClauseNode) and counts_a_list(node):
        listed = resolve_list(site, node)
        conditions = tuple(condition for condition in conditions if condition.kind != "held")
    found = [
        Part(condition, "") if _of_indicator(site, node, condition) else resolve_part(site, condition)
        for condition in conditions
    ]
    parts = [part for part in found if part is not None]
    if along and len(parts) == len(conditions):
        assert isinstance(node, ast.ClauseNode) and isinstance(node.measure, ast.Line)
        counted, parts = run_along(site, node, node.measure, parts)
        conditions = conditions[: len(parts)]
    times = None
    if isinstance(node, ast.ClauseNode) and isinstance(node.measure, ast.Step):
        node, parts = _from_place(site, node, node.measure, parts)
        assert isinstance(node.measure, ast.Step)
        counted = _stepped(site, node, node.measure, parts)
    elif isinstance(node, ast.ClauseNode) and isinstance(node.measure, ast.Per):
        times = _times(site, *node.measure.times) if node.measure.times is not None else None
    elif isinstance(node, ast.ClauseNode) and isinstance(node.measure, ast.Target) and parts:
        counted = parts[0].fact
        quantity = node.measure.edge.quantity
        site.use(parts[0].node.fact, counted, "count", (quantity,), node.measure.span)
    check_negation(site, node.joiners, parts)
    parts = distributed(site, node.joiners, parts)
    exempt = (
        ()
        if isinstance(node, ast.TierNode | ast.ItemAbsenceNode | ast.ScaleNode)
        else resolve_exemptions(site, node.exemptions)
    )
    if len(diagnostics) > before or len(parts) < len(conditions) or exempt is None:
        return None
    ranges, joiners = two_sided(parts, node.joiners[: max(0, len(parts) - 1)])
    words = own_words(node, segment, site.source)
    return Rule(
        site.id, node, ranges, joiners, counted, judged, words, site.sentence, node.span, segment.span,
        times=times, exempt=exempt, listed=listed,
    )  # fmt: skip


def _of_indicator(site: Site, node: RuleNode, condition: ast.Condition) -> bool:
    """Whether a condition is 没有该项指标的, whose facts are known once all clauses of the indicator are."""
    own = isinstance(node, ast.ClauseNode | ast.ItemVetoNode | ast.ItemAbsenceNode | ast.ScaleNode)
    bare = condition.kind == "lacking" and condition.fact is None and not condition.exemptions
    return site.scope.leaf and own and bare


def _amount(site: Site, node: ast.ClauseNode) -> tuple[Conditions, str | None, str | None]:
    """The conditions that are left when the fact counted or judged is taken from them, and that fact."""
    if node.award.nothing:
        return node.conditions, None, None
    if node.award.points is None:
        judged, conditions = _judged(site, node)
        return conditions, None, judged
    if isinstance(node.measure, ast.Per):
        counted, conditions = _counted(site, node, node.measure)
        return conditions, counted, None
    if node.measure is None and not node.conditions and (node.branch is None or node.branch.kind == "within"):
        site.fault("ZS0211", "没有说满足什么条件才计分", node.span, "在前面写上条件，如“【……】的，加50分”")
    return node.conditions, None, None


def _judged(site: Site, node: ast.ClauseNode) -> tuple[str | None, Conditions]:
    """酌情加分: the points are the value of the last fact named."""
    conditions = node.conditions
    mention = node.measure.fact if isinstance(node.measure, ast.Per) else None
    if mention is None and conditions and conditions[-1].kind == "holds" and not conditions[-1].negated:
        mention = conditions[-1].fact
        conditions = conditions[:-1]
    if mention is None:
        site.fault(
            "ZS0213", "酌情加分要有一个供评审员打分的数据项", node.award.span, "写成“【……】的酌情加分”"
        )
        return None, conditions
    fact = site.name(mention)
    site.use(mention, fact, "judge", (), mention.span)
    return fact, conditions


def _open_beside_all(site: Site, node: RuleNode) -> bool:
    """Refuses a comma that leaves 且 or 或 open beside facts that must all hold (【甲】，【乙】、【丙】齐全的)."""
    if isinstance(node, ast.RequirementNode) and node.mood != "bar":
        return False
    together = any(joiner.sense == "and" and joiner.word in WORDS["DUN"] for joiner in node.joiners)
    comma = next((joiner for joiner in node.joiners if joiner.sense is None), None)
    if not together or comma is None:
        return False
    message = f"“{comma.word}”连接的条件是“且”还是“或”？后面说齐全的几项都要有"
    site.fault("ZS0218", message, comma.span, "都要的，改为“且”；有一样就行的，拆成两句")
    return True


def _counted(site: Site, node: ast.ClauseNode, per: ast.Per) -> tuple[str | None, Conditions]:
    """每一种【渠道】: what is counted is the fact behind 每, or the one right before it."""
    conditions = node.conditions
    mention = per.fact
    if mention is None and conditions:
        last = conditions[-1]
        counts = not last.with_de or node.award.series is not None or _instances(site, node, last, per)
        if last.kind == "holds" and not last.negated and counts:
            mention = last.fact
            conditions = conditions[:-1]
    if mention is None:
        unit = per.quantity.unit
        help_text = f"在单位后面写上数据项，如“每一{unit}【培训】加20分”"
        named = conditions[-1].fact if conditions and conditions[-1].kind == "holds" else None
        if named is not None and not conditions[-1].negated:
            help_text = f"数的就是它的，写成“每一{unit}【{named.shown}】……”；数别的，{help_text}"
        site.fault("ZS0212", "没有说“每”数的是什么", per.span, help_text)
        return None, conditions
    if per.manner == "连续":
        return _streaks(site, mention, per), conditions
    fact = site.name(mention)
    if per.lacking and not mention.renamed and not _LACKING.search(mention.shown):
        site.fault(
            "ZS0236",
            f"“{mention.shown}”填的是缺几{per.quantity.unit}，还是有几{per.quantity.unit}？",
            mention.span,
            f"填缺几{per.quantity.unit}的，写成【{mention.shown}｜缺少的{mention.shown}】；"
            f"填有几{per.quantity.unit}的，写明应有多少：【{mention.shown}】应不少于几{per.quantity.unit}，每少……",
        )
        return None, conditions
    site.use(mention, fact, "count", (per.quantity,), per.span)
    site.measure(fact, per.quantity.unit)
    return fact, conditions


def _instances(site: Site, node: ast.ClauseNode, last: ast.Condition, per: ast.Per) -> bool:
    """Whether 【迟到】的，每人次扣0.5分 counts what it is about: where points are taken off, and 数据项 has no yes or no of it."""
    if node.award.sign > 0 or last.fact is None or len(node.conditions) > 1:
        return False
    return per.quantity.unit in _INSTANCES and not site.scope.mentions.declared_truth.get(
        plain(last.fact.name)
    )


def _by_formula(site: Site, node: ast.ClauseNode, measure: ast.ByFormula) -> str:
    """得分＝【甲】÷【乙】×10: a derived fact of its own, whose value is the points."""
    words = site.source.slice(measure.span)
    definition = scored(site.id, in_formula(site, measure.formula), words, off=node.award.sign < 0)
    fact = site.imply(definition, definition.fact.name)
    site.use(None, fact, "count", (ast.Quantity(Fraction(1), "分", span=measure.span),), measure.span)
    return fact


def _streaks(site: Site, mention: ast.FactMention, per: ast.Per) -> str | None:
    """每连续10天【登录日期】: the streaks in the days that the fact lists."""
    days = per.quantity.value
    if DURATION_UNITS.get(per.quantity.unit) != ("天", 1) or days.denominator != 1 or days < 2:
        help_text = "写成“每连续10天”这样的整天数，不少于2天"
        site.fault("ZS0241", "“每连续”后面要写几天", per.quantity.span, help_text)
        return None
    fact = site.streak(mention, days.numerator)
    site.use(mention, fact, "count", (ast.Quantity(Fraction(1), "次", span=per.quantity.span),), per.span)
    return fact


def _times(site: Site, mention: ast.FactMention, quantity: ast.Quantity) -> str:
    """The second count of 每户【…】每月【…】."""
    fact = site.name(mention)
    site.use(mention, fact, "count", (quantity,), mention.span)
    site.measure(fact, quantity.unit)
    return fact


def _from_place(
    site: Site, node: ast.ClauseNode, step: ast.Step, parts: list[Part]
) -> tuple[ast.ClauseNode, list[Part]]:
    """排名第1名，每下降一个名次扣1分: steps of a place rise with its number."""
    based = [part for part in parts if part.node.kind in ("base", "compared")]
    if not based:
        return node, parts
    own = along_places(site, node, step, based[-1].node)
    if own is None or own is step:
        return node, parts
    parts = [evolve(p, node=from_best(p.node)) if p is based[-1] else p for p in parts]
    return evolve(node, measure=own), parts


def _stepped(site: Site, node: ast.ClauseNode, step: ast.Step, parts: list[Part]) -> str | None:
    """每增加…: the steps start at the number of the condition, on the condition's fact."""
    based = [part for part in parts if part.node.kind in ("base", "compared")]
    if not based:
        if len(parts) == len(node.conditions):
            fault_of_no_base(site, node, step)
        return None
    part = based[-1]
    if told_of_one(site, part.fact, step) or _two_quotas(site, node, step, based):
        return None
    site.use(part.node.fact, part.fact, "count", (step.quantity,), step.span)
    if node.award.sign < 0 and part.node.kind == "compared" and _is_quota(part.node, step):
        # 不少于10人，每少1人扣1分: the number is where the steps begin, no condition for taking off.
        parts[parts.index(part)] = evolve(part, node=evolve(part.node, kind="base"))
    return part.fact


def _two_quotas(site: Site, node: ast.ClauseNode, step: ast.Step, based: list[Part]) -> bool:
    """培训不少于6场，讲座不少于3场，每少1场扣2分: the steps may be of either, or of both; with 的 the first is a condition."""
    own = based[-1]
    for part in based[:-1]:
        behind = site.source.slice(Span(part.node.span.start, own.node.span.start)).rstrip("，、且并")
        if node.award.sign > 0 or part.fact == own.fact or behind.endswith("的"):
            continue
        if part.node.kind == "compared" and not part.node.negated and _is_quota(part.node, step):
            words = site.source.slice(step.span)
            message = f"“{words}”说的是“{own.fact}”，还是“{part.fact}”也这样扣？"
            help_text = f"各写一句，“{part.fact}”和“{own.fact}”后面都写上“{words}”；“{part.fact}”只是条件的，在它后面加“的”"
            site.fault("ZS0592", message, step.span, help_text)
            return True
    return False


def _is_quota(node: ast.Condition, step: ast.Step) -> bool:
    """Whether a condition and the steps look away from its number on two sides."""
    comparison = node.edges[0].comparison
    return len(node.edges) == 1 and (comparison in ("ge", "gt") if step.below else comparison in ("le", "lt"))
