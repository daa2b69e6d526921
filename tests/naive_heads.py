"""Rules of headings that have indicators below them (本类) for the naive reader."""

import re
from fractions import Fraction

from naive_clauses import LeafReader
from naive_facts import facts_of
from naive_limits import CAPS
from naive_logic import Unread
from naive_model import Indicator, Standard, Veto, down
from naive_words import NUMBER, Marked, Marker, number

HEADING = "本(?:类|组|大类|部分|板块|(?:一级|二级|三级)指标)"
#: 本类最高得20分, 本类合计不超过20分
CAP = re.compile(
    rf"{HEADING}的?(?:得分|总分|总得分)?(?:合计|累计)?(?:加|得)?分?(?:最多|最高|至多|不超过)(?:不超过)?(?:加|得)?分?(?P<number>{NUMBER})分"
)
SUM = "(?:得分|总分|总得分|分数)?"
WORDS = re.compile(rf"(?:在|从)?{HEADING}的?{SUM}(?:中|里|内)?(?P<next>.)")
HALF = re.compile(rf"{HEADING}的?{SUM}减半")


class HeadReader(LeafReader):
    """Reads the paragraphs under a heading that has others below it."""

    of_heading = True

    def __init__(self, standard: Standard, marker: Marker, node: Indicator) -> None:
        super().__init__(standard, marker, Indicator(f"{node.id}.本类", node.title, None, None))
        self.node = node
        self.caps: list[tuple[Fraction, str]] = []
        self.started = True  # from 0
        self.leaf.floor = True

    def mark(self, paragraph: str) -> Marked:
        marked = super().mark(paragraph)
        for found in reversed(list(CAP.finditer(marked.text))):
            self.caps.append((number(found["number"]), marked.words(found.start(), found.end())))
            marked.replace(found.start(), found.end(), ",")
        for found in reversed(list(re.finditer(rf"{HEADING}(?=不得分|视为|计为|记为)", marked.text))):
            marked.replace(found.start(), found.end(), "本项")
        for found in reversed(list(HALF.finditer(marked.text))):
            marked.replace(found.start(), found.end(), "乘以0.5")
        for found in reversed(list(WORDS.finditer(marked.text))):
            marked.replace(found.start(), found.end(), found["next"])
        return marked

    def read_limit(self, text: str, at: int, whole: str) -> int | None:
        """A cap before any clause is one of the heading."""
        found = CAPS.match(text, at)
        if found and self.last is None:
            self.caps.append((number(found["number1"] or found["number2"]), whole))
            return found.end()
        return super().read_limit(text, at, whole)

    def finish(self) -> None:
        """What the heading has of its own; a veto holds for every leaf below."""
        node, own = self.node, self.leaf
        for clause in own.clauses:
            if not re.search(HEADING, clause.text):
                raise Unread(f"not about the heading: {clause.text}")
        node.own = own if own.clauses or own.vetoes else None
        for leaf in (leaf for leaf in down(node) if not leaf.children):
            leaf.vetoes += [Veto(v.id, v.text, v.condition, score=v.score) for v in own.vetoes]
        node.bottom = own.floor and any(clause.sign < 0 for clause in own.clauses)
        own.floor = False
        node.scales, own.scales = own.scales, []
        node.unit = self.unit() if self.standard.weighted and (own.clauses or self.caps) else None
        node.caps = [cap for cap, _ in self.caps]
        said = {self.reading(place, words, "先后") for place, words in self.scaled}
        said |= {self.reading(c.id, c.text, "先后") for c in own.clauses}
        said |= {self.reading(f"{own.id}.1", words, "先后") for _, words in self.caps}
        if len(said - {None}) > 1:
            raise Unread(f"先后 of {node.title}: {said}")
        node.order = next((choice for choice in said if choice), "")

    def unit(self) -> str:
        """What a point of the heading is in a weighted standard."""
        said = {self.reading(c.id, c.text, "本类分") for c in self.leaf.clauses}
        said |= {self.reading(f"{self.leaf.id}.1", words, "本类分") for _, words in self.caps}
        if len(said) != 1 or not said <= {"本类百分制", "总分"}:
            raise Unread(f"本类分 is open: {self.node.title}")
        return str(said.pop())


def greatest(standard: Standard, times: Fraction | str) -> Fraction | None:
    """The greatest value of a coefficient; None where it has none."""
    if isinstance(times, Fraction):
        return times
    return next(fact.high for fact in facts_of(standard) if fact.name == times)


def full_of(node: Indicator) -> Fraction:
    """The full marks of what lies below, in points of the total, or where its sum ends."""
    below = [leaf for leaf in down(node) if not leaf.children]
    full = sum((leaf.factor * (leaf.full_mark or 0) for leaf in below), Fraction(0))
    return full if node.top is None else min(full, node.top)


def _most(node: Indicator) -> Fraction | None:
    """The most that an indicator or a heading, which is settled, can add to the total; None without full marks."""
    if not node.children:
        return None if node.full_mark is None else node.factor * node.full_mark
    most = [_most(child) for child in node.children]
    points = None if None in most else sum((m for m in most if m is not None), Fraction(0))
    if node.top is None:
        return points
    own = node.own is not None and any(clause.sign > 0 for clause in node.own.clauses)
    return node.top if points is None or own or node.scales else min(points, node.top)


def settle_head(standard: Standard, node: Indicator) -> None:
    """Once weights are known: how much a point of the heading is, and where its sum ends."""
    below = [leaf for leaf in down(node) if not leaf.children]
    weight = sum((leaf.factor for leaf in below), Fraction(0))
    scale = weight if node.unit == "本类百分制" else Fraction(1)
    full = 100 * weight if standard.weighted else node.points
    ends = [cap * scale for cap in node.caps]
    most = [greatest(standard, times) for _, times in node.scales]
    raising = any(high is None or high > 1 for high in most)
    adding = node.own is not None and any(clause.sign > 0 for clause in node.own.clauses)
    if adding or raising:
        if full is None and not ends:
            raise Unread(f"additions without end: {node.title}")
        ends += [full] if full is not None else []
    node.top = min(ends, default=None)
    if node.own is None:
        return
    node.own.factor = scale
    below_most = [_most(child) for child in node.children]
    if node.bottom and None not in below_most:
        node.own.low = -sum((most for most in below_most if most is not None), Fraction(0)) / scale
        if node.order == "先乘系数":
            for high in most:
                if high is None:
                    node.own.low = None
                elif high > 1 and node.own.low is not None:
                    node.own.low *= high
    if node.top is not None:
        node.own.limit = node.top / scale
