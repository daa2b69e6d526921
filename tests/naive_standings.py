"""Facts over all that are scored together, worked out by comparing each with each, unknown numbers too."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from naive_model import Together

#: A number of a subject; None is one that is not known.
Number = Fraction | None
NotApplicable = Literal["不适用"]
NOT_APPLICABLE: NotApplicable = "不适用"


@dataclass(frozen=True)
class Subject:
    """What a fact over the cohort reads of a subject: its class, X, and what decides between equals in turn."""

    of: str | None
    x: Number | NotApplicable
    then: tuple[Number, ...] = ()


@dataclass(frozen=True)
class Ends:
    """All that a fact can be; None is no end. It is known where both ends are one."""

    low: Number
    high: Number

    @property
    def known(self) -> Number:
        return self.low if self.low == self.high else None


def exactly(value: Fraction | int) -> Ends:
    return Ends(Fraction(value), Fraction(value))


def standing(
    together: Together,
    n: int,
    subjects: Sequence[Subject],
    reach: Ends = Ends(None, None),
    *,
    allows_na: bool = False,
) -> Ends | NotApplicable:
    """The fact of the n-th subject; `reach` is the range of X, which `allows_na` says can be 不适用."""
    own = subjects[n]
    place = together.kind in ("rank", "last")
    if own.of == NOT_APPLICABLE or (place and own.x == NOT_APPLICABLE):
        return NOT_APPLICABLE
    some = [s for s in subjects if NOT_APPLICABLE not in (s.of, s.x)]
    if own.of is None:
        peers, missing = [], some
    else:
        peers = [s for s in some if s.of == own.of and s.x is not None]
        missing = [s for s in some if s.of is None or (s.of == own.of and s.x is None)]
    if place:
        return _place(together, own, peers, missing, reach)
    if together.kind == "size":
        sure = 0 if allows_na or own.of is None else sum(s.of == own.of for s in missing)
        return Ends(Fraction(len(peers) + sure), Fraction(len(peers) + len(missing)))
    values = sorted(s.x for s in peers if isinstance(s.x, Fraction))
    if together.kind in ("max", "min"):
        end = (values[-1] if together.kind == "max" else values[0]) if values else None
        if not missing and end is not None:
            return exactly(end)
        if end is None:
            return reach
        return Ends(end, reach.high) if together.kind == "max" else Ends(reach.low, end)
    kept = values[together.trim : len(values) - together.trim]
    if missing or len(values) < 2 * together.trim + 1:
        return reach
    return exactly(sum(kept, Fraction(0)) / len(kept))


def _place(
    together: Together, own: Subject, peers: list[Subject], missing: list[Subject], reach: Ends
) -> Ends:
    last = len(peers) + len(missing)
    if own.of is None or own.x is None or (together.ties == "连号" and None in own.then):
        return Ends(Fraction(1), Fraction(last))
    from_the_first = together.kind == "rank"
    orders = [larger == from_the_first for larger in (together.larger_first, *(d for _, d in together.then))]
    surely, may = [], 0
    for other in peers:
        before = _before(other, own, orders)
        # Of two that may be equal in what is missing, nobody knows whether they have one place or two.
        if before and not (together.ties == "连号" and None in other.then):
            surely.append((other.x, other.then))
        else:
            may += before is not False and other is not own
    for other in missing:
        if other is own:
            continue
        if other.x is None:
            end = reach.high if orders[0] else reach.low
            may += bool(together.then) or end is None or own.x != end
        else:
            may += _before(other, own, orders) is not False
    least = 1 + len(set(surely) if together.ties == "连号" else surely)
    return Ends(Fraction(least), Fraction(min(least + may, last)))


def _before(one: Subject, other: Subject, orders: list[bool]) -> bool | None:
    """Whether a subject is ahead of another; None where a missing number decides."""
    for a, b, larger in zip((one.x, *one.then), (other.x, *other.then), orders, strict=True):
        if not isinstance(a, Fraction) or not isinstance(b, Fraction):
            return None
        if a != b:
            return (a > b) == larger
    return False
