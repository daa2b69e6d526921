"""What each clause costs on average, worked by hand: never more together than the indicator lost."""

from pathlib import Path

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner
from compiled import standard
from tables import applicants, table

from zhunsheng.cli import cli
from zhunsheng.compiler.batch.run import Batch
from zhunsheng.compiler.batch.settings import Settings
from zhunsheng.runtime.facts import FactType

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
#: 服务: 12 and 10 of 20, mean loss 9. In the first row the group of 1.1 and 1.2 has 2 of 10, so lacks 8, and each of the two
#: 8 at most; in the second it has 10 (14 cut) and lacks nothing: means 4 and 4, which share the 4 that the group lacks.
#: 1.3 lacks 0 and 10. Together 9.
#: 纪律: 8 and 0 (−2 cut) of 10: taken 2 and 0 in the first, 0 and 10 (12 cut) in the second: 1 and 5. 公文: 10 and 5.
COSTS = {"1.3": "5", "2.2": "5", "3.1": "2.5", "1.1": "2", "1.2": "2", "2.1": "1"}


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


GRADES = """# 示例

## 档案（10分）

【档案齐全】的，得5分；【档案基本齐全】的，得3分。【有备份】的，得5分。

## 作风（10分）

【被提醒】的，扣2分；【受到批评】的，扣4分，只计最高分。

## 评定等级

10分（含）以上为合格，不足10分为不合格。

## 解读

| 条款 | 疑义 | 采用 | 理由 |
|---|---|---|---|
| 档案齐全 | 分段 | 分段择一 | 只会是一等 |
"""


@ENGINES
def test_lower_grade(engine: str, tmp_path: Path) -> None:
    """甲 has the full mark by the higher grade: the lower one has lost nothing. 乙 lacks 2 of the higher one, and 5 of the
    backup; of its deductions 2 and 4 only the 4 counts. 丙 has neither grade: 5 of 5 lost, shared by 5 and 3 of 8.
    Sums: 1.1 lacks 2 + 5, 1.2 lacks 3, the group 2 + 5: 7 × 7/10 and 7 × 3/10, each over 3 rows."""
    rows = """评价对象,档案齐全,档案基本齐全,有备份,被提醒,受到批评
甲,是,否,是,否,否
乙,否,是,否,是,是
丙,否,否,是,否,否
"""
    found = {"1.3": "1.6667", "1.1": "1.6333", "2.2": "1.3333", "1.2": "0.7"}
    assert _costs(GRADES, rows, engine, tmp_path) == found
    assert _costs(GRADES, rows.replace("丙,否,否", "丙,否,是"), engine, tmp_path) == {
        "1.3": "1.6667",
        "1.1": "1.3333",
        "2.2": "1.3333",
    }


@pytest.mark.parametrize("id", ["miit-2017-103", "shili-2026-103", "shili-db34-agency"])
def test_columns_and_single_rows(id: str, tmp_path: Path) -> None:
    """Random rows of a standard of the library have the same costs from columns as row by row, and of no indicator do they
    come to more than its full mark less its mean score."""
    program = standard(id).program
    frame = table(program, applicants(program, 11, 80))
    percents = [spec.name for spec in program.facts if spec.type is FactType.PERCENT]
    names = {name: f"{name}(比值)" for name in percents if name in frame.columns}
    frame.rename(names).write_parquet(tmp_path / "in.parquet")
    found = {}
    for engine in ("python", "polars"):
        summed = Settings(engine, summed=True)
        batch = Batch(program, standard(id).module, summed)
        batch.run([tmp_path / "in.parquet"], tmp_path / "o.parquet", lambda words, rows, share: None)
        assert batch.summary is not None
        found[engine] = list(batch.summary.losses.costs())
        rows = batch.summary.losses.rows
    assert found["python"] == found["polars"]
    assert any(cost.points for cost in found["polars"])
    scores = pl.read_parquet(tmp_path / "o.parquet")
    for leaf in program.leaves():
        own = [cost.points for cost in found["polars"] if cost.leaf == leaf]
        known = scores[f"{leaf.id} {leaf.title}"].drop_nulls().cast(pl.Float64)
        # Where a clause is open, the indicator may have its score, and is not counted.
        if leaf.full is not None and len(known) == rows[leaf.id]:
            lost = sum(float(leaf.full) - score for score in known) / len(known)
            assert float(sum(own)) <= lost * float(leaf.weight) + 1e-9
