"""Lists of conditions, and names with their points, for the naive reader."""

import re

from naive_cohort import write_cohort
from naive_dates import ask
from naive_limits import LimitReader
from naive_logic import Condition, Count, Unread
from naive_model import Standard
from naive_words import (
    BEFORE,
    BEFORE_WORD,
    BEHIND_WORD,
    COUNTER,
    FACT,
    MARK,
    NUMBER,
    NUMBERING,
    Marked,
    Marker,
    boundary,
    flat,
    number,
)

LEVEL = "(?:国际|世界|国家|全国|省部|部|自治区|省|设区市|地市|市|区县|县区|县|区|乡镇|街道|行业|协会|校|院|企业)级"
GRADE = "(?:[特一二三四五六七八九]等奖?|[一-鿿]{1,2}奖)"
#: 国家级、省级【奖励】
LEVELS = re.compile(rf"(?P<levels>{LEVEL}(?:(?:、|和|及|以及|或者?){LEVEL})*)(?P<fact>{FACT})")
#: 一等奖 in 国家级一等奖20分; what follows is its points.
RANKED = re.compile(
    rf"(?=[^、,;。])(?P<level>{LEVEL})?(?P<grade>{GRADE})?(?P<points>(?:每{COUNTER})?(?:得|加|计|奖励?)?{NUMBER}分)"
)
NAMES = rf"{FACT}(?:(?:、|和|及|以及){FACT})*"
AFTER_POINTS = re.compile(rf"[^、,;。]*?{NUMBER}分[、,;]*")
#: 【A】、【B】的，每项分别加10分、6分
EACH_ITS_OWN = re.compile(
    rf"(?:荣获|获得|取得)?(?P<names>{NAMES})的?,?(?:每(?P<each>{COUNTER}))?分别(?P<verb>[一-鿿]{{1,3}}?)"
    rf"(?P<points>{NUMBER}分(?:(?:、|和|,)?{NUMBER}分)*)"
)
HEAD = re.compile(r"[^。;:]*(?:以下|下列|下述)[^。;:]*:")
BY_NUMBER = re.compile(r"[、,;。]?(?=[•①-⑳]|\(\d+\)|\d+(?:、|\.(?!\d)))")
#: 每满足一项, with the list in front or in the sentence.
EACH = re.compile(
    rf"(?P<front>.*?)(?:(?:符合|满足|具备)?(?:以下|下列|下述)(?:条件|要求)?(?:中)?)?(?:(?P<of>{NUMBER})(?:项|个|条))?(?:条件|要求)?(?:中)?"
    rf",?每(?:满足|符合|具备|达到|有)(?:其中)?一?(?:项|个|条)(?:条件|要求)?的?"
)
VERBS, THESE = "(?:满足|符合|具备)", "(?:以下|下列|下述|其中)"
COUNTED = re.compile(
    rf"(?:{VERBS}|(?=之一))(?:{THESE}|(?=之一))的?(?:条件|要求|情形)?的?(?P<one>之一)"
    rf"|{VERBS}{THESE}?的?(?:条件|要求|情形)?(?:之?中)?的?(?P<before>{BEFORE_WORD})?"
    rf"(?:(?P<from>{NUMBER})(?:项|个|条)?[-~至])?(?P<number>{NUMBER})(?:项|个|条)"
    rf"(?P<mark1>{MARK})?(?P<behind>{BEHIND_WORD})?(?P<mark2>{MARK})?"
    rf"(?:(?P<before_2>{BEFORE_WORD})(?P<number_2>{NUMBER})(?:项|个|条))?"
    rf"|(?P<all>全部{VERBS}|{VERBS}全部|{VERBS}{THESE}(?:条件|要求|情形))"
)
#: The conditions side by side before a count of them.
SIDE = re.compile(rf"(?P<list>[^,]*{FACT}[^,]*、[^,]*?{FACT}[^,]*?)的?,(?P<rest>(?:{COUNTED.pattern}).*)")


class ListReader(LimitReader):
    """Reads lists of conditions in front of 满足2项 and behind 以下…：."""

    def __init__(self, standard: Standard, marker: Marker) -> None:
        super().__init__(standard, marker)
        self.rules = 0
        #: The lists so far, each with its sentence.
        self.lists: list[tuple[int, list[Condition]]] = []

    def mark(self, paragraph: str) -> Marked:
        """A paragraph in which levels, grades and points for each are written out."""
        marked = self.marker.mark(paragraph)
        for found in reversed(list(LEVELS.finditer(marked.text))):
            self.write_levels(marked, found)
        self.write_grades(marked)
        for found in reversed(list(EACH_ITS_OWN.finditer(marked.text))):
            self.write_each(marked, found)
        write_cohort(marked, self, self.leaf.id)
        ask(marked, self.standard, self.marker)
        return marked

    def write_levels(self, marked: Marked, found: re.Match[str]) -> None:
        """国家级、省级【奖励】: the facts 国家级奖励 and 省级奖励."""
        fact = self.marker.name(found["fact"])
        text = re.sub(LEVEL, lambda level: self.marker.sign(level.group() + fact), found["levels"])
        marked.replace(found.start(), found.end(), text)

    def write_grades(self, marked: Marked) -> None:
        """【竞赛】国家级一等奖10分、二等奖8分: a fact for each; without a level it is that of the one before."""
        at = 0
        while found := re.compile(rf"{FACT}(?={LEVEL}|{GRADE})").search(marked.text, at):
            fact, level = self.marker.name(found.group()), ""
            at, start = found.start(), found.end()
            while (ranked := RANKED.match(marked.text, start)) and (ranked["level"] or ranked["grade"]):
                level = ranked["level"] or level
                sign = self.marker.sign(fact + level + (ranked["grade"] or ""))
                bare = re.match(NUMBER, ranked["points"])
                marked.replace(at, ranked.start("points"), f"{sign}的得" if bare else sign)
                behind = AFTER_POINTS.match(marked.text, at)
                assert behind
                at = start = behind.end()
            at = max(at, found.start() + 1)

    def write_each(self, marked: Marked, found: re.Match[str]) -> None:
        """N names and N numbers (or one for all): a clause for each."""
        names, points = re.findall(FACT, found["names"]), re.findall(NUMBER, found["points"])
        if len(points) not in (1, len(names)):
            raise Unread(f"{len(names)} names, {len(points)} numbers: {marked.text}")
        points = points * len(names) if len(points) == 1 else points
        each = f"每{found['each']}" if found["each"] else ""
        said = [
            f"{each}{name}{'' if each else '的'}{found['verb']}{n}分"
            for name, n in zip(names, points, strict=True)
        ]
        marked.replace(found.start(), found.end(), ",".join(said))

    # lists

    def own_list(self, marked: Marked, start: int, paragraphs: list[str]) -> tuple[int, int] | None:
        """A list behind a colon, also in the paragraphs that follow: where its sentence and where it ends."""
        head = HEAD.match(marked.text, start)
        if not head:
            return None
        text, at = marked.text, head.end()
        place, words = f"{self.leaf.id}.{self.rules + 1}", marked.words(start, head.end())
        if at == len(text):
            entries = ""
            while paragraphs and NUMBERING.match(flat(paragraphs[0])):
                entries += self.mark(paragraphs.pop(0)).text.rstrip("。;") + ";"
            end = at
        elif NUMBERING.match(text, at) or NUMBERING.match(text[at:]):
            end = at
            while NUMBERING.match(text[end:]):
                end = re.compile("[^。;]*[。;]?").match(text, end).end()  # type: ignore[union-attr]
            entries = text[at:end]
        else:
            end = re.compile("[^。;]*").match(text, at).end()  # type: ignore[union-attr]
            entries = text[at:end]
        self.lists.append((self.sentence + 1, self.listed(entries, place, words)))
        return head.end() - 1, end

    def listed(self, text: str, place: str, words: str) -> list[Condition]:
        """The entries, numbered or side by side."""
        entries = BY_NUMBER.split(text) if NUMBERING.match(text) else re.split("[、,]", text)
        parts = []
        for entry in entries:
            numbering = NUMBERING.match(entry)
            if numbering:
                self.begin_item(numbering.group())
            entry = NUMBERING.sub("", entry).strip(";。,、")
            part = super().condition(entry, place, words) if entry else None
            parts += [part] if part else []
        return parts

    def list_here(self, words: str) -> tuple[int, list[Condition]]:
        """The last list of this sentence or the one before, and its number."""
        found = [
            (n, parts) for n, (sentence, parts) in enumerate(self.lists, 1) if sentence >= self.sentence - 1
        ]
        if not found:
            raise Unread(f"which conditions: {words}")
        return found[-1]

    def condition(self, text: str, place: str, words: str) -> Condition | None:
        side = SIDE.fullmatch(text)
        if side:
            self.lists.append((self.sentence, self.listed(side["list"], place, words)))
            text = side["rest"]
        return super().condition(text, place, words)

    def atom(self, text: str, at: int, parts: list[Condition], words: str) -> int:
        """满足其中2项 counts those of the list that hold; anything else is a condition as usual."""
        found = COUNTED.match(text, at)
        if not found:
            return super().atom(text, at, parts, words)
        which, listed = self.list_here(words)
        low, high = 0, len(listed)
        if found["one"]:
            low = 1
        elif found["all"]:
            low = high
        else:
            low, high = self.between(found, len(listed), words)
        if not 0 <= low <= high <= len(listed):
            raise Unread(f"{low} to {high} of {len(listed)}: {words}")
        bare = bool(found["from"]) and not (found["mark1"] or found["mark2"])
        parts.append(Count(low, high, list(listed), which, bare))
        at = found.end()
        return at + 1 if text[at : at + 1] == "的" else at

    def between(self, found: re.Match[str], n: int, words: str) -> tuple[int, int]:
        """How many must hold: a number alone is the least."""
        low, high = 0, n
        if found["from"]:
            if found["before"] or found["behind"] or found["before_2"]:
                raise Unread(f"a range with a boundary word: {words}")
            return int(number(found["from"])), int(number(found["number"]))
        side, included = boundary(found, words)
        ends = [(side or "low", included or not side, int(number(found["number"])))]
        if found["before_2"]:
            ends.append((*BEFORE[found["before_2"]], int(number(found["number_2"]))))
        for side, included, k in ends:
            if side == "low":
                low = k if included else k + 1
            else:
                high = k if included else k - 1
        return low, high

    def each_of(self, found: re.Match[str], place: str, words: str) -> list[Condition]:
        """每满足一项: the conditions of the list, as many as are said."""
        front = found["front"].rstrip(",")
        if front:
            self.lists.append((self.sentence, self.listed(front, place, words)))
        _, listed = self.list_here(words)
        if found["of"] and int(number(found["of"])) != len(listed):
            raise Unread(f"{found['of']} said, {len(listed)} listed: {words}")
        return listed


def write_levels(lines: list[str], title: str) -> list[str]:
    """A table of levels and grades under a heading, written as the sentence that it stands for."""
    written: list[str] = []
    block: list[str] = []
    for line in [*lines, ""]:
        if line.strip().startswith("|"):
            block.append(line)
            continue
        if block:
            sentence = _sentence_of(block, title)
            written += ["", sentence, ""] if sentence else block
            block = []
        written.append(line)
    return written


def _sentence_of(block: list[str], title: str) -> str:
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in block]
    head, rows = rows[0], [row for row in rows[1:] if not re.fullmatch(r":?-+:?", row[0])]
    columns, firsts = [flat(cell) for cell in head[1:]], [flat(row[0]) for row in rows]
    kinds = [
        {kind for kind in (LEVEL, GRADE) if all(re.fullmatch(kind, word) for word in words)}
        for words in (columns, firsts)
    ]
    if not columns or not firsts or kinds not in ([{LEVEL}, {GRADE}], [{GRADE}, {LEVEL}]):
        return ""
    subject = re.search("【([^】]*)】", head[0])
    shown, _, name = (subject[1] if subject else title).partition("｜")
    parts = []
    for first, row in zip(firsts, rows, strict=True):
        for column, cell in zip(columns, row[1:], strict=True):
            level, grade = (column, first) if kinds[0] == {LEVEL} else (first, column)
            fact = f"【{name or shown}{level}{grade}】"
            points = re.fullmatch(
                rf"(?P<each>每(?P<unit>[一-鿿]))?(?P<n>{NUMBER})分?(?:/(?P<behind>[一-鿿]))?", flat(cell)
            )
            if flat(cell) in ("", "-", "—", "---", "/"):
                continue
            if not points:
                raise Unread(f"a cell of levels and grades: {cell}")
            unit = points["unit"] or points["behind"]
            parts.append(f"每{unit}{fact}得{points['n']}分" if unit else f"{fact}的得{points['n']}分")
    return "，".join(parts) + "。"
