"""The result and its trace (评分说明): the numbers of a scoring joined with the official words."""

import datetime
from fractions import Fraction
from hashlib import sha256

from zhunsheng import __version__
from zhunsheng.compiler.engine import Scoring
from zhunsheng.compiler.force import force_notice
from zhunsheng.compiler.trace_facts import Basis, Ends, basis_of
from zhunsheng.compiler.trace_indicators import indicator_result
from zhunsheng.compiler.trace_missing import completion, missing_facts
from zhunsheng.compiler.trace_vetoes import veto_result
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.result import Hashes, IndicatorResult, Judgement, NextTier, Result, StandardRef, Tier


def explain(scoring: Scoring, date: datetime.date | None) -> Result:
    """The result of a scoring with its whole trace."""
    return _result(basis_of(scoring), date)


def _result(basis: Basis, date: datetime.date | None) -> Result:
    scoring = basis.scoring
    low, high = scoring.interval
    ends = Ends(low, high)
    states = scoring.veto_states
    possible = scoring.possible_grades
    tiers = bool(basis.program.tiers)
    by_score = scoring.possible_by_score(low, high)
    vetoed = True if True in states else None if None in states else False
    undecided = {v.tier for v, s in zip(basis.program.vetoes, states, strict=True) if s is None}
    complete = len(set(by_score) | undecided) <= 1 if tiers else ends.value is not None
    open_tier = len(possible) > 1 if tiers else ends.value is None
    status = "vetoed" if vetoed else "incomplete" if open_tier else "complete"
    grade = possible[0] if len(possible) == 1 else None
    indicators = tuple(indicator_result(basis, node) for node in basis.program.indicators)
    next_grade, margin = _distances(basis, ends, grade) if not vetoed else (None, None)
    meta = basis.program.meta
    return Result(
        StandardRef(
            meta.id, meta.title, meta.number, meta.issuer, meta.state, meta.base or None, meta.base_title
        ),
        scoring.sheet.subject,
        date,
        status,
        complete,
        True,
        vetoed,
        ends.value,
        low,
        high,
        scoring.sharp,
        ends.value,
        grade,
        possible,
        next_grade,
        margin,
        _judgement(basis),
        indicators,
        (),
        tuple(veto_result(basis, v, s) for v, s in zip(basis.program.vetoes, states, strict=True)),
        tuple(
            Tier(t.name, t.text, t.low, t.low_included, t.high, t.high_included) for t in basis.program.tiers
        ),
        missing_facts(basis),
        completion(basis, scoring.low_completion),
        completion(basis, scoring.high_completion),
        _summation(basis, [leaf for node in indicators for leaf in _leaves(node)], ends),
        _remarks(basis, date) + tuple(scoring.sheet.notices),
        Hashes(meta.digest, scoring.sheet.digest, compiler_hash(scoring.module.emitted.source)),
    )


def _judgement(basis: Basis) -> Judgement:
    scoring = basis.scoring
    values = scoring.ends.low_at
    if not scoring.judged:
        return Judgement(0, False)
    without = scoring.without_judgement(values)
    run, bare = scoring.run(values), scoring.run(without)
    points = scoring.module.total(run[0]) - scoring.module.total(bare[0])
    return Judgement(points, run[1] != bare[1])


def _summation(basis: Basis, leaves: list[IndicatorResult], ends: Ends) -> str:
    """The line that adds the leaves' contributions to the total."""
    if basis.program.total_fact is not None:
        return f"总分由“{basis.program.total_fact}”直接给出：{shown(ends.low)}分"
    parts = []
    for leaf in leaves:
        amount = leaf.contribution_min if leaf.contribution_min is not None else Fraction(0)
        parts.append(shown(amount) if amount >= 0 else f"（{shown(amount)}）")
    lead = "" if ends.value is not None else "最低："
    return f"{lead}{' ＋ '.join(parts)} = {shown(ends.low)}" if len(parts) > 1 else f"{lead}{shown(ends.low)}"


def _distances(basis: Basis, ends: Ends, grade: str | None) -> tuple[NextTier | None, Fraction | None]:
    """Points to the tier above, and above the lower end of the own."""
    names = [band.name for band in basis.program.tiers]
    if grade is None or grade not in names:
        return None, None
    at = names.index(grade)
    own = basis.program.tiers[at]
    margin = None if own.low is None else ends.low - own.low
    if at + 1 >= len(names) or ends.high is None:
        return None, margin
    above = basis.program.tiers[at + 1]
    return (None if above.low is None else NextTier(above.name, above.low - ends.high)), margin


def _remarks(basis: Basis, date: datetime.date | None) -> tuple[str, ...]:
    """What has to be said about a result as a whole."""
    notice = force_notice(basis.program.meta, date)
    remarks = [notice] if notice else []
    assumed = [n for n, e in basis.scoring.sheet.entries.items() if e.assumed]
    if assumed:
        remarks.append(
            f"按要求（--assume-no）把未提供的{len(assumed)}个数据项当作否或0：{'、'.join(assumed)}"
        )
    return tuple(remarks)


def _leaves(node: IndicatorResult) -> list[IndicatorResult]:
    return [leaf for child in node.children for leaf in _leaves(child)] if node.children else [node]


def compiler_hash(source: str) -> str:
    """The compiler's version and the SHA-256 of the code it generated, which decides every number."""
    return f"zhunsheng {__version__} sha256:{sha256(source.encode()).hexdigest()}"
