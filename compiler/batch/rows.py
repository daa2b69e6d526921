"""One row by itself, through the readers, the engine and the trace that single applicants go through."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import evolve, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.batch.chunks import BROKEN, BadFile
from zhunsheng.compiler.batch.header import Column, Header
from zhunsheng.compiler.emit.module import Module
from zhunsheng.compiler.engine.engine import Scoring, prepare
from zhunsheng.compiler.explain.explain import explain
from zhunsheng.runtime.facts import EVALUATION_DATE, FactSheet, FactSpec, FactType
from zhunsheng.runtime.reading.entries import check
from zhunsheng.runtime.reading.raw_facts import ASSESSOR, REASON, SUBJECT, VALUE, Answer, Cell, RawFacts

if TYPE_CHECKING:
    from zhunsheng.runtime.result import Result


@frozen
class Rejected:
    """A row that cannot be scored: for each fault, the column and why, in Chinese."""

    reasons: tuple[str, ...]


#: The facts of a row, and those that are open in narrower ranges.
Task = tuple[FactSheet, Mapping[str, FactSpec] | None]
#: What a row is scored from, with the evaluation date.
Prepared = tuple[Scoring, datetime.date | None]


@frozen
class RowScorer:
    """Scores rows under a program; `date` is the evaluation date where the table has none."""

    program: ir.Program
    module: Module
    header: Header
    date: datetime.date | None = None

    def score(self, cells: Mapping[str, Any], where: str) -> "Result | Rejected":
        """The result of a row, or why there is none. `cells` has the values of the table's columns."""
        sheet = self.sheet(cells, where)
        return self.told(sheet if isinstance(sheet, Rejected) else (sheet, None))

    def told(self, task: Task | Rejected) -> "Result | Rejected":
        """The result of checked facts with its trace."""
        found = task if isinstance(task, Rejected) else self.scoring(*task)
        return found if isinstance(found, Rejected) else explain(*found)

    def sheet(self, cells: Mapping[str, Any], where: str) -> FactSheet | Rejected:
        """The facts of a row, checked."""
        if cells.get(BROKEN):
            return Rejected((cells[BROKEN],))
        raw, faults = self._answers(cells, where)
        if faults:
            return Rejected(faults)
        sheet, diagnostics = check(raw, self.program.facts)
        if sheet is None:
            return Rejected(tuple(f"{d.message}。{d.help}" if d.help else d.message for d in diagnostics))
        if sheet.date is None and self.date is not None:
            sheet = evolve(sheet, date=self.date)
        return sheet

    def scoring(self, sheet: FactSheet, specs: Mapping[str, FactSpec] | None = None) -> Prepared | Rejected:
        """What checked facts are scored from; `specs` are some facts as this row has them, those that are open in narrower ranges."""
        program = self.program
        if specs:
            program = evolve(program, facts=tuple(specs.get(spec.name, spec) for spec in program.facts))
        scoring = prepare(program, self.module, sheet)
        if scoring.derivation.faults:
            return Rejected(tuple(d.message for d in scoring.derivation.faults))
        return scoring, sheet.date

    def _answers(self, cells: Mapping[str, Any], where: str) -> tuple[RawFacts, tuple[str, ...]]:
        answers: list[Answer] = []
        faults: list[str] = []
        flags = {
            column.spec.name: cell_text(cells[column.name], None).strip()
            for column in self.header.columns
            if column.absent
        }
        absent = {name for name, flag in flags.items() if flag == "是"}
        for column in self.header.columns:
            if column.absent:
                if flags[column.spec.name] not in ("", "是", "否"):
                    faults.append(f"“{column.name}”应填“是”或“否”")
                continue
            text = cell_text(cells[column.name], column)
            without = text.strip() == "不适用"
            if without and flags.get(column.spec.name) == "否":
                faults.append(f"“{column.name}”填了不适用，“{column.spec.name}不适用”又填否；只留一个")
            if column.spec.name in absent:
                if text.strip() and not without:
                    faults.append(f"“{column.name}”填了值，又说不适用；只留一个")
                text = "不适用"
            answers.append(_answer(column.spec.name, text, where, judged=column.spec.type.judgement))
        for name in absent - {column.spec.name for column in self.header.columns if not column.absent}:
            answers.append(_answer(name, "不适用", where))
        if self.header.subject:
            answers.append(_answer(SUBJECT, cell_text(cells[self.header.subject], None), where))
        if self.header.date:
            answers.append(_answer(EVALUATION_DATE, cell_text(cells[self.header.date], None), where))
        return RawFacts(tuple(answers)), tuple(faults)


def key_texts(frame: pl.DataFrame, names: Sequence[str]) -> list[pl.Expr]:
    """Key columns as text, which is the same that :func:`cell_text` makes of their cells."""

    def text(name: str, kind: pl.DataType) -> pl.Expr:
        if kind.is_float() or kind == pl.Boolean or isinstance(kind, pl.Datetime):
            return pl.col(name).map_elements(lambda cell: cell_text(cell, None), return_dtype=pl.String)
        return pl.col(name).cast(pl.String)

    return [text(name, frame.schema[name]) for name in names]


def named(frame: pl.DataFrame, header: Header, key: str) -> pl.Series:
    """The rows in which some key column has a text; raises :class:`BadFile` where there is no such column."""
    if not header.keys:
        raise BadFile("表里没有可以用来找行的列；用 --key 指明机构名称那一列")
    same = (text.str.strip_chars() == key for text in key_texts(frame, header.keys))
    return frame.select(pl.any_horizontal(same).fill_null(False).alias("same")).to_series()


def _answer(name: str, text: str, where: str, *, judged: bool = False) -> Answer:
    """The answer of a cell. A table has no room for who judged and why; the trace names the table and the row instead."""
    parts = {VALUE: Cell(text, where=where)} if text else {}
    if judged and text and text != "不适用":
        parts |= {ASSESSOR: Cell("批量表", where=where), REASON: Cell(f"见{where}", where=where)}
    return Answer(Cell(name, where=where), parts, where)


def cell_text(value: Any, column: Column | None) -> str:
    """A value of a table as a person would type it for a single applicant; empty where there is none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ") if value.time() != datetime.time() else value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float):
        # Fifteen digits are what was typed; what a double holds beyond them never was.
        value = Decimal(format(value, ".15g"))
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    if column is None or column.spec.type is not FactType.PERCENT or not column.measure:
        return text
    return _percentage(text.strip(), column.measure)


def _percentage(text: str, measure: str) -> str:
    """A number of a column that says what it holds, with the sign."""
    if not text or text.endswith(("%", "％")) or text == "不适用":
        return text
    if measure == "%":
        return f"{text}%"
    sign, plain = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, rest = plain.partition(".")
    if not (whole + rest).isdigit():
        return text
    digits = rest.ljust(2, "0")
    moved = f"{whole}{digits[:2]}".lstrip("0") or "0"
    return f"{sign}{moved}{'.' + digits[2:] if digits[2:] else ''}%"
