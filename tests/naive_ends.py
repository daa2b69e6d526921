"""The bare ends of ranges (60%～70%), which do not say whether they include their numbers, for the naive reader."""

import re
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from naive_logic import Atom, Condition, Count, End, Unread, atoms_of
from naive_model import Clause, Steps, Threshold
from naive_words import NUMBER, flat, is_count

if TYPE_CHECKING:
    from naive_limits import LimitReader

#: Conditions on one fact, each with the id of its rule.
Group = list[tuple[str, Atom]]


def settle_left(reader: "LimitReader", atoms: dict[str, list[tuple[Clause, Atom]]]) -> None:
    """What all the others that face a bare end leave or take; then what 本数 says of ends that meet."""
    for group in atoms.values():
        printed = [(clause, replace(atom)) for clause, atom in group]
        for clause, atom in group:
            others = [
                a for c, a in printed if c is not clause and not isinstance(c.amount, Steps | Threshold)
            ]
            if atom.bare and atom.high is not None:
                taken = _taken(others, "low", atom.high.number)
                if len(taken) == 1:
                    atom.high, atom.bare = End(atom.high.number, not taken.pop()), ""
            if atom.bare_low and atom.low is not None:
                taken = _taken(others, "high", atom.low.number)
                if len(taken) == 1:
                    atom.low, atom.bare_low = End(atom.low.number, not taken.pop()), False
    for group in atoms.values():
        _meet(reader, [(clause.id, atom) for clause, atom in group])
        _step_over([(clause.id, atom) for clause, atom in group])
    scaled = [place for place, _ in reader.scaled]
    scales = [(place, scale[0]) for place, scale in zip(scaled, reader.leaf.scales, strict=False)]
    among = {clause.id for clause in reader.zeroes}
    vetoes: list[tuple[str, Condition | None]] = [
        (v.id, v.condition) for v in reader.leaf.vetoes if v.id not in among
    ]
    for some in (scales, vetoes):
        for several in _by_fact(some).values():
            _meet(reader, several)
            _alone(reader, several)


def _by_fact(rules: list[tuple[str, Condition | None]]) -> dict[str, Group]:
    found: dict[str, Group] = {}
    for place, condition in rules:
        for atom in atoms_of(condition):
            if atom.compares:
                found.setdefault(atom.fact, []).append((place, atom))
    return found


def _taken(others: list[Atom], side: str, number: Fraction) -> set[bool]:
    """Whether the ends of others at a number take it, those that are bare aside."""
    found: set[bool] = set()
    for atom in others:
        end = getattr(atom, side)
        if end is not None and end.number == number and not (atom.bare_low if side == "low" else atom.bare):
            found.add(end.included)
    return found


def _meet(reader: "LimitReader", group: Group) -> None:
    """Bare upper ends at whose number another begins with a bare lower one: one answer for all on a fact."""
    begins = [(place, atom.low.number) for place, atom in group if atom.bare_low and atom.low]
    uppers = [
        (place, atom)
        for place, atom in group
        if atom.bare and atom.high and any(p != place and n == atom.high.number for p, n in begins)
    ]
    if not uppers:
        return
    numbers = {atom.high.number for _, atom in uppers if atom.high}
    upper_has_it = _said(reader, uppers) == "含"
    for _, atom in group:
        if atom.bare_low and atom.low and (atom.low.number in numbers or atom.followed == "low"):
            atom.low, atom.bare_low = End(atom.low.number, not upper_has_it), False
        if atom.bare and atom.high and (atom.high.number in numbers or atom.followed == "high"):
            atom.high, atom.bare = End(atom.high.number, upper_has_it), ""


def _step_over(group: Group) -> None:
    """1-2人 beside 3-4人: of counts, an upper end includes its number where another begins one further."""
    begins = [(place, atom.low.number) for place, atom in group if atom.low and atom.low.included]
    for place, atom in group:
        unit = re.sub(f"^{NUMBER}", "", atom.bare)
        if not atom.bare or atom.high is None or not is_count(unit):
            continue
        if any(n == atom.high.number + 1 for p, n in begins if p != place):
            atom.high, atom.bare = End(atom.high.number, True), ""


def _said(reader: "LimitReader", uppers: Group) -> str:
    """本数: by the number of such an end or the fact, by the clause, the leaf, the whole text."""
    ranks: dict[int, set[str]] = {}
    names = {flat(atom.fact) for _, atom in uppers}
    sentences = [flat(words) for words in reader.sentences.values()]
    for row in reader.standard.readings:
        where = flat(row.where)
        if row.doubt != "本数":
            continue
        quoted = not re.fullmatch(r"[\d.]+", where) and any(where in words for words in sentences)
        if row.where in {place for place, _ in uppers} or (
            quoted and (any(atom.bare in where for _, atom in uppers) or any(name in where for name in names))
        ):
            ranks.setdefault(0, set()).add(row.choice)
        elif (reader.leaf.id + ".").startswith(row.where + "."):
            ranks.setdefault(1, set()).add(row.choice)
        elif row.where == "全文":
            ranks.setdefault(2, set()).add(row.choice)
    near = ranks[min(ranks)] if ranks else {"不含"}
    if len(near) > 1:
        raise Unread(f"本数 both ways: {uppers[0][0]}")
    return near.pop()


def settle_bare(reader: "LimitReader", atoms: dict[str, list[tuple[Clause, Atom]]]) -> None:
    """What is still bare: an upper end where a band begins, else what 本数 says."""
    for group in atoms.values():
        for clause, atom in group:
            if not atom.bare or atom.high is None:
                continue
            number = atom.high.number
            facing = [b.low for _, b in group if b is not atom and b.low and b.low.number == number]
            if facing:
                atom.high = End(number, not any(end.included for end in facing))
            else:
                _ask(reader, clause.id, clause.text, atom)


def _alone(reader: "LimitReader", group: Group) -> None:
    for place, atom in group:
        if atom.bare and atom.high is not None:
            _ask(reader, place, reader.sentences.get(place, ""), atom)


def _ask(reader: "LimitReader", place: str, words: str, atom: Atom) -> None:
    """An upper end that meets nothing: 本数 by words with its number, by the clause, the leaf or the whole text."""
    assert atom.high is not None
    rows = [r for r in reader.standard.readings if r.doubt == "本数" and atom.bare in flat(r.where)]
    others = [clause for clause in reader.leaf.clauses if clause.id == place]
    aside = [row for clause in others for row in reader.of_others(clause)]
    choice = rows[0].choice if rows else reader.reading(place, words, "本数", aside)
    if not choice:
        raise Unread(f"本数 is open: {words}")
    atom.high = End(atom.high.number, choice == "含")


def settle_counts(reader: "LimitReader", several: list[tuple[Clause, Count]]) -> None:
    """The bare ends of 满足1～2项: what the others on the list leave; of two that meet what 本数 says."""
    printed = [(clause, replace(count)) for clause, count in several]
    for clause, count in several:
        if not count.bare:
            begins = [c for _, c in printed if c.bare and c.low == count.high and count.low == 0]
            count.high -= bool(begins) and _upper_leaves(reader, clause)
            continue
        low, high = count.low, count.high
        for other_clause, other in printed:
            if other_clause is clause:
                continue
            upper_meets = other.low == high and high < len(count.parts)
            if upper_meets and (not other.bare or _upper_leaves(reader, clause)):
                count.high = high - 1
            if other.high == low and (other.bare or other.low == 0):
                count.low = low if _upper_leaves(reader, other_clause) else low + 1


def _upper_leaves(reader: "LimitReader", clause: Clause) -> bool:
    """Whether the clause with the upper end leaves its number to the one above."""
    return reader.reading(clause.id, clause.text, "本数") != "含"
