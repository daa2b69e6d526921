"""What Spark's Python workers do: pieces of rows that SQL has been over become rows of the table of results.

A row whose result holds is laid out as every engine's is; any other is read and scored as a single applicant.
"""

import base64
import datetime
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.batch.header import Header
from zhunsheng.compiler.batch.output import as_cell, rejected_names, rejected_row
from zhunsheng.compiler.batch.peers import Peers
from zhunsheng.compiler.batch.pieces import as_cells
from zhunsheng.compiler.batch.placed import Placed, task_of
from zhunsheng.compiler.batch.results import Table
from zhunsheng.compiler.batch.rows import Rejected, RowScorer, Task, key_texts, named
from zhunsheng.compiler.batch.single import kept, why_rejected
from zhunsheng.compiler.batch.summary import Kept, Summary
from zhunsheng.compiler.columns.plan import SOUND, Plan
from zhunsheng.compiler.emit.module import load

if TYPE_CHECKING:
    import pyarrow as pa

#: Columns of what SQL hands over that are not in the table: the file, the row in it.
FILE, ROW = "\x01文件", "\x01行"
#: Columns that a worker adds to the results: why the row was rejected, whether it was worked out in columns, and, in a row
#: of its own behind the others of a part of the table, what is kept of them for the summary.
WHY, COLUMNAR, KEPT = "\x01原因", "\x01按列", "\x01汇总"


def raw(place: int) -> str:
    """The name under which the column of the table at a place goes through SQL, where facts have names of their own."""
    return f"\x01{place}"


def taken(names: Sequence[str]) -> tuple[str, ...]:
    """What goes along besides facts and results: the columns of the table, the file and the row."""
    return (*(raw(place) for place in range(len(names))), FILE, ROW)


@frozen
class Handed:
    """Rows that are handed to workers: `names` are the columns of the table, `columns` all that are handed over."""

    program: ir.Program
    header: Header
    names: tuple[str, ...]
    columns: tuple[str, ...]
    date: datetime.date | None

    @property
    def taken(self) -> tuple[str, ...]:
        """The columns that go along as they are: those of the table, the file and the row."""
        return taken(self.names)

    def frame(self, batch: "pa.RecordBatch | pa.Table") -> pl.DataFrame:
        """A piece under the names of its columns."""
        frame = pl.DataFrame(batch)
        frame.columns = list(self.columns)
        return as_cells(frame)

    def table(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A piece as it stands in the table."""
        return frame.select(
            pl.col(own).alias(name) for own, name in zip(self.taken, self.names, strict=False)
        )

    def scorer(self) -> RowScorer:
        """What scores single rows; the generated module is loaded for it."""
        return RowScorer(self.program, load(self.program), self.header, self.date)

    def row(self, frame: pl.DataFrame) -> Callable[[int], tuple[dict[str, Any], str]]:
        """What gives the cells of a row by the columns of the table, and its place."""
        own = frame.select(self.taken)

        def row(number: int) -> tuple[dict[str, Any], str]:
            cells = own.row(number)
            return dict(zip(self.names, cells, strict=False)), f"{cells[-2]} 第{cells[-1] + 1}行"

        return row

    def tasks(
        self, frame: pl.DataFrame, peers: Peers | None, scorer: RowScorer, *, told: bool = False
    ) -> Iterator[Task | Rejected]:
        """What rows are scored from one by one, with the facts over all rows where there are such."""
        row = self.row(frame)
        numbers = placed = None
        if peers is not None:
            numbers = peers.numbers(len(frame), scorer, row, None)
            placed = Placed(peers, numbers, range(len(frame)))
        for number in range(len(frame)):
            yield task_of(scorer, placed, numbers, number, *row(number), told=told)

    def named(self, key: str, batches: "Iterable[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
        """The rows in which some key column has a text."""
        for batch in batches:
            own = self.frame(batch).select(self.taken)
            yield from batches_of(own.filter(named(self.table(own), self.header, key)))


def batches_of(frame: pl.DataFrame) -> "Iterable[pa.RecordBatch]":
    """A frame as Spark takes it."""
    found: Iterable[pa.RecordBatch] = frame.to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches()
    return found


@frozen
class Work:
    """Lays out results and scores what SQL could not: `made` is the plan if there is one, `shared` holds the facts over
    all rows, as Spark spreads them, and with `summed` a summary is kept."""

    handed: Handed
    made: Plan | None
    shared: Any
    summed: bool

    @property
    def table(self) -> Table:
        """The table of results."""
        return Table(self.handed.program)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the results."""
        return (*self.handed.header.keys, *self.table.schema)

    @property
    def peers(self) -> Peers | None:
        """The facts over all rows, compared."""
        own: Peers | None = None if self.shared is None else self.shared.value
        return own

    def results(self, batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
        """The rows with their results, in their order; a rejected one has only its keys and the reason."""
        scorer = cache(self.handed.scorer)
        summary = Summary(self.table) if self.summed else None
        for batch in batches:
            yield from batches_of(self._piece(self.handed.frame(batch), scorer, summary))
        if summary is not None:
            words = base64.b64encode(pickle.dumps(summary.kept())).decode()
            nothing = pl.DataFrame({KEPT: [words]}).with_columns(
                pl.lit(None, dtype=kind).alias(name) for name, kind in self._schema.items() if name != KEPT
            )
            yield from batches_of(nothing.select(list(self._schema)))

    @property
    def _schema(self) -> dict[str, Any]:
        keys = dict.fromkeys(self.handed.header.keys, pl.String)
        return keys | self.table.schema | {WHY: pl.String, COLUMNAR: pl.Boolean, KEPT: pl.String}

    def rejected(self, batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
        """The rejected rows among those that SQL could not score: file, sheet, row, subject, reasons."""
        scorer, header = self.handed.scorer(), self.handed.header
        for batch in batches:
            frame = self.handed.frame(batch)
            row = self.handed.row(frame)
            rows = []
            for number, task in enumerate(self.handed.tasks(frame, self.peers, scorer)):
                found = why_rejected(scorer, task, self.table)
                if found is not None:
                    place = (frame.item(number, FILE), "", str(frame.item(number, ROW) + 1))
                    rows.append(rejected_row(header, row(number)[0], place, found.reasons))
            own = [tuple(as_cell(cell) for cell in row) for row in rows]
            yield from batches_of(
                pl.DataFrame(own, schema=dict.fromkeys(rejected_names(header), pl.String), orient="row")
            )

    def _piece(
        self, frame: pl.DataFrame, scorer: Callable[[], RowScorer], summary: Summary | None
    ) -> pl.DataFrame:
        table, handed = self.table, self.handed
        sound = frame[SOUND].fill_null(False)
        # The truth column makes a row of each, whether there are key columns or none.
        own = handed.header.keys
        texts = key_texts(frame, [raw(handed.names.index(key)) for key in own])
        keys = frame.select(
            *(text.alias(key) for text, key in zip(texts, own, strict=True)),
            pl.lit(None, dtype=pl.String).alias(WHY),
            pl.lit(None, dtype=pl.String).alias(KEPT),
            sound.alias(COLUMNAR),
            pl.int_range(pl.len()).alias(ROW),
        )
        pieces = []
        if self.made is not None and sound.any():
            held = frame.filter(sound)
            pieces.append(
                pl.concat([keys.filter(sound), table.of_columns(held, self.made)], how="horizontal")
            )
            if summary is not None:
                summary.add_columns(held, self.made)
        if not sound.all():
            pieces.append(self._singles(frame.filter(~sound), keys.filter(~sound), scorer(), summary))
        if not pieces:
            pieces.append(
                keys.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in table.schema.items())
            )
        both = pl.concat(pieces).sort(ROW).select(list(self._schema))
        if summary is not None:
            scored = both.filter(pl.col(WHY).is_null())
            name = handed.header.known_by
            names = scored[name].fill_null("").to_list() if name else [""] * len(scored)
            summary.add(scored, names, len(both) - len(scored))
        return both

    def _singles(
        self, frame: pl.DataFrame, keys: pl.DataFrame, scorer: RowScorer, summary: Summary | None
    ) -> pl.DataFrame:
        table = self.table
        nothing = dict.fromkeys(table.schema)
        rows: list[Any] = []
        reasons: list[str | None] = []
        for task in self.handed.tasks(frame, self.peers, scorer):
            found = kept(scorer, task, table, summed=self.summed)
            rows.append(nothing if isinstance(found, Rejected) else found.row)
            reasons.append("；".join(found.reasons) if isinstance(found, Rejected) else None)
            if summary is not None and not isinstance(found, Rejected):
                summary.add_leaves(found.leaves)
        told = keys.with_columns(pl.Series(WHY, reasons, dtype=pl.String))
        return pl.concat([told, table.frame(rows)], how="horizontal")


def kept_of(words: str) -> Iterator[Kept]:
    """What the workers have kept for the summary, a line each."""
    for line in words.split("\n"):
        own: Kept = pickle.loads(base64.b64decode(line))
        yield own
