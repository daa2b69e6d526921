"""The line that adds the indicators' contributions to the total, and tells where the total is cut."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from zhunsheng.compiler import ir
from zhunsheng.compiler.explain.derived import rounding_words
from zhunsheng.compiler.explain.facts import Basis, Ends, end_words, total_of
from zhunsheng.compiler.explain.sums import clamp_words, term_words, through
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.result import IndicatorResult, Number


def summation(basis: Basis, indicators: tuple[IndicatorResult, ...], ends: Ends) -> str:
    """The sum of the total, as the low end has it."""
    low = end_words(ends.low)
    if basis.program.total_fact is not None:
        given = basis.values.get(basis.program.total_fact)
        if not isinstance(given, int | Fraction):
            return f"总分由“{basis.program.total_fact}”直接给出，它没有提供"
        return f"总分由“{basis.program.total_fact}”直接给出：{_rounded(basis, given) or f'{low}分'}"
    clamped = {node.id for node in ir.nodes(basis.program.indicators) if node.clamp is not None or node.steps}
    rule = basis.program.rescale
    if rule is not None and rule.groups:
        clamped |= {node.id for node in basis.program.indicators}
    amounts = [node.contribution_min for top in indicators for node in _summed(top, clamped)]
    lead = "" if ends.value is not None else "最低："
    summed = " ＋ ".join(map(term_words, amounts))
    raw = plain = total_of(amounts)
    told = ""
    if rule is not None and not rule.groups:
        (nodes,) = ir.rescaled_parts(basis.program, rule)
        extra = total_of(
            top.contribution_min
            for top, node in zip(indicators, basis.program.indicators, strict=True)
            if node.extra
        )
        own = None if raw is None or extra is None else raw - extra
        scaled, told = rescaled(basis, nodes, Ends(own, own), "")
        raw = None if scaled.low is None or extra is None else scaled.low + extra
        if told and extra and raw is not None and scaled.low is not None:
            told += f"；{shown(scaled.low)} ＋ {term_words(extra)} = {shown(raw)}"
    done = through(basis, basis.program.steps, raw, None)
    still_open = done.left is None and raw is not None
    raw = done.left
    cut = "" if still_open else clamp_words(basis.program.clamp, raw)
    finished = _rounded(basis, raw)
    if still_open and ends.low is not None:
        finished = f"合起来最低{shown(ends.low, '分')}"
    if lowered := _tied(basis, raw, ends):
        finished = f"{finished}；{lowered}" if finished else lowered
    more = "".join(f"；{words}" for words in (told, *done.lines, cut, finished) if words)
    shown_sum = f"{summed} = {end_words(plain)}" if more else f"{summed} = {low}"
    return f"{lead}{shown_sum if len(amounts) > 1 else summed}{more}"


def _tied(basis: Basis, raw: Number | None, ends: Ends) -> str:
    """Where a missing figure ties indicators together, what their least scores do not come to at once."""
    if raw is None or ends.low is None or not basis.scoring.missing:
        return ""
    clamp, rounding = basis.program.clamp, basis.program.rounding
    cut = Fraction(raw) if clamp is None else clamp.cut(Fraction(raw))
    reached = cut if rounding is None else rounding.of(cut)
    if ends.low < reached:
        return f"各指标共用没有提供的数据项，合起来最低按{shown(ends.low, '分')}计（不高于实际）"
    return "" if ends.low == reached else f"各指标不能同时取到最低，合起来最低{shown(ends.low, '分')}"


def _rounded(basis: Basis, raw: Number | None) -> str:
    """How the total is rounded, after its ends; "" where it is not."""
    rounding, clamp = basis.program.rounding, basis.program.clamp
    if rounding is None or raw is None:
        return ""
    return rounding_words(Fraction(raw) if clamp is None else clamp.cut(Fraction(raw)), rounding, "分")


def rescaled(basis: Basis, nodes: tuple[ir.Indicator, ...], ends: Ends, told: str) -> tuple[Ends, str]:
    """A sum without the absent indicators, scaled up for them, and the arithmetic of it."""
    rule = basis.program.rescale
    assert rule is not None
    members = tuple(ir.leaves(nodes))
    gone = [leaf for leaf in members if basis.scoring.absent.get(leaf.id)]
    if not gone:
        return ends, told
    full = sum(map(ir.worth, members), Fraction(0))
    left = full - sum(map(ir.worth, gone), Fraction(0))
    to = rule.goal(full)
    names = "、".join(f"{leaf.id}（{shown(ir.worth(leaf), '分')}）" for leaf in gone)
    if not left:
        return Ends(Fraction(0), Fraction(0)), f"{names}全部缺项，无法评定（{rule.text}）"
    scaled = ends.times(to / left)
    if scaled.low is None or ends.low is None:
        return scaled, f"缺项{names}：{rule.text}"
    gap = shown(full - left)
    sums = f"{shown(ends.low)} ÷ （{shown(full)} － {gap}） × {shown(to)} = {shown(scaled.low)}"
    return scaled, f"缺项{names}，{rule.text}：{sums}"


def end_summation(basis: Basis, indicators: tuple[IndicatorResult, ...]) -> str:
    """The arithmetic of a total from which nothing is missing, scaled up within headings where it is."""
    rule = basis.program.rescale
    groups = indicators if rule is not None and rule.groups else ()
    told = [f"{group.id} {step}；" for group in groups for step in group.steps]
    return "".join(told) + summation(basis, indicators, Ends(*basis.scoring.interval))


def _summed(node: IndicatorResult, clamped: Iterable[str]) -> Iterator[IndicatorResult]:
    """The parts of the total: leaves, and headings whose own sum has ends."""
    if not node.children or node.id in clamped:
        yield node
        return
    for child in node.children:
        yield from _summed(child, clamped)
