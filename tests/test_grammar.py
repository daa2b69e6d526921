"""The grammars are strictly LALR(1), and every word of the vocabulary is lexed as itself."""

import re
from functools import cache
from importlib.resources import files
from typing import Any
from unittest.mock import patch

import interegular
import pytest
from lark import Lark

from zhunsheng.dsl import vocabulary
from zhunsheng.dsl.grammar import STARTS, build, tables_text
from zhunsheng.dsl.parsing.parser import GrammarName

#: A lookahead or a lookbehind in a pattern.
LOOKS = re.compile(r"\(\?<?[=!]")


@cache
def built(name: GrammarName) -> Lark:
    """A grammar built strictly; once for all tests, since it takes a while. Strictness only raises: the tables are the same.

    Terminals that look around are left out of the search for collisions: with them it takes hours, since every other
    terminal is then compared with so much text behind it. Those that are plain words are compared by the tests below."""
    whole = interegular.Comparator.from_regexes

    def without_looks(patterns: dict[Any, str]) -> interegular.Comparator:
        plain = {key: pattern for key, pattern in patterns.items() if not LOOKS.search(pattern)}
        assert len(plain) > len(patterns) / 2
        found: interegular.Comparator = whole(plain)
        return found

    with patch.object(interegular.Comparator, "from_regexes", without_looks):
        return build(name, strict=True)


@pytest.mark.parametrize("name", list(STARTS))
def test_strict(name: GrammarName) -> None:
    """No shift/reduce conflict and no two terminals for one text."""
    built(name)


def _words() -> list[tuple[str, str]]:
    """Every plain word of the vocabulary with its terminal."""
    return [(terminal, word) for terminal, words in vocabulary.WORDS.items() for word in words]


def test_no_word_belongs_to_two_terminals() -> None:
    """A word is one thing."""
    words = [word for _, word in _words()]
    assert len(words) > 200
    assert len(set(words)) == len(words)


def test_longer_words_win() -> None:
    """No terminal reads the beginning of another terminal's longer word."""
    patterns = {name: re.compile(vocabulary.terminals()[name]) for name in vocabulary.WORDS}
    checked = 0
    for terminal, word in _words():
        assert patterns[terminal].fullmatch(word), word
        for other, pattern in patterns.items():
            if other != terminal:
                checked += 1
                assert not pattern.match(word), (word, other)
    assert checked > 5_000


@pytest.mark.parametrize("name", list(STARTS))
def test_shipped_tables_are_the_built_ones(name: GrammarName) -> None:
    """Built anew they are the same to the letter; tests/test_parsing.py holds what they read against Lark."""
    shipped = files("zhunsheng.dsl").joinpath(f"_{name}_tables.py").read_text(encoding="utf-8")
    assert tables_text(name, built(name)) == shipped
