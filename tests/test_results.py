"""Results of another standard as facts: handed over by the caller, scored here and now."""

from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

import zhunsheng
from zhunsheng.cli import cli
from zhunsheng.library import Standard

PROJECT = """# 项目评价

## 渠道（权重1）

每建立一种【渠道】加20分，直到满分100为止。
"""
AGENCY = """# 机构评价

## 项目水平（权重1）

【项目平均得分】达到60分的，加50分；【主要服务项目】达到2项的，加50分。

## 数据项

| 名称 | 类型 | 单位 | 备注 |
|---|---|---|---|
| 项目平均得分 | 数量 | 分 | 评价结果：project，平均得分 |
| 主要服务项目 | 个数 | 项 | 评价结果：project，个数 |
"""


@pytest.fixture
def agency(tmp_path: Path) -> Standard:
    """The two standards beside each other, and three projects' facts."""
    (tmp_path / "project.zhun.md").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "agency.zhun.md").write_text(AGENCY, encoding="utf-8")
    for name, count in (("甲", "4"), ("乙", "1"), ("丙", "null")):
        (tmp_path / f"{name}.yaml").write_text(f"评价对象: {name}\n渠道: {count}\n", encoding="utf-8")
    (tmp_path / "agency.yaml").write_text("评价对象: 中心\n", encoding="utf-8")
    return zhunsheng.load(tmp_path / "agency.zhun.md")


def files(agency: Standard, *names: str) -> dict[str, list[Path]]:
    """The files of some projects, handed over under the project standard's id."""
    return {"project": [agency.path.parent / f"{name}.yaml" for name in names]}


def test_both_facts_are_taken(agency: Standard) -> None:
    """甲 4×20 = 80, 乙 1×20 = 20; mean (80+20)/2 = 50 < 60: 0; two projects ≥ 2: 50. Together 50."""
    result = agency.score({}, results=files(agency, "甲", "乙"))

    assert result.total == 50
    facts = {f.name: f for c in result.indicators[0].clauses for f in c.facts}
    assert facts["项目平均得分"].evidence == "project的平均得分：甲80分、乙20分"
    assert len(result.notices) == 2


def test_one_fact_by_name(agency: Standard) -> None:
    """Handed over under a fact's name, only that fact is taken."""
    result = agency.score({"主要服务项目": 1}, results={"项目平均得分": files(agency, "甲")["project"]})

    assert result.total == Fraction(50)


def test_an_open_result_leaves_its_fact_unknown(agency: Standard) -> None:
    """丙 is not known, so neither is the mean; the number of projects is."""
    result = agency.score({}, results=files(agency, "甲", "丙"))

    assert (result.total_min, result.total_max) == (50, 100)


def test_the_digest_covers_the_results(agency: Standard) -> None:
    """Other results, other hash of the facts."""
    one = agency.score({}, results=files(agency, "甲"))
    two = agency.score({}, results=files(agency, "乙"))

    assert one.hashes.facts != two.hashes.facts


@pytest.mark.parametrize(
    ("facts", "names", "key", "code"),
    [
        ({}, ("甲", "甲"), "project", "ZS0954"),
        ({}, ("甲",), "没有", "ZS0955"),
        ({"主要服务项目": 3}, ("甲",), "project", "ZS0953"),
    ],
)
def test_mistakes(
    agency: Standard, facts: dict[str, object], names: tuple[str, ...], key: str, code: str
) -> None:
    """The same subject twice, a name that nothing takes, a value beside the result."""
    with pytest.raises(zhunsheng.FactsError) as error:
        agency.score(facts, results={key: files(agency, *names)["project"]})

    assert [d.code for d in error.value.diagnostics] == [code]


def test_unknown_standard(agency: Standard) -> None:
    """The other standard must be in the library or beside this one."""
    (agency.path.parent / "project.zhun.md").unlink()
    with pytest.raises(zhunsheng.FactsError) as error:
        agency.score({}, results=files(agency, "甲"))

    assert [d.code for d in error.value.diagnostics] == ["ZS0956"]


def test_command(agency: Standard) -> None:
    """`--result NAME=FILE,FILE` on the command line; a wrong form is wrong usage."""
    folder = agency.path.parent
    command = ["score", str(agency.path), str(folder / "agency.yaml"), "--format", "json"]
    both = f"project={folder / '甲.yaml'},{folder / '乙.yaml'}"

    done = CliRunner().invoke(cli, [*command, "--result", both])
    assert done.exit_code == 0
    assert '"total": "50"' in done.stdout
    assert CliRunner().invoke(cli, [*command, "--result", "project"]).exit_code == 2
