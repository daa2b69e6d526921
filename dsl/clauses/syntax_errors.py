"""What a failed parse means, in an author's words: one cause, one message, at the very words."""

import re
from collections.abc import Callable
from functools import cache

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from zhunsheng.dsl.clauses.quota_errors import quota_fault
from zhunsheng.dsl.clauses.unread_words import base_advice, operative_advice
from zhunsheng.dsl.strong_words import LATER, NEGATED
from zhunsheng.dsl.vocabulary import terminals
from zhunsheng.dsl.words import TIERS_FIRST
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Source, Span

#: What a terminal is called in a message.
NAMES = {
    "FACT": "【数据项】",
    "POINTS": "几分（如“20分”）",
    "NUM": "数字",
    "UNIT": "单位（如“家”“次”）",
    "PCT": "%",
    "ADD": "加几分",
    "FREELY": "酌情加分",
    "EVERY": "每一个……",
    "RISE": "每增加……",
    "BEFORE": "达到、不低于等边界用语",
    "BEHIND": "以上、以下等边界用语",
    "TIER": "等级名称",
    "AS": "评为",
    "END": "为止",
    "AFTER": "后",
    "EQ": "＝",
    "VERB": "建立、获得等动词",
}
#: The names worth telling, most telling first; the rest would only be noise.
_ORDER = (
    "ADD",
    "POINTS",
    "FACT",
    "EVERY",
    "RISE",
    "UNIT",
    "NUM",
    "BEFORE",
    "AS",
    "TIER",
    "EQ",
    "FREELY",
    "END",
)

_WORD_TERMINALS = (
    "VERB",
    "CONN",
    "NEG",
    "IF",
    "BUT",
    "UNIT",
    "BASIS",
    "AND",
    "OR",
    "ADD",
    "DEDUCT",
    "AFTER",
    "DIRECTLY",
)
_LONGEST_LEAD = 6
_BOUNDARY = "，、；。：】〗）"
#: Words in front of an unread run that were read rightly, or behind it that belong to what follows.
_OPENING = re.compile("若|如果|凡是")
#: 其他的不得分: the rest of the cases without the word for it.
_REST = re.compile("(?:其他|其它)(?:的|者|，)+(?=[^【】]*分)")
#: What stands in for something else where that cannot stand (视同2项【甲】, or in a sentence of 基本条件).
_ALIKE = re.compile(
    r"(?:视同|等同于)(?:[\d零〇一二两三四五六七八九十百]+[^【】，。；\d]{1,2}(?=【))?|视为(?=【|满足|符合)"
)
_CLOSING = re.compile("(?:、|且|并且|或|或者)$")
#: Terminals that are no beginning of a description when other words of the language follow.
_FIRM = ("EVERY", "RISE", "BEHIND", "UNTIL", "MOST", "TOP", "END")
_MOST_SHOWN = 60


# Compiled when the first mistake is explained; a file without mistakes does not pay for them.


@cache
def _lead_words() -> re.Pattern[str]:
    words = [terminals()[name] for name in _WORD_TERMINALS]
    return re.compile("|".join(f"(?:{own})" for own in [*words, "最高", "满"]))


@cache
def _stop() -> re.Pattern[str]:
    """Where a run of unread words ends: before what surely is of the language again."""
    return re.compile(
        r"[【】〖〗（），；。：！？＝=÷×]|的?(?:加|得|计|扣|奖|记)\d|的，|酌情|直到|直至|最多|最高|每"
        rf"|(?:的，?|，)?(?:{terminals()['NOTHING']})|[除例]外(?=）|$)|(?:{terminals()['RANKED']})(?:{terminals()['PLACES']})"
        rf"|(?:{terminals()['BEFORE']})(?:{terminals()['COHORT']})"
        rf"|(?:{terminals()['NUM']})(?:分|%|{terminals()['UNIT']})"
    )


@cache
def _bound() -> re.Pattern[str]:
    """Words at the end of an unread run that belong to the number behind it."""
    return re.compile(rf"(?:{terminals()['MUST']})?(?:{terminals()['BEFORE']})$")


@cache
def _rising() -> re.Pattern[str]:
    """A step in front of what it counts (每增加1名【导师】), which says no number from which."""
    amount = rf"(?:{terminals()['NUM']})(?:%|{terminals()['UNIT']})"
    return re.compile(rf"(?P<word>{terminals()['RISE']})(?P<amount>{amount})$")


@cache
def _later() -> re.Pattern[str]:
    return re.compile(LATER)


@cache
def _count_cap() -> re.Pattern[str]:
    """A cap on how often something counts (但是最多三次); caps are in points."""
    return re.compile(
        r"(?:但是?)?(?:最多|最高|至多|不超过)(?:不超过|计算?|加)?"
        rf"(?:{terminals()['NUM']})(?:{terminals()['UNIT']})"
    )


SpanOf = Callable[[int, int], Span]


def explain(error: UnexpectedInput, text: str, start: str, span: SpanOf, source: Source) -> Diagnostic:
    """The diagnostic for a parse that failed on `text`."""
    at, token_end, ended = _place(error, text)
    expected = _expected(error)
    if ended:
        return _unfinished(text, start, expected, span, source)
    later = _later().match(text, at) or _later().match(text, max(0, at - 1))
    if later and later.end() > at:
        return Diagnostic(
            "ZS0207",
            f"“{later[0]}”这种句式本版本还不支持",
            source,
            span(later.start(), later.end()),
            "暂时不能计算；可先从标准中拿掉这一句，或等后续版本",
        )
    counted = next((m for m in _count_cap().finditer(text) if m.start() <= at < m.end()), None)
    if start == "segment" and counted is not None:
        return Diagnostic(
            "ZS0207",
            f"“{counted[0]}”这种句式本版本还不支持：上限要写成几分",
            source,
            span(counted.start(), counted.end()),
            "写成分数，如“最多60分”；不限制得分的放进〖〗",
        )
    if (alike := next((m for m in _ALIKE.finditer(text) if m.start() <= at <= m.end()), None)) is not None:
        return Diagnostic(
            "ZS0207",
            f"“{alike[0]}”这种句式本版本还不支持",
            source,
            span(alike.start(), alike.end()),
            "视同一个条件的，在指标下写“……的，视同【……】”，基本条件里写进括号：……（【……】的，视同满足本条要求）；视同几项的，计入那个数",
        )
    if start == "segment" and (rest := _REST.search(text)) is not None and rest.start() <= at <= rest.end():
        words = rest[0].rstrip("，的")
        return Diagnostic(
            "ZS0201",
            f"“{rest[0]}”这几个字没有读懂：是其余的各种情况，还是某一个数据项？",
            source,
            span(*rest.span()),
            f"其余的情况写成“其他情况”，如“其他情况不得分”；是数据项的，写成【{words}……】",
        )
    if (quota := quota_fault(text, at, start, span, source)) is not None:
        return quota
    if text.startswith("（", at) and "）" in text[at:]:
        end = text.index("）", at) + 1
        return _unread(text, at, end, start, span, source)
    begin = _lead(text, at)
    if (opening := _OPENING.match(text, begin, at)) is not None:
        begin = opening.end()
    stop = _stop().search(text, max(begin + 1, at)) if text[at] not in "，；。、" else None
    end = stop.start() if stop else len(text)
    if (closing := _CLOSING.search(text, max(begin, at) + 1, end)) is not None:
        end = closing.start()
    firm = isinstance(error, UnexpectedToken) and error.token.type in _FIRM
    if firm and _lead_words().fullmatch(text, token_end, end):
        end = token_end
    if text[at] in "，、；。：" or (token_end > at and end <= token_end):
        return _misplaced(text, at, max(token_end, at + 1), start, expected, span, source)
    end = max(end, at + 1)
    bound = _bound().search(text, begin + 1, end) if start in ("segment", "requirement") else None
    if bound is not None and stop is not None and stop.start() == end and not stop[0].endswith("分"):
        end = bound.start()
    return _unread(text, begin, end, start, span, source)


def _place(error: UnexpectedInput, text: str) -> tuple[int, int, bool]:
    """Where reading stopped, where the word there ends (the same place if it is no word), whether it was the end."""
    if isinstance(error, UnexpectedToken):
        token = error.token
        if token.type == "$END":
            return len(text), len(text), True
        begin = token.start_pos or 0
        end = begin if token.type == "TIER" else (token.end_pos or begin)
        return begin, end, False
    assert isinstance(error, UnexpectedCharacters)
    at = error.pos_in_stream or 0
    return at, at, False


def _expected(error: UnexpectedInput) -> frozenset[str]:
    if isinstance(error, UnexpectedToken):
        return frozenset(error.accepts or error.expected or ())
    assert isinstance(error, UnexpectedCharacters)
    return frozenset(error.allowed or ())


def _lead(text: str, at: int) -> int:
    """Moves the start of an unread run back over words that only seemed to be read (服务|热情周到)."""
    begin = at
    while begin > 0 and text[begin - 1] not in _BOUNDARY:
        for length in range(min(_LONGEST_LEAD, begin), 0, -1):
            if _lead_words().fullmatch(text, begin - length, begin):
                begin -= length
                break
        else:
            return at
    return begin


#: 优秀90分以上: a tier in front of its scores, with nothing between.
_TIER_NAMED = re.compile(f"({TIERS_FIRST})[为是]?")
#: 优秀需各一级指标得分率均不低于80%: what a tier asks for, without its points.
_TIER_ASKS = re.compile("(.{1,6}?)(?:需|须|应|要求)要?((?:各|任一|所有|全部|单项|一级指标|二级指标).*指标.*)")


def _unread(text: str, begin: int, end: int, start: str, span: SpanOf, source: Source) -> Diagnostic:
    words = text[begin:end]
    shown = words if len(words) <= _MOST_SHOWN else words[:_MOST_SHOWN] + "…"
    operative = operative_advice(words, start, text[begin:])
    asked = _TIER_ASKS.match(words)
    if operative is not None and (start != "tiers" or asked is None):
        message = f"“{shown}”这几个字没有读懂；它们会影响计算，放进括号就不起作用了"
        return Diagnostic("ZS0201", message, source, span(begin, end), operative)
    if not re.search(r"\w", words):
        message = f"“{shown}”不是一个词，没有读懂"
        return Diagnostic("ZS0201", message, source, span(begin, end), f"删去“{shown}”，或改成一个符号")
    if words.startswith("（") and words.endswith("除外）"):
        help_text = f"不算在内的，写成（【{words[1:-3]}】除外）"
    elif words.startswith("（"):
        help_text = f"只是说明的，写成〖{shown}〗或（注：……）"
    elif start == "formula":
        help_text = f"写成【{shown}】；算式里只能有【数据项】、数字和＋－×÷"
    elif start == "tiers":
        help_text = f"是评级的条件的，写成“……分以上且【{shown}】的为……”；只是说明的，写成〖{shown}〗"
        if (named := _TIER_NAMED.fullmatch(words)) is not None:
            help_text = f"等级后面加冒号，再写分数：“{named[1]}：90分以上”"
        if asked is not None:
            help_text = (
                f"等级另有要求的，连同分数写成一句，代替这一等级原来的那一句："
                f"“{asked[1]}需总分……分以上且{asked[2]}……”；上面还有等级的，写到不足多少分：“……分以上不足……分且”"
            )
    elif period := _PERIOD_BEHIND.match(text, begin):
        fact = text[text.rfind("【", 0, begin) : begin]
        help_text = f"“{period[1]}”写在数据项前面，如“{period[1]}{fact}{period[2]}的，加20分”"
    elif text[begin - 1 : begin] == "每" and words in _PERIODS and text.startswith("【", end):
        fact = text[end + 1 : text.find("】", end)]
        help_text = (
            f"按有{fact}的{words}数计分的，写成“每一个【有{fact}的{words}】加20分”；"
            f"每{words}都要有的，写成“每{words}【{fact}】1次以上的，加20分”"
        )
    elif text.startswith("【", end):
        fact = text[end + 1 : text.find("】", end)]
        help_text = f"要计量的，移进后面的括号：【{shown}{fact[:_MOST_SHOWN]}】"
        # What is not so, or late, or which of them, is part of what is counted: described only, all of them would be.
        help_text += "" if NEGATED.match(words) or words.endswith("的") else f"；只是说明的，写成〖{shown}〗"
    elif text[begin - 1 : begin] == "】":
        fact = text[text.rfind("【", 0, begin) + 1 : begin - 1].split("｜")[0]
        help_text = f"要计量的，移进前面的括号：【{fact[-_MOST_SHOWN:]}{shown}】"
        if words[0] in _NOT_SO and (beside := _BESIDE.search(text, 0, begin)) is not None:
            one, other = (f"【{name.split('｜')[0]}{shown}】" for name in beside.groups())
            help_text = f"有一项就算的，写成“{one}或{other}的”；都是才算的，用“且”"
        help_text += "" if words[0] in _NOT_SO else f"；只是说明的，写成〖{shown}〗"
    elif text.startswith("的", end):
        # A condition: described only, it would hold of everybody.
        help_text = f"是要计量的，写成【{shown}】"
    elif text.startswith(("除外", "例外"), end):
        help_text = f"不算在内的，写成【{shown}】{text[end : end + 2]}"
    else:
        help_text = f"是要计量的，写成【{shown}】；只是说明的，写成〖{shown}〗"
    message = f"“{shown}”这几个字没有读懂：是要计量的加【】，只是说明的加〖〗"
    return Diagnostic("ZS0201", message, source, span(begin, end), help_text)


#: Periods that are no unit of a count by themselves.
_PERIODS = ("季度", "半年", "学期")
#: A period between a fact and its number (【甲】每月不少于2次): the grammar has it in front of the fact.
_PERIOD_BEHIND = re.compile(
    r"(?<=】)(每(?:年|月|季度|半年|周|日|天|学期))([^，；。【】]*?\d[^，；。【】的加扣得]*)"
)
#: What begins words that turn the fact in front of them into its opposite (【材料】不齐全).
_NOT_SO = "不未无没缺非逾迟漏错"
#: Two facts side by side, of which the words behind may speak.
_BESIDE = re.compile("【([^【】]*)】(?:、|和|与|及|以及)【([^【】]*)】$")
#: What is given right behind a fact.
_GIVEN = re.compile(r"的?，?([^，；。【】\d]{1,4}[\d.]+分)")
#: A sentence to copy for each kind of paragraph.
_EXAMPLES = {
    "segment": "“……的，加20分”“每一家【……】加5分”",
    "tiers": "“80分（含）以上评为优秀”",
    "veto": "“若【……】的，直接视该服务为不合格”",
    "formula": "“【甲】＝【乙】÷【丙】”",
}


def _misplaced(
    text: str, at: int, end: int, start: str, expected: frozenset[str], span: SpanOf, source: Source
) -> Diagnostic:
    words = text[at:end]
    if "POINTS" in expected and re.fullmatch(terminals()["NUM"], words):
        return Diagnostic("ZS0210", f"“{words}”后面少了“分”", source, span(at, end), f"改为“{words}分”")
    wanted = _wanted(expected)
    model = f"照这样的句子改写：{_EXAMPLES[start]}" if start in _EXAMPLES else "对照“句式”一页改写这一句"
    rising = _rising().search(text[:at])
    if start == "segment" and words.startswith("【") and rising is not None:
        award = _GIVEN.match(text, end)
        advice = base_advice(
            words, rising["word"], rising["amount"], award[1] if award else "加2分", below=False, taken=False
        )
        return Diagnostic(
            "ZS0215", f"没有说从多少起{rising['word']}", source, span(rising.start(), end), advice
        )
    return Diagnostic(
        "ZS0202",
        f"“{words}”不能写在这里" + (f"，这里应是{wanted}" if wanted else ""),
        source,
        span(at, end),
        f"删去“{words}”，或{model}" if words in "，、：" else f"{model}；不参与计算的话放进〖〗",
    )


def _unfinished(text: str, start: str, expected: frozenset[str], span: SpanOf, source: Source) -> Diagnostic:
    wanted = _wanted(expected)
    begin = max(text.rfind("，", 0, max(len(text) - 1, 0)) + 1, 0)
    message = "这句话没有写完" + (f"，后面应是{wanted}" if wanted else "")
    help_text = {
        "segment": "写明怎样计分，如“……的，加20分”；只是说明的话放进〖〗",
        "tiers": "写成“80分（含）以上评为优秀”",
        "veto": "写成“若【……】的，直接视该服务为不合格”",
        "formula": "写成“【甲】＝【乙】÷【丙】”",
    }.get(start, "")
    return Diagnostic("ZS0206", message, source, span(begin, len(text)), help_text)


def _wanted(expected: frozenset[str]) -> str:
    names = [NAMES[name] for name in _ORDER if name in expected][:3]
    return "或".join(names)
