"""以此类推 behind bands for the naive reader: the further clauses that it stands for."""

import re
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from naive_limits import CAPS
from naive_logic import Atom, End, Unread
from naive_model import Clause, Flat, Usage
from naive_words import number

if TYPE_CHECKING:
    from naive_clauses import LeafReader

MORE = re.compile("[以依]此类推")
MOST = 50


def write_further(reader: "LeafReader", text: str, at: int, whole: str) -> int | None:
    """Adds the clauses, up to the cap behind it or the full mark, or down to nothing; returns where the words end."""
    found = MORE.match(text, at)
    if not found:
        return None
    bands = _bands(reader)
    if len(bands) < 2:
        raise Unread(f"以此类推 of what: {whole}")
    atoms = [band.condition for band in bands if isinstance(band.condition, Atom)]
    points = [band.amount.points for band in bands if isinstance(band.amount, Flat)]
    w, d = _width(atoms, whole), _one({b - a for a, b in pairwise(points)}, whole)
    single = (
        [a.low or a.high for a in atoms] if not any(a.low and a.high and not a.exact for a in atoms) else []
    )
    unit = next((u.unit for u in reversed(reader.standard.usages) if u.fact == atoms[0].fact), "")
    printed = 100 if unit == "%" else 1  # as the words say it
    numbers = [abs(end.number) * printed for end in single if end is not None]
    asked = len(bands) == 2 and (_doubles(points) or _doubles(numbers))
    if asked and reader.reading(bands[-1].id, whole, "递增") != "等差":
        raise Unread(f"递增 is open: {whole}")
    end = found.end()
    bound = reader.leaf.full_mark
    cap = re.compile(rf",?(?:{CAPS.pattern})").match(text, end)
    if cap:
        limit, end = number(cap["number1"] or cap["number2"]), cap.end()
        bound = limit if d > 0 else bound
        reader.shared_caps.append((bands[-1], limit))
    if not d or (d > 0 and bound is None):
        raise Unread(f"以此类推 without end: {whole}")
    last, size = atoms[-1], points[-1]
    for n in range(1, MOST + 2):
        size += d
        if size <= 0:
            break
        atom = _moved(last, w * n)
        ends_here = d > 0 and bound is not None and size >= bound
        if ends_here and bound is not None:
            size = bound
            _open(atom, w > 0, _moved(last, w * (n - 1)))
        _enter(reader, bands[-1], atom, size, whole)
        if ends_here:
            break
    else:
        raise Unread(f"too many further bands: {whole}")
    made = reader.leaf.clauses[-1].condition
    if d < 0 and isinstance(made, Atom):
        made.followed = "high" if w > 0 else "low"  # as if another followed
    return end


def _bands(reader: "LeafReader") -> list[Clause]:
    """The clauses right before it in its sentence, on one fact."""
    bands: list[Clause] = []
    for clause in reversed(reader.leaf.clauses):
        atom = clause.condition
        if (
            clause.sentence != reader.sentence
            or not isinstance(clause.amount, Flat)
            or not isinstance(atom, Atom)
        ):
            break
        if not atom.compares or (bands and (bands[0].fact, bands[0].sign) != (atom.fact, clause.sign)):
            break
        bands.insert(0, clause)
    return bands


def _width(atoms: list[Atom], whole: str) -> Fraction:
    """How far each band lies behind the one before."""
    if not any(atom.low and atom.high and not atom.exact for atom in atoms):
        sides = {(a.exact, a.low and a.low.included, a.high and a.high.included) for a in atoms}
        numbers = [end.number for a in atoms if (end := a.low or a.high) is not None]
        if len(sides) > 1:
            raise Unread(f"bands of several kinds: {whole}")
        return _one({b - a for a, b in pairwise(numbers)}, whole)
    if any(a.exact or not (a.low and a.high) for a in atoms[1:]):
        raise Unread(f"bands of several kinds: {whole}")
    widths = {a.high.number - a.low.number for a in atoms if a.low and a.high}
    steps = set()
    for one, two in pairwise(atoms):
        assert two.low and two.high
        if one.high and two.low.number == one.high.number:
            steps.add(two.high.number - two.low.number)
        elif one.low and two.high.number == one.low.number:
            steps.add(two.low.number - two.high.number)
        elif one.high and two.low.number == one.high.number + 1:  # whole numbers, one after the other
            steps.add(two.high.number - one.high.number)
            for atom in atoms:
                atom.low = atom.low and End(atom.low.number, True) if atom.bare_low else atom.low
                atom.high = atom.high and End(atom.high.number, True) if atom.bare else atom.high
                atom.bare, atom.bare_low = "", False
        else:
            raise Unread(f"bands that do not meet: {whole}")
    _one(widths, whole)
    return _one(steps, whole)


def _one(found: set[Fraction], whole: str) -> Fraction:
    if len(found) != 1:
        raise Unread(f"not the same throughout: {whole}")
    return found.pop()


def _doubles(numbers: list[Fraction]) -> bool:
    """N1 not 1 and N2 a multiple of it from 2 on."""
    if len(numbers) != 2 or numbers[0] in (0, 1):
        return False
    times = numbers[1] / numbers[0]
    return times >= 2 and times.denominator == 1


def _moved(atom: Atom, by: Fraction) -> Atom:
    return replace(
        atom,
        low=End(atom.low.number + by, atom.low.included) if atom.low else None,
        high=End(atom.high.number + by, atom.high.included) if atom.high else None,
    )


def _open(atom: Atom, upwards: bool, before: Atom) -> None:
    """The last one goes on for all beyond; bare numbers that are the far ends, beyond the one before."""
    single = atom.exact or atom.single
    if single and upwards and atom.low is None and before.high:
        atom.low, atom.high = End(before.high.number, False), None
    elif single and not upwards and atom.high is None and before.low:
        atom.low, atom.high = None, End(before.low.number, False)
    elif single and upwards:
        atom.low, atom.high = atom.low or atom.high, None
    elif single:
        atom.low, atom.high = None, atom.high or atom.low
    elif upwards and atom.low is not None:
        atom.high, atom.bare = None, ""
    elif not upwards and atom.high is not None:
        atom.low, atom.bare_low = None, False
    atom.exact = False


def _enter(reader: "LeafReader", like: Clause, atom: Atom, size: Fraction, whole: str) -> None:
    unit = next((u.unit for u in reversed(reader.standard.usages) if u.fact == atom.fact), "")
    for end in (atom.low, atom.high):
        if end is not None:
            reader.standard.usages.append(Usage(atom.fact, "比较", unit, end.number))
    reader.rules += 1
    place = f"{reader.leaf.id}.{reader.rules}"
    reader.sentences[place] = reader.sentences[like.id]
    clause = Clause(
        place,
        like.text + whole,
        like.sign,
        Flat(size),
        atom,
        sentence=like.sentence,
        item=like.item,
        own=atom,
    )
    clause.said = deepcopy((None, atom))
    reader.leaf.clauses.append(clause)
    reader.last = clause
