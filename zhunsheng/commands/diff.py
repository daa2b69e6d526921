"""Comparing two standards."""

import sys
from pathlib import Path

import click

from zhunsheng.chinese_click import ChineseCommand
from zhunsheng.commands.common import DONE, page, say, sound, write
from zhunsheng.commands.outputs import guard_rules


@click.command(cls=ChineseCommand)
@click.argument("first", metavar="甲")
@click.argument("second", metavar="乙")
@click.option(
    "--format", "format", type=click.Choice(["text", "json", "md", "html"]), default="text", help="输出格式"
)
@click.option("-o", "output", type=click.Path(path_type=Path), metavar="文件", help="写到文件")
def diff(first: str, second: str, format: str, output: Path | None) -> None:
    """逐条比较两份标准，并为每处不同举一个结果不同的评价对象。"""
    from zhunsheng.compiler.variants import diff_page

    one, other = sound(first, format), sound(second, format)
    assert one.path is not None and other.path is not None
    guard_rules(output, one.path, other.path)
    made = diff_page.diff(one, other, (first, second))
    if format == "json":
        from zhunsheng.runtime.rendering.render_json import dump

        text = dump(diff_page.as_json(made)) + "\n"
    else:
        text = page(diff_page.page(made), format, colour=output is None and sys.stdout.isatty())
    if output is None:
        say(text)
    else:
        write(output, text)
    sys.exit(DONE)
