"""零值 for the naive reader: whether what is said of 3天以下 is said of 0 as well."""

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from naive_facts import lowest_of, type_of
from naive_logic import Atom, End, Unread, atoms_of, both
from naive_model import Amount, Clause, Flat, Per, Series, Steps, Threshold

if TYPE_CHECKING:
    from naive_limits import LimitReader


def settle_zero(reader: "LimitReader") -> None:
    """Read 不计, a clause whose only number on a fact is an upper end above 0 holds only above 0."""
    if all(row.doubt != "零值" for row in reader.standard.readings):
        return
    clauses = reader.leaf.clauses
    asked: dict[str, list[Clause]] = {}
    for clause in clauses:
        others = [c for c in clauses if c is not clause and c.sign == clause.sign]
        for fact in dict.fromkeys(atom.fact for atom in atoms_of(clause.said[1])):
            if _ends_above(reader, clause, fact) and any(_goes_on(c, clause, fact) for c in others):
                asked.setdefault(fact, []).append(clause)
    for fact, several in asked.items():
        low = lowest_of(reader.standard, fact)
        if low is not None and low > 0:
            continue
        said = {reader.reading(clause.id, clause.text, "零值") for clause in several} - {None}
        if len(said) > 1:
            raise Unread(f"零值 both ways: {several[0].text}")
        for clause in several if said == {"不计"} else []:
            clause.condition = both(clause.condition, Atom(fact, low=End(Fraction(0), False)))


def _numbers(clause: Clause, fact: str) -> list[Atom]:
    return [atom for atom in atoms_of(clause.said[1]) if atom.fact == fact and atom.compares]


def _ends_above(reader: "LimitReader", clause: Clause, fact: str) -> bool:
    """3天以下, 不足3次: fixed points, and an upper end above 0 is all that is said of the fact."""
    numbers = _numbers(clause, fact)
    if len(numbers) != 1 or not isinstance(clause.amount, Flat) or fact in reader.standard.places:
        return False
    (atom,) = numbers
    share = type_of(reader.standard, fact) == "百分比" and re.search(r"得\d", clause.text)
    return atom.low is None and atom.high is not None and atom.high.number > 0 and not share


def _goes_on(other: Clause, clause: Clause, fact: str) -> bool:
    """Whether another clause gives more where there is more of the fact."""
    assert isinstance(clause.amount, Flat)
    if _counts_up(other.amount, fact):
        return True
    if isinstance(other.amount, Flat | Threshold) and other.amount.points <= clause.amount.points:
        return False
    numbers = _numbers(other, fact)
    carried = [atom for atom in atoms_of(other.said[0]) if atom.fact == fact and atom.compares]
    return any(atom.low for atom in numbers) or (not numbers and (bool(carried) or clause.id in other.run))


def _counts_up(amount: Amount, fact: str) -> bool:
    if isinstance(amount, Threshold):
        return any(_counts_up(steps, fact) for steps in amount.adds)
    if isinstance(amount, Steps):
        return amount.fact == fact and not amount.down
    return isinstance(amount, Per | Series) and amount.fact == fact
