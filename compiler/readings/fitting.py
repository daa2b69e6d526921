"""Applicants that can be: where a leaf asks for one thing by several numbers, those of a witness agree.

A place is 1 at least and no larger than the number of places, a share is of a whole number of them, and who is above the
mean is at more than 100% of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor

from attrs import frozen

from zhunsheng.compiler.engine.critical import whole
from zhunsheng.compiler.parts.cohort import half_places
from zhunsheng.compiler.resolve.cohort import Basis
from zhunsheng.compiler.resolve.implied import part_and_whole
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.facts import Value

_HALF = Fraction(1, 2)
#: How the facts are called that are places, given like any other.
_PLACES = ("名次", "排名", "位次")


@frozen
class Ranking:
    """The facts about the places of one ranking, with how much less than the place a share is of."""

    place: str
    share: str
    less: Fraction


@frozen
class Beside:
    """A fact that measures one fact by another: 1 for what is above 0 where the one is larger, -1 where it is smaller; or
    beyond 1, of a share."""

    name: str
    sign: int
    even: Fraction

    def side(self, value: Fraction) -> int:
        """Whether the one fact is larger (1), smaller (-1) or equal."""
        return self.sign * ((value > self.even) - (value < self.even))


@frozen
class Fitting:
    """What the facts of a standard have to do with one another."""

    rankings: Mapping[Basis, Sequence[Ranking]]
    beside: Mapping[tuple[str, str], Sequence[Beside]]

    def shares(self, facts: Sequence[str]) -> bool:
        """Whether some facts are shares of places."""
        return any(own.share in facts for rankings in self.rankings.values() for own in rankings if own.share)

    def fit(
        self, applicant: Mapping[str, Value], told: Sequence[str], values: Mapping[str, Sequence[Value]]
    ) -> dict[str, Value] | None:
        """The applicant with numbers that agree, those changed first that are not told; None where there is none."""
        found = dict(applicant)
        for name in found:
            place = _number(found, name) if name.endswith(_PLACES) else None
            if place is not None and place < 1:
                found[name] = 1
        for rankings in self.rankings.values():
            if not _placed(found, rankings, values):
                return None
        for several in self.beside.values():
            if not _sided(
                found, [own for own in several if _number(found, own.name) is not None], told, values
            ):
                return None
        return found


def fitting(standard: Standard) -> Fitting:
    """What the facts of a standard have to do with one another."""
    resolved = standard.resolved
    rankings: dict[Basis, list[Ranking]] = {}
    shares = {place: share for share, place in resolved.place_shares.items()}
    for own in resolved.cohorts:
        if own.kind in ("rank", "last"):
            share = shares.get(own.name, "")
            less = _HALF if share and half_places(standard, share) is True else Fraction(0)
            several = rankings.setdefault(("cohort", own.of, own.within), [])
            ranking = Ranking(own.name, share, less)
            several += [ranking] if ranking not in several else []
    beside: dict[tuple[str, str], list[Beside]] = {}
    for definition in resolved.definitions:
        if isinstance(definition.formula, ast.Measured):
            node = definition.formula
            pair = (plain(node.fact.name), plain(node.reference.name))
            even = Fraction(node.kind in ("multiple", "share", "ratio"))
            name = resolved.names[plain(definition.fact.name)]
            beside.setdefault(pair, []).append(Beside(name, -1 if node.falls else 1, even))
        elif (part := part_and_whole(definition)) is not None:
            name = resolved.names[plain(definition.fact.name)]
            beside.setdefault(part, []).append(Beside(name, 1, Fraction(1)))
    return Fitting(rankings, {pair: several for pair, several in beside.items() if len(several) > 1})


def _number(applicant: Mapping[str, Value], name: str) -> Fraction | None:
    value = applicant.get(name)
    return Fraction(value) if isinstance(value, int | Fraction) else None


def _placed(
    found: dict[str, Value], rankings: Sequence[Ranking], values: Mapping[str, Sequence[Value]]
) -> bool:
    """Makes the shares those of whole places among as many as there are; whether that can be."""
    size: int | None = None
    places = []
    for own in rankings:
        place, share = _number(found, own.place), _number(found, own.share)
        if share is None:
            places += [place] if place is not None else []
            continue
        if share <= 0:
            share = min(_positive(values[own.share]), default=Fraction(1, 10))
        if size is None:
            place = Fraction(1) if place is None else place
            size = max(ceil((place - own.less) / share), ceil(place))
        elif place is None:
            place = Fraction(max(1, floor(share * size + own.less)))
        places.append(place)
        found[own.share] = whole((place - own.less) / size)
    return size is None or (max(places) <= size and (len(places) < 2 or sum(places) <= size + 1))


def _positive(values: Sequence[Value]) -> Iterator[Fraction]:
    return (Fraction(value) for value in values if isinstance(value, int | Fraction) and value > 0)


def _sided(
    found: dict[str, Value],
    several: Sequence[Beside],
    told: Sequence[str],
    values: Mapping[str, Sequence[Value]],
) -> bool:
    """Makes what is not told agree with what is on which of two facts is the larger; whether that can be."""
    sides = {own.side(Fraction(found[own.name])) for own in several if own.name in told}  # type: ignore[arg-type]
    if len(sides) > 1:
        return False
    side = sides.pop() if sides else -1
    for own in several:
        if own.name not in told:
            fits = [
                v for v in values[own.name] if isinstance(v, int | Fraction) and own.side(Fraction(v)) == side
            ]
            found[own.name] = fits[0] if fits else whole(own.even + own.sign * side)
    return True
