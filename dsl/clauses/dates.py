"""Reading dates and durations: 1年6个月, 距评价日期, 在有效期内, 在近三年内, 早于2020年1月1日."""

import datetime
import re
from fractions import Fraction

from attrs import evolve
from lark import Token

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.tokens import Node, Reader, tokens_of
from zhunsheng.dsl.words import DATED, VALID, Comparison
from zhunsheng.runtime.numbers import read_numeral

DATE_CONDITIONS = ("spanned", "valid", "recent", "dated")

_COMPOUND = re.compile("(.+?)(年|小时)零?(.+?)(个?月|分钟)")
_NUMERAL = re.compile(r"[\d零〇一二两三四五六七八九十百]+")
#: No duration is as long as the years that dates are counted in.
_MOST_YEARS = 1000


def read_compound(reader: Reader, token: Token) -> ast.Quantity:
    """1年6个月 is 18个月, 2小时30分钟 is 150分钟."""
    match = _COMPOUND.fullmatch(str(token))
    assert match is not None
    high, low = read_numeral(match[1]), read_numeral(match[3])
    factor = 12 if match[2] == "年" else 60
    if high is None or low is None or high.denominator != 1 or not 0 < low < factor or high >= _MOST_YEARS:
        raise reader.fault("ZS0203", f"“{token}”不是规范的时长", token, "写成“1年6个月”“18个月”这样的时长")
    return ast.Quantity(high * factor + low, match[4], span=reader.of(token))


def read_day(reader: Reader, token: Token) -> datetime.date:
    """2020年1月1日."""
    year, month, day = (int(part) for part in re.findall(r"\d+", str(token)))
    try:
        return datetime.date(year, month, day)
    except ValueError:
        raise reader.fault("ZS0203", f"日历上没有“{token}”这一天", token, "核对月份和日子") from None


def number_of(reader: Reader, token: Token) -> int:
    """The number of 近三年 or 连续10天."""
    match = _NUMERAL.search(str(token))
    years = read_numeral(match[0]) if match else None
    if years is None or years.denominator != 1 or not 0 < years < _MOST_YEARS:
        raise reader.fault("ZS0203", f"“{token}”里的数没有读懂", token, "写成“近三年”“连续10天”")
    return years.numerator


def read_date_condition(reader: Reader, node: Node, fact: ast.FactMention) -> ast.Condition:
    """A condition on a date; what it asks is a number of days, or whether the date lies in a period."""
    span = reader.of(node)
    word = list(tokens_of(node))[-1]
    if node.data == "spanned":
        return ast.Condition("holds", evolve(fact, aspect=ast.Aspect("elapsed")), span=span)
    if node.data == "valid":
        return _compared(
            evolve(fact, aspect=ast.Aspect("left")), 0, "天", VALID[str(word)], word, reader, node
        )
    if node.data == "recent":
        aspect = ast.Aspect("recent", number_of(reader, word))
        return _compared(evolve(fact, aspect=aspect), 1, "次", "ge", word, reader, node)
    dated = next(t for t in tokens_of(node) if t.type == "DATED")
    if word.type == "TODAY":
        return _compared(
            evolve(fact, aspect=ast.Aspect("left")), 0, "天", DATED[str(dated)], word, reader, node
        )
    aspect = ast.Aspect("since", day=read_day(reader, word))
    return _compared(evolve(fact, aspect=aspect), 0, "天", DATED[str(dated)], word, reader, node)


def _compared(
    fact: ast.FactMention,
    number: int,
    unit: str,
    comparison: Comparison,
    word: Token,
    reader: Reader,
    node: Node,
) -> ast.Condition:
    quantity = ast.Quantity(Fraction(number), unit, span=reader.of(word))
    edge = ast.Edge(quantity, comparison, explicit=True, word=str(word), span=reader.of(word))
    return ast.Condition("compared", fact, edges=(edge,), span=reader.of(node))
