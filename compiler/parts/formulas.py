"""The formulas of 计算: which facts they read and as what, and their meaning in the IR."""

import datetime
from collections.abc import Callable, Iterator, Mapping

from attrs import evolve, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower.lowering import Fault
from zhunsheng.compiler.parts.units import Part, Units, number, of_fact
from zhunsheng.compiler.resolve.implied import Listed
from zhunsheng.compiler.resolve.resolved import Role
from zhunsheng.compiler.resolve.typed import Typed
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.words import DURATION_UNITS
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.facts import EVALUATION_DATE, FactType
from zhunsheng.runtime.source import Source, Span

#: Where it makes no difference which facts are dates.
NO_DATES = Listed(frozenset(), frozenset())


def operands(formula: ast.Formula, dated: Listed) -> Iterator[tuple[ast.FactMention, Role]]:
    """The facts of a formula, in order, each as the number, date or list of dates that the formula takes it for."""
    match formula:
        case ast.Operand(fact):
            yield fact, "date" if plain(fact.name) == EVALUATION_DATE else "formula"
        case ast.Streak(fact):
            yield fact, "dates"
        case ast.Within(fact, single=single):
            yield fact, "date" if single or plain(fact.name) in dated.dates else "dates"
            yield ast.FactMention(EVALUATION_DATE, EVALUATION_DATE, False, span=fact.span), "date"
        case ast.Measured(_, fact, reference):
            yield fact, "formula"
            yield reference, "formula"
        case ast.Binary("-", left, right) if _dates(left, right, dated):
            for side in (left, right):
                if isinstance(side, ast.Operand):
                    yield side.fact, "date"
        case ast.Binary(_, left, right):
            yield from operands(left, dated)
            yield from operands(right, dated)
        case ast.Constant() | ast.FullScore() | ast.Day():
            return


def _dates(left: ast.Formula, right: ast.Formula, dated: Listed) -> bool:
    """Whether one date is taken from another: one of them is known to be one."""

    def known(side: ast.Formula) -> bool:
        if isinstance(side, ast.Operand):
            name = plain(side.fact.name)
            return name == EVALUATION_DATE or name in dated.dates
        return isinstance(side, ast.Day)

    pair = (left, right)
    return any(map(known, pair)) and all(isinstance(side, ast.Operand | ast.Day) for side in pair)


@frozen
class Formulas:
    """What lowering a formula needs: the facts by comparable name, their types, how 近三年 is read, and the units of the
    derived facts that were lowered before, to which this one's are added."""

    source: Source
    names: Mapping[str, str]
    facts: Mapping[str, Typed]
    by: Callable[[ast.Within], ir.Period]
    parts: dict[str, Part]

    def lower(self, formula: ast.Formula, result: Typed) -> ir.Formula:
        """The whole formula of the fact `result`, whose unit a difference of dates is counted in."""
        if isinstance(formula, ast.Binary) and formula.operator == "-":
            start, end = self._day(formula.right), self._day(formula.left)
            if start is not None and end is not None:
                return self._elapsed(start, end, result, formula.span)
        units = Units(self.source)
        part = self._part(formula, units)
        self.parts[result.name] = part
        return units.finished(part, result, formula.span)

    def _day(self, node: ast.Formula) -> str | datetime.date | None:
        if isinstance(node, ast.Day):
            return node.value
        if isinstance(node, ast.Operand):
            fact = self.facts.get(self.names[plain(node.fact.name)])
            return fact.name if fact is not None and fact.type is FactType.DATE else None
        return None

    def _elapsed(
        self, start: str | datetime.date, end: str | datetime.date, result: Typed, span: Span
    ) -> ir.Formula:
        unit = DURATION_UNITS.get(result.unit) if result.type is FactType.DURATION else None
        if unit is not None and unit[0] == "工作日":
            message = f"“{result.name}”按工作日计，日期相减算不出来：没有工作日历"
            help_text = f"删去算式，把“{result.name}”作为时长直接填报；或改按自然日计"
            raise self._fault("ZS0333", message, span, help_text)
        if unit is None or unit[0] not in ("月", "天"):
            message = f"日期相减得到时长，“{result.name}”没有写明按年、月还是天计"
            help_text = f"在“数据项”表中把“{result.name}”的类型写成时长，单位写成年、个月或天"
            raise self._fault("ZS0332", message, span, help_text)
        return ir.Elapsed(start, end, "月" if unit[0] == "月" else "天", unit[1])

    def _part(self, node: ast.Formula, units: Units) -> Part:
        match node:
            case ast.Operand(mention):
                return self._operand(mention, node.span, units)
            case ast.Constant(value):
                return number(value)
            case ast.Streak(mention, days):
                return Part(ir.Streaks(self.names[plain(mention.name)], days), {}, True)
            case ast.Within(mention, years):
                name = self.names[plain(mention.name)]
                return Part(ir.Recent(name, EVALUATION_DATE, years, self.by(node)), {}, True)
            case ast.Day():
                help_text = "日期相减单独写成一个算式：【……】＝【……】－2020年1月1日"
                raise self._fault("ZS0331", "日期不能当作数来计算", node.span, help_text)
            case ast.FullScore():
                raise AssertionError("the full mark stands in its place since resolve/full_marks.py")
            case ast.Measured():
                raise AssertionError("what sentences ask of two facts is lowered by parts/references.py")
            case ast.Binary(_, left, right):
                return units.joined(node, self._part(left, units), self._part(right, units))

    def _operand(self, mention: ast.FactMention, span: Span, units: Units) -> Part:
        name = self.names[plain(mention.name)]
        fact = self.facts.get(name)
        if fact is not None and not fact.type.numeric:
            if fact.type is FactType.DATE:
                help_text = "日期相减单独写成一个算式：【……】＝评价日期－【……】"
            else:
                help_text = "算式里只用能填数的数据项"
            message = f"“{fact.name}”的类型是“{fact.type}”，不能当作数来计算"
            raise self._fault("ZS0331", message, span, help_text)
        if fact is None:
            return Part(ir.Ref(name), {}, True)
        # A derived fact without a unit of its own is in the units of its formula.
        part = self.parts.get(name)
        if fact.unit or part is None:
            return of_fact(fact)
        return evolve(part, node=ir.Ref(name), converted=frozenset(), used=frozenset(), factors=frozenset())

    def _fault(self, code: str, message: str, span: Span, help: str) -> Fault:
        return Fault(Diagnostic(code, message, self.source, span, help))
