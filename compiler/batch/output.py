"""Tables out: results and rejected rows, written piece by piece."""

import csv
import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from zhunsheng.compiler.batch.chunks import BadFile
from zhunsheng.compiler.batch.sheets import HEAD, Page, holdable, sheet_name, units
from zhunsheng.compiler.batch.written import Book

SUFFIXES = (".parquet", ".csv", ".xlsx", ".jsonl")
REJECTED = (".rejected", ("文件", "工作表", "行", "评价对象", "原因"))


class Sink(Protocol):
    """Something that takes tables with the same columns, one after the other."""

    def write(self, frame: pl.DataFrame) -> None:
        """Adds rows."""

    def close(self) -> None:
        """Ends the file."""


def results_sink(path: Path) -> Callable[[Path], Sink]:
    """What writes results in the format of a file's name; raises :class:`BadFile` for others."""
    openers: dict[str, Callable[[Path], Sink]] = {
        ".parquet": Parquet,
        ".csv": Csv,
        ".xlsx": Workbook,
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


class Workbook:
    """A worksheet, written row by row."""

    #: Rows of a worksheet, and the length of a cell.
    MOST, LONGEST = 1_048_575, 32_767

    def __init__(self, path: Path) -> None:
        settings = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.file = Book(path, {**settings, "in_memory": False, "strings_to_numbers": False})
        self.book = self.file.book
        self.sheet = self.book.add_worksheet("汇总表")
        self.head = self.book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.wrapped = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.names = {"汇总表"}
        self.rows = 0

    def write(self, frame: pl.DataFrame) -> None:
        if not self.rows:
            self.sheet.freeze_panes(1, 0)
            for column, name in enumerate(frame.columns):
                self.sheet.write_string(0, column, name, self.head)
            self.rows = 1
        if self.rows + len(frame) > self.MOST:
            raise BadFile(f"结果超过{self.MOST}行，一个工作表放不下；改写成 .parquet 或 .csv")
        for row in frame.iter_rows():
            for column, cell in enumerate(row):
                self.cell(column, cell)
            self.rows += 1

    def page(self, name: str, rows: Page) -> None:
        """Adds a subject's own worksheet behind the others; its text stays text."""
        sheet = self.book.add_worksheet(sheet_name(name, self.names))
        for column, width in enumerate((12, 60, 14, 60)):
            sheet.set_column(column, column, width)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                self.text(sheet, number, column, cell, self.head if row == HEAD else self.wrapped)

    def cell(self, column: int, cell: object) -> None:
        if isinstance(cell, Decimal | int) and not isinstance(cell, bool) and len(_number(cell)) <= 15:
            self.sheet.write_number(self.rows, column, float(cell))
        elif cell is not None and cell != "":
            text = _number(cell) if isinstance(cell, Decimal) else str(cell)
            self.text(self.sheet, self.rows, column, text)

    def text(self, sheet: Any, row: int, column: int, text: str, form: Any = None) -> None:
        """Writes a cell of text; one that does not fit is never cut."""
        if units(text) > self.LONGEST:
            raise BadFile(
                f"结果第{row + 1}行有一格超过{self.LONGEST}个字，工作表的一格放不下；改写成 .parquet 或 .csv"
            )
        sheet.write_string(row, column, holdable(text), form)

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
