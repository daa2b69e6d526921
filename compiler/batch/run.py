"""A batch from tables to results: plain rows in columns, the others one by one, in the order of the table.

Every row ends in the results or among the rejected ones, so that rows in = rows scored + rows rejected.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.batch.chunks import BROKEN, BadFile, Chunk, chunks
from zhunsheng.compiler.batch.header import Header, read_header
from zhunsheng.compiler.batch.output import REJECTED, Csv, Sink, Written, results_sink, rows_of
from zhunsheng.compiler.batch.results import Table
from zhunsheng.compiler.batch.rows import Rejected, RowScorer, cell_text
from zhunsheng.compiler.batch.single import outcome
from zhunsheng.compiler.batch.summary import Summary
from zhunsheng.compiler.batch.typing import Typed, WrongColumn, as_days, typed
from zhunsheng.compiler.columns import frames
from zhunsheng.compiler.columns.plan import SOUND, Plan, Refused, plan
from zhunsheng.compiler.emit.module import Module
from zhunsheng.runtime.facts import EVALUATION_DATE

if TYPE_CHECKING:
    from zhunsheng.runtime.result import Result

#: Faults of files that are told at once.
_MOST_FAULTS = 20
Engine = Literal["polars", "duckdb", "python", "spark"]


@frozen
class Settings:
    """How the tables are read: `keys` are columns taken over, `renamed` and `ignored` as in :func:`read_header`."""

    engine: Engine = "polars"
    keys: tuple[str, ...] = ()
    renamed: Mapping[str, str] = {}
    ignored: tuple[str, ...] = ()
    exact: bool = False
    date: datetime.date | None = None


@frozen
class Counts:
    """What became of the rows; `columnar` of the scored ones were worked out in columns."""

    rows: int = 0
    scored: int = 0
    rejected: int = 0
    columnar: int = 0
    files: int = 0


class Batch:
    """Scores tables under one program."""

    def __init__(self, program: ir.Program, module: Module, settings: Settings) -> None:
        self.program = program
        self.module = module
        self.settings = settings
        self.table = Table(program)
        self.summary = Summary(self.table)
        self.plans: dict[tuple[tuple[str, int], ...], Plan | Refused] = {}
        self.rows = self.scored = self.columnar = self.files = 0
        self.key_names: tuple[str, ...] | None = None
        self.subject: str | None = None

    def run(self, paths: Sequence[Path], output: Path, progress: Callable[[int], None]) -> Counts:
        """Scores every row of the files into `output`, the rejected ones beside it; raises :class:`BadFile`."""
        self._look_ahead(paths)
        rejected = Written(output.with_name(output.name + REJECTED[0]), Csv)
        with Written(output, results_sink(output)) as results, rejected as others:
            others.write(rows_of((), REJECTED[1]))
            for path in paths:
                self.files += 1
                for chunk in chunks(path):
                    self._chunk(chunk, results, others)
                    progress(self.rows)
        return Counts(self.rows, self.scored, self.rows - self.scored, self.columnar, self.files)

    def _look_ahead(self, paths: Sequence[Path]) -> None:
        """Opens every file and reads its head, so that what is wrong with one of a thousand is told before the work; all at once."""
        faults: list[str] = []
        for path in paths:
            try:
                # A workbook or a JSON file is looked at up to its first rows only.
                self.header(next(iter(chunks(path, 1))))
            except BadFile as error:
                faults.append(str(error))
        self.key_names = None
        if faults:
            raise BadFile("\n".join(faults[:_MOST_FAULTS]) + ("\n……" if len(faults) > _MOST_FAULTS else ""))

    def find(self, paths: Sequence[Path], key: str) -> "list[Result | Rejected]":
        """The results of the rows in which some key column has a text, scored one by one; raises :class:`BadFile`."""
        found: list[Result | Rejected] = []
        for path in paths:
            for chunk in chunks(path):
                header = self.header(chunk)
                scorer = RowScorer(self.program, self.module, header, self.settings.date)
                same = [pl.col(name).cast(pl.String).str.strip_chars() == key for name in header.keys]
                if not same:
                    raise BadFile("表里没有可以用来找行的列；用 --key 指明机构名称那一列")
                mask = chunk.frame.select(pl.any_horizontal(same).fill_null(False)).to_series()
                for number in mask.arg_true().to_list():
                    found.append(scorer.score(chunk.frame.row(number, named=True), chunk.place(number)))
        return found

    def _chunk(self, chunk: Chunk, results: Sink, others: Sink) -> None:
        header = self.header(chunk)
        try:
            own = typed(chunk.frame, header, exact=self.settings.exact)
        except WrongColumn as error:
            raise BadFile(f"{chunk.file}：{error}") from None
        own = self._dated(chunk, header, self._derived(own))
        sound, frame = self._in_columns(own)
        pieces, reasons = self._one_by_one(chunk, header, ~sound)
        # The index comes first: a table without key columns has rows all the same.
        keys = chunk.frame.with_row_index("\x00行").select("\x00行", pl.col(header.keys).cast(pl.String))
        left = keys.filter(sound)
        scored = pl.concat([left, frame.filter(sound)], how="horizontal") if len(left) else None
        slow = (
            pl.concat([keys[pieces[0]], self.table.frame(pieces[1])], how="horizontal") if pieces[0] else None
        )
        both = [piece for piece in (scored, slow) if piece is not None]
        merged = pl.concat(both).sort("\x00行").drop("\x00行") if both else self._nothing(header)
        results.write(merged)
        self._sum_up(merged, header, len(reasons))
        others.write(rows_of(reasons, REJECTED[1]))
        self.rows += len(chunk.frame)
        self.scored += len(merged)
        self.columnar += int(sound.sum())

    def _sum_up(self, merged: pl.DataFrame, header: Header, rejected: int) -> None:
        name = header.subject or (header.keys[0] if header.keys else None)
        names = merged[name].fill_null("").to_list() if name else [""] * len(merged)
        self.summary.add(merged, names)
        self.summary.rejected += rejected

    def _nothing(self, header: Header) -> pl.DataFrame:
        return pl.DataFrame(schema=dict.fromkeys(header.keys, pl.String) | self.table.schema)

    def header(self, chunk: Chunk) -> Header:
        """The columns of a piece; those of all files must take over the same keys."""
        names = [name for name in chunk.frame.columns if name != BROKEN]
        own = self.settings
        header, faults = read_header(self.program, names, own.keys, own.renamed, own.ignored)
        sheet = f" 工作表“{chunk.sheet}”" if chunk.sheet else ""
        if header is None:
            raise BadFile("\n".join(f"{chunk.file}{sheet}：{fault}" for fault in faults))
        if self.key_names is None:
            self.key_names = header.keys
            self.subject = header.subject
        if header.keys != self.key_names:
            raise BadFile(
                f"{chunk.file}{sheet}：带进结果的列是{list(header.keys)}，前面的表是{list(self.key_names)}；各表要一样"
            )
        return header

    # -- in columns

    def plan(self, own: Typed) -> Plan | Refused:
        """The plan for the decimals of a piece."""
        given = tuple(sorted(own.places.items()))
        if given not in self.plans:
            self.plans[given] = plan(self.program, dict(given))
        return self.plans[given]

    def _in_columns(self, own: Typed) -> tuple[pl.Series, pl.DataFrame]:
        """Which rows columns can work out, and the results of all rows, of which only theirs count."""
        none = pl.Series([False] * len(own.frame), dtype=pl.Boolean)
        if self.settings.engine == "python":
            return none, pl.DataFrame()
        made = self.plan(own)
        if isinstance(made, Refused) or not all(item.fact in own.frame.columns for item in made.inputs):
            return none, pl.DataFrame()
        if self.settings.engine == "duckdb":
            from zhunsheng.compiler.columns.duck import score

            scored = score(own.frame, made)
        else:
            scored = frames.score(own.frame.lazy(), made).collect()
        sound = scored[SOUND] & ~own.unread
        self.summary.add_columns(scored.filter(sound), made)
        return sound, self.table.of_columns(scored, made)

    def _derived(self, own: Typed) -> Typed:
        """Derived facts are worked out where the table has none; rows that have both are left to the comparison of the
        two that single reading makes."""
        frame, places, unread = own.frame, dict(own.places), own.unread
        for item in self.program.derived:
            if item.fact not in places:
                continue
            given = frame[item.fact].is_not_null()
            raw = [
                frame[name].is_not_null() for name in ir.formula_facts(item.formula) if name in frame.columns
            ]
            if not given.any():
                del places[item.fact]
            for column in raw:
                unread = unread | (given & column)
        return Typed(frame, places, unread)

    def _dated(self, chunk: Chunk, header: Header, own: Typed) -> Typed:
        """The evaluation date as a column, where the standard asks for it."""
        if not any(spec.name == EVALUATION_DATE for spec in self.program.facts):
            return own
        days = pl.Series(EVALUATION_DATE, [self.settings.date] * len(chunk.frame), dtype=pl.Date)
        if header.date:
            days = pl.select(pl.coalesce(as_days(chunk.frame[header.date]), pl.lit(days))).to_series()
            unread = own.unread | (
                chunk.frame[header.date].is_not_null() & as_days(chunk.frame[header.date]).is_null()
            )
            own = Typed(own.frame, own.places, unread)
        return Typed(own.frame.with_columns(days.alias(EVALUATION_DATE)), own.places, own.unread)

    # -- one by one

    def _one_by_one(
        self, chunk: Chunk, header: Header, wanted: pl.Series
    ) -> tuple[tuple[list[int], list[Mapping[str, Any]]], list[tuple[str, ...]]]:
        """The results of some rows with their places in the piece, and why the others are rejected."""
        scorer = RowScorer(self.program, self.module, header, self.settings.date)
        numbers = wanted.arg_true().to_list()
        scored: list[int] = []
        rows: list[Mapping[str, Any]] = []
        reasons: list[tuple[str, ...]] = []
        for number, cells in zip(numbers, chunk.frame[numbers].iter_rows(named=True), strict=True):
            found = outcome(scorer, self.table, cells, chunk.place(number))
            if isinstance(found, Rejected):
                subject = cell_text(cells[header.subject], None) if header.subject else ""
                place = (chunk.file, chunk.sheet, str(chunk.first + number), subject)
                reasons.append((*place, "；".join(found.reasons)))
            else:
                self.summary.add_clauses(found.clauses)
                scored.append(number)
                rows.append(found.row)
        return (scored, rows), reasons
