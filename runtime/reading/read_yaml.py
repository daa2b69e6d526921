"""YAML fact files. Scalars stay the text that was typed: 0.1, 012 and yes mean themselves.

The tree is built from the parser's events rather than by PyYAML's composer, so that depth, aliases
and tags are bounded before anything is built.
"""

import yaml

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
from zhunsheng.runtime.reading.typed_text import quoted
from zhunsheng.runtime.source import Source, Span

_MAX_ALIASES = 20
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_NO_TAGS = frozenset({None, "!"})
_STRING_TAGS = _NO_TAGS | {"tag:yaml.org,2002:str"}


def read_yaml(source: Source) -> RawFacts:
    """The raw answers of a YAML text."""
    return facts_from_text(source, _Builder(source).document)


class _Builder:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.events = yaml.parse(source.text, Loader=yaml.SafeLoader)
        self.anchors: dict[str, Tree] = {}
        self.aliases = 0

    def document(self) -> Tree:
        tree: Tree = None
        seen = False
        while not isinstance(event := self.next(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                if seen:
                    fault = Fault(
                        "ZS0907", "一个文件只能有一份 YAML 文档", "删去“---”以后的部分，另存为一个文件"
                    )
                    raise Malformed(fault, self.span(event))
                tree, seen = self.node(self.next(), 0), True
        return tree

    def next(self) -> yaml.Event:
        try:
            return next(self.events)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise self.malformed(mark.index if mark else 0, error.problem or "") from None
        except yaml.reader.ReaderError as error:
            raise self.malformed(error.position, "special characters") from None
        except (ValueError, OverflowError):
            # PyYAML passes on what int() and chr() make of \UFFFFFFFF and %YAML 1.9….
            raise self.malformed(0, "") from None

    def node(self, event: yaml.Event, depth: int) -> Tree:
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        span = self.span(event)
        if isinstance(event, yaml.ScalarEvent):
            tree = self.scalar(event, span)
        else:
            if not isinstance(event, yaml.CollectionStartEvent) or depth == MAX_DEPTH:
                raise Malformed(NESTED, span)
            self.check_tag(event.tag, span, _NO_TAGS)
            if isinstance(event, yaml.MappingStartEvent):
                tree = self.fields(span, depth)
            else:
                tree = self.listing(span, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = tree
        return tree

    def alias(self, event: yaml.AliasEvent) -> Tree:
        self.aliases += 1
        if event.anchor not in self.anchors:
            fault = Fault("ZS0907", f"YAML 别名*{event.anchor}没有定义", "直接写出内容")
            raise Malformed(fault, self.span(event))
        if self.aliases > _MAX_ALIASES:
            fault = Fault("ZS0907", f"YAML 别名太多（超过{_MAX_ALIASES}处）", "直接写出内容")
            raise Malformed(fault, self.span(event))
        return self.anchors[event.anchor]

    def scalar(self, event: yaml.ScalarEvent, span: Span) -> Tree:
        self.check_tag(event.tag, span, _STRING_TAGS)
        if event.style is None:
            null = event.value in _NULLS and event.tag is None
            return None if null else cell_at(event.value, span, self.source)
        if event.style in "'\"":
            span = Span(span.start + 1, span.end - 1)
        else:
            words = self.source.slice(span)
            span = Span(span.start, span.start + len(words.rstrip()))
        return cell_at(event.value, span, self.source)

    def fields(self, span: Span, depth: int) -> Fields:
        pairs = list[tuple[Cell, Tree]]()
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            key_span = self.span(event)
            key = self.node(event, depth + 1)
            if not isinstance(key, Cell):
                raise Malformed(_fault("名称应是文字", "写成“数据项名称: 值”"), key_span)
            value = self.node(self.next(), depth + 1)
            pairs.append((key, value))
        return Fields(tuple(pairs), cell_at("", span, self.source))

    def listing(self, span: Span, depth: int) -> Listing:
        items = list[Tree]()
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            items.append(self.node(event, depth + 1))
        return Listing(tuple(items), cell_at("", span, self.source))

    def check_tag(self, tag: str | None, span: Span, allowed: frozenset[str | None]) -> None:
        if tag not in allowed:
            fault = Fault("ZS0907", f"不能使用 YAML 标签{quoted(str(tag))}", "删去以“!”开头的标签")
            raise Malformed(fault, span)

    def span(self, event: yaml.Event) -> Span:
        """The characters of an event; the rest of the line where it has none of its own."""
        start = event.start_mark.index if event.start_mark else 0
        end = event.end_mark.index if event.end_mark else start
        if start == end and not isinstance(event, yaml.ScalarEvent):
            end = start + len(self.source.text[start : start + 1000].partition("\n")[0].rstrip())
        return Span(start, end)

    def malformed(self, index: int, problem: str) -> Malformed:
        """An error at a character, with what is known about the parser's complaint."""
        text = self.source.text
        index = min(index, max(len(text) - 1, 0))
        line = self.source.position(index)[0]
        start = self.source.line_starts[line - 1]
        words = self.source.line(line)
        message, help = _explained(problem, words)
        begin = start + len(words) - len(words.lstrip())
        return Malformed(_fault(message, help), Span(begin, max(start + len(words.rstrip()), begin)))


def _fault(message: str, help: str) -> Fault:
    return Fault("ZS0906", f"YAML 格式有误：{message}", help)


def _explained(problem: str, line: str) -> tuple[str, str]:
    if "：" in line and ": " not in line:
        return "冒号是全角的", "写成英文冒号加一个空格，如“渠道: 3”"
    if "\\t" in problem or line.startswith("\t"):
        return "行首用了制表符", "缩进用空格"
    if "special characters" in problem:
        return "含有不允许的控制字符", "删去该字符，重新输入"
    if "mapping values" in problem or "':'" in problem:
        return "冒号的用法不对", "写成“名称: 值”；文字里有冒号时用英文双引号括起"
    if "block end" in problem:
        return "缩进或列表不对", "同一层的各行左边对齐"
    if "quoted scalar" in problem or "end of stream" in problem:
        return "引号没有闭合", "补上引号"
    if "expected ',' or" in problem:
        return "方括号或花括号里的内容没有写完", "各项之间用英文逗号隔开，最后补上括号"
    return "此处不合 YAML 的写法", "写成“名称: 值”，文字用英文双引号括起"
