"""Pass 1, resolve (指代): which fact each mention is, what an elided subject refers back to, what counts what."""

from collections.abc import Iterator
from itertools import count, pairwise
from typing import Literal

from attrs import Factory, define, evolve, field, frozen

from zhunsheng.compiler.tables import Tables
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain, unmarked
from zhunsheng.dsl.rulefile import Parsed
from zhunsheng.dsl.vocabulary import PERCENT_POINTS
from zhunsheng.runtime.diagnostics import Diagnostic, Label
from zhunsheng.runtime.source import Source, Span

Role = Literal["truth", "compare", "count", "judge", "total", "formula"]


@frozen
class Use:
    """One use of a fact: in which role, and with which quantities (their units and decimals are evidence)."""

    fact: str
    role: Role
    quantities: tuple[ast.Quantity, ...]
    leaf: str
    clause: str
    mention: ast.FactMention | None
    span: Span


@frozen
class Part:
    """A condition with its fact; `carried` where the subject was elided and found before."""

    node: ast.Condition
    fact: str
    carried: bool = False


@frozen
class Rule:
    """A clause or veto with its facts: `counted` per unit or step, `judged` for 酌情. `text` has its official words."""

    id: str
    node: ast.ClauseNode | ast.ItemVetoNode | ast.VetoNode
    parts: tuple[Part, ...]
    joiners: tuple[ast.Joiner, ...]
    counted: str | None
    judged: str | None
    text: str
    sentence: int
    span: Span
    segment: Span


@frozen
class Cap:
    """A cap with the clause it was said behind; `own_segment` where it stands alone after ；, or where its
    sentence holds several clauses, so that it is not plainly the last one's."""

    node: ast.CapNode
    after: str | None
    own_segment: bool
    span: Span
    segment: Span


@frozen
class Leaf:
    """An indicator's resolved rules."""

    heading: ast.Heading
    rules: tuple[Rule, ...]
    caps: tuple[Cap, ...]
    full_marks: tuple[ast.FullMarkNode, ...]
    broken: bool = False


@frozen
class Resolved:
    """A file with every mention resolved. `names` maps a comparable name to the name shown."""

    leaves: tuple[Leaf, ...]
    vetoes: tuple[Rule, ...]
    tiers: tuple[tuple[ast.TierNode, Span], ...]
    uses: tuple[Use, ...]
    names: dict[str, str]
    diagnostics: tuple[Diagnostic, ...]


@define
class _Scope:
    """What resolution has seen in one leaf (or in the vetoes)."""

    id: str
    #: A segment could not be read, so a missing subject may stand in it.
    broken: bool = False
    uses: list[Use] = field(default=Factory(list))
    #: Facts compared or counted so far: name, unit class, sentence.
    measured: list[tuple[str, str, int]] = field(default=Factory(list))


class _Resolver:
    def __init__(self, parsed: Parsed, tables: Tables) -> None:
        self.source: Source = parsed.source
        self.listed = {plain(row.name): row.name for row in tables.dictionary}
        self.names: dict[str, str] = dict(self.listed)
        self.uses: list[Use] = []
        self.diagnostics: list[Diagnostic] = []
        self.declared_truth = {
            plain(row.name): row.row.text("类型") in ("是否", "评判")
            for row in tables.dictionary
            if row.row.text("类型")
        }

    def fault(
        self, code: str, message: str, span: Span, help: str = "", labels: tuple[Label, ...] = ()
    ) -> None:
        self.diagnostics.append(Diagnostic(code, message, self.source, span, help, labels))

    def name(self, mention: ast.FactMention) -> str:
        return self.names.setdefault(plain(mention.name), mention.name)

    def use(
        self,
        scope: _Scope,
        clause: str,
        mention: ast.FactMention | None,
        fact: str,
        role: Role,
        quantities: tuple[ast.Quantity, ...],
        span: Span,
    ) -> None:
        scope.uses.append(Use(fact, role, quantities, scope.id, clause, mention, span))

    # -- leaves

    def leaf(self, heading: ast.Heading) -> Leaf:
        broken = any(segment.broken for paragraph in heading.paragraphs for segment in paragraph.segments)
        scope = _Scope(heading.id, broken)
        rules: list[Rule] = []
        caps: list[Cap] = []
        full: list[ast.FullMarkNode] = []
        sentence = 0
        for paragraph in heading.paragraphs:
            for segment in paragraph.segments:
                first = True
                for item in segment.items:
                    number = sentence + segment.sentence
                    if isinstance(item, ast.CapNode):
                        mates = sum(1 for other in segment.items if isinstance(other, ast.ClauseNode))
                        alone = first or mates > 1
                        caps.append(Cap(item, rules[-1].id if rules else None, alone, item.span, item.span))
                    elif isinstance(item, ast.FullMarkNode):
                        full.append(item)
                    elif isinstance(item, ast.ClauseNode | ast.ItemVetoNode):
                        id = f"{heading.id}.{len(rules) + 1}"
                        rule = self.rule(scope, id, item, segment, number)
                        if rule is None:
                            broken = True
                        else:
                            rules.append(evolve(rule, segment=_quotable(segment, item)))
                    first = False
            sentence += (paragraph.segments[-1].sentence if paragraph.segments else 0) + 1
        self.uses += scope.uses
        return Leaf(heading, tuple(rules), tuple(caps), tuple(full), broken)

    def rule(
        self,
        scope: _Scope,
        id: str,
        node: ast.ClauseNode | ast.ItemVetoNode | ast.VetoNode,
        segment: ast.Segment,
        sentence: int,
    ) -> Rule | None:
        before = len(self.diagnostics)
        words = _own_words(node, segment, self.source)
        parts: list[Part] = []
        counted: str | None = None
        judged: str | None = None
        conditions = list(node.conditions)
        if isinstance(node, ast.ClauseNode):
            if node.award.points is None:
                judged, conditions = self.judged(scope, id, node, conditions)
            elif isinstance(node.measure, ast.Per):
                counted, conditions = self.counted(scope, id, node, node.measure, conditions, sentence)
            elif node.measure is None and not conditions:
                self.fault(
                    "ZS0211", "没有说满足什么条件才计分", node.span, "在前面写上条件，如“【……】的，加50分”"
                )
        for condition in conditions:
            part = self.part(scope, id, condition, sentence)
            if part is not None:
                parts.append(part)
        if isinstance(node, ast.ClauseNode) and isinstance(node.measure, ast.Step):
            counted = self.stepped(scope, id, node, node.measure, parts, sentence)
        self.negation(node, parts)
        self.distributed(scope, node, parts)
        if len(self.diagnostics) > before or len(parts) < len(conditions):
            return None
        parts, joiners = _two_sided(parts, list(node.joiners[: max(0, len(parts) - 1)]))
        return Rule(
            id, node, tuple(parts), tuple(joiners), counted, judged, words, sentence, node.span, segment.span
        )

    def judged(
        self, scope: _Scope, id: str, node: ast.ClauseNode, conditions: list[ast.Condition]
    ) -> tuple[str | None, list[ast.Condition]]:
        """酌情加分: the points are the value of the last fact named."""
        mention = node.measure.fact if isinstance(node.measure, ast.Per) else None
        if mention is None and conditions and conditions[-1].kind == "holds" and not conditions[-1].negated:
            mention = conditions[-1].fact
            conditions = conditions[:-1]
        if mention is None:
            self.fault(
                "ZS0213", "酌情加分要有一个供评审员打分的数据项", node.award.span, "写成“【……】的酌情加分”"
            )
            return None, conditions
        fact = self.name(mention)
        self.use(scope, id, mention, fact, "judge", (), mention.span)
        return fact, conditions

    def counted(
        self,
        scope: _Scope,
        id: str,
        node: ast.ClauseNode,
        per: ast.Per,
        conditions: list[ast.Condition],
        sentence: int,
    ) -> tuple[str | None, list[ast.Condition]]:
        """每一种【渠道】: what is counted is the fact behind 每, or the one right before it."""
        mention = per.fact
        if mention is None and conditions:
            last = conditions[-1]
            if last.kind == "holds" and not last.negated and not last.with_de:
                mention = last.fact
                conditions = conditions[:-1]
        if mention is None:
            self.fault(
                "ZS0212", "没有说“每”数的是什么", per.span, "在单位后面写上数据项，如“每一次【培训】加20分”"
            )
            return None, conditions
        fact = self.name(mention)
        self.use(scope, id, mention, fact, "count", (per.quantity,), per.span)
        scope.measured.append((fact, _unit_class(per.quantity.unit), sentence))
        return fact, conditions

    def stepped(
        self,
        scope: _Scope,
        id: str,
        node: ast.ClauseNode,
        step: ast.Step,
        parts: list[Part],
        sentence: int,
    ) -> str | None:
        """每增加…: the steps start at the number of the condition, on the condition's fact."""
        based = [part for part in parts if part.node.kind in ("base", "compared")]
        if not based:
            if len(parts) == len(node.conditions):
                self.fault(
                    "ZS0215",
                    "没有说从多少起每增加",
                    step.span,
                    "在前面写上起点，如“【……】达到70%后每增加10个百分点加10分”",
                )
            return None
        part = based[-1]
        self.use(scope, id, part.node.fact, part.fact, "count", (step.quantity,), step.span)
        return part.fact

    def part(self, scope: _Scope, id: str, node: ast.Condition, sentence: int) -> Part | None:
        quantities = tuple(edge.quantity for edge in node.edges)
        if node.fact is None:
            fact = self.elided(scope, node, quantities, sentence)
            if fact is None:
                return None
            carried = True
        else:
            fact = self.name(node.fact)
            carried = False
        role: Role = "truth" if node.kind == "holds" else "compare"
        self.use(scope, id, node.fact, fact, role, quantities, node.span)
        if quantities:
            scope.measured.append((fact, _unit_class(quantities[-1].unit), sentence))
        return Part(node, fact, carried)

    def elided(
        self, scope: _Scope, node: ast.Condition, quantities: tuple[ast.Quantity, ...], sentence: int
    ) -> str | None:
        """The last fact of the same sentence or the one before, compared in the same unit; two are an error."""
        unit = _unit_class(quantities[-1].unit)
        near = [fact for fact, own, at in scope.measured if own == unit and sentence - at <= 1]
        facts = list(dict.fromkeys(near))
        if len(facts) == 1:
            return facts[0]
        if scope.broken:
            return None
        words = self.source.slice(node.span)
        if not facts:
            self.fault(
                "ZS0304",
                f"“{words}”说的是哪个数据项？前面没有用“{quantities[-1].unit}”计量的数据项",
                node.span,
                f"写明主语：【……】{words}",
            )
            return None
        both = "”和“".join(facts)
        self.fault(
            "ZS0305",
            f"“{words}”说的可能是“{both}”，不能确定是哪一个",
            node.span,
            "写明主语：" + "，或".join(f"【{fact}】{words}" for fact in facts),
        )
        return None

    def negation(self, node: ast.ClauseNode | ast.ItemVetoNode | ast.VetoNode, parts: list[Part]) -> None:
        """没有【A】或【B】的: whether B is negated too cannot be told."""
        for index, (part, following) in enumerate(pairwise(parts)):
            first, second = part.node, following.node
            if not first.negated or first.with_de or second.kind != "holds" or second.negated:
                continue
            if index >= len(node.joiners) or node.joiners[index].word.startswith("，"):
                continue
            words = self.source.slice(first.span.cover(second.span))
            one, other = part.fact, following.fact
            self.fault(
                "ZS0222",
                f"“{official(words)}”否定的只是“{one}”，还是也否定“{other}”？",
                first.span.cover(second.span),
                f"整个放进一个括号：【{official(words)}】，由人回答是或否；或分别写明“未【{one}】，且未【{other}】的”",
            )
            return

    def distributed(
        self, scope: _Scope, node: ast.ClauseNode | ast.ItemVetoNode | ast.VetoNode, parts: list[Part]
    ) -> None:
        """【A】或者【B】不低于3家: whether the number holds for A too must be told by A's type."""
        for index, part in enumerate(parts[:-1]):
            following = parts[index + 1]
            if part.node.kind != "holds" or part.node.with_de or following.node.kind != "compared":
                continue
            if part.node.negated or following.carried or index >= len(node.joiners):
                continue
            if node.joiners[index].word.startswith("，"):
                continue
            declared = self.declared_truth.get(plain(part.fact))
            if declared is None:
                bound = self.source.slice(following.node.edges[0].span)
                self.fault(
                    "ZS0306",
                    f"“{part.fact}”是只答是否，还是也要{bound}？",
                    part.node.span,
                    f"在数据项中写明“{part.fact}”的类型：是否，或个数",
                )
            elif not declared:
                edges = following.node.edges
                parts[index] = evolve(part, node=evolve(part.node, kind="compared", edges=edges))
                quantities = tuple(edge.quantity for edge in edges)
                scope.uses = [
                    evolve(use, role="compare", quantities=quantities) if use.span == part.node.span else use
                    for use in scope.uses
                ]

    # -- whole file

    def shared(self) -> None:
        """The same words under two headings, or behind two verbs, are one fact only where 数据项 lists them."""
        first: dict[str, Use] = {}
        for use in self.uses:
            if use.mention is None or use.role in ("formula", "total"):
                continue
            key = plain(use.fact)
            other = first.setdefault(key, use)
            if other is use or key in self.listed or other.mention is None:
                continue
            same_leaf = other.leaf == use.leaf
            alike = (other.mention.verb, other.mention.lead) == (use.mention.verb, use.mention.lead)
            if same_leaf and alike:
                continue
            where = "两处标题下" if not same_leaf else "不同的词后面"
            self.fault(
                "ZS0301",
                f"“{use.fact}”出现在{where}：是同一个数据项，还是两个？",
                use.mention.span,
                f"同一个：在“数据项”表中列出“{use.fact}”；不同：写成【{use.mention.shown}｜另一个名称】",
                (Label(other.mention.span, "另一处在这里"),),
            )
            first[key] = use

    def tiers(self, heading: ast.Heading | None) -> Iterator[tuple[ast.TierNode, Span]]:
        if heading is None:
            return
        scope = _Scope("评定等级")
        for paragraph in heading.paragraphs:
            for segment in paragraph.segments:
                for item in segment.items:
                    if isinstance(item, ast.TierNode):
                        if item.fact is not None:
                            fact = self.name(item.fact)
                            self.use(scope, "评定等级", item.fact, fact, "total", (), item.fact.span)
                        yield item, segment.span
        self.uses += scope.uses

    def vetoes(self, heading: ast.Heading | None) -> Iterator[Rule]:
        if heading is None:
            return
        scope = _Scope("一票否决")
        count = 0
        for paragraph in heading.paragraphs:
            for segment in paragraph.segments:
                for item in segment.items:
                    if isinstance(item, ast.VetoNode):
                        count += 1
                        rule = self.rule(scope, f"否决{count}", item, segment, segment.sentence)
                        if rule is not None:
                            yield rule
        self.uses += scope.uses

    def formulas(self, definitions: tuple[ast.Definition, ...]) -> None:
        for definition in definitions:
            for mention in formula_mentions(definition.formula):
                fact = self.name(mention)
                self.uses.append(Use(fact, "formula", (), "计算", "计算", mention, mention.span))


def formula_mentions(formula: ast.Formula) -> Iterator[ast.FactMention]:
    """The facts of a formula, in order."""
    match formula:
        case ast.Operand(fact):
            yield fact
        case ast.Binary(_, left, right):
            yield from formula_mentions(left)
            yield from formula_mentions(right)


def leaf_headings(headings: tuple[ast.Heading, ...]) -> Iterator[ast.Heading]:
    """The headings that have none below them."""
    for heading in headings:
        if heading.children:
            yield from leaf_headings(heading.children)
        else:
            yield heading


def _two_sided(parts: list[Part], joiners: list[ast.Joiner]) -> tuple[list[Part], list[ast.Joiner]]:
    """达到60%，且不足70%的: two ends said one after the other, the second without subject, are one range."""
    index = 0
    while index + 1 < len(parts):
        first, second = parts[index], parts[index + 1]
        one_range = second.carried and second.fact == first.fact and joiners[index].sense != "or"
        if one_range and {_side(first.node), _side(second.node)} == {"low", "high"}:
            edges = first.node.edges + second.node.edges
            node = evolve(first.node, edges=edges, span=first.node.span.cover(second.node.span))
            parts[index : index + 2] = [evolve(first, node=node)]
            del joiners[index]
        else:
            index += 1
    return parts, joiners


def _side(node: ast.Condition) -> str:
    """Which end a condition with a single boundary sets."""
    if node.kind != "compared" or len(node.edges) != 1:
        return ""
    comparison = node.edges[0].comparison
    return "low" if comparison in ("ge", "gt") else "high" if comparison in ("le", "lt") else ""


def _quotable(segment: ast.Segment, item: ast.ClauseNode | ast.ItemVetoNode) -> Span:
    """The words of a segment that belong to one of its rules: up to the next rule, its own caps included."""
    start, end, seen = segment.span.start, segment.span.end, False
    for other in segment.items:
        if other is item:
            seen = True
        elif isinstance(other, ast.ClauseNode | ast.ItemVetoNode) and seen:
            return Span(start, end)
        if seen:
            end = other.span.end
        else:
            start = other.span.end
    return Span(start, segment.span.end)


def _own_words(
    node: ast.ClauseNode | ast.ItemVetoNode | ast.VetoNode, segment: ast.Segment, source: Source
) -> str:
    """The official words of a rule: the segment, markers removed, when the rule is all of it but caps."""
    rules = [i for i in segment.items if isinstance(i, ast.ClauseNode | ast.ItemVetoNode | ast.VetoNode)]
    text = segment.text if len(rules) == 1 else source.slice(node.span)
    return official(text)


def official(text: str) -> str:
    """Official words without the author's markers and layout."""
    return "".join(
        char for char, _ in unmarked(zip(text, count(), strict=False)) if char not in "*\r\n"
    ).strip()


def _unit_class(unit: str) -> str:
    return "%" if unit in PERCENT_POINTS else unit


def resolve(parsed: Parsed, tables: Tables) -> Resolved:
    """Resolves every mention of a file."""
    assert parsed.file is not None
    resolver = _Resolver(parsed, tables)
    leaves = tuple(resolver.leaf(heading) for heading in leaf_headings(parsed.file.indicators))
    vetoes = tuple(resolver.vetoes(parsed.file.sections.get("一票否决")))
    tiers = tuple(resolver.tiers(parsed.file.sections.get("评定等级")))
    resolver.shared()
    for definition in parsed.file.definitions:
        resolver.name(definition.fact)
    resolver.formulas(parsed.file.definitions)
    return Resolved(leaves, vetoes, tiers, tuple(resolver.uses), resolver.names, tuple(resolver.diagnostics))
