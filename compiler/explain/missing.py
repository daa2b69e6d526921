"""What is not known yet, and what it could do to the result."""

import re
from collections.abc import Mapping

from attrs import evolve

from zhunsheng.compiler import ir
from zhunsheng.compiler.engine.eligibility import Eligibility
from zhunsheng.compiler.engine.outcomes import Outcomes
from zhunsheng.compiler.explain.facts import Basis, figure_of
from zhunsheng.compiler.explain.shown import shown_value
from zhunsheng.runtime.facts import EVALUATION_DATE, Value
from zhunsheng.runtime.result import Completion, Missing

#: A fact in a formula as it is told.
_FACT = re.compile("【([^】]*)】")


def missing_facts(basis: Basis, outcomes: Outcomes, eligibility: Eligibility) -> tuple[Missing, ...]:
    """Missing facts, those that move most first."""
    scoring = basis.scoring
    found = []
    for name in scoring.missing:
        spec = scoring.specs[name]
        swing = None if scoring.endless(name) else scoring.swing(name)
        question = _question(basis, name)
        decides = name in eligibility.deciding
        wanted, others = _wanted(basis, name)
        own = Missing(name, swing, outcomes.decides(name), question, spec.evidence, decides, others=others)
        found.append(own if (*wanted, *others) == (name,) else evolve(own, wanted=(*wanted, *others)))
    for name in _required(basis):
        if name not in scoring.missing:
            evidence = scoring.specs[name].evidence
            question = _question(basis, name)
            decides = name in eligibility.deciding
            found.append(Missing(name, 0, False, question, evidence, decides_eligibility=decides))
    return tuple(sorted(found, key=lambda m: (m.swing is not None, -(m.swing or 0), not m.decides_grade)))


def _required(basis: Basis) -> tuple[str, ...]:
    """The facts that requirements ask about and nobody gave, whether or not eligibility hangs on them."""
    asked = (
        atom.fact
        for requirement in basis.program.requirements
        for condition in (requirement.guard, requirement.applies)
        for atom in ir.atoms(condition)
    )
    return tuple(name for name in dict.fromkeys(asked) if name not in basis.values)


def _wanted(basis: Basis, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What has to be filled in that a fact is known, or where it cannot be worked out, why; and what is open of those that
    the subject is compared with."""
    scoring = basis.scoring
    undecided = scoring.derivation.undecided.get(name)
    if undecided:
        return (_FACT.sub(r"\1", re.split("[＝=]", undecided, maxsplit=1)[-1]),), ()
    entry, cohort = scoring.sheet.entries.get(name), basis.specs[name].cohort
    formulas = {item.fact: item.formula for item in basis.program.derived}
    operands: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    if cohort is not None and entry is not None and entry.worked:
        operands = tuple(filter(None, (cohort.of, cohort.within, *(fact for fact, _ in cohort.then))))
        # Too few to leave some out is nothing that can be filled in.
        others = (name,) if cohort.kind == "trimmed" else (f"其他评价对象的{'或'.join(operands[:2])}",)
    elif name in formulas:
        operands = tuple(ir.formula_facts(formulas[name]))
    left = [one for one in operands if one not in basis.values]
    parts = [_wanted(basis, one) for one in left]
    found = tuple(dict.fromkeys(own for part, _ in parts for own in part))
    open_ones = tuple(dict.fromkeys(own for _, part in parts for own in part))
    if found or open_ones:
        return found, open_ones
    return ((), others) if others else ((name,), ())


def _question(basis: Basis, name: str) -> str:
    """What to answer, or why a formula gave nothing."""
    spec = basis.specs[name]
    entry = basis.scoring.sheet.entries.get(name)
    if entry is not None and entry.worked:
        return entry.worked
    undecided = basis.scoring.derivation.undecided.get(name)
    if spec.formula and not undecided:
        raw = "、".join(_wanted(basis, name)[0])
        return f"填报原始数：{raw}（{spec.formula}{_no_date(basis, name)}）；也可直接填：{spec.question}"
    return undecided or spec.question


def _no_date(basis: Basis, name: str) -> str:
    """What to say where a formula waits for the evaluation date, which is given beside the facts."""
    formula = figure_of(basis, name).formula
    waits = EVALUATION_DATE in ir.formula_facts(formula) and EVALUATION_DATE not in basis.values
    return "；没有评价日期，用“评价日期”一行或 --date 写明" if waits else ""


def completion(basis: Basis, values: Mapping[str, Value] | None) -> Completion | None:
    """The values of the missing facts at one end of the total, and its grade."""
    if values is None or not basis.scoring.missing:
        return None
    run = basis.scoring.run(values)
    given = basis.scoring.derivation.values
    facts = tuple(
        (name, shown_value(basis.specs[name], value))
        for name, value in values.items()
        if name not in given and name in basis.specs
    )
    return Completion(basis.module.total(run[0]), run[1], facts)
