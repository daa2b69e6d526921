"""Scoring many subjects, a row each."""

import os
import sys
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from zhunsheng.chinese_click import ChineseCommand
from zhunsheng.commands.batch_progress import passes
from zhunsheng.commands.common import DONE, FACTS_WRONG, RULES_WRONG, USAGE_WRONG, say, standard, stop, write
from zhunsheng.commands.outputs import guard, guard_folders, rule_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from zhunsheng.compiler import ir
    from zhunsheng.compiler.batch.files import Found
    from zhunsheng.compiler.batch.rows import Rejected
    from zhunsheng.compiler.batch.run import Batch
    from zhunsheng.compiler.batch.settings import Counts, Settings
    from zhunsheng.compiler.batch.summary import Summary
    from zhunsheng.runtime.result import Result

#: The most reasons that are told why rows were scored one by one.
_REASONS = 5


#: How the trace of a row is written, by the ending of a file's name.
_TRACES = {".html": "html", ".md": "md", ".json": "json", ".txt": "text", "": "text"}


@click.command(cls=ChineseCommand)
@click.argument("name", metavar="标准")
@click.argument("tables", nargs=-1, metavar="表格或文件夹…")
@click.option(
    "-o",
    "output",
    type=click.Path(),
    metavar="文件",
    help="结果写到这里：.parquet、.csv、.xlsx 或 .jsonl",
)
@click.option(
    "--template",
    "template",
    type=click.Path(path_type=Path),
    metavar="文件",
    help="写一张空表（.csv 或 .xlsx），不评分",
)
@click.option("--key", "keys", multiple=True, metavar="列名", help="带进结果的列，如机构名称；可以写几次")
@click.option("--ignore", "ignored", multiple=True, metavar="列名", help="不看的列；可以写几次")
@click.option(
    "--map",
    "renaming",
    type=click.Path(path_type=Path),
    metavar="文件",
    help="改列名的表（CSV，两列：列名,数据项）",
)
@click.option(
    "--sheet",
    "wanted",
    multiple=True,
    metavar="工作表",
    help="只读工作簿里的这张工作表；可以写几次",
)
@click.option(
    "--head",
    "head",
    type=click.IntRange(1, 1000),
    metavar="行号",
    help="列名在第几行（CSV、Excel），前面的行不看；不写就是第一个不空的行",
)
@click.option("--date", "date", metavar="日期", help="评价日期，如 2026-06-30；表里有“评价日期”列的以表为准")
@click.option("--exact", is_flag=True, help="不接受浮点数列")
@click.option(
    "--engine",
    type=click.Choice(["polars", "duckdb", "python", "spark"]),
    default="polars",
    help="用什么计算，结果都一样；spark 只读写 Parquet",
)
@click.option(
    "--master",
    "master",
    default="local[*]",
    metavar="地址",
    help="Spark 主节点，如 spark://主机:7077、yarn；不写就在本机上",
)
@click.option(
    "--summary",
    "summary",
    type=click.Path(path_type=Path),
    metavar="文件",
    help="另写一份汇总：.html 或 .xlsx",
)
@click.option(
    "--processes",
    "processes",
    type=click.IntRange(1, 256),
    metavar="个数",
    help="逐条计算用几个进程；不写就和处理器一样多",
)
@click.option("--sheets", is_flag=True, help="结果写成 .xlsx 时，每家另有一张工作表，逐条写明得分和计算")
@click.option(
    "--explain",
    "explained",
    metavar="名称",
    help="不评全表，只写出这一行的完整评分说明（按 --key 的列找）；-o 可写 .html、.md、.json、.txt",
)
def batch(
    name: str,
    tables: tuple[str, ...],
    output: str | None,
    template: Path | None,
    keys: tuple[str, ...],
    ignored: tuple[str, ...],
    wanted: tuple[str, ...],
    head: int | None,
    renaming: Path | None,
    date: str | None,
    exact: bool,
    explained: str | None,
    summary: Path | None,
    engine: str,
    master: str,
    sheets: bool,
    processes: int | None,
) -> None:
    """给一张表里的许多评价对象评分，每行一个。"""
    try:
        import polars  # noqa: F401  (an extra; the message says how to have it)
    except ImportError:
        stop("批量评分要另外安装：pip install 'zhunsheng[batch]'", USAGE_WRONG)
    from zhunsheng.compiler.batch.chunks import BadFile
    from zhunsheng.compiler.batch.files import find, named
    from zhunsheng.compiler.batch.pieces import PLAIN, Reading
    from zhunsheng.compiler.batch.run import Batch
    from zhunsheng.compiler.batch.settings import Settings
    from zhunsheng.compiler.batch.template import read_renaming, write_template
    from zhunsheng.runtime.dates import read_date
    from zhunsheng.runtime.reading.quantities import Fault

    own = standard(name)
    others = [*rule_files(own.path), *([renaming] if renaming is not None else [])]
    try:
        if template is not None:
            guard([template], others)
            write_template(template, own.program)
            say(f"已写好空表 {template}")
            sys.exit(DONE)
        if own.program.open_terms:
            stop("这个标准还有待定的内容，不能评分：" + "；".join(own.program.open_terms), RULES_WRONG)
        if not tables or (output is None and explained is None):
            stop("要写明表格，和 -o 结果写到哪里", USAGE_WRONG)
        day = None if date is None else read_date(date)
        if isinstance(day, Fault):
            stop(f"--date：{day.message}。{day.help}", USAGE_WRONG)
        renamed = read_renaming(renaming) if renaming is not None else {}
        several = processes or os.cpu_count() or 1
        summed = summary is not None
        reading = Reading(wanted, head)
        if engine == "spark" and reading != PLAIN:
            stop("--sheet、--head 只用于 CSV 和 Excel，--engine spark 只读 Parquet", USAGE_WRONG)
        settings = Settings(
            engine,  # type: ignore[arg-type]
            keys,
            renamed,
            ignored,
            exact,
            day,
            sheets,
            several,
            summed,
            reading,
        )
        if sheets and (output is None or not output.lower().endswith(".xlsx") or engine == "spark"):
            stop("--sheets 只用于写成 .xlsx 的结果（不用 --engine spark）", USAGE_WRONG)
        if summary is not None and summary.suffix.lower() not in (".html", ".xlsx"):
            stop(f"{summary.name}：汇总只能写成 .html 或 .xlsx", USAGE_WRONG)
        written = _written(output, summary, explained)
        if engine == "spark":
            local = [Path(found) for table in tables for found in (table, *glob(table))]
            guard(written, [*others, *local])
            guard_folders(written, filter(Path.is_dir, local))
            _on_spark(own.program, settings, master, tables, output, summary, explained)
        guard_folders(written, (path for table in tables for path in named(table) if path.is_dir()))
        found_files = find(tables)
        guard(written, [*others, *found_files.tables])
        work = Batch(own.program, own.module, settings)
        files = found_files.tables
        if explained is not None:
            _writable(output)
            with passes() as progress:
                found = work.find(files, explained, progress)
            _explain(found, explained, output)
        assert output is not None
        _run(work, found_files, Path(output), summary)
    except BadFile as error:
        stop(str(error), FACTS_WRONG)


def _written(output: str | None, summary: Path | None, explained: str | None) -> list[Path | None]:
    """The files that a run writes: a row by itself has no summary, and nothing of it is rejected."""
    if output is None or explained is not None:
        return [None if output is None else Path(output)]
    return [Path(output), Path(output + ".rejected"), summary]


def _writable(output: str | None) -> None:
    """Ends with a message where the trace of a row would be written into a file that says it is something else."""
    if output is not None and Path(output).suffix.lower() not in _TRACES:
        stop(f"{output}：一行的评分说明只能写成 .html、.md、.json 或 .txt", USAGE_WRONG)


def _explain(result: "Result | Rejected", key: str, output: str | None) -> NoReturn:
    """Writes the trace of the one row that has the key, the one that ``score`` writes of the same facts."""
    from zhunsheng.commands.score import render
    from zhunsheng.compiler.batch.rows import Rejected

    if isinstance(result, Rejected):
        stop(f"“{key}”这一行不能评分：{'；'.join(result.reasons)}", FACTS_WRONG)
    format = "text" if output is None else _TRACES[Path(output).suffix.lower()]
    text = render(result, format, colour=output is None and sys.stdout.isatty())
    if output is None:
        say(text)
    else:
        write(Path(output), text)
    sys.exit(DONE)


def _on_spark(
    program: "ir.Program",
    settings: "Settings",
    master: str,
    tables: tuple[str, ...],
    output: str | None,
    summary: Path | None,
    explained: str | None,
) -> NoReturn:
    """Scores on a cluster; paths of tables and results are as its nodes see them."""
    from zhunsheng.compiler.batch.spark import Batch
    from zhunsheng.compiler.batch.spark_session import spark

    def progress(words: str, rows: int, share: "Fraction") -> None:
        if sys.stderr.isatty():
            say(words, error=True)

    with spark(master) as session:
        work = Batch(program, settings, session)
        if explained is not None:
            _writable(output)
            _explain(work.find(tables, explained, progress), explained, output)
        assert output is not None
        counts = work.run(tables, output, progress)
        repeated, nameless = work.repeated(output), work.nameless(output)
    _tell_counts(counts, output)
    _tell_summary(work.summary, summary)
    _tell_repeated(repeated)
    _tell_nameless(nameless, [])
    sys.exit(DONE)


def _tell_left(left: "Sequence[Path]") -> None:
    """Says what lies in the folders and was not read."""
    from zhunsheng.compiler.batch.files import told
    from zhunsheng.runtime.rendering.safe_text import safe_line

    if left:
        say(f"注意：文件夹里有{len(left)}个不是表格，没有读：{safe_line(told(left))}")


def _tell_summary(found: "Summary | None", path: Path | None) -> None:
    """Writes the summary where one was asked for."""
    from zhunsheng.compiler.batch.summary_files import write_summary

    if found is not None and path is not None:
        write_summary(path, found)
        say(f"汇总：{path}")


def _tell_counts(counts: "Counts", output: str) -> None:
    """Says what became of the rows, and why some were scored one by one, which takes long."""
    from zhunsheng.runtime.rendering.safe_text import safe_line

    say(
        f"读入{counts.rows}行 ＝ 评分{counts.scored}行 ＋ 退回{counts.rejected}行（{counts.files}个文件）"
        f"；评分的行里{counts.columnar}行按列计算，{counts.scored - counts.columnar}行逐条计算"
    )
    for why in counts.why[:_REASONS]:
        say(f"逐条计算的原因：{safe_line(why)}")
    if len(counts.why) > _REASONS:
        say("……")
    say(f"结果：{output}")
    if counts.rejected:
        say(f"退回的行和原因：{output}.rejected")


def _tell_repeated(found: list[tuple[str, int]]) -> None:
    """Says which subjects come more than once; they are all scored."""
    from zhunsheng.compiler.batch.repeated import MOST
    from zhunsheng.runtime.rendering.safe_text import safe_line

    if found:
        words = "、".join(f"“{safe_line(text)}”{count}次" for text, count in found[:MOST])
        say(f"注意：有的评价对象不止一行：{words}{'等' if len(found) > MOST else ''}；每行都评了分")


def _tell_nameless(count: int, places: list[str]) -> None:
    """Says how many rows name no subject, and where the first are; they are all scored."""
    from zhunsheng.runtime.rendering.safe_text import safe_line

    if count:
        where = (
            f"：{'、'.join(map(safe_line, places))}{'等' if count > len(places) else ''}" if places else ""
        )
        say(f"注意：有{count}行没有写评价对象{where}；每行都评了分")


def _run(work: "Batch", files: "Found", output: Path, summary: Path | None) -> None:
    """Scores with a progress line on standard error, then says what became of the rows."""
    with passes() as progress:
        counts = work.run(files.tables, output, progress)
    _tell_counts(counts, str(output))
    _tell_left(files.left)
    _tell_summary(work.summary, summary)
    _tell_repeated(work.repeated(output))
    _tell_nameless(work.nameless, work.nameless_places)
    sys.exit(DONE)
