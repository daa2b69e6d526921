"""What has to be filled in: the list of facts, and the form for it."""

from pathlib import Path

import click

from zhunsheng.chinese_click import ChineseCommand
from zhunsheng.commands.common import FORMAT, USAGE_WRONG, say, standard, stop, write
from zhunsheng.commands.outputs import guard_rules


@click.command(cls=ChineseCommand)
@click.argument("name", metavar="标准")
@FORMAT
def facts(name: str, format: str) -> None:
    """列出一个标准的数据项：要填什么，哪一句用到，要什么材料。"""
    from zhunsheng.compiler.explain.dictionary import dictionary_json, dictionary_text

    own = standard(name, format)
    say(dictionary_json(own.facts) if format == "json" else dictionary_text(own.facts))


@click.command(cls=ChineseCommand)
@click.argument("name", metavar="标准")
@click.option(
    "-o", "output", type=click.Path(path_type=Path), required=True, metavar="文件.xlsx", help="写到哪个文件"
)
def form(name: str, output: Path) -> None:
    """生成给机构填报的空白表（xlsx）。"""
    from zhunsheng.runtime.reading.form import form_bytes

    if output.suffix.lower() != ".xlsx":
        stop("填报表的文件名要以 .xlsx 结尾", USAGE_WRONG)
    own = standard(name)
    guard_rules(output, own.path)
    meta = own.program.meta
    write(output, form_bytes(title=meta.title, number=meta.number, standard_id=meta.id, specs=own.facts))
