"""Reading requirements (基本条件): what must hold, must not, or is only encouraged; heads of lists of them."""

import re

from lark import Token, Tree

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.conditions import read_conditions
from zhunsheng.dsl.clauses.tokens import Node, Reader
from zhunsheng.runtime.numbers import read_numeral

_MOODS: dict[str, ast.Mood] = {
    "must": "must",
    "bar": "bar",
    "forbid": "bar",
    "urge": "urge",
    "prefer": "urge",
}


def read_requirement(reader: Reader, node: Node) -> ast.Requirement:
    """One segment of requirements."""
    span = reader.of(node)
    words = {token.type: str(token) for token in node.children if isinstance(token, Token)}
    if node.data == "stem":
        return ast.StemNode(_count(words["STEM"]), words.get("BAR", ""), span=span)
    if node.data == "select":
        return ast.SelectNode(span=span)
    if node.data == "failing":
        return ast.FailureNode(words.get("BAR") or words["NOSCORE"], span=span)
    if node.data == "awarded":
        raise reader.fault(
            "ZS0261", "基本条件里不能给分", node, "给分的句子移到指标的标题下；基本条件只写要符合什么"
        )
    conds = next(c for c in node.children if isinstance(c, Tree))
    conditions, joiners = read_conditions(reader, conds)
    if node.data in ("forbid", "urge"):
        word = words["FORBID" if node.data == "forbid" else "URGE"]
        loose = next((joiner for joiner in joiners if joiner.word.startswith("，")), None)
        if loose is not None:
            raise reader.fault(
                "ZS0262",
                f"“{word}”管不管逗号后面的话？",
                conds,
                "都管的，写进一个括号：【……】；不管的，用分号（；）隔开",
            )
        if node.data == "forbid":
            joiners = tuple(_either(joiner) for joiner in joiners)
    mood = _MOODS[str(node.data)]
    return ast.RequirementNode(conditions, joiners, mood, words.get("BAR", ""), span=span)


def _either(joiner: ast.Joiner) -> ast.Joiner:
    """不得【A】、【B】 and 不得【A】和【B】 forbid either of them."""
    return joiner if joiner.sense is not None else ast.Joiner(joiner.word, "or", span=joiner.span)


def _count(stem: str) -> int | None:
    """How many items the head of a list asks for: 之一 is one, 任意两项 two; None is all."""
    if stem.endswith("之一"):
        return 1
    number = re.search(r"(?:任意|任何|至少|其中|中的?|的)([\d零〇一二两三四五六七八九十百]+)项", stem)
    value = read_numeral(number[1]) if number else None
    return None if value is None else value.numerator
