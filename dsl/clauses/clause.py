"""Reading one segment: from its evened-out words through the grammar to the tree of ``ast``."""

import re
from typing import Literal

from attrs import frozen
from lark import Token, Tree
from lark.exceptions import UnexpectedInput

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.formulas import read_formula
from zhunsheng.dsl.clauses.items import read_items
from zhunsheng.dsl.clauses.requirements import read_requirement
from zhunsheng.dsl.clauses.rounding import read_rounded
from zhunsheng.dsl.clauses.tokens import Fault, Reader, Start, as_token, as_tree, tokens_of
from zhunsheng.dsl.normal import Normal, normalise
from zhunsheng.dsl.parsing.parser import parser
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Source

#: What a sentence of 一票否决 is.
_VETOES = ("veto", "veto_listed", "veto_lead", "starred", "total_by_factor", "total_by_factors")
#: A longer sentence, or one with more brackets, is refused.
MOST_CHARACTERS = 5_000
MOST_BRACKETS = 200


@frozen
class Reading:
    """What came of a segment: its items, its tokens' ranges in the segment, and a mistake if there is one."""

    items: tuple[ast.Item, ...]
    fault: Diagnostic | None


def read(normal: Normal, base: int, end: int, source: Source, start: Start = "segment") -> Reading:
    """Reads the evened-out range ``base … end`` of a paragraph. A mistake spoils the segment, no more."""
    reader = Reader(normal, base, source)
    excess = excessive(reader, normal.text[base:end])
    if excess is not None:
        return Reading((), excess)
    tree, fault = reader.parse(normal.text[base:end], start)
    if tree is None and start == "tiers":
        # A sentence of 评定等级 without a range of scores is a veto; the reading that got further tells the mistake.
        tree, other = reader.parse(normal.text[base:end], "veto")
        if other is not None and fault is not None and other.position > fault.position:
            fault = other
    if tree is None:
        return Reading((), fault)
    try:
        if start == "requirement":
            return Reading((read_requirement(reader, as_tree(tree.children[-1])),), None)
        nodes = [tree] if tree.data in _VETOES else [c for c in tree.children if isinstance(c, Tree)]
        return Reading(read_items(reader, nodes), None)
    except Fault as error:
        return Reading((), error.diagnostic)


def read_mentions(
    normal: Normal, base: int, end: int, source: Source
) -> tuple[ast.FactMention, ...] | Diagnostic:
    """The facts of a range that holds brackets alone."""
    text = normal.text[base:end]
    reader = Reader(normal, base, source)
    excess = excessive(reader, text)
    if excess is not None:
        return excess
    try:
        return tuple(
            reader.fact(Token("FACT", match[0], match.start(), end_pos=match.end()), [])
            for match in re.finditer("【[^【】]*】", text)
        )
    except Fault as fault:
        return fault.diagnostic


def excessive(reader: Reader, text: str) -> Diagnostic | None:
    """A sentence beyond all measure is refused before it is parsed."""
    brackets = text.count("【") + text.count("（")
    if len(text) <= MOST_CHARACTERS and brackets <= MOST_BRACKETS:
        return None
    much = f"{len(text)}个字" if len(text) > MOST_CHARACTERS else f"{brackets}个括号"
    most = MOST_CHARACTERS if len(text) > MOST_CHARACTERS else MOST_BRACKETS
    message = f"这一句有{much}，超过{most}"
    return Diagnostic("ZS0113", message, reader.source, reader.span(0, min(20, len(text))), "分成几句")


def read_definition(text: str, offset: int, source: Source) -> ast.Definition | Diagnostic:
    """Reads a line of 计算."""
    normal = normalise(text, offset, emphasis=False)
    reader = Reader(normal, 0, source)
    excess = excessive(reader, normal.text)
    if excess is not None:
        return excess
    tree, fault = reader.parse(normal.text.rstrip("。；"), "formula")
    if tree is None:
        assert fault is not None
        return fault
    try:
        fact = reader.fact(as_token(tree.children[0]), [])
        formula = read_formula(reader, tree.children[2])
        if (full := next(tree.find_data("full_score"), None)) is not None:
            message = "“计算”里的算式不属于哪一项指标，不知道满分是几分"
            raise reader.fault("ZS0202", message, full, "写成几分；或在指标下写“得分＝满分×【……】”")
        phrase = next((t for t in tree.children if isinstance(t, Token) and t.type == "ROUNDING"), None)
        rounded = None if phrase is None else read_rounded(reader, phrase)
        return ast.Definition(fact, formula, normal.text.rstrip("。；"), rounded, span=reader.of(tree))
    except Fault as error:
        return error.diagnostic


def read_mark(text: str, offset: int, source: Source, *, limit: bool = False) -> ast.Mark | Diagnostic | None:
    """Reads what stands in brackets behind a heading; None where it is a part of the title. With `limit` the points
    only limit what the rules below give or take (减分项（最多扣10分）)."""
    normal = normalise(text, offset)
    reader = Reader(normal, 0, source)
    try:
        tree = parser("clause").parse(normal.text, start="mark")
    except UnexpectedInput:
        return None
    tree = as_tree(tree.children[0]) if tree.data == "mark" else tree
    if not limit and any(t.type == "MOST" and re.search("[扣减]", t) for t in tokens_of(tree)):
        return None  # how much is taken off at most is not what the indicator is worth
    number = next(t for t in tokens_of(tree) if t.type in ("NUM", "POINTS"))
    try:
        value = reader.number(number)
    except Fault as error:
        return error.diagnostic
    percent = any(t.type == "PCT" for t in tokens_of(tree))
    shown = str(number).removesuffix("分") + ("%" if percent else "")
    kind: Literal["weight", "points"] = "weight" if tree.data == "weight" else "points"
    return ast.Mark(kind, value / 100 if percent else value, shown, span=reader.of(tree))
