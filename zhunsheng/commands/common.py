"""What commands share: exit codes, options, output, and finding a standard. Heavy imports stay in functions."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from zhunsheng.compiler.compile import Compiled
    from zhunsheng.library import Standard
    from zhunsheng.runtime.diagnostics import Diagnostic
    from zhunsheng.runtime.rendering.outline import Outline

#: Exit codes, language.md section 10.
DONE, RULES_WRONG, USAGE_WRONG, FACTS_WRONG, FACTS_MISSING = 0, 1, 2, 3, 4


def say(text: str, *, error: bool = False) -> None:
    """Prints text; a console that cannot show a character gets a substitute, never a crash."""
    from zhunsheng.runtime.rendering.console import echo

    if text:
        echo(text, sys.stderr if error else sys.stdout)


def stop(message: str, code: int) -> NoReturn:
    """Ends with a message."""
    say(f"错误：{message}", error=True)
    sys.exit(code)


def write(path: Path, data: str | bytes) -> None:
    """Writes a file whole or not at all, behind a symbolic link too and with the permissions it had; what is
    no regular file (a pipe, a device) is written to directly."""
    import tempfile

    content = data.encode() if isinstance(data, str) else data
    temporary: Path | None = None
    if path.is_dir():
        stop(f"“{path}”是文件夹，不是文件名；后面再写上文件名，如“{path / '结果'}”", USAGE_WRONG)
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        path = path.resolve()
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        handle, name = tempfile.mkstemp(prefix=".zhunsheng-", dir=path.parent)
        temporary = Path(name)
        with open(handle, "wb") as stream:
            stream.write(content)
        temporary.chmod(mode)
        temporary.replace(path)
        temporary = None
    except (OSError, ValueError) as error:
        from zhunsheng.runtime.reading.system_words import why

        stop(f"写不了“{str(path)[:200]}”：{why(error)}", USAGE_WRONG)
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def tell(diagnostics: tuple["Diagnostic", ...], format: str, *, error: bool) -> None:
    """Shows diagnostics: in full for people, as JSON for machines."""
    from zhunsheng.runtime.rendering.console import ambiguous_width
    from zhunsheng.runtime.rendering.render_diagnostics import render_diagnostics_json, render_full

    if format == "json":
        say(render_diagnostics_json(diagnostics))
        return
    stream = sys.stderr if error else sys.stdout
    say(render_full(diagnostics, color=stream.isatty(), ambiguous=ambiguous_width(stream)), error=error)


def page(outline: "Outline", format: str, *, colour: bool) -> str:
    """A page as terminal text, Markdown or HTML."""
    if format == "md":
        from zhunsheng.runtime.rendering.render_markdown import page_markdown

        return page_markdown(outline)
    if format == "html":
        from zhunsheng.runtime.rendering.render_html import page_html

        return page_html(outline)
    import shutil

    from zhunsheng.runtime.rendering.console import ambiguous_width
    from zhunsheng.runtime.rendering.render_text import page_text

    width = shutil.get_terminal_size().columns if colour else None
    return page_text(
        outline, color=colour, width=width, ambiguous=ambiguous_width(sys.stdout) if colour else 1
    )


def compiled(name: str) -> "Compiled":
    """A standard by id or path; ends with a message where there is none."""
    from zhunsheng.compiler.compile import compile_file
    from zhunsheng.library import find, library

    path = find(name)
    if not is_there(path):
        near = "" if "/" in name or name.endswith(".md") else f"；标准库里有：{'、'.join(library())}"
        stop(f"没有“{name}”这个标准或文件{near}", USAGE_WRONG)
    return compile_file(path)


def sound(name: str, format: str = "text") -> "Compiled":
    """A standard that compiles; ends with its errors where it does not."""
    from zhunsheng.runtime.diagnostics import has_errors

    own = compiled(name)
    if own.parsed is None or own.parsed.file is None or own.program is None or has_errors(own.diagnostics):
        tell(tuple(d for d in own.diagnostics if d.severity == "error"), format, error=True)
        sys.exit(RULES_WRONG)
    return own


def rule_files_of(path: Path, name: object) -> list[Path]:
    """The rule files of a file or folder; ends with a message, in which it has the name it was given, where there are none."""
    from zhunsheng.library import rule_files

    if not path.exists():
        stop(f"没有“{name}”这个文件或文件夹", USAGE_WRONG)
    files = list(rule_files(path))
    if not files:
        stop(f"“{name}”里没有规则文件（*.zhun.md）", USAGE_WRONG)
    return files


def is_there(path: Path) -> bool:
    """Whether a path can be opened at all; a name too long for the system is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def standard(name: str, format: str = "text") -> "Standard":
    """A standard to score with; ends with its errors where it does not compile."""
    from zhunsheng.library import Standard

    own = sound(name, format)
    assert own.program is not None
    assert own.path is not None
    return Standard(own.program, own.path)


#: The option of commands that print for people or for machines.
FORMAT = click.option(
    "--format", "format", type=click.Choice(["text", "json"]), default="text", help="输出格式"
)
