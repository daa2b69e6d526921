"""The command line: exit codes, formats, output files, consoles that cannot show everything."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import zhunsheng

EXAMPLES = zhunsheng.load("miit-2017-103").path.parent / "examples"
RULES = EXAMPLES.parent / "standard.zhun.md"


def run(*arguments: str | Path, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[bytes]:
    """Runs the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "zhunsheng", *map(str, arguments)],
        capture_output=True,
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **env},
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("list",), 0),
        (("check", RULES), 0),
        (("facts", "miit-2017-103"), 0),
        (("facts", "miit-2017-103", "--format", "json"), 0),
        (("compile", "miit-2017-103"), 0),
        (("compile", "miit-2017-103", "--target", "sql"), 0),
        (("compile", "shanghai-store-points", "--target", "sql"), 1),
        (("score", "miit-2017-103", EXAMPLES / "institution.yaml"), 0),
        (("score", "miit-2017-103", EXAMPLES / "form.xlsx", "--format", "md"), 0),
        (("score", "miit-2017-103", EXAMPLES / "incomplete.json", "--format", "html"), 4),
        (("score", "miit-2017-103", EXAMPLES / "incomplete.json", "--assume-no"), 0),
        (("score", "miit-2017-103", "no-such-file.yaml"), 3),
        (("score", "miit-2017-103", RULES), 3),
        (("score", "no-such-standard", EXAMPLES / "institution.yaml"), 2),
        (("score", "miit-2017-103", EXAMPLES / "institution.yaml", "--date", "2026-02-30"), 2),
        (("score", "miit-2017-103", EXAMPLES / "institution.yaml", "--format", "pdf"), 2),
        (("check", "no-such-file"), 2),
        (("form", "miit-2017-103", "-o", "form.txt"), 2),
        (("fmt", "--check", RULES), 0),
        (("fmt", "--check", "--mark", RULES), 2),
        (("fmt", "no-such-file.zhun.md"), 2),
        (("new", "a"), 2),
        (("new", "../a", "--variant-of", "miit-2017-103"), 2),
        (("new", "a", "--variant-of", "no-such-standard"), 2),
        (("new", "a", "--variant-of", RULES), 2),
        (("new", "a", "--from", "no-such-file.txt"), 2),
        (("new", "a", "--from", "a.pdf"), 2),
        (("sing",), 2),
        (("check", "--loud", RULES), 2),
        ((), 2),
        (("--help",), 0),
        (("--version",), 0),
    ],
)
def test_exit_codes(arguments: tuple[str | Path, ...], code: int, tmp_path: Path) -> None:
    """As fixed in section 10 of the language design; no traceback ever."""
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert done.stdout or done.stderr or arguments[0] in ("check", "fmt")


def test_check_is_silent_and_json_is_an_empty_list() -> None:
    """A library standard checks silently."""
    assert run("check", RULES).stdout == b""
    assert json.loads(run("check", RULES, "--format", "json").stdout) == []


def test_check_json(tmp_path: Path) -> None:
    """The fields of a diagnostic, from 1, columns in characters."""
    rules = tmp_path / "a.zhun.md"
    rules.write_text("# 甲\n\n## 乙（权重1）\n\n【好】的加5分；服务热情周到。\n", encoding="utf-8")
    done = run("check", rules, "--format", "json")
    assert done.returncode == 1
    (found,) = json.loads(done.stdout)
    assert {k: found[k] for k in ("code", "severity", "line", "column", "end_line", "end_column")} == {
        "code": "ZS0201",
        "severity": "error",
        "line": 5,
        "column": 9,
        "end_line": 5,
        "end_column": 15,
    }
    assert found["file"] == str(rules)
    assert "【服务热情周到】" in found["help"]


def test_score_json_has_the_fixed_fields() -> None:
    """Section 10's example, field by field."""
    result = json.loads(
        run("score", "miit-2017-103", EXAMPLES / "institution.yaml", "--format", "json").stdout
    )
    assert result["format"] == "zhunsheng-result/1"
    assert result["standard"]["number"] == "工信厅企业〔2017〕103号"
    assert (result["total"], result["grade"], result["margin"]) == ("78.4", "合格", "18.4")
    assert result["next_grade"] == {"grade": "优秀", "points": "1.6"}
    clause = result["indicators"][0]["children"][0]["clauses"][0]
    assert (clause["id"], clause["calculation"], clause["points"]) == ("1.1.1", "4种 × 20分 = 80分", "80")


def test_form_and_back(tmp_path: Path) -> None:
    """A form that nobody filled in is all unknown."""
    assert run("form", "miit-2017-103", "-o", tmp_path / "form.xlsx").returncode == 0
    done = run("score", "miit-2017-103", tmp_path / "form.xlsx", "--format", "json")
    assert done.returncode == 4
    result = json.loads(done.stdout)
    assert (result["total"], result["total_min"], result["total_max"]) == (None, "0", "100")


def test_output_file_is_whole(tmp_path: Path) -> None:
    """-o writes the page and nothing else; a folder that is not there is told of."""
    page = tmp_path / "result.html"
    assert (
        run(
            "score", "miit-2017-103", EXAMPLES / "institution.yaml", "--format", "html", "-o", page
        ).returncode
        == 0
    )
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert [path.name for path in tmp_path.iterdir()] == ["result.html"]
    done = run("score", "miit-2017-103", EXAMPLES / "institution.yaml", "-o", tmp_path / "no" / "x.txt")
    assert done.returncode == 2
    assert "写不了" in done.stderr.decode()


@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
def test_narrow_consoles_do_not_crash(encoding: str) -> None:
    """A console with a GBK code page, or none, gets substitutes."""
    done = run("score", "miit-2017-103", EXAMPLES / "institution.yaml", PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    if encoding == "gbk":
        assert "结论：合格" in done.stdout.decode("gbk")


def test_show_marks() -> None:
    """The listing names every kind of character and adds up."""
    out = run("check", RULES, "--show-marks").stdout.decode()
    assert "数据  【渠道】" in out
    assert "说明  〖具备热线电话" in out
    total = out.strip().splitlines()[-1]
    parts, _, whole = total.removeprefix("全文 ").rpartition("＝")
    assert sum(int("".join(filter(str.isdigit, part))) for part in parts.split("＋")) == int(
        whole.removesuffix("字")
    )


def test_mark_proposes_brackets_that_read(tmp_path: Path) -> None:
    """Official text without brackets: fmt --mark puts them in, and the result reads."""
    rules = tmp_path / "a.zhun.md"
    rules.write_text(
        "# 甲\n\n## 乙（权重1）\n\n具备热线电话等渠道，每建立一种渠道加20分，直到满分100为止。\n",
        encoding="utf-8",
    )
    out = run("fmt", "--mark", rules).stdout.decode()
    assert "〖具备热线电话等渠道，〗每建立一种【渠道】加20分" in out
    rules.write_text(out, encoding="utf-8")
    assert run("check", rules).returncode == 0


def test_fmt_writes_the_one_layout(tmp_path: Path) -> None:
    """In place, through a symbolic link, with the permissions as they were; the second time nothing changes."""
    rules = tmp_path / "a.zhun.md"
    rules.write_bytes("# 甲\r\n## 乙 ( 权重1 )\r\n每一种 【渠道】 加5分 \r\n".encode())
    rules.chmod(0o640)
    link = tmp_path / "b.zhun.md"
    link.symlink_to(rules)
    assert run("fmt", "--check", link).returncode == 1
    assert run("fmt", link).returncode == 0
    assert link.is_symlink()
    assert rules.stat().st_mode & 0o777 == 0o640
    assert rules.read_bytes().decode() == "# 甲\n\n## 乙（权重1）\n\n每一种【渠道】加5分\n"
    assert run("fmt", "--check", tmp_path).returncode == 0
    assert run("fmt", tmp_path).stdout == b""


def test_fmt_of_another_encoding(tmp_path: Path) -> None:
    """Rule files are UTF-8: a GB18030 file becomes one, and it is said."""
    rules = tmp_path / "a.zhun.md"
    rules.write_bytes("# 甲\n\n## 乙（权重1）\n\n每一种【渠道】加5分\n".encode("gb18030"))
    assert "GB18030" in run("fmt", rules).stdout.decode()
    assert rules.read_text(encoding="utf-8").startswith("# 甲")
    rules.write_bytes(b"\xff\xfe\x00")
    assert run("fmt", rules).returncode == 1
    assert rules.read_bytes() == b"\xff\xfe\x00"


def test_new_from_official_text(tmp_path: Path) -> None:
    """A draft and its 原文, the points left listed; nothing is overwritten unasked."""
    official = RULES.parent / "source.txt"
    done = run("new", "甲-2026", "--from", official, cwd=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    drafted = (tmp_path / "甲-2026" / "standard.zhun.md").read_text(encoding="utf-8")
    out = done.stdout.decode()
    assert f"待定{drafted.count('> 待定：')}项" in out
    assert (tmp_path / "甲-2026" / "source.txt").read_bytes() == official.read_bytes()
    again = run("new", "甲-2026", "--from", official, cwd=tmp_path)
    assert again.returncode == 2
    assert "--force" in again.stderr.decode()
    assert run("new", "甲-2026", "--from", official, "--force", "-o", ".", cwd=tmp_path).returncode == 0
    assert run("new", "con", "--from", official, cwd=tmp_path).returncode == 2
    assert run("new", "b", "--from", official, "--variant-of", "miit-2017-103", cwd=tmp_path).returncode == 2


def test_new_from_text_with_control_characters(tmp_path: Path) -> None:
    """They are refused as in a rule file; where pages are parted, lines are."""
    official = tmp_path / "o.txt"
    official.write_bytes("# 办法\n\n一、服务\n有\0制度的，得10分。\n".encode())
    done = run("new", "a", "--from", official, cwd=tmp_path)
    assert done.returncode == 2
    assert "ZS0112：这里有看不见的控制字符 U+0000" in done.stderr.decode()
    assert not (tmp_path / "a").exists()
    official.write_bytes("# 办法\n\n一、服务\n有制度的，得10分。\f二、人员\n有人员的，得10分。\n".encode())
    assert run("new", "a", "--from", official, cwd=tmp_path).returncode == 0
    drafted = (tmp_path / "a" / "standard.zhun.md").read_text(encoding="utf-8")
    assert "\f" not in drafted
    assert "## 二、人员" in drafted


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """What is written to a folder is told what it lacks."""
    (tmp_path / "out").mkdir()
    done = run("compile", "miit-2017-103", "-o", "out", cwd=tmp_path)
    assert done.returncode == 2
    assert "“out”是文件夹，不是文件名；后面再写上文件名，如“out/结果”" in done.stderr.decode()


def test_new_variant(tmp_path: Path) -> None:
    """A variant of a library standard; the reference goes by its id."""
    done = run("new", "shi", "--variant-of", "miit-2017-103", "-o", tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    text = (tmp_path / "shi" / "standard.zhun.md").read_text(encoding="utf-8")
    assert "依据：miit-2017-103" in text
    assert "| 对象 | 改动 | 理由 |" in text
