"""Reading the cells of rule tables through the grammar: thresholds, what points are given for, labels with conditions."""

from collections.abc import Callable
from fractions import Fraction
from typing import TypeVar

from attrs import frozen

from zhunsheng.dsl import ast
from zhunsheng.dsl.clauses.awards import Manner, read_manner
from zhunsheng.dsl.clauses.clause import excessive
from zhunsheng.dsl.clauses.conditions import read_conditions
from zhunsheng.dsl.clauses.quantities import read_bounds, read_quantity
from zhunsheng.dsl.clauses.tokens import CellStart, Fault, Node, Reader, as_token, as_tree
from zhunsheng.dsl.normal import normalise
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Source

_T = TypeVar("_T")


@frozen
class UnitCell:
    """What points are given for: so many of a fact's units, each of what a fact counts, or nothing but a period.
    `manner` is as in ``ast.Per``."""

    quantity: ast.Quantity | None = None
    manner: Manner = ""
    counted: ast.FactMention | None = None


@frozen
class LabelCell:
    """A label that is a condition: 【好评率】达70%."""

    conditions: tuple[ast.Condition, ...]
    joiners: tuple[ast.Joiner, ...]


def read_range(cell: ast.Cell, source: Source, *, total: bool = False) -> tuple[ast.Edge, ...] | Diagnostic:
    """Reads ≥50, 80%, 501-1000, 80001以上; where it is said of the `total`, 80≤总分<90 too."""

    def bounds(reader: Reader, tree: Node) -> tuple[ast.Edge, ...]:
        if tree.data == "score_flanked" and not total:
            raise reader.fault("ZS0202", "这一格说的是这一行的数，不是总分", tree, "写成“80-90”“≥80”这样")
        return read_bounds(reader, tree)

    return _read(cell, "range_cell", source, bounds)


def read_unit(cell: ast.Cell, source: Source) -> UnitCell | Diagnostic:
    """Reads 每个, 每2次, 活动期间, or the 【fact】 that counts the instances."""

    def unit(reader: Reader, tree: Node) -> UnitCell:
        if tree.data == "period":
            # 每年 elsewhere is a period; in a column of units it is what points are given for.
            if str(tree.children[0]) == "每年" and len(tree.children) == 1:
                return UnitCell(ast.Quantity(Fraction(1), "年", span=cell.span))
            return UnitCell()
        if tree.data == "instances":
            return UnitCell(counted=reader.fact(as_token(tree.children[0]), []))
        amount = read_quantity(reader, as_tree(tree.children[-1]))
        return UnitCell(amount, read_manner(tree))

    return _read(cell, "unit_cell", source, unit)


def read_label_conditions(cell: ast.Cell, source: Source) -> LabelCell | Diagnostic:
    """Reads 【好评率】达70%, or a 【fact】 alone."""

    def label(reader: Reader, tree: Node) -> LabelCell:
        return LabelCell(*read_conditions(reader, as_tree(tree.children[0])))

    return _read(cell, "label_cell", source, label)


def _read(
    cell: ast.Cell, start: CellStart, source: Source, build: Callable[[Reader, Node], _T]
) -> _T | Diagnostic:
    """What `build` makes of a cell's tree, or what is wrong with the cell."""
    normal = normalise(source.slice(cell.span), cell.span.start)
    reader = Reader(normal, 0, source)
    excess = excessive(reader, normal.text)
    if excess is not None:
        return excess
    tree, fault = reader.parse(normal.text, start)
    if tree is None:
        assert fault is not None
        return fault
    try:
        return build(reader, tree)
    except Fault as error:
        return error.diagnostic
