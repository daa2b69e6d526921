"""What only keeps the tier down (不得评为优秀) is told apart from a veto, and what does not count (取高) from what does."""

import csv
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from zhunsheng.cli import cli

RULES = """# 示例办法

## 材料（40分）

（一）【有章】的，得40分；【有函】的，得20分，取最高分，不累计得分。

## 排名（60分）

【营收】由高到低排名前3名的，得60分；其他情况得30分。

## 加分项

【获国家奖】的，加5分；【获省奖】的，加4分。同一事项按最高分计，不重复计分。

## 减分项

【被提醒】的，扣1分；【被警告】的，扣3分，只计最高分。

## 评定等级

90分（含）以上为优秀，70分（含）以上-90分为良好，不足70分为不合格。

## 一票否决

（一）【有投诉】的，不得评为优秀。（二）【被通报】的，直接评为良好。（三）【造假】的，直接评为不合格。

## 数据项

| 名称 | 类型 | 单位 | 范围 |
|---|---|---|---|
| 营收 | 金额 | 万元 | ≥0 |

## 解读

| 条款 | 疑义 | 采用 | 理由 |
|---|---|---|---|
| 全文 | 并列名次 | 跳号 | 通行的排法 |
"""
HEAD = "评价对象,有章,有函,营收,获国家奖,获省奖,被提醒,被警告,有投诉,被通报,造假\n"
#: 甲: 40 + 60 + 5 = 105, held down from 优秀. 乙 likewise by the second. 丙 and 丁 as they are scored, 戊 vetoed, and both
#: limited and vetoed 己.
ROWS = """甲,是,是,300,是,是,否,否,是,否,否
乙,是,否,200,否,否,否,否,否,是,否
丙,是,否,100,否,否,是,是,否,否,否
丁,否,是,90,否,否,否,否,否,否,否
戊,是,否,80,否,否,否,否,否,否,是
己,是,否,70,否,否,否,否,是,否,是
"""


def _run(folder: Path, rows: str, *words: object) -> str:
    (folder / "r.zhun.md").write_text(RULES, encoding="utf-8")
    (folder / "in.csv").write_text(HEAD + rows, encoding="utf-8")
    call = ["batch", folder / "r.zhun.md", folder / "in.csv", *words]
    result = CliRunner().invoke(cli, [str(word) for word in call], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def _table(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8-sig") as file:
        return {row["评价对象"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("engine", ["polars", "duckdb", "python"])
def test_a_limit_is_no_veto(engine: str, tmp_path: Path) -> None:
    """The same word with every engine, in the results, in 汇总表 and in the summary."""
    _run(tmp_path, ROWS, "-o", tmp_path / "o.csv", "--engine", engine, "--summary", tmp_path / "s.xlsx")
    found = {
        name: (row["状态"], row["总分"], row["等级"], row["否决"])
        for name, row in _table(tmp_path / "o.csv").items()
    }
    assert found == {
        "甲": ("等级受限", "105", "良好", "否决1"),
        "乙": ("等级受限", "100", "良好", "否决2"),
        "丙": ("完整", "97", "优秀", ""),
        "丁": ("完整", "50", "不合格", ""),
        "戊": ("一票否决", "70", "不合格", "否决3"),
        "己": ("一票否决", "70", "不合格", "否决1、否决3"),
    }
    rows = openpyxl.load_workbook(tmp_path / "s.xlsx")["概况"].iter_rows(values_only=True)
    counts = {row[0]: row[1] for row in rows if row[0] and "其中" in str(row[0])}
    assert counts == {
        "其中完整（总分和等级都已定）": 2,
        "其中等级受限（总分和等级都已定）": 2,
        "其中一票否决": 2,
    }
    _run(tmp_path, ROWS, "-o", tmp_path / "o.xlsx", "--engine", engine)
    sheet = openpyxl.load_workbook(tmp_path / "o.xlsx")["汇总表"]
    assert [row[2] for row in sheet.iter_rows(min_row=6, values_only=True)] == [
        own[0] for own in found.values()
    ]


def test_the_trace_of_a_limit(tmp_path: Path) -> None:
    """The verdict says that the tier is held down, not that there was a veto of all."""
    told = _run(tmp_path, ROWS, "--explain", "甲")
    assert "结论：等级受限，良好 105分（数据齐全）" in told
    assert "不计否决" not in told
    assert "评定为此等级（等级受限）" in told
    told = _run(tmp_path, ROWS, "--explain", "己")
    assert "结论：一票否决，不合格 70分" in told


@pytest.mark.parametrize("engine", ["polars", "duckdb", "python"])
def test_a_limit_where_data_lack(engine: str, tmp_path: Path) -> None:
    """What is open comes first: 甲 may still be 良好 or 不合格; of 乙 the tier is sure and the total is not."""
    rows = "甲,,否,,否,否,否,否,是,否,否\n乙,是,否,,否,否,否,否,是,否,否\n"
    rows += "丙,是,否,1,否,否,否,否,否,否,否\n丁,是,否,1,否,否,否,否,否,否,否\n"
    _run(tmp_path, rows, "-o", tmp_path / "o.csv", "--engine", engine)
    found = {name: (row["状态"], row["可能的等级"]) for name, row in _table(tmp_path / "o.csv").items()}
    assert found["甲"] == ("缺数据", "不合格、良好")
    assert found["乙"] == ("等级已定", "良好")
    assert "等级受限，待定 30～100分，可能的等级：不合格、良好" in _run(tmp_path, rows, "--explain", "甲")


def test_what_others_lack(tmp_path: Path) -> None:
    """乙 has not filled in its number. Where the place of another stays open and counts, that is told; where nothing hangs on
    it, the row is complete and lacks nothing."""
    rows = ROWS.replace("乙,是,否,200", "乙,是,否,")
    _run(tmp_path, rows, "-o", tmp_path / "o.csv")
    found = {name: (row["状态"], row["缺少的数据项"]) for name, row in _table(tmp_path / "o.csv").items()}
    assert found["甲"] == ("等级受限", "")
    assert found["乙"] == ("等级已定", "营收")
    assert found["丙"] == ("完整", "")
    assert found["丁"] == ("缺数据", "其他评价对象的营收")
    _run(tmp_path, rows, "-o", tmp_path / "o.xlsx", "--sheets")
    book = openpyxl.load_workbook(tmp_path / "o.xlsx")
    told = {sheet.title: [row[0] for row in sheet.iter_rows(values_only=True)] for sheet in book}
    assert "缺少的数据项" in told["丁"]
    assert "缺少的数据项" not in told["甲"]


def test_what_does_not_count(tmp_path: Path) -> None:
    """Of clauses of which the best counts, the others say so, so that the printed points add up: in the trace and in the
    worksheets."""
    told = _run(tmp_path, ROWS, "--explain", "甲")
    assert "1.2 【得分 20分，以高者计，未计入】" in told
    assert "加1.1 【得分 5分】" in told
    assert "加1.2 【得分 4分，以高者计，未计入】" in told
    told = _run(tmp_path, ROWS, "--explain", "丙")
    assert "1.1 【得分 40分】" in told
    assert "1.2 【不得分 0分】" in told
    assert "减1.1 【扣分 -1分，按扣分多的计，未计入】" in told
    assert "减1.2 【扣分 -3分】" in told
    _run(tmp_path, ROWS, "-o", tmp_path / "o.xlsx", "--sheets")
    sheet = openpyxl.load_workbook(tmp_path / "o.xlsx")["甲"]
    points = {row[0]: row[2] for row in sheet.iter_rows(values_only=True) if row[0]}
    assert (points["1.1"], points["1.2"]) == (40, "20（以高者计，未计入）")
    assert (points["加1.1"], points["加1.2"]) == (5, "4（以高者计，未计入）")


def test_what_may_yet_count(tmp_path: Path) -> None:
    """Where it is open whether another gives more, nothing is said to be left out; of two that are equal the first counts."""
    told = _run(tmp_path, "甲,,是,1,,是,否,否,否,否,否\n", "--explain", "甲")
    assert "1.2 【得分 20分】" in told
    assert "加1.2 【得分 4分】" in told
