"""Facts over all that are scored together, worked out: places, means and largest values, exactly.

Who counts: the subjects whose value is known, among those with the same key of their class. The others have no such fact.
"""

from collections.abc import Hashable, Sequence
from fractions import Fraction

from attrs import frozen

from zhunsheng.runtime.facts import Cohort

#: What a subject's class is where all are compared with all; None is a class that is not known.
ALL = ""


@frozen
class Standing:
    """A fact of one subject over the cohort: its value, and among how many it was worked out. `value` is None where it is
    unknown: the subject's own value or class is, or too few are left for a trimmed mean."""

    value: Fraction | None
    counted: int


def standings(
    cohort: Cohort,
    values: Sequence[Fraction | None],
    classes: Sequence[Hashable | None] | None = None,
) -> tuple[Standing, ...]:
    """The fact of each subject, in their order; `classes` are the options of the fact that parts them."""
    keys: Sequence[Hashable | None] = [ALL] * len(values) if classes is None else classes
    members: dict[Hashable, list[Fraction]] = {}
    for value, key in zip(values, keys, strict=True):
        if value is not None and key is not None:
            members.setdefault(key, []).append(value)
    worked = {key: _facts(cohort, sorted(own)) for key, own in members.items()}
    found = []
    for value, key in zip(values, keys, strict=True):
        counted = 0 if key is None else len(members.get(key, ()))
        fact = None if value is None or key is None else worked[key][value]
        found.append(Standing(fact, counted))
    return tuple(found)


def _facts(cohort: Cohort, values: list[Fraction]) -> dict[Fraction, Fraction | None]:
    """The fact by the subject's own value; `values` rise."""
    if cohort.kind in ("rank", "last"):
        # The last place of a ranking from the largest is the first of one from the smallest.
        falling = cohort.larger_first == (cohort.kind == "rank")
        return _places(values[::-1] if falling else values, dense=cohort.ties == "连号")
    return dict.fromkeys(values, _common(cohort, values))


def _places(ordered: list[Fraction], *, dense: bool) -> dict[Fraction, Fraction | None]:
    """The place of each value, equal values the same; `dense` leaves no place out behind them."""
    places: dict[Fraction, Fraction | None] = {}
    for number, value in enumerate(ordered, 1):
        if value not in places:
            places[value] = Fraction(len(places) + 1 if dense else number)
    return places


def _common(cohort: Cohort, values: list[Fraction]) -> Fraction | None:
    """What is the same for all of a class."""
    if cohort.kind == "size":
        return Fraction(len(values))
    if cohort.kind == "max":
        return values[-1]
    if cohort.kind == "min":
        return values[0]
    kept = values[cohort.trim : len(values) - cohort.trim] if len(values) > 2 * cohort.trim else []
    return sum(kept, Fraction(0)) / len(kept) if kept else None
