"""What a batch writes: numbers that never look like a bound they have not reached, who is near a tier, what a status means,
the book that is passed on."""

import csv
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner

from zhunsheng.cli import cli
from zhunsheng.compiler.batch import results
from zhunsheng.compiler.batch.losses import LeafPoints, Losses
from zhunsheng.compiler.batch.results import PLACES
from zhunsheng.compiler.batch.results_book import MOST
from zhunsheng.compiler.compile import compile_file

ENGINES = pytest.mark.parametrize("engine", ["polars", "duckdb", "python"])
SHARE = """# 示例办法

文号：示例〔2026〕1号

## 甲（100分）

得分＝【完成数】÷【任务数】×100。

## 评定等级

不足60分为不合格；60分以上为合格。

## 数据项

| 名称 | 类型 | 单位 |
|---|---|---|
| 完成数 | 数量 | 个 |
| 任务数 | 数量 | 个 |
"""
#: 甲 is just below 60 and its decimal ends; 丁 is below by 1/30,000,000,000, and its decimal does not end.
ROWS = """评价对象,完成数,任务数
甲,5999999999,10000000000
乙,60,100
丙,2,3
丁,179999999999,300000000000
戊,1,3
"""


def _run(folder: Path, rules: str, rows: str, *more: object) -> str:
    """Scores rows, unless another table is named first."""
    (folder / "r.zhun.md").write_text(rules, encoding="utf-8")
    (folder / "in.csv").write_text(rows, encoding="utf-8")
    table = () if Path(str(more[0])).suffix else (folder / "in.csv",)
    call = ["batch", folder / "r.zhun.md", *table, *more]
    result = CliRunner().invoke(cli, [str(word) for word in call], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def _table(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["评价对象"]: row for row in csv.DictReader(file)}


def _sheet(path: Path, name: str) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(path)[name].iter_rows(values_only=True))


@ENGINES
def test_no_number_looks_like_a_bound(engine: str, tmp_path: Path) -> None:
    """Where a decimal ends it is written to its end; else the exact number stands beside it, and none is rounded to 60."""
    book = tmp_path / "s.xlsx"
    _run(tmp_path, SHARE, ROWS, "-o", tmp_path / "o.csv", "--summary", book, "--engine", engine)
    found = _table(tmp_path / "o.csv")
    columns = ("总分", "总分（精确）", "最低总分", "最高总分", "1 甲", "其他数（精确）")
    near = "59.999999999666666"
    assert {name: tuple(row[column] for column in columns) for name, row in found.items()} == {
        "甲": ("59.99999999", "", "59.99999999", "59.99999999", "59.99999999", ""),
        "乙": ("60", "", "60", "60", "60", ""),
        "丙": ("66.666667", "200/3", "66.666667", "66.666667", "66.666667", "1=200/3"),
        "丁": (near, "179999999999/3000000000", near, near, near, "1=179999999999/3000000000"),
        "戊": ("33.333333", "100/3", "33.333333", "33.333333", "33.333333", "1=100/3"),
    }
    bars = {row[0]: row[1] for row in _sheet(book, "总分分布")[1:] if row[1]}
    assert bars == {"33～36": 1, "57～60": 2, "60～63": 1, "66～69": 1}
    nearest = [row[:3] for row in _sheet(book, "最接近上一等级的")[1:4]]
    # 丁 is 60 − 179999999999/3000000000 below; 甲 is a number that Excel can sort.
    assert nearest[:2] == [("丁", "合格", "约0（1/3000000000）"), ("甲", "合格", 1e-8)]


def test_rounding_is_the_same_in_columns() -> None:
    """The expression and the plain function give the same numbers, near bounds and far from them, of either sign."""
    for scale in (3, 7, 300, 2**20, 3 * 10**15, 7 * 10**16):
        near = [60 * scale + step for step in (-2, -1, 0, 1, 2)]
        numbers = [sign * number for sign in (1, -1) for number in (*near, 1, scale // 3, 5 * scale // 7)]
        numbers = [number for number in numbers if abs(number) < 2**63]
        frame = pl.DataFrame({"数": pl.Series(numbers, dtype=pl.Int64)})
        got = frame.select(
            results._points("数", scale).alias("值"), results._exact_column("数", scale).alias("精确")
        )
        for number, value, exact in zip(numbers, got["值"], got["精确"], strict=True):
            own = Fraction(number, scale)
            whole = results._rounded(own)
            assert (Fraction(value) * 10**PLACES, exact) == (whole, results._exactly(own)), (number, scale)
            assert Fraction(exact or value) == own
            # A number of at most three decimals is what it says.
            assert (whole or 0) % 10 ** (PLACES - 3) or Fraction(value) == own


VETOED = """# 小办法

## 收入（100分）

【收入】每1万元得1分，最多100分。

## 一票否决

【造假】的，评为不合格。
【被通报】的，不得评为优秀。

## 评定等级

不足60分为不合格；60分以上不足80分为合格；80分以上为优秀。

## 数据项

| 名称 | 类型 | 单位 | 范围 |
|---|---|---|---|
| 收入 | 金额 | 万元 | ≥0 |
| 造假 | 是否 | | |
| 被通报 | 是否 | | |

## 解读

| 条款 | 疑义 | 采用 | 理由 |
|---|---|---|---|
| 收入 | 步长 | 按比例 | 示例 |
"""


@ENGINES
def test_who_is_kept_out_is_not_near(engine: str, tmp_path: Path) -> None:
    """One whom a veto keeps out of the tier above is not listed, even where the score alone would have the same tier."""
    rows = "评价对象,收入,造假,被通报\n甲,40,是,否\n乙,55,否,否\n丙,50,否,是\n丁,70,否,是\n戊,75,否,否\n"
    book = tmp_path / "s.xlsx"
    _run(tmp_path, VETOED, rows, "-o", tmp_path / "o.csv", "--summary", book, "--engine", engine)
    nearest = [row[:3] for row in _sheet(book, "最接近上一等级的")[1:] if row[1]]
    assert nearest == [("乙", "合格", 5), ("戊", "优秀", 5), ("丙", "合格", 10)]


def test_a_total_that_is_open_is_not_complete(tmp_path: Path) -> None:
    """Where the tier is decided and the total is not, the status says so, and the summary counts it apart."""
    rules = VETOED.replace("## 一票否决", "## 服务（10分）\n\n【服务】的，得10分。\n\n## 一票否决")
    rules = rules.replace("| 造假 |", "| 服务 | 是否 | | |\n| 造假 |")
    rows = "评价对象,收入,服务,造假,被通报\n甲,20,,否,否\n乙,55,,否,否\n丙,55,是,否,否\n"
    _run(tmp_path, rules, rows, "-o", tmp_path / "o.csv", "--summary", tmp_path / "s.xlsx")
    found = _table(tmp_path / "o.csv")
    assert {name: (row["状态"], row["总分"], row["等级"]) for name, row in found.items()} == {
        "甲": ("等级已定", "", "不合格"),
        "乙": ("缺数据", "", ""),
        "丙": ("完整", "65", "合格"),
    }
    counts = {row[0]: row[1] for row in _sheet(tmp_path / "s.xlsx", "概况")}
    assert counts["其中完整（总分和等级都已定）"] == counts["其中等级已定、总分未定"] == 1
    assert counts["平均总分（总分已定的，取4位小数）"] == 65


def test_the_book_that_is_passed_on(tmp_path: Path) -> None:
    """汇总表: title, lines to fill in, numbered rows under a head that stays, print settings; numbers are numbers, texts stay texts."""
    rows = ROWS + "007,70,100\n=1+1,80,100\n"
    _run(
        tmp_path,
        SHARE,
        rows,
        "-o",
        tmp_path / "o.xlsx",
        "--sheets",
        "--date",
        "2026-06-30",
        "--summary",
        tmp_path / "s.xlsx",
    )
    book = openpyxl.load_workbook(tmp_path / "o.xlsx")
    sheet = book["汇总表"]
    assert [sheet.cell(row, 1).value for row in range(1, 5)] == [
        "示例办法评分汇总表",
        "评价标准：示例〔2026〕1号　　评价日期：2026年6月30日",
        "填报单位（公章）：",
        "填报日期：　　　　年　　月　　日",
    ]
    head = [cell.value for cell in sheet[5]]
    assert head[:3] == ["序号", "评价对象", "状态"]
    total = head.index("总分") + 1
    first = sheet.cell(6, total)
    assert [sheet.cell(row, 1).value for row in range(6, 13)] == [1, 2, 3, 4, 5, 6, 7]
    assert (first.value, first.number_format) == (59.99999999, "0.00000000")
    # More than fifteen digits are not a number that Excel keeps.
    assert sheet.cell(9, total).value == "59.999999999666666"
    assert [(sheet.cell(row, 2).value, sheet.cell(row, 2).data_type) for row in (11, 12)] == [
        ("007", "s"),
        ("=1+1", "s"),
    ]
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("C6", "$5:$5")
    setup = sheet.page_setup
    assert (setup.orientation, setup.fitToWidth or 1, setup.fitToHeight) == ("landscape", 1, 0)
    fits = sheet.sheet_properties.pageSetUpPr
    assert fits is not None and fits.fitToPage
    tiers = list(book["各等级家数"].iter_rows(values_only=True))
    assert tiers == [("等级", "家数"), ("合格", 4), ("不合格", 3), ("合计", 7)]
    pages = {row[0]: row for row in book["乙"].iter_rows(values_only=True)}
    assert (pages["总分"][1], pages["1.1"][2]) == (60, 60)
    near = {row[0]: row[2] for row in _sheet(tmp_path / "s.xlsx", "最接近上一等级的")}
    assert near["甲"] == 1e-8


def test_short_doubles_go_by_columns(tmp_path: Path) -> None:
    """Every double that is the nearest to a decimal of three places is read for a whole column at once."""
    values = [number / 1000 for number in range(100_000)]
    frame = pl.DataFrame({"评价对象": [f"第{number}家" for number in range(len(values))], "收入": values})
    frame = frame.with_columns(pl.lit(False).alias("造假"), pl.lit(False).alias("被通报"))
    frame.write_parquet(tmp_path / "in.parquet")
    said = _run(tmp_path, VETOED, "", tmp_path / "in.parquet", "-o", tmp_path / "o.parquet")
    assert "100000行按列计算，0行逐条计算" in said
    found = pl.read_parquet(tmp_path / "o.parquet")["总分"].cast(pl.Float64)
    assert (found == pl.Series(values)).all()


def test_why_rows_are_scored_one_by_one(tmp_path: Path) -> None:
    """Told at the end: the clause that columns refuse, a column that is not there, floats with too many decimals."""
    said = _run(tmp_path, SHARE, ROWS, "-o", tmp_path / "o.csv")
    assert "0行按列计算，5行逐条计算\n逐条计算的原因：1.1不能按列计算：" in said
    said = _run(tmp_path, SHARE, ROWS, "-o", tmp_path / "o.csv", "--engine", "python")
    assert "原因" not in said
    said = _run(tmp_path, VETOED, "评价对象,收入,造假\n甲,40,是\n", "-o", tmp_path / "o.csv")
    assert "逐条计算的原因：表里没有“被通报”这一列" in said
    values = [number / 7 for number in range(20)]
    frame = pl.DataFrame({"收入": values}).with_columns(造假=pl.lit(False), 被通报=pl.lit(False))
    frame.write_parquet(tmp_path / "in.parquet")
    said = _run(tmp_path, VETOED, "", tmp_path / "in.parquet", "-o", tmp_path / "o.parquet")
    assert "3行按列计算，17行逐条计算\n逐条计算的原因：“收入”的浮点数有的不止6位小数" in said


def test_too_many_rows_for_a_worksheet_are_told_before(tmp_path: Path) -> None:
    """Parquet says how many rows it has: nothing is scored in vain."""
    pl.DataFrame({"收入": [1]}).select(pl.col("收入").repeat_by(MOST + 1).explode()).write_parquet(
        tmp_path / "in.parquet"
    )
    (tmp_path / "r.zhun.md").write_text(VETOED, encoding="utf-8")
    call = [
        "batch",
        str(tmp_path / "r.zhun.md"),
        str(tmp_path / "in.parquet"),
        "-o",
        str(tmp_path / "o.xlsx"),
    ]
    result = CliRunner().invoke(cli, call, catch_exceptions=False)
    assert (result.exit_code, f"表里有{MOST + 1}行，一个工作表放不下（最多{MOST}行）" in result.output) == (
        3,
        True,
    )
    assert not (tmp_path / "o.xlsx").exists()


def test_a_worksheet_tells_what_was_compared(tmp_path: Path) -> None:
    """The page of a subject has its place, the cohort's size and the numbers, in the words of --explain."""
    rules = (
        "# 排名办法\n\n## 收入（60分）\n\n【收入】由高到低排名第1名得60分，每下降一个名次扣10分。\n\n"
        "## 数据项\n\n| 名称 | 类型 | 单位 | 范围 |\n|---|---|---|---|\n| 收入 | 金额 | 万元 | ≥0 |\n\n"
        "## 解读\n\n| 条款 | 疑义 | 采用 | 理由 |\n|---|---|---|---|\n| 全文 | 并列名次 | 跳号 | 示例 |\n"
    )
    rows = "评价对象,收入\n甲,300\n乙,200\n丙,200\n"
    _run(tmp_path, rules, rows, "-o", tmp_path / "o.xlsx", "--sheets")
    _run(tmp_path, rules, rows, "--explain", "乙", "-o", tmp_path / "乙.txt")
    text = (tmp_path / "乙.txt").read_text(encoding="utf-8")
    (told,) = (row[3] for row in _sheet(tmp_path / "o.xlsx", "乙") if row[1] == "事实")
    assert "3个评价对象参加比较" in told and "200万元×2" in told
    assert f"事实：{told}" in text


def test_sums_of_unlike_ratios_stay_short(tmp_path: Path) -> None:
    """What clauses cost is a mean: the sum of ratios that have nothing in common is held to many parts, not to all."""
    (tmp_path / "r.zhun.md").write_text(SHARE, encoding="utf-8")
    program = compile_file(tmp_path / "r.zhun.md").program
    assert program is not None
    losses = Losses(program)
    (leaf,) = program.leaves()
    numbers = list(range(10**6, 10**6 + 2_000))
    for number in numbers:
        points = Fraction(100, number)
        losses.add_row(LeafPoints(leaf.id, points, {leaf.clauses[0].id: points}))
    (cost,) = losses.costs()
    mean = 100 - sum(100 / number for number in numbers) / len(numbers)
    assert abs(float(cost.points) - mean) < 1e-9
    assert all(own.denominator.bit_length() < 1_000 for own in losses.sums.values())


EVERY_KIND = """# 小办法

## 渠道（20分）

每建立一种【渠道】加5分，最多20分。

## 满意度（40分）

【满意度】达到60%不足80%的得20分；达到80%的得40分。

## 收入（40分）

【收入】达到100万元的得20分。【按时】的得20分。

## 一票否决

【造假】的，评为不合格。

## 评定等级

不足60分为不合格；60分以上不足80分为合格；80分以上为优秀。

## 数据项

| 名称 | 类型 | 单位 | 范围 | 备注 |
|---|---|---|---|---|
| 渠道 | 清单 | 种 | | |
| 满意度 | 百分比 | | 0%～100% | 可填不适用 |
| 收入 | 金额 | 万元 | ≥0 | |
| 按时 | 是否 | | | |
| 造假 | 是否 | | | |
"""


@pytest.mark.parametrize(
    "cells",
    [
        ("3", "60%", "100", "否", "否"),
        ("电话、邮箱", "85.5%", "99.99", "是", "是"),
        ("0", "不适用", "1200.5", "是", "否"),
        ("4", "", "", "是", ""),
    ],
)
def test_an_explained_row_is_what_score_writes(cells: tuple[str, ...], tmp_path: Path) -> None:
    """--explain writes to the letter what `score` does of the same facts, save the hash of a file of facts, which a row is not."""
    names = ("渠道", "满意度", "收入", "按时", "造假")
    rows = f"评价对象,{','.join(names)}\n乙,1,10%,1,是,是\n甲,{','.join(cells)}\n"
    _run(tmp_path, EVERY_KIND, rows, "--explain", "甲", "-o", tmp_path / "batch.txt")
    facts: dict[str, Any] = {name: cell for name, cell in zip(names, cells, strict=True) if cell}
    (tmp_path / "f.json").write_text(
        json.dumps({"评价对象": "甲", **facts}, ensure_ascii=False), encoding="utf-8"
    )
    call = ["score", tmp_path / "r.zhun.md", tmp_path / "f.json", "-o", tmp_path / "score.txt"]
    result = CliRunner().invoke(cli, [str(word) for word in call], catch_exceptions=False)
    assert result.exit_code == (0 if all(cells) else 4), result.output
    single, row = ((tmp_path / name).read_text(encoding="utf-8") for name in ("score.txt", "batch.txt"))
    hashed = [line for line in single.splitlines(keepends=True) if "填报 SHA-256" in line]
    assert len(hashed) == 1
    assert single.replace(hashed[0], "") == row


def test_one_unreadable_file_among_many(tmp_path: Path) -> None:
    """It is named before any work, and nothing is written; without it all the others are scored."""
    folder = tmp_path / "各地"
    folder.mkdir()
    for number in range(200):
        (folder / f"{number:03}.csv").write_text(
            f"评价对象,收入,造假,被通报\n第{number}家,70,否,否\n", encoding="utf-8"
        )
    (folder / "123.csv").write_bytes(b"\xff\xfe\x00\xd8\x81")
    (tmp_path / "r.zhun.md").write_text(VETOED, encoding="utf-8")
    call = ["batch", str(tmp_path / "r.zhun.md"), str(folder), "-o", str(tmp_path / "o.csv")]
    result = CliRunner().invoke(cli, call, catch_exceptions=False)
    assert (result.exit_code, "123.csv" in result.output, "122.csv" in result.output) == (3, True, False)
    assert not [path for path in tmp_path.iterdir() if path.name.lstrip(".").startswith("o.csv")]
    (folder / "123.csv").unlink()
    result = CliRunner().invoke(cli, call, catch_exceptions=False)
    assert (result.exit_code, "读入199行 ＝ 评分199行 ＋ 退回0行（199个文件）" in result.output) == (0, True)
