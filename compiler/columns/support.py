"""What columns cannot work out exactly, by name. The docs print this beside the nodes of the IR; plans name it where they refuse."""

from enum import StrEnum


class Unsupported(Exception):
    """A construct of :class:`Construct` that a plan met."""

    def __init__(self, construct: "Construct") -> None:
        super().__init__(construct.value)


class Construct(StrEnum):
    """Constructs that only the Python back end works out. A batch scores such standards row by row."""

    STREAKS = "清单里日期的连续天数（每连续10天）"
    RECENT_ITEMS = "清单里日期在近几年内的项数（近三年）"
    RESCALE = "缺项（不适用的指标按其余指标折算）"
    LINEAR_QUOTIENT = "按比例得分的数由两个数相除得来"
    SCALING_QUOTIENT = "由两个数相除得来的系数"


#: The nodes of the IR in which each construct arises, with what of the node is meant where it is not the whole.
NODES: dict[Construct, tuple[str, str]] = {
    Construct.STREAKS: ("Streaks", ""),
    Construct.RECENT_ITEMS: ("Recent", "over the items of a 清单; over a 日期 it is supported"),
    Construct.RESCALE: ("Rescale", ""),
    Construct.LINEAR_QUOTIENT: (
        "Linear, Counted",
        "pro rata over a fact that is itself a quotient of two facts",
    ),
    Construct.SCALING_QUOTIENT: ("Scaling", "by a fact that is itself a quotient of two facts"),
}
