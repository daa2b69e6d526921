"""Between scores and verdict: with facts missing, every completion's total and tier are among those told."""

import random
from fractions import Fraction
from pathlib import Path

import pytest

from zhunsheng.compiler.compile import compile_source
from zhunsheng.compiler.emit.module import Module, load
from zhunsheng.compiler.engine.engine import Scoring, prepare
from zhunsheng.compiler.engine.outcomes import NONE, Outcomes
from zhunsheng.library import Standard
from zhunsheng.runtime.facts import Entry, FactSheet, FactSpec, FactType, Value
from zhunsheng.runtime.result import Result
from zhunsheng.runtime.source import Source

RULES = (Path(__file__).parent / "finish.zhun.md").read_text(encoding="utf-8")


def compiled() -> tuple[Standard, Module]:
    """The standard of this file, with every construct of the finish."""
    result = compile_source(Source("finish.zhun.md", RULES), "finish")
    assert result.program is not None, [d.message for d in result.diagnostics]
    return Standard(result.program, Path("finish.zhun.md")), load(result.program)


def random_value(spec: FactSpec, rng: random.Random) -> Value:
    """A plausible value: a veto seldom holds, counts are small."""
    if spec.type.truth:
        return rng.random() < 0.25
    if spec.type is FactType.PERCENT:
        return Fraction(rng.randrange(101), 100)
    return rng.randrange(9)


def scored(standard: Standard, module: Module, values: dict[str, Value]) -> Scoring:
    """The scoring of some facts."""
    return prepare(standard.program, module, FactSheet({n: Entry(v) for n, v in values.items()}))


@pytest.mark.parametrize("seed", range(12))
def test_completions_lie_within_what_is_told(seed: int) -> None:
    """The interval of the total holds every completion's, the possible tiers its tier; complete facts leave one."""
    standard, module = compiled()
    rng = random.Random(seed)
    for _ in range(8):
        values = {spec.name: random_value(spec, rng) for spec in standard.program.facts}
        whole = Outcomes(scored(standard, module, values))
        total, tier, *_ = module.trace(values)
        assert module.score(values)[:2] == (total, tier)
        assert whole.grades == (() if tier is None else (tier,))
        assert len(whole.possible) == 1
        assert whole.total == (module.total(total), module.total(total))
        known = {name: value for name, value in values.items() if rng.random() < 0.7}
        outcomes = Outcomes(scored(standard, module, known))
        low, high = outcomes.total
        for _ in range(6):
            filled = {s.name: known.get(s.name, random_value(s, rng)) for s in standard.program.facts}
            total, tier, *_ = module.trace(filled)
            assert low is None or low <= module.total(total), (known, filled)
            assert high is None or module.total(total) <= high, (known, filled)
            assert tier in outcomes.grades if tier is not None else NONE in outcomes.possible, (known, filled)


def result_of(standard: Standard, **facts: object) -> Result:
    """The result where every fact but these is 否 or 0."""
    return standard.score(facts, assume_no=True)


def test_the_total_under_a_veto() -> None:
    """总分视为0分: the total is 0, the score that stood is kept; 不予评定: the total stands and there is no tier."""
    standard, _ = compiled()
    good = {"渠道": 6, "满意度": "90%", "形成服务台账": True, "客户回访": True}
    zero = result_of(standard, **good, 存在违法行为=True)
    assert (zero.status, zero.total, zero.total_without_veto, zero.grade) == ("vetoed", 0, 100, "不合格")
    void = result_of(standard, **good, 拒绝现场核查=True)
    assert (void.status, void.total, void.grade, void.possible_grades) == ("vetoed", 100, None, ())
    reported = result_of(standard, **good, 账目混乱=True)
    assert (reported.status, reported.vetoed, reported.grade) == ("complete", False, "良好")
    assert [check.triggered for check in reported.consequences] == [True]


def test_the_worst_effect_stands_whatever_the_order() -> None:
    """Barred from the best tier and lowered by one: each from the tier of the score, not one after the other."""
    standard, _ = compiled()
    best = {"渠道": 6, "满意度": "90%", "形成服务台账": True, "客户回访": True, "通过质量体系认证": True}
    assert result_of(standard, **best).grade == "优秀"
    assert result_of(standard, **best, 发生安全事故=True, 被通报批评=True).grade == "良好"
    assert result_of(standard, **best, 获得国家级认定=True, 提供虚假材料=True).grade == "不合格"
    assert result_of(standard, 获得国家级认定=True).grade == "优秀"
