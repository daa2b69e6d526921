"""Tables out: results and rejected rows, written piece by piece."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from zhunsheng.compiler.batch.chunks import BadFile
from zhunsheng.compiler.batch.header import Header
from zhunsheng.compiler.batch.results_book import Title, Workbook
from zhunsheng.compiler.batch.rows import cell_text
from zhunsheng.runtime.reading.raw_facts import SUBJECT

SUFFIXES = (".parquet", ".csv", ".xlsx", ".jsonl")
#: What the name of the file of rejected rows ends in, and its columns before those of keys.
REJECTED = ".rejected"
_PLACE = ("文件", "工作表", "行", SUBJECT)
_WHY = "原因"


def rejected_names(header: Header) -> tuple[str, ...]:
    """The columns of rejected rows: the place, who it is, and why."""
    own = (f"表里的{key}" if key in (*_PLACE, _WHY) else key for key in _others(header))
    return (*_PLACE, *own, _WHY)


def rejected_row(
    header: Header, cells: Mapping[str, Any], place: tuple[str, str, str], reasons: Sequence[str]
) -> tuple[str, ...]:
    """A rejected row."""
    name = cell_text(cells[header.subject], None) if header.subject else ""
    return (*place, name, *(cell_text(cells[key], None) for key in _others(header)), "；".join(reasons))


def _others(header: Header) -> list[str]:
    return [key for key in header.keys if key != header.subject]


class Sink(Protocol):
    """Something that takes tables with the same columns, one after the other."""

    def write(self, frame: pl.DataFrame) -> None:
        """Adds rows."""

    def close(self) -> None:
        """Ends the file."""


def results_sink(path: Path, title: Title) -> Callable[[Path], Sink]:
    """What writes results in the format of a file's name, a workbook under a title; raises :class:`BadFile` for others."""
    openers: dict[str, Callable[[Path], Sink]] = {
        ".parquet": Parquet,
        ".csv": Csv,
        ".xlsx": lambda path: Workbook(path, title),
        ".jsonl": JsonLines,
    }
    if path.suffix.lower() not in openers:
        raise BadFile(f"{path.name}：结果只能写成 {'、'.join(SUFFIXES)}")
    return openers[path.suffix.lower()]


class Parquet:
    """A Parquet file, a row group a piece."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.writer: Any = None

    def write(self, frame: pl.DataFrame) -> None:
        import pyarrow.parquet as pq

        table = frame.to_arrow()
        if self.writer is None:
            self.writer = pq.ParquetWriter(self.path, table.schema)
        self.writer.write_table(table.cast(self.writer.schema))

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()


class Csv:
    """A CSV file in UTF-8 with a byte order mark, which Excel asks for. No cell is a formula."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("w", encoding="utf-8-sig", newline="")
        self.writer = csv.writer(self.file)
        self.begun = False

    def write(self, frame: pl.DataFrame) -> None:
        if not self.begun:
            self.writer.writerow(map(as_cell, frame.columns))
            self.begun = True
        self.writer.writerows([as_cell(cell) for cell in row] for row in frame.iter_rows())

    def close(self) -> None:
        self.file.close()


class JsonLines:
    """An object a line; points are exact decimals as text."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("w", encoding="utf-8")

    def write(self, frame: pl.DataFrame) -> None:
        for row in frame.iter_rows(named=True):
            plain = {name: _number(v) if isinstance(v, Decimal) else v for name, v in row.items()}
            self.file.write(json.dumps(plain, ensure_ascii=False, default=str) + "\n")

    def close(self) -> None:
        self.file.close()


def _number(value: Decimal | int) -> str:
    """A number without zeros at its end."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_cell(value: object) -> str:
    """A cell of a CSV file; text that a spreadsheet would take for a formula begins with an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if not isinstance(value, str):
        return str(value)
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else value


def rows_of(rows: Iterable[tuple[str, ...]], names: tuple[str, ...]) -> pl.DataFrame:
    """Rows of text as a table."""
    return pl.DataFrame(list(rows), schema=dict.fromkeys(names, pl.String), orient="row")
