"""Resolution of requirements (基本条件): the items of their lists, what the head of a list asks of them, their ids.

Numbered items are one requirement each, 条件3, or several where ； and 。 part them, 条件3.1. Those under the
heading of an indicator have its id in front: 1.2.条件1.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from attrs import Factory, define, evolve, field, frozen

from zhunsheng.compiler.resolve.mentions import Mentions, Scope, Site
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolved import Requirement, Rule, Use
from zhunsheng.compiler.resolve.rules import resolve_rule
from zhunsheng.dsl import ast

_STYLES = (
    r"第.+",
    r"[一二三四五六七八九十]+、",
    r"（[一二三四五六七八九十]+）",
    r"\d+[、.)）]",
    r"（\d+）",
    "[①-⑳]",
)

#: The style of what only ； parts.
_PARTED = "；"


def resolve_requirements(mentions: Mentions, file: ast.RuleFile, uses: list[Use]) -> tuple[Requirement, ...]:
    """All requirements of a file, those of the whole standard first."""
    found: list[Requirement] = []
    section = file.sections.get("基本条件")
    if section is not None:
        found += _of_heading(mentions, "", _paragraphs(section), uses)
    for heading in ast.all_headings(file.indicators):
        own = [paragraph for paragraph in heading.paragraphs if paragraph.requires]
        if own:
            found += _of_heading(mentions, heading.id, own, uses)
    return tuple(found)


def _paragraphs(heading: ast.Heading) -> Iterator[ast.Paragraph]:
    yield from heading.paragraphs
    for child in heading.children:
        yield from _paragraphs(child)


def numbered(paragraphs: Iterable[ast.Paragraph]) -> Iterator[tuple[ast.Segment, int]]:
    """The segments of some paragraphs, with the number of each one's sentence in all of them."""
    before = 0
    for paragraph in paragraphs:
        for segment in paragraph.segments:
            yield segment, before + segment.sentence
        before += (paragraph.segments[-1].sentence if paragraph.segments else 0) + 1


@define
class _Item:
    """An item of a list, or a paragraph, with the items of the list that it heads."""

    style: str
    segments: list[tuple[ast.Segment, int]] = field(default=Factory(list))
    items: list["_Item"] = field(default=Factory(list))
    #: Whether it is one of the options that 限报一类 heads.
    optional: bool = False

    @property
    def head(self) -> ast.StemNode | ast.SelectNode | None:
        """The head of a list that ends the item."""
        last = self.segments[-1][0].items[-1:] if self.segments else ()
        return last[0] if last and isinstance(last[0], ast.StemNode | ast.SelectNode) else None


def style_of(numbering: str) -> str:
    """Which way of numbering, so that the items of a list within a list are told from its own."""
    if not numbering:
        return ""
    return next((style for style in _STYLES if re.fullmatch(style, numbering)), numbering)


def _items(paragraphs: Sequence[ast.Paragraph]) -> list[_Item]:
    """Paragraphs cut at their numbering; a list belongs to its head until a numbering of the head's kind returns.

    Behind a head without a numbered list, what ； parts up to the end of the sentence is its list.
    """
    top: list[_Item] = []
    heads: list[_Item] = []
    begins = {id(p.segments[0]) for p in paragraphs if p.segments}
    current = _Item("")
    for segment, sentence in numbered(paragraphs):
        listed = current.head is not None or current.style == _PARTED
        style: str | None = style_of(segment.numbering)
        if not style and id(segment) not in begins and listed:
            style = _PARTED if sentence == current.segments[-1][1] else ""
        elif not style and id(segment) not in begins:
            style = None
        if style is None:
            current.segments.append((segment, sentence))
        else:
            current = _Item(style, [(segment, sentence)])
            while heads and (not style or _style_of_list(heads[-1], current) != style):
                heads.pop()
            (heads[-1].items if heads else top).append(current)
        if current.head is not None:
            heads.append(current)
    return top


def _style_of_list(head: _Item, item: _Item) -> str:
    """The numbering of a head's list: that of its first item, which is not the head's own."""
    if head.items:
        return head.items[0].style
    return item.style if item.style != head.style else ""


@frozen
class _Walk:
    """The requirements of one heading in the making."""

    scope: Scope
    group: str
    failure: str

    @property
    def prefix(self) -> str:
        return f"{self.group}.条件" if self.group else "条件"

    def walk(self, items: list[_Item]) -> Iterator[Requirement]:
        count = 0
        for item in self._flat(items):
            found = tuple(self._item(item, f"{self.prefix}{count + 1}"))
            count += bool(found)
            yield from found

    def _flat(self, items: list[_Item]) -> Iterator[_Item]:
        """A head that asks for all of its items (应符合以下条件：) says no more than the section does."""
        for item in items:
            head = item.head
            plain = isinstance(head, ast.StemNode) and head.count is None and not head.effect
            if plain and len(item.segments) == 1 and not item.style:
                yield from self._flat(item.items)
            elif isinstance(head, ast.SelectNode):
                yield item
                yield from (evolve(child, optional=True) for child in item.items)
            else:
                yield item

    def _item(self, item: _Item, id: str) -> Iterator[Requirement]:
        if item.optional:
            yield from self._option(item, id)
            return
        head = item.head
        own = [
            pair for pair in item.segments if any(isinstance(i, ast.RequirementNode) for i in pair[0].items)
        ]
        asked = own.pop() if isinstance(head, ast.SelectNode) and own else None
        several = len(own) + (head is not None) > 1
        for number, (segment, sentence) in enumerate(own, 1):
            requirement = self._plain(segment, sentence, f"{id}.{number}" if several else id)
            if requirement is not None:
                yield requirement
        last = f"{id}.{len(own) + 1}" if several else id
        if isinstance(head, ast.StemNode):
            yield from self._list(item, head, last)
        elif isinstance(head, ast.SelectNode):
            yield from self._select(item, asked, last)

    def _rules(self, segment: ast.Segment, sentence: int, id: str) -> Iterator[Rule]:
        self.scope.enter(segment.numbering)
        for node in segment.items:
            if isinstance(node, ast.RequirementNode):
                rule = resolve_rule(Site(self.scope, id, sentence), node, segment)
                if rule is not None:
                    yield rule

    def _plain(self, segment: ast.Segment, sentence: int, id: str) -> Requirement | None:
        rules = tuple(self._rules(segment, sentence, id))
        if not rules:
            return None
        node = rules[0].node
        assert isinstance(node, ast.RequirementNode)
        effect = node.effect or self.failure
        return Requirement(
            id, node.mood, (rules,), None, self.group, effect, official(segment.text), segment.span
        )

    def _list(self, item: _Item, head: ast.StemNode, id: str) -> Iterator[Requirement]:
        """符合下列条件之一的：, 有下列情形之一的，不予受理："""
        alternatives = []
        texts = [official(item.segments[-1][0].text) + "："]
        for child in item.items:
            rules = [r for s, n in child.segments for r in self._rules(s, n, id)]
            nodes = [rule.node for rule in rules if isinstance(rule.node, ast.RequirementNode)]
            odd = next((node for node in nodes if node.mood != "must"), None)
            if odd is not None or child.items:
                span = odd.span if odd is not None else child.segments[-1][0].span
                message = "这一项自己又说了后果或又分了项，不能同别的项一起数"
                self.scope.mentions.fault("ZS0263", message, span, "改写成一项一个条件，或另立一条")
                return
            if rules:
                alternatives.append(tuple(rules))
            texts.append("；".join(official(s.text) for s, _ in child.segments) + "；")
        if not alternatives or (head.count is not None and not 0 < head.count <= len(alternatives)):
            message = f"这里说的是几项条件中的{head.count or '各'}项，后面却有{len(alternatives)}项"
            self.scope.mentions.fault("ZS0263", message, head.span, "把各项写成列表，放在这一句后面")
            return
        text = "".join(texts).rstrip("；")
        span = item.segments[-1][0].span
        mood: ast.Mood = "bar" if head.effect else "must"
        effect = head.effect or self.failure
        yield Requirement(
            id, mood, tuple(alternatives), head.count, self.group, effect, text, span, listed=True
        )

    def _select(self, item: _Item, asked: tuple[ast.Segment, int] | None, id: str) -> Iterator[Requirement]:
        """【主营服务类别】……，每个服务机构限报一类：one of the options has to be chosen."""
        segment, sentence = asked or item.segments[-1]
        nodes = [node for node in segment.items if isinstance(node, ast.RequirementNode)]
        mention = nodes[-1].conditions[-1].fact if nodes else None
        name = self.scope.mentions.name(mention) if mention is not None else ""
        options = self.scope.mentions.options(name)
        if mention is None or not options:
            message = "没有说从哪个数据项里选一类"
            help_text = (
                "前面写上选项的数据项，如“【服务类别】……，每个机构限报一类：”，在“数据项”中列出它的选项"
            )
            self.scope.mentions.fault("ZS0264", message, item.segments[-1][0].span, help_text)
            # Of its items no more is said: what they lack is the list that is missing here.
            item.items.clear()
            return
        chosen = evolve(nodes[-1].conditions[-1], kind="chosen", options=options)
        node = evolve(nodes[-1], conditions=(chosen,), joiners=())
        self.scope.enter(segment.numbering)
        rule = resolve_rule(Site(self.scope, id, sentence), node, segment)
        if rule is not None:
            text = "，".join(official(s.text) for s, _ in item.segments)
            span = segment.span.cover(item.segments[-1][0].span)
            yield Requirement(id, "must", ((rule,),), None, self.group, self.failure, text, span)

    def _option(self, item: _Item, id: str) -> Iterator[Requirement]:
        """1、【创业服务类｜主营服务类别】。【熟悉……】: what those have to meet who chose the option."""
        found = [r for s, n in item.segments for r in self._rules(s, n, id)]
        if not found:
            return
        first, *rest = found
        chosen = first.parts[0] if len(first.parts) == 1 and first.parts[0].node.kind == "chosen" else None
        if chosen is None:
            message = "这一项没有说是哪个选项"
            help_text = "以选项开头，如“【创业服务类｜服务类别】。【……】；【……】。”"
            self.scope.mentions.fault("ZS0264", message, item.segments[0][0].span, help_text)
            return
        if rest:
            text = "。".join(official(s.text) for s, _ in item.segments)
            span = item.segments[0][0].span.cover(item.segments[-1][0].span)
            yield Requirement(id, "must", (tuple(rest),), None, self.group, self.failure, text, span, chosen)


def _of_heading(
    mentions: Mentions, group: str, paragraphs: Iterable[ast.Paragraph], uses: list[Use]
) -> Iterator[Requirement]:
    own = list(paragraphs)
    broken = any(segment.broken for paragraph in own for segment in paragraph.segments)
    scope = Scope(mentions, f"{group} 基本要求" if group else "基本条件", broken)
    failures = [i for p in own for s in p.segments for i in s.items if isinstance(i, ast.FailureNode)]
    walk = _Walk(scope, group, failures[0].effect if failures else "")
    yield from walk.walk(_items(own))
    uses += scope.uses
