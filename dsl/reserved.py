"""Headings and head entries of a rule file that have a meaning of their own. language.md section 3."""

from zhunsheng.dsl.clauses.tokens import Start

#: Second-level headings with a meaning of their own. language.md section 3.
RESERVED = (
    *(
        "基本条件",
        "加分项",
        "减分项",
        "一票否决",
        "评定等级",
        "分级评价",
        "数据项",
        "计算",
        "解读",
        "案例",
        "本地化",
    ),
    *("术语解释", "附注"),
)
#: Other titles of reserved sections.
SYNONYMS = {"基本要求": "基本条件", "参评条件": "基本条件", "申报条件": "基本条件"}
#: What the paragraphs of a section are read as; elsewhere they are rules.
STARTS: dict[str, Start] = {"基本条件": "requirement", "评定等级": "tiers", "一票否决": "veto"}
#: Those that hold commentary only.
COMMENTARY = ("术语解释", "附注")
HEAD_KEYS = (
    *(
        "文号",
        "发布机关",
        "发布日期",
        "实施日期",
        "施行日期",
        "失效日期",
        "时效性",
        "原文",
        "依据",
        "状态",
        "编号",
        "标准编号",
    ),
    *("适用范围", "版本", "来源", "说明", "比较方法"),
)


def canonical(title: str) -> str:
    """The name of a reserved section, of whose titles there may be several."""
    return SYNONYMS.get(title, title)


def is_reserved(title: str) -> bool:
    """Whether a second-level heading has a meaning of its own."""
    return canonical(title) in RESERVED
