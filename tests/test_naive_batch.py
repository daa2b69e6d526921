"""Batches and the naive evaluator: facts over the cohort, worked out by comparing each row with each, give the same totals."""

import json
import random
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path

import naive
import polars as pl
import pytest
from click.testing import CliRunner
from naive_facts import derive, facts_of
from naive_model import Standard, Together, Value
from naive_reader import FIRST
from naive_standings import NOT_APPLICABLE, Ends, NotApplicable, Number, Subject, standing

from zhunsheng.cli import cli

RULE = """# 示例排名办法

## 收入（40分）

【收入】由高到低排名第1名得40分，第2名得30分，第3名得20分，并列时按【利润】高者在前，仍并列的按【投诉】低者在前。【收入】由高到低排名后2名的扣5分。

## 满意度（40分）

高于同一【地区】【满意度】平均值的得20分。在同一【地区】内【满意度】由高到低排名前30%的得20分。

## 增长（20分）

【增长率】达到全部评价对象最高值的50%的，得10分。【增长率】高于去掉一个最高值和一个最低值后的平均值的得10分。

## 评定等级

不足30分为不合格，30分以上不足60分为合格，60分以上为优秀。

## 计算

【增长率】＝（【收入】－【去年收入】）÷【去年收入】

## 数据项

| 名称 | 类型 | 单位 | 范围 | 备注 |
|---|---|---|---|---|
| 收入 | 金额 | 万元 | 0～40 | |
| 去年收入 | 金额 | 万元 | ≥0 | |
| 增长率 | 百分比 | | | |
| 利润 | 金额 | 万元 | | |
| 投诉 | 个数 | 件 | | |
| 满意度 | 百分比 | | 0%～100% | 可不适用 |
| 地区 | 选项 | | 南、北、中 | |

## 解读

| 条款 | 疑义 | 采用 | 理由 |
|---|---|---|---|
| 全文 | 分段 | 分段累计 | 各给各的分 |
| 全文 | 并列名次 | {ties} | 通行 |
| 全文 | 百分位 | {share} | 通行 |
| 1 | 起评分 | 零分 | 只有得分 |
"""
PLACE = "收入由高到低的名次"
#: What is written in the cells of a column, with what it means.
CELLS: dict[str, dict[str, Value]] = {
    "收入": {str(n): Fraction(n) for n in (0, 10, 20, 30, 35, 40)},
    "去年收入": {str(n): Fraction(n) for n in (0, 10, 20, 25, 30)},
    "利润": {str(n): Fraction(n) for n in (-5, 0, 5)},
    "投诉": {str(n): n for n in (0, 1, 2)},
    "满意度": {"不适用": NOT_APPLICABLE, **{f"{n}%": Fraction(n, 100) for n in (70, 80, 85, 90, 100)}},
    "地区": {name: name for name in ("南", "北")},
}
#: Random batches, and completions of each that are tried where cells are empty.
BATCHES, COMPLETIONS = 16, 12

Row = Mapping[str, Value]


@cache
def _rule(ties: str, share: str) -> tuple[str, Standard]:
    text = RULE.format(ties=ties, share=share)
    return text, naive.read(text, FIRST)


@cache
def _reach(standard: Standard, name: str) -> tuple[Ends, bool]:
    fact = next(fact for fact in facts_of(standard) if fact.name == name)
    return Ends(fact.low, fact.high), fact.allows_na


def _standings(standard: Standard, rows: list[Row]) -> list[dict[str, Ends | NotApplicable]]:
    """The facts over the cohort of each row."""
    known = [derive(standard, row) for row in rows]
    found: list[dict[str, Ends | NotApplicable]] = [{} for _ in rows]
    for name, together in standard.together.items():
        subjects = [_subject(together, row) for row in known]
        reach, allows_na = _reach(standard, together.of)
        for n, facts in enumerate(found):
            facts[name] = standing(together, n, subjects, reach, allows_na=allows_na)
    return found


def _subject(together: Together, row: Row) -> Subject:
    of = row.get(together.within) if together.within else ""
    assert of is None or isinstance(of, str)
    x = row.get(together.of)
    return Subject(
        of,
        NOT_APPLICABLE if x == NOT_APPLICABLE else _number(x),
        tuple(_number(row.get(y)) for y, _ in together.then),
    )


def _number(value: Value | None) -> Number:
    return Fraction(value) if isinstance(value, int | Fraction) else None


def _evaluated(
    standard: Standard, row: Row, facts: Mapping[str, Ends | NotApplicable]
) -> naive.Outcome | None:
    """What comes of a row with those of the facts that are known; None where something is missing."""
    worked: dict[str, Value] = {}
    for name, ends in facts.items():
        value = ends.known if isinstance(ends, Ends) else ends
        if value is not None:
            worked[name] = value
    try:
        return naive.evaluate(standard, {**worked, **row})
    except naive.Incomplete:
        return None


def _batch(
    text: str, cells: list[dict[str, str]], folder: Path, engine: str
) -> dict[str, dict[str, str | None]]:
    """The results by subject; what is rejected has none."""
    (folder / "规则.zhun.md").write_text(text, encoding="utf-8")
    pl.DataFrame(cells).write_csv(folder / "表.csv")
    command = [
        "batch",
        folder / "规则.zhun.md",
        folder / "表.csv",
        "-o",
        folder / "结果.jsonl",
        "--engine",
        engine,
    ]
    outcome = CliRunner().invoke(cli, [str(word) for word in command], catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    lines = (folder / "结果.jsonl").read_text("utf-8").splitlines()
    return {result["评价对象"]: result for result in map(json.loads, lines)}


def _drawn(rng: random.Random, holes: float) -> tuple[dict[str, str], dict[str, Value]]:
    """A row's cells and what they mean."""
    cells = {name: "" if rng.random() < holes else rng.choice(list(own)) for name, own in CELLS.items()}
    return cells, {name: CELLS[name][cell] for name, cell in cells.items() if cell}


def _completed(rng: random.Random, rows: list[Row]) -> list[Row]:
    return [{**{name: rng.choice(list(own.values())) for name, own in CELLS.items()}, **row} for row in rows]


@pytest.mark.parametrize("number", range(BATCHES))
def test_batches(number: int, tmp_path: Path) -> None:
    """Totals of rows in which nothing is open; the others' ends hold whatever the empty cells are. Some rows have errors,
    some state their place, which has to agree."""
    rng = random.Random(number)
    text, standard = _rule(rng.choice(["跳号", "连号"]), rng.choice(["舍去", "四舍五入"]))
    holes = rng.choice([0, 0, 0.04, 0.15])
    drawn = [_drawn(rng, holes) for _ in range(rng.choice([1, 3, 8, 25]))]
    names = [f"机构{n}" for n in range(len(drawn))]
    stated = {name: rng.randint(1, len(names)) for name in names if number % 3 == 0 and rng.random() < 0.3}
    cells = [
        {"评价对象": name, **own} | ({PLACE: str(stated.get(name, ""))} if number % 3 == 0 else {})
        for name, (own, _) in zip(names, drawn, strict=True)
    ]
    wrong = {name for name in names if rng.random() < 0.08}
    for row in cells:
        if row["评价对象"] in wrong:
            row["投诉"] = "很多"
    results = _batch(text, cells, tmp_path, rng.choice(["python", "polars", "duckdb"]))

    sound = [name for name in names if name not in wrong]
    rows: list[Row] = [row for name, (_, row) in zip(names, drawn, strict=True) if name not in wrong]
    found = _standings(standard, rows)
    for name, facts in zip(sound, found, strict=True):
        ends = facts[PLACE]
        if name in stated and isinstance(ends, Ends):
            assert ends.low is not None and ends.high is not None
            assert (name in results) == (ends.low <= stated[name] <= ends.high), (name, ends)
            facts[PLACE] = Ends(Fraction(stated[name]), Fraction(stated[name]))
        else:
            assert name in results
    scored = [n for n, name in enumerate(sound) if name in results]
    for n in scored:
        outcome, result = _evaluated(standard, rows[n], found[n]), results[sound[n]]
        total = result["总分（精确）"] or result["总分"]
        if outcome is not None:
            assert total is not None and Fraction(total) == outcome.total, (sound[n], outcome)
    for _ in range(COMPLETIONS if holes else 0):
        complete = _completed(rng, rows)
        for n, facts in enumerate(_standings(standard, complete)):
            place = facts[PLACE]
            if n not in scored or (
                sound[n] in stated and isinstance(place, Ends) and place.known != stated[sound[n]]
            ):
                continue
            outcome, result = _evaluated(standard, complete[n], facts), results[sound[n]]
            if outcome is not None:
                low, high = (result[key] or result["总分"] for key in ("最低总分", "最高总分"))
                assert low is not None and high is not None
                assert Fraction(low) <= outcome.total <= Fraction(high), (sound[n], complete)
