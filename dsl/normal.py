"""Evening out width and layout, with the way back to every original character.

Full-width and half-width punctuation, digits and ％ are equal; white space, soft line breaks and
emphasis marks are nothing. The grammar sees the evened-out text only.
"""

import re
from collections.abc import Iterable, Iterator

from attrs import frozen

from zhunsheng.runtime.source import Span

_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad"
_KEPT_WIDE = "｜＊＿"
#: A comma between a digit and exactly three more belongs to the number (1,200).
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))", re.ASCII)


def _widths() -> dict[int, str]:
    """Every character that is written in another width here: ASCII letters and digits half, punctuation full."""
    table = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in _KEPT_WIDE}
    full = {",": "，", ";": "；", ":": "：", "(": "（", ")": "）", "?": "？", "!": "！", "~": "～"}
    table |= {wide: full[half] for wide, half in table.items() if half in full} | full
    table |= {
        "∼": "～",
        "〜": "～",
        "．": ".",
        "≧": "≥",
        "≦": "≤",
        "⩾": "≥",
        "⩽": "≤",
        "〔": "（",
        "〕": "）",
    }
    table |= {"｛": "（", "｝": "）", "∕": "/", "｡": "。", "､": "、", "﹒": ".", "﹪": "%", "﹐": "，"}
    table |= dict.fromkeys("–—―−－‐‑‒", "-")
    return {ord(char): even for char, even in table.items()}


_WIDTHS = _widths()
_LAYOUT = re.compile(rf"[^\s{_INVISIBLE}]")
_LAYOUT_AND_EMPHASIS = re.compile(rf"[^\s{_INVISIBLE}*]")


@frozen
class Normal:
    """An evened-out text; `offsets` has the original offset of each character, and of the end."""

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """The original characters that a range of the evened-out text came from."""
        if start >= end:
            return Span(self.offsets[start], self.offsets[start])
        return Span(self.offsets[start], self.offsets[end - 1] + 1)


def normalise(text: str, start: int = 0, *, emphasis: bool = True) -> Normal:
    """Evens out `text`, whose first character has the offset `start` in its source.

    `emphasis` drops Markdown's ``*`` too; formulas keep it. An underscore is a character of names.
    """
    visible = _LAYOUT_AND_EMPHASIS if emphasis else _LAYOUT
    found = [(match.start(), match[0]) for match in visible.finditer(text)]
    even = "".join(char for _, char in found).translate(_WIDTHS)
    offsets = [start + index for index, _ in found]
    if "," in text:
        even = _keep_thousands(text, start, even, offsets)
    return Normal(even, (*offsets, start + len(text)))


def _keep_thousands(text: str, start: int, even: str, offsets: list[int]) -> str:
    """Puts back the commas that belong to numbers."""
    kept = {start + match.start() for match in _THOUSANDS.finditer(text)}
    return "".join("," if offset in kept else char for char, offset in zip(even, offsets, strict=True))


def plain(text: str) -> str:
    """The evened-out text alone, for comparing names and quotations."""
    return normalise(text).text if "," in text else _squeezed(text)


def _squeezed(text: str) -> str:
    return "".join(_LAYOUT_AND_EMPHASIS.findall(text)).translate(_WIDTHS)


def unmarked(chars: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Characters with their places, without the author's markers: 【shown｜name】 → shown, 〖words〗 → words."""
    inside = skipping = False
    for char, place in chars:
        if char in "【】":
            inside, skipping = char == "【", False
        elif inside and char in "｜|":
            skipping = True
        elif char not in "〖〗" and not skipping:
            yield char, place
