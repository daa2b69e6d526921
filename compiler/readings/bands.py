"""Bands (分段): clauses that set conditions on the same facts, and what is open where they stand beside one another."""

from collections.abc import Iterable, Iterator

from attrs import frozen

from zhunsheng.compiler.readings.questions import Question, sign_of
from zhunsheng.compiler.resolve.bare_ends import held_in, is_below, open_key, same_number
from zhunsheng.compiler.resolve.mentions import unit_class
from zhunsheng.compiler.resolve.resolved import END_KEY, Exempt, Leaf, Part, Rule
from zhunsheng.compiler.resolve.tables import DOUBTS
from zhunsheng.dsl import ast
from zhunsheng.dsl.words import ON_TOP
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.source import Span


@frozen
class Banding:
    """Clauses on one fact, or on several that share clauses, of which one question asks: do they add up, or does one
    apply? It is asked under the name of the first fact."""

    facts: tuple[str, ...]
    rules: tuple[Rule, ...]

    @property
    def key(self) -> str:
        """The fact under which the question is asked."""
        return self.facts[0]


def banded(leaf: Leaf) -> dict[str, list[Rule]]:
    """The facts on which several clauses set conditions, with those clauses, where bands may add up or exclude."""
    return {fact: rules for fact, rules in conditioned(leaf).items() if len(rules) > 1}


def conditioned(leaf: Leaf) -> dict[str, list[Rule]]:
    """The facts on whose numbers clauses set conditions, with those clauses."""
    groups: dict[str, list[Rule]] = {}
    for rule in leaf.rules:
        if isinstance(rule.node, ast.ClauseNode):
            for part in rule.parts:
                if part.node.edges and all(rule is not other for other in groups.get(part.fact, [])):
                    groups.setdefault(part.fact, []).append(rule)
    return groups


def per_unit(rule: Rule) -> str | None:
    """The fact along which a clause gives or takes so much each at every number (每次扣2分), None for others."""
    node = rule.node
    counts = isinstance(node, ast.ClauseNode) and isinstance(node.measure, ast.Per) and sign_of(rule) != 0
    if not counts or any(part.fact == rule.counted and part.node.edges for part in rule.parts):
        return None
    return rule.counted


def _together(leaf: Leaf) -> dict[str, list[Rule]]:
    """Clauses of which it may be that one applies: those on the number of one fact, and those that count along it with the
    same sign (每次扣2分，5次以上的扣15分), several that count along one fact (每次扣2分；每次扣5分), or on
    the numbers of facts that tell of one thing (前3名的得60分，前50%的得40分)."""
    groups = {
        fact: [*rules, *(rule for rule in leaf.rules if per_unit(rule) == fact and _signed(rule, rules))]
        for fact, rules in conditioned(leaf).items()
    }
    for fact in dict.fromkeys(per_unit(rule) for rule in leaf.rules):
        each = [rule for rule in leaf.rules if per_unit(rule) == fact and not on_top(rule)]
        if fact is not None and fact not in groups and several_of_one_sign(each):
            groups[fact] = each
    return {
        fact: rules
        for fact, rules in groups.items()
        if len(rules) > 1
        or any(_told_alike(leaf, fact, rules, other, groups[other]) for other in groups if other != fact)
    }


def _told_alike(leaf: Leaf, fact: str, rules: list[Rule], other: str, others: list[Rule]) -> bool:
    """Whether other clauses of the same sign are on the number of a fact that tells of the same thing."""
    return tell_alike(leaf, fact, (other,)) and any(
        rule.id != own.id and sign_of(rule) == sign_of(own) for rule in rules for own in others
    )


def on_top(rule: Rule) -> bool:
    """Whether a clause says that it comes on top of others (另加)."""
    return any(word in rule.text for word in ON_TOP)


def several_of_one_sign(rules: Iterable[Rule]) -> bool:
    """Whether two of some clauses add, or two take off."""
    signs = [sign_of(rule) for rule in rules]
    return len(set(signs)) < len(signs)


def _signed(rule: Rule, others: list[Rule]) -> bool:
    """Whether one of them gives or takes as a clause does, without saying that it does so on top (另加)."""
    return any(sign_of(other) == sign_of(rule) and not on_top(other) for other in others)


def bandings(leaf: Leaf) -> tuple[Banding, ...]:
    """The groups of clauses of which 分段 is asked, facts that share a clause or tell of one thing in one."""
    found: list[tuple[list[str], set[str]]] = []
    together = _together(leaf)
    for fact, rules in together.items():
        ids = {rule.id for rule in rules}
        touching = [
            group
            for group in found
            if group[1] & ids
            or any(_told_alike(leaf, fact, rules, other, together[other]) for other in group[0])
        ]
        facts = [name for group in touching for name in group[0]]
        merged = ([*facts, fact], ids.union(*(group[1] for group in touching)))
        at = found.index(touching[0]) if touching else len(found)
        found = [*found[:at], merged, *(group for group in found[at:] if group not in touching)]
    return tuple(
        Banding(tuple(facts), tuple(rule for rule in leaf.rules if rule.id in ids)) for facts, ids in found
    )


def tell_alike(leaf: Leaf, fact: str | None, others: Iterable[str | None]) -> bool:
    """Whether a fact is one of others, or tells of the same thing as one of them."""
    own = leaf.bases.get(fact or "", fact)
    return any(own is not None and leaf.bases.get(other or "", other) == own for other in others)


def told_apart(banding: Banding) -> bool:
    """Whether the numbers alone tell the clauses apart, so that of an open band no more than its end is to be said:
    their other conditions are the same. Else a clause that the next band cuts short could be the only one that holds."""
    for fact in banding.facts:
        kinds = []
        for rule in banding.rules:
            own = [part for part in rule.parts if part.fact == fact and part.node.edges]
            if not own and per_unit(rule) != fact:
                return False
            if len(own) > 1 or (len(rule.parts) > 1 and any(j.sense != "and" for j in rule.joiners)):
                return False
            kinds.append(beside(rule, own[0] if own else None))
        if any(kind != kinds[0] for kind in kinds):
            return False
    return True


def beside(rule: Rule, own: Part | None) -> object:
    """What a clause asks for besides its number on one fact, or on its list, so that two such can be compared."""
    others = frozenset(_asked(part) for part in rule.parts if part is not own)
    exempt = (() if own is None else _exempted(own.exempt), _exempted(rule.exempt))
    ids = () if rule.branching is None else (rule.branching.kind, rule.branching.ids)
    return others, exempt, ids, rule.listed


def _asked(part: Part) -> object:
    node = part.node
    ends = tuple(
        (edge.quantity.value, unit_class(edge.quantity.unit), edge.comparison) for edge in node.edges
    )
    return part.fact, node.kind, node.negated, ends, node.options, _exempted(part.exempt)


def _exempted(exempt: tuple[Exempt, ...]) -> object:
    return tuple((item.node.kind, tuple(_asked(part) for part in item.parts)) for item in exempt)


# ---- questions

#: How 分段 is put of 每次扣2分，5次以上的扣15分.
_BESIDE_EACH = "“{subject}”到了另写的数，是在每次的分数之外再计（分段累计），还是只计另写的分数（分段择一）？"

#: How it is put of 每次扣2分；每次扣5分.
_OF_EACH = "“{subject}”有几句都是每次（每项）计几分：都计（分段累计），还是只取分数最多的一句（分段择一）？"


def band_questions(leaf: Leaf) -> Iterator[Question]:
    """Whether bands add up or one applies, and whose the numbers are at which they meet."""
    for banding in bandings(leaf):
        spans = tuple(rule.segment for rule in banding.rules)
        ids = tuple(rule.id for rule in banding.rules)
        at, options = banding.rules[0].span, DOUBTS["分段"]
        key, others = banding.key, banding.facts[1:]
        each = [per_unit(rule) in banding.facts for rule in banding.rules]
        asked = _OF_EACH if all(each) else _BESIDE_EACH if any(each) else ""
        yield Question("分段", key, leaf.heading.id, ids, spans, at, options, key, others=others, asked=asked)
    yield from shared_ends(leaf)
    yield from meeting_ends(leaf)
    yield from open_ends(leaf)


def shared_ends(leaf: Leaf) -> Iterator[Question]:
    """Numbers at which one band of a fact ends and another begins, both including them by their words
    (60%以上 beside 60%以下); a 解读 本数 takes one of them back. 60%以下 beside 60%～80% is asked about by itself: read 不含, it
    leaves the number to the range."""
    for fact, rules in banded(leaf).items():
        ends = [
            (rule, number, edge)
            for rule in rules
            for part in rule.parts
            if part.fact == fact and part.node.kind in ("compared", "counted")
            for number, edge in enumerate(part.node.edges)
            if edge.comparison in ("ge", "le") and not edge.meets
        ]
        lent = {part.borrows for rule in rules for part in rule.parts if part.fact == fact}
        for rule, number, edge in ends:
            if edge.explicit:
                continue
            key = END_KEY.format(rule=rule.id, number=number)
            faced = any(
                other is not rule
                and facing.comparison != edge.comparison
                and facing.quantity.value == edge.quantity.value
                and unit_class(facing.quantity.unit) == unit_class(edge.quantity.unit)
                for other, _, facing in ends
            )
            if faced or key in lent:
                own, at, options = leaf.heading.id, edge.span, ("含", "不含")
                # Of the whole indicator, or text, it is said of upper ends.
                wide = is_below(edge)
                yield Question(
                    "本数", key, own, (rule.id,), (at,), at, options, fact, asks=key in lent, wide=wide
                )


def meeting_ends(leaf: Leaf) -> Iterator[Question]:
    """Which band has the numbers at which bare ends meet (60%～70%, 70%～80%), asked once for each fact or list; it is said
    of the upper ends: read 含, a band has the number that it ends with."""
    found: dict[str, list[tuple[Rule, str, ast.Edge]]] = {}
    subjects: dict[str, list[Span]] = {}
    for rule in leaf.rules:
        held = held_in(rule)
        conditions = [(part.fact, part.node) for part in rule.parts] + ([("", held)] if held else [])
        for fact, node in conditions:
            subjects.setdefault(fact, []).extend((node.fact.span,) if node.fact is not None else ())
            for edge in node.edges:
                if edge.meets:
                    found.setdefault(edge.meets, []).append((rule, fact, edge))
    for key, ends in found.items():
        uppers = [(rule, edge) for rule, _, edge in ends if edge.comparison == "lt"]
        fact = ends[0][1]
        numbers = dict.fromkeys(f"{shown(edge.quantity.value)}{edge.quantity.unit}" for _, edge in uppers)
        asked = (
            f"{f'“{fact}”的' if fact else ''}几段在{'、'.join(numbers)}相接，两段都没有写含不含："
            "“不含”，归从它开始的一段；“含”，归到它为止的一段。"
        )
        yield Question(
            "本数",
            key,
            leaf.heading.id,
            tuple(dict.fromkeys(rule.id for rule, _ in uppers)),
            (*(rule.span for rule, *_ in ends), *subjects[fact]),
            uppers[0][1].span,
            ("不含", "含"),
            fact,
            ends=(*(edge.span for _, edge in uppers), *subjects[fact]),
            asked=asked,
            noted=tuple(rule.id for rule, *_ in ends),
        )


def open_ends(leaf: Leaf) -> Iterator[Question]:
    """Bare upper ends at which no other band begins."""
    for rule in leaf.rules:
        for question in bare_upper(rule, leaf.heading.id, (rule.id,)):
            if not _begins(leaf, rule, question):
                yield question


def bare_upper(rule: Rule, where: str, ids: tuple[str, ...]) -> Iterator[Question]:
    """Whether the conditions of a rule have the numbers of their bare upper ends."""
    for part in rule.everything:
        high = part.node.edges[1] if part.node.kind == "compared" and len(part.node.edges) == 2 else None
        if high is not None and high.comparison is None:
            key, spans = open_key(rule.id, part.fact, high), (rule.segment, high.span)
            options, at = ("不含", "含"), (high.span,)
            yield Question("本数", key, where, ids, spans, high.span, options, part.fact, ends=at)


def _begins(leaf: Leaf, rule: Rule, question: Question) -> bool:
    """Whether another band of the fact begins with the number of the end that is asked about."""
    highs = [edge for part in rule.parts for edge in part.node.edges if edge.span == question.at]
    lows = [
        part.node.edges[0]
        for other in leaf.rules
        for part in other.parts
        if other is not rule and part.fact == question.subject and part.node.edges
    ]
    return any(low.comparison == "ge" and same_number(low, high) for low in lows for high in highs)
