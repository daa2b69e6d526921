"""The command line. A command is imported when it is asked for, and what is heavy by the command that needs it."""

import io
import os
import sys
from importlib import import_module

import click

from zhunsheng import __version__
from zhunsheng.chinese_click import ChineseGroup, wrong_usage
from zhunsheng.commands.common import USAGE_WRONG, say, stop

#: The commands, in the order of the reference, and where each is: module of ``zhunsheng.commands``, name in it.
COMMANDS = {
    "list": ("library", "list_standards"),
    "check": ("check", "check"),
    "facts": ("facts", "facts"),
    "score": ("score", "score"),
    "compile": ("compile", "compile_command"),
    "batch": ("batch", "batch"),
    "test": ("test", "test"),
    "form": ("facts", "form"),
    "fmt": ("fmt", "fmt"),
    "show": ("show", "show"),
    "new": ("new", "new"),
    "diff": ("diff", "diff"),
}


class _LazyGroup(ChineseGroup):
    """A group of COMMANDS."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return command(cmd_name) if cmd_name in COMMANDS else None


def command(name: str) -> click.Command:
    """One of COMMANDS, imported."""
    module, attribute = COMMANDS[name]
    found = getattr(import_module(f"zhunsheng.commands.{module}"), attribute)
    assert isinstance(found, click.Command)
    return found


@click.group(
    cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(
    __version__, "--version", prog_name="zhunsheng", help="显示版本", message="%(prog)s %(version)s"
)
def cli() -> None:
    """准绳：公布的条文就是程序。把评分条文编译成精确的评分函数和可以手工复算的评分说明。"""


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
        from zhunsheng.runtime.reading.system_words import why

        stop(f"输入输出出错：{why(error)}", USAGE_WRONG)


if __name__ == "__main__":
    main()
