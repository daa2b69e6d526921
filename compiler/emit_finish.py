"""The finish: from the scores of the leaves to the total, the tier and the general vetoes.

``score`` and ``trace`` of a generated module end with the same finish. It sets ``total`` and ``tier``; that of the
trace also ``score_tier``, the tier before any veto, and ``vetoes``, which of them hold.
"""

from fractions import Fraction

from zhunsheng.compiler import ir
from zhunsheng.compiler.emit_expressions import condition, split, split_facts, times
from zhunsheng.compiler.emit_scope import Scope
from zhunsheng.compiler.writer import Writer, literal


def write_finish(out: Writer, scope: Scope, program: ir.Program, scores: list[str], traced: bool) -> None:
    """The statements from the expressions of the leaves' scores, in order, to total and tier."""
    _write_total(out, scope, program, scores)
    _write_tier(out, scope, program)
    _write_vetoes(out, scope, program, traced)


def _write_total(out: Writer, scope: Scope, program: ir.Program, scores: list[str]) -> None:
    """The weighted sum, or the fact that is the total."""
    if program.total_fact is not None:
        out.line(f"    total: Points = {times(scope.param(program.total_fact), scope.scales.total)}")
        return
    terms = [
        times(score, scope.weight(leaf.weight)) for score, leaf in zip(scores, program.leaves(), strict=True)
    ]
    out.wrapped("    total: Points = ", terms or ["0"], " + ")


def _write_tier(out: Writer, scope: Scope, program: ir.Program) -> None:
    """The band that holds the total."""
    out.line("    tier: str | None = None")
    word = "if"
    for band in program.tiers:
        tests = [f"total {operator} {scope.total(edge)}" for operator, edge in _edges(band)]
        out.line(f"    {word} {' and '.join(tests) or 'True'}:")
        out.line(f"        tier = {literal(band.name)}")
        word = "elif"


def _edges(band: ir.TierBand) -> list[tuple[str, Fraction]]:
    """What a total in the band compares to, lower end first."""
    edges = []
    if band.low is not None:
        edges.append((">=" if band.low_included else ">", band.low))
    if band.high is not None:
        edges.append(("<=" if band.high_included else "<", band.high))
    return edges


def _write_vetoes(out: Writer, scope: Scope, program: ir.Program, traced: bool) -> None:
    """Each veto that holds sets the tier."""
    for line in split(scope, split_facts(scope, (veto.guard for veto in program.vetoes))):
        out.line(f"    {line}")
    if traced:
        out.line("    score_tier = tier")
        held = "".join(f"bool({condition(scope, veto.guard)}), " for veto in program.vetoes).rstrip()
        out.line(f"    vetoes = ({held})")
    for veto in program.vetoes:
        out.line(f"    if {condition(scope, veto.guard)}:", veto.id)
        out.line(f"        tier = {literal(veto.tier)}", veto.id)
