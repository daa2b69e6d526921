"""Words that measure one fact by another: 是【乙】的3倍以上, 高于【乙】20%以上, 比【乙】增长10%以上."""

#: Words after which a number says by how much one fact lies above or below another (高于【乙】20%以上).
ABOVE = ["高于", "多于", "大于", "超过", "超出"]
BELOW = ["低于", "少于", "小于"]

#: Changes against another fact, and whether they go down.
CHANGES = dict.fromkeys(
    [
        "增长了",
        "增长",
        "增加了",
        "增加",
        "增幅",
        "提高了",
        "提高",
        "上升了",
        "上升",
        "提升了",
        "提升",
        "高出",
        "高于",
        "高",
        "多出",
        "多",
        "超出",
        "超过",
    ],
    False,
) | dict.fromkeys(
    [
        "下降了",
        "下降",
        "降低了",
        "降低",
        "减少了",
        "减少",
        "降幅",
        "低于",
        "低",
        "少于",
        "少",
        "缩短了",
        "缩短",
    ],
    True,
)

_GROWN = "是|为|系|相当于|(?:增长|增加|提高|上升|提升|扩大|增)[到至]|(?:下降|降低|减少|减|降)[到至]"


def terminals(numeral: str) -> dict[str, str]:
    """Terminal → regular expression; `numeral` is that of a numeral."""
    number = rf"(?:{numeral})(?:倍|%|[分/])"
    changes = "|".join(sorted(CHANGES, key=len, reverse=True))
    return {
        # 是【乙】的3倍, but not 为律师事务所.
        "IS_OF": rf"(?:{_GROWN})(?=[^，。；：【】]{{0,8}}【[^【】]*】的{number})",
        "OF_REFERENCE": rf"的(?={number})",
        "THAN": "(?:比|较|相比|相较于|较之)(?=[^，。；：【】]{0,8}【|[^，。；：【】]{0,40}(?:平均[值数分]|平均水平|均值|最[高大低小]值))",
        "CHANGE": f"(?:{changes})",
    }
