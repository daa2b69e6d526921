"""Reading rounding: 总分四舍五入保留整数, 得分保留两位小数（四舍五入）."""

from collections.abc import Sequence

from lark import Token

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.rounding_words import read_rounding
from zhunsheng.dsl.clauses.tokens import Node, Reader, tokens_of
from zhunsheng.dsl.words import level_of


def read_rounded(reader: Reader, token: Token) -> ast.Rounded:
    """A phrase of rounding."""
    words = read_rounding(str(token))
    if words.unit is None:
        raise reader.fault(
            "ZS0243", f"“{token}”没有写保留到几位", token, f"写成“{token}保留整数”“{token}保留两位小数”"
        )
    if words.unit == 0:
        raise reader.fault("ZS0203", "不能修约到0的整数倍", token, "写成“修约到0.5”“保留两位小数”")
    if len(words.rules) > 1:
        raise reader.fault("ZS0208", f"“{token}”说了两种修约规则", token, "只留一种，如“四舍五入”")
    return ast.Rounded(words.unit, next(iter(words.rules), None), span=reader.of(token))


def read_rounded_node(reader: Reader, node: Node) -> ast.RoundedNode:
    """The score of an indicator, of each indicator, or the total, rounded."""
    tokens = list(tokens_of(node))
    phrase = next(token for token in tokens if token.type == "ROUNDING")
    # In 评定等级 得分 is the total, too.
    total = node.data == "rounded_total"
    each = next((str(token) for token in tokens if token.type == "ALL_OF"), None)
    level = None if each is None else level_of(each)
    return ast.RoundedNode(read_rounded(reader, phrase), total, level, span=reader.of(node))


def read_rounded_formula(reader: Reader, node: Node, before: Sequence[ast.Item]) -> ast.RoundedNode:
    """得分＝【甲】×20，保留一位小数: behind a formula of points a phrase of rounding needs no subject."""
    last = before[-1] if before else None
    if (
        not isinstance(last, ast.ClauseNode)
        or not isinstance(last.measure, ast.ByFormula)
        or last.award.sign < 0
    ):
        words = reader.source.slice(reader.of(node))
        message = f"“{words}”修约的是哪个数没有写"
        raise reader.fault("ZS0340", message, node, f"写成“得分{words}”")
    rounded = read_rounded(reader, next(tokens_of(node)))
    return ast.RoundedNode(rounded, formula=True, span=reader.of(node))
