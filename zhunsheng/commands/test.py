"""Running the cases of rule files."""

import sys

import click

from zhunsheng.chinese_click import ChineseCommand
from zhunsheng.commands.common import DONE, FORMAT, RULES_WRONG, USAGE_WRONG, say, stop


@click.command(cls=ChineseCommand)
@click.argument("names", nargs=-1, metavar="[文件|文件夹|标准]……")
@click.option("--coverage", "covering", is_flag=True, help="说明案例覆盖了哪些条款和界点，缺了哪些")
@FORMAT
def test(names: tuple[str, ...], covering: bool, format: str) -> None:
    """运行规则文件里的案例。"""
    from zhunsheng.compiler.testing.testing import run_tests, text_report
    from zhunsheng.library import find, library, rule_files

    paths = [path for name in (names or tuple(library())) for path in rule_files(find(name))]
    for path in paths:
        if not path.is_file():
            stop(f"没有“{path}”这个标准或文件", USAGE_WRONG)
    reports = run_tests(paths)
    if format == "json":
        from zhunsheng.runtime.rendering.render_json import dump

        say(dump([report.as_json() for report in reports]))
    else:
        say(text_report(reports, covering=covering))
    sys.exit(DONE if reports and all(report.passed for report in reports) else RULES_WRONG)
