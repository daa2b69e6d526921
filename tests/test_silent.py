"""Texts that once scored silently wrong: each is asked about, or scores what an official means.

The expected totals are worked out by hand beside each text.
"""

from pathlib import Path

import pytest

from zhunsheng.compiler.compile import compile_source
from zhunsheng.library import FactsError, Standard, load
from zhunsheng.runtime.source import Source

Rows = tuple[tuple[str, str, str], ...]


def standard(rules: str, head: str, readings: Rows) -> tuple[Standard | None, list[str]]:
    """A standard of one indicator, and the codes of its errors."""
    text = f"# 测\n\n## 甲（{head}）\n\n{rules}\n"
    if readings:
        rows = "".join(f"| {a} | {b} | {c} | 例 |\n" for a, b, c in readings)
        text += f"\n## 解读\n\n| 条款 | 疑义 | 采用 | 理由 |\n|---|---|---|---|\n{rows}"
    compiled = compile_source(Source("测.zhun.md", text), "test")
    errors = [d.code for d in compiled.diagnostics if d.severity == "error"]
    return (None if compiled.program is None else Standard(compiled.program, Path("测.zhun.md"))), errors


START = ("全文", "起评分", "零分")
ONE_BAND = ("全文", "分段", "分段择一")


@pytest.mark.parametrize(
    ("rules", "head", "readings", "facts", "total"),
    [
        # 10% has not reached 70%: 0 + 90
        ("【满意度】达到70%后，加10分；【乙】的，加90分。", "100分", (), {"满意度": "10%", "乙": True}, 90),
        ("【甲】达到60%后每一个【乙】加5分。", "100分", (), {"甲": "10%", "乙": 10}, 0),
        # 80% is no longer in 60%≤…<80%
        ("60%≤【甲】<80%的，得3分；【甲】≥80%的，得5分。", "10分", (ONE_BAND,), {"甲": "80%"}, 5),
        ("80%>【甲】≥60%的，得3分；【甲】≥80%的，得5分。", "10分", (ONE_BAND,), {"甲": "60%"}, 3),
        # 10 − 2 × 2, not 0 less 4
        ("未发生【甲】得10分，每发生1起【甲】扣2分。", "10分", (), {"甲": 2}, 6),
        # One of three is lacking
        (
            "【甲】、【乙】、【丙】齐全的，得5分；【甲】的，得1分。",
            "6分",
            (),
            {"甲": True, "乙": True, "丙": False},
            1,
        ),
        # 100 − min(150, 20) = 80
        ("每发生一起【甲】扣5分，最多20分；【乙】的，扣10分。", "100分", (), {"甲": 30, "乙": False}, 80),
        # 20 − min(10, 6) = 14
        (
            "【有制度】的，加20分；每发生一起【投诉】扣2分，最多扣6分。",
            "20分",
            (START,),
            {"有制度": True, "投诉": 5},
            14,
        ),
        # min(100 + 60, 40) = 40, then min(40 + 100, 60) = 60
        (
            "每一个【甲】加5分，每三个【甲】加10分，最多40分；每一个【乙】加5分；直到满分60为止。",
            "100分",
            (("最多40分", "上限", "本数据项"), ("满分60", "上限", "本指标"), ("1.1", "分段", "分段累计")),
            {"甲": 20, "乙": 20},
            60,
        ),
        # 99 is in 50～99 read 含: 10
        (
            "【企业】50～99家的得10分，100～199家的得15分，200家以上的得20分。",
            "20分",
            (("1.1", "本数", "含"), ("199家", "本数", "不含"), ("全文", "分段", "分段择一")),
            {"企业": 99},
            10,
        ),
    ],
)
def test_scores(rules: str, head: str, readings: Rows, facts: dict[str, object], total: int) -> None:
    """The text scores what its words say."""
    own, errors = standard(rules, head, readings)
    assert own is not None, errors
    assert own.score(facts).total == total


@pytest.mark.parametrize(
    ("rules", "head", "readings", "code"),
    [
        ("【甲】的，本项加10分；【乙】的，加90分。", "100分", (), "ZS0202"),
        ("每一家【甲】加一分；【乙】达到一百二家的，加50分。", "100分", (), "ZS0203"),
        ("没有【甲】或【乙】的，扣10分。", "100分", (), "ZS0222"),
        ("每获得一项【国家级奖】加20分，每获得一项【省级奖】加10分，最多30分。", "100分", (), "ZS0415"),
        ("每开展一次【活动】加2分，最高不超过10分；获得【表彰】的，加5分，最多15分。", "15分", (), "ZS0415"),
        ("上年度【通过审计】的，加50分；本年度【通过审计】的，加50分。", "100分", (), "ZS0301"),
        ("【甲】10家以下的，加10分；10家以上的，加20分。", "30分", (("全文", "分段", "分段择一"),), "ZS0512"),
        (
            f"{'；'.join(f'若【{x}】低于60%的，本指标视为0分' for x in '甲乙丙')}；【丁】、【戊】的，加100分。",
            "100分",
            (),
            "ZS0417",
        ),
        ("每举办一场【培训】〖（减半）〗加2分。", "100分", (), "ZS0204"),
        ("未发生【甲】得8分，每发生1起扣2分；【乙】的得2分。", "10分", (), "ZS0600"),
        ("未发生【甲】得10分，每发现1起扣2分。", "10分", (), "ZS0212"),
    ],
)
def test_questions(rules: str, head: str, readings: Rows, code: str) -> None:
    """The text is not scored before the author has said what it means."""
    own, errors = standard(rules, head, readings)
    assert own is None
    assert errors == [code]


def test_not_applicable_may_lie_beyond_a_range() -> None:
    """不适用 counts as nothing although the range begins at 70%: the end of the interval is 50, not 100."""
    text = (
        "# 测\n\n## 甲（100分）\n\n【甲】60%以上的，加50分；【乙】的，加50分。\n\n## 数据项\n\n"
        "| 名称 | 类型 | 范围 | 备注 |\n|---|---|---|---|\n| 甲 | 百分比 | 70～100% | 不适用 |\n"
    )
    program = compile_source(Source("测.zhun.md", text), "test").program
    assert program is not None
    result = Standard(program, Path("测.zhun.md")).score({"乙": True})
    assert (result.total_min, result.total_max, result.sharp) == (50, 100, True)


def test_an_end_that_is_not_proved_is_not_called_sharp() -> None:
    """Points per one and a deduction per seven of the same fact: more than the tried counts can matter."""
    own, errors = standard("每一个【甲】加3分；每七个【甲】扣20分。", "100分", (START,))
    assert own is not None, errors
    result = own.score({})
    assert not result.sharp
    # 62 of them: 62×3 − 8×20 = 26
    assert own.score({"甲": 62}).total == 26
    assert result.total_max is not None
    assert result.total_max >= 26


@pytest.mark.parametrize("answer", ["=1+1", "true", "-", "暂无", "！", ["无"], ["热线电话", "=A1"]])
def test_what_names_no_item_is_not_counted(answer: object) -> None:
    """A formula's text, a yes or a stroke is no channel; counted as one it would earn 20 points."""
    with pytest.raises(FactsError) as caught:
        load("miit-2017-103").score({"渠道": answer})
    assert [d.code for d in caught.value.diagnostics] == ["ZS0945"]
