"""Tables of one subject, a row a fact: the rows of a CSV file or a worksheet -> raw answers."""

from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from zhunsheng.runtime.reading.quantities import Fault
from zhunsheng.runtime.reading.raw_facts import (
    ASSESSOR,
    DATE,
    EVIDENCE,
    NAME,
    REASON,
    SUBJECT,
    VALUE,
    Answer,
    Cell,
)
from zhunsheng.runtime.reading.typed_text import name_key, quoted

#: The worksheet of the form; another is read where it alone has the header.
SHEET = "填报表"
_COLUMNS = (NAME, VALUE, EVIDENCE, ASSESSOR, REASON)

NO_HEADER = Fault(
    "ZS0909", f"没有表头：要有“{NAME}”和“{VALUE}”两列", "用“zhunsheng form”生成的填报表，或补上表头这一行"
)


@frozen
class Row:
    """A row, its place and its number in the sheet. A blank cell is None."""

    cells: Sequence[Cell | None]
    where: str
    number: int = 0

    def cell(self, column: int | None) -> Cell | None:
        """The cell of a column, None where it is blank or the row is short."""
        return self.cells[column] if column is not None and column < len(self.cells) else None


def has_header(row: Row) -> bool:
    """Whether a row names both columns that a table needs."""
    return {NAME, VALUE} <= {name_key(cell.text) for cell in row.cells if cell}


def answers_from_rows(rows: Iterable[Row]) -> tuple[tuple[Answer, ...], tuple[tuple[Fault, Cell], ...]]:
    """The answers of a table, and what is wrong with its shape, each with the cell to point at."""
    answers: list[Answer] = []
    faults: list[tuple[Fault, Cell]] = []
    columns: Mapping[str, int] = {}
    for row in rows:
        if columns:
            answer = _answer(row, columns, faults)
            answers += [answer] if answer else []
        elif has_header(row):
            columns = _columns(row, faults)
        else:
            answers += _before_header(row)
    if not columns:
        return (), ((NO_HEADER, Cell("")),)
    return tuple(answers), tuple(faults)


def _columns(header: Row, faults: list[tuple[Fault, Cell]]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, cell in enumerate(header.cells):
        label = name_key(cell.text) if cell else ""
        if cell and label in columns:
            faults.append((Fault("ZS0910", f"表头里“{label}”出现了两次", "只保留一列"), cell))
        elif label in _COLUMNS:
            columns[label] = index
    return columns


def _before_header(row: Row) -> list[Answer]:
    """评价对象 or 评价日期 above the table, with the value in the next cell that is filled."""
    filled = [cell for cell in row.cells if cell]
    if not filled or name_key(filled[0].text) not in (SUBJECT, DATE):
        return []
    parts = {VALUE: filled[1]} if len(filled) > 1 else {}
    return [Answer(filled[0], parts, row.where)]


def _answer(row: Row, columns: Mapping[str, int], faults: list[tuple[Fault, Cell]]) -> Answer | None:
    name = row.cell(columns[NAME])
    parts = {label: cell for label in _COLUMNS[1:] if (cell := row.cell(columns.get(label)))}
    if name is None:
        if VALUE in parts:
            fault = Fault(
                "ZS0913", f"填了{quoted(parts[VALUE].text)}，但没有写数据项的名称", "补上数据项的名称"
            )
            faults.append((fault, parts[VALUE]))
        return None
    return Answer(name, parts, row.where)
