"""Facts over all rows of a batch: every engine gives each row what comparing each row with each gives."""

import io
import random
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from attrs import evolve
from click.testing import CliRunner
from rich.console import Console

from zhunsheng.cli import cli
from zhunsheng.commands.batch_progress import pace, passes
from zhunsheng.compiler.batch.peers import Peers
from zhunsheng.compiler.batch.run import Batch
from zhunsheng.compiler.batch.settings import Settings
from zhunsheng.library import Standard, load
from zhunsheng.runtime.result import Result

RULE = """# 示例排名办法

## 营业收入（40分）

【营业收入】由高到低排名第1名得40分，第2名得30分，第3名得20分。【营业收入】由高到低排名后2名的扣5分。

## 满意度（40分）

高于同一【地区】【满意度】平均值的得20分。【满意度】由高到低排名前30%的得20分。

## 增长（20分）

【增长率】达到全部评价对象最高值的50%的，得10分。【增长率】高于去掉一个最高值和一个最低值后的平均值的得10分。

## 评定等级

不足30分为不合格，30分以上不足60分为合格，60分以上为优秀。

## 计算

【增长率】＝（【营业收入】－【去年收入】）÷【去年收入】

## 数据项

| 名称 | 类型 | 单位 | 范围 |
|---|---|---|---|
| 营业收入 | 金额 | 万元 | ≥0 |
| 去年收入 | 金额 | 万元 | ≥0 |
| 增长率 | 百分比 | | |
| 满意度 | 百分比 | | 0%～100% |
| 地区 | 选项 | | 南、北、中 |

## 解读

| 条款 | 疑义 | 采用 | 理由 |
|---|---|---|---|
| 全文 | 并列名次 | 跳号 | 通行 |
| 全文 | 名次方向 | 从大到小 | 通行 |
| 全文 | 百分位 | 舍去 | 通行 |
| 1 | 起评分 | 零分 | 只有得分 |
| 3.1 | 分段 | 分段累计 | 两句各给各的分 |
"""
PLACE, LAST = "营业收入由高到低的名次", "营业收入由高到低的倒数名次"


@pytest.fixture(scope="module")
def rule(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rule file."""
    path = tmp_path_factory.mktemp("rule") / "排名.zhun.md"
    path.write_text(RULE, encoding="utf-8")
    return path


def _run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["batch", *map(str, arguments)], catch_exceptions=False)
    return result.exit_code, result.output


def _rows(seed: int, count: int, *, holes: bool) -> list[dict[str, str]]:
    rng = random.Random(seed)
    rows = []
    for number in range(count):
        row = {
            "评价对象": f"机构{number}",
            "营业收入": str(rng.choice([0, 10, 20, 20, 30, 40, rng.randrange(100)])),
            "去年收入": str(rng.choice([10, 20, 25, 30])),
            "满意度": f"{rng.choice([70, 80, 80, 85.5, 90, rng.randrange(101)])}%",
            "地区": rng.choice(["南", "南", "北"]),
        }
        if holes and number % 9 == 4:
            row[rng.choice(["营业收入", "去年收入", "满意度", "地区"])] = ""
        if number % 11 == 6:
            row[rng.choice(["营业收入", "满意度"])] = "很多"
        rows.append(row)
    return rows


def _write(rows: list[dict[str, Any]], path: Path) -> Path:
    pl.DataFrame(rows).write_csv(path)
    return path


def _scored(
    rule: Path, tables: list[Path], output: Path, engine: str, *more: str
) -> tuple[pl.DataFrame, str, str]:
    code, words = _run(rule, *tables, "-o", output, "--engine", engine, *more)
    assert code == 0, words
    return pl.read_parquet(output), output.with_name(output.name + ".rejected").read_text("utf-8-sig"), words


def _number(text: str) -> Fraction:
    return Fraction(text.rstrip("%")) / (100 if text.endswith("%") else 1)


def _by_hand(rows: list[dict[str, str]], row: dict[str, str]) -> dict[str, Any]:
    """A complete row's facts and total, each row compared with each; rows are those that are not rejected."""
    own, last_year, content = (_number(row[n]) for n in ("营业收入", "去年收入", "满意度"))
    incomes = [_number(r["营业收入"]) for r in rows]
    contents = [_number(r["满意度"]) for r in rows]
    near = [_number(r["满意度"]) for r in rows if r["地区"] == row["地区"]]
    rates = sorted((_number(r["营业收入"]) - _number(r["去年收入"])) / _number(r["去年收入"]) for r in rows)
    rate = (own - last_year) / last_year
    place = 1 + sum(v > own for v in incomes)
    points = {1: 40, 2: 30, 3: 20}.get(place, 0)
    if 1 + sum(v < own for v in incomes) <= 2:
        points = max(0, points - 5)
    points += 20 * (content * len(near) > sum(near))
    points += 20 * (Fraction(1 + sum(v > content for v in contents), len(rows)) <= Fraction(3, 10))
    # Nothing is 50% of a largest value that is not above 0.
    highest = rates[-1]
    points += 10 * (highest > 0 and rate >= highest / 2)
    if len(rates) > 2:
        points += 10 * (rate > sum(rates[1:-1]) / (len(rates) - 2))
    return {"place": place, "total": points}


@pytest.mark.parametrize("count", [3, 4, 40, 130])
def test_engines_give_what_each_with_each_gives(rule: Path, tmp_path: Path, count: int) -> None:
    """Complete rows, a few of them rejected; they take no part."""
    rows = _rows(count, count, holes=False)
    half = count // 2
    tables = [_write(rows[:half], tmp_path / "a.csv"), _write(rows[half:], tmp_path / "b.csv")]
    sound = [row for row in rows if "很多" not in row.values()]
    found = {e: _scored(rule, tables, tmp_path / f"{e}.parquet", e) for e in ("python", "polars", "duckdb")}
    results, rejected, _ = found["python"]
    assert results["评价对象"].to_list() == [row["评价对象"] for row in sound]
    assert [Fraction(v) for v in results["总分"]] == [_by_hand(sound, row)["total"] for row in sound]
    assert len(rejected.splitlines()) - 1 == count - len(sound)
    for engine in ("polars", "duckdb"):
        assert found[engine][0].equals(results)
        assert found[engine][1] == rejected
        assert f"里{len(sound)}行按列计算" in found[engine][2]


def test_rows_with_holes(rule: Path, tmp_path: Path) -> None:
    """A missing number leaves places open, and whatever it is, the totals lie between the ends told."""
    rows = _rows(7, 24, holes=True)
    table = _write(rows, tmp_path / "t.csv")
    found = {e: _scored(rule, [table], tmp_path / f"{e}.parquet", e) for e in ("python", "polars", "duckdb")}
    results = found["python"][0]
    assert found["polars"][0].equals(results) and found["duckdb"][0].equals(results)
    sound = [row for row in rows if "很多" not in row.values()]
    open_rows = [row for row in sound if "" in row.values()]
    assert open_rows and "缺数据" in set(results["状态"])
    rng = random.Random(3)
    for _ in range(40):
        full = [{n: v or _any(n, rng) for n, v in row.items()} for row in sound]
        for row, low, high in zip(full, results["最低总分"], results["最高总分"], strict=True):
            assert low <= _by_hand(full, row)["total"] <= high


def _any(name: str, rng: random.Random) -> str:
    if name == "地区":
        return rng.choice(["南", "北", "中"])
    return f"{rng.randrange(101)}%" if name == "满意度" else str(rng.randrange(1, 90))


def test_one_row(rule: Path, tmp_path: Path) -> None:
    """It is first and last of one; without two others there is no mean without the ends. The summary leaves a clause out
    that is open in every row."""
    row = {"评价对象": "甲", "营业收入": "5", "去年收入": "4", "满意度": "60%", "地区": "中"}
    table, output, summary = _write([row], tmp_path / "t.csv"), tmp_path / "o.parquet", tmp_path / "s.html"
    results, _, _ = _scored(rule, [table], output, "polars", "--summary", str(summary))
    assert summary.exists()
    # 40 − 5; not above its own mean, and 1 of 1 is not within 30%; its own largest value 10, the last clause open.
    assert (results["最低总分"][0], results["最高总分"][0]) == (45, 55)
    assert results["缺少的数据项"][0] == "增长率去掉1个最高值和1个最低值后的平均值"


def test_places_given_are_checked(rule: Path, tmp_path: Path) -> None:
    """A place that the table gives must be the one that comes of the numbers; a row where it is not is rejected, and
    its number still counts for the others."""
    rows = [
        {"评价对象": n, "营业收入": v, "去年收入": "10", "满意度": "80%", "地区": "南", PLACE: p}
        for n, v, p in (("甲", "30", "1"), ("乙", "20", "3"), ("丙", "10", ""), ("丁", "5", "4"))
    ]
    table = _write(rows, tmp_path / "t.csv")
    for engine in ("polars", "python"):
        results, rejected, _ = _scored(rule, [table], tmp_path / f"{engine}.parquet", engine)
        assert results["评价对象"].to_list() == ["甲", "丙", "丁"]
        assert "“营业收入由高到低的名次”填的是3名，按全部行算出来是2名，互相矛盾" in rejected
        assert Fraction(results["1 营业收入"][1]) == 15  # 3rd and second to last


def test_places_given_alone_are_used(rule: Path, tmp_path: Path) -> None:
    """Where no table has the numbers, places are facts as they are for one applicant."""
    rows = [{"评价对象": "甲", "满意度": "80%", "地区": "南", PLACE: "2", LAST: "9"}]
    results, _, _ = _scored(rule, [_write(rows, tmp_path / "t.csv")], tmp_path / "o.parquet", "polars")
    assert Fraction(results["1 营业收入"][0]) == 30


def test_places_given_settle_what_is_open(rule: Path, tmp_path: Path) -> None:
    """A row without its number may give its place, as long as the numbers of the others leave it."""
    rows = [
        {"评价对象": n, "营业收入": v, "去年收入": "10", "满意度": "80%", "地区": "南", PLACE: p}
        for n, v, p in (("甲", "30", ""), ("乙", "", "2"), ("丙", "10", ""), ("丁", "", "5"))
    ]
    results, rejected, _ = _scored(rule, [_write(rows, tmp_path / "t.csv")], tmp_path / "o.parquet", "polars")
    assert results["评价对象"].to_list() == ["甲", "乙", "丙"]
    assert "“营业收入由高到低的名次”填的是5名，按全部行算出来在1名～4名之间，互相矛盾" in rejected


def test_explain_tells_what_was_compared(rule: Path, tmp_path: Path) -> None:
    """The place, how many were compared, and the numbers in order; the total is that of the table."""
    rows = [
        {"评价对象": n, "营业收入": v, "去年收入": "10", "满意度": s, "地区": "南"}
        for n, v, s in (("甲", "30", "80%"), ("乙", "20", "90%"), ("丙", "20", "85%"), ("丁", "5", "85%"))
    ]
    table = _write(rows, tmp_path / "t.csv")
    code, words = _run(rule, table, "--explain", "丙")
    assert code == 0
    assert (
        "2名（计算：4个评价对象参加比较；“营业收入”从大到小：30万元、【20万元×2】、5万元；排第2名）" in words
    )
    assert "“地区”同为南的4个评价对象参加比较；“满意度”从小到大：80%、85%×2、90%；合计340%，除以4" in words
    assert "“增长率”从小到大：-50%、100%×2、200%；两头各去掉1个后合计200%，除以2" in words
    results, _, _ = _scored(rule, [table], tmp_path / "o.parquet", "polars")
    # 30 − 5, second from either end; 85% is the mean; 2 of 4 is not within 30%; 100% is half of 200%, and the mean.
    assert Fraction(results["总分"][2]) == 35
    assert "总分合计：25 ＋ 0 ＋ 10 = 35" in words


def test_a_number_too_fine_is_told(rule: Path, tmp_path: Path) -> None:
    """A number that cannot be compared exactly is rejected with that reason, never rounded."""
    rows = [{"评价对象": "甲", "营业收入": "1." + "1" * 30, "去年收入": "1", "满意度": "80%", "地区": "南"}]
    for engine in ("polars", "python"):
        _, rejected, _ = _scored(rule, [_write(rows, tmp_path / "t.csv")], tmp_path / "o.parquet", engine)
        assert "“营业收入”的数太大或者小数位太多，不能与别的评价对象比较" in rejected


TIES = """# 示例排名办法

## 出口（100分）

【出口额】由高到低排名第1名得100分，每下降一个名次扣10分，并列时按【利润】高者在前。【没有出口】的得55分。

## 数据项

| 名称 | 类型 | 单位 | 备注 |
|---|---|---|---|
| 出口额 | 金额 | 万元 | 不适用 |
| 利润 | 金额 | 万元 | |

## 解读

| 条款 | 疑义 | 采用 | 理由 |
|---|---|---|---|
| 全文 | 并列名次 | 跳号 | 通行 |
"""


def test_ties_are_decided_and_those_without_the_number_have_no_place(tmp_path: Path) -> None:
    """Equal numbers by a second one; where that is missing, only those that are equal are open. 不适用 takes no part."""
    rule = tmp_path / "并列.zhun.md"
    rule.write_text(TIES, encoding="utf-8")
    values = [
        ("甲", "30", "1", "否"),
        ("乙", "30", "5", "否"),
        ("丙", "不适用", "9", "是"),
        ("丁", "20", "2", "否"),
    ]
    values += [("戊", "20", "", "否"), ("己", "10", "", "否"), ("庚", "30", "1", "否")]
    rows = [dict(zip(("评价对象", "出口额", "利润", "没有出口"), row, strict=True)) for row in values]
    table = _write(rows, tmp_path / "t.csv")
    found = {
        e: _scored(rule, [table], tmp_path / f"{e}.parquet", e)[0] for e in ("python", "polars", "duckdb")
    }
    results = found["polars"]
    assert found["python"].equals(results) and found["duckdb"].equals(results)
    ends = [(int(low), int(high)) for low, high in results.select("最低总分", "最高总分").iter_rows()]
    # 乙 is 1st; 甲 and 庚 share the 2nd place; 丁 and 戊 are 4th and 5th, nobody knows which; 己 is 6th whatever its 利润.
    assert ends == [(90, 90), (100, 100), (55, 55), (60, 70), (60, 70), (50, 50), (90, 90)]
    code, words = _run(rule, table, "--explain", "甲")
    assert code == 0
    told = "“出口额”从大到小（相同的比“利润”）：30万元，5万元、【30万元，1万元×2】、20万元，2万元、20万元，缺、10万元，缺；排第2名"
    assert told in words


ABSENT = """# 示例办法

## 出口（100分）

在同一【类别】内【出口额】由高到低排名前50%的得40分。【服务】高于同一【类别】【出口额】平均值的得30分。【出口额】由低到高排名末位的得30分。

## 数据项

| 名称 | 类型 | 单位 | 范围 | 备注 |
|---|---|---|---|---|
| 出口额 | 金额 | 万元 | ≥0 | 不适用 |
| 服务 | 金额 | 万元 | | |
| 类别 | 选项 | | 甲、乙 | 不适用 |

## 解读

| 条款 | 疑义 | 采用 | 理由 |
|---|---|---|---|
| 全文 | 并列名次 | 连号 | 通行 |
| 全文 | 百分位 | 四舍五入 | 通行 |
"""


@pytest.mark.parametrize("holes", [False, True])
def test_those_to_whom_it_does_not_apply(tmp_path: Path, *, holes: bool) -> None:
    """Without a number no place but the mean of the class; without a class neither. With holes the engines still agree,
    and every completion lies between the ends."""
    rule = tmp_path / "不适用.zhun.md"
    rule.write_text(ABSENT, encoding="utf-8")
    rng = random.Random(5)
    rows = [
        {
            "评价对象": f"机构{n}",
            "出口额": rng.choice(["不适用", "10", "20", "30", "40"] + [""] * (holes and n % 8 == 3)),
            "服务": str(rng.randrange(50)),
            "类别": rng.choice(["甲", "乙", "不适用"] + [""] * (holes and n % 8 == 5)),
        }
        for n in range(60)
    ]
    table = _write(rows, tmp_path / "t.csv")
    found = {e: _scored(rule, [table], tmp_path / f"{e}.parquet", e) for e in ("python", "polars", "duckdb")}
    results = found["python"][0]
    assert len(results) == len(rows)
    assert found["polars"][0].equals(results) and found["duckdb"][0].equals(results)
    for _ in range(10):
        options = {"出口额": ["不适用", "5", "20", "70"], "类别": ["甲", "乙", "不适用"]}
        full = [{n: v or rng.choice(options[n]) for n, v in row.items()} for row in rows]
        totals = [_absent_by_hand(full, row) for row in full]
        ends = zip(totals, results["最低总分"], results["最高总分"], strict=True)
        assert all(low <= total <= high for total, low, high in ends)
        assert holes or totals == [int(total) for total in results["总分"]]


def _absent_by_hand(rows: list[dict[str, str]], row: dict[str, str]) -> int:
    numbers = [int(r["出口额"]) for r in rows if r["出口额"] != "不适用"]
    near = [int(r["出口额"]) for r in rows if "不适用" not in r.values() and r["类别"] == row["类别"]]
    points = 0
    if "不适用" not in row.values():
        place = 1 + len({v for v in near if v > int(row["出口额"])})
        points += 40 * (Fraction(2 * place - 1, 2 * len(near)) <= Fraction(1, 2))
    if row["类别"] != "不适用":
        points += 30 * (int(row["服务"]) * len(near) > sum(near))
    if row["出口额"] != "不适用":
        points += 30 * (int(row["出口额"]) == max(numbers))
    return points


@pytest.mark.parametrize("more", ["丁,70,10,80%,南\n", ""])
def test_a_table_that_changes_while_it_is_read(
    rule: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str
) -> None:
    """Rows that were not there when the numbers were gathered, or are no longer, end the run without results."""
    head = "评价对象,营业收入,去年收入,满意度,地区\n甲,30,10,80%,南\n"
    table = tmp_path / "t.csv"
    table.write_text(head + "乙,20,10,80%,南\n", encoding="utf-8")
    compare = Peers.compare

    def changed(self: Peers) -> None:
        compare(self)
        table.write_text(head + more, encoding="utf-8")

    monkeypatch.setattr(Peers, "compare", changed)
    code, words = _run(rule, table, "-o", tmp_path / "o.csv")
    assert code == 3 and "读两遍，内容不一样" in words
    assert not (tmp_path / "o.csv").exists()


def test_an_empty_table(rule: Path, tmp_path: Path) -> None:
    """Nobody to compare."""
    table = tmp_path / "t.csv"
    table.write_text("评价对象,营业收入,去年收入,满意度,地区\n", encoding="utf-8")
    results, _, words = _scored(rule, [table], tmp_path / "o.parquet", "polars")
    assert len(results) == 0 and "读入0行" in words


def test_one_by_itself_is_given_its_places(rule: Path) -> None:
    """``score`` does not know the others: places are facts to be given, and open where they are not."""
    own: Standard = load(str(rule))
    facts = {"满意度": "80%", "营业收入": 5, "去年收入": 4}
    result: Result = own.score(facts)
    assert result.total is None
    assert PLACE in {item.name for item in result.missing}
    assert evolve(own.score({**facts, PLACE: 2, LAST: 7}).indicators[0]).score == 30


def test_passes_are_shown(rule: Path, tmp_path: Path) -> None:
    """A bar for each pass over the tables, which says what it does; one pass where nothing is compared."""
    table = _write(_rows(5, 30, holes=False), tmp_path / "t.csv")
    alone = _write([{"评价对象": "甲", PLACE: "1"}], tmp_path / "p.csv")
    assert _passes(rule, table, tmp_path) == {("第1遍：收集要比较的数", 30), ("第2遍：评分", 30)}
    assert _passes(rule, alone, tmp_path) == {("评分", 1)}
    screen = Console(file=io.StringIO(), force_terminal=True, width=120)
    with passes(screen) as progress:
        progress("第1遍：收集要比较的数", 10, Fraction(1))
        progress("第2遍：评分", 20, Fraction(1, 2))
    assert isinstance(screen.file, io.StringIO)
    assert "第1遍：收集要比较的数 10行" in _plain(screen.file.getvalue())
    assert "第2遍：评分" in screen.file.getvalue()


@pytest.mark.parametrize(
    ("rows", "share", "seconds", "words"),
    [
        (0, Fraction(0), Fraction(5), ""),
        (50_000, Fraction(1, 4), Fraction(2), "25,000行/秒 还要0:06"),
        (2_000, Fraction(1, 1000), Fraction(10), "200行/秒 还要2:46:30"),
        (3, Fraction(1, 2), Fraction(10), "0.3行/秒 还要0:10"),
        (50_000, Fraction(0), Fraction(2), "25,000行/秒"),
        (50_000, Fraction(1), Fraction(2), "25,000行/秒"),
    ],
)
def test_the_time_that_is_left(rows: int, share: Fraction, seconds: Fraction, words: str) -> None:
    """It is told as soon as a part of the tables is behind, whatever files they are."""
    assert pace(rows, share, seconds) == words


def _passes(rule: Path, table: Path, folder: Path) -> set[tuple[str, int]]:
    """What a run tells of its passes, and the rows that each has read in the end."""
    own = load(str(rule))
    found: dict[str, int] = {}
    batch = Batch(own.program, own.module, Settings())
    behind: dict[str, Fraction] = {}

    def told(words: str, rows: int, share: Fraction) -> None:
        assert behind.get(words, 0) <= share <= 1
        found[words], behind[words] = rows, share

    batch.run([table], folder / "o.csv", told)
    assert set(behind.values()) == {1}
    return set(found.items())


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def test_the_summary_is_the_same_however_rows_are_parted(rule: Path, tmp_path: Path) -> None:
    """Engines and the order of the tables leave no mark on it; it is worked out only where it is asked for."""
    rows = _rows(9, 90, holes=False)
    tables = [_write(rows[:40], tmp_path / "a.csv"), _write(rows[40:], tmp_path / "b.csv")]
    pages = set()
    for engine, order in (("python", 1), ("polars", 1), ("polars", -1), ("duckdb", -1)):
        page = tmp_path / "s.html"
        _scored(rule, tables[::order], tmp_path / "o.parquet", engine, "--summary", str(page))
        pages.add(page.read_text("utf-8"))
    (text,) = pages
    assert all(words in text for words in ("失分最多的条文", "最接近上一等级的", "总分分布"))
    own = load(str(rule))
    assert Batch(own.program, own.module, Settings()).summary is None
