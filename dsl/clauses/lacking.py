"""Reading what those get to whom something does not apply: what sentences say of them that cannot be worked out."""

from lark import Tree

from zhunsheng.dsl.clauses.tokens import Node, Reader, tokens_of

_POINTS = "直接写几分，如“得3分”，或“按满分的80%计分”"


def said_of_others(reader: Reader, body: Node, *, lacking: bool) -> None:
    """Refuses the mean score of others, their mean in place of a number, and 不参与评分, which is a 缺项."""
    words = "".join(tokens_of(body))
    mean = (
        body.data == "by_formula" and lacking and "平均分" in words and "【" not in words and _bare_mean(body)
    )
    if body.data == "mean_score" or mean:
        message = f"“{words}”算不出来：别的单位得几分，要等他们评完才知道"
        raise reader.fault("ZS0584", message, body, _POINTS)
    if lacking and body.data == "by_formula" and _bare_mean(body):
        message = f"“{words}”：没有这个数的单位，用别人的平均值代替，还不能这样写"
        raise reader.fault("ZS0584", message, body, _POINTS)
    if body.data == "uncounted":
        message = f"“{words}”是得0分，还是缺项（得分按其余指标折算）？"
        help_text = "得0分的，写成“得0分”；缺项的，写成“……，本指标为缺项”，并在“## 评定等级”一节写明怎样折算"
        raise reader.fault("ZS0582", message, body, help_text)


def _bare_mean(body: Node) -> bool:
    """Whether a formula is 平均分 or 【甲】的平均值 alone."""
    inner = [child for child in body.children if isinstance(child, Tree)]
    return len(inner) == 1 and inner[0].data == "cohort"
