"""`batch --engine spark` on a local Spark gives what the other engines give. Skipped with the reason where Spark cannot be had."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner
from compiled import standard
from tables import applicants, table

from zhunsheng.cli import cli
from zhunsheng.commands.common import FACTS_WRONG, USAGE_WRONG
from zhunsheng.compiler import ir
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
    from zhunsheng.compiler.batch import spark

    with spark.spark("local[2]") as session, pytest.MonkeyPatch.context() as patch:
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
    for engine in ("python", "polars", "spark"):
        output = tmp_path / f"{engine}.parquet"
        code, words = _run(ID, folder, "-o", output, "--engine", engine, "--master", "local[2]")
        assert code == 0, words
        rejected = tmp_path / f"{engine}.parquet.rejected"
        texts = rejected.glob("*.csv") if rejected.is_dir() else [rejected]
        reasons = [line for text in texts for line in text.read_text("utf-8-sig").splitlines() if line]
        found[engine] = (
            _results(output).sort(pl.all()),
            sorted(set(reasons)),
            [line.split("；")[0] for line in words.splitlines() if line.startswith(("读入", "注意"))],
        )
    results, rejected_rows, said = found["polars"]
    assert "注意：有的评价对象不止一行：“机构" in said[1]
    assert 20 < len(results) < ROWS
    assert set(results["状态"]) == {"完整", "缺数据", "一票否决"}
    assert found["python"][0].equals(results)
    assert found["spark"][0].equals(results)
    assert found["spark"][1] == rejected_rows == found["python"][1]
    assert found["spark"][2] == said
    assert sorted(p.name for p in tmp_path.iterdir() if "partial" in p.name) == []


def test_what_spark_cannot_read(one_session: Any, tmp_path: Path) -> None:
    """Files that are no Parquet, none at all, a misspelt column: told in Chinese, and nothing is written."""
    (tmp_path / "a.csv").write_text("评价对象,渠道\n甲,3\n", encoding="utf-8")
    (tmp_path / "b.parquet").write_bytes(b"PAR1 and nothing else")
    pl.DataFrame({"评价对象": ["甲"], "渠到": [3]}).write_parquet(tmp_path / "c.parquet")
    pl.DataFrame({"评价对象": ["甲"], "渠道": [3]}).write_parquet(tmp_path / "d.parquet")
    pl.DataFrame({"评价对象": ["甲"], "渠道": ["3"]}).write_parquet(tmp_path / "e.parquet")
    pl.DataFrame({"评价对象": ["甲"], "渠道": [True]}).write_parquet(tmp_path / "f.parquet")
    said = {
        ("a.csv",): "只读Parquet",
        ("b.parquet",): "不是完整的Parquet文件",
        ("c.parquet",): "“渠到”这一列不是数据项。是不是“渠道”",
        ("d.parquet", "e.parquet"): "同名的列类型不同",
        ("f.parquet",): "应为数",
        ("none.parquet",): "没有找到表格",
    }
    for names, words in said.items():
        paths = [tmp_path / name for name in names]
        code, found = _run(ID, *paths, "-o", tmp_path / "out", "--engine", "spark", "--master", "local[2]")
        assert (code, words in found) == (FACTS_WRONG, True), found
        assert "Traceback" not in found
    assert not [p.name for p in tmp_path.iterdir() if p.name.startswith("out")]


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


def test_masters_that_are_not_there(tmp_path: Path) -> None:
    """A master that nobody listens at, and what only other engines do."""
    pl.DataFrame({"评价对象": ["甲"], "渠道": [3]}).write_parquet(tmp_path / "in.parquet")
    run = (ID, tmp_path / "in.parquet", "-o", tmp_path / "out", "--engine", "spark")
    code, words = _run(*run, "--master", "spark://127.0.0.1:1")
    assert (code, "连不上 Spark 主节点：127.0.0.1:1" in words) == (FACTS_WRONG, True), words
    code, words = _run(*run, "--summary", tmp_path / "s.html")
    assert (code, "--engine spark 只写结果" in words) == (USAGE_WRONG, True), words


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
