"""Printing a standard as a document."""

import sys
from pathlib import Path

import click

from zhunsheng.chinese_click import ChineseCommand
from zhunsheng.commands.common import DONE, RULES_WRONG, compiled, page, say, tell, write


@click.command(cls=ChineseCommand)
@click.argument("name", metavar="标准")
@click.option(
    "--format", "format", type=click.Choice(["text", "md", "html", "zhun"]), default="text",
    help="输出格式；zhun 是合成的规则文件",
)  # fmt: skip
@click.option("-o", "output", type=click.Path(path_type=Path), metavar="文件", help="写到文件")
def show(name: str, format: str, output: Path | None) -> None:
    """印出一份标准的全文；变体把改动合进依据，并标出与依据不同的地方。"""
    from zhunsheng.compiler.document import document
    from zhunsheng.runtime.diagnostics import has_errors

    own = compiled(name)
    if own.parsed is None or own.parsed.file is None or own.program is None or has_errors(own.diagnostics):
        tell(tuple(d for d in own.diagnostics if d.severity == "error"), "text", error=True)
        sys.exit(RULES_WRONG)
    if format == "zhun":
        text = own.source.text
    else:
        text = page(document(own), format, colour=output is None and sys.stdout.isatty())
    if output is None:
        say(text)
    else:
        write(output, text)
    sys.exit(DONE)
