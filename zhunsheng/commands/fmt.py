"""Tidying rule files."""

import sys
from pathlib import Path

import click

from zhunsheng.chinese_click import ChineseCommand
from zhunsheng.commands.common import RULES_WRONG, USAGE_WRONG, say, stop, tell, write


@click.command(cls=ChineseCommand)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="文件……")
@click.option("--mark", is_flag=True, help="给没有加括号的句子试加【】和〖〗")
@click.option("--write", "in_place", is_flag=True, help="改写文件本身；不写则只显示")
def fmt(files: tuple[Path, ...], mark: bool, in_place: bool) -> None:
    """整理规则文件。本版本只有 --mark。"""
    from zhunsheng.dsl.decode import read_source
    from zhunsheng.dsl.propose import propose

    if not mark:
        stop("fmt 的其他整理功能本版本还没有；现在可用 --mark", USAGE_WRONG)
    for file in files:
        source, faults = read_source(file)
        if source is None:
            tell(faults, "text", error=True)
            sys.exit(RULES_WRONG)
        proposal = propose(source)
        if in_place:
            write(file, proposal.text)
        else:
            say(proposal.text)
        say(proposal.summary(), error=True)
