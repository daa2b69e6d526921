"""How fast the generated scoring function is, in ratios measured in one run.

``python benchmarks/score.py`` compares the generated module of the 2017 standard with a hand-written one
(``handwritten.py``) over the same random applicants, after checking that the two agree, and counts how often
float and Decimal versions give a wrong tier to applicants at exactly 60 and 80 points.
"""

import random
import sys
import timeit
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

import handwritten

import zhunsheng
from zhunsheng.runtime.facts import FactSpec, FactType, Value
from zhunsheng.runtime.support import NA

APPLICANTS, ROUNDS, EXACT = 400, 15, 2_000
GOALS = {"score": 1.2, "trace": 2.0}


def random_value(spec: FactSpec, rng: random.Random) -> Value:
    """A plausible value of a fact, decimals as people print them."""
    if spec.allows_na and rng.random() < 0.1:
        return NA
    if spec.type.truth:
        return rng.random() < (0.03 if "损失" in spec.name or "违法" in spec.name else 0.75)
    if spec.type is FactType.POINTS:
        return rng.choice([0, 5, 8, 10, 15, 20, 40])
    if spec.type is FactType.PERCENT:
        value = Fraction(rng.randint(0, 1000), 1000)
        return value.numerator if value.denominator == 1 else value
    if spec.type is FactType.COUNT and spec.unit == "家":
        return rng.randint(0, 700)
    if spec.type.whole:
        return rng.randint(0, 12)
    value = Fraction(rng.randint(0, 400), 100)
    return value.numerator if value.denominator == 1 else value


def pairs(first: Callable[[], object], second: Callable[[], object]) -> tuple[float, float, float]:
    """Median seconds of both, taken in turn, and the median ratio first/second of the pairs."""
    one, two = [], []
    for _ in range(ROUNDS):
        one.append(timeit.timeit(first, number=1))
        two.append(timeit.timeit(second, number=1))
    return median(one), median(two), median(a / b for a, b in zip(one, two, strict=True))


def exactly(
    total: int, specs: dict[str, FactSpec], score: Any, rng: random.Random
) -> Mapping[str, Value] | None:
    """An applicant with just this total, by moving one judgement; None where that cannot be."""
    facts = {name: random_value(spec, rng) for name, spec in specs.items()}
    facts["获得其他额外服务效益"] = 0
    facts["服务对企业造成重大损失"] = facts["带来违法违规效应"] = False
    missing = Fraction(total) - Fraction(score(facts)[0], 100)
    needed = missing / Fraction(8, 100)
    if not 0 <= needed <= 10 or (needed * 1000).denominator != 1:
        return None
    facts["获得其他额外服务效益"] = needed.numerator if needed.denominator == 1 else needed
    return facts if score(facts)[0] == total * 100 else None


def wrong_tiers(specs: dict[str, FactSpec], score: Any) -> None:
    """Counts wrong tiers of float and Decimal at exactly 60 and 80."""
    rng = random.Random(3)
    for total in (60, 80):
        found: list[Mapping[str, Value]] = []
        while len(found) < EXACT:
            facts = exactly(total, specs, score, rng)
            if facts is not None:
                found.append(facts)
        truth = [score(f)[1] for f in found]
        floats = [handwritten.plain(f, float, float)[1] for f in found]
        decimals = [handwritten.plain(f, Decimal, as_decimal)[1] for f in found]
        wrong = sum(a != b for a, b in zip(truth, floats, strict=True))
        wrong_decimal = sum(a != b for a, b in zip(truth, decimals, strict=True))
        print(f"  exactly {total}: float wrong on {wrong} of {EXACT}, Decimal wrong on {wrong_decimal}")


def as_decimal(value: int | Fraction) -> Decimal:
    """A fact as a Decimal."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def main() -> int:
    """Prints the ratios; exits 1 where a goal is missed."""
    standard = zhunsheng.load("miit-2017-103")
    module = standard.module
    specs = {spec.name: spec for spec in standard.facts if spec.name in module.facts}
    rng = random.Random(1)
    applicants = [{name: random_value(spec, rng) for name, spec in specs.items()} for _ in range(APPLICANTS)]
    for facts in applicants:
        total, tier, _ = module.score(facts)
        assert (total, tier) == handwritten.score(facts) == handwritten.collect(facts)[:2]
        ours = [(t[0], t[1], t[2], tuple(c[2] for c in t[3])) for t in module.trace(facts)[4]]
        theirs = [(t[0], t[1], t[2], tuple(c[2] for c in t[3])) for t in handwritten.collect(facts)[2]]
        assert ours == theirs
    print(f"Python {sys.version.split()[0]}, {APPLICANTS} applicants, {ROUNDS} rounds in turn; medians")

    def over(function: Callable[[Mapping[str, Value]], object]) -> Callable[[], object]:
        return lambda: [function(facts) for facts in applicants]

    missed = False
    for name, ours_f, theirs_f in (
        ("score", module.score, handwritten.score),
        ("trace", module.trace, handwritten.collect),
    ):
        mine, theirs_time, ratio = pairs(over(ours_f), over(theirs_f))
        verdict = "met" if ratio <= GOALS[name] else "MISSED"
        missed = missed or ratio > GOALS[name]
        print(
            f"  {name}: generated {mine / APPLICANTS * 1e6:.1f} µs, by hand {theirs_time / APPLICANTS * 1e6:.1f} µs, "
            f"ratio {ratio:.2f} (goal ≤ {GOALS[name]}: {verdict})"
        )
    whole, _, ratio = pairs(over(lambda f: standard.score(to_python(f))), over(module.score))
    print(f"  whole result with trace tree and texts: {whole / APPLICANTS * 1e6:.0f} µs, {ratio:.0f} × score")
    for label, number, convert in (("float", float, float), ("Decimal", Decimal, as_decimal)):
        mine, other, ratio = pairs(
            over(module.score),
            over(lambda f, n=number, c=convert: handwritten.plain(f, n, c)),  # type: ignore[misc]
        )
        print(
            f"  {label} by hand, no checks: {other / APPLICANTS * 1e6:.1f} µs; generated exact is {ratio:.2f} of it"
        )
    print("wrong tiers:")
    wrong_tiers(specs, module.score)
    return 1 if missed else 0


def to_python(facts: Mapping[str, Value]) -> dict[str, object]:
    """Facts as a caller of the public API gives them; judgements signed."""
    result: dict[str, object] = {}
    for name, value in facts.items():
        own = "不适用" if value is NA else Fraction(value) if type(value) is int else value
        key = "分值" if name in handwritten.JUDGED else "值"
        signed = name in handwritten.JUDGED or name in JUDGED_YES
        result[name] = {key: own, "评审员": "甲", "理由": "基准"} if signed else own
    return result


JUDGED_YES = tuple(
    spec.name for spec in zhunsheng.load("miit-2017-103").facts if spec.type is FactType.JUDGED
)

if __name__ == "__main__":
    assert Path(__file__).name == "score.py"
    raise SystemExit(main())
