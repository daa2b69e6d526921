"""Reading formulas: those of 计算, and those that give points (得分＝…)."""

from typing import Literal

from attrs import evolve
from lark import Token

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.cohort import read_cohort
from zhunsheng.dsl.clauses.dates import number_of, read_day
from zhunsheng.dsl.clauses.tokens import Node, Reader, as_token, as_tree
from zhunsheng.runtime.facts import EVALUATION_DATE

_OPERATORS: dict[str, Literal["+", "-", "*", "/"]] = {"plus": "+", "minus": "-", "times": "*", "divide": "/"}


def read_formula(reader: Reader, node: Node | Token) -> ast.Formula:
    """A sum, product, fact or number of 计算."""
    node = as_tree(node)
    span = reader.of(node)
    if node.data == "operand":
        return ast.Operand(reader.fact(as_token(node.children[0]), []), span=span)
    if node.data == "constant":
        value = reader.number(as_token(node.children[0]))
        return ast.Constant(value / 100 if len(node.children) > 1 else value, span=span)
    if node.data == "full_score":
        return ast.FullScore(span=span)
    if node.data == "today":
        mention = ast.FactMention(EVALUATION_DATE, EVALUATION_DATE, False, span=span)
        return ast.Operand(mention, span=span)
    if node.data == "day":
        return ast.Day(read_day(reader, as_token(node.children[0])), span=span)
    if node.data == "cohort":
        *own, words = (as_token(child) for child in node.children)
        mention = reader.fact(own[0], []) if own else ast.FactMention("", "", False, span=span)
        return ast.Operand(evolve(mention, cohort=read_cohort(reader, words), span=span), span=span)
    if node.data == "streak":
        length = number_of(reader, as_token(node.children[1]))
        return ast.Streak(reader.fact(as_token(node.children[0]), []), length, span=span)
    if node.data == "within":
        years = number_of(reader, as_token(node.children[0]))
        return ast.Within(reader.fact(as_token(node.children[1]), []), years, span=span)
    if node.data == "group":
        return read_formula(reader, node.children[1])
    operator = _OPERATORS[str(node.data)]
    return ast.Binary(
        operator, read_formula(reader, node.children[0]), read_formula(reader, node.children[2]), span=span
    )
