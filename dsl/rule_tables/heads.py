"""Column heads of rule tables (表头): what each column holds, as data, and which kind of table follows from it."""

from typing import Literal

from attrs import frozen

from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Source

#: What a column holds: a label (the last label column names the indicator), the unit that points are given
#: for, points, a rule, a requirement with quotas, the floor, the target, or words that score nothing.
Role = Literal[
    "number", "label", "unit", "points", "cap", "rule", "requirement", "floor", "target", "commentary"
]

#: The official heads and their usual synonyms. A word belongs to one role only.
HEADS: dict[Role, tuple[str, ...]] = {
    "number": ("序号", "编号"),
    "label": (
        "指标",
        "一级指标",
        "二级指标",
        "三级指标",
        "四级指标",
        "指标名称",
        "评价指标",
        "考核指标",
        "评分指标",
        "测评指标",
        "指标项",
        "评价项目",
        "考核项目",
        "评分项目",
        "评分项",
        "考核项",
        "评价内容及指标",
        "项目",
        "类别",
        "指标类别",
        "指标内容",
    ),
    "unit": ("积分单位", "计分单位", "计量单位", "积分方式"),
    "points": ("分值", "分数", "标准分", "标准分值", "满分", "满分值", "权重分", "积分", "基本分值"),
    "cap": ("备注", "上限", "封顶", "说明及上限"),
    "rule": (
        "评分标准",
        "评分细则",
        "评分办法",
        "评分方法",
        "评分规则",
        "计分标准",
        "计分方法",
        "计分办法",
        "计分规则",
        "得分标准",
        "考核标准",
        "考核细则",
        "评价标准",
        "评价细则",
        "评价方法",
        "扣分标准",
        "加分标准",
        "评分依据",
        "符合即得分",
    ),
    "requirement": (
        "要求",
        "评价内容",
        "考核内容",
        "评价要求",
        "考核要求",
        "指标要求",
        "目标值",
        "指标值",
        "标准要求",
        "工作要求",
    ),
    "floor": ("基本要求", "最低要求", "合格要求", "合格值", "门槛值", "基准值"),
    "target": ("满分要求", "满分值要求", "优秀要求", "满分标准"),
    "commentary": (
        "指标说明",
        "指标解释",
        "评审依据",
        "评审依据及其来源",
        "数据来源",
        "佐证材料",
        "证明材料",
        "评价要点",
        "资料清单",
        "填报说明",
        "责任单位",
        "考核部门",
    ),
}
ROLE_OF: dict[str, Role] = {word: role for role, words in HEADS.items() for word in words}

Kind = Literal["point", "floor-target", "rule-cell", "outline"]

#: The kinds of table, what each needs beside labels and points, and what it is called in messages.
KINDS: dict[Kind, tuple[tuple[Role, ...], str]] = {
    "floor-target": (("label", "points", "floor", "target"), "|指标|分值|基本要求|满分要求|"),
    "point": (("label", "unit", "points"), "|一级指标|二级指标|积分单位|分值|备注|"),
    "rule-cell": (("rule",), "|指标|要求|评分标准|分值|"),
    "outline": (("label", "commentary"), "|一级指标|二级指标|指标说明|评审依据|"),
}
#: Which other roles each kind may have; 备注 is commentary where it caps nothing.
_FURTHER: dict[Kind, tuple[Role, ...]] = {
    "floor-target": ("number", "cap", "commentary"),
    "point": ("number", "cap", "commentary"),
    "rule-cell": ("number", "label", "points", "requirement", "cap", "commentary"),
    "outline": ("number", "points", "cap"),
}


@frozen
class Columns:
    """A recognised head: the kind, and the columns of each role in order."""

    kind: Kind
    at: dict[Role, tuple[int, ...]]

    def of(self, role: Role) -> tuple[int, ...]:
        """The columns of a role."""
        return self.at.get(role, ())

    def one(self, role: Role) -> int | None:
        """The only column of a role, None where there is none."""
        own = self.of(role)
        return own[0] if own else None


def recognise(table: ast.Table, source: Source) -> Columns | Diagnostic:
    """Which kind of table the heads make."""
    roles: list[Role] = []
    for cell in table.head:
        role = ROLE_OF.get(plain(cell.text))
        if role is None:
            return _unknown(cell, table, source)
        roles.append(role)
    at: dict[Role, tuple[int, ...]] = {
        role: tuple(i for i, own in enumerate(roles) if own == role) for role in dict.fromkeys(roles)
    }
    for kind, (needed, _) in KINDS.items():
        if set(needed) <= set(roles) <= {*needed, *_FURTHER[kind]}:
            twice = next((r for r in roles if len(at[r]) > 1 and r not in _MANY), None)
            if twice is not None:
                cell = table.head[at[twice][1]]
                message = f"“{table.head[at[twice][0]].text}”和“{cell.text}”两列说的是同一件事"
                return Diagnostic("ZS0120", message, source, cell.span, "只留一列")
            return Columns(kind, at)
    return Diagnostic(
        "ZS0116",
        "这样的表头不成一种评分表",
        source,
        table.head[0].span.cover(table.head[-1].span),
        _known(),
    )


#: Roles that several columns may have.
_MANY = ("label", "commentary", "requirement", "rule")


def _known() -> str:
    kinds = "；".join(head for _, head in KINDS.values())
    return f"可用的表头：{kinds}；级别和等次的表：|级别|一等奖|二等奖|；分级表（“分级评价”一节）：|指标|一星|二星|……|"


def _unknown(cell: ast.Cell, table: ast.Table, source: Source) -> Diagnostic:
    from difflib import get_close_matches

    near = get_close_matches(plain(cell.text), ROLE_OF, 1)
    help_text = f"是不是“{near[0]}”？" if near else _known()
    shown = cell.text or "（空）"
    at = cell.span if cell.text else table.head[0].span.cover(table.head[-1].span)
    return Diagnostic("ZS0116", f"表头里不认识的列“{shown}”", source, at, help_text)
