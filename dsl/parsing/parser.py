"""The LALR(1) parser and its lexer, from tables built ahead (``dsl/grammar.py`` tells what they hold).

It reads as Lark does with its contextual lexer: of the terminals that the parser's state accepts the first that
matches is the word, in Lark's order of terminals. But the alternatives of a terminal are compiled one by one, when
one is first tried, plain words not at all, and they are tried only where the next character may begin them. Lark
compiles all terminals of a state into one expression, for each state anew, which takes a second for one standard.
"""

import re
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, Literal

from attrs import Factory, field, frozen

from zhunsheng.dsl.parsing.tree import END, SyntaxFault, Token, Tree

GrammarName = Literal["clause", "document"]

#: An alternative of a terminal: the terminal's symbol, whether the text is a plain word, the text, which otherwise
#: is an expression, and the characters that it may begin with, None for any.
_Alternative = tuple[int, bool, str, str | None]
#: A rule: the symbol it gives, how many values it takes, the name of its tree, whether a lone child stands for
#: the tree, and which children give their own children in their place.
_Rule = tuple[int, int, str, bool, tuple[int, ...]]


@frozen(eq=False)
class Parser:
    """Reads texts by the tables of one grammar."""

    symbols: tuple[str, ...]
    #: How many symbols are terminals; they come first, then the end.
    terminals: int
    #: In the order in which they are tried.
    alternatives: tuple[_Alternative, ...]
    ignored: frozenset[int]
    rules: tuple[_Rule, ...]
    #: The states' actions as text; one is decoded when it is met first.
    states: tuple[str, ...]
    #: The first and the last state of each start.
    starts: dict[str, tuple[int, int]]
    #: The alternatives to try at a character, and those at any other character.
    by_first: dict[str, list[int]]
    by_any: list[int]
    _rows: dict[int, dict[int, int]] = field(init=False, default=Factory(dict))
    _compiled: dict[int, re.Pattern[str]] = field(init=False, default=Factory(dict))
    _accepted: dict[tuple[int, str], list[int]] = field(init=False, default=Factory(dict))

    def parse(self, text: str, start: str) -> Tree:
        """The tree of a text; raises SyntaxFault."""
        first, last = self.starts[start]
        states = [first]
        values: list[Any] = []
        at = 0
        while True:
            symbol, token = self._word(text, at, states, last)
            if not self._feed(symbol, states, last, values, token):
                row = self._row(states[-1])
                raise SyntaxFault(token.start_pos, token, self._acceptable(states, last, row))
            if token.type == END:
                tree = values[-1]
                assert isinstance(tree, Tree)
                return tree
            at = token.end_pos

    def _word(self, text: str, at: int, states: list[int], last: int) -> tuple[int, Token]:
        """The next word; what is ignored in front of it is skipped."""
        while at < len(text):
            word = self._first(self._accepted_at(states[-1], text[at]), text, at)
            if word is None:
                raise self._unreadable(text, at, states, last)
            if word[0] not in self.ignored:
                return word
            at = word[1].end_pos
        return self.terminals, Token(END, "", at, at)

    def _unreadable(self, text: str, at: int, states: list[int], last: int) -> SyntaxFault:
        """The fault where no word can stand that begins here: perhaps it is one that stands elsewhere."""
        row = self._row(states[-1])
        word = self._first(self.by_first.get(_listed(text[at]), self.by_any), text, at)
        if word is not None:
            return SyntaxFault(at, word[1], self._acceptable(states, last, row))
        return SyntaxFault(at, None, frozenset(self.symbols[s] for s in row if s < self.terminals))

    def _accepted_at(self, state: int, character: str) -> list[int]:
        """The alternatives to try at a character in a state."""
        first = _listed(character)
        found = self._accepted.get((state, first))
        if found is None:
            row = self._row(state)
            tried = ((i, self.alternatives[i][0]) for i in self.by_first.get(first, self.by_any))
            found = [i for i, symbol in tried if symbol in row or symbol in self.ignored]
            if first in self.by_first:
                self._accepted[state, first] = found
        return found

    def _first(self, tried: list[int], text: str, at: int) -> tuple[int, Token] | None:
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
                return symbol, Token(self.symbols[symbol], text[at:end], at, end)
        return None

    def _row(self, state: int) -> dict[int, int]:
        """A state's actions by symbol: a state to go to, or the complement of a rule to reduce by."""
        row = self._rows.get(state)
        if row is None:
            row = self._rows[state] = {}
            for part in self.states[state].split():
                action, arrow, symbols = part.partition("<")
                if not arrow:
                    symbol, _, target = part.partition(">")
                    row[int(symbol)] = int(target)
                for symbol in symbols.split(",") if arrow else ():
                    row[int(symbol)] = ~int(action)
        return row

    def _feed(
        self, symbol: int, states: list[int], last: int, values: list[Any] | None, token: Token | None
    ) -> bool:
        """Reduces what stands before a word, then takes the word; False where it cannot stand, all reduced by then.

        Without `values` no tree is built."""
        while (action := self._row(states[-1]).get(symbol)) is not None:
            if action >= 0:
                states.append(action)
                if values is not None:
                    values.append(token)
                return True
            rule = self.rules[~action]
            origin, size = rule[:2]
            del states[len(states) - size :]
            states.append(self._row(states[-1])[origin])
            if values is not None:
                own = values[len(values) - size :]
                del values[len(values) - size :]
                values.append(_node(rule, own))
            if symbol == self.terminals and states[-1] == last:
                return True
        return False

    def _acceptable(self, states: list[int], last: int, row: dict[int, int]) -> frozenset[str]:
        """The terminals that can stand in a state; that a state has an action for one does not tell alone."""
        return frozenset(
            self.symbols[symbol]
            for symbol in row
            if symbol <= self.terminals and self._feed(symbol, [*states], last, None, None)
        )


def _node(rule: _Rule, own: list[Any]) -> Tree | Token:
    _, _, name, lone, inlined = rule
    children = own
    if inlined:
        children = []
        for index, value in enumerate(own):
            if index not in inlined:
                children.append(value)
            elif children:
                children += value.children
            else:
                # A list that grows on its left (block*) is not copied for each of its parts.
                children = value.children
    return children[0] if lone and len(children) == 1 else Tree(name, children)


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
    return Parser(
        tables.SYMBOLS,
        tables.TERMINALS,
        tables.ALTERNATIVES,
        frozenset(tables.IGNORED),
        tables.RULES,
        tables.STATES,
        tables.STARTS,
        by_first,
        by_any,
    )


@cache
def parser(name: GrammarName) -> Parser:
    """The parser of a grammar, from the tables that ship with the package."""
    return from_tables(import_module(f"zhunsheng.dsl._{name}_tables"))
