"""Units in formulas (单位): what each part of a formula is counted in, and conversions where units of one kind meet.

Every part has an exponent and a unit for each kind that it is counted in: 【产值】÷【人数】 in 万元 and 人 is 万元 to the
first and 人 to the minus first. A bare number, or a fact without a unit, may be of any unit: such a part is open.
"""

from collections.abc import Mapping
from fractions import Fraction

from attrs import evolve, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower.lowering import Fault
from zhunsheng.compiler.resolve.typed import MONEY, Typed
from zhunsheng.dsl import ast
from zhunsheng.dsl.words import ALIKE_UNITS, DURATION_UNITS
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.facts import FactType
from zhunsheng.runtime.numbers import RATIO, shown
from zhunsheng.runtime.source import Source, Span

_MONEY = "金额"
#: Units of numbers that say how many times one is another.
_RATIOS = ("%", "倍", RATIO)
#: Units that say nothing about what is counted.
_ANY = ("", "分")
_WORDS = {"+": "相加", "-": "相减"}


@frozen
class Part:
    """A part of a formula with its units: exponent and unit of each kind.

    `converted` are the kinds in which units were converted, `ratio` is one that cancelled so; `added` says that a bare
    number was added; `factors` are the bare numbers that multiply or divide.
    """

    node: ir.Formula
    units: Mapping[str, tuple[int, str]]
    open: bool
    converted: frozenset[str] = frozenset()
    ratio: str = ""
    added: bool = False
    factors: frozenset[Fraction] = frozenset()
    used: frozenset[Fraction] = frozenset()

    @property
    def bare(self) -> bool:
        """Whether it is a number without any unit."""
        return self.open and not self.units


def number(value: Fraction) -> Part:
    """A number as written."""
    return Part(ir.Const(value), {}, True, factors=frozenset((value,)))


def of_fact(fact: Typed) -> Part:
    """A fact in its own unit."""
    node = ir.Ref(fact.name)
    if fact.unit in _ANY:
        return Part(node, {}, True)
    return Part(node, {} if fact.unit in _RATIOS else {_kind(fact.unit)[0]: (1, fact.unit)}, False)


def _kind(unit: str) -> tuple[str, Fraction | None]:
    """The kind of a unit and its size among its kind; None where nothing converts into it."""
    if unit in MONEY:
        return _MONEY, MONEY[unit]
    if unit in DURATION_UNITS:
        base, size = DURATION_UNITS[unit]
        return base, Fraction(size)
    return f"“{ALIKE_UNITS.get(unit, unit)}”", None


def _converts(kind: str) -> bool:
    return not kind.startswith("“")


@frozen
class Units:
    """Joins the parts of one formula."""

    source: Source

    def joined(self, node: ast.Binary, one: Part, two: Part) -> Part:
        """Two parts joined by an operator, the second in the units of the first."""
        if node.operator in _WORDS and not one.open and not two.open:
            self._alike(node, one, two)
        two = _in_units_of(one, two)
        sign = {"*": 1, "/": -1}.get(node.operator)
        found = evolve(
            one,
            node=ir.Arith(node.operator, one.node, two.node),
            converted=one.converted | two.converted,
            ratio=one.ratio or two.ratio,
            added=one.added or two.added,
            factors=one.factors | two.factors,
            used=one.used | two.used,
        )
        if sign is None:
            if one.bare or two.bare:
                units, added = one.units or two.units, one.bare != two.bare
                return evolve(found, units=units, open=one.open and two.open, added=found.added or added)
            same = one.units.keys() == two.units.keys()
            return evolve(found, units=one.units if same else {}, open=one.open or two.open)
        units = dict(one.units)
        ratio = found.ratio
        for kind, (power, unit) in two.units.items():
            total = units.get(kind, (0, unit))[0] + sign * power
            units[kind] = (total, units.get(kind, (0, unit))[1])
            if not total:
                del units[kind]
                ratio = ratio or (kind if kind in found.converted else "")
        return evolve(found, units=units, open=one.open or two.open, ratio=ratio)

    def _alike(self, node: ast.Binary, one: Part, two: Part) -> None:
        if {kind: power for kind, (power, _) in one.units.items()} == {
            kind: power for kind, (power, _) in two.units.items()
        }:
            return
        sides = (self._words(node.left), self._words(node.right))
        told = "，".join(f"{side}{_told(part)}" for side, part in zip(sides, (one, two), strict=True))
        help_text = (
            "在“数据项”表中写明能换算的单位；一个单位折算成几分的，各乘一个数，如【网点】×2＋【人员】×0.5"
        )
        raise self.fault("ZS0303", f"{told}，不能{_WORDS[node.operator]}", node.span, help_text)

    def _words(self, node: ast.Formula) -> str:
        return f"“{self.source.slice(node.span).strip('【】')}”"

    def finished(self, part: Part, result: Typed, span: Span) -> ir.Formula:
        """The whole formula in the unit of its fact, or what is unclear about it."""
        own = None if result.unit in _ANY else _kind(result.unit)
        for kind, (power, unit) in part.units.items():
            if own is not None and own[0] == kind and unit != result.unit and _converts(kind):
                if power != 1:
                    raise self._unclear(result, span, f"“{unit}”和“{result.unit}”")
                part = _converted(part, kind, result.unit)
            elif kind in part.converted and (own is None or own[0] != kind or power != 1):
                raise self._unclear(result, span, f"{_name(kind)}的几个单位")
            self._fits(part, kind, power, unit, result, span)
        if part.ratio and result.unit not in _RATIOS:
            divided = (
                f"；“{result.name}”是比值的，类型写百分比，或单位写倍；"
                "是每年、每万元多少的，作除数的类型写数量，不写单位"
            )
            raise self._unclear(result, span, f"相除的两个{_name(part.ratio)}的单位", divided)
        if part.converted and part.added:
            message = "算式里的单位由程序换算，没有单位的数加在换算过的数上，说不清是多少"
            raise self.fault("ZS0345", message, span, "在“数据项”表中把这些数据项写成同一个单位")
        by_hand = part.factors & (part.used | {1 / factor for factor in part.used})
        if by_hand:
            words = shown(min(by_hand))
            message = f"算式里的{words}是换算单位的吗？单位不同的数由程序换算，再乘一次或除一次就错了"
            help_text = f"删去{words}；不是换算单位的，在“数据项”表中把这些数据项写成同一个单位"
            raise self.fault("ZS0345", message, span, help_text)
        return part.node

    def _fits(self, part: Part, kind: str, power: int, unit: str, result: Typed, span: Span) -> None:
        """Money and time are no ratio, and no other kind of money or time."""
        if part.open or not _converts(kind):
            return
        timed = result.type in (FactType.MONEY, FactType.DURATION) and bool(result.unit)
        other = timed and len(part.units) == 1 and power == 1 and _kind(result.unit)[0] != kind
        if other or result.unit in _RATIOS:
            message = f"算式得出的{_told(part)}，换算不成“{result.name}”的单位“{result.unit}”"
            raise self.fault("ZS0303", message, span, "在“数据项”表中写明能换算的单位")

    def _unclear(self, result: Typed, span: Span, what: str, divided: str = "") -> Fault:
        message = f"{what}不同，换算以后“{result.name}”是什么单位，看不出来"
        help_text = f"在“数据项”表中把这些数据项写成同一个单位{divided}"
        return self.fault("ZS0345", message, span, help_text)

    def fault(self, code: str, message: str, span: Span, help: str) -> Fault:
        """A mistake in the formula."""
        return Fault(Diagnostic(code, message, self.source, span, help))


def _name(kind: str) -> str:
    return kind if kind == _MONEY else "时长"


def _told(part: Part) -> str:
    """的单位是“万元”, 的单位是“次/家”."""
    over = "·".join(unit for power, unit in part.units.values() if power > 0)
    under = "·".join(unit for power, unit in part.units.values() if power < 0)
    words = f"{over or 1}/{under}" if under else over
    return f"的单位是“{words}”" if words else "是百分比或倍数"


def _in_units_of(one: Part, two: Part) -> Part:
    """A part in the units that another has for the same kinds."""
    for kind, (_, unit) in two.units.items():
        if kind in one.units and one.units[kind][1] != unit:
            two = _converted(two, kind, one.units[kind][1])
    return two


def _converted(part: Part, kind: str, unit: str) -> Part:
    """A part with one of its units converted; units of the same size, as 月 and 个月, are one."""
    power, own = part.units[kind]
    before, after = _kind(own)[1], _kind(unit)[1]
    assert before is not None and after is not None, "only money and time have several units of one kind"
    factor = (before / after) ** power
    units = {**part.units, kind: (power, unit)}
    if factor == 1:
        return evolve(part, units=units)
    return evolve(
        part,
        node=ir.Arith("*", part.node, ir.Const(factor)),
        units=units,
        converted=part.converted | {kind},
        used=part.used | {factor},
    )
