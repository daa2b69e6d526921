"""Limits (限度): a rule file is data from a stranger, and compiling it must end soon.

They lie far above what official standards have (a hundred indicators, a dozen clauses each), and keep
the passes, some of which compare clauses with one another, to seconds.
"""

from zhunsheng.dsl import ast
from zhunsheng.dsl.rulefile import Parsed
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Span

MOST_HEADINGS = 1_000
MOST_RULES = 5_000
MOST_RULES_OF_ONE = 200
MOST_FORMULAS = 1_000


def beyond_limits(parsed: Parsed) -> Diagnostic | None:
    """The first thing of which a file has too many."""
    assert parsed.file is not None
    headings = list(ast.all_headings((*parsed.file.indicators, *parsed.file.sections.values())))
    if len(headings) > MOST_HEADINGS:
        return _fault(parsed, "个标题", len(headings), MOST_HEADINGS, headings[MOST_HEADINGS].title_span)
    total = 0
    for heading in headings:
        segments = [s for paragraph in heading.paragraphs for s in paragraph.segments if s.items]
        items = [segment for segment in segments for _ in segment.items]
        if len(items) > MOST_RULES_OF_ONE:
            return _fault(parsed, "条细则", len(items), MOST_RULES_OF_ONE, items[MOST_RULES_OF_ONE].span)
        total += len(items)
        if total > MOST_RULES:
            return _fault(parsed, "条细则", total, MOST_RULES, items[-1].span)
    formulas = parsed.file.definitions
    if len(formulas) > MOST_FORMULAS:
        return _fault(parsed, "个算式", len(formulas), MOST_FORMULAS, formulas[MOST_FORMULAS].span)
    return None


def _fault(parsed: Parsed, what: str, count: int, most: int, span: Span) -> Diagnostic:
    message = f"这里有{count}{what}，超过{most}，不像一份标准"
    return Diagnostic("ZS0113", message, parsed.source, span, "拆成几个文件，或核对是不是粘贴重复了")
