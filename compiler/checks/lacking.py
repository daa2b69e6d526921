"""Facts that are said not to apply (【出口额】不适用的), though nobody may answer 不适用."""

from collections.abc import Iterable, Iterator

from zhunsheng.compiler.parts.formulas import NO_DATES, operands
from zhunsheng.compiler.resolve.resolved import Rule
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.facts import FactSpec


def never_lacking(
    standard: Standard, rules: Iterable[Rule], specs: Iterable[FactSpec]
) -> Iterator[Diagnostic]:
    """The facts of some rules that always apply, each told once, with the row of 数据项 that would let them be 不适用."""
    allowed = {spec.name: spec.allows_na for spec in specs}
    told: set[str] = set()
    for rule in rules:
        for part in rule.everything:
            if part.node.kind != "lacking" or allowed.get(part.fact, True) or part.fact in told:
                continue
            told.add(part.fact)
            name = _given(standard, part.fact)
            listed = any(plain(row.name) == plain(name) for row in standard.tables.dictionary)
            fact = standard.typed[name]
            row = f"| {name} | {fact.type} | {fact.unit} | 不适用 |"
            help_text = (
                f"在“数据项”表“{name}”一行的备注里写“不适用”"
                if listed
                else f"在“数据项”表（名称、类型、单位、备注四列）中加一行：{row}"
            )
            others = (own.fact for own in rule.parts if own.node is part.node and allowed.get(own.fact))
            if (other := next(others, None)) is not None:
                help_text += f"；它总是有的，写明说的是哪一个：“【{other}】不适用的，……”"
            message = f"“{part.fact}”什么时候不适用？“数据项”没有写“{name}”可以填不适用"
            yield Diagnostic("ZS0583", message, standard.source, part.node.span, help_text)


def _given(standard: Standard, name: str) -> str:
    """The fact that is answered where one is worked out from others: what it is over, or the first of its formula."""
    of = next((own.of for own in standard.resolved.cohorts if own.name == name), None)
    if of is not None:
        return _given(standard, of)
    names = standard.resolved.names
    for definition in standard.resolved.definitions:
        if names[plain(definition.fact.name)] == name:
            first = next(operands(definition.formula, NO_DATES), None)
            return name if first is None else _given(standard, names[plain(first[0].name)])
    return name
