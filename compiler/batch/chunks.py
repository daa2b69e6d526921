"""Tables in: pieces of a file as frames, with the place of every row. No file is held whole.

Cells of CSV, worksheets and JSON lines are text as it was typed; columns of Parquet keep their types. What is wrong
with a whole file is a :class:`BadFile`; what is wrong with one row stands in the frame's own column.
"""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from attrs import frozen

from zhunsheng.runtime.reading.quantities import Fault
from zhunsheng.runtime.reading.read_text import read_text
from zhunsheng.runtime.reading.rows import Row
from zhunsheng.runtime.reading.system_words import why

#: Rows of a piece.
ROWS = 50_000
#: The column that says what is wrong with a row as such (too many cells, no JSON object).
BROKEN = "\x00行错误"
SUFFIXES = (".csv", ".tsv", ".xlsx", ".xlsm", ".parquet", ".jsonl", ".ndjson")
_SNIFF = 1 << 20
_MOST_COLUMNS = 2_000


@frozen
class Chunk:
    """Some rows of a table: `first` is the number of the first row in the file, as a person counts them."""

    frame: pl.DataFrame
    file: str
    sheet: str
    first: int

    def place(self, row: int) -> str:
        """The place of a row for people."""
        sheet = f"工作表“{self.sheet}”" if self.sheet else ""
        return f"{self.file} {sheet}第{self.first + row}行"


class BadFile(Exception):
    """A file that cannot be read; the message says why, in Chinese."""


def files_of(paths: Sequence[Path]) -> Iterator[Path]:
    """The tables among files and folders, in order of name within a folder."""
    for path in paths:
        if path.is_dir():
            yield from sorted(
                p
                for p in path.iterdir()
                if p.suffix.lower() in SUFFIXES and not p.name.startswith((".", "~$"))
            )
        else:
            yield path


def chunks(path: Path, rows: int = ROWS) -> Iterator[Chunk]:
    """The pieces of a file; raises :class:`BadFile`."""
    readers: dict[str, Callable[[Path, int], Iterator[Chunk]]] = {
        ".csv": _csv,
        ".tsv": _csv,
        ".xlsx": _xlsx,
        ".xlsm": _xlsx,
        ".parquet": _parquet,
        ".jsonl": _jsonl,
        ".ndjson": _jsonl,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise BadFile(f"{path.name}：不认识这种文件；可以用 {'、'.join(SUFFIXES)}")
    try:
        yield from reader(path, rows)
    except OSError as error:
        raise BadFile(f"{path.name}：读不了这个文件（{why(error)}）") from None


def _frame(names: Sequence[str], rows: list[list[str | None]], broken: list[str | None]) -> pl.DataFrame:
    columns = {
        name: pl.Series(name, [row[i] for row in rows], dtype=pl.String) for i, name in enumerate(names)
    }
    return pl.DataFrame({**columns, BROKEN: pl.Series(BROKEN, broken, dtype=pl.String)})


def _unique(path: Path, names: Sequence[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadFile(f"{path.name}：有两列都叫“{twice[0]}”；改名或删去一列")


def _pieces(
    path: Path,
    sheet: str,
    names: Sequence[str],
    rows: Iterator[tuple[int, list[str | None], str | None]],
    size: int,
) -> Iterator[Chunk]:
    """Rows, each with its number and what is wrong with it, as pieces in which the numbers run on."""
    _unique(path, names)
    held: list[list[str | None]] = []
    broken: list[str | None] = []
    first = last = 0
    for number, cells, wrong in rows:
        if held and (len(held) >= size or number != last + 1):
            yield Chunk(_frame(names, held, broken), path.name, sheet, first)
            held, broken = [], []
        if not held:
            first = number
        last = number
        held.append(cells)
        broken.append(wrong)
    yield Chunk(_frame(names, held, broken), path.name, sheet, first or 2)


def _fitted(cells: Sequence[str | None], width: int) -> tuple[list[str | None], str | None]:
    """The cells of a row in the width of the table; cells beyond it are a fault unless they are blank."""
    wrong = f"这一行有{len(cells)}格，表头只有{width}列" if any(cells[width:]) else None
    fitted = [cell if cell and cell.strip() else None for cell in cells[:width]]
    return fitted + [None] * (width - len(fitted)), wrong


# -- CSV


def _csv(path: Path, size: int) -> Iterator[Chunk]:
    with path.open("rb") as file:
        head = file.read(_SNIFF)
    if not head.strip():
        raise BadFile(f"{path.name}：空文件")
    encoding = _encoding(path, head)
    line = head.decode(encoding, errors="ignore").partition("\n")[0]
    with path.open("r", encoding=encoding, newline="") as text:
        reader = csv.reader(text, delimiter=_separator(line), strict=True)
        try:
            names = [name.strip() for name in next(reader)]
            yield from _pieces(path, "", names, _csv_rows(reader, len(names)), size)
        except csv.Error as error:
            raise BadFile(f"{path.name}：第{reader.line_num}行不是规范的CSV（{error}）；引号要成对") from None
        except UnicodeDecodeError:
            raise BadFile(
                f"{path.name}：第{reader.line_num + 1}行之后不是{encoding}编码；统一另存为UTF-8"
            ) from None


def _csv_rows(reader: Any, width: int) -> Iterator[tuple[int, list[str | None], str | None]]:
    before = reader.line_num
    for cells in reader:
        number, before = before + 1, reader.line_num
        if any(cell.strip() for cell in cells):
            fitted, wrong = _fitted(cells, width)
            yield number, fitted, wrong


def _encoding(path: Path, head: bytes) -> str:
    """The encoding of a file by its beginning, as fact files are read."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    # A character may be cut at the end of what was read.
    for cut in range(4):
        try:
            head[: len(head) - cut].decode("utf-8-sig")
            return "utf-8-sig"
        except UnicodeDecodeError as error:
            if error.start < len(head) - 4:
                break
    found = read_text(head.rsplit(b"\n", 1)[0])
    if isinstance(found, Fault):
        raise BadFile(f"{path.name}：{found.message}。{found.help}")
    return "gb18030"


def _separator(line: str) -> str:
    return max(",\t;", key=line.count)


# -- worksheets


def _xlsx(path: Path, size: int) -> Iterator[Chunk]:
    """Every worksheet with a header in its first filled row."""
    import io
    import warnings

    from openpyxl import load_workbook

    from zhunsheng.runtime.reading.read_xlsx import filled_rows
    from zhunsheng.runtime.reading.safe_zip import repack

    packed = repack(path.read_bytes())
    if isinstance(packed, Fault):
        raise BadFile(f"{path.name}：{packed.message}。{packed.help}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            values = load_workbook(io.BytesIO(packed), read_only=True, data_only=True)
            formulas = load_workbook(io.BytesIO(packed), read_only=True)
        except Exception as error:  # noqa: BLE001 - openpyxl raises whatever a broken part makes it stumble over
            raise BadFile(
                f"{path.name}：不是能读取的Excel工作簿（{type(error).__name__}）；重新另存一份"
            ) from None
        found = False
        for sheet in values.worksheets:
            rows = filled_rows(sheet, formulas[sheet.title], _MOST_COLUMNS)
            head = next(rows, None)
            if head is None:
                continue
            found = True
            names = [cell.text.strip() if cell else "" for cell in head.cells]
            while names and not names[-1]:
                names.pop()
            if "" in names:
                raise BadFile(f"{path.name} 工作表“{sheet.title}”：表头第{names.index('') + 1}列没有名称")
            yield from _pieces(path, sheet.title, names, _sheet(rows, names), size)
        values.close()
        formulas.close()
    if not found:
        raise BadFile(f"{path.name}：空工作簿")


def _sheet(rows: Iterator[Row], names: list[str]) -> Iterator[tuple[int, list[str | None], str | None]]:
    for row in rows:
        cells, wrong = _fitted([cell.text if cell else None for cell in row.cells], len(names))
        for name, cell in zip(names, row.cells, strict=False):
            if cell is not None and cell.fault is not None:
                wrong = f"“{name}”{cell.fault.message}。{cell.fault.help}"
        yield row.number, cells, wrong


# -- JSON lines


def _jsonl(path: Path, size: int) -> Iterator[Chunk]:
    """Every line an object; the columns are the names of the first one."""
    names: list[str] = []

    def rows() -> Iterator[tuple[int, list[str | None], str | None]]:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, *_object(line, names)

    with path.open("rb") as file:
        first = next((line for line in file if line.strip()), b"")
    if not first:
        raise BadFile(f"{path.name}：空文件")
    names += _keys(path, first)
    yield from _pieces(path, "", names, rows(), size)


def _keys(path: Path, line: bytes) -> list[str]:
    try:
        value = json.loads(line.decode("utf-8-sig"), parse_float=str, parse_int=str, object_pairs_hook=list)
    except ValueError:
        value = None
    if not isinstance(value, list) or not all(isinstance(pair, tuple) for pair in value):
        raise BadFile(f"{path.name}：第一行不是JSON对象；每行写一个评价对象")
    return list(dict.fromkeys(str(key) for key, _ in value))


def _object(line: bytes, names: list[str]) -> tuple[list[str | None], str | None]:
    """The cells of a line; a value that is no plain text, number or truth value is told as what is wrong."""
    empty: list[str | None] = [None] * len(names)
    try:
        pairs = json.loads(line.decode("utf-8-sig"), parse_float=str, parse_int=str, object_pairs_hook=tuple)
    except (ValueError, RecursionError):
        return empty, "这一行不是JSON对象"
    if not isinstance(pairs, tuple):
        return empty, "这一行不是JSON对象"
    found: dict[str, str | None] = {}
    for key, value in pairs:
        if key not in names:
            return empty, f"第一行没有“{key}”这个名称；各行的名称要在第一行里列全"
        if key in found:
            return empty, f"“{key}”写了两次"
        if isinstance(value, tuple | list):
            if isinstance(value, list) and all(isinstance(item, str) for item in value):
                value = "、".join(value)
            else:
                return empty, f"“{key}”的值是嵌套的；批量评分只认数、文字、是否和文字的列表"
        found[key] = ("是" if value else "否") if isinstance(value, bool) else value
    return [found.get(name) for name in names], None


# -- Parquet


def _parquet(path: Path, size: int) -> Iterator[Chunk]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise BadFile(f"{path.name}：不是完整的Parquet文件（{str(error).splitlines()[0][:80]}）") from None
    first = 1
    with file:
        try:
            if not file.metadata.num_rows:
                yield Chunk(_typed(pl.DataFrame(file.schema_arrow.empty_table())), path.name, "", first)
            for batch in file.iter_batches(size):
                frame = pl.DataFrame(pa.Table.from_batches([batch]))
                yield Chunk(_typed(frame), path.name, "", first)
                first += len(frame)
        except (pa.ArrowInvalid, OSError) as error:
            raise BadFile(
                f"{path.name}：第{first}行之后读不出来（{str(error).splitlines()[0][:80]}）"
            ) from None


def _typed(frame: pl.DataFrame) -> pl.DataFrame:
    categories = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Categorical | pl.Enum)]
    return frame.with_columns(pl.col(categories).cast(pl.String), pl.lit(None, dtype=pl.String).alias(BROKEN))


def rows_in(files: Sequence[Path]) -> int | None:
    """How many rows some files have, where all say so without being read."""
    if not all(path.suffix.lower() == ".parquet" for path in files):
        return None
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return sum(int(pq.read_metadata(path).num_rows) for path in files)
    except (OSError, pa.ArrowInvalid):
        return None
