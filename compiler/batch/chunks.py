"""Tables in: pieces of a file as frames, with the place of every row. No file is held whole.

Cells of CSV, worksheets and JSON lines are text as it was typed; columns of Parquet keep their types. What is wrong
with a whole file is a :class:`BadFile`; what is wrong with one row stands in the frame's own column.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from zhunsheng.compiler.batch.csv_rows import csv_chunks
from zhunsheng.compiler.batch.json_rows import json_chunks
from zhunsheng.compiler.batch.parquet_rows import parquet_chunks
from zhunsheng.compiler.batch.pieces import BROKEN, PLAIN, BadFile, Chunk, Reading
from zhunsheng.compiler.batch.sheet_rows import sheet_chunks
from zhunsheng.runtime.reading.system_words import why

__all__ = [
    "BROKEN",
    "ROWS",
    "SUFFIXES",
    "BadFile",
    "Chunk",
    "chunks",
    "heads",
    "rows_in",
]

#: Rows of a piece.
ROWS = 50_000
_READERS: dict[str, Callable[[Path, int, Reading], Iterator[Chunk]]] = {
    ".csv": csv_chunks,
    ".tsv": csv_chunks,
    ".xlsx": sheet_chunks,
    ".xlsm": sheet_chunks,
    ".parquet": parquet_chunks,
    ".jsonl": json_chunks,
    ".ndjson": json_chunks,
}
SUFFIXES = tuple(_READERS)


def chunks(path: Path, rows: int = ROWS, how: Reading = PLAIN) -> Iterator[Chunk]:
    """The pieces of a file; raises :class:`BadFile`."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise BadFile(f"{path.name}：不认识这种文件；可以用 {'、'.join(SUFFIXES)}")
    yield from _told(path, reader(path, rows, how))


def heads(path: Path, how: Reading = PLAIN) -> Iterator[Chunk]:
    """The beginning of every table of a file: a workbook has one on each worksheet; raises :class:`BadFile`."""
    if _READERS.get(path.suffix.lower()) is sheet_chunks:
        yield from _told(path, sheet_chunks(path, 1, how, heads=True))
    else:
        yield from islice(chunks(path, 1, how), 1)


def _told(path: Path, found: Iterator[Chunk]) -> Iterator[Chunk]:
    try:
        yield from found
    except OSError as error:
        raise BadFile(f"{path.name}：读不了这个文件（{why(error)}）") from None


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
