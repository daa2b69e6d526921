"""Pieces of a table, whatever file it came from: frames, with the place of every row."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
from attrs import frozen

#: The column that says what is wrong with a row as such (too many cells, no JSON object).
BROKEN = "\x00行错误"


@frozen
class Chunk:
    """Some rows of a table; `numbers` are those of the rows in the file, as a person counts them."""

    frame: pl.DataFrame
    file: str
    sheet: str
    numbers: Sequence[int]
    #: Columns of a type that no cell can have, with that type; they are empty in the frame.
    odd: Mapping[str, str] = {}
    #: How much of the file is behind the piece, from 0 to 1.
    share: Fraction = Fraction(1)

    def place(self, row: int) -> str:
        """The place of a row for people."""
        sheet = f"工作表“{self.sheet}”" if self.sheet else ""
        return f"{self.file} {sheet}第{self.numbers[row]}行"


@frozen
class Reading:
    """How tables in files without types are read: `sheets` are the worksheets that are read, all where there is none, and
    `head` is the row with the names of columns, as a person counts."""

    sheets: tuple[str, ...] = ()
    head: int | None = None


#: Every worksheet, with its head in the first row.
PLAIN = Reading()


class BadFile(Exception):
    """A file that cannot be read; the message says why, in Chinese."""


def _frame(names: Sequence[str], rows: list[list[str | None]], broken: list[str | None]) -> pl.DataFrame:
    columns = {
        name: pl.Series(name, [row[i] for row in rows], dtype=pl.String) for i, name in enumerate(names)
    }
    return pl.DataFrame({**columns, BROKEN: pl.Series(BROKEN, broken, dtype=pl.String)})


#: From here on a float of 32 bits holds whole numbers alone.
_WHOLE = 2**24


def as_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """The same in types whose values a person could have typed: see the two that do it."""
    return _far_days_as_text(_doubles(frame))


def _doubles(frame: pl.DataFrame) -> pl.DataFrame:
    """The same, with floats of 32 bits as the doubles nearest the shortest decimals that they stand for: 0.7, where they
    hold 0.699999988. What holds whole numbers alone is such a number as it is."""

    def double(name: str) -> pl.Expr:
        own = pl.col(name)
        shortest = own.cast(pl.String).cast(pl.Float64)
        return pl.when(own.abs() < _WHOLE).then(shortest).otherwise(own.cast(pl.Float64)).alias(name)

    return frame.with_columns(double(name) for name, kind in frame.schema.items() if kind == pl.Float32)


def _far_days_as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """The same, with columns in which a day lies before the year 1 or behind 9999, which is no day, as text."""
    far = [
        name
        for name, kind in frame.schema.items()
        if kind == pl.Date or isinstance(kind, pl.Datetime)
        if not frame[name].dt.year().is_between(1, 9999).all()
    ]
    return frame.with_columns(pl.col(far).cast(pl.String)) if far else frame


def unique(path: Path, names: Sequence[str]) -> None:
    """Turns down two columns with one name."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadFile(f"{path.name}：有两列都叫“{twice[0]}”；改名或删去一列")


def pieces(
    path: Path,
    sheet: str,
    names: Sequence[str],
    rows: Iterator[tuple[int, list[str | None], str | None]],
    size: int,
    share: Callable[[int], Fraction],
) -> Iterator[Chunk]:
    """Rows, each with its number and what is wrong with it, as pieces; a table without rows is one piece. `share` tells
    how much of the file is read, by the number of the last row."""
    unique(path, names)
    held = list(islice(rows, size))
    while True:
        cells, broken = [row for _, row, _ in held], [wrong for _, _, wrong in held]
        numbers = [number for number, _, _ in held]
        done = min(share(numbers[-1]), Fraction(1)) if numbers else Fraction(1)
        yield Chunk(_frame(names, cells, broken), path.name, sheet, numbers, share=done)
        held = list(islice(rows, size))
        if not held:
            return


def headed(rows: Iterator[tuple[int, Any]], place: str, head: int | None) -> tuple[int, Any] | None:
    """The row with the names of columns: the one with that number, else the first one; None where there are no rows."""
    for number, row in rows:
        if head is None or number == head:
            return number, row
        if number > head:
            break
    if head is None:
        return None
    raise BadFile(f"{place}：第{head}行是空的，没有列名；--head 写列名所在的行号")


def fitted(cells: Sequence[str | None], width: int) -> tuple[list[str | None], str | None]:
    """The cells of a row in the width of the table; cells beyond it are a fault unless they are blank."""
    wrong = f"这一行有{len(cells)}格，表头只有{width}列" if any(cells[width:]) else None
    fitted = [cell if cell and cell.strip() else None for cell in cells[:width]]
    return fitted + [None] * (width - len(fitted)), wrong
