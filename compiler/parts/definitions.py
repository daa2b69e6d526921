"""The formulas of 计算, and those that sentences imply."""

from collections.abc import Iterator
from fractions import Fraction

from attrs import Factory, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower.lowering import Fault
from zhunsheng.compiler.parts.cohort import half_places
from zhunsheng.compiler.parts.formulas import NO_DATES, Formulas, operands
from zhunsheng.compiler.parts.implied_questions import asked_of, implied_question
from zhunsheng.compiler.parts.references import lower_measured
from zhunsheng.compiler.parts.rounding import rounding_of, twice_rounded
from zhunsheng.compiler.parts.units import Part
from zhunsheng.compiler.readings.questions import Question
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.facts import FactType


def lower_definitions(standard: Standard) -> tuple[tuple[ir.Derived, ...], list[Diagnostic]]:
    """Formulas in an order in which each comes after those it needs."""
    names = standard.resolved.names
    found: list[Diagnostic] = []
    known: dict[str, ast.Definition] = {}
    for definition in standard.resolved.definitions:
        name = names[plain(definition.fact.name)]
        if name in known:
            message = f"“{name}”有两个算式"
            found.append(Diagnostic("ZS0313", message, standard.source, definition.span, "只留一个"))
        known.setdefault(name, definition)
    lowered: dict[str, ir.Derived] = {}
    parts: dict[str, Part] = {}
    for name in _by_need(standard, known):
        item = _lowered(standard, name, known[name], parts)
        if isinstance(item, ir.Derived):
            lowered[name] = item
        elif item is not None:
            found.append(item)
    ordered: list[ir.Derived] = []
    waiting = {name: lowered[name] for name in known if name in lowered}
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
    found += twice_rounded(known, ordered, standard.source)
    return tuple(ordered), found


def _by_need(standard: Standard, known: dict[str, ast.Definition]) -> Iterator[str]:
    """The derived facts, each behind those its formula reads; those of a circle come last, in the order of the file."""
    names = standard.resolved.names
    reads = {
        name: [names[plain(mention.name)] for mention, _ in operands(definition.formula, NO_DATES)]
        for name, definition in known.items()
    }
    open_reads = {name: {one for one in found if one in known} for name, found in reads.items()}
    readers: dict[str, list[str]] = {name: [] for name in known}
    for name, found in open_reads.items():
        for one in found:
            readers[one].append(name)
    ready = [name for name, found in open_reads.items() if not found]
    told: set[str] = set()
    while ready:
        name = ready.pop()
        told.add(name)
        yield name
        for reader in readers[name]:
            open_reads[reader].discard(name)
            if not open_reads[reader]:
                ready.append(reader)
    yield from (name for name in known if name not in told)


def _lowered(
    standard: Standard, name: str, definition: ast.Definition, parts: dict[str, Part]
) -> ir.Derived | Diagnostic | None:
    """One formula, or what is wrong with it; None where the type of its fact is wrong, which has been told."""
    fact = standard.typed.get(name)
    names = standard.resolved.names
    reads = [names[plain(mention.name)] for mention, _ in operands(definition.formula, NO_DATES)]
    if fact is None or any(name not in standard.typed for name in reads):
        return None
    if not fact.type.numeric:
        message = f"“{name}”的类型是“{fact.type}”，不能用算式计算"
        return Diagnostic("ZS0314", message, standard.source, definition.span, "改类型，或删去算式")
    if isinstance(definition.formula, ast.Measured):
        one, other = (standard.typed[read] for read in reads)
        return lower_measured(standard, name, definition, definition.formula, (one, other))
    recent = _Recent(standard, name)
    if name in standard.resolved.place_shares:
        return _place_share(standard, name, definition)
    formulas = Formulas(standard.source, names, standard.typed, recent.by, parts)
    try:
        formula = formulas.lower(definition.formula, fact)
    except Fault as fault:
        return fault.diagnostic
    text = definition.text + recent.note()
    if definition.rounded is None:
        return ir.Derived(name, formula, text)
    # Of a percentage the places are those before the sign.
    unit = Fraction(1, 100) if fact.type is FactType.PERCENT else Fraction(1)
    rounding = rounding_of(standard, definition.rounded, "计算", definition.rounded.span, unit)
    return ir.Derived(name, formula, text, rounding) if isinstance(rounding, ir.Rounding) else rounding


def _place_share(standard: Standard, name: str, definition: ast.Definition) -> ir.Derived | Diagnostic:
    """The place as a part of the number of places; half a place less where 前15% is rounded to whole places, so that
    the place lies within it as it lies within the rounded number."""
    half = half_places(standard, name)
    if isinstance(half, Diagnostic):
        return half
    assert isinstance(definition.formula, ast.Binary)
    rank, size = (standard.resolved.names[plain(m.name)] for m, _ in operands(definition.formula, NO_DATES))
    place: ir.Formula = ir.Ref(rank)
    note = "（解读 百分位：舍去）"
    text = definition.text
    if half:
        place = ir.Arith("-", place, ir.Const(Fraction(1, 2)))
        note = "（解读 百分位：四舍五入）"
        text = f"【{name}】＝（【{rank}】－0.5）÷【{size}】"
    return ir.Derived(name, ir.Arith("/", place, ir.Ref(size)), text + note)


@frozen
class _Recent:
    """How 近三年 is read in one formula: a 解读 of the rule that implies it, of its words, or of the whole text."""

    standard: Standard
    fact: str
    adopted: list[ir.Period] = Factory(list)

    def by(self, node: ast.Within) -> ir.Period:
        """What the 解读 adopts; where there is none, a mistake that asks for it."""
        question = implied_question(self.standard, "近年", self.fact, node.span)
        row = self.standard.readings.answer(question)
        if row is None:
            raise Fault(self._asked(question, node))
        by: ir.Period = "按日" if row.adopted == "按日" else "按年度" if row.adopted == "按年度" else "含当年"
        self.adopted.append(by)
        return by

    def note(self) -> str:
        """The reading as the text of the formula shows it."""
        return "".join(f"（解读 近年：{adopted}）" for adopted in dict.fromkeys(self.adopted))

    def _asked(self, question: Question, node: ast.Within) -> Diagnostic:
        years = node.years
        day = f"{2026 - years}年9月1日"
        message = (
            f"“近{years}年”是从评价日期往前数{years}年，还是按年度？例如评价日期为2026年6月30日，{day}的一项："
            f"按“按日”计入，按“按年度”计入（{2026 - years}年至2025年），按“含当年”不计（{2027 - years}年至2026年）；"
            f"2026年3月1日的一项：按“按年度”不计，其余计入"
        )
        return asked_of(self.standard, question, "ZS0431", message)
