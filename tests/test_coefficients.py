"""Coefficients in the result: where their facts are from, and what a clause can still earn behind them."""

from pathlib import Path

import zhunsheng

RULES = """# 评价

## 计划（100分）

【完成年度计划】的，得50分。【通过验收】的，得50分。本项得分乘以【难度系数】。

## 数据项

| 名称 | 类型 | 范围 |
|---|---|---|
| 难度系数 | 数量 | 0.5～1.2 |
"""


def test_evidence_and_room(tmp_path: Path) -> None:
    """50 × 0.8 = 40; the 50 points that are left are 40 behind the coefficient."""
    path = tmp_path / "plan.zhun.md"
    path.write_text(RULES, encoding="utf-8")
    coefficient = {"值": "0.8", "佐证材料": "评审表第3页"}
    facts = {"完成年度计划": "是", "通过验收": "否", "难度系数": coefficient}
    indicator = zhunsheng.load(path).score(facts).indicators[0]

    assert indicator.score == 40
    assert indicator.steps[-1].endswith("50分 × 0.8 = 40分（难度系数的佐证材料：评审表第3页）")
    assert [clause.room for clause in indicator.clauses] == [0, 40]


def test_room_behind_an_open_coefficient(tmp_path: Path) -> None:
    """50 × 0.5 = 25 to 50 × 1.2 = 60; the other 50 points bring at most 60, less than 100 − 25."""
    path = tmp_path / "plan.zhun.md"
    path.write_text(RULES, encoding="utf-8")
    indicator = zhunsheng.load(path).score({"完成年度计划": "是", "通过验收": "否"}).indicators[0]

    assert (indicator.score_min, indicator.score_max) == (25, 60)
    assert indicator.clauses[1].room == 60
