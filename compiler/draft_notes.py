"""What the compiler asks about a draft, put beside the places it asks about as ``> 待定：…``."""

import re
from collections import Counter

from zhunsheng.compiler.compile import compile_source
from zhunsheng.dsl.blocks import blocks
from zhunsheng.dsl.drafting.draft import PENDING
from zhunsheng.dsl.formatting.format import format_rules
from zhunsheng.runtime.diagnostics import Diagnostic, Severity
from zhunsheng.runtime.source import Source

_LONGEST = 300


def with_questions(text: str) -> str:
    """A draft with the errors and warnings of `check` behind the blocks that they point into."""
    source = Source("", text)
    asked: dict[int, list[str]] = {}
    ends = [block.offset + len(block.text) for block in blocks(source) if block.kind != "BLANK"]
    found = [d for d in compile_source(source, "draft").diagnostics if d.severity is not Severity.ADVICE]
    alike = Counter((d.code, d.help) for d in found)
    for diagnostic in found:
        count = alike.pop((diagnostic.code, diagnostic.help), 0)
        if count:
            at = diagnostic.span.start if diagnostic.span is not None else 0
            end = next((end for end in ends if end > at), ends[-1])
            asked.setdefault(end, []).append(_line(diagnostic, count - 1))
    for end in sorted(asked, reverse=True):
        quotes = "".join(f"{PENDING}{words}\n\n" for words in asked[end])
        text = f"{text[:end].rstrip()}\n\n{quotes}{text[end:]}"
    return format_rules(Source("", text))


def pending(text: str) -> list[tuple[int, str]]:
    """The lines of a draft that wait for the author: number and words."""
    lines = enumerate(text.split("\n"), 1)
    return [(number, line.removeprefix(PENDING)) for number, line in lines if line.startswith(PENDING)]


def _line(diagnostic: Diagnostic, others: int) -> str:
    """A diagnostic on one line; what is said of several places with the same advice is said once."""
    help = f"。{diagnostic.help}" if diagnostic.help else ""
    also = f"（另有{others}处相同）" if others else ""
    return re.sub(r"\s+", " ", f"{diagnostic.message}{also}{help}")[:_LONGEST]
