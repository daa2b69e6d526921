"""Reading what is asked of a fact among all that are scored together."""

import re
from fractions import Fraction
from typing import Literal

from attrs import evolve
from lark import Token

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.cohort_words import larger_first
from zhunsheng.dsl.clauses.quantities import read_fraction
from zhunsheng.dsl.clauses.tokens import Node, Reader, as_token, tokens_before, tokens_of
from zhunsheng.dsl.words import Comparison

_NUMBER = re.compile(r"[\d.,零〇一二两三四五六七八九十百千万亿]+")
_BARE = ("最高值", "最大值", "最低值", "最小值")


def read_ranked(reader: Reader, node: Node) -> ast.Condition:
    """【营业收入】排名第1名, 在同一【地区】内排名前15%; the fact is None where it is said before."""
    tokens = {token.type: token for token in tokens_of(node)}
    places = tokens["PLACES"]
    ranked = tokens.get("RANKED")
    own, within = _facts(reader, node)
    words = str(places)
    last = words.startswith(("后", "末", "最后", "倒数"))
    kind: Literal["rank", "last"] = "last" if last else "rank"
    share = any(sign in words for sign in ("%", "分之", "/"))
    said = larger_first(str(ranked)) if ranked is not None else None
    place = ast.Cohort(kind, within, said, share=share, span=reader.of(node))
    edges = _edges(reader, places, "%" if share else "名")
    return ast.Condition("compared", own, edges=edges, place=place, span=reader.of(node))


def read_tie(reader: Reader, node: Node) -> ast.TieNode:
    """并列时按【利润】高者在前."""
    tokens = {token.type: token for token in tokens_of(node)}
    larger = larger_first(str(tokens["FORE"])) is True
    return ast.TieNode(reader.fact(tokens["FACT"], []), larger, span=reader.of(node))


def read_other(reader: Reader, node: Node, own: ast.FactMention | None) -> ast.FactMention:
    """平均值 of the fact itself, 【去年收入】的平均值, 同一【地区】平均值."""
    cohort = read_cohort(reader, next(t for t in tokens_of(node) if t.type == "COHORT"))
    named, within = _facts(reader, node)
    mention = named or own
    if mention is None:
        words = reader.source.slice(reader.of(node))
        message = f"“{words}”是哪个数据项的？"
        raise reader.fault("ZS0295", message, node, f"写明数据项：【……】高于{words}")
    return evolve(mention, cohort=evolve(cohort, within=within), span=reader.of(node))


def read_cohort(reader: Reader, token: Token) -> ast.Cohort:
    """What 平均值, 最高值 and the like ask."""
    words = str(token)
    span = reader.of(token)
    if words.endswith(_BARE):
        kind: Literal["max", "min"] = "max" if words.endswith(_BARE[:2]) else "min"
        return ast.Cohort(kind, span=span)
    trim = re.search("去掉(.+?)个最高.(?:、|和|及|与|，)?(?:去掉)?(.+?)个最低", words)
    if trim is None:
        return ast.Cohort("mean", span=span)
    high, low = (reader.numeral(part, token) for part in trim.groups())
    if high != low or high.denominator != 1 or high < 1:
        message = "去掉的最高值和最低值要一样多"
        raise reader.fault("ZS0296", message, token, "写成“去掉一个最高值和一个最低值后的平均值”")
    return ast.Cohort("trimmed", trim=high.numerator, span=span)


def _edges(reader: Reader, token: Token, unit: str) -> tuple[ast.Edge, ...]:
    """第1名 is 1, 前3名 at most 3, 第2～5名 from 2 to 5, 前15%～50% above 15% to 50%, 前1/3 exactly a third, 末位 the first
    from the end."""
    words = str(token)
    if unit == "%" and "%" not in words:
        numbers = [read_fraction(reader, token, words[1:]) * 100]
    else:
        numbers = [reader.numeral(match, token) for match in _NUMBER.findall(words)] or [Fraction(1)]
    ends: list[tuple[Fraction, Comparison]]
    if len(numbers) == 2:
        if numbers[0] >= numbers[1]:
            raise reader.fault("ZS0297", f"“{words}”前大后小", token, "从前往后写，如“第2～5名”“前15%～50%”")
        ends = [(numbers[0], "gt" if unit == "%" else "ge"), (numbers[1], "le")]
    elif words.endswith(("及以后", "及以下", "及之后")):
        ends = [(numbers[0], "ge")]
    elif "第" in words:
        ends = [(numbers[0], "eq")]
    else:
        ends = [(numbers[0], "le")]
    whole = unit == "%" or all(number.denominator == 1 for number in numbers)
    if not whole or numbers[0] <= 0 or (unit == "%" and numbers[-1] > 100):
        raise reader.fault("ZS0297", f"没有“{words}”这样的名次", token, "名次写成“第1名”“前3名”“前15%”")
    span = reader.of(token)
    return tuple(
        ast.Edge(ast.Quantity(value, unit, span=span), comparison, True, span=span)
        for value, comparison in ends
    )


def _facts(reader: Reader, node: Node) -> tuple[ast.FactMention | None, ast.FactMention | None]:
    """The fact that is asked about, and the one behind 同一 whose options part those that are scored together."""
    children = list(node.children)
    at = next((n for n, child in enumerate(children) if _is(child, "SAME_AS")), None)
    parting = None if at is None else as_token(children[at + 1])
    own = next((as_token(c) for c in children if _is(c, "FACT") and c is not parting), None)
    before = [token for token in tokens_before(children, own) if token is not parting]
    return (
        None if own is None else reader.fact(own, before),
        None if parting is None else reader.fact(parting, []),
    )


def _is(child: Token | Node, type: str) -> bool:
    return isinstance(child, Token) and child.type == type
