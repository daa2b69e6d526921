"""Instances said without 每 in front (【A】一次扣1分), for the naive reader."""

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from naive_logic import Atom, End, Unread, atoms_of
from naive_model import Clause, Flat, Per
from naive_words import FACT, NO_BOUNDARY, is_count

if TYPE_CHECKING:
    from naive_amounts import AmountReader

ONCE = re.compile(rf"{NO_BOUNDARY}(?:发现|发生|出现)?(?P<fact>{FACT})(?:一|1)(?P<unit>[一-鿿]{{1,2}})")
EACH_TIME = re.compile(rf"(?P<fact>{FACT})的,?每(?P<unit>人次|[次起例件处项])")


def read_instance(reader: "AmountReader", clause: Clause, head: str, points: Fraction) -> bool:
    """Whether the head counts a fact, each of which gives the points; settles the clause if so."""
    once, each, bare = ONCE.fullmatch(head), EACH_TIME.fullmatch(head), re.fullmatch(FACT, head)
    found = (once if once and is_count(once["unit"]) else None) or each
    if (found and clause.sign > 0) or not (found or bare):
        return False
    fact = reader.marker.name(found["fact"] if found else head[:1])
    yes_or_no = reader.standard.declared.get(fact, {}).get("类型") in ("是否", "评判")
    if found and yes_or_no:
        return False
    if each:
        reader.count(each["fact"], "1", each["unit"])
        clause.amount = Per(fact, Fraction(1), points)
        return True
    if found:
        unit = found["unit"]
        sign = found["fact"]
    elif bare and not yes_or_no and _follows(reader, clause):
        unit, sign = reader.measured[-1].unit, head
    else:
        return False
    reader.instances.append((clause, fact))
    reader.count(sign, "1", unit)
    choice = reader.reading(clause.id, clause.text, "计次") or reader.supposed("计次")
    if choice == "每项":
        clause.amount = Per(fact, Fraction(1), points, counted=True)
    elif choice == "一次":
        clause.amount = Flat(points)
        clause.condition = Atom(fact, low=End(Fraction(1), True))
    else:
        raise Unread(f"计次 is open: {clause.text}")
    return True


def _follows(reader: "AmountReader", clause: Clause) -> bool:
    """Right behind 每起【B】扣M分, or such a clause, in its segment."""
    last = reader.last
    if last is None or (last.segment, last.sign) != (clause.segment, clause.sign):
        return False
    if any(last is one for one, _ in reader.instances):
        return True
    return isinstance(last.amount, Per) and last.amount.unit == 1 and last.id in reader.each_of_fact


def check_instances(reader: "AmountReader") -> None:
    """【A】一次扣1分 only where nothing else is asked of A; and no number is left without its steps."""
    for clause, fact in reader.instances:
        others = [c for c in reader.leaf.clauses if c is not clause]
        if any(atom.fact == fact for c in others for atom in atoms_of(c.condition)):
            raise Unread(f"an instance or a number: {clause.text}")
    if reader.waiting:
        raise Unread(f"单值 is open: {reader.waiting[0].fact}")
