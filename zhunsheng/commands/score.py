"""Scoring one applicant."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhunsheng.chinese_click import ChineseCommand
from zhunsheng.commands.common import (
    DONE,
    FACTS_MISSING,
    FACTS_WRONG,
    RULES_WRONG,
    USAGE_WRONG,
    page,
    say,
    standard,
    stop,
    tell,
    write,
)
from zhunsheng.commands.outputs import guard_rules

if TYPE_CHECKING:
    from zhunsheng.runtime.diagnostics import Diagnostic
    from zhunsheng.runtime.result import Result


@click.command(cls=ChineseCommand)
@click.argument("name", metavar="标准")
@click.argument("facts", type=click.Path(path_type=Path), metavar="填报文件")
@click.option("--date", "date", metavar="日期", help="评价日期，如 2026-06-30；不写则用填报文件里的")
@click.option(
    "--format", "format", type=click.Choice(["text", "json", "md", "html"]), default="text", help="输出格式"
)
@click.option("-o", "output", type=click.Path(path_type=Path), metavar="文件", help="写到文件")
@click.option(
    "--result",
    "results",
    multiple=True,
    metavar="名称=填报文件",
    help="按另一个标准当场评分，把结果交给取自评价结果的数据项；名称是数据项或那个标准的编号，可以写几次",
)
@click.option("--assume-no", is_flag=True, help="没有提供的数据项按“否”或0计，并在说明中写明")
def score(
    name: str,
    facts: Path,
    date: str | None,
    format: str,
    output: Path | None,
    results: tuple[str, ...],
    assume_no: bool,
) -> None:
    """给一个评价对象评分，显示评分说明。"""
    from zhunsheng.library import FactsError
    from zhunsheng.runtime.dates import read_date
    from zhunsheng.runtime.reading.quantities import Fault

    errors = "json" if format == "json" else "text"
    own = standard(name, errors)
    others = handed_over(results)
    guard_rules(output, own.path, others=[facts, *(path for paths in others.values() for path in paths)])
    if own.program.open_terms:
        stop("这个标准还有待定的内容，不能评分：" + "；".join(own.program.open_terms), RULES_WRONG)
    day = None if date is None else read_date(date)
    if isinstance(day, Fault):
        stop(f"--date：{day.message}。{day.help}", USAGE_WRONG)
    try:
        result = own.score(facts, date=day, assume_no=assume_no, results=others)
    except FactsError as error:
        tell(tuple(in_file(d, facts) for d in error.diagnostics), errors, error=True)
        sys.exit(FACTS_WRONG)
    text = render(result, format, colour=output is None and sys.stdout.isatty())
    if output is None:
        say(text)
    else:
        write(output, text)
    sys.exit(FACTS_MISSING if is_open(result) else DONE)


def handed_over(options: tuple[str, ...]) -> dict[str, list[Path]]:
    """The files of --result by name; several may follow one =, with commas between."""
    found: dict[str, list[Path]] = {}
    for option in options:
        name, sign, files = option.partition("=")
        whole = Path(files)
        paths = [whole] if whole.exists() or "," not in files else [Path(f) for f in files.split(",") if f]
        if not sign or not name or not files:
            stop(f"--result 要写成 名称=填报文件，这里是“{option}”", USAGE_WRONG)
        found.setdefault(name, []).extend(paths)
    return found


def in_file(diagnostic: "Diagnostic", path: Path) -> "Diagnostic":
    """A diagnostic without a text to point into names its file."""
    from attrs import evolve

    if diagnostic.source is not None:
        return diagnostic
    return evolve(diagnostic, where=f"{path} {diagnostic.where}".strip())


def is_open(result: "Result") -> bool:
    """Whether missing facts leave eligibility, the tier, or without tiers the total, open."""
    if result.eligible is None:
        return True
    if result.unscored:
        return False
    if result.tiers:
        # One possible tier that is not the verdict: there may be none.
        return len(result.possible_grades) > 1 or bool(result.possible_grades and not result.grade)
    return result.total is None


def render(result: "Result", format: str, *, colour: bool) -> str:
    """A result in one of its four skins."""
    if format == "json":
        from zhunsheng.runtime.rendering.render_json import render_json

        return render_json(result)
    from zhunsheng.runtime.rendering.explain import outline

    return page(outline(result), format, colour=colour)
