"""A short text form of the IR, for tests and debugging."""

from fractions import Fraction

from zhunsheng.compiler import ir
from zhunsheng.runtime.facts import FactSpec


def dump(program: ir.Program) -> str:
    """One line a fact, clause, cap, veto, tier and open term."""
    lines = [f"standard {program.meta.id}"]
    lines += [f"fact {f.name}: {f.type}{f' {f.unit}' if f.unit else ''}{_cohort(f)}" for f in program.facts]
    lines += [f"derive {d.fact} = {formula(d.formula)}{_rounding(d.rounding)}" for d in program.derived]
    for leaf in program.leaves():
        floor = "" if leaf.floor == 0 else f" floor {leaf.floor}"
        lines.append(
            f"indicator {leaf.id} weight {leaf.weight} start {leaf.start} full {leaf.full}{floor}{_rounding(leaf.rounding)}"
        )
        for clause in leaf.clauses:
            cap = "" if clause.cap is None else f" cap {clause.cap}"
            lines.append(f"  {clause.id} when {condition(clause.guard)} give {amount(clause.amount)}{cap}")
            lines += [f"    {b.id} when {condition(b.guard)} give 0" for b in clause.bars]
        lines += [f"  {group(g)}" for g in leaf.groups]
        lines += [f"  {v.id} when {condition(v.guard)} set {v.score}" for v in leaf.vetoes]
    if program.rounding is not None:
        lines.append(f"total{_rounding(program.rounding)}")
    for tier in program.tiers:
        needs = "" if tier.plain else f" when {_needs(tier.guard, tier.demands)}"
        lines.append(f"tier {tier.name} {_band(tier)}{needs}{' else the band below' if tier.falls else ''}")
    for node in ir.nodes(program.indicators):
        lines += [step(f"heading {node.id}", own) for own in node.steps]
        lines += [_ends(f"heading {node.id}", node.clamp)] if node.clamp is not None else []
    absent = [leaf for leaf in program.leaves() if leaf.absent is not None]
    lines += [
        f"scale {leaf.id} by {scaling.factor} when {condition(scaling.guard)}"
        for leaf in program.leaves()
        for scaling in leaf.scalings
    ]
    lines += [f"ceiling {leaf.id} at {leaf.ceiling}" for leaf in program.leaves() if leaf.ceiling is not None]
    lines += [f"absent {leaf.id} when {condition(leaf.absent)}" for leaf in absent if leaf.absent is not None]
    if program.rescale is not None:
        lines.append(f"rescale {'each group' if program.rescale.groups else f'to {program.rescale.to}'}")
    lines += [step("total", own) for own in program.steps]
    lines += [_ends("total", program.clamp)] if program.clamp is not None else []
    for veto in program.vetoes:
        effects = ", ".join(map(effect, veto.effects))
        lines.append(f"veto {veto.id} when {_needs(veto.guard, veto.demands)} {effects}")
    lines += [f"open {term}" for term in program.open_terms]
    lines += [_requirement(r) for r in program.requirements]
    return "\n".join(lines) + "\n"


def _cohort(fact: FactSpec) -> str:
    """What the fact is over all that are scored together."""
    own = fact.cohort
    if own is None:
        return ""
    order = (
        f" {'从大到小' if own.larger_first else '从小到大'} {own.ties}"
        if own.kind in ("rank", "last")
        else ""
    )
    order += "".join(f" then {name} {'从大到小' if larger else '从小到大'}" for name, larger in own.then)
    trim = f" {own.trim}" if own.trim else ""
    return f" = {own.kind}{trim} of {own.of}{f' within {own.within}' if own.within else ''}{order}"


def _requirement(node: ir.Requirement) -> str:
    binding = "" if node.binding else " (not binding)"
    whom = "" if node.applies == ir.ALWAYS else f" of {condition(node.applies)}"
    return f"require {node.id}{binding}{whom} {condition(node.guard)} else {node.effect or 'not eligible'}"


def condition(node: ir.Condition) -> str:
    """A condition as text."""
    match node:
        case ir.Is(fact, value):
            return fact if value else f"not {fact}"
        case ir.Compare(fact, operator, bound, limit):
            printed = f"[rounded to {limit.rounding.unit} {limit.operator} {limit.bound}]" if limit else ""
            return f"{fact} {operator} {bound}{printed}"
        case ir.Chosen(fact, options, value):
            return f"{fact} {'is' if value else 'is not'} {'/'.join(options)}"
        case ir.Lacks(fact, value):
            return f"{fact} {'does not apply' if value else 'applies'}"
        case ir.AtLeast(count, parts, most):
            told = f"{count}" if most is None else f"{count} to {most}"
            return f"{told} of (" + ", ".join(map(condition, parts)) + ")"
        case ir.All(parts):
            return "(" + " and ".join(map(condition, parts)) + ")" if parts else "always"
        case ir.AnyOf(parts):
            return "(" + " or ".join(map(condition, parts)) + ")" if parts else "never"


def step(what: str, node: ir.Step) -> str:
    """What is done to a sum, as text."""
    match node:
        case ir.Clamp():
            return _ends(what, node)
        case ir.Scaling(_, _, guard, factor):
            return f"{what} times {factor} when {condition(guard)}"
        case ir.OwnPoints():
            return f"{what} with its own points"


def group(node: ir.Group) -> str:
    """A group of clauses as text."""
    match node:
        case ir.CapGroup(clauses, limit):
            return f"cap {'+'.join(clauses)} at {limit}"
        case ir.BestGroup(clauses):
            return f"best of {'+'.join(clauses)}"


def effect(node: ir.Effect) -> str:
    """An effect of a veto as text."""
    match node:
        case ir.SetTier(tier):
            return f"tier {tier}"
        case ir.SetTotal(points):
            return f"total {points}"
        case ir.BarTier(tier):
            return f"bars {tier}"
        case ir.LowerTier(steps, adds):
            return f"lowers by {steps}{' (adds up)' if adds else ''}"
        case ir.RaiseTier(tier):
            return f"at least {tier}"
        case ir.NotAssessed():
            return "not assessed"
        case ir.Reported(text):
            return f"reports {text}"


def _needs(guard: ir.Condition, demands: tuple[ir.Demand, ...]) -> str:
    parts = [condition(guard)] if guard != ir.ALWAYS or not demands else []
    for demand in demands:
        members = ", ".join(f"{id} {demand.operator} {bound}" for id, bound in demand.members)
        parts.append(f"{demand.least} to {demand.most} of [{members}]")
    return " and ".join(parts)


def _ends(what: str, clamp: ir.Clamp) -> str:
    return f"{what} within [{'-' if clamp.low is None else clamp.low}, {'-' if clamp.high is None else clamp.high}]"


def amount(node: ir.Amount) -> str:
    """An amount as text."""
    match node:
        case ir.Fixed(points):
            return str(points)
        case ir.Counted(points, fact, base, size, whole):
            step = "begun " if node.begun else "whole " if whole else ""
            return f"{points} per {step}{size} of {fact} {'below' if node.below else 'above'} {base}"
        case ir.Multiplied(counted, times):
            return f"{amount(counted)} times {amount(times)}"
        case ir.Weighed(counted, parts):
            return " plus ".join(amount(count) for count in (counted, *parts))
        case ir.Growing(counted, firsts, rise):
            told = "".join(f"{points}, " for points in firsts)
            return f"growing {told}{amount(counted)}, each {rise} more"
        case ir.Sloped(points, met, missed, beyond):
            more = f" and {amount(beyond)}" if beyond is not None else ""
            less = f" else {points} and {amount(missed)}, at least 0" if missed is not None else ""
            return f"{points}{more} if {condition(met)}{less}"
        case ir.Tally(points, parts):
            return f"{points} for each of (" + ", ".join(map(condition, parts)) + ")"
        case ir.Linear(fact, anchors, below, above):
            told = " ".join(f"{points} at {value}" for value, points in anchors)
            return f"line along {fact}: {told}, below {below}, above {above}"
        case ir.Judged(fact, sign):
            return f"{'-' if sign < 0 else ''}judged {fact}"


def formula(node: ir.Formula) -> str:
    """A formula as text."""
    match node:
        case ir.Ref(fact):
            return fact
        case ir.Const(value):
            return str(value)
        case ir.Elapsed(start, end, base, size):
            return f"{'months' if base == '月' else 'days'} from {start} to {end} / {size}"
        case ir.Streaks(fact, length):
            return f"runs of {length} days in {fact}"
        case ir.Recent(fact, day, years, by):
            return f"dates of {fact} in {years} years before {day} ({by})"
        case ir.Arith(operator, left, right):
            return f"({formula(left)} {operator} {formula(right)})"


def _rounding(node: ir.Rounding | None) -> str:
    return "" if node is None else f" rounded to {node.unit} by {node.rule}"


def _band(tier: ir.TierBand) -> str:
    def end(value: Fraction | None) -> str:
        return "-" if value is None else str(value)

    left = "[" if tier.low_included else "("
    right = "]" if tier.high_included else ")"
    return f"{left}{end(tier.low)}, {end(tier.high)}{right}"
