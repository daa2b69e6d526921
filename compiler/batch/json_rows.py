"""Files with a JSON object a line, as rows."""

import codecs
import json
import os
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from attrs import frozen

from zhunsheng.compiler.batch.pieces import PLAIN, BadFile, Chunk, Reading, pieces
from zhunsheng.runtime.reading.read_text import UTF_32


class _Wrong(ValueError):
    """What is wrong with a line, in Chinese."""


def json_chunks(path: Path, size: int, how: Reading = PLAIN) -> Iterator[Chunk]:
    """The pieces of a file in which every line is an object; the columns are the names of the first one."""
    with path.open("rb") as file:
        first = next((line for line in file if line.strip(_BLANK)), b"")
    if not first:
        raise BadFile(f"{path.name}：空文件")
    names = _names(path, first)

    with path.open("rb") as file:
        whole = os.fstat(file.fileno()).st_size

        def rows() -> Iterator[tuple[int, list[str | None], str | None]]:
            for number, line in enumerate(file, 1):
                if line.strip(_BLANK):
                    yield number, *_cells(line, names)

        yield from pieces(path, "", names, rows(), size, lambda number: Fraction(file.tell(), whole))


#: What parts the items of a list in a cell.
_ENDS = re.compile("[、;；,，\r\n]")
_BLANK = b" \t\r\n\v\f" + codecs.BOM_UTF8


@frozen
class _NoNumber:
    """NaN, Infinity or -Infinity, which stand for numbers in what some programs write."""

    word: str


def _pairs(line: bytes, hook: Any) -> Any:
    """The names and values of a line, made by `hook`; raises :class:`_Wrong`."""
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _Wrong("这一行不是UTF-8编码") from None
    try:
        return json.loads(
            text, parse_float=str, parse_int=str, parse_constant=_NoNumber, object_pairs_hook=hook
        )
    except _Wrong:
        raise
    except (ValueError, RecursionError):
        raise _Wrong("这一行不是JSON对象") from None


def _whole(text: str) -> str:
    """A text that can be written down: half of a pair of code units is no character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _Wrong("有半个字符（不成对的\\ud800一类）") from None
    return text


def _names(path: Path, line: bytes) -> list[str]:
    if line.startswith((*UTF_32, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise BadFile(f"{path.name}：是UTF-16或UTF-32编码；JSON Lines 要用UTF-8，另存一份")
    try:
        value = _pairs(line, list)
        if not isinstance(value, list) or not all(isinstance(pair, tuple) for pair in value):
            raise _Wrong("不是JSON对象")
        return list(dict.fromkeys(_whole(key) for key, _ in value))
    except _Wrong as error:
        gb = "，像是GB18030编码；JSON Lines 要用UTF-8，另存一份" if _is_gb(line) else "；每行写一个评价对象"
        raise BadFile(f"{path.name}：第一行{str(error).removeprefix('这一行')}{gb}") from None


def _is_gb(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        try:
            return bool(line.decode("gb18030"))
        except UnicodeDecodeError:
            return False
    return False


def _cells(line: bytes, names: list[str]) -> tuple[list[str | None], str | None]:
    """The cells of a line, or what is wrong with it."""
    try:
        pairs = _pairs(line, tuple)
        if not isinstance(pairs, tuple):
            raise _Wrong("这一行不是JSON对象")
    except _Wrong as error:
        return [None] * len(names), str(error)
    found: dict[str, str | None] = {}
    faults: list[str] = []
    for key, value in pairs:
        try:
            if _whole(key) not in names:
                raise _Wrong(f"第一行没有“{key}”这个名称；各行的名称要在第一行里列全")
            if key in found:
                raise _Wrong(f"“{key}”写了两次")
            found[key] = _value(key, value)
        except _Wrong as error:
            faults.append(str(error))
    # What can be read of a line that is turned down tells whose it is.
    return [found.get(name) for name in names], "；".join(faults) or None


def _list(key: str, items: list[str]) -> str:
    """A list as one cell, which is read as the very items: even one alone is no number."""
    for item in items:
        if not item.strip() or _ENDS.search(item):
            raise _Wrong(
                f"“{key}”的列表里“{item[:80]}”不能算作一项：一项里不能有顿号、逗号、分号和换行，也不能是空的"
            )
    return "、".join(items) + ("、" if len(items) == 1 else "")


def _value(key: str, value: object) -> str | None:
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        value = _list(key, value)
    if value == []:
        raise _Wrong(f"“{key}”是空的列表；没有的写0，不知道的写 null")
    if isinstance(value, _NoNumber):
        raise _Wrong(f'“{key}”写的是 {value.word}，不是数；不知道的写 null，不适用的写 "不适用"')
    if isinstance(value, list):
        raise _Wrong(f"“{key}”的列表里有不是文字的项；清单写成文字的列表，一个数直接写，不加方括号")
    if isinstance(value, tuple):
        raise _Wrong(f"“{key}”的值是一个JSON对象；批量评分只认数、文字、是否和文字的列表")
    if isinstance(value, bool):
        return "是" if value else "否"
    return _whole(value) if isinstance(value, str) else None
