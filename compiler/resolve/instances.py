"""Words that may count instances or ask for one (【迟报】一次扣0.5分; 每起【甲】扣5分，【乙】扣2分): which of the two, 计次 asks."""

from collections.abc import Sequence
from fractions import Fraction

from attrs import evolve

from zhunsheng.compiler.resolve.mentions import Mentions
from zhunsheng.compiler.resolve.resolved import Part, Rule
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.words import COUNT_UNITS


def beside_counts(mentions: Mentions, item: ast.Item, before: Sequence[ast.Item]) -> ast.Item:
    """A clause on a fact alone, behind one of its sentence that counts: a number of the same unit, unless 数据项 says that
    the fact is a yes or no."""
    if not isinstance(item, ast.ClauseNode) or not before or not _alone(item):
        return item
    (condition,) = item.conditions
    last = before[-1]
    assert condition.fact is not None
    if not isinstance(last, ast.ClauseNode) or mentions.declared_truth.get(plain(condition.fact.name)):
        return item
    unit = _unit(last)
    if not unit or item.award.sign != last.award.sign:
        return item
    one = ast.Edge(ast.Quantity(Fraction(1), unit, span=condition.fact.span), None, span=condition.fact.span)
    return evolve(item, conditions=(evolve(condition, kind="counted", edges=(one,)),))


def _unit(node: ast.ClauseNode) -> str:
    """What a clause counts in, itself or as one behind another that does."""
    if isinstance(node.measure, ast.Per) and not node.measure.manner and node.measure.times is None:
        unit = node.measure.quantity.unit
        return unit if unit in COUNT_UNITS and node.measure.quantity.value == 1 else ""
    along = [c.edges[0].quantity.unit for c in node.conditions if _one(c)]
    return along[0] if along and node.measure is None else ""


def _one(condition: ast.Condition) -> bool:
    """Whether a condition says one instance without a boundary word (一次, 一起)."""
    edges = condition.edges
    if condition.kind not in ("counted", "compared") or len(edges) != 1 or edges[0].comparison is not None:
        return False
    one = edges[0].quantity
    return edges[0].table is None and one.value == 1 and one.unit in COUNT_UNITS


def _alone(node: ast.ClauseNode) -> bool:
    """Whether a clause gives or takes points on a fact alone (【乙】扣2分, which 【乙】的扣2分 is not)."""
    fixed = node.award.points and node.award.series is None and node.measure is None
    if not fixed or node.branch is not None or len(node.conditions) != 1 or node.exemptions:
        return False
    (condition,) = node.conditions
    plainly = condition.kind == "holds" and not condition.negated and not condition.with_de
    return (
        plainly and condition.fact is not None and condition.fact.aspect is None and not condition.exemptions
    )


def with_instances(rules: Sequence[Rule]) -> list[Rule]:
    """The rules of a leaf, where 【迟报】一次扣0.5分 is the only clause with a number of its fact: what 1次 counts."""
    return [evolve(rule, parts=tuple(_counted(part, rule, rules) for part in rule.parts)) for rule in rules]


def _counted(part: Part, rule: Rule, rules: Sequence[Rule]) -> Part:
    node, condition = rule.node, part.node
    fixed = isinstance(node, ast.ClauseNode) and node.measure is None and node.award.points is not None
    if not fixed or rule.slopes or part.carried or condition.kind != "compared" or condition.with_de:
        return part
    of_more = any(own is not None for own in (condition.share, condition.reference, condition.place))
    others = (own for other in rules for own in other.parts if own.fact == part.fact and own is not part)
    if of_more or not _one(condition) or any(others):
        return part
    return evolve(part, node=evolve(condition, kind="counted"))
