"""Printing the generated scoring module, or the SQL that scores a table."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from zhunsheng.chinese_click import ChineseCommand
from zhunsheng.commands.common import RULES_WRONG, USAGE_WRONG, say, standard, stop, write
from zhunsheng.commands.outputs import guard_rules

if TYPE_CHECKING:
    from zhunsheng.compiler import ir

#: A part of a table's name, which needs no quotation marks in any dialect.
_NAME = r"[^\W\d]\w{0,62}"


@click.command("compile", cls=ChineseCommand)
@click.argument("name", metavar="标准")
@click.option("-o", "output", type=click.Path(path_type=Path), metavar="文件", help="写到文件")
@click.option("--target", type=click.Choice(["python", "sql"]), default="python", help="生成哪种程序")
@click.option(
    "--dialect", type=click.Choice(["duckdb", "spark", "postgres"]), default="duckdb", help="SQL 的方言"
)
@click.option("--table", default="facts", metavar="表名", help="SQL 从哪张表读，每个数据项一列")
@click.option("--key", "keys", multiple=True, metavar="列名", help="SQL 原样带出的列；可以写几次")
@click.option("--places", type=click.IntRange(0, 6), default=4, help="SQL 里小数列最多几位小数")
def compile_command(
    name: str, output: Path | None, target: str, dialect: str, table: str, keys: tuple[str, ...], places: int
) -> None:
    """把标准编译成评分函数，或一条给整张表评分的 SQL。"""
    own = standard(name)
    guard_rules(output, own.path)
    if own.program.open_terms:
        stop("这个标准还有待定的内容，不能编译：" + "；".join(own.program.open_terms), RULES_WRONG)
    if not re.fullmatch(rf"{_NAME}(\.{_NAME}){{0,2}}", table):
        stop(
            f"--table：“{table[:80]}”不是表名；用字母、数字、汉字和 _，不以数字开头，库名和表名之间用点",
            USAGE_WRONG,
        )
    text = own.source if target == "python" else _sql(own.program, table, dialect, keys, places)
    if output is None:
        say(text)
    else:
        write(output, text)


def _sql(program: "ir.Program", table: str, dialect: str, keys: tuple[str, ...], places: int) -> str:
    """The statement, with a head that says how the table is to be and how the results are to be read."""
    try:
        from zhunsheng.compiler.columns import sql
    except ImportError:
        stop("生成 SQL 要另外安装：pip install 'zhunsheng[batch]'", USAGE_WRONG)
    from zhunsheng.compiler.columns.plan import Refused, plan

    derived = {item.fact for item in program.derived}
    finer = {spec.name for spec in program.facts if spec.type.numeric and not spec.type.whole}
    given = {s.name: places * (s.name in finer) for s in program.facts if s.name not in derived}
    made = plan(program, given)
    if isinstance(made, Refused):
        stop(f"SQL 不能精确计算{made.place}：{made.construct}；用 zhunsheng batch 评分", RULES_WRONG)
    kind = cast("sql.Dialect", dialect)
    return sql.head(made, kind) + sql.select(made, table, kind, keys)
