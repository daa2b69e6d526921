"""Official text in a Word file: paragraphs and tables, and an account of what could not be taken over."""

import io
import re
from collections.abc import Iterator
from typing import Any

from zhunsheng.dsl.drafting.official_text import Element, Grid, Line
from zhunsheng.runtime.reading.quantities import Fault
from zhunsheng.runtime.reading.safe_zip import repack

#: A larger file holds pictures, no official text.
MAX_BYTES = 20_000_000

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STYLE = re.compile(r"(?:heading|标题)\s*([1-6])", re.IGNORECASE)
_REASONS = {
    "ZS0915": "不是 docx 文件，或已损坏；用 Word 或 WPS 打开，另存为 .docx",
    "ZS0917": "解压后异常庞大，或带有 XML 实体声明，不予读取",
    "ZS0927": "加了密，或是旧版 .doc 格式；去掉密码，另存为 .docx",
}


def read_docx(data: bytes) -> tuple[tuple[Element, ...], tuple[str, ...]] | str:
    """The elements of a Word file and notes on what it holds besides; a sentence where it cannot be read."""
    from docx import Document
    from docx.opc.exceptions import OpcError

    packed = repack(data)
    if isinstance(packed, Fault):
        return _REASONS.get(packed.code, packed.message)
    try:
        document = Document(io.BytesIO(packed))
        body: Any = document.element.body
        levels = {style.style_id: _level(style.name or "") for style in document.styles}
    except (OpcError, ValueError, KeyError, AttributeError, SyntaxError):
        # SyntaxError is the base of lxml's for XML that is none; the others are a part that is not there.
        return _REASONS["ZS0915"]
    return tuple(_blocks(body, levels)), tuple(_notes(body))


def _level(style: str) -> int:
    match = _STYLE.fullmatch(style)
    return int(match[1]) if match else 0


def _blocks(parent: Any, levels: dict[str, int]) -> Iterator[Element]:
    for child in parent:
        if child.tag == f"{_W}p":
            style = child.find(f"{_W}pPr/{_W}pStyle")
            level = levels.get(style.get(f"{_W}val"), 0) if style is not None else 0
            for line in _text(child).split("\n"):
                if line.strip():
                    yield Line(line.strip(), level)
        elif child.tag == f"{_W}tbl":
            yield from _table(child)
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _blocks(child, levels)


def _text(paragraph: Any) -> str:
    """The words of a paragraph as they read with all revisions accepted."""
    parts = []
    for node in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr"):
        if _inside(node, "txbxContent") or _inside(node, "tabs") or _inside(node, "del"):
            continue
        parts.append(node.text or "" if node.tag == f"{_W}t" else " " if node.tag == f"{_W}tab" else "\n")
    return "".join(parts)


def _inside(node: Any, name: str) -> bool:
    return next(node.iterancestors(f"{_W}{name}"), None) is not None


def _table(table: Any) -> Iterator[Grid]:
    """A table; the cells that a merged one covers are empty."""
    rows = []
    for row in table.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl")) is not table:
            continue
        cells: list[str] = [""] * _number(row.find(f"{_W}trPr/{_W}gridBefore"))
        for cell in row.iter(f"{_W}tc"):
            if next(cell.iterancestors(f"{_W}tr")) is not row:
                continue
            merged = cell.find(f"{_W}tcPr/{_W}vMerge")
            covered = merged is not None and merged.get(f"{_W}val") != "restart"
            text = "\n".join(_text(part).strip() for part in cell.findall(f"{_W}p"))
            span = _number(cell.find(f"{_W}tcPr/{_W}gridSpan")) or 1
            cells += ["" if covered else re.sub("\n+", "\n", text).strip(), *[""] * (span - 1)]
        rows.append(cells + [""] * _number(row.find(f"{_W}trPr/{_W}gridAfter")))
    width = max((len(row) for row in rows), default=0)
    if width and len(rows) > 0:
        yield Grid(tuple(tuple(row + [""] * (width - len(row))) for row in rows))


def _number(node: Any) -> int:
    value = node.get(f"{_W}val") if node is not None else None
    return min(int(value), 63) if value and value.isdecimal() else 0


def _notes(body: Any) -> Iterator[str]:
    boxed = sum(len(node.text or "") for node in body.iter(f"{_W}t") if _inside(node, "txbxContent"))
    if boxed:
        yield f"Word 文件的文本框里有{boxed}个字没有取到，请自己补上"
    if any(True for table in body.iter(f"{_W}tbl") if _inside(table, "tbl")):
        yield "Word 文件里有套在格子里的表格，没有取到，请自己补上"
    if next(body.iter(f"{_W}ins", f"{_W}del"), None) is not None:
        yield "Word 文件里有修订标记，文字是按接受全部修订取的；先核对修订"
    if next(body.iter(f"{_W}footnoteReference", f"{_W}endnoteReference"), None) is not None:
        yield "Word 文件里有脚注或尾注，没有取到"
    if next(body.iter(f"{_W}numPr"), None) is not None:
        yield "Word 的自动编号不是文字，没有取到；条款编号请对照原件"
