"""Worksheets as rows with their numbers."""

import io
import sys
import warnings
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from itertools import islice
from pathlib import Path

from zhunsheng.compiler.batch.csv_rows import named
from zhunsheng.compiler.batch.pieces import PLAIN, BadFile, Chunk, Reading, fitted, headed, pieces
from zhunsheng.runtime.reading.quantities import Fault
from zhunsheng.runtime.reading.read_xlsx import filled_rows
from zhunsheng.runtime.reading.rows import Row
from zhunsheng.runtime.reading.safe_zip import repack

_MOST_COLUMNS = 2_000
_HALF = "有半个字符（不成对的_xD800_一类）"


def sheet_chunks(path: Path, size: int, how: Reading = PLAIN, *, heads: bool = False) -> Iterator[Chunk]:
    """The pieces of every worksheet that is read and has anything in it, with `heads` the first one of each alone; raises
    :class:`BadFile`."""
    packed = repack(path.read_bytes())
    if isinstance(packed, Fault):
        raise BadFile(f"{path.name}：{packed.message}。{packed.help}")
    try:
        yield from _chunks(path, packed, size, how, heads=heads)
    except BadFile:
        raise
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever a broken part makes it stumble over
        raise BadFile(
            f"{path.name}：不是能读取的Excel工作簿（{type(error).__name__}）；重新另存一份"
        ) from None


def _chunks(path: Path, packed: bytes, size: int, how: Reading, *, heads: bool) -> Iterator[Chunk]:
    from openpyxl import load_workbook

    found = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = load_workbook(io.BytesIO(packed), read_only=True, data_only=True)
        formulas = load_workbook(io.BytesIO(packed), read_only=True)
        wanted = [one for one in values.worksheets if not how.sheets or one.title in how.sheets]
        for before, sheet in enumerate(wanted):
            # What a sheet declares of its size is good enough for a bar.
            last = sheet.max_row or sys.maxsize
            rows = filled_rows(sheet, formulas[sheet.title], _MOST_COLUMNS)
            place = f"{path.name} 工作表“{sheet.title}”"
            header = headed(((row.number, row) for row in rows), place, how.head)
            if header is None:
                continue
            found = True
            head = header[1]
            names = named(place, [cell.text if cell else "" for cell in head.cells])
            if any(_halved(name) for name in names):
                raise BadFile(f"{place}：表头{_HALF}")
            share = partial(_share, before, len(wanted), last)
            yield from islice(
                pieces(path, sheet.title, names, _rows(rows, names), size, share), 1 if heads else None
            )
        values.close()
        formulas.close()
    if not found and how.sheets:
        raise BadFile(
            f"{path.name}：没有要读的工作表（--sheet），或里面是空的；有{'、'.join(values.sheetnames)}"
        )
    if not found:
        raise BadFile(f"{path.name}：空工作簿")


def _share(before: int, sheets: int, last: int, number: int) -> Fraction:
    """How much of a workbook is read, at a row of one of its worksheets."""
    return (before + min(Fraction(number, last), Fraction(1))) / sheets


def _rows(rows: Iterator[Row], names: list[str]) -> Iterator[tuple[int, list[str | None], str | None]]:
    for row in rows:
        cells, wrong = fitted([cell.text if cell else None for cell in row.cells], len(names))
        for place, (name, cell) in enumerate(zip(names, row.cells, strict=False)):
            if cell is not None and cell.fault is not None:
                wrong = f"“{name}”{cell.fault.message}。{cell.fault.help}"
            elif cell is not None and _halved(cell.text):
                wrong, cells[place] = f"“{name}”{_HALF}", None
        yield row.number, cells, wrong


def _halved(text: str) -> bool:
    """Whether a text has half of a pair of code units, which is no character."""
    return not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text)
