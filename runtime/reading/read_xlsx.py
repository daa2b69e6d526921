"""Workbooks (xlsx) with one subject: numbers at 15 significant digits, formulas by their stored value.

openpyxl sees a workbook only after :mod:`zhunsheng.runtime.reading.safe_zip` has unpacked it within bounds.
"""

import datetime
import io
import itertools
import re
import warnings
from collections.abc import Iterator, Sequence
from decimal import Context, Decimal
from typing import TYPE_CHECKING, cast

from zhunsheng.runtime.reading.quantities import Fault
from zhunsheng.runtime.reading.raw_facts import Cell, RawFacts, diagnose
from zhunsheng.runtime.reading.rows import NO_HEADER, SHEET, Row, answers_from_rows, has_header
from zhunsheng.runtime.reading.safe_zip import repack

if TYPE_CHECKING:
    from openpyxl.cell.read_only import ReadOnlyCell
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet
    from openpyxl.worksheet.worksheet import Worksheet

#: Characters that XML cannot hold are escaped so in a workbook's texts.
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_MAX_ROWS = 1_048_576
_MAX_COLUMNS = 64
#: Rows with anything in them; and those in which the header is looked for.
_MAX_FILLED, _HEAD = 10_000, 100
_UNREADABLE = Fault("ZS0915", "不是能读取的 xlsx 工作簿", "用 Excel 或 WPS 打开，另存为 .xlsx 后再试")
_TOO_LONG = Fault("ZS0903", f"填报表超过{_MAX_FILLED}行", "一个文件只填一个评价对象，删去无关的行")
_NO_VALUE = Fault("ZS0918", "是没有保存结果的公式", "用 Excel 或 WPS 打开并保存一次，或直接填数")


def read_xlsx(data: bytes) -> RawFacts:
    """The raw answers of a workbook."""
    packed = repack(data)
    if isinstance(packed, Fault):
        return _refused(packed)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of what it leaves out (styles, extensions); none of it is a fact.
            warnings.simplefilter("ignore")
            return _read(packed)
    except Exception:  # noqa: BLE001 - a malformed part may lead openpyxl to any exception
        return _refused(_UNREADABLE)


def _refused(fault: Fault) -> RawFacts:
    return RawFacts(diagnostics=(diagnose(fault, Cell(""), None),))


def _read(packed: bytes) -> RawFacts:
    import openpyxl

    formulas = openpyxl.load_workbook(io.BytesIO(packed), read_only=True, keep_links=False)
    values = openpyxl.load_workbook(io.BytesIO(packed), read_only=True, keep_links=False, data_only=True)
    try:
        sheet = _find_sheet(values)
        if isinstance(sheet, Fault):
            return _refused(sheet)
        rows = list(itertools.islice(filled_rows(sheet, formulas[sheet.title]), _MAX_FILLED + 1))
        if len(rows) > _MAX_FILLED:
            return _refused(_TOO_LONG)
        answers, faults = answers_from_rows(rows)
    finally:
        formulas.close()
        values.close()
    return RawFacts(answers, diagnostics=tuple(diagnose(fault, place, None) for fault, place in faults))


def _find_sheet(workbook: "Workbook") -> "Worksheet | Fault":
    """The form's sheet, else the only one with a header."""
    if SHEET in workbook.sheetnames and workbook[SHEET] in workbook.worksheets:
        return workbook[SHEET]
    found = [
        sheet
        for sheet in workbook.worksheets
        if any(map(has_header, itertools.islice(filled_rows(sheet, sheet), _HEAD)))
    ]
    if len(found) > 1:
        names = "、".join(f"“{sheet.title}”" for sheet in found)
        return Fault("ZS0916", f"有几个工作表都像填报表：{names}", f"只保留一个，或把它命名为“{SHEET}”")
    return found[0] if found else NO_HEADER


def filled_rows(sheet: "Worksheet", formulas: "Worksheet", most_columns: int = _MAX_COLUMNS) -> Iterator[Row]:
    """The rows with anything in them. The sizes that a sheet declares are not believed."""
    from openpyxl.cell.read_only import EmptyCell

    pairs = zip(_sheet_rows(sheet, most_columns), _sheet_rows(formulas, most_columns), strict=False)
    previous: object = None
    for number, (values, sources) in enumerate(pairs, start=1):
        if number > _MAX_ROWS:
            raise ValueError("beyond the last row of a worksheet")
        # openpyxl fills a gap, which may be a million rows, with one and the same tuple.
        if values is previous:
            continue
        previous = values
        cells = [
            None if isinstance(value, EmptyCell) else _cell(value, source, sheet.title)
            for value, source in zip(values, sources, strict=True)
        ]
        if any(cells):
            yield Row(cells, f"工作表“{sheet.title}”第{number}行", number)


def _sheet_rows(sheet: "Worksheet", most_columns: int) -> "Iterator[tuple[ReadOnlyCell, ...]]":
    page = cast("ReadOnlyWorksheet", sheet)
    page.reset_dimensions()
    return cast("Iterator[tuple[ReadOnlyCell, ...]]", sheet.iter_rows(max_col=most_columns))


def _cell(cell: "ReadOnlyCell", source: "ReadOnlyCell", sheet: str) -> Cell | None:
    formula = source.data_type == "f"
    if cell.value is None and not formula:
        return None
    where = f"工作表“{sheet}”{source.coordinate} 单元格"
    # A formula whose stored result is the empty text is blank; one that was never worked out has no type.
    if cell.value is None:
        return Cell("", where=where, fault=_NO_VALUE) if cell.data_type != "str" else None
    if cell.data_type == "e":
        fault = Fault("ZS0919", f"是错误值 {cell.value}", "改正公式，或直接填数")
        return Cell(str(cell.value), where=where, fault=fault)
    text = _text(cell.value, str(cell.number_format or ""))
    return Cell(text, where=where) if text.strip() else None


def _text(value: object, number_format: str) -> str:
    """A cell's value as a person would type it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return _number(value, _is_percent(number_format))
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(" ")
    if isinstance(value, str):
        return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value)
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


def _number(value: float, percent: bool) -> str:
    """Excel shows and compares 15 significant digits; what a double holds beyond them was never typed."""
    if isinstance(value, float):
        number = Decimal(format(value, ".15g"))
    else:
        number = Context(prec=15).create_decimal(value)
    if not number.is_finite() or abs(number.adjusted()) > 400:
        return str(number)
    number = number * 100 if percent else number
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text}%" if percent else text


def _is_percent(number_format: str) -> bool:
    """Whether a number format shows a percentage: a % that is neither quoted nor escaped."""
    plain: Sequence[str] = number_format.split('"')[::2]
    return any("%" in part.replace("\\%", "") for part in plain)
