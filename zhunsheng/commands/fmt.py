"""Tidying rule files."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhunsheng.chinese_click import ChineseCommand
from zhunsheng.commands.common import DONE, RULES_WRONG, USAGE_WRONG, rule_files_of, say, stop, tell, write

if TYPE_CHECKING:
    from zhunsheng.runtime.diagnostics import Diagnostic
    from zhunsheng.runtime.source import Source

#: Characters below which a file is quick to lay out, whatever is in it.
_LONG = 20_000


@click.command(cls=ChineseCommand)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="文件|文件夹……")
@click.option("--check", is_flag=True, help="只说哪些文件需要整理，不改写；有需要的，退出码是1")
@click.option("--mark", is_flag=True, help="改为给没有加括号的句子试加【】和〖〗，显示出来")
@click.option("--write", "in_place", is_flag=True, help="与 --mark 合用：写进文件，不只是显示")
def fmt(paths: tuple[Path, ...], check: bool, mark: bool, in_place: bool) -> None:
    """整理规则文件：空格、标题、表格、章节次序。不改一个字，不改意思。"""
    if check and mark:
        stop("--check 与 --mark 不能合用", USAGE_WRONG)
    if in_place and not mark:
        stop("--write 只与 --mark 合用；不写 --mark 时，整理的结果直接写进文件", USAGE_WRONG)
    untidy = failed = False
    for path in paths:
        for file in rule_files_of(path, path):
            if mark:
                _mark(file, in_place)
            else:
                changed = _format(file, check)
                untidy = untidy or changed is True
                failed = failed or changed is None
    sys.exit(RULES_WRONG if failed or (check and untidy) else DONE)


def _mark(file: Path, in_place: bool) -> None:
    from zhunsheng.dsl.decode import read_source
    from zhunsheng.dsl.drafting.propose import propose

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


def _excess(source: "Source") -> "Diagnostic | None":
    """What a file has too much of to be a standard, as ``check`` says; a short file is not read for that."""
    from zhunsheng.compiler.checks.limits import beyond_limits
    from zhunsheng.dsl.rulefile import read_rules

    if len(source.text) < _LONG:
        return None
    parsed = read_rules(source)
    return beyond_limits(parsed) if parsed.file is not None else None


def _format(file: Path, check: bool) -> bool | None:
    """Whether a file was not in the one layout; None where it could not be formatted."""
    from zhunsheng.dsl.decode import read_source
    from zhunsheng.dsl.formatting.format import FormatError, format_rules

    source, faults = read_source(file)
    if source is None:
        tell(faults, "text", error=True)
        return None
    excess = _excess(source)
    if excess is not None:
        tell((excess,), "text", error=True)
        return None
    try:
        text = format_rules(source)
    except FormatError:
        say(
            f"内部错误：“{file}”整理后读出来与原来不同，文件没有改动。这是准绳的错误，请把文件发给我们",
            error=True,
        )
        return None
    recoded = any(fault.code == "ZS0102" for fault in faults)
    if text == source.text and not recoded:
        return False
    if not check:
        write(file, text)
    done = "需要整理" if check else "已整理"
    say(f"{done}：{file}" + ("（由 GB18030 编码改为 UTF-8）" if recoded else ""))
    return True
