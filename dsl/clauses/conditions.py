"""Reading conditions: quantities, the ends of ranges, and the conditions of a clause with what joins them."""

import re
from fractions import Fraction
from typing import Literal

from attrs import evolve
from lark import Token, Tree

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses import period_words
from zhunsheng.dsl.clauses.cohort import read_ranked
from zhunsheng.dsl.clauses.dates import DATE_CONDITIONS, read_date_condition
from zhunsheng.dsl.clauses.quantities import exactly, read_bounds, read_edge, read_quantity
from zhunsheng.dsl.clauses.references import REFERENCES, read_reference
from zhunsheng.dsl.clauses.tokens import Fault, Node, Reader, as_tree, tokens_before, tokens_of
from zhunsheng.dsl.vocabulary import OPTION_VERBS
from zhunsheng.dsl.words import BOUNDS_BEFORE
from zhunsheng.runtime.diagnostics import Diagnostic

#: Nodes of the grammar that tell what a condition does not reach.
EXEMPTIONS: dict[str, Literal["except", "relax", "once", "met"]] = {
    "exempt": "except",
    "exception": "except",
    "relaxed": "relax",
    "once": "once",
    "met_here": "met",
}


def read_condition(reader: Reader, node: Node, with_de: bool) -> ast.Condition:
    """One condition of whatever kind."""
    span = reader.of(node)
    facts = [c for c in node.children if isinstance(c, Token) and c.type == "FACT"]
    before = tokens_before(node.children, facts[0] if facts else None)
    fact = reader.fact(facts[0], [*before, *_behind(reader, node, facts[0])]) if facts else None
    if node.data in ("holds", "complete"):
        return ast.Condition("holds", fact, with_de=with_de, span=span)
    if node.data == "negated":
        return ast.Condition("holds", fact, negated=True, with_de=with_de, span=span)
    if node.data == "inapplicable":
        negated = any(t.type == "APPLICABLE" for t in tokens_of(node))
        return ast.Condition("lacking", fact, negated, with_de=with_de, span=span)
    if node.data == "chosen":
        words = next(str(c) for c in node.children if isinstance(c, Token) and c.type == "OPTION")
        verb = max((v for v in OPTION_VERBS if words.startswith(v)), key=len)
        options = tuple(re.split("、|或者|或", words.removeprefix(verb)))
        return ast.Condition("chosen", fact, OPTION_VERBS[verb], with_de=with_de, options=options, span=span)
    if node.data in DATE_CONDITIONS:
        assert fact is not None
        return read_date_condition(reader, node, fact)
    if fact is not None and any(isinstance(c, Token) and c.type == "SINCE" for c in node.children):
        fact = evolve(fact, aspect=ast.Aspect("elapsed"))
    if node.data == "ranked":
        return read_ranked(reader, node)
    if node.data in REFERENCES:
        return read_reference(reader, node, fact)
    if node.data in ("required", "missed"):
        return ast.Condition("required", None, negated=node.data == "missed", with_de=with_de, span=span)
    if node.data in ("share", "within"):
        inner = next(c for c in node.children if isinstance(c, Tree))
        whole = reader.fact(facts[1], []) if len(facts) > 1 else None
        share = ast.Share(whole, span=span)
        edges = exactly(node, read_bounds(reader, inner))
        return ast.Condition("compared", fact, edges=edges, with_de=with_de, share=share, span=span)
    if node.data == "flanked":
        return ast.Condition("compared", fact, edges=read_bounds(reader, node), with_de=with_de, span=span)
    if node.data in ("compared", "elided"):
        inner = next(c for c in node.children if isinstance(c, Tree))
        edges = exactly(node, read_bounds(reader, inner))
        lead = "".join(token for token in before if token.type == "CONN") if fact is None else ""
        return ast.Condition("compared", fact, edges=edges, with_de=with_de, lead=lead, span=span)
    if node.data == "held":
        return _held(reader, node)
    inner = next(c for c in node.children if isinstance(c, Tree))
    if node.data == "counted":
        return ast.Condition("counted", fact, edges=(read_edge(reader, inner),), with_de=with_de, span=span)
    word = next((t for t in node.children if isinstance(t, Token) and t.type == "BEFORE"), None)
    comparison = BOUNDS_BEFORE[str(word)] if word is not None else None
    edge = ast.Edge(read_quantity(reader, inner), comparison, word=str(word or ""), span=reader.of(inner))
    return ast.Condition("base", fact, edges=(edge,), with_de=with_de, span=span)


def _behind(reader: Reader, node: Node, fact: Token) -> list[Token]:
    """A period between a fact and its number, which says the same in front of the fact (【走访】每月不少于2次)."""
    if node.data != "compared":
        return []
    found = [
        t for t in node.children[node.children.index(fact) :] if isinstance(t, Token) and t.type == "CONN"
    ]
    for token in found:
        if token not in period_words.BEHIND and not period_words.each_of(token):
            help_text = f"“{token}”写在数据项前面"
            raise reader.fault("ZS0202", f"“{token}”不能写在这里，这里应是数字", token, help_text)
    return found


def read_conditions(reader: Reader, node: Node) -> tuple[tuple[ast.Condition, ...], tuple[ast.Joiner, ...]]:
    """All conditions of a clause with what joins them."""
    conditions: list[ast.Condition] = []
    joiners: list[ast.Joiner] = []
    for child in _row(node):
        if isinstance(child, Token):
            conditions[-1] = evolve(conditions[-1], with_de=True)
        elif child.data == "joiner":
            joiners.append(read_joiner(reader, child))
        elif child.data in EXEMPTIONS:
            exemptions = (*conditions[-1].exemptions, read_exemption(reader, child))
            conditions[-1] = evolve(conditions[-1], exemptions=exemptions)
        elif child.data == "graded":
            found, between = _graded(reader, child)
            conditions += found
            joiners += between
        elif child.data == "complete":
            conditions.append(read_condition(reader, child, with_de=False))
            _complete(reader, child, conditions, joiners)
        elif child.data == "inapplicable":
            conditions.append(read_condition(reader, child, with_de=False))
            _each_by_itself(reader, conditions, joiners)
        else:
            conditions.append(read_condition(reader, child, with_de=False))
    return tuple(conditions), tuple(joiners)


def _each_by_itself(reader: Reader, conditions: list[ast.Condition], joiners: list[ast.Joiner]) -> None:
    """Refuses 【甲】、【乙】不适用的, of which the first fact may as well be asked for itself."""
    before, last = conditions[-2:] if len(conditions) > 1 else (None, conditions[-1])
    if before is None or before.kind != "holds" or before.with_de or before.negated or last.fact is None:
        return
    if joiners[-1].word.startswith("，"):
        return
    assert before.fact is not None
    one, other = before.fact.shown, last.fact.shown
    message = f"“{one}”是也不适用，还是只答是否？"
    help_text = f"都不适用的，写成“【{one}】不适用且【{other}】不适用的”；答是否的，写成“【{one}】的且【{other}】不适用的”"
    raise Fault(Diagnostic("ZS0582", message, reader.source, before.span.cover(last.span), help_text))


def _complete(reader: Reader, node: Node, conditions: list[ast.Condition], joiners: list[ast.Joiner]) -> None:
    """【甲】、【乙】、【丙】齐全的: each of the facts side by side holds."""
    said = next(t for t in node.children if isinstance(t, Token) and t.type == "COMPLETE")
    first = len(conditions) - 1
    while first and joiners[first - 1].sense is None and not joiners[first - 1].word.startswith("，"):
        first -= 1
    together = conditions[first:]
    plain = all(c.kind == "holds" and not (c.negated or c.with_de or c.exemptions) for c in together)
    if len(together) < 2 or not plain:
        fact = together[-1].fact
        assert fact is not None
        message = f"“{said}”说的是哪几项？前面应是用“、”并列的几个数据项"
        help_text = f"写成“【……】、【……】、【{fact.shown}】{said}的”；只有一项的，整个作一个是否：【{fact.shown}{said}】的"
        raise reader.fault("ZS0202", message, said, help_text)
    joiners[first:] = [evolve(joiner, sense="and") for joiner in joiners[first:]]


def read_exemption(reader: Reader, node: Node) -> ast.Exemption:
    """（【律师事务所】除外）, （【行业协会】可适当放宽）, （不得重复计算）, 【不可抗力】的除外."""
    conds = next((c for c in node.children if isinstance(c, Tree)), None)
    conditions, joiners = read_conditions(reader, conds) if conds is not None else ((), ())
    if node.data == "met_here":
        one_way(reader, joiners)
    return ast.Exemption(EXEMPTIONS[str(node.data)], conditions, joiners, span=reader.of(node))


def one_way(reader: Reader, joiners: tuple[ast.Joiner, ...]) -> None:
    """Refuses what stands in for a condition (视同) where it is open whether all of it is asked for, or any."""
    senses = {joiner.sense for joiner in joiners}
    if None in senses or len(senses) == 2:
        odd = next((joiner for joiner in joiners if joiner.sense is None), joiners[-1])
        message = f"视同的几个条件要都满足，还是满足一个就行？“{odd.word}”没有说清"
        help_text = "都要满足的用“且”连接，满足一个的用“或”连接；一句只用一种"
        raise Fault(Diagnostic("ZS0284", message, reader.source, odd.span, help_text))


def _graded(reader: Reader, node: Node) -> tuple[list[ast.Condition], list[ast.Joiner]]:
    """国家级、省级【奖励】: a fact for each level."""
    tokens = list(tokens_of(node))
    fact = reader.fact(tokens[-1], tokens)
    levels = [token for token in tokens if token.type == "GRADE"]
    found = [
        ast.Condition("holds", graded(fact, str(level)), span=reader.of(level).cover(fact.span))
        for level in levels
    ]
    return found, [ast.Joiner(str(t), None, span=reader.of(t)) for t in tokens if t.type == "DUN"]


def graded(fact: ast.FactMention, grade: str, *, behind: bool = False) -> ast.FactMention:
    """The fact of one level or rank: 国家级奖励, or with the grade behind 创新大赛一等奖."""
    name = f"{fact.name}{grade}" if behind else f"{grade}{fact.name}"
    return evolve(fact, name=name, renamed=True)


def _held(reader: Reader, node: Node) -> ast.Condition:
    """满足2项以上, 满足下列条件之一, 满足以下条件 (all)."""
    span = reader.of(node)
    inner = next((c for c in node.children if isinstance(c, Tree)), None)
    if inner is not None:
        return ast.Condition("held", None, edges=read_bounds(reader, inner), span=span)
    some = next((t for t in node.children if isinstance(t, Token) and t.type == "ONE_OF"), None)
    if some is None:
        return ast.Condition("held", None, span=span)
    one = ast.Edge(
        ast.Quantity(Fraction(1), "项", span=reader.of(some)), "ge", word=str(some), span=reader.of(some)
    )
    return ast.Condition("held", None, edges=(one,), span=span)


def read_joiner(reader: Reader, node: Node) -> ast.Joiner:
    """且 and 或 say what they mean; 、，和 leave it open."""
    kinds = {t.type for t in tokens_of(node)}
    sense: Literal["and", "or"] | None = "and" if "AND" in kinds else "or" if "OR" in kinds else None
    return ast.Joiner("".join(tokens_of(node)), sense, span=reader.of(node))


def _row(node: Node) -> list[Token | Node]:
    """The left-recursive row of conditions as a list; a loop, since rows can be long."""
    row: list[Token | Node] = []
    current: Node | None = node
    while current is not None:
        rest = list(current.children)
        current = None
        if rest and isinstance(rest[0], Tree) and rest[0].data == "conds":
            current = as_tree(rest.pop(0))
        row[:0] = rest
    return row
