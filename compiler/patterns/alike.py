"""视同: conditions that stand in for another, 取得【甲】的，视同取得【乙】, 取得【甲】的，视同满足本条要求.

They are exemptions of the conditions about 乙, or of the clause before, which hold also where they do.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from attrs import evolve, frozen

from zhunsheng.compiler.lower.bands import is_each
from zhunsheng.compiler.lower.exemptions import asks, falls_short
from zhunsheng.compiler.readings.questions import Question, about
from zhunsheng.compiler.resolve.conditions import resolve_part
from zhunsheng.compiler.resolve.mentions import Mentions, Site
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolved import (
    Alike,
    Exempt,
    Leaf,
    ListedParts,
    Part,
    Requirement,
    Resolved,
    Rule,
    Use,
)
from zhunsheng.compiler.resolve.tables import DOUBTS
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain

_EITHER = "把它写进所代替的那一句，用“或”连接：【原来的条件】或【视同的条件】的，……"

# ---- resolution


def alike(
    site: Site, node: ast.AlikeNode, segment: ast.Segment, rules: Sequence[Rule]
) -> Alike | Rule | None:
    """What stands in for a fact; without one, the clause before with what stands in for its conditions. None where
    that cannot be told."""
    parts = [resolve_part(site, condition) for condition in node.conditions]
    kept = tuple(part for part in parts if part is not None)
    if len(kept) < len(parts):
        return None
    kind: Literal["met", "alike"] = "met" if node.fact is None else "alike"
    exempt = Exempt(ast.Exemption(kind, node.conditions, node.joiners, span=node.span), kept)
    if node.fact is None:
        return _met(site, node, segment, rules, exempt)
    fact = site.scope.mentions.name(node.fact)
    words = official(site.source.slice(node.span))
    behind = site.source.slice(node.fact.span.cover(node.span)).rpartition("】")[2]
    return Alike(site.id, fact, exempt, words, bool(plain(behind).strip("的")), segment.span, node.span)


def _met(
    site: Site, node: ast.AlikeNode, segment: ast.Segment, rules: Sequence[Rule], exempt: Exempt
) -> Rule | None:
    """The one clause with conditions in its own sentence part, else in the indicator so far."""
    within = segment.span
    near = [rule for rule in rules if within.start <= rule.span.start and rule.span.end <= within.end]
    anchors = [rule for rule in (near or rules) if rule.parts or rule.listed]
    if len(anchors) == 1 and anchors[0] is rules[-1] and _plain(anchors[0]):
        return evolve(anchors[0], exempt=(*anchors[0].exempt, exempt))
    words = official(site.source.slice(node.span))
    known = "前面没有带条件的句子" if not anchors else "前面不止一句，或按个数、按步计分"
    message = f"“{words}”视同满足的是哪一句的条件？{known}"
    site.fault("ZS0281", message, node.span, f"写成“……的，视同【……】”，或{_EITHER}")
    return None


def _plain(rule: Rule) -> bool:
    """Whether a rule only asks for its conditions."""
    return not rule.slopes and not (isinstance(rule.node, ast.ClauseNode) and rule.node.measure is not None)


# ---- the conditions that they stand in for


def with_alikes(mentions: Mentions, resolved: Resolved) -> Resolved:
    """The file with what stands in for a fact beside every condition about it."""
    homes = [(leaf.heading.id, own) for leaf in resolved.leaves for own in leaf.alikes]
    targets = {own.fact for _, own in homes}
    sources = {part.fact for _, own in homes for part in own.exempt.parts}
    uses: list[Use] = []
    for home, own in homes:
        facts = {part.fact for part in own.exempt.parts}
        if facts & targets:
            words = "”“".join(sorted(facts & targets))
            message = f"“{words}”自己也有别的视同，一个套一个，先后不清楚"
            mentions.fault("ZS0281", message, own.span, _EITHER)
            continue
        if own.fact in sources or not _fits(mentions, resolved, own):
            continue
        rules = [*_rules(resolved)]
        at_home = any(_about(rule, own.fact) for place, rule in rules if place == home)
        beside = _Beside(own, home, asked=at_home)
        uses += [
            evolve(use, leaf=place, clause=rule.id, mention=None)
            for place, rule in rules
            if _about(rule, own.fact)
            for use in resolved.uses
            if use.clause == own.id
        ]
        resolved = beside.everywhere(resolved)
    return evolve(resolved, uses=(*resolved.uses, *uses), diagnostics=tuple(mentions.diagnostics))


def _rules(resolved: Resolved) -> Iterator[tuple[str, Rule]]:
    """Every rule of a file with the indicator it stands in."""
    yield from ((leaf.heading.id, rule) for leaf in resolved.leaves for rule in leaf.rules)
    yield from (("", rule) for rule in (*resolved.vetoes, *resolved.tier_rules.values()))
    yield from (("", rule) for requirement in resolved.requirements for rule in requirement.rules)


def _about(rule: Rule, fact: str) -> bool:
    return any(part.fact == fact for part in rule.everything)


def _fits(mentions: Mentions, resolved: Resolved, own: Alike) -> bool:
    """Whether the conditions about a fact are such that something can stand in for them: a yes or no, or one limit."""
    about = [
        (rule, part) for _, rule in _rules(resolved) for part in rule.everything if part.fact == own.fact
    ]
    roles = {use.role for use in resolved.uses if use.fact == own.fact}
    if roles - {"truth", "compare"} or any(row.fact == own.fact for row in resolved.levels):
        message = f"“{own.fact}”不只是一个成立或不成立的条件：视同的算几个、算多少，“视同”没有说"
        mentions.fault(
            "ZS0282", message, own.span, "把视同的也计入这个数，在“数据项”的说明里写明；或另写一句给几分"
        )
        return False
    if not about:
        message = f"没有一个条件说到“{own.fact}”，视同它没有用处"
        mentions.fault("ZS0280", message, own.span, f"核对名称；条件里要有【{own.fact}】")
        return False
    limits = {part.node.edges for _, part in about if part.node.kind != "holds"}
    truths = any(part.node.kind == "holds" for _, part in about)
    odd = any(
        rule.slopes
        or is_each(part)
        or (falls_short(part) and not isinstance(rule.node, ast.ClauseNode))
        or part.node.kind not in ("holds", "compared", "counted")
        for rule, part in about
    )
    stepped = any(part.node.edges and not (_plain(rule) and asks(rule)) for rule, part in about)
    if odd or stepped or len(limits) + truths > 1 or (limits and not own.standard):
        message = f"“{own.fact}”是个数，视同达到的是哪一档、多少，不能确定"
        help_text = f"只有一处要求的，写成“视同达到【{own.fact}】的要求”；否则{_EITHER}"
        mentions.fault("ZS0282", message, own.span, help_text)
        return False
    return True


@frozen
class _Beside:
    """What stands in for a fact, put beside the conditions about it; `asked` where it is open outside its `home`."""

    own: Alike
    home: str
    asked: bool

    def everywhere(self, resolved: Resolved) -> Resolved:
        """A file with it."""
        return evolve(
            resolved,
            leaves=tuple(self._leaf(leaf) for leaf in resolved.leaves),
            vetoes=tuple(self._rule(rule, "") for rule in resolved.vetoes),
            tier_rules={name: self._rule(rule, "") for name, rule in resolved.tier_rules.items()},
            requirements=tuple(map(self._requirement, resolved.requirements)),
        )

    def _leaf(self, leaf: Leaf) -> Leaf:
        return evolve(leaf, rules=tuple(self._rule(rule, leaf.heading.id) for rule in leaf.rules))

    def _requirement(self, requirement: Requirement) -> Requirement:
        alternatives = tuple(
            tuple(self._rule(rule, "") for rule in rules) for rules in requirement.alternatives
        )
        return evolve(requirement, alternatives=alternatives)

    def _rule(self, rule: Rule, place: str) -> Rule:
        if not _about(rule, self.own.fact):
            return rule
        listed: ListedParts | None = rule.listed
        if listed is not None:
            listed = tuple((self._those(parts, place), joiners) for parts, joiners in listed)
        exempt = tuple(evolve(own, parts=self._those(own.parts, place)) for own in rule.exempt)
        return evolve(rule, parts=self._those(rule.parts, place), listed=listed, exempt=exempt)

    def _those(self, parts: Iterable[Part], place: str) -> tuple[Part, ...]:
        return tuple(self._part(part, place) for part in parts)

    def _part(self, part: Part, place: str) -> Part:
        inner = tuple(evolve(own, parts=self._those(own.parts, place)) for own in part.exempt)
        if part.fact == self.own.fact:
            abroad = self.own if self.asked and place != self.home else None
            inner = (evolve(self.own.exempt, abroad=abroad), *inner)
        return evolve(part, exempt=inner) if inner else part


# ---- questions


def abroad(rules: Iterable[Rule]) -> dict[str, tuple[Alike, list[str]]]:
    """The sentences of which it is open whether they reach some rules, with these rules, by their ids."""
    found: dict[str, tuple[Alike, list[str]]] = {}
    for rule in rules:
        for part in rule.everything:
            for exempt in part.exempt:
                if exempt.abroad is not None:
                    ids = found.setdefault(exempt.abroad.id, (exempt.abroad, []))[1]
                    ids += [rule.id] if rule.id not in ids else []
    return found


def alike_question(own: Alike, ids: Sequence[str], place: str) -> Question:
    """Whether a sentence reaches rules outside its indicator."""
    span = own.segment
    return Question("视同", own.id, place, (own.id, *ids), (span,), own.span, DOUBTS["视同"], own.fact)


def alike_questions(leaf: Leaf) -> Iterator[Question]:
    """Of a leaf, whether the 视同 of other indicators reaches it, and on which side of a number it counts."""
    for own, ids in abroad(leaf.rules).values():
        yield alike_question(own, ids, leaf.heading.id)
    for rule in leaf.rules:
        for part in rule.parts:
            if falls_short(part) and any(exempt.node.kind == "alike" for exempt in part.exempt):
                yield about(rule, leaf.heading.id, "视同达到", part.node.edges[-1].span)
