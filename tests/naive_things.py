"""分段 over several facts for the naive reader: facts that tell of one thing, and bands that share numbers."""

from fractions import Fraction
from itertools import combinations
from math import ceil, floor

from naive_facts import type_of
from naive_logic import Atom, End
from naive_model import Clause, Standard

#: The conditions on each fact, each with its clause.
Atoms = dict[str, list[tuple[Clause, Atom]]]

_PLACES = ("rank", "last")
_MEASURES = ("mean", "trimmed", "max", "min")


def together(standard: Standard, atoms: Atoms) -> list[list[str]]:
    """The facts with conditions; those that share a clause, or by clauses of one sign tell of one thing, together."""
    found: list[list[str]] = []
    for fact in atoms:
        near = [facts for facts in found if any(_linked(standard, atoms, fact, other) for other in facts)]
        found = [facts for facts in found if facts not in near] + [[*(f for n in near for f in n), fact]]
    return found


def tells_with(standard: Standard, atoms: Atoms, fact: str, facts: list[str]) -> bool:
    """Whether another of some facts tells of the same thing."""
    return any(fact != other and _tell_of_one(standard, atoms, fact, other) for other in facts)


def _linked(standard: Standard, atoms: Atoms, fact: str, other: str) -> bool:
    ids = {clause.id for clause, _ in atoms[fact]}
    return any(c.id in ids for c, _ in atoms[other]) or _tell_of_one(standard, atoms, fact, other)


def _tell_of_one(standard: Standard, atoms: Atoms, fact: str, other: str) -> bool:
    thing = _thing(standard, fact)
    signs = {clause.sign for clause, _ in atoms[fact]} & {clause.sign for clause, _ in atoms[other]}
    return thing is not None and thing == _thing(standard, other) and bool(signs)


def _thing(standard: Standard, fact: str) -> tuple[str, ...] | None:
    """What a fact tells of: X among its class, for its places and X by its own mean; else A measured by B."""
    own, formula = standard.together.get(fact), standard.formulas.get(fact)
    if own is not None:
        return ("X", own.of, own.within) if own.kind in _PLACES else None
    if formula is None:
        return None
    over = [standard.together[token] for token in formula.tokens if token in standard.together]
    if fact in standard.places:
        place = next(one for one in over if one.kind in _PLACES)
        return ("X", place.of, place.within)
    measured = formula.like or formula.part
    if not measured:
        return None
    for one in over:
        if one.of == formula.like and one.kind in _MEASURES:
            return ("X", one.of, one.within)
    others = [token for token in formula.tokens if token not in "()-÷" and token != measured]
    return ("A by B", measured, *others)


def share_numbers(standard: Standard, fact: str, bands: list[tuple[str, Atom]]) -> bool:
    """Whether bands of two clauses share a number, but for one at which the one ends and the other begins."""
    whole = type_of(standard, fact) in ("个数", "清单")
    return any(
        a_id != b_id and _share(_ends(a, whole), _ends(b, whole))
        for (a_id, a), (b_id, b) in combinations(bands, 2)
        if not a.after and not b.after
    )


_Ends = tuple[End | None, End | None]


def _ends(atom: Atom, whole: bool) -> _Ends:
    """Both ends; of whole numbers the first and the last that are in."""
    low, high = atom.low, atom.high
    if whole and low is not None:
        low = End(Fraction(ceil(low.number) + (low.number.denominator == 1 and not low.included)), True)
    if whole and high is not None:
        high = End(Fraction(floor(high.number) - (high.number.denominator == 1 and not high.included)), True)
    return low, high


def _share(a: _Ends, b: _Ends) -> bool:
    lows = [end for end in (a[0], b[0]) if end is not None]
    highs = [end for end in (a[1], b[1]) if end is not None]
    if not lows or not highs:
        return True
    low = max(lows, key=lambda end: (end.number, not end.included))
    high = min(highs, key=lambda end: (end.number, end.included))
    if low.number != high.number:
        return low.number < high.number
    meet = any(one[1] == high and other[0] == low for one, other in ((a, b), (b, a)))
    return low.included and high.included and (not meet or _one_number(a) or _one_number(b))


def _one_number(ends: _Ends) -> bool:
    return ends[0] is not None and ends[0] == ends[1]
