"""Every back end on very many random rows: the generated Python, polars, DuckDB and Spark agree, and the naive evaluator with them.

    python benchmarks/million.py [ID…] [--rows N] [--naive N] [--odd N] [--spark N] [--processes N] [--write FILE]

For each standard that can be scored (or those named), N random complete rows (1,000,000 unless told), drawn at and beside the values
where a score changes: total, tier, every indicator and every requirement must be equal to the last digit. The naive evaluator is
slow and has the first rows of each piece, --naive in all. --odd rows with missing and impossible facts go through the whole
batch with each engine: results, status and the reasons of rejected rows must be the same bytes. --spark rows go through a local Spark where
there are pyspark and Java. Ends with an error at the first difference; --write puts the table where the docs quote it.
"""

import argparse
import datetime
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import polars as pl
from attrs import frozen

sys.path.append(str(Path(__file__).parent.parent / "tests"))

import duckdb
import naive
from differential import second_reading
from tables import Row, applicants, given, table

import zhunsheng
from zhunsheng.compiler.batch.run import Batch
from zhunsheng.compiler.batch.settings import Settings
from zhunsheng.compiler.columns import frames, sql
from zhunsheng.compiler.columns.plan import SOUND, Plan, plan
from zhunsheng.compiler.engine.engine import prepare
from zhunsheng.library import Standard, library
from zhunsheng.runtime.facts import Entry, FactSheet, FactType, Value
from zhunsheng.runtime.support import NA

ROWS, NAIVE, ODD, SPARK, PIECE = 1_000_000, 20_000, 2_000, 20_000, 20_000


@frozen
class Work:
    """A piece: so many rows of a standard, of which the first also go through the naive evaluator."""

    id: str
    seed: int
    rows: int
    naive: int


def results(own: Standard, made: Plan, row: Row) -> tuple[Any, ...]:
    """What the generated Python gives, in the scales of the plan: numbers and truth values as columns have them."""
    scoring = prepare(own.program, own.module, FactSheet({name: Entry(value) for name, value in row.items()}))
    assert not scoring.derivation.faults, scoring.derivation.faults
    scored = own.program.scored or own.program.graded
    total, tier, scores = own.module.score(scoring.known) if scored else (0, None, ())
    met = own.module.requirements(scoring.derivation.values)
    module = own.module
    return (
        module.total(total) * made.total_scale,
        tier,
        *(module.points(score) * made.point_scale for score in scores),
        *met.values(),
    )


def agree(work: Work) -> tuple[int, int]:
    """Compares a piece; how many of its rows columns could score, and how many the naive evaluator saw."""
    own = zhunsheng.load(work.id)
    made = plan(own.program, given(own.program))
    assert isinstance(made, Plan)
    rows = applicants(own.program, work.seed, work.rows)
    frame = table(own.program, rows)
    scored = frames.score(frame.lazy(), made).collect()
    con = duckdb.connect()
    con.execute("SET threads = 1")
    con.register("facts", frame.with_row_index("行").to_arrow())
    queried = pl.DataFrame(con.sql(sql.select(made, "facts", "duckdb", ("行",))).to_arrow_table()).sort("行")
    same(scored, queried, made)
    columns = ["总分", "等级", *(f"指标 {id}" for id, _ in made.scores)]
    columns += [f"条件 {item.id}" for item in own.program.requirements]
    tiers = own.program.tiers
    seen = 0
    for number, (row, sound, found) in enumerate(
        zip(rows, scored[SOUND], scored.select(columns).iter_rows(), strict=True)
    ):
        if sound:
            level = found[1]
            tier = tiers[level].name if 0 <= level < len(tiers) else None
            assert (found[0], tier, *found[2:]) == results(own, made, row), (work.id, row)
            if number < work.naive:
                seen += 1
                by_naive(own, made, row, (found[0], tier, *found[2:]))
    return int(scored[SOUND].sum()), seen


def same(first: pl.DataFrame, second: pl.DataFrame, made: Plan) -> None:
    """Two back ends give the same in the same rows."""
    assert first[SOUND].to_list() == second[SOUND].to_list()
    columns = [pl.col(name).cast(pl.Int64) for name, _ in made.numbers]
    columns += [pl.col(name) for name, _ in made.truths]
    one, other = (frame.filter(pl.col(SOUND)).select(columns) for frame in (first, second))
    assert one.equals(other), [name for name in one.columns if not one[name].equals(other[name])]


def by_naive(own: Standard, made: Plan, row: Row, found: tuple[Any, ...]) -> None:
    """The naive evaluator gives the same for a row."""
    outcome = naive.evaluate(second_reading(own.program.meta.id), {n: _as_naive(v) for n, v in row.items()})
    leaves = len(made.scores)
    assert list(outcome.requirements.values()) == list(found[2 + leaves :]), row
    if own.program.scored or own.program.graded:
        assert outcome.tier == found[1], row
    if own.program.scored:
        assert outcome.total * made.total_scale == found[0], row
        assert [score * made.point_scale for score in outcome.leaves.values()] == list(
            found[2 : 2 + leaves]
        ), row


def _as_naive(value: Value) -> naive.Value:
    if value is NA:
        return "不适用"
    return Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value


def odd(id: str, count: int) -> tuple[int, int]:
    """Rows with missing and impossible facts through the whole batch: what was scored and rejected, alike with every engine."""
    own = zhunsheng.load(id)
    frame = table(own.program, applicants(own.program, 77, count))
    names = [name for name in frame.columns if not name.endswith("不适用")]
    gap = pl.int_range(count)
    holes = []
    for number, name in enumerate(names):
        kind = frame.schema[name]
        value = pl.when(gap % (7 + number % 5) == number % 7).then(None).otherwise(pl.col(name))
        if kind.is_integer() and number % 3 == 0:
            value = pl.when(gap % 13 == number % 13).then(-1).otherwise(value)
        holes.append(value.alias(name))
    percents = [s.name for s in own.program.facts if s.type is FactType.PERCENT and s.name in names]
    frame = frame.with_columns(holes).rename({name: f"{name}(比值)" for name in percents})
    frame = frame.insert_column(0, pl.Series("评价对象", [f"第{number}家" for number in range(count)]))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        frame.write_parquet(folder / "in.parquet")
        texts = []
        for engine in ("python", "polars", "duckdb"):
            output = folder / f"{engine}.csv"
            batch = Batch(own.program, own.module, Settings(engine))
            counts = batch.run([folder / "in.parquet"], output, lambda words, rows, share: None)
            texts.append((output.read_bytes(), output.with_name(output.name + ".rejected").read_bytes()))
            assert counts.rows == count == counts.scored + counts.rejected
        assert texts[0] == texts[1] == texts[2], id
    return counts.scored, counts.rejected


def on_spark(session: Any, id: str, count: int) -> int:
    """The same SQL on Spark gives what polars gives."""
    own = zhunsheng.load(id)
    made = plan(own.program, given(own.program))
    assert isinstance(made, Plan)
    frame = table(own.program, applicants(own.program, 5, count)).with_row_index("行")
    with tempfile.TemporaryDirectory() as folder:
        frame.write_parquet(f"{folder}/facts.parquet")
        session.read.parquet(f"{folder}/facts.parquet").createOrReplaceTempView("facts")
        session.sql(sql.select(made, "facts", "spark", ("行",))).write.parquet(f"{folder}/found")
        queried = pl.read_parquet(f"{folder}/found/*.parquet").sort("行")
    same(frames.score(frame.lazy(), made).collect(), queried, made)
    return len(queried)


def pieces(id: str, rows: int, seen: int) -> Iterator[Work]:
    """The pieces of a standard; the naive evaluator has its share of each."""
    for number, start in enumerate(range(0, rows, PIECE)):
        size = min(PIECE, rows - start)
        yield Work(id, 1_000 + number, size, -(-seen * size // rows))


def compared(id: str, own: argparse.Namespace, session: Any, pool: ProcessPoolExecutor) -> str:
    """A line of the table for a standard."""
    standard = zhunsheng.load(id)
    begun = time.perf_counter()
    scored, rejected = odd(id, own.odd)
    made = plan(standard.program, given(standard.program))
    if not isinstance(made, Plan):
        return f"| {id} | – ({made.construct}) | – | – | {scored:,} + {rejected:,} |"
    sound = seen = done = 0
    works = list(pieces(id, own.rows, own.naive))
    for work, (held, by) in zip(works, pool.map(agree, works), strict=True):
        sound, seen, done = sound + held, seen + by, done + work.rows
        rate = done / (time.perf_counter() - begun)
        print(
            f"\r{id}: {done:,} of {own.rows:,} rows, {rate:,.0f} rows/s ", end="", file=sys.stderr, flush=True
        )
    print(file=sys.stderr)
    sparked = f"{on_spark(session, id, own.spark):,}" if session is not None else "–"
    return f"| {id} | {sound:,} of {done:,} | {seen:,} | {sparked} | {scored:,} + {rejected:,} |"


@contextmanager
def spark_or_none(wanted: int) -> Iterator[Any]:
    """A local Spark, or None where it is not wanted or cannot be had."""
    from zhunsheng.compiler.batch.chunks import BadFile
    from zhunsheng.compiler.batch.spark_session import spark

    with ExitStack() as held:
        session = None
        try:
            session = held.enter_context(spark("local[2]")) if wanted else None
        except BadFile as error:
            print(error, file=sys.stderr)
        yield session


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("ids", nargs="*", metavar="ID")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--naive", type=int, default=NAIVE)
    parser.add_argument("--odd", type=int, default=ODD)
    parser.add_argument("--spark", type=int, default=SPARK, help="0: without Spark")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--write", type=Path)
    own = parser.parse_args()
    ids = own.ids or [id for id in sorted(library()) if not zhunsheng.load(id).program.open_terms]
    asked = f"--rows {own.rows} --naive {own.naive} --odd {own.odd} --spark {own.spark}"
    lines = [
        f"Taken on {datetime.date.today()}, Python {platform.python_version()}, with {asked}: no difference.",
        "",
        "| Standard | Python = polars = DuckDB | = naive | = Spark | batch of odd rows, scored + rejected |",
        "|---|---|---|---|---|",
    ]
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    with (
        ProcessPoolExecutor(own.processes, get_context("spawn")) as pool,
        spark_or_none(own.spark) as session,
    ):
        for id in ids:
            lines.append(compared(id, own, session, pool))
            print(lines[-1], flush=True)
    if own.write is not None:
        own.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
