"""The arithmetic of a clause with its numbers put in, for the trace.

Every number printed here can be recomputed with a calculator from the page alone.
"""

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise

from zhunsheng.compiler import ir
from zhunsheng.compiler.engine.bounds import compare, truth
from zhunsheng.compiler.explain.counts import (
    Specs,
    Values,
    counted_words,
    growing_words,
    multiplied_words,
    points_words,
    silent_words,
    sloped_words,
    weighed_words,
)
from zhunsheng.compiler.explain.shown import number_in_unit, shown_value
from zhunsheng.runtime.facts import FactSpec, FactType
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.support import NA

#: How the trace writes a comparison that holds, and one that does not.
SIGNS = {">=": "≥", ">": "＞", "<=": "≤", "<": "＜", "==": "＝"}
OPPOSITE = {">=": "＜", ">": "≤", "<=": "＞", "<": "≥", "==": "≠"}


def condition_words(node: ir.Condition, specs: Specs, values: Values, *, named: bool = False) -> str:
    """A condition with its facts put in, as it turned out: 86% ≥ 60%, or 58% ＜ 60%; where facts are not listed
    beside it, each number is `named`: “满意度”86% ≥ 60%."""
    match node:
        case ir.Is(fact, _):
            if fact not in values:
                return f"“{fact}”未提供"
            return f"“{fact}”为{shown_value(specs[fact], values[fact])}"
        case ir.Chosen(fact, options, value):
            wanted = f"（要求{'' if value else '不'}为{'或'.join(options)}）"
            if fact not in values:
                return f"“{fact}”未提供{wanted}"
            chosen = f"“{fact}”为{shown_value(specs[fact], values[fact])}"
            return chosen if truth(node, values) else chosen + wanted
        case ir.Lacks(fact, value):
            if fact not in values:
                return f"“{fact}”未提供"
            if values[fact] is NA:
                return f"“{fact}”不适用"
            return f"“{fact}”为{shown_value(specs[fact], values[fact])}，{'不是不适用' if value else '适用'}"
        case ir.Compare(fact, _, _, ir.Limit() as limit):
            return _name(fact, values, named) + _rounded_comparison(specs[fact], limit, values)
        case ir.Compare(fact, operator, bound):
            return _name(fact, values, named) + _comparison(specs[fact], operator, bound, values)
        case ir.AtLeast(count, parts, most):
            held = [truth(part, values) for part in parts]
            told = "；".join(condition_words(part, specs, values, named=named) for part in parts)
            unknown = f"，{held.count(None)}项待定" if None in held else ""
            return (
                f"{told}（{len(parts)}项中成立{held.count(True)}项{unknown}，要求{_how_many(count, most)}）"
            )
        case ir.AnyOf((first, second), stands_in=True):
            own = _nested(first, specs, values, named)
            other = _nested(second, specs, values, named)
            return own if truth(first, values) else f"{own}，视同：{other}"
        case ir.All(parts) | ir.AnyOf(parts):
            # Of alternatives none of which holds, every one is told with 且: one alone would decide nothing.
            both = isinstance(node, ir.All) or truth(node, values) is False
            joiner = "，且" if both else "，或"
            return joiner.join(_nested(part, specs, values, named) for part in parts)


def _name(fact: str, values: Values, named: bool) -> str:
    """The name in front of a number; what has none is told by its name already."""
    return f"“{fact}”" if named and isinstance(values.get(fact), int | Fraction) else ""


def _nested(node: ir.Condition, specs: Specs, values: Values, named: bool) -> str:
    """A part of a condition; in parentheses where it has parts of its own."""
    words = condition_words(node, specs, values, named=named)
    several = isinstance(node, ir.All | ir.AnyOf) and len(node.parts) > 1
    if isinstance(node, ir.AnyOf) and node.stands_in and truth(node.parts[0], values):
        several = False
    return f"（{words}）" if several else words


def _how_many(count: int, most: int | None) -> str:
    if most is None:
        return f"{count}项"
    if count == most:
        return f"正好{count}项"
    return f"{count}至{most}项" if count else f"不超过{most}项"


def _comparison(spec: FactSpec, operator: ir.Operator, bound: Fraction, values: Values) -> str:
    if spec.name not in values:
        return f"“{spec.name}”未提供（要求{SIGNS[operator]} {number_in_unit(spec, bound)}）"
    value = values[spec.name]
    if not isinstance(value, int | Fraction):
        return f"“{spec.name}”不适用"
    words = f"{shown_value(spec, value)} {{}} {number_in_unit(spec, bound)}"
    if compare(value, operator, bound):
        return words.format(SIGNS[operator])
    return words.format(OPPOSITE[operator]) + f"（要求{SIGNS[operator]}）"


def _rounded_comparison(spec: FactSpec, limit: ir.Limit, values: Values) -> str:
    """94.96%，修约为95%（按GB/T 8170修约值比较） ≥ 95%."""
    value = values.get(spec.name)
    if not isinstance(value, int | Fraction):
        return _comparison(spec, limit.operator, limit.bound, values)
    kept = limit.rounding.of(value)
    words = _comparison(spec, limit.operator, limit.bound, {**values, spec.name: kept})
    return f"{shown_value(spec, value)}修约为{words}（修约值比较法）" if kept != value else words


def calculation(clause: ir.Clause, specs: Specs, values: Values, held: bool, amount: Fraction) -> str:
    """What the clause came to: condition, then 4种 × 20分 = 80分."""
    guard = "" if clause.guard == ir.ALWAYS else condition_words(clause.guard, specs, values)
    if not held:
        return f"{guard}：条件不成立，得0分"
    match clause.amount:
        case ir.Fixed(points):
            body = points_words(points)
        case ir.Judged(fact, sign):
            body = _judged(specs[fact], values, sign)
        case ir.Counted() as counted:
            body = counted_words(counted, specs[counted.fact], values, amount)
        case ir.Tally() as tally:
            body = _tally(tally, specs, values)
        case ir.Linear() as line:
            body = _line(line, specs[line.fact], values)
        case ir.Multiplied(counted, times):
            body = multiplied_words(counted, times, specs, values, amount)
        case ir.Weighed(counted, parts):
            body = weighed_words(counted, parts, specs, values, amount)
        case ir.Growing() as growing:
            body = growing_words(growing, specs[growing.counted.fact], values)
        case ir.Sloped() as slope:
            met = condition_words(slope.met, specs, values)
            body = f"{met}，{sloped_words(slope, specs, values, truth(slope.met, values) is True, amount)}"
    words = f"{guard}，{body}" if guard else body
    barred = [bar.id for bar in clause.bars if truth(bar.guard, values)]
    return f"{words}；{barred[0]}成立，不得分" if barred else words


def _judged(spec: FactSpec, values: Values, sign: int) -> str:
    value = values.get(spec.name)
    if not isinstance(value, int | Fraction):
        return silent_words(spec.name, value)
    return f"评审员评定{points_words(value * sign)}"


def _tally(node: ir.Tally, specs: Specs, values: Values) -> str:
    told = "；".join(condition_words(part, specs, values) for part in node.parts)
    held = [truth(part, values) for part in node.parts].count(True)
    sign = "－" if node.points < 0 else ""
    each, total = shown(abs(node.points)), shown(abs(node.points) * held)
    lead = f"{told}（{len(node.parts)}项中计{held}项）"
    return f"{lead}，{held} × {sign}{each}分 = {sign if held else ''}{total}分"


def _line(node: ir.Linear, spec: FactSpec, values: Values) -> str:
    value = values.get(node.fact)
    if not isinstance(value, int | Fraction):
        return silent_words(node.fact, value)
    x = shown_value(spec, value)
    first, last = node.anchors[0][0], node.anchors[-1][0]
    if value < first or value > last:
        sign, end = ("＜", first) if value < first else ("＞", last)
        return f"{x} {sign} {number_in_unit(spec, end)}，{points_words(node.points(Fraction(value)))}"
    low, high = next((a, b) for a, b in pairwise(node.anchors) if value <= b[0])
    gained = shown(node.points(Fraction(value)), "分")
    if low[0] == 0 and low[1] == 0:
        return f"{shown(high[1], '分')} × {x} ÷ {number_in_unit(spec, high[0])} = {gained}"
    rise, run = high[1] - low[1], number_in_unit(spec, high[0])
    rises = f"＋ {shown(rise, '分')}" if rise >= 0 else f"－ {shown(-rise, '分')}"
    base = number_in_unit(spec, low[0])
    return f"{shown(low[1], '分')} {rises} ×（{x} － {base}）÷（{run} － {base}）= {gained}"


def shortfall(
    clause: ir.Clause, specs: Specs, values: Values, held: bool, room: Fraction | int | None
) -> str:
    """Why points were not earned, or what would earn more; "" where nothing was lost."""
    if room is not None and room <= 0:
        return ""
    if not held:
        return _all_unmet((clause.guard,), specs, values)
    if isinstance(clause.amount, ir.Sloped) and not truth(clause.amount.met, values):
        return _all_unmet((clause.amount.met,), specs, values)
    growing = [count for count in ir.counts(clause.amount) if count.points > 0]
    if len(growing) == 1 and isinstance(clause.amount, ir.Counted | ir.Sloped):
        return _next_step(growing[0], specs[growing[0].fact], values)
    if isinstance(clause.amount, ir.Tally) and clause.amount.points > 0:
        failing = [part for part in clause.amount.parts if truth(part, values) is False]
        return _all_unmet(failing, specs, values)
    if isinstance(clause.amount, ir.Linear):
        best = max(clause.amount.anchors, key=lambda anchor: anchor[1])
        return f"{number_in_unit(specs[clause.amount.fact], best[0])}时得{shown(best[1], '分')}"
    return ""


def _all_unmet(conditions: Iterable[ir.Condition], specs: Specs, values: Values) -> str:
    """Every literal of some conditions that does not hold."""
    atoms = (atom for condition in conditions for atom in ir.atoms(condition))
    return "；".join(_unmet(atom, specs, values) for atom in atoms if _fails(atom, values))


def _fails(atom: ir.Literals, values: Values) -> bool:
    if atom.fact not in values:
        return False
    value = values[atom.fact]
    if not isinstance(atom, ir.Compare):
        return truth(atom, values) is False
    return not (isinstance(value, int | Fraction) and compare(value, atom.operator, atom.bound))


def _unmet(atom: ir.Literals, specs: Specs, values: Values) -> str:
    value = values[atom.fact]
    if value is NA:
        return f"“{atom.fact}”不适用，这一句不计"
    if not isinstance(atom, ir.Compare):
        return f"“{atom.fact}”为{shown_value(specs[atom.fact], value)}"
    assert isinstance(value, int | Fraction)
    spec = specs[atom.fact]
    if atom.limit is not None:
        kept = atom.limit.rounding.of(value)
        plain = ir.Compare(atom.fact, atom.limit.operator, atom.limit.bound)
        return _unmet(plain, specs, {**values, atom.fact: kept})
    gap = abs(Fraction(value) - atom.bound)
    words = f"{shown(gap * 100)}个百分点" if spec.type is FactType.PERCENT else number_in_unit(spec, gap)
    bound = number_in_unit(spec, atom.bound)
    if atom.operator in (">=", ">"):
        return f"“{atom.fact}”未{'达到' if atom.operator == '>=' else '超过'}{bound}，差{words}"
    return f"“{atom.fact}”超出了{bound}，多{words}" if gap else f"“{atom.fact}”正好是{bound}，不在范围内"


def _next_step(node: ir.Counted, spec: FactSpec, values: Values) -> str:
    value = values.get(node.fact)
    if not isinstance(value, int | Fraction) or not node.whole or node.below or node.begun:
        return ""
    above = max(Fraction(0), Fraction(value) - node.base)
    steps = above / node.size
    following = node.base + (steps.numerator // steps.denominator + 1) * node.size
    return f"达到{number_in_unit(spec, following)}时再加{shown(node.points, '分')}"
