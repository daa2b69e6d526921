"""Total and tier of complete rows of the 2017 standard from Parquet: polars, DuckDB and the Python function against merely reading.

    python benchmarks/batch.py [ROWS] [MOST]

Writes ROWS rows (1,000,000 unless told) of integer columns to a temporary file, then measures, each in a process of its
own and the best of three: reading the columns with polars; the columnar back end; the generated SQL in DuckDB; the
generated function in a loop over a sample. The loop begins with the file too: each row is made the facts that the function
takes, percentages as fractions and derived facts by the module's own functions. Peak memory is measured for ROWS and for
MOST rows (20 × ROWS unless told).
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

import zhunsheng
from zhunsheng.compiler.columns import frames, sql
from zhunsheng.compiler.columns.plan import SOUND, Plan, needed, plan
from zhunsheng.runtime.facts import FactSpec, FactType
from zhunsheng.runtime.support import NA

ID = "miit-2017-103"
SAMPLE = 5_000
#: Rows of a row group, as polars writes them.
ROW_GROUP = 512**2
#: So many row groups are read ahead, the least with which polars is never waiting; more only take memory.
AHEAD = {"POLARS_ROW_GROUP_PREFETCH_SIZE": "2"}
ROUNDS = 3
#: What the others are measured against.
NAMES = {"read": "reading", "polars": "columns"}
GOALS = {"polars": 3.0, "duckdb": 3.0, "python": 60.0, "memory": 1.5}


def given(specs: tuple[FactSpec, ...], derived: set[str]) -> dict[str, int]:
    """Integer columns: percentages in whole per cent, everything else in whole units."""
    return {s.name: 2 * (s.type is FactType.PERCENT) for s in specs if s.name not in derived}


@cache
def made() -> Plan:
    """The plan for integer columns."""
    program = zhunsheng.load(ID).program
    found = plan(program, given(program.facts, {item.fact for item in program.derived}))
    assert isinstance(found, Plan)
    return found


def write(path: Path, rows: int) -> None:
    """Random complete rows, a million at a time."""
    import pyarrow.parquet as pq

    program = zhunsheng.load(ID).program
    specs = {spec.name: spec for spec in program.facts}
    names = needed(program, given(program.facts, {item.fact for item in program.derived}))
    writer = None
    for start in range(0, rows, 1_000_000):
        size = min(1_000_000, rows - start)
        columns = []
        for number, name in enumerate(names):
            spec = specs[name]
            seed = pl.int_range(size, eager=True).hash(seed=start + number)
            if spec.type.truth:
                columns.append((seed % 3 > 0).alias(name))
            else:
                high = (
                    int(spec.high * 10 ** (2 * (spec.type is FactType.PERCENT)))
                    if spec.high is not None
                    else 150
                )
                low = 1 if name in ("服务总支出", "年度服务企业", "上年度服务企业") else 0
                value = (seed % (high + 1 - low) + low).cast(pl.Int64)
                columns.append(value.alias(name))
            if spec.allows_na:
                # A fact that is 不适用 has no value; a row that says both would be turned down.
                absent = (seed % 11 == 0).alias(f"{name}不适用")
                columns[-1] = pl.select(pl.when(~absent).then(columns[-1]).alias(name)).to_series()
                columns.append(absent)
        frame = pl.DataFrame(columns)
        if "公益性服务支出" in frame.columns:
            spent = pl.min_horizontal("公益性服务支出", "服务总支出")
            frame = frame.with_columns(spent.alias("公益性服务支出"))
        table = frame.to_arrow()
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table, row_group_size=ROW_GROUP)
    assert writer is not None
    writer.close()


def read(path: Path) -> None:
    """Every value of every column."""
    pl.scan_parquet(path).select(pl.all().sum()).collect(engine="streaming")


def columns(path: Path) -> list[object]:
    """Total and tier of every row, added up."""
    scored = frames.score(pl.scan_parquet(path), made())
    sums = scored.select(
        pl.col("总分").cast(pl.Int64).sum(), pl.col("等级").cast(pl.Int64).sum(), pl.col(SOUND).sum()
    )
    return list(sums.collect(engine="streaming").row(0))


def duckdb(path: Path) -> list[object]:
    """The same through the generated SQL."""
    import duckdb as engine

    con = engine.connect()
    con.execute("SET threads = 2")
    inner = sql.select(made(), "facts", "duckdb", (), held=True)
    con.execute(f"CREATE VIEW facts AS SELECT * FROM read_parquet('{path}')")
    row = con.execute(
        f'SELECT sum("总分"), sum("等级"), count(*) FILTER (WHERE "可按列计算") FROM ({inner})'
    ).fetchone()
    assert row is not None
    return [int(value) for value in row]


def python(path: Path, rows: int = SAMPLE) -> tuple[float, float]:
    """Seconds a row, of the first rows of the same file, through the generated module; and of that the scoring function alone."""
    own = zhunsheng.load(ID)
    names = {name for spec in own.facts for name in (spec.name, f"{spec.name}不适用")}
    percent = [spec.name for spec in own.facts if spec.type is FactType.PERCENT]
    absent = [spec.name for spec in own.facts if spec.allows_na]
    begun = time.perf_counter()
    known: list[dict[str, Any]] = []
    for row in pl.read_parquet(path, n_rows=rows).iter_rows(named=True):
        facts: dict[str, Any] = {name: value for name, value in row.items() if name in names}
        for name in absent:
            if facts.pop(f"{name}不适用", False):
                facts[name] = NA
        for name in percent:
            if type(facts.get(name)) is int:
                facts[name] = Fraction(facts[name], 100)
        for name, (operands, work_out) in own.module.derived.items():
            facts[name] = work_out(*(Fraction(facts[operand]) for operand in operands))
        known.append(facts)
    read = time.perf_counter()
    for facts in known:
        own.module.score(facts)
    done = time.perf_counter()
    return (done - begun) / len(known), (done - read) / len(known)


def peak() -> float:
    """The most memory that this process has held, in MiB. (``ru_maxrss`` counts that of the process that started it.)"""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _job(name: str, path: Path) -> None:
    """One measurement: seconds, peak memory in MiB, and the sums."""
    if name != "read":
        made()
    begun = time.perf_counter()
    if name == "python":
        whole, alone = python(path)
        print(json.dumps({"seconds": whole, "alone": alone, "memory": 0, "sums": None}))
        return
    sums = {"read": read, "polars": columns, "duckdb": duckdb}[name](path)
    seconds = time.perf_counter() - begun
    print(json.dumps({"seconds": seconds, "memory": peak(), "sums": sums}))


def measured(name: str, path: Path, rounds: int = ROUNDS) -> dict[str, Any]:
    """The best of some runs, each in a process of its own."""
    runs = []
    for _ in range(rounds):
        command = [sys.executable, __file__, "--job", name, str(path)]
        done = subprocess.run(
            command, check=True, capture_output=True, text=True, env={**os.environ, **AHEAD}
        )
        runs.append(json.loads(done.stdout))
    best: dict[str, Any] = min(runs, key=lambda run: float(run["seconds"]))
    return best


def main(rows: int, most: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facts.parquet"
        write(path, rows)
        found = {name: measured(name, path) for name in ("read", "polars", "duckdb", "python")}
        assert found["polars"]["sums"] == found["duckdb"]["sums"], (
            found["polars"]["sums"],
            found["duckdb"]["sums"],
        )
        seconds = {name: float(run["seconds"]) for name, run in found.items()}
        sums = found["polars"]["sums"]
        print(
            f"{rows:,} rows, {sums[2]:,} of them complete; 2 threads, best of {ROUNDS} processes; standard compiled beforehand"
        )
        print(f"  read with polars:    {seconds['read']:.2f} s")
        seconds["python"] *= rows  # of one row
        for name, words, against, least in (
            ("polars", "columns in polars", "read", False),
            ("duckdb", "SQL in DuckDB", "polars", True),
            ("python", "Python in a loop over the rows of the file", "polars", True),
        ):
            ratio = seconds[name] / seconds[against]
            met = ratio >= GOALS[name] if least else ratio <= GOALS[name]
            print(
                f"  {words}: {seconds[name]:.2f} s, {ratio:.2f} × {NAMES[against]}"
                f" (goal {'≥' if least else '≤'} {GOALS[name]:g}: {'met' if met else 'missed'})"
            )
        alone = float(found["python"]["alone"]) * rows
        print(
            f"    of which the scoring function, facts at hand: {alone:.2f} s, {alone / seconds['polars']:.2f} × columns from the file"
        )
        if most > rows:
            small = float(found["polars"]["memory"])
            write(path, most)
            large = measured("polars", path, 1)
            ratio = float(large["memory"]) / small
            verdict = "met" if ratio < GOALS["memory"] else "missed"
            print(
                f"  {most:,} rows: {float(large['seconds']):.1f} s, peak memory {ratio:.2f} × that of {rows:,} (goal < {GOALS['memory']}: {verdict})"
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--job"]:
        _job(sys.argv[2], Path(sys.argv[3]))
    else:
        count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
        main(count, int(sys.argv[2]) if len(sys.argv) > 2 else 20 * count)
