"""Every standard of the library: no complaint, cases that pass and cover it, examples that score in every form."""

from pathlib import Path

import pytest
from compiled import compiled, standard

from zhunsheng.commands.score import render
from zhunsheng.compiler.testing.testing import run_tests
from zhunsheng.library import library
from zhunsheng.runtime.reading.form import write_form
from zhunsheng.runtime.reading.read_facts import read_facts

STANDARDS = {id: compiled(id) for id in library()}
CLOSED = [id for id, c in STANDARDS.items() if c.program is not None and not c.program.open_terms]
FACT_FILES = (".yaml", ".json", ".csv", ".xlsx")


def examples(id: str) -> list[Path]:
    """The filled-in fact files of a standard."""
    folder = library()[id].parent / "examples"
    return sorted(p for p in folder.glob("*") if p.suffix in FACT_FILES and p.stem != "form")


def test_there_are_standards() -> None:
    """An empty library would pass everything below."""
    assert {"miit-2017-103", "jiangsu-2020-2-stars"} <= set(STANDARDS)
    assert CLOSED


@pytest.mark.parametrize("id", STANDARDS)
def test_checks_in_silence(id: str) -> None:
    """No diagnostic, the comparison with the official text included."""
    assert [d.message for d in STANDARDS[id].diagnostics] == []
    assert STANDARDS[id].program is not None


@pytest.mark.parametrize("id", CLOSED)
def test_cases_cover_everything(id: str) -> None:
    """All cases pass; every clause and veto counts in one, every boundary number is met in one."""
    (report,) = run_tests([library()[id]])

    assert report.passed
    assert report.cases
    assert report.coverage is not None
    assert [goal.lacking for goal in report.coverage.lacking] == []


@pytest.mark.parametrize("id", STANDARDS)
def test_examples(id: str) -> None:
    """At least two filled-in files; they are read without fault, and scored in every form where nothing is open."""
    program = STANDARDS[id].program
    assert program is not None
    files = examples(id)
    assert len(files) >= 2
    for file in files:
        sheet, faults = read_facts(file, program.facts)
        assert sheet is not None, [d.message for d in faults]
        if program.open_terms:
            continue
        result = standard(id).score(file)
        for format in ("text", "json", "md", "html"):
            assert program.meta.id in render(result, format, colour=False)


@pytest.mark.parametrize("id", STANDARDS)
def test_form(id: str, tmp_path: Path) -> None:
    """The form of a standard, read back empty, has no fault; an open standard has one too."""
    program = STANDARDS[id].program
    assert program is not None
    path = tmp_path / "form.xlsx"
    write_form(
        path, title=program.meta.title, number=program.meta.number, standard_id=id, specs=program.facts
    )
    sheet, faults = read_facts(path, program.facts)

    assert sheet is not None, [d.message for d in faults]
    assert not any(entry.value is not None for entry in sheet.entries.values())


def test_what_is_not_covered_is_named(tmp_path: Path) -> None:
    """A clause no case makes count, a number and an end of a tier no case meets: each is said, with why."""
    path = tmp_path / "small.zhun.md"
    path.write_text(SMALL, encoding="utf-8")
    (report,) = run_tests([path])

    assert report.passed
    assert report.coverage is not None
    assert report.coverage.reached == (1, 1)
    assert [goal.lacking for goal in report.coverage.lacking] == [
        "1.2：没有案例使它起作用（【满意度】达到90%的，加20分）".replace("【", "").replace("】", ""),
        "1.2：没有案例的“满意度”正好是90%",
    ]


SMALL = """# 服务评价

## 沟通渠道（权重1）

每建立一种【渠道】加20分。【满意度】达到90%的，加20分。

## 评定等级

60分以下（不含）评为不合格；60分（含）以上评为合格。

## 案例

| | 三种 |
|---|---|
| 渠道 | 3 |
| 满意度 | 80% |
| 得分 | 60 |
| 等级 | 合格 |
"""
