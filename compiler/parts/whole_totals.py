"""Whether every total is a whole number (整数总分), so that 100 beside 101-200 leaves no total out."""

from collections.abc import Iterable
from fractions import Fraction
from typing import assert_never

from zhunsheng.compiler import ir


def whole_totals(leaves: Iterable[ir.Indicator]) -> bool:
    """Whether a sum over some leaves is whole whatever the facts are; sums, caps and the best of whole numbers are."""
    return all(_whole(leaf) for leaf in leaves)


def _whole(leaf: ir.Indicator) -> bool:
    numbers = [leaf.weight, leaf.start, *(end for end in (leaf.full, leaf.floor) if end is not None)]
    numbers += [veto.score for veto in leaf.vetoes]
    numbers += [clause.cap for clause in leaf.clauses if clause.cap is not None]
    numbers += [group.limit for group in leaf.groups if isinstance(group, ir.CapGroup)]
    return (
        not leaf.scalings
        and all(map(_is_whole, numbers))
        and all(_whole_amount(clause.amount) for clause in leaf.clauses)
    )


def _whole_amount(amount: ir.Amount) -> bool:
    match amount:
        case ir.Fixed(points) | ir.Tally(points):
            return _is_whole(points)
        case ir.Counted(points, _, _, _, whole):
            return whole and _is_whole(points)
        case ir.Multiplied() | ir.Weighed():
            return all(map(_whole_amount, ir.counts(amount)))
        case ir.Growing(counted, firsts, rise):
            return all(map(_is_whole, (*firsts, counted.points, rise)))
        case ir.Sloped(points):
            return _is_whole(points) and all(map(_whole_amount, ir.counts(amount)))
        case ir.Judged() | ir.Linear():
            # An assessor may give half a point; points along a line may be any.
            return False
        case _:
            assert_never(amount)


def _is_whole(value: Fraction) -> bool:
    return value.denominator == 1
