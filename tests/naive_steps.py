"""Steps behind 不扣分 and 不加分, for the naive reader: a clause of their own from the number of the one before."""

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from naive_logic import Atom, Unread
from naive_model import Clause, Flat

if TYPE_CHECKING:
    from naive_amounts import AmountReader


def read_step_from_nothing(
    reader: "AmountReader", clause: Clause, step: re.Match[str], points: Fraction, down: bool
) -> None:
    """98%以上的不扣分，每低1个百分点扣1分: steps away from what costs nothing."""
    before = reader.last
    if before is None or not reader.is_near(before) or before.sign != clause.sign:
        raise Unread(f"a step without a base: {clause.text}")
    asked = before.condition
    if before.amount != Flat(Fraction(0)) or not isinstance(asked, Atom) or not asked.compares:
        raise Unread(f"a step without a base: {clause.text}")
    if asked.exact:
        reader.settle_end(asked, down == (clause.sign < 0), clause.text)
    end = asked.low or asked.high
    assert end is not None
    if (asked.low is None) == down:
        raise Unread(f"steps towards {before.text}: {clause.text}")
    clause.amount = reader.steps(clause, asked.fact, end.number, step, points, down)
