"""Printing the generated scoring module."""

from pathlib import Path

import click

from zhunsheng.chinese_click import ChineseCommand
from zhunsheng.commands.common import RULES_WRONG, USAGE_WRONG, say, standard, stop, write


@click.command("compile", cls=ChineseCommand)
@click.argument("name", metavar="标准")
@click.option("-o", "output", type=click.Path(path_type=Path), metavar="文件", help="写到文件")
@click.option("--target", type=click.Choice(["python", "sql"]), default="python", help="生成哪种程序")
def compile_command(name: str, output: Path | None, target: str) -> None:
    """把标准编译成评分函数。"""
    if target == "sql":
        stop("--target sql 本版本还没有；现在只能生成 python", USAGE_WRONG)
    own = standard(name)
    if own.program.open_terms:
        stop("这个标准还有待定的内容，不能编译：" + "；".join(own.program.open_terms), RULES_WRONG)
    if output is None:
        say(own.source)
    else:
        write(output, own.source)
