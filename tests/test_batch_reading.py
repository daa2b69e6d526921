"""What stands in a table is read the same by every engine, or turned down by each with the same words."""

import datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from zhunsheng.cli import cli

ENGINES = ("python", "polars", "duckdb")


def rule(body: str, facts: str, rest: str = "") -> str:
    """A rule file with its table of facts, a line each without the outer bars."""
    rows = "".join(f"| {row.strip()} |\n" for row in facts.splitlines() if row.strip())
    head = "| 名称 | 类型 | 单位 | 范围 | 备注 |\n|---|---|---|---|---|\n"
    return f"# 办法\n\n{body.strip()}\n\n## 数据项\n\n{head}{rows}\n{rest}\n"


POINTS = rule(
    "## 甲（10分）\n\n【渠道】达到10个的，得10分。\n\n## 乙（10分）\n\n【满意度】达到60%的，得10分。",
    "渠道 | 个数 | 个 | ≥0 |\n满意度 | 百分比 | | 0%～100% | 可不适用",
)
SHARE = rule(
    "## 甲（10分）\n\n【比】达到60%的，得10分。",
    "满意 | 个数 | 个 | ≥0 | 可不适用\n全部 | 个数 | 个 | ≥0 |\n比 | 百分比 | | 0%～100% | 可不适用",
    "## 计算\n\n【比】＝【满意】÷【全部】",
)
DAYS = rule("## 甲（10分）\n\n【领证日】距评价日期不少于1年的，得10分。", "领证日 | 日期 | | |")


def run(folder: Path, text: str, *arguments: object) -> tuple[int, str]:
    """A batch under a rule."""
    own = folder / "办法.zhun.md"
    own.write_text(text, encoding="utf-8")
    command = ["batch", str(own), *map(str, arguments)]
    result = CliRunner().invoke(cli, command, catch_exceptions=False)
    return result.exit_code, result.output


def alike(
    folder: Path, text: str, table: str | pl.DataFrame | pa.Table, *options: object
) -> tuple[list[str], list[str]]:
    """The lines of results and of what is rejected, which every engine gives."""
    path = folder / ("a.csv" if isinstance(table, str) else "a.parquet")
    if isinstance(table, str):
        path.write_text(table, encoding="utf-8")
    elif isinstance(table, pl.DataFrame):
        table.write_parquet(path)
    else:
        pq.write_table(table, path)
    found = []
    for engine in ENGINES:
        output = folder / f"{engine}.csv"
        code, words = run(folder, text, path, "-o", output, "--engine", engine, *options)
        assert code == 0, words
        own = [one.read_text("utf-8-sig").splitlines()[1:] for one in (output, Path(f"{output}.rejected"))]
        found.append((own[0], own[1]))
    assert found[0] == found[1] == found[2]
    return found[0]


def refused(folder: Path, text: str, table: pl.DataFrame, *options: object) -> str:
    """Why a table cannot be scored at all, in the words of every engine."""
    table.write_parquet(folder / "a.parquet")
    told = set()
    for engine in ENGINES:
        code, words = run(
            folder, text, folder / "a.parquet", "-o", folder / "r.csv", "--engine", engine, *options
        )
        assert code == 3, words
        told.add(words)
    (words,) = told
    return words


def test_not_applicable_said_twice(tmp_path: Path) -> None:
    """The same twice is no contradiction; 不适用 beside 否, or beside a value, is one."""
    rows = "甲,10,不适用,是\n乙,10,不适用,否\n丙,10,70%,否\n丁,10,70%,是\n戊,10,,否\n"
    scored, rejected = alike(tmp_path, POINTS, f"评价对象,渠道,满意度,满意度不适用\n{rows}")
    assert [row[:7] for row in scored] == ["甲,完整,10", "丙,完整,20", "戊,缺数据,,"]
    assert [row.split(",", 3)[3] for row in rejected] == [
        "乙,“满意度”填了不适用，“满意度不适用”又填否；只留一个",
        "丁,“满意度”填了值，又说不适用；只留一个",
    ]


@pytest.mark.parametrize("column", ["比", "比不适用"])
def test_a_derived_fact_that_is_said_not_to_apply(column: str, tmp_path: Path) -> None:
    """It is not worked out over the answer of the table."""
    said = "不适用" if column == "比" else "是"
    scored, _ = alike(tmp_path, SHARE, f"评价对象,满意,全部,{column}\n甲,6,10,{said}\n乙,6,10,\n")
    assert [row[:7] for row in scored] == ["甲,完整,0,", "乙,完整,10"]


def test_a_derived_fact_that_hangs_on_another(tmp_path: Path) -> None:
    """A given value is compared with what comes of the raw figures, through the fact between them too."""
    text = rule(
        "## 甲（10分）\n\n【两倍】达到60家的，得10分。",
        "\n".join(f"{name} | 数量 | 家 | ≥0 |" for name in ("一", "二", "和", "两倍")),
        "## 计算\n\n【和】＝【一】＋【二】\n\n【两倍】＝【和】×2",
    )
    rows = "甲,10,10,70\n乙,10,10,40\n丙,30,30,\n丁,,30,70\n"
    scored, rejected = alike(tmp_path, text, f"评价对象,一,二,两倍\n{rows}")
    assert [row[:7] for row in scored] == ["乙,完整,0,", "丙,完整,10", "丁,完整,10"]
    assert [row.split(",")[3] for row in rejected] == ["甲"]


def test_days_that_are_none(tmp_path: Path) -> None:
    """There is no year 0, in text as in a column of days, and none behind 9999."""
    rows = "甲,2020-01-01,2026-01-01\n乙,0000-01-01,2026-01-01\n丙,2020-01-01,0000-01-01\n"
    scored, rejected = alike(tmp_path, DAYS, f"评价对象,领证日,评价日期\n{rows}")
    assert ([row[0] for row in scored], [row.split(",")[3] for row in rejected]) == (["甲"], ["乙", "丙"])
    days = pa.array([5_000_000, -800_000, 18_000, None], pa.int32()).cast(pa.date32())
    table = pa.table({"评价对象": list("甲乙丙丁"), "领证日": days})
    scored, rejected = alike(tmp_path, DAYS, table, "--date", "2026-01-01")
    assert [row[:7] for row in scored] == ["丙,完整,10", "丁,缺数据,,"]
    assert [row.split(",")[3] for row in rejected] == ["甲", "乙"]
    assert "“+15659-07-15”，不是日期" in rejected[0]


@pytest.mark.parametrize(
    "day", [20260630, 20260630.0, datetime.datetime(2026, 6, 30, 12)], ids=["whole", "float", "hour"]
)
@pytest.mark.parametrize("name", ["评价日期", "领证日"])
def test_a_column_that_holds_no_days(name: str, day: object, tmp_path: Path) -> None:
    """A number is no count of days since 1970, and no hour is cut off."""
    other = "领证日" if name == "评价日期" else "评价日期"
    table = pl.DataFrame({"评价对象": ["甲"], name: [day], other: ["2020-01-01"]})
    assert f"“{name}”这一列的类型是" in refused(tmp_path, DAYS, table)


SINGLE = (0.6, 0.59999996, 0.5999999, 0.1 + 0.2, None, 0.0, float("nan"))


def test_a_column_of_single_floats(tmp_path: Path) -> None:
    """0.6 in 32 bits is 0.60000002384, and reaches 60% without doing so by its noise; large ones are whole numbers."""
    share = pl.Series(SINGLE, dtype=pl.Float32)
    many = pl.Series([10, 9.99, 16777216, 123456792, 10, 10, 10], dtype=pl.Float32)
    frame = pl.DataFrame({"评价对象": list("甲乙丙丁戊己庚"), "渠道": many, "满意度(比值)": share})
    scored, rejected = alike(tmp_path, POINTS, frame)
    assert [row.split(",")[:4] for row in scored] == [
        ["甲", "完整", "20", ""],
        ["丙", "完整", "10", ""],
        ["丁", "完整", "10", ""],
        ["戊", "缺数据", "", ""],
        ["己", "完整", "10", ""],
    ]
    assert [row.split(",", 3)[3][0] for row in rejected] == ["乙", "庚"]
    assert "“渠道”是浮点数列，--exact 不接受" in refused(tmp_path, POINTS, frame, "--exact")
    text = rule("## 甲（10分）\n\n【收入】低于0.7万元的，得10分。", "收入 | 金额 | 万元 | ≥0 |")
    frame = pl.DataFrame({"收入": pl.Series([0.7, 0.69999993, 0.6999], dtype=pl.Float32)})
    scored, _ = alike(tmp_path, text, frame)
    assert [row.split(",")[1] for row in scored] == ["0", "10", "10"]


def test_decimals_with_many_places(tmp_path: Path) -> None:
    """A zero with ten places is no number in scientific notation."""
    share = pl.Series([Decimal(0), Decimal("0.7"), Decimal("1e-10")], dtype=pl.Decimal(38, 10))
    table = pl.DataFrame({"评价对象": list("甲乙丙"), "渠道": [10, None, 10], "满意度(比值)": share})
    scored, rejected = alike(tmp_path, POINTS, table)
    assert ([row[:6] for row in scored], rejected) == (["甲,完整,1", "乙,缺数据,", "丙,完整,1"], [])


def test_key_columns_that_are_no_text(tmp_path: Path) -> None:
    """They are written as a person would write them, in results, in what is rejected and in --explain."""
    table = pl.DataFrame(
        {
            "评价对象": [1001.0, 91320000123.0, 7.5],
            "受检": [True, False, None],
            "日": [datetime.datetime(2026, 1, 1), datetime.datetime(2026, 1, 1, 5), None],
            "数": pl.Series([Decimal("1.50"), Decimal(0), None], dtype=pl.Decimal(38, 8)),
            "渠道": [10, None, -1],
        }
    )
    options = [word for name in ("受检", "日", "数") for word in ("--key", name)]
    scored, rejected = alike(tmp_path, POINTS, table, *options)
    assert scored[0].startswith("1001,是,2026-01-01,1.50000000,缺数据")
    assert scored[1].startswith("91320000123,否,2026-01-01 05:00:00,0.00000000,缺数据")
    assert rejected[0].split(",")[3] == "7.5"
    code, words = run(tmp_path, POINTS, tmp_path / "a.parquet", *options, "--explain", "91320000123")
    assert (code, "评价对象：91320000123" in words) == (0, True), words


def test_a_fact_that_is_taken_over(tmp_path: Path) -> None:
    """--key brings a fact into the results, and it is scored all the same."""
    scored, _ = alike(tmp_path, POINTS, "评价对象,渠道,满意度\n甲,10,70%\n", "--key", "渠道")
    assert scored == ["甲,10,完整,20,,20,20,,10,10,"]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("key", ["k", "n", "@id", "own", "评价对象"])
def test_subjects_that_come_twice(key: str, ending: str, tmp_path: Path) -> None:
    """They are counted whatever their column is called, and however unlike the first rows the others are."""
    rows = ["2026-01-01"] * 21_000 + ["甲,乙"] * 3 + ['丙"丁'] * 2
    pl.DataFrame({key: rows, "渠道": 10}).write_parquet(tmp_path / "a.parquet")
    output = tmp_path / f"r.{ending}"
    text = rule("## 甲（10分）\n\n【渠道】达到10个的，得10分。", "渠道 | 个数 | 个 | ≥0 |")
    code, words = run(tmp_path, text, tmp_path / "a.parquet", "-o", output, "--key", key)
    assert code == 0, words
    assert '“2026-01-01”21000次、“甲,乙”3次、“丙"丁”2次' in words


def test_facts_that_no_score_asks_for(tmp_path: Path) -> None:
    """A fact or a derived one that is outside its range turns the row down, whether it counts or not."""
    text = rule(
        "## 甲（10分）\n\n【一】达到60家的，得10分。",
        "\n".join(
            f"{name} | 数量 | 家 | {ends} |" for name, ends in (("一", "≥0"), ("二", "0～10"), ("差", "≥0"))
        ),
        "## 计算\n\n【差】＝【二】－【一】",
    )
    rows = "甲,60,1\n乙,1,3\n丙,60,11\n丁,60,\n戊,1,11\n"
    scored, rejected = alike(tmp_path, text, f"评价对象,一,二\n{rows}")
    assert ([row[0] for row in scored], [row.split(",")[3] for row in rejected]) == (
        ["乙", "丁"],
        ["甲", "丙", "戊"],
    )


def test_a_place_beyond_the_last(tmp_path: Path) -> None:
    """It is turned down where places are given, as for a single subject."""
    words = "\n".join(
        f"| 全文 | {doubt} | {own} | 通行 |" for doubt, own in (("并列名次", "跳号"), ("百分位", "舍去"))
    )
    text = rule(
        "## 甲（60分）\n\n【收入】由高到低排名前15%的得60分。",
        "收入 | 金额 | 万元 | ≥0 |",
        f"## 解读\n\n| 条款 | 疑义 | 采用 | 理由 |\n|---|---|---|---|\n{words}",
    )
    rows = "甲,9,5\n乙,1,20\n丙,20,20\n丁,3,\n"
    scored, rejected = alike(tmp_path, text, f"评价对象,收入由高到低的名次,收入排名的个数\n{rows}")
    assert [row[:7] for row in scored] == ["乙,完整,60", "丙,完整,0,", "丁,缺数据,,"]
    assert "“收入由高到低的名次”是9名，“收入排名的个数”却只有5个" in rejected[0]


def test_names_that_databases_take_for_one_another(tmp_path: Path) -> None:
    """DuckDB knows no case of letters, and has a name of its own for the number of a row."""
    names = ("行号", "Aa", "aa", "总分", "等级")
    text = rule(
        "\n\n".join(f"## {name}分（10分）\n\n每一家【{name}】加1分。" for name in names),
        "\n".join(f"{name} | 个数 | 家 | ≥0 |" for name in names),
    )
    scored, _ = alike(tmp_path, text, f"评价对象,{','.join(names)}\n甲,1,2,3,4,5\n")
    assert scored == ["甲,完整,15,,15,15,,1,2,3,4,5,"]
    command = ["compile", str(tmp_path / "办法.zhun.md"), "--target", "sql", "--dialect"]
    for dialect, code in (("duckdb", 1), ("spark", 1), ("postgres", 0)):
        result = CliRunner().invoke(cli, [*command, dialect], catch_exceptions=False)
        assert (result.exit_code, "“Aa”和“aa”只差大小写" in result.output) == (code, code == 1)


def test_points_that_no_column_holds(tmp_path: Path) -> None:
    """Such a row is turned down; the chart of others that lie far apart can still be looked at."""
    text = rule(
        "## 加分项\n\n### 甲\n\n每一家【一】加1分。\n\n## 乙（10分）\n\n【一】达到1家的，得10分。",
        "一 | 个数 | 家 | ≥0 |",
    )
    rows = f"甲,{10**14}\n乙,5\n丙,{'9' * 35}\n丁,{10**9}\n"
    page = tmp_path / "s.html"
    scored, rejected = alike(tmp_path, text, f"评价对象,一\n{rows}", "--summary", page)
    assert [row.split(",")[2] for row in scored] == [f"{10**14 + 10}", "15", f"{10**9 + 10}"]
    assert rejected[0].endswith("丙,得分超过23位整数，结果表里写不下")
    assert len(page.read_text("utf-8")) < 60_000


def test_a_folder_in_the_place_of_a_result(tmp_path: Path) -> None:
    """Both files are written or none."""
    (tmp_path / "a.csv").write_text("渠道\n10\n", encoding="utf-8")
    (tmp_path / "r.csv").write_text("旧的", encoding="utf-8")
    (tmp_path / "r.csv.rejected").mkdir()
    code, words = run(tmp_path, POINTS, tmp_path / "a.csv", "-o", tmp_path / "r.csv")
    assert (code, "r.csv.rejected：是文件夹" in words) == (3, True)
    assert (tmp_path / "r.csv").read_text("utf-8") == "旧的"


RANKS = rule(
    "## 甲（60分）\n\n【收入】由高到低排名第1名得60分，每下降一个名次扣10分。",
    "收入 | 金额 | 万元 | ≥0 |",
    "## 解读\n\n| 条款 | 疑义 | 采用 | 理由 |\n|---|---|---|---|\n| 全文 | 并列名次 | 跳号 | 通行 |",
)
PLACE = "收入由高到低的名次"


def test_numbers_on_a_later_worksheet(tmp_path: Path) -> None:
    """All tables of a book are compared, and looked at before the work, whatever the first one has."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    rows: dict[str, list[list[object]]] = {
        "甲表": [["评价对象", PLACE], ["甲", 1]],
        "乙表": [["评价对象", "收入"], ["乙", 5], ["丙", 7]],
    }
    for title, table in rows.items():
        sheet = book.create_sheet(title)
        for row in table:
            sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    code, words = run(tmp_path, RANKS, tmp_path / "a.xlsx", "-o", tmp_path / "r.csv")
    assert code == 0, words
    lines = (tmp_path / "r.csv").read_text("utf-8-sig").splitlines()[1:]
    assert [(line.split(",")[0], *line.split(",")[4:6]) for line in lines] == [
        ("甲", "60", "60"),
        ("乙", "40", "50"),
        ("丙", "50", "60"),
    ]
    book.worksheets[1]["B1"] = "收人"
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "b.csv").write_text("评价对象,收八\n", encoding="utf-8")
    code, words = run(tmp_path, RANKS, tmp_path / "a.xlsx", tmp_path / "b.csv", "-o", tmp_path / "r2.csv")
    assert (code, "“收人”" in words, "“收八”" in words) == (3, True, True)


@pytest.mark.parametrize("cell", ["", " "])
def test_places_beside_a_blank_column(cell: str, tmp_path: Path) -> None:
    """Where no subject has a number nothing is worked out, and places are as they are given."""
    rows = f"甲,{cell},3\n乙,{cell},9\n"
    scored, rejected = alike(tmp_path, RANKS, f"评价对象,收入,{PLACE}\n{rows}")
    assert ([row.split(",")[2] for row in scored], rejected) == (["40", "0"], [])
    _, rejected = alike(tmp_path, RANKS, f"评价对象,收入,{PLACE}\n{rows}丙,1,\n")
    assert [row.split(",")[3] for row in rejected] == ["乙"]


def test_a_column_of_a_wrong_type_is_told_before_the_work(tmp_path: Path) -> None:
    """In the last of several files too, with what is wrong in others."""
    for number in range(3):
        cell = pl.Series([10] if number < 2 else [datetime.date(2026, 1, 1)])
        pl.DataFrame({"渠道": cell, "满意度(%)": [86]}).write_parquet(tmp_path / f"{number}.parquet")
    (tmp_path / "3.csv").write_text("渠到\n10\n", encoding="utf-8")
    tables = [tmp_path / f"{number}.parquet" for number in range(3)]
    code, words = run(tmp_path, POINTS, *tables, tmp_path / "3.csv", "-o", tmp_path / "r.csv")
    assert (code, "2.parquet：“渠道”这一列的类型是 Date" in words, "“渠到”" in words) == (3, True, True)


def test_tables_that_are_not_alike(tmp_path: Path) -> None:
    """Key columns may stand in another order, and a column that is renamed or ignored is enough in one of the tables."""
    (tmp_path / "a.csv").write_text("评价对象,所在地,渠道,满意度\n甲,南,10,70%\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("备注,所在地,满意,评价对象,渠道\n略,北,50%,乙,10\n", encoding="utf-8")
    names = tmp_path / "names.csv"
    names.write_text("列名,数据项\n满意,满意度\n", encoding="utf-8")
    tables = (tmp_path / "a.csv", tmp_path / "b.csv", "-o", tmp_path / "r.csv", "--key", "所在地")
    code, words = run(tmp_path, POINTS, *tables, "--map", names, "--ignore", "备注")
    assert code == 0, words
    rows = (tmp_path / "r.csv").read_text("utf-8-sig").splitlines()
    assert [row[:12] for row in rows] == [
        "评价对象,所在地,状态,",
        "甲,南,完整,20,,2",
        "乙,北,完整,10,,1",
    ]
    names.write_text("列名,数据项\n满意,满意度\n满易,渠道\n", encoding="utf-8")
    code, words = run(tmp_path, POINTS, *tables, "--map", names, "--ignore", "备注", "--ignore", "附注")
    assert (code, "--map 里的“满易”不是" in words, "--ignore 里的“附注”不是" in words) == (3, True, True)


def test_a_trace_is_no_workbook(tmp_path: Path) -> None:
    """Text is not written into a file that says it is something else."""
    (tmp_path / "a.csv").write_text("评价对象,渠道\n甲,10\n", encoding="utf-8")
    code, words = run(tmp_path, POINTS, tmp_path / "a.csv", "--explain", "甲", "-o", tmp_path / "甲.xlsx")
    assert (code, "只能写成 .html、.md、.json 或 .txt" in words) == (2, True)
    assert not (tmp_path / "甲.xlsx").exists()


def test_files_of_one_name(tmp_path: Path) -> None:
    """A rejected row, and a fault, is told with the folder of its file where that alone tells files apart."""
    tables = [tmp_path / folder / "表.csv" for folder in ("甲", "乙")]
    for path in tables:
        path.parent.mkdir()
        path.write_text("评价对象,渠道\n甲,很多\n", encoding="utf-8")
    code, words = run(tmp_path, POINTS, *tables, "-o", tmp_path / "r.csv")
    assert code == 0, words
    rejected = (tmp_path / "r.csv.rejected").read_text("utf-8-sig").splitlines()[1:]
    assert [row.split(",")[0] for row in rejected] == [str(path) for path in tables]
    tables[1].write_text("", encoding="utf-8")
    code, words = run(tmp_path, POINTS, *tables, "-o", tmp_path / "r.csv")
    assert (code, f"错误：{tables[1]}：空文件" in words) == (3, True), words


def test_days_that_databases_have(tmp_path: Path) -> None:
    """Generated SQL gives no result for a day that is none here."""
    import duckdb

    own = tmp_path / "办法.zhun.md"
    own.write_text(DAYS, encoding="utf-8")
    command = ["compile", str(own), "--target", "sql", "--dialect", "duckdb", "--table", "t", "--key", "k"]
    words = CliRunner().invoke(cli, command, catch_exceptions=False).stdout
    con = duckdb.connect()
    con.execute('CREATE TABLE t (k INT, "领证日" DATE, "评价日期" DATE)')
    days = ("2020-01-01", "0001-01-01", "0044-03-15 (BC)", "10000-01-01", "9999-12-31")
    for number, day in enumerate(days):
        con.execute("INSERT INTO t VALUES (?, CAST(? AS DATE), DATE '2026-01-01')", [number, day])
    found = con.sql(words).pl().sort("k")
    assert found["可按列计算"].to_list() == [True, True, False, False, True]


LISTED = "# 办法\n\n## 甲（100分）\n\n每建立一种【渠道】加20分，直到满分100为止。\n\n## 数据项\n\n| 名称 | 类型 |\n|---|---|\n| 渠道 | 清单 |\n"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ('["电话"]', "20"),
        ('["电话", "邮箱"]', "40"),
        ('["7"]', "20"),
        ("[7]", "20"),
        ("7", "100"),
        ('["7家"]', "20"),
        ('["甲、乙"]', "不能算作一项"),
        ('["甲", ""]', "不能算作一项"),
        ("[]", "空的列表"),
        ("[[7]]", "列表里有不是文字的项"),
    ],
)
def test_a_list_in_json_lines(tmp_path: Path, value: str, told: str) -> None:
    """It has the items that it has for `score`: one alone that looks like a number is no number of items."""
    (tmp_path / "x.zhun.md").write_text(LISTED, encoding="utf-8")
    (tmp_path / "a.jsonl").write_text(f'{{"名称": "甲", "渠道": {value}}}\n', encoding="utf-8")
    words = ["batch", tmp_path / "x.zhun.md", tmp_path / "a.jsonl", "--key", "名称", "-o", tmp_path / "o.csv"]
    assert CliRunner().invoke(cli, [str(word) for word in words]).exit_code == 0
    scored = (tmp_path / "o.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    rejected = (tmp_path / "o.csv.rejected").read_text(encoding="utf-8-sig")
    if told.isdigit():
        assert scored[0].split(",")[2] == told
    else:
        assert not scored
        assert told in rejected
