"""Showing how every character of the executable text was read (``check --show-marks``)."""

from collections.abc import Iterator

from zhunsheng.dsl import ast
from zhunsheng.dsl.rulefile import Parsed
from zhunsheng.runtime.rendering.console import paint
from zhunsheng.runtime.rendering.safe_text import safe_line

NAMES: dict[ast.MarkKind, str] = {
    "operative": "计算",
    "fact": "数据",
    "description": "说明",
    "layout": "版式",
    "unread": "未读",
}
STYLES: dict[ast.MarkKind, str] = {
    "operative": "bold",
    "fact": "bold cyan",
    "description": "dim",
    "layout": "dim",
    "unread": "bold white on red",
}


def paragraphs(parsed: Parsed) -> Iterator[tuple[ast.Heading, ast.Paragraph]]:
    """Every executable paragraph with its heading."""
    assert parsed.file is not None
    for _, heading, paragraph in parsed.file.executable():
        yield heading, paragraph


def counts(paragraph: ast.Paragraph) -> dict[ast.MarkKind, int]:
    """How many characters of each kind a paragraph has; they add up to its length."""
    found: dict[ast.MarkKind, int] = dict.fromkeys(NAMES, 0)
    for mark in paragraph.marks:
        found[mark.kind] += mark.span.end - mark.span.start
    return found


def show_marks(parsed: Parsed, *, color: bool = False) -> str:
    """A listing of the runs of each paragraph, with sums; in colours the paragraph itself too."""
    lines = []
    total: dict[ast.MarkKind, int] = dict.fromkeys(NAMES, 0)
    for heading, paragraph in paragraphs(parsed):
        lines.append(safe_line(f"{heading.id} {heading.title}".strip()))
        if color:
            runs = [
                paint(safe_line(parsed.source.slice(mark.span)), STYLES[mark.kind])
                for mark in paragraph.marks
            ]
            lines.append("  " + "".join(runs))
        else:
            for mark in paragraph.marks:
                if mark.kind != "layout":
                    lines.append(f"  {NAMES[mark.kind]}  {safe_line(parsed.source.slice(mark.span))}")
        own = counts(paragraph)
        for kind, number in own.items():
            total[kind] += number
        lines.append("  " + _sums(own))
    lines.append("全文 " + _sums(total))
    return "\n".join(lines)


def _sums(own: dict[ast.MarkKind, int]) -> str:
    parts = "＋".join(f"{NAMES[kind]}{number}" for kind, number in own.items() if number)
    return f"{parts}＝{sum(own.values())}字"
