"""Scoring through the public API: missing facts, vetoes, derived facts, judgement, the result's fields."""

from fractions import Fraction
from pathlib import Path

import pytest

import zhunsheng
from zhunsheng.compiler.checks.official import departure
from zhunsheng.compiler.compile import compile_file
from zhunsheng.runtime.result import ClauseResult, IndicatorResult, Result

STANDARD = zhunsheng.load("miit-2017-103")
EXAMPLES = STANDARD.path.parent / "examples"


def leaves(result: Result) -> dict[str, IndicatorResult]:
    """The indicators that are scored, by id."""

    def visit(node: IndicatorResult) -> list[IndicatorResult]:
        return [leaf for child in node.children for leaf in visit(child)] if node.children else [node]

    return {leaf.id: leaf for node in result.indicators for leaf in visit(node)}


def clause(result: Result, id: str) -> ClauseResult:
    """One clause of a result."""
    return next(c for leaf in leaves(result).values() for c in leaf.clauses if c.id == id)


def test_the_examples() -> None:
    """The totals worked out by hand in the example files' own comments and in the standard's notes."""
    totals = {path.name: STANDARD.score(path) for path in sorted(EXAMPLES.iterdir())}
    assert {n: (r.total, r.grade, r.status) for n, r in totals.items()} == {
        "form.xlsx": (92, "优秀", "complete"),
        "incomplete.json": (None, None, "incomplete"),
        "institution.yaml": (Fraction("78.4"), "合格", "complete"),
    }
    incomplete = totals["incomplete.json"]
    # 0.05×695＋0.07×(100＋80＋32)＋0.06×220＋0.08×120 = 72.39; with 3.3, 3.2, 4.3 and 5.2 full: 88.55
    assert (incomplete.total_min, incomplete.total_max) == (Fraction("72.39"), Fraction("88.55"))
    assert incomplete.sharp
    assert incomplete.possible_grades == ("合格", "优秀")


def test_the_clauses_depart_from_the_official_text_nowhere() -> None:
    """Every executable character stands in source.txt; the standard may depart in under 3% of them, and does in none."""
    compiled = compile_file(STANDARD.path)
    assert compiled.parsed is not None
    assert departure(compiled.parsed, STANDARD.path) == 0


def test_distances_to_the_neighbouring_tiers() -> None:
    """78.4 is 1.6 below 80 and 18.4 above 60."""
    result = STANDARD.score(EXAMPLES / "institution.yaml")
    assert result.next_grade is not None
    assert (result.next_grade.grade, result.next_grade.points) == ("优秀", Fraction("1.6"))
    assert result.margin == Fraction("18.4")


def test_contributions_add_up() -> None:
    """What is printed adds up: clauses to scores, scores to contributions, contributions to the total."""
    for path in sorted(EXAMPLES.iterdir()):
        result = STANDARD.score(path)
        own = leaves(result).values()
        assert sum((Fraction(leaf.contribution_min or 0) for leaf in own), Fraction(0)) == result.total_min
        for leaf in own:
            assert leaf.earned is not None
            assert leaf.lost is not None
            assert leaf.open is not None
            assert leaf.earned + leaf.lost + leaf.open == Fraction(leaf.weight or "1") * 100


def test_nothing_supplied_is_everything_open() -> None:
    """An untouched sheet is unknown, not zero: 0 to 100, all three tiers, every scored fact missing."""
    result = STANDARD.score({})
    assert (result.total, result.total_min, result.total_max) == (None, 0, 100)
    assert result.possible_grades == ("不合格", "合格", "优秀")
    assert result.vetoed is None
    assert len(result.missing) == 46
    assert result.sharp


def test_assume_no_says_so() -> None:
    """On request the missing count as 否 and 0, and the result tells which."""
    result = STANDARD.score({"渠道": 5}, assume_no=True)
    assert (result.total, result.grade) == (5, "不合格")
    assert any("--assume-no" in notice and "服务对接" in notice for notice in result.notices)
    assert clause(result, "1.2.1").facts[0].assumed


def test_a_general_veto_decides_whatever_is_missing() -> None:
    """One of the two suffices (解读 并列：或); the score that stood is kept."""
    result = STANDARD.score({"带来违法违规效应": True, "渠道": 5})
    assert (result.status, result.grade, result.vetoed) == ("vetoed", "不合格", True)
    assert result.total is None
    assert result.total_min == 5


def test_a_derived_fact_from_raw_figures() -> None:
    """402 services for 268 enterprises are exactly 1.5 a year: 50 + 30 points."""
    result = STANDARD.score({"年度服务总次数": 402, "年度服务企业": 268})
    assert leaves(result)["4.2"].score == 80
    assert "402次" in clause(result, "4.2.2").facts[0].formula


def test_a_missing_derived_fact_asks_for_raw_figures_first() -> None:
    """Only those that are missing; the number itself is the other way."""
    name = "年均单一企业接受该项服务的次数"
    asked = {missing.name: missing.question for missing in STANDARD.score({"年度服务企业": 268}).missing}
    assert asked[name].startswith("填报原始数：年度服务总次数（【年均单一企业接受该项服务的次数】")
    assert "；也可直接填：评价年度内，平均每家企业接受该项服务多少次？" in asked[name]


def test_a_division_by_zero_is_undecided() -> None:
    """No enterprise last year: the growth is 无法评定, its clause open, never a crash and never 0."""
    result = STANDARD.score({"年度服务企业": 120, "上年度服务企业": 0})
    growth = clause(result, "4.1.3")
    assert growth.facts[0].value == "无法评定"
    assert (growth.outcome, growth.points_min, growth.points_max) == ("待定", 0, 10)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        # 30÷100 is 30%, not 25%
        ({"公益性服务支出": 30, "服务总支出": 100, "公益部分年度占比": "25%"}, "ZS0951"),
        # 1÷3 = 33.33…%; printed to a whole per cent it is 33%
        ({"公益性服务支出": 1, "服务总支出": 3, "公益部分年度占比": "34%"}, "ZS0951"),
        # more spent for the public than spent in all
        ({"公益性服务支出": 300, "服务总支出": 100}, "ZS0952"),
    ],
)
def test_contradictions(facts: dict[str, object], code: str) -> None:
    """A fact given together with raw figures that contradict it is an error."""
    with pytest.raises(zhunsheng.FactsError) as caught:
        STANDARD.score(facts)
    assert [d.code for d in caught.value.diagnostics] == [code]


def test_a_rounded_figure_agrees_with_its_raw_figures() -> None:
    """33% and 1÷3 agree at the precision that 33% is printed with."""
    result = STANDARD.score({"公益性服务支出": 1, "服务总支出": 3, "公益部分年度占比": "33%"})
    assert clause(result, "1.4.2").points == 30


def test_judgement_is_counted_and_signed() -> None:
    """8 points of 2.1 at weight 0.05 are 0.4 of the total."""
    facts = {"根据实际情况合理做出人员安排": {"分值": 8, "评审员": "甲", "理由": "夜间值班安排合理"}}
    result = STANDARD.score(facts, assume_no=True)
    assert result.judgement.points == Fraction("0.4")
    assert clause(result, "2.1.4").judgement


def test_exactness_at_the_edge() -> None:
    """A satisfaction of 69.999…% is below 70%, and 7/10 is not."""
    low = STANDARD.score({"相关服务满意度": Fraction(7 * 10**12 - 1, 10**13)}, assume_no=True)
    high = STANDARD.score({"相关服务满意度": Fraction(4, 5)}, assume_no=True)
    assert clause(low, "3.3.3").points == 0
    assert clause(high, "3.3.3").points == 10


def test_errors_of_the_api(tmp_path: Path) -> None:
    """A standard that does not compile and one that is not there."""
    bad = tmp_path / "bad.zhun.md"
    bad.write_text("# 标准\n\n## 甲（权重1）\n\n服务热情周到。\n", encoding="utf-8")
    with pytest.raises(zhunsheng.RulesError) as caught:
        zhunsheng.load(bad)
    assert [d.code for d in caught.value.diagnostics] == ["ZS0201"]
    with pytest.raises(LookupError, match="miit-2017-103"):
        zhunsheng.load("no-such-standard")


def test_the_same_twice() -> None:
    """Deterministic: the same rules, facts and date give the same result."""
    path = EXAMPLES / "institution.yaml"
    assert STANDARD.score(path) == zhunsheng.load("miit-2017-103").score(path)
