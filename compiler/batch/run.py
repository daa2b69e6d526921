"""A batch from tables to results: plain rows in columns, the others one by one, in the order of the table.

Every row ends in the results or among the rejected ones, so that rows in = rows scored + rows rejected.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import evolve

from zhunsheng.compiler import ir
from zhunsheng.compiler.batch.chunks import BROKEN, BadFile, Chunk, rows_in
from zhunsheng.compiler.batch.header import Header, not_there, read_header
from zhunsheng.compiler.batch.inputs import Tables, within
from zhunsheng.compiler.batch.output import (
    REJECTED,
    Csv,
    Sink,
    rejected_names,
    rejected_row,
    results_sink,
    rows_of,
)
from zhunsheng.compiler.batch.peers import ROW, Numbers, Peers, compare, peers_of
from zhunsheng.compiler.batch.placed import Placed, task_of
from zhunsheng.compiler.batch.pool import Pool
from zhunsheng.compiler.batch.repeated import MOST, repeated
from zhunsheng.compiler.batch.results import Table
from zhunsheng.compiler.batch.results_book import Title, Workbook, unless_too_long
from zhunsheng.compiler.batch.rows import Rejected, RowScorer, Task, cell_text, key_texts, named
from zhunsheng.compiler.batch.settings import CHANGED, FIRST, ONLY, SECOND, Counts, Progress, Settings
from zhunsheng.compiler.batch.sheets import MOST as MOST_SHEETS
from zhunsheng.compiler.batch.sheets import Page
from zhunsheng.compiler.batch.summary import Summary
from zhunsheng.compiler.batch.typing import Typed, WrongColumn, days, derived_once, long_floats, typed
from zhunsheng.compiler.batch.written import whole
from zhunsheng.compiler.cohort.compared import Changed
from zhunsheng.compiler.columns import frames
from zhunsheng.compiler.columns.facts import Fractions
from zhunsheng.compiler.columns.plan import SOUND, Plan, Refused, plan
from zhunsheng.compiler.emit.module import Module
from zhunsheng.runtime.facts import EVALUATION_DATE

if TYPE_CHECKING:
    from zhunsheng.runtime.result import Result

#: Rows whose facts are read before they are scored one by one.
_SLICE = 2_000
#: Faults of files that are told at once.
_MOST_FAULTS = 20


class Batch:
    """Scores tables under one program."""

    def __init__(self, program: ir.Program, module: Module, settings: Settings) -> None:
        self.program = program
        self.module = module
        self.settings = settings
        self.table = Table(program)
        self.summary = Summary(self.table) if settings.summed else None
        self.plans: dict[Any, Plan | Refused] = {}
        self.peers: Peers | None = None
        self.rows = self.scored = self.columnar = self.gathered = 0
        #: The columns of the first table, after which those of the others are arranged.
        self.first: Header | None = None
        self.pool = Pool(program, module, settings)
        self.tables = Tables()
        #: Is told how many rows of a piece are done.
        self.tick: Callable[[int], None] = lambda rows: None
        self.pages: list[tuple[str, Page]] = []
        #: Names of subjects in a worksheet of results, whose rows are few enough to be counted here.
        self.counted: Counter[str] = Counter()
        #: How many rows that were scored name no subject, and where the first of them are.
        self.nameless = 0
        self.nameless_places: list[str] = []
        #: Why rows are scored one by one, where it is no matter of single cells, in the order it is met.
        self.slow: dict[str, None] = {}

    def run(self, paths: Sequence[Path], output: Path, progress: Progress) -> Counts:
        """Scores every row of the files into `output`, the rejected ones beside it; raises :class:`BadFile`."""
        try:
            return self._run(paths, output, progress)
        finally:
            self.pool.close()

    def _run(self, paths: Sequence[Path], output: Path, progress: Progress) -> Counts:
        unless_too_long(output, rows_in(paths))
        self._look_ahead(paths)
        self._gather(progress)
        under_way = SECOND if self.peers is not None else ONLY
        progress(under_way, 0, Fraction(0))
        title = Title(self.program, self.settings.date)
        sink, rejected = results_sink(output, title), output.with_name(output.name + REJECTED)
        with (
            whole(output, rejected) as (first, second),
            closing(sink(first)) as results,
            closing(Csv(second)) as others,
        ):
            assert self.first is not None
            others.write(rows_of((), rejected_names(self.first)))
            before = Fraction(0)
            for chunk in self.tables.pieces():
                if chunk.frame.is_empty():
                    continue
                self.tick = within(progress, under_way, self.rows, before, chunk)
                try:
                    self._chunk(chunk, results, others)
                except Changed:
                    raise BadFile(f"{chunk.file}：{CHANGED}") from None
                before = chunk.share
                progress(under_way, self.rows, before)
            if self.peers is not None and self.rows != self.gathered:
                raise BadFile(CHANGED)
            if not self.rows:
                results.write(self._nothing(self.first).drop(ROW))
        return Counts(
            self.rows, self.scored, self.rows - self.scored, self.columnar, len(paths), tuple(self.slow)
        )

    def _look_ahead(self, paths: Sequence[Path]) -> None:
        """Opens every file and reads the heads of its tables, so that what is wrong with one of a thousand is told before the work; all at once."""
        faults: list[str] = []
        names: set[str] = set()
        columns: set[str] = set()
        sheets: set[str] = set()
        self.tables, self.first = Tables(paths, self.settings.reading), None
        blank: Header | None = None
        for path in paths:
            try:
                for chunk in self.tables.heads(path):
                    header = blank = self.header(chunk)
                    self._typed(chunk, header)
                    columns.update(chunk.frame.columns)
                    sheets.add(chunk.sheet)
                    names |= {column.spec.name for column in header.columns if not column.absent}
            except BadFile as error:
                faults.append(str(error))
        self.first = self.first or blank
        own = self.settings
        faults = faults or not_there(columns, own.renamed, own.ignored)
        faults += self.tables.without(sheets)
        if faults:
            raise BadFile("\n".join(faults[:_MOST_FAULTS]) + ("\n……" if len(faults) > _MOST_FAULTS else ""))
        self.peers = peers_of(self.program, names)

    # -- facts over all rows

    def _gather(self, progress: Progress) -> None:
        """The first pass, where the standard has facts over all rows: the numbers that are compared."""
        if self.peers is None:
            return
        self.gathered = 0
        given: set[str] = set()
        progress(FIRST, 0, Fraction(0))
        for chunk in self.tables.pieces():
            header = self.header(chunk)
            self.gathered += len(chunk.frame)
            given |= self.peers.given(chunk.frame, header)
            self.peers.gather(self._numbers(self.peers, chunk, header, self._typed(chunk, header)))
            progress(FIRST, self.gathered, chunk.share)
        self.peers = self.peers.over(given)
        if self.peers is not None:
            compare(self.peers)

    def _numbers(self, peers: Peers, chunk: Chunk, header: Header, own: Typed) -> Numbers:
        scorer = RowScorer(self.program, self.module, header, self.settings.date)

        def row(number: int) -> tuple[Any, str]:
            return chunk.frame.row(number, named=True), chunk.place(number)

        return peers.numbers(len(chunk.frame), scorer, row, None if self.settings.engine == "python" else own)

    def _typed(self, chunk: Chunk, header: Header) -> Typed:
        try:
            own = typed(chunk.frame, header, exact=self.settings.exact)
            return derived_once(self.program, self._dated(chunk, header, own))
        except WrongColumn as error:
            raise BadFile(f"{chunk.file}：{error}") from None

    def find(self, paths: Sequence[Path], key: str, progress: Progress) -> "Result | Rejected":
        """The result of the one row in which some key column has a text; raises :class:`BadFile`."""
        self._look_ahead(paths)
        self._gather(progress)
        count, found = 0, None
        for chunk in self.tables.pieces():
            at = named(chunk.frame, self.header(chunk), key).arg_true()
            count += len(at)
            found = (chunk, at[0]) if len(at) else found
        if count != 1 or found is None:
            raise BadFile(f"有{count}行是“{key}”，要恰好一行")
        chunk, number = found
        header = self.header(chunk)
        numbers = placed = None
        if self.peers is not None:
            numbers = self._numbers(self.peers, chunk, header, self._typed(chunk, header))
            placed = Placed(self.peers, numbers, [number])
        scorer = RowScorer(self.program, self.module, header, self.settings.date)
        cells, place = chunk.frame.row(number, named=True), chunk.place(number)
        return scorer.told(task_of(scorer, placed, numbers, number, cells, place, told=True))

    def _chunk(self, chunk: Chunk, results: Sink, others: Sink) -> None:
        header = self.header(chunk)
        if self.settings.sheets and self.rows + len(chunk.frame) > MOST_SHEETS:
            raise BadFile(f"每家一张工作表，最多{MOST_SHEETS}家；去掉 --sheets，或把表分成几份")
        own = self._typed(chunk, header)
        if self.settings.engine != "python":
            self.slow.update(dict.fromkeys(long_floats(chunk.frame, header, own)))
        fractions: dict[str, Fractions] = {}
        numbers = None
        if self.peers is not None:
            numbers = self._numbers(self.peers, chunk, header, own)
            own, fractions = self.peers.in_columns(numbers, own)
        sound, frame = self._in_columns(own, fractions)
        pieces, reasons = self._one_by_one(chunk, header, ~sound, numbers)
        # The index comes first: a table without key columns has rows all the same.
        texts = key_texts(chunk.frame, header.keys)
        keys = chunk.frame.with_row_index(ROW).select(ROW, *texts)
        parts = (
            [pl.concat([keys.filter(sound), frame.filter(sound)], how="horizontal")] if sound.any() else []
        )
        if pieces[0]:
            parts.append(pl.concat([keys[pieces[0]], self.table.frame(pieces[1])], how="horizontal"))
        merged = pl.concat(parts).sort(ROW) if parts else self._nothing(header)
        results.write(merged.drop(ROW))
        others.write(rows_of(reasons, rejected_names(header)))
        self._note(chunk, header, merged)
        if self.summary is not None:
            self.summary.add(merged, _names(merged, header), len(reasons))
        if isinstance(results, Workbook):
            self.counted.update(name for name in _names(merged, header) if name)
            self._paged(results)
        self.rows += len(chunk.frame)
        self.scored += len(merged)
        self.columnar += int(sound.sum())

    def _note(self, chunk: Chunk, header: Header, scored: pl.DataFrame) -> None:
        """Notes which of the scored rows name no subject."""
        if header.subject is not None:
            blank = pl.col(header.subject).str.strip_chars().fill_null("") == ""
            at = scored.filter(blank)[ROW].to_list()
            self.nameless += len(at)
            self.nameless_places += [chunk.place(row) for row in at[: MOST - len(self.nameless_places)]]

    def _paged(self, results: Workbook) -> None:
        """Writes the worksheets of the subjects of a piece."""
        for name, page in self.pages:
            results.page(name, page)
        self.pages.clear()

    def repeated(self, output: Path) -> list[tuple[str, int]]:
        """Subjects that stand in more than one row of the results, the most frequent first, with how often."""
        if output.suffix.lower() == ".xlsx":
            more = [(name, count) for name, count in self.counted.items() if count > 1]
            return sorted(more, key=lambda item: (-item[1], item[0]))[: MOST + 1]
        # A file of JSON lines without lines has no columns to ask for.
        if self.first is None or self.first.known_by is None or not self.scored:
            return []
        return repeated(output, self.first.keys, self.first.known_by)

    def _nothing(self, header: Header) -> pl.DataFrame:
        names = {ROW: pl.UInt32} | dict.fromkeys(header.keys, pl.String)
        return pl.DataFrame(schema=names | self.table.schema)

    def header(self, chunk: Chunk) -> Header:
        """The columns of a piece; those of all files must take over the same keys."""
        names = [name for name in chunk.frame.columns if name != BROKEN]
        own = self.settings
        # A table without rows takes nothing over.
        blank = chunk.frame.is_empty()
        keys = [key for key in own.keys if key in names] if blank else own.keys
        header, faults = read_header(self.program, names, keys, own.renamed, own.ignored, self.table.schema)
        sheet = f" 工作表“{chunk.sheet}”" if chunk.sheet else ""
        if header is None:
            raise BadFile("\n".join(f"{chunk.file}{sheet}：{fault}" for fault in faults))
        asked = (*header.keys, *(column.name for column in header.columns))
        odd = [name for name in asked if name in chunk.odd]
        if odd:
            raise BadFile(
                f"{chunk.file}：“{odd[0]}”这一列的类型是 {chunk.odd[odd[0]]}，不是格子里的值；改存为文字、数、是否或日期，或写 --ignore"
            )
        if blank:
            return header
        if self.first is None:
            self.first = header
        if sorted(header.keys) != sorted(self.first.keys):
            own_keys, others = ("、".join(one.keys) or "没有" for one in (header, self.first))
            raise BadFile(f"{chunk.file}{sheet}：带进结果的列是{own_keys}，前面的表是{others}；各表要一样")
        # In the order of the first table: results have one.
        return evolve(header, keys=self.first.keys)

    # -- in columns

    def plan(self, own: Typed, fractions: Mapping[str, Fractions]) -> Plan | Refused:
        """The plan for the decimals of a piece."""
        given = tuple(sorted(own.places.items()))
        key = given, tuple(sorted(fractions))
        if key not in self.plans:
            made = plan(self.program, dict(given), fractions)
            if self.settings.engine == "duckdb" and isinstance(made, Plan):
                from zhunsheng.compiler.columns.sql import alike

                names = alike(made)
                made = made if names is None else Refused("只差大小写的名称", "、".join(names))
            self.plans[key] = made
        return self.plans[key]

    def _in_columns(self, own: Typed, fractions: Mapping[str, Fractions]) -> tuple[pl.Series, pl.DataFrame]:
        """Which rows columns can work out, and the results of all rows, of which only theirs count."""
        none = pl.Series([False] * len(own.frame), dtype=pl.Boolean)
        if self.settings.engine == "python" or self.settings.sheets:
            return none, pl.DataFrame()
        made = self.plan(own, fractions)
        if isinstance(made, Refused):
            self.slow[made.words] = None
            return none, pl.DataFrame()
        without = [item.fact for item in made.inputs if item.fact not in own.frame.columns]
        if without:
            self.slow[f"表里没有“{without[0]}”这一列"] = None
            return none, pl.DataFrame()
        if self.settings.engine == "duckdb":
            from zhunsheng.compiler.columns.duck import score

            scored = score(own.frame, made, clauses=self.summary is not None)
        else:
            scored = frames.score(own.frame.lazy(), made).collect()
        sound = scored[SOUND] & ~own.unread
        if self.summary is not None:
            self.summary.add_columns(scored.filter(sound), made)
        return sound, self.table.of_columns(scored, made)

    def _dated(self, chunk: Chunk, header: Header, own: Typed) -> Typed:
        """The evaluation date as a column, where the standard asks for it."""
        if not any(spec.name == EVALUATION_DATE for spec in self.program.facts):
            return own
        day, unread = pl.repeat(self.settings.date, len(chunk.frame), dtype=pl.Date, eager=True), own.unread
        if header.date:
            raw = chunk.frame[header.date]
            read = days(raw, header.date)
            day = pl.select(pl.coalesce(read, day)).to_series()
            unread = unread | (raw.is_not_null() & read.is_null())
        return Typed(own.frame.with_columns(day.alias(EVALUATION_DATE)), own.places, unread)

    # -- one by one

    def _one_by_one(
        self, chunk: Chunk, header: Header, wanted: pl.Series, numbers: Numbers | None
    ) -> tuple[tuple[list[int], list[Mapping[str, Any]]], list[tuple[str, ...]]]:
        """The results of some rows with their places in the piece, and why the others are rejected."""
        scorer = RowScorer(self.program, self.module, header, self.settings.date)
        at = wanted.arg_true().to_list()
        placed = None if numbers is None or self.peers is None else Placed(self.peers, numbers, at)
        key = header.known_by
        scored: list[int] = []
        rows: list[Mapping[str, Any]] = []
        reasons: list[tuple[str, ...]] = []
        for start in range(0, len(at), _SLICE):
            part = at[start : start + _SLICE]
            tasks: list[Task | Rejected] = []
            for number, cells in zip(part, chunk.frame[part].iter_rows(named=True), strict=True):
                where = chunk.place(number)
                tasks.append(
                    task_of(scorer, placed, numbers, number, cells, where, told=self.settings.sheets)
                )
            outcomes = self.pool.kept([task for task in tasks if not isinstance(task, Rejected)])
            for number, task in zip(part, tasks, strict=True):
                found = task if isinstance(task, Rejected) else next(outcomes)
                subject = chunk.frame.item(number, key) if key is not None else None
                if isinstance(found, Rejected):
                    place = (chunk.file, chunk.sheet, str(chunk.numbers[number]))
                    cells = chunk.frame.row(number, named=True)
                    reasons.append(rejected_row(header, cells, place, found.reasons))
                    continue
                if self.summary is not None:
                    self.summary.add_leaves(found.leaves)
                scored.append(number)
                rows.append(found.row)
                if found.page:
                    name = cell_text(subject, None) if key else str(self.scored + len(rows))
                    self.pages.append((name, found.page))
            self.tick(len(chunk.frame) - len(at) + start + len(part))
        return (scored, rows), reasons


def _names(scored: pl.DataFrame, header: Header) -> list[str]:
    """The names of the subjects of some rows of results."""
    name = header.known_by
    return [""] * len(scored) if name is None else scored[name].fill_null("").to_list()
