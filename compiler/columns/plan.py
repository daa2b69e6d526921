"""The plan of a standard: named columns in layers, each worked out from facts and the layers before.

``sound`` says for which applicants the plan gives the score: all facts there and within their ends, no division by
zero. The others are scored one by one by the Python back end, which every back end agrees with.
"""

from collections.abc import Collection, Mapping, Sequence
from math import lcm, prod

from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.columns.amounts import points_of
from zhunsheng.compiler.columns.conditions import condition
from zhunsheng.compiler.columns.expressions import (
    Truth,
    Whole,
    ends,
    every,
    nodes,
    opposite,
)
from zhunsheng.compiler.columns.facts import (
    Fractions,
    Input,
    as_fraction,
    as_input,
    derived,
    held,
    places_hold,
)
from zhunsheng.compiler.columns.finish import Finish, finish
from zhunsheng.compiler.columns.indicators import coefficient, score_of
from zhunsheng.compiler.columns.ratios import Ratio
from zhunsheng.compiler.columns.steps import Step, Steps
from zhunsheng.compiler.columns.support import Unsupported
from zhunsheng.compiler.emit.scope import leaf_scale, scales_of

#: The column that says whether a row's facts are all there and within the ends of the plan.
READY = "数据可用"
#: The column that says whether the result of a row holds; where it does not, the row is scored one by one.
SOUND = "可按列计算"

#: The limits within which facts are held, in their own scale: the greatest with which no sum leaves 64 bits is taken.
LIMITS = tuple(10**places for places in (15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5))
MOST = 2**63 - 1


@frozen(eq=False)
class Plan:
    """The columns of a standard. Scores are whole numbers of 1/`point_scale`, totals of 1/`total_scale`; `finish` names
    the columns of the result, `scores` those of the leaves, `clauses` those of the clauses, `requirements` those of the
    requirements."""

    program: ir.Program
    inputs: tuple[Input, ...]
    steps: tuple[Step, ...]
    point_scale: int
    total_scale: int
    scores: tuple[tuple[str, Whole], ...]
    clauses: Mapping[str, Whole]
    requirements: tuple[tuple[str, Truth], ...]
    eligible: Truth
    finish: Finish
    sound: Truth
    limit: int

    @property
    def numbers(self) -> tuple[tuple[str, Whole], ...]:
        """The numbers of the result by the names of their columns, in the scales of the plan."""
        own = self.finish
        ends = (
            ("总分", own.total),
            ("评分总分", own.score_total),
            ("等级", own.final),
            ("评分等级", own.level),
        )
        return (*ends, *((f"指标 {id}", score) for id, score in self.scores))

    @property
    def truths(self) -> tuple[tuple[str, Truth], ...]:
        """The truth values of the result by the names of their columns."""
        held = ((f"否决 {id}", veto) for id, veto in self.finish.vetoes)
        return (*held, *((f"条件 {id}", met) for id, met in self.requirements), ("资格", self.eligible))


@frozen
class Refused:
    """Why a standard cannot be worked out in columns: the construct by name, and the clause or fact it stands in."""

    construct: str
    place: str

    @property
    def words(self) -> str:
        """The same in words."""
        return f"{self.place}不能按列计算：{self.construct}"


def plan(
    program: ir.Program, given: Mapping[str, int], fractions: Mapping[str, Fractions] | None = None
) -> Plan | Refused:
    """The plan of a program. `given` are the facts that stand in columns, each with the decimals it may have (of a
    percentage as a ratio), `fractions` those that stand in two, as fractions; other derived facts are worked out."""
    for limit in LIMITS:
        made = _plan(program, given, fractions or {}, limit)
        if isinstance(made, Refused) or fits(made.steps):
            return made
    return Refused("数值可能超出64位整数", program.meta.id)


def fits(steps: Sequence[Step]) -> bool:
    """Whether every number on the way to a result stays within 64 bits."""
    for step in steps:
        for node in nodes(step.expression):
            if not isinstance(node, Truth):
                low, high = ends(node)
                if low < -MOST or high > MOST:
                    return False
    return True


def needed(program: ir.Program, given: Mapping[str, int]) -> tuple[str, ...]:
    """The facts that a plan reads in columns: those that scores and requirements ask for, with the raw figures of those that
    are derived, and of those that :func:`worked_out` names."""
    asked = [name for leaf in program.leaves() for name in ir.indicator_facts(leaf)]
    guards = [*ir.finish_guards(program), *(item.failure for item in program.requirements)]
    asked += [atom.fact for guard in guards for atom in ir.atoms(guard)]
    asked += ir.sum_factors(program)
    asked += [program.total_fact] if program.total_fact else []
    asked += worked_out(program, given)
    by_fact = {item.fact: item for item in program.derived}
    found: list[str] = []
    while asked:
        name = asked.pop(0)
        if name in by_fact and name not in given:
            asked += ir.formula_facts(by_fact[name].formula)
        else:
            found.append(name)
    return tuple(dict.fromkeys(found))


def worked_out(program: ir.Program, given: Collection[str]) -> list[str]:
    """The derived facts that can be worked out from facts in columns. One that is outside its range turns a row down, whether
    a score asks for it or not."""
    known = set(given)
    found = []
    for item in program.derived:
        if item.fact not in known and known.issuperset(ir.formula_facts(item.formula)):
            known.add(item.fact)
            found.append(item.fact)
    return found


def _plan(
    program: ir.Program, given: Mapping[str, int], fractions: Mapping[str, Fractions], limit: int
) -> Plan | Refused:
    place = ""
    try:
        specs = {spec.name: spec for spec in program.facts}
        there = {**given, **dict.fromkeys(fractions, 0)}
        names = needed(program, there)
        plain = [name for name in names if name not in fractions]
        inputs = tuple(as_input(specs[name], given.get(name, 0), limit) for name in plain)
        facts = {own.fact: held(own) for own in inputs}
        for name in names:
            if name in fractions:
                pair, facts[name] = as_fraction(specs[name], fractions[name])
                inputs += pair
        steps = Steps()
        sound: list[Truth] = []
        used = {*_read(program)}
        beside = {*worked_out(program, there)}
        for item in program.derived:
            wanted = _wanted(program, item.fact, used, given)
            if item.fact in facts or not (wanted or item.fact in beside):
                continue
            place = item.fact
            try:
                fact, has_value = derived(steps, item, facts, specs[item.fact])
            except Unsupported:
                if wanted:
                    raise
                continue
            facts[item.fact] = steps.fact(item.fact, fact, item.text)
            sound.append(has_value)
        sound += places_hold(program, facts)
        amounts: dict[str, Ratio] = {}
        for leaf in program.leaves():
            for clause in leaf.clauses:
                place = clause.id
                amounts[clause.id] = points_of(facts, clause.amount)
        place = ""
        scales = scales_of(program)
        belows = [ratio.constant or 1 for ratio in amounts.values()]
        for leaf in program.leaves():
            place = leaf.id
            belows.append(
                prod(coefficient(facts, one).constant or 1 for one in leaf.scalings) * _own(leaf, amounts)
            )
        total_fact = facts[program.total_fact].ratio.constant if program.total_fact else 1
        point_scale = lcm(scales.points, *belows, total_fact or 1)
        place = ""
        finer = prod(coefficient(facts, one).constant or 1 for one in ir.sum_scalings(program))
        weights = scales.weights * finer
        total_scale = point_scale * weights
        scores: list[tuple[str, Whole]] = []
        clauses: dict[str, Whole] = {}
        for leaf in program.leaves():
            score, own = score_of(steps, facts, leaf, amounts, point_scale)
            scores.append((leaf.id, score))
            clauses |= own
        ended = finish(steps, facts, program, dict(scores), (weights, total_scale))
        met = tuple(
            (item.id, steps.truth(f"条件 {item.id}", opposite(condition(facts, item.failure)), item.text))
            for item in program.requirements
        )
        binding = {item.id for item in program.requirements if item.binding}
        eligible = steps.truth("资格", every(state for id, state in met if id in binding), "")
        whole = steps.truth(SOUND, every(sound))
        return Plan(
            program,
            inputs,
            steps.all(),
            point_scale,
            total_scale,
            tuple(scores),
            clauses,
            met,
            eligible,
            ended,
            whole,
            limit,
        )
    except Unsupported as error:
        return Refused(str(error), place)


def _own(leaf: ir.Indicator, amounts: Mapping[str, Ratio]) -> int:
    """The denominator of a leaf's score before its coefficients."""
    return lcm(leaf_scale(leaf), *(amounts[clause.id].constant or 1 for clause in leaf.clauses))


def _read(program: ir.Program) -> tuple[str, ...]:
    return needed(program, dict.fromkeys((item.fact for item in program.derived), 0))


def _wanted(program: ir.Program, fact: str, used: set[str], given: Mapping[str, int]) -> bool:
    """Whether a derived fact is read by a clause, or by a derived fact that is."""
    if fact in used:
        return True
    return any(
        fact in ir.formula_facts(item.formula)
        and item.fact not in given
        and _wanted(program, item.fact, used, given)
        for item in program.derived
    )
