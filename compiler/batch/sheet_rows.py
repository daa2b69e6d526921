"""Worksheets as rows with their numbers."""

import io
import warnings
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from zhunsheng.compiler.batch.csv_rows import named
from zhunsheng.compiler.batch.pieces import BadFile, Chunk, fitted, pieces
from zhunsheng.runtime.reading.quantities import Fault
from zhunsheng.runtime.reading.read_xlsx import filled_rows
from zhunsheng.runtime.reading.rows import Row
from zhunsheng.runtime.reading.safe_zip import repack

_MOST_COLUMNS = 2_000
_HALF = "有半个字符（不成对的_xD800_一类）"


def sheet_chunks(path: Path, size: int, *, heads: bool = False) -> Iterator[Chunk]:
    """The pieces of every worksheet with a header in its first filled row, with `heads` the first one of each alone; raises
    :class:`BadFile`."""
    packed = repack(path.read_bytes())
    if isinstance(packed, Fault):
        raise BadFile(f"{path.name}：{packed.message}。{packed.help}")
    try:
        yield from _chunks(path, packed, size, heads=heads)
    except BadFile:
        raise
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever a broken part makes it stumble over
        raise BadFile(
            f"{path.name}：不是能读取的Excel工作簿（{type(error).__name__}）；重新另存一份"
        ) from None


def _chunks(path: Path, packed: bytes, size: int, *, heads: bool) -> Iterator[Chunk]:
    from openpyxl import load_workbook

    found = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = load_workbook(io.BytesIO(packed), read_only=True, data_only=True)
        formulas = load_workbook(io.BytesIO(packed), read_only=True)
        for sheet in values.worksheets:
            rows = filled_rows(sheet, formulas[sheet.title], _MOST_COLUMNS)
            head = next(rows, None)
            if head is None:
                continue
            found = True
            place = f"{path.name} 工作表“{sheet.title}”"
            names = named(place, [cell.text if cell else "" for cell in head.cells])
            if any(_halved(name) for name in names):
                raise BadFile(f"{place}：表头{_HALF}")
            yield from islice(
                pieces(path, sheet.title, names, _rows(rows, names), size), 1 if heads else None
            )
        values.close()
        formulas.close()
    if not found:
        raise BadFile(f"{path.name}：空工作簿")


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
