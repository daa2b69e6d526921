"""The generated SQL on Apache Spark and PostgreSQL gives what the columns give. Each is skipped where it cannot be had, with the reason."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from compiled import closed_standards, standard
from tables import applicants, given, table

from zhunsheng.compiler.columns import frames, sql
from zhunsheng.compiler.columns.plan import SOUND, Plan, plan

STANDARDS = closed_standards()
ROWS = 1_000


def _sample(id: str) -> tuple[Plan, pl.DataFrame, list[dict[str, Any]]]:
    """A plan, a table of applicants, and the results of the columns that the rows with a result have."""
    program = standard(id).program
    made = plan(program, given(program))
    if not isinstance(made, Plan):
        pytest.skip(f"columns refuse this standard: {made.construct}")
    frame = table(program, applicants(program, 3, ROWS)).with_row_index("行")
    scored = frames.score(frame.lazy(), made).collect()
    names = [
        "行",
        SOUND,
        "总分",
        "等级",
        *(f"指标 {i}" for i, _ in made.scores),
        *(f"条件 {i}" for i, _ in made.requirements),
    ]
    rows = scored.select(names).to_dicts()
    return made, frame, [row if row[SOUND] else {"行": row["行"], SOUND: False} for row in rows]


def _same(found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    found = sorted(found, key=lambda row: int(row["行"]))
    assert len(found) == len(expected)
    assert any(row[SOUND] for row in expected)
    for row, wanted in zip(found, expected, strict=True):
        assert {name: row[name] for name in wanted} == wanted


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A local Spark session."""
    session = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("there is no Java for Spark")
    builder = session.SparkSession.builder.master("local[2]").appName("zhunsheng")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    made = builder.getOrCreate()
    made.sparkContext.setLogLevel("ERROR")
    yield made
    made.stop()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("id", STANDARDS)
def test_spark(id: str, spark: Any, tmp_path: Path) -> None:
    """Spark, local."""
    made, frame, expected = _sample(id)
    frame.write_parquet(tmp_path / "facts.parquet")
    spark.read.parquet(str(tmp_path / "facts.parquet")).createOrReplaceTempView("facts")
    found = spark.sql(sql.select(made, "facts", "spark", ("行",))).collect()
    _same([row.asDict() for row in found], expected)


@pytest.fixture(scope="module")
def postgres() -> Iterator[list[str]]:
    """A PostgreSQL server of our own on a socket in a private folder; how psql is called for it."""
    programs = (
        sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").is_dir() else []
    )
    if not programs or shutil.which("psql") is None:
        pytest.skip("there is no PostgreSQL server (apt-get install postgresql)")
    if os.geteuid() == 0 and shutil.which("runuser") is None:
        pytest.skip("PostgreSQL does not run as root, and there is no runuser on the PATH (is /sbin on it?)")
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    prefix = ["runuser", "-u", user, "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="zhunsheng-pg"))
    if prefix:
        shutil.chown(folder, user)
    bin = programs[-1]
    settings = f"-k {folder} -c listen_addresses='' -c fsync=off"
    begun = subprocess.run(
        [*prefix, str(bin / "initdb"), "-D", str(folder / "data"), "-E", "UTF8", "--locale=C", "-A", "trust"],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    if begun.returncode:
        shutil.rmtree(folder)
        pytest.skip(f"PostgreSQL cannot be set up here: {begun.stderr.strip()[-200:]}")
    log = str(folder / "log")
    subprocess.run(
        [*prefix, str(bin / "pg_ctl"), "-D", str(folder / "data"), "-l", log, "-o", settings, "-w", "start"],
        check=True,
        capture_output=True,
        cwd="/",
    )
    try:
        yield [*prefix, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(folder), "-d", "postgres"]
    finally:
        subprocess.run(
            [*prefix, str(bin / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop"],
            check=False,
            capture_output=True,
            cwd="/",
        )
        shutil.rmtree(folder, ignore_errors=True)


def _column(name: str, kind: Any) -> str:
    if kind == pl.Boolean:
        word = "boolean"
    elif isinstance(kind, pl.Decimal):
        word = f"numeric(38,{kind.scale})"
    else:
        word = {pl.String: "text", pl.Date: "date"}.get(kind, "bigint")
    return '"' + sql.short_name(name).replace('"', '""') + f'" {word}'


@pytest.mark.parametrize("id", STANDARDS)
def test_postgres(id: str, postgres: list[str]) -> None:
    """PostgreSQL."""
    made, frame, expected = _sample(id)
    columns = ", ".join(_column(name, kind) for name, kind in frame.schema.items())
    statement = sql.select(made, "facts", "postgres", ("行",)).strip()
    script = f"DROP TABLE IF EXISTS facts;\nCREATE TABLE facts ({columns});\nCOPY facts FROM STDIN (FORMAT csv);\n{frame.write_csv(include_header=False)}\\.\n"
    script += f"CREATE TEMP TABLE found AS {statement};\nCOPY found TO STDOUT (FORMAT csv, HEADER);\n"
    done = subprocess.run(postgres, input=script, capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, done.stderr[-2000:]
    found = pl.read_csv(done.stdout.encode(), infer_schema=False)
    truths = [name for name in found.columns if name == SOUND or name.startswith("条件 ")]
    numbers = ["行", "总分", "等级", *(f"指标 {i}" for i, _ in made.scores)]
    typed = found.with_columns(
        *(pl.col(name).replace_strict({"t": True, "f": False}, return_dtype=pl.Boolean) for name in truths),
        *(pl.col(name).cast(pl.Int64) for name in numbers),
    )
    _same(typed.to_dicts(), expected)
