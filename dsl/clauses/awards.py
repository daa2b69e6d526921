"""Reading what a clause gives: fixed points, points that an assessor sets, and along which measure."""

import re
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from attrs import evolve
from lark import Token, Tree

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.lacking_words import ON_TOP
from zhunsheng.dsl.clauses.quantities import read_quantity
from zhunsheng.dsl.clauses.tokens import Fault, Node, Reader, tokens_before, tokens_of
from zhunsheng.dsl.words import FACTORS, LOOSE_ITEMS
from zhunsheng.runtime.diagnostics import Diagnostic

#: The rules of the grammar that are awards.
AWARDS = (
    "add",
    "in_full",
    "in_part",
    "no_points",
    "deduct",
    "freely",
    "ranged",
    "up_to",
    "growing",
    "nothing",
    "factor",
    "spread_on",
    "spread_off",
)

#: The unit in 第一次; 首次 and 再次 have none.
_UNIT = re.compile("第.+?(人次|次|起|个|项|例|件|天|日|级)")
#: 第二次起每次: this instance and each later one.
_EACH_LATER = re.compile("(?:.人次|.[次起个项例件天日级]|再次).*?(?:起|开始|以后|之后|以上|每次)")

_IN_ORDER = "从第一次写起，一次一次写，如“第一次扣1分，第二次扣2分，以此类推”"
_LAST = "“起每次”只能写在最后，也不能再写以此类推"

Manner = Literal["", "满", "连续"]
#: How a unit is counted, by the terminal before it.
_MANNERS: dict[str, Manner] = {"EVERY": "", "FULLY": "满", "STREAK": "连续"}


def read_award(reader: Reader, node: Node) -> ast.Award:
    """加N分, 扣N分, 酌情加分, 酌情扣1～5分, 不得分, 加倍."""
    span = reader.of(node)
    if node.data == "growing":
        return _growing(reader, node)
    tokens = list(tokens_of(node))
    kinds = {token.type for token in tokens}
    verb = next((str(t) for t in tokens if t.type == "DEDUCT"), "")
    group = "OUT_OF" in kinds or "GROUP" in kinds
    if node.data == "nothing":
        item = next((str(t) for t in tokens if t.type == "ITEM"), "")
        return ast.Award(
            None,
            1,
            nothing=True,
            whole=bool(item) or group,
            loose=item in LOOSE_ITEMS,
            group=group,
            span=span,
        )
    if node.data == "factor":
        factor = next(value for word, value in FACTORS.items() if str(tokens[0]).startswith(word))
        return ast.Award(None, 1, factor=factor, span=span)
    on_top = any(t.type == "ADD" and str(t) in ON_TOP for t in tokens)
    if node.data == "in_full":
        return ast.Award(None, 1, full=True, on_top=on_top, span=span)
    if node.data == "in_part":
        part = reader.number(next(t for t in tokens if t.type == "NUM")) / 100
        return ast.Award(None, 1, whole="ITEM" in kinds, full=True, part=part, on_top=on_top, span=span)
    if node.data == "no_points":
        return ast.Award(Fraction(0), -1 if "POINTLESS_OFF" in kinds else 1, span=span)
    if node.data == "ranged":
        words = next(t for t in tokens if t.type == "SPAN")
        low, high = (reader.numeral(part.removesuffix("分"), words) for part in re.split("[-～至]", words))
        if low > high:
            raise reader.fault("ZS0217", "分数的范围不可能成立：下限高于上限", node, "小的数写在前面")
        return ast.Award(
            None, -1 if verb else 1, low, high, "DISCRETE" in kinds, verb, group=group, span=span
        )
    points = next((t for t in tokens if t.type == "POINTS"), None)
    if points is None:
        return ast.Award(None, -1 if "FREELY_OFF" in kinds else 1, group=group, span=span)
    value = reader.number(points)
    sign: Literal[1, -1] = -1 if verb else 1
    if node.data == "up_to":
        return ast.Award(None, sign, Fraction(0), value, verb=verb, single=True, group=group, span=span)
    return ast.Award(value, sign, verb=verb, group=group, on_top=on_top, span=span)


def rising(reader: Reader, award: ast.Award, so_on: Node) -> ast.Award:
    """第一次扣1分，第二次扣2分 with 以此类推 behind it: each later instance counts for as much more."""
    series, span = award.series, award.span.cover(reader.of(so_on))
    assert series is not None
    steps = {after - before for before, after in pairwise(series.firsts)}
    if series.then is not None:
        raise Fault(Diagnostic("ZS0270", _LAST, reader.source, span, _IN_ORDER))
    if len(steps) > 1 or min(steps) < 0:
        message = "“以此类推”推不出后面各次的分数：前面各次增加的不一样，或是越来越少"
        raise Fault(Diagnostic("ZS0270", message, reader.source, span, "写明“第几次起每次扣几分”"))
    return evolve(award, series=evolve(series, then="rise"), span=span)


def _growing(reader: Reader, node: Node) -> ast.Award:
    """第一次扣1分，第二次扣2分，以此类推; 首次扣1分，再次每次扣3分."""
    parts = [child for child in node.children if isinstance(child, Tree)]
    span = reader.of(node)
    help_text = _IN_ORDER
    signs = {any(token.type == "DEDUCT" for token in tokens_of(part)) for part in parts}
    words = [str(next(t for t in tokens_of(part) if t.type == "NTH")) for part in parts]
    places = [_place(reader, word, part) for word, part in zip(words, parts, strict=True)]
    if len(signs) > 1 or places != list(range(1, len(parts) + 1)):
        raise reader.fault("ZS0270", "第几次扣（加）几分没有从第一次起依次写", node, help_text)
    points = [reader.number(next(t for t in tokens_of(part) if t.type == "POINTS")) for part in parts]
    each = [word for word in words if _EACH_LATER.search(word)]
    if each and each != words[-1:]:
        raise reader.fault("ZS0270", _LAST, node, help_text)
    then: Literal["rise", "last"] | None = "last" if each else None
    verb = next((str(t) for t in tokens_of(node) if t.type == "DEDUCT"), "")
    units = [match[1] for word in words if (match := _UNIT.search(word)) is not None]
    series = ast.Series(tuple(points), then, units[0] if units else "次")
    return ast.Award(points[0], -1 if verb else 1, verb=verb, series=series, span=span)


def _place(reader: Reader, word: str, node: Node) -> int:
    """Which instance is meant: 首次, 第一次 the first, 再次 the second."""
    match = _UNIT.search(word)
    if match is None:
        return 1 if "首次" in word else 2
    number = re.search("第(.+)" + match[1], word.split(match[1])[0] + match[1])
    token = next(t for t in tokens_of(node) if t.type == "NTH")
    return int(reader.numeral(number[1], token)) if number is not None else 0


def read_measure(reader: Reader, node: Node) -> ast.Per | ast.Step:
    """每一种【渠道】, 根据【记录】每一次, 每增加10个百分点, 每户【甲】每月【乙】."""
    quantities = [
        read_quantity(reader, c) for c in node.children if isinstance(c, Tree) and c.data == "amount"
    ]
    span = reader.of(node)
    if node.data == "step":
        word = next(t for t in node.children if isinstance(t, Token) and t.type in ("RISE", "FALL"))
        return ast.Step(quantities[0], word.type == "FALL", str(word), span=span)
    facts = [c for c in node.children if isinstance(c, Token) and c.type == "FACT"]
    mentions = [reader.fact(fact, tokens_before(node.children, fact)) for fact in facts]
    if node.data == "per_product":
        return ast.Per(mentions[0], quantities[0], times=(mentions[1], quantities[1]), span=span)
    fact = mentions[0] if mentions else None
    lacking = node.data == "per_lacking"
    return ast.Per(fact, _together(reader, quantities), read_manner(node), lacking=lacking, span=span)


def read_manner(node: Node) -> Manner:
    """每, 每满 or 每连续."""
    words = [c.type for c in node.children if isinstance(c, Token) and c.type in _MANNERS]
    return _MANNERS[words[0]] if words else ""


def _together(reader: Reader, quantities: list[ast.Quantity]) -> ast.Quantity:
    """每户每月: one count of both together, 户·月."""
    first, *others = quantities
    if not others:
        return first
    value = first.value * others[0].value
    unit = f"{first.unit}·{others[0].unit}"
    return ast.Quantity(value, unit, span=first.span.cover(others[0].span))
