"""Foreign text made safe to show: one line, with nothing in it that could steer a terminal or a reader's eye.

Titles, fact names, evidence and reasons come from strangers. Line breaks and tabs become a space;
control characters, bidi controls and invisible characters are shown as escapes (``\\u202e``).
"""

import re
import unicodedata

#: Letters and marks that show nothing although their category does not say so.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u3164\uffa0")

#: Categories of control, format, surrogate and line separator characters.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

_BREAKS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")


def safe_line(text: str) -> str:
    """The text as one visible line: breaks are a space, what cannot be seen is escaped."""
    return visible(_BREAKS.sub(" ", text))


def visible(text: str) -> str:
    """The text with every unsafe character, line breaks too, as a visible escape."""
    return text if _harmless(text) else "".join(map(visible_char, text))


def visible_char(char: str) -> str:
    """The character itself, or its escape where it is unsafe to print."""
    return escape(char) if is_unsafe(char) else char


def is_unsafe(char: str) -> bool:
    """Whether a character is invisible or steers the text around it."""
    return unicodedata.category(char) in _UNSAFE or char in _BLANK


def escape(char: str) -> str:
    """A character as Python and JSON programmers write it: ``\\x1b``, ``\\u202e``, ``\\U000e0001``."""
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _harmless(text: str) -> bool:
    """A quick way out for nearly all texts."""
    return text.isprintable() and _BLANK.isdisjoint(text)
