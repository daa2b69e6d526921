"""Guards over the repository itself: the package list, package data, the direction of imports, fresh tables."""

import ast
import tomllib
from fnmatch import fnmatch
from pathlib import Path

from zhunsheng.dsl import _clause_tables, _document_tables
from zhunsheng.dsl.grammar import grammar_digest

ROOT = Path(__file__).parent.parent
FOLDERS = ("dsl", "compiler", "runtime", "standards")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]

#: Who may import whom, by folder. Generated code imports zhunsheng.runtime.support alone (test_generated).
ALLOWED = {
    "runtime": {"runtime"},
    "dsl": {"dsl", "runtime"},
    "compiler": {"compiler", "dsl", "runtime", "standards", "zhunsheng"},
    "standards": set(),
}


def test_every_subpackage_is_listed() -> None:
    """A subpackage missing from the list would silently be absent from the wheel."""
    found = {
        "zhunsheng." + ".".join(init.parent.relative_to(ROOT).parts)
        for folder in FOLDERS
        for init in (ROOT / folder).rglob("__init__.py")
    }
    found |= {
        f"zhunsheng.{init.parent.name}"
        for init in (ROOT / "zhunsheng").glob("*/__init__.py")
        if not init.parent.is_symlink()
    }
    assert found | {"zhunsheng"} == set(SETTINGS["packages"])
    assert {name: Path(path).parts[-1] for name, path in SETTINGS["package-dir"].items()} == {
        name: name.rpartition(".")[2] for name in SETTINGS["packages"]
    }


def test_every_data_file_is_packaged() -> None:
    """Every file that is no Python matches a package-data pattern."""
    seen = 0
    for folder in FOLDERS:
        patterns = SETTINGS["package-data"].get(f"zhunsheng.{folder}", [])
        for path in (ROOT / folder).rglob("*"):
            if path.is_dir() or path.suffix in (".py", ".pyc"):
                continue
            seen += 1
            name = path.relative_to(ROOT / folder).as_posix()
            assert any(fnmatch(name, pattern.replace("**/", "*")) for pattern in patterns), path
    assert seen >= 8


def test_the_folders_are_real_and_linked() -> None:
    """The root folders hold the code; zhunsheng/ links to them for type checkers."""
    for folder in FOLDERS:
        assert not (ROOT / folder).is_symlink()
        link = ROOT / "zhunsheng" / folder
        assert link.resolve() == (ROOT / folder).resolve()


def _imports(path: Path) -> set[str]:
    """The parts of our own package that a file imports (``zhunsheng`` for the package itself)."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            names = [f"{module}.{alias.name}" for alias in node.names] if module == "zhunsheng" else [module]
        for name in names:
            parts = name.split(".")
            if parts[0] == "zhunsheng":
                found.add(parts[1] if len(parts) > 1 and parts[1] in FOLDERS else "zhunsheng")
    return found


def test_imports_go_one_way() -> None:
    """compiler → dsl → runtime; only __version__ comes from the package itself."""
    seen = 0
    for folder, allowed in ALLOWED.items():
        for path in (ROOT / folder).rglob("*.py"):
            seen += 1
            assert _imports(path) <= allowed, path
            text = path.read_text(encoding="utf-8")
            if "zhunsheng" in _imports(path):
                assert "from zhunsheng import __version__" in text
    assert seen > 40


def test_no_back_end_reads_the_syntax_tree() -> None:
    """What comes after the IR knows the IR alone."""
    behind = [
        path
        for folder in ("ir", "emit", "engine", "explain", "columns", "rows", "cohort", "batch")
        for path in (ROOT / "compiler" / folder).glob("*.py")
    ]
    assert len(behind) > 30
    for path in behind:
        assert "zhunsheng.dsl" not in path.read_text(encoding="utf-8"), path


def test_nothing_reads_the_clock_or_uses_floats() -> None:
    """The evaluation date is an input, and no binary float stands between facts and tier."""
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute):
                    assert node.attr not in ("now", "today", "utcnow"), path
                if isinstance(node, ast.Constant) and isinstance(node.value, float):
                    assert path.name in FLOATS_ALLOWED, f"{path}:{node.lineno}"


#: Files where a float is a similarity or a measure on paper, never a score.
FLOATS_ALLOWED = {
    "header.py",
    "typing.py",
    "spark_columns.py",
    "official.py",
    "rulefile.py",
    "tables.py",
    "entries.py",
    "form.py",
    "render_html.py",
    "outline.py",
}


def test_parse_tables_are_fresh() -> None:
    """The shipped tables belong to the grammars as they stand (`python -m zhunsheng.dsl.grammar`)."""
    assert grammar_digest("clause") == _clause_tables.GRAMMAR
    assert grammar_digest("document") == _document_tables.GRAMMAR
