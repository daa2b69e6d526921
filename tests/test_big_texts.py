"""Texts beyond all measure are refused soon, in words; a text cut inside a character is told with its line."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from zhunsheng.cli import cli
from zhunsheng.dsl.decode import decode


def _run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(cli, list(map(str, arguments)), catch_exceptions=False)
    return result.exit_code, result.output


def test_an_official_text_of_thousands_of_indicators(tmp_path: Path) -> None:
    """It is no standard, and is not drafted for minutes."""
    lines = (f"{n}、指标{n}（1分）\n每有一种渠道加1分，最多1分。\n" for n in range(3_000))
    path = tmp_path / "many.txt"
    path.write_text("测试办法\n\n" + "".join(lines), encoding="utf-8")
    code, words = _run("new", "x", "--from", path, "-o", tmp_path)
    assert (code, "不像一份标准" in words) == (2, True)
    assert not (tmp_path / "x").exists()


def test_a_line_of_thousands_of_clauses(tmp_path: Path) -> None:
    """It is refused by fmt as it is by check, and stays as it is."""
    path = tmp_path / "x.zhun.md"
    path.write_text(
        "# 办法\n\n## 评价指标（10分）\n\n" + "【甲】的，得1分；" * 2_500 + "\n", encoding="utf-8"
    )
    before = path.read_bytes()
    for option in ([], ["--check"]):
        code, words = _run("fmt", path, *option)
        assert (code, "不像一份标准" in words) == (1, True)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("# 服务平台评价办法\n\n## 指标（10分）\n".encode()[:-2], "第3行"),
        ("# 办法\n".encode("utf-16"), "UTF-16"),
        ("# 办法\n".encode("utf-32"), "UTF-32"),
    ],
)
def test_a_rule_file_in_no_encoding(data: bytes, words: str) -> None:
    """The message names the encoding, or the line."""
    source, (fault,) = decode(data, "x.zhun.md")
    assert source is None
    assert words in fault.message
