"""Facts over all that are scored together: worked by hand, by their laws, and against a plain comparison of each with each."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

import polars as pl
import pytest
from cohort_standings import Row, worked
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunsheng.compiler.cohort.compared import Inexact, Standing
from zhunsheng.compiler.cohort.order import has_key, have_keys, key_of, keys
from zhunsheng.runtime.facts import Cohort, CohortKind, FactSpec, FactType

NUMBERS = st.fractions(min_value=-3, max_value=3, max_denominator=2)


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


# -- each with each


def plain(cohort: Cohort, rows: Sequence[Row], spec: FactSpec) -> list[Standing]:
    """The same by comparing each with each, as the page on semantics says."""
    return [_plain(cohort, rows, number, spec) for number in range(len(rows))]


def _plain(cohort: Cohort, rows: Sequence[Row], me: int, spec: FactSpec) -> Standing:
    name, mine = rows[me]
    others = [row for number, row in enumerate(rows) if number != me]
    peers = [own for own in rows if own[0] == name is not None and own[1][0] is not None]
    maybe = [own for own in rows if own[0] in (name, None) and own not in peers]
    if cohort.kind not in ("rank", "last"):
        return _plain_common(
            cohort, [own[1][0] for own in peers if own[1][0] is not None], maybe, name, rows, spec
        )
    most = len(peers) + len(maybe) if name is not None else len(rows)
    if name is None or mine[0] is None:
        return _standing(1, most)
    directions = [d == (cohort.kind == "rank") for d in (cohort.larger_first, *(d for _, d in cohort.then))]
    surely = [row for row in others if row[0] == name and _ahead(row[1], mine, directions) is True]
    possibly = [
        row for row in others
        if row[0] in (name, None) and row not in surely and _may(row, mine, directions, spec, name)
    ]  # fmt: skip
    if cohort.ties == "连号":
        if None in mine:
            return _standing(1, most)
        low = 1 + len({row[1] for row in surely if None not in row[1]})
        partial = [row for row in surely if None in row[1]]
        return _standing(low, min(low + len(partial) + len(possibly), most))
    return _standing(1 + len(surely), min(1 + len(surely) + len(possibly), most))


def _standing(low: int, high: int) -> Standing:
    return Standing(Fraction(low) if low == high else None, Fraction(low), Fraction(high))


def _ahead(
    one: Sequence[Fraction | None], other: Sequence[Fraction | None], falling: list[bool]
) -> bool | None:
    """Whether some numbers stand before others; None where that is not known."""
    for a, b, down in zip(one, other, falling, strict=True):
        if a is None or b is None:
            return None
        if a != b:
            return (a > b) == down
    return False


def _may(row: Row, mine: Sequence[Fraction | None], falling: list[bool], spec: FactSpec, name: str) -> bool:
    if row[1][0] is None:
        end = spec.high if falling[0] else spec.low
        return len(falling) > 1 or end is None or mine[0] != end
    return _ahead(row[1], mine, falling) is not False and (
        row[0] is None or _ahead(row[1], mine, falling) is None
    )


def _plain_common(
    cohort: Cohort,
    known: list[Fraction],
    maybe: Sequence[Row],
    name: str | None,
    rows: Sequence[Row],
    spec: FactSpec,
) -> Standing:
    if name is None:
        known, maybe = [], rows
    if cohort.kind == "size":
        sure = 0 if spec.allows_na or name is None else sum(row[0] == name for row in maybe)
        low, high = Fraction(len(known) + sure), Fraction(len(known) + len(maybe))
        return Standing(low if low == high else None, low, high)
    ordered = sorted(known)
    low_end = max(known, default=spec.low) if cohort.kind == "max" else spec.low
    high_end = min(known, default=spec.high) if cohort.kind == "min" else spec.high
    value = None
    if not maybe:
        kept = ordered[cohort.trim : len(ordered) - cohort.trim]
        value = {"max": max(known, default=None), "min": min(known, default=None)}.get(
            cohort.kind, sum(kept, Fraction(0)) / len(kept) if len(ordered) > 2 * cohort.trim else None
        )
    return Standing(value, low_end, high_end)


SUBJECTS = st.lists(
    st.tuples(st.sampled_from(["东", "西", None]), st.tuples(st.none() | NUMBERS, st.none() | NUMBERS)),
    max_size=9,
)
KINDS: tuple[CohortKind, ...] = ("rank", "last", "size", "mean", "trimmed", "max", "min")


@settings(max_examples=200, deadline=None)
@given(
    SUBJECTS,
    st.sampled_from(KINDS),
    st.booleans(),
    st.sampled_from([None, True, False]),
    st.booleans(),
    st.booleans(),
)
def test_each_with_each(
    rows: list[Row], kind: CohortKind, larger: bool, second: bool | None, dense: bool, bounded: bool
) -> None:
    """Random cohorts with classes, ties, numbers that decide between equals, unknown numbers and unknown classes."""
    place = kind in ("rank", "last")
    then = (("乙", second),) if second is not None and place else ()
    cohort = Cohort(kind, "甲", "区", larger, "连号" if dense else "跳号", int(kind == "trimmed"), then)
    rows = [(name, numbers[: 1 + len(then)]) for name, numbers in rows]
    ends = (Fraction(-3), Fraction(3)) if bounded else (None, None)
    spec = FactSpec("甲", FactType.QUANTITY, low=ends[0], high=ends[1], allows_na=not bounded)

    assert worked(cohort, rows, spec, pieces=2) == plain(cohort, rows, spec)


@settings(max_examples=25, deadline=None)
@given(SUBJECTS.filter(lambda rows: sum(n is None for _, (n, _) in rows) == 2), st.booleans(), st.booleans())
def test_no_completion_gives_another_place(rows: list[Row], larger: bool, dense: bool) -> None:
    """Whatever the unknown numbers are, every place lies within its ends; and both ends are reached where equal
    numbers leave places out."""
    cohort = Cohort("rank", "甲", "", larger, "连号" if dense else "跳号")
    known: list[Row] = [("", (numbers[0],)) for _, numbers in rows]
    found = worked(cohort, known)
    options = [[n] if n is not None else [Fraction(v, 2) for v in range(-7, 8, 2)] for _, (n,) in known]
    reached: list[set[Fraction]] = [set() for _ in known]
    for completion in product(*options):
        for number, standing in enumerate(worked(cohort, [("", (n,)) for n in completion], pieces=20)):
            assert standing.value is not None
            reached[number].add(standing.value)
    for standing, places in zip(found, reached, strict=True):
        assert standing.low is not None and standing.high is not None
        assert all(standing.low <= place <= standing.high for place in places)
        assert dense or {standing.low, standing.high} <= places


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
