"""The results as a workbook that is passed on: 汇总表 with a title and its lines to fill in, ready to print; how many
subjects are in each tier; a worksheet for each subject where asked for."""

import datetime
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.batch.cells import Cells
from zhunsheng.compiler.batch.chunks import BadFile
from zhunsheng.compiler.batch.results import POINTS
from zhunsheng.compiler.batch.sheets import HEAD, Page, sheet_name
from zhunsheng.compiler.batch.written import Book

#: The row of the heads of 汇总表, the first being 1; above it stand the title and what is filled in by hand.
HEAD_ROW = 5
#: The most results of a worksheet.
MOST = 1_048_576 - HEAD_ROW
_TOO_MANY = f"一个工作表放不下（最多{MOST}行）；改写成 .parquet 或 .csv"
#: The names of the worksheets that come first.
RESULTS, TIERS = "汇总表", "各等级家数"
#: The most columns that can be read on a sheet of A4 paper.
_NARROW = 14
_A3, _A4 = 8, 9
_TITLE: dict[str, Any] = {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"}
_LINE: dict[str, Any] = {"align": "left"}
_TOP = {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "border": 1}
_CELL = {"border": 1, "valign": "vcenter", "text_wrap": True}
_POINTS = {"border": 1, "valign": "vcenter"}
_PAGE_HEAD = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
_PAGE = {"text_wrap": True, "valign": "top"}
_WIDTHS = {"状态": 12, "等级": 10, "可能的等级": 14, "总分（精确）": 14, "否决": 10, "基本条件": 10}


@frozen
class Title:
    """What the book says above its tables."""

    program: ir.Program
    date: datetime.date | None = None

    @property
    def words(self) -> str:
        """The title of 汇总表."""
        return f"{self.program.meta.title}评分汇总表"

    @property
    def line(self) -> str:
        """The number of the standard, and the evaluation date if one is given."""
        number = self.program.meta.number
        day = self.date
        date = "" if day is None else f"评价日期：{day.year}年{day.month}月{day.day}日"
        return "　　".join(filter(None, (f"评价标准：{number}" if number else "", date)))


def unless_too_long(path: Path, rows: int | None) -> None:
    """Turns down a workbook for more rows than it can hold, where it is known beforehand how many there are."""
    if path.suffix.lower() == ".xlsx" and rows is not None and rows > MOST:
        raise BadFile(f"表里有{rows}行，{_TOO_MANY}")


class Workbook:
    """Takes results row by row."""

    def __init__(self, path: Path, title: Title) -> None:
        settings = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.file = Book(path, {**settings, "in_memory": False, "strings_to_numbers": False})
        self.book, self.title = self.file.book, title
        self.cells = Cells(self.book)
        self.sheet = self.book.add_worksheet(RESULTS)
        self.names = {RESULTS}
        self.tiers: Counter[str | None] = Counter()
        self.second: Any = None
        if title.program.tiers:
            self.second = self.book.add_worksheet(TIERS)
            self.names.add(TIERS)
        self.rows = 0
        self.begun = False

    def write(self, frame: pl.DataFrame) -> None:
        """Adds rows."""
        if not self.begun:
            self._begin(frame)
            self.begun = True
        if self.rows + len(frame) > MOST:
            raise BadFile(f"结果超过{MOST}行，{_TOO_MANY}")
        if self.second is not None:
            self.tiers.update(frame["等级"])
        styles = [_POINTS if kind == POINTS else _CELL for kind in frame.dtypes]
        for row in frame.iter_rows():
            at = HEAD_ROW + self.rows
            self.rows += 1
            self.cells.put(self.sheet, at, 0, self.rows, _POINTS)
            for column, (cell, style) in enumerate(zip(row, styles, strict=True), 1):
                self.cells.put(self.sheet, at, column, cell, style)

    def _begin(self, frame: pl.DataFrame) -> None:
        sheet, last = self.sheet, len(frame.columns)
        sheet.set_column(0, 0, 6)
        for column, (name, kind) in enumerate(frame.schema.items(), 1):
            sheet.set_column(column, column, 12 if kind == POINTS else _WIDTHS.get(name, 22))
        sheet.set_row(0, 32)
        sheet.merge_range(0, 0, 0, last, "", self.cells.form(_TITLE))
        lines = (self.title.words, self.title.line, "填报单位（公章）：", "填报日期：　　　　年　　月　　日")
        for row, words in enumerate(lines):
            self.cells.put(sheet, row, 0, words, _LINE if row else _TITLE)
        for column, name in enumerate(("序号", *frame.columns)):
            self.cells.put(sheet, HEAD_ROW - 1, column, name, _TOP)
        sheet.freeze_panes(HEAD_ROW, 2)
        sheet.repeat_rows(HEAD_ROW - 1)
        sheet.set_paper(_A3 if last > _NARROW else _A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C第&P页，共&N页")

    def page(self, name: str, rows: Page) -> None:
        """Adds a subject's own worksheet behind the others; its text stays text."""
        sheet = self.book.add_worksheet(sheet_name(name, self.names))
        for column, width in enumerate((12, 60, 14, 60)):
            sheet.set_column(column, column, width)
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                self.cells.put(sheet, number, column, cell, _PAGE_HEAD if row == HEAD else _PAGE)

    def close(self) -> None:
        """Ends the book with the counts by tier."""
        if self.second is not None:
            order = [band.name for band in reversed(self.title.program.tiers)]
            none = sum(count for name, count in self.tiers.items() if name not in order)
            rows: list[tuple[str | int, ...]] = [(name, self.tiers[name]) for name in order]
            rows += [("等级未定或没有等级", none)] if none else []
            self._table(self.second, [("等级", "家数"), *rows, ("合计", self.rows)])
        self.file.close()

    def _table(self, sheet: Any, rows: Sequence[tuple[str | int, ...]]) -> None:
        sheet.set_column(0, 1, 20)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                self.cells.put(sheet, number, column, cell, _POINTS if number else _TOP)
