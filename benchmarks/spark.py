"""`batch --engine spark` on this machine: start-up, rows per second, and what sixty million rows would take.

    python benchmarks/spark.py [--rows ROWS] [--master local[2]] [--files N]

Writes ROWS rows (5 million unless told) of the 2017 standard to Parquet and measures, in one session: starting it; a first
run of 1,000 rows, in which Spark plans and compiles the statement; reading all columns; the generated SQL with its
sums; and the whole batch from Parquet to Parquet. CPU time is that of Spark, its Python workers and this process together (Linux), so that it
says what a core does even where other work shares the machine. Rows with missing facts are scored one by one; what such
a row takes is measured apart, on one core. What is reckoned from that is said to be so.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import batch
import polars as pl

import zhunsheng
from zhunsheng.compiler.batch.chunks import chunks
from zhunsheng.compiler.batch.header import read_header
from zhunsheng.compiler.batch.rows import RowScorer
from zhunsheng.compiler.batch.settings import Settings
from zhunsheng.compiler.batch.spark import Batch
from zhunsheng.compiler.batch.spark_session import spark
from zhunsheng.compiler.columns import sql
from zhunsheng.runtime.facts import FactType

ROWS, SINGLES = 5_000_000, 300
#: What is reckoned: rows of a country, and a cluster.
COUNTRY, NODES, CORES = 60_000_000, 4, 8
#: Shares of rows with missing facts, in thousandths.
MISSING = (0, 1, 10)


def cpu() -> float:
    """CPU seconds of this process and of all that it started, ended ones included."""
    parents: dict[int, int] = {}
    taken: dict[int, float] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(folder.name)
        parents[pid] = int(fields[1])
        taken[pid] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def ours(pid: int) -> bool:
        return pid == os.getpid() or (pid in parents and ours(parents[pid]))

    return sum(value for pid, value in taken.items() if ours(pid))


def timed(words: str, rows: int, function: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds of a step, printed with rows per second."""
    begun, used = time.perf_counter(), cpu()
    function()
    wall, spent = time.perf_counter() - begun, cpu() - used
    rate = f"; {rows / wall:,.0f} rows/s, {rows / spent:,.0f} rows per second of CPU" if rows else ""
    print(f"  {words}: {wall:.1f} s, CPU {spent:.1f} s{rate}", flush=True)
    return wall, spent


def single(path: Path) -> float:
    """CPU seconds of a row with missing facts, scored by itself with its result, on one core."""
    own = zhunsheng.load(batch.ID)
    chunk = next(iter(chunks(path, SINGLES)))
    frame = chunk.frame.with_columns(pl.lit(None).cast(chunk.frame.schema["渠道"]).alias("渠道"))
    header, _ = read_header(own.program, chunk.frame.columns[:-1], renamed=renamed())
    assert header is not None
    scorer = RowScorer(own.program, own.module, header)
    rows = frame.rows(named=True)
    scorer.score(rows[0], "")
    begun = time.process_time()
    for row in rows:
        scorer.score(row, "")
    return (time.process_time() - begun) / len(rows)


def renamed() -> dict[str, str]:
    """The percentages of the table are whole per cent."""
    specs = batch.made().program.facts
    names = {item.fact for item in batch.made().inputs}
    return {s.name: f"{s.name}(%)" for s in specs if s.type is FactType.PERCENT and s.name in names}


def session(own: Any, folder: Path, rows: int, output: Path) -> tuple[float, float]:
    """Everything that is measured in a session; the CPU seconds of the first run and of the whole batch."""
    program = batch.made().program
    work = Batch(program, Settings("spark", renamed=renamed()), own)
    few = folder.with_name("few.parquet")
    batch.write(few, 1_000)
    _, first = timed(
        "first run, 1,000 rows", 0, lambda: work.run([str(few)], str(output), lambda words, rows, share: None)
    )
    frame = own.read.parquet(str(folder))
    timed("reading all columns", rows, lambda: frame.write.format("noop").mode("overwrite").save())
    frame.createOrReplaceTempView("facts")
    inner = sql.select(batch.made(), "facts", "spark", (), held=True)
    statement = f"SELECT sum(`总分`), sum(`等级`), count_if(`可按列计算`) FROM ({inner})"
    timed("SQL, total and tier added up", rows, lambda: own.sql(statement).collect())
    _, spent = timed(
        "whole batch, Parquet to Parquet",
        rows,
        lambda: work.run([str(folder)], str(output), lambda words, rows, share: None),
    )
    return first, spent


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--files", type=int, default=8, help="files of the table")
    own = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "facts"
        folder.mkdir()
        for number in range(own.files):
            batch.write(folder / f"{number}.parquet", own.rows // own.files)
        rows = own.rows // own.files * own.files
        size = sum(path.stat().st_size for path in folder.iterdir()) / rows
        print(f"{rows:,} rows of {batch.ID}, {size:.0f} bytes each; master {own.master}")
        one = single(folder / "0.parquet")
        begun, used = time.perf_counter(), cpu()
        with spark(own.master) as held:
            print(f"  start-up: {time.perf_counter() - begun:.1f} s, CPU {cpu() - used:.1f} s")
            first, spent = session(held, folder, rows, Path(temporary) / "out")
    print(f"  a row with missing facts, by itself: {one * 1e3:.1f} ms of CPU")
    print(
        f"reckoned, not measured: {COUNTRY:,} rows on {NODES} nodes of {CORES} such cores, data spread evenly,"
        " storage and network no hindrance"
    )
    for share in MISSING:
        work = spent / rows * COUNTRY + COUNTRY * share / 1000 * one
        print(
            f"  {share / 10:g}% of the rows with missing facts: {work / 3600:.1f} core hours,"
            f" {(work / NODES / CORES + first) / 60:.1f} minutes"
        )


if __name__ == "__main__":
    main()
