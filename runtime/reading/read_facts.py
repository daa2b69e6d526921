"""The facts of one subject from a file or a mapping: the readers, and the checks they share."""

import hashlib
import importlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from attrs import evolve

from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.facts import FactSpec
from zhunsheng.runtime.reading.entries import Outcome, check
from zhunsheng.runtime.reading.quantities import Fault
from zhunsheng.runtime.reading.raw_facts import Cell, RawFacts, diagnose
from zhunsheng.runtime.reading.typed_text import quoted
from zhunsheng.runtime.source import Source

MAX_BYTES = 20_000_000

#: Reader of a text format by the suffix; imported only when a file needs it.
_TEXT_READERS = {
    ".json": "read_json",
    ".yaml": "read_yaml",
    ".yml": "read_yaml",
    ".csv": "read_table",
    ".tsv": "read_table",
    ".txt": "read_table",
}
_WORKBOOKS = (".xlsx", ".xlsm")


def read_facts(path: Path, specs: Sequence[FactSpec]) -> Outcome:
    """Reads a fact file: a sheet with an entry for every fact of `specs`, or all its errors."""
    suffix = path.suffix.lower()
    if suffix not in _TEXT_READERS and suffix not in _WORKBOOKS:
        known = "、".join([*_TEXT_READERS, *_WORKBOOKS])
        help = "用 Excel 或 WPS 另存为 .xlsx" if suffix in (".xls", ".et") else f"可用的扩展名：{known}"
        return None, (_refused(Fault("ZS0902", f"不认识的填报文件{quoted(path.name)}", help)),)
    data = _read_bytes(path)
    if isinstance(data, Fault):
        return None, (_refused(data),)
    raw = _read_workbook(data) if suffix in _WORKBOOKS else _read_text(data, path.name, suffix)
    return check(evolve(raw, digest=hashlib.sha256(data).hexdigest()), specs)


def facts_from_mapping(mapping: Mapping[str, object], specs: Sequence[FactSpec]) -> Outcome:
    """Checks facts that a Python caller gives: the layout of JSON, with dates and exact numbers besides.

    A ``Fraction`` is taken in the value's own terms (86% is ``Fraction(43, 50)``); a ``float`` is refused.
    """
    from zhunsheng.runtime.reading.read_mapping import read_mapping

    return check(read_mapping(mapping), specs)


def _read_bytes(path: Path) -> bytes | Fault:
    try:
        if not path.is_file():
            kind = "不是文件" if path.exists() else "不存在"
            return Fault("ZS0901", f"填报文件{quoted(str(path))}{kind}", "核对文件名和所在的文件夹")
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        return Fault("ZS0901", f"填报文件{quoted(str(path))}无法打开", "检查文件权限，关闭正在使用它的程序")
    if len(data) > MAX_BYTES:
        return Fault("ZS0903", "填报文件太大（超过20MB）", "一个文件只填一个评价对象，去掉图片等无关内容")
    return data


def _read_text(data: bytes, name: str, suffix: str) -> RawFacts:
    from zhunsheng.runtime.reading.read_text import read_text

    decoded = read_text(data)
    if isinstance(decoded, Fault):
        return RawFacts(diagnostics=(_refused(decoded),))
    text, notices = decoded
    module = _TEXT_READERS[suffix]
    reader: Callable[[Source], RawFacts] = getattr(
        importlib.import_module(f"zhunsheng.runtime.reading.{module}"), module
    )
    return evolve(reader(Source(name, text)), notices=notices)


def _read_workbook(data: bytes) -> RawFacts:
    from zhunsheng.runtime.reading.read_xlsx import read_xlsx

    return read_xlsx(data)


def _refused(fault: Fault) -> Diagnostic:
    return diagnose(fault, Cell(""), None)
