"""Facts over all rows on a cluster: workers gather the numbers that are compared, Spark counts equal ones, and what comes
of comparing the different ones goes to all workers, which put the facts in as columns.

Only numbers that differ reach the driver, never rows.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import zip_longest
from math import gcd
from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import evolve, frozen

from zhunsheng.compiler.batch.peers import Numbers, Peers, compare
from zhunsheng.compiler.batch.rows import RowScorer
from zhunsheng.compiler.batch.settings import FIRST, Progress
from zhunsheng.compiler.batch.spark_rows import Handed, batches_of
from zhunsheng.compiler.batch.typing import Typed
from zhunsheng.compiler.cohort.gathered import CLASS, COUNT, Basis, above, below, schema
from zhunsheng.compiler.columns.facts import Fractions

if TYPE_CHECKING:
    import pyarrow as pa

#: The column that says which rows have cells that were not read in columns.
UNREAD = "\x01没读"
#: The columns of numbers on their way to the driver: which basis, and how many have them.
_BASIS, _COUNT = "basis", "count"
#: What stands for a basis where all rows are counted, and where it is told which facts are given at all.
_ROWS, _GIVEN = -1, -2


@frozen
class Read:
    """A table as it is, and with its facts in exact columns: numbers have the decimals `places` or stand in two columns. `peers` are
    the facts over all rows where there are such, `shared` what holds them for workers, `gathered` the rows compared."""

    source: Any
    frame: Any
    handed: Handed
    places: Mapping[str, int]
    fractions: Mapping[str, Fractions] = {}
    peers: Peers | None = None
    shared: Any = None
    gathered: int = 0


@frozen
class _Pieces:
    """What workers do with pieces of a table before SQL is over them."""

    handed: Handed
    places: Mapping[str, int]
    #: The facts over all rows: names of what is compared, or, as Spark spreads it, what came of comparing.
    shared: Any

    def gathered(self, batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
        """The different numbers in a part of the table, each with how many have it."""
        peers: Peers = self.shared
        scorer = self.handed.scorer()
        rows = 0
        given: set[str] = set()
        for batch in batches:
            frame = self.handed.frame(batch)
            given |= peers.given(self.handed.table(frame), self.handed.header)
            peers.gather(self._numbers(peers, frame, scorer)[1])
            rows += len(frame)
        everyone = pl.DataFrame({COUNT: [rows]}, schema={COUNT: pl.Int64})
        yield from _numbered(_ROWS, everyone, (), peers)
        names = pl.DataFrame({CLASS: sorted(given)}, schema={CLASS: pl.String})
        yield from _numbered(
            _GIVEN, names.with_columns(pl.lit(1, dtype=pl.Int64).alias(COUNT)), (CLASS,), peers
        )
        for number, (basis, gathered) in enumerate(peers.gathered.items()):
            yield from _numbered(number, _lowest(gathered.table(), basis), schema(basis), peers)

    def placed(self, batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
        """The rows with the facts over all rows as columns."""
        import pyarrow as pa

        peers: Peers = self.shared.value
        scorer = self.handed.scorer()
        for batch in batches:
            own, numbers = self._numbers(peers, self.handed.frame(batch), scorer)
            facts = _columns(peers.in_columns(numbers, own)[0])
            as_read = batch.columns[: len(self.handed.taken)]
            worked = [column.to_arrow(compat_level=pl.CompatLevel.oldest()) for column in facts]
            yield pa.RecordBatch.from_arrays([*as_read, *worked], [*self.handed.taken, *facts.columns])

    def of_nothing(self, frame: pl.DataFrame, peers: Peers) -> tuple[Typed, dict[str, Fractions]]:
        """How the facts stand in columns, which is the same for all pieces."""
        own, numbers = self._numbers(peers, frame, self.handed.scorer())
        return peers.in_columns(numbers, own)

    def _numbers(self, peers: Peers, frame: pl.DataFrame, scorer: RowScorer) -> tuple[Typed, Numbers]:
        beside = (*self.handed.taken, UNREAD)
        own = Typed(frame.select(pl.exclude(beside)), self.places, frame[UNREAD].fill_null(True))
        return own, peers.numbers(len(frame), scorer, self.handed.row(frame), own)


def _numbered(
    number: int, table: pl.DataFrame, names: Iterable[str], peers: Peers
) -> "Iterable[pa.RecordBatch]":
    """Counted rows of a basis, by its number, in the columns in which they go to the driver."""
    found = [pl.lit(number, dtype=pl.Int64).alias(_BASIS)]
    for place, (cell, name) in enumerate(zip_longest(_cells(peers), names)):
        nothing = pl.lit(None, dtype=pl.Int64 if place else pl.String)
        found.append((pl.col(name) if name else nothing).alias(cell))
    return batches_of(table.select(*found, pl.col(COUNT).alias(_COUNT)))


def _lowest(table: pl.DataFrame, basis: Basis) -> pl.DataFrame:
    """Numbers in lowest terms, those that are not looked at left out: equal ones are the same wherever they come from, and
    a part of the table that Spark reads again gives the same once more."""
    for number, key in enumerate(basis.keys):
        pairs = zip(table[above(number)], table[below(number)], table[key].is_not_null(), strict=True)
        sizes = pl.Series([gcd(a, b) if known else None for a, b, known in pairs], dtype=pl.Int64)
        table = table.with_columns(pl.col(name(number)) // sizes for name in (above, below))
    return table


def _cells(peers: Peers) -> list[str]:
    """The columns of a class and its numbers on their way to the driver, as many as the longest basis has."""
    return [f"cell{number}" for number in range(max(len(schema(basis)) for basis in peers.gathered))]


def _columns(own: Typed) -> pl.DataFrame:
    """Facts in the types that Spark has."""
    whole = pl.selectors.integer().cast(pl.Int64)
    return own.frame.with_columns(whole).with_columns(own.unread.alias(UNREAD))


def compared(read: Read, peers: Peers, progress: Progress) -> Read:
    """The table with the facts over all rows as columns; raises :class:`BadFile`."""
    from pyspark.sql import functions

    progress(FIRST, 0, Fraction(0))
    pieces = _Pieces(read.handed, read.places, peers)
    cells = _cells(peers)
    kinds = [f"{name} {'bigint' if number else 'string'}" for number, name in enumerate(cells)]
    words = ", ".join([f"{_BASIS} bigint", *kinds, f"`{_COUNT}` bigint"])
    found = nameless(read.frame).mapInArrow(pieces.gathered, words).groupBy(_BASIS, *cells)
    table = pl.DataFrame(found.agg(functions.sum(_COUNT).alias(_COUNT)).toArrow())
    for number, (basis, gathered) in enumerate(peers.gathered.items()):
        own = table.filter(pl.col(_BASIS) == number).select(*cells[: len(schema(basis))], _COUNT)
        own.columns = [*schema(basis), COUNT]
        gathered.add(own)
    rows = int(table.filter(pl.col(_BASIS) == _ROWS)[_COUNT].sum())
    own_peers = peers.over(table.filter(pl.col(_BASIS) == _GIVEN)[cells[0]])
    if own_peers is None:
        return read
    peers = own_peers
    compare(peers)
    shared = read.frame.sparkSession.sparkContext.broadcast(peers)
    pieces = evolve(pieces, shared=shared)
    nothing = read.handed.frame(read.frame.limit(0).toArrow())
    typed, fractions = pieces.of_nothing(nothing, peers)
    frame = nameless(read.frame).mapInArrow(pieces.placed, _schema(read, _columns(typed)))
    handed = evolve(read.handed, columns=tuple(frame.columns))
    return Read(read.source, frame, handed, typed.places, fractions, peers, shared, rows)


def _schema(read: Read, facts: pl.DataFrame) -> Any:
    """The columns of the table as they are, and those of facts."""
    from pyspark.sql import types

    kinds = {
        pl.Int64(): types.LongType(),
        pl.Boolean(): types.BooleanType(),
        pl.String(): types.StringType(),
        pl.Date(): types.DateType(),
    }
    as_read = read.frame.schema.fields[: len(read.handed.taken)]
    return types.StructType(
        [*as_read, *(types.StructField(name, kinds[kind]) for name, kind in facts.schema.items())]
    )


def nameless(frame: Any) -> Any:
    """A table to be handed over without names: Spark would take a dot in one for a field of a column."""
    return frame.toDF(*(f"c{place}" for place in range(len(frame.columns))))
