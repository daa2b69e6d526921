"""Writing Python text: lines with their owners, and the two ways a stranger's text may enter."""

import unicodedata
from collections.abc import Iterable

WIDTH = 110
#: Characters of a docstring line; Chinese ones are two columns wide.
FOLD = 54


class Writer:
    """Collects lines and remembers which clause each belongs to."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        #: Line of the module (from 1) → clause id.
        self.owners: dict[int, str] = {}

    def line(self, text: str, owner: str = "") -> None:
        """Adds a line; one with an owner names it in a comment, so that a traceback shows the clause."""
        if owner:
            self.owners[len(self.lines) + 1] = owner
            if not text.endswith(":") and len(text) < 80:
                text = f"{text}  # {owner}"
        self.lines.append(text.rstrip())

    def wrapped(self, head: str, terms: list[str], joiner: str) -> None:
        """A long sum, or difference, over several lines; in brackets then, so that all that is joined is among the terms."""
        whole = head + joiner.join(terms)
        if len(whole) <= WIDTH:
            self.line(whole)
            return
        self.line(f"{head}(")
        for number, term in enumerate(terms):
            self.line(f"        {joiner.lstrip() if number else ''}{term}")
        self.line("    )")

    def docstring(self, lines: list[str], indent: str = "    ") -> None:
        """A docstring from escaped lines; see :func:`docstring`."""
        if len(lines) == 1 and lines[0].startswith(("'", '"')):
            self.line(f'{indent}"""{lines[0][1:-1]}"""')
            return
        self.line(f'{indent}"""{lines[0]}')
        for text in lines[1:]:
            self.line(f"{indent}{text}" if text else "")
        self.line(f'{indent}"""')

    def gap(self) -> None:
        """Two blank lines."""
        self.lines += ["", ""]

    def text(self) -> str:
        """The module."""
        return "\n".join(self.lines).rstrip("\n") + "\n"


def escaped(text: str) -> str:
    """Text as it may stand between quotes: backslashes, quotes, controls and all that is invisible escaped."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return text
    out = []
    for char in text:
        if char in '\\"':
            out.append("\\" + char)
        elif char.isprintable() and unicodedata.category(char)[0] != "C":
            out.append(char)
        else:
            code = ord(char)
            out.append(
                f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
            )
    return "".join(out)


def literal(text: str) -> str:
    """A Python string literal."""
    return f'"{escaped(text)}"'


def row(items: Iterable[str]) -> str:
    """The inside of a tuple."""
    return "".join(f"{item}, " for item in items).rstrip()


def docstring(summary: str, paragraphs: list[str]) -> list[str]:
    """The escaped lines of a docstring, without its quotes."""
    lines = _folded(summary)
    for paragraph in paragraphs:
        lines += ["", *_folded(paragraph)]
    return lines


def _folded(text: str) -> list[str]:
    """Lines of so many characters, cut before they are escaped so that no escape is cut, at a comma if there is one."""
    lines = []
    rest = text
    while len(rest) > FOLD:
        comma = max(rest.rfind(mark, FOLD // 2, FOLD) for mark in "，；、。")
        end = comma + 1 if comma >= 0 else FOLD
        lines.append(escaped(rest[:end].strip()))
        rest = rest[end:]
    return [*lines, escaped(rest.strip())]
