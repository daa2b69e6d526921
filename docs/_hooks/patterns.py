"""The pages of sentence patterns (句式), from the good case files that the tests run."""

from .cases import all_cases, good_page, relative, title
from .text import md

#: Chinese titles of the folders under tests/cases; a folder without one goes by its name.
TITLES = {
    "awards": "条件与分数",
    "bands": "分段",
    "brackets": "括号",
    "caps": "上限",
    "cases": "案例",
    "conditions": "条件",
    "deductions": "扣分",
    "description": "说明〖〗",
    "dictionary": "数据项",
    "discretion": "酌情加分",
    "facts": "数据项",
    "file": "文件和标题",
    "formulas": "计算",
    "official": "与原文核对",
    "per": "每……加分",
    "readings": "解读",
    "scores": "得分",
    "source": "与原文核对",
    "steps": "每增加……加分",
    "subjects": "省略的主语",
    "tiers": "评定等级",
    "types": "数据项的类型和单位",
    "units": "数和单位",
    "vetoes": "否决",
    "weights": "权重和分值",
    "words": "词语",
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
        "每一句都是测试运行的用例：规则文件能这样写，算出来就是这里写的结果。",
        "条文照抄，只加括号；括号外面的字用哪些词，看这里和[边界用语](../bounds.md)。\n",
        LEGEND + "\n",
    ]
    if not groups:
        return {"patterns/index.md": "\n".join(index)}, ["句式：tests/cases 下没有一个 good 用例"]
    for folder, parts in groups.items():
        name = TITLES.get(folder, folder)
        source = f"这一页由 `tests/cases/{folder}/good` 里的用例生成。"
        made[f"patterns/{folder}.md"] = f"# {name}\n\n{source}\n\n{LEGEND}\n\n" + "\n".join(parts)
        index.append(f"- [**{name}**]({folder}.md)\n\n" + "\n".join(contents[folder]))
    return {"patterns/index.md": "\n".join(index) + "\n", **made}, []


__all__ = ["LEGEND", "TITLES", "pages", "relative"]
