"""A rule file as Markdown blocks, in order and without gaps."""

from collections.abc import Iterator

from attrs import frozen
from lark import Token

from zhunsheng.dsl.grammar import parser
from zhunsheng.runtime.source import Source

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
