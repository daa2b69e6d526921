"""The clauses of a leaf for the naive reader: rule after rule, each up to its points."""

import re
from copy import deepcopy
from fractions import Fraction

from naive_conditions import EXEMPT, ConditionReader, Measured
from naive_dates import ask
from naive_limits import CAPS, GROUP, LimitReader
from naive_model import (
    Atom,
    Clause,
    Condition,
    End,
    Flat,
    Holding,
    Indicator,
    Joined,
    Judged,
    Line,
    Per,
    Standard,
    Steps,
    Threshold,
    Unread,
    Usage,
    Veto,
    atoms_of,
    both,
    opposite,
)
from naive_words import (
    BEFORE_WORD,
    COUNTER,
    FACT,
    LEAD_IN,
    LOOSE,
    NO_BOUNDARY,
    NUMBER,
    NUMBERING,
    UNIT,
    VERB,
    Marked,
    Marker,
    number,
    rounding,
    unit_of,
)

ADD = "另加|再加|加计|(?<!增)加|得|计|记|奖励|奖|给予"
OFF = "扣除|扣减|倒扣|加扣|扣|减去|减"
RANGE = rf"(?P<least>{NUMBER})[-~](?P<most>{NUMBER})分"
EFFECT = re.compile(
    rf"(?P<range>给予|(?:酌情|视情况)(?:{ADD}|{OFF}))分?{RANGE}"
    rf"|(?P<verb>{ADD}|{OFF})分?(?P<points>{NUMBER})分(?!钟)"
    rf"|(?:酌情|视情况)(?P<judged>{ADD}|给|{OFF})分"
    rf"|按比例(?P<share>得分|计分|扣减|扣分)"
    rf"|(?P<double>加倍|减半)(?:扣分|加分|计分|扣|计)?"
    rf"|(?P<zero>(?:本|该|此)(?:项|指标)(?:目)?不得分|不得分)"
    rf"|(?<={FACT})(?P<bare>{NUMBER})分(?!钟|封顶)"
    rf"|(?:则)?(?:本|该|此)(?:项)?(?:评价)?(?:指标)?(?:项目)?(?:得分)?(?:直接)?(?:视为|计为|记为|计|得|为)(?P<score>{NUMBER})分"
)
LINE = re.compile(
    rf"(?P<fact>{FACT})(?P<corners>(?:(?:{BEFORE_WORD})?{NUMBER}{LOOSE}的?,?得?{NUMBER}分,)+)"
    r"(?:中间|其间)?(?:部分)?按(?:线性插值|直线内插|线性内插)(?:法)?(?:计算得分|计算|计分|得分)?"
)
CORNER = re.compile(
    rf"(?P<word>{BEFORE_WORD})?(?P<number>{NUMBER})(?P<unit>{LOOSE})的?,?得?(?P<points>{NUMBER})分,"
)
MET = re.compile(r"达标\((?P<what>[^()]*)\)")
BRANCH = re.compile("否则|其他情况|其余|其中")
UP, DOWN = "增加|提高|增长|上升|提升|多|超过|超出|超|高于|高", "低于|低|少于|少|减少|降低|下降"
STEP = re.compile(rf"(?P<front>.*?)每(?:(?P<up>{UP})|{DOWN})(?P<number>{NUMBER})(?P<unit>{UNIT})的?")
START = re.compile(
    rf"(?:起评分|基础分|基本分)(?:为)?(?P<start>{NUMBER})分|(?:本项)?满分(?:为)?(?P<full>{NUMBER})分"
)
PART = re.compile(rf"不足{NUMBER}{LOOSE}的,?(?:(?P<up>按{NUMBER}{LOOSE}(?:计算|计))|不计算?)")
FLOORLESS = re.compile("可?扣至负分|不设下限")


class LeafReader(LimitReader, ConditionReader):
    """Reads the paragraphs under one leaf."""

    leaf: Indicator

    def __init__(self, standard: Standard, marker: Marker, leaf: Indicator) -> None:
        super().__init__(standard, marker)
        self.leaf = leaf
        self.rules = 0
        self.last: Clause | None = None
        self.last_steps: Steps | Per | None = None
        self.among: Condition | None = None  # 其中 carries its condition on to the end of the segment
        self.started = False

    def read(self, paragraphs: list[str]) -> None:
        for paragraph in paragraphs:
            marked = self.marker.mark(paragraph)
            ask(marked, self.standard, self.marker)
            for met in reversed(list(MET.finditer(marked.text))):  # 达标（达到90%） is what it says
                marked.replace(met.start(), met.end(), met["what"])
            start = 0
            for end in [m.start() for m in re.finditer("[。;]", marked.text)] + [len(marked.text)]:
                numbering = NUMBERING.match(marked.text[start:end])
                start += numbering.end() if numbering else 0
                if end > start:
                    self.sentence += 1
                    self.among = None
                    self.read_sentence(marked, start, end)
                start = end + 1
        self.apply_bands()
        self.apply_limits()
        self.begin()

    def begin(self) -> None:
        """What the leaf starts from."""
        if self.started:
            return
        adds = [c.sign > 0 for c in self.leaf.clauses]
        if adds and not any(adds):
            self.leaf.start = self.leaf.full_mark or Fraction(0)
        said = {self.reading(clause.id, clause.text, "起评分") for clause in self.leaf.clauses} - {None}
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
            self.read_rule(text[at : effect.start()].rstrip(","), effect, words, whole)
            at = effect.end()

    def read_saying(self, text: str, at: int, whole: str) -> int | None:
        """A cap, a group, 起评分 and the like at this place; returns where it ends."""
        if (limits := self.read_limit(text, at, whole)) is not None:
            return limits
        if found := START.match(text, at):
            if found["start"]:
                self.leaf.start, self.started = number(found["start"]), True
            elif self.leaf.full_mark is None:
                self.leaf.full_mark = number(found["full"])
            elif self.leaf.full_mark != number(found["full"]):
                raise Unread(f"two full marks: {whole}")
            return found.end()
        if found := PART.match(text, at):
            if isinstance(self.last_steps, Steps):
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
        elif self.among is not None:
            carried = self.among
        if effect["score"] or effect["zero"]:
            own = self.condition(head, place, words)
            condition = both(carried, own)
            if condition is None:
                raise Unread(f"a veto without a condition: {words}")
            self.settle_dates(place, words, condition)
            choice = self.reading(place, words, "不得分") if effect["zero"] == "不得分" else None
            if choice == "前句" and self.last is not None:
                self.last.nothing.append(condition)
            else:
                score = number(effect["score"]) if effect["score"] else Fraction(0)
                self.leaf.vetoes.append(Veto(place, words, condition, score=score))
            return
        verb = (
            effect["verb"]
            or effect["judged"]
            or (effect["range"] or "加").removeprefix("酌情").removeprefix("视情况")
        )
        sign = -1 if re.fullmatch(OFF, verb) else 1
        if verb == "倒扣":
            choice = self.reading(place, words, "下限")
            if choice != "负分":
                raise Unread(f"下限 is open: {words}")
            self.leaf.floor = False
        clause = Clause(place, words, sign, Flat(Fraction(0)), sentence=self.sentence)
        self.read_amount(clause, head, effect)
        clause.own = clause.condition
        clause.said = deepcopy((carried, clause.own))
        clause.condition = both(deepcopy(carried), clause.own)
        clause.ends_run = bool(branch and branch.group() != "其中" and clause.own is None)
        if clause.condition is None and isinstance(clause.amount, Flat):
            raise Unread(f"points without a condition: {words}")
        self.settle_dates(place, words, clause.condition, clause.fact)
        self.leaf.clauses.append(clause)
        self.last = clause

    def read_amount(self, clause: Clause, head: str, effect: re.Match[str]) -> None:
        """What the clause gives, and the condition in its head."""
        place, words = clause.id, clause.text
        shapes = self.shapes(head)
        if effect["judged"] or effect["range"]:
            self.read_judged(clause, head, effect)
            return
        if effect["share"]:
            found = re.fullmatch(rf"(?P<front>.*?)(?P<fact>{FACT})", head)
            if not found or self.leaf.full_mark is None:
                raise Unread(f"a share of what: {words}")
            fact = self.marker.name(found["fact"])
            clause.condition = self.condition(found["front"], place, words)
            corners = [(Fraction(0), Fraction(0)), (Fraction(1), self.leaf.full_mark)]
            clause.amount = Line(fact, corners, Fraction(0), self.leaf.full_mark)
            self.standard.usages.append(Usage(fact, "比较", "%", Fraction(1)))
            self.standard.usages.append(Usage(fact, "比较", "%", Fraction(0)))
            return
        points = number(effect["points"] or effect["bare"])
        if step := STEP.fullmatch(head):
            self.read_step(clause, step, points)
        elif each := re.fullmatch(
            rf"(?P<no>无)?(?P<names>{FACT}(?:(?:、|和|及|以及){FACT})+)的?,每一?项", head
        ):
            names = [self.marker.name(sign) for sign in re.findall(FACT, each["names"])]
            self.standard.usages += [Usage(name, "是否") for name in names]
            clause.amount = Holding([Atom(name, negated=bool(each["no"])) for name in names], points)
        elif lack := shapes.get("lack"):
            clause.condition = self.condition(lack["front"], place, words)
            fact = self.count(lack["fact"], "1", lack["unit"])
            clause.amount = Per(fact, Fraction(1), points, whole=False)
        elif two := shapes.get("two"):
            clause.condition = self.condition(two["front"], place, words)
            fact, second = (
                self.count(two["fact"], "1", two["unit"]),
                self.count(two["second"], "1", two["unit2"]),
            )
            clause.amount = Per(fact, Fraction(1), points, second)
        elif joint := shapes.get("joint"):
            clause.condition = self.condition(joint["front"], place, words)
            fact = self.count(joint["fact"], "1", f"{joint['unit']}·{joint['unit2']}")
            clause.amount = Per(fact, Fraction(1), points, whole=False)
        elif per := shapes.get("per"):
            clause.condition = self.condition(per["front"], place, words)
            fact = self.count(per["fact"], per["number"] or "1", per["unit"])
            clause.amount = Per(fact, number(per["number"] or "1"), points)
            clause.amount.unit = self.in_unit(fact, clause.amount.unit, unit_of(per["unit"]))
            self.last_steps = clause.amount
        elif once := shapes.get("once"):
            choice = self.reading(place, words, "计次")
            if choice not in ("每项", "一次"):
                raise Unread(f"计次 is open: {words}")
            fact = self.count(once["fact"], once["number"], once["unit"])
            if choice == "每项":
                clause.amount = Per(fact, number(once["number"]), points)
            else:
                clause.amount = Flat(points)
                clause.condition = Atom(fact, low=End(number(once["number"]), True))
        elif (
            effect["bare"]
            and not effect["points"]
            and head
            and not re.search("的$", head)
            and "每" not in head
        ):
            raise Unread(f"points without a verb: {words}")
        else:
            clause.amount = Flat(points)
            clause.condition = self.condition(head, place, words)

    def shapes(self, head: str) -> dict[str, re.Match[str]]:
        """The ways to count that this head can be read in."""
        unit, counted = rf"(?P<unit>{COUNTER})", rf"(?P<fact>{FACT})"
        patterns = {
            "once": rf"(?:{LEAD_IN.pattern})?{NO_BOUNDARY}{VERB}(?P<number>{NUMBER}){unit}{counted}的?",
            "joint": rf"(?P<front>.*?)每{unit}每(?P<unit2>{COUNTER}){counted}的?",
            "two": rf"(?P<front>.*?)每{unit}{counted}每(?P<unit2>{COUNTER})(?P<second>{FACT})的?",
            "lack": rf"(?P<front>.*?)每(?:缺少|缺)(?:{NUMBER})?{unit}{counted}的?",
            "per": rf"(?P<front>.*?)每(?!年{FACT})满?{NO_BOUNDARY}{VERB}(?P<number>{NUMBER})?{unit}{counted}的?",
        }
        found = {name: m for name, p in patterns.items() if (m := re.fullmatch(p, head))}
        if "per" not in found:
            behind = rf"(?P<front>.*?)(?:根据|按照|依据|按)?{counted}每满?{NO_BOUNDARY}{VERB}(?P<number>{NUMBER})?{unit}的?"
            late = re.fullmatch(behind, head)
            between = re.fullmatch(rf"(?P<front>.*?)每{counted}(?P<number>{NUMBER}){unit}的?", head)
            if m := late or between:
                found["per"] = m
        return found

    def count(self, sign: str, size: str, unit: str) -> str:
        fact = self.marker.name(sign)
        question = self.standard.questions.get(fact)
        if question is not None and question.kind == "距":
            question.unit = question.unit or unit
        self.measured.append(Measured(self.sentence, unit, fact))
        self.standard.usages.append(Usage(fact, "计数", unit, number(size)))
        return fact

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

    def enter(self, clause: Clause) -> None:
        """A clause that a table makes, with the next id."""
        self.rules += 1
        self.sentence += 1
        clause.id = f"{self.leaf.id}.{self.rules}"
        clause.sentence, clause.own = self.sentence, clause.condition
        self.sentences[clause.id] = clause.text
        self.leaf.clauses.append(clause)
        self.last = clause

    def read_judged(self, clause: Clause, head: str, effect: re.Match[str]) -> None:
        per = self.shapes(head).get("per")
        if per is None:
            per = re.fullmatch(rf"(?P<front>(?:.*,)?)(?:{LEAD_IN.pattern})*(?P<fact>{FACT})的?", head)
        if per is None:
            raise Unread(f"nothing to be judged: {clause.text}")
        if effect["range"] == "给予" and self.reading(clause.id, clause.text, "幅度") != "酌情":
            raise Unread(f"幅度 is open: {clause.text}")
        clause.condition = self.condition(per["front"], clause.id, clause.text)
        fact = self.marker.name(per["fact"])
        clause.amount = Judged(fact)
        most = self.leaf.full_mark
        if effect["least"]:
            clause.amount.low, clause.amount.high = number(effect["least"]), number(effect["most"])
            most = clause.amount.high
        self.standard.usages.append(Usage(fact, "酌情", full_mark=most, least=clause.amount.low))

    # steps, slopes and lines

    def read_step(self, clause: Clause, step: re.Match[str], points: Fraction) -> None:
        down = step["up"] is None
        clause.condition = self.condition(step["front"], clause.id, clause.text)
        parts = clause.condition.parts if isinstance(clause.condition, Joined) else [clause.condition]
        last = parts[-1]
        if not isinstance(last, Atom) or not last.compares or (last.low and last.high):
            raise Unread(f"a step without a base: {clause.text}")
        end = last.low or last.high
        assert end is not None
        clause.amount = self.steps(clause, last.fact, end.number, step, points, down)
        quota = (down and last.low is not None) or (not down and last.high is not None)
        if last.after or quota:  # says where steps begin, and is no condition
            rest = parts[:-1]
            if isinstance(clause.condition, Joined) and clause.condition.word == "或":
                raise Unread(f"或 before steps: {clause.text}")
            clause.condition = None if not rest else rest[0] if len(rest) == 1 else Joined("且", rest)  # type: ignore[arg-type]

    def steps(
        self, clause: Clause, fact: str, base: Fraction, step: re.Match[str], points: Fraction, down: bool
    ) -> Steps:
        size = number(step["number"])
        if step["unit"] == "个百分点":
            size /= 100
        elif step["unit"] == "%":
            choice = self.reading(clause.id, clause.text, "百分数")
            if choice not in ("百分点", "相对"):
                raise Unread(f"百分数 is open: {clause.text}")
            size = size / 100 if choice == "百分点" else base * size / 100
        else:
            size = self.in_unit(fact, size, unit_of(step["unit"]))
        if size <= 0:
            raise Unread(f"a step of nothing: {clause.text}")
        steps = Steps(fact, base, size, points, down)
        steps.parts = self.reading(clause.id, clause.text, "步长") or "整步"
        for times in (1, 2, 3):
            self.standard.usages.append(Usage(fact, "级差", number=base + (-times if down else times) * size))
        self.last_steps = steps
        return steps

    def read_slope(self, head: str, effect: re.Match[str], words: str) -> bool:
        """Steps without a base of their own belong to the clause before; returns whether these do."""
        step = STEP.fullmatch(head)
        before = self.last
        if before is None or before.sentence < self.sentence - 1 or not effect["points"]:
            return False
        points = number(effect["points"])
        off = re.fullmatch(OFF, effect["verb"]) is not None
        if step and not step["front"].strip(","):
            amount = before.amount
            condition = amount.condition if isinstance(amount, Threshold) else before.condition
            flat_points = amount.points if isinstance(amount, Threshold | Flat) else None
            if not isinstance(condition, Atom) or not condition.compares or flat_points is None:
                return False
            if isinstance(amount, Flat):
                copy = Atom(condition.fact, low=condition.low, high=condition.high, place=condition.place)
                before.amount = amount = Threshold(copy, flat_points)
            assert isinstance(amount, Threshold)
            end = condition.low or condition.high
            assert end is not None
            before.text += words
            made = self.steps(before, condition.fact, end.number, step, points, step["up"] is None)
            (amount.offs if off else amount.adds).append(made)
            return True
        if off and isinstance(before.amount, Flat) and isinstance(before.condition, Atom):
            per = self.shapes(head).get("per")
            place = f"{self.leaf.id}.{self.rules + 1}"
            if per and not per["front"] and not before.condition.compares:
                choice = self.reading(before.id, before.text + words, "达标分") or self.reading(
                    place, words, "达标分"
                )
                if choice == "从中扣减":
                    fact = self.count(per["fact"], per["number"] or "1", per["unit"])
                    before.text += words
                    size = self.in_unit(fact, number(per["number"] or "1"), unit_of(per["unit"]))
                    steps = Steps(fact, Fraction(0), size, points)
                    steps.parts = self.reading(before.id, before.text, "步长") or "整步"
                    self.last_steps = steps
                    before.amount = Threshold(before.condition, before.amount.points, offs=[steps])
                    before.condition = before.own = None
                    return True
                if choice is None and "得" in before.text and before.sentence == self.sentence:
                    raise Unread(f"达标分 is open: {words}")
        return False

    def read_double(self, head: str, how: str, words: str) -> None:
        """其中【B】的加倍, 减半: on the count before."""
        found = re.fullmatch(rf"其中(?P<fact>{FACT})的?", head)
        if not found or self.last is None or not isinstance(self.last.amount, Per):
            raise Unread(f"part of no count: {words}")
        amount = self.last.amount
        amount.part = self.count(found["fact"], "1", "")
        if how == "减半":
            amount.more = -amount.points / 2
        else:
            choice = self.reading(self.last.id, self.last.text + words, "加倍")
            if choice not in ("替代", "另加"):
                raise Unread(f"加倍 is open: {words}")
            amount.more = amount.points * (1 if choice == "替代" else 2)
        self.last.text += words

    def read_share_below(self, words: str) -> None:
        """达到b得N分，未达到的按比例得分."""
        last = self.last
        assert last is not None
        atom = last.condition
        if not isinstance(atom, Atom) or atom.low is None or atom.high or not isinstance(last.amount, Flat):
            raise Unread(f"in proportion to what: {words}")
        points = last.amount.points
        last.amount = Line(
            atom.fact, [(Fraction(0), Fraction(0)), (atom.low.number, points)], Fraction(0), points
        )
        last.condition = last.own = None

    def read_line(self, line: re.Match[str], words: str, sentence: str) -> None:
        """Straight lines through the points that are given."""
        self.rules += 1
        place = f"{self.leaf.id}.{self.rules}"
        self.sentences[place] = sentence
        fact = self.marker.name(line["fact"])
        corners: list[tuple[Fraction, Fraction, str]] = []
        for corner in CORNER.finditer(line["corners"]):
            value = self.measure(fact, corner["number"], corner["unit"])
            corners.append((value, number(corner["points"]), corner["word"] or ""))
        corners.sort()
        first, last = corners[0], corners[-1]
        choice = self.reading(place, words, "端外")

        def beyond(
            end: tuple[Fraction, Fraction, str], other: tuple[Fraction, Fraction, str], low: bool
        ) -> Fraction:
            if end[1] >= other[1] or not end[1]:
                return end[1]
            if end[2]:
                atom = self.boundary_side(end[2])
                return Fraction(0) if (atom == "low") == low else end[1]
            if choice == "端点分":
                return end[1]
            if choice == "零分":
                return Fraction(0)
            raise Unread(f"端外 is open: {words}")

        amount = Line(fact, [c[:2] for c in corners], beyond(first, last, True), beyond(last, first, False))
        self.last = Clause(place, words, 1, amount, sentence=self.sentence)
        self.leaf.clauses.append(self.last)

    # branches

    def carried(self, word: str, place: str, words: str) -> Condition | None:
        """What 否则, 其他情况, 其中 carry on from the clauses before."""
        last = self.last
        if last is None:
            raise Unread(f"no clause before {word}: {words}")
        if word == "其中":
            said = both(*last.said)
            if said is not None and self.reading(place, words, "其中") != "本句":
                self.among = said
            return said
        run = [c for c in self.leaf.clauses if c.sentence == self.sentence] or self.leaf.clauses
        ends = [place for place, c in enumerate(run) if c.ends_run]
        run = run[ends[-1] + 1 :] if ends else run
        choice = (self.reading(place, words, "否则") if word == "否则" else "各句") or "前句"
        if choice == "各句":
            conditions = [c for clause in run if (c := both(*clause.said)) is not None]
            if len(conditions) != len(run) or not run:
                raise Unread(f"a run without conditions: {words}")
            negated = [opposite(c) for c in conditions]
            return negated[0] if len(negated) == 1 else Joined("且", negated)
        carried, own = last.said
        if choice == "末项":
            if not isinstance(own, Joined) or own.word != "且":
                raise Unread(f"末项 of one condition: {words}")
            return both(carried, Joined("且", [*own.parts[:-1], opposite(own.parts[-1])]))
        if own is None:
            if carried is None:
                raise Unread(f"no condition before 否则: {words}")
            return opposite(carried)
        return both(carried, opposite(own))  # what it carried on stays

    def settle_dates(self, place: str, words: str, condition: Condition | None, fact: str = "") -> None:
        """近年: how the clause reads the last n years."""
        for name in [fact, *(atom.fact for atom in atoms_of(condition))]:
            question = self.standard.questions.get(name)
            if question is not None and question.kind == "近":
                choice = self.reading(place, words, "近年")
                if choice is None or question.mode not in ("", choice):
                    raise Unread(f"近年 is open: {words}")
                question.mode = choice
