"""Cells of a workbook: numbers that sort and sum where a spreadsheet holds them exactly, else text that never is a formula."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from zhunsheng.compiler.batch.chunks import BadFile
from zhunsheng.runtime.numbers import decimal, shown

#: What can stand in a cell; the numbers are exact.
Cell = str | int | Fraction | Decimal | None
#: The length of a cell, and the digits of a number that a spreadsheet keeps.
LONGEST, DIGITS = 32_767, 15
_NONE = {0xFFFE: 0xFFFD, 0xFFFF: 0xFFFD}


class Cells:
    """Writes cells into the sheets of a book of xlsxwriter's."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.forms: dict[Any, Any] = {}

    def put(self, sheet: Any, row: int, column: int, cell: Cell, style: Mapping[str, Any]) -> None:
        """Writes a cell; text that does not fit is never cut. Raises :class:`BadFile`."""
        if cell is None or cell == "":
            sheet.write_blank(row, column, None, self.form(style))
            return
        if not isinstance(cell, str):
            printed = decimal(Fraction(cell))
            if printed.exact and sum(map(str.isdigit, printed.text.lstrip("-0."))) <= DIGITS:
                # The decimals are said, so that a narrow column shows no rounded number.
                places = len(printed.text.partition(".")[2])
                form = self.form({**style, "num_format": f"0.{'0' * places}" if places else "0"})
                sheet.write_number(row, column, float(printed.text), form)
                return
            cell = shown(Fraction(cell))
        if units(cell) > LONGEST:
            raise BadFile(
                f"结果第{row + 1}行有一格超过{LONGEST}个字，工作表的一格放不下；改写成 .parquet 或 .csv"
            )
        sheet.write_string(row, column, holdable(cell), self.form(style))

    def form(self, style: Mapping[str, Any]) -> Any:
        """A format, made once."""
        key = tuple(sorted(style.items()))
        if key not in self.forms:
            self.forms[key] = self.book.add_format(dict(style))
        return self.forms[key]


def units(text: str) -> int:
    """The length of a text as a spreadsheet counts it."""
    return len(text) + sum(char > "\uffff" for char in text)


def holdable(text: str) -> str:
    """The text without the two characters that are none, which no workbook can hold."""
    return text.translate(_NONE)
