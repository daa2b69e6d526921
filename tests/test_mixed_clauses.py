"""The compiler and the naive evaluator agree on clauses that nobody has written beside each other."""

from collections import Counter

import pytest
from mixed_clauses import verdict

#: Parts of the work, so that several processes (pytest -n) share it.
SHARES = 4
KNOWN = ("拒绝", "不读", "一致")


@pytest.mark.parametrize("share", range(SHARES))
def test_mixes(share: int, request: pytest.FixtureRequest) -> None:
    """No mix is scored in two ways, and enough of them are compared at all."""
    first, last = map(int, request.config.getoption("--mixes").split("-"))
    found = [verdict(number) for number in range(first + share, last + 1, SHARES)]
    assert not [words for words in found if words not in KNOWN]
    counts = Counter(found)
    assert counts["一致"] >= len(found) // 4, counts
    assert counts["不读"] <= len(found) // 4, counts
