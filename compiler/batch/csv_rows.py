"""CSV files as rows with the numbers of their lines."""

import csv
import os
from collections.abc import Iterator
from fractions import Fraction
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from zhunsheng.compiler.batch.pieces import PLAIN, BadFile, Chunk, Reading, fitted, headed, pieces
from zhunsheng.runtime.reading.quantities import Fault
from zhunsheng.runtime.reading.read_text import UTF_32, read_text

_SNIFF = 1 << 20
#: What a reader of CSV says, by words in it; anything else is about quotation marks.
_WORDS = {
    "field larger": "有一格超过{limit}个字符，一格放不下这么多；删去或缩短",
    "NUL": "有空字符（NUL），不是文本；重新另存一份",
    "new-line": "的行尾不成样子；重新另存一份",
}
_QUOTES = "不是规范的CSV；引号要成对，格子里的引号写成两个"


def csv_chunks(path: Path, size: int, how: Reading = PLAIN) -> Iterator[Chunk]:
    """The pieces of a CSV file; raises :class:`BadFile`."""
    with path.open("rb") as file:
        head = file.read(_SNIFF)
    encoding = encoding_of(path, head)
    start = head.decode(encoding, errors="ignore").lstrip()
    if not start:
        raise BadFile(f"{path.name}：空文件")
    with path.open("rb") as file, TextIOWrapper(file, encoding=encoding, newline="") as text:
        whole = max(os.fstat(file.fileno()).st_size, 1)
        reader = csv.reader(text, delimiter=max(",\t;", key=start.partition("\n")[0].count), strict=True)
        try:
            rows = _rows(reader)
            _, header = headed(rows, path.name, how.head) or (0, [])
            names = named(path.name, header)
            yield from pieces(
                path, "", names, _fitted(rows, len(names)), size, lambda number: Fraction(file.tell(), whole)
            )
        except csv.Error as error:
            words = next((own for key, own in _WORDS.items() if key in str(error)), _QUOTES)
            words = words.format(limit=csv.field_size_limit())
            raise BadFile(f"{path.name}：第{reader.line_num}行{words}") from None
        except UnicodeDecodeError:
            raise BadFile(
                f"{path.name}：第{reader.line_num + 1}行之后不是{encoding}编码；统一另存为UTF-8"
            ) from None


def named(place: str, header: list[str]) -> list[str]:
    """The names of columns; a column without one at the end of the header is none."""
    names = [name.strip() for name in header]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise BadFile(f"{place}：没有表头")
    if "" in names:
        raise BadFile(f"{place}：表头第{names.index('') + 1}列没有名称；列名不在第一行的，写 --head 行号")
    return names


def _rows(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the number of its first line."""
    before = reader.line_num
    for cells in reader:
        number, before = before + 1, reader.line_num
        if any(cell.strip() for cell in cells):
            yield number, cells


def _fitted(
    rows: Iterator[tuple[int, list[str]]], width: int
) -> Iterator[tuple[int, list[str | None], str | None]]:
    for number, cells in rows:
        yield number, *fitted(cells, width)


def encoding_of(path: Path, head: bytes) -> str:
    """The encoding of a file by its beginning, as fact files are read."""
    if head.startswith(UTF_32):
        raise BadFile(f"{path.name}：是UTF-32编码，读不了；另存为UTF-8")
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
