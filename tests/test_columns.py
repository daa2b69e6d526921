"""Columns and SQL agree with the generated Python on many applicants, and that with the naive evaluator on some of them."""

from fractions import Fraction
from typing import Any

import duckdb
import naive
import polars as pl
import pytest
from compiled import case_programs, closed_standards, standard
from differential import second_reading
from tables import Row, applicants, given, table

from zhunsheng.compiler.columns import frames, sql
from zhunsheng.compiler.columns.plan import SOUND, Plan, Refused, plan
from zhunsheng.compiler.columns.support import Construct
from zhunsheng.compiler.engine.engine import prepare
from zhunsheng.library import Standard
from zhunsheng.runtime.facts import Entry, FactSheet, Value
from zhunsheng.runtime.support import NA

STANDARDS = closed_standards()
#: What columns cannot work out, by the standard it stands in.
REFUSED = {"shanghai-store-points": Construct.STREAKS}
#: Applicants of each standard that have a score in columns, and the parts of the work, so that several processes (pytest
#: -n) share it. Of those drawn, many divide by zero or have a derived fact out of its range; more are drawn for them.
ROWS, SHARES, DRAWN = 10_000, 2, 5_000


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("id", STANDARDS)
def test_back_ends_agree(id: str, share: int) -> None:
    """polars, DuckDB, the generated Python and the naive evaluator give the same, to the last digit."""
    own = standard(id)
    made = plan(own.program, given(own.program))
    if id in REFUSED:
        assert isinstance(made, Refused)
        assert made.construct == REFUSED[id]
        return
    assert isinstance(made, Plan)
    compared, seed = 0, 20261122 + share
    while compared < ROWS // SHARES:
        rows = applicants(own.program, seed, DRAWN)
        seed += SHARES
        frame = table(own.program, rows)
        scored = frames.score(frame.lazy(), made).collect()
        _same(scored, _duckdb(frame, made), made)
        assert scored[SOUND].sum() > DRAWN / 4
        for row, found in zip(rows, scored.iter_rows(named=True), strict=True):
            if found[SOUND]:
                expected = _expected(own, row)
                assert _result(own, made, found) == expected, row
                _naive(id, own, row, expected)
                compared += 1


def _same(scored: pl.DataFrame, queried: pl.DataFrame, made: Plan) -> None:
    """Two back ends give the same wherever they give a result, which is in the same rows."""
    assert scored[SOUND].to_list() == queried[SOUND].to_list()
    numbers = [pl.col(name).cast(pl.Int64) for name, _ in made.numbers]
    columns = [*numbers, *(pl.col(name) for name, _ in made.truths)]
    first, second = (found.filter(pl.col(SOUND)).select(columns) for found in (scored, queried))
    assert first.equals(second), [name for name in first.columns if not first[name].equals(second[name])]


def _duckdb(frame: pl.DataFrame, made: Plan) -> pl.DataFrame:
    """The same rows through the generated SQL."""
    con = duckdb.connect()
    con.register("facts", frame.with_row_index("行").to_arrow())
    result = con.sql(sql.select(made, "facts", "duckdb", ("行",))).to_arrow_table()
    queried = pl.DataFrame(result)
    return queried.sort("行")


#: Total, tier, scores of the leaves, requirements.
Result = tuple[Fraction, str | None, list[Fraction], list[bool]]


def _expected(own: Standard, row: Row) -> Result:
    """What the generated Python gives."""
    scoring = prepare(own.program, own.module, FactSheet({name: Entry(value) for name, value in row.items()}))
    assert not scoring.derivation.faults
    total, tier, scores = (
        own.module.score(scoring.known) if own.program.scored or own.program.graded else (0, None, ())
    )
    met = own.module.requirements(scoring.derivation.values)
    return own.module.total(total), tier, [own.module.points(score) for score in scores], list(met.values())


def _result(own: Standard, made: Plan, row: dict[str, Any]) -> Result:
    """What a back end gives for one row."""
    program, level = own.program, row["等级"]
    tier = program.tiers[level].name if 0 <= level < len(program.tiers) else None
    return (
        Fraction(row["总分"], made.total_scale),
        tier,
        [Fraction(row[f"指标 {id}"], made.point_scale) for id, _ in made.scores],
        [row[f"条件 {item.id}"] for item in program.requirements],
    )


def _as_naive(value: Value) -> naive.Value:
    """A value as the naive evaluator takes it."""
    if value is NA:
        return "不适用"
    return Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _naive(id: str, own: Standard, row: Row, expected: Result) -> None:
    """The naive evaluator gives the same."""
    outcome = naive.evaluate(second_reading(id), {name: _as_naive(value) for name, value in row.items()})
    assert list(outcome.requirements.values()) == expected[3], row
    if own.program.scored or own.program.graded:
        assert outcome.tier == expected[1], row
    if own.program.scored:
        assert (outcome.total, list(outcome.leaves.values())) == (expected[0], expected[2]), row


CASE_ROWS = 60


def test_every_construct_of_the_cases() -> None:
    """Every good case is worked out in columns and SQL as in Python, or refused by a construct's name."""
    refused: dict[str, str] = {}
    compared = 0
    for name, own in case_programs():
        made = plan(own.program, given(own.program))
        if isinstance(made, Refused):
            refused[name] = made.construct
            continue
        rows = applicants(own.program, 11, CASE_ROWS)
        frame = table(own.program, rows) if rows[0] else pl.DataFrame({"无": [0] * CASE_ROWS})
        scored = frames.score(frame.lazy(), made).collect()
        _same(scored, _duckdb(frame, made), made)
        for row, found in zip(rows, scored.iter_rows(named=True), strict=True):
            if found[SOUND]:
                assert _result(own, made, found) == _expected(own, row), (name, row)
                compared += 1
    assert set(refused.values()) <= {item.value for item in Construct}, refused
    assert compared > 5_000
