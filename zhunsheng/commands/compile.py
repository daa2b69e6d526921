"""Printing the generated scoring module, the one for rows of whole numbers, or the SQL that scores a table."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from zhunsheng.chinese_click import ChineseCommand
from zhunsheng.commands.common import RULES_WRONG, USAGE_WRONG, say, standard, stop, write
from zhunsheng.commands.outputs import guard_rules

if TYPE_CHECKING:
    from zhunsheng.compiler import ir
    from zhunsheng.compiler.columns.plan import Plan

#: A part of a table's name, which needs no quotation marks in any dialect.
_NAME = r"[^\W\d]\w{0,62}"
#: A name that Python can import on every system.
_MODULE = re.compile(r"[a-z_][a-z0-9_]{0,62}")


@click.command("compile", cls=ChineseCommand)
@click.argument("name", metavar="标准")
@click.option("-o", "output", type=click.Path(path_type=Path), metavar="文件", help="写到文件")
@click.option(
    "--target",
    type=click.Choice(["python", "rows", "sql"]),
    default="python",
    help="生成哪种程序：收数据项的 Python（python）、收一行整数的 Python（rows），或者 SQL（sql）",
)
@click.option("--native", is_flag=True, help="rows 再编译成机器码，放在 -o 的文件旁边")
@click.option(
    "--dialect", type=click.Choice(["duckdb", "spark", "postgres"]), default="duckdb", help="SQL 的方言"
)
@click.option("--table", default="facts", metavar="表名", help="SQL 从哪张表读，每个数据项一列")
@click.option("--key", "keys", multiple=True, metavar="列名", help="SQL 原样带出的列；可以写几次")
@click.option("--places", type=click.IntRange(0, 6), default=4, help="rows 和 SQL 的小数最多几位")
def compile_command(
    name: str,
    output: Path | None,
    target: str,
    native: bool,
    dialect: str,
    table: str,
    keys: tuple[str, ...],
    places: int,
) -> None:
    """把标准编译成评分函数，或一条给整张表评分的 SQL。"""
    if native:
        _check_native(target, output)
    own = standard(name)
    guard_rules(output, own.path)
    if own.program.open_terms:
        stop("这个标准还有待定的内容，不能编译：" + "；".join(own.program.open_terms), RULES_WRONG)
    if not re.fullmatch(rf"{_NAME}(\.{_NAME}){{0,2}}", table):
        stop(
            f"--table：“{table[:80]}”不是表名；用字母、数字、汉字和 _，不以数字开头，库名和表名之间用点",
            USAGE_WRONG,
        )
    if target == "python":
        text = own.source
    elif target == "rows":
        text = _rows(own.program, places)
    else:
        text = _sql(own.program, table, dialect, keys, places)
    if output is None:
        say(text)
        return
    if native:
        _native(text, output)
    else:
        _refuse_older(output)
    write(output, text)


def _check_native(target: str, output: Path | None) -> None:
    """Ends with a message where there is no module to make machine code of, or nothing to make it with."""
    if target != "rows":
        stop("--native 和 --target rows 一起用", USAGE_WRONG)
    if output is None or output.suffix != ".py" or not _MODULE.fullmatch(output.stem):
        stop("--native 要写到一个能被 import 的文件：-o 名称.py，名称用小写字母、数字和 _", USAGE_WRONG)
    from zhunsheng.compiler.rows.native import wanting

    lacking = wanting()
    if lacking is not None:
        stop(f"不能编译成机器码：{lacking.reason}", USAGE_WRONG)


def _native(text: str, output: Path) -> None:
    """Machine code beside a row module; before the text itself, so that none of another text is ever beside it."""
    from zhunsheng.compiler.rows.native import NotBuilt, compiled_name, native

    click.echo("正在编译成机器码，要十几秒……", err=True)
    made = native(text, output.stem)
    if isinstance(made, NotBuilt):
        stop(
            f"没有编译成机器码，什么也没有写：{made.reason}。不加 --native 的照样能用，只是慢一些",
            USAGE_WRONG,
        )
    beside = output.with_name(compiled_name(output.stem))
    _refuse_older(output, beside)
    write(beside, made)
    click.echo(f"已写好 {beside}", err=True)


def _refuse_older(output: Path, *replaced: Path) -> None:
    """Ends with a message where older machine code lies beside the file, which Python would import in its stead."""
    if output.suffix != ".py" or not output.parent.is_dir():
        return
    for path in sorted(output.parent.iterdir()):
        if path.suffix in (".so", ".pyd") and path.name.split(".")[0] == output.stem and path not in replaced:
            stop(
                f"“{path}”是以前编译的机器码，Python 会用它而不用“{output.name}”；先删掉它，或者换一个文件名",
                USAGE_WRONG,
            )


def _rows(program: "ir.Program", places: int) -> str:
    """The module for rows of whole numbers."""
    from zhunsheng.compiler.rows.module import row_module

    return row_module(_plan(program, places, "逐行整数"))


def _sql(program: "ir.Program", table: str, dialect: str, keys: tuple[str, ...], places: int) -> str:
    """The statement, with a head that says how the table is to be and how the results are to be read."""
    try:
        from zhunsheng.compiler.columns import sql
    except ImportError:
        stop("生成 SQL 要另外安装：pip install 'zhunsheng[batch]'", USAGE_WRONG)
    made = _plan(program, places, " SQL ")
    kind = cast("sql.Dialect", dialect)
    names = sql.alike(made)
    if names is not None and kind != "postgres":
        stop(f"“{names[0]}”和“{names[1]}”只差大小写，{dialect} 不分大小写；改一个名称", RULES_WRONG)
    return sql.head(made, kind) + sql.select(made, table, kind, keys)


def _plan(program: "ir.Program", places: int, target: str) -> "Plan":
    """The plan of a program over its entered facts, numbers with so many decimals at most."""
    from zhunsheng.compiler.columns.plan import Refused, plan

    derived = {item.fact for item in program.derived}
    finer = {spec.name for spec in program.facts if spec.type.numeric and not spec.type.whole}
    given = {s.name: places * (s.name in finer) for s in program.facts if s.name not in derived}
    made = plan(program, given)
    if isinstance(made, Refused):
        stop(
            f"{target}不能精确计算{made.place}：{made.construct}；用 zhunsheng batch 评分".strip(),
            RULES_WRONG,
        )
    return made
