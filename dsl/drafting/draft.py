"""A draft of a rule file from official text (起草): ``zhunsheng new ID --from FILE``.

The words are the official ones. What is no rule goes to 附注, nothing is dropped; what the author has to
decide is marked ``> 待定：…`` beside its place.
"""

import re

from attrs import Factory, define, field

from zhunsheng.dsl.drafting.head import read_head
from zhunsheng.dsl.drafting.official_text import Element, Grid, Line
from zhunsheng.dsl.drafting.outline import Node, numbering, outline
from zhunsheng.dsl.drafting.propose import propose
from zhunsheng.dsl.drafting.tables import Row, as_table, grid_role, read_indicators
from zhunsheng.dsl.drafting.words import (
    BOTH,
    EXPLAINS,
    LONGEST,
    PLACES,
    binds,
    measured,
    role,
    scores,
    section_of,
    sentences,
    takes,
)
from zhunsheng.dsl.formatting.format import format_rules
from zhunsheng.dsl.strong_words import STRONG_IN_DESCRIPTION
from zhunsheng.runtime.source import Source

PENDING = "> 待定："
_CHECK_BRACKETS = "括号是试加的，逐句核对：【】里的要问人，〖〗里的不参与计算"
_OPEN = "指标表里没有写怎样计分，先写了“状态：开放”；原文别处写了的，补上并删去这一行"
_DEEPEST = 6
#: What would begin a block of Markdown at the start of a line, and the same sign wide.
_OPENING = str.maketrans("#>|`<~*_", "＃＞｜｀＜～＊＿")


def draft(elements: tuple[Element, ...], notes: tuple[str, ...] = ()) -> str:
    """The text of a draft rule file, brackets proposed and laid out. `notes` are about the file it came from."""
    head = read_head(elements)
    writer = _Writer()
    writer.document(outline([e for i, e in enumerate(elements) if i not in head.used]), head.title)
    lines = [f"# {head.title or '（无题）'}", ""]
    state = (("状态", "开放"),) if writer.is_open else ()
    lines += [f"{key}：{value}" for key, value in (*head.entries, *state, ("原文", "source.txt"))]
    told = [*notes, *head.notes, *([_OPEN] if state else []), _CHECK_BRACKETS]
    told = [f"{PENDING}{note}" for note in told]
    proposal = propose(Source("", "\n\n".join(["\n".join(lines), *told, *writer.blocks()]) + "\n"))
    text = proposal.text
    for words, fact in dict.fromkeys(proposal.referred):
        at = text.find("\n", text.index(f"〖{words}〗"))
        text = f"{text[:at]}\n\n{PENDING}“{words}”看作前面的【{fact}】；不是一回事的，改成【】{text[at:]}"
    return format_rules(Source("", text))


@define
class _Writer:
    """Sorts a document into the parts of a rule file, in the order of the document."""

    indicators: list[str] = field(default=Factory(list))
    sections: dict[str, list[str]] = field(default=Factory(dict))
    #: The section of a sentence that ends in a colon, while its items follow.
    stem: str = ""
    #: Whether a table of indicators has no rules at all: an open standard.
    is_open: bool = False

    def blocks(self) -> list[str]:
        found = list(self.indicators)
        for name, own in self.sections.items():
            found += [f"## {name}", *own]
        return found

    def put(self, section: str, block: str) -> None:
        """Adds a block to a section; quotations that follow each other are one."""
        own = self.sections.setdefault(section, [])
        if (
            block.startswith(">")
            and own
            and own[-1].startswith(">")
            and PENDING not in (block[:5], own[-1][:5])
        ):
            own[-1] += f"\n>\n{block}"
        else:
            own.append(block)

    # -- the outline

    def document(self, root: Node, title: str) -> None:
        """The whole document. Rules in front of all headings stand under its title."""
        if any(scores(line) for line in root.lines()):
            self.rules(Node(title or "（无题）", content=root.content), 2, self.indicators)
        else:
            self.prose(root)
        for child in root.children:
            self.walk(child)

    def walk(self, node: Node) -> None:
        """A heading whose own words or marks make it an indicator is one, with all below it; the rest is sorted
        line by line."""
        section = section_of(node.title)
        if section == "术语解释":
            self.commentary(node, section)
        elif BOTH.fullmatch(node.title) and not node.children:
            self.both(node)
        elif section and not any(section_of(child.title) for child in node.children):
            own = self.sections.setdefault(section, [])
            self.content(node, 2, own, binding=True)
            for child in node.children:
                self.rules(child, 3, own, binding=True)
        elif node.marked or any(scores(line) for line in node.lines()):
            self.rules(node, 2, self.indicators)
        else:
            self.prose(node)
            for child in node.children:
                self.walk(child)

    def both(self, node: Node) -> None:
        """A heading of points on top and points off: each sentence goes to the section of its own sign."""
        for line in node.lines():
            for sentence in sentences(line):
                section = "减分项" if takes(sentence) else "加分项"
                self.rule(sentence, self.sections.setdefault(section, []), binding=True)
        for grid in (element for element in node.content if isinstance(element, Grid)):
            self.table(grid, node.title, self.indicators, 2)

    def rules(self, node: Node, level: int, out: list[str], *, binding: bool = False) -> None:
        """A heading with its rules, and those below it; with `binding` all its paragraphs are rules."""
        out.append(f"{'#' * min(level, _DEEPEST)} {node.words}")
        self.content(node, level, out, binding=binding)
        for child in node.children:
            self.rules(child, level + 1, out, binding=binding)

    def content(self, node: Node, level: int, out: list[str], *, binding: bool) -> None:
        for element in node.content:
            if isinstance(element, Grid):
                self.table(element, node.title, out, level + 1)
            else:
                self.rule(element.text, out, binding=binding)

    def rule(self, text: str, out: list[str], *, binding: bool) -> None:
        """A paragraph below an indicator: executable where it may count, else a quotation."""
        if self.item(text):
            return
        kind = role(text)
        if kind in PLACES and not scores(text) and not binding:
            self.outcome(text)
        elif not binding and (apart := [s for s in sentences(text) if role(s) == "veto"]):
            # Points and a veto in one paragraph: the veto is about the whole, not about this indicator.
            self.rule("".join(s for s in sentences(text) if s not in apart), out, binding=False)
            self.outcome("".join(apart))
        elif kind or binding or STRONG_IN_DESCRIPTION.search(text):
            out.append(_paragraph(text))
            if re.search("[【】〖〗]", text):
                out.append(f"{PENDING}原文本来就有括号【】〖〗，在这里会当作标记；核对上面一段")
        else:
            out.append(_quote(text))

    def outcome(self, text: str) -> None:
        """A paragraph with sentences about conditions, tiers or vetoes: each to its section, the rest to 附注."""
        for sentence in sentences(text):
            place = PLACES.get(role(sentence), "附注")
            self.put(place, _quote(sentence) if place == "附注" else _paragraph(sentence))
            self.stem = place if sentence.endswith(("：", ":")) else ""

    def item(self, text: str) -> bool:
        """Takes a numbered line behind 有下列情形之一的，……： to where that sentence went."""
        if not self.stem or self.stem == "附注" or not numbering(text)[1]:
            self.stem = ""
            return False
        self.put(self.stem, _paragraph(text))
        return True

    # -- what is no rule

    def prose(self, node: Node) -> None:
        if node.words:
            self.put("附注", _quote(node.words))
        for element in node.content:
            if isinstance(element, Grid):
                self.table(element, node.title, self.indicators, 2)
            elif self.item(element.text):
                continue
            elif len(element.text) <= LONGEST and any(
                role(sentence) in PLACES for sentence in sentences(element.text)
            ):
                self.outcome(element.text)
            else:
                self.remark(element)

    def remark(self, line: Line) -> None:
        self.put("附注", _quote(line.text))
        if len(line.text) > LONGEST:
            self.put(
                "附注",
                f"{PENDING}上面一段有{len(line.text)}个字没有分行，章节和表格的结构丢失了；从原件重新取得文本",
            )
        elif binds(line.text):
            self.put("附注", f"{PENDING}上面一段写了数或要求；是条件的移到“基本条件”，是计分的移到指标下")

    def commentary(self, node: Node, section: str) -> None:
        for element in node.content:
            self.put(section, as_table(element) if isinstance(element, Grid) else _quote(element.text))
        for child in node.children:
            self.put(section, _quote(child.words))
            self.commentary(child, section)

    # -- tables

    def table(self, grid: Grid, title: str, out: list[str], level: int) -> None:
        """A table of indicators becomes headings; a table that scores by its cells stands under a heading."""
        kind = grid_role(grid)
        if kind == "indicators":
            self.headings(grid)
        elif kind == "grades":
            self.put("分级评价", as_table(grid))
        elif kind == "points":
            if level == 2:
                out.append(f"## {title or '评分表'}")
            out += [as_table(grid), f"{PENDING}核对各列的意思：哪一列是指标，哪一列是分值，哪一列是条件"]
        else:
            self.put("附注", as_table(grid))

    def measures(self, row: Row) -> list[str]:
        """What an indicator without rules measures, where a column says so in a phrase."""
        texts = (words for name, words in row.remarks if EXPLAINS.fullmatch(name))
        found = next((fact for words in texts if (fact := measured(words))), None)
        return [found] if found else []

    def headings(self, grid: Grid) -> None:
        read = read_indicators(grid)
        is_open = not any(row.rules for row in read.rows)
        self.is_open = self.is_open or is_open
        before: tuple[tuple[str, str], ...] = ()
        out = self.indicators
        for row in read.rows:
            section = section_of(row.titles[0][0])
            out = self.sections.setdefault(section, []) if section else self.indicators
            for depth, (words, mark) in enumerate(row.titles):
                if before[: depth + 1] != row.titles[: depth + 1] and not (section and depth == 0):
                    out.append(f"{'#' * (depth + 2)} {words}{mark}")
            out += [f"> {name}：{words}" for name, words in row.remarks]
            for text in row.rules:
                self.rule(text, out, binding=True)
            if is_open:
                out += self.measures(row)
            before = row.titles
        for words in read.lost:
            self.put("附注", _quote(words))
            self.put("附注", f"{PENDING}表格里的这几个字没有写进规则，请核对")


def _paragraph(text: str) -> str:
    """Executable words; signs with which Markdown begins a block are written wide."""
    text = " ".join(text.split("\n"))
    number = numbering(text)[1]
    return (
        text
        if number or not re.match(r"[#>|`<~*_=]|[-+]\s", text)
        else text[0].translate(_OPENING) + text[1:]
    )


def _quote(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))
