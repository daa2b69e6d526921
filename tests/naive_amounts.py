"""What a clause gives, for the naive reader: points, counts, steps, lines and judgements."""

import re
from copy import deepcopy
from fractions import Fraction

from naive_conditions import Measured
from naive_instances import read_instance
from naive_lists import EACH
from naive_logic import Atom, End, Joined, Unread, opposite
from naive_model import Clause, Flat, Holding, Judged, Line, Per, Standard, Steps, Threshold, Usage
from naive_series import SeriesReader
from naive_steps import read_step_from_nothing
from naive_words import (
    BEFORE_WORD,
    COUNTER,
    FACT,
    LEAD_IN,
    LOOSE,
    NO_BOUNDARY,
    NUMBER,
    UNIT,
    VERB,
    Marker,
    is_count,
    number,
    unit_of,
)

ADD = "另加|再加|加计|(?<!增)加|得|计|记|奖励|奖|给予"
OFF = "扣除|扣减|倒扣|加扣|扣|减去|减"
RANGE = rf"(?P<least>{NUMBER})[-~](?P<most>{NUMBER})分"
EFFECT = re.compile(
    rf"(?P<range>给予|(?:酌情|视情况)(?:{ADD}|{OFF}))分?{RANGE}"
    rf"|(?P<upto>(?:酌情|视情况)(?:{ADD}|{OFF}))分?(?P<limit>{NUMBER})分"
    rf"|(?P<verb>{ADD}|{OFF})分?(?P<points>{NUMBER})分(?!钟)"
    rf"|(?:酌情|视情况)(?P<judged>{ADD}|给|{OFF})分"
    rf"|按比例(?P<share>得分|计分|扣减|扣分)"
    rf"|(?P<double>加倍|减半)(?:扣分|加分|计分|扣|计)?"
    rf"|(?P<zero>(?:本|该|此)(?:项|指标)(?:目)?不得分|不得分)"
    rf"|(?<={FACT})(?P<bare>{NUMBER})分(?!钟|封顶)"
    rf"|(?:(?<!否)则)?(?:本|该|此)(?=项|评价|指标|得分)(?:项)?(?:评价)?(?:指标)?(?:项目)?(?:得分)?(?:直接)?(?:视为|计为|记为|计|得|为)(?P<score>{NUMBER})分"
)
LINE = re.compile(
    rf"(?P<fact>{FACT})(?P<corners>(?:(?:{BEFORE_WORD})?{NUMBER}{LOOSE}的?,?得?{NUMBER}分,)+)"
    r"(?:中间|其间)?(?:部分)?按(?:线性插值|直线内插|线性内插)(?:法)?(?:计算得分|计算|计分|得分)?"
)
CORNER = re.compile(
    rf"(?P<word>{BEFORE_WORD})?(?P<number>{NUMBER})(?P<unit>{LOOSE})的?,?得?(?P<points>{NUMBER})分,"
)
UP, DOWN = "增加|提高|增长|上升|提升|多|超过|超出|超|高于|高", "低于|低|少于|少|减少|降低|下降"
STEP = re.compile(rf"(?P<front>.*?)每(?:(?P<up>{UP})|{DOWN})(?P<number>{NUMBER})(?P<unit>{UNIT})的?")


class AmountReader(SeriesReader):
    """Reads what the clauses of a leaf give."""

    items: int

    def __init__(self, standard: Standard, marker: Marker) -> None:
        super().__init__(standard, marker)
        self.last: Clause | None = None
        self.last_steps: Steps | Per | None = None
        #: Clauses of instances (【A】一次扣1分), and the ids of those of each instance (每起【A】扣1分).
        self.instances: list[tuple[Clause, str]] = []
        self.each_of_fact: set[str] = set()
        self.item = 0  # how many clauses stand before the item

    def read_amount(self, clause: Clause, head: str, effect: re.Match[str]) -> None:
        """What the clause gives, and the condition in its head."""
        place, words = clause.id, clause.text
        shapes = self.shapes(head)
        if effect["judged"] or effect["range"] or effect["upto"]:
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
        if listed := EACH.fullmatch(head):
            clause.amount = Holding(self.each_of(listed, place, words), points)
        elif step := STEP.fullmatch(head):
            self.read_step(clause, step, points)
        elif each := re.fullmatch(
            rf"(?P<no>无)?(?P<names>{FACT}(?:(?:、|和|及|以及){FACT})+)的?,每一?项", head
        ):
            names = [self.marker.name(sign) for sign in re.findall(FACT, each["names"])]
            if not each["no"] and any(self.standard.declared.get(n, {}).get("类型") != "是否" for n in names):
                raise Unread(f"how many of these, or each counted: {words}")
            self.standard.usages += [Usage(name, "是否") for name in names]
            clause.amount = Holding([Atom(name, negated=bool(each["no"])) for name in names], points)
        elif lack := shapes.get("lack"):
            clause.condition = self.condition(lack["front"], place, words)
            fact = self.count(lack["fact"], "1", lack["unit"])
            clause.amount = Per(fact, Fraction(1), points, whole=False)
        elif two := shapes.get("two"):
            clause.condition = self.condition(two["front"], place, words)
            fact = self.count(two["fact"], "1", two["unit"])
            second = self.count(two["second"], "1", two["unit2"])
            clause.amount = Per(fact, Fraction(1), points, second)
        elif joint := shapes.get("joint"):
            clause.condition = self.condition(joint["front"], place, words)
            fact = self.count(joint["fact"], "1", f"{joint['unit']}·{joint['unit2']}")
            clause.amount = Per(fact, Fraction(1), points, whole=False)
        elif per := shapes.get("per"):
            clause.condition = self.condition(per["front"], place, words)
            fact = self.count(per["fact"], per["number"] or "1", per["unit"])
            size, share = number(per["number"] or "1"), unit_of(per["unit"]) == "%"
            clause.amount = Per(fact, size / 100 if share else size, points)
            clause.amount.unit = self.in_unit(fact, clause.amount.unit, unit_of(per["unit"]))
            if per.end("unit") <= per.start("fact"):
                self.each_of_fact.add(place)
            self.last_steps = clause.amount
            if not re.search("每满", head):
                clause.amount.parts = self.reading(place, words, "步长") or "整步"
        elif once := shapes.get("once"):
            choice = self.reading(place, words, "计次") or self.supposed("计次")
            if choice not in ("每项", "一次"):
                raise Unread(f"计次 is open: {words}")
            fact = self.count(once["fact"], once["number"], once["unit"])
            if choice == "每项":
                clause.amount = Per(fact, number(once["number"]), points, counted=True)
            else:
                clause.amount = Flat(points)
                clause.condition = Atom(fact, low=End(number(once["number"]), True))
        elif not effect["bare"] and read_instance(self, clause, head, points):
            return
        elif effect["bare"] and not effect["points"] and head and not re.search("的$|每", head):
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
            behind = rf"(?P<front>.*?)(?:根据|按照|依据|按|荣获|获得|取得|发生)?{counted}每满?{NO_BOUNDARY}{VERB}(?P<number>{NUMBER})?(?P<unit>%|{COUNTER})的?"
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
        self.measured.append(Measured(self.sentence, unit_of(unit), fact))
        self.standard.usages.append(Usage(fact, "计数", unit_of(unit), number(size)))
        return fact

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
            most = clause.amount.high if most is None else min(most, clause.amount.high)
        elif effect["upto"]:
            choice = self.reading(clause.id, clause.text, "酌情")
            if choice not in ("至多", "恰为"):
                raise Unread(f"酌情 is open: {clause.text}")
            most = number(effect["limit"])
            clause.amount.low, clause.amount.high = (most if choice == "恰为" else Fraction(0)), most
        self.standard.usages.append(Usage(fact, "酌情", full_mark=most, least=clause.amount.low))

    def read_step(self, clause: Clause, step: re.Match[str], points: Fraction) -> None:
        down = step["up"] is None
        if not step["front"].strip(","):
            read_step_from_nothing(self, clause, step, points, down)
            return
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
            choice = self.reading(clause.id, clause.text, "百分数") or self.supposed("百分数")
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
        if before is None or not self.is_near(before) or not effect["points"]:
            return False
        points = number(effect["points"])
        off = re.fullmatch(OFF, effect["verb"]) is not None
        if step and not step["front"].strip(","):
            amount = before.amount
            condition = amount.condition if isinstance(amount, Threshold) else before.condition
            flat_points = amount.points if isinstance(amount, Threshold | Flat) else None
            if not isinstance(condition, Atom) or not condition.compares or not flat_points:
                return False  # behind 不扣分 they are a clause of their own
            if isinstance(amount, Flat):
                if condition.exact:
                    self.settle_end(condition, off == (step["up"] is None), words)
                low = condition.low
                copy = Atom(condition.fact, low=low, high=condition.high, place=condition.place)
                before.amount = amount = Threshold(copy, flat_points)
            assert isinstance(amount, Threshold)
            end = condition.low or condition.high
            assert end is not None
            before.text += words
            made = self.steps(before, condition.fact, end.number, step, points, step["up"] is None)
            (amount.offs if off else amount.adds).append(made)
            return True
        if off and isinstance(before.amount, Flat) and isinstance(before.condition, Atom):
            shapes = self.shapes(head)
            per = shapes.get("joint") or shapes.get("per") or shapes.get("lack")
            place = f"{self.leaf.id}.{self.rules + 1}"
            if per and not per["front"] and not before.condition.compares:
                choice = self.reading(before.id, before.text + words, "达标分") or self.reading(
                    place, words, "达标分"
                )
                if choice == "从中扣减":
                    groups = per.groupdict()
                    said = groups.get("number") or "1"
                    unit = f"{per['unit']}·{per['unit2']}" if groups.get("unit2") else per["unit"]
                    fact = self.count(per["fact"], said, unit)
                    before.text += words
                    self.rules += 1  # its number stays
                    size = self.in_unit(fact, number(said), unit_of(unit))
                    steps = Steps(fact, Fraction(0), size, points)
                    steps.parts = self.reading(before.id, before.text, "步长") or "整步"
                    self.last_steps = steps
                    before.amount = Threshold(before.condition, before.amount.points, offs=[steps])
                    before.condition = before.own = None
                    return True
                if choice is None and "得" in before.text and before.sentence == self.sentence:
                    raise Unread(f"达标分 is open: {words}")
        return False

    def settle_end(self, atom: Atom, rises: bool, words: str) -> None:
        """为100%, 为0起 and 排名第1名 in front of steps bound one side: nothing lies beyond."""
        unit = next(m.unit for m in reversed(self.measured) if m.fact == atom.fact)
        if atom.fact in self.standard.places and atom.high == End(Fraction(1), True):
            atom.low = None
        elif unit == "%" and rises and atom.low == End(Fraction(1), True):
            atom.high = None
        elif is_count(unit) and not rises and atom.high == End(Fraction(0), True):
            atom.low = None
        else:
            raise Unread(f"steps from the middle: {words}")
        atom.exact = atom.single = False
        assert self.last is not None
        self.last.said = (self.last.said[0], deepcopy(atom))
        self.waiting = [other for other in self.waiting if other is not atom]

    def is_near(self, before: Clause) -> bool:
        """Whether a clause stands in this sentence or the one before, and in this item."""
        return before.sentence >= self.sentence - 1 and before in self.leaf.clauses[self.item :]

    def falls_short(self, clause: Clause) -> bool:
        """低于90%的，每低1个百分点扣1分 right behind 90%以上的得30分: whether its steps belong to that clause."""
        before, steps, missed = self.last, clause.amount, clause.condition
        if (
            before is None
            or not self.is_near(before)
            or not isinstance(before.amount, Flat)
            or not isinstance(before.condition, Atom)
            or not isinstance(steps, Steps)
            or not isinstance(missed, Atom)
            or (before.sign, clause.sign) != (1, -1)
            or opposite(before.condition) != opposite(opposite(missed))
        ):
            return False
        choice = self.reading(clause.id, clause.text, "达标分") or self.reading(
            before.id, before.text, "达标分"
        )
        if choice not in ("从中扣减", "另行扣减"):
            raise Unread(f"达标分 is open: {clause.text}")
        if choice == "从中扣减":
            before.text += clause.text
            met = before.condition
            before.amount = Threshold(
                Atom(met.fact, low=met.low, high=met.high, place=met.place), before.amount.points
            )
            before.amount.offs.append(steps)
        return choice == "从中扣减"

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

        def beyond(
            end: tuple[Fraction, Fraction, str], other: tuple[Fraction, Fraction, str], low: bool
        ) -> Fraction:
            if end[1] >= other[1] or not end[1]:
                return end[1]
            if end[2]:
                atom = self.boundary_side(end[2])
                return Fraction(0) if (atom == "low") == low else end[1]
            choice = self.reading(place, words, "端外") or self.supposed("端外")
            if choice == "端点分":
                return end[1]
            if choice == "零分":
                return Fraction(0)
            raise Unread(f"端外 is open: {words}")

        amount = Line(fact, [c[:2] for c in corners], beyond(first, last, True), beyond(last, first, False))
        self.last = Clause(place, words, 1, amount, sentence=self.sentence, item=self.items)
        self.leaf.clauses.append(self.last)
