"""The formatter (整理): one layout for every rule file. ``zhunsheng fmt``.

White space, the form of headings, head lines, tables and formulas, and the order of the sections; never a
word and never a meaning. What comes out is read again and compared with what went in.
"""

import re

from attrs import evolve, frozen

from zhunsheng.dsl import ast
from zhunsheng.dsl.blocks import BOM, Block, blocks, heading_words
from zhunsheng.dsl.clauses.clause import read_definition
from zhunsheng.dsl.formatting.meaning import meaning
from zhunsheng.dsl.formatting.table import format_table
from zhunsheng.dsl.normal import normalise, plain
from zhunsheng.dsl.paragraphs import read_paragraph
from zhunsheng.dsl.reserved import COMMENTARY, STARTS, canonical, is_reserved
from zhunsheng.dsl.rulefile import Parsed, read_rules
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Source, split_lines

#: Sections in the order of the file; "" is the place of the indicators.
ORDER = (
    *("本地化", "基本条件", "", "加分项", "减分项", "评定等级", "分级评价", "一票否决"),
    *("数据项", "计算", "解读", "案例", "术语解释", "附注"),
)
#: Sections whose tables hold no text of the standard: only their layout is touched.
_DATA = ("数据项", "解读", "案例", "本地化", *COMMENTARY)
#: Mistakes in the order of headings; nothing is moved while there is one.
_ORDER_FAULTS = ("ZS0105", "ZS0114")

_MARK = re.compile(r"[（(]([^（）()]*)[）)]\s*$")
_QUOTE = re.compile(r" {0,3}> ?(.*)", re.DOTALL)
_BULLET = re.compile(r"([ \t]*)([-*+]|\d{1,9}[.)])[ \t]+(.*)", re.DOTALL)
_KEY_VALUE = re.compile(r"\s*([^：:\s][^：:\r\n]{0,15}?)[ \t]*[：:](.*)", re.DOTALL)
_BRACKETED = re.compile("(【[^【】〖〗]*】)")
#: White space beside a Chinese character or a full-width mark, which needs none.
_WIDE = "\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uffee×÷“”‘’…—≥≤"
_BESIDE = re.compile(f"[{_WIDE}]")
_SPACE = re.compile("[ \t\u00a0\u3000]+")
#: A star that is printed as one: in quotation marks, in brackets, or in front of an item's number.
_STAR = re.compile(r"""(?<=[“"'‘（(「])\*(?=[”"'’）)」])|(?<![^\s|])\*(?=\d)""")
_OPERATORS = str.maketrans("=+-−*/()", "＝＋－－×÷（）")


class FormatError(Exception):
    """The formatted text would not read like the original: a mistake of the formatter, never of the author."""


@frozen
class _Piece:
    """A formatted block; `blank` says whether an empty line stood before it."""

    kind: str
    text: str
    blank: bool


def format_rules(source: Source) -> str:
    """The text of a rule file in the one layout. Raises :class:`FormatError` rather than change a meaning."""
    parsed = read_rules(source)
    bom = BOM if source.text.startswith(BOM) else ""
    text = bom + _Formatter(parsed).run()
    again = read_rules(Source(source.name, text))
    if meaning(again.file) != meaning(parsed.file):
        raise FormatError(source.name)
    return text


class _Formatter:
    def __init__(self, parsed: Parsed) -> None:
        assert parsed.file is not None
        self.source = parsed.source
        self.ordered = not any(fault.code in _ORDER_FAULTS for fault in parsed.diagnostics)
        self.headings: dict[int, ast.Heading] = {}
        self.section: str | None = None
        for heading in (*parsed.file.indicators, *parsed.file.sections.values()):
            self.collect(heading)

    def collect(self, heading: ast.Heading) -> None:
        self.headings[heading.span.start] = heading
        for child in heading.children:
            self.collect(child)

    def run(self) -> str:
        """The pieces section by section."""
        sections: list[tuple[int, list[_Piece]]] = [(-1, [])]
        blank = False
        for block in blocks(self.source):
            if block.kind == "BLANK":
                blank = True
                continue
            heading = self.headings.get(block.offset)
            if heading is not None and heading.level <= 2:
                self.section = canonical(heading.title) if is_reserved(heading.title) else ""
                place = ORDER.index(self.section) if self.ordered else 0
                sections.append((place, []))
            sections[-1][1].append(_Piece(block.kind, self.checked(block), blank))
            blank = False
        pieces = [piece for _, own in sorted(sections, key=lambda section: section[0]) for piece in own]
        return _joined(pieces)

    def checked(self, block: Block) -> str:
        """A block's new text, or its own without trailing white space where the new one were another block."""
        text = self.block(block)
        found = [other.kind for other in blocks(Source("", text + "\n")) if other.kind != "BLANK"]
        return text if found == [block.kind] else _lines(block.text)

    def block(self, block: Block) -> str:
        executable = self.section is not None and self.section not in _DATA
        if block.kind == "HEADING":
            return self.heading(block)
        if block.kind == "QUOTE":
            return "\n".join(_quote(line) for line in split_lines(block.text))
        if block.kind == "TABLE":
            text = _signs(block.text) if executable else block.text
            return format_table(text) or _lines(block.text)
        if block.kind not in ("PARAGRAPH", "LIST") or self.section in COMMENTARY:
            return _lines(block.text)
        if self.section is None:
            return "\n".join(_head_line(line) for line in split_lines(block.text))
        if self.section == "计算":
            return "\n".join(_formula(line.strip()) for line in split_lines(block.text) if line.strip())
        return self.rules(block) if executable else _lines(block.text)

    def heading(self, block: Block) -> str:
        level, words, _ = heading_words(block.text)
        heading = self.headings.get(block.offset)
        if heading is not None and heading.mark is not None:
            mark = _MARK.search(words)
            assert mark is not None
            words = f"{words[: mark.start()].rstrip()}（{normalise(mark[1]).text}）"
        return f"{'#' * level} {words}".rstrip()

    def rules(self, block: Block) -> str:
        """Executable text; a star is written ＊ only where that changes nothing that was read."""
        bullet = _BULLET.fullmatch(block.text.rstrip()) if block.kind == "LIST" else None
        front, body = "", block.text
        if bullet is not None:
            front, body = f"{bullet[1]}{bullet[2] if bullet[2][0].isdigit() else '-'} ", bullet[3]
        plainly, starred = (
            "\n".join(_tidy(line.strip()) for line in split_lines(text.strip()))
            for text in (body.replace("~", "～"), _signs(body))
        )
        return front + (starred if self.same(plainly, starred) else plainly)

    def same(self, before: str, after: str) -> bool:
        """Whether a paragraph reads the same; what could not be read has no meaning to change."""
        if before == after:
            return True
        start = STARTS.get(self.section or "", "segment")
        first, second = (
            read_paragraph(text, 0, Source("", text), start).paragraph.segments for text in (before, after)
        )
        return meaning(first) == meaning(second)


def _joined(pieces: list[_Piece]) -> str:
    """One empty line between blocks, none between list items and lines of HTML that had none."""
    out = ""
    before = ""
    for piece in pieces:
        close = not piece.blank and (
            (before, piece.kind) == ("LIST", "LIST") or "HTML" in (before, piece.kind)
        )
        if before:
            out += "\n" if close else "\n\n"
        out += piece.text
        before = piece.kind
    return f"{out}\n" if out else ""


def _lines(text: str) -> str:
    """A block as it stands, without trailing white space."""
    return "\n".join(line.rstrip() for line in split_lines(text)).rstrip()


def _quote(line: str) -> str:
    match = _QUOTE.fullmatch(line.rstrip())
    assert match is not None
    return f"> {match[1]}".rstrip()


def _head_line(line: str) -> str:
    match = _KEY_VALUE.fullmatch(line)
    return f"{match[1]}：{match[2].strip()}" if match else line.strip()


def _signs(text: str) -> str:
    """~ and * as Markdown leaves them alone."""
    text = text.replace("~", "～")
    return _STAR.sub("＊", text) if text.count("*") != 1 else text.replace("*", "＊")


def _tidy(line: str) -> str:
    """A line without needless white space; what stands in 【】 is a name and keeps its own."""
    parts = _BRACKETED.split(line)
    tidied = [part if index % 2 else _SPACE.sub(_space, part) for index, part in enumerate(parts)]
    # White space between a bracket and its neighbour is needless too.
    for index in range(0, len(tidied), 2):
        if index > 0:
            tidied[index] = tidied[index].lstrip()
        if index < len(tidied) - 1:
            tidied[index] = tidied[index].rstrip()
    return "".join(tidied)


def _space(match: re.Match[str]) -> str:
    """White space between Latin words stays as it is."""
    start, end = match.span()
    before, after = match.string[max(0, start - 1) : start], match.string[end : end + 1]
    return "" if _BESIDE.match(before) or _BESIDE.match(after) else match[0]


def _formula(line: str) -> str:
    """A definition with full-width signs and without white space, where it reads."""
    read = read_definition(line, 0, Source("", line))
    if isinstance(read, Diagnostic):
        return line
    parts = _BRACKETED.split(line)
    signed = [
        part if index % 2 else plain(part.replace("*", "×")).translate(_OPERATORS)
        for index, part in enumerate(parts)
    ]
    text = "".join(signed)
    again = read_definition(text, 0, Source("", text))
    if isinstance(again, Diagnostic) or meaning(evolve(again, text="")) != meaning(evolve(read, text="")):
        return line
    return text
