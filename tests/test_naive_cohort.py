"""Facts over the cohort: the compiler's one sort and the naive comparison of each subject with every other agree."""

import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import prod
from typing import get_args

import pytest
from cohort_standings import worked
from naive_model import Together
from naive_standings import Ends, Number, Subject, standing

from zhunsheng.runtime.facts import Cohort, CohortKind, FactSpec, FactType, Ties

#: Random cohorts of each kind.
COHORTS = 80
#: The most completions that are tried of a cohort.
MOST = 500
CLASSES: list[list[str | None]] = [[""], ["甲", "乙", "丙"], ["甲", "乙", None]]


def _subjects(rng: random.Random, classes: list[str | None], keys: int) -> list[Subject]:
    """Few or many subjects, often with equal numbers; now and then some are not known."""
    numbers: list[Number] = [
        Fraction(rng.randint(-9, 9), rng.choice([1, 2, 3, 7])) for _ in range(rng.choice([1, 3, 30]))
    ]
    numbers += [None] * rng.choice([0, 0, 1, len(numbers)])
    count = rng.choice([0, 1, 2, 3, 5, 8, 13, 40])
    return [
        Subject(rng.choice(classes), rng.choice(numbers), tuple(rng.choice(numbers) for _ in range(keys)))
        for _ in range(count)
    ]


@pytest.mark.parametrize("kind", get_args(CohortKind))
def test_the_same_by_comparing_each_with_every_other(kind: CohortKind) -> None:
    """Classes, directions, numbers that decide between equals, unknown numbers and classes, ranges with and without ends."""
    rng = random.Random(f"准绳 {kind}")
    open_ends = 0
    for _ in range(COHORTS):
        classes = rng.choice(CLASSES)
        larger, ties = rng.random() < 0.5, rng.choice(get_args(Ties))
        then = tuple((f"乙{n}", rng.random() < 0.5) for n in range(rng.choice([0, 0, 1, 2])))
        then = then if kind in ("rank", "last") else ()
        trim = rng.randint(1, 3) if kind == "trimmed" else 0
        subjects = _subjects(rng, classes, len(then))
        reach = rng.choice([Ends(None, None), Ends(Fraction(-9), Fraction(9)), Ends(Fraction(-9), None)])
        allows_na = rng.random() < 0.3
        spec = FactSpec("甲", FactType.QUANTITY, low=reach.low, high=reach.high, allows_na=allows_na)
        within = "" if classes == [""] else "类"
        cohort = Cohort(kind, "甲", within, larger, ties, trim, then)
        rows = [(one.of, (_plain(one), *one.then)) for one in subjects]
        together = Together(kind, "甲", within, larger, ties, trim, then)
        for n, theirs in enumerate(worked(cohort, rows, spec)):
            mine = standing(together, n, subjects, reach, allows_na=allows_na)
            ends = Ends(theirs.low, theirs.high)
            found = ends if theirs.value is None else Ends(theirs.value, theirs.value)
            assert mine == found, (together, n, subjects)
            open_ends += theirs.value is None
    assert open_ends > COHORTS


@pytest.mark.parametrize("kind", get_args(CohortKind))
def test_no_completion_gives_anything_else(kind: CohortKind) -> None:
    """Whatever the unknown numbers and classes are, the fact lies within its ends; and where equal numbers leave places
    out, each subject of a known class can have the first and the last of its places."""
    rng = random.Random(f"补全 {kind}")
    choices: list[Number] = [Fraction(n, 2) for n in (-20, -1, 0, 20)]
    tried = 0
    while tried < COHORTS:
        keys = rng.choice([0, 0, 1, 2]) if kind in ("rank", "last") else 0
        classes = rng.choice([CLASSES[0], CLASSES[-1]])
        subjects = _subjects(rng, classes, keys)[:5]
        options = [list(_completions(one, classes, choices)) for one in subjects]
        count = prod(map(len, options))
        if not 1 < count <= MOST:
            continue
        tried += 1
        then = tuple((f"乙{n}", rng.random() < 0.5) for n in range(keys))
        ties = rng.choice(get_args(Ties))
        together = Together(kind, "甲", "类", rng.random() < 0.5, ties, int(kind == "trimmed"), then)
        found = [standing(together, n, subjects) for n in range(len(subjects))]
        reached: list[set[Number]] = [set() for _ in subjects]
        for completion in product(*options):
            for n, ends in enumerate(found):
                value = standing(together, n, completion)
                assert isinstance(value, Ends) and isinstance(ends, Ends)
                assert ends.low is None or (value.known is not None and ends.low <= value.known)
                assert ends.high is None or (value.known is not None and value.known <= ends.high)
                reached[n].add(value.known)
        if kind in ("rank", "last") and ties == "跳号":
            for one, ends, places in zip(subjects, found, reached, strict=True):
                assert isinstance(ends, Ends)
                assert one.of is None or {ends.low, ends.high} <= places


def _completions(one: Subject, classes: list[str | None], choices: list[Number]) -> Iterator[Subject]:
    """A subject with all that is not known of it filled in, from few numbers and the classes that are known of others."""
    names = [one.of] if one.of is not None else [name for name in classes if name is not None]
    numbers = [choices if number is None else [number] for number in (_plain(one), *one.then)]
    for name, (x, *then) in product(names, product(*numbers)):
        yield Subject(name, x, tuple(then))


def _plain(one: Subject) -> Number:
    assert not isinstance(one.x, str)
    return one.x


def _of(
    together: Together, *subjects: Subject
) -> list[tuple[Fraction | int | None, Fraction | int | None] | None]:
    found = [standing(together, n, subjects) for n in range(len(subjects))]
    return [None if isinstance(one, str) else (one.low, one.high) for one in found]


def test_worked_by_hand() -> None:
    """30, 20, 20, 10 and one 不适用: places 1, 2, 2, 4 or 1, 2, 2, 3; the mean is 20 and so is that without both ends."""
    subjects = [Subject("", "不适用" if n is None else Fraction(n)) for n in (30, 20, None, 20, 10)]

    def of(together: Together) -> list[Fraction | int | None]:
        return [None if ends is None else ends[0] for ends in _of(together, *subjects)]

    assert of(Together("rank", "甲", ties="跳号")) == [1, 2, None, 2, 4]
    assert of(Together("rank", "甲", ties="连号")) == [1, 2, None, 2, 3]
    assert of(Together("last", "甲", ties="跳号")) == [4, 2, None, 2, 1]
    assert of(Together("mean", "甲")) == of(Together("trimmed", "甲", trim=1)) == [20] * 5
    assert of(Together("trimmed", "甲", trim=2)) == [None] * 5
    assert of(Together("size", "甲")) == [4] * 5


def test_unknown_numbers_worked_by_hand() -> None:
    """30, 20 and 20 between which 5 and an unknown number decide, and one unknown, which may stand before all."""
    thirty, twenty, open_twenty = (
        Subject("", Fraction(x), (None if y is None else Fraction(y),))
        for x, y in ((30, 0), (20, 5), (20, None))
    )
    unknown = Subject("", None, (Fraction(1),))
    together = Together("rank", "甲", ties="跳号", then=(("乙", True),))
    assert _of(together, thirty, twenty, open_twenty) == [(1, 1), (2, 3), (2, 3)]
    assert _of(together, thirty, twenty, open_twenty, unknown) == [(1, 2), (2, 4), (2, 4), (1, 4)]
    assert _of(Together("size", "甲"), thirty, unknown) == [(2, 2), (2, 2)]
    assert _of(Together("max", "甲"), thirty, unknown) == [(30, None), (30, None)]
