"""click in Chinese: headings of help pages, and messages for wrong usage."""

import re
from typing import Any

import click


class _Formatter(click.HelpFormatter):
    """Headings with a full-width colon."""

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{heading}：\n")


class _Context(click.Context):
    formatter_class = _Formatter


class _Chinese(click.Command):
    """A command whose help page is in Chinese."""

    context_class = _Context

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = [_PLACEHOLDERS.get(piece, piece) for piece in self.collect_usage_pieces(ctx)]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [
            record for param in self.get_params(ctx) if (record := param.get_help_record(ctx)) is not None
        ]
        if rows:
            with formatter.section("选项"):
                formatter.write_dl(rows)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这一页"
        return option


class ChineseCommand(_Chinese):
    """A single command."""


class ChineseGroup(_Chinese, click.Group):
    """The command with its subcommands."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _Chinese.format_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [
            (name, command.get_short_help_str(60))
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) is not None
        ]
        with formatter.section("命令"):
            formatter.write_dl(rows)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise click.UsageError(
                f"没有“{args[0]}”这个命令；可用的命令：{'、'.join(self.list_commands(ctx))}", ctx
            )
        return super().resolve_command(ctx, args)


_PLACEHOLDERS = {"[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]……"}


def wrong_usage(error: click.UsageError) -> str:
    """What was wrong with the command line, in Chinese."""
    if isinstance(error, click.NoSuchOption):
        near = f"，是不是 {'、'.join(error.possibilities)}？" if error.possibilities else ""
        text = f"没有“{error.option_name}”这个选项{near}"
    elif isinstance(error, click.MissingParameter):
        name = (
            error.param.make_metavar(error.ctx) if error.param is not None and error.ctx is not None else ""
        )
        if isinstance(error.param, click.Option):
            name = error.param.opts[-1]
        text = f"缺少参数：{name}"
    elif isinstance(error, click.BadOptionUsage):
        text = f"选项“{error.option_name}”用得不对"
    elif isinstance(error, click.BadParameter):
        text = _bad_parameter(error)
    else:
        text = error.message
    usage = (
        f"\n{error.ctx.get_usage()}\n用 {error.ctx.command_path} --help 查看说明"
        if error.ctx is not None
        else ""
    )
    return f"错误：{text}{usage}"


def _bad_parameter(error: click.BadParameter) -> str:
    param = error.param
    if param is not None and isinstance(param.type, click.Choice):
        return f"“{param.opts[-1]}”只能是：{'、'.join(map(str, param.type.choices))}"
    unreadable = re.search("'(.*)' is not readable", error.message)
    if unreadable is not None:
        return f"读不了“{unreadable[1]}”（没有权限）"
    name = param.opts[-1] if isinstance(param, click.Option) else "参数"
    if param is not None and isinstance(param.type, click.IntRange):
        return f"“{name}”应是{param.type.min}到{param.type.max}的整数"
    return f"“{name}”的值不对：{error.message}"
