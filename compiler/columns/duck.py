"""DuckDB, embedded: the generated SQL over frames in memory."""

import polars as pl

from zhunsheng.compiler.columns import sql
from zhunsheng.compiler.columns.plan import SOUND, Plan

#: No fact has such a name.
_ROW = "\x01行"


def score(frame: pl.DataFrame, made: Plan, *, clauses: bool = False) -> pl.DataFrame:
    """The results of a frame whose numbers are whole ones in the scales of the plan, in the order of its rows; with
    `clauses` what each clause gives too."""
    import duckdb

    con = duckdb.connect()
    try:
        con.register("facts", _with_flags(frame, made).with_row_index(_ROW).to_arrow())
        words = sql.select(made, "facts", "duckdb", (_ROW,), held=True, clauses=clauses)
        found = con.sql(words).to_arrow_table()
    finally:
        con.close()
    queried = pl.DataFrame(found)
    return queried.sort(_ROW).drop(_ROW).with_columns(pl.col(SOUND).fill_null(False))


def _with_flags(frame: pl.DataFrame, made: Plan) -> pl.DataFrame:
    """The frame with a column …不适用 beside every fact that may be that."""
    wanted = [f"{own.fact}不适用" for own in made.inputs if own.na is not None]
    return frame.with_columns(pl.lit(False).alias(name) for name in wanted if name not in frame.columns)
