"""`batch --engine spark` on a local Spark gives what the other engines give. Skipped with the reason where Spark cannot be had."""

import importlib.util
import os
import random
import shutil
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from compiled import standard
from tables import applicants, table

from zhunsheng.cli import cli
from zhunsheng.commands.common import FACTS_WRONG, USAGE_WRONG
from zhunsheng.compiler import ir
from zhunsheng.compiler.batch.peers import Peers
from zhunsheng.runtime.facts import FactType

ID = "miit-2017-103"
ROWS = 90

pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec("pyspark") is None, reason="pyspark is not installed"),
    pytest.mark.skipif(
        shutil.which("java") is None and "JAVA_HOME" not in os.environ, reason="there is no Java for Spark"
    ),
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module")
def one_session() -> Iterator[Any]:
    """Keeps one Java process for all runs: starting it takes longer than the tests."""
    from zhunsheng.compiler.batch.spark_session import spark

    with spark("local[2]") as session, pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "stop", lambda: None)
        yield session
    session.__class__.stop(session)


def _run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["batch", *map(str, arguments)], catch_exceptions=False)
    return result.exit_code, result.output


def _results(output: Path) -> pl.DataFrame:
    """The results of a run: a file, or the folder that Spark writes."""
    return pl.read_parquet(output / "*.parquet" if output.is_dir() else output)


def _named(program: ir.Program, frame: pl.DataFrame) -> pl.DataFrame:
    """The table with columns that say what their percentages are."""
    percents = [s.name for s in program.facts if s.type is FactType.PERCENT and s.name in frame.columns]
    return frame.rename({name: f"{name}(比值)" for name in percents})


def _subjects() -> pl.DataFrame:
    """Applicants in exact types, some facts missing, some impossible, some both given and 不适用."""
    program = standard(ID).program
    frame = table(program, applicants(program, 5, ROWS))
    frame = _named(program, frame)
    gap = pl.int_range(ROWS)
    na = "第三方抽样评估企业的满意度"
    return frame.with_columns(
        pl.when(gap % 5 == 1).then(None).otherwise(pl.col("服务对接")).alias("服务对接"),
        pl.when(gap % 7 == 2).then(-1).otherwise(pl.col("服务档案")).alias("服务档案"),
        pl.when(gap % 11 == 3).then(True).otherwise(pl.col(f"{na}不适用")).alias(f"{na}不适用"),
    ).insert_column(0, pl.Series("评价对象", [f"机构{number % 80}" for number in range(ROWS)]))


def _loose(frame: pl.DataFrame) -> pl.DataFrame:
    """The same table as binary floats and as text, with cells that are not plain in both."""
    truths = {True: "是", False: "否"}
    columns = []
    for number, (name, kind) in enumerate(frame.schema.items()):
        if kind == pl.Boolean:
            columns.append(pl.col(name).replace_strict(truths, return_dtype=pl.String))
        elif isinstance(kind, pl.Decimal) and number % 2:
            odd = (
                pl.when(pl.int_range(pl.len()) == 6)
                .then(float("nan"))
                .otherwise(pl.col(name).cast(pl.Float64))
            )
            columns.append(odd.alias(name))
        else:
            columns.append(pl.col(name).cast(pl.String))
    gap = pl.int_range(pl.len())
    odd = pl.when(gap % 9 == 4).then(pl.lit("３种")).when(gap % 9 == 5).then(pl.lit(" 4 ")).otherwise("渠道")
    return frame.with_columns(columns).with_columns(odd.alias("渠道"))


Found = tuple[pl.DataFrame, list[str], list[str], str]


def _found(rule: object, tables: Path, folder: Path, engine: str) -> Found:
    """What a run gives: results, rejected rows, what it says, the page of the summary."""
    output, page = folder / f"{engine}.parquet", folder / f"{engine}.html"
    run = (rule, tables, "-o", output, "--engine", engine, "--summary", page, "--master", "local[2]")
    code, words = _run(*run)
    assert code == 0, words
    rejected = folder / f"{engine}.parquet.rejected"
    texts = rejected.glob("*.csv") if rejected.is_dir() else [rejected]
    reasons = {line for text in texts for line in text.read_text("utf-8-sig").splitlines() if line}
    told = [line.split("；")[0] for line in words.splitlines() if line.startswith(("读入", "注意"))]
    return _results(output).sort(pl.all()), sorted(reasons), told, page.read_text("utf-8")


SHAPES = {"exact": lambda frame: frame, "loose": _loose}


@pytest.mark.parametrize("shape", SHAPES)
def test_spark_gives_what_polars_gives(shape: str, one_session: Any, tmp_path: Path) -> None:
    """The same results, rows rejected for the same reasons, the same counts; one of two files lacks a column."""
    frame = SHAPES[shape](_subjects())
    folder = tmp_path / "表 一"
    folder.mkdir()
    frame.head(50).write_parquet(folder / "甲.parquet")
    frame.tail(ROWS - 50).drop("渠道").write_parquet(folder / "乙.parquet")
    found = {}
    for engine in ("python", "polars", "duckdb", "spark"):
        found[engine] = _found(ID, folder, tmp_path, engine)
    results, rejected_rows, said, _ = found["polars"]
    assert "注意：有的评价对象不止一行：“机构" in said[1]
    assert 20 < len(results) < ROWS
    assert set(results["状态"]) == {"完整", "等级已定", "缺数据", "一票否决"}
    assert "失分最多的条文" in found["polars"][3] and "最接近上一等级的" in found["polars"][3]
    for engine in ("python", "duckdb", "spark"):
        assert found[engine][0].equals(results), engine
        assert found[engine][1:] == (rejected_rows, said, found["polars"][3]), engine
    assert "里0行按列" not in found["spark"][2][0]
    assert sorted(p.name for p in tmp_path.iterdir() if "partial" in p.name) == []


PEERS = """# 示例排名办法

## 营业收入（40分）

【营业收入】由高到低排名第1名得40分，每下降一个名次扣2分，并列时按【利润】高者在前。【营业收入】由高到低排名后2名的扣5分。

## 满意度（40分）

高于同一【地区】【满意度】平均值的得20分。在同一【地区】内【满意度】由高到低排名前30%的得20分。

## 增长（20分）

【增长率】达到全部评价对象最高值的50%的，得10分。【增长率】高于去掉一个最高值和一个最低值后的平均值的得10分。

## 评定等级

不足30分为不合格，30分以上不足60分为合格，60分以上为优秀。

## 计算

【增长率】＝（【营业收入】－【去年收入】）÷【去年收入】

## 数据项

| 名称 | 类型 | 单位 | 范围 | 备注 |
|---|---|---|---|---|
| 营业收入 | 金额 | 万元 | ≥0 | |
| 利润 | 金额 | 万元 | | |
| 去年收入 | 金额 | 万元 | ≥0 | |
| 增长率 | 百分比 | | | |
| 满意度 | 百分比 | | 0%～100% | 不适用 |
| 地区 | 选项 | | 南、北、中 | 不适用 |

## 解读

| 条款 | 疑义 | 采用 | 理由 |
|---|---|---|---|
| 全文 | 分段 | 分段累计 | 各给各的分 |
| 全文 | 并列名次 | 连号 | 通行 |
| 全文 | 名次方向 | 从大到小 | 通行 |
| 全文 | 百分位 | 舍去 | 通行 |
| 1 | 起评分 | 零分 | 只有得分 |
"""
PLACE = "营业收入由高到低的名次"


def _compared(seed: int, count: int, *, holes: bool) -> pl.DataFrame:
    """Rows with ties, classes and numbers of thirds; some are rejected, and with holes numbers and classes are missing."""
    rng = random.Random(seed)
    rows = []
    for number in range(count):
        row = {
            "评价对象": f"机构{number}",
            "营业收入": str(rng.choice([0, 10, 20, 20, 30, 40, rng.randrange(60) / 2])),
            "利润": str(rng.choice([1, 2, 2.5])),
            "去年收入": str(rng.choice([3, 7, 9, 11, 30])),
            "满意度": rng.choice(["70%", "80%", "80%", "85.5%", f"{rng.randrange(101)}%", "不适用"]),
            "地区": rng.choice(["南", "南", "北", "不适用"]),
            PLACE: "1" if number % 50 == 49 else "",
        }
        if holes and number % 13 == 4:
            row[rng.choice(["营业收入", "利润", "去年收入", "满意度", "地区"])] = ""
        if number % 11 == 6:
            row[rng.choice(["营业收入", "满意度"])] = "很多"
        rows.append(row)
    frame = pl.DataFrame(rows)
    return frame.with_columns(
        pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in frame.columns
    )


@pytest.mark.parametrize("holes", [False, True])
def test_rows_that_are_compared(one_session: Any, tmp_path: Path, *, holes: bool) -> None:
    """Places, means and largest values, to the last digit, with the same summary; the trace of one row is the same too."""
    rule = tmp_path / "排名.zhun.md"
    rule.write_text(PEERS, encoding="utf-8")
    folder = tmp_path / "表"
    folder.mkdir()
    frame = _compared(8, 120, holes=holes)
    frame.head(70).write_parquet(folder / "甲.parquet")
    # A column of numbers in one file and none in the other, and a file without rows.
    frame.tail(50).with_columns(pl.lit(None, dtype=pl.String).alias(PLACE)).write_parquet(
        folder / "乙.parquet"
    )
    frame.clear().write_parquet(folder / "空.parquet")
    found = {engine: _found(rule, folder, tmp_path, engine) for engine in ("python", "polars", "spark")}
    results, rejected, said, page = found["polars"]
    assert 80 < len(results) < 120 and "互相矛盾" in "".join(rejected)
    assert ("缺数据" in set(results["状态"])) is holes
    for engine in ("python", "spark"):
        assert found[engine][0].equals(results), engine
        assert found[engine][1:] == (rejected, said, page), engine
    for name in ("机构4",) if holes else ("机构3", "机构49"):
        traces = [_run(rule, folder, "--explain", name, "--engine", engine) for engine in ("polars", "spark")]
        assert traces[0] == traces[1]
        assert ("个评价对象参加比较" in traces[0][1]) is (name != "机构49")


def test_places_that_are_given_beside_blank_columns(one_session: Any, tmp_path: Path) -> None:
    """Where no subject has a number, places are as they are given."""
    rule = tmp_path / "排名.zhun.md"
    rule.write_text(PEERS, encoding="utf-8")
    folder = tmp_path / "表"
    folder.mkdir()
    blank = pl.lit(None, dtype=pl.String)
    frame = _compared(8, 12, holes=False).with_columns(
        blank.alias("营业收入"), blank.alias("去年收入"), pl.lit("40").alias(PLACE)
    )
    frame.write_parquet(folder / "甲.parquet")
    found = {engine: _found(rule, folder, tmp_path, engine) for engine in ("polars", "spark")}
    assert found["spark"][0].equals(found["polars"][0])
    assert found["spark"][1:] == found["polars"][1:]
    assert not any("互相矛盾" in line for line in found["spark"][1])


def test_one_row_on_spark(one_session: Any, tmp_path: Path) -> None:
    """The trace of one row, found by any of its keys; not one, or several, is told."""
    _subjects().with_columns(pl.int_range(pl.len()).alias("编号")).write_parquet(tmp_path / "in.parquet")
    run = (ID, tmp_path / "in.parquet", "--key", "编号", "--engine")
    for key in ("机构41", "2"):
        told = [_run(*run, engine, "--explain", key) for engine in ("polars", "spark")]
        assert told[0] == told[1]
        assert "Traceback" not in told[0][1]
    for key, words in (("没有的", "有0行是“没有的”"), ("机构3", "有2行是“机构3”")):
        assert _run(*run, "spark", "--explain", key) == _run(*run, "polars", "--explain", key)
        assert words in _run(*run, "polars", "--explain", key)[1]


def test_a_table_that_changes_on_spark(
    one_session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other numbers when it is read again end the run without results."""
    rule, table = tmp_path / "排名.zhun.md", tmp_path / "in.parquet"
    rule.write_text(PEERS, encoding="utf-8")
    frame = _compared(8, 20, holes=False)
    frame.write_parquet(table)
    compare = Peers.compare

    def changed(self: Peers) -> None:
        compare(self)
        frame.with_columns(pl.lit("17").alias("营业收入")).write_parquet(table)

    monkeypatch.setattr(Peers, "compare", changed)
    code, words = _run(rule, table, "-o", tmp_path / "out", "--engine", "spark")
    assert (code, "读两遍，内容不一样" in words) == (FACTS_WRONG, True), words
    assert not (tmp_path / "out").exists()


def test_what_spark_cannot_read(one_session: Any, tmp_path: Path) -> None:
    """Files that are no Parquet, none at all, a misspelt column: told in Chinese, and nothing is written."""
    (tmp_path / "a.csv").write_text("评价对象,渠道\n甲,3\n", encoding="utf-8")
    (tmp_path / "b.parquet").write_bytes(b"PAR1 and nothing else")
    pl.DataFrame({"评价对象": ["甲"], "渠到": [3]}).write_parquet(tmp_path / "c.parquet")
    pl.DataFrame({"评价对象": ["甲"], "渠道": [3]}).write_parquet(tmp_path / "d.parquet")
    pl.DataFrame({"评价对象": ["甲"], "渠道": ["3"]}).write_parquet(tmp_path / "e.parquet")
    pl.DataFrame({"评价对象": ["甲"], "渠道": [True]}).write_parquet(tmp_path / "f.parquet")
    pl.DataFrame({"渠道": [3]}).write_parquet(tmp_path / "无名 一.parquet")
    (tmp_path / "in" / "2025").mkdir(parents=True)
    for name in ("a.parquet", "2025/b.parquet"):
        pl.DataFrame({"评价对象": ["甲"], "渠道": [3]}).write_parquet(tmp_path / "in" / name)
    said = {
        ("a.csv",): "只读Parquet",
        ("b.parquet",): "不是完整的Parquet文件",
        ("c.parquet",): "“渠到”这一列不是数据项。是不是“渠道”",
        ("d.parquet", "e.parquet"): "同名的列类型不同",
        ("f.parquet",): "应为数",
        ("none.parquet",): "没有找到表格",
        ("in",): "里面的2025，Spark 不会读",
        ("d.parquet", "无名 一.parquet"): "无名 一.parquet：没有“评价对象”这一列",
    }
    for names, words in said.items():
        paths = [tmp_path / name for name in names]
        code, found = _run(ID, *paths, "-o", tmp_path / "out", "--engine", "spark", "--master", "local[2]")
        assert (code, words in found) == (FACTS_WRONG, True), found
        assert "Traceback" not in found
    assert not [p.name for p in tmp_path.iterdir() if p.name.startswith("out")]


def test_a_folder_that_holds_other_files(one_session: Any, tmp_path: Path) -> None:
    """It is not replaced by results, which have a name of no file of another kind; rows without a subject are counted as
    by the other engines, and both folders of an earlier run give way."""
    rule = tmp_path / "办法.zhun.md"
    rule.write_text("# 办法\n\n## 评价指标（10分）\n\n【渠道】达到10个的，得10分。\n", encoding="utf-8")
    names = ["甲", None, "\t", "　"]
    pl.DataFrame({"评价对象": names, "渠道": [10, 10, 10, -1]}).write_parquet(tmp_path / "a.parquet")
    for folder in ("r", "s.rejected"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "别的.txt").write_text("要留着", encoding="utf-8")
    run = (rule, tmp_path / "a.parquet", "--engine", "spark", "--master", "local[2]", "-o")
    for name in ("r", "s", "t.csv"):
        code, words = _run(*run, tmp_path / name)
        assert (code, "换一个名字" in words) == (FACTS_WRONG, True), words
        assert ("-o" in words and f"{tmp_path / 't.parquet'}" in words) == (name == "t.csv")
    assert (tmp_path / "r" / "别的.txt").exists() and (tmp_path / "s.rejected" / "别的.txt").exists()
    assert not (tmp_path / "s").exists() and not (tmp_path / "t.csv").exists()
    for _ in range(2):
        code, words = _run(*run, tmp_path / "u")
        assert (code, "有2行没有写评价对象" in words) == (0, True), words
        assert len(_results(tmp_path / "u")) == 3
    assert not list(tmp_path.glob("*.partial"))


def test_a_standard_that_columns_refuse(one_session: Any, tmp_path: Path) -> None:
    """Every row is scored by itself, as by the other engines."""
    id = "shanghai-store-points"
    program = standard(id).program
    frame = _named(program, table(program, applicants(program, 5, 12)))
    frame.insert_column(0, pl.Series("评价对象", [f"店{number}" for number in range(12)])).write_parquet(
        tmp_path / "in.parquet"
    )
    for engine in ("polars", "spark"):
        code, words = _run(
            id, tmp_path / "in.parquet", "-o", tmp_path / f"{engine}.parquet", "--engine", engine
        )
        assert code == 0, words
    first, second = (_results(tmp_path / f"{engine}.parquet") for engine in ("polars", "spark"))
    assert second.sort("评价对象").equals(first.sort("评价对象"))


def test_files_of_one_name(one_session: Any, tmp_path: Path) -> None:
    """They are told apart by their folders, odd ones too; files of different names by their names."""
    frame = pl.DataFrame({"评价对象": ["甲"], "次数": ["许多"]})
    rule = tmp_path / "x.zhun.md"
    rule.write_text("# 办法\n\n## 甲（10分）\n\n【次数】每有一次得1分，最多10分。\n", encoding="utf-8")
    folders = [tmp_path / "表" / name for name in ("一月 1+1", "二月100%")]
    for folder in folders:
        folder.mkdir(parents=True)
        frame.write_parquet(folder / "各家.parquet")
    call = [rule, *folders, "-o", tmp_path / "o", "--engine", "spark"]
    assert _run(*call) == (0, ANY)
    assert _files(tmp_path / "o.rejected") == ["一月 1+1/各家.parquet", "二月100%/各家.parquet"]
    (folders[1] / "各家.parquet").rename(folders[1] / "别家.parquet")
    assert _run(*call) == (0, ANY)
    assert _files(tmp_path / "o.rejected") == ["别家.parquet", "各家.parquet"]


def _files(rejected: Path) -> list[str]:
    """The files that rejected rows are said to be from."""
    found = [pl.read_csv(path, infer_schema=False) for path in rejected.glob("*.csv") if path.stat().st_size]
    return sorted(name for frame in found for name in frame["文件"])


def test_masters_that_are_not_there(tmp_path: Path) -> None:
    """A master that nobody listens at, and what only other engines do."""
    pl.DataFrame({"评价对象": ["甲"], "渠道": [3]}).write_parquet(tmp_path / "in.parquet")
    run = (ID, tmp_path / "in.parquet", "-o", tmp_path / "out", "--engine", "spark")
    code, words = _run(*run, "--master", "spark://127.0.0.1:1")
    assert (code, "连不上 Spark 主节点：127.0.0.1:1" in words) == (FACTS_WRONG, True), words
    code, words = _run(*run, "--summary", tmp_path / "s.txt")
    assert (code, "汇总只能写成 .html 或 .xlsx" in words) == (USAGE_WRONG, True), words


def test_without_spark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has to be installed is said."""
    pl.DataFrame({"评价对象": ["甲"], "渠道": [3]}).write_parquet(tmp_path / "in.parquet")
    run = (ID, tmp_path / "in.parquet", "-o", tmp_path / "out", "--engine", "spark")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    code, words = _run(*run)
    assert (code, "Java 17" in words) == (FACTS_WRONG, True), words
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    code, words = _run(*run)
    assert (code, "zhunsheng[spark]" in words) == (FACTS_WRONG, True), words


ODD = """# 办法

## 甲（10分）

【满意度】达到60%的，得10分。

## 乙（10分）

【领证日】距评价日期不少于1年的，得10分。

## 丙（10分）

【两倍】达到60家的，得10分。

## 丁（10分）

【三】达到0.7万元的，得10分。

## 数据项

| 名称 | 类型 | 单位 | 范围 | 备注 |
|---|---|---|---|---|
| 满意度 | 百分比 | | 0%～100% | 可不适用 |
| 领证日 | 日期 | | | |
| 一 | 数量 | 家 | ≥0 | |
| 二 | 数量 | 家 | ≥0 | |
| 三 | 金额 | 万元 | ≥0 | |
| 和 | 数量 | 家 | ≥0 | |
| 两倍 | 数量 | 家 | ≥0 | |

## 计算

【和】＝【一】＋【二】

【两倍】＝【和】×2
"""


def test_cells_that_are_odd(one_session: Any, tmp_path: Path) -> None:
    """不适用 said twice, days that are none, keys that are no text, a value given and worked out by two formulas."""
    (tmp_path / "in").mkdir()
    rule = tmp_path / "办法.zhun.md"
    rule.write_text(ODD, encoding="utf-8")
    days = pa.array([5_000_000, -800_000, 18_000, 18_000, 20_500, None, 18_000, 20_400], pa.int32()).cast(
        pa.date32()
    )
    columns = {
        "评价对象": [1001.0, 2.5, 3.0, None, 5.0, 6.0, 7.25, 8.0],
        "受检": [True, False, None, True, True, False, False, None],
        "满意度": ["70%", "70%", "不适用", "不适用", "70%", None, "不适用", "70%"],
        "满意度不适用": [None, "否", "是", "否", "是", "否", "是", "否"],
        "领证日": days,
        "评价日期": ["2026-01-01"] * 5 + ["0000-01-01"] + ["2026-01-01"] * 2,
        "一": [10.0, 10.0, 10.0, 30.0, 30.0, 30.0, 30.0, None],
        "三": pa.array([0.7, 0.1, 1 / 3, 2.0**24, 8388606.5, None, 1e-9, 0.0], pa.float32()),
        "二": pa.array([Decimal(n) for n in (10, 10, 10, 30, 30, 30, 0, 0)], pa.decimal128(38, 12)),
        "两倍": [70, 40, 70, None, None, None, None, 60],
    }
    pq.write_table(pa.table(columns), tmp_path / "in" / "a.parquet")
    output = {}
    for engine in ("polars", "spark"):
        path = tmp_path / f"{engine}.parquet"
        run = ("-o", path, "--engine", engine, "--key", "受检", "--master", "local[2]")
        code, words = _run(rule, tmp_path / "in", *run)
        assert code == 0, words
        rejected = Path(f"{path}.rejected")
        texts = rejected.glob("*.csv") if rejected.is_dir() else [rejected]
        reasons = {line for text in texts for line in text.read_text("utf-8-sig").splitlines() if line}
        output[engine] = (_results(path).sort(pl.all()), reasons)
    assert output["spark"][0].equals(output["polars"][0])
    assert output["spark"][1] == output["polars"][1]
    assert (len(output["spark"][0]), len(output["spark"][1])) == (2, 7)
