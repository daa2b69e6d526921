"""The vetoes in the trace, of an indicator and of the whole standard, and what tiers ask for besides the total, and
the requirements."""

from collections.abc import Sequence
from fractions import Fraction
from typing import assert_never

from attrs import evolve

from zhunsheng.compiler import ir
from zhunsheng.compiler.engine.bounds import compare, truth
from zhunsheng.compiler.engine.outcomes import Outcomes
from zhunsheng.compiler.explain.calculation import OPPOSITE, SIGNS, condition_words
from zhunsheng.compiler.explain.facts import Basis, fact_shown
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.result import ConditionResult, Tier, VetoResult

_COUNTED = {1: "一", 2: "两"}


def item_veto_result(basis: Basis, veto: ir.ItemVeto) -> VetoResult:
    """A veto of one indicator."""
    effect, state = set_words(veto), truth(veto.guard, basis.values)
    surely = _not_lacking(basis, veto.guard) if state is None else ()
    # A division by 0, or a place that is open, is still no 不适用.
    applies = truth(veto.guard, {**basis.values, **dict.fromkeys(surely, 0)})
    if surely and applies is False:
        undecided = basis.scoring.derivation.undecided
        told = (f"“{name}”{'无法评定' if name in undecided else '待定'}，但不是不适用" for name in surely)
        return _checked(basis, veto, effect, False, "，".join(told))
    words = condition_words(veto.guard, basis.specs, basis.values)
    return _checked(basis, veto, effect, state, words)


def _not_lacking(basis: Basis, guard: ir.Condition) -> tuple[str, ...]:
    """The open facts of which a condition asks no more than whether they are 不适用, which they cannot be."""
    atoms = tuple(ir.atoms(guard))
    if not all(isinstance(atom, ir.Lacks) for atom in atoms):
        return ()
    names = dict.fromkeys(atom.fact for atom in atoms)
    ranged = basis.scoring.ranged
    return tuple(name for name in names if name not in basis.values and not ranged[name].allows_na)


def set_words(veto: ir.ItemVeto) -> str:
    """What is said of a score that is set."""
    score = shown(veto.score, "分")
    return f"没有该项指标的，本指标得{score}" if veto.waiver else f"本指标项目视为{score}"


def bar_result(basis: Basis, ids: Sequence[str], bar: ir.ItemVeto) -> VetoResult:
    """What sets clauses to 0 (不得分), by their ids."""
    words = condition_words(bar.guard, basis.specs, basis.values)
    return _checked(basis, bar, f"{'、'.join(ids)}不得分", truth(bar.guard, basis.values), words)


def veto_result(basis: Basis, outcomes: Outcomes, veto: ir.Veto, state: bool | None) -> VetoResult:
    """A rule over the whole result."""
    effect = "，".join(map(_effect_words, veto.effects))
    words = _needs_words(basis, outcomes, veto.guard, veto.demands)
    return evolve(_checked(basis, veto, effect, state, words), limits=basis.program.limits(veto))


def tier_result(basis: Basis, outcomes: Outcomes, band: ir.TierBand, state: bool | None) -> Tier:
    """A tier; where it asks for more than a total, whether that holds and by which numbers."""
    ends: tuple[Fraction | None, bool, Fraction | None, bool]
    ends = (band.low, band.low_included, band.high, band.high_included)
    if basis.program.graded:
        # Levels are tried from the highest; their numbers are of no points.
        ends = (None, False, None, False)
    if band.plain:
        return Tier(band.name, band.text, *ends, readings=band.readings)
    needs = _needs_words(basis, outcomes, band.guard, band.demands, named=True)
    facts = tuple(fact_shown(basis, name) for name in dict.fromkeys(a.fact for a in ir.atoms(band.guard)))
    return Tier(band.name, band.text, *ends, needs, state, band.readings, facts)


def _effect_words(effect: ir.Effect) -> str:
    match effect:
        case ir.SetTier(tier):
            return f"直接评为“{tier}”"
        case ir.SetTotal(points):
            return f"总分视为{shown(points, '分')}"
        case ir.BarTier(tier):
            return f"不得评为“{tier}”"
        case ir.LowerTier(steps):
            return f"等级降{_COUNTED.get(steps, str(steps))}级"
        case ir.RaiseTier(tier):
            return f"直接认定，不低于“{tier}”"
        case ir.NotAssessed():
            return "不予评定"
        case ir.Reported(text):
            return f"{text}（不影响得分）"
        case _:
            assert_never(effect)


def _needs_words(
    basis: Basis,
    outcomes: Outcomes,
    guard: ir.Condition,
    demands: tuple[ir.Demand, ...],
    *,
    named: bool = False,
) -> str:
    """A condition and demands with their numbers put in, `named` with the name of each fact."""
    told = condition_words(guard, basis.specs, basis.values, named=named)
    words = [] if guard == ir.ALWAYS and demands else [told]
    return "；".join([*words, *(_demand_words(basis, outcomes, demand) for demand in demands)])


def _demand_words(basis: Basis, outcomes: Outcomes, demand: ir.Demand) -> str:
    """Each indicator with what it contributes and its bound, and how many reach it."""
    parts = []
    for id, bound in demand.members:
        low, high = outcomes.shares[id]
        if low is None or low != high:
            parts.append(f"{id}的得分未定（要求{SIGNS[demand.operator]} {shown(bound, '分')}）")
            continue
        signs = SIGNS if compare(low, demand.operator, bound) else OPPOSITE
        parts.append(f"{id}得{shown(low, '分')} {signs[demand.operator]} {shown(bound, '分')}")
    return f"{demand.text}：{'，'.join(parts)}"


def _checked(
    basis: Basis, veto: ir.ItemVeto | ir.Veto, effect: str, state: bool | None, words: str
) -> VetoResult:
    names = dict.fromkeys(atom.fact for atom in ir.atoms(veto.guard))
    readings = "".join(f"；解读 {reading}" for reading in veto.readings)
    facts = tuple(fact_shown(basis, name) for name in names)
    waiver = isinstance(veto, ir.ItemVeto) and veto.waiver
    return VetoResult(veto.id, veto.text, effect, state, facts, words + readings, veto.origin, waiver)


def requirement_result(basis: Basis, requirement: ir.Requirement, holds: bool | None) -> ConditionResult:
    """A requirement, met or not."""
    names = dict.fromkeys(atom.fact for atom in ir.atoms(requirement.failure))
    words = condition_words(requirement.guard, basis.specs, basis.values)
    if requirement.applies != ir.ALWAYS:
        words = _for_some(basis, requirement, words)
    readings = "".join(f"；解读 {reading}" for reading in requirement.readings)
    return ConditionResult(
        requirement.id,
        requirement.text,
        holds,
        requirement.binding,
        requirement.effect,
        tuple(fact_shown(basis, name) for name in names),
        words + readings,
        requirement.origin,
    )


def _for_some(basis: Basis, requirement: ir.Requirement, words: str) -> str:
    """The words of a requirement that is asked of some only."""
    applies = truth(requirement.applies, basis.values)
    of_whom = condition_words(requirement.applies, basis.specs, basis.values)
    return f"{of_whom}，不问这一项" if applies is False else f"{of_whom}：{words}"
