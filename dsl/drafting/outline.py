"""The outline of an official text: its headings by their numbering, with the lines and tables below each."""

import re

from attrs import Factory, define, field

from zhunsheng.dsl.drafting.official_text import Element, Grid, Line
from zhunsheng.dsl.drafting.words import role, section_of

_HAN = "[一二三四五六七八九十百]"
#: Kinds of numbering. The order of first use in a document, not the kind, says which is below which.
_KINDS = {
    "章": re.compile(rf"第{_HAN}+章\s*"),
    "节": re.compile(rf"第{_HAN}+节\s*"),
    "条": re.compile(rf"第{_HAN}+条\s*"),
    "附": re.compile(r"附件\s?\d*\s*[：:]?"),
    "一": re.compile(rf"{_HAN}{{1,3}}[、．.]\s*"),
    "（一）": re.compile(rf"[（(]{_HAN}{{1,3}}[)）]\s*"),
    "1.1": re.compile(r"\d{1,2}(?:\.\d{1,2})+[、．.]?\s*(?=[\u4e00-\u9fff])"),
    # A name may begin with a number (9.12345热线).
    "1": re.compile(r"\d{1,2}(?:[、．.]\s*|\s+)(?=(?:\d{3,})?[\u4e00-\u9fff*＊【“])"),
    "（1）": re.compile(r"[（(]\d{1,2}[)）]\s*"),
    "①": re.compile("[①-⑳]\\s*"),
}
_MARK = re.compile(
    r"\s*[（(]\s*(?:(?:本项)?(?:满分|共计?|合计|总计)|权重|标准分值?|分值|计|最[高多])?为?[：:]?\s*\d+(?:\.\d+)?\s*(?:分|%|％)?\s*[)）]$"
)
#: A heading and its rule on one line: 1.招商引资（10分）：完成年度目标的得10分。
_HEADED = re.compile(rf"(.{{2,60}}?{_MARK.pattern.removesuffix('$')})[：:]\s*(.+)", re.DOTALL)
#: The letter in front of an option (A. 自有).
_OPTION = re.compile(r"[A-ZＡ-Ｚ][.．、]")
_LONGEST = 40


@define
class Node:
    """A heading and what stands below it before the next of its rank; the root has no words."""

    words: str
    title: str = ""
    marked: bool = False
    content: list[Element] = field(default=Factory(list))
    children: list["Node"] = field(default=Factory(list))

    def lines(self) -> list[str]:
        """The lines right below the heading."""
        return [element.text for element in self.content if isinstance(element, Line)]


def outline(elements: list[Element]) -> Node:
    """The tree of a document without its head."""
    elements = [part for element in elements for part in _headed(element)]
    root = Node("")
    path: list[tuple[str, Node]] = [("", root)]
    listing, taken = "", False
    for index, element in enumerate(elements):
        following = elements[index + 1] if index + 1 < len(elements) else None
        kind, node = _heading(element, following) if isinstance(element, Line) else ("", None)
        listing = _listing(listing, elements[index - 1] if index else None, element)
        taken = bool(listing) and (taken or not _text(following)) and not (node is not None and node.marked)
        if taken:
            node = None
        if node is None:
            path[-1][1].content.append(element)
            continue
        kinds = [own for own, _ in path]
        del path[kinds.index(kind) if kind in kinds else _below(kind, kinds) :]
        path[-1][1].children.append(node)
        path.append((kind, node))
    return root


def _headed(element: Element) -> list[Element]:
    """A line that holds a numbered heading with its mark and the rule behind it, as two."""
    found = _HEADED.fullmatch(element.text) if isinstance(element, Line) else None
    if found is None or not numbering(found[1])[1] or role(_MARK.sub("", found[1])):
        return [element]
    return [Line(found[1]), Line(found[2])]


def _listing(listing: str, before: Element | None, element: Element) -> str:
    """The kind of numbering of the list that an element belongs to: the items behind a colon; "" for none."""
    kind = numbering(element.text)[0] if isinstance(element, Line) else ""
    opened = isinstance(before, Line) and before.text.endswith(("：", ":"))
    return kind if opened or kind == listing else ""


def _below(kind: str, kinds: list[str]) -> int:
    """How much of the path a kind not on it keeps: headings of a file format keep those above their level."""
    if kind.startswith("#"):
        return next(
            (i for i, own in enumerate(kinds) if own and (not own.startswith("#") or own > kind)), len(kinds)
        )
    return len(kinds)


def _heading(line: Line, following: Element | None) -> tuple[str, Node | None]:
    if len(line.text) > 2 * _LONGEST or _OPTION.match(line.text):
        return "", None
    kind, number = numbering(line.text)
    body = line.text[len(number) :].strip()
    mark = _MARK.search(body)
    title = body[: mark.start()].strip() if mark else body
    sentence = re.search("[。；！？]|[，,：:]$", title) or (role(title) and not section_of(title))
    if not title or len(title) > _LONGEST or sentence:
        return "", None
    if kind.startswith("1.1"):
        kind = f"1{'.1' * number.count('.')}"
    if line.level:
        kind = "#" * line.level
    elif not re.search("[\u4e00-\u9fff]{2}", title) or (
        not kind and not mark and (re.search("[，,：:]", title) or following is None)
    ):
        return "", None
    elif (
        kind in ("1", "（1）", "①") and not mark and not isinstance(following, Grid) and not _text(following)
    ):
        # A numbered line among numbered lines is an item of a list.
        return "", None
    return kind or "无", Node(line.text, title, mark is not None)


def _text(element: Element | None) -> bool:
    """Whether running text follows, as it does under a heading."""
    return (
        isinstance(element, Line)
        and not numbering(element.text)[0]
        and re.search("[。；]", element.text) is not None
    )


def numbering(text: str) -> tuple[str, str]:
    """The kind of numbering in front of a line, and the number as printed."""
    for kind, pattern in _KINDS.items():
        match = pattern.match(text)
        if match:
            return kind, match[0]
    return "", ""
