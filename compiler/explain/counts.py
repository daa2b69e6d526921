"""The arithmetic of counted points with its numbers put in: steps, products, parts of the cases, slopes."""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor

from zhunsheng.compiler import ir
from zhunsheng.compiler.explain.shown import number_in_unit, shown_value
from zhunsheng.runtime.facts import FactSpec, FactType, Value
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.support import NA

#: Of more instances the trace does not tell the points one by one.
_MOST_TERMS = 10

Specs = Mapping[str, FactSpec]
Values = Mapping[str, Value]


def points_words(points: Fraction | int) -> str:
    """得50分 or 扣5分."""
    return f"扣{shown(-points, '分')}" if points < 0 else f"得{shown(points, '分')}"


def steps_of(node: ir.Counted, value: Value | None) -> Fraction:
    """The steps that a fact makes; of 不适用 none."""
    if not isinstance(value, int | Fraction):
        return Fraction(0)
    gap = max(Fraction(0), node.base - value if node.below else Fraction(value) - node.base) / node.size
    if not node.whole:
        return gap
    return Fraction(ceil(gap) if node.begun else floor(gap))


def counted_words(node: ir.Counted, spec: FactSpec, values: Values, amount: Fraction) -> str:
    """4种 × 20分 = 80分; 2起 × 5分 = 10分，扣10分."""
    silent = _silent(node.fact, values)
    if silent:
        return silent
    each, total = shown(abs(node.points), "分"), shown(abs(amount), "分")
    verdict = f"，扣{total}" if node.points < 0 else ""
    if is_score(node, spec):
        return _by_formula(node, values[node.fact], total)
    told, factor = told_steps(node, spec, values)
    if not factor:
        return f"{told}，{'不扣分' if node.points < 0 else '得0分'}"
    return f"{told}{factor} × {each} = {total}{verdict}"


def is_score(node: ir.Counted, spec: FactSpec) -> bool:
    """Whether what is counted are points themselves, as a formula gives them."""
    one = abs(node.points) == 1 and node.base == 0 and node.size == 1
    return one and not node.whole and not node.below and spec.unit == "分"


def _by_formula(node: ir.Counted, value: Value, total: str) -> str:
    """按算式得9.5分."""
    off = node.points < 0
    if isinstance(value, int | Fraction) and value < 0:
        return f"按算式为{shown(value)}分，低于0分，{'不扣分' if off else '得0分'}"
    return f"按算式{'扣' if off else '得'}{total}"


def told_steps(node: ir.Counted, spec: FactSpec, values: Values) -> tuple[str, str]:
    """How the steps come about, and their number as a factor; "" where there are none."""
    value = values[node.fact]
    assert isinstance(value, int | Fraction)
    x, base = shown_value(spec, value), number_in_unit(spec, node.base)
    if node.base == 0 and node.size == 1 and spec.type.whole and not node.below:
        return "", x  # every one of a whole number counts
    gap = node.base - value if node.below else Fraction(value) - node.base
    if gap < 0 or (gap == 0 and (node.base or node.below)):
        relation = "＝" if gap == 0 else "＞" if node.below else "＜"
        return f"{x} {relation} {base}，没有{'低于' if node.below else '超出'}的部分", ""
    size = step_size(node, spec)
    over = f"（{base} － {x}）" if node.below else f"（{x} － {base}）" if node.base else f"{x} "
    start = f"{over}÷ {size}"
    exact = max(Fraction(0), gap) / node.size
    if not node.whole:
        return "", start
    steps = steps_of(node, value)
    if exact == steps:
        return f"{start} = {shown(steps)}步；", shown(steps)
    how = "不足一步按一步计，" if node.begun else "取整"
    return f"{start} = {shown(exact)}，{how}{shown(steps)}步；", shown(steps)


def multiplied_words(
    counted: ir.Counted, times: ir.Counted, specs: Specs, values: Values, amount: Fraction
) -> str:
    """3户 × 2月 × 5分 = 30分，扣30分."""
    for count in (counted, times):
        silent = _silent(count.fact, values)
        if silent:
            return silent
    factors = []
    lead = ""
    for count in (counted, times):
        told, factor = told_steps(count, specs[count.fact], values)
        lead += told
        factors.append(factor or "0")
    total = shown(abs(amount), "分")
    verdict = f"，扣{total}" if counted.points < 0 else ""
    return f"{lead}{' × '.join(factors)} × {shown(abs(counted.points), '分')} = {total}{verdict}"


def weighed_words(
    counted: ir.Counted, parts: tuple[ir.Counted, ...], specs: Specs, values: Values, amount: Fraction
) -> str:
    """3起 × 5分 ＋ 情节严重1起 × 5分 = 20分，扣20分."""
    silent = _silent(counted.fact, values)
    if silent:
        return silent
    sign = -1 if counted.points < 0 else 1
    most = steps_of(counted, values[counted.fact])
    told, factor = told_steps(counted, specs[counted.fact], values)
    text = f"{told}{factor or '0'} × {shown(abs(counted.points), '分')}"
    for part in parts:
        steps = min(steps_of(part, values.get(part.fact)), most)
        joiner = "＋" if part.points * sign > 0 else "－"
        name = f"“{part.fact}”{shown(steps)}{specs[part.fact].unit}"
        if steps_of(part, values.get(part.fact)) > most:
            name += "（不多于总数）"
        text += f" {joiner} {name} × {shown(abs(part.points), '分')}"
    total = shown(abs(amount), "分")
    return f"{text} = {total}" + (f"，扣{total}" if sign < 0 else "")


def growing_points(node: ir.Growing, steps: Fraction) -> Fraction:
    """The points of so many instances together."""
    return sum((_nth(node, number) for number in range(int(steps))), Fraction(0))


def _nth(node: ir.Growing, number: int) -> Fraction:
    """The points of one instance, counted from 0."""
    further = number - len(node.firsts)
    return node.firsts[number] if further < 0 else node.counted.points + further * node.rise


def growing_words(node: ir.Growing, spec: FactSpec, values: Values) -> str:
    """3次：1分 ＋ 2分 ＋ 3分 = 6分，扣6分; of many the first and the last: （1分 ＋ 20分）× 20 ÷ 2."""
    silent = _silent(node.counted.fact, values)
    if silent:
        return silent
    off = ir.takes_off(node)
    told, factor = told_steps(node.counted, spec, values)
    count = int(steps_of(node.counted, values[node.counted.fact]))
    if not factor or not count:
        return f"{told or factor}，{'不扣分' if off else '得0分'}"
    own = [shown(abs(_nth(node, number))) for number in range(min(count, _MOST_TERMS))]
    sums = " ＋ ".join(f"{points}分" for points in own)
    if count > _MOST_TERMS:
        ahead, more = [f"{shown(abs(points))}分" for points in node.firsts], count - len(node.firsts)
        first, last = (shown(abs(_nth(node, at))) for at in (len(node.firsts), count - 1))
        line = f"（{first}分 ＋ {last}分）× {more} ÷ 2" if node.rise else f"{first}分 × {more}"
        sums = " ＋ ".join([*ahead, line])
    total = f"{shown(abs(growing_points(node, Fraction(count))))}分"
    return f"{told}{count}{node_unit(spec)}：{sums} = {total}" + (f"，扣{total}" if off else "")


def node_unit(spec: FactSpec) -> str:
    """The unit of what is counted, where it has one."""
    return spec.unit or "次"


def sloped_words(node: ir.Sloped, specs: Specs, values: Values, met: bool, amount: Fraction) -> str:
    """得10分；（90% － 88%）÷ 1个百分点 = 2步；10分 － 2 × 2分 = 6分."""
    points = shown(node.points, "分")
    count = node.beyond if met else node.missed
    if met and count is None:
        return f"得{points}"
    if count is None:
        return "未达标，得0分"
    spec = specs[count.fact]
    silent = _silent(count.fact, values)
    if silent:
        known = count.fact in (atom.fact for atom in ir.amount_atoms(node))
        return f"得{points}" if met else "得0分" if known else silent
    told, factor = told_steps(count, spec, values)
    lead = "达标" if met else "未达标"
    if not factor:
        return f"{lead}，{told}，得{points}"
    reached = node.points + count.points * steps_of(count, values[count.fact])
    sum_words = f"{points} {'＋' if met else '－'} {factor} × {shown(abs(count.points), '分')}"
    if reached < 0:
        return f"{lead}，{told}{sum_words} 低于0分，得0分"
    return f"{lead}，{told}{sum_words} = {shown(amount, '分')}"


def step_size(node: ir.Counted, spec: FactSpec) -> str:
    """The size of a step: 10个百分点, 100家."""
    if spec.type is FactType.PERCENT:
        return f"{shown(node.size * 100)}个百分点"
    return number_in_unit(spec, node.size)


def _silent(fact: str, values: Values) -> str:
    """What is said of a count that has no number; "" where it has one."""
    value = values.get(fact)
    return "" if isinstance(value, int | Fraction) else silent_words(fact, value)


def silent_words(fact: str, value: Value | None) -> str:
    """What is said of a fact that has no number."""
    return f"“{fact}”不适用，得0分" if value is NA else f"“{fact}”未提供"
