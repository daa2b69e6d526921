"""What sentences ask of two facts, one measured by the other (达到【乙】的1.2倍, 比【乙】增长10%以上), as formulas."""

import re
from collections.abc import Sequence
from fractions import Fraction

from zhunsheng.compiler import ir
from zhunsheng.compiler.parts.implied_questions import asked_of, implied_question
from zhunsheng.compiler.resolve.typed import Typed, convert
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl import ast
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.facts import FactType
from zhunsheng.runtime.source import Span

#: Names of facts that are likely percentages.
_RATE = re.compile("(?:率|比例|占比|比重|满意度|份额|百分比)$")
#: Types whose numbers are of one kind with plain numbers.
_PLAIN = (FactType.COUNT, FactType.LIST, FactType.QUANTITY)


def lower_measured(
    standard: Standard, name: str, definition: ast.Definition, node: ast.Measured, facts: tuple[Typed, Typed]
) -> ir.Derived | Diagnostic:
    """The formula of one comparison of two facts, the second in the unit of the first."""
    one, other = facts
    odd = _unlike(standard, node.span, one, other)
    if odd is not None:
        return odd
    left, right = ir.Ref(one.name), _in_unit(other, one)
    more = ir.Arith("-", right, left) if node.falls else ir.Arith("-", left, right)
    if node.kind == "difference":
        return ir.Derived(name, more, definition.text)
    if node.kind in ("multiple", "share", "ratio"):
        return ir.Derived(name, ir.Arith("÷", left, right), definition.text)
    rates = one.type is FactType.PERCENT
    if node.kind == "growth" and not rates:
        unsure = [fact.name for fact in facts if _RATE.search(fact.name) and not fact.listed]
        if unsure:
            message = f"“{unsure[0]}”是百分比吗？是的，这里的百分数可能指百分点"
            help_text = f"在“数据项”表中写明“{unsure[0]}”的类型：百分比，或数量"
            return Diagnostic("ZS0335", message, standard.source, node.span, help_text)
        return ir.Derived(name, ir.Arith("÷", more, right), definition.text)
    doubt = "百分数" if node.kind == "growth" else "倍数"
    question = implied_question(standard, doubt, name, node.span)
    row = standard.readings.answer(question)
    if row is None:
        ask = _points_or_relative if doubt == "百分数" else _by_or_to
        code = "ZS0414" if doubt == "百分数" else "ZS0433"
        return asked_of(standard, question, code, ask(standard, node))
    note = f"（解读 {doubt}：{row.adopted}）"
    sides = definition.text.split("＝")[0]
    if row.adopted == "百分点":
        pair = (other.name, one.name) if node.falls else (one.name, other.name)
        return ir.Derived(name, more, f"{sides}＝【{pair[0]}】－【{pair[1]}】{note}")
    if row.adopted == "增至":
        return ir.Derived(name, ir.Arith("÷", left, right), f"{sides}＝【{one.name}】÷【{other.name}】{note}")
    return ir.Derived(name, ir.Arith("÷", more, right), definition.text + note)


def _unlike(standard: Standard, at: Span, one: Typed, other: Typed) -> Diagnostic | None:
    """Facts that cannot be compared: no numbers, a percentage with an amount, units that do not convert."""
    facts = (one, other)
    for fact in facts:
        if not fact.type.numeric:
            message = f"“{fact.name}”的类型是“{fact.type}”，不能和别的数相比"
            return Diagnostic("ZS0331", message, standard.source, at, "只有能填数的数据项可以比")
    plain = all(fact.type in _PLAIN for fact in facts)
    if not plain and one.type is not other.type:
        types = "，".join(f"“{fact.name}”是{fact.type}" for fact in facts)
        message = f"{types}，两个不是一类的数，不能相比"
        return Diagnostic(
            "ZS0334", message, standard.source, at, "在“数据项”表中写明两个数据项的类型，要一样"
        )
    if convert(Fraction(1), other.unit, one) is None or (one.type not in _PLAIN and not _same(facts)):
        units = "，".join(f"“{fact.name}”的单位{_unit(fact)}" for fact in facts)
        message = f"{units}，不能相比"
        return Diagnostic(
            "ZS0303", message, standard.source, at, "在“数据项”表中写明两个数据项的单位，要能换算"
        )
    return None


def _same(facts: Sequence[Typed]) -> bool:
    """Whether both facts have a unit, or neither."""
    return len({bool(fact.unit) for fact in facts}) == 1


def _unit(fact: Typed) -> str:
    return f"是“{fact.unit}”" if fact.unit else "没有写"


def _in_unit(fact: Typed, one: Typed) -> ir.Formula:
    """A fact's number in the unit of another."""
    factor = Fraction(1) if fact.type is FactType.PERCENT else convert(Fraction(1), fact.unit, one)
    assert factor is not None
    return ir.Ref(fact.name) if factor == 1 else ir.Arith("*", ir.Ref(fact.name), ir.Const(factor))


def _points_or_relative(standard: Standard, node: ast.Measured) -> str:
    one, other = node.fact.name, node.reference.name
    up, high = ("下降", "8%") if node.falls else ("增长", "12%")
    return (
        f"“{one}”和“{other}”都是百分比，{up}的百分数是百分点，还是相对比例？"
        f"例如“{other}”为10%，“{one}”为{high}：按“百分点”{up}2%（2个百分点），按“相对”{up}20%"
    )


def _by_or_to(standard: Standard, node: ast.Measured) -> str:
    one, other = node.fact.name, node.reference.name
    return f"增长几倍，是净增加几倍，还是增加到几倍？例如“{other}”为10，“{one}”为40：按“净增”增长3倍，按“增至”增长4倍"
