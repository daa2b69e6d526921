"""Parts of result trees built by hand: a standard, its tiers and veto, and builders of indicators."""

from fractions import Fraction
from typing import Any

import attrs

from zhunsheng.runtime.result import (
    ClauseResult,
    FactShown,
    Hashes,
    IndicatorResult,
    StandardRef,
    Tier,
    VetoResult,
)

HASHES = Hashes("3f9a" * 16, "b07e" * 16, "0.1.0 81c2" + "0" * 60)

STANDARD = StandardRef(
    id="miit-2017-103",
    title="中小企业公共服务规范评价指标（试行）",
    number="工信厅企业〔2017〕103号",
    issuer="工业和信息化部办公厅",
    state="试行",
)

TIERS = (
    Tier("不合格", "60分以下评为不合格", None, False, Fraction(60), False),
    Tier("合格", "60分（含）以上-80分评为合格", Fraction(60), True, Fraction(80), False),
    Tier("优秀", "80分（含）以上评为优秀", Fraction(80), True, None, False),
)

VETO = VetoResult(
    id="否决1",
    text="若【服务对企业造成重大损失】、【带来违法违规效应】的，直接视该服务为不合格。",
    effect="直接视该服务为不合格",
    triggered=False,
    facts=(
        FactShown("服务对企业造成重大损失", "否", evidence="信用核查记录第1页"),
        FactShown("带来违法违规效应", "否", evidence="信用核查记录第2页"),
    ),
    calculation="否 或 否 → 不成立",
)


def clause(
    id: str, text: str, calculation: str, earned: int, outcome: str = "得分", **more: Any
) -> ClauseResult:
    """A clause whose points are known."""
    made = ClauseResult(id, text, (), outcome, calculation, earned, earned, earned)
    return attrs.evolve(made, **more)


def leaf(
    id: str, title: str, weight: str, score: int, *clauses: ClauseResult, **more: Any
) -> IndicatorResult:
    """An indicator of a weighted standard whose score is known."""
    ratio = Fraction(weight)
    share = score * ratio
    made = IndicatorResult(
        id,
        title,
        weight,
        100,
        *(score,) * 3,
        *(share,) * 3,
        clauses=clauses,
        earned=share,
        lost=100 * ratio - share,
        open=0,
    )
    return attrs.evolve(made, **more)


def group(id: str, title: str, weight: str, *children: IndicatorResult) -> IndicatorResult:
    """A heading over indicators; its numbers are theirs."""

    def total(name: str) -> Fraction:
        return sum((Fraction(getattr(child, name)) for child in children), Fraction(0))

    known = all(child.contribution is not None for child in children)
    return IndicatorResult(
        id,
        title,
        weight,
        None,
        *(None,) * 3,
        total("contribution_min") if known else None,
        total("contribution_min"),
        total("contribution_max"),
        children=children,
        earned=total("earned"),
        lost=total("lost"),
        open=total("open"),
    )
