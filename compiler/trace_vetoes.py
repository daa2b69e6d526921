"""The vetoes in the trace, of an indicator and of the whole standard."""

from zhunsheng.compiler import ir
from zhunsheng.compiler.bounds import truth
from zhunsheng.compiler.calculation import condition_words
from zhunsheng.compiler.trace_facts import Basis, fact_shown
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.result import VetoResult


def item_veto_result(basis: Basis, veto: ir.ItemVeto) -> VetoResult:
    """A veto of one indicator."""
    return _checked(basis, veto, f"本指标项目视为{shown(veto.score)}分", truth(veto.guard, basis.values))


def veto_result(basis: Basis, veto: ir.Veto, state: bool | None) -> VetoResult:
    """A veto of the whole standard."""
    return _checked(basis, veto, f"直接评为“{veto.tier}”", state)


def _checked(basis: Basis, veto: ir.ItemVeto | ir.Veto, effect: str, state: bool | None) -> VetoResult:
    names = dict.fromkeys(atom.fact for atom in ir.atoms(veto.guard))
    words = condition_words(veto.guard, basis.specs, basis.values)
    readings = "".join(f"；解读 {reading}" for reading in veto.readings)
    facts = tuple(fact_shown(basis, name) for name in names)
    return VetoResult(veto.id, veto.text, effect, state, facts, words + readings, veto.origin)
