"""What Spark's Python workers do: pieces of rows that SQL has been over become rows of the table of results.

A row whose result holds is laid out as every engine's is; any other is read and scored as a single applicant.
"""

import datetime
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.batch.header import Header
from zhunsheng.compiler.batch.output import REJECTED, as_cell
from zhunsheng.compiler.batch.results import Table
from zhunsheng.compiler.batch.rows import Rejected, RowScorer, cell_text
from zhunsheng.compiler.batch.single import outcome
from zhunsheng.compiler.columns.plan import SOUND, Plan
from zhunsheng.compiler.emit.module import load

if TYPE_CHECKING:
    import pyarrow as pa

#: Columns of what SQL hands over that are not in the table: the file, the row in it.
FILE, ROW = "\x01文件", "\x01行"
#: Columns that a worker adds to the results: why the row was rejected, and whether it was worked out in columns.
WHY, COLUMNAR = "\x01原因", "\x01按列"


def raw(place: int) -> str:
    """The name under which the column of the table at a place goes through SQL, where facts have names of their own."""
    return f"\x01{place}"


@frozen
class Work:
    """Lays out results and scores what SQL could not: `names` are the columns of the table, `handed` those that SQL hands
    over, `made` the plan if there is one."""

    program: ir.Program
    header: Header
    names: tuple[str, ...]
    handed: tuple[str, ...]
    made: Plan | None
    date: datetime.date | None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the results."""
        return (*self.header.keys, *Table(self.program).schema)

    def results(self, batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
        """The rows with their results, in their order; a rejected one has only its keys and the reason."""
        scorer = cache(self._scorer)
        for batch in batches:
            frame = self._pieces(batch, scorer)
            yield from frame.to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches()

    def rejected(self, batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
        """The rejected rows among those that SQL could not score: file, sheet, row, subject, reasons."""
        scorer = self._scorer()
        for batch in batches:
            rows = []
            for cells, place in self._cells(self._frame(batch)):
                found = scorer.prepared(cells, f"{place[0]} 第{place[1]}行")
                if isinstance(found, Rejected):
                    subject = cell_text(cells[self.header.subject], None) if self.header.subject else ""
                    rows.append((place[0], "", place[1], subject, "；".join(found.reasons)))
            own = [tuple(as_cell(cell) for cell in row) for row in rows]
            frame = pl.DataFrame(own, schema=dict.fromkeys(REJECTED[1], pl.String), orient="row")
            yield from frame.to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches()

    def _frame(self, batch: "pa.RecordBatch") -> pl.DataFrame:
        frame = pl.DataFrame(batch)
        frame.columns = list(self.handed)
        return frame

    def _scorer(self) -> RowScorer:
        """What scores single rows; the generated module is loaded for it."""
        return RowScorer(self.program, load(self.program), self.header, self.date)

    def _cells(self, frame: pl.DataFrame) -> Iterator[tuple[dict[str, Any], tuple[str, str]]]:
        own = [raw(place) for place in range(len(self.names))]
        for row in frame.select(*own, FILE, ROW).iter_rows():
            yield dict(zip(self.names, row, strict=False)), (row[-2], str(row[-1] + 1))

    def _pieces(self, batch: "pa.RecordBatch", scorer: Callable[[], RowScorer]) -> pl.DataFrame:
        frame = self._frame(batch)
        table = Table(self.program)
        sound = frame[SOUND].fill_null(False)
        # The truth column makes a row of each, whether there are key columns or none.
        keys = frame.select(
            *(pl.col(raw(self.names.index(key))).cast(pl.String).alias(key) for key in self.header.keys),
            pl.lit(None, dtype=pl.String).alias(WHY),
            sound.alias(COLUMNAR),
            pl.int_range(pl.len()).alias(ROW),
        )
        pieces = []
        if self.made is not None and sound.any():
            laid = table.of_columns(frame.filter(sound), self.made)
            pieces.append(pl.concat([keys.filter(sound), laid], how="horizontal"))
        if not sound.all():
            pieces.append(self._singles(frame.filter(~sound), keys.filter(~sound), scorer()))
        if not pieces:
            pieces.append(
                keys.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in table.schema.items())
            )
        return pl.concat(pieces).sort(ROW).select(*self.columns, WHY, COLUMNAR)

    def _singles(self, frame: pl.DataFrame, keys: pl.DataFrame, scorer: RowScorer) -> pl.DataFrame:
        table = Table(self.program)
        nothing = dict.fromkeys(table.schema)
        rows: list[Any] = []
        reasons: list[str | None] = []
        for cells, place in self._cells(frame):
            found = outcome(scorer, table, cells, f"{place[0]} 第{place[1]}行")
            rows.append(nothing if isinstance(found, Rejected) else found.row)
            reasons.append("；".join(found.reasons) if isinstance(found, Rejected) else None)
        told = keys.with_columns(pl.Series(WHY, reasons, dtype=pl.String))
        return pl.concat([told, table.frame(rows)], how="horizontal")


def select_names(names: Sequence[str]) -> tuple[str, ...]:
    """What SQL takes along besides the results: the columns of the table, the file and the row."""
    return (*(raw(place) for place in range(len(names))), FILE, ROW)
