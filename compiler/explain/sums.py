"""Sums in the trace: what is done to the sum of a heading or of the whole, step by step, so that it can be redone by hand."""

from collections.abc import Iterable
from fractions import Fraction

from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.engine.bounds import truth
from zhunsheng.compiler.explain.calculation import condition_words
from zhunsheng.compiler.explain.facts import Basis, end_words, fact_shown
from zhunsheng.compiler.explain.shown import shown_value
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.result import Number
from zhunsheng.runtime.support import NA


@frozen
class Told:
    """The lines of what was done to a sum, and what is left of it; None where a missing fact leaves it open."""

    lines: tuple[str, ...]
    left: Fraction | None


def through(basis: Basis, steps: Iterable[ir.Step], raw: Number | None, own: Number | None) -> Told:
    """The steps from a sum, or a score, at its low end; `own` are the points of a heading's own rules. Of coefficients of
    which one is for each option that of the option chosen is told, or the first where it is missing."""
    left = None if raw is None else Fraction(raw)
    lines = []
    seen: set[str] = set()
    for step in steps:
        match step:
            case ir.Clamp():
                lines.append(clamp_words(step, left))
                left = None if left is None else step.cut(left)
            case ir.Scaling():
                told, after = _scaled(basis, step, left)
                state = truth(step.guard, basis.values)
                if not step.of_option or state or (state is None and step.text not in seen):
                    lines.append(told + _sources(basis, step))
                seen.add(step.text)
                left = after
            case ir.OwnPoints():
                added = None if left is None or own is None else left + Fraction(own)
                if left is not None and own is not None and own:
                    lines.append(f"{shown(left)} ＋ {term_words(own)} = {shown(left + Fraction(own))}")
                left = added
    return Told(tuple(line for line in lines if line), left)


def clamp_words(clamp: ir.Clamp | None, raw: Number | None) -> str:
    """What ends of a sum did to it, "" where it has none or they were not reached."""
    if clamp is None:
        return ""
    if raw is None:
        return clamp.text if clamp.low is not None else ""
    cut = clamp.cut(Fraction(raw))
    return "" if cut == raw else f"{clamp.text}：{shown(raw, '分')}计{shown(cut, '分')}"


def term_words(amount: Number | None) -> str:
    """A term of a sum; in parentheses where it is negative."""
    return f"（{shown(amount)}）" if amount is not None and amount < 0 else end_words(amount)


def _sources(basis: Basis, scaling: ir.Scaling) -> str:
    """Where the facts of a coefficient are from, behind its line."""
    told = []
    for fact in (fact_shown(basis, name) for name in ir.scaling_facts(scaling)):
        remarks = (
            ("计算", fact.formula),
            ("佐证材料", fact.evidence),
            ("评审员", fact.assessor),
            ("理由", fact.reason),
        )
        told += [f"{fact.name}的{label}：{text}" for label, text in remarks if text]
    return f"（{'；'.join(told)}）" if told else ""


def _scaled(basis: Basis, scaling: ir.Scaling, score: Fraction | None) -> tuple[str, Fraction | None]:
    """1.2：9分 × 0.8 = 7.2分, and what is left; of a missing fact only that it is open (None, for what follows too)."""
    state = truth(scaling.guard, basis.values)
    guard = "" if scaling.guard == ir.ALWAYS else condition_words(scaling.guard, basis.specs, basis.values)
    lead = f"{scaling.id} {scaling.text}：" + (f"{guard}，" if guard else "")
    factor = basis.values.get(scaling.factor) if isinstance(scaling.factor, str) else scaling.factor
    notes = "".join(f"（解读 {note}）" for note in scaling.readings)
    if state is False:
        return f"{lead}不乘{notes}", score
    if factor is NA:
        return f"{lead}“{scaling.factor}”不适用，不乘{notes}", score
    if score is None or state is None or not isinstance(factor, int | Fraction):
        return f"{lead}待定，按最不利的计{notes}", None
    result = score * factor
    by = (
        shown_value(basis.specs[scaling.factor], factor) if isinstance(scaling.factor, str) else shown(factor)
    )
    return f"{lead}{shown(score)}分 × {by} = {shown(result)}分{notes}", result
