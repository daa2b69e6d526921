"""Lark's LALR(1) parser over tables built ahead (``dsl/grammar.py`` tells what they hold), with a lexer of our own.

The lexer reads as Lark's contextual one does: of the terminals that the parser's state accepts the first that
matches is the word, in Lark's order of terminals. But the alternatives of a terminal are compiled one by one, when
one is first tried, plain words not at all, and they are tried only where the next character may begin them. Lark
compiles all terminals of a state into one expression, for each state anew, which takes a second for one standard.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, Literal, Protocol, cast

import lark
from attrs import Factory, field, frozen
from lark import Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedToken
from lark.lexer import Lexer, LexerThread
from lark.parsers.lalr_analysis import IntParseTable, Reduce, Shift
from lark.parsers.lalr_parser import _Parser

GrammarName = Literal["clause", "document"]

#: An alternative of a terminal: the terminal's place among the symbols, whether the text is a plain word, the text,
#: which otherwise is an expression, and the characters that it may begin with, None for any.
_Alternative = tuple[int, bool, str, str | None]


class Parser(Protocol):
    """What reads the texts of one grammar: this module's parser, or one of Lark's own."""

    def parse(self, text: str, start: str) -> Tree[Token]:
        """The tree of a text; raises lark.UnexpectedInput."""


@frozen(eq=False)
class _Origin:
    """The symbol that a rule gives, as Lark's parser asks for it."""

    name: str


@frozen(eq=False)
class _Rule:
    """A rule of the grammar, as Lark's parser asks for it; and how its tree is made: the name, whether a lone child
    stands for it, and which children give their own children in their place."""

    origin: _Origin
    expansion: range
    name: str
    lone: bool
    inlined: tuple[int, ...]

    def tree(self, own: list[Any]) -> Tree[Token] | Token:
        """The tree of the rule's parts."""
        children = own
        if self.inlined:
            children = []
            for index, value in enumerate(own):
                if index not in self.inlined:
                    children.append(value)
                elif children:
                    children += value.children
                else:
                    # A list that grows on its left (block*) is not copied for each of its parts.
                    children = value.children
        return children[0] if self.lone and len(children) == 1 else Tree(self.name, children)


class _States(dict[int, dict[str, tuple[object, Any]]]):
    """The actions of each state by symbol, decoded from the tables when a state is met first."""

    def __init__(self, lines: tuple[str, ...], symbols: tuple[str, ...], rules: tuple[_Rule, ...]) -> None:
        super().__init__()
        self.lines = lines
        self.symbols = symbols
        self.rules = rules

    def __missing__(self, state: int) -> dict[str, tuple[object, Any]]:
        row: dict[str, tuple[object, Any]] = {}
        for part in self.lines[state].split():
            rule, arrow, symbols = part.partition("<")
            if arrow:
                reduced = (Reduce, self.rules[int(rule)])
                row |= {self.symbols[int(symbol)]: reduced for symbol in symbols.split(",")}
            else:
                symbol, _, target = part.partition(">")
                row[self.symbols[int(symbol)]] = (Shift, int(target))
        self[state] = row
        return row


@frozen(eq=False)
class _Words(Lexer):
    """Cuts a text into words, by what the parser's state accepts."""

    symbols: tuple[str, ...]
    #: In the order in which they are tried.
    alternatives: tuple[_Alternative, ...]
    ignored: frozenset[str]
    states: _States
    #: The alternatives to try at a character, and those at any other character.
    by_first: dict[str, list[int]]
    by_any: list[int]
    _compiled: dict[int, re.Pattern[str]] = field(init=False, default=Factory(dict))
    _accepted: dict[tuple[int, str], list[int]] = field(init=False, default=Factory(dict))

    def lex(self, lexer_state: Any, parser_state: Any) -> Iterator[Token]:
        """The words; each is asked for when the parser has taken the one before."""
        text: str = lexer_state.text.text
        at = 0
        while at < len(text):
            word = self._first(self._accepted_at(parser_state.position, text[at]), text, at)
            if word is None:
                raise self._fault(text, at, parser_state)
            assert word.end_pos is not None
            at = word.end_pos
            if word.type not in self.ignored:
                yield word

    def _fault(self, text: str, at: int, parser_state: Any) -> UnexpectedToken | UnexpectedCharacters:
        """What is wrong where no word can stand that begins here: perhaps it is one that stands elsewhere."""
        terminals = {self.symbols[symbol] for symbol, _, _, _ in self.alternatives}
        allowed = terminals & self.states[parser_state.position].keys()
        word = self._first(self.by_first.get(_listed(text[at]), self.by_any), text, at)
        if word is not None:
            return UnexpectedToken(word, allowed, state=parser_state)  # type: ignore[no-untyped-call]
        return UnexpectedCharacters(  # type: ignore[no-untyped-call]
            text, at, 1, at + 1, allowed=allowed, state=parser_state
        )

    def _accepted_at(self, state: int, character: str) -> list[int]:
        """The alternatives to try at a character in a state."""
        first = _listed(character)
        found = self._accepted.get((state, first))
        if found is None:
            row = self.states[state]
            tried = (
                (i, self.symbols[self.alternatives[i][0]]) for i in self.by_first.get(first, self.by_any)
            )
            found = [i for i, symbol in tried if symbol in row or symbol in self.ignored]
            if first in self.by_first:
                self._accepted[state, first] = found
        return found

    def _first(self, tried: Iterable[int], text: str, at: int) -> Token | None:
        """The first alternative that matches."""
        for index in tried:
            symbol, plain, own, _ = self.alternatives[index]
            if plain:
                end = at + len(own) if text.startswith(own, at) else at
            else:
                pattern = self._compiled.get(index)
                if pattern is None:
                    pattern = self._compiled[index] = re.compile(own)
                match = pattern.match(text, at)
                end = match.end() if match else at
            if end > at:
                return Token(self.symbols[symbol], text[at:end], at, 1, at + 1, 1, end + 1, end)
        return None


@frozen(eq=False)
class _Tabled:
    """A parser from tables."""

    words: _Words
    driver: _Parser

    def parse(self, text: str, start: str) -> Tree[Token]:
        """The tree of a text; raises lark.UnexpectedInput."""
        return cast("Tree[Token]", self.driver.parse(LexerThread.from_text(self.words, text), start))


def _listed(character: str) -> str:
    """What a character is listed under; an alternative that begins with \\d is listed under the ASCII digits."""
    return "0" if character > "\x7f" and character.isdecimal() else character


def from_tables(tables: ModuleType) -> Parser:
    """A parser from a module of tables."""
    firsts = [alternative[3] for alternative in tables.ALTERNATIVES]
    by_first: dict[str, list[int]] = {c: [] for first in firsts for c in first or ()}
    by_any: list[int] = []
    for index, first in enumerate(firsts):
        if first is None:
            by_any.append(index)
        for c in by_first if first is None else first:
            by_first[c].append(index)
    symbols: tuple[str, ...] = tables.SYMBOLS
    rules = tuple(
        _Rule(_Origin(symbols[origin]), range(size), name, lone, inlined)
        for origin, size, name, lone, inlined in tables.RULES
    )
    states = _States(tables.STATES, symbols, rules)
    ignored = frozenset(symbols[i] for i in tables.IGNORED)
    words = _Words(symbols, tables.ALTERNATIVES, ignored, states, by_first, by_any)
    starts = {start: first for start, (first, _) in tables.STARTS.items()}
    ends = {start: last for start, (_, last) in tables.STARTS.items()}
    table = IntParseTable(states, starts, ends)  # type: ignore[no-untyped-call]
    return _Tabled(words, _Parser(table, cast("Any", {rule: rule.tree for rule in rules})))


@cache
def parser(name: GrammarName) -> Parser:
    """The parser of a grammar, from the tables that ship with the package."""
    tables = import_module(f"zhunsheng.dsl._{name}_tables")
    if lark.__version__ != tables.LARK:
        # Another version may drive its parser otherwise; building its own from the grammar is slow but right.
        from zhunsheng.dsl.grammar import build

        return cast("Parser", build(name))
    return from_tables(tables)
