"""Units without an indicator in a batch: they take no part in the ranking, and get what the sentence says."""

import random
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from zhunsheng.cli import cli

RULE = """# 示例办法

## 出口额（40分）

【出口额】由高到低排名第1名得40分，每下降一个名次扣5分。没有该项指标的单位，按满分的60%计分。

## 满意度（60分）

【满意度】由高到低排名前30%的得60分，其他情况得30分。【满意度】不适用的，得45分。

## 评定等级

不足60分为不合格，60分以上为合格。

## 数据项

| 名称 | 类型 | 单位 | 范围 | 备注 |
|---|---|---|---|---|
| 出口额 | 金额 | 万元 | ≥0 | 没有出口的填不适用 |
| 满意度 | 百分比 | | 0%～100% | 没有服务对象的填不适用 |

## 解读

| 条款 | 疑义 | 采用 | 理由 |
|---|---|---|---|
| 全文 | 并列名次 | 跳号 | 通行 |
| 全文 | 百分位 | 舍去 | 通行 |
"""


def _by_hand(rows: list[dict[str, str]], row: dict[str, str]) -> Fraction:
    """The total of a complete row, compared with each that has the number too."""

    def numbers(name: str) -> list[Fraction]:
        return [Fraction(r[name].rstrip("%")) for r in rows if r[name] != "不适用"]

    exports, contents = numbers("出口额"), numbers("满意度")
    if row["出口额"] == "不适用":
        total = Fraction(24)
    else:
        place = 1 + sum(value > Fraction(row["出口额"]) for value in exports)
        total = Fraction(max(0, 40 - 5 * (place - 1)))
    if row["满意度"] == "不适用":
        return total + 45
    place = 1 + sum(value > Fraction(row["满意度"].rstrip("%")) for value in contents)
    return total + (60 if place * 10 <= 3 * len(contents) else 30)


@pytest.mark.parametrize("engine", ["python", "polars", "duckdb"])
def test_those_without_an_indicator(tmp_path: Path, engine: str) -> None:
    """Every engine gives each row what comparing it with each of the others gives."""
    rng = random.Random(5)
    rows = [
        {
            "评价对象": f"机构{number}",
            "出口额": rng.choice(["不适用", "0", str(rng.randrange(90))]),
            "满意度": rng.choice(["不适用", "80%", f"{rng.randrange(101)}%"]),
        }
        for number in range(30)
    ]
    rule, table, output = tmp_path / "办法.zhun.md", tmp_path / "各家.csv", tmp_path / "结果.parquet"
    rule.write_text(RULE, encoding="utf-8")
    pl.DataFrame(rows).write_csv(table)
    arguments = ["batch", str(rule), str(table), "-o", str(output), "--engine", engine]
    result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found = pl.read_parquet(output)
    assert found.height == len(rows)
    for got, row in zip(found.iter_rows(named=True), rows, strict=True):
        assert Fraction(str(got["总分"])) == _by_hand(rows, row), row


def test_a_number_that_is_missing(tmp_path: Path) -> None:
    """A unit that gave no answer may be without the indicator, or have any place."""
    rows = [
        {"评价对象": "甲", "出口额": "10", "满意度": "不适用"},
        {"评价对象": "乙", "出口额": "", "满意度": "不适用"},
        {"评价对象": "丙", "出口额": "不适用", "满意度": "不适用"},
    ]
    rule, table, output = tmp_path / "办法.zhun.md", tmp_path / "各家.csv", tmp_path / "结果.parquet"
    rule.write_text(RULE, encoding="utf-8")
    pl.DataFrame(rows).write_csv(table)
    arguments = ["batch", str(rule), str(table), "-o", str(output)]
    result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found = pl.read_parquet(output)
    ends = [
        (Fraction(str(one["最低总分"])), Fraction(str(one["最高总分"])))
        for one in found.iter_rows(named=True)
    ]
    # 乙 is before 甲, behind it, or has no number: first or second of two, or 24 points.
    assert [(int(low), int(high)) for low, high in ends] == [(80, 85), (69, 85), (69, 69)]
