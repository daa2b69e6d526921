"""Columns in small numbers have the values of the plan's own, for counts of any size."""

import random
from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt
from typing import assert_never

import pytest
from compiled import closed_standards, standard
from tables import given

from zhunsheng.compiler.columns.expressions import (
    Choice,
    Every,
    Expression,
    Fact,
    Field,
    Flag,
    Greatest,
    Least,
    Number,
    Opposite,
    Product,
    Quotient,
    Some,
    Sum,
    Truth,
    ends,
)
from zhunsheng.compiler.columns.expressions import Test as Comparison
from zhunsheng.compiler.columns.narrow import narrowed
from zhunsheng.compiler.columns.plan import Plan, plan
from zhunsheng.compiler.columns.steps import Step

COMPARE: Mapping[str, Callable[[int, int], bool]] = {">=": ge, ">": gt, "<=": le, "<": lt, "==": eq}
ROWS = 60


def value(node: Expression, row: Mapping[str, int]) -> int:
    """An expression in Python's own numbers."""
    match node:
        case Number(number) | Fact(number):
            return number
        case Field(name) | Flag(name):
            return row[name]
        case Sum(parts):
            return sum(value(part, row) for part in parts)
        case Product(left, right):
            return value(left, row) * value(right, row)
        case Quotient(number, size):
            return value(number, row) // value(size, row)
        case Least(left, right):
            return min(value(left, row), value(right, row))
        case Greatest(left, right):
            return max(value(left, row), value(right, row))
        case Choice(test, then, other):
            return value(then if value(test, row) else other, row)
        case Comparison(operator, left, right):
            return COMPARE[operator](value(left, row), value(right, row))
        case Every(parts):
            return all(value(part, row) for part in parts)
        case Some(parts):
            return any(value(part, row) for part in parts)
        case Opposite(part):
            return not value(part, row)
        case _:
            assert_never(node)


def worked_out(steps: tuple[Step, ...], row: Mapping[str, int]) -> dict[str, int]:
    """All columns of a row; each lies within its ends."""
    found = dict(row)
    for step in steps:
        found[step.name] = value(step.expression, found)
        if not isinstance(step.expression, Truth):
            low, high = ends(step.expression)
            assert low <= found[step.name] <= high, step.name
    return found


def rows(made: Plan) -> list[dict[str, int]]:
    """Facts at their ends, small, and anywhere between."""
    rng = random.Random(7)
    found = []
    for _ in range(ROWS):
        row = {}
        for own in made.inputs:
            low, high = own.low, own.high
            near = [
                low,
                min(high, low + 1),
                high,
                rng.randint(low, min(high, low + 400)),
                rng.randint(low, high),
            ]
            row[own.name] = rng.choice(near)
            if own.na is not None:
                row[own.na] = rng.random() < 0.2
        found.append(row)
    return found


@pytest.mark.parametrize("id", closed_standards())
def test_same_values(id: str) -> None:
    """Every column of every standard is what it was."""
    made = plan(standard(id).program, given(standard(id).program))
    if isinstance(made, Plan):
        small = narrowed(made.steps, {})
        for row in rows(made):
            assert worked_out(small, row) == worked_out(made.steps, row)


def test_counts_end_at_the_cap() -> None:
    """Twenty points each up to 100: only the first five count, whatever the count."""
    program = standard("miit-2017-103").program
    made = plan(program, dict.fromkeys(given(program), 0))
    assert isinstance(made, Plan)
    small = {step.name: step.expression for step in narrowed(made.steps, {})}
    assert small["指标 1.1"] == Product(Least(Field("【渠道】", 0, made.limit), Number(5)), Number(20))
    assert small["条款 1.1.1"] == Product(Field("【渠道】", 0, made.limit), Number(20))
