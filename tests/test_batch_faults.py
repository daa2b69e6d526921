"""Broken tables are told with the file, or with the row, never with a traceback; ordinary odd ones are read."""

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from zhunsheng.cli import cli
from zhunsheng.compiler.batch.cells import units
from zhunsheng.compiler.batch.chunks import BadFile, Chunk, chunks
from zhunsheng.compiler.batch.output import as_cell
from zhunsheng.compiler.batch.pieces import BROKEN
from zhunsheng.compiler.batch.sheets import sheet_name

RULE = "# 办法\n\n## 评价指标（10分）\n\n【渠道】达到10个的，得10分。\n"
HALF = "\\ud800"


def _chunks(path: Path, data: bytes) -> list[Chunk]:
    path.write_bytes(data)
    return list(chunks(path))


def _batch(folder: Path, *arguments: object) -> tuple[int, str]:
    (folder / "办法.zhun.md").write_text(RULE, encoding="utf-8")
    command = ["batch", str(folder / "办法.zhun.md"), *map(str, arguments)]
    result = CliRunner().invoke(cli, command, catch_exceptions=False)
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.csv", b"\xef\xbb\xbf", "空文件"),
        ("a.csv", b"\xff\xfe", "空文件"),
        ("a.csv", b"\xef\xbb\xbf\n \n", "空文件"),
        ("a.csv", "评价对象,渠道\n甲,4\n".encode("utf-32"), "UTF-32"),
        ("a.csv", "评价对象,,渠道\n甲,,4\n".encode(), "表头第2列没有名称"),
        ("a.csv", f"评价对象,渠道\n{'甲' * 200_000},4\n".encode(), "第2行有一格超过131072个字符"),
        ("a.csv", '评价对象,渠道\n"甲,4\n'.encode(), "引号要成对"),
        ("a.jsonl", b"[" * 10_000, "第一行不是JSON对象"),
        ("a.jsonl", '{"渠道":'.encode() + b"[" * 10_000, "第一行不是JSON对象"),
        ("a.jsonl", b"NaN", "第一行不是JSON对象"),
        ("a.jsonl", f'{{"{HALF}":1}}'.encode(), "半个字符"),
        ("a.jsonl", '{"渠道":1}'.encode("gb18030"), "像是GB18030编码"),
        ("a.jsonl", '{"渠道":1}'.encode("utf-16"), "UTF-16"),
        ("a.parquet", b"PAR1 no parquet", "没有Parquet的标记"),
    ],
)
def test_a_broken_file(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    """What is wrong with the whole file, in words."""
    with pytest.raises(BadFile, match=words):
        _chunks(tmp_path / name, data)


def test_a_missing_file(tmp_path: Path) -> None:
    """The system's words are in Chinese."""
    for ending in ("csv", "xlsx", "parquet", "jsonl"):
        with pytest.raises(BadFile, match="没有这个文件"):
            list(chunks(tmp_path / f"none.{ending}"))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"渠道":NaN}', "“渠道”写的是 NaN，不是数；不知道的写 null，不适用的写"),
        ('{"渠道":-Infinity}', "“渠道”写的是 -Infinity，不是数"),
        ('{"渠道":[NaN]}', "“渠道”的列表里有不是文字的项"),
        ('{"渠道":{"甲":1}}', "“渠道”的值是一个JSON对象"),
        (f'{{"渠道":"{HALF}"}}', "半个字符"),
        (f'{{"渠道":["{HALF}"]}}', "半个字符"),
        (f'{{"{HALF}":1}}', "半个字符"),
        ('{"渠道":' + "[" * 10_000, "不是JSON对象"),
        ('{"渠道":' + "[" * 300 + "]" * 300 + "}", "列表里有不是文字的项"),
    ],
)
def test_a_broken_line(tmp_path: Path, line: str, words: str) -> None:
    """The row is turned down, the others stand."""
    (chunk,) = _chunks(tmp_path / "a.jsonl", f'{{"渠道":4}}\n{line}\n\n{{"渠道":5}}\n'.encode())
    assert chunk.frame["渠道"].to_list() == ["4", None, "5"]
    assert words in chunk.frame[BROKEN][1]
    assert list(chunk.numbers) == [1, 2, 4]


def test_no_number_in_the_first_line(tmp_path: Path) -> None:
    """It has the names of the columns all the same: its row alone is turned down, and told whose it is."""
    (chunk,) = _chunks(tmp_path / "a.jsonl", '{"评价对象":"甲","渠道":NaN}\n{"渠道":5}\n'.encode())
    assert chunk.frame["评价对象"].to_list() == ["甲", None]
    assert chunk.frame["渠道"].to_list() == [None, "5"]
    assert [words is None for words in chunk.frame[BROKEN]] == [False, True]


def test_blank_lines_and_breaks_in_cells(tmp_path: Path) -> None:
    """They make no pieces of their own, and rows have the numbers of their lines."""
    rows = "".join(f'"第{number}\n家",{number}\n\n' for number in range(5_000))
    (chunk,) = _chunks(tmp_path / "a.csv", f"\n评价对象,渠道,,\n{rows}".encode())
    assert chunk.frame.columns == ["评价对象", "渠道", BROKEN]
    assert len(chunk.frame) == 5_000
    assert [chunk.numbers[row] for row in (0, 1, 4_999)] == [3, 6, 3 + 3 * 4_999]
    sizes = [len(chunk.frame) for chunk in chunks(tmp_path / "a.csv", 2_500)]
    assert sizes == [2_500, 2_500]


def _workbook(path: Path, change: tuple[str, str], value: object = 4) -> bytes:
    """A workbook with one part of its worksheet changed, or cut behind it."""
    book = openpyxl.Workbook()
    book.worksheets[0].append(["评价对象", "渠道"])
    book.worksheets[0].append(["甲", value])
    book.save(path)
    packed = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w") as new:
        for part in old.namelist():
            text = old.read(part).decode()
            if part == "xl/worksheets/sheet1.xml":
                before, there, after = text.partition(change[0])
                assert there
                text = before + change[1] + (after if change[1] else "")
            new.writestr(part, text)
    return packed.getvalue()


@pytest.mark.parametrize("change", [("<v>4", ""), ("<v>4</v>", "<v>abc</v>"), ('r="B2"', 'r="ZZZZ99999999"')])
def test_a_broken_worksheet(tmp_path: Path, change: tuple[str, str]) -> None:
    """A worksheet that breaks while it is read, in a sound archive."""
    with pytest.raises(BadFile, match="Excel工作簿"):
        _chunks(tmp_path / "a.xlsx", _workbook(tmp_path / "b.xlsx", change))


def test_half_a_character_in_a_worksheet(tmp_path: Path) -> None:
    """The row is turned down."""
    data = _workbook(tmp_path / "b.xlsx", ("<sheetData>", "<sheetData>"), "_xD800_")
    (chunk,) = _chunks(tmp_path / "a.xlsx", data)
    assert "半个字符" in chunk.frame[BROKEN][0]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([["甲"]]),
        pa.array([1], pa.duration("us")),
        pa.array([b"\xff"]),
        pa.array([{"甲": 1}]),
        pa.array([1], pa.decimal256(50, 2)),
    ],
    ids=str,
)
def test_columns_that_are_no_cells(tmp_path: Path, values: pa.Array) -> None:
    """They are refused where they are a key or a fact, and passed over where they are ignored."""
    path = tmp_path / "a.parquet"
    for name in ("评价对象", "渠道"):
        other = "渠道" if name == "评价对象" else "评价对象"
        pq.write_table(pa.table({name: values, other: pa.array([4])}), path)
        code, words = _batch(tmp_path, path, "-o", tmp_path / "r.csv")
        assert (code, f"“{name}”这一列的类型是" in words) == (3, True)
    pq.write_table(pa.table({"别的": values, "渠道": pa.array([10])}), path)
    code, words = _batch(tmp_path, path, "-o", tmp_path / "r.csv", "--ignore", "别的")
    assert (code, "评分1行" in words) == (0, True)


def test_a_column_of_parquet_twice(tmp_path: Path) -> None:
    """Parquet lets two columns have one name."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["渠道", "渠道"]), path)
    with pytest.raises(BadFile, match="两列都叫“渠道”"):
        list(chunks(path))


def test_names_of_worksheets() -> None:
    """Excel counts units of UTF-16, and no workbook can hold two characters that are none."""
    taken: set[str] = set()
    for _ in range(12):
        name = sheet_name("𠮷" * 40, taken)
        assert units(name) <= 31
    assert len(taken) == 12
    assert sheet_name("甲\ufffe乙\uffff", taken) == "甲\ufffd乙\ufffd"


def test_text_that_a_workbook_cannot_hold(tmp_path: Path) -> None:
    """A cell is never cut; what is no character does not make the workbook unreadable."""
    path = tmp_path / "a.csv"
    path.write_text(f"评价对象,渠道,备注\n甲\uffff,10,{'长' * 40_000}\n", encoding="utf-8")
    code, words = _batch(tmp_path, path, "-o", tmp_path / "r.xlsx", "--key", "备注")
    assert (code, "32767" in words) == (3, True)
    assert not (tmp_path / "r.xlsx").exists()
    code, words = _batch(tmp_path, path, "-o", tmp_path / "r.xlsx", "--ignore", "备注", "--sheets")
    assert code == 0, words
    assert openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames[1] == "甲\ufffd"


def test_formulas_behind_a_break() -> None:
    """A spreadsheet passes over a line break in front of the sign."""
    assert as_cell("\n=1+1") == "'\n=1+1"
    assert next(csv.reader(["'-1"])) == [as_cell("-1")]


def test_the_trace_of_a_row_names_no_file(tmp_path: Path) -> None:
    """A row of a table is no file that has a fingerprint."""
    path = tmp_path / "a.csv"
    path.write_text("评价对象,渠道\n甲,10\n", encoding="utf-8")
    code, words = _batch(tmp_path, path, "--explain", "甲")
    assert code == 0
    assert "规则 SHA-256" in words
    assert "填报 SHA-256" not in words


@pytest.mark.parametrize("table", ["a'b", 'a"b', "", "a--b", "a;b", "1a", "a.b.c.d", "a b"])
def test_a_table_of_sql_has_a_plain_name(tmp_path: Path, table: str) -> None:
    """Other names are refused, in words."""
    rule = tmp_path / "办法.zhun.md"
    rule.write_text(RULE, encoding="utf-8")
    command = ["compile", str(rule), "--target", "sql", "--table", table]
    result = CliRunner().invoke(cli, command, catch_exceptions=False)
    assert (result.exit_code, "不是表名" in result.output) == (2, True)
    result = CliRunner().invoke(cli, [*command[:-1], "库.申报_2026"], catch_exceptions=False)
    assert result.exit_code == 0
    assert '"库"."申报_2026"' in result.output
