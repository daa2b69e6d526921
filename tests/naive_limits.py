"""Caps, groups of which one counts, and bands, for the naive reader."""

import re
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from naive_asked import PLACE
from naive_conditions import ConditionReader
from naive_ends import settle_bare, settle_counts, settle_left
from naive_grades import each_beside, leave_to_bands, settle_grades, several_each, write_each
from naive_logic import Atom, Condition, Count, Demand, End, Joined, Lacking, Unread, atoms_of, both, single
from naive_model import Clause, Given, Indicator, Limit, Per, Reading, Standard, Steps
from naive_things import share_numbers, tells_with, together
from naive_words import BEFORE, BEHIND, FACT, NUMBER, Marker, flat, number
from naive_zero import settle_zero

FULL = re.compile(rf"(?:直到|直至|加至|至)(?:满分|达到满分)(?:为)?(?P<number>{NUMBER})分?(?:为止)")
CAPS = re.compile(
    rf"(?P<all>本项|本指标)?(?P<together>累计|合计)?(?P<verb1>加|得|扣|减)?分?(?:最多|最高|至多|不超过)(?:不超过)?"
    rf"(?P<verb2>加|得|扣|减)?分?(?P<number1>{NUMBER})分"
    rf"|(?P<number2>{NUMBER})分封顶"
)
EMPTIED = re.compile("扣完为止")
GROUP = re.compile(
    r"(?:同一(?P<of>[\ue000-\uefff]|[一-鿿]{1,6}?),?)?(?:只|仅|就)?(?:取|计|按)(?:其中)?(?:得分)?最高(?:分|的一项|一项|项|级别)?(?:计分|得分|加分|计)?(?:,不(?:重复)?累计(?:加分|计分)?)?"
    r"|选其中一项|任选一项|任选其一|就高不就低"
    rf"|(?:同一(?P<same>{FACT}|[一-鿿]{{1,6}}?))?(?P<repeat>不重复(?:计算|计分|加分|累计))"
)


class LimitReader(ConditionReader):
    """What limits several clauses of a leaf."""

    leaf: Indicator
    segment: int
    last: Clause | None
    scaled: list[tuple[str, str]]

    def __init__(self, standard: Standard, marker: Marker) -> None:
        super().__init__(standard, marker)
        self.capped: list[tuple[Clause, Fraction, re.Match[str], str]] = []
        self.groups: list[tuple[int, int, int, re.Match[str], str]] = []
        self.singles: dict[str, str] = {}
        #: What stands behind the points of the rule that is read, and numbers that its steps have to settle.
        self.ahead = ""
        self.waiting: list[Atom] = []
        #: 不得分, among bands a clause like any other.
        self.zeroes: list[Clause] = []
        #: Caps behind 以此类推, over all clauses on the fact.
        self.shared_caps: list[tuple[Clause, Fraction]] = []

    def single_number(self, atom: Atom, alone: re.Match[str], at: int, words: str) -> int:
        """1人的, without a boundary: as 单值 says, of each fact once."""
        choice = self.singles.get(atom.fact) or self.reading(self.place, words, "单值") or ""
        if not choice and re.match(
            "[,;。]每", self.ahead
        ):  # steps from 100%的: their slope makes it a boundary
            choice = "恰为"
            self.waiting.append(atom)
        elif choice not in ("恰为", "以上", "以下"):
            raise Unread(f"单值 is open: {words}")
        else:
            self.singles[atom.fact] = choice
        end = End(self.measure(atom.fact, alone["number"], alone["unit"]), True)
        atom.low, atom.high = (end if choice != "以下" else None), (end if choice != "以上" else None)
        atom.exact, atom.single = choice == "恰为", True
        self.place_of(atom, alone)
        return alone.end()

    def boundary_side(self, word: str) -> str:
        return (BEFORE | BEHIND)[word][0]

    def read_limit(self, text: str, at: int, whole: str) -> int | None:
        """A cap or a group at this place; returns where it ends."""
        if found := FULL.match(text, at):
            limit = number(found["number"])
            self.read_order(whole)
            if self.leaf.full_mark is None:
                self.leaf.full_mark = limit
            self.leaf.limit = limit if self.leaf.limit is None else min(limit, self.leaf.limit)
        elif found := CAPS.match(text, at):
            if self.last is None:
                raise Unread(f"a cap before any rule: {whole}")
            limit = number(found["number1"] or found["number2"])
            if found["all"] and self.read_order(whole) == "先乘系数":
                self.leaf.limit = limit if self.leaf.limit is None else min(limit, self.leaf.limit)
                return found.end()
            self.capped.append((self.last, number(found["number1"] or found["number2"]), found, whole))
        elif found := EMPTIED.match(text, at):
            pass
        elif found := GROUP.match(text, at):
            self.groups.append((self.sentence, self.segment, len(self.leaf.clauses), found, whole))
        else:
            return None
        return found.end()

    def read_order(self, whole: str) -> str:
        """先后: what comes first of a cap and the coefficients in front of it."""
        if self.leaf.scales:
            said = [self.reading(place, f"{words}{whole}", "先后") for place, words in self.scaled]
            self.leaf.order = next((choice for choice in said if choice), "先封顶")
        return self.leaf.order

    def apply_bands(self) -> None:
        """分段: let the conditions on one fact, or the counts of one list, run on or end where the next begins."""
        atoms: dict[str, list[tuple[Clause, Atom]]] = {}
        counts: dict[int, list[tuple[Clause, Count]]] = {}
        rules = [*self.leaf.clauses, *self.zeroes]
        for clause in rules:
            for condition in single(clause.own):
                if isinstance(condition, Count):
                    if clause.sign:
                        counts.setdefault(condition.listed, []).append((clause, condition))
                elif condition.compares:
                    atoms.setdefault(condition.fact, []).append((clause, condition))
        for clause in self.leaf.clauses:  # 发布1项 is a condition too
            if isinstance(clause.amount, Per) and clause.amount.counted:
                first = Atom(clause.amount.fact, low=End(clause.amount.unit, True))
                clause.condition = both(clause.condition, first)
                atoms.setdefault(first.fact, []).append((clause, first))
        settle_left(self, atoms)
        left_to: list[tuple[Clause, list[tuple[Clause, Atom]]]] = []
        for facts in together(self.standard, atoms):
            bands = [band for fact in facts for band in atoms[fact]]
            each = each_beside(self.leaf.clauses, bands)
            clauses = [c for c in rules if any(c is one for one in [*each, *(own for own, _ in bands)])]
            stepping = {
                c.id for c in self.leaf.clauses if isinstance(c.amount, Steps) and c.amount.fact in facts
            }
            if len(stepping | {clause.id for clause in clauses}) < 2:
                continue
            choice = self.banding(clauses, facts)
            alike = [fact for fact in facts if alike_but_for(fact, facts, clauses, each)]
            if choice == "分段择一" and alike:
                settle_bare(
                    self, {fact: atoms[fact] for fact in facts}
                )  # before bands end where others begin
            best = choice == "分段择一" and all(self.still_share(fact, atoms[fact]) for fact in alike)
            if choice == "分段择一" and alike:
                left_to += write_each(each, bands)
            if best:
                group = [
                    c
                    for c in clauses
                    if c.sign and not (isinstance(c.amount, Steps) and c.amount.fact in facts)
                ]
                if len({c.sign for c in group}) > 1:
                    raise Unread(f"one of which: {clauses[0].text}")
                if group:
                    self.leaf.limits.append(Limit([c.id for c in group], None, group[0].sign))
            for fact in facts:
                only = len(atoms[fact]) == 1
                if choice == "分段累计" and not (
                    only and (each or tells_with(self.standard, atoms, fact, facts))
                ):
                    for _, atom in atoms[fact]:
                        if atom.low and atom.high and not atom.exact and fact not in self.standard.places:
                            atom.high, atom.bare = None, ""
                elif choice == "分段择一" and not best:
                    _one_of_them([atom for _, atom in atoms[fact]])
        for each in several_each(self.leaf.clauses):
            if self.banding(each) == "分段择一":
                self.leaf.limits.append(Limit([c.id for c in each], None, each[0].sign))
        settle_bare(self, atoms)
        leave_to_bands(left_to)
        settle_grades(self)
        for several in counts.values():
            settle_counts(self, several)
            banding = self.banding([clause for clause, _ in several]) if len(several) > 1 else ""
            if banding == "分段累计":
                for _, count in several:
                    count.high = len(count.parts) if count.low else count.high
            elif banding == "分段择一":
                for _, count in several:
                    higher = [other.low for _, other in several if other.low > count.low]
                    if count.high == len(count.parts) and higher:
                        count.high = min(higher) - 1
        settle_zero(self)

    def still_share(self, fact: str, bands: list[tuple[Clause, Atom]]) -> bool:
        """Whether bands share numbers even where each ends where the next begins."""
        ended = [(clause.id, replace(atom)) for clause, atom in bands]
        _one_of_them([atom for _, atom in ended])
        return share_numbers(self.standard, fact, ended)

    def banding(self, clauses: list[Clause], facts: Iterable[str] = ()) -> str:
        """What 分段 says about some clauses, on the numbers of facts; no choice where nothing is said."""
        said = {
            self.reading(
                clause.id,
                clause.text,
                "分段",
                [row for row in self.of_others(clause) if row.where not in facts],
            )
            for clause in clauses
        } - {None}
        if len(said) > 1:
            raise Unread(f"分段累计 and 分段择一: {clauses[0].text}")
        return said.pop() or "" if said else self.supposed("分段")

    def take_shared_number(self, clause: Clause) -> None:
        """本数: a number that two bands include by their words is taken from one of them."""
        for row in self.standard.readings:
            if row.doubt != "本数" or row.where not in clause.text:
                continue
            for atom in atoms_of(clause.condition):
                for side in ("low", "high"):
                    end = getattr(atom, side)
                    if end is not None and (said := atom.words.get(side)) and said in flat(row.where):
                        setattr(atom, side, End(end.number, row.choice == "含"))

    def of_others(self, clause: Clause) -> list[Reading]:
        """The rows of 解读 that quote words inside another clause, which speak of that one only."""
        others = [
            other.text
            for other in self.leaf.clauses
            if other is not clause and not isinstance(other.amount, Given)  # which has its sentence's words
        ]
        rows = [row for row in self.standard.readings if row.where not in clause.text]
        return [
            row
            for row in rows
            if not PLACE.fullmatch(row.where) and any(row.where in text for text in others)
        ]

    def apply_limits(self) -> None:
        """Caps and groups, once all clauses are known."""
        clauses = self.leaf.clauses
        for group in self.groups:
            self.apply_group(*group)
        for clause, limit in self.shared_caps:
            self.leaf.limits.append(
                Limit([c.id for c in clauses if c.fact == clause.fact], limit, clause.sign)
            )
        for clause, limit, found, whole in self.capped:
            same_sign = [c for c in clauses if c.sign == clause.sign]
            default = "本指标" if found["all"] else "本句"
            scope = (
                self.reading(clause.id, f"{clause.text}{whole}", "上限", self.of_others(clause)) or default
            )
            if found["all"] and scope != "本小项":  # what rows say of another cap of the sentence
                scope = "本指标"
            takes_off = (found["verb1"] or found["verb2"] or "") in ("扣", "减")
            place = clauses.index(clause)
            if scope == "本句":
                clause.cap = limit if clause.cap is None else min(limit, clause.cap)
                continue
            if scope == "本数据项":
                ids = [c.id for c in clauses if c.fact == clause.fact]
            elif scope == "本指标":
                chosen = same_sign if found["together"] or takes_off else clauses
                ids = [c.id for c in chosen]
            elif scope == "本小项":
                several = same_sign if found["together"] or takes_off else clauses
                ids = [c.id for c in several if c.item == clause.item]
            elif scope == "以上各句":
                ids = [c.id for c in clauses[: place + 1] if c.sign == clause.sign]
            elif scope == "整句":
                ids = [
                    c.id
                    for c in clauses[: place + 1]
                    if c.sign == clause.sign and c.sentence == clause.sentence
                ]
            else:
                raise Unread(f"上限 {scope}: {clause.text}")
            self.leaf.limits.append(Limit(ids, limit, clause.sign))

    def apply_group(self, sentence: int, segment: int, so_far: int, found: re.Match[str], whole: str) -> None:
        clauses = self.leaf.clauses
        own = [c for c in clauses if c.sentence == sentence]
        in_front = [c for c in clauses[:so_far] if c.sentence == sentence]
        in_part = [c for c in in_front if c.segment == segment]
        own = next((some for some in (in_part, in_front) if len(some) > 1), own)
        if not own:
            before = [c for c in clauses if c.sentence < sentence]
            own = [c for c in clauses if before and c.sentence == before[-1].sentence]
        scope = self.reading((own or clauses)[0].id, whole, "取高")
        if found["repeat"] or "就高" in found.group() or found["same"] or found["of"]:
            if self.reading((own or clauses)[0].id, whole, "重复") == "已剔除":
                return
            sign = found["same"] or found["of"] or ""
            facts = {c.fact for c in own if c.fact}
            named = {self.marker.name(sign)} if re.fullmatch(FACT, sign) else facts
            kinds = {self.standard.declared.get(f, {}).get("类型", "") for f in named}
            alone = bool(sign) or all(isinstance(c.amount, Per) for c in own)
            if len(named) == 1 and kinds == {"清单"} and alone:
                return
        group = clauses if scope == "本指标" or (scope is None and len(own) < 2) else own
        if len(group) < 2 or len({c.sign for c in group}) > 1:
            raise Unread(f"one of which: {whole}")
        self.leaf.limits.append(Limit([c.id for c in group], None, group[0].sign))


def _one_of_them(group: list[Atom]) -> None:
    """A condition with one end also ends where the next one begins."""
    before = [replace(atom) for atom in group]
    for atom in group:
        if atom.low and not atom.high:
            higher = [b.low for b in before if b.low and _starts(b.low) > _starts(atom.low)]
            if higher:
                first = min(higher, key=_starts)
                atom.high = End(first.number, not first.included)
        elif atom.high and not atom.low:
            lower = [b.high for b in before if b.high and _stops(b.high) < _stops(atom.high)]
            if lower:
                first = max(lower, key=_stops)
                atom.low = End(first.number, not first.included)


def alike_but_for(fact: str, facts: list[str], clauses: list[Clause], each: list[Clause]) -> bool:
    """Whether all clauses have one number on this fact, and ask for the same besides, joined by a plain 且."""
    rests = []
    for clause in clauses:
        parts = _parts(clause.condition)
        own = [p for p in parts if isinstance(p, Atom) and p.compares and p.fact == fact]
        rest = [p for p in parts if not any(p is one for one in own)]
        mixed = [p for p in rest if not isinstance(p, Atom) and any(a.fact in facts for a in atoms_of(p))]
        counts = clause.fact == fact and any(clause is one for one in each)
        if len(own) != (0 if counts else 1) or mixed:
            return False
        rests.append(sorted(_key(part) for part in rest))
    return all(rest == rests[0] for rest in rests)


def _parts(condition: Condition | None) -> list[Condition]:
    """What is joined by 且."""
    if isinstance(condition, Joined) and condition.word == "且":
        return [part for each in condition.parts for part in _parts(each)]
    return [] if condition is None else [condition]


def _key(condition: Condition) -> str:
    """What a condition asks for, whatever words say it."""
    if isinstance(condition, Atom):
        return repr((condition.fact, condition.negated, condition.low, condition.high, condition.options))
    if isinstance(condition, Demand | Lacking):
        return repr(condition)
    kind = condition.word if isinstance(condition, Joined) else repr((condition.low, condition.high))
    return kind + repr([_key(part) for part in condition.parts])


def _starts(end: End) -> tuple[Fraction, bool]:
    """Orders lower ends: from 2 on begins before above 2."""
    return end.number, not end.included


def _stops(end: End) -> tuple[Fraction, bool]:
    """Orders upper ends: below 2 stops before up to 2."""
    return end.number, end.included
