"""Evening out width and layout, with the way back to every original character.

Full-width and half-width punctuation, digits and ％ are equal; white space, soft line breaks and
emphasis marks are nothing. The grammar sees the evened-out text only.
"""

import re
import unicodedata

from attrs import frozen

from zhunsheng.runtime.source import Span

_PUNCTUATION = str.maketrans(
    {
        ",": "，",
        ";": "；",
        ":": "：",
        "(": "（",
        ")": "）",
        "?": "？",
        "!": "！",
        "~": "～",
        "∼": "～",
        "〜": "～",
        **dict.fromkeys("–—―−－‐‑‒", "-"),
        "．": ".",
        "≧": "≥",
        "≦": "≤",
        "⩾": "≥",
        "⩽": "≤",
        "〔": "（",
        "〕": "）",
        "｛": "（",
        "｝": "）",
        "∕": "/",
        "｡": "。",
        "､": "、",
        "﹒": ".",
        "﹪": "%",
        "﹐": "，",
    }
)
_INVISIBLE = frozenset("\ufeff\u200b\u200c\u200d\u2060\u00ad")
#: A comma between a digit and exactly three more belongs to the number (1,200).
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))", re.ASCII)


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


def even(char: str) -> str:
    """One character in the width that the grammar uses."""
    mapped = char.translate(_PUNCTUATION)
    if mapped != char:
        return mapped
    if "\uff01" <= char <= "\uff5e" and char not in "｜＊＿":
        half = unicodedata.normalize("NFKC", char)
        return half.translate(_PUNCTUATION)
    return char


def normalise(text: str, start: int = 0, *, emphasis: bool = True) -> Normal:
    """Evens out `text`, whose first character has the offset `start` in its source.

    `emphasis` drops Markdown's ``*`` and ``_`` too; formulas keep them.
    """
    dropped = "*_" if emphasis else ""
    keep = {match.start() for match in _THOUSANDS.finditer(text)}
    chars: list[str] = []
    offsets: list[int] = []
    for index, char in enumerate(text):
        if char.isspace() or char in _INVISIBLE or char in dropped:
            continue
        chars.append(char if index in keep else even(char))
        offsets.append(start + index)
    offsets.append(start + len(text))
    return Normal("".join(chars), tuple(offsets))


def plain(text: str) -> str:
    """The evened-out text alone, for comparing names and quotations."""
    return normalise(text).text
