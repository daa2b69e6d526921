"""Facts over all that are scored together, worked by hand and by their laws."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.compiler.cohort import standings
from zhunsheng.runtime.facts import Cohort, CohortKind

NUMBERS = st.fractions(min_value=-100, max_value=100, max_denominator=6)


def of(cohort: Cohort, *values: int | None, classes: list[str | None] | None = None) -> list[Fraction | None]:
    """The facts of some subjects."""
    own = [None if value is None else Fraction(value) for value in values]
    return [standing.value for standing in standings(cohort, own, classes)]


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


def test_the_unknown_has_no_place_and_the_others_are_ranked_without_it() -> None:
    """Of four subjects three are known, so three are counted."""
    found = standings(Cohort("rank", "甲"), [Fraction(5), None, Fraction(7), Fraction(6)])

    assert [standing.value for standing in found] == [3, None, 1, 2]
    assert {standing.counted for standing in found} == {3}


def test_classes_are_ranked_apart_and_an_unknown_class_is_none() -> None:
    """Two in 皖北, two in 皖南, one nobody knows where."""
    classes = ["皖北", "皖南", "皖北", "皖南", None]

    assert of(Cohort("rank", "甲", "地区"), 1, 2, 3, 4, 5, classes=classes) == [2, 2, 1, 1, None]
    assert of(Cohort("mean", "甲", "地区"), 1, 2, 3, 4, 5, classes=classes) == [2, 3, 2, 3, None]
    assert of(Cohort("size", "甲", "地区"), 1, 2, 3, 4, 5, classes=classes) == [2, 2, 2, 2, None]


def test_means_are_exact_and_the_trimmed_one_leaves_out_both_ends() -> None:
    """(1 + 2 + 2) ÷ 3 is 5/3; of 1, 2, 4, 9 without 1 and 9 it is 3; of two nothing is left."""
    assert of(Cohort("mean", "甲"), 1, 2, 2) == [Fraction(5, 3)] * 3
    assert of(Cohort("trimmed", "甲", trim=1), 9, 1, 4, 2) == [3] * 4
    assert of(Cohort("trimmed", "甲", trim=1), 9, 1) == [None, None]


def test_the_largest_and_the_smallest() -> None:
    """Of the known values."""
    assert of(Cohort("max", "甲"), 3, None, 8) == [8, None, 8]
    assert of(Cohort("min", "甲"), 3, None, 8) == [3, None, 3]


@given(st.lists(NUMBERS, unique=True))
def test_places_without_equal_values_are_a_permutation(values: list[Fraction]) -> None:
    """Each place from 1 on once, and the place from the last is its mirror image."""
    first = [standing.value for standing in standings(Cohort("rank", "甲"), values)]
    last = [standing.value for standing in standings(Cohort("last", "甲"), values)]

    assert sorted(int(place) for place in first if place is not None) == list(range(1, len(values) + 1))
    assert [a + b for a, b in zip(first, last, strict=True) if a and b] == [len(values) + 1] * len(values)


@given(st.lists(NUMBERS, min_size=1), st.integers(0, 2))
def test_a_mean_lies_between_the_smallest_and_the_largest(values: list[Fraction], trim: int) -> None:
    """The trimmed one too."""
    cohort = Cohort("trimmed" if trim else "mean", "甲", trim=trim)
    for standing in standings(cohort, values):
        assert (standing.value is None) == (len(values) <= 2 * trim)
        assert standing.value is None or min(values) <= standing.value <= max(values)


@given(
    st.permutations(range(6)),
    st.lists(st.one_of(st.none(), NUMBERS), min_size=6, max_size=6),
    st.sampled_from(["rank", "last", "mean", "max", "min", "size"]),
)
def test_the_order_of_subjects_is_nothing(
    order: list[int], values: list[Fraction | None], kind: CohortKind
) -> None:
    """Each subject keeps its fact wherever it stands."""
    cohort = Cohort(kind, "甲")
    plain, moved = standings(cohort, values), standings(cohort, [values[n] for n in order])

    assert list(moved) == [plain[n] for n in order]
