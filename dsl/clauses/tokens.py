"""What every part of a sentence is read with: the words of a node, their numbers, facts and places in the source."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from attrs import frozen
from lark import Token, Tree
from lark.exceptions import UnexpectedInput

from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import Normal, plain
from zhunsheng.dsl.parsing.parser import parser
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.numbers import read_numeral
from zhunsheng.runtime.source import Source, Span

#: What is read from a cell of a rule table.
CellStart = Literal["range_cell", "unit_cell", "label_cell"]
Start = Literal["segment", "requirement", "tiers", "veto", "formula", "mark"] | CellStart

Node = Tree[Token]

#: Of a numeral that is refused no more than this is shown.
_LONGEST = 20


class Fault(Exception):
    """A mistake found while the tree is built; it becomes a diagnostic at once and never escapes."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic


@frozen
class Reader:
    """Reads one evened-out segment of `source`; `base` is where the segment starts in `normal`."""

    normal: Normal
    base: int
    source: Source

    def parse(self, text: str, start: Start) -> tuple[Node | None, Diagnostic | None]:
        """The grammar's tree of `text`, or what is wrong with it."""
        try:
            return parser("clause").parse(text, start=start), None
        except UnexpectedInput as error:
            # A file without mistakes does not pay for what explains them.
            from zhunsheng.dsl.clauses.syntax_errors import explain

            return None, explain(error, text, start, lambda a, b: self.span(a, b), self.source)

    def span(self, start: int, end: int) -> Span:
        """The original characters of a range of the segment."""
        return self.normal.span(self.base + start, self.base + end)

    def of(self, node: Node | Token) -> Span:
        """The original characters of a node."""
        start, end = _extent(node)
        return self.span(start, end)

    def fault(self, code: str, message: str, node: Node | Token, help: str = "") -> Fault:
        """A mistake at a node."""
        return Fault(Diagnostic(code, message, self.source, self.of(node), help))

    def number(self, token: Token) -> Fraction:
        """The value of a NUM or POINTS token."""
        return self.numeral(str(token).removesuffix("分"), token)

    def numeral(self, text: str, token: Token) -> Fraction:
        """The value of a numeral inside a token."""
        value = read_numeral(text)
        if value is None:
            shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "……"
            raise self.fault("ZS0203", f"“{shown}”不是规范的数字", token, _numeral_help(text))
        return value

    def fact(self, token: Token, before: list[Token]) -> ast.FactMention:
        """A fact with the connectives and the verb in front of it."""
        start = (token.start_pos or 0) + self.base
        span = self.span(token.start_pos or 0, token.end_pos or 0)
        raw = self.source.text[span.start + 1 : span.end - 1]
        shown, bar, name = raw.partition("｜") if "｜" in raw else raw.partition("|")
        if not plain(shown) or (bar and not plain(name)):
            raise Fault(
                Diagnostic(
                    "ZS0209", "括号里没有内容", self.source, span, "在【】里写上要计量的事项，或删去括号"
                )
            )
        assert self.normal.text[start] == "【"
        return ast.FactMention(
            _one_line(shown),
            _one_line(name if bar else shown),
            bool(bar),
            "".join(t for t in before if t.type == "CONN"),
            "".join(t for t in before if t.type == "VERB"),
            span=span,
        )


def _numeral_help(text: str) -> str:
    repaired = text.replace("两十", "二十")
    if repaired != text and read_numeral(repaired) is not None:
        value = read_numeral(repaired)
        return f"改为“{repaired}”或“{value}”"
    if len(text) > 40:
        return "数字太长，请核对"
    return "用阿拉伯数字写，如 20；或写成二十、一百二十、一百零五这样的规范写法"


def _one_line(text: str) -> str:
    """The words of a fact without the line breaks and emphasis that Markdown ignores."""
    return "".join(c for c in text if c not in "\r\n\t*").strip()


def tokens_of(node: Node) -> Iterator[Token]:
    """All words of a node, however deep."""
    for child in node.children:
        if isinstance(child, Token):
            yield child
        else:
            yield from tokens_of(child)


def tokens_before(children: list[Token | Node], fact: Token | None) -> list[Token]:
    """The words in front of a fact, or all where there is none."""
    found: list[Token] = []
    for child in children:
        if child is fact:
            break
        if isinstance(child, Token):
            found.append(child)
    return found


def _extent(node: Node | Token) -> tuple[int, int]:
    first: Node | Token = node
    while isinstance(first, Tree):
        first = first.children[0]
    last: Node | Token = node
    while isinstance(last, Tree):
        last = last.children[-1]
    return first.start_pos or 0, last.end_pos or 0


def as_tree(node: Node | Token) -> Node:
    """A child that the grammar makes a tree."""
    assert isinstance(node, Tree)
    return node


def as_token(node: Node | Token) -> Token:
    """A child that the grammar makes a word."""
    assert isinstance(node, Token)
    return node
