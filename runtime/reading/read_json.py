"""JSON fact files. Numbers stay text, every value knows its place, and nesting is bounded.

The parser of the standard library tells no positions, so the structure is scanned here; strings are
decoded by the standard library.
"""

import json
import re

from zhunsheng.runtime.reading.quantities import Fault
from zhunsheng.runtime.reading.raw_facts import (
    MAX_DEPTH,
    NESTED,
    Cell,
    Fields,
    Listing,
    Malformed,
    RawFacts,
    Tree,
    cell_at,
    facts_from_text,
)
from zhunsheng.runtime.source import Source, Span

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL)
#: Wider than JSON's numbers: 012 and +5 are kept as typed, and judged as values.
_NUMBER = re.compile(r"[+-]?\d[\d.]*(?:[eE][+-]?\d+)?", re.ASCII)
_WORDS = re.compile(r"true|false|null")
_WORD = re.compile(r"[^\s,:\[\]{}\"]+")


def read_json(source: Source) -> RawFacts:
    """The raw answers of a JSON text."""
    return facts_from_text(source, _Scanner(source).document)


class _Scanner:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.at = 0

    def document(self) -> Tree:
        tree = self.value(0)
        if self.peek():
            raise self.unexpected("文件应在此结束")
        return tree

    def peek(self) -> str:
        """The next character that is no white space, empty at the end."""
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.text[self.at : self.at + 1]

    def value(self, depth: int) -> Tree:
        char = self.peek()
        if char in ("{", "["):
            if depth == MAX_DEPTH:
                raise Malformed(NESTED, Span(self.at, self.at + 1))
            return self.fields(depth) if char == "{" else self.listing(depth)
        if char == '"':
            return self.string()
        if word := _WORDS.match(self.text, self.at) or _NUMBER.match(self.text, self.at):
            self.at = word.end()
            return None if word[0] == "null" else cell_at(word[0], Span(*word.span()), self.source)
        raise self.unexpected("此处应是一个值")

    def fields(self, depth: int) -> Fields:
        start, pairs = self.at, list[tuple[Cell, Tree]]()
        while self.more(start, "}", bool(pairs)):
            if self.peek() != '"':
                raise self.unexpected("此处应是带英文双引号的名称")
            key = self.string()
            if self.peek() != ":":
                raise self.unexpected("名称后应是英文冒号")
            self.at += 1
            pairs.append((key, self.value(depth + 1)))
        return Fields(tuple(pairs), cell_at("", Span(start, self.at), self.source))

    def listing(self, depth: int) -> Listing:
        start, items = self.at, list[Tree]()
        while self.more(start, "]", bool(items)):
            items.append(self.value(depth + 1))
        return Listing(tuple(items), cell_at("", Span(start, self.at), self.source))

    def more(self, start: int, end: str, begun: bool) -> bool:
        """Steps over an opening bracket or a comma; False, behind the closing bracket, where it ends."""
        if self.at == start:
            self.at += 1
        if self.peek() == end:
            self.at += 1
            return False
        if begun:
            if self.peek() != ",":
                raise self.unexpected(f"此处应是英文逗号或“{end}”")
            self.at += 1
            if self.peek() == end:
                raise self.unexpected("逗号后没有内容")
        return True

    def string(self) -> Cell:
        token = _STRING.match(self.text, self.at)
        if token is None:
            line_end = self.text.find("\n", self.at)
            end = len(self.text) if line_end < 0 else line_end
            raise Malformed(_fault("双引号没有闭合", "补上英文双引号"), Span(self.at, end))
        self.at = token.end()
        span = Span(*token.span(1))
        try:
            return cell_at(str(json.loads(token[0])), span, self.source)
        except ValueError:
            fault = _fault("字符串里有不合规定的字符", "换行写成 \\n，反斜杠写成 \\\\；检查引号是否成对")
            raise Malformed(fault, span) from None

    def unexpected(self, message: str) -> Malformed:
        word = _WORD.match(self.text, self.at)
        end = word.end() if word else min(self.at + 1, len(self.text))
        found = self.text[self.at : end]
        return Malformed(_fault(message, _advice(found)), Span(self.at, end))


def _fault(message: str, help: str) -> Fault:
    return Fault("ZS0905", f"JSON 格式有误：{message}", help)


def _advice(found: str) -> str:
    """What to do about the characters that were found instead."""
    if not found:
        return "文件不完整，补上缺少的部分"
    if found[0] in "“”‘’'＂":
        return '名称和文字用英文双引号（"）括起'
    if found[0] in "，：｛｝［］":
        return "冒号、逗号和括号用英文标点"
    if found.startswith(("NaN", "Infinity", "-Infinity")):
        return "只能填确切的数；不知道就写 null"
    if found[0] in "}],":
        return "删去多余的符号"
    if found.startswith(("//", "#", "/*")):
        return "JSON 里不能写注释；需要注释时改用 YAML"
    return '文字用英文双引号（"）括起，各项之间用英文逗号隔开'
