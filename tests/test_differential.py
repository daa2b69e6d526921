"""The naive evaluator and the generated code agree on random facts, complete and incomplete."""

import pytest
from compiled import closed_standards
from differential import compare_complete, compare_incomplete, compare_results

from zhunsheng.library import library

#: Every standard that can be scored; an open one has nothing to compare.
STANDARDS = closed_standards()
#: Applicants of each standard; more of the national one's with missing facts, which take long.
COMPLETE, INCOMPLETE, RESULTS = 12_000, 40, 20
MOST_INCOMPLETE = {"miit-2017-103": 240}
#: Parts of the work, so that several processes (pytest -n) share it.
SHARES = 2


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("name", STANDARDS)
def test_complete_facts(name: str, share: int) -> None:
    """Random applicants: totals, tiers, indicators and clauses to the last digit."""
    count = COMPLETE // SHARES
    assert compare_complete(name, share, count) == count


@pytest.mark.parametrize("name", STANDARDS)
def test_incomplete_facts(name: str) -> None:
    """Applicants with missing facts: random completions stay inside, witnesses reach the ends."""
    count = MOST_INCOMPLETE.get(name, INCOMPLETE)
    assert compare_incomplete(name, 7, count) == count


@pytest.mark.parametrize("name", STANDARDS)
def test_results(name: str) -> None:
    """The results that users get: eligibility, vetoes and status too."""
    assert compare_results(name, 11, RESULTS) == RESULTS


def test_the_library_is_compared() -> None:
    """An empty library would compare nothing."""
    assert "miit-2017-103" in STANDARDS
    assert library()["miit-2017-103"].is_file()
