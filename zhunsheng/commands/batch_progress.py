"""How far a batch is: a bar for each pass over the tables, with rows per second and the time left."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from zhunsheng.compiler.batch.settings import Progress


def pace(rows: int, share: Fraction, seconds: Fraction) -> str:
    """How many rows there were a second, and how long the rest will take; nothing where nothing is known."""
    if rows <= 0 or seconds <= 0:
        return ""
    each = float(rows / seconds)
    shown = f"{each:,.0f}" if each >= 10 else f"{each:.1f}"
    return f"{shown}行/秒" + (f" 还要{_time(seconds / share - seconds)}" if 0 < share < 1 else "")


def _time(seconds: Fraction) -> str:
    """A time in minutes and seconds, rounded up to a second."""
    minutes, rest = divmod(-int(-seconds // 1), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@contextmanager
def passes(console: "Console | None" = None) -> "Iterator[Progress]":
    """Shows a bar for each pass over the tables, where standard error is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}", markup=False),
        TextColumn("{task.fields[rows]:,}行"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[pace]}"),
        TimeElapsedColumn(),
    )
    console = console or Console(stderr=True)
    with Bars(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        tasks: dict[str, TaskID] = {}

        def progress(words: str, rows: int, share: Fraction) -> None:
            if words not in tasks:
                for task in tasks.values():
                    shown.stop_task(task)
                tasks[words] = shown.add_task(words, total=1, rows=0, pace="")
            own = tasks[words]
            seconds = Fraction(shown.tasks[own].elapsed or 0)
            shown.update(own, completed=float(share), rows=rows, pace=pace(rows, share, seconds))

        yield progress
