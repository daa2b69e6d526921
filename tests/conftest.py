"""Options of the tests, and the profile of hypothesis."""

import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update-cases`` rewrites what the files under tests/cases expect; ``--mixes`` tries more mixed clauses."""
    parser.addoption("--update-cases", action="store_true", help="rewrite the expected blocks of tests/cases")
    parser.addoption("--mixes", default="0-79", help="the numbers of the mixed clauses that are compared")
