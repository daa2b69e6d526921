"""What each clause costs on average, worked by hand: never more together than the indicator lost."""

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from zhunsheng.cli import cli

RULES = """# 示例

## 服务（20分）

（一）每新增一项【活动】加2分，每新增一项【培训】加3分，累计加分不超过10分。（二）【有制度】的，加10分。

## 纪律（10分）

每发生一次【迟到】扣1分，每发生一次【旷工】扣4分，扣完为止。

## 公文（10分）

【公文】不少于2篇，得10分；每少1篇扣5分。

## 加分项

【获得表彰】的，加5分。

## 评定等级

20分（含）以上为合格，不足20分为不合格。

## 解读

| 条款 | 疑义 | 采用 | 理由 |
|---|---|---|---|
| 累计加分不超过10分 | 上限 | 整句 | 说的是两项活动 |
"""
ROWS = """评价对象,活动,培训,有制度,迟到,旷工,公文,获得表彰
甲,1,0,是,2,0,2,否
乙,4,2,否,0,3,1,否
"""
#: 服务: 12 and 10 of 20, mean loss 9. The group of 1.1 and 1.2 has 2 and 10 (14 cut) of 10, so lacks 4; by themselves they
#: lack 20 − 5 = 15 and 20 − 3 = 17: 4 × 15/32 and 4 × 17/32. 1.3 lacks 5. Together 9.
#: 纪律: 8 and 0 (−2 cut) of 10, mean loss 6; taken 1 and 6: 6 × 1/7 and 6 × 6/7. 公文: 10 and 5.
COSTS = {"2.2": "5.1429", "1.3": "5", "3.1": "2.5", "1.2": "2.125", "1.1": "1.875", "2.1": "0.8571"}


ENGINES = pytest.mark.parametrize("engine", ["polars", "python", "duckdb"])


def _costs(rules: str, rows: str, engine: str, folder: Path) -> dict[str, str]:
    """The costs of the clauses in the summary."""
    (folder / "r.zhun.md").write_text(rules, encoding="utf-8")
    (folder / "in.csv").write_text(rows, encoding="utf-8")
    files = [str(folder / name) for name in ("r.zhun.md", "in.csv", "o.csv", "s.xlsx")]
    call = ["batch", *files[:2], "-o", files[2], "--engine", engine, "--summary", files[3]]
    result = CliRunner().invoke(cli, call, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    sheet = openpyxl.load_workbook(files[3])["失分最多的条文"]
    return {str(row[0]): str(row[3]) for row in sheet.iter_rows(min_row=2, values_only=True) if row[1]}


@ENGINES
def test_costs(engine: str, tmp_path: Path) -> None:
    """The same from columns as row by row; a bonus that nobody has is no loss."""
    assert _costs(RULES, ROWS, engine, tmp_path) == COSTS


PLAIN = """# 示例

## 活动（10分）

每组织一次【活动】得1分。

## 评定等级

5分（含）以上为合格，不足5分为不合格。
"""


@ENGINES
def test_points_that_are_a_fact(engine: str, tmp_path: Path) -> None:
    """A clause whose points are the number itself, which no column of the plan holds by itself: 4, 6 and, one by one, 2."""
    rows = "评价对象,活动\n甲,4\n乙,6\n丙,２\n"
    assert _costs(PLAIN, rows, engine, tmp_path) == {"1.1": "6"}


BANDS = """# 示例

## 满意度（30分）

【满意度】90%以上的，得30分；80%以上不足90%的，得21分；60%以上不足80%的，得7分。

## 解读

| 条款 | 疑义 | 采用 | 理由 |
|---|---|---|---|
| 满意度 | 分段 | 分段择一 | 各段不相重 |
"""
#: 30, 21, 7 and 0 of 30: the mean is 14.5, the mean loss 15.5. 1.1 lacks 0, 9, 23, 30, which is 15.5; 1.2 lacks 21 − 7 where
#: the third holds and 21 where none does: 35 / 4 = 8.75; 1.3 only 7 where none does: 1.75. 15.5 in proportion to these, of 26.
BAND_COSTS = {"1.1": "9.2404", "1.2": "5.2163", "1.3": "1.0433"}


@ENGINES
def test_bands(engine: str, tmp_path: Path) -> None:
    """A band that gives less than the one that holds has lost nothing."""
    rows = "评价对象,满意度\n甲,95%\n乙,85%\n丙,70%\n丁,10%\n"
    assert _costs(BANDS, rows, engine, tmp_path) == BAND_COSTS
    rows = "评价对象,满意度\n甲,95%\n乙,85%\n"
    assert _costs(BANDS, rows, engine, tmp_path) == {"1.1": "4.5"}
