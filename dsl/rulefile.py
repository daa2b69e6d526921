"""The whole rule file: Markdown blocks to headings, paragraphs, sections and head entries."""

import re

from attrs import Factory, define, evolve, field, frozen

from zhunsheng.dsl import ast
from zhunsheng.dsl.blocks import BOM, blocks, heading_words, with_conditions
from zhunsheng.dsl.clauses.clause import read_definition, read_mark
from zhunsheng.dsl.headings import EXTRA, numbered, section
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.paragraphs import Suspicion, read_paragraph
from zhunsheng.dsl.reserved import COMMENTARY, HEAD_KEYS, STARTS, canonical, is_reserved
from zhunsheng.dsl.tables import is_even, read_table
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Source, Span, split_lines

#: What a heading without words is called; it has been told of.
NO_TITLE = "（无题）"

_TRAILING = re.compile(r"([（(][^（）()]*[）)])\s*$")
_POINTS = re.compile(r"[0-9０-９]+(?:[.．][0-9０-９]+)?分")
_TITLE_NUMBER = re.compile(
    r"(?:第[一二三四五六七八九十百]+[章节条]|[一二三四五六七八九十]{1,3}[、．.]|[（(][一二三四五六七八九十\d]{1,3}[）)]"
    r"|\d{1,2}(?:\.\d{1,2}){0,4}[、．.]?(?=[\s\u4e00-\u9fff])|[①-⑳])\s*"
)
_KEY_VALUE = re.compile(r"[ \t\u3000]*([^：:\s][^：:\r\n]{0,15}?)[ \t]*[：:](.*)")
_BULLET = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+")
_FOREIGN = re.compile(r"!?\[[^\[\]\r\n]*\]\([^)\[\r\n]*\)|<[A-Za-z/!][^<>\r\n]*>|`[^`\r\n]+`|https?://\S+")


@frozen
class Parsed:
    """A rule file with what was found wrong in reading it. `file` is None where nothing could be read."""

    source: Source
    file: ast.RuleFile | None
    diagnostics: tuple[Diagnostic, ...]
    suspicions: tuple[Suspicion, ...]


@define
class _Open:
    """A heading that is still being filled."""

    level: int
    title: str
    mark: ast.Mark | None
    title_span: Span
    start: int
    children: list[ast.Heading] = field(default=Factory(list))
    paragraphs: list[ast.Paragraph] = field(default=Factory(list))
    quotes: list[str] = field(default=Factory(list))
    tables: list[ast.Table] = field(default=Factory(list))
    cases: list[ast.RawTable] = field(default=Factory(list))

    def close(self, end: int) -> ast.Heading:
        return ast.Heading(
            self.level,
            self.title,
            self.mark,
            "",
            tuple(self.children),
            tuple(self.paragraphs),
            tuple(self.quotes),
            tuple(self.tables),
            tuple(self.cases),
            title_span=self.title_span,
            span=Span(self.start, end),
        )


class _Reader:
    """Walks the blocks once, from the first to the last."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.diagnostics: list[Diagnostic] = []
        self.suspicions: list[Suspicion] = []
        self.head: list[ast.HeadEntry] = []
        self.definitions: list[ast.Definition] = []
        self.title: tuple[str, Span] | None = None
        self.stack: list[_Open] = []
        self.top: list[ast.Heading] = []
        self.section = ""

    def fault(self, code: str, message: str, span: Span, help: str = "") -> None:
        self.diagnostics.append(Diagnostic(code, message, self.source, span, help))

    # -- headings

    def heading(self, text: str, offset: int) -> None:
        level, words, start = heading_words(text)
        span = Span(offset + start, offset + start + len(words))
        title, mark, title_span = self.title_and_mark(words, span, level)
        if not title:
            self.fault("ZS0114", "标题是空的", Span(offset, offset + level), "写上标题，或删去这一行")
            title = NO_TITLE
        if level == 1 and self.title is None:
            self.title = (words.strip(), span)
            return
        if level == 1:
            self.fault("ZS0114", "一个文件只能有一个总标题", span, f"把这个标题改为二级标题：## {words}")
            level = 2 if is_reserved(title) else 1
        self.close_to(1 if level == 2 and is_reserved(title) else level, offset)
        if self.title is None:
            self.title = ("", span)
            self.fault("ZS0105", "文件没有总标题", span, "在文件第一行写：# 标准名称")
        parent = self.stack[-1].level if self.stack else 1
        if level > parent + 1:
            self.fault("ZS0114", "标题跳级了", span, f"这里应是{parent + 1}级标题，用{'#' * (parent + 1)}")
        self.stack.append(_Open(level, title, mark, title_span, offset))
        if level <= 2:
            self.open_section(title, span)

    def open_section(self, title: str, span: Span) -> None:
        self.section = canonical(title) if is_reserved(title) else ""
        if self.section and any(canonical(h.title) == self.section for h in self.top):
            self.fault("ZS0114", f"“{title}”一节出现了两次", span, "合并成一节")

    def title_and_mark(self, words: str, span: Span, level: int) -> tuple[str, ast.Mark | None, Span]:
        """Splits （权重0.05） off a title, and the numbering in front."""
        mark: ast.Mark | None = None
        trailing = _TRAILING.search(words)
        end = span.start + len(words)
        if trailing:
            offset = span.start + trailing.start()
            bare = _TITLE_NUMBER.sub("", words[: trailing.start()], count=1)
            limit = canonical(plain(bare)) in EXTRA or (level > 2 and self.section in EXTRA)
            read = read_mark(trailing[1][1:-1], offset + 1, self.source, limit=limit)
            if isinstance(read, Diagnostic):
                self.diagnostics.append(read)
            elif read is not None:
                mark, words = read, words[: trailing.start()].rstrip()
                end = span.start + len(words)
            elif "权重" in trailing[1]:
                help_text = "写成（权重0.05）或（权重5%）"
                self.fault("ZS0214", "权重没有读懂", Span(offset, offset + len(trailing[1])), help_text)
            elif self.title is not None and (points := _POINTS.search(trailing[1])):
                at = Span(offset, offset + len(trailing[1]))
                help_text = f"分值写成（{points[0]}），权重写成（权重0.05）；别的话写在标题下面"
                self.fault("ZS0593", f"标题后面的“{trailing[1]}”没有读懂：是几分？", at, help_text)
                # So that nothing else is said of the heading: that it says no points.
                found = read_mark(points[0], offset + points.start(), self.source)
                mark = found if isinstance(found, ast.Mark) else None
                words = words[: trailing.start()].rstrip()
                end = span.start + len(words)
        numbering = _TITLE_NUMBER.match(words)
        begin = numbering.end() if numbering and numbering.end() < len(words) else 0
        return plain(words[begin:]), mark, Span(span.start + begin, end)

    def close_to(self, level: int, offset: int) -> None:
        while self.stack and self.stack[-1].level >= level:
            done = self.stack.pop().close(offset)
            (self.stack[-1].children if self.stack else self.top).append(done)

    # -- blocks under a heading

    def block(self, kind: str, text: str, offset: int) -> None:
        if kind in ("BLANK", "RULER"):
            return
        if kind == "HEADING":
            self.heading(text, offset)
        elif kind == "QUOTE":
            if self.stack:
                lines = [line.strip().removeprefix(">").strip() for line in split_lines(text)]
                self.stack[-1].quotes.append("\n".join(lines))
        elif kind in ("FENCE", "HTML"):
            self.foreign(text, offset)
        elif kind == "TABLE":
            self.table(text, offset)
        elif not self.stack:
            self.head_lines(text, offset)
        else:
            self.prose(text, offset, kind == "LIST")

    def foreign(self, text: str, offset: int) -> None:
        if self.section in COMMENTARY:
            return
        end = offset + len(text.rstrip())
        what = "代码块" if text.lstrip().startswith(("```", "~~~")) else "网页标记（HTML）"
        self.fault(
            "ZS0106",
            f"规则文件里不能有{what}",
            Span(offset, min(end, offset + 40)),
            "删去；要说明的写成引用（行首加 >）",
        )
        self.unread(text.rstrip(), offset)

    def unread(self, text: str, offset: int) -> None:
        """A block that could not be read stands in its place as an unread paragraph, so that nothing more
        is said about what it may hold."""
        if not self.stack or self.section in ("数据项", "解读", "案例", "计算"):
            return
        span = Span(offset, offset + len(text))
        segment = ast.Segment(text, (), 0, broken=True, span=span)
        marks = (ast.Marked("unread", span),)
        self.stack[-1].paragraphs.append(ast.Paragraph((segment,), marks, span=span))

    def table(self, text: str, offset: int) -> None:
        if self.section in COMMENTARY:
            return
        if self.section == "案例" and self.stack and is_even(text):
            self.stack[-1].cases.append(ast.RawTable(text, offset))
            return
        table, faults = read_table(text, offset, self.source)
        self.diagnostics += faults
        if table is None:
            return
        if not self.stack:
            self.fault("ZS0107", "总标题下面只能写“键：值”", table.span, "要说明的写成引用（行首加 >）")
        elif self.section in ("数据项", "解读", "本地化"):
            self.stack[-1].tables.append(table)
        elif self.section != "案例":
            self.rules_of(table, text, offset)

    def rules_of(self, table: ast.Table, text: str, offset: int) -> None:
        # Many files have no such table; what reads them is imported where there is one.
        from zhunsheng.dsl.rule_tables.kinds import read_of_section

        own = self.stack[-1]
        above = [segment for paragraph in own.paragraphs for segment in paragraph.segments]
        read = read_of_section(table, self.section, own.title, own.level, above, self.source)
        if not read.children and not read.paragraphs:
            self.unread(text.rstrip(), offset)
        self.diagnostics += read.faults
        self.suspicions += read.suspicions
        self.stack[-1].children += read.children
        self.stack[-1].paragraphs += read.paragraphs

    def head_lines(self, text: str, offset: int) -> None:
        position = offset
        for line in split_lines(text):
            self.head_line(line.rstrip("\r\n"), position)
            position += len(line)

    def head_line(self, line: str, offset: int) -> None:
        match = _KEY_VALUE.match(line)
        span = Span(offset, offset + len(line))
        if match is None or self.title is None:
            if self.title is None:
                self.fault("ZS0105", "文件没有总标题", span, "在文件第一行写：# 标准名称")
                self.title = ("", span)
            else:
                self.fault("ZS0107", "总标题下面只能写“键：值”", span, "要说明的写成引用（行首加 >）")
            return
        key, value = match[1], match[2].strip()
        key_span = Span(offset + match.start(1), offset + match.end(1))
        if any(entry.key == key for entry in self.head):
            self.fault("ZS0109", f"“{key}”写了两次", key_span, "只留一行")
        elif key not in HEAD_KEYS:
            from difflib import get_close_matches

            near = get_close_matches(key, HEAD_KEYS, 1, 0.5)
            help_text = f"是不是“{near[0]}”？" if near else "可用的键：" + "、".join(HEAD_KEYS)
            self.fault("ZS0108", f"不认识的键“{key}”", key_span, help_text)
        self.head.append(ast.HeadEntry(key, value, key_span=key_span, span=span))

    def prose(self, text: str, offset: int, is_list: bool) -> None:
        if self.section in (*COMMENTARY, "案例"):
            return
        body = text.rstrip()
        bullet = ""
        if is_list:
            match = _BULLET.match(body)
            assert match is not None
            offset += match.end()
            body, bullet = body[match.end() :], match[0].strip()
        elif len(body) != len(body.lstrip()):
            offset += len(body) - len(body.lstrip())
            body = body.lstrip()
        if self.refused(body, offset):
            return
        if self.section == "计算":
            self.formulas(body, offset)
        elif self.section in ("数据项", "解读", "本地化"):
            self.fault(
                "ZS0107",
                f"“{self.section}”一节只能写表格",
                Span(offset, offset + min(len(body), 40)),
                "要说明的写成引用（行首加 >）",
            )
        else:
            read = read_paragraph(body, offset, self.source, STARTS.get(self.section, "segment"))
            self.diagnostics += read.faults
            self.suspicions += read.suspicions
            self.stack[-1].paragraphs.append(_itemised(read.paragraph, bullet))

    def refused(self, body: str, offset: int) -> bool:
        match = _FOREIGN.search(body)
        if match is None:
            return False
        span = Span(offset + match.start(), offset + match.end())
        self.fault("ZS0106", "细则里不能有链接、图片、网页标记或代码", span, "删去标记，只留文字")
        self.unread(body, offset)
        return True

    def formulas(self, body: str, offset: int) -> None:
        position = offset
        for line in split_lines(body):
            words = line.strip()
            if words:
                read = read_definition(words, position + line.index(words[0]), self.source)
                if isinstance(read, Diagnostic):
                    self.diagnostics.append(read)
                else:
                    self.definitions.append(read)
            position += len(line)


def read_list_item(text: str) -> str:
    """A list item's words without its bullet."""
    return _BULLET.sub("", text, count=1)


def _itemised(paragraph: ast.Paragraph, bullet: str) -> ast.Paragraph:
    """A list item, whose bullet is the numbering of its first segment where that has none of its own."""
    first = paragraph.segments[0] if paragraph.segments else None
    if not bullet or first is None or first.numbering:
        return paragraph
    return evolve(paragraph, segments=(evolve(first, numbering=bullet), *paragraph.segments[1:]))


def read_rules(source: Source) -> Parsed:
    """Reads a decoded rule file; all mistakes of the file come back together."""
    reader = _Reader(source)
    found = tuple(blocks(source))
    index = 0
    while index < len(found):
        block, index = with_conditions(found, index) if reader.section == "" else (found[index], index + 1)
        reader.block(block.kind, block.text, block.offset)
    reader.close_to(1, len(source.text))
    if reader.title is None:
        reader.title = ("", Span(0, 0))
        reader.fault(
            "ZS0105", "文件没有总标题", Span(0, min(1, len(source.text))), "在文件第一行写：# 标准名称"
        )
    lost = _lost_paragraphs(reader)
    file = ast.RuleFile(
        plain(reader.title[0]) and reader.title[0],
        tuple(reader.head),
        numbered(h for h in reader.top if not is_reserved(h.title)),
        {canonical(h.title): section(h) for h in reader.top if is_reserved(h.title)},
        tuple(reader.definitions),
        tuple(block.text for block in found),
        title_span=reader.title[1],
    )
    return Parsed(source, file, tuple(reader.diagnostics) + lost, tuple(reader.suspicions))


def _lost_paragraphs(reader: _Reader) -> tuple[Diagnostic, ...]:
    """Rules under a heading that has headings below it would belong to none of them."""
    found: list[Diagnostic] = []

    def visit(heading: ast.Heading) -> None:
        read = [p for p in heading.paragraphs if not p.requires and not _of_group(p)]
        if heading.children and read and not is_reserved(heading.title):
            span = read[0].span
            message = f"“{heading.title}”下面还有标题，这里只能写本类合计的上限、系数和在本类得分中加扣的分"
            help_text = "移到下级标题下；对本类的写成“在本类得分中扣2分”；只是说明的写成引用（行首加 >）"
            found.append(Diagnostic("ZS0117", message, reader.source, span, help_text))
        for child in heading.children:
            visit(child)

    for heading in reader.top:
        visit(heading)
        deep = next((c for h in heading.children for c in h.children), None)
        if heading.title in EXTRA and deep is not None:
            message = f"“{heading.title}”下面只能有一层标题"
            help_text = "把这一级标题去掉，细则写在上一级标题下"
            found.append(Diagnostic("ZS0114", message, reader.source, deep.title_span, help_text))
    return tuple(found)


def _of_group(paragraph: ast.Paragraph) -> bool:
    """Whether a paragraph speaks of all below its heading: where their sum ends, what is added to it or taken off."""
    return all(_said_of_group(item) for segment in paragraph.segments for item in segment.items)


def _said_of_group(item: ast.Item) -> bool:
    if isinstance(item, ast.ClauseNode):
        return item.award.group or item.award.whole or item.attached
    if isinstance(item, ast.ScaleNode):
        return item.group or item.total
    ends = ast.CapNode | ast.BottomNode
    return isinstance(item, ends | ast.ItemVetoNode | ast.PartStepNode | ast.BestNode)


def print_rules(file: ast.RuleFile, source: Source) -> str:
    """The decoded source back, character for character."""
    bom = BOM if source.text.startswith(BOM) else ""
    return bom + "".join(file.blocks)
