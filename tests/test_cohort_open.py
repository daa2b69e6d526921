"""Open facts over all that are scored together: each runs over its range by itself, so that no end is proved."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from zhunsheng.cli import cli
from zhunsheng.compiler.engine.engine import prepare
from zhunsheng.library import load
from zhunsheng.runtime.facts import Entry, FactSheet, Value

RULE = """# 得票办法

## 名次（60分）

【得票】由高到低排名第1名得60分，第2名得50分，第3名得30分。

## 平均（40分）

【得票】高于平均值的得40分。

## 数据项

| 名称 | 类型 | 单位 | 范围 |
|---|---|---|---|
| 得票 | 个数 | 票 | 0～3 |

## 解读

| 条款 | 疑义 | 采用 | 理由 |
|---|---|---|---|
| 全文 | 并列名次 | 跳号 | 通行 |
"""
RANK, MEAN = "得票由高到低的名次", "得票的平均值"


@pytest.fixture(scope="module")
def rule(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rule file."""
    path = tmp_path_factory.mktemp("rule") / "票.zhun.md"
    path.write_text(RULE, encoding="utf-8")
    return path


def _proved(rule: Path, **given: Value) -> tuple[bool, bool]:
    """Whether the ends of the total are told as reached, and whether they lie apart."""
    own = load(rule)
    scoring = prepare(own.program, own.module, FactSheet({n: Entry(v) for n, v in given.items()}))
    low, high = scoring.interval
    reached = scoring.low_completion is not None and scoring.high_completion is not None
    assert scoring.sharp == reached
    return reached, low != high


def test_one_open_place_goes_to_its_ends(rule: Path) -> None:
    """A place may be any; the mean is known."""
    assert _proved(rule, 得票=2, **{MEAN: 1}) == (True, True)
    assert _proved(rule, 得票=2, **{RANK: 1}) == (True, True)


def test_a_place_and_a_mean_have_to_do_with_each_other(rule: Path) -> None:
    """The 3rd with 3 votes of 3 is above no mean that it could be the 3rd with."""
    assert _proved(rule, 得票=3) == (False, True)
    assert _proved(rule, **{MEAN: 1}) == (False, True)


def test_the_others_bind_an_open_fact_of_a_batch(rule: Path, tmp_path: Path) -> None:
    """3, 2 and nothing: the place of the first is sure or shared, the mean lies between 5/3 and 8/3, so that it is surely
    above it; the range of the mean alone does not say so."""
    table = tmp_path / "票.csv"
    table.write_text("评价对象,得票\na,3\nb,2\nc,\n", encoding="utf-8")
    result = CliRunner().invoke(
        cli, ["batch", str(rule), str(table), "--explain", "a"], catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    assert "60～100分" in result.output
    assert "没有证明能够取到" in result.output


def test_what_is_to_be_filled_in_is_named(rule: Path, tmp_path: Path) -> None:
    """The blank cell itself, else whose cells are blank; never the figures that are worked out from them."""
    table, out = tmp_path / "票.csv", tmp_path / "结果.csv"
    table.write_text("评价对象,得票\na,3\nb,2\nc,\n", encoding="utf-8")
    result = CliRunner().invoke(cli, ["batch", str(rule), str(table), "-o", str(out)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    rows = csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines())
    wanted = {row["评价对象"]: row["缺少的数据项"] for row in rows}
    assert wanted == {"a": "其他评价对象的得票", "b": "其他评价对象的得票", "c": "得票"}


SHARES = """# 出口办法

## 出口（60分）

按【出口额】÷最高值×60计分。没有该项指标的单位，按满分的60%计分。

## 培训（40分）

【培训场次】由高到低排名前15%的得40分。

## 数据项

| 名称 | 类型 | 单位 | 范围 | 备注 |
|---|---|---|---|---|
| 出口额 | 金额 | 万元 | ≥0 | 没有出口业务的填不适用 |
| 培训场次 | 个数 | 场 | | |

## 解读

| 条款 | 疑义 | 采用 | 理由 |
|---|---|---|---|
| 全文 | 并列名次 | 跳号 | 通行 |
| 2.1 | 百分位 | 四舍五入 | 名额取整 |
"""


def test_a_maximum_of_0_is_told_and_lacks_nothing(tmp_path: Path) -> None:
    """0 ÷ 0 gives no points, but who exported 0 has the indicator."""
    rule, table, out = tmp_path / "出口.zhun.md", tmp_path / "表.csv", tmp_path / "结果.csv"
    rule.write_text(SHARES, encoding="utf-8")
    table.write_text("评价对象,出口额,培训场次\n甲,0,1\n乙,0,2\n", encoding="utf-8")
    arguments = ["batch", str(rule), str(table)]
    result = CliRunner().invoke(cli, [*arguments, "-o", str(out)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    rows = csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines())
    assert {row["缺少的数据项"] for row in rows} == {"出口额÷最高值×60：除数为0"}
    told = CliRunner().invoke(cli, [*arguments, "--explain", "甲"], catch_exceptions=False).output
    assert "没有该项指标 【不成立】" in told
    assert "无法评定，但不是不适用" in told


def test_the_formula_told_is_the_one_that_is_used(tmp_path: Path) -> None:
    """Half a place less, where 百分位 is read 四舍五入."""
    rule = tmp_path / "出口.zhun.md"
    rule.write_text(SHARES, encoding="utf-8")
    told = CliRunner().invoke(cli, ["facts", str(rule)], catch_exceptions=False).output
    assert "＝（【培训场次由高到低的名次】－0.5）÷【培训场次排名的个数】" in told
    assert "＝【培训场次由高到低的名次】÷" not in told
