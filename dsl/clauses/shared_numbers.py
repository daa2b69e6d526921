"""A number without a unit in front of one with: 1～5万元 begins at 1万元, as 60～70% begins at 60%."""

import re
from fractions import Fraction

from lark import Token

from zhunsheng.dsl.clauses.tokens import Reader

#: 5万, 二十万, 3000万, 5亿: what counts, and the large unit it counts.
_LARGE = re.compile(r"(.*?[^万亿])([万亿]+)")
#: 5千, 五百: one digit, and what may be meant of a number in front of it too.
_ROUND = re.compile(r"(\d[\d,.]*|[一二两三四五六七八九])([百千]+)")
_FACTORS = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}


def read_first(reader: Reader, first: Token, last: Token) -> Fraction:
    """The value of a number whose unit stands behind another (100～500万元, 1≤【投入】<5万元): in 万 or 亿 as the other is,
    unless it would be the greater then (5000～1万元). Of 百 and 千 (1～5千元, 一至五百家) the words leave that open."""
    own = reader.number(first)
    large = _LARGE.fullmatch(str(last))
    counted, unit = (large[1], large[2]) if large is not None else (str(last), "")
    if not own or re.search("[万亿]", str(first)):
        return own
    small = _ROUND.fullmatch(counted)
    if small is not None and not re.search("[百千]", str(first)) and own < reader.numeral(small[1], last):
        most = small[2] + unit
        message = f"“{first}”是{first}，还是{first}{most}，没有写明"
        raise reader.fault("ZS0257", message, first, f"两头都写全，如“{first}{most}”")
    if not unit or own >= reader.numeral(counted, last):
        return own
    for word in unit:
        own *= _FACTORS[word]
    return own
