"""The two functions of a leaf, made from the same statements, so that a score and its trace cannot drift apart.

In the statements, ``p1`` is the points of the first clause, ``g1`` of the first group, and ``s`` the score. The
trace has also ``h1``, whether the clause's condition holds, ``a1``, its amount before any cap, ``r``, the sum
before it is clamped, and ``v``, the item veto that holds or −1.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from fractions import Fraction
from typing import assert_never

from zhunsheng.compiler import ir
from zhunsheng.compiler.emit.amounts import amount_expression, split_by_amounts
from zhunsheng.compiler.emit.derived import rounded_points
from zhunsheng.compiler.emit.expressions import condition, split, split_facts, truth
from zhunsheng.compiler.emit.facts import typed, write_signature
from zhunsheng.compiler.emit.scope import Scope, suffix
from zhunsheng.compiler.emit.writer import Writer, docstring, literal

#: A statement and the id of the clause, veto or leaf that it belongs to.
Statement = tuple[str, str]


def write_indicator(out: Writer, scope: Scope, leaf: ir.Indicator) -> str:
    """Both functions of a leaf; gives the arguments that they are called with."""
    weight = f"（权重{leaf.printed_weight}）" if leaf.printed_weight else ""
    texts = [f"{clause.id} {clause.text}" for clause in leaf.clauses]
    texts += [f"{bar.id} {bar.text}" for clause in leaf.clauses for bar in clause.bars]
    texts += [f"{veto.id} {veto.text}" for veto in leaf.vetoes]
    scoring, tracing = list(_body(scope, leaf, traced=False)), list(_body(scope, leaf, traced=True))
    parameters = _parameters(scope, leaf, "\n".join(line for line, _ in tracing))
    write_signature(out, f"indicator_{suffix(leaf)}", parameters, "Points")
    out.docstring(docstring(f"{leaf.id} {leaf.title}{weight}", texts))
    _write_scoring(out, scoring)
    out.gap()
    write_signature(out, f"trace_{suffix(leaf)}", parameters, "Trace")
    out.docstring([literal(f"The numbers behind indicator_{suffix(leaf)}: score, sum, item veto, clauses.")])
    out.line("    s: Points")
    for line, owner in tracing:
        out.line(f"    {line}", owner)
    out.line(f"    return s, r, {'v' if leaf.vetoes else -1}, (")
    for number, clause in enumerate(leaf.clauses, 1):
        held = True if clause.guard == ir.ALWAYS else f"h{number}"
        out.line(f"        ({held}, {'a' if _cut(clause) else 'p'}{number}, p{number}),")
    out.line("    )")
    out.gap()
    return ", ".join(parameter.split(":")[0] for parameter in parameters)


def write_alone(out: Writer, scope: Scope, leaf: ir.Indicator) -> None:
    """The function that gives a leaf's score from its facts as they are."""
    facts = ir.indicator_facts(leaf)
    write_signature(out, f"indicator_{suffix(leaf)}", [typed(scope, fact) for fact in facts], "Points")
    for line in split(scope, parted(scope, leaf)):
        out.line(f"    {line}")
    _write_scoring(out, _body(scope, leaf, traced=False))


def _write_scoring(out: Writer, statements: Iterable[Statement]) -> None:
    out.line("    s: Points")
    for line, owner in statements:
        out.line(f"    {line}", owner)
    out.line("    return s")


def parted(scope: Scope, leaf: ir.Indicator) -> list[str]:
    """The facts that a leaf reads by numerator and denominator."""
    guards = [node for clause in leaf.clauses for node in ir.clause_conditions(clause)]
    guards += [scaling.guard for scaling in leaf.scalings]
    guards += [veto.guard for veto in leaf.vetoes]
    amounts = [clause.amount for clause in leaf.clauses]
    return list(dict.fromkeys([*split_facts(scope, guards), *split_by_amounts(scope, amounts)]))


def _parameters(scope: Scope, leaf: ir.Indicator, body: str) -> list[str]:
    """What the functions of a leaf are called with: numerator and denominator of a fact, and the fact where the body reads it."""
    apart = set(parted(scope, leaf))
    read = set(re.findall(r"\bf\d+\b", body))
    parameters: list[str] = []
    for fact in ir.indicator_facts(leaf):
        if fact in apart:
            parameters += [f"n{scope.index[fact]}: int", f"d{scope.index[fact]}: int"]
        if fact not in apart or scope.param(fact) in read:
            parameters.append(typed(scope, fact))
    return parameters


def _body(scope: Scope, leaf: ir.Indicator, traced: bool) -> Iterator[Statement]:
    """The statements that work out a leaf's score."""
    for number, clause in enumerate(leaf.clauses, 1):
        for line in _clause(scope, number, clause, traced):
            yield line, clause.id
    terms = yield from _groups(scope, leaf)
    start = [str(scope.points(leaf.start))] if leaf.start or not terms else []
    yield f"s = {' + '.join([*start, *terms])}", leaf.id
    if traced:
        yield "r = s", leaf.id
    if traced and leaf.vetoes:
        yield "v = -1", leaf.id
    for line in _clamp(scope, leaf, () if leaf.ceiling is not None else (leaf.full,)):
        yield line, leaf.id
    yield from _scaled(scope, leaf)
    if leaf.rounding is not None:
        yield f"s = {rounded_points('s', leaf.rounding, scope.scales.points)}", leaf.id
    yield from _vetoes(scope, leaf, traced)


def _clause(scope: Scope, number: int, clause: ir.Clause, traced: bool) -> Iterator[str]:
    """Sets p<number> to the clause's points; with `traced`, h and a to whether it held and its amount where these can differ."""
    p = f"p{number}"
    value = amount_expression(scope, clause.amount)
    guard = condition(scope, clause.guard)
    if traced and clause.guard != ir.ALWAYS:
        yield f"h{number} = {truth(scope, clause.guard)}"
        guard = f"h{number}"
    yield f"{p} = {value}" if clause.guard == ir.ALWAYS else f"{p} = {value} if {guard} else 0"
    if traced and _cut(clause):
        yield f"a{number} = {p}"
    if clause.cap is not None:
        yield from _capped(p, scope.points(clause.cap), ir.takes_off(clause.amount))
    for bar in clause.bars:
        yield f"if {condition(scope, bar.guard)}:"
        yield f"    {p} = 0"


def _cut(clause: ir.Clause) -> bool:
    """Whether a clause's points can differ from its amount."""
    return clause.cap is not None or bool(clause.bars)


def _groups(scope: Scope, leaf: ir.Indicator) -> Generator[Statement, None, list[str]]:
    """Sets g<number> to the points of each group; returns what is to be summed, each term once."""
    terms = {clause.id: f"p{number}" for number, clause in enumerate(leaf.clauses, 1)}
    for number, group in enumerate(leaf.groups, 1):
        members = list(dict.fromkeys(terms[id] for id in group.clauses))
        if not members:
            continue
        g = f"g{number}"
        match group:
            case ir.CapGroup(_, limit):
                yield f"{g} = {' + '.join(members)}", leaf.id
                for line in _capped(g, scope.points(limit), group.takes_off):
                    yield line, leaf.id
            case ir.BestGroup():
                best = "min" if group.takes_off else "max"
                yield (
                    f"{g} = {best}({', '.join(members)})" if len(members) > 1 else f"{g} = {members[0]}",
                    leaf.id,
                )
            case _:
                assert_never(group)
        terms |= dict.fromkeys(group.clauses, g)
    return list(dict.fromkeys(terms.values()))


def _clamp(scope: Scope, leaf: ir.Indicator, ends: Iterable[Fraction | None]) -> Iterator[str]:
    """Keeps the score between its floor and its upper ends, where it can leave them."""
    high = min((end for end in ends if end is not None), default=None)
    if high is not None:
        yield from _capped("s", scope.points(high), taken_off=False)
    can_fall = leaf.start < 0 or any(ir.takes_off(clause.amount) for clause in leaf.clauses)
    if leaf.floor is not None and can_fall:
        yield from _capped("s", scope.points(-leaf.floor), taken_off=True)


def multiplied(scope: Scope, name: str, scaling: ir.Scaling) -> Iterator[Statement]:
    """Multiplies a score or a sum where the coefficient applies."""
    tests = [] if scaling.guard == ir.ALWAYS else [condition(scope, scaling.guard)]
    if isinstance(scaling.factor, str):
        by = scope.param(scaling.factor)
        tests += [f"{by} is not NA"] if scope.specs[scaling.factor].allows_na else []
    else:
        by = f"Fraction({scaling.factor.numerator}, {scaling.factor.denominator})"
    if tests:
        yield f"if {' and '.join(f'({test})' for test in tests)}:", scaling.id
    yield f"{'    ' if tests else ''}{name} = {name} * {by}", scaling.id


def _scaled(scope: Scope, leaf: ir.Indicator) -> Iterator[Statement]:
    """Multiplies the clamped score, and clamps what has grown."""
    for scaling in leaf.scalings:
        yield from multiplied(scope, "s", scaling)
    if leaf.scalings:
        for line in _clamp(scope, leaf, (leaf.full, leaf.ceiling)):
            yield line, leaf.id


def _vetoes(scope: Scope, leaf: ir.Indicator, traced: bool) -> Iterator[Statement]:
    """Item vetoes replace the score; of several that hold the lowest does, so it comes last."""
    for number, veto in sorted(enumerate(leaf.vetoes), key=lambda pair: -pair[1].score):
        yield f"if {condition(scope, veto.guard)}:", veto.id
        yield f"    s = {scope.points(veto.score)}", veto.id
        if traced:
            yield f"    v = {number}", veto.id


def _capped(name: str, limit: int, taken_off: bool) -> Iterator[str]:
    """A cap limits what is given, or, of deductions, what is taken off."""
    sign, end = ("<", -limit) if taken_off else (">", limit)
    yield f"if {name} {sign} {end}:"
    yield f"    {name} = {end}"
