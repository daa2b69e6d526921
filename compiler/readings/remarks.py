"""The sentences of the sections that only explain (附注, 术语解释), with the place of every character."""

import re
from collections.abc import Iterator

from zhunsheng.dsl.normal import normalise, unmarked
from zhunsheng.dsl.reserved import COMMENTARY
from zhunsheng.dsl.rulefile import Parsed
from zhunsheng.runtime.source import Span

#: Between line ends, cells of tables and full stops.
_SENTENCE = re.compile(r"[^。；！？|\r\n]+")
#: What stands around a sentence: signs of a quotation, a list or a heading.
_AROUND = " \t\u3000>-*#"
#: What a draft left to its author.
_PENDING = re.compile(r"[\s>]*待定[：:]")


def remark_spans(parsed: Parsed, section: str) -> Iterator[Span]:
    """Where each sentence of such a section stands; none where there is no such section."""
    assert parsed.file is not None
    heading = parsed.file.sections.get(section)
    at = heading.span.start if heading is not None else 0
    text = parsed.source.slice(heading.span) if heading is not None else ""
    for line in text.splitlines(keepends=True):
        for found in _SENTENCE.finditer(line) if not _PENDING.match(line) else ():
            words = found[0].lstrip(_AROUND)
            if words.strip():
                start = at + found.end() - len(words)
                yield Span(start, start + len(words.rstrip()))
        at += len(line)


def searchable_remarks(parsed: Parsed) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The sentences as a 解读 quotes them: without brackets, evened out."""
    for section in COMMENTARY:
        for span in remark_spans(parsed, section):
            normal = normalise(parsed.source.slice(span), span.start)
            kept = list(unmarked(zip(normal.text, normal.offsets, strict=False)))
            yield "".join(char for char, _ in kept), tuple(offset for _, offset in kept)
