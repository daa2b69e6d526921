"""Labelled options (选项): 【服务大厅】A. 有独立大厅，得10分；B. 与他人共用，得6分: one of them applies.

A list of letters is a list of options of one fact, or, where each of its words sets a number of that fact, bands of it.
Before anything is resolved, its options become clauses with a condition, and the fact gets its options.
"""

from collections.abc import Iterable, Iterator, Sequence

from attrs import Factory, define, evolve, field, frozen

from zhunsheng.compiler.resolve.mentions import Mentions
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.strong_words import STRONG_IN_OPTION, is_measure
from zhunsheng.dsl.words import LETTERS
from zhunsheng.runtime.diagnostics import Label
from zhunsheng.runtime.reading.typed_text import option_named
from zhunsheng.runtime.source import Span

_EXAMPLE = "写成“【……】A. ……，得10分；B. ……，得6分”"


@frozen
class _Entry:
    """One letter of a list: an option, or the clauses of a segment that a letter stands in front of."""

    label: str
    choice: ast.Choice | None
    clauses: tuple[ast.Item, ...]
    span: Span


@define
class _List:
    """The letters from A on, with the fact named in front of them."""

    fact: ast.FactMention | None
    entries: list[_Entry] = field(default=Factory(list))

    @property
    def span(self) -> Span:
        """From the first letter to the last."""
        return self.entries[0].span.cover(self.entries[-1].span)

    @property
    def choices(self) -> list[ast.Choice]:
        """Its options."""
        return [entry.choice for entry in self.entries if entry.choice is not None]


#: What the options of a file have become, by their places; None where they, or the segment there, could not be told.
_Clauses = dict[Span, ast.ClauseNode | None]


def with_choices(mentions: Mentions, headings: Iterable[ast.Heading]) -> tuple[ast.Heading, ...]:
    """The headings, with clauses in the place of options; `mentions` learns the options of each fact."""
    own = tuple(headings)
    titles = [heading.title for heading in ast.all_headings(own)]
    made: _Clauses = {}
    first: dict[str, Span] = {}
    for heading in ast.all_headings(own):
        lists = list(_lists(heading))
        broken = any(segment.broken for paragraph in heading.paragraphs for segment in paragraph.segments)
        nameless = [found for found in lists if found.fact is None and found.choices]
        if len(nameless) > 1 and nameless[1].entries[0].label in "Aa":
            message = f"“{heading.title}”下面有两组选项，都没有写是什么的选项"
            mentions.fault("ZS0275", message, nameless[1].span, "在“A.”前面写上数据项：【……】A. ……")
            made |= dict.fromkeys((choice.span for choice in nameless[1].choices), None)
            lists.remove(nameless[1])
        title = heading.title if titles.count(heading.title) == 1 else f"{heading.id} {heading.title}"
        for found in lists:
            mention = ast.FactMention(title, title, False, span=heading.title_span)
            made |= _clauses(mentions, found, mention, first, broken=broken)
    return tuple(_rewritten(heading, made) for heading in own) if made else own


def _rewritten(heading: ast.Heading, made: _Clauses) -> ast.Heading:
    """A heading with its options as clauses."""
    paragraphs = tuple(
        evolve(paragraph, segments=tuple(_segment(segment, made) for segment in paragraph.segments))
        for paragraph in heading.paragraphs
    )
    children = tuple(_rewritten(child, made) for child in heading.children)
    return evolve(heading, paragraphs=paragraphs, children=children)


def _segment(segment: ast.Segment, made: _Clauses) -> ast.Segment:
    if made.get(segment.span, segment) is None:
        return evolve(segment, items=(), broken=True)
    if not any(isinstance(item, ast.ChoicesNode) for item in segment.items):
        return segment
    items: list[ast.Item] = []
    for item in segment.items:
        if not isinstance(item, ast.ChoicesNode):
            items.append(item)
            continue
        clauses = [made.get(choice.span) for choice in item.choices]
        if None in clauses:
            return evolve(segment, items=(), broken=True)
        items += [clause for clause in clauses if clause is not None]
    return evolve(segment, items=tuple(items))


# ---- the lists of a heading


def _lists(heading: ast.Heading) -> Iterator[_List]:
    """The lists of letters under a heading, each from its A on."""
    current: _List | None = None
    before: ast.Item | None = None
    for segment in (
        s for paragraph in heading.paragraphs if not paragraph.requires for s in paragraph.segments
    ):
        for fact, entry in _entries(segment):
            if entry.label in "Aa" or fact is not None or current is None:
                if current is not None:
                    yield current
                lead = (
                    before.facts[0]
                    if isinstance(before, ast.MeasuredNode) and len(before.facts) == 1
                    else None
                )
                current = _List(fact or lead)
            current.entries.append(entry)
        before = segment.items[-1] if segment.items else before
    if current is not None:
        yield current


def _entries(segment: ast.Segment) -> Iterator[tuple[ast.FactMention | None, _Entry]]:
    """The letters of a segment, the first with the fact in front of it."""
    label = segment.numbering.strip("（）.、：")
    if label in LETTERS:
        yield None, _Entry(label, None, segment.items, segment.span)
    for item in segment.items:
        if isinstance(item, ast.ChoicesNode):
            for number, choice in enumerate(item.choices):
                yield (None if number else item.fact), _Entry(choice.label, choice, (), choice.span)


# ---- options, or bands


def _clauses(
    mentions: Mentions, found: _List, title: ast.FactMention, first: dict[str, Span], *, broken: bool
) -> _Clauses:
    """The clauses that the options of a list stand for; where a sentence is `broken` its letter may be missing."""
    none: _Clauses = dict.fromkeys((entry.span for entry in found.entries), None)
    labels = [entry.label for entry in found.entries]
    start = LETTERS.index(labels[0])
    if labels[0] not in "Aa" or labels != list(LETTERS[start : start + len(labels)]) or len(labels) < 2:
        shown = "、".join(labels)
        message = f"这一组选项只有{shown}一项" if len(labels) < 2 else f"选项的编号不连着：{shown}"
        if not broken:
            mentions.fault("ZS0275", message, found.span, "从A起按顺序编号，至少两项，中间不要插别的句子")
        return none
    lettered = any(entry.choice is None for entry in found.entries)
    fact = found.fact or title
    declared = mentions.types.get(plain(fact.name), "")
    if lettered or declared not in ("", "选项"):
        bands = _bands(mentions, found, fact)
        return none if bands is None else bands
    names = _names(mentions, found, fact, declared=declared == "选项")
    if names is None or not _same_options(mentions, fact, names, found.span, first):
        return none
    return {
        choice.span: ast.ClauseNode(
            (ast.Condition("chosen", fact, with_de=True, options=(name,), span=choice.span),),
            (),
            None,
            choice.award,
            span=choice.span,
        )
        for choice, name in zip(found.choices, names, strict=True)
    }


def _bands(mentions: Mentions, found: _List, fact: ast.FactMention) -> _Clauses | None:
    """A.【人数】10人以上得10分；B. 5人以上得5分: every letter sets numbers of the one fact."""
    subject = found.fact
    made: _Clauses = {}
    facts = []
    for entry in found.entries:
        band = entry.choice.band if entry.choice is not None else _only_band(entry.clauses)
        if band is None:
            _several(mentions, found, fact)
            return None
        (condition,) = band.conditions
        facts.append(condition.fact)
        if entry.choice is not None:
            # The fact in front of the list is the subject of its first band, to which the others refer back.
            own = condition if entry is not found.entries[0] else evolve(condition, fact=subject)
            made[entry.choice.span] = evolve(band, conditions=(own,))
    named = {plain(own.name) for own in (subject, *facts) if own is not None}
    if len(named) != 1:
        _several(mentions, found, fact)
        return None
    return made


def _only_band(items: Sequence[ast.Item]) -> ast.ClauseNode | None:
    """The clause of a segment that is one number of a fact and its points."""
    clauses = [item for item in items if isinstance(item, ast.ClauseNode)]
    if len(clauses) != 1 or clauses[0].measure is not None or clauses[0].branch is not None:
        return None
    conditions = clauses[0].conditions
    return clauses[0] if len(conditions) == 1 and conditions[0].kind in ("compared", "counted") else None


def _several(mentions: Mentions, found: _List, fact: ast.FactMention) -> None:
    """Letters in front of what are neither options nor bands of one fact."""
    first, last = found.entries[0].label, found.entries[-1].label
    if (
        plain(fact.name) in mentions.types
        and found.fact is not None
        and len(found.choices) == len(found.entries)
    ):
        message = (
            f"“{fact.name}”的类型是“{mentions.types[plain(fact.name)]}”，{first}～{last}各项却不都是它的数"
        )
        help_text = f"是选项的，在“数据项”表中把“{fact.name}”的类型写成“选项”"
    else:
        message = f"{first}～{last}各项里都有数据项：是只能选一项，还是分别计分？"
        help_text = (
            f"只选一项的，去掉里面的【】，写成“【……】{first}. ……，得10分”；"
            f"分别计分的，把编号放进说明：〖{first}.〗【……】的，得10分"
        )
    mentions.fault("ZS0275", message, found.span, help_text)


def _names(
    mentions: Mentions, found: _List, fact: ast.FactMention, *, declared: bool
) -> tuple[str, ...] | None:
    """The names of the options; words that could mean more than a name are one only where 数据项 says so."""
    names = tuple(f"{choice.label}. {choice.words}" for choice in found.choices)
    for number, choice in enumerate(found.choices):
        if any(plain(choice.words) == plain(other.words) for other in found.choices[:number]):
            mentions.fault("ZS0275", f"选项“{choice.words}”写了两次", choice.span, "核对这两项，或合并成一项")
            return None
        hit = STRONG_IN_OPTION.search(choice.words)
        if hit is None or declared:
            continue
        row = f"在“数据项”表中列出“{fact.name}”，类型写“选项”"
        if choice.band is not None or is_measure(hit[0]):
            message = f"“{choice.words}”是“{fact.name}”的一个选项，还是它的一段数？"
            help_text = f"是选项：{row}；是数：类型写“个数”“数量”或“百分比”"
        else:
            message = f"选项“{choice.words}”里的“{hit[0]}”要不要起作用？"
            help_text = f"只是选项的名称：{row}；要起作用的，另写一句"
        mentions.fault("ZS0276", message, choice.span, help_text)
        return None
    return names


def _same_options(
    mentions: Mentions, fact: ast.FactMention, names: tuple[str, ...], at: Span, first: dict[str, Span]
) -> bool:
    """Whether a list of options is that of 数据项, and of other lists of the same fact."""
    key = plain(fact.name)
    known = mentions.choices.get(key, ())
    listed = [option_named(names, plain(option)) for option in known]
    if known and (None in listed or set(listed) != set(names)):
        where = "前面列的" if key in first else "“数据项”的范围"
        message = f"“{fact.name}”的选项与{where}不一样"
        labels = (Label(first[key], "前面列的在这里"),) if key in first else ()
        help_text = f"范围写成“{'、'.join(name.partition('. ')[0] for name in names)}”，或空着"
        mentions.fault("ZS0315", message, at, "两处写成一样" if labels else help_text, labels)
        return False
    mentions.choices[key] = names
    first.setdefault(key, at)
    return True
