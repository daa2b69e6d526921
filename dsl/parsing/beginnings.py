"""A terminal's alternatives, and the characters that each can begin with: worked out when the tables are built."""

import re
from importlib import import_module
from typing import Any

#: Larger ranges of characters than this are not listed.
_MOST = 100

# Python's own reading of an expression; private to it, so no table may depend on it at run time.
_reading: Any = import_module("re._parser")
_names: Any = import_module("re._constants")


def alternatives(pattern: str) -> list[str]:
    """The parts of an expression between its outermost bars: the first of them that matches is what it matches."""
    parts = [""]
    depth = 0
    for piece in re.findall(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", pattern, re.DOTALL):
        depth += (piece == "(") - (piece == ")")
        if piece == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def beginnings(pattern: str) -> str | None:
    """The characters that may begin a match, at least; None where these are not few. ``\\d`` counts as ASCII digits."""
    parsed = _reading.parse(pattern)
    if parsed.state.flags != _names.SRE_FLAG_UNICODE:
        return None
    found, empty = _of(parsed)
    return None if found is None or empty else "".join(sorted(found))


def _of(parts: Any) -> tuple[set[str] | None, bool]:
    """The beginnings of a sequence, and whether it may be empty. What it looks at without reading counts for nothing."""
    found: set[str] = set()
    for kind, value in parts:
        if kind in (_names.ASSERT, _names.ASSERT_NOT, _names.AT):
            continue
        own, empty = _of_one(kind, value)
        if own is None:
            return None, False
        found |= own
        if not empty:
            return found, False
    return found, True


def _of_one(kind: Any, value: Any) -> tuple[set[str] | None, bool]:
    if kind is _names.LITERAL:
        return {chr(value)}, False
    if kind is _names.IN:
        return _of_class(value), False
    if kind is _names.BRANCH:
        branches = [_of(branch) for branch in value[1]]
        if any(found is None for found, _ in branches):
            return None, False
        return {c for found, _ in branches for c in found or ()}, any(empty for _, empty in branches)
    if kind is _names.SUBPATTERN and not value[1] and not value[2]:
        return _of(value[3])
    if kind in (_names.MAX_REPEAT, _names.MIN_REPEAT):
        found, empty = _of(value[2])
        return found, empty or value[0] == 0
    return None, False


def _of_class(members: Any) -> set[str] | None:
    found: set[str] = set()
    for kind, value in members:
        if kind is _names.LITERAL:
            found.add(chr(value))
        elif kind is _names.RANGE and value[1] - value[0] < _MOST:
            found.update(map(chr, range(value[0], value[1] + 1)))
        elif kind is _names.CATEGORY and value is _names.CATEGORY_DIGIT:
            found.update("0123456789")
        else:
            return None
    return found
