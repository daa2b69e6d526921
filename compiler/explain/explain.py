"""The result and its trace (评分说明): the numbers of a scoring joined with the official words."""

import datetime
from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from hashlib import sha256

from attrs import evolve

from zhunsheng import __version__
from zhunsheng.compiler import ir
from zhunsheng.compiler.engine.bounds import some
from zhunsheng.compiler.engine.eligibility import Eligibility
from zhunsheng.compiler.engine.engine import Scoring
from zhunsheng.compiler.engine.judgement import judged_share
from zhunsheng.compiler.engine.outcomes import Outcomes
from zhunsheng.compiler.explain.facts import Basis, Ends, basis_of, fact_shown
from zhunsheng.compiler.explain.indicators import indicator_result
from zhunsheng.compiler.explain.missing import completion, missing_facts
from zhunsheng.compiler.explain.total import end_summation, summation
from zhunsheng.compiler.explain.vetoes import requirement_result, tier_result, veto_result
from zhunsheng.compiler.parts.force import force_notice
from zhunsheng.runtime.facts import Value
from zhunsheng.runtime.result import (
    Completion,
    Hashes,
    JudgedShare,
    Judgement,
    NextTier,
    Reading,
    Result,
    StandardRef,
)


def explain(scoring: Scoring, date: datetime.date | None) -> Result:
    """The result of a scoring with its whole trace."""
    return _result(basis_of(scoring), date)


def _result(basis: Basis, date: datetime.date | None) -> Result:
    scoring = basis.scoring
    outcomes = Outcomes(scoring)
    stood = Ends(*scoring.interval)
    ends = Ends(*outcomes.total)
    states = outcomes.veto_states
    tiers = bool(basis.program.tiers)
    checks = [
        (veto, veto_result(basis, outcomes, veto, state))
        for veto, state in zip(basis.program.vetoes, states, strict=True)
    ]
    vetoed = some(check.triggered for veto, check in checks if veto.vetoes)
    scored = basis.program.scored
    eligibility = Eligibility(scoring)
    eligible = eligibility.eligible
    settled = (stood.value if scored else eligible) is not None
    complete = len(outcomes.without_vetoes_held) <= 1 if tiers else settled
    open_tier = len(outcomes.possible) > 1 if tiers else (ends.value if scored else eligible) is None
    status = "vetoed" if vetoed else "incomplete" if open_tier else "complete"
    status = "ineligible" if eligible is False else status
    possible = outcomes.grades
    grade = possible[0] if len(outcomes.possible) == 1 and possible else None
    none_possible = tiers and len(outcomes.possible) > len(possible)
    indicators = tuple(indicator_result(basis, node) for node in basis.program.indicators)
    lowest = _end(basis, scoring.low_completion) if scored else None
    highest = _end(basis, scoring.high_completion) if scored else None
    next_grade, margin = _distances(basis, ends, grade, possible) if not vetoed else (None, None)
    if basis.program.graded:
        stood = ends = Ends(None, None)
        next_grade = margin = None
    meta = basis.program.meta
    return Result(
        StandardRef(
            meta.id, meta.title, meta.number, meta.issuer, meta.state, meta.base or None, meta.base_title
        ),
        scoring.sheet.subject,
        date,
        status,
        complete,
        eligible,
        vetoed,
        ends.value if scored else None,
        ends.low if scored else None,
        ends.high if scored else None,
        outcomes.sharp,
        stood.value if scored else None,
        grade,
        possible,
        next_grade,
        margin,
        _judgement(scoring, eligibility),
        indicators,
        tuple(map(partial(requirement_result, basis), basis.program.requirements, eligibility.states)),
        tuple(check for veto, check in checks if veto.vetoes),
        tuple(
            tier_result(basis, outcomes, band, state)
            for band, state in zip(basis.program.tiers, outcomes.band_states, strict=True)
        ),
        missing_facts(basis, outcomes, eligibility),
        lowest,
        highest,
        summation(basis, indicators, stood) if scored else "",
        _remarks(basis, outcomes, date) + tuple(scoring.sheet.notices),
        Hashes(meta.digest, scoring.sheet.digest, compiler_hash(scoring.module.emitted.source)),
        tuple(check for veto, check in checks if _raises(veto)),
        tuple(check for veto, check in checks if not veto.vetoes and not _raises(veto)),
        none_possible,
        () if outcomes.sharp or grade else _doubtful(possible, lowest, highest),
        None if basis.program.total_fact is None else fact_shown(basis, basis.program.total_fact),
        tuple(Reading(r.clause, r.doubt, r.adopted, r.reason) for r in basis.program.readings),
    )


def _end(basis: Basis, values: Mapping[str, Value] | None) -> Completion | None:
    """A completion that reaches one end of the total; where indicators may be absent with its arithmetic, for other
    ones can be scaled up there than at the low end, which the trace tells."""
    found = completion(basis, values)
    if found is None or values is None or basis.program.rescale is None:
        return found
    given = basis.scoring.derivation.values
    told = {name: value for name, value in values.items() if name not in given and name in basis.specs}
    own = basis_of(basis.scoring.otherwise(told))
    if own.scoring.interval != (found.total, found.total):
        return found
    indicators = tuple(indicator_result(own, node) for node in own.program.indicators)
    return evolve(found, summation=end_summation(own, indicators))


def _doubtful(possible: tuple[str, ...], *ends: Completion | None) -> tuple[str, ...]:
    """The possible tiers to which no completion comes that was found."""
    found = {end.grade for end in ends if end is not None}
    return tuple(name for name in possible if name not in found)


def _raises(veto: ir.Veto) -> bool:
    """Whether a rule over the result can only better it."""
    return not veto.vetoes and any(isinstance(effect, ir.RaiseTier) for effect in veto.effects)


def _judgement(scoring: Scoring, eligibility: Eligibility) -> Judgement:
    share = judged_share(scoring)
    parts = tuple(JudgedShare(id, points) for id, points in share.parts)
    conditions = eligibility.judged if eligibility.eligible is None else ()
    return Judgement(share.points, share.decides, eligibility.rests_on_judgement, parts, conditions)


def _distances(
    basis: Basis, ends: Ends, grade: str | None, possible: tuple[str, ...]
) -> tuple[NextTier | None, Fraction | None]:
    """Points to the tier above, and above the lower end of the own. A total below all bands has the lowest above it."""
    names = [band.name for band in basis.program.tiers]
    if names and not possible and ends.value is not None:
        lowest = basis.program.tiers[0]
        below = lowest.low is not None and ends.value < lowest.low
        return (NextTier(lowest.name, lowest.low - ends.value) if below and lowest.low else None), None
    if grade is None or grade not in names or ends.low is None:
        return None, None
    at = names.index(grade)
    own = basis.program.tiers[at]
    # A total above or below the band of its tier came there by more than points.
    margin = None if own.low is None or ends.low < own.low else ends.low - own.low
    if at + 1 >= len(names) or ends.high is None:
        return None, margin
    above = basis.program.tiers[at + 1]
    if above.low is None or above.low < ends.high:
        return None, margin
    return NextTier(above.name, above.low - ends.high), margin


def _remarks(basis: Basis, outcomes: Outcomes, date: datetime.date | None) -> tuple[str, ...]:
    """What has to be said about a result as a whole."""
    notice = force_notice(basis.program.meta, date)
    remarks = [notice] if notice else []
    assumed = [n for n, e in basis.scoring.sheet.entries.items() if e.assumed]
    if assumed:
        remarks.append(
            f"按要求（--assume-no）把未提供的{len(assumed)}个数据项当作否或0：{'、'.join(assumed)}"
        )
    if outcomes.void is None and basis.program.tiers:
        asked = (atom.fact for leaf in basis.scoring.leaves if leaf.absent for atom in ir.atoms(leaf.absent))
        open_ones = "、".join(dict.fromkeys(name for name in asked if name not in basis.values))
        remarks.append(
            f"可能没有一项可评（是不是缺项还没有提供：{open_ones}）：全部缺项的无法评定，不属于任何等级"
        )
    return tuple(remarks)


def compiler_hash(source: str) -> str:
    """The compiler's version and the SHA-256 of the code it generated, which decides every number."""
    return f"zhunsheng {__version__} sha256:{sha256(source.encode()).hexdigest()}"
