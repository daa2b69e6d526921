"""Growing steps (第一次…, 第二次…) and points by a formula (得分＝…) for the naive reader."""

import re
from fractions import Fraction
from itertools import pairwise

from naive_alike import AlikeReader
from naive_branches import BRANCH, BranchReader
from naive_logic import Unread, both
from naive_model import Clause, Formula, Given, Indicator, Series, Usage
from naive_words import COUNTER, FACT, NUMBER, VERB, number

TIME = rf"(?:第(?P<nth>{NUMBER})次|(?P<first>首次)|(?P<again>再次))"
ITEM = re.compile(
    TIME + rf"(?P<later>起|及以后)?(?P<each>每次)?的?,?(?P<verb>加|得|扣|减)(?P<points>{NUMBER})分[,、;]?"
)
SERIES = re.compile(
    rf"(?P<front>(?:[^,;。]*,)*?)(?:每{VERB}(?:一|1)?{COUNTER}(?P<a>{FACT})|(?:发生|出现|获得|发现)?(?P<b>{FACT}))的?,"
    r"(?=第[一1]次|首次)"
)
OPERAND = rf"(?:{FACT}|满分|分值|标准分|\d+(?:\.\d+)?(?:%|分)?|[-+×÷/()])"
SCORE = re.compile(
    rf"(?P<front>.*?),?(?:(?P<what>(?:本项|本指标)?(?:得分|扣分))=“?(?P<f>{OPERAND}+)”?"
    rf"|按[“\"]?(?P<g>{OPERAND}*[×÷+\-/]{OPERAND}*)[”\"]?(?:计算得分|计算|计分))"
)


SCALE = re.compile(
    rf"(?P<front>(?:(?!{NUMBER}分)[^;。])*?)的?,?(?P<own>本项|本指标)?(?:得分)?"
    rf"(?:乘以?(?P<times>\d+(?:\.\d+)?%?|{FACT})|按(?P<share>\d+(?:\.\d+)?%)(?:计分|计算|计))"
)


SCALES = re.compile(
    rf"(?P<a>{FACT})为(?P<options>[^,;。]+?)的?,系数(?:分别)?为(?P<numbers>[\d.、]+),?(?:本项|本指标)?(?:得分)?乘以(?:相应|对应)?系数"
)


class SeriesReader(AlikeReader, BranchReader):
    """Reads clauses that state their points instance by instance, or by a formula."""

    of_heading = False
    items: int
    leaf: Indicator
    last: Clause | None

    def read_series(self, text: str, at: int, end: int, whole: str) -> int | None:
        """第一次扣1分，第二次扣2分，以此类推; returns where it ends."""
        head = SERIES.match(text, at, end)
        if not head:
            return None
        steps: list[Fraction] = []
        place, later = head.end(), False
        sign = 1
        while item := ITEM.match(text, place, end):
            nth = 1 if item["first"] else 2 if item["again"] else int(number(item["nth"]))
            if nth != len(steps) + 1 or later:
                raise Unread(f"instances out of order: {whole}")
            steps.append(number(item["points"]))
            later = bool(item["later"] or item["each"])
            sign = -1 if item["verb"] in "扣减" else 1
            place = item.end()
        if not steps:
            return None
        growth = None
        clause = self.made(whole, sign)
        if more := re.compile("以此类推|依此类推").match(text, place):
            differences = {b - a for a, b in pairwise(steps)}
            if len(differences) != 1 or min(differences) < 0:
                raise Unread(f"以此类推 of what: {whole}")
            growth, later, place = differences.pop(), True, more.end()
        elif not later:
            choice = self.reading(clause.id, whole, "后续")
            if choice not in ("同末次", "不计"):
                raise Unread(f"后续 is open: {whole}")
            later = choice == "同末次"
        fact = self.marker.name(head["a"] or head["b"])
        self.standard.usages.append(Usage(fact, "计数", "次", Fraction(1)))
        clause.condition = self.condition(head["front"], clause.id, whole) if head["front"] else None
        clause.own, clause.said = clause.condition, (None, clause.condition)
        clause.amount = Series(fact, steps, growth or Fraction(0), later)
        return place

    def read_score(self, text: str, at: int, end: int, whole: str) -> int | None:
        """得分＝F: the derived fact that F gives, not below 0."""
        found = SCORE.match(text, at, end)
        if not found:
            return None
        off = (found["what"] or "").endswith("扣分")
        clause = self.made(whole, -1 if off else 1)
        name = f"{clause.id}按算式的{'扣分' if off else '得分'}"
        tokens = re.findall(
            rf"{FACT}|\d+(?:\.\d+)?%?|[-+×÷/()]", self.with_full_mark(found["f"] or found["g"])
        )
        named = [self.marker.name(t) if re.fullmatch(FACT, t) else t for t in tokens]
        self.standard.formulas[name] = Formula(named)
        clause.condition = self.condition(found["front"], clause.id, whole) if found["front"] else None
        clause.amount = Given(name)
        clause.own, clause.said = clause.condition, (None, clause.condition)
        return found.end()

    def with_full_mark(self, formula: str) -> str:
        """满分 in a formula is the full mark of the leaf."""
        found = re.search("满分|标准分|分值", formula)
        if found and self.leaf.full_mark is None:
            raise Unread(f"{found.group()} of nothing")
        return re.sub("满分|标准分|分值", f"({self.leaf.full_mark})", formula).replace("分", "")

    def read_scale(self, text: str, at: int, end: int, whole: str) -> int | None:
        """本项得分乘以0.8, 按80%计分: multiplies the score of the leaf."""
        if several := SCALES.match(text, at, end):
            options = several["options"].split("、")
            numbers = several["numbers"].split("、")
            for option, printed in zip(options, numbers, strict=True):
                self.rules += 1
                place = f"{self.leaf.id}.{self.rules}"
                asked = self.condition(f"{several['a']}为{option}", place, whole)
                self.leaf.scales.append((asked, number(printed)))
                self.set_apart(place, whole, None, asked)
                self.scaled.append((place, whole))
            return several.end()
        found = SCALE.match(text, at, end)
        if not found:
            return None
        said = found["times"] or found["share"]
        times: Fraction | str = (
            self.marker.name(said)
            if re.fullmatch(FACT, said)
            else number(said.rstrip("%")) / (100 if said.endswith("%") else 1)
        )
        if isinstance(times, str):
            self.standard.usages.append(Usage(times, "比较", "", Fraction(1)))
        self.rules += 1
        place = f"{self.leaf.id}.{self.rules}"
        self.sentences[place] = whole
        self.scaled.append((place, whole))
        front, carried = found["front"] or "", None
        if branch := BRANCH.match(front):
            front = front[branch.end() :].lstrip(",")
            carried = self.carried(branch.group(), place, whole)
        own = self.condition(front, place, whole) if front else None
        self.leaf.scales.append((both(carried, own), times))
        self.set_apart(place, whole, carried, own)
        if not found["own"] and not self.of_heading and len(self.leaf.clauses) > 1:
            raise Unread(f"what is multiplied: {whole}")
        return found.end()

    def made(self, whole: str, sign: int) -> Clause:
        """A clause with the next id."""
        self.rules += 1
        place = f"{self.leaf.id}.{self.rules}"
        self.sentences[place] = whole
        self.last = Clause(place, whole, sign, Given(""), sentence=self.sentence, item=self.items)
        self.leaf.clauses.append(self.last)
        return self.last
