"""Which part of one text corresponds to which of another: equal ones first, then the most alike."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeVar

T = TypeVar("T")

#: Texts less alike than this are not the same clause.
LEAST = Fraction(1, 2)
#: Of two long lists only so many pairs are compared.
MOST_PAIRS = 40_000


def likeness(first: str, second: str) -> Fraction:
    """How much of two texts is common, from 0 to 1."""
    from difflib import SequenceMatcher

    if not first or not second:
        return Fraction(0)
    blocks = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    return Fraction(2 * sum(block.size for block in blocks), len(first) + len(second))


def paired(
    first: Sequence[T], second: Sequence[T], text: Callable[[T], str], least: Fraction = LEAST
) -> list[tuple[T | None, T | None]]:
    """Pairs in the order of the second list, what has gone from the first behind what stood before it."""
    partner: dict[int, int] = {}
    for j, other in enumerate(second):
        same = (i for i, one in enumerate(first) if i not in partner.values() and text(one) == text(other))
        if (i := next(same, None)) is not None:
            partner[j] = i
    left = [i for i in range(len(first)) if i not in partner.values()]
    free = [j for j in range(len(second)) if j not in partner]
    if len(left) * len(free) <= MOST_PAIRS:
        scored = [(likeness(text(first[i]), text(second[j])), -i, -j) for i in left for j in free]
        for score, i, j in sorted(scored, reverse=True):
            if score >= least and -j not in partner and -i not in partner.values():
                partner[-j] = -i
    gone = [i for i in range(len(first)) if i not in partner.values()]
    pairs: list[tuple[T | None, T | None]] = []
    for j, other in enumerate(second):
        mate = partner.get(j)
        pairs += [(first[i], None) for i in gone if mate is not None and i < mate]
        gone = [i for i in gone if mate is None or i > mate]
        pairs.append((None if mate is None else first[mate], other))
    return pairs + [(first[i], None) for i in gone]
