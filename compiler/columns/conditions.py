"""Conditions of the IR as truth columns."""

from collections.abc import Iterable, Mapping
from typing import assert_never

from zhunsheng.compiler import ir
from zhunsheng.compiler.columns import ratios
from zhunsheng.compiler.columns.expressions import (
    Number,
    Truth,
    count,
    every,
    holds,
    opposite,
    some,
)
from zhunsheng.compiler.columns.facts import there
from zhunsheng.compiler.columns.held import Held


def condition(facts: Mapping[str, Held], node: ir.Condition) -> Truth:
    """Whether a condition holds; a literal about a 不适用 fact does not, negated or not."""
    match node:
        case ir.Is(name, value):
            fact = facts[name]
            return there(fact, fact.truth if value else opposite(fact.truth))
        case ir.Compare(name, operator, bound):
            return there(facts[name], ratios.compared(facts[name].ratio, operator, bound))
        case ir.Chosen(name, options, value):
            fact = facts[name]
            chosen = some(
                holds("==", fact.ratio.above, Number(place))
                for place, option in enumerate(fact.options)
                if option in options
            )
            return there(fact, chosen if value else opposite(chosen))
        case ir.Lacks(name, value):
            return facts[name].absent if value else opposite(facts[name].absent)
        case ir.All(parts):
            return every(condition(facts, part) for part in parts)
        case ir.AnyOf(parts):
            return some(condition(facts, part) for part in parts)
        case ir.AtLeast(least, parts, most):
            return so_many([condition(facts, part) for part in parts], least, most)
        case _:
            assert_never(node)


def so_many(parts: Iterable[Truth], least: int, most: int | None) -> Truth:
    """Whether from `least` to `most` of some tests hold."""
    held = count(parts)
    upper = [] if most is None else [holds("<=", held, Number(most))]
    return every((holds(">=", held, Number(least)), *upper))
