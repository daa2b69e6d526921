"""The finish: from the scores of the leaves to the total, the tier and the general vetoes.

``score`` and ``trace`` of a generated module end with the same finish. It sets ``total`` and ``tier``; that of the
trace also ``score_tier`` and ``score_total``, what they are before any veto, and ``vetoes``, which of them hold.

Where the total alone decides and vetoes do no more than set the lowest tier, tiers are told by name. Else they are
numbers: ``level`` is the band of the score (−1 for none), ``final`` the worst that an effect makes of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import assert_never

from zhunsheng.compiler import ir
from zhunsheng.compiler.emit.derived import rounded_points
from zhunsheng.compiler.emit.expressions import condition, times, truth
from zhunsheng.compiler.emit.indicators import multiplied
from zhunsheng.compiler.emit.scope import Scope, suffix
from zhunsheng.compiler.emit.writer import Writer, literal, row

#: What each indicator and heading adds to the total, as an expression in the total's scale.
Shares = dict[str, str]


def write_finish(out: Writer, scope: Scope, program: ir.Program, scores: list[str], traced: bool) -> None:
    """The statements from the expressions of the leaves' scores, in order, to total and tier."""
    shares = {
        leaf.id: times(score, scope.weight(leaf.weight))
        for leaf, score in zip(program.leaves(), scores, strict=True)
    }
    _write_total(out, scope, program, shares)
    if by_level(program):
        _write_level(out, scope, program, shares)
        _write_effects(out, scope, program, shares, traced)
    else:
        _write_tier(out, scope, program)
        _write_vetoes(out, scope, program, shares, traced)


def by_level(program: ir.Program) -> bool:
    """Whether tiers have to be numbers: some band asks for more than a total, or an effect is more than the lowest tier."""
    lowest = program.tiers[0].name if program.tiers else ""
    simple = (
        ir.SetTier(lowest),
        *(effect for _, effect in _effects(program) if isinstance(effect, ir.Reported)),
    )
    asks = program.rescale is not None or not all(band.plain for band in program.tiers)
    return asks or any(effect not in simple for _, effect in _effects(program))


def _effects(program: ir.Program) -> Iterator[tuple[ir.Veto, ir.Effect]]:
    for veto in program.vetoes:
        for effect in veto.effects:
            yield veto, effect


# ---- the total


def _write_total(out: Writer, scope: Scope, program: ir.Program, shares: Shares) -> None:
    """The weighted sum within its ends, or the fact that is the total; adds the headings to the shares."""
    if program.total_fact is not None:
        out.line(f"    total: Points = {times(scope.param(program.total_fact), scope.scales.total)}")
    else:
        _write_absences(out, scope, program, shares)
        terms = _rescaled(out, scope, program, shares)
        out.wrapped("    total: Points = ", terms or ["0"], " + ")
    _write_steps(out, scope, "total", program.steps)
    _write_clamp(out, scope, "total", program.clamp)
    if program.rounding is not None:
        out.line(f"    total = {rounded_points('total', program.rounding, scope.scales.total)}")


def _write_absences(out: Writer, scope: Scope, program: ir.Program, shares: Shares) -> None:
    """Sets a_<id> to whether an indicator is absent; it then adds nothing."""
    for leaf in program.leaves():
        if leaf.absent is not None:
            out.line(f"    {absence(leaf)} = {truth(scope, leaf.absent)}", leaf.id)
            shares[leaf.id] = f"(0 if {absence(leaf)} else {shares[leaf.id]})"


def absence(leaf: ir.Indicator) -> str:
    """The name that says whether an indicator is absent."""
    return f"a_{suffix(leaf)}"


def _rescaled(out: Writer, scope: Scope, program: ir.Program, shares: Shares) -> list[str]:
    """The terms of the total with what absences leave scaled up; sets `void` where nothing is left to scale."""
    rule = program.rescale
    if rule is None:
        return [term for node in program.indicators for term in _terms(out, scope, node, shares)]
    kept: list[str] = []
    out.line("    void = False")
    for number, nodes in enumerate(ir.rescaled_parts(program, rule), 1):
        own = [term for node in nodes for term in _terms(out, scope, node, shares)]
        asked = [leaf for leaf in ir.leaves(nodes) if leaf.absent is not None]
        if not asked:
            kept += own
            continue
        full = sum((ir.worth(leaf) for leaf in ir.leaves(nodes)), Fraction(0))
        gone = [f"({scope.total(ir.worth(leaf))} if {absence(leaf)} else 0)" for leaf in asked]
        name, left = f"y_{number}", f"left_{number}"
        out.wrapped(f"    {name}: Points = ", own, " + ")
        out.wrapped(f"    {left} = ", [str(scope.total(full)), *gone], " - ")
        out.line(f"    if not {left}:")
        out.line("        void = True")
        out.line(f"    elif {left} != {scope.total(full)}:")
        out.line(f"        {name} = Fraction({name} * {scope.total(rule.goal(full))}, {left})")
        kept.append(name)
    return kept + [t for node in program.indicators if node.extra for t in _terms(out, scope, node, shares)]


def _terms(out: Writer, scope: Scope, node: ir.Indicator, shares: Shares) -> list[str]:
    """What an indicator or heading adds to the total; a heading with steps or ends of its own is summed before."""
    if node.leaf:
        return [shares[node.id]]
    terms, own = (
        [term for child in part for term in _terms(out, scope, child, shares)] for part in node.parts
    )
    if node.steps or node.clamp is not None:
        name = f"x_{suffix(node)}"
        out.wrapped(f"    {name}: Points = ", terms, " + ")
        _write_steps(out, scope, name, node.steps, own)
        _write_clamp(out, scope, name, node.clamp)
        terms = [name]
    shares[node.id] = " + ".join(terms)
    return terms


def _write_steps(
    out: Writer, scope: Scope, name: str, steps: Iterable[ir.Step], own: Sequence[str] = ()
) -> None:
    """What is done to a sum before it is kept within its ends; `own` are the points of a heading's own rules."""
    for step in steps:
        match step:
            case ir.Clamp():
                _write_clamp(out, scope, name, step)
            case ir.Scaling():
                for line, owner in multiplied(scope, name, step):
                    out.line(f"    {line}", owner)
            case ir.OwnPoints():
                out.wrapped(f"    {name} = ", [name, *own], " + ")
            case _:
                assert_never(step)


def _write_clamp(out: Writer, scope: Scope, name: str, clamp: ir.Clamp | None) -> None:
    if clamp is None:
        return
    for sign, end in ((">", clamp.high), ("<", clamp.low)):
        if end is not None:
            out.line(f"    if {name} {sign} {scope.total(end)}:")
            out.line(f"        {name} = {scope.total(end)}")


# ---- tiers by name


def _write_tier(out: Writer, scope: Scope, program: ir.Program) -> None:
    """The band that holds the total."""
    out.line("    tier: str | None = None")
    word = "if"
    for band in program.tiers:
        out.line(f"    {word} {_within(scope, band)}:")
        out.line(f"        tier = {literal(band.name)}")
        word = "elif"


def _within(scope: Scope, band: ir.TierBand) -> str:
    """The test whether the total is in a band."""
    tests = [f"total {operator} {scope.total(edge)}" for operator, edge in _edges(band)]
    return " and ".join(tests) or "True"


def _edges(band: ir.TierBand) -> list[tuple[str, Fraction]]:
    """What a total in the band compares to, lower end first."""
    edges = []
    if band.low is not None:
        edges.append((">=" if band.low_included else ">", band.low))
    if band.high is not None:
        edges.append(("<=" if band.high_included else "<", band.high))
    return edges


def _write_vetoes(out: Writer, scope: Scope, program: ir.Program, shares: Shares, traced: bool) -> None:
    """Each veto that holds sets the lowest tier."""
    if traced:
        out.line("    score_tier = tier")
        _write_held(out, scope, program, shares)
    for veto in program.vetoes:
        for effect in veto.effects:
            if isinstance(effect, ir.SetTier):
                out.line(f"    if {_holds(scope, veto, shares)}:", veto.id)
                out.line(f"        tier = {literal(effect.tier)}", veto.id)


def _write_held(out: Writer, scope: Scope, program: ir.Program, shares: Shares) -> None:
    held = row(f"bool({_holds(scope, veto, shares)})" for veto in program.vetoes)
    out.line(f"    vetoes = ({held})")


# ---- tiers by number


def _write_level(out: Writer, scope: Scope, program: ir.Program, shares: Shares) -> None:
    """The band that holds the total and whose demands hold, or the one that a total falls to."""
    out.line("    level = -1")
    word = "if"
    for number, band in enumerate(program.tiers):
        out.line(f"    {word} {_within(scope, band)}:")
        out.line(f"        level = {number}")
        word = "elif"
    if program.rescale is not None:
        out.line("    if void:")
        out.line("        level = -1")
    for number, band in reversed(list(enumerate(program.tiers))):
        if not band.plain:
            out.line(
                f"    if level == {number} and not ({_together(scope, band.guard, band.demands, shares)}):"
            )
            out.line(f"        level = {number - 1 if band.falls else -1}")


def _write_effects(out: Writer, scope: Scope, program: ir.Program, shares: Shares, traced: bool) -> None:
    """What the rules over the result make of the score: raised first, then the worst of all effects that hold."""
    ranks = {band.name: number for number, band in enumerate(program.tiers)}
    names = row(literal(band.name) for band in program.tiers)
    none = len(program.tiers)
    held = {veto.id: f"v_{number}" for number, veto in enumerate(program.vetoes, 1)}
    for veto in program.vetoes:
        out.line(f"    {held[veto.id]} = bool({_holds(scope, veto, shares)})", veto.id)
    for veto, effect in _effects(program):
        if isinstance(effect, ir.RaiseTier):
            rank = ranks[effect.tier]
            out.line(f"    if {held[veto.id]} and level < {rank}:", veto.id)
            out.line(f"        level = {rank}", veto.id)
    if traced:
        out.line(
            f"    score_tier = ({names})[level] if level >= 0 else None" if names else "    score_tier = None"
        )
        out.line(f"    vetoes = ({row(held.values())})")
        out.line("    score_total = total")
    out.line(f"    final = level if level >= 0 else {none}")
    adding = [(veto, e.steps) for veto, e in _effects(program) if isinstance(e, ir.LowerTier) and e.adds]
    if adding:
        steps = " + ".join(times(held[veto.id], count) for veto, count in adding)
        out.line("    if level >= 0:")
        out.line(f"        final = max(0, level - ({steps}))")
    stood = "score_total" if traced else "total"
    if not traced and any(isinstance(effect, ir.SetTotal) for _, effect in _effects(program)):
        out.line("    stood = total")
        stood = "stood"
    for veto, effect in sorted(_effects(program), key=lambda pair: isinstance(pair[1], ir.NotAssessed)):
        for line in _effect(scope, program, ranks, effect, held[veto.id], stood):
            out.line(f"    {line}", veto.id)
    if names:
        out.line(f"    tier: str | None = ({names})[final] if 0 <= final < {none} else None")
    else:
        out.line("    tier: str | None = None")


def _effect(
    scope: Scope, program: ir.Program, ranks: dict[str, int], effect: ir.Effect, held: str, stood: str
) -> Iterator[str]:
    """The statements of one effect."""
    match effect:
        case ir.SetTier(tier):
            yield from _at_most(held, str(ranks[tier]))
        case ir.BarTier(tier):
            yield from _at_most(f"{held} and level >= 0", str(ranks[tier] - 1))
        case ir.LowerTier(steps, adds):
            if not adds:
                yield f"if {held} and level >= 0 and final > max(0, level - {steps}):"
                yield f"    final = max(0, level - {steps})"
        case ir.SetTotal(points):
            end = scope.total(points)
            yield f"if {held} and {stood} > {end}:"
            yield f"    total = total if total < {end} else {end}"
            rank = program.level_of(points)
            yield f"    final = final if final < {rank} else {rank}"
        case ir.NotAssessed():
            yield f"if {held}:"
            yield "    final = -1"
        case ir.RaiseTier() | ir.Reported():
            return
        case _:
            assert_never(effect)


def _at_most(test: str, rank: str) -> Iterator[str]:
    yield f"if {test} and final > {rank}:"
    yield f"    final = {rank}"


# ---- conditions and demands


def _holds(scope: Scope, veto: ir.Veto, shares: Shares) -> str:
    return _together(scope, veto.guard, veto.demands, shares)


def _together(scope: Scope, guard: ir.Condition, demands: tuple[ir.Demand, ...], shares: Shares) -> str:
    """A condition on facts and demands on scores that all have to hold."""
    tests = [_demand(scope, demand, shares) for demand in demands]
    if guard == ir.ALWAYS and tests:
        return " and ".join(tests)
    return " and ".join([f"({condition(scope, guard)})" if tests else condition(scope, guard), *tests])


def _demand(scope: Scope, demand: ir.Demand, shares: Shares) -> str:
    """How many indicators reach their bound, in a number that the demand allows."""
    tests = [f"({shares[id]} {demand.operator} {scope.total(bound)})" for id, bound in demand.members]
    if demand.least == len(tests):
        return " and ".join(tests)
    if demand.least == 1 and demand.most == len(tests):
        return f"({' or '.join(tests)})"
    count = " + ".join(tests)
    if demand.most == len(tests):
        return f"{count} >= {demand.least}"
    return f"{count} <= {demand.most}" if demand.least == 0 else f"{demand.least} <= {count} <= {demand.most}"
