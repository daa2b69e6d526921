"""Choosing from several lists so that two sums, one under each standard, fall on different sides of a tier."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import lcm

from attrs import frozen

from zhunsheng.runtime.facts import Value

#: Sums kept after each list, and results that are tried.
MOST_SUMS, MOST_FOUND = 3_000, 5


@frozen(eq=False)
class Choice:
    """What a choice adds to the sums, and the facts that make it."""

    first: Fraction
    second: Fraction
    facts: dict[str, Value]


@frozen(eq=False)
class _State:
    first: int
    second: int
    chosen: tuple[int, ...]
    changes: int


def reaching(
    start: tuple[Fraction, Fraction],
    options: Sequence[Sequence[Choice]],
    apart: Callable[[Fraction, Fraction], bool],
) -> Iterator[dict[str, Value]]:
    """Facts with which `apart` holds of the two sums, those with the fewest changes first.

    The first choice of each list is the plainest. Of sums that are equal under the first standard the one with
    the fewest changes is kept, and of very many sums an even part: what is found is right, not all is found.
    """
    scale = lcm(
        *(n.denominator for n in start),
        *(n.denominator for own in options for c in own for n in (c.first, c.second)),
    )
    states = [_State(int(start[0] * scale), int(start[1] * scale), (), 0)]
    for own in options:
        steps = [(int(c.first * scale), int(c.second * scale), number) for number, c in enumerate(own)]
        best: dict[tuple[int, int], _State] = {}
        for state in states:
            for first, second, number in steps:
                key = (state.first + first, state.first + first - state.second - second)
                changes = state.changes + (number > 0)
                known = best.get(key)
                if known is None or changes < known.changes:
                    best[key] = _State(key[0], key[0] - key[1], (*state.chosen, number), changes)
        ordered = [best[key] for key in sorted(best)]
        step = max(1, -(-len(ordered) // MOST_SUMS))
        states = ordered[::step]
    good = [s for s in states if apart(Fraction(s.first, scale), Fraction(s.second, scale))]
    good.sort(key=lambda s: (s.changes, s.first, s.second))
    for state in good[:MOST_FOUND]:
        facts: dict[str, Value] = {}
        for own, number in zip(options, state.chosen, strict=True):
            facts |= own[number].facts
        yield facts
