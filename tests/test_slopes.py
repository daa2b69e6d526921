"""Thresholds with slopes and deductions against their definition, and their intervals against every completion."""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

import pytest
from case_files import CASES, read_case

from zhunsheng.compiler.compile import compile_file
from zhunsheng.library import Standard

#: Cases whose facts are counted through, with what each fact may be.
COMPLETED: dict[str, Mapping[str, list[object]]] = {
    "slopes/good/both-ways": {"培训人次": [0, 39, 40, 85, 99, 100, 109, 110, 151, 400]},
    "slopes/good/quota-with-points": {"专业人员": [0, 4, 5, 9, 10, 11], "有专职负责人": [True, False]},
    "slopes/good/yes-or-no": {"按期完成": [True, False], "逾期": ["0天", "0.5天", "9天", "9.5天", "30天"]},
    "slopes/good/not-applicable": {"服务满意度": ["0%", "65%", "89.9%", "90%", "100%", "不适用"]},
    "slopes/good/beside-a-band": {"培训人次": [0, 95, 100, 199, 200], "有专职负责人": [True, False]},
    "deductions/good/doubled": {"有效投诉": [0, 1, 2, 9], "情节严重": [0, 1, 3]},
    "deductions/good/halved": {"有效投诉": [0, 1, 2, 9], "已妥善解决": [0, 1, 3]},
    "deductions/good/below-zero": {"重大投诉": [0, 1, 3, 4, 9]},
    "deductions/good/per-household-times-times": {"未整改户": [0, 1, 4], "检查": [0, 1, 4]},
    "deductions/good/no-points-of-the-sentence-before": {
        "按时报送": [True, False],
        "内容失实": [True, False],
        "采用电子方式": [True, False],
    },
}


def _standard(case: str, folder: Path) -> Standard:
    block = read_case(CASES / f"{case}.md").rules
    mark = block.option or "权重1"
    text = f"# 片段\n\n## 指标（{mark}）\n\n{block.text}\n## 评定等级\n\n60分以上评为合格；60分（不含）以下评为不合格。\n"
    path = folder / "case.zhun.md"
    path.write_text(text, encoding="utf-8")
    compiled = compile_file(path)
    assert compiled.program is not None, compiled.diagnostics
    return Standard(compiled.program, path)


@pytest.mark.parametrize("case", COMPLETED)
def test_intervals_hold_every_completion(case: str, tmp_path: Path) -> None:
    """With any of the facts missing, no completion of them lies outside the interval."""
    standard = _standard(case, tmp_path)
    facts = COMPLETED[case]
    complete: list[dict[str, object]] = [{}]
    for name, values in facts.items():
        complete = [known | {name: value} for known in complete for value in values]
    for one in complete:
        total = standard.score(one).total
        assert total is not None
        for hidden in facts:
            partial = standard.score({name: value for name, value in one.items() if name != hidden})
            assert partial.total_min is None or partial.total_min <= total
            assert partial.total_max is None or total <= partial.total_max
        nothing = standard.score({})
        assert nothing.total_min is None or nothing.total_min <= total
        assert nothing.total_max is None or total <= nothing.total_max


@pytest.mark.parametrize("reading", ["整步", "按比例", "进一"])
def test_slope_by_its_definition(reading: str, tmp_path: Path) -> None:
    """达到90%得10分，每低于1个百分点扣2分, under each reading of 步长."""
    text = "# 片段\n\n## 指标（10分）\n\n【满意度】达到90%得10分，每低于1个百分点扣2分。\n\n## 解读\n\n"
    text += f"| 条款 | 疑义 | 采用 | 理由 |\n|---|---|---|---|\n| 1个百分点 | 步长 | {reading} | 理由 |\n"
    path = tmp_path / "case.zhun.md"
    path.write_text(text, encoding="utf-8")
    compiled = compile_file(path)
    assert compiled.program is not None
    standard = Standard(compiled.program, path)
    for tenths in (0, 7, 799, 845, 849, 850, 851, 889, 890, 891, 899, 900, 901, 1000):
        gap = max(Fraction(0), Fraction(900 - tenths, 10))
        steps = {"整步": Fraction(floor(gap)), "按比例": gap, "进一": Fraction(ceil(gap))}[reading]
        result = standard.score({"满意度": f"{tenths // 10}.{tenths % 10}%"})
        assert result.total == max(Fraction(0), 10 - 2 * steps)
