"""Reads a rule file the slow and obvious way, for the naive evaluator in `naive.py`.

Written from docs/developers/semantics.md alone. It shares no code and no vocabulary with the compiler, so that
the two can disagree. What the page does not describe is refused (`Unread`), never skipped.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from importlib import import_module


class Unread(Exception):
    """Words of a rule file, or a reading left open, of which the semantics page does not say what they mean."""


# --- what is read ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class End:
    """One end of a range of numbers."""

    number: Fraction
    included: bool


@dataclass
class Atom:
    """A condition on one fact: yes or no where it has no ends, else a range (区间) the value has to lie in."""

    fact: str
    negated: bool = False
    low: End | None = None
    high: End | None = None

    @property
    def compares(self) -> bool:
        return self.low is not None or self.high is not None


@dataclass
class Joined:
    """Conditions joined by `且` or `或`."""

    word: str
    parts: list["Condition"]


Condition = Atom | Joined


@dataclass
class Clause:
    """One scoring rule. `kind` is 分 (flat), 每 (per unit), 增 (per step above a base) or 酌 (judged)."""

    id: str
    text: str
    kind: str
    sign: int
    points: Fraction
    condition: Condition | None = None
    fact: str = ""
    unit: Fraction = Fraction(1)
    base: Fraction = Fraction(0)
    step: Fraction = Fraction(1)
    whole_steps: bool = True
    cap: Fraction | None = None


@dataclass
class Cap:
    """A limit (上限) on several clauses of a leaf: on those about one fact, or on all where `fact` is empty."""

    number: Fraction
    fact: str
    sign: int


@dataclass
class Veto:
    """一票否决: `score` where it sets an indicator's score, else `tier`."""

    id: str
    text: str
    condition: Condition
    score: Fraction | None = None
    tier: str | None = None


@dataclass
class Indicator:
    """A heading with its weight or points; a leaf also has clauses, caps and vetoes."""

    id: str
    title: str
    weight: Fraction | None
    points: Fraction | None
    children: list["Indicator"] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    caps: list[Cap] = field(default_factory=list)
    vetoes: list[Veto] = field(default_factory=list)
    full_mark: Fraction | None = None
    limit: Fraction | None = None
    start: Fraction = Fraction(0)
    factor: Fraction = Fraction(1)


@dataclass
class Band:
    """A tier (等级) and the totals it holds."""

    tier: str
    text: str
    low: End | None = None
    high: End | None = None
    bare: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Fact:
    """A fact (数据项) as the standard declares it or its clauses use it."""

    name: str
    type: str
    unit: str
    low: Fraction | None
    high: Fraction | None
    allows_na: bool


@dataclass(frozen=True)
class Reading:
    """A row of 解读."""

    where: str
    doubt: str
    choice: str


@dataclass(frozen=True)
class Usage:
    """How one clause measures a fact: 是否, 比较, 计数 or 酌情, and the numbers that occur there."""

    fact: str
    how: str
    unit: str = ""
    number: Fraction = Fraction(0)
    full_mark: Fraction | None = None


@dataclass
class Standard:
    """A rule file, read."""

    title: str
    weighted: bool = False
    indicators: list[Indicator] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    vetoes: list[Veto] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    declared: dict[str, dict[str, str]] = field(default_factory=dict)
    formulas: dict[str, list[str]] = field(default_factory=dict)
    cases: list[list[dict[str, str]]] = field(default_factory=list)
    usages: list[Usage] = field(default_factory=list)
    #: Where the total is a fact, its name.
    total_fact: str = ""
    #: 加分项 and 减分项, their leaves as children and their caps as points.
    bonus: Indicator | None = None
    malus: Indicator | None = None

    def leaves(self) -> list[Indicator]:
        """The indicators without sub-headings, in order."""
        return [node for top in self.indicators for node in _down(top) if not node.children]

    def extras(self) -> list[Indicator]:
        """The leaves of 加分项, then those of 减分项."""
        return [leaf for section in (self.bonus, self.malus) if section for leaf in section.children]


def _down(node: Indicator) -> Iterator[Indicator]:
    yield node
    for child in node.children:
        yield from _down(child)


# --- characters and words -------------------------------------------------------------------------------------

FACT = "[\ue000-\uefff]"  # a 【fact】 is replaced by one such character, a 〖description〗 by one of the next block
NUMBER = r"(?:\d+(?:\.\d+)?[十百千万亿]*|[零〇一二两三四五六七八九十百千万亿]+)"
HAN = "[一-鿿]"
# a sign of a verb or a unit: no number, nothing that negates or diminishes may hide there
PLAIN = "(?:(?![零〇一二两三四五六七八九十百千万亿未不无没非除少缺低减降每])[一-鿿])"

# (the side the number bounds, whether the number itself belongs)
BEFORE = {
    **dict.fromkeys(["达到", "达", "不低于", "不少于", "不小于", "至少", "届满", "≥"], ("low", True)),
    **dict.fromkeys(["大于等于", "大于或等于", "高于或等于", "多于或等于", "高于等于"], ("low", True)),
    **dict.fromkeys(["不超过", "未超过", "不高于", "不多于", "不大于", "不超出", "≤"], ("high", True)),
    **dict.fromkeys(["小于等于", "小于或等于", "低于或等于", "少于或等于", "低于等于"], ("high", True)),
    **dict.fromkeys(["超过", "高于", "多于", "大于", ">"], ("low", False)),
    **dict.fromkeys(
        ["不满", "不足", "低于", "少于", "小于", "未到", "未达到", "未满", "不到", "<"], ("high", False)
    ),
}
BEHIND = {
    **dict.fromkeys(["以上", "及以上", "届满"], ("low", True)),
    **dict.fromkeys(["以下", "及以下", "以内"], ("high", True)),
    "以外": ("low", False),
}


def _one_of(words: list[str] | dict[str, tuple[str, bool]]) -> str:
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"


BEFORE_WORD, BEHIND_WORD = _one_of(BEFORE), _one_of(BEHIND)
MARK = r"(?:\((?:含|不含)\))"
UNIT_END = rf"(?=$|的|(?:以|之)?后|[,、(]|且|并|或|但|同时|{FACT}|{BEFORE_WORD}|{BEHIND_WORD}|每)"
UNIT = rf"(?:个百分点|%|{PLAIN}{{0,4}}?){UNIT_END}"
COMPARISON = re.compile(
    rf"(?P<before>{BEFORE_WORD})?(?P<number>{NUMBER})(?P<unit>{UNIT})"
    rf"(?P<mark1>{MARK})?(?P<behind>{BEHIND_WORD})?(?P<mark2>{MARK})?(?P<after>(?:以|之)?后)?"
)
# 建立, 作出, 举办
VERB = rf"{PLAIN}{{0,4}}?"
COUNTER = rf"{PLAIN}{{0,3}}?"  # 个, 种, 人次
NO_BOUNDARY = rf"(?!.*(?:{BEFORE_WORD}|{BEHIND_WORD}))"
LEAD_IN = re.compile(
    r"(?:若|如果|如|凡|对|对于|根据|按照|依据|该项服务的|其他|其它|该项服务|评价年度内|评价期内|本年度|上年度|每年度?|年度内"
    r"|近(?:\d+|[一二两三四五六七八九十]+)年内?)"
)
JOINERS = [
    (re.compile(r",?(?:并且|而且|同时|且|以及|并)"), "且"),
    (re.compile(r",?(?:或者|或)"), "或"),
    (re.compile(r"[、,]"), "?"),
]

EFFECT = re.compile(
    rf"(?P<verb>另加|加计|(?<!增)加|得|计|记|奖励|奖|扣除|扣减|扣|减去|减)分?(?P<points>{NUMBER})分(?!钟)"
    rf"|酌情(?P<judged>加|计|得|给|扣|减)分"
    rf"|(?<={FACT})(?P<bare>{NUMBER})分(?!钟)"
    rf"|(?:则)?(?:本|该|此)(?:项)?(?:评价)?(?:指标)?(?:项目)?(?:得分)?(?:直接)?(?:视为|计为|记为|计|得|为)(?P<score>{NUMBER})分"
    rf"|(?:则)?(?:直接|一律)?(?:视|评|判|认|列|定)(?:定)?[该本此]?{HAN}{{0,6}}?为(?P<tier>[^,;、]+)$"
)
FULL = re.compile(rf"(?:直到|直至|加至|至)(?:满分|达到满分)(?:为)?(?P<number>{NUMBER})分?(?:为止)")
CAPS = re.compile(
    rf"(?:累计)?(?P<verb1>加|得|扣|减)?分?(?:最多|最高|至多|不超过)(?:不超过)?(?P<verb2>加|得|扣|减)?分?(?P<number1>{NUMBER})分"
    rf"|(?P<number2>{NUMBER})分封顶"
)
EMPTIED = re.compile(r"扣完为止")

MONEY = {"元": 1, "千元": 1000, "万元": 10**4, "亿元": 10**8}
LONG_TIME = {"年": 12, "个月": 1, "月": 1}
SHORT_TIME = {"周": 10080, "天": 1440, "日": 1440, "个小时": 60, "小时": 60, "分钟": 1}


def number(words: str) -> Fraction:
    """`1.5`, `100万`, `两百五十` as an exact number."""
    digits = {c: v for v, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
    powers = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
    printed = re.match(r"\d+(?:\.\d+)?", words)
    if printed:
        value = Fraction(printed.group())
        for sign in words[printed.end() :]:
            value *= powers[sign]
        return value
    total = section = Fraction(0)  # 三百二十万五千: sections end at 万 and 亿
    digit: Fraction | None = None
    for sign in words:
        if sign in digits:
            digit = Fraction(digits[sign])
        elif powers[sign] < 10**4:
            section += (1 if digit is None else digit) * powers[sign]
            digit = None
        else:
            total = (total + section + (digit or 0) or Fraction(1)) * powers[sign]
            section, digit = Fraction(0), None
    return total + section + (digit or 0)


def flat(text: str) -> str:
    """Widths made the same and white space and emphasis taken out, for comparing words."""
    text = re.sub(r"[*\s]|__", "", text)
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    return "".join(_half(c) for c in text)


def _half(sign: str) -> str:
    if "①" <= sign <= "⑳":
        return sign
    narrow = unicodedata.normalize("NFKC", sign)
    return {"；": ";", "．": ".", "－": "-", "−": "-", "～": "~"}.get(
        sign, narrow if len(narrow) == 1 else sign
    )


def _plain(text: str) -> str:
    """The official words: markers gone, names behind a bar gone."""
    return flat(re.sub(r"[【】〖〗]", "", re.sub(r"｜[^】]*】", "】", text)))


@dataclass
class Marked:
    """A paragraph with its facts and descriptions replaced by single characters."""

    text: str
    printed: list[str]

    def words(self, start: int, end: int) -> str:
        return "".join(self.printed[start:end])


class Marker:
    """Replaces 【facts】 and drops 〖descriptions〗; the names stay the same through one file."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def name(self, sign: str) -> str:
        return self.names[ord(sign) - 0xE000]

    def mark(self, paragraph: str) -> Marked:
        text, printed = "", []
        waiting = ""  # described words, kept for the words of the next rule
        pieces = re.split(r"(【[^】]*】|〖[^〗]*〗|（注[：:][^）]*）|\(注[：:][^)]*\))", paragraph)
        for piece in pieces:
            if piece.startswith("【"):
                shown, _, name = piece[1:-1].partition("｜")
                name = re.sub(r"[\s*]", "", name or shown)
                twin = next((n for n in self.names if flat(n) == flat(name)), name)
                if twin not in self.names:
                    self.names.append(twin)
                text += chr(0xE000 + self.names.index(twin))
                printed.append(waiting + _plain(piece))
                waiting = ""
            elif piece.startswith(("〖", "（注", "(注")):
                waiting += _plain(piece)
            else:
                for sign in flat(piece):
                    text += sign
                    printed.append(waiting + sign)
                    waiting = ""
        if printed:
            printed[-1] += waiting
        return Marked(text, printed)


# --- the file -------------------------------------------------------------------------------------------------

RESERVED = ["基本条件", "加分项", "减分项", "一票否决", "评定等级", "分级评价", "数据项", "计算", "解读"]
RESERVED += ["案例", "本地化", "术语解释", "附注"]
NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十]+、|[(（][一二三四五六七八九十\d]+[)）]|\d+(?:、|\.(?!\d))|[①-⑳])"
)


@dataclass
class _Heading:
    level: int
    words: str
    lines: list[str] = field(default_factory=list)


def _headings(text: str) -> list[_Heading]:
    found: list[_Heading] = []
    for line in text.splitlines():
        hashes = re.match(r"(#+)\s+(.*)", line)
        if hashes:
            found.append(_Heading(len(hashes.group(1)), hashes.group(2).strip()))
        elif found:
            found[-1].lines.append(line)
    return found


def _paragraphs(lines: list[str]) -> list[str]:
    """Paragraphs and list items; block quotes are commentary."""
    paragraphs = [""]
    for line in lines:
        if line.lstrip().startswith(("|", "```", "<")):
            raise Unread(f"not described on the page: {line}")
        item = re.match(r"\s*(?:[-+*]|\d+[.)])\s+(.*)", line)
        if not line.strip() or line.startswith(">"):
            paragraphs.append("")
        elif item:
            paragraphs.append(item.group(1))
        else:
            paragraphs[-1] += line
    return [p.strip() for p in paragraphs if p.strip()]


def _untabled(lines: list[str]) -> list[str]:
    return [line for line in lines if not line.strip().startswith("|")]


def _tables(lines: list[str]) -> list[list[dict[str, str]]]:
    """Every table as a list of rows; a row maps the column's head to the cell."""
    tables: list[list[dict[str, str]]] = []
    head: list[str] | None = None
    for line in lines:
        if not line.strip().startswith("|"):
            head = None
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        if head is None:
            head = cells
            tables.append([])
        elif not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            tables[-1].append(dict(zip(head, cells, strict=False)))
    return tables


def _mark_of(words: str) -> tuple[str, Fraction | None, Fraction | None]:
    """A heading's title, weight and points."""
    words = NUMBERING.sub("", words.strip())
    found = re.search(r"[（(]([^（()）]*)[）)]$", words)
    if found:
        inner = flat(found.group(1))
        weight = re.fullmatch(r"权重(?:为|:)?(\d+(?:\.\d+)?)(%?)", inner)
        points = re.fullmatch(r"(?:满分|分值)?:?(\d+(?:\.\d+)?)分?", inner)
        if weight:
            value = Fraction(weight.group(1)) / (100 if weight.group(2) else 1)
            return words[: found.start()].strip(), value, None
        if points:
            return words[: found.start()].strip(), None, Fraction(points.group(1))
    return words, None, None


def read(text: str) -> Standard:
    """Read a rule file."""
    naive_tables = import_module("naive_tables")  # it is built on this module
    headings = _headings(text)
    standard = Standard(headings[0].words if headings else "")
    sections: dict[str, list[str]] = {}
    nodes: list[tuple[_Heading, Indicator]] = []
    path: list[Indicator] = []
    inside = ""
    extra: list[tuple[_Heading, str, Indicator]] = []
    for heading in headings[1:]:
        title, weight, points = _mark_of(heading.words)
        if heading.level == 2:
            inside = title if title in RESERVED else ""
        if inside in EXTRA:
            extra.append((heading, inside, Indicator("", title, weight, points)))
            continue
        if inside:
            sections.setdefault(inside, []).extend(heading.lines)
            continue
        path = path[: heading.level - 2]
        siblings = path[-1].children if path else standard.indicators
        place = f"{path[-1].id}.{len(siblings) + 1}" if path else str(len(siblings) + 1)
        node = Indicator(place, title, weight, points)
        siblings.append(node)
        path.append(node)
        nodes.append((heading, node))

    for unknown in ("基本条件", "分级评价", "本地化"):
        if any(line.strip() and not line.startswith(">") for line in sections.get(unknown, [])):
            raise Unread(f"not described on the page: {unknown}")
    for row in (row for table in _tables(sections.get("解读", [])) for row in table):
        standard.readings.append(Reading(_plain(row["条款"]), flat(row["疑义"]), flat(row["采用"])))
    for row in (row for table in _tables(sections.get("数据项", [])) for row in table):
        standard.declared[re.sub(r"[【】\s*]", "", row["名称"])] = row
    standard.cases = _tables(sections.get("案例", []))

    marker = Marker()
    marker.names.extend(standard.declared)
    for formula in sections.get("计算", []):  # one a line
        formula = re.sub(r"^\s*[-+*]\s+", "", formula)
        if formula.strip() and not formula.startswith(">"):
            _read_formula(formula, marker, standard)
    for paragraph in _paragraphs(_untabled(sections.get("评定等级", []))):
        _read_bands(paragraph, standard, marker)
    _settle_bands(standard.bands, standard.readings)
    for rows in naive_tables.tables_below(sections.get("评定等级", [])):
        naive_tables.read_tier_table(standard, rows)

    standard.weighted = any(node.weight is not None for _, node in nodes)
    for heading, node in nodes:
        for rows in naive_tables.tables_below(heading.lines):
            naive_tables.read_point_table(standard, marker, node, rows)
        paragraphs = _paragraphs(_untabled(heading.lines))
        if node.children:
            if paragraphs:
                raise Unread(f"text between {node.title} and its sub-headings: {paragraphs[0]}")
            continue
        node.full_mark = Fraction(100) if standard.weighted else node.points
        LeafReader(standard, marker, node).read(paragraphs)
    general = Indicator("否决", "一票否决", None, None)
    LeafReader(standard, marker, general).read(_paragraphs(sections.get("一票否决", [])))
    if general.clauses:
        raise Unread(f"points under 一票否决: {general.clauses[0].text}")
    _weigh(standard)
    _read_extras(standard, marker, extra)
    return standard


EXTRA = {"加分项": "加", "减分项": "减"}


def _read_extras(standard: Standard, marker: "Marker", found: list[tuple[_Heading, str, Indicator]]) -> None:
    """加分项 and 减分项: leaves of their own, whose points are points of the total."""
    for heading, section, node in found:
        paragraphs = _paragraphs(heading.lines)
        top = standard.bonus if section == "加分项" else standard.malus
        if heading.level == 2:
            top = node
            if section == "加分项":
                standard.bonus = top
            else:
                standard.malus = top
            limits = [CAPS.fullmatch(flat(p).rstrip("。")) for p in paragraphs]
            if not paragraphs or all(limits):
                caps = [number(m["number1"] or m["number2"]) for m in limits if m]
                top.points = min([*caps, *([top.points] if top.points is not None else [])], default=None)
                continue
            node = Indicator("", section, None, None)
        if top is None or heading.level > 3:
            raise Unread(f"not described on the page: {heading.words}")
        node.id = f"{EXTRA[section]}{len(top.children) + 1}"
        own = node.points if node.points is not None else top.points
        node.full_mark = own
        LeafReader(standard, marker, node).read(paragraphs)
        node.start = Fraction(0)
        if section == "减分项":
            for clause in node.clauses:
                clause.sign = -1
        top.children.append(node)


def _read_formula(line: str, marker: Marker, standard: Standard) -> None:
    left, _, right = marker.mark(NUMBERING.sub("", line)).text.rstrip(";。").partition("=")
    tokens = re.findall(rf"{FACT}|\d+(?:\.\d+)?%?|[-+×÷/()]", right)
    if not re.fullmatch(FACT, left) or not tokens or "".join(tokens) != right:
        raise Unread(f"not a formula: {line}")
    standard.formulas[marker.name(left)] = [marker.name(t) if re.fullmatch(FACT, t) else t for t in tokens]


def _weigh(standard: Standard) -> None:
    """Give every leaf the factor its score enters the total with."""
    if not standard.weighted:
        return
    own = [leaf.weight for leaf in standard.leaves()]
    if None not in own and sum(w for w in own if w is not None) == 1:
        for leaf in standard.leaves():
            assert leaf.weight is not None
            leaf.factor = leaf.weight
        return

    def descend(node: Indicator, factor: Fraction) -> None:
        if node.weight is None:
            raise Unread(f"no weight: {node.title}")
        node.factor = factor * node.weight
        for child in node.children:
            descend(child, node.factor)

    for top in standard.indicators:
        descend(top, Fraction(1))


# --- tiers ----------------------------------------------------------------------------------------------------


def _read_bands(paragraph: str, standard: Standard, marker: "Marker") -> None:
    text = re.sub(r"〖[^〗]*〗|（注：[^）]*）", "", paragraph)
    for mention in re.findall("【[^】]*】", text):
        standard.total_fact = marker.name(marker.mark(mention).text)
        text = text.replace(mention, "", 1)
    text = NUMBERING.sub("", flat(text))
    for sentence in re.split("[;。]", text):
        pattern = r"([^为]*?)的?,?(?:评定|确定|认定|判定|评|定|判)?为([^,、]+)(?:[,、]|$)"
        rest = re.sub(pattern, "", sentence)
        if rest:
            raise Unread(f"not a tier: {rest}")
        for words, tier in re.findall(pattern, sentence):
            standard.bands.append(_band(words, tier))


def _band(words: str, tier: str) -> Band:
    pattern = (
        rf"(?P<before>{BEFORE_WORD})?(?P<number>{NUMBER})分?"
        rf"(?P<mark1>{MARK})?(?P<behind>{BEHIND_WORD})?(?P<mark2>{MARK})?"
    )
    band = Band(tier, words)
    found = list(re.finditer(pattern, words))
    between = re.sub(pattern, "", words)
    lead_in = re.fullmatch(r"(?:总分|总得分|得分|综合得分|评价得分)?[-~—–至到但且,]*", between)
    if not lead_in or len(found) not in (1, 2):
        raise Unread(f"not a tier: {words}")
    for place, end in enumerate(found):
        side, included = _boundary(end, words)
        if side == "":
            if len(found) == 1:
                raise Unread(f"a number without a boundary: {words}")
            side = ("low", "high")[place]
            mark = end["mark1"] or end["mark2"]
            if mark:
                included = mark == "(含)"
            else:
                band.bare.add(side)
        if getattr(band, side) is not None:
            raise Unread(f"two ends on one side: {words}")
        setattr(band, side, End(number(end["number"]), included))
    return band


def _settle_bands(bands: list[Band], readings: list[Reading]) -> None:
    """Apply 本数, then give bare ends what their neighbours leave."""
    for band in bands:
        for row in readings:
            if row.doubt != "本数" or not (row.where == "全文" or row.where in band.text):
                continue
            for side in ("low", "high"):
                end = getattr(band, side)
                if end is None:
                    continue
                said = end.number in [number(found) for found in re.findall(NUMBER, row.where)]
                if said or (row.where == "全文" and side in band.bare):
                    setattr(band, side, End(end.number, row.choice == "含"))
                    band.bare.discard(side)
    taken: list[tuple[Band, str, bool]] = []
    for band in bands:
        for side in band.bare:
            other = "low" if side == "high" else "high"
            end = getattr(band, side)
            facing = [b for b in bands if b is not band and _at(getattr(b, other), end.number)]
            if any(other in b.bare for b in facing):
                raise Unread(f"two bare ends share a number: {band.text}")
            taken.append((band, side, any(getattr(b, other).included for b in facing)))
    for band, side, is_taken in taken:
        setattr(band, side, End(getattr(band, side).number, not is_taken))
    _close_gaps(bands, readings)


def _close_gaps(bands: list[Band], readings: list[Reading]) -> None:
    """空档: totals between two bands of whole numbers."""
    rows = [row for row in readings if row.doubt == "空档"]
    ordered = sorted(bands, key=lambda b: (b.low is not None, b.low.number if b.low else Fraction(0)))
    for lower, upper in itertools.pairwise(ordered):
        if lower.high is None or upper.low is None or lower.high.number >= upper.low.number:
            continue
        said = {r.choice for r in rows if r.where == "全文" or r.where in upper.text or r.where in lower.text}
        near = {r.choice for r in rows if r.where in upper.text}
        choice = (near or said).pop() if len(near or said) == 1 else ""
        if choice == "归下段":
            lower.high = End(upper.low.number, not upper.low.included)
        elif choice == "归上段":
            upper.low = End(lower.high.number, not lower.high.included)
        elif choice == "四舍五入":
            raise Unread(f"空档 rounds: {lower.text} {upper.text}")


def _at(end: End | None, place: Fraction) -> bool:
    return end is not None and end.number == place


def _boundary(found: re.Match[str], words: str) -> tuple[str, bool]:
    """The side a number bounds and whether it belongs; no side where there is no boundary word."""
    meanings = {BEFORE[w] for w in [found["before"]] if w} | {BEHIND[w] for w in [found["behind"]] if w}
    if len(meanings) > 1:
        raise Unread(f"two boundary words disagree: {words}")
    if not meanings:
        return "", False
    side, included = meanings.pop()
    marks = {m for m in (found["mark1"], found["mark2"]) if m}
    if len(marks) > 1:
        raise Unread(f"含 and 不含: {words}")
    return side, marks == {"(含)"} if marks else included


# --- the clauses of a leaf ------------------------------------------------------------------------------------


@dataclass
class _Measured:
    """A fact that was measured, for the next condition without a subject."""

    sentence: int
    unit: str
    fact: str


class LeafReader:
    """Reads the paragraphs under one leaf."""

    def __init__(self, standard: Standard, marker: Marker, leaf: Indicator) -> None:
        self.standard, self.marker, self.leaf = standard, marker, leaf
        self.measured: list[_Measured] = []
        self.sentence = 0
        self.rules = 0
        self.last: Clause | None = None
        self.capped: list[tuple[Clause, Fraction]] = []
        self.sentences: dict[str, str] = {}

    def read(self, paragraphs: list[str]) -> None:
        for paragraph in paragraphs:
            marked = self.marker.mark(paragraph)
            start = 0
            for end in [m.start() for m in re.finditer("[。;]", marked.text)] + [len(marked.text)]:
                numbering = NUMBERING.match(marked.text[start:end])
                start += numbering.end() if numbering else 0
                if end > start:
                    self.sentence += 1
                    self.read_sentence(marked, start, end)
                start = end + 1
        self.apply_bands()
        self.apply_caps()
        if any(c.sign < 0 for c in self.leaf.clauses) and all(c.sign < 0 for c in self.leaf.clauses):
            self.leaf.start = self.leaf.full_mark or Fraction(0)
        for clause in self.leaf.clauses:
            said = self.reading(clause.id, clause.text, "起评分")
            if said is not None:
                self.leaf.start = (
                    (self.leaf.full_mark or Fraction(0))
                    if said == "满分"
                    else number(said.removesuffix("分"))
                )

    def read_sentence(self, marked: Marked, start: int, end: int) -> None:
        """Rule after rule, each up to its points; caps in between."""
        at = start
        text = marked.text[:end]
        while at < end:
            if text[at] in ",、":
                at += 1
                continue
            full, cap, emptied = FULL.match(text, at), CAPS.match(text, at), EMPTIED.match(text, at)
            if full:
                limit = number(full["number"])
                self.leaf.limit = limit if self.leaf.limit is None else min(limit, self.leaf.limit)
                at = full.end()
            elif cap:
                if self.last is None:
                    raise Unread(f"a cap before any rule: {marked.words(start, end)}")
                self.capped.append((self.last, number(cap["number1"] or cap["number2"])))
                at = cap.end()
            elif emptied:
                at = emptied.end()
            else:
                effect = EFFECT.search(text, at)
                if not effect:
                    raise Unread(f"no points: {marked.words(at, end)}")
                until = effect.end()
                while (
                    more := re.compile(rf",(?:{CAPS.pattern}|{EMPTIED.pattern})").match(text, until)
                ) is not None:
                    until = more.end()
                words = marked.words(at, until)
                self.read_rule(text[at : effect.start()], effect, words, marked.words(start, end))
                at = effect.end()

    def read_rule(self, head: str, effect: re.Match[str], words: str, sentence: str) -> None:
        self.rules += 1
        place = f"{self.leaf.id}.{self.rules}"
        self.sentences[place] = sentence
        head = head.rstrip(",")
        if effect["score"] or effect["tier"]:
            condition = self.condition(head, place, words)
            if condition is None:
                raise Unread(f"a veto without a condition: {words}")
            if effect["score"]:
                self.leaf.vetoes.append(Veto(place, words, condition, score=number(effect["score"])))
            elif effect["tier"] in [band.tier for band in self.standard.bands]:
                self.standard.vetoes.append(Veto(place, words, condition, tier=effect["tier"]))
            else:
                raise Unread(f"no such tier: {effect['tier']}")
            return
        verb = effect["verb"] or effect["judged"] or "加"
        sign = -1 if verb[0] in "扣减" else 1
        points = Fraction(0) if effect["judged"] else number(effect["points"] or effect["bare"])
        clause = Clause(place, words, "分", sign, points)
        once = re.fullmatch(
            rf"(?:{LEAD_IN.pattern})?{NO_BOUNDARY}{VERB}(?P<number>{NUMBER})(?P<unit>{COUNTER})(?P<fact>{FACT})的?",
            head,
        )
        step = re.fullmatch(
            rf"(?P<front>.*?)每(?:增加|提高|增长|上升|提升)(?P<number>{NUMBER})(?P<unit>{UNIT})的?", head
        )
        per = re.fullmatch(
            rf"(?P<front>.*?)每(?!年){NO_BOUNDARY}{VERB}(?P<number>{NUMBER})?(?P<unit>{COUNTER})(?P<fact>{FACT})的?",
            head,
        ) or re.fullmatch(
            rf"(?P<front>.*?)(?:根据|按照|依据|按)?(?P<fact>{FACT})每(?!年){NO_BOUNDARY}{VERB}(?P<number>{NUMBER})(?P<unit>{COUNTER})的?",
            head,
        )
        if effect["judged"]:
            self.read_judged(clause, head, per)
        elif step:
            self.read_step(clause, step)
        elif per:
            clause.kind = "每"
            clause.condition = self.condition(per["front"], place, words)
            self.count(clause, per["fact"], per["number"] or "1", per["unit"])
        elif once:
            choice = self.reading(place, words, "计次")
            if choice not in ("每项", "一次"):
                raise Unread(f"计次 is open: {words}")
            self.count(clause, once["fact"], once["number"], once["unit"])
            if choice == "每项":
                clause.kind = "每"
            else:
                clause.condition = Atom(clause.fact, low=End(clause.unit, True))
        elif effect["bare"]:
            raise Unread(f"points without a verb: {words}")
        else:
            clause.condition = self.condition(head, place, words)
            if clause.condition is None:
                raise Unread(f"points without a condition: {words}")
        self.leaf.clauses.append(clause)
        self.last = clause

    def add(self, clause: Clause, sign: str, size: str, unit: str, cap: str) -> None:
        """A clause of a table row: so many points per unit of its fact."""
        self.rules += 1
        self.sentence += 1
        clause.id = f"{self.leaf.id}.{self.rules}"
        self.sentences[clause.id] = clause.text
        self.count(clause, sign, size, unit)
        clause.unit = self.in_unit(clause.fact, clause.unit, unit)
        limit = CAPS.fullmatch(flat(cap).strip(",")) if cap else None
        if cap and not limit:
            raise Unread(f"not a cap: {cap}")
        if limit:
            clause.cap = number(limit["number1"] or limit["number2"])
        self.leaf.clauses.append(clause)
        self.last = clause

    def count(self, clause: Clause, sign: str, size: str, unit: str) -> None:
        clause.fact = self.marker.name(sign)
        clause.unit = number(size)
        self.measured.append(_Measured(self.sentence, unit, clause.fact))
        self.standard.usages.append(Usage(clause.fact, "计数", unit, clause.unit))

    def read_judged(self, clause: Clause, head: str, per: re.Match[str] | None) -> None:
        clause.kind = "酌"
        if per is None:
            per = re.fullmatch(rf"(?P<front>(?:.*,)?)(?:{LEAD_IN.pattern})*(?P<fact>{FACT})的?", head)
        if per is None:
            raise Unread(f"nothing to be judged: {clause.text}")
        clause.condition = self.condition(per["front"], clause.id, clause.text)
        clause.fact = self.marker.name(per["fact"])
        self.standard.usages.append(Usage(clause.fact, "酌情", full_mark=self.leaf.full_mark))

    def read_step(self, clause: Clause, step: re.Match[str]) -> None:
        clause.kind = "增"
        clause.condition = self.condition(step["front"], clause.id, clause.text)
        last = clause.condition.parts[-1] if isinstance(clause.condition, Joined) else clause.condition
        if not isinstance(last, Atom) or last.low is None:
            raise Unread(f"每增加 without a base: {clause.text}")
        clause.fact, clause.base = last.fact, last.low.number
        size = number(step["number"])
        if step["unit"] == "个百分点":
            size /= 100
        elif step["unit"] == "%":
            choice = self.reading(clause.id, clause.text, "百分数")
            if choice not in ("百分点", "相对"):
                raise Unread(f"百分数 is open: {clause.text}")
            size = size / 100 if choice == "百分点" else clause.base * size / 100
        else:
            size = self.in_unit(clause.fact, size, step["unit"])
        if size <= 0:
            raise Unread(f"a step of nothing: {clause.text}")
        clause.step = size
        clause.whole_steps = self.reading(clause.id, clause.text, "步长") != "按比例"
        for times in (1, 2, 3):
            self.standard.usages.append(Usage(clause.fact, "级差", number=clause.base + times * size))

    # conditions

    def condition(self, text: str, place: str, words: str) -> Condition | None:
        """A whole condition; `None` where there are only lead-ins."""
        text = text.rstrip(",")
        parts: list[Condition] = []
        joiners: list[str] = []
        at = 0
        while True:
            while (lead := LEAD_IN.match(text, at)) is not None:
                at = lead.end()
            if at >= len(text):
                break
            at = self.atom(text, at, parts, joiners, words)
            if at >= len(text):
                break
            for pattern, meaning in JOINERS:
                joiner = pattern.match(text, at)
                if joiner:
                    joiners.append(meaning)
                    at = joiner.end()
                    break
            else:
                raise Unread(f"{text[at:]!r} in {words}")
        if not parts:
            return None
        if len(joiners) != len(parts) - 1:
            raise Unread(f"a condition is missing: {words}")
        if "?" in joiners:
            choice = self.reading(place, words, "并列")
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

    def atom(self, text: str, at: int, parts: list[Condition], joiners: list[str], words: str) -> int:
        """One condition from `at` on; returns where it ends."""
        subject = re.compile(rf"(?P<no>未|没有)?(?P<fact>{FACT})").match(text, at)
        if subject:
            atom = Atom(self.marker.name(subject["fact"]), negated=bool(subject["no"]))
            at = subject.end()
            at = self.bounds(atom, text, at, words)
            if atom.negated and atom.compares:
                raise Unread(f"未 before a comparison: {words}")
            if not atom.compares:
                self.standard.usages.append(Usage(atom.fact, "是否"))
            parts.append(atom)
        else:
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
        return at + 1 if text[at : at + 1] == "的" else at

    def bounds(self, atom: Atom, text: str, at: int, words: str) -> int:
        """达到60%（但）不足70%: one comparison or two on one subject, in one unit; returns where they end."""
        unit = None
        while (found := self.comparison(text, at)) is not None:
            if self.is_number_before(text, at) or (unit is not None and _unit(found["unit"]) != unit):
                break
            self.bound(atom, found, words)
            unit = _unit(found["unit"])
            at = found.end()
            more = self.comparison(text, at + 1) if text[at : at + 1] in ("但", "且", ",") else None
            if more and not self.is_number_before(text, at + 1) and _unit(more["unit"]) == unit:
                at += 1
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
        side, included = _boundary(found, words)
        if side == "":  # 100家后
            side, included = "low", True
        unit = _unit(found["unit"])
        value = number(found["number"])
        value = value / 100 if unit == "%" else self.in_unit(atom.fact, value, unit)
        if getattr(atom, side) is not None:
            raise Unread(f"two ends on one side: {words}")
        setattr(atom, side, End(value, included))
        self.measured.append(_Measured(self.sentence, unit, atom.fact))
        self.standard.usages.append(Usage(atom.fact, "比较", unit, value))

    def subject(self, unit: str, words: str) -> str:
        """承前: the fact last measured in this unit, in this sentence or the one before."""
        unit = _unit(unit)
        for measured in reversed(self.measured):
            if measured.unit == unit and measured.sentence >= self.sentence - 1:
                return measured.fact
        raise Unread(f"a condition without a subject: {words}")

    def in_unit(self, fact: str, value: Fraction, unit: str) -> Fraction:
        """A printed number in the unit the fact is declared in."""
        own = self.standard.declared.get(fact, {}).get("单位", "") or next(
            (m.unit for m in self.measured if m.fact == fact), unit
        )
        for scale in (MONEY, LONG_TIME, SHORT_TIME):
            if unit in scale and own in scale:
                return value * scale[unit] / scale[own]
        return value

    # readings, bands, caps

    def reading(self, place: str, words: str, doubt: str) -> str | None:
        """What 解读 says about a clause: the closest row wins, words or clause before indicator before 全文."""
        ranks: dict[int, str] = {}
        leaf = place.rpartition(".")[0]
        for row in self.standard.readings:
            if row.doubt != doubt:
                continue
            a_place = re.fullmatch(r"[\d.]+", row.where)
            if row.where == place or (not a_place and row.where in words):
                ranks.setdefault(0, row.choice)
            elif not a_place and row.where in self.sentences.get(place, ""):
                ranks.setdefault(1, row.choice)
            elif row.where == leaf or leaf.startswith(row.where + "."):
                ranks.setdefault(2, row.choice)
            elif row.where == "全文":
                ranks.setdefault(3, row.choice)
        return ranks[min(ranks)] if ranks else None

    def apply_bands(self) -> None:
        """分段: let the conditions on one fact run on, or end where the next one begins."""
        atoms: dict[str, list[tuple[Clause, Atom]]] = {}
        for clause in self.leaf.clauses:
            for atom in atoms_of(clause.condition):
                if atom.compares:
                    atoms.setdefault(atom.fact, []).append((clause, atom))
        for group in atoms.values():
            if len({clause.id for clause, _ in group}) < 2:
                continue
            said = {self.reading(clause.id, clause.text, "分段") for clause, _ in group} - {None}
            if len(said) > 1:
                raise Unread(f"分段累计 and 分段择一: {group[0][0].text}")
            if said == {"分段累计"}:
                for _, atom in group:
                    if atom.low and atom.high:
                        atom.high = None
            elif said == {"分段择一"}:
                before = [replace(atom) for _, atom in group]
                for _, atom in group:
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

    def apply_caps(self) -> None:
        for clause, limit in self.capped:
            scope = self.reading(clause.id, clause.text, "上限") or "本句"
            if scope == "本句":
                clause.cap = limit if clause.cap is None else min(limit, clause.cap)
            elif scope == "本数据项":
                for fact in facts_of_clause(clause):
                    self.leaf.caps.append(Cap(limit, fact, clause.sign))
            elif scope == "本指标":
                self.leaf.caps.append(Cap(limit, "", clause.sign))
            else:
                raise Unread(f"上限 {scope}: {clause.text}")


def _unit(words: str) -> str:
    return "%" if words == "个百分点" else words


def _starts(end: End) -> tuple[Fraction, bool]:
    """Orders lower ends: from 2 on begins before above 2."""
    return end.number, not end.included


def _stops(end: End) -> tuple[Fraction, bool]:
    """Orders upper ends: below 2 stops before up to 2."""
    return end.number, end.included


def atoms_of(condition: Condition | None) -> list[Atom]:
    """The single conditions in a condition."""
    if condition is None:
        return []
    if isinstance(condition, Atom):
        return [condition]
    return [atom for part in condition.parts for atom in atoms_of(part)]


def facts_of_clause(clause: Clause) -> list[str]:
    """The facts a clause is *on*: what it counts or measures, else the facts of its condition."""
    if clause.fact:
        return [clause.fact]
    return list(dict.fromkeys(atom.fact for atom in atoms_of(clause.condition)))
