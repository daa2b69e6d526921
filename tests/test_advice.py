"""What the advice of a message comes to: brackets that it proposes are not refused for the same words again."""

import re

import pytest
from case_files import CASES, case_paths, read_case, run_case_file

from zhunsheng.compiler.compile import compile_source
from zhunsheng.runtime.diagnostics import Diagnostic, Severity
from zhunsheng.runtime.source import Source

_BRACKETED = re.compile("写成([【〖]([^【】〖〗…]+)[】〗])")
#: What is asked of a fact once it is one: how it scores, which type it has, and what a 解读 answers.
_FURTHER = ("ZS0206", "ZS0316")
_MOVED = re.compile("移进(?:前|后)面的括号：【([^【】…]+)】")


def _followed(diagnostic: Diagnostic) -> list[tuple[str, int, int]]:
    """The texts that come of following an advice about brackets, each with where the bracket stands."""
    source, span = diagnostic.source, diagnostic.span
    if source is None or span is None:
        return []
    text, words = source.text, diagnostic.underlined
    found = []
    for bracket in _BRACKETED.finditer(diagnostic.help):
        if bracket[2] == words:
            put = f"{text[: span.start]}{bracket[1]}{text[span.end :]}"
            found.append((put, span.start, span.start + len(bracket[1])))
    if moved := _MOVED.search(diagnostic.help):
        for begin, end in (
            (text.rfind("【", 0, span.start), span.end),
            (span.start, text.find("】", span.end) + 1),
        ):
            if begin >= 0 and end > 0 and re.sub("[【】]", "", text[begin:end]) == moved[1]:
                put = f"{text[:begin]}【{moved[1]}】{text[end:]}"
                found.append((put, begin, begin + len(moved[1]) + 2))
    return found


BAD = {
    str(path.relative_to(CASES).with_suffix("")): path for path in case_paths() if path.parent.name == "bad"
}


@pytest.mark.parametrize("name", BAD)
def test_brackets_that_are_advised_are_read(name: str) -> None:
    """Words in the bracket that the message proposes are not refused once more."""
    for diagnostic in run_case_file(read_case(BAD[name])).compiled.diagnostics:
        if diagnostic.code not in ("ZS0201", "ZS0202", "ZS0548"):
            continue
        for text, begin, end in _followed(diagnostic):
            again = compile_source(Source("x.zhun.md", text), "x").diagnostics
            refused = [
                f"{d.code} {d.underlined}: {d.message}"
                for d in again
                if d.severity is Severity.ERROR
                and d.code not in _FURTHER
                and "解读" not in d.help
                and d.span
                and begin <= d.span.start
                and d.span.end <= end
            ]
            assert not refused, text[begin:end]
