"""Worked examples (案例): tables in a rule file with facts as rows and cases as columns, run as tests."""

import datetime
from collections.abc import Iterator
from fractions import Fraction

from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.emit.module import Module
from zhunsheng.compiler.engine.engine import Scoring, prepare
from zhunsheng.compiler.explain.explain import explain
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.rulefile import Parsed
from zhunsheng.dsl.tables import read_table
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.facts import Entry, FactSheet
from zhunsheng.runtime.numbers import read_numeral, shown
from zhunsheng.runtime.reading.quantities import Fault
from zhunsheng.runtime.reading.raw_facts import DATE
from zhunsheng.runtime.reading.typed_text import name_key
from zhunsheng.runtime.reading.values import read_value
from zhunsheng.runtime.result import IndicatorResult, Result
from zhunsheng.runtime.source import Source, Span

_TOTAL, _TIER, _ELIGIBLE = "得分", "等级", "资格"
#: How a case says whether a requirement, or all of them, hold.
_STATES = {"符合": True, "不符合": False, "待定": None}
#: What a case expects where the total lies in no band.
NO_TIER = "无"


@frozen
class Expectation:
    """What a case says must come out: the total, the tier or an indicator's score."""

    what: str
    value: str
    cell: ast.Cell


@frozen
class Case:
    """One column of a table."""

    name: str
    facts: dict[str, Entry]
    expected: tuple[Expectation, ...]
    line: int


@frozen
class Failure:
    """An expectation that was not met."""

    case: Case
    expectation: Expectation
    actual: str
    line: int


def read_cases(parsed: Parsed, program: ir.Program) -> tuple[tuple[Case, ...], tuple[Diagnostic, ...]]:
    """The cases of a file, and the cells that cannot be read."""
    assert parsed.file is not None
    heading = parsed.file.sections.get("案例")
    if heading is None:
        return (), ()
    reader = _CaseReader(parsed.source, program)
    cases = [case for table in _tables(heading, parsed.source) for case in reader.table(table)]
    return tuple(cases), tuple(reader.found)


def _tables(heading: ast.Heading, source: Source) -> Iterator[ast.Table]:
    for raw in heading.cases:
        table, _ = read_table(raw.text, raw.offset, source)
        if table is not None:
            yield table
    for child in heading.children:
        yield from _tables(child, source)


class _CaseReader:
    def __init__(self, source: Source, program: ir.Program) -> None:
        self.source = source
        self.specs = {name_key(spec.name): spec for spec in program.facts}
        self.ids = {leaf.id for leaf in program.leaves()}
        self.required = {_ELIGIBLE, *(requirement.id for requirement in program.requirements)}
        self.tiers = tuple(band.name for band in program.tiers)
        self.found: list[Diagnostic] = []

    def fault(self, message: str, cell: ast.Cell, help: str) -> None:
        self.found.append(Diagnostic("ZS0701", message, *self.source.home(cell.span), help))

    def table(self, table: ast.Table) -> Iterator[Case]:
        for column in range(1, len(table.head)):
            yield self.case(table, column)

    def case(self, table: ast.Table, column: int) -> Case:
        facts: dict[str, Entry] = {}
        expected: list[Expectation] = []
        for row in table.rows:
            label, cell = row[0], row[column]
            if not cell.text:
                continue
            name = plain(label.text).strip("【】")
            if name in (_TOTAL, _TIER) or name in self.ids or name in self.required:
                self.expect(name, cell, expected)
            elif name_key(label.text.strip("【】")) in self.specs:
                self.fact(label, cell, facts)
            elif column == 1 or not row[1].text:
                message = f"没有“{label.text}”这个数据项或指标"
                self.fault(
                    message,
                    label,
                    "照抄数据项的名称，或写：得分、等级、资格、指标编号（如3.3）、条件编号（如条件1）",
                )
        line = _line(self.source, table.head[column].span)
        return Case(table.head[column].text or f"第{column}列", facts, tuple(expected), line)

    def expect(self, name: str, cell: ast.Cell, expected: list[Expectation]) -> None:
        if name == _TIER:
            if cell.text not in (*self.tiers, NO_TIER):
                self.fault(f"没有“{cell.text}”这个等级", cell, "可用的等级：" + "、".join(self.tiers))
                return
        elif name in self.required:
            if cell.text not in _STATES:
                self.fault(f"“{cell.text}”不是符合与否", cell, "写：符合、不符合、待定")
                return
        elif _score(cell.text) is None:
            self.fault(f"“{cell.text}”不是分数", cell, "写数字，如 79.9")
            return
        expected.append(Expectation(name, cell.text, cell))

    def fact(self, label: ast.Cell, cell: ast.Cell, facts: dict[str, Entry]) -> None:
        spec = self.specs[name_key(label.text.strip("【】"))]
        reading = read_value(cell.text, spec)
        if isinstance(reading, Fault):
            self.fault(reading.message, cell, reading.help)
            return
        facts[spec.name] = Entry(
            reading.value,
            cell.text,
            assessor="案例" if spec.type.judgement else "",
            items=reading.items,
            repeated=reading.repeated,
            dates=reading.dates,
            places=reading.places,
        )


def _score(text: str) -> Fraction | None:
    even = plain(text).removesuffix("分")
    value = read_numeral(even.removeprefix("-"))
    return -value if value is not None and even.startswith("-") else value


def score_case(case: Case, program: ir.Program, module: Module) -> Scoring:
    """Scores the facts of a case, on the evaluation date that is one of them."""
    day = case.facts.get(DATE, Entry(None)).value
    date = day if isinstance(day, datetime.date) else None
    return prepare(program, module, FactSheet(case.facts, case.name, date))


def failures(case: Case, scoring: Scoring, source: Source) -> tuple[Failure, ...]:
    """What did not come out as the case says; `source` is the file's, for the lines."""
    if scoring.derivation.faults:
        first = Expectation("数据项", "", ast.Cell("", span=Span(0, 0)))
        return tuple(Failure(case, first, fault.message, case.line) for fault in scoring.derivation.faults)
    result = explain(scoring, scoring.sheet.date)
    scores = {leaf.id: leaf for node in result.indicators for leaf in _leaves(node)}
    found = []
    for expectation in case.expected:
        actual = _actual(expectation.what, result, scores)
        points = None if expectation.value in _STATES else _score(expectation.value)
        wanted = expectation.value if points is None or expectation.what == _TIER else shown(points)
        if actual != wanted:
            line = _line(source, expectation.cell.span)
            found.append(Failure(case, expectation, actual, line))
    return tuple(found)


def _line(source: Source, span: Span) -> int:
    """The line of a cell in the file that it stands in."""
    home, place = source.home(span)
    return home.position(place.start)[0]


def _actual(what: str, result: Result, scores: dict[str, IndicatorResult]) -> str:
    if what == _TIER:
        return result.grade or "、".join(result.possible_grades) or NO_TIER
    states = {condition.id: condition.holds for condition in result.conditions} | {_ELIGIBLE: result.eligible}
    if what in states:
        return next(words for words, state in _STATES.items() if state is states[what])
    if what == _TOTAL:
        low, high = result.total_min, result.total_max
    else:
        low, high = scores[what].score_min, scores[what].score_max
    if low is not None and low == high:
        return shown(low)
    return f"{shown(low or 0)}～{'不限' if high is None else shown(high)}"


def _leaves(node: IndicatorResult) -> list[IndicatorResult]:
    return [leaf for child in node.children for leaf in _leaves(child)] if node.children else [node]
