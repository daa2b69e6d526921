"""Checking rule files."""

import gc
import sys
from typing import TYPE_CHECKING

import click

from zhunsheng.chinese_click import ChineseCommand
from zhunsheng.commands.common import DONE, FORMAT, RULES_WRONG, rule_files_of, say, tell

if TYPE_CHECKING:
    from zhunsheng.runtime.diagnostics import Diagnostic


@click.command(cls=ChineseCommand)
@click.argument("paths", nargs=-1, required=True, metavar="文件|文件夹……")
@click.option("--advice", is_flag=True, help="也显示建议")
@click.option("--show-marks", is_flag=True, help="逐字显示哪些字参与计算、哪些是数据项、哪些只是说明")
@FORMAT
def check(paths: tuple[str, ...], advice: bool, show_marks: bool, format: str) -> None:
    """检查规则文件。没有问题就什么也不显示。"""
    # Nearly all that a check makes lasts until its end; looking for what does not takes a twentieth of its time.
    gc.set_threshold(100_000)
    from zhunsheng.compiler.compile import compile_file
    from zhunsheng.library import find
    from zhunsheng.runtime.diagnostics import Severity, has_errors

    found: list[Diagnostic] = []
    for name in paths:
        for file in rule_files_of(find(name), name):
            result = compile_file(file)
            found += result.diagnostics
            if show_marks and result.parsed is not None:
                from zhunsheng.dsl.formatting.marks import show_marks as listing

                say(listing(result.parsed, color=sys.stdout.isatty()))
    shown = tuple(d for d in found if advice or d.severity is not Severity.ADVICE)
    if format == "json" or shown:
        tell(shown, format, error=False)
    sys.exit(RULES_WRONG if has_errors(found) else DONE)
