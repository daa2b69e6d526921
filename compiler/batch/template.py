"""The empty table of a batch, and the file that renames columns."""

import csv
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from zhunsheng.compiler import ir
from zhunsheng.compiler.batch.chunks import BadFile, chunks
from zhunsheng.compiler.batch.csv_rows import encoding_of
from zhunsheng.compiler.batch.written import Book, whole
from zhunsheng.runtime.facts import EVALUATION_DATE, FactSpec, FactType
from zhunsheng.runtime.reading.raw_facts import SUBJECT
from zhunsheng.runtime.reading.system_words import why


def columns_of(program: ir.Program) -> Iterator[tuple[str, str]]:
    """The columns of a table that has every fact, each with what to fill in."""
    yield SUBJECT, "机构名称"
    derived = {item.fact for item in program.derived}
    for spec in program.facts:
        if spec.name == EVALUATION_DATE:
            yield spec.name, "如 2026-06-30"
        elif spec.name not in derived:
            yield spec.name, hint(spec)


def hint(spec: FactSpec) -> str:
    """What a cell of a fact holds."""
    words = {
        FactType.YES_NO: "是／否",
        FactType.JUDGED: "是／否（评判）",
        FactType.PERCENT: "如 86%",
        FactType.DATE: "如 2026-06-30",
        FactType.LIST: "各项名称用顿号隔开，或个数",
    }
    text = (
        "、".join(spec.choices)
        if spec.choices
        else words.get(spec.type, f"数{f'，单位{spec.unit}' if spec.unit else ''}")
    )
    if spec.cohort is not None:
        text = f"{text}；由全部行算出，可以删去这一列，填了的核对"
    return f"{text}；可填“不适用”" if spec.allows_na else text


def write_template(path: Path, program: ir.Program) -> None:
    """Writes the empty table: a CSV file with the heads, or a worksheet whose heads have the hints as comments."""
    columns = list(columns_of(program))
    ending = path.suffix.lower()
    if ending not in (".csv", ".xlsx"):
        raise BadFile(f"{path.name}：空表只能写成 .csv 或 .xlsx")
    if _is_filled(path):
        raise BadFile(f"{path}：已经有这个文件，里面不是空表；换一个文件名，或先把它移走")
    with whole(path) as (partial,):
        if ending == ".csv":
            with partial.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerow(name for name, _ in columns)
        else:
            _workbook(partial, columns)


def _is_filled(path: Path) -> bool:
    """Whether a file has more than the head of a table, or what cannot be told."""
    try:
        return path.exists() and path.stat().st_size > 0 and any(len(chunk.frame) for chunk in chunks(path))
    except BadFile:
        return True


def _workbook(path: Path, columns: list[tuple[str, str]]) -> None:
    with closing(Book(path)) as own:
        book = own.book
        sheet = book.add_worksheet("批量填报")
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        for number, (name, words) in enumerate(columns):
            sheet.write_string(0, number, name, head)
            sheet.write_comment(0, number, words)
            sheet.set_column(number, number, 16)
        sheet.freeze_panes(1, 1)


def read_renaming(path: Path) -> dict[str, str]:
    """The names that stand for a table's own, from a CSV file with the columns 列名 and 数据项."""
    try:
        with path.open("rb") as data:
            encoding = encoding_of(path, data.read())
        with path.open(encoding=encoding, newline="") as file:
            rows = [row for row in csv.reader(file) if any(cell.strip() for cell in row)]
    except OSError as error:
        raise BadFile(f"{path}：读不了改列名的表（{why(error)}）") from None
    except UnicodeDecodeError:
        raise BadFile(f"{path}：改列名的表不是{encoding}编码；统一另存为UTF-8") from None
    except csv.Error:
        raise BadFile(f"{path}：改列名的表不是规范的CSV；引号要成对") from None
    if rows and [cell.strip() for cell in rows[0][:2]] == ["列名", "数据项"]:
        rows = rows[1:]
    if not rows or any(len(row) < 2 or not row[0].strip() or not row[1].strip() for row in rows):
        raise BadFile(f"{path}：改列名的表每行两格：表里的列名，数据项")
    renamed = {row[0].strip(): row[1].strip() for row in rows}
    if len(renamed) < len(rows):
        raise BadFile(f"{path}：同一个列名写了两次")
    return renamed
