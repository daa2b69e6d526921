"""A standard that is not in force on the day of evaluation says so."""

import datetime
from pathlib import Path

import pytest

import zhunsheng

RULES = """# 服务评价

{head}

## 沟通渠道（权重1）

每建立一种【渠道】加20分，直到满分100为止。
"""


@pytest.mark.parametrize(
    ("head", "date", "notice"),
    [
        ("实施日期：2023-04-01", "2023-03-31", "这个标准2023-04-01起实施，评价日期2023-03-31时还没有实施"),
        ("实施日期：2023-04-01", "2023-04-01", None),
        ("施行日期：2020年2月21日", "2020-02-20", "这个标准2020-02-21起实施，评价日期2020-02-20时还没有实施"),
        ("失效日期：2024-01-01", "2023-12-31", None),
        ("失效日期：2024-01-01", "2024-01-01", "这个标准已于2024-01-01失效，评价日期2024-01-01时不再有效"),
        ("时效性：失效", "2024-01-01", "这个标准的时效性是“失效”，评分只能作参考"),
        ("时效性：失效", None, "这个标准的时效性是“失效”，评分只能作参考"),
        ("时效性：失效\n失效日期：2024-01-01", "2023-06-30", None),
        ("时效性：现行", "2024-01-01", None),
    ],
)
def test_notice(tmp_path: Path, head: str, date: str | None, notice: str | None) -> None:
    """Before 实施日期, from 失效日期 on, and where the state alone says so."""
    path = tmp_path / "a.zhun.md"
    path.write_text(RULES.format(head=head), encoding="utf-8")
    day = None if date is None else datetime.date.fromisoformat(date)

    result = zhunsheng.load(path).score({"渠道": 1}, date=day)

    assert result.notices == (() if notice is None else (notice,))
