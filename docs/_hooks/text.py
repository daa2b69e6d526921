"""Writing Markdown and HTML that hold a stranger's text."""

import re
from collections.abc import Sequence
from html import escape

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|!&])")


def md(text: str) -> str:
    """A text that Markdown leaves as it is, on one line."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split())).replace("\\<", "&lt;").replace("\\&", "&amp;")


def html(text: str) -> str:
    """A text that HTML leaves as it is, and Markdown too: a backtick could open a fenced block there."""
    return escape(text, quote=True).replace("`", "&#96;").replace("~~~", "&#126;~~")


def code(text: str) -> str:
    """A piece of code in a cell of a Markdown table."""
    return f"<code>{html(text)}</code>".replace("|", "&#124;")


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table; cells are Markdown already."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def fence(text: str, info: str = "text") -> str:
    """A fenced block that nothing in the text can end."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}{info}\n{text.rstrip()}\n{ticks}"
