"""Executable paragraphs: their segments, and an account of every character (逐字清点)."""

import re

from attrs import evolve, frozen

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.clause import read, read_mentions
from zhunsheng.dsl.clauses.tokens import Start
from zhunsheng.dsl.normal import Normal, normalise
from zhunsheng.dsl.segments import END, Piece, bracket_faults, pieces
from zhunsheng.dsl.strong_words import NEGATED, STRONG_IN_DESCRIPTION, STRONG_IN_FACT
from zhunsheng.dsl.vocabulary import LEAD_OF_REQUIREMENTS, end_of_requirement
from zhunsheng.dsl.words import TIERS_FIRST, with_bounds
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Source, Span

_BRACKETED = re.compile("(?P<fact>【[^【】〖〗]*】)|(?P<description>〖[^【】〖〗]*〗|（注：[^（）]*）)")
#: Also at the colon of 有下列情形之一的，一票否决：.
_END_OF_VETO = re.compile("[。；！？：]")
#: So a sentence of 评定等级, but for a colon between a tier and its scores (优秀：90分以上).
_END_OF_TIER = re.compile(rf"(?P<kept>(?:(?<![一-鿿、])|(?<=[分上下内）\d]、)){TIERS_FIRST}：)|[。；！？：]")
_ENDS = {"veto": _END_OF_VETO, "tiers": _END_OF_TIER}
_KINDS: tuple[ast.MarkKind, ...] = ("layout", "operative", "fact", "description", "unread")
_LAYOUT, _OPERATIVE, _FACT, _DESCRIPTION, _UNREAD = range(5)


@frozen
class Suspicion:
    """Words inside a bracket that would do something outside it: ``words`` at ``span``, in the bracket at
    ``whole``. In a description only a 解读 makes them harmless, in a fact the data dictionary does (整体判断)."""

    kind: str
    words: str
    name: str
    span: Span
    whole: Span


@frozen
class ReadParagraph:
    """A paragraph with what was found wrong with it and what the resolver has to look at."""

    paragraph: ast.Paragraph
    faults: tuple[Diagnostic, ...]
    suspicions: tuple[Suspicion, ...]


def read_paragraph(text: str, offset: int, source: Source, start: Start = "segment") -> ReadParagraph:
    """Reads the paragraph `text` that begins at `offset` of the source."""
    normal = normalise(text, offset)
    faults, spoiled = bracket_faults(normal, source)
    found = list(faults)
    kinds = bytearray(len(text))
    segments = []
    lead = LEAD_OF_REQUIREMENTS.match(normal.text) if start == "segment" else None
    if lead is not None:
        start = "requirement"
    begin = lead.end() if lead is not None else 0
    requires = start == "requirement"
    end = end_of_requirement() if requires else _ENDS.get(start, END)
    cut = list(pieces(normal, spoiled, begin, end))
    _mark(kinds, normal, 0, len(normal.text), _OPERATIVE, offset)
    _mark_numbering(kinds, normal, cut, begin, offset)
    for piece in cut:
        segment, fault = _segment(normal, piece, source, start)
        segments.append(segment)
        if fault is not None:
            found.append(fault)
        if segment.broken:
            _mark(kinds, normal, piece.start, piece.end, _UNREAD, offset)
    for match in _BRACKETED.finditer(normal.text):
        kind = _FACT if match["fact"] is not None else _DESCRIPTION
        _mark(kinds, normal, match.start(), match.end(), kind, offset)
    span = Span(offset, offset + len(text))
    paragraph = ast.Paragraph(tuple(segments), _runs(kinds, offset), requires, span=span)
    return ReadParagraph(paragraph, tuple(found), tuple(suspicions_in(normal)))


def suspicions_in(normal: Normal) -> list[Suspicion]:
    """The words in brackets of a text that look as if they should count."""
    found = []
    for match in _BRACKETED.finditer(normal.text):
        found += _suspicions(normal, match, match["fact"] is not None)
    return found


def _segment(
    normal: Normal, piece: Piece, source: Source, start: Start
) -> tuple[ast.Segment, Diagnostic | None]:
    span = normal.span(piece.start, piece.end)
    text = source.slice(span)
    words = normal.text[piece.start : piece.end]
    # A fact alone says nothing where points are given; among requirements it is one.
    bare = not _BRACKETED.sub("", words).strip("，、：") and not (
        start in ("requirement", "veto", "tiers") and "【" in words
    )
    if bare:
        segment = ast.Segment(text, (), piece.sentence, piece.broken, piece.numbering, span=span)
        return _bare(piece, segment, normal, source, start)
    if piece.broken:
        return ast.Segment(text, (), piece.sentence, True, piece.numbering, span=span), None
    reading = read(normal, piece.start, piece.end, source, start)
    broken = reading.fault is not None
    segment = ast.Segment(text, reading.items, piece.sentence, broken, piece.numbering, span=span)
    return segment, reading.fault


def _bare(
    piece: Piece, segment: ast.Segment, normal: Normal, source: Source, start: Start
) -> tuple[ast.Segment, Diagnostic | None]:
    """A segment of brackets alone: descriptions are fine; facts are what an indicator measures, and whether its
    rule may be missing is found later."""
    if piece.broken or "【" not in normal.text[piece.start : piece.end]:
        return segment, None
    if start != "segment":
        return evolve(segment, broken=True), unfinished(source, segment.span)
    found = read_mentions(normal, piece.start, piece.end, source)
    if isinstance(found, Diagnostic):
        return evolve(segment, broken=True), found
    return evolve(segment, items=(ast.MeasuredNode(found, span=segment.span),)), None


def unfinished(source: Source, span: Span) -> Diagnostic:
    """A sentence that names facts and says nothing about points."""
    return Diagnostic(
        "ZS0206",
        "这句话没有写完：数据项后面没有说怎样计分",
        source,
        span,
        "写明怎样计分，如“【……】的，加20分”；只是说明的话改用〖〗",
    )


def _suspicions(normal: Normal, match: re.Match[str], is_fact: bool) -> list[Suspicion]:
    """The first words in a bracket that look as if they should count."""
    if match[0].startswith("（注"):
        return []
    inner = match[0][1:-1]
    words = re.split("[｜|]", inner)[0] if is_fact else inner
    pattern = STRONG_IN_FACT if is_fact else STRONG_IN_DESCRIPTION
    hit = pattern.search(words)
    if hit is None and not is_fact and words.rstrip("，、；）").endswith("的"):
        hit = re.search("的(?=[，、；）]*$)", words)
    if hit is None and not is_fact and NEGATED.match(words) and normal.text.startswith("【", match.end()):
        hit = re.match("[^，；]+", words)
    if hit is None:
        return []
    base = match.start() + 1
    first, last = with_bounds(words, *hit.span())
    span = normal.span(base + first, base + last)
    name = re.split("[｜|]", inner)[-1]
    kind = "fact" if is_fact else "description"
    return [Suspicion(kind, words[first:last], name, span, normal.span(match.start(), match.end()))]


def _mark(kinds: bytearray, normal: Normal, start: int, end: int, kind: int, offset: int) -> None:
    for index in range(start, end):
        kinds[normal.offsets[index] - offset] = kind


def _mark_numbering(kinds: bytearray, normal: Normal, cut: list[Piece], begin: int, offset: int) -> None:
    """Numbering in front of a piece says nothing; the ends of sentences between pieces do."""
    position = begin
    for piece in cut:
        numbering = normal.text[position : piece.start].lstrip("。；！？：，")
        _mark(kinds, normal, piece.start - len(numbering), piece.start, _LAYOUT, offset)
        position = piece.end


def _runs(kinds: bytearray, offset: int) -> tuple[ast.Marked, ...]:
    runs = []
    start = 0
    for index in range(1, len(kinds) + 1):
        if index == len(kinds) or kinds[index] != kinds[start]:
            runs.append(ast.Marked(_KINDS[kinds[start]], Span(offset + start, offset + index)))
            start = index
    return tuple(runs)
