"""Facts over the cohort: the compiler's one sort and the naive comparison of each subject with every other agree."""

import random
from fractions import Fraction
from typing import get_args

import pytest
from cohort_standings import worked
from naive_cohort import standing
from naive_model import Together

from zhunsheng.runtime.facts import Cohort, CohortKind, Ties

#: Random cohorts of each kind.
COHORTS = 250


def _values(rng: random.Random) -> list[Fraction | None]:
    """Few or many subjects, often with equal values."""
    numbers = [Fraction(rng.randint(-9, 9), rng.choice([1, 2, 3, 7])) for _ in range(rng.choice([1, 3, 30]))]
    count = rng.choice([0, 1, 2, 3, 5, 8, 13, 40])
    return [rng.choice(numbers) for _ in range(count)]


@pytest.mark.parametrize("kind", get_args(CohortKind))
def test_the_same_by_comparing_each_with_every_other(kind: CohortKind) -> None:
    """With and without classes, either direction, both ways to go on behind equal values."""
    rng = random.Random(f"准绳 {kind}")
    for _ in range(COHORTS):
        values = _values(rng)
        classes = [rng.choice(["甲", "乙", "丙"]) for _ in values] if rng.random() < 0.6 else None
        larger, ties = rng.random() < 0.5, rng.choice(get_args(Ties))
        trim = rng.randint(1, 3) if kind == "trimmed" else 0
        within = "类" if classes else ""
        cohort = Cohort(kind, "甲", within, larger_first=larger, ties=ties, trim=trim)
        rows = [(name, (value,)) for name, value in zip(classes or [""] * len(values), values, strict=True)]
        theirs = worked(cohort, rows)
        mine = Together(kind, "甲", within, larger, ties, trim)
        found = [standing(mine, n, values, classes) for n in range(len(values))]
        assert [one.value for one in theirs] == found, (mine, values, classes)


def test_worked_by_hand() -> None:
    """30, 20, 20, 10 and one unknown: places 1, 2, 2, 4 or 1, 2, 2, 3; the mean is 20 and so is that without both ends."""
    values = [Fraction(30), Fraction(20), None, Fraction(20), Fraction(10)]

    def of(together: Together) -> list[Fraction | None]:
        return [standing(together, n, values) for n in range(5)]

    assert of(Together("rank", "甲", ties="跳号")) == [1, 2, None, 2, 4]
    assert of(Together("rank", "甲", ties="连号")) == [1, 2, None, 2, 3]
    assert of(Together("last", "甲", ties="跳号")) == [4, 2, None, 2, 1]
    assert of(Together("mean", "甲")) == [20, 20, None, 20, 20]
    assert of(Together("trimmed", "甲", trim=1)) == [20, 20, None, 20, 20]
    assert of(Together("trimmed", "甲", trim=2)) == [None] * 5
