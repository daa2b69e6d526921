"""The reference of commands, from the command line itself."""

import click

from zhunsheng.cli import COMMANDS, command

from .text import code, md, table


def reference() -> str:
    """A section a command: usage, what it does, options."""
    parts = []
    for name in COMMANDS:
        found = command(name)
        with click.Context(found, info_name=f"zhunsheng {name}") as context:
            usage = found.get_usage(context).split("：", 1)[-1].strip()
            rows = [
                (code(record[0]), md(record[1]))
                for parameter in found.get_params(context)
                if isinstance(parameter, click.Option)
                and (record := parameter.get_help_record(context)) is not None
            ]
        parts.append(
            f"## {name}\n\n{md(found.help or '')}\n\n```text\n{usage}\n```\n\n{table(('选项', '作用'), rows)}\n"
        )
    return "\n".join(parts)
