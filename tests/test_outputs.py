"""What is written never replaces what is read, and comes under its name whole or not at all."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from zhunsheng.cli import cli

RULE = "# 办法\n\n## 评价指标（10分）\n\n【数】达到10个的，得10分。\n"
VARIANT = (
    "# 细则\n\n依据：x\n\n## 评价指标\n\n【数】达到12个的，得10分。\n\n"
    "## 本地化\n\n| 对象 | 改动 | 理由 |\n|---|---|---|\n| 评价指标 | 替换 | 本地 |\n"
)
TABLE = "评价对象,数\n甲,10\n乙,一些\n"


def _run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(cli, list(map(str, arguments)), catch_exceptions=False)
    return result.exit_code, result.output


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a standard, its official text, a variant of it, facts, a table and a map; links to some of them."""
    texts = {
        "x.zhun.md": RULE.replace("# 办法\n", "# 办法\n\n原文：source.txt\n"),
        "source.txt": "评价指标（10分）\n数达到10个的，得10分。\n",
        "v.zhun.md": VARIANT,
        "f.yaml": "评价对象: 甲\n数: 10\n",
        "t.csv": TABLE,
        "map.csv": "列名,数据项\n数,数\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "soft.yaml").symlink_to("f.yaml")
    os.link(tmp_path / "t.csv", tmp_path / "hard.csv")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        "batch x.zhun.md t.csv -o r.xlsx --summary r.xlsx",
        "batch x.zhun.md t.csv -o r.xlsx --summary ../{}/r.xlsx",
        "batch x.zhun.md t.csv -o hard.csv",
        "batch x.zhun.md t.csv --explain 甲 -o t.csv",
        "batch x.zhun.md t.csv --map map.csv -o map.csv",
        "batch x.zhun.md --map map.csv --template map.csv",
        "score x.zhun.md f.yaml -o f.yaml",
        "score x.zhun.md f.yaml -o soft.yaml",
        "score x.zhun.md f.yaml -o x.zhun.md",
        "score x.zhun.md f.yaml --result 别的=t.csv -o t.csv",
        "compile x.zhun.md -o x.zhun.md",
        "compile v.zhun.md -o x.zhun.md",
        "show x.zhun.md -o x.zhun.md",
        "show x.zhun.md -o source.txt",
        "show v.zhun.md --format zhun -o x.zhun.md",
        "diff x.zhun.md v.zhun.md -o v.zhun.md",
        "batch x.zhun.md t.csv -o x.zhun.md",
    ],
)
def test_nothing_that_is_read_is_replaced(folder: Path, words: str) -> None:
    """The command ends with a word before it has written anything."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    code, told = _run(*words.format(folder.name).split())
    assert code == 2, told
    assert "要读入的文件" in told or "两样结果" in told
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_what_is_not_read_may_be_replaced(folder: Path) -> None:
    """Another file is written over, the one behind a link too, which stays a link."""
    (folder / "r.csv").write_text("旧", encoding="utf-8")
    (folder / "link.csv").symlink_to("r.csv")
    code, told = _run("batch", "x.zhun.md", "t.csv", "-o", "link.csv", "--summary", "r.html")
    assert code == 0, told
    assert (folder / "link.csv").is_symlink()
    assert "甲" in (folder / "r.csv").read_text(encoding="utf-8")
    assert _run("score", "x.zhun.md", "f.yaml", "-o", "/dev/null")[0] == 0


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_template_never_replaces_a_filled_table(folder: Path, ending: str) -> None:
    """An empty table may be written anew; one with a row may not, and no file of another kind."""
    path = folder / f"表.{ending}"
    assert _run("batch", "x.zhun.md", "--template", path)[0] == 0
    assert _run("batch", "x.zhun.md", "--template", path)[0] == 0
    if ending == "csv":
        path.write_text(TABLE, encoding="utf-8")
    else:
        import openpyxl

        book = openpyxl.load_workbook(path)
        book.worksheets[0].append(["甲", 10])
        book.save(path)
    before = path.read_bytes()
    code, told = _run("batch", "x.zhun.md", "--template", path)
    assert (code, "不是空表" in told) == (3, True)
    path.write_bytes(b"\xff\x00\x01")
    assert _run("batch", "x.zhun.md", "--template", path)[0] == 3
    assert before != path.read_bytes() == b"\xff\x00\x01"


@pytest.mark.parametrize(
    "words",
    [
        "batch x.zhun.md t.csv -o r.xlsx",
        "batch x.zhun.md t.csv -o r.csv",
        "batch x.zhun.md --template r.xlsx",
        "batch x.zhun.md t.csv -o q.csv --summary r.html",
    ],
)
def test_a_full_disk_leaves_the_old_file(folder: Path, words: str) -> None:
    """Where writing fails, the file that was there stays, nothing new comes, and one line says so."""
    output = next(folder / word for word in words.split() if word.startswith("r."))
    template = "--template" in words
    output.write_bytes(b"" if template else b"old")
    rows = "".join(f"第{number}家,{number}\n" for number in range(200))
    (folder / "t.csv").write_text(f"评价对象,数\n{rows}乙,一些\n", encoding="utf-8")

    def little() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    command = [sys.executable, "-m", "zhunsheng", *words.split()]
    # Pages of workbooks are gathered in files of the system's folder, which the limit is for as well.
    done = subprocess.run(command, check=False, capture_output=True, text=True, preexec_fn=little, cwd=folder)
    assert done.returncode in (2, 3), done.stderr
    assert done.stderr.count("错误：") == 1
    assert "ignored" not in done.stderr and "Traceback" not in done.stderr
    assert "超过了文件大小的上限" in done.stderr
    assert output.read_bytes() == (b"" if template else b"old")
    assert not [p for p in folder.iterdir() if p.name.endswith((".partial", "r.xlsx.rejected"))]


def test_workers_end_with_the_run(folder: Path) -> None:
    """A run that is killed takes its processes along: what reads its output sees the end."""
    rows = "".join(f"第{number}家,{number}\n" for number in range(60_000))
    (folder / "t.csv").write_text(f"评价对象,数\n{rows}", encoding="utf-8")
    command = [sys.executable, "-m", "zhunsheng", "batch", "x.zhun.md", "t.csv", "-o", "r.csv"]
    options = ["--engine", "python", "--processes", "2"]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, start_new_session=True) as process:
        try:
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            for _ in range(600):
                if len(children.read_text().split()) >= 3:
                    break
                time.sleep(0.05)
            time.sleep(1)
            process.kill()
            # The pipe is open as long as some worker lives.
            process.communicate(timeout=30)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
