"""Case files: what they expect comes out, and nothing in the registry of codes is without one."""

import ast
from functools import cache
from pathlib import Path

import pytest
from case_files import CASES, Outcome, case_paths, expected, read_case, run_case_file

from zhunsheng.compiler.emit import facts, writer
from zhunsheng.compiler.emit.emit import emit
from zhunsheng.dsl.rulefile import print_rules
from zhunsheng.runtime.codes import CODES
from zhunsheng.runtime.diagnostics import Severity

#: Fewer case files than this, and the collector has lost some.
AT_LEAST = 240

IDS = {path: str(path.relative_to(CASES).with_suffix("")) for path in case_paths()}
#: Bad cases that show several mistakes at once; everywhere else one cause has one diagnostic.
SEVERAL = {
    "official/bad/weight-changed": 2,
    "readings/bad/words-found-twice": 2,
    "tiers/bad/whole-numbers": 2,
}
GOOD = [path for path in IDS if path.parent.name == "good"]
BAD = [path for path in IDS if path.parent.name == "bad"]


@cache
def outcome(path: Path) -> Outcome:
    """What came of a case; compiled once for all tests."""
    return run_case_file(read_case(path))


@pytest.mark.parametrize("path", IDS, ids=IDS.get)
def test_case(path: Path, request: pytest.FixtureRequest) -> None:
    """The expected blocks are what comes out; ``--update-cases`` rewrites them."""
    case = read_case(path)
    new = expected(case).printed()
    if request.config.getoption("--update-cases"):
        path.write_text(new, encoding="utf-8", newline="\n")
        return
    assert new == case.printed()


def test_collector() -> None:
    """No case file is lost, and every Markdown file of the folder is one."""
    assert len(IDS) >= AT_LEAST
    assert len(IDS) == len(list(CASES.rglob("*.md")))
    assert len(GOOD) + len(BAD) == len(IDS)


@pytest.mark.parametrize("path", IDS, ids=IDS.get)
def test_form(path: Path) -> None:
    """A case reads as a page: a title, some sentences, then the blocks; printing it gives it back."""
    case = read_case(path)
    lines = [line for line in case.prose.splitlines() if line]

    assert case.printed() == path.read_text(encoding="utf-8")
    assert lines[0].startswith("# ")
    assert len(lines) > 1
    assert all(line.endswith(("。", "：", "？", "|")) for line in lines[1:])


@pytest.mark.parametrize("path", GOOD, ids=[IDS[path] for path in GOOD])
def test_good(path: Path) -> None:
    """A good case compiles with nothing above advice."""
    found = outcome(path)

    assert found.compiled.program is not None
    assert [d for d in found.diagnostics if d.severity is not Severity.ADVICE] == []


@pytest.mark.parametrize("path", GOOD, ids=[IDS[path] for path in GOOD])
def test_width(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the lines of the generated module are broken changes nothing of what it says."""
    program = outcome(path).compiled.program
    assert program is not None
    said = set()
    for width in (0, writer.WIDTH, 1_000_000):
        monkeypatch.setattr(writer, "WIDTH", width)
        monkeypatch.setattr(facts, "WIDTH", width)
        said.add(ast.dump(ast.parse(emit(program).source)))
    assert len(said) == 1


@pytest.mark.parametrize("path", IDS, ids=IDS.get)
def test_printing(path: Path) -> None:
    """Printing a parsed document gives its text back; the marks of a paragraph have no gap and no overlap."""
    compiled = outcome(path).compiled
    if compiled.parsed is None or compiled.parsed.file is None:
        return
    assert print_rules(compiled.parsed.file, compiled.source) == compiled.source.text


@pytest.mark.parametrize("path", BAD, ids=[IDS[path] for path in BAD])
def test_bad(path: Path) -> None:
    """A bad case has one diagnostic, but for those with several mistakes: one line each, with a help."""
    found = outcome(path).diagnostics

    assert len(found) == SEVERAL.get(IDS[path], 1)
    for diagnostic in found:
        assert "\n" not in diagnostic.message
        assert diagnostic.message
        assert diagnostic.help, diagnostic.code


def test_every_code_has_a_bad_case() -> None:
    """Every code but those of fact files (tests/test_facts.py) occurs, with words that it underlines."""
    occurring = {d.code for path in BAD for d in outcome(path).diagnostics if d.span is not None}

    assert {code for code in CODES if not code.startswith("ZS09")} - occurring == set()


@pytest.mark.parametrize("path", BAD, ids=[IDS[path] for path in BAD])
def test_suggested_rows(path: Path) -> None:
    """A row of 解读 that a help offers, pasted, answers the question: the diagnostic is gone."""
    case = read_case(path)
    before = {d.underlined for d in outcome(path).diagnostics if d.code == "ZS0402"}
    for diagnostic in outcome(path).diagnostics:
        _, _, offered = diagnostic.help.partition("在“解读”表中加一行：")
        for row in filter(None, offered.split("；或 ")):
            left = {(d.code, d.underlined) for d in run_case_file(case.with_reading(row)).diagnostics}
            assert (diagnostic.code, diagnostic.underlined) not in left, row
            assert {words for code, words in left if code == "ZS0402"} <= before, row
