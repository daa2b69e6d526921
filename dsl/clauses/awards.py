"""Reading what a clause gives: fixed points, points that an assessor sets, and along which measure."""

import re
from fractions import Fraction
from typing import Literal

from lark import Token, Tree

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.quantities import read_quantity
from zhunsheng.dsl.clauses.tokens import Node, Reader, tokens_before, tokens_of
from zhunsheng.dsl.vocabulary import FACTORS

#: The rules of the grammar that are awards.
AWARDS = (
    "add",
    "in_full",
    "deduct",
    "freely",
    "ranged",
    "up_to",
    "nothing",
    "factor",
    "spread_on",
    "spread_off",
)

Manner = Literal["", "满", "连续"]
#: How a unit is counted, by the terminal before it.
_MANNERS: dict[str, Manner] = {"EVERY": "", "FULLY": "满", "STREAK": "连续"}


def read_award(reader: Reader, node: Node) -> ast.Award:
    """加N分, 扣N分, 酌情加分, 酌情扣1～5分, 不得分, 加倍."""
    span = reader.of(node)
    tokens = list(tokens_of(node))
    kinds = {token.type for token in tokens}
    verb = next((str(t) for t in tokens if t.type == "DEDUCT"), "")
    group = "OUT_OF" in kinds or "GROUP" in kinds
    if node.data == "nothing":
        return ast.Award(None, 1, nothing=True, whole="ITEM" in kinds or group, group=group, span=span)
    if node.data == "factor":
        factor = next(value for word, value in FACTORS.items() if str(tokens[0]).startswith(word))
        return ast.Award(None, 1, factor=factor, span=span)
    if node.data == "in_full":
        return ast.Award(None, 1, full=True, span=span)
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
    return ast.Award(value, sign, verb=verb, group=group, span=span)


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
