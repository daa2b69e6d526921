"""Printing a standard as a document."""

import sys
from pathlib import Path

import click

from zhunsheng.chinese_click import ChineseCommand
from zhunsheng.commands.common import DONE, page, say, sound, write
from zhunsheng.commands.outputs import guard_rules


@click.command(cls=ChineseCommand)
@click.argument("name", metavar="标准")
@click.option(
    "--format", "format", type=click.Choice(["text", "md", "html", "zhun"]), default="text",
    help="输出格式；zhun 是合成的规则文件",
)  # fmt: skip
@click.option("-o", "output", type=click.Path(path_type=Path), metavar="文件", help="写到文件")
def show(name: str, format: str, output: Path | None) -> None:
    """印出一份标准的全文；变体把改动合进依据，并标出与依据不同的地方。"""
    from zhunsheng.compiler.variants.document import document

    own = sound(name)
    assert own.path is not None
    guard_rules(output, own.path)
    if format == "zhun":
        text = own.source.text
    else:
        text = page(document(own), format, colour=output is None and sys.stdout.isatty())
    if output is None:
        say(text)
    else:
        write(output, text)
    sys.exit(DONE)
