"""How many terminal columns a text takes.

Full-width characters take two, combining and zero-width ones none. Characters of *ambiguous* width
(“ ” … — × ①) take one by default: so do glibc's ``wcwidth``, rich and CPython's own carets, and the
terminals built on them. A console with a GBK code page gives a column to each byte, so two to them;
:func:`zhunsheng.runtime.rendering.console.ambiguous_width` tells which holds for a stream.
"""

import unicodedata

_ZERO = frozenset({"Mn", "Me", "Cc", "Cf", "Cs", "Zl", "Zp"})


def char_width(char: str, ambiguous: int = 1) -> int:
    """Columns of one character."""
    if char < "\x7f":
        return 0 if char < " " else 1
    if unicodedata.category(char) in _ZERO or "\u1160" <= char <= "\u11ff":
        return 0
    kind = unicodedata.east_asian_width(char)
    if kind == "A":
        return ambiguous
    return 2 if kind in "WF" else 1


def text_width(text: str, ambiguous: int = 1) -> int:
    """Columns of a text without line breaks."""
    return sum(char_width(char, ambiguous) for char in text)


def pad(text: str, width: int, *, right: bool = False, ambiguous: int = 1) -> str:
    """The text filled with spaces to a number of columns; `right` sets it to the right edge."""
    fill = " " * (width - text_width(text, ambiguous))
    return fill + text if right else text + fill


#: Marks that may not begin a line.
_CLOSING = frozenset("，。；：、！？）】〗》」』”’％%,.;:!?)]}…～")
#: Marks that may not end a line.
_OPENING = frozenset("（【〖《「『“‘([{")


def wrap(text: str, width: int, ambiguous: int = 1) -> list[str]:
    """Breaks a line to a number of columns, between Chinese characters and at spaces.

    Words and numbers stay whole, closing marks stay with what they close; a piece longer than a
    line stands on a line of its own.
    """
    lines, line, used = [], "", 0
    for piece in _pieces(text):
        needed = text_width(piece, ambiguous)
        if line.strip() and used + text_width(piece.rstrip(), ambiguous) > width:
            lines.append(line.rstrip())
            line, used = "", 0
            piece = piece.lstrip(" ")
            needed = text_width(piece, ambiguous)
        line, used = line + piece, used + needed
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(text: str) -> list[str]:
    """The smallest pieces that may not be broken, each with the spaces behind it."""
    pieces: list[str] = []
    for before, char in zip(" " + text, text, strict=False):
        if pieces and _joined(before, char):
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _joined(before: str, char: str) -> bool:
    """Whether a line may not be broken between two characters."""
    if char in _CLOSING or char in " \u3000" or before in _OPENING or char_width(char) == 0:
        return True
    return _of_word(before) and _of_word(char)


def _of_word(char: str) -> bool:
    """Whether a character belongs to a Latin word or a number."""
    return char not in " \u3000" and unicodedata.east_asian_width(char) not in "WF"
