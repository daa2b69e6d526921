"""Row modules: the same as the generated Python and the columns, in Python and as machine code; what they refuse."""

import ast
import importlib.util
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner
from compiled import case_programs, closed_standards, standard
from tables import Row, applicants, given
from test_generated import HOSTILE, ROOT, hostile_standard

from zhunsheng.cli import cli
from zhunsheng.compiler.columns.plan import Plan, Refused, plan
from zhunsheng.compiler.compile import compile_source
from zhunsheng.compiler.engine.engine import Scoring, prepare
from zhunsheng.compiler.rows.module import row_module
from zhunsheng.compiler.rows.native import NotBuilt, compiled_name, native, wanting
from zhunsheng.library import Standard
from zhunsheng.runtime.facts import Entry, FactSheet
from zhunsheng.runtime.rows import NoResult, as_row
from zhunsheng.runtime.source import Source
from zhunsheng.runtime.support import MissingFact, WrongFact

STANDARDS = closed_standards()
#: Applicants of each standard that have a score, the parts of the work, those drawn at a time, and those of a case.
ROWS, SHARES, DRAWN, CASE_ROWS = 10_000, 2, 5_000, 60
LACKING = wanting()


def loaded(text: str) -> ModuleType:
    """A row module from its text."""
    module = ModuleType("rows_of_a_test")
    exec(compile(text, "<rows>", "exec"), module.__dict__)  # noqa: S102 (the module under test)
    return module


def _plan(own: Standard) -> Plan | Refused:
    return plan(own.program, given(own.program))


def _scoring(own: Standard, row: Row) -> Scoring:
    return prepare(own.program, own.module, FactSheet({name: Entry(value) for name, value in row.items()}))


def _compare(own: Standard, module: Any, rows: list[Row]) -> int:
    """Scores rows both ways; returns how many have a score."""
    scored = own.program.scored or own.program.graded
    compared = 0
    for row in rows:
        given_row = as_row(module.FIELDS, row)
        scoring = _scoring(own, row)
        try:
            traced = module.trace(given_row)
        except NoResult:
            assert _without_result(scoring), row
            with pytest.raises(NoResult):
                module.score(given_row)
            continue
        assert not scoring.derivation.faults
        assert module.score(given_row) == traced[:3]
        met = own.module.requirements(scoring.derivation.values)
        binding = [item.id for item in own.program.requirements if item.binding]
        assert dict(zip(module.REQUIREMENTS, traced[6], strict=True)) == met, row
        assert traced[2] == all(met[id] for id in binding), row
        if scored:
            _compare_scores(own, module, traced, scoring, row)
        compared += 1
    return compared


def _without_result(scoring: Scoring) -> bool:
    """Whether some derived fact divides by zero or is out of its range."""
    return bool(scoring.derivation.faults or scoring.derivation.undecided)


def _compare_scores(own: Standard, module: Any, traced: Any, scoring: Scoring, row: Row) -> None:
    """The numbers of a trace are those of the generated Python."""
    ours = own.module.trace(scoring.known)
    assert Fraction(traced[0], module.TOTAL_SCALE) == own.module.total(ours[0]), row
    assert traced[1] == ours[1], row
    assert Fraction(traced[3], module.TOTAL_SCALE) == own.module.total(ours[5]), row
    assert traced[4] == ours[2], row
    assert traced[5] == ours[3], row
    scores = [own.module.points(leaf[0]) for leaf in ours[4]]
    assert [Fraction(score, module.POINT_SCALE) for score in traced[7]] == scores, row
    points = [own.module.points(clause[2]) for leaf in ours[4] for clause in leaf[3]]
    assert [Fraction(score, module.POINT_SCALE) for score in traced[8]] == points, row


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("id", STANDARDS)
def test_rows_agree(id: str, share: int) -> None:
    """Totals, tiers, requirements, vetoes, indicators and clauses of random applicants, to the last digit."""
    own = standard(id)
    made = _plan(own)
    if isinstance(made, Refused):
        assert id == "shanghai-store-points"
        return
    module = loaded(row_module(made))
    compared, seed = 0, 20261122 + share
    while compared < ROWS // SHARES:
        found = _compare(own, module, applicants(own.program, seed, DRAWN))
        assert found > DRAWN / 4
        compared, seed = compared + found, seed + SHARES


def test_every_construct_of_the_cases() -> None:
    """Every good case gives the same in rows, unless its plan is refused by name (as for columns)."""
    compared = 0
    for _, own in case_programs():
        made = _plan(own)
        if isinstance(made, Plan):
            compared += _compare(own, loaded(row_module(made)), applicants(own.program, 11, CASE_ROWS))
    assert compared > 5_000


# ---- the module as an artefact


def _text(id: str) -> str:
    made = _plan(standard(id))
    assert isinstance(made, Plan)
    return row_module(made)


def test_imports_the_runtime_alone() -> None:
    """Nothing but zhunsheng.runtime.rows."""
    modules = {n.module for n in ast.walk(ast.parse(_text("miit-2017-103"))) if isinstance(n, ast.ImportFrom)}
    assert modules == {"zhunsheng.runtime.rows"}
    assert not any(isinstance(node, ast.Import) for node in ast.walk(ast.parse(_text("miit-2017-103"))))


def test_lint_and_types(tmp_path: Path) -> None:
    """ruff and mypy --strict have nothing to say of any standard, nor of hostile words, which stay words."""
    for id in STANDARDS:
        made = _plan(standard(id))
        if isinstance(made, Plan):
            (tmp_path / f"{id.replace('-', '_')}.py").write_text(row_module(made), encoding="utf-8")
    hostile = 0
    for number, words in enumerate(HOSTILE):
        program = compile_source(Source("敌", hostile_standard(words)), f"hostile-{number}").program
        if program is None:
            continue
        made = plan(program, given(program))
        assert isinstance(made, Plan)
        text = row_module(made)
        (tmp_path / f"hostile_{number}.py").write_text(text, encoding="utf-8")
        module = loaded(text)
        assert module.score((4,)) == (80 * made.total_scale, "好", True)
        called = {
            n.func.id
            for n in ast.walk(ast.parse(text))
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
        }
        assert called <= {"Field", "len", "max", "min", "type", "wrong_length", "wrong_value", "no_result"}
        hostile += 1
    assert hostile >= 6
    for command in (
        ["ruff", "check", "--isolated", str(tmp_path)],
        [
            "mypy",
            "--strict",
            "--cache-dir",
            str(tmp_path / "cache"),
            *map(str, sorted(tmp_path.glob("*.py"))),
        ],
    ):
        run = subprocess.run(
            [sys.executable, "-m", *command], capture_output=True, text=True, check=False, env={"MYPYPATH": str(ROOT)}
        )  # fmt: skip
        assert run.returncode == 0, run.stdout


# ---- what is refused


def _example() -> tuple[ModuleType, dict[str, Any]]:
    """The module of the 2017 standard and an applicant."""
    own = standard("miit-2017-103")
    return loaded(_text("miit-2017-103")), dict(applicants(own.program, 5, 1)[0])


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("渠道", -1, "0到10000000000000的整数"),
        ("渠道", True, "0到10000000000000的整数"),
        ("渠道", 1.0, "0到10000000000000的整数"),
        ("渠道", None, "0到10000000000000的整数"),
        ("渠道", 10**30, "0到10000000000000的整数"),
        ("相关服务满意度", 10001, "0到10000的整数（单位是 1/10000）"),
        ("费用核算规范", 1, "True 或 False"),
        ("费用核算规范", None, "True 或 False"),
        ("安排的执行人员具有相应执业资格来保障服务需求", 0, "True 或 False，不适用写 None"),
        ("第三方抽样评估企业的满意度", "0.5", "不适用写 None"),
    ],
)
def test_a_wrong_value_is_told(name: str, value: object, told: str) -> None:
    """Both functions refuse it, and name the fact."""
    module, facts = _example()
    place = [field.name for field in module.FIELDS].index(name)
    row = list(as_row(module.FIELDS, facts))
    row[place] = value  # type: ignore[call-overload]
    for function in (module.score, module.trace):
        with pytest.raises(WrongFact, match=re.escape(told)) as caught:
            function(tuple(row))
        assert name in str(caught.value)


def test_rows_that_are_none() -> None:
    """A row of another length, one with a figure left out, one whose number is finer than the field."""
    module, facts = _example()
    with pytest.raises(WrongFact, match="有2个值，应有47个"):
        module.score((1, 2))
    with pytest.raises(MissingFact, match="渠道"):
        as_row(module.FIELDS, {name: value for name, value in facts.items() if name != "渠道"})
    with pytest.raises(WrongFact, match="还细"):
        as_row(module.FIELDS, facts | {"相关服务满意度": Fraction(1, 3)})
    with pytest.raises(NoResult, match="除数为0"):
        module.score(as_row(module.FIELDS, facts | {"服务总支出": 0}))


# ---- machine code


@pytest.mark.skipif(isinstance(LACKING, NotBuilt), reason=str(LACKING and LACKING.reason))
def test_machine_code(tmp_path: Path) -> None:
    """`compile --target rows --native`: what Python then imports is machine code, and gives the same, errors included."""
    path = tmp_path / "scorer.py"
    run = CliRunner().invoke(
        cli, ["compile", "miit-2017-103", "--target", "rows", "--native", "-o", str(path)]
    )
    assert run.exit_code == 0, run.output
    assert path.read_text(encoding="utf-8") == _text("miit-2017-103")
    built = tmp_path / compiled_name("scorer")
    spec = importlib.util.spec_from_file_location("scorer", built)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    own = standard("miit-2017-103")
    assert _compare(own, module, applicants(own.program, 3, 2_000)) > 500
    plain, facts = _example()
    row = as_row(module.FIELDS, facts)
    for place in range(len(row)):
        for value in (-(10**30), -1, 10**30, 2.5, "1", None, True, 1):
            wrong = (*row[:place], value, *row[place + 1 :])
            assert _outcome(module, wrong) == _outcome(plain, wrong), (place, value)
    again = CliRunner().invoke(cli, ["compile", "miit-2017-103", "--target", "rows", "-o", str(path)])
    assert again.exit_code == 2
    assert "以前编译的机器码" in again.output


def _outcome(module: Any, row: tuple[object, ...]) -> object:
    """A trace, or the message of its refusal."""
    try:
        return module.trace(row)
    except (WrongFact, NoResult) as error:
        return str(error)


def test_machine_code_that_cannot_be() -> None:
    """A C compiler that fails, or a text that is none, is a value with a reason."""
    if LACKING is None:
        made = native("def score(:", "broken")
        assert isinstance(made, NotBuilt)
        assert "C 编译没有成功" in made.reason


@pytest.mark.parametrize(
    "words",
    [
        ["--native"],
        ["--native", "-o", "x.py"],
        ["--target", "rows", "--native"],
        ["--target", "rows", "--native", "-o", "标准.py"],
        ["--target", "rows", "--native", "-o", "a-b.py"],
        ["--target", "rows", "--native", "-o", "x.txt"],
    ],
)
def test_native_asks_for_a_module(words: list[str]) -> None:
    """It ends with a word before it compiles anything."""
    run = CliRunner().invoke(cli, ["compile", "miit-2017-103", *words])
    assert run.exit_code == 2
    assert "--native" in run.output
