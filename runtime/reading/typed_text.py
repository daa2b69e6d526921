"""Text as people type it: width, stray spaces and invisible characters evened out, and quoted in messages."""

import re
import unicodedata
from collections.abc import Iterable

from zhunsheng.runtime.rendering.safe_text import safe_line

_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad"))
_WIDTH = (
    {0xFF01 + index: 0x21 + index for index in range(0x5E)}
    | dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003\u2009\u202f"), " ")
    | dict.fromkeys(map(ord, "−﹣–"), "-")
    | {ord("﹪"): "%", ord("﹐"): ",", ord("﹒"): ".", ord("￥"): "¥"}
    | _INVISIBLE
)
_SHOWN = 30


def typed(text: str) -> str:
    """The text with half-width digits and signs, without space around it or invisible characters in it."""
    return text.translate(_WIDTH).strip()


#: An option with the letter that labels it.
_LABELLED = re.compile(r"([A-Za-z])[.．、]\s*(.+)")


def option_named(options: Iterable[str], words: str) -> str | None:
    """The option that some words name: as it is listed, or, of a labelled one (A. 有独立大厅), by its letter or the
    words behind it alone. None where none is named, or several are."""
    own, key = tuple(options), name_key(words)
    exact = next((option for option in own if name_key(option) == key), None)
    if exact is not None:
        return exact
    found = []
    for option in own:
        parts = _LABELLED.fullmatch(option)
        if parts is not None and (parts[1].lower() == key.lower() or name_key(parts[2]) == key):
            found.append(option)
    return found[0] if len(found) == 1 else None


def name_key(text: str) -> str:
    """What two spellings of one name (数据项, an item of a 清单) have in common: width and spaces are nothing.

    Characters that a spreadsheet cannot hold (controls, halves of pairs) are nothing either.
    """
    plain = re.sub(r"\s+", "", text.translate(_WIDTH))
    return plain if plain.isprintable() else "".join(filter(_writable, plain))


def _writable(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cn", "Cs")


def quoted(text: str) -> str:
    """A user's words in quotation marks, on one line and cut where they are long."""
    shown = text.strip()
    return f"“{safe_line(shown[:_SHOWN])}{'…' if len(shown) > _SHOWN else ''}”"
