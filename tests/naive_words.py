"""Characters and words for the naive reader: numbers, boundary words, facts in brackets."""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from naive_logic import Unread
from naive_model import Rounding

FACT = "[\ue000-\uefff]"  # a 【fact】 is replaced by one such character, a 〖description〗 by one of the next block
HAN_NUMBER = "[零〇一二两三四五六七八九十百千万亿]+"
MINUS = "\u207b"  # in front of a number below zero; a dash is that of a range
NUMBER = rf"(?:{MINUS}?\d+(?:\.\d+)?(?:/\d+)?[十百千万亿]*|{MINUS}?{HAN_NUMBER})"
HAN = "[一-鿿]"
# a sign of a verb or a unit: no number, nothing that negates or diminishes may hide there
PLAIN = "(?:(?![零〇一二两三四五六七八九十百千万亿未不无没非除少缺低减降每])[一-鿿])"

# (the side the number bounds, whether the number itself belongs)
BEFORE = {
    **dict.fromkeys(["达到", "达", "不低于", "不少于", "不小于", "至少", "届满", "满", "≥"], ("low", True)),
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


def one_of(words: list[str] | dict[str, tuple[str, bool]]) -> str:
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"


BEFORE_WORD, BEHIND_WORD = one_of(BEFORE), one_of(BEHIND)
MARK = rf"(?:\((?:含|不含)(?:本数|{NUMBER}(?:%|{PLAIN}{{0,4}}?))?\))"
UNIT_END = rf"(?=$|的|(?:以|之)?后|[,、(]|且|并|或|但|同时|{FACT}|{BEFORE_WORD}|{BEHIND_WORD}|每)"
UNIT = rf"(?:个百分点|%|{PLAIN}{{0,4}}?){UNIT_END}"
LOOSE = rf"(?:个百分点|%|{PLAIN}{{0,4}}?)"  # a unit before whatever comes next
COMPARISON = re.compile(
    rf"(?P<before>{BEFORE_WORD})?(?P<number>{NUMBER})(?P<unit>{UNIT})"
    rf"(?P<mark1>{MARK})?(?P<behind>{BEHIND_WORD})?(?P<mark2>{MARK})?(?P<after>(?:以|之)?后)?"
)
# 建立, 作出, 举办
VERB = rf"{PLAIN}{{0,4}}?"
COUNTER = rf"{PLAIN}{{0,3}}?"  # 个, 种, 人次
NO_BOUNDARY = rf"(?!.*(?:{BEFORE_WORD}|{BEHIND_WORD}))"
LEAD_IN = re.compile(
    r"(?:若|如果|如|凡|对|对于|根据|按照|依据|该项服务的|其他|其它|该项服务|评价年度内|评价期内|全年(?=[\ue000-\uefff])|本年度|上年度|每(?:[一-鿿]{1,2}每)?(?:年度?|月|季度|半年|周|日|天|学期)|年度内"
    r"|近(?:\d+|[一二两三四五六七八九十]+)年内?|(?:荣获|获得|取得|发生)(?=[\ue000-\uefff]))"
)
JOINERS = [
    (re.compile(r",?(?:并且|而且|同时|且|以及|并)"), "且"),
    (re.compile(r",?(?:或者|或)"), "或"),
    (re.compile(r"[、,]"), "?"),
]

NUMBERING = re.compile(
    r"^(?:•|[一二三四五六七八九十]+、|[(（][一二三四五六七八九十\d]+[)）]|\d+(?:、|\.(?!\d))|[①-⑳])"
)

MONEY = {"元": 1, "千元": 1000, "万元": 10**4, "亿元": 10**8}
LONG_TIME = {"年": 12, "半年": 6, "个半年": 6, "季度": 3, "个季度": 3, "个月": 1, "月": 1}
SHORT_TIME = {"周": 10080, "天": 1440, "日": 1440, "个小时": 60, "小时": 60, "分钟": 1}


def number(words: str) -> Fraction:
    """`1.5`, `100万`, `两百五十` as an exact number."""
    if words.startswith(MINUS):
        return -number(words[1:])
    digits = {c: v for v, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
    powers = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
    printed = re.match(r"\d+(?:\.\d+)?(?:/\d+)?", words)
    if printed:
        above, _, below = printed.group().partition("/")
        value = Fraction(above) / Fraction(below or 1)
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


def plain(text: str) -> str:
    """The official words: markers gone, names behind a bar gone."""
    return flat(re.sub(r"[【】〖〗]", "", re.sub(r"｜[^】]*】", "】", text)))


@dataclass
class Marked:
    """A paragraph with its facts and descriptions replaced by single characters."""

    text: str
    printed: list[str]

    def words(self, start: int, end: int) -> str:
        return "".join(self.printed[start:end])

    def replace(self, start: int, end: int, text: str) -> None:
        """Other characters for some, which stand for the same printed words."""
        words = self.words(start, end)
        self.text = self.text[:start] + text + self.text[end:]
        self.printed[start:end] = [words] + [""] * (len(text) - 1) if text else []

    def drop(self, start: int, end: int) -> None:
        """Takes characters out; their printed words stay with the character before."""
        self.printed[start - 1] += self.words(start, end)
        self.text = self.text[:start] + self.text[end:]
        del self.printed[start:end]


class Marker:
    """Replaces 【facts】 and drops 〖descriptions〗; a character stands for a name and the words shown."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.signs: list[tuple[str, str]] = []

    def name(self, sign: str) -> str:
        return self.signs[ord(sign) - 0xE000][0]

    def shown(self, sign: str) -> str:
        return self.signs[ord(sign) - 0xE000][1]

    def sign(self, name: str, shown: str = "") -> str:
        name = re.sub(r"[\s*]", "", name)
        twin = next((n for n in self.names if flat(n) == flat(name)), name)
        if twin not in self.names:
            self.names.append(twin)
        pair = (twin, flat(shown) or twin)
        if pair not in self.signs:
            self.signs.append(pair)
        return chr(0xE000 + self.signs.index(pair))

    def mark(self, paragraph: str) -> Marked:
        text, printed = "", []
        waiting = ""  # described words, kept for the words of the next rule
        pieces = re.split(r"(【[^】]*】|〖[^〗]*〗|（注[：:][^）]*）|\(注[：:][^)]*\))", paragraph)
        for piece in pieces:
            if piece.startswith("【"):
                shown, _, name = piece[1:-1].partition("｜")
                text += self.sign(name or shown, shown)
                printed.append(waiting + plain(piece))
                waiting = ""
            elif piece.startswith(("〖", "（注", "(注")):
                waiting += plain(piece)
            else:
                for sign in flat(piece):
                    text += sign
                    printed.append(waiting + sign)
                    waiting = ""
        if printed:
            printed[-1] += waiting
        return Marked(text, printed)


def unit_of(words: str) -> str:
    """个百分点 compares like %, and 场次 is 场."""
    return {"个百分点": "%", "自然日": "天", "个自然日": "天", "场次": "场"}.get(words, words)


def is_count(unit: str) -> bool:
    """个, 家, 次: a unit of counts."""
    others = {"", "%", "倍", "平方米", "亩", "公里", "吨", "比", "分", *MONEY, *LONG_TIME, *SHORT_TIME}
    return unit not in others


def boundary(found: re.Match[str], words: str) -> tuple[str, bool]:
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
    return side, "不" not in marks.pop() if marks else included


# --- rounding -------------------------------------------------------------------------------------------------

RULES = {
    r"按(?:照)?GB/?T8170(?:的?规定|进舍规则)?|进舍规则|四舍六入五成双": "进舍规则",
    "四舍五入": "四舍五入",
    "舍去(?:尾数)?": "舍去",
    "进一": "进一",
}


def rounding(words: str, choice: str | None) -> Rounding | None:
    """`四舍五入保留两位小数`: to what and how, where these words are a phrase of rounding; `choice` is what 修约 says."""
    rest, rules = re.sub("[,()]", "", words), []
    for pattern, rule in RULES.items():
        rest, found = re.subn(pattern, "", rest)
        rules += [rule] * found
    places = re.fullmatch(rf"保留({NUMBER})位小数", rest)
    unit = re.fullmatch(r"(?:修约|精确)到(整数|\d+(?:\.\d+)?)(?:分|%)?", rest)
    if places:
        size = Fraction(1, 10 ** int(number(places[1])))
    elif unit:
        size = Fraction(1) if unit[1] == "整数" else Fraction(unit[1])
    elif rest in ("保留整数", "取整"):
        size = Fraction(1)
    else:
        return None
    if len(rules) > 1 or (not rules and choice is None):
        raise Unread(f"修约 is open: {words}")
    return Rounding(size, rules[0] if rules else str(choice))
