"""Which files a batch reads: whole folders or an error, patterns, and never what it has written itself."""

import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from test_batch_reading import POINTS, run

ROW = "评价对象,渠道,满意度\n甲,10,70%\n"


def _table(path: Path, name: str = "甲") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(ROW.replace("甲", name), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "name", ["旧.xls", "b.txt", "d.json", "k.csv.gz", "表.et", "全部.zip", "sub/e.csv", "sub/深/f.XLS"]
)
def test_a_folder_with_what_may_be_a_table(tmp_path: Path, name: str) -> None:
    """It is refused with the name: nothing of a folder is left out without a word."""
    _table(tmp_path / "in" / "A.CSV")
    (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "in" / name).write_bytes(b"x")
    code, words = run(tmp_path, POINTS, tmp_path / "in", "-o", tmp_path / "r.csv")
    assert (code, f"里面的{name}" in words or "里面的文件夹sub" in words) == (3, True), words
    assert not (tmp_path / "r.csv").exists()


def test_a_folder_with_other_files(tmp_path: Path) -> None:
    """What is no table is told, with how many there are."""
    _table(tmp_path / "in" / "a.csv")
    for name in ("说明.pdf", "图.png", "~$a.xlsx", ".隐藏.csv", "通知.docx", "附件/章.jpg"):
        _table(tmp_path / "in" / name)
    code, words = run(tmp_path, POINTS, tmp_path / "in", "-o", tmp_path / "r.csv")
    assert (code, "读入1行" in words) == (0, True), words
    assert "有6个不是表格，没有读：" in words and "附件" in words
    code, words = run(tmp_path, POINTS, tmp_path / "in" / "附件", "-o", tmp_path / "r.csv")
    assert (code, "文件夹里没有表格" in words) == (3, True), words


def test_patterns(tmp_path: Path) -> None:
    """A pattern in quotation marks is read as the shell would, in order of name; none that fits is an error."""
    for number in (10, 2, 1):
        _table(tmp_path / "千" / f"00{number:02}.csv", f"机构{number}")
    _table(tmp_path / "千" / "[总].csv", "总")
    output = tmp_path / "r.csv"
    code, words = run(tmp_path, POINTS, tmp_path / "千" / "00*.csv", "-o", output)
    assert (code, "3个文件" in words) == (0, True), words
    rows = output.read_text("utf-8-sig").splitlines()[1:]
    assert [row.split(",")[0] for row in rows] == ["机构1", "机构2", "机构10"]
    code, words = run(tmp_path, POINTS, tmp_path / "千" / "01*.csv", "-o", output)
    assert (code, "没有合于“" in words) == (3, True), words
    code, words = run(tmp_path, POINTS, tmp_path / "千" / "[总].csv", "-o", output)
    assert (code, "读入1行" in words) == (0, True), words
    code, words = run(
        tmp_path, POINTS, tmp_path / "千" / "00*.csv", tmp_path / "千" / "0001.csv", "-o", output
    )
    assert (code, "0001.csv：写了两次" in words) == (3, True), words


@pytest.mark.parametrize("engine", ["polars", "spark"])
@pytest.mark.parametrize("name", ["r.parquet", "sub/r.parquet"])
def test_results_in_the_folder_that_is_read(tmp_path: Path, name: str, engine: str) -> None:
    """They are refused at once, not when the next run trips on them."""
    (tmp_path / "in" / "sub").mkdir(parents=True)
    pl.DataFrame({"评价对象": ["甲"], "渠道": [10]}).write_parquet(tmp_path / "in" / "a.parquet")
    for option in ("-o", "--summary"):
        path = tmp_path / "in" / (name if option == "-o" else "s.html")
        options = ["-o", tmp_path / "r.parquet", "--summary", path] if option == "--summary" else ["-o", path]
        code, words = run(tmp_path, POINTS, tmp_path / "in", *options, "--engine", engine)
        assert (code, "结果写到别的文件夹" in words) == (2, True), words
    assert sorted(os.listdir(tmp_path / "in")) == ["a.parquet", "sub"]


def test_a_folder_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told in Chinese."""
    _table(tmp_path / "in" / "a.csv")

    def refused(path: Path) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refused)
    code, words = run(tmp_path, POINTS, tmp_path / "in", "-o", tmp_path / "r.csv")
    assert (code, words) == (3, f"错误：{tmp_path / 'in'}：读不了这个文件夹（没有权限）\n")


def _book(path: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


HEAD: list[object] = ["评价对象", "渠道", "满意度"]


def test_sheets_that_are_no_tables(tmp_path: Path) -> None:
    """A sheet of notes is told with what to do, and --sheet reads the others alone; none of them may be missing."""
    first: list[list[object]] = [HEAD, ["甲", 10, "70%"]]
    second: list[list[object]] = [HEAD, ["乙", 10, "50%"]]
    table = _book(tmp_path / "a.xlsx", 第一批=first, 第二批=second, 说明=[["本表由各县汇总"]])
    options = (table, "-o", tmp_path / "r.csv")
    code, words = run(tmp_path, POINTS, *options)
    assert (code, "工作表“说明”：列名所在的行是“本表由各县汇总”" in words) == (3, True), words
    assert "写 --sheet 工作表，只读要评的" in words
    both = ("--sheet", "第二批", "--sheet", "第一批")
    code, words = run(tmp_path, POINTS, *options, *both)
    assert (code, "读入2行" in words) == (0, True), words
    code, words = run(tmp_path, POINTS, *options, *both, "--sheet", "第三批")
    assert (code, "--sheet 里的“第三批”" in words) == (3, True), words
    _book(tmp_path / "b.xlsx", 别的=first)
    code, words = run(tmp_path, POINTS, *options, tmp_path / "b.xlsx", *both)
    assert (code, "b.xlsx：没有要读的工作表（--sheet）" in words, "有别的" in words) == (3, True, True), words


def test_a_title_above_the_names_of_columns(tmp_path: Path) -> None:
    """It is told with what to do, and --head names the row, in workbooks and CSV; rows keep their numbers."""
    rows: list[list[object]] = [["2026年度汇总表"], [None, None, "单位：个"], HEAD, ["甲", -1, "70%"]]
    _book(tmp_path / "a.xlsx", 表=rows)
    lines = "2026年度汇总表,,\n,,单位：个\n评价对象,渠道,满意度\n甲,-1,70%\n"
    (tmp_path / "a.csv").write_text(lines, encoding="utf-8")
    for name in ("a.xlsx", "a.csv"):
        options = (tmp_path / name, "-o", tmp_path / "r.csv")
        code, words = run(tmp_path, POINTS, *options)
        assert (code, "“2026年度汇总表”" in words and "写 --head 行号" in words) == (3, True), words
        code, words = run(tmp_path, POINTS, *options, "--head", "2")
        assert (code, "写 --head 行号" in words) == (3, True), words
        code, words = run(tmp_path, POINTS, *options, "--head", "3")
        assert (code, "读入1行" in words) == (0, True), words
        assert ",4,甲," in (tmp_path / "r.csv.rejected").read_text("utf-8-sig")
        code, words = run(tmp_path, POINTS, *options, "--head", "9")
        assert (code, "第9行是空的" in words) == (3, True), words
    code, words = run(
        tmp_path, POINTS, tmp_path / "a.csv", "-o", tmp_path / "r", "--engine", "spark", "--head", "3"
    )
    assert (code, "只用于 CSV 和 Excel" in words) == (2, True), words


def test_names_that_are_mapped(tmp_path: Path) -> None:
    """A misspelt target is told, not the name in the table; the list of names may be in GB18030 as tables may."""
    (tmp_path / "a.csv").write_text("单位,渠道数,满意度\n甲,10,70%\n", encoding="utf-8")
    names = tmp_path / "names.csv"
    options = (tmp_path / "a.csv", "-o", tmp_path / "r.csv", "--map", names)
    names.write_bytes("列名,数据项\n单位,评价对象\n渠道数,渠到\n".encode("gb18030"))
    code, words = run(tmp_path, POINTS, *options)
    assert (code, "--map 把“渠道数”改成“渠到”，没有叫“渠到”的数据项。是不是“渠道”？" in words) == (3, True), (
        words
    )
    names.write_bytes("列名,数据项\n单位,评价对象\n渠道数,渠道\n".encode("gb18030"))
    code, words = run(tmp_path, POINTS, *options)
    assert (code, "评分1行" in words) == (0, True), words


def test_whose_line_is_turned_down(tmp_path: Path) -> None:
    """What can be read of a line of JSON stands beside the reason."""
    lines = '{"评价对象":"甲","渠道":10}\n{"新":1,"评价对象":"乙","渠道":1,"满意度":"70%"}\n'
    (tmp_path / "a.jsonl").write_text(lines, encoding="utf-8")
    options = ("-o", tmp_path / "r.csv", "--key", "渠道")
    code, words = run(tmp_path, POINTS, tmp_path / "a.jsonl", *options)
    assert (code, "退回1行" in words) == (0, True), words
    head, row = (tmp_path / "r.csv.rejected").read_text("utf-8-sig").splitlines()
    assert head == "文件,工作表,行,评价对象,渠道,原因"
    assert row.startswith("a.jsonl,,2,乙,1,第一行没有“新”这个名称")


def test_key_columns_of_what_is_turned_down(tmp_path: Path) -> None:
    """They say whose row it is where there is no 评价对象; only a table with rows must have them."""
    for name, text in {"a": "单位,行,渠道\n甲,7,-1\n乙,8,10\n", "b": "渠道\n"}.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    keys = ("-o", tmp_path / "r.csv", "--key", "行", "--key", "单位")
    code, words = run(tmp_path, POINTS, tmp_path / "b.csv", tmp_path / "a.csv", *keys)
    assert (code, "读入2行" in words) == (0, True), words
    rows = (tmp_path / "r.csv.rejected").read_text("utf-8-sig").splitlines()
    assert (rows[0], rows[1][:14]) == ("文件,工作表,行,评价对象,单位,表里的行,原因", "a.csv,,2,,甲,7,")
    (tmp_path / "b.csv").write_text("渠道\n10\n", encoding="utf-8")
    code, words = run(tmp_path, POINTS, tmp_path / "b.csv", tmp_path / "a.csv", *keys)
    assert (code, "b.csv：--key 里的“单位”不是表里的列" in words) == (3, True), words


@pytest.mark.parametrize("value", ["0", "99999999", "x"])
def test_a_number_that_an_option_cannot_have(value: str) -> None:
    """It is told in Chinese."""
    command = [sys.executable, "-m", "zhunsheng", "batch", "miit-2017-103", "a.csv", "-o", "b.csv"]
    found = subprocess.run([*command, "--head", value], capture_output=True, encoding="utf-8", check=False)
    assert found.returncode == 2
    assert "“--head”应是1到1000的整数" in found.stderr
