"""Subjects that come more than once in the results. DuckDB counts them on disk, so memory does not grow with the rows."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

#: So many are named.
MOST = 5
#: The name under which the column that is counted is read, whatever the table calls it.
_KEY = "\x01键"


def repeated(output: Path, keys: Sequence[str], key: str) -> list[tuple[str, int]]:
    """Texts of one of the key columns, which are the first ones, that stand in more than one row of a table of results,
    the most frequent first, with how often."""
    import duckdb

    reader, given = _reader(output, keys, key)
    con = duckdb.connect()
    try:
        rows = con.execute(
            f'WITH found AS (SELECT "{_KEY}" AS own FROM {reader})'
            " SELECT own, count(*) AS times FROM found WHERE own <> '' GROUP BY own"
            f" HAVING times > 1 ORDER BY times DESC, own LIMIT {MOST + 1}",
            [str(output), *given],
        ).fetchall()
    finally:
        con.close()
    return [(str(text), int(count)) for text, count in rows]


def _reader(output: Path, keys: Sequence[str], key: str) -> tuple[str, list[Any]]:
    """What reads the column in SQL, and what is handed over beside the file. Nothing is left to guesses from the first
    rows: they say nothing of the others."""
    names = [f"\x01{place}" if name != key else _KEY for place, name in enumerate(keys)]
    match output.suffix.lower():
        case ".csv":
            dialect = "delim = ',', quote = '\"', escape = '\"', comment = ''"
            return f"read_csv(?, all_varchar = true, header = true, {dialect}, names = ?)", [names]
        case ".jsonl":
            own = "read_json(?, format = 'newline_delimited', columns = ?)"
            return f'(SELECT COLUMNS(*) AS "{_KEY}" FROM {own})', [{key: "VARCHAR"}]
        case _:
            at = ", ".join(f'"{name}"' for name in names)
            return f"(SELECT * FROM read_parquet(?)) AS results({at})", []
