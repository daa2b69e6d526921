"""What every step of lowering needs: the facts' types, the answers adopted, and how it says a mistake."""

from collections.abc import Mapping
from fractions import Fraction

from attrs import frozen

from zhunsheng.compiler.resolve.tables import ROW, rows_to_add
from zhunsheng.compiler.resolve.typed import Typed, convert
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic, Label
from zhunsheng.runtime.facts import FactType
from zhunsheng.runtime.numbers import RATIO
from zhunsheng.runtime.source import Source, Span


class Fault(Exception):
    """A mistake of the author's that stops the lowering of a rule or leaf; never leaves the pass."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic


@frozen
class Lowering:
    """What lowering needs to know; `answers` maps a question's key in this leaf to the option adopted,
    `notes` a clause id to the readings that the trace shows."""

    source: Source
    facts: Mapping[str, Typed]
    answers: Mapping[tuple[str, str], str]
    notes: Mapping[str, tuple[str, ...]]

    def answer(self, doubt: str, key: str, default: str) -> str:
        """The option adopted for a question, the default where it was not asked."""
        return self.answers.get((doubt, key), default)

    def value(self, quantity: ast.Quantity, fact: str) -> Fraction:
        """A quantity in the fact's unit."""
        converted = convert(quantity.value, quantity.unit, self.facts[fact])
        if converted is None and not quantity.unit:
            if self.answer("单位", fact, "") == "百分数":
                return quantity.value / 100
            words = self.source.slice(quantity.span)
            message = f"“{words}”没有写单位，“{fact}”却是百分比：是{words}%吗？"
            help_text = f"不是的，改数据项的类型；是的，{ROW}{rows_to_add(plain(fact), '单位')}"
            raise self.fault("ZS0464", message, quantity.span, help_text)
        if converted is None and quantity.unit == RATIO and self.facts[fact].type is FactType.PERCENT:
            words = self.source.slice(quantity.span)
            message = f"“{words}”是两部分之比，还是部分占整体？“{fact}”是百分比，说的是占整体多少"
            help_text = f"占整体的，写成几分之几；两部分之比的，“{fact}”的类型写成“数量”，单位写成“比”"
            raise self.fault("ZS0303", message, quantity.span, help_text)
        if converted is None:
            message = f"“{fact}”的单位是“{self.facts[fact].unit}”，这里用“{quantity.unit}”"
            raise self.fault(
                "ZS0303", message, quantity.span, f"都写“{self.facts[fact].unit}”，或都写“{quantity.unit}”"
            )
        return converted

    def line(self, span: Span) -> int:
        """The line on which some words begin."""
        return self.source.position(span.start)[0]

    def fault(self, code: str, message: str, span: Span, help: str, labels: tuple[Label, ...] = ()) -> Fault:
        """A mistake, to be raised."""
        return Fault(Diagnostic(code, message, self.source, span, help, labels))
