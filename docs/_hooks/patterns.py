"""The pages of sentence patterns (句式), from the good case files that the tests run."""

from .cases import all_cases, good_page, relative, title
from .text import md

#: Chinese titles of the folders under tests/cases, in the order of the pages; others go by their names.
TITLES = {
    "patterns": "计分的句子",
    "caps": "上限",
    "heads": "一类指标的上限、系数和加扣分",
    "deductions": "扣分",
    "series": "第几次扣几分，以此类推",
    "coefficients": "系数",
    "alike": "视同",
    "slopes": "达标得分，不达标逐步扣分",
    "periods": "每月、每季度、每户每月",
    "words": "边界用语和数",
    "brackets": "括号",
    "description": "说明〖〗",
    "facts": "数据项",
    "branches": "否则、其中",
    "best": "取最高、不重复",
    "lines": "按比例、线性插值",
    "lists": "列举",
    "options": "选项",
    "numbers": "分数、比、负数和恰为",
    "references": "和别的数据项比",
    "cohort": "排名、平均值和最高值",
    "formulas": "计算",
    "dates": "日期、时长和连续天数",
    "rounding": "修约",
    "readings": "解读",
    "weights": "权重和分值",
    "tables": "评分表",
    "extra": "加分项、减分项和总分的上下限",
    "lacking": "没有该项指标的单位",
    "absences": "缺项",
    "tiers": "评定等级",
    "vetoes": "否决",
    "requirements": "基本条件",
    "file": "文件和标题",
    "official": "与原文核对",
    "variants": "本地化",
    "worked": "案例",
}
LEGEND = (
    '<p class="zs-legend"><span class="zs-op">参与计算的字</span> <span class="zs-fact">【数据项】</span> '
    '<span class="zs-desc">〖只是说明〗</span></p>'
)


def pages() -> tuple[dict[str, str], list[str]]:
    """A page a folder, and an index."""
    groups: dict[str, list[str]] = {}
    contents: dict[str, list[str]] = {}
    for case in all_cases():
        if not case.good:
            continue
        folder = case.path.parent.parent.name
        groups.setdefault(folder, []).append(good_page(case, 2))
        contents.setdefault(folder, []).append(
            f"  - [{md(title(case))}]({folder}.md#{folder}-{case.path.stem})"
        )
    made: dict[str, str] = {}
    index = [
        "# 句式\n",
        "每个例子都是测试运行的用例：规则文件能这样写，算出来就是这里写的结果。",
        "条文照抄，只加括号；括号外面的字用哪些词，看这里和[边界用语](../bounds.md)。",
        "例子里只有一个指标时省去了标题，标题是“指标（权重1）”，60分以上合格，80分以上优秀。\n",
        LEGEND + "\n",
    ]
    if not groups:
        return {"patterns/index.md": "\n".join(index)}, ["句式：tests/cases 下没有一个 good 用例"]
    order = [*TITLES, *groups]
    for folder, parts in sorted(groups.items(), key=lambda item: order.index(item[0])):
        name = TITLES.get(folder, folder)
        source = f"这一页由 `tests/cases/{folder}/good` 里的用例生成。"
        made[f"patterns/{folder}.md"] = f"# {name}\n\n{source}\n\n{LEGEND}\n\n" + "\n".join(parts)
        index.append(f"- [**{name}**]({folder}.md)\n\n" + "\n".join(contents[folder]))
    return {"patterns/index.md": "\n".join(index) + "\n", **made}, []


__all__ = ["LEGEND", "TITLES", "pages", "relative"]
