"""Python expressions over the facts of a generated module: conditions, and the fractions they compare."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from zhunsheng.compiler import ir
from zhunsheng.compiler.emit.scope import Scope
from zhunsheng.compiler.emit.writer import literal


def times(x: str, factor: int) -> str:
    """A product with a constant, as short as it can be written."""
    if factor == 1:
        return x
    return "0" if factor == 0 else f"{x} * {factor}"


def condition(scope: Scope, node: ir.Condition, nested: bool = False) -> str:
    """A test; in parentheses where it is `nested` in another and needs them."""
    match node:
        case ir.Is(fact, value):
            x = scope.param(fact)
            if scope.specs[fact].allows_na:
                return f"{x} is {value}"
            return x if value else f"not {x}"
        case ir.Compare():
            text = _compare(scope, node)
            return f"({text})" if nested and " and " in text else text
        case ir.Chosen(fact, options, value):
            x = scope.param(fact)
            text = f"{x} {'in' if value else 'not in'} [{', '.join(map(literal, options))}]"
            if value or not scope.specs[fact].allows_na:
                return text
            return f"({x} is not NA and {text})" if nested else f"{x} is not NA and {text}"
        case ir.Lacks(fact, value):
            if not scope.specs[fact].allows_na:
                return str(not value)
            return f"{scope.param(fact)} is {'' if value else 'not '}NA"
        case ir.All(parts):
            if not parts:
                return "True"
            text = " and ".join(condition(scope, part, True) for part in parts)
        case ir.AnyOf(parts):
            if not parts:
                return "False"
            text = " or ".join(condition(scope, part, True) for part in parts)
        case ir.AtLeast(count, parts, most):
            held = holding(scope, parts)
            if most is None:
                return f"{held} >= {count}"
            return f"{count} <= {held} <= {most}" if count else f"{held} <= {most}"
        case _:
            assert_never(node)
    return f"({text})" if nested and len(node.parts) > 1 else text


def holding(scope: Scope, parts: Iterable[ir.Condition]) -> str:
    """How many of some conditions hold."""
    return f"sum(map(bool, [{', '.join(condition(scope, part) for part in parts)}]))"


def truth(scope: Scope, node: ir.Condition) -> str:
    """A condition as an expression that is True or False, nothing that only counts as such."""
    text = condition(scope, node)
    return f"bool({text})" if node != ir.ALWAYS and _maybe_int(text) else text


def _maybe_int(test: str) -> bool:
    """Whether a generated test can give a number instead of a truth value."""
    return test.startswith("d") or " and d" in test or "(d" in test


def _compare(scope: Scope, node: ir.Compare) -> str:
    """A comparison, cross-multiplied where the fact or the bound is a fraction; false of 不适用."""
    spec = scope.specs[node.fact]
    number = scope.index[node.fact]
    operator = node.operator
    p, q = node.bound.numerator, node.bound.denominator
    if scope.exact(node.fact, node.bound):
        test = f"f{number} {operator} {p}"
        return f"f{number} is not NA and {test}" if spec.allows_na else test
    test = f"{times(f'n{number}', q)} {operator} {times(f'd{number}', p)}"
    return f"d{number} and {test}" if spec.allows_na else test


def split_facts(scope: Scope, conditions: Iterable[ir.Condition]) -> Iterator[str]:
    """The facts that conditions compare by numerator and denominator."""
    for node in conditions:
        for atom in ir.atoms(node):
            if isinstance(atom, ir.Compare) and not scope.exact(atom.fact, atom.bound):
                yield atom.fact


def split(scope: Scope, facts: Iterable[str]) -> Iterator[str]:
    """The statements that set numerators and denominators, each fact once; 0/0 stands for 不适用."""
    for fact in dict.fromkeys(facts):
        i = scope.index[fact]
        if scope.specs[fact].allows_na:
            yield f"n{i}, d{i} = (0, 0) if f{i} is NA else f{i}.as_integer_ratio()"
        else:
            yield f"n{i}, d{i} = f{i}.as_integer_ratio()"
