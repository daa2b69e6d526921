"""The formulas of 计算."""

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower import lower_formula
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic


def lower_definitions(standard: Standard) -> tuple[tuple[ir.Derived, ...], list[Diagnostic]]:
    """Formulas in an order in which each comes after those it needs."""
    names = standard.resolved.names
    found: list[Diagnostic] = []
    known: dict[str, ast.Definition] = {}
    for definition in standard.file.definitions:
        name = names[plain(definition.fact.name)]
        if name in known:
            message = f"“{name}”有两个算式"
            found.append(Diagnostic("ZS0313", message, standard.source, definition.span, "只留一个"))
        known.setdefault(name, definition)
    lowered = {n: ir.Derived(n, lower_formula(d.formula, names), d.text) for n, d in known.items()}
    ordered: list[ir.Derived] = []
    waiting = dict(lowered)
    while waiting:
        left = set(waiting)
        ready = [n for n, d in waiting.items() if left.isdisjoint(ir.formula_facts(d.formula))]
        if not ready:
            name = next(iter(waiting))
            message = f"“{name}”的算式绕了一圈又用到它自己"
            found.append(
                Diagnostic("ZS0308", message, standard.source, known[name].span, "删去圈里的一个算式")
            )
            return (), found
        ordered += [waiting.pop(name) for name in ready]
    for item in ordered:
        fact = standard.typed.get(item.fact)
        if fact is not None and not fact.type.numeric:
            message = f"“{item.fact}”的类型是“{fact.type}”，不能用算式计算"
            found.append(
                Diagnostic("ZS0314", message, standard.source, known[item.fact].span, "改类型，或删去算式")
            )
    return tuple(ordered), found
