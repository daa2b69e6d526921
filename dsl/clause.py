"""Reading one segment: from its evened-out words through the grammar to the tree of ``ast``."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from attrs import evolve, frozen
from lark import Token, Tree
from lark.exceptions import UnexpectedInput

from zhunsheng.dsl import ast
from zhunsheng.dsl.grammar import parser
from zhunsheng.dsl.normal import Normal, normalise, plain
from zhunsheng.dsl.syntax_errors import explain
from zhunsheng.dsl.vocabulary import BOUNDS_BEFORE, BOUNDS_BEHIND, Comparison
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.numbers import read_numeral
from zhunsheng.runtime.source import Source, Span

Start = Literal["segment", "tiers", "veto", "formula", "mark"]

Node = Tree[Token]


class _Fault(Exception):
    """A mistake found while the tree is built; it becomes a diagnostic at once and never escapes."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic


@frozen
class Reader:
    """Reads one evened-out segment of `source`; `base` is where the segment starts in `normal`."""

    normal: Normal
    base: int
    source: Source

    def parse(self, text: str, start: Start) -> tuple[Node | None, Diagnostic | None]:
        """The grammar's tree of `text`, or what is wrong with it."""
        try:
            return parser("clause").parse(text, start=start), None
        except UnexpectedInput as error:
            return None, explain(error, text, start, lambda a, b: self.span(a, b), self.source)

    def span(self, start: int, end: int) -> Span:
        """The original characters of a range of the segment."""
        return self.normal.span(self.base + start, self.base + end)

    def of(self, node: Node | Token) -> Span:
        """The original characters of a node."""
        start, end = _extent(node)
        return self.span(start, end)

    def fault(self, code: str, message: str, node: Node | Token, help: str = "") -> _Fault:
        """A mistake at a node."""
        return _Fault(Diagnostic(code, message, self.source, self.of(node), help))

    # -- tokens

    def number(self, token: Token) -> Fraction:
        """The value of a NUM or POINTS token."""
        text = str(token).removesuffix("分")
        value = read_numeral(text)
        if value is None:
            shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "……"
            raise self.fault("ZS0203", f"“{shown}”不是规范的数字", token, _numeral_help(text))
        return value

    def fact(self, token: Token, before: list[Token]) -> ast.FactMention:
        """A fact with the connectives and the verb in front of it."""
        start = (token.start_pos or 0) + self.base
        span = self.span(token.start_pos or 0, token.end_pos or 0)
        raw = self.source.text[span.start + 1 : span.end - 1]
        shown, bar, name = raw.partition("｜") if "｜" in raw else raw.partition("|")
        if not plain(shown) or (bar and not plain(name)):
            raise _Fault(
                Diagnostic(
                    "ZS0209", "括号里没有内容", self.source, span, "在【】里写上要计量的事项，或删去括号"
                )
            )
        assert self.normal.text[start] == "【"
        return ast.FactMention(
            _one_line(shown),
            _one_line(name if bar else shown),
            bool(bar),
            "".join(t for t in before if t.type == "CONN"),
            "".join(t for t in before if t.type == "VERB"),
            span=span,
        )

    # -- conditions

    def quantity(self, node: Node) -> ast.Quantity:
        """NUM UNIT, NUM % or a bare UNIT, which counts one."""
        tokens = list(_tokens(node))
        numbers = [t for t in tokens if t.type == "NUM"]
        value = self.number(numbers[0]) if numbers else Fraction(1)
        return ast.Quantity(value, str(tokens[-1]), span=self.of(node))

    def edge(self, node: Node) -> ast.Edge:
        """One end: 60%（含）以上, 达到60%, 60%, 60分（含）."""
        tokens = [t for t in node.children if isinstance(t, Token)]
        inner = next((c for c in node.children if isinstance(c, Tree)), None)
        if inner is not None:
            quantity = self.quantity(inner)
        else:
            point = next(t for t in tokens if t.type in ("POINTS", "NUM"))
            quantity = ast.Quantity(self.number(point), "分", span=self.of(point))
        words = [t for t in tokens if t.type in ("BEFORE", "BEHIND")]
        comparison = None
        for word in words:
            said = BOUNDS_BEFORE[str(word)] if word.type == "BEFORE" else BOUNDS_BEHIND[str(word)]
            if comparison not in (None, said):
                number = self.source.slice(quantity.span)
                message = f"“{words[0]}”和“{words[1]}”说的不是一回事：{number}在不在内、往上还是往下？"
                raise self.fault(
                    "ZS0208", message, node, f"只留一个，如“{words[0]}{number}”或“{number}{words[1]}”"
                )
            comparison = said
        explicit = [t for t in tokens if t.type in ("INCL", "EXCL")]
        if len({t.type for t in explicit}) > 1:
            raise self.fault("ZS0208", "同一个数既说“含”又说“不含”", node, "只留一个")
        if explicit and comparison not in (None, "eq"):
            comparison = _decided(comparison, explicit[0].type == "INCL")
        return ast.Edge(
            quantity,
            comparison,
            bool(explicit),
            "".join(words) + "".join(explicit),
            span=self.of(node),
        )

    def bounds(self, node: Node) -> tuple[ast.Edge, ...]:
        """One or two ends of a range, with their words made to agree."""
        if node.data in ("between", "score_between"):
            return self.between(node)
        return tuple(self.edge(child) for child in node.children if isinstance(child, Tree))

    def between(self, node: Node) -> tuple[ast.Edge, ...]:
        """60%～70%: what stands before the dash is the lower end, unless its word says otherwise."""
        parts = [c for c in node.children if not (isinstance(c, Token) and c.type == "DASH")]
        high = self.edge(_tree(parts[1]))
        first = parts[0]
        if isinstance(first, Token):
            quantity = ast.Quantity(self.number(first), high.quantity.unit, span=self.of(first))
            low = ast.Edge(quantity, None, span=self.of(first))
        else:
            low = self.edge(first)
        return self.said(low, upward=True), self.said(high, upward=False)

    def said(self, end: ast.Edge, *, upward: bool) -> ast.Edge:
        """A bare end of a range with （含） or （不含） behind it is not open."""
        if end.comparison is not None or not end.explicit:
            return end
        return evolve(end, comparison=_decided("ge" if upward else "le", "不含" not in end.word))

    def condition(self, node: Node, with_de: bool) -> ast.Condition:
        """One condition of whatever kind."""
        span = self.of(node)
        facts = [c for c in node.children if isinstance(c, Token) and c.type == "FACT"]
        before = _before(node.children, facts[0] if facts else None)
        fact = self.fact(facts[0], before) if facts else None
        if node.data == "holds":
            return ast.Condition("holds", fact, with_de=with_de, span=span)
        if node.data == "negated":
            return ast.Condition("holds", fact, negated=True, with_de=with_de, span=span)
        if node.data in ("compared", "elided"):
            inner = next(c for c in node.children if isinstance(c, Tree))
            return ast.Condition("compared", fact, edges=self.bounds(inner), with_de=with_de, span=span)
        inner = next(c for c in node.children if isinstance(c, Tree))
        if node.data == "counted":
            return ast.Condition("counted", fact, edges=(self.edge(inner),), with_de=with_de, span=span)
        word = next((t for t in node.children if isinstance(t, Token) and t.type == "BEFORE"), None)
        comparison = BOUNDS_BEFORE[str(word)] if word is not None else None
        edge = ast.Edge(self.quantity(inner), comparison, word=str(word or ""), span=self.of(inner))
        return ast.Condition("base", fact, edges=(edge,), with_de=with_de, span=span)

    def conditions(self, node: Node) -> tuple[tuple[ast.Condition, ...], tuple[ast.Joiner, ...]]:
        """All conditions of a clause with what joins them."""
        conditions: list[ast.Condition] = []
        joiners: list[ast.Joiner] = []
        for child in _flatten(node):
            if isinstance(child, Token):
                conditions[-1] = ast.Condition(
                    conditions[-1].kind,
                    conditions[-1].fact,
                    conditions[-1].negated,
                    conditions[-1].edges,
                    with_de=True,
                    span=conditions[-1].span,
                )
            elif child.data == "joiner":
                joiners.append(self.joiner(child))
            else:
                conditions.append(self.condition(child, with_de=False))
        return tuple(conditions), tuple(joiners)

    def joiner(self, node: Node) -> ast.Joiner:
        """且 and 或 say what they mean; 、，和 leave it open."""
        kinds = {t.type for t in _tokens(node)}
        sense: Literal["and", "or"] | None = "and" if "AND" in kinds else "or" if "OR" in kinds else None
        return ast.Joiner("".join(_tokens(node)), sense, span=self.of(node))

    # -- clauses

    def award(self, node: Node) -> ast.Award:
        """加N分, 扣N分, 酌情加分."""
        points = next((t for t in _tokens(node) if t.type == "POINTS"), None)
        value = self.number(points) if points is not None else None
        return ast.Award(value, -1 if node.data == "deduct" else 1, span=self.of(node))

    def clause(self, node: Node) -> ast.ClauseNode:
        """Conditions, then an award, per unit or per step."""
        conditions: tuple[ast.Condition, ...] = ()
        joiners: tuple[ast.Joiner, ...] = ()
        measure: ast.Per | ast.Step | None = None
        award: ast.Award | None = None
        for child in node.children:
            if isinstance(child, Token):
                continue
            if child.data == "conds":
                conditions, joiners = self.conditions(child)
            elif child.data in ("add", "deduct", "freely"):
                award = self.award(child)
            else:
                award = self.award(
                    next(c for c in child.children if isinstance(c, Tree) and c.data in _AWARDS)
                )
                measure = self.measure(child)
        assert award is not None
        return ast.ClauseNode(conditions, joiners, measure, award, span=self.of(node))

    def measure(self, node: Node) -> ast.Per | ast.Step:
        """每一种【渠道】, 根据【记录】每一次, 每增加10个百分点."""
        amount = next(c for c in node.children if isinstance(c, Tree) and c.data == "amount")
        span = self.of(node)
        if node.data == "step":
            return ast.Step(self.quantity(amount), span=span)
        facts = [c for c in node.children if isinstance(c, Token) and c.type == "FACT"]
        fact = self.fact(facts[0], _before(node.children, facts[0])) if facts else None
        return ast.Per(fact, self.quantity(amount), span=span)

    def item(self, node: Node) -> ast.Item:
        """One item of a segment."""
        span = self.of(node)
        if node.data == "clause":
            return self.clause(node)
        if node.data in ("cap_full", "cap_most"):
            points = next(t for t in _tokens(node) if t.type in ("POINTS", "NUM"))
            whole = node.data == "cap_full" and "满分" in str(node.children[0])
            return ast.CapNode(self.number(points), whole, span=span)
        if node.data == "full_mark":
            points = next(t for t in _tokens(node) if t.type in ("POINTS", "NUM"))
            return ast.FullMarkNode(self.number(points), span=span)
        conds = next(c for c in node.children if isinstance(c, Tree) and c.data == "conds")
        conditions, joiners = self.conditions(conds)
        if node.data == "item_veto":
            points = next(t for t in node.children if isinstance(t, Token) and t.type == "POINTS")
            verb = next((t for t in node.children if isinstance(t, Token) and t.type == "ADD"), None)
            if verb is not None and (verb not in ("得", "计", "记") or self.number(points) != 0):
                # 本项加10分 gives points; only 本项得0分 and 视为N分 set the indicator's score.
                raise self.fault(
                    "ZS0202",
                    f"“{verb}{points}”不能接在“本指标”后面",
                    points,
                    f"给分的写成“……的，{verb}{points}”；定为某分的写成“本指标视为{points}”",
                )
            return ast.ItemVetoNode(conditions, joiners, self.number(points), span=span)
        tier = next(t for t in node.children if isinstance(t, Token) and t.type == "TIER")
        return ast.VetoNode(conditions, joiners, str(tier), span=span)

    def tier(self, node: Node) -> ast.TierNode:
        """60分（含）以上-80分评为合格."""
        facts = [c for c in node.children if isinstance(c, Token) and c.type == "FACT"]
        name = next(t for t in node.children if isinstance(t, Token) and t.type == "TIER")
        inner = next(c for c in node.children if isinstance(c, Tree))
        fact = self.fact(facts[0], _before(node.children, facts[0])) if facts else None
        return ast.TierNode(self.bounds(inner), str(name), fact, span=self.of(node))

    # -- formulas and marks

    def formula(self, node: Node | Token) -> ast.Formula:
        """A sum, product, fact or number of 计算."""
        node = _tree(node)
        span = self.of(node)
        if node.data == "operand":
            return ast.Operand(self.fact(_token(node.children[0]), []), span=span)
        if node.data == "constant":
            value = self.number(_token(node.children[0]))
            return ast.Constant(value / 100 if len(node.children) > 1 else value, span=span)
        if node.data == "group":
            return self.formula(node.children[1])
        operator = _OPERATORS[str(node.data)]
        return ast.Binary(operator, self.formula(node.children[0]), self.formula(node.children[2]), span=span)


#: A longer sentence, or one with more brackets, is refused.
MOST_CHARACTERS = 5_000
MOST_BRACKETS = 200
#: Of a numeral that is refused no more than this is shown.
_LONGEST = 20
_AWARDS = ("add", "deduct", "freely")
_OPERATORS: dict[str, Literal["+", "-", "*", "/"]] = {"plus": "+", "minus": "-", "times": "*", "divide": "/"}


def _decided(comparison: str | None, included: bool) -> Comparison:
    """The comparison with the end included or not, in the direction of the word."""
    upward = comparison in ("ge", "gt")
    if included:
        return "ge" if upward else "le"
    return "gt" if upward else "lt"


def _numeral_help(text: str) -> str:
    repaired = text.replace("两十", "二十")
    if repaired != text and read_numeral(repaired) is not None:
        value = read_numeral(repaired)
        return f"改为“{repaired}”或“{value}”"
    if len(text) > 40:
        return "数字太长，请核对"
    return "用阿拉伯数字写，如 20；或写成二十、一百二十、一百零五这样的规范写法"


def _one_line(text: str) -> str:
    """The words of a fact without the line breaks and emphasis that Markdown ignores."""
    return "".join(c for c in text if c not in "\r\n\t*").strip()


def _tokens(node: Node) -> Iterator[Token]:
    for child in node.children:
        if isinstance(child, Token):
            yield child
        else:
            yield from _tokens(child)


def _flatten(node: Node) -> list[Token | Node]:
    """The left-recursive row of conditions as a list; a loop, since rows can be long."""
    row: list[Token | Node] = []
    current: Node | None = node
    while current is not None:
        rest = list(current.children)
        current = None
        if rest and isinstance(rest[0], Tree) and rest[0].data == "conds":
            current = _tree(rest.pop(0))
        row[:0] = rest
    return row


def _extent(node: Node | Token) -> tuple[int, int]:
    first: Node | Token = node
    while isinstance(first, Tree):
        first = first.children[0]
    last: Node | Token = node
    while isinstance(last, Tree):
        last = last.children[-1]
    return first.start_pos or 0, last.end_pos or 0


def _before(children: list[Token | Node], fact: Token | None) -> list[Token]:
    found: list[Token] = []
    for child in children:
        if child is fact:
            break
        if isinstance(child, Token):
            found.append(child)
    return found


def _tree(node: Node | Token) -> Node:
    assert isinstance(node, Tree)
    return node


def _token(node: Node | Token) -> Token:
    assert isinstance(node, Token)
    return node


@frozen
class Reading:
    """What came of a segment: its items, its tokens' ranges in the segment, and a mistake if there is one."""

    items: tuple[ast.Item, ...]
    fault: Diagnostic | None


def read(normal: Normal, base: int, end: int, source: Source, start: Start = "segment") -> Reading:
    """Reads the evened-out range ``base … end`` of a paragraph. A mistake spoils the segment, no more."""
    reader = Reader(normal, base, source)
    excess = _excess(reader, normal.text[base:end])
    if excess is not None:
        return Reading((), excess)
    tree, fault = reader.parse(normal.text[base:end], start)
    if tree is None:
        return Reading((), fault)
    try:
        if start == "segment":
            nodes = [c for c in tree.children if isinstance(c, Tree)]
            return Reading(tuple(reader.item(node) for node in nodes), None)
        if start == "tiers":
            nodes = [c for c in tree.children if isinstance(c, Tree)]
            return Reading(tuple(reader.tier(node) for node in nodes), None)
        return Reading((reader.item(tree),), None)
    except _Fault as error:
        return Reading((), error.diagnostic)


def _excess(reader: Reader, text: str) -> Diagnostic | None:
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
    excess = _excess(reader, normal.text)
    if excess is not None:
        return excess
    tree, fault = reader.parse(normal.text.rstrip("。；"), "formula")
    if tree is None:
        assert fault is not None
        return fault
    try:
        fact = reader.fact(_token(tree.children[0]), [])
        formula = reader.formula(tree.children[2])
        return ast.Definition(fact, formula, normal.text.rstrip("。；"), span=reader.of(tree))
    except _Fault as error:
        return error.diagnostic


def read_mark(text: str, offset: int, source: Source) -> ast.Mark | Diagnostic | None:
    """Reads what stands in brackets behind a heading; None where it is a part of the title."""
    normal = normalise(text, offset)
    reader = Reader(normal, 0, source)
    try:
        tree = parser("clause").parse(normal.text, start="mark")
    except UnexpectedInput:
        return None
    tree = _tree(tree.children[0]) if tree.data == "mark" else tree
    number = next(t for t in _tokens(tree) if t.type in ("NUM", "POINTS"))
    try:
        value = reader.number(number)
    except _Fault as error:
        return error.diagnostic
    percent = any(t.type == "PCT" for t in _tokens(tree))
    shown = str(number).removesuffix("分") + ("%" if percent else "")
    kind: Literal["weight", "points"] = "weight" if tree.data == "weight" else "points"
    return ast.Mark(kind, value / 100 if percent else value, shown, span=reader.of(tree))
