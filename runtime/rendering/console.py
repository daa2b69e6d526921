"""Writing to consoles that cannot show every character, and colours when they are asked for."""

import codecs
import sys
from typing import TextIO

#: What stands in for characters that a Chinese code page lacks.
_SUBSTITUTES = {
    "✓": "√",
    "✔": "√",
    "✗": "×",
    "✘": "×",
    "•": "·",
    "–": "-",
    "−": "-",
    "‑": "-",
    "≠": "!=",
    "⋯": "…",
    "\xa0": " ",
    "²": "2",
    "³": "3",
}

_DOUBLE_BYTE = frozenset({"gbk", "gb2312", "big5", "cp950", "cp932", "cp949"})


def echo(text: str, stream: TextIO | None = None) -> None:
    """Writes a text and ends its last line; never fails for a character the stream cannot express."""
    out = sys.stdout if stream is None else stream
    if out is None:  # the caller closed the stream
        return
    if not text.endswith("\n"):
        text += "\n"
    out.write(expressible(text, out.encoding or "utf-8"))
    out.flush()


def expressible(text: str, encoding: str) -> str:
    """The text with characters that `encoding` lacks replaced by the nearest it has, or by "?"."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(_nearest(char, encoding) for char in text)
    return text


def _nearest(char: str, encoding: str) -> str:
    """The character, its substitute, or "?"."""
    for candidate in (char, _SUBSTITUTES.get(char, "?")):
        try:
            candidate.encode(encoding)
        except UnicodeEncodeError:
            continue
        return candidate
    return "?"


def ambiguous_width(stream: TextIO) -> int:
    """Columns of ambiguous characters: two on a console with a double-byte code page, else one."""
    try:
        name = codecs.lookup(stream.encoding or "utf-8").name
    except LookupError:
        return 1
    return 2 if name in _DOUBLE_BYTE else 1


def paint(text: str, style: str) -> str:
    """The text with the colour codes of a rich style ("bold red"); the text itself holds no markup."""
    if not text or not style:
        return text
    from rich.color import ColorSystem
    from rich.style import Style

    return Style.parse(style).render(text, color_system=ColorSystem.STANDARD)
