"""Reading lists: conditions of which some number holds, names that each have their points, grades of one fact."""

import re
from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve
from lark import Token, Tree

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.conditions import graded, read_conditions
from zhunsheng.dsl.clauses.list_words import LEVELS_OF
from zhunsheng.dsl.clauses.quantities import read_quantity
from zhunsheng.dsl.clauses.tokens import Node, Reader, as_tree, tokens_before, tokens_of
from zhunsheng.runtime.numbers import read_numeral

Measure = ast.Per | ast.Step | ast.Line | None

_STATED = re.compile(r"(\d+|[一二两三四五六七八九十]+)[项个条种类款]")
_ONLY_AND = "、和与及以"


def with_list(reader: Reader, node: Node, items: list[ast.Item]) -> list[ast.Item]:
    """The items of a segment; those that count the conditions of a list have the one behind the colon."""
    listed = _read_list(reader, node)
    found: list[ast.Item] = []
    for item in items:
        if not isinstance(item, ast.ClauseNode) or not _counts(item):
            found.append(item)
            continue
        stated = item.listed.stated if item.listed is not None else None
        found.append(evolve(item, listed=evolve(listed, stated=stated)))
    if found == items:
        message = "列出了几项条件，前面没有说满足几项得几分"
        raise reader.fault("ZS0226", message, node, "写成“满足以下条件中2项的得3分：①【……】；②【……】”")
    return found


def _counts(clause: ast.ClauseNode) -> bool:
    """Whether a clause counts the conditions of a list that it does not hold itself."""
    if clause.listed is not None and clause.listed.entries:
        return False
    return isinstance(clause.measure, ast.Tally) or any(c.kind == "held" for c in clause.conditions)


def _read_list(reader: Reader, node: Node) -> ast.Listed:
    """①【甲】；②【乙】, where an entry can have several conditions, or 【甲】；【乙】, where each is one."""
    span = reader.of(node)
    first = as_tree(node.children[0])
    if first.data == "conds":
        conditions, joiners = read_conditions(reader, first)
        telling = next((joiner for joiner in joiners if joiner.sense is not None), None)
        if telling is not None:
            message = "列出的几项不编号，又有“且”或“或”：哪几个是一项？"
            raise reader.fault("ZS0226", message, node, "每一项前面加上编号：①【……】；②【……】")
        return ast.Listed(_entries(conditions), span=span)
    entries = []
    for child in node.children:
        entry = as_tree(child)
        conditions, joiners = read_conditions(reader, as_tree(entry.children[1]))
        numbering = str(entry.children[0]).lstrip("；，、")
        entries.append(ast.Entry(conditions, joiners, numbering, span=reader.of(entry)))
    return ast.Listed(tuple(entries), span=span)


def _entries(conditions: Iterable[ast.Condition]) -> tuple[ast.Entry, ...]:
    """Each condition as an entry of its own."""
    return tuple(ast.Entry((condition,), (), span=condition.span) for condition in conditions)


def counting_a_list(reader: Reader, node: Node, clause: ast.ClauseNode) -> ast.ClauseNode:
    """A clause that counts conditions (满足2项的, 每满足一项), with the list that stands in it."""
    opening = next((t for t in node.children if isinstance(t, Token) and t.type == "OF_LISTED"), None)
    number = _STATED.search(opening) if opening is not None else None
    value = read_numeral(number[1]) if number is not None else None
    stated = int(value) if value is not None else None
    empty = ast.Listed((), stated, span=reader.of(node)) if opening is not None else None
    conditions = clause.conditions
    if conditions and conditions[-1].kind == "held":
        if len(conditions) == 1 or any(t.type == "MEET_LISTED" for t in tokens_of(node)):
            return evolve(clause, listed=empty)
        listed = ast.Listed(
            _entries(conditions[:-1]), stated, span=conditions[0].span.cover(conditions[-2].span)
        )
        if any(joiner.sense is not None for joiner in clause.joiners):
            message = "“满足几项”前面的几项要用“、”并列，不能用“且”“或”"
            raise reader.fault("ZS0226", message, node, "写成“【……】、【……】，满足2项的得3分”")
        return evolve(clause, conditions=conditions[-1:], joiners=(), listed=listed)
    if (
        not isinstance(clause.measure, ast.Per)
        or clause.measure.fact is not None
        or clause.award.points is None
    ):
        return clause
    meets = any(t.type == "FULFIL" for t in tokens_of(node))
    quantity, span = clause.measure.quantity, clause.measure.span
    if opening is not None and not conditions:
        return evolve(clause, measure=ast.Tally(quantity, span=span), listed=empty)
    if not _names_alone(clause):
        return clause
    negated = conditions[0].negated
    if negated:
        conditions = tuple(evolve(condition, negated=True) for condition in conditions)
    tally = ast.Tally(quantity, plain=not (meets or negated), span=span)
    listed = ast.Listed(_entries(conditions), stated, span=conditions[0].span.cover(conditions[-1].span))
    return evolve(clause, conditions=(), joiners=(), measure=tally, listed=listed)


def _names_alone(clause: ast.ClauseNode) -> bool:
    """Whether a clause has two facts or more before 每, side by side (无【甲】、【乙】和【丙】)."""
    first, *rest = clause.conditions or (None,)
    return (
        first is not None
        and bool(rest)
        and all(c.kind == "holds" for c in clause.conditions)
        and not any(c is not None and c.negated for c in rest)
        and all(j.sense is None and set(j.word) <= set(_ONLY_AND) for j in clause.joiners)
    )


# ---- names with their points


def spread(
    reader: Reader,
    node: Node,
    given: Node,
    conditions: tuple[ast.Condition, ...],
    measure: Measure,
    branch: ast.Branch | None,
) -> tuple[ast.ClauseNode, ...]:
    """【甲】、【乙】的，分别加10分、6分: a clause for each name; each per unit behind 每项."""
    numbers = [t for t in tokens_of(given) if t.type in ("NUM", "POINTS")]
    sign: ast.Sign = -1 if given.data == "spread_off" else 1
    names = [c.fact for c in conditions if c.kind == "holds" and c.fact is not None and not c.negated]
    plain = len(names) == len(conditions) and branch is None
    if (
        not plain
        or not names
        or not (measure is None or (isinstance(measure, ast.Per) and measure.fact is None))
    ):
        message = "“分别”前面要是几个并列的数据项"
        raise reader.fault("ZS0227", message, given, "写成“【……】、【……】的，分别加10分、6分”")
    if len(numbers) not in (1, len(names)):
        message = f"前面有{len(names)}个名称，后面有{len(numbers)}个分数，对不上"
        raise reader.fault("ZS0227", message, given, f"写{len(names)}个分数，与名称的顺序一致")
    values = [reader.number(token) for token in numbers]
    points = values if len(values) == len(names) else values * len(names)
    span = reader.of(node)
    found = []
    for condition, value in zip(conditions, points, strict=True):
        award = ast.Award(value, sign, span=reader.of(given))
        if isinstance(measure, ast.Per):
            own = evolve(measure, fact=condition.fact)
            found.append(ast.ClauseNode((), (), own, award, span=span))
        else:
            found.append(ast.ClauseNode((evolve(condition, with_de=True),), (), None, award, span=span))
    return tuple(found)


def read_grades(reader: Reader, node: Node) -> tuple[ast.ClauseNode, ...]:
    """【竞赛】国家级一等奖10分、二等奖8分: a fact for each grade; a rank alone is of the level before."""
    token = next(c for c in node.children if isinstance(c, Token) and c.type == "FACT")
    fact = reader.fact(token, tokens_before(node.children, token))
    return tuple(_grades(reader, node, fact))


def later_grade(reader: Reader, node: Node, before: Node | None, items: Sequence[ast.Item]) -> ast.ClauseNode:
    """省级3分 behind 获得国家级【表彰】加5分: the same fact at another level."""
    first = items[-1] if items else None
    own = next(before.find_data("graded"), None) if before is not None and before.data == "clause" else None
    if own is None or not isinstance(first, ast.ClauseNode) or not _of_one_grade(first, own):
        help_text = "写成“获得国家级【表彰】加5分，省级3分”，或每一级都写上【数据项】"
        raise reader.fault("ZS0342", "这一级说的是哪个数据项的不清楚", node, help_text)
    token = next(c for c in own.children if isinstance(c, Token) and c.type == "FACT")
    words = {c.type: c for c in node.children if isinstance(c, Token)}
    mention = graded(reader.fact(token, tokens_before(own.children, token)), str(words["GRADE"]))
    span = reader.of(node)
    sign: ast.Sign = -1 if "DEDUCT" in words else 1 if "ADD" in words else first.award.sign
    verb = str(words.get("DEDUCT", first.award.verb if sign < 0 else ""))
    award = ast.Award(reader.number(words["POINTS"]), sign, verb=verb, span=reader.of(words["POINTS"]))
    amount = next((c for c in node.children if isinstance(c, Tree)), None)
    if amount is not None:
        return ast.ClauseNode(
            (), (), ast.Per(mention, read_quantity(reader, amount), span=span), award, span=span
        )
    if first.measure is not None:
        level, points = words["GRADE"], words["POINTS"]
        message = f"“{reader.source.slice(span)}”是每一项{points}，还是一共{points}？前面一级是每项计分"
        raise reader.fault("ZS0342", message, node, f"每一项的，写成“{level}每项{points}”")
    condition = ast.Condition("holds", mention, with_de=True, span=span)
    return ast.ClauseNode((condition,), (), None, award, span=span)


def _of_one_grade(clause: ast.ClauseNode, own: Node) -> bool:
    """Whether a clause asks for one fact at one level, and nothing else."""
    levels = [c for c in own.children if isinstance(c, Token) and c.type == "GRADE"]
    alone = len(clause.conditions) == 1 and not clause.exemptions and clause.branch is None
    measured = clause.measure is None or (isinstance(clause.measure, ast.Per) and clause.measure.fact is None)
    return len(levels) == 1 and alone and measured and clause.award.points is not None


def _grades(reader: Reader, node: Node, fact: ast.FactMention) -> Iterator[ast.ClauseNode]:
    level = ""
    for child in node.children:
        if not isinstance(child, Tree):
            continue
        words = [str(t) for t in child.children if isinstance(t, Token) and t.type == "GRADE"]
        if words[0] in LEVELS_OF:
            level, words = words[0], words[1:]
        mention = graded(fact, "".join([level, *words]), behind=True)
        points = next(t for t in child.children if isinstance(t, Token) and t.type == "POINTS")
        award = ast.Award(reader.number(points), 1, span=reader.of(points))
        amount = next((c for c in child.children if isinstance(c, Tree) and c.data == "amount"), None)
        span = reader.of(child)
        if amount is not None:
            per = ast.Per(mention, read_quantity(reader, amount), span=span)
            yield ast.ClauseNode((), (), per, award, span=span)
        else:
            condition = ast.Condition("holds", mention, with_de=True, span=span)
            yield ast.ClauseNode((condition,), (), None, award, span=span)
