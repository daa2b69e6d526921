"""A fact of every type in every kind of clause: a type that the words contradict is an error, and nothing crashes."""

import pytest

from zhunsheng.compiler.compile import compile_source
from zhunsheng.runtime.diagnostics import has_errors
from zhunsheng.runtime.facts import FactType
from zhunsheng.runtime.source import Source

NUMBERS = {"个数", "数量", "清单"}
TRUTHS = {"是否", "评判"}
#: What says that a type and a use contradict each other (options that nothing names among them).
WRONG_TYPE = {"ZS0302", "ZS0298", "ZS0315", "ZS0331"}
#: By name: a sentence that uses 【甲】, the section it stands in, and the types that 甲 can have there. 选项 needs options of its own.
CLAUSES: dict[str, tuple[str, str, set[str]]] = {
    "酌情加分": ("【甲】酌情加分。", "指标", {"评分"}),
    "酌情得分": ("【乙】的，【甲】酌情得分。", "指标", {"评分"}),
    "酌情扣分": ("【甲】酌情扣1～5分。", "指标", {"评分"}),
    "每涉及酌情": ("每涉及一个【甲】酌情加分。", "指标", {"评分"}),
    "是": ("【甲】的，加5分。", "指标", TRUTHS),
    "否定": ("未【甲】的，扣5分。", "指标", TRUTHS),
    "每": ("每建立一种【甲】加5分。", "指标", NUMBERS),
    "比较个数": ("【甲】3次以上的，加5分。", "指标", NUMBERS),
    "比较百分比": ("【甲】达到80%以上的，加5分。", "指标", {"百分比"}),
    "比较金额": ("【甲】达到80万元以上的，加5分。", "指标", {"金额"}),
    "比较时长": ("【甲】达到3天以上的，加5分。", "指标", {"时长", "个数"}),
    "步长": ("【乙】的得5分，每【甲】1次扣1分。", "指标", NUMBERS),
    "其中加倍": ("每起【乙】扣2分，其中【甲】的加倍。", "指标", NUMBERS),
    "视同": ("【乙】的，加5分。【甲】的，视同【乙】。", "指标", TRUTHS),
    "除外": ("【乙】的，加5分（【甲】除外）。", "指标", TRUTHS),
    "其中之一": ("具备以下条件之一的，得5分：①【甲】；②【乙】。", "指标", TRUTHS),
    "单项零分": ("【乙】的，加5分。若【甲】的，本指标项目视为0分。", "指标", TRUTHS),
    "算式": ("得分＝【甲】×20。", "指标", {"个数", "数量", "百分比", "清单", "金额", "时长", "评分"}),
    "日期": ("【甲】在有效期内的，加5分。", "指标", {"日期"}),
    "名次": ("【甲】由高到低排名第1名的，加5分。", "指标", {"个数", "数量", "百分比", "金额", "时长", "评分", "清单"}),
    "否决": ("【甲】的，直接评为不合格。", "一票否决", TRUTHS),
    "条件": ("【甲】。", "基本条件", TRUTHS),
    "条件比较": ("【甲】3次以上。", "基本条件", NUMBERS),
    "总分系数": ("【甲】的，总分减半。", "评定等级", TRUTHS),
    "等级条件": ("【甲】的，直接认定为合格。", "评定等级", TRUTHS),
}  # fmt: skip


def _text(sentence: str, section: str, type: str) -> str:
    leaf = sentence if section == "指标" else "每建立一种【丙】加5分。"
    tiers = "60分以上为合格；60分（不含）以下为不合格。"
    tiers += f"\n\n{sentence}" if section == "评定等级" else ""
    others = f"## {section}\n\n{sentence}\n\n" if section in ("一票否决", "基本条件") else ""
    table = f"## 数据项\n\n| 名称 | 类型 | 范围 |\n|---|---|---|\n| 甲 | {type} | {'良、中' if type == '选项' else ''} |\n"
    return f"# 示例\n\n## 指标（20分）\n\n{leaf}\n\n## 评定等级\n\n{tiers}\n\n{others}{table}"


@pytest.mark.parametrize("type", [type.value for type in FactType])
@pytest.mark.parametrize("clause", CLAUSES)
def test_type(clause: str, type: str) -> None:
    """What contradicts is told, with a message about the fact; what fits never is."""
    sentence, section, fitting = CLAUSES[clause]
    compiled = compile_source(Source("甲.zhun.md", _text(sentence, section, type)), "甲")
    codes = {fault.code for fault in compiled.diagnostics}
    assert bool(codes & WRONG_TYPE) == (type not in fitting)
    assert type in fitting or has_errors(compiled.diagnostics)
