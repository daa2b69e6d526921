"""The command line. Everything heavy is imported by the command that needs it."""

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from zhunsheng import __version__
from zhunsheng.chinese_click import ChineseGroup, wrong_usage

if TYPE_CHECKING:
    from zhunsheng.compiler.compile import Compiled
    from zhunsheng.library import Standard
    from zhunsheng.runtime.diagnostics import Diagnostic
    from zhunsheng.runtime.result import Result

#: Exit codes, language.md section 10.
DONE, RULES_WRONG, USAGE_WRONG, FACTS_WRONG, FACTS_MISSING = 0, 1, 2, 3, 4


@click.group(
    cls=ChineseGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(
    __version__, "--version", prog_name="zhunsheng", help="显示版本", message="%(prog)s %(version)s"
)
def cli() -> None:
    """准绳：公布的条文就是程序。把评分条文编译成精确的评分函数和可以手工复算的评分说明。"""


def say(text: str, *, error: bool = False) -> None:
    """Prints text; a console that cannot show a character gets a substitute, never a crash."""
    from zhunsheng.runtime.console import echo

    if text:
        echo(text, sys.stderr if error else sys.stdout)


def stop(message: str, code: int) -> NoReturn:
    """Ends with a message."""
    say(f"错误：{message}", error=True)
    sys.exit(code)


def write(path: Path, data: str | bytes) -> None:
    """Writes a file whole or not at all; what is no regular file (a pipe, a device) is written to directly."""
    import tempfile

    content = data.encode() if isinstance(data, str) else data
    temporary: Path | None = None
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        handle, name = tempfile.mkstemp(prefix=".zhunsheng-", dir=path.parent)
        temporary = Path(name)
        with open(handle, "wb") as stream:
            stream.write(content)
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
        temporary = None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        stop(f"写不了“{str(path)[:200]}”：{reason}", USAGE_WRONG)
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def tell(diagnostics: tuple["Diagnostic", ...], format: str, *, error: bool) -> None:
    """Shows diagnostics: in full for people, as JSON for machines."""
    from zhunsheng.runtime.console import ambiguous_width
    from zhunsheng.runtime.render_diagnostics import render_diagnostics_json, render_full

    if format == "json":
        say(render_diagnostics_json(diagnostics))
        return
    stream = sys.stderr if error else sys.stdout
    say(render_full(diagnostics, color=stream.isatty(), ambiguous=ambiguous_width(stream)), error=error)


def compiled(name: str) -> "Compiled":
    """A standard by id or path; ends with a message where there is none."""
    from zhunsheng.library import compile_standard, find, library

    path = find(name)
    if not is_there(path):
        near = "" if "/" in name or name.endswith(".md") else f"；标准库里有：{'、'.join(library())}"
        stop(f"没有“{name}”这个标准或文件{near}", USAGE_WRONG)
    return compile_standard(name)


def is_there(path: Path) -> bool:
    """Whether a path can be opened at all; a name too long for the system is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def standard(name: str, format: str = "text") -> "Standard":
    """A standard that compiles; ends with its diagnostics where it does not."""
    from zhunsheng.library import Standard
    from zhunsheng.runtime.diagnostics import has_errors

    result = compiled(name)
    if result.program is None or has_errors(result.diagnostics) or result.path is None:
        tell(tuple(d for d in result.diagnostics if d.severity == "error"), format, error=True)
        sys.exit(RULES_WRONG)
    return Standard(result.program, result.path)


FORMAT = click.option(
    "--format", "format", type=click.Choice(["text", "json"]), default="text", help="输出格式"
)


@cli.command("list")
@FORMAT
def list_standards(format: str) -> None:
    """列出标准库里的标准。"""
    from zhunsheng.library import compile_standard, library

    rows = []
    for id in library():
        program = compile_standard(id).program
        if program is not None:
            meta = program.meta
            rows.append(
                {
                    "id": id,
                    "title": meta.title,
                    "number": meta.number,
                    "state": meta.state,
                    "open_terms": list(program.open_terms),
                }
            )
    if format == "json":
        from zhunsheng.runtime.render_json import dump

        say(dump(rows))
        return
    for row in rows:
        open_terms = f"（{len(row['open_terms'])}处待定）" if row["open_terms"] else ""
        say(f"{row['id']}  {row['title']}  {row['number']}  {row['state']}{open_terms}")


@cli.command()
@click.argument("paths", nargs=-1, required=True, metavar="文件|文件夹……")
@click.option("--advice", is_flag=True, help="也显示建议")
@click.option("--show-marks", is_flag=True, help="逐字显示哪些字参与计算、哪些是数据项、哪些只是说明")
@FORMAT
def check(paths: tuple[str, ...], advice: bool, show_marks: bool, format: str) -> None:
    """检查规则文件。没有问题就什么也不显示。"""
    from zhunsheng.compiler.compile import compile_file
    from zhunsheng.library import find, rule_files
    from zhunsheng.runtime.diagnostics import Severity, has_errors

    found: list[Diagnostic] = []
    for name in paths:
        path = find(name)
        if not path.exists():
            stop(f"没有“{name}”这个文件或文件夹", USAGE_WRONG)
        files = list(rule_files(path))
        if not files:
            stop(f"“{name}”里没有规则文件（*.zhun.md）", USAGE_WRONG)
        for file in files:
            result = compile_file(file)
            found += result.diagnostics
            if show_marks and result.parsed is not None:
                from zhunsheng.compiler.marks import show_marks as listing

                say(listing(result.parsed, color=sys.stdout.isatty()))
    shown = tuple(d for d in found if advice or d.severity is not Severity.ADVICE)
    if format == "json" or shown:
        tell(shown, format, error=False)
    sys.exit(RULES_WRONG if has_errors(found) else DONE)


@cli.command()
@click.argument("name", metavar="标准")
@FORMAT
def facts(name: str, format: str) -> None:
    """列出一个标准的数据项：要填什么，哪一句用到，要什么材料。"""
    from zhunsheng.compiler.dictionary import dictionary_json, dictionary_text

    own = standard(name, format)
    say(dictionary_json(own.facts) if format == "json" else dictionary_text(own.facts))


@cli.command()
@click.argument("name", metavar="标准")
@click.argument("facts", type=click.Path(path_type=Path), metavar="填报文件")
@click.option("--date", "date", metavar="日期", help="评价日期，如 2026-06-30；不写则用填报文件里的")
@click.option(
    "--format", "format", type=click.Choice(["text", "json", "md", "html"]), default="text", help="输出格式"
)
@click.option("-o", "output", type=click.Path(path_type=Path), metavar="文件", help="写到文件")
@click.option("--assume-no", is_flag=True, help="没有提供的数据项按“否”或0计，并在说明中写明")
def score(
    name: str, facts: Path, date: str | None, format: str, output: Path | None, assume_no: bool
) -> None:
    """给一个评价对象评分，显示评分说明。"""
    from zhunsheng.library import FactsError
    from zhunsheng.runtime.quantities import Fault
    from zhunsheng.runtime.values import read_date

    errors = "json" if format == "json" else "text"
    own = standard(name, errors)
    if own.program.open_terms:
        stop("这个标准还有待定的内容，不能评分：" + "；".join(own.program.open_terms), RULES_WRONG)
    day = None if date is None else read_date(date)
    if isinstance(day, Fault):
        stop(f"--date：{day.message}。{day.help}", USAGE_WRONG)
    try:
        result = own.score(facts, date=day, assume_no=assume_no)
    except FactsError as error:
        tell(tuple(in_file(d, facts) for d in error.diagnostics), errors, error=True)
        sys.exit(FACTS_WRONG)
    text = render(result, format, colour=output is None and sys.stdout.isatty())
    if output is None:
        say(text)
    else:
        write(output, text)
    sys.exit(FACTS_MISSING if is_open(result) else DONE)


def in_file(diagnostic: "Diagnostic", path: Path) -> "Diagnostic":
    """A diagnostic without a text to point into names its file."""
    from attrs import evolve

    if diagnostic.source is not None:
        return diagnostic
    return evolve(diagnostic, where=f"{path} {diagnostic.where}".strip())


def is_open(result: "Result") -> bool:
    """Whether missing facts leave the tier, or without tiers the total, open."""
    if result.tiers:
        return len(result.possible_grades) > 1
    return result.total is None


def render(result: "Result", format: str, *, colour: bool) -> str:
    """A result in one of its four skins."""
    if format == "json":
        from zhunsheng.runtime.render_json import render_json

        return render_json(result)
    if format == "md":
        from zhunsheng.runtime.render_markdown import render_markdown

        return render_markdown(result)
    if format == "html":
        from zhunsheng.runtime.render_html import render_html

        return render_html(result)
    import shutil

    from zhunsheng.runtime.console import ambiguous_width
    from zhunsheng.runtime.render_text import render_text

    width = shutil.get_terminal_size().columns if colour else None
    return render_text(
        result, color=colour, width=width, ambiguous=ambiguous_width(sys.stdout) if colour else 1
    )


@cli.command("compile")
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


@cli.command()
@click.argument("names", nargs=-1, metavar="[文件|文件夹|标准]……")
@FORMAT
def test(names: tuple[str, ...], format: str) -> None:
    """运行规则文件里的案例。"""
    from zhunsheng.compiler.testing import run_tests, text_report
    from zhunsheng.library import find, library, rule_files

    paths = [path for name in (names or tuple(library())) for path in rule_files(find(name))]
    for path in paths:
        if not path.is_file():
            stop(f"没有“{path}”这个标准或文件", USAGE_WRONG)
    reports = run_tests(paths)
    if format == "json":
        from zhunsheng.runtime.render_json import dump

        say(dump([report.as_json() for report in reports]))
    else:
        say(text_report(reports))
    sys.exit(DONE if reports and all(report.passed for report in reports) else RULES_WRONG)


@cli.command()
@click.argument("name", metavar="标准")
@click.option(
    "-o", "output", type=click.Path(path_type=Path), required=True, metavar="文件.xlsx", help="写到哪个文件"
)
def form(name: str, output: Path) -> None:
    """生成给机构填报的空白表（xlsx）。"""
    from zhunsheng.runtime.form import form_bytes

    if output.suffix.lower() != ".xlsx":
        stop("填报表的文件名要以 .xlsx 结尾", USAGE_WRONG)
    own = standard(name)
    meta = own.program.meta
    write(output, form_bytes(title=meta.title, number=meta.number, standard_id=meta.id, specs=own.facts))


@cli.command()
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


def main() -> None:
    """The `zhunsheng` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # click writes help and usage itself; no console may make that a crash.
            stream.reconfigure(errors="replace")
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        say(error.format_message())
        sys.exit(USAGE_WRONG)
    except click.UsageError as error:
        say(wrong_usage(error), error=True)
        sys.exit(USAGE_WRONG)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        say("已中断", error=True)
        sys.exit(130)
    except BrokenPipeError:
        # What reads the output has gone; Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except OSError as error:
        stop(f"输入输出出错：{error.strerror or error}", USAGE_WRONG)


if __name__ == "__main__":
    main()
