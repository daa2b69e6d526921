"""Requirements (基本条件, 基本要求) for the naive reader."""

import re

from naive_cohort import write_cohort
from naive_conditions import ConditionReader
from naive_dates import ask
from naive_logic import Atom, Condition, Count, Joined, Unread, opposite
from naive_model import Indicator, Reading, Requirement, Standard, Veto, down
from naive_words import BEFORE_WORD, BEHIND_WORD, FACT, NUMBER, Marked, Marker, number, plain

SECTIONS = {"基本条件", "基本要求", "参评条件", "申报条件"}
ITEM = re.compile(
    r"\s*(?P<mark>[（(][一二三四五六七八九十\d]+[)）]|\d+[.、．]|[①-⑳]|[一二三四五六七八九十]+、|[-+*]\s)\s*"
)
REFUSED = re.compile(
    rf"的?,?(?:不予[^{FACT[1:-1]}]*|(?:暂)?不(?:得|能)(?:再)?(?:参加|申请|申报|参评)[^{FACT[1:-1]}]*)$"
)
MODAL = re.compile("应当|必须|要求|应|须|需|要")
ASIDE = re.compile(rf"\(({BEFORE_WORD}{NUMBER}[^()]*|{NUMBER}[^()]*{BEHIND_WORD})\)")  # （不少于2项）
SEVERAL = re.compile(
    rf"(?:符合|具备|满足)?(?:下列|以下|下述)(?:条件|要求|情形)?(?:中)?(?:的)?(?:(?P<one>之一)|(?:任意|任何)?(?P<k>{NUMBER})(?:项|个|条)(?:以上)?)(?:的)?"
)
BAD_SEVERAL = re.compile(r"有(?:下列|以下|下述)(?:情形|情况|行为)之一的?,?不(?:予|得|能).*")
EACH = re.compile(r"(?:符合|具备|满足)?(?:下列|以下|下述)(?:全部)?(?:条件|要求)")
ONE_KIND = re.compile(rf"(?P<fact>{FACT}),每(?:个|家)[一-鿿]*限报一类")
GROUP = re.compile(r"基本要求[:：,，]\s*")
EFFECT = re.compile(r"未达到(?:以上|上述)?要求的,?(?P<what>不予评价|该组不得分)")


class RequirementReader(ConditionReader):
    """Reads the requirements of the whole standard, or of one heading."""

    def __init__(self, standard: Standard, marker: Marker, prefix: str = "") -> None:
        super().__init__(standard, marker)
        self.requiring = True
        self.prefix = prefix
        self.number = 0
        self.found: list[Requirement] = []

    def marked(self, text: str) -> Marked:
        found = self.marker.mark(text)
        write_cohort(found, self)
        ask(found, self.standard, self.marker)
        return found

    def next_id(self) -> str:
        self.number += 1
        return f"{self.prefix}条件{self.number}"

    def read(self, lines: list[str]) -> None:
        """Paragraphs and numbered items, heads with what follows them."""
        items = _items(lines)
        at = 0
        while at < len(items):
            kind, text = items[at]
            marked = self.marked(text).text.rstrip("。;")
            at += 1
            if not marked.endswith(":"):
                self.read_item(text)
                continue
            below = []
            while at < len(items) and items[at][0] and items[at][0] != kind:
                below.append(items[at][1])
                at += 1
            self.read_head(marked.rstrip(":"), below)

    def read_head(self, stem: str, below: list[str]) -> None:
        stem = MODAL.sub("", stem)
        if found := ONE_KIND.fullmatch(stem):
            fact = self.marker.name(found["fact"])
            names = tuple(self.options(fact))
            self.found.append(Requirement(self.next_id(), stem, Atom(fact, options=names)))
            for text in below:
                self.read_kind(fact, text)
            return
        several, bad = SEVERAL.fullmatch(stem), BAD_SEVERAL.fullmatch(stem)
        if several or bad:
            place = self.next_id()
            parts = [self.item_condition(text, place) for text in below]
            k = int(number(several["k"])) if several and several["k"] else 1
            count = Count(k, len(parts), list(parts))
            self.found.append(Requirement(place, stem, opposite(count) if bad else count))
        elif EACH.fullmatch(stem):
            for text in below:
                self.read_item(text)
        else:
            raise Unread(f"a head of requirements: {stem}")

    def read_kind(self, fact: str, text: str) -> None:
        """【x｜A】。…: what follows is asked only where A is x."""
        marked = self.marked(text).text
        first, _, rest = marked.partition("。")
        place = self.next_id()
        chosen = self.condition(first, place, text)
        if not isinstance(chosen, Atom) or chosen.fact != fact or not chosen.options:
            raise Unread(f"not an option: {text}")
        parts = [self.condition(s, place, text) for s in re.split("[。;]", rest) if s]
        asked = Joined("且", [p for p in parts if p is not None])
        self.found.append(Requirement(place, text, Joined("或", [opposite(chosen), asked])))

    def condition(self, text: str, place: str, words: str) -> Condition | None:
        found = super().condition(text, place, words)
        self.settle_dates(place, plain(words), found)
        return found

    def item_condition(self, text: str, place: str) -> Condition:
        parts = [self.condition(s, place, text) for s in re.split("[。;]", self.marked(text).text) if s]
        return Joined("且", [p for p in parts if p is not None])

    def read_item(self, text: str) -> None:
        """An item or paragraph; cut into several where ； 。 or 鼓励, 不得 cut it."""
        marked = self.marked(text)
        sentences = [s for s in re.split("[。;]|,(?=鼓励|不得)", marked.text) if re.search(FACT, s)]
        if not sentences:
            return
        place = self.next_id()
        for n, sentence in enumerate(sentences, start=1):
            self.sentence += 1
            own = place if len(sentences) == 1 else f"{place}.{n}"
            self.found.append(self.requirement(own, sentence, text))

    def requirement(self, place: str, sentence: str, words: str) -> Requirement:
        text = ASIDE.sub(r"\1", MODAL.sub("", sentence)).replace("(不得重复计算)", "")
        text = re.sub("^[,:]", "", text)
        if text.startswith("鼓励"):
            return Requirement(place, words, self.whole(text[2:], place, words), binds=False)
        if found := re.search("的?优先$", text):
            return Requirement(place, words, self.whole(text[: found.start()], place, words), binds=False)
        if found := REFUSED.search(text):
            self.requiring = False
            condition = self.whole(text[: found.start()], place, words)
            self.requiring = True
            return Requirement(place, words, opposite(condition))
        if text.startswith("不得"):
            if "," in text:
                raise Unread(f"how far 不得 reaches: {words}")
            self.requiring = False
            parts = [self.whole(part, place, words) for part in re.split("、|和|或者?|以及", text[2:])]
            self.requiring = True
            return Requirement(place, words, Joined("且", [opposite(part) for part in parts]))
        return Requirement(place, words, self.whole(text, place, words))

    def whole(self, text: str, place: str, words: str) -> Condition:
        condition = self.condition(text, place, words)
        if condition is None:
            raise Unread(f"no condition: {words}")
        return condition


def _items(lines: list[str]) -> list[tuple[str, str]]:
    """The kind of numbering and the words of each item or paragraph."""
    found: list[tuple[str, str]] = []
    fresh = True
    for line in [*lines, ""]:
        if not line.strip() or line.startswith((">", "#")):
            fresh = True
            continue
        mark = ITEM.match(line)
        if mark:
            kind = re.sub(r"\d+|[一二三四五六七八九十]+|[①-⑳]", "n", mark["mark"].strip())
            found.append((kind, line[mark.end() :].strip()))
        elif fresh:
            found.append(("", line.strip()))
        else:
            found[-1] = (found[-1][0], found[-1][1] + line.strip())
        fresh = False
    return found


def read_section(standard: Standard, marker: Marker, lines: list[str]) -> None:
    """基本条件 of the whole standard."""
    reader = RequirementReader(standard, marker)
    reader.read(lines)
    for made in reader.found:
        reports = {r.choice for r in standard.readings if r.doubt == "不符合基本要求" and _about(r, made)}
        made.binds = made.binds and reports != {"仅报告"}
    standard.requirements += reader.found


def _about(reading: Reading, made: Requirement) -> bool:
    """Whether a reading quotes a requirement or names it."""
    return reading.where == made.id or (bool(reading.where) and reading.where in plain(made.text))


def read_group(standard: Standard, marker: Marker, node: Indicator, paragraphs: list[str]) -> list[str]:
    """The paragraphs under a heading without those that begin with 基本要求, which are read here."""
    rest = []
    reader = RequirementReader(standard, marker, f"{node.id}.")
    for paragraph in paragraphs:
        lead = GROUP.match(paragraph)
        if not lead:
            rest.append(paragraph)
            continue
        text = paragraph[lead.end() :]
        said = EFFECT.search(marker.mark(text).text)
        text = re.sub("[；;。，,]?[^；;。]*未达到(?:以上|上述)?要求的[^。；;]*[。；;]?", "", text)
        before = len(reader.found)
        reader.read([text])
        for made in reader.found[before:]:
            choice = said["what"] if said else reader.reading(f"{made.id}", made.text, "不符合基本要求")
            if choice not in ("不予评价", "该组不得分", "仅报告"):
                raise Unread(f"不符合基本要求 is open: {made.text}")
            made.binds = made.binds and choice == "不予评价"
            if choice == "该组不得分":
                for leaf in (x for x in down(node) if not x.children):
                    veto = Veto(
                        f"{made.id}（不符合）", made.text, opposite(made.condition), score=number("0")
                    )
                    leaf.vetoes.append(veto)
    standard.requirements += reader.found
    return rest
