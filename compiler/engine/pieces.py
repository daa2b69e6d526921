"""Pieces (分段): the ends of a total where a missing raw figure ties scores together.

A figure that is scored itself, or that several formulas read, moves more than one fact at once: taking each of them
to its own end would tell totals that no figure gives. So its range is cut where some score changes, and each piece has
its ends by itself; all totals lie in one of them.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from attrs import evolve

from zhunsheng.compiler import ir
from zhunsheng.compiler.engine.bounds import Extremes, widest
from zhunsheng.compiler.engine.critical import breakpoints, whole
from zhunsheng.compiler.engine.derive import realise
from zhunsheng.compiler.engine.ranges import Range
from zhunsheng.runtime.support import NA

if TYPE_CHECKING:
    from zhunsheng.compiler.engine.engine import Scoring

#: At most so many pieces are worked out each by itself.
MOST_PIECES = 300


def tying_figure(scoring: "Scoring") -> tuple[str, list[ir.Derived]] | None:
    """A missing number that moves several missing scored facts, with the formulas in which it alone is missing."""
    values = scoring.derivation.values
    tied: dict[str, list[ir.Derived]] = {}
    for item in scoring.program.derived:
        unknown = [name for name in ir.formula_facts(item.formula) if name not in values]
        if item.fact in scoring.missing and len(unknown) == 1:
            tied.setdefault(unknown[0], []).append(item)
    for name, items in tied.items():
        several = len(items) + (name in scoring.missing) > 1
        if several and name not in scoring.pieces and scoring.specs[name].type.numeric:
            return name, items
    return None


def ends_by_pieces(scoring: "Scoring", figure: str, items: list[ir.Derived]) -> Extremes | None:
    """The ends over all pieces of a figure's range, where it is 不适用, and where it is 0 below its range (酌情扣1～5分); None
    where they are too many."""
    pieces = list(_pieces(scoring, figure, items))
    if not 1 < len(pieces) <= MOST_PIECES:
        return None
    cases = [_of_piece(scoring, figure, piece) for piece in pieces]
    if scoring.specs[figure].allows_na:
        cases.append(scoring.otherwise({figure: NA}))
    if scoring.specs[figure].or_zero:
        cases.append(scoring.otherwise({figure: 0}))
    # What makes a derived fact leave its range is no completion.
    possible = [case.ends for case in cases if not case.derivation.faults]
    return widest(possible) if possible else None


def _of_piece(scoring: "Scoring", figure: str, piece: Range) -> "Scoring":
    if piece.low is not None and piece.low == piece.high:
        return scoring.otherwise({figure: whole(piece.low)})
    return evolve(scoring, pieces={**scoring.pieces, figure: piece})


def _pieces(scoring: "Scoring", figure: str, items: list[ir.Derived]) -> Iterator[Range]:
    """The numbers at which some score can change, and what lies between them."""
    spec = scoring.ranged[figure]
    low = Fraction(0) if spec.low is None and spec.type.whole else spec.low
    steps = Fraction(1 if spec.type.whole else 0)
    inside = sorted(
        {
            point
            for point in _changes(scoring, figure, items)
            if (low is None or point >= low) and (spec.high is None or point <= spec.high)
        }
    )
    if not inside:
        return
    if low is None or inside[0] > low:
        yield Range(low, inside[0] - steps)
    for before, after in pairwise([*inside, None]):
        assert before is not None
        yield Range(before, before)
        last = spec.high if after is None else after - steps
        if last is None or last >= before + steps:
            yield Range(before + steps, last)


def _changes(scoring: "Scoring", figure: str, items: list[ir.Derived]) -> Iterator[Fraction]:
    guards = (*scoring.guards, *scoring.total_guards)
    leaves = scoring.leaves
    for point in breakpoints(figure, leaves, guards):
        yield Fraction(point.__floor__()) if scoring.specs[figure].type.whole else point
        yield Fraction(point.__ceil__()) if scoring.specs[figure].type.whole else point
    values = scoring.derivation.values
    for item in items:
        for point in breakpoints(item.fact, leaves, guards):
            for value, _ in realise(item, scoring.module, values, point, figure, scoring.specs[figure]):
                if isinstance(value, int | Fraction):
                    yield Fraction(value)
