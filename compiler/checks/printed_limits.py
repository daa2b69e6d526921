"""修约值比较法 (GB/T 8170—2008, 4.3.3): a measured value is rounded to the places that a limit is printed with
before it is compared with it; 94.96% meets 95%. Without it values are compared as they are (全数值比较法).

Rounding rises with the value, so a rounded comparison is a plain one with another bound. The condition keeps the
limit as printed for the trace.
"""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, TypeVar

import attrs
from attrs import evolve, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.resolve.extra import items_of
from zhunsheng.compiler.resolve.typed import Typed, convert
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.facts import FactType

KEY = "比较方法"
ROUNDED, EXACT = "修约值比较法", "全数值比较法"

_DIGITS = re.compile(r"[\d,]*(?:\.(\d+))?([十百千万亿]*)")
_LARGE = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}

Node = TypeVar("Node")


@frozen
class Limits:
    """The unit of the last printed place of each limit, by fact and bound; empty for 全数值比较法."""

    units: Mapping[tuple[str, Fraction], Fraction]

    def applied(self, node: Node) -> Node:
        """A part of a program with every comparison that a printed limit makes replaced by the rounded one."""
        return self._changed(node) if self.units else node  # type: ignore[return-value]

    def _changed(self, node: Any) -> object:
        if isinstance(node, ir.Compare):
            unit = None if node.limit is not None else self.units.get((node.fact, node.bound))
            return node if unit is None else _rounded(node, unit)
        if isinstance(node, tuple):
            return tuple(map(self._changed, node))
        if not attrs.has(type(node)):
            return node
        fields = {own.name: getattr(node, own.name) for own in attrs.fields(type(node))}
        changes = {name: new for name, old in fields.items() if (new := self._changed(old)) != old}
        return evolve(node, **changes) if changes else node


def limits_of(standard: Standard) -> Limits:
    """The limits of a standard that compares rounded values.

    Times between dates go by the calendar, and a fact that is rounded itself is not rounded again.
    """
    said = {plain(standard.file.value(KEY)), *(_method(node) for node in _sentences(standard))}
    if ROUNDED not in said:
        return Limits({})
    names = standard.resolved.names
    other = {names[plain(d.fact.name)] for d in standard.resolved.definitions if d.rounded is not None}
    other |= {names[plain(own.definition.fact.name)] for own in standard.resolved.implied}
    units: dict[tuple[str, Fraction], Fraction] = {}
    for use in standard.resolved.uses:
        fact = standard.typed.get(use.fact)
        if fact is None or use.role != "compare" or not _measured(fact) or use.fact in other:
            continue
        for quantity in use.quantities:
            bound, unit = _printed(standard, quantity, fact)
            if bound is not None and unit is not None:
                units[use.fact, bound] = min(unit, units.get((use.fact, bound), unit))
    return Limits(units)


def _measured(fact: Typed) -> bool:
    """Whether values may be finer than a limit is printed."""
    return fact.type.numeric and not fact.type.whole and fact.type is not FactType.POINTS


def _printed(
    standard: Standard, quantity: ast.Quantity, fact: Typed
) -> tuple[Fraction | None, Fraction | None]:
    """A limit and the unit of its last printed place, in the fact's unit: 95% and 1%, 1.5万元 and 0.1万元."""
    match = _DIGITS.match(plain(standard.source.slice(quantity.span)))
    last = Fraction(1)
    if match is not None:
        last = Fraction(1, 10 ** len(match[1] or ""))
        for char in match[2] if match[0].strip("十百千万亿") else "":
            last *= _LARGE[char]
    return convert(quantity.value, quantity.unit, fact), convert(last, quantity.unit, fact)


def _rounded(node: ir.Compare, unit: Fraction) -> ir.Condition:
    """The comparison of the value rounded by 进舍规则: half a unit to the even side."""
    count = node.bound / unit
    if count.denominator != 1:
        return node
    if node.operator == "==":
        ends: tuple[ir.Operator, ir.Operator] = (">=", "<=")
        return ir.All(tuple(_rounded(evolve(node, operator=end), unit) for end in ends))
    # Rounded values reach `bound` from half a unit below it on, and leave it half a unit above.
    upper = node.operator in (">", "<=")
    edge = node.bound + unit / 2 if upper else node.bound - unit / 2
    even = (count.numerator + upper) % 2 == 0
    operators: dict[ir.Operator, ir.Operator] = {
        ">=": ">=" if even else ">",
        ">": ">=" if even else ">",
        "<": "<" if even else "<=",
        "<=": "<" if even else "<=",
    }
    limit = ir.Limit(node.operator, node.bound, ir.Rounding(unit, "进舍规则"))
    return ir.Compare(node.fact, operators[node.operator], edge, limit)


def _sentences(standard: Standard) -> Iterator[ast.ComparisonNode]:
    """采用修约值比较法 and the like, in 评定等级."""
    heading = standard.file.sections.get("评定等级")
    yield from (item for _, item in items_of(heading, ast.ComparisonNode))


def _method(node: ast.ComparisonNode) -> str:
    return ROUNDED if node.rounded else EXACT


def unknown_method(standard: Standard) -> list[Diagnostic]:
    """A head that names another method of comparison, or two methods in one file."""
    found = []
    head = plain(standard.file.value(KEY))
    said = [head] if head in (ROUNDED, EXACT) else []
    for node in _sentences(standard):
        said.append(_method(node))
        if said[0] != said[-1]:
            message = f"这里说采用{said[-1]}，前面说的却是{said[0]}"
            found.append(Diagnostic("ZS0244", message, standard.source, node.span, "只留一种比较方法"))
    for entry in standard.file.head:
        if entry.key == KEY and plain(entry.value) not in (ROUNDED, EXACT):
            message = f"不认识的比较方法“{entry.value}”"
            help_text = f"写“{EXACT}”或“{ROUNDED}”"
            found.append(Diagnostic("ZS0244", message, standard.source, entry.span, help_text))
    return found
