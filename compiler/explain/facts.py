"""What every part of a trace is told from: a scoring at its low end, intervals, and the facts as they were given."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.emit.module import Module
from zhunsheng.compiler.engine.derive import operands_of
from zhunsheng.compiler.engine.engine import Scoring
from zhunsheng.compiler.explain.derived import before_rounding, working
from zhunsheng.compiler.explain.shown import shown_value
from zhunsheng.runtime.facts import EVALUATION_DATE, Entry, FactSpec, FactType, Value
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.reading.values import range_text
from zhunsheng.runtime.result import FactShown, Number
from zhunsheng.runtime.support import Trace

_NONE = Entry(None)


@frozen
class Ends:
    """The two numbers of an interval, None for no end; the same twice where nothing is missing."""

    low: Number | None
    high: Number | None

    @property
    def value(self) -> Number | None:
        """The number where the ends agree."""
        return self.low if self.low == self.high else None

    def times(self, factor: Fraction) -> "Ends":
        """Both ends, weighted."""
        low, high = self.low, self.high
        return Ends(None if low is None else low * factor, None if high is None else high * factor)


@frozen
class Basis:
    """A scoring with the values that its facts have and the numbers behind the scores of its low end, leaf by leaf."""

    scoring: Scoring
    values: Mapping[str, Value]
    traces: tuple[Trace, ...]
    index: Mapping[str, int]

    @property
    def program(self) -> ir.Program:
        """The standard."""
        return self.scoring.program

    @property
    def specs(self) -> Mapping[str, FactSpec]:
        """The facts by name."""
        return self.scoring.specs

    @property
    def module(self) -> Module:
        """The generated code."""
        return self.scoring.module


def basis_of(scoring: Scoring) -> Basis:
    """What the trace of a scoring is told from."""
    traces = scoring.run(scoring.ends.low_at)[4]
    index = {leaf.id: number for number, leaf in enumerate(scoring.leaves)}
    return Basis(scoring, scoring.derivation.values, traces, index)


def fact_shown(basis: Basis, name: str) -> FactShown:
    """A fact with its value, evidence and formula."""
    spec = basis.specs[name]
    entry = basis.scoring.sheet.entries.get(name, _NONE)
    undecided = basis.scoring.derivation.undecided.get(name)
    value = basis.values.get(name)
    if value is not None:
        printed = shown_value(spec, value)
        if entry.count is not None:
            printed += f"（{entry.count}个）"
    else:
        printed = "无法评定" if undecided else "待定" if entry.worked else "未提供"
    formula = entry.worked
    if entry.value is None and spec.formula:
        formula = undecided or _figures(basis, name)
    return FactShown(
        name,
        printed,
        spec.question,
        entry.evidence,
        entry.assessor,
        entry.reason,
        entry.items,
        entry.repeated,
        formula,
        value is not None,
        entry.assumed,
        spec.type.judgement,
        range_text(spec) if spec.type is FactType.POINTS else "",
        _raw_figures(basis, name) if formula and spec.formula else (),
    )


def _raw_figures(basis: Basis, name: str) -> tuple[FactShown, ...]:
    """What a formula reads, with its evidence; the evaluation date stands on top of the page."""
    facts = ir.formula_facts(figure_of(basis, name).formula)
    return tuple(fact_shown(basis, fact) for fact in facts if fact != EVALUATION_DATE)


def figure_of(basis: Basis, name: str) -> ir.Derived:
    """How a derived fact is worked out."""
    return next(item for item in basis.program.derived if item.fact == name)


def _figures(basis: Basis, name: str) -> str:
    """The formula with its raw figures: 【甲】＝【乙】÷【丙】：30元 ÷ 200元."""
    item = figure_of(basis, name)
    operands = operands_of(item, basis.values, basis.scoring.sheet.entries)
    if operands is not None:
        words = working(item, dict(zip(ir.formula_facts(item.formula), operands, strict=True)))
        if words:
            return f"{item.text}：{words}"
    rounded = ""
    if item.rounding is not None and operands is not None:
        rounded = before_rounding(item, operands, basis.specs[name])
    parts = [
        f"{operand} {shown_value(basis.specs[operand], basis.values[operand])}"
        for operand in ir.formula_facts(item.formula)
        if operand in basis.values
    ]
    return f"{item.text}" + (f"（{'，'.join(parts)}）" if parts else "") + rounded


def end_words(end: Number | None) -> str:
    """An end of an interval: a number, or that there is none."""
    return "不限" if end is None else shown(end)


def total_of(numbers: Iterable[Number | None]) -> Fraction | None:
    """A sum that is open where any part is."""
    total = Fraction(0)
    for number in numbers:
        if number is None:
            return None
        total += number
    return total
