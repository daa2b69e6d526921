"""A rule file as Markdown blocks, in order and without gaps."""

import re
from collections.abc import Iterator, Sequence

from attrs import frozen
from lark import Token

from zhunsheng.dsl.parsing.parser import parser
from zhunsheng.runtime.source import Source

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t\u3000]*([^\r\n]*)")
_BLANK = " \t\u3000"

BOM = "\ufeff"


@frozen
class Block:
    """A block: the terminal of ``document.lark`` that it is, its text, and where it begins in the source."""

    kind: str
    text: str
    offset: int


def blocks(source: Source) -> Iterator[Block]:
    """The blocks of a decoded text; together they are the text without its byte order mark."""
    text = source.text.removeprefix(BOM)
    skipped = len(source.text) - len(text)
    tree = parser("document").parse(text, start="document")
    for token in tree.scan_values(lambda value: isinstance(value, Token)):
        yield Block(token.type, str(token), skipped + (token.start_pos or 0))


def heading_words(text: str) -> tuple[int, str, int]:
    """The level of a heading block, its words without closing #, and where they begin in it."""
    match = _HEADING.match(text)
    assert match is not None
    # Stripped here: an expression that does it takes cubic time over white space.
    words = match[2].rstrip(_BLANK).rstrip("#").rstrip(_BLANK)
    return len(match[1]), words, match.start(2)


#: The end of a paragraph that a list of conditions follows (满足以下条件中2项的得3分：), and points in such a list.
_LEAD = re.compile("(?:以下|下列|下述|如下)[^；。：:]*[：:]\\s*$")
_POINTS = re.compile(r"[\d一二三四五六七八九十百]\s*分(?![之钟])")


def with_conditions(found: Sequence[Block], start: int) -> tuple[Block, int]:
    """The block at `start`, with the list of conditions behind it where it leads in to one, and the next one's index."""
    block, after = found[start], start + 1
    if block.kind in ("HEADING", "QUOTE", "TABLE", "FENCE", "HTML") or not _LEAD.search(block.text):
        return block, after
    end = after
    while end < len(found) and found[end].kind in ("BLANK", "LIST"):
        end += 1
        if found[end - 1].kind == "LIST":
            after = end
    parts = found[start:after]
    if len(parts) == 1 or any(_POINTS.search(part.text) for part in parts[1:]):
        return block, start + 1
    return Block(block.kind, "".join(part.text for part in parts), block.offset), after
