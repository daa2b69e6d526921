"""What a parse gives: words, the tree that holds them, or the place where reading stopped."""

from collections.abc import Iterator
from typing import Self

from attrs import define

#: The type of the word behind the last one.
END = "$END"


class Token(str):
    """A word of a text: its terminal, and where it stands."""

    __slots__ = ("end_pos", "start_pos", "type")

    type: str
    start_pos: int
    end_pos: int

    def __new__(cls, type: str, value: str, start_pos: int, end_pos: int) -> Self:
        token = super().__new__(cls, value)
        token.type = type
        token.start_pos = start_pos
        token.end_pos = end_pos
        return token

    def __repr__(self) -> str:
        return f"Token({self.type!r}, {str(self)!r})"


@define(eq=False)
class Tree:
    """A rule of the grammar, or its alias, and what it is made of."""

    data: str
    children: "list[Tree | Token]"

    def find_data(self, data: str) -> Iterator["Tree"]:
        """The trees of a name, the deepest first, on one level from left to right."""
        levels = [[self]]
        while levels[-1]:
            levels.append([c for tree in levels[-1] for c in tree.children if isinstance(c, Tree)])
        return (tree for level in reversed(levels) for tree in level if tree.data == data)


class SyntaxFault(Exception):
    """A text that the grammar does not read: where, the word there if it is one, and the terminals that could stand."""

    def __init__(self, at: int, token: Token | None, expected: frozenset[str]) -> None:
        super().__init__(at)
        self.at = at
        self.token = token
        self.expected = expected
