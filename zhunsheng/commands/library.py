"""What the library holds."""

import click

from zhunsheng.chinese_click import ChineseCommand
from zhunsheng.commands.common import FORMAT, say


@click.command("list", cls=ChineseCommand)
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
        from zhunsheng.runtime.rendering.render_json import dump

        say(dump(rows))
        return
    for row in rows:
        open_terms = f"（{len(row['open_terms'])}处待定）" if row["open_terms"] else ""
        say(f"{row['id']}  {row['title']}  {row['number']}  {row['state']}{open_terms}")
