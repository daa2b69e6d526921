"""Reading what a score is multiplied by: 本项得分乘以0.8, 打八折, 扣减20%, a coefficient for each option."""

from fractions import Fraction

from attrs import evolve
from lark import Token, Tree

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.conditions import read_conditions
from zhunsheng.dsl.clauses.formulas import read_formula
from zhunsheng.dsl.clauses.tokens import Node, Reader, tokens_of
from zhunsheng.dsl.words import FACTORS, LOOSE_ITEMS

#: Verbs that say how much less a score becomes (得分扣减20%).
_LESS = ["扣", "减", "扣除", "扣减", "减去", "减扣"]


def read_factor(reader: Reader, body: Node) -> Fraction | ast.FactMention | None:
    """得分乘以0.8, 按80%计分: what a score is multiplied by; None where the body is something else."""
    if body.data in ("by_factor", "total_by_factor"):
        group = next((t for t in body.children if isinstance(t, Token) and t.type == "GROUP"), None)
        if group is not None and not str(group).endswith(("得分", "总分", "分数")):
            message = f"“{group}”乘的是得分还是分值不清楚"
            raise reader.fault("ZS0271", message, group, "写成“本类得分乘以0.8”")
        twice = next((t for t in body.children if isinstance(t, Token) and t.type == "TWICE"), None)
        if twice is not None:
            return next(value for word, value in FACTORS.items() if str(twice).startswith(word))
        cut = next((t for t in body.children if isinstance(t, Token) and t.type == "DISCOUNT"), None)
        if cut is not None:
            return _discount(reader, cut)
        fact = next((t for t in body.children if isinstance(t, Token) and t.type == "FACT"), None)
        if fact is not None:
            return reader.fact(fact, [])
        number = reader.number(next(t for t in body.children if isinstance(t, Token) and t.type == "NUM"))
        percent = any(isinstance(t, Token) and t.type == "PCT" for t in body.children)
        return number / 100 if percent else number
    if body.data == "by_part":
        return _less(reader, body)
    if body.data != "by_formula":
        return None
    tokens = list(tokens_of(body))
    if any(token.type == "FACT" for token in tokens):
        return None
    formula = read_formula(reader, next(c for c in body.children if isinstance(c, Tree)))
    if isinstance(formula, ast.Constant) and any(token.type == "PCT" for token in tokens):
        return formula.value
    words = reader.source.slice(reader.of(body))
    help_text = "得固定几分的写成“得8分”；打折的写成“本项得分乘以0.8”"
    raise reader.fault("ZS0202", f"“{words}”里没有数据项", body, help_text)


def _less(reader: Reader, body: Node) -> Fraction:
    """本项得分扣减20%, 扣减本项得分的20%: what is left."""
    words = {t.type: t for t in body.children if isinstance(t, Token)}
    verb, number = words["DEDUCT"], words["NUM"]
    if "SCORED" not in words or verb not in _LESS:
        said = f"{verb}{number}%"
        help_text = f"本指标得分的，写成“本项得分扣减{number}%”；满分的，写成扣几分"
        raise reader.fault("ZS0343", f"“{said}”是哪个数的{number}%没有写", body, help_text)
    part = reader.number(number) / 100
    if part > 1:
        raise reader.fault("ZS0343", f"得分扣去{number}%就成了负数", number, "核对这个数")
    return 1 - part


def _discount(reader: Reader, token: Token) -> Fraction:
    """打八折, 打八五折, 打8.5折, 打对折: what is left."""
    words = str(token).removeprefix("打").removesuffix("折")
    if words == "对":
        return Fraction(1, 2)
    digits = words.translate(str.maketrans("一二三四五六七八九", "123456789")).replace(".", "")
    return Fraction(int(digits), 10 ** len(digits))


def read_factors(
    reader: Reader, node: Node, body: Node, conditions: tuple[ast.Condition, ...], branch: ast.Branch | None
) -> tuple[ast.ScaleNode, ...]:
    """【级别】为国家级、省级的，系数分别为1.0、0.8，本项得分乘以相应系数: a coefficient for each option."""
    numbers = [t for t in body.children if isinstance(t, Token) and t.type == "NUM"]
    options = conditions[0].options if len(conditions) == 1 else ()
    if conditions[0].negated or len(options) != len(numbers) or len(set(options)) != len(options):
        message = f"有{len(numbers)}个系数，前面却不是一个选项的{len(numbers)}个值"
        help_text = "写成“【级别】为国家级、省级、市级的，系数分别为1.0、0.8、0.6，本项得分乘以相应系数”，一个值一个系数"
        raise reader.fault("ZS0285", message, body, help_text)
    said = {t.type for t in body.children if isinstance(t, Token)}
    return tuple(
        ast.ScaleNode(
            (evolve(conditions[0], options=(option,)),),
            (),
            reader.number(number),
            "ITEM" in said,
            branch,
            options,
            group="GROUP" in said,
            total="TOTAL" in said,
            loose=is_loose(body),
            span=reader.of(node),
        )
        for option, number in zip(options, numbers, strict=True)
    )


def is_loose(node: Node) -> bool:
    """Whether the words for the indicator may also mean a numbered item."""
    return any(isinstance(t, Token) and t in LOOSE_ITEMS for t in node.children)


def read_total_factor(reader: Reader, node: Node) -> tuple[ast.ScaleNode, ...]:
    """【甲】的，总分乘以0.8: what the total is multiplied by."""
    conds = next((c for c in node.children if isinstance(c, Tree) and c.data == "conds"), None)
    conditions, joiners = read_conditions(reader, conds) if conds is not None else ((), ())
    if node.data == "total_by_factors":
        return read_factors(reader, node, node, conditions, None)
    factor = read_factor(reader, node)
    assert factor is not None
    return (ast.ScaleNode(conditions, joiners, factor, False, total=True, span=reader.of(node)),)
