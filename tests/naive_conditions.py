"""Conditions for the naive reader."""

import re
from dataclasses import dataclass
from fractions import Fraction

from naive_asked import Asker
from naive_lacking import read_lacking
from naive_logic import Atom, Condition, End, Joined, Unread, opposite
from naive_model import Standard, Usage
from naive_numbers import in_full
from naive_options import names_of, options_of
from naive_references import reference, share_numbers, share_of
from naive_signs import write_all_there
from naive_words import (
    BEFORE_WORD,
    COMPARISON,
    FACT,
    JOINERS,
    LEAD_IN,
    LONG_TIME,
    LOOSE,
    MARK,
    MONEY,
    NUMBER,
    PLAIN,
    SHORT_TIME,
    VERB,
    Marker,
    boundary,
    number,
    unit_of,
)

IS = re.compile(r"(?P<no>不?)(?:为|是|属于)")


AND_TOO = (re.compile("和"), "且")
EXEMPT = re.compile(
    rf"(?:\((?:因|属)?|,但)(?P<who>{FACT}(?:不适用)?(?:(?:、|和|或者?|且){FACT}(?:不适用)?)*)的?除外\)?"
)
MET = re.compile(r"\((?P<who>[^()]*?)的,?(?:视同|视为)(?:满足|达到|符合)?(?:本条)?(?:要求|条件|标准|达标)?\)")
EASED = re.compile(rf"\((?P<who>{FACT}(?:(?:、|和|或者?|且){FACT})*)(?:可以?)适当放宽\)")
DASH = re.compile(
    rf"[在为是]?(?P<low>{NUMBER})(?P<unit_low>{LOOSE})(?P<mark_low>{MARK})?[-~至]"
    rf"(?P<high>{NUMBER})(?P<unit>{LOOSE})(?P<mark_high>{MARK})?(?:之间)?(?=的|,|$)"
)
EXACT = re.compile(
    rf"(?:等于|恰为|正好|仅为|为|是)(?P<number>{NUMBER})"
    rf"(?P<unit>个百分点|%|(?:(?![的或且]|[及以之][上下内外以]){PLAIN}){{0,4}}?)(?=的|,|$|且|或|、)"
)
#: 1人的: a number with a unit and nothing that says which side of it.
SINGLE = re.compile(
    rf"(?P<number>{NUMBER})(?P<unit>个百分点|%|(?:(?![的或且后]|[及以之][上下内外以]){PLAIN}){{1,4}}?)(?=的|,|$)"
)


@dataclass
class Measured:
    """A fact that was measured, for the next condition without a subject."""

    sentence: int
    unit: str
    fact: str


class ConditionReader(Asker):
    """Reads conditions, with what was measured before them; `place` is the id of the clause."""

    def __init__(self, standard: Standard, marker: Marker) -> None:
        super().__init__(standard)
        self.marker = marker
        self.measured: list[Measured] = []
        #: 没有该项指标的: conditions whose parts are known when the leaf is read.
        self.lacking: list[Joined] = []
        self.sentence = 0
        self.place = ""  # of the condition that is being read
        #: Whether the condition must hold (a requirement): then commas join with 且, and an exempt one need not meet it.
        self.requiring = False
        #: The rankings in the sentence before and in this one: of what, within what, in which order.
        self.rankings: list[list[tuple[str, str, str]]] = [[], []]
        self.ranked: list[tuple[str, str, str]] = []

    def condition(self, text: str, place: str, words: str) -> Condition | None:
        """A whole condition; `None` where there are only lead-ins."""
        text, self.place = write_all_there(text.rstrip(","), requiring=self.requiring), place
        parts: list[Condition] = []
        joiners: list[str] = []
        at = 0
        while True:
            while (lead := LEAD_IN.match(text, at)) is not None:
                at = lead.end()
            if at >= len(text):
                break
            at = self.atom(text, at, parts, words)
            if at >= len(text):
                break
            for pattern, meaning in JOINERS + ([AND_TOO] if self.requiring else []):
                joiner = pattern.match(text, at)
                if joiner:
                    listing = joiner.group().startswith(",") and meaning != "或"
                    joiners.append(
                        "," if self.requiring and (listing or joiner.group() == "以及") else meaning
                    )
                    at = joiner.end()
                    break
            else:
                raise Unread(f"{text[at:]!r} in {words}")
        if not parts:
            return None
        share_numbers(self.standard, parts)
        if len(joiners) != len(parts) - 1:
            raise Unread(f"a condition is missing: {words}")
        if self.requiring:
            return self.required(parts, joiners, place, words)
        if "?" in joiners:
            choice = self.reading(place, words, "并列") or self.supposed("并列")
            if choice not in ("且", "或"):
                raise Unread(f"并列 is open: {words}")
            joiners = [choice if j == "?" else j for j in joiners]
        # 且 binds closer than 或
        rows: list[list[Condition]] = [[parts[0]]]
        for word, part in zip(joiners, parts[1:], strict=True):
            if word == "且":
                rows[-1].append(part)
            else:
                rows.append([part])
        options: list[Condition] = [row[0] if len(row) == 1 else Joined("且", row) for row in rows]
        return options[0] if len(options) == 1 else Joined("或", options)

    def required(self, parts: list[Condition], joiners: list[str], place: str, words: str) -> Condition:
        """Commas join segments with 且; in one, 、 is 且 too, and asked about beside 或."""
        segments: list[tuple[list[Condition], list[str]]] = [([parts[0]], [])]
        for joiner, part in zip(joiners, parts[1:], strict=True):
            if joiner == ",":
                segments.append(([part], []))
            else:
                segments[-1][0].append(part)
                segments[-1][1].append(joiner)
        found: list[Condition] = []
        for members, words_between in segments:
            kinds = set(words_between)
            if {"?", "或"} <= kinds:
                choice = self.reading(place, words, "并列") or self.supposed("并列")
                if choice not in ("且", "或"):
                    raise Unread(f"并列 is open: {words}")
                kinds = kinds - {"?"} | {choice}
            if {"且", "或"} <= {"且" if k == "?" else k for k in kinds}:
                raise Unread(f"且 and 或: {words}")
            word = "或" if "或" in kinds else "且"
            found.append(members[0] if len(members) == 1 else Joined(word, members))
        return found[0] if len(found) == 1 else Joined("且", found)

    def exempted(self, atom: Condition, text: str, at: int, words: str) -> tuple[Condition, int]:
        """（【X】除外）, （【X】可适当放宽） behind a condition."""
        found = EXEMPT.match(text, at)
        if found:
            return self.exempt(atom, found, words), found.end()
        alike = MET.match(text, at)
        if alike:
            instead = self.condition(alike["who"], self.place, words)
            return Joined("或", [atom, *([instead] if instead else [])]), alike.end()
        eased = EASED.match(text, at)
        if not eased:
            return atom, at
        if not isinstance(atom, Atom) or not atom.compares:
            raise Unread(f"放宽 of what: {words}")
        who = self.exempt_facts(eased["who"], words)
        name = f"{atom.fact}放宽后符合要求"
        rows = [r.choice for r in self.standard.readings if r.doubt == "放宽"]
        if name in self.standard.declared:
            self.standard.usages.append(Usage(name, "是否"))
            judged: Condition = Atom(name)
        elif len(rows) == 1 and (bound := re.match(rf"({NUMBER})([^\d]*)", rows[0])):
            value = self.measure(atom.fact, bound[1], bound[2])
            judged = Atom(
                atom.fact,
                low=End(value, atom.low.included) if atom.low else None,
                high=End(value, atom.high.included) if atom.high else None,
            )
        else:
            raise Unread(f"放宽 is open: {words}")
        return Joined("或", [atom, Joined("且", [who, judged])]), eased.end()

    def exempt(self, condition: Condition, found: re.Match[str], words: str) -> Condition:
        """Where it must hold, condition or X; else condition and not X."""
        who = self.exempt_facts(found["who"], words)
        return Joined("或", [condition, who]) if self.requiring else Joined("且", [condition, opposite(who)])

    def exempt_facts(self, text: str, words: str) -> Condition:
        """Several X joined by 、 和 或 each; by 且 both."""
        parts: list[Condition] = []
        for sign in re.findall(rf"{FACT}(?:不适用)?", text):
            self.atom(sign, 0, parts, words)
        return parts[0] if len(parts) == 1 else Joined("且" if "且" in text else "或", parts)

    def atom(self, text: str, at: int, parts: list[Condition], words: str) -> int:
        """One condition from `at` on; returns where it ends."""
        if (told := read_lacking(self, text, at, parts)) is not None:
            return told + 1 if text[told : told + 1] == "的" else told
        subject = re.compile(rf"(?P<no>未|没有)?(?P<fact>{FACT})").match(text, at)
        share = share_of(self, text, at, words)
        if measured := reference(self, text, at, words):
            atom, at, before = measured
            if not atom.compares:
                at = self.bounds(atom, before + text[at:], 0, words) + at - len(before)
                if not atom.compares:
                    raise Unread(f"a number without a boundary: {words}")
            parts.append(atom)
        elif share:
            atom = Atom(share[0])
            at = self.bounds(atom, text, share[1], words)
            if not atom.compares:
                raise Unread(f"a share that is not compared: {words}")
            parts.append(atom)
        elif subject:
            atom = Atom(self.marker.name(subject["fact"]), negated=bool(subject["no"]))
            at = subject.end()
            if self.options(atom.fact):
                at = self.chosen(atom, self.marker.shown(subject["fact"]), text, at, words)
            else:
                at = self.bounds(atom, text, at, words)
                if atom.negated and atom.compares:
                    raise Unread(f"未 before a comparison: {words}")
                if not atom.compares:
                    self.standard.usages.append(Usage(atom.fact, "是否"))
            parts.append(atom)
        else:
            own = DASH.match(text, at) or EXACT.match(text, at) or SINGLE.match(text, at)
            if own:
                atom = Atom(self.subject(own["unit"] or own.groupdict().get("unit_low") or "", words))
                parts.append(atom)
                at = self.bounds(atom, text, at, words)
                return at + 1 if text[at : at + 1] == "的" else at
            if text[at : at + 1] in ("为", "是") and self.comparison(text, at + 1):
                at += 1  # says nothing
            verb = re.compile(rf"{VERB}(?={BEFORE_WORD}|{NUMBER})").match(text, at)
            compared = self.comparison(text, verb.end() if verb else at)
            if compared is None or (
                compared.start() > at and not self.is_number_before(text, compared.start())
            ):
                raise Unread(f"{text[at:]!r} in {words}")
            ahead = re.compile(FACT).match(text, compared.end())
            if ahead:
                atom = Atom(self.marker.name(ahead.group()))
                self.bound(atom, compared, words)
                parts.append(atom)
                at = ahead.end()
            else:
                atom = Atom(self.subject(compared["unit"], words))
                at = self.bounds(atom, text, compared.start(), words)
                parts.append(atom)
        parts[-1], at = self.exempted(parts[-1], text, at, words)
        return at + 1 if text[at : at + 1] == "的" else at

    # options

    def options(self, fact: str) -> list[str]:
        """The options of a 选项, none for other facts."""
        return options_of(self.standard, fact)

    def chosen(self, atom: Atom, shown: str, text: str, at: int, words: str) -> int:
        """`为x、y的` behind a 选项, or the option as the words shown."""
        names = names_of(self.standard, atom.fact)
        one = "(?:" + "|".join(map(re.escape, sorted(names, key=len, reverse=True))) + ")"
        said = re.compile(rf"{IS.pattern}(?P<names>{one}(?:(?:、|或者?|,){one})*)").match(text, at)
        if said:
            atom.options = tuple(names[name] for name in re.findall(one, said["names"]))
            atom.negated ^= bool(said["no"])
            at = said.end()
        elif shown in names:
            atom.options = (names[shown],)
        else:
            raise Unread(f"not an option: {words}")
        self.standard.usages.append(Usage(atom.fact, "选项"))
        return at

    # numbers

    def bounds(self, atom: Atom, text: str, at: int, words: str) -> int:
        """达到60%（但）不足70%: one comparison or two on one subject, in one unit; returns where they end."""
        unit = None
        dash = DASH.match(text, at)
        if dash:
            low = dash["low"] if dash["unit_low"] else in_full(dash["low"], dash["high"])
            for side, printed in (("low", low), ("high", dash["high"])):
                value = self.measure(atom.fact, printed, dash["unit"] or dash["unit_low"])
                mark = dash[f"mark_{side}"]
                setattr(atom, side, End(value, not (mark and "不" in mark)))
            atom.bare = "" if dash["mark_high"] else f"{dash['high']}{dash['unit']}"
            atom.bare_low = not dash["mark_low"]
            return dash.end()
        exact = EXACT.match(text, at)
        if exact:
            value = self.measure(atom.fact, exact["number"], exact["unit"])
            atom.low = atom.high = End(value, True)
            atom.exact = True
            self.place_of(atom, exact)
            return exact.end()
        if text[at : at + 1] in ("为", "是", "在") and self.comparison(text, at + 1):
            at += 1  # says nothing
        while (found := self.comparison(text, at)) is not None:
            if self.is_number_before(text, at) or (unit is not None and unit_of(found["unit"]) != unit):
                break
            self.bound(atom, found, words)
            unit = unit_of(found["unit"])
            at = found.end()
            more = self.comparison(text, at + 1) if text[at : at + 1] in ("但", "且", ",") else None
            if more and not self.is_number_before(text, at + 1) and unit_of(more["unit"]) == unit:
                at += 1
        if not atom.compares and (alone := SINGLE.match(text, at)) is not None:
            return self.single_number(atom, alone, at, words)
        return at

    def single_number(self, atom: Atom, alone: re.Match[str], at: int, words: str) -> int:
        """1人的, without a boundary: nothing here; a leaf asks 单值."""
        return at

    def comparison(self, text: str, at: int) -> re.Match[str] | None:
        found = COMPARISON.match(text, at)
        if found and not (found["before"] or found["behind"] or found["after"]):
            return None
        return found

    def is_number_before(self, text: str, at: int) -> bool:
        """Whether the comparison at `at` belongs to a fact behind it."""
        found = self.comparison(text, at)
        return bool(found and re.compile(FACT).match(text, found.end()))

    def bound(self, atom: Atom, found: re.Match[str], words: str) -> None:
        side, included = boundary(found, words)
        if side == "":  # 100家后
            side, included = "low", True
        atom.after |= bool(found["after"])
        value = self.measure(atom.fact, found["number"], found["unit"])
        if getattr(atom, side) is not None:
            raise Unread(f"two ends on one side: {words}")
        setattr(atom, side, End(value, included))
        atom.words[side] = found.group()
        self.place_of(atom, found)

    def place_of(self, atom: Atom, found: re.Match[str]) -> None:
        """修约值比较法: the last printed place of a limit that is neither a fraction nor a ratio."""
        if "/" in found["number"]:
            return
        if self.standard.compares_rounded and atom.fact not in self.standard.questions:
            formula = self.standard.formulas.get(atom.fact)
            if formula is None or formula.rounding is None:
                digits = len(found["number"].partition(".")[2].rstrip("十百千万亿"))
                one = self.in_unit(atom.fact, Fraction(1, 10**digits), unit_of(found["unit"]))
                atom.place = one / 100 if unit_of(found["unit"]) == "%" else one

    def measure(self, fact: str, printed: str, unit: str) -> Fraction:
        """A printed number in the fact's unit, noted as one that the fact is compared with."""
        unit = unit_of(unit)
        question = self.standard.questions.get(fact)
        if question is not None and question.kind == "距":
            question.unit = question.unit or unit
        value = number(printed)
        value = value / 100 if unit == "%" else self.in_unit(fact, value, unit)
        self.measured.append(Measured(self.sentence, unit, fact))
        self.standard.usages.append(Usage(fact, "比较", unit, value))
        return value

    def subject(self, unit: str, words: str) -> str:
        """承前: the one fact measured in this unit, in this sentence or the one before."""
        unit = unit_of(unit)
        facts = {m.fact for m in self.measured if m.unit == unit and m.sentence >= self.sentence - 1}
        if len(facts) != 1:
            raise Unread(f"a condition without a subject, or with {sorted(facts)}: {words}")
        return facts.pop()

    def in_unit(self, fact: str, value: Fraction, unit: str) -> Fraction:
        """A printed number in the unit the fact is declared in."""
        question = self.standard.questions.get(fact)
        own = self.standard.declared.get(fact, {}).get("单位", "") or (question.unit if question else "")
        formula = self.standard.formulas.get(fact)
        if formula is not None and formula.difference:
            own = self.standard.declared.get(formula.like, {}).get("单位", "") or next(
                (m.unit for m in self.measured if m.fact == formula.like), ""
            )
        used = [u.unit for u in self.standard.usages if u.fact == fact and u.unit]
        own = own or next(iter([*used, *(m.unit for m in self.measured if m.fact == fact)]), unit)
        for scale in (MONEY, LONG_TIME, SHORT_TIME):
            if unit in scale and own in scale:
                return value * scale[unit] / scale[own]
        return value

    def begin_item(self, numbering: str) -> None:
        """A number in front begins an item, beyond which no subject refers back; a bullet begins none."""
        if numbering != "•":
            self.measured.clear()
