"""The clauses of a leaf for the naive reader: rule after rule, each up to its points."""

import re
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction

from naive_amounts import EFFECT, LINE, OFF, AmountReader
from naive_branches import BRANCH
from naive_conditions import EXEMPT
from naive_further import write_further
from naive_instances import check_instances
from naive_lacking import parts_of, replaces_all, settle_lacking, write_shares
from naive_limits import CAPS, GROUP
from naive_logic import Condition, Unread, both
from naive_model import Clause, Flat, Given, Indicator, Judged, Per, Standard, Veto
from naive_options import write_options
from naive_short import write_short
from naive_steps import write_none
from naive_words import (
    FACT,
    LOOSE,
    NUMBER,
    NUMBERING,
    Marked,
    Marker,
    flat,
    number,
    rounding,
    unit_of,
)

MET = re.compile(r"达标\((?P<what>[^()]*)\)")
START = re.compile(
    rf"(?:起评分|基础分|基本分)(?:为)?(?P<start>{NUMBER})分|(?:(?:本项)?满分(?:为)?|本项共?)(?P<full>{NUMBER})分(?!封顶)"
)
PART = re.compile(
    rf"不[足满](?P<size>{NUMBER})(?P<unit>{LOOSE})的,?"
    rf"(?:(?P<up>按{NUMBER}{LOOSE}(?:计算|计|扣分|加分))|(?P<none>[扣加减]0分)|不(?:计算?|扣|加)(?!分))"
)
FLOORLESS = re.compile("可?扣至负分|不设下限")


class LeafReader(AmountReader):
    """Reads the paragraphs under one leaf."""

    leaf: Indicator

    def __init__(self, standard: Standard, marker: Marker, leaf: Indicator) -> None:
        super().__init__(standard, marker)
        self.leaf = leaf
        self.started = False
        self.segment = 0  # what ； cuts
        self.items = 0
        #: 本项不得分, read 本小项: the items and the conditions.
        self.emptied: list[tuple[int, Condition]] = []

    def read(self, paragraphs: list[str]) -> None:
        waiting = write_options(paragraphs, self.leaf, self.standard)
        while waiting:
            marked = self.mark(waiting.pop(0))
            write_short(marked, self.marker)
            for met in reversed(list(MET.finditer(marked.text))):  # 达标（达到90%） is what it says
                marked.replace(met.start(), met.end(), met["what"])
            for none in reversed(list(re.finditer("不(?:予)?(?P<verb>扣|减|加)分", marked.text))):
                marked.replace(none.start(), none.end(), f"{none['verb']}0分")
            for full in reversed(list(re.finditer("得满分", marked.text))):
                marked.replace(full.start(), full.end(), f"得{self.whole_mark(paragraphs)}分")
            write_shares(marked, self.leaf.full_mark)
            write_none(marked, self.leaf.full_mark)
            start, ended = 0, True
            while start < len(marked.text):
                numbering = NUMBERING.match(marked.text[start:])
                if numbering:
                    start += numbering.end()
                    self.begin_item(numbering.group())
                if ended and marked.text[start : start + 1] not in ("", "。", ";"):
                    self.sentence, ended = self.sentence + 1, False  # up to 。, or the end of the paragraph
                self.segment += 1
                found = self.own_list(marked, start, waiting)
                if found:
                    end, after = found
                else:
                    stop = re.compile("[。;]").search(marked.text, start)
                    end = after = stop.start() if stop else len(marked.text)
                if end > start:
                    self.among = None
                    self.read_sentence(marked, start, end)
                ended = ended or marked.text[after : after + 1] == "。"
                start = after + (1 if marked.text[after : after + 1] in ("。", ";") else 0)
        check_instances(self)
        settle_lacking(self)
        for item, condition in self.emptied:
            for clause in self.leaf.clauses:
                clause.nothing += [condition] if clause.item == item else []
        self.apply_bands()
        self.apply_limits()
        self.begin()
        judged = {c.amount.fact for c in self.leaf.clauses if isinstance(c.amount, Judged)}
        most = self.leaf.full_mark
        for n, usage in enumerate(self.standard.usages):  # 直到满分N为止 stands behind
            if usage.how == "酌情" and most is not None and usage.fact in judged:
                own = most if usage.full_mark is None else min(most, usage.full_mark)
                self.standard.usages[n] = replace(usage, full_mark=own)

    def whole_mark(self, paragraphs: list[str]) -> Fraction:
        """得满分: the points behind the heading, else those of a sentence 满分N分."""
        said = [found["full"] for p in paragraphs for found in START.finditer(flat(p)) if found["full"]]
        if self.leaf.full_mark is None and not said:
            raise Unread("得满分 of nothing")
        return number(said[0]) if self.leaf.full_mark is None else self.leaf.full_mark

    def begin(self) -> None:
        """What the leaf starts from."""
        if self.started:
            return
        telling = [c for c in self.leaf.clauses if c.amount != Flat(Fraction(0))]  # 不扣分 does not tell
        adds = [c.sign > 0 for c in telling or self.leaf.clauses]
        if adds and not any(adds):
            self.leaf.start = self.leaf.full_mark or Fraction(0)
        rules = self.sentences | {clause.id: clause.text for clause in self.leaf.clauses}
        said = {self.reading(place, words, "起评分") for place, words in rules.items()} - {None}
        if len(said) == 1:
            (choice,) = said
            if choice == "满分":
                self.leaf.start = self.leaf.full_mark or Fraction(0)
            elif choice == "零分":
                self.leaf.start = Fraction(0)
            else:
                raise Unread(f"起评分 {choice}")

    def read_sentence(self, marked: Marked, start: int, end: int) -> None:
        """Rule after rule; caps, groups and other sayings in between."""
        at = start
        text = marked.text[:end]
        whole = marked.words(start, end)
        phrase = re.fullmatch(r"(?:本项|本指标)?得分,?(.*)", text[start:end])
        if phrase and (said := rounding(phrase[1], self.reading(self.leaf.id + ".1", whole, "修约"))):
            self.leaf.rounding = said
            return
        if not re.search(
            r"\d分|[一二三四五六七八九十]分|得分|计分|加分|减分|扣分|封顶|分", text[start:end]
        ) and re.fullmatch(rf"(?:{FACT}|[,、])*", text[start:end]):
            return  # brackets alone name what the leaf measures
        if found := re.fullmatch("(?P<head>.*?),?(?:本|该)(?:指标|项)为缺项", text[start:end]):
            self.leaf.absent = self.condition(found["head"], f"{self.leaf.id}.{self.rules + 1}", whole)
            return
        while at < end:
            if text[at] in ",、:()" and not EXEMPT.match(text, at):
                at += 1
                continue
            moved = self.read_saying(text, at, whole)
            if moved is not None:
                at = moved
                continue
            told = (
                self.read_alike(text, at, end, whole)
                or self.read_scale(text, at, end, whole)
                or self.read_series(text, at, end, whole)
                or self.read_score(text, at, end, whole)
            )
            if told:
                at = self.read_rounding(text, told, whole)
                continue
            line = LINE.match(text, at)
            if line:
                self.read_line(line, marked.words(at, line.end()), whole)
                at = line.end()
                continue
            effect = EFFECT.search(text, at)
            if not effect:
                raise Unread(f"no points: {marked.words(at, end)}")
            until = effect.end()
            while (
                more := re.compile(rf"[,(]*(?:{CAPS.pattern}|{GROUP.pattern}|扣完为止)").match(text, until)
            ) is not None:
                until = more.end()
            words = marked.words(at, until)
            self.ahead = marked.text[effect.end() :]
            self.read_rule(text[at : effect.start()].rstrip(","), effect, words, whole)
            at = effect.end()

    def read_saying(self, text: str, at: int, whole: str) -> int | None:
        """A cap, a group, 起评分 and the like at this place; returns where it ends."""
        if (limits := self.read_limit(text, at, whole)) is not None:
            return limits
        if (behind := write_further(self, text, at, whole)) is not None:
            return behind
        if found := START.match(text, at):
            if found["start"]:
                self.leaf.start, self.started = number(found["start"]), True
            elif self.leaf.full_mark is None:
                self.leaf.full_mark = number(found["full"])
            elif self.leaf.full_mark != number(found["full"]):
                raise Unread(f"two full marks: {whole}")
            return found.end()
        if (found := PART.match(text, at)) and (not found["none"] or self.is_part(found)):
            if self.last_steps is not None:
                self.last_steps.parts = "进一" if found["up"] else "整步"
                return found.end()
            raise Unread(f"parts of no step: {whole}")
        if (found := EXEMPT.match(text, at)) and self.last is not None and self.last.condition is not None:
            self.last.condition = self.exempt(self.last.condition, found, whole)
            return found.end()
        if found := FLOORLESS.match(text, at):
            self.leaf.floor = False
            return found.end()
        return None

    def is_part(self, found: re.Match[str]) -> bool:
        """Whether 不足1天的不扣分 speaks of the steps of the clause before, which are of 1天."""
        steps = self.last_steps
        if steps is None:
            return False
        size, unit = number(found["size"]), unit_of(found["unit"])
        size = size / 100 if unit == "%" else self.in_unit(steps.fact, size, unit)
        return size == (steps.unit if isinstance(steps, Per) else steps.size)

    def read_rounding(self, text: str, at: int, whole: str) -> int:
        """得分＝F，保留一位小数: rounds the score of the leaf, of which F is the only rule."""
        behind = re.compile(",([^;。]*)").match(text, at)
        if not behind or not self.leaf.clauses or not isinstance(self.leaf.clauses[-1].amount, Given):
            return at
        said = rounding(behind[1], self.reading(self.leaf.clauses[-1].id, whole, "修约"))
        if said is None:
            return at
        if len(self.leaf.clauses) > 1 or self.capped or self.started:
            raise Unread(f"what is rounded: {whole}")
        self.leaf.rounding = said
        return behind.end()

    # rules

    def read_rule(self, head: str, effect: re.Match[str], words: str, sentence: str) -> None:
        belongs = self.read_slope(head, effect, words)
        if belongs:
            return
        if effect["double"]:
            self.read_double(head, effect["double"], words)
            return
        if effect["share"] and re.fullmatch("未达到的?,?", head) and self.last is not None:
            self.read_share_below(words)
            return
        self.rules += 1
        place = f"{self.leaf.id}.{self.rules}"
        self.sentences[place] = sentence
        branch = BRANCH.match(head)
        carried: Condition | None = None
        if branch:
            head = head[branch.end() :].lstrip(",")
            carried = self.carried(branch.group(), place, words)
        elif self.among is not None and self.reading(place, words, "其中") != "本句":
            carried = self.among
        if effect["score"] or effect["zero"]:
            own = self.condition(head, place, words)
            condition = both(carried, own)
            if condition is None:
                raise Unread(f"a veto without a condition: {words}")
            self.settle_dates(place, words, condition)
            self.set_apart(place, words, carried, own)
            nothing = effect["zero"] or number(effect["score"]) == 0
            choice = self.reading(place, words, "不得分") if nothing else None
            if choice == "本小项" and "指标" not in effect.group():
                self.emptied.append((self.items, condition))
            elif effect["zero"] == "不得分" and choice == "前句" and self.last is not None:
                self.zeroes.append(Clause(place, words, 0, Flat(Fraction(0)), condition, own=own))
                self.last.nothing.append(condition)
            else:
                if effect["zero"] == "不得分":
                    self.zeroes.append(Clause(place, words, 0, Flat(Fraction(0)), condition, own=own))
                score = number(effect["score"]) if effect["score"] else Fraction(0)
                self.leaf.vetoes.append(Veto(place, words, condition, score=score))
            return
        verb = (
            effect["verb"]
            or effect["judged"]
            or (effect["range"] or effect["upto"] or "加").removeprefix("酌情").removeprefix("视情况")
        )
        sign = -1 if re.fullmatch(OFF, verb) else 1
        if verb == "倒扣":
            choice = self.reading(place, words, "下限")
            if choice is None:
                raise Unread(f"下限 is open: {words}")
            self.leaf.floor = self.leaf.floor and choice != "负分"
        clause = Clause(
            place,
            words,
            sign,
            Flat(Fraction(0)),
            sentence=self.sentence,
            segment=self.segment,
            item=self.items,
        )
        self.read_amount(clause, head, effect)
        whole = both(carried, clause.condition)
        if verb in ("得", "计", "记", "给") and replaces_all(self, clause.condition, place, words):
            assert isinstance(clause.amount, Flat) and whole is not None
            if not any(part is whole for part in parts_of(clause.condition) for whole in self.lacking):
                # Who lacks all that the leaf measures is nobody whom its other clauses are about.
                self.set_apart(place, words, carried, clause.condition)
            self.leaf.vetoes.append(Veto(place, words, whole, score=clause.amount.points))
            return
        self.take_shared_number(clause)
        if self.falls_short(clause):
            return
        clause.own = clause.condition
        clause.said = deepcopy((carried, clause.own))
        clause.run = self.run if branch and branch.group() != "其中" else []
        clause.condition = both(deepcopy(carried), clause.own)
        clause.ends_run = bool(branch and branch.group() != "其中" and clause.own is None)
        if clause.condition is None and isinstance(clause.amount, Flat):
            raise Unread(f"points without a condition: {words}")
        self.settle_dates(place, words, clause.condition, clause.fact)
        self.leaf.clauses.append(clause)
        self.last = clause

    def add(self, clause: Clause, sign: str, size: str, unit: str, cap: str) -> None:
        """A clause of a table row: so many points per unit of its fact."""
        assert isinstance(clause.amount, Per)
        self.enter(clause)
        clause.amount.fact = self.count(sign, size, unit)
        clause.amount.unit = self.in_unit(clause.amount.fact, number(size), unit)
        limit = CAPS.fullmatch(cap.strip(",，")) if cap else None
        if cap and not limit:
            raise Unread(f"not a cap: {cap}")
        if limit:
            clause.cap = number(limit["number1"] or limit["number2"])

    def begin_item(self, numbering: str) -> None:
        super().begin_item(numbering)
        if numbering != "•":
            self.item = len(self.leaf.clauses)
            self.items += 1

    def enter(self, clause: Clause) -> None:
        """A clause that a table makes, with the next id."""
        self.rules += 1
        self.sentence += 1
        clause.id = f"{self.leaf.id}.{self.rules}"
        clause.sentence, clause.own = self.sentence, clause.condition
        self.sentences[clause.id] = clause.text
        self.leaf.clauses.append(clause)
        self.last = clause
