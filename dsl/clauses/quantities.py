"""Reading quantities and the ends of ranges: 60%, 1年6个月, 达到60%, 60%（含）以上, 60%～70%."""

import re
from fractions import Fraction

from attrs import evolve
from lark import Token, Tree

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.dates import read_compound
from zhunsheng.dsl.clauses.shared_numbers import read_first
from zhunsheng.dsl.clauses.tokens import Node, Reader, tokens_of
from zhunsheng.dsl.words import (
    BOUNDS_BEFORE,
    BOUNDS_BEHIND,
    COUNT_UNITS,
    MEASURED_UNITS,
    NUMERAL,
    ONLY,
    Comparison,
)
from zhunsheng.runtime.numbers import RATIO

#: Strokes that a person may have meant as a dash: 【增长率】—5%以上.
_DASHES = "–—―"
#: Round numbers that stand without a digit in front of 分之 and behind it.
_ROUND = {"百": "100", "千": "1000", "万": "10000"}
#: （含60分）, （不含100家）: its number and its unit.
_MARKED = re.compile(rf"（不?含({NUMERAL})(.*)）")
#: Words that may speak of how large a number is, whatever its sign.
_OF_SIZE = [
    "超过",
    "不超过",
    "未超过",
    "超出",
    "不超出",
    "未超出",
    "满",
    "已满",
    "不满",
    "不足",
    "未满",
    "不到",
    "以内",
    "之内",
    "以外",
    "届满",
]


def read_quantity(reader: Reader, node: Node) -> ast.Quantity:
    """NUM UNIT, NUM %, 1年6个月 or a bare UNIT, which counts one."""
    tokens = list(tokens_of(node))
    if tokens[0].type == "COMPOUND":
        return read_compound(reader, tokens[0])
    if tokens[0].type == "FRACTION":
        return ast.Quantity(read_fraction(reader, tokens[0], tokens[0]) * 100, "%", span=reader.of(node))
    if tokens[0].type == "PROPORTION":
        return ast.Quantity(_proportion(reader, tokens[0]), RATIO, span=reader.of(node))
    numbers = [t for t in tokens if t.type in ("NUM", "NEGATIVE")]
    value = _number(reader, numbers[0]) if numbers else Fraction(1)
    return ast.Quantity(value, str(tokens[-1]), span=reader.of(node))


def _number(reader: Reader, token: Token) -> Fraction:
    """The value of a NUM, or of a NEGATIVE, whose sign is no dash (【增长率】—5%)."""
    if token.type != "NEGATIVE":
        return reader.number(token)
    sign = reader.source.text[reader.of(token).start]
    if sign in _DASHES:
        even = f"-{str(token)[1:]}"
        raise reader.fault(
            "ZS0254", f"“{sign}”是破折号，还是负号？", token, f"是负数的，写成“{even}”；不是的，删去“{sign}”"
        )
    return -reader.numeral(str(token)[1:], token)


def read_fraction(reader: Reader, token: Token, words: str) -> Fraction:
    """三分之二, 百分之六十, 2/3: words of a token."""
    lower, upper = words.split("分之") if "分之" in words else reversed(words.split("/"))
    below = reader.numeral(_ROUND.get(lower, lower), token)
    above = reader.numeral(_ROUND.get(upper, upper), token)
    return above / _above_zero(reader, token, below)


def _proportion(reader: Reader, token: Token) -> Fraction:
    """1:20 is 1 ÷ 20."""
    first, second = (reader.numeral(number, token) for number in re.split("[：比]", str(token)))
    return first / _above_zero(reader, token, second)


def _above_zero(reader: Reader, token: Token, number: Fraction) -> Fraction:
    if not number:
        raise reader.fault("ZS0203", f"“{token}”的除数是0", token, "核对这个数")
    return number


def read_edge(reader: Reader, node: Node, said: Token | None = None) -> ast.Edge:
    """One end: 60%（含）以上, 达到60%, 60%, 60分（含）; `said` is a word that stands further in front of it."""
    tokens = [t for t in node.children if isinstance(t, Token)]
    inner = next((c for c in node.children if isinstance(c, Tree)), None)
    if inner is not None:
        quantity = read_quantity(reader, inner)
    else:
        point = next(t for t in tokens if t.type in ("POINTS", "NUM"))
        # A bare number of a table is in the unit of its row.
        unit = "" if point.type == "NUM" and node.data in ("cell_edge", "cell_before") else "分"
        quantity = ast.Quantity(reader.number(point), unit, span=reader.of(point))
    words = [t for t in (said, *tokens) if t is not None and t.type in ("BEFORE", "BEHIND")]
    comparison = None
    for word in words:
        own = BOUNDS_BEFORE[str(word)] if word.type == "BEFORE" else BOUNDS_BEHIND[str(word)]
        if comparison not in (None, own):
            number = reader.source.slice(quantity.span)
            message = f"“{words[0]}”和“{words[1]}”说的不是一回事：{number}在不在内、往上还是往下？"
            raise reader.fault(
                "ZS0208", message, node, f"只留一个，如“{words[0]}{number}”或“{number}{words[1]}”"
            )
        comparison = own
    counted = quantity.unit in COUNT_UNITS and quantity.unit not in MEASURED_UNITS
    if not counted and any(word in ONLY for word in words):
        comparison = None
    _check_signed(reader, node, quantity, words)
    explicit = [t for t in tokens if t.type in ("INCL", "EXCL")]
    if len({t.type for t in explicit}) > 1:
        raise reader.fault("ZS0208", "同一个数既说“含”又说“不含”", node, "只留一个")
    for mark in explicit:
        _check_mark(reader, mark, quantity)
    if explicit and comparison not in (None, "eq"):
        comparison = _decided(comparison, explicit[0].type == "INCL")
    return ast.Edge(
        quantity,
        comparison,
        bool(explicit),
        "".join(words) + "".join(explicit),
        span=reader.of(node),
    )


def _check_mark(reader: Reader, mark: Token, quantity: ast.Quantity) -> None:
    """（含60分） says which number it speaks of: the one it stands behind."""
    said = _MARKED.fullmatch(str(mark))
    if said is None:
        return
    if reader.numeral(said[1], mark) != quantity.value or said[2] not in ("", quantity.unit):
        number = reader.source.slice(quantity.span)
        message = f"“{mark}”说的不是前面的“{number}”"
        raise reader.fault(
            "ZS0208",
            message,
            mark,
            f"核对这两个数；一样的，写成“（{mark[1 : mark.index(said[1])]}{number}）”",
        )


def _check_signed(reader: Reader, node: Node, quantity: ast.Quantity, words: list[Token]) -> None:
    """Words that may speak of the size of a number leave open what they say of one below zero, or of 1:20."""
    word = next((str(word) for word in words if word in _OF_SIZE), None)
    number = reader.source.slice(quantity.span)
    if quantity.value < 0 and word is not None:
        message = f"“{word}”和负数“{number}”连用有两种读法：比它大，还是降得比它多？"
        help_text = f"写成“不低于{number}”“低于{number}”，或写明两头，如“在{number}～0%之间”"
        raise reader.fault("ZS0255", message, node, help_text)
    said = next((BOUNDS_BEFORE.get(str(w)) or BOUNDS_BEHIND.get(str(w)) for w in words), None)
    if quantity.unit == RATIO and quantity.value < 1 and said in ("le", "gt"):
        message = (
            f"“{words[0]}”说的是比值（{number}算出来的数），还是“{number}”后面的那个数？两种读法正好相反"
        )
        help_text = f"比值大才好的，写成“不低于{number}”；比值小才好的，改用倒过来的比（另一个数据项），如“不低于{_reversed(number)}”"
        raise reader.fault("ZS0256", message, node, help_text)


def _reversed(number: str) -> str:
    first, second = re.split("[:：比]", number)
    return f"{second}:{first}"


def read_bounds(reader: Reader, node: Node) -> tuple[ast.Edge, ...]:
    """One or two ends of a range, with their words made to agree."""
    if node.data in ("between", "score_between"):
        return _between(reader, node)
    if node.data in ("flanked", "score_flanked"):
        return _flanked(reader, node)
    edges = tuple(read_edge(reader, child) for child in node.children if isinstance(child, Tree))
    if any(isinstance(child, Token) and child.type == "BUT" for child in node.children):
        return edges
    bare = next(
        (end for end in edges if len(edges) > 1 and end.comparison is None and not end.explicit), None
    )
    if bare is not None:
        words = reader.source.slice(bare.span)
        message = f"两个数连着写，“{words}”往上还是往下、是不是多写的，看不出来"
        first, last = (reader.source.slice(end.quantity.span) for end in edges)
        raise reader.fault("ZS0208", message, node, f"写成“{first}以上{last}以下”或“{first}～{last}”")
    return edges


def exactly(node: Node, edges: tuple[ast.Edge, ...]) -> tuple[ast.Edge, ...]:
    """The ends of a condition; behind 为 a number without boundary words is that number."""
    copula = next((c for c in node.children if isinstance(c, Token) and c.type == "IS_NUMBER"), None)
    if copula is None or len(edges) != 1 or edges[0].comparison is not None:
        return edges
    return (evolve(edges[0], comparison="eq", word=str(copula)),)


def _between(reader: Reader, node: Node) -> tuple[ast.Edge, ...]:
    """60%～70%: what stands before the dash is the lower end, unless its word says otherwise."""
    parts = [c for c in node.children if not (isinstance(c, Token) and c.type in ("DASH", "BETWEEN", "AMID"))]
    first, last = parts
    if isinstance(last, Token):
        return _to_zero(reader, node, first, last)
    high = read_edge(reader, last)
    if isinstance(first, Token):
        quantity = ast.Quantity(_first(reader, first, last), high.quantity.unit, span=reader.of(first))
        low = ast.Edge(quantity, None, span=reader.of(first))
    else:
        low = read_edge(reader, first)
    return _said(reader, low, upward=True), _said(reader, high, upward=False)


def _first(reader: Reader, first: Token, last: Node) -> Fraction:
    """The number in front of a range or a sign, whose unit is that of the other end."""
    number = next((token for token in tokens_of(last) if token.type == "NUM"), None)
    return reader.number(first) if number is None else read_first(reader, first, number)


def _to_zero(reader: Reader, node: Node, first: Token | Node, last: Token) -> tuple[ast.Edge, ...]:
    """-5%～0: nothing is nothing in whatever unit; another number needs its own."""
    if reader.number(last) or isinstance(first, Token):
        raise reader.fault("ZS0257", f"“{last}”没有写单位", last, "写明单位，如“60%～70%”")
    low = read_edge(reader, first)
    quantity = ast.Quantity(Fraction(0), low.quantity.unit, span=reader.of(last))
    return _said(reader, low, upward=True), ast.Edge(quantity, None, span=reader.of(last))


#: What a sign in front of what it speaks of says of that.
_MIRRORED = {"≤": "≥", "<": ">", "≥": "≤", ">": "<"}


def _flanked(reader: Reader, node: Node) -> tuple[ast.Edge, ...]:
    """60%≤【占比】<80%, 80≤总分<90: from the first number to the second, whichever is the greater."""
    trees = [c for c in node.children if isinstance(c, Tree)]
    tokens = [c for c in node.children if isinstance(c, Token)]
    sign = next(t for t in tokens if t.type == "FLANK")
    number = next((t for t in tokens if t.type in ("POINTS", "NUM")), None)
    other = read_edge(reader, trees[-1])
    if number is None:
        quantity = read_quantity(reader, trees[0])
    else:
        value = _first(reader, number, trees[-1])
        quantity = ast.Quantity(value, other.quantity.unit, span=reader.of(number))
    own = BOUNDS_BEFORE[_MIRRORED[sign]]
    upward = [comparison in ("ge", "gt") for comparison in (own, other.comparison)]
    if other.comparison == "eq" or upward[0] == upward[1]:
        message = f"“{sign}”和“{other.word}”说的是同一头：是从几到几？"
        help_text = (
            "两个符号朝同一个方向，如“60%≤【占比】<80%”“80≤总分<90”；只有一个界限的，写成“【占比】≥60%”"
        )
        raise reader.fault("ZS0208", message, node, help_text)
    span = quantity.span.cover(reader.of(sign))
    return ast.Edge(quantity, own, word=_MIRRORED[sign], span=span), other


def _said(reader: Reader, end: ast.Edge, *, upward: bool) -> ast.Edge:
    """A bare end of a range with （含） or （不含） behind it is not open."""
    if end.comparison is not None or not end.explicit:
        return end
    return evolve(end, comparison=_decided("ge" if upward else "le", "不含" not in end.word))


def _decided(comparison: str | None, included: bool) -> Comparison:
    """The comparison with the end included or not, in the direction of the word."""
    upward = comparison in ("ge", "gt")
    if included:
        return "ge" if upward else "le"
    return "gt" if upward else "lt"
