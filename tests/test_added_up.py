"""The page of a result can be added up by hand: coefficients of sums, and both ends where indicators may be absent."""

from pathlib import Path

from click.testing import CliRunner

from zhunsheng.cli import cli

COEFFICIENTS = """# 示例

## 甲（40分）

【发生事故】的，本类得分乘以0.9。

### 甲一（20分）

【有制度】的，得20分。

### 甲二（20分）

【有人员】的，得20分。

## 乙（60分）

【有场地】的，得60分。

## 评定等级

60分（不含）以下为不合格；60分（含）以上为合格。【被通报】的，总分减半。
"""

ABSENT = """# 示例

## 甲（30分）

【甲数】每有一个加10分，最多30分。

## 乙（70分）

【乙数】每有一个加10分，最多70分。

## 评定等级

60分（不含）以下为不合格；60分（含）以上为合格。缺项不计分，总分按比例折算。
"""


def _page(rules: str, facts: str, folder: Path, ending: str = "txt") -> str:
    (folder / "r.zhun.md").write_text(rules, encoding="utf-8")
    (folder / "f.yaml").write_text(facts, encoding="utf-8")
    paths = [str(folder / name) for name in ("r.zhun.md", "f.yaml", f"o.{ending}")]
    result = CliRunner().invoke(cli, ["score", *paths[:2], "-o", paths[2]], catch_exceptions=False)
    assert Path(paths[2]).exists(), result.output
    return Path(paths[2]).read_text(encoding="utf-8")


def test_coefficients(tmp_path: Path) -> None:
    """甲: 20 + 0 = 20, × 0.9 = 18, so 2 less, and 22 lost of 40; the whole 18 + 60 = 78, half of which is 39."""
    facts = "发生事故: 是\n有制度: 是\n有人员: 否\n有场地: 是\n被通报: 是\n"
    for ending in ("txt", "md", "html"):
        page = _page(COEFFICIENTS, facts, tmp_path, ending)
        assert "计入总分：各行合计20分，少2分，为18分；失分：各行合计20分，多2分，为22分" in page
        assert "计入总分：各行合计78分，少39分，为39分" in page
    page = _page(COEFFICIENTS, facts, tmp_path)
    assert (
        "1 合计：20 ＋ 0 = 20；1.本类.1 发生事故的，本类得分乘以0.9：“发生事故”为是，20分 × 0.9 = 18分"
        in page
    )


def test_both_ends(tmp_path: Path) -> None:
    """Nothing known of whether 甲 is absent: at best 30 of 70, at worst 30 of 100."""
    page = _page(ABSENT, "甲数: 0\n乙数: 3\n乙缺项: {值: 否, 评审员: 丁, 理由: 有}\n", tmp_path)
    assert "最高：约42.857143分（300/7），不合格" in page
    assert (
        "缺项1（30分），缺项不计分，总分按比例折算：30 ÷ （100 － 30） × 100 = 约42.857143（300/7）" in page
    )
    assert "全部缺项的无法评定" not in page
    page = _page(ABSENT, "甲数: 0\n乙数: 3\n", tmp_path)
    assert "是不是缺项还没有提供：甲缺项、乙缺项）：全部缺项的无法评定，不属于任何等级" in page


CAPPED = """# 示例

## 持证（15分）

【持证人数】每有一人加3分，最多15分；【有制度】的，加6分。

## 场地（85分）

【有场地】的，得85分。

## 评定等级

60分（不含）以下为不合格；60分（含）以上为合格。

## 解读

| 条款 | 疑义 | 采用 | 理由 |
|---|---|---|---|
| 最多15分 | 上限 | 本句 | 写在这一句里 |
"""


def test_room_of_the_indicator(tmp_path: Path) -> None:
    """3 of its own 15, but with the 6 beside it the indicator has room for 15 − 9 = 6 only; without 有制度 known, the total
    is 88 or 94, at least 28 above 60."""
    page = _page(CAPPED, "持证人数: 1\n有制度: 是\n有场地: 是\n", tmp_path)
    assert "本句最多15分，未达到，还可计6分" in page
    page = _page(CAPPED, "持证人数: 1\n有场地: 是\n", tmp_path)
    assert "高于“合格”下限至少28分" in page
