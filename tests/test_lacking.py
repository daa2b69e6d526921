"""Facts that do not apply: the interval with missing facts holds what every way to fill them in gives."""

import itertools
from fractions import Fraction
from pathlib import Path

import pytest

from zhunsheng.library import Standard, load

HEAD = "# 示例\n\n## 甲（10分）\n\n{one}\n\n## 乙（10分）\n\n{two}\n\n## 评定等级\n\n12分以上为合格，不足12分为不合格。\n"
TABLES = """
## 数据项

| 名称 | 类型 | 单位 | 范围 | 备注 |
|---|---|---|---|---|
| 出口额 | 个数 | 项 | 0～20 | 不适用 |
| 投诉 | 个数 | 起 | 0～8 | 不适用 |
| 迟报 | 是否 | | | |

## 解读

| 条款 | 疑义 | 采用 | 理由 |
|---|---|---|---|
| 1.2 | 不适用得分 | {adopted} | 理由 |
"""
RULES = {
    "shared": (
        "【出口额】10项以上的得10分，其他情况得2分。没有该项指标的，得6分。",
        "【出口额】低于5项的扣7分，每发生一起【投诉】扣2分。没有该项指标的，得满分。",
        "",
    ),
    "coefficient": (
        "【出口额】10项以上的得8分。没有该项指标的，得6分。【出口额】适用且【迟报】的，本项得分乘以0.5。",
        "每发生一起【投诉】扣2分。不涉及该项工作的，得3分。",
        "",
    ),
    "beside": (
        "【出口额】达到10项得6分，每低于1项扣1分。【投诉】不适用的，得3分。【投诉】不超过2起的得4分。",
        "【出口额】5项以上的得10分；【出口额】不适用的，按满分的80%计分。",
        "本数据项",
    ),
    "instead": (
        "【出口额】达到10项得6分，每低于1项扣1分。【投诉】不适用的，得3分。【投诉】不超过2起的得4分。",
        "【出口额】5项以上的得10分；【出口额】不适用的，按满分的80%计分。【迟报】的，本指标视为0分。",
        "本指标",
    ),
}
VALUES = {
    "出口额": ["不适用", *map(str, range(21))],
    "投诉": ["不适用", *map(str, range(9))],
    "迟报": ["是", "否"],
}


@pytest.mark.parametrize("name", RULES)
def test_every_completion_lies_within(tmp_path: Path, name: str) -> None:
    """Both ends are reached too where the result says that they are sharp."""
    one, two, adopted = RULES[name]
    tables = TABLES.format(adopted=adopted) if adopted else TABLES.partition("## 解读")[0]
    path = tmp_path / "示例.zhun.md"
    if "迟报" not in one + two:
        tables = tables.replace("| 迟报 | 是否 | | | |\n", "")
    path.write_text(HEAD.format(one=one, two=two) + tables, encoding="utf-8")
    standard = load(path)
    facts = [fact for fact in VALUES if fact in one + two]
    totals = {
        given: _total(standard, dict(zip(facts, given, strict=True)))
        for given in itertools.product(*(VALUES[fact] for fact in facts))
    }
    for known in itertools.product(*(("", *VALUES[fact]) for fact in facts)):
        if "" not in known or hash(known) % 3:
            continue
        reached = [
            total
            for given, total in totals.items()
            if all(a in ("", b) for a, b in zip(known, given, strict=True))
        ]
        result = standard.score({f: v for f, v in zip(facts, known, strict=True) if v})
        assert (result.total_min, result.total_max) == (min(reached), max(reached)), known


def _total(standard: Standard, facts: dict[str, str]) -> Fraction:
    total = standard.score(facts).total
    assert total is not None
    return Fraction(total)
