"""Levels (分级评价): what each level of a graded table asks for, as tiers that fall to the one below."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from attrs import evolve, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.ir.bands import Band, interval
from zhunsheng.compiler.lower.bands import band_of_edges, settled
from zhunsheng.compiler.lower.lowering import Fault, Lowering
from zhunsheng.compiler.parts.tiers import Tiers
from zhunsheng.compiler.readings.questions import Question, answers_of, note_of
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolved import LevelRow
from zhunsheng.compiler.resolve.tables import DOUBTS, ROW, rows_to_add
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl import ast
from zhunsheng.runtime.diagnostics import Diagnostic, Label
from zhunsheng.runtime.facts import FactType

_EVERYTHING = Band(None, False, None, False)


@frozen
class _Asked:
    """What one cell asks for: a band of a number, or the truth of a yes/no fact; `band` is None for the latter."""

    cell: ast.LevelCell
    condition: ir.Condition
    band: Band | None


def graded_tiers(standard: Standard) -> Tiers:
    """The tiers of a graded table: 未达到 the lowest level, then the levels. There is no total: the highest level is
    tried first, and each whose cells do not all hold falls to the one below."""
    rows = standard.resolved.levels
    asked: dict[str, list[_Asked]] = {cell.level: [] for cell in rows[0].node.cells}
    notes: dict[str, list[str]] = {level: [] for level in asked}
    faults: list[Diagnostic] = []
    for row in rows:
        if row.fact not in standard.typed:
            continue
        try:
            cells, said = _row(standard, row)
        except Fault as fault:
            faults.append(fault.diagnostic)
            continue
        for cell in cells:
            asked[cell.cell.level].append(cell)
            if cell.cell.kind != "none":
                notes[cell.cell.level] += [
                    note for doubt, note in said if (doubt == "打勾") == (cell.cell.kind == "tick")
                ]
        faults += _nested(standard, row, cells)
    names = list(asked)
    count = len(names)
    bands = [ir.TierBand(f"未达到{names[0]}", f"未达到{names[0]}", None, False, Fraction(-count), False)]
    for place, name in enumerate(names, 1):
        conditions = tuple(own.condition for own in asked[name] if own.condition != ir.ALWAYS)
        high = Fraction(place - count) if place < count else None
        low = Fraction(place - count - 1)
        readings = tuple(dict.fromkeys(notes[name]))
        text = f"{name}一列的要求全部达到"
        bands.append(
            ir.TierBand(name, text, low, True, high, False, ir.All(conditions), falls=True, readings=readings)
        )
    return Tiers(tuple(bands), tuple(faults))


def _row(standard: Standard, row: LevelRow) -> tuple[list[_Asked], list[tuple[str, str]]]:
    """What the cells ask for, and the readings that decided it, each with its doubt."""
    answered = standard.readings.answered(_questions(standard, row))
    lowering = Lowering(standard.source, standard.typed, answers_of(answered), {})
    said = [(a.question.doubt, f"{row.node.title}：{note_of(a.row)}") for a in answered]
    return [_asked(lowering, row, cell) for cell in row.node.cells], said


def _questions(standard: Standard, row: LevelRow) -> Iterator[Question]:
    fact = standard.typed[row.fact]
    for doubt, key, open_cells in (
        ("打勾", row.id, [c for c in row.node.cells if c.kind == "tick" and not fact.type.truth]),
        ("方向", row.id, [c for c in row.node.cells if len(c.edges) == 1 and c.edges[0].comparison is None]),
        ("本数", row.id, [c for c in row.node.cells if len(c.edges) == 2 and c.edges[1].comparison is None]),
        ("单位", row.fact, [c for c in row.node.cells if c.edges and not c.edges[0].quantity.unit]),
    ):
        if open_cells and (doubt != "单位" or fact.type is FactType.PERCENT):
            at = open_cells[0].span
            yield Question(doubt, key, "分级评价", (row.id,), (row.segment,), at, DOUBTS[doubt], row.fact)


def _asked(lowering: Lowering, row: LevelRow, cell: ast.LevelCell) -> _Asked:
    fact = lowering.facts[row.fact]
    if cell.kind == "none":
        return _Asked(cell, ir.ALWAYS, None if fact.type.truth else _EVERYTHING)
    if cell.kind == "tick":
        if fact.type.truth:
            return _Asked(cell, ir.Is(row.fact), None)
        adopted = lowering.answer("打勾", row.id, "")
        if not adopted:
            message = (
                f"“{row.node.title}”各级多是数，这一格却只有“√”：例如为0，按“有”没有达到，按“不限”达到了"
            )
            raise lowering.fault("ZS0463", message, cell.span, ROW + rows_to_add(row.id, "打勾"))
        if adopted == "不限":
            return _Asked(cell, ir.ALWAYS, _EVERYTHING)
        band = Band(Fraction(0), False, None, False)
        return _Asked(cell, interval(row.fact, band), band)
    if len(cell.edges) == 2 and cell.edges[1].comparison is None:
        cell = evolve(cell, edges=(cell.edges[0], _bare_end(lowering, row, cell.edges[1])))
    edges = tuple(settled(lowering, e, row.fact, row.id) if len(cell.edges) == 1 else e for e in cell.edges)
    band = band_of_edges(lowering, edges, row.fact, row.id, cell.span)
    return _Asked(cell, interval(row.fact, band), band)


def _bare_end(lowering: Lowering, row: LevelRow, end: ast.Edge) -> ast.Edge:
    """The upper end of a range in a cell, as the 解读 本数 has it."""
    adopted = lowering.answer("本数", row.id, "")
    if not adopted:
        words = official(lowering.source.slice(end.span))
        message = f"“{words}”含不含本数？例如正好{words}：按“不含”没有达到，按“含”达到了"
        help_text = ROW + rows_to_add(row.id, "本数", ("不含", "含"))
        raise lowering.fault("ZS0412", message, end.span, help_text)
    return evolve(end, comparison="le" if adopted == "含" else "lt")


def _nested(standard: Standard, row: LevelRow, cells: list[_Asked]) -> Iterator[Diagnostic]:
    """A level that asks less than the one below it could be reached without that one."""
    for lower, upper in pairwise(cells):
        looser = upper.condition == ir.ALWAYS != lower.condition
        if lower.band is not None and upper.band is not None:
            looser = not _within(upper.band, lower.band)
        if looser:
            message = f"“{row.node.title}”：{upper.cell.level}的要求比{lower.cell.level}松"
            label = (Label(lower.cell.span, f"{lower.cell.level}的要求"),)
            help_text = "高一级的要求应包括低一级的；核对这两格"
            yield Diagnostic("ZS0134", message, standard.source, upper.cell.span, help_text, label)


def _within(inner: Band, outer: Band) -> bool:
    """Whether every number of one band is in another."""
    low = outer.low is None or (
        inner.low is not None
        and (
            inner.low > outer.low
            or (inner.low == outer.low and (outer.low_included or not inner.low_included))
        )
    )
    high = outer.high is None or (
        inner.high is not None
        and (
            inner.high < outer.high
            or (inner.high == outer.high and (outer.high_included or not inner.high_included))
        )
    )
    return low and high
