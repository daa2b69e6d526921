"""Facts over all that are scored together: worked by hand; `test_naive_cohort` compares each with each."""

from collections.abc import Sequence
from fractions import Fraction

import polars as pl
import pytest
from cohort_standings import Row, worked
from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.compiler.cohort.compared import Inexact, Standing
from zhunsheng.compiler.cohort.order import has_key, have_keys, key_of, keys
from zhunsheng.runtime.facts import Cohort, FactSpec, FactType


def of(cohort: Cohort, *values: int | None, classes: list[str | None] | None = None) -> list[Fraction | None]:
    """The facts of some subjects with one number each."""
    names: Sequence[str | None] = classes or [""] * len(values)
    rows = [(name, (None if v is None else Fraction(v),)) for name, v in zip(names, values, strict=True)]
    return [standing.value for standing in worked(cohort, rows)]


def ends(cohort: Cohort, *values: int | None, spec: FactSpec | None = None) -> list[tuple[int, int]]:
    """The ends of the places of some subjects."""
    rows: list[Row] = [("", (None if value is None else Fraction(value),)) for value in values]
    return [(int(s.low or 0), int(s.high or 0)) for s in worked(cohort, rows, spec)]


def test_equal_values_share_a_place_and_the_next_is_left_out() -> None:
    """30, 20, 20, 10: places 1, 2, 2, 4; counted from the last 4, 2, 2, 1."""
    assert of(Cohort("rank", "甲"), 20, 30, 10, 20) == [2, 1, 4, 2]
    assert of(Cohort("last", "甲"), 20, 30, 10, 20) == [2, 4, 1, 2]


def test_places_may_run_on_behind_equal_values() -> None:
    """连号: 30, 20, 20, 10 are 1, 2, 2, 3."""
    assert of(Cohort("rank", "甲", ties="连号"), 20, 30, 10, 20) == [2, 1, 3, 2]
    assert of(Cohort("last", "甲", ties="连号"), 20, 30, 10, 20) == [2, 3, 1, 2]


def test_the_smallest_can_be_first() -> None:
    """Complaints: 0 is first."""
    assert of(Cohort("rank", "投诉", larger_first=False), 3, 0, 1) == [3, 1, 2]
    assert of(Cohort("last", "投诉", larger_first=False), 3, 0, 1) == [1, 3, 2]


def test_one_alone_is_first_and_last() -> None:
    """A cohort of one: first, last, its own mean; nothing is left of a mean without the ends."""
    assert of(Cohort("rank", "甲"), 5) == of(Cohort("last", "甲"), 5) == [1]
    assert of(Cohort("mean", "甲"), 5) == [5]
    assert of(Cohort("size", "甲"), 5) == [1]
    assert of(Cohort("trimmed", "甲", trim=1), 5) == [None]


def test_nobody_at_all() -> None:
    """An empty table has no facts, and no fault."""
    for kind in ("rank", "mean", "size", "max"):
        assert worked(Cohort(kind, "甲"), []) == []


def test_the_unknown_may_be_anywhere() -> None:
    """7, 6, 5 and one unknown: it is 1st to 4th, each of the others may be one place further down."""
    assert ends(Cohort("rank", "甲"), 5, None, 7, 6) == [(3, 4), (1, 4), (1, 2), (2, 3)]
    assert ends(Cohort("last", "甲"), 5, None, 7, 6) == [(1, 2), (1, 4), (3, 4), (2, 3)]


def test_the_unknown_cannot_pass_the_end_of_its_range() -> None:
    """Of percentages up to 100% nobody stands before 100%; of counts nobody comes before 0 where fewer is better."""
    spec = FactSpec("甲", FactType.QUANTITY, high=Fraction(7))
    assert ends(Cohort("rank", "甲"), 5, None, 7, 6, spec=spec) == [(3, 4), (1, 4), (1, 1), (2, 3)]
    count = FactSpec("甲", FactType.COUNT)
    assert ends(Cohort("rank", "甲", larger_first=False), 0, None, spec=count) == [(1, 1), (1, 2)]


def test_means_with_an_unknown_are_open() -> None:
    """The largest is at least the largest known; how many there are is known all the same."""
    assert of(Cohort("mean", "甲"), 1, None, 3) == [None] * 3
    assert worked(Cohort("max", "甲"), [("", (Fraction(1),)), ("", (None,))])[0] == Standing(
        None, Fraction(1), None
    )
    assert of(Cohort("size", "甲"), 1, None, 3) == [3, 3, 3]
    maybe = FactSpec("甲", FactType.QUANTITY, allows_na=True)
    assert worked(Cohort("size", "甲"), [("", (Fraction(1),)), ("", (None,))], maybe)[0] == Standing(
        None, Fraction(1), Fraction(2)
    )


def test_classes_are_ranked_apart_and_an_unknown_class_may_be_any() -> None:
    """Two in 皖北, two in 皖南; the fifth, of a class nobody knows, may stand before all of either."""
    classes = ["皖北", "皖南", "皖北", "皖南"]
    assert of(Cohort("rank", "甲", "地区"), 1, 2, 3, 4, classes=list(classes)) == [2, 2, 1, 1]
    assert of(Cohort("mean", "甲", "地区"), 1, 2, 3, 4, classes=list(classes)) == [2, 3, 2, 3]
    rows: list[Row] = [
        (name, (Fraction(n),)) for name, n in zip([*classes, None], [1, 2, 3, 4, 3], strict=True)
    ]
    found = [(int(s.low or 0), int(s.high or 0)) for s in worked(Cohort("rank", "甲", "地区"), rows)]
    assert found == [(2, 3), (2, 3), (1, 1), (1, 1), (1, 5)]


def test_a_second_number_decides_between_equals() -> None:
    """20 twice: the one with more comes first; where that is not known, either may."""
    cohort = Cohort("rank", "甲", then=(("乙", True),))
    rows: list[Row] = [("", (Fraction(a), Fraction(b))) for a, b in ((20, 1), (30, 0), (20, 5), (20, 1))]
    assert [s.value for s in worked(cohort, rows)] == [3, 1, 2, 3]
    rows[2] = ("", (Fraction(20), None))
    assert [(int(s.low or 0), int(s.high or 0)) for s in worked(cohort, rows)] == [
        (2, 3),
        (1, 1),
        (2, 4),
        (2, 3),
    ]


def test_what_is_behind_a_missing_number_decides_nothing() -> None:
    """20, 5 and an unknown number, and 20, an unknown number and 9: either may come first."""
    cohort = Cohort("rank", "甲", then=(("乙", True), ("丙", True)))
    own: list[tuple[int | None, ...]] = [(20, 5, None), (20, None, 9), (20, 5, 1), (30, None, None)]
    rows: list[Row] = [("", tuple(None if n is None else Fraction(n) for n in numbers)) for numbers in own]
    found = [(int(s.low or 0), int(s.high or 0)) for s in worked(cohort, rows)]
    assert found == [(2, 4), (2, 4), (2, 4), (1, 1)]


def test_means_are_exact_and_the_trimmed_one_leaves_out_both_ends() -> None:
    """(1 + 2 + 2) ÷ 3 is 5/3; of 1, 2, 4, 9 without 1 and 9 it is 3; of two nothing is left."""
    assert of(Cohort("mean", "甲"), 1, 2, 2) == [Fraction(5, 3)] * 3
    assert of(Cohort("trimmed", "甲", trim=1), 9, 1, 4, 2) == [3] * 4
    assert of(Cohort("trimmed", "甲", trim=1), 9, 9, 9, 2) == [9] * 4
    assert of(Cohort("trimmed", "甲", trim=1), 9, 1) == [None, None]


def test_a_mean_of_too_many_denominators_is_refused() -> None:
    """No fraction of a million digits, and no rounding in its place."""
    rows: list[Row] = [("", (Fraction(1, n),)) for n in range(1, 8000)]
    with pytest.raises(Inexact):
        worked(Cohort("mean", "甲"), rows, pieces=8000)


# -- keys


@given(st.lists(st.fractions(max_denominator=2**40, min_value=-(2**20), max_value=2**20), min_size=1))
def test_keys_are_the_same_for_equal_numbers_and_rise_as_they_do(values: list[Fraction]) -> None:
    """In columns as in Python, for fractions that are not in lowest terms too."""
    assert all(map(has_key, values))
    frame = pl.DataFrame(
        {"a": [v.numerator * 3 for v in values], "b": [v.denominator * 3 for v in values]},
        schema={"a": pl.Int64, "b": pl.Int64},
    ).filter(pl.col("b") <= 2**40)
    own = [v for v in values if v.denominator * 3 <= 2**40]
    assert frame.select(have_keys(pl.col("a"), pl.col("b")).all()).item() is True
    assert frame.select(keys(pl.col("a"), pl.col("b"))).to_series().to_list() == [key_of(v) for v in own]
    ordered = sorted(set(values))
    assert sorted({key_of(v) for v in values}) == [key_of(v) for v in ordered]
