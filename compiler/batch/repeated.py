"""Subjects that come more than once in the results. DuckDB counts them on disk, so memory does not grow with the rows."""

from pathlib import Path

#: So many are named.
MOST = 5
_READERS = {
    ".parquet": "read_parquet(?)",
    ".csv": "read_csv(?, all_varchar = true, header = true)",
    ".jsonl": "read_json(?, format = 'newline_delimited')",
}


def repeated(output: Path, key: str) -> list[tuple[str, int]]:
    """Texts of a key column that stand in more than one row, the most frequent first, with how often."""
    reader = _READERS.get(output.suffix.lower())
    if reader is None:
        return []
    import duckdb
    from sqlglot import exp

    name = exp.column(exp.to_identifier(key, quoted=True)).sql(dialect="duckdb")
    con = duckdb.connect()
    try:
        rows = con.execute(
            f"SELECT CAST({name} AS VARCHAR) AS k, count(*) AS n FROM {reader} WHERE k <> '' GROUP BY k"
            f" HAVING n > 1 ORDER BY n DESC, k LIMIT {MOST + 1}",
            [str(output)],
        ).fetchall()
    finally:
        con.close()
    return [(str(text), int(count)) for text, count in rows]
