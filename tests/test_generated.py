"""The generated module as a published artefact: what it imports, its bytes, its lint, hostile words in it."""

import ast
import subprocess
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import zhunsheng
from zhunsheng.compiler.compile import compile_source
from zhunsheng.compiler.emit.module import load
from zhunsheng.runtime.source import Source
from zhunsheng.runtime.support import MissingFact, Score, WrongFact

ROOT = Path(__file__).parent.parent

#: Text that would do harm where it is pasted instead of quoted.
HOSTILE = [
    '"""; import os; os.system("x") #',
    "\\",
    "'''",
    '\\"',
    "{__import__('os')}",
    "</script><script>alert(1)</script>",
    "=cmd()",
    "%s{0}",
    "`rm`",
]


def hostile_standard(words: str) -> str:
    """A standard whose title, fact, tier, reason and question all hold `words`."""
    cell = words.replace("|", "")
    return (
        f"# 标准{words}\n\n文号：{words}\n\n## 甲{words}（权重1）\n\n每建立一种【渠道{cell}】加20分，直到满分100为止。\n\n"
        f"## 评定等级\n\n60分以下为差；60分（含）以上为好。\n\n## 数据项\n\n| 名称 | 类型 | 说明 | 佐证材料 |\n|---|---|---|---|\n"
        f"| 渠道{cell} | 个数 | {cell} | {cell} |\n\n"
        f"## 解读\n\n| 条款 | 疑义 | 采用 | 理由 |\n|---|---|---|---|\n| 60分以下 | 本数 | 不含 | {cell} |\n"
    )


def module_of(name: str) -> str:
    """The generated text of a library standard."""
    return zhunsheng.load(name).source


def test_imports_only_the_runtime_and_the_standard_library() -> None:
    """The module can be shipped with zhunsheng.runtime.support alone."""
    tree = ast.parse(module_of("miit-2017-103"))
    modules = {
        node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert modules == {"collections.abc", "fractions", "operator", "typing", "zhunsheng.runtime.support"}


def test_a_function_per_indicator_with_its_clause() -> None:
    """Each of the 17 indicators has a function named by its number, with the official words in its docstring."""
    tree = ast.parse(module_of("miit-2017-103"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    indicators = {name for name in functions if name.startswith("indicator_")}
    assert len(indicators) == 17
    words = (ast.get_docstring(functions["indicator_3_3"]) or "").replace("\n", "").replace(" ", "")
    assert "若第三方抽样评估企业的满意度低于60%的，本指标项目视为0分" in words


def test_bytes_are_stable() -> None:
    """The same rules give the same bytes, whatever the hash seed."""
    code = "import zhunsheng, hashlib; print(hashlib.sha256(zhunsheng.load('miit-2017-103').source.encode()).hexdigest())"
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_lint_and_types(tmp_path: Path) -> None:
    """ruff check with its own defaults and mypy --strict have nothing to say, also of hostile words."""
    (tmp_path / "standard.py").write_text(module_of("miit-2017-103"), encoding="utf-8")
    for number, words in enumerate(HOSTILE):
        compiled = compile_source(Source("敌", hostile_standard(words)), f"hostile-{number}")
        if compiled.program is not None:
            (tmp_path / f"hostile_{number}.py").write_text(
                load(compiled.program).emitted.source, encoding="utf-8"
            )
    assert len(list(tmp_path.glob("hostile_*.py"))) >= 6
    ruff = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ruff.returncode == 0, ruff.stdout
    mypy = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--cache-dir", str(tmp_path / "cache"),
         *map(str, sorted(tmp_path.glob("*.py")))],
        capture_output=True, text=True, check=False, env={"MYPYPATH": str(ROOT)},
    )  # fmt: skip
    assert mypy.returncode == 0, mypy.stdout


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    """The module runs, scores, and holds the words as data."""
    compiled = compile_source(Source("敌", hostile_standard(words)), "hostile")
    errors = [d.message for d in compiled.diagnostics if d.severity == "error"]
    if compiled.program is None:
        assert errors
        return
    module = load(compiled.program)
    name = compiled.program.facts[0].name
    assert module.score({name: 4})[:2] == (80, "好")
    tree = ast.parse(module.emitted.source)
    calls = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert calls <= {
        "indicator_1",
        "trace_1",
        "itemgetter",
        "READ",
        "missing",
        "wrong",
        "type",
        "bool",
        "Fraction",
    }


def test_wrong_and_missing_facts_raise() -> None:
    """The fast function checks what it is given; a bool is no number and a float is none either."""
    standard = zhunsheng.load("miit-2017-103")
    score: Callable[[Mapping[str, Any]], Score] = standard.module.score
    with pytest.raises(MissingFact):
        score({})
    facts: dict[str, object] = {name: _plain(standard, name) for name in standard.module.facts}
    assert score(facts)[1] == "不合格"
    for name, value in (
        ("渠道", True),
        ("渠道", -1),
        ("渠道", 1.0),
        ("相关服务满意度", 0.5),
        ("相关服务满意度", 2),
    ):
        with pytest.raises(WrongFact):
            score(facts | {name: value})


def _plain(standard: zhunsheng.Standard, name: str) -> bool | int | Fraction:
    spec = next(spec for spec in standard.facts if spec.name == name)
    return False if spec.type.truth else 0


def test_tracebacks_lead_to_the_clause() -> None:
    """A line of the module names its clause, and LOC leads to the line of the rule file."""
    standard = zhunsheng.load("miit-2017-103")
    lines = standard.source.splitlines()
    owners = standard.module.emitted.clause_of_line
    number = next(n for n, clause in owners.items() if clause == "3.3.2")
    assert lines[number - 1].endswith("# 3.3.2")
    namespace: dict[str, object] = {}
    exec(compile(standard.source, "module", "exec"), namespace)  # noqa: S102 (the module under test)
    loc = namespace["LOC"]
    assert isinstance(loc, dict)
    line, words = loc["3.3.2"]
    assert words == "相关服务满意度达到60%不足70%的，加20分"
    text = standard.path.read_text(encoding="utf-8").splitlines()
    assert "达到60%不足70%" in text[line - 1]
