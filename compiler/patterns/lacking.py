"""Units without an indicator (没有该项指标的单位，得3分): which facts do not apply to them, and what they get.

The facts of an indicator are those that its other clauses give or take points by; a unit does not have it where all of
them are 不适用. 【出口额】不适用的 names one.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import combinations

from attrs import evolve, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower.lowering import Lowering
from zhunsheng.compiler.parts.formulas import NO_DATES, operands
from zhunsheng.compiler.readings.questions import Question, about, sign_of
from zhunsheng.compiler.resolve.mentions import Mentions
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolved import Exempt, Leaf, Part, Rule, Use
from zhunsheng.compiler.resolve.tables import Tables
from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.lacking_words import UNSCORED
from zhunsheng.dsl.headings import OWN
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Label
from zhunsheng.runtime.numbers import shown

_DOUBT = "不适用得分"
#: The readings: what the indicator's score is, or points beside those of other facts.
_WHOLE, _BESIDE = "本指标", "本数据项"


# ---- which facts


@frozen
class _Facts:
    """What is known of facts beside their names: what derived ones are worked out from, and which may be 不适用."""

    mentions: Mentions
    read: Mapping[str, frozenset[str]]
    inapplicable: frozenset[str]

    def ranked(self, fact: str) -> str | None:
        """The fact whose place one is, or the part of the places; None of others."""
        rank = self.mentions.place_shares.get(fact, fact)
        own = (c for c in self.mentions.cohorts if c.name == rank and c.kind in ("rank", "last"))
        return next((c.of for c in own), None)

    def unplaced(self, fact: str) -> str:
        """The fact that parts those who are ranked, where it may be 不适用 itself; else ""."""
        rank = self.mentions.place_shares.get(fact, fact)
        own = (c for c in self.mentions.cohorts if c.name == rank and c.within in self.inapplicable)
        return next((c.within for c in own), "")

    def gone(self, fact: str, lacking: frozenset[str]) -> bool:
        """Whether a fact is 不适用 wherever some others are."""
        if fact in lacking or self.ranked(fact) in lacking:
            return True
        return any(self.gone(own, lacking) for own in self.read.get(fact, ()))


def with_lacking(
    mentions: Mentions,
    leaves: Iterable[Leaf],
    definitions: Iterable[ast.Definition],
    tables: Tables,
    uses: list[Use],
) -> tuple[Leaf, ...]:
    """The leaves with the facts of 没有该项指标的."""
    read = {
        mentions.name(own.fact): frozenset(mentions.name(m) for m, _ in operands(own.formula, NO_DATES))
        for own in definitions
    }
    inapplicable = frozenset(
        mentions.names.get(plain(row.name), row.name)
        for row in tables.dictionary
        if "不适用" in row.row.text("备注")
    )
    facts = _Facts(mentions, read, inapplicable)
    return tuple(_leaf(facts, leaf, uses) for leaf in leaves)


def _leaf(facts: _Facts, leaf: Leaf, uses: list[Use]) -> Leaf:
    leaf = evolve(leaf, rules=tuple(_with_places(facts, leaf, rule, uses) for rule in leaf.rules))
    if not any(map(_lacking, leaf.rules)):
        return leaf
    before = len(facts.mentions.diagnostics)
    rules = tuple(_rule(facts, leaf, rule, uses) if _lacking(rule) else rule for rule in leaf.rules)
    if len(facts.mentions.diagnostics) > before:
        return evolve(leaf, broken=True, rules=tuple(rule for rule in leaf.rules if not _lacking(rule)))
    return evolve(leaf, rules=rules)


def _with_places(facts: _Facts, leaf: Leaf, rule: Rule, uses: list[Use]) -> Rule:
    """A rule whose exemptions of those to whom a fact does not apply are said of its place, where that alone is asked."""
    own = _measured(leaf)

    def told(part: Part) -> Part:
        if part.node.kind != "lacking" or not part.fact:
            return part
        fact = _standing_for(facts, part.fact, own)[0]
        if fact != part.fact:
            uses.append(Use(fact, "lacking", (), leaf.heading.id, rule.id, None, part.node.span))
        return evolve(part, fact=fact)

    def placed(exempt: tuple[Exempt, ...]) -> tuple[Exempt, ...]:
        return tuple(evolve(item, parts=tuple(map(told, item.parts))) for item in exempt)

    parts = tuple(evolve(part, exempt=placed(part.exempt)) for part in rule.parts)
    return evolve(rule, parts=parts, exempt=placed(rule.exempt))


def _lacking(rule: Rule) -> bool:
    return any(part.node.kind == "lacking" for part in rule.parts)


def _rule(facts: _Facts, leaf: Leaf, rule: Rule, uses: list[Use]) -> Rule:
    """A rule with the facts that do not apply, each a condition of its own."""
    own = _measured(leaf)
    parts: list[Part] = []
    joiners: list[ast.Joiner] = []
    for number, part in enumerate(rule.parts):
        joiners += [rule.joiners[number - 1]] if number else []
        if part.node.kind != "lacking":
            parts.append(part)
            continue
        found = _standing_for(facts, part.fact, own) if part.fact else _unnamed(facts, leaf, rule, part, own)
        for place, fact in enumerate(found):
            joiners += [ast.Joiner("且", "and", span=part.node.span)] if place else []
            parts.append(evolve(part, fact=fact))
            if fact != part.fact:
                uses.append(Use(fact, "lacking", (), leaf.heading.id, rule.id, None, part.node.span))
    lacking = frozenset(p.fact for p in parts if p.node.kind == "lacking" and not p.node.negated)
    every = all(facts.gone(fact, lacking) for fact in own)
    _check(facts.mentions, leaf, rule, every=every)
    # 没有该项指标或【不在考核范围】的 is also said of some to whom it applies.
    alone = every and all(joiner.sense == "and" for joiner in joiners)
    return evolve(rule, parts=tuple(parts), joiners=tuple(joiners), beside=not alone)


def _measured(leaf: Leaf) -> tuple[str, ...]:
    """The facts by which an indicator gives or takes points, in order."""
    found: list[str] = []
    for rule in leaf.rules:
        if not isinstance(rule.node, ast.ClauseNode) or rule.node.award.nothing or _lacking(rule):
            continue
        parts = [*rule.parts, *(part for parts, _ in rule.listed or () for part in parts)]
        found += [part.fact for part in parts]
        found += [name for name in (rule.counted, rule.judged, rule.times) if name is not None]
        found += [slope.fact for slope in rule.slopes]
    return tuple(dict.fromkeys(found))


def _standing_for(facts: _Facts, fact: str, own: tuple[str, ...]) -> tuple[str, ...]:
    """The facts that tell whether one applies: where an indicator asks for its place alone, the place, which nobody has to
    whom the fact does not apply."""
    places = tuple(name for name in own if facts.ranked(name) == fact and not facts.unplaced(name))
    return places if places and fact not in own else (fact,)


def _unnamed(facts: _Facts, leaf: Leaf, rule: Rule, part: Part, own: tuple[str, ...]) -> tuple[str, ...]:
    """The facts of 没有该项指标的: all of the indicator."""
    mentions = facts.mentions
    words = official(mentions.source.slice(part.node.span)).strip("，；。")
    clauses = [other for other in leaf.rules if sign_of(other) and not _lacking(other)]
    inside = [other for other in clauses if other.item == rule.item]
    apart = next((name for name in own if facts.unplaced(name)), "")
    why = ""
    if not own or leaf.section == OWN:
        why = "这里没有计分的数据项"
    elif rule.item and 0 < len(inside) < len(clauses):
        why = "是编号的这一小项，还是本指标？"
    elif apart:
        why = f"“{facts.unplaced(apart)}”不适用的也没有名次，算不算？"
    if why:
        name = facts.ranked(apart) or (own[0] if own else "……")
        help_text = f"写明数据项：“【{name}】不适用的，……”"
        mentions.fault("ZS0582", f"“{words}”说的是哪个数据项？{why}", part.node.span, help_text)
    return own


def _check(mentions: Mentions, leaf: Leaf, rule: Rule, *, every: bool) -> None:
    """Refuses what fits 缺项 as well as no points, and coefficients of points that nobody has."""
    node = rule.node
    if isinstance(node, ast.ClauseNode) and node.award.nothing:
        words = official(mentions.source.slice(node.award.span)).strip("，；。")
        if words.endswith(UNSCORED):
            help_text = "得0分的，写成“得0分”；不参加评分的，写成“……，本指标为缺项”，并在“## 评定等级”一节写明缺项怎样折算"
            message = f"“{words}”是得0分，还是缺项（这一项不参加评分）？"
            mentions.fault("ZS0582", message, node.award.span, help_text)
    elif isinstance(node, ast.ClauseNode) and isinstance(node.measure, ast.ByFormula):
        words = official(mentions.source.slice(node.award.span)).strip("，；。")
        message = f"“{words}”：没有这个数的单位，算式算不出分数"
        mentions.fault("ZS0584", message, node.award.span, "直接写几分，如“得3分”，或“按满分的80%计分”")
    elif isinstance(node, ast.ScaleNode) and (every or node.of_mark):
        words = official(mentions.source.slice(rule.span)).strip("，；。")
        message = "没有这个数的单位前面各句都不得分，乘以系数还是0分：是不是说满分的百分之几？"
        mentions.fault("ZS0584", message, rule.span, "写成“按满分的80%计分”")
    named = all(part.fact for part in rule.parts)
    if named and rule.item and isinstance(node, ast.ItemVetoNode) and node.loose and node.points:
        message = "“本项”是本指标，还是编号的这一小项？"
        mentions.fault("ZS0582", message, node.span, "写“本指标得……分”，或各小项拆成下一级标题")


# ---- what they get


def waives(rule: Rule) -> bool:
    """Whether a rule says what those score who do not have the indicator."""
    return isinstance(rule.node, ast.ClauseNode | ast.ItemVetoNode) and rule.node.waives


def lacking_questions(leaf: Leaf) -> Iterator[Question]:
    """【出口额】不适用的，得3分 beside clauses on other facts: all that the indicator gives, or as much for that fact."""
    signs = {sign_of(rule) for rule in leaf.rules} - {0}
    for rule in leaf.rules:
        node = rule.node
        if isinstance(node, ast.ClauseNode) and node.waives and rule.beside and not node.award.whole:
            giving = signs == {1} and not leaf.starts and not leaf.section
            options = (_WHOLE, _BESIDE) if giving else (_WHOLE,)
            yield about(rule, leaf.heading.id, _DOUBT, rule.span, options, must=not giving)


def beside(lowering: Lowering, leaf: Leaf) -> Leaf:
    """A leaf; where what those get who lack one fact comes beside other points, it is a clause like any other."""
    rules = []
    for rule in leaf.rules:
        node = rule.node
        if isinstance(node, ast.ClauseNode) and lowering.answer(_DOUBT, rule.id, _WHOLE) == _BESIDE:
            node = evolve(node, award=evolve(node.award, on_top=True))
        rules.append(evolve(rule, node=node))
    return evolve(leaf, rules=tuple(rules))


def waiver(lowering: Lowering, rule: Rule, when: ir.Condition) -> ir.ItemVeto:
    """没有该项指标的，得3分: the score of the indicator, whatever its clauses give."""
    node = rule.node
    assert isinstance(node, ast.ClauseNode | ast.ItemVetoNode)
    points = node.points if isinstance(node, ast.ItemVetoNode) else node.award.points
    assert points is not None
    notes = lowering.notes.get(rule.id, ())
    return ir.ItemVeto(rule.id, rule.text, when, points, lowering.line(rule.span), notes, waiver=True)


def check_waivers(
    lowering: Lowering,
    leaf: Leaf,
    vetoes: Iterable[ir.ItemVeto],
    scalings: Iterable[ir.Scaling],
    full: Fraction | None,
) -> None:
    """Refuses scores above the full mark, two scores for one unit, and coefficients that may be of such a score too."""
    rules = {rule.id: rule for rule in leaf.rules}
    own = [veto for veto in vetoes if veto.waiver]
    for veto in own:
        if full is not None and veto.score > full:
            message = f"得{shown(veto.score)}分，超过了本指标的满分{shown(full)}分"
            raise lowering.fault("ZS0507", message, rules[veto.id].span, "核对分数")
    for one, two in combinations(own, 2):
        if one.score != two.score and not ir.excludes(one.guard, two.guard):
            message = f"{one.id}和{two.id}能同时成立：得{shown(one.score)}分，还是{shown(two.score)}分？"
            help_text = "写成不能同时成立的，如“【甲】适用且【乙】不适用的”"
            label = (Label(rules[one.id].span, "另一句在这里"),)
            raise lowering.fault("ZS0584", message, rules[two.id].span, help_text, label)
    for scaling in scalings:
        for veto in own:
            if veto.score and not ir.excludes(veto.guard, scaling.guard):
                fact = next(atom.fact for atom in ir.atoms(veto.guard) if isinstance(atom, ir.Lacks))
                message = f"{veto.id}的{shown(veto.score)}分也乘以这个系数吗？"
                help_text = f"不乘的，在系数的条件里写明“【{fact}】适用且……的”；也乘的，另写一句乘好的分数"
                label = (Label(rules[veto.id].span, "这一句在这里"),)
                raise lowering.fault("ZS0584", message, rules[scaling.id].span, help_text, label)
