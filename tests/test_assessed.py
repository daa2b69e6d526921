"""What an assessor signs: the outputs of the library's standards, whole and with facts left out."""

import json
from collections.abc import Iterator
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from compiled import compiled, standard

from zhunsheng.commands.score import render
from zhunsheng.library import Standard
from zhunsheng.runtime.result import Result

SCHEMA: dict[str, Any] = json.loads(
    files("zhunsheng.runtime.rendering").joinpath("result.schema.json").read_text(encoding="utf-8")
)
STANDARDS = Path(__file__).parent.parent / "standards"
EXAMPLES = [
    (folder.name, path)
    for folder in sorted(STANDARDS.iterdir())
    for path in sorted((folder / "examples").glob("*.yaml"))
    if not standard(folder.name).program.open_terms
]


def example(name: str, file: str) -> dict[str, Any]:
    """The facts of an example, as they were typed."""
    path = STANDARDS / name / "examples" / file
    found: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    return found


def without(name: str, file: str, *gone: str) -> Result:
    """An example with facts left out."""
    facts = {key: value for key, value in example(name, file).items() if key not in gone}
    return standard(name).score(facts)


def said(result: Result) -> dict[str, str]:
    """A result in its four formats."""
    return {form: render(result, form, colour=False) for form in ("text", "md", "html", "json")}


def variations(own: Standard, path: Path) -> Iterator[Result]:
    """An example whole, without every third fact, and nothing at all."""
    facts = example(path.parent.parent.name, path.name)
    named = [key for key in facts if not key.startswith("评价")]
    yield own.score(path)
    for start in range(3):
        yield own.score({key: value for key, value in facts.items() if key not in named[start::3]})
    yield own.score({})


@pytest.mark.parametrize(("name", "path"), EXAMPLES, ids=lambda value: getattr(value, "stem", value))
def test_every_output_is_valid_and_complete(name: str, path: Path) -> None:
    """The JSON keeps to its schema; what is told open, missing or read is told in every format."""
    check = jsonschema.Draft202012Validator(SCHEMA)
    for result in variations(standard(name), path):
        pages = said(result)
        assert [error.message for error in check.iter_errors(json.loads(pages["json"]))] == []
        for page in (pages["text"], pages["md"], pages["html"]):
            assert ("数据齐全" in page) <= ("未提供" not in page)
            assert ("不属于任何等级" in page) is result.none_possible
        open_facts = {f.name for c in result.conditions for f in c.facts if not f.known}
        assert open_facts <= {missing.name for missing in result.missing}
        if result.graded or result.unscored:
            assert "影响总分" not in pages["text"]


@pytest.mark.parametrize("name", sorted({name for name, _ in EXAMPLES}))
def test_every_reading_is_printed(name: str) -> None:
    """An assessor sees under which readings was scored, those of single tiers and of mere remarks too."""
    own = compiled(name)
    assert own.program is not None
    result = standard(name).score({})
    assert len(result.readings) == len(own.program.readings)
    for form, page in said(result).items():
        for reading in result.readings:
            assert form == "html" or form == "md" or reading.reason in page


def test_a_single_number_is_read_beside_its_tier() -> None:
    """★ has one number, 100, read as 100 and less."""
    tiers = standard("shanghai-store-points").score({}).tiers
    assert tiers[0].name == "★"
    assert tiers[0].readings[0].startswith("单值：以下（")


@pytest.mark.parametrize(
    ("name", "file", "eligible"),
    [
        # all nine are judged
        ("shandong-platform-recognition", "recognised.yaml", True),
        ("shandong-platform-recognition", "not-recognised.yaml", False),
        # eight of the basic requirements are judged
        ("guangzhou-service-agency", "institution.yaml", True),
        ("shanxi-platform-functions", "several.yaml", True),
        ("shanxi-platform-functions", "closed.yaml", False),
    ],
)
def test_eligibility_rests_on_judgement(name: str, file: str, eligible: bool) -> None:
    """Without what assessors judged, the other facts would leave eligibility open."""
    result = standard(name).score(STANDARDS / name / "examples" / file)
    assert result.eligible is eligible
    assert result.judgement.decides_eligibility
    pages = said(result)
    assert all("资格依赖判断" in pages[form] for form in ("text", "md", "html"))
    assert '"decides_eligibility": true' in pages["json"]


def test_an_open_eligibility_tells_the_judged_conditions() -> None:
    """One yes-or-no question is not answered: eligibility is open, and what assessors judged already is told."""
    facts = example("guangzhou-service-agency", "institution.yaml")
    del facts["具有独立法人资格"]
    result = standard("guangzhou-service-agency").score(facts)
    judged = result.judgement.judged_conditions
    assert result.eligible is None
    assert not result.judgement.decides_eligibility
    assert judged == ("条件2", "条件3", "条件4")
    assert all(own.holds is not None for own in result.conditions if own.id in judged)
    pages = said(result)
    assert all("部分条件依赖判断" in pages[form] for form in ("text", "md", "html"))
    assert all(f"{'、'.join(judged)}是否满足依赖评审员的判断" in pages[form] for form in ("text", "md"))
    assert '"judged_conditions": [' in pages["json"]


def test_what_is_known_by_itself_is_no_judged_condition() -> None:
    """With no judgement at all nothing rests on it, whatever else is open."""
    result = standard("guangzhou-service-agency").score({"具有独立法人资格": "是"})
    assert result.eligible is None
    assert result.judgement.judged_conditions == ()
    assert "部分条件依赖判断" not in said(result)["text"]


def test_a_fact_that_is_known_decides_without_judgement() -> None:
    """No legal person: not eligible, whatever is judged."""
    facts = example("guangzhou-service-agency", "institution.yaml") | {"具有独立法人资格": "否"}
    assert not standard("guangzhou-service-agency").score(facts).judgement.decides_eligibility


def test_an_open_tier_may_change_without_judgement() -> None:
    """Both tiers stay possible, with the judged points and without: whether the tier changes is not settled."""
    own = standard("miit-2017-103")
    result = own.score(STANDARDS / "miit-2017-103" / "examples" / "incomplete.json")
    assert len(result.possible_grades) > 1
    assert result.judgement.decides_grade is None
    assert "等级可能改变" in said(result)["text"]
    assert "等级不变" not in said(result)["text"]


@pytest.mark.parametrize(
    ("name", "file"),
    [("miit-2017-103", "institution.yaml"), ("shili-db34-project", "training.yaml")],
)
def test_the_judged_shares_add_up(name: str, file: str) -> None:
    """The points of the indicators that rest on judgement add up to those of the total."""
    share = standard(name).score(STANDARDS / name / "examples" / file).judgement
    assert sum((Fraction(part.points) for part in share.shares), Fraction(0)) == share.points


def test_levels_name_their_facts_and_evidence() -> None:
    """Each level's numbers stand with their facts; levels have no points, so no ends."""
    result = standard("guangzhou-service-agency").score(
        STANDARDS / "guangzhou-service-agency" / "examples" / "institution.yaml"
    )
    four = next(tier for tier in result.tiers if tier.name == "四星")
    assert (four.low, four.high) == (None, None)
    assert "“注册资本”80万元 ≥ 50万元" in four.needs
    capital = next(fact for fact in four.facts if fact.name == "注册资本")
    assert capital.evidence == "营业执照"
    assert "注册资本 80万元（佐证材料：营业执照）" in said(result)["text"]


def test_a_missing_total_leaves_everything_open() -> None:
    """From 0 up without end: no tier at all below 75, three to five stars above; 0 is reached, above is no limit."""
    own = standard("jiangsu-2020-2-stars")
    result = own.score({})
    assert (result.total_min, result.total_max, result.sharp) == (0, None, True)
    assert result.possible_grades == ("三星", "四星", "五星")
    assert result.none_possible
    assert result.missing[0].swing is None
    pages = said(result)
    assert "也可能不属于任何等级" in pages["text"]
    assert "没有证明能够取到" not in pages["text"]
    given = own.score({"综合评分": {"值": "74.99", "佐证材料": "评审打分表"}})
    assert given.none_possible
    assert given.total_fact is not None
    assert given.total_fact.evidence == "评审打分表"
    assert "综合评分 74.99分（佐证材料：评审打分表）" in said(given)["text"]


def test_points_without_a_limit_have_a_proved_minimum() -> None:
    """The least is reached, and above there is no limit that would want a proof; totals are whole, so 1000.5 is none."""
    result = without("shanghai-store-points", "institution.yaml", "卖家登录", "购买产品")
    assert (result.total_max, result.sharp, result.none_possible) == (None, True, False)
    assert "没有证明能够取到" not in said(result)["text"]
    assert {m.name for m in result.missing if m.decides_grade} >= {"卖家登录", "购买产品"}


def test_raw_figures_come_with_their_evidence() -> None:
    """The evidence of the figures of a formula is told in every format."""
    result = standard("miit-2017-103").score(STANDARDS / "miit-2017-103" / "examples" / "institution.yaml")
    pages = said(result)
    for words in ("2025年度审计报告第9页", "2025年度审计报告第8页", "服务台账汇总"):
        assert all(words in page for page in pages.values())
    assert "范围：0～100分" in pages["text"]


def test_a_figure_that_ties_two_scores_is_bounded_exactly() -> None:
    """The number of enterprises raises 4.1 and lowers 402 ÷ it in 4.2: no number reaches 80 points."""
    own = standard("miit-2017-103")
    facts = {k: v for k, v in example("miit-2017-103", "institution.yaml").items() if k != "年度服务企业"}
    result = own.score(facts)
    assert result.sharp
    assert result.total_min is not None and result.total_max is not None
    for count in (1, 99, 100, 101, 134, 199, 200, 201, 268, 400, 402, 403, 700):
        total = own.score(facts | {"年度服务企业": count}).total
        assert total is not None
        assert result.total_min <= total <= result.total_max
    assert result.possible_grades == ("合格",)


@pytest.mark.parametrize(
    ("figures", "most"),
    [
        # nothing spent for the public: 0%, whatever was spent in all
        ({"公益性服务支出": 0}, 0),
        ({"公益性服务支出": 1}, 100),
    ],
)
def test_a_known_raw_figure_bounds_a_ratio(figures: dict[str, int], most: int) -> None:
    """The share of clause 1.4.2 over what the other figure can be."""
    result = standard("miit-2017-103").score(figures)
    leaf = next(leaf for leaf in result.indicators[0].children if leaf.id == "1.4")
    clause = next(c for c in leaf.clauses if any(f.name == "公益部分年度占比" for f in c.facts))
    assert (clause.points_max == 0) is (most == 0)
    assert result.sharp


def test_a_tier_without_proof_is_doubted() -> None:
    """4.2 of no enterprise is no number: its range stands, without proof, and so do the tiers above."""
    result = standard("miit-2017-103").score({"年度服务企业": 0})
    assert not result.sharp
    assert "优秀" in result.doubtful_grades
    assert "没有证明能够达到的：" in said(result)["text"]


def test_amounts_and_distances_are_readable() -> None:
    """Large amounts in 万元, exactly; a rounded number has its unit beside it and its fraction behind."""
    facts = example("miit-2017-103", "institution.yaml") | {"年度服务总次数": 563}
    page = said(standard("miit-2017-103").score(facts))["text"]
    # 563 ÷ 268 = 2.10074…
    assert "约2.100746次（563/268）" in page
    assert "8.64万元" in page
    assert "86400元" not in page
