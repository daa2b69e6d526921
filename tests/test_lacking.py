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
| 总额 | 个数 | 项 | 1～10 | |
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
#: Rules in which one figure moves several facts, so that an end need not be reached.
TIED = {
    "itself": (
        "【出口额】10项以上的得8分，其他情况得2分。没有该项指标的，得满分。",
        "【出口额】占【总额】的60%以上的得10分，其他情况得4分。没有该项指标的，得3分。",
        "",
    ),
    "twice": (
        "【出口额】占【总额】的40%以上的得8分，其他情况得3分。没有该项指标的，得满分。",
        "【出口额】占【投诉】的40%以上的得10分，其他情况得4分。没有该项指标的，得3分。",
        "",
    ),
    "each-number": (
        "【出口额】为0项的得1分，为1项的得2分，为2项的得3分，为3项的得4分。没有该项指标的，得满分。",
        "【出口额】占【总额】的60%以上的得6分，其他情况得4分。没有该项指标的，得10分。",
        "",
    ),
}
VALUES = {
    "出口额": ["不适用", *map(str, range(21))],
    "投诉": ["不适用", *map(str, range(9))],
    "迟报": ["是", "否"],
    "总额": ["5", "10"],
}


@pytest.mark.parametrize("name", RULES | TIED)
def test_every_completion_lies_within(tmp_path: Path, name: str) -> None:
    """Both ends are reached too where the result says that they are sharp."""
    one, two, adopted = (RULES | TIED)[name]
    tables = TABLES.format(adopted=adopted) if adopted else TABLES.partition("## 解读")[0]
    path = tmp_path / "示例.zhun.md"
    rows = (
        row for row in tables.splitlines(keepends=True) if row.startswith(tuple(f"| {f} |" for f in VALUES))
    )
    for row in rows:
        if f"【{row.split()[1]}】" not in one + two:
            tables = tables.replace(row, "")
    if name == "each-number":
        tables = tables.replace("0～20", "0～3")
    path.write_text(HEAD.format(one=one, two=two) + tables, encoding="utf-8")
    standard = load(path)
    facts = [fact for fact in VALUES if f"【{fact}】" in one + two]
    values = VALUES | ({"出口额": VALUES["出口额"][:5]} if name == "each-number" else {})
    totals = {
        given: _total(standard, dict(zip(facts, given, strict=True)))
        for given in itertools.product(*(values[fact] for fact in facts))
    }
    for known in itertools.product(*(("", *values[fact]) for fact in facts)):
        if "" not in known or hash(known) % 3:
            continue
        reached = [
            total
            for given, total in totals.items()
            if total is not None and all(a in ("", b) for a, b in zip(known, given, strict=True))
        ]
        if not reached:  # nothing is a part of 0
            continue
        result = standard.score({f: v for f, v in zip(facts, known, strict=True) if v})
        ends, found = (min(reached), max(reached)), (result.total_min, result.total_max)
        assert found[0] is not None and found[1] is not None
        assert found[0] <= ends[0] and ends[1] <= found[1], known
        assert name in TIED or found == ends, known


def _total(standard: Standard, facts: dict[str, str]) -> Fraction | None:
    total = standard.score(facts).total
    return None if total is None else Fraction(total)
