"""Batch: every engine and every format gives the same table; every row is scored or rejected; faults leave nothing half done."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner
from compiled import standard
from tables import applicants, table

from zhunsheng.cli import cli
from zhunsheng.runtime.facts import FactType

ID = "miit-2017-103"
ROWS = 120
#: A standard of tiers alone, over one fact.
STARS = "jiangsu-2020-2-stars"


def _run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["batch", *map(str, arguments)], catch_exceptions=False)
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def typed() -> pl.DataFrame:
    """Applicants in exact types, some facts missing, some impossible, with a column of names."""
    program = standard(ID).program
    frame = table(program, applicants(program, 5, ROWS))
    names = [
        spec.name for spec in program.facts if spec.type is FactType.PERCENT and spec.name in frame.columns
    ]
    frame = frame.rename({name: f"{name}(比值)" for name in names})
    numbers = pl.Series("评价对象", [f"机构{number}" for number in range(ROWS)])
    gap = pl.int_range(ROWS)
    # Some rows say of a fact that has a value that it is 不适用.
    both = "第三方抽样评估企业的满意度不适用"
    return frame.with_columns(
        pl.when(gap % 11 == 3).then(True).otherwise(pl.col(both)).alias(both),
        pl.when(gap % 5 == 1).then(None).otherwise(pl.col("服务对接")).alias("服务对接"),
        pl.when(gap % 7 == 2).then(-1).otherwise(pl.col("服务档案")).alias("服务档案"),
    ).insert_column(0, numbers)


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """The same table as a person types it."""
    truths = {True: "是", False: "否"}
    columns = [
        pl.col(name).replace_strict(truths, return_dtype=pl.String)
        if kind == pl.Boolean
        else pl.col(name).cast(pl.String)
        for name, kind in frame.schema.items()
    ]
    return frame.with_columns(columns)


def _read(path: Path) -> pl.DataFrame:
    return pl.read_parquet(path)


def test_engines_agree(typed: pl.DataFrame, tmp_path: Path) -> None:
    """Columns, SQL and the generated Python write the same results and reject the same rows for the same reasons."""
    typed.write_parquet(tmp_path / "in.parquet")
    found = {}
    for engine in ("python", "polars", "duckdb"):
        output = tmp_path / f"{engine}.parquet"
        code, words = _run(ID, tmp_path / "in.parquet", "-o", output, "--engine", engine)
        assert code == 0, words
        rejected = output.with_name(output.name + ".rejected").read_text(encoding="utf-8-sig")
        found[engine] = (_read(output), rejected)
        assert ("按列计算" in words) and (engine == "python") == ("里0行按列计算" in words)
    results, rejected = found["python"]
    assert 0 < len(results) < ROWS
    assert set(results["状态"]) == {"完整", "等级已定", "缺数据", "一票否决"}
    for engine in ("polars", "duckdb"):
        assert found[engine][0].equals(results)
        assert found[engine][1] == rejected
    assert len(results) + len(rejected.splitlines()) - 1 == ROWS


def test_formats_agree(typed: pl.DataFrame, tmp_path: Path) -> None:
    """Parquet, CSV in two encodings, a workbook and JSON lines hold the same subjects and give the same results."""
    text = _as_text(typed)
    typed.write_parquet(tmp_path / "a.parquet")
    text.write_csv(tmp_path / "b.csv")
    (tmp_path / "c.csv").write_bytes((tmp_path / "b.csv").read_bytes().decode("utf-8").encode("gb18030"))
    _workbook(text, tmp_path / "d.xlsx")
    with (tmp_path / "e.jsonl").open("w", encoding="utf-8") as file:
        for row in text.iter_rows(named=True):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    found = {}
    for path in sorted(tmp_path.iterdir()):
        output = tmp_path / f"{path.name}.parquet"
        code, words = _run(ID, path, "-o", output)
        assert code == 0, words
        found[path.name] = _read(output)
    for name, results in found.items():
        assert results.equals(found["a.parquet"]), name


def _workbook(text: pl.DataFrame, path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(text.columns)
    for row in text.iter_rows():
        sheet.append(row)
    book.save(path)


def test_plain_cells_are_read_as_single_answers_are(tmp_path: Path) -> None:
    """Cells of many shapes, read for a column at once or one by one: the same results, the same reasons."""
    shapes: dict[str, list[str]] = {
        "渠道": ["3", "03", " 4 ", "4.0", "4.5", "-1", "电话、邮箱", "", "三种", "1e3", "９", "1,200"],
        "相关服务满意度": [
            "86%",
            "86 %",
            "86",
            "0.86",
            "100%",
            "101%",
            "86.55%",
            "",
            "百分之八十",
            "86％",
            "-5%",
            "不适用",
        ],
        "按时完成相关服务": ["是", "否", "√", "有", "yes", "是 ", "", "不适用", "1", "True", "对", "无"],
        "内容要素": ["8", "8.5", "8分", "", "71", "-1", "八", "08", "8.", ".5", "8.123456789", "不适用"],
        "第三方抽样评估企业的满意度": [
            "不适用",
            "59.99%",
            "60%",
            "",
            "60.0%",
            "六成",
            "60",
            "NA",
            "0%",
            "00.5%",
            "1.%",
            "%",
        ],
    }
    with (tmp_path / "in.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["评价对象", *shapes])
        for name, texts in shapes.items():
            for number, cell in enumerate(texts):
                writer.writerow([f"{name}{number}", *(cell if other == name else "" for other in shapes)])
    found = []
    for engine in ("python", "polars"):
        output = tmp_path / f"{engine}.csv"
        code, words = _run(ID, tmp_path / "in.csv", "-o", output, "--engine", engine)
        assert code == 0, words
        found.append(
            (
                output.read_text(encoding="utf-8-sig"),
                output.with_name(output.name + ".rejected").read_text(encoding="utf-8-sig"),
            )
        )
    assert found[0] == found[1]
    assert len(found[0][1].splitlines()) > 15


def test_explained_row_is_the_score(typed: pl.DataFrame, tmp_path: Path) -> None:
    """--explain writes the trace of one row; its total is that of the table."""
    _as_text(typed).write_csv(tmp_path / "in.csv")
    _run(ID, tmp_path / "in.csv", "-o", tmp_path / "out.parquet")
    row = _read(tmp_path / "out.parquet").row(0, named=True)
    code, words = _run(ID, tmp_path / "in.csv", "--explain", row["评价对象"], "-o", tmp_path / "one.json")
    assert code == 0, words
    result = json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))
    assert result["subject"] == row["评价对象"]
    assert (result["total_min"], result["grade"]) == (_plain(row["最低总分"]), row["等级"])
    code, words = _run(ID, tmp_path / "in.csv", "--explain", "没有这一家")
    assert code == 3
    assert "有0行" in words


def _plain(value: Any) -> str:
    return format(value.normalize(), "f")


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet", "xlsx"])
def test_every_row_rejected(ending: str, tmp_path: Path) -> None:
    """Where no row can be scored there is an empty table, and the reasons."""
    (tmp_path / "in.csv").write_text("评价对象,综合评分\n甲,多\n", encoding="utf-8")
    code, words = _run(STARS, tmp_path / "in.csv", "-o", tmp_path / f"o.{ending}")
    assert code == 0
    assert "评分0行 ＋ 退回1行" in words


@pytest.mark.parametrize("output", ["in.csv", "../{}/in.csv"])
def test_results_never_replace_what_is_read(output: str, tmp_path: Path) -> None:
    """The table that is read may not be the one that is written."""
    table = tmp_path / "in.csv"
    table.write_text("评价对象,综合评分\n甲,88\n", encoding="utf-8")
    code, words = _run(STARS, table, "-o", tmp_path / output.format(tmp_path.name))
    assert code == 2
    assert "要读入的文件" in words
    assert table.read_text(encoding="utf-8").endswith("甲,88\n")


def test_a_key_is_no_column_of_results(tmp_path: Path) -> None:
    """A column taken over into the results may not be called like one of theirs."""
    (tmp_path / "in.csv").write_text("评价对象,状态,综合评分\n甲,在营,88\n", encoding="utf-8")
    code, words = _run(STARS, tmp_path / "in.csv", "-o", tmp_path / "o.csv", "--key", "状态")
    assert code == 3
    assert "“状态”与结果表的列同名" in words


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("评价对象,渠道,服务对结", "“服务对结”这一列不是数据项。是不是“服务对接”"),
        ("评价对象,渠道,渠道", "有两列都叫“渠道”"),
        ("评价对象,地址", "“地址”这一列不是数据项"),
        ("评价对象", "没有一列是数据项"),
    ],
)
def test_wrong_heads(head: str, said: str, tmp_path: Path) -> None:
    """A column that is no fact is never passed over."""
    (tmp_path / "in.csv").write_text(f"{head}\n甲,3,4\n", encoding="utf-8")
    code, words = _run(ID, tmp_path / "in.csv", "-o", tmp_path / "out.csv")
    assert code == 3
    assert said in words
    assert [p.name for p in tmp_path.iterdir()] == ["in.csv"]


def test_renamed_and_ignored_columns(tmp_path: Path) -> None:
    """--map and --ignore settle what a column is."""
    (tmp_path / "in.csv").write_text("名称,沟通渠道数,地址\n甲,3,某路\n", encoding="utf-8")
    (tmp_path / "map.csv").write_text("列名,数据项\n名称,评价对象\n沟通渠道数,渠道\n", encoding="utf-8")
    code, words = _run(
        ID,
        tmp_path / "in.csv",
        "-o",
        tmp_path / "o.parquet",
        "--map",
        tmp_path / "map.csv",
        "--ignore",
        "地址",
    )
    assert code == 0, words
    row = _read(tmp_path / "o.parquet").row(0, named=True)
    # 3 种 × 20 分 = 60 分.
    assert (row["名称"], row["1.1 与中小企业沟通交流的渠道"], row["状态"]) == ("甲", 60, "缺数据")


def test_a_table_without_keys(tmp_path: Path) -> None:
    """Rows without any key column are scored all the same, and keep their order."""
    (tmp_path / "in.csv").write_text("综合评分\n88\n很高\n91\n", encoding="utf-8")
    for engine in ("python", "polars"):
        code, words = _run(
            "jiangsu-2020-2-stars", tmp_path / "in.csv", "-o", tmp_path / "o.parquet", "--engine", engine
        )
        assert (code, "读入3行 ＝ 评分2行 ＋ 退回1行" in words) == (0, True), words
        assert _read(tmp_path / "o.parquet")["等级"].to_list() == ["四星", "五星"]


@pytest.mark.parametrize("column", ["服务满意", "percent"])
def test_types_of_columns(column: str, tmp_path: Path) -> None:
    """A percentage in numbers says what it holds; a float is taken at fifteen digits or refused."""
    name = "相关服务满意度"
    pl.DataFrame({"评价对象": ["甲"], name: [86.0]}).write_parquet(tmp_path / "a.parquet")
    code, words = _run(ID, tmp_path / "a.parquet", "-o", tmp_path / "o.parquet")
    assert code == 3
    assert f"{name}(%)" in words
    held, value = (f"{name}(%)", 86.1) if column == "percent" else (f"{name}(比值)", 0.861)
    pl.DataFrame({"评价对象": ["甲"], held: [value]}).write_parquet(tmp_path / "b.parquet")
    code, words = _run(ID, tmp_path / "b.parquet", "-o", tmp_path / "o.parquet")
    assert code == 0, words
    code, words = _run(ID, tmp_path / "b.parquet", "-o", tmp_path / "o.parquet", "--exact")
    assert code == 3
    assert "浮点数" in words
    pl.DataFrame({"评价对象": ["甲"], "渠道": [True]}).write_parquet(tmp_path / "c.parquet")
    code, words = _run(ID, tmp_path / "c.parquet", "-o", tmp_path / "o2.parquet")
    assert code == 3
    assert "应为数" in words


def test_broken_files(typed: pl.DataFrame, tmp_path: Path) -> None:
    """An empty file, half a Parquet file, bytes of no encoding: named before any work, and nothing is written."""
    folder = tmp_path / "in"
    folder.mkdir()
    _as_text(typed).write_csv(folder / "good.csv")
    (folder / "empty.csv").write_bytes(b"")
    typed.write_parquet(folder / "half.parquet")
    half = (folder / "half.parquet").read_bytes()
    (folder / "half.parquet").write_bytes(half[: len(half) // 2])
    (folder / "bytes.csv").write_bytes(b"\xff\xfe\xff\xd8\x00\x01" * 50)
    (folder / "cut.xlsx").write_bytes(b"PK\x03\x04" + b"x" * 100)
    code, words = _run(ID, folder, "-o", tmp_path / "out.csv")
    assert code == 3
    for name in ("empty.csv", "half.parquet", "bytes.csv", "cut.xlsx"):
        assert name in words
    assert "Traceback" not in words
    assert not (tmp_path / "out.csv").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


def test_rows_of_the_wrong_shape_are_rejected(tmp_path: Path) -> None:
    """A row with too many cells, a line that is no object: rejected with its place, the others scored."""
    (tmp_path / "in.csv").write_text("评价对象,渠道\n甲,3\n乙,4,5\n丙,2\n", encoding="utf-8")
    code, words = _run(ID, tmp_path / "in.csv", "-o", tmp_path / "out.csv")
    assert code == 0
    assert "读入3行 ＝ 评分2行 ＋ 退回1行" in words
    rejected = (tmp_path / "out.csv.rejected").read_text(encoding="utf-8-sig")
    assert "in.csv,,3,乙,这一行有3格，表头只有2列" in rejected
    (tmp_path / "in.jsonl").write_text(
        '{"评价对象": "甲", "渠道": 3}\n[1]\n{"评价对象": "丙", "渠道": {"值": 3}}\n', encoding="utf-8"
    )
    code, words = _run(ID, tmp_path / "in.jsonl", "-o", tmp_path / "out.csv")
    assert "读入3行 ＝ 评分1行 ＋ 退回2行" in words


def test_text_is_never_a_formula(tmp_path: Path) -> None:
    """A name that a spreadsheet would take for a formula stays text."""
    (tmp_path / "in.csv").write_text('评价对象,渠道\n"=HYPERLINK(""http://x"")",3\n', encoding="utf-8")
    _run(ID, tmp_path / "in.csv", "-o", tmp_path / "out.csv")
    assert "\n'=HYPERLINK" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig").replace('"', "")
    _run(ID, tmp_path / "in.csv", "-o", tmp_path / "out.xlsx")
    import openpyxl

    cell = openpyxl.load_workbook(tmp_path / "out.xlsx")["汇总表"]["B6"]
    assert (cell.data_type, str(cell.value)[:10]) == ("s", "=HYPERLINK")


def _many_stars(path: Path, rows: int = 20_000) -> None:
    """A long table of a standard with one fact: long to write, quick to score."""
    numbers = pl.int_range(rows, eager=True)
    names = pl.format("机构{}", numbers).alias("评价对象")
    pl.DataFrame(numbers.alias("综合评分") % 101).with_columns(names).write_parquet(path)


def test_full_disk_leaves_nothing(tmp_path: Path) -> None:
    """Where the file cannot be written to its end, a message says so and nothing stands under its name."""
    _many_stars(tmp_path / "in.parquet")
    script = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000));"
        "from zhunsheng.cli import main; sys.argv = ['zhunsheng', *sys.argv[1:]]; main()"
    )
    command = [
        sys.executable,
        "-c",
        script,
        "batch",
        STARS,
        str(tmp_path / "in.parquet"),
        "-o",
        str(tmp_path / "out.csv"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    assert "没有写成" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out.csv").exists()


def test_killed_run_can_be_run_again(tmp_path: Path) -> None:
    """SIGKILL in the middle leaves no file under the final name; the same command then gives what it always gives."""
    _many_stars(tmp_path / "in.parquet")
    command = [
        sys.executable,
        "-m",
        "zhunsheng",
        "batch",
        STARS,
        str(tmp_path / "in.parquet"),
        "-o",
        str(tmp_path / "out.csv"),
        "--engine",
        "python",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        for _ in range(600):
            if (tmp_path / ".out.csv.partial").exists():
                break
            time.sleep(0.05)
        assert (tmp_path / ".out.csv.partial").exists()
        os.kill(process.pid, signal.SIGKILL)
    assert not (tmp_path / "out.csv").exists()
    code, words = _run(STARS, tmp_path / "in.parquet", "-o", tmp_path / "out.csv")
    assert code == 0, words
    assert "读入20000行" in words
    assert not (tmp_path / ".out.csv.partial").exists()


def test_summary(tmp_path: Path) -> None:
    """Counts by tier, the spread of totals, who is nearest below a tier; foreign names are text."""
    rows = ["评价对象,综合评分", "甲,88.5", "乙,91", "丙,", "丁,多", "<b>戊</b>,84.9", "己,74", "=庚,92"]
    (tmp_path / "in.csv").write_text("\n".join(rows), encoding="utf-8")
    for name in ("s.html", "s.xlsx"):
        code, words = _run(STARS, tmp_path / "in.csv", "-o", tmp_path / "o.csv", "--summary", tmp_path / name)
        assert code == 0, words
    page = (tmp_path / "s.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;戊" in page
    assert "<b>" not in page
    import openpyxl

    book = openpyxl.load_workbook(tmp_path / "s.xlsx")
    counts = {row[0].value: row[1].value for row in book["概况"].iter_rows(min_row=2)}
    # 丁 is rejected; of the other six 丙 is incomplete.
    assert (counts["评分的家数"], counts["退回的行数"], counts["其中缺数据"]) == (6, 1, 1)
    tiers = {row[0].value: row[1].value for row in book["各等级家数"].iter_rows(min_row=2, max_row=4)}
    # 91 and 92 are 五星 (90分以上), 88.5 is 四星 (85~89); see the standard for 84.9.
    assert tiers["五星"] == 2
    nearest = [
        [cell.value for cell in row] for row in book["最接近上一等级的"].iter_rows(min_row=2, max_row=2)
    ]
    # 84.9 is 0.1 below 四星, nearer than 88.5 is to 五星 (1.5).
    assert nearest[0][:2] == ["<b>戊</b>", "四星"]
    assert nearest[0][2] == 0.1


def test_a_worksheet_for_each(tmp_path: Path) -> None:
    """--sheets: a page for each, whatever they are called; no name is lost, no text becomes a formula, not too many."""
    import openpyxl

    names = [
        "甲/乙",
        "甲:乙",
        "=SUM(1)",
        "汇总表",
        "很长" * 20 + "一",
        "很长" * 20 + "二",
        "甲/乙",
        "History",
    ]
    rows = ["评价对象,综合评分", *(f"{name},{80 + number}" for number, name in enumerate(names)), "丁,多"]
    (tmp_path / "in.csv").write_text("\n".join(rows), encoding="utf-8")
    star = "jiangsu-2020-2-stars"
    code, words = _run(star, tmp_path / "in.csv", "-o", tmp_path / "o.xlsx", "--sheets")
    assert (code, "读入9行 ＝ 评分8行 ＋ 退回1行" in words) == (0, True), words
    assert "注意：有的评价对象不止一行：“甲/乙”2次" in words
    book = openpyxl.load_workbook(tmp_path / "o.xlsx")
    assert book.sheetnames == [
        "汇总表",
        "各等级家数",
        "甲＿乙",
        "甲＿乙（2）",
        "=SUM(1)",
        "汇总表（2）",
        ("很长" * 20)[:31],
        ("很长" * 20)[:28] + "（2）",
        "甲＿乙（3）",
        "History（2）",
    ]
    cells = [[cell.value for cell in row] for row in book["=SUM(1)"].iter_rows()]
    assert cells[0][:2] == ["评价对象", "=SUM(1)"]
    assert cells[2][:2] == ["总分", 82]
    assert book["=SUM(1)"]["B1"].data_type == "s"
    code, words = _run(star, tmp_path / "in.csv", "-o", tmp_path / "o.csv", "--sheets")
    assert (code, "--sheets 只用于" in words) == (2, True)
    (tmp_path / "many.csv").write_text("综合评分\n" + "80\n" * 501, encoding="utf-8")
    code, words = _run(star, tmp_path / "many.csv", "-o", tmp_path / "many.xlsx", "--sheets")
    assert (code, "最多500家" in words, (tmp_path / "many.xlsx").exists()) == (3, True, False)


def test_a_worksheet_shows_every_clause(typed: pl.DataFrame, tmp_path: Path) -> None:
    """The page of a subject has its total, every clause with its points, and the arithmetic."""
    import openpyxl

    _as_text(typed).head(6).write_csv(tmp_path / "in.csv")
    code, words = _run(ID, tmp_path / "in.csv", "-o", tmp_path / "o.xlsx", "--sheets")
    assert code == 0, words
    book = openpyxl.load_workbook(tmp_path / "o.xlsx")
    table = [[cell.value for cell in row] for row in book["汇总表"].iter_rows()]
    head, first = table[4], table[5]
    assert (head[:2], first[0]) == (["序号", "评价对象"], 1)
    name = first[1]
    page = [[cell.value for cell in row] for row in book[str(name)].iter_rows()]
    clauses = {str(row[0]) for row in page}
    program = standard(ID).program
    assert {clause.id for leaf in program.leaves() for clause in leaf.clauses} <= clauses
    score = head.index("1.1 与中小企业沟通交流的渠道")
    assert [row[2] for row in page if row[0] == "1.1"] == [first[score]]


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl", "xlsx"])
def test_repeated_subjects_are_told(ending: str, tmp_path: Path) -> None:
    """A subject with two rows is scored twice, and said."""
    (tmp_path / "in.csv").write_text("评价对象,综合评分\n甲,88\n乙,91\n甲,75\n,80\n,81\n", encoding="utf-8")
    code, words = _run(STARS, tmp_path / "in.csv", "-o", tmp_path / f"o.{ending}")
    assert code == 0
    assert "评分5行" in words
    assert "“甲”2次；" in words
    assert "注意：有2行没有写评价对象：in.csv 第5行、in.csv 第6行；每行都评了分" in words
