"""分段 of what is no band for the naive reader: grades of one thing, and so much each beside bands."""

import re
from copy import deepcopy
from typing import TYPE_CHECKING

from naive_logic import Atom, Unread, atoms_of, both, opposite
from naive_model import Clause, Flat, Limit, Per, Series
from naive_words import flat

if TYPE_CHECKING:
    from naive_limits import LimitReader

_GRADE = re.compile(
    "(?:比较满意|较满意|基本满意|不满意|基本合格|不合格|基本达标|不达标|优秀|优良|良好|中等|一般|较好|较差|很差"
    "|合格|达标|满意|优|良|中|好|差)$"
)
_DEGREE = re.compile("基本|较为|比较|较|大部分|部分|全部|全面|完全|不够|不太|不|未")
_ON_TOP = re.compile("另加|再加|另得|累加|加扣")

#: Conditions on one fact, each with its clause.
Bands = list[tuple[Clause, Atom]]


def settle_grades(reader: "LimitReader") -> None:
    """任务全部完成 and 任务部分完成: read 分段择一, only the one with the most points counts."""
    things: dict[tuple[str, str, int], dict[str, list[Clause]]] = {}
    for clause in reader.leaf.clauses:
        atoms = atoms_of(clause.own)
        if not isinstance(clause.amount, Flat) or any(atom.compares for atom in atoms):
            continue
        for atom in atoms:
            if not atom.negated and not atom.options:
                kind, thing = _thing(atom.fact)
                things.setdefault((kind, thing, clause.sign), {}).setdefault(atom.fact, []).append(clause)
    for (_, _, sign), facts in things.items():
        clauses = list({clause.id: clause for group in facts.values() for clause in group}.values())
        if len(facts) > 1 and len(clauses) > 1 and reader.banding(clauses) == "分段择一":
            reader.leaf.limits.append(Limit([clause.id for clause in clauses], None, sign))


def _thing(fact: str) -> tuple[str, str]:
    """What a fact is a grade of."""
    name = flat(fact)
    if found := _GRADE.search(name):
        return "grade", name[: found.start()]
    return "degree", _DEGREE.sub("", name)


def each_beside(clauses: list[Clause], bands: Bands) -> list[Clause]:
    """The clauses of so much each of a fact beside clauses on its number, which do not all come on top."""
    found = []
    for each in clauses:
        amount = each.amount
        if not isinstance(amount, Per | Series) or (isinstance(amount, Per) and amount.counted):
            continue
        if any(atom.fact == amount.fact and atom.compares for atom in atoms_of(each.condition)):
            continue
        beside = [c for c, atom in bands if atom.fact == amount.fact and c.sign == each.sign]
        if beside and not all(_ON_TOP.search(c.text) for c in beside):
            found.append(each)
    return found


def several_each(clauses: list[Clause]) -> list[list[Clause]]:
    """Clauses of so much each of one fact and sign, without a condition on its number, that do not come on top."""
    found: dict[tuple[str, int], list[Clause]] = {}
    for each in clauses:
        amount = each.amount
        if not isinstance(amount, Per | Series) or (isinstance(amount, Per) and amount.counted):
            continue
        if _ON_TOP.search(each.text) or any(
            a.fact == amount.fact and a.compares for a in atoms_of(each.condition)
        ):
            continue
        found.setdefault((amount.fact, each.sign), []).append(each)
    return [several for several in found.values() if len(several) > 1]


def write_each(each: list[Clause], bands: Bands) -> list[tuple[Clause, list[tuple[Clause, Atom]]]]:
    """Read 择一: the conditions, as printed, where a clause of so much each gives nothing."""
    return [
        (clause, [(c, deepcopy(a)) for c, a in bands if a.fact == clause.fact and c.sign == clause.sign])
        for clause in each
    ]


def leave_to_bands(each: list[tuple[Clause, Bands]]) -> None:
    """So much each, where none of the bands beside it holds."""
    for clause, bands in each:
        for _, atom in bands:
            if atom.bare:
                raise Unread(f"a bare end beside so much each: {clause.text}")
            clause.condition = both(clause.condition, opposite(atom))
