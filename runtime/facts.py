"""Facts (数据项): what is asked of an applicant, and what was answered.

A :class:`FactSpec` is one line of a standard's data dictionary. A :class:`FactSheet` (填报表) is one
applicant's answers. Values are exact: ``bool`` for 是否 and 评判, ``int`` for 个数 and 清单, ``int`` or
``Fraction`` for 数量, 百分比 (86% is ``Fraction(43, 50)``), 金额, 时长 and 评分, ``date`` for 日期, ``str`` for 选项.
"""

import datetime
from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from attrs import field, frozen

from zhunsheng.runtime.support import NotApplicable

#: The day on which all is evaluated: a fact with this name, never the clock.
EVALUATION_DATE = "评价日期"


class FactType(StrEnum):
    """The types of the data dictionary, under their official names."""

    YES_NO = "是否"
    COUNT = "个数"
    QUANTITY = "数量"
    PERCENT = "百分比"
    MONEY = "金额"
    DATE = "日期"
    DURATION = "时长"
    CHOICE = "选项"
    LIST = "清单"
    POINTS = "评分"
    JUDGED = "评判"

    @property
    def numeric(self) -> bool:
        """Whether values are numbers that clauses compare or count."""
        return self in _NUMERIC

    @property
    def whole(self) -> bool:
        """Whether values are whole numbers, never below zero."""
        return self in (FactType.COUNT, FactType.LIST)

    @property
    def judgement(self) -> bool:
        """Whether an assessor has to answer for the value, with a reason."""
        return self in (FactType.POINTS, FactType.JUDGED)

    @property
    def truth(self) -> bool:
        """Whether values are 是 or 否."""
        return self in (FactType.YES_NO, FactType.JUDGED)


_NUMERIC = frozenset(
    {
        FactType.COUNT,
        FactType.QUANTITY,
        FactType.PERCENT,
        FactType.MONEY,
        FactType.DURATION,
        FactType.LIST,
        FactType.POINTS,
    }
)

#: A value as the scoring functions take it.
Value = bool | int | Fraction | datetime.date | str | NotApplicable


@frozen
class FactUse:
    """A clause that reads a fact: its id (3.3.2) and its official words."""

    id: str
    text: str


#: What can be taken from several results of another standard.
AGGREGATES = ("平均得分", "最低得分", "最高得分", "个数")


@frozen
class Handed:
    """A fact that is worked out from results (评价结果) of another standard: the standard's id, and which of
    :data:`AGGREGATES` it is."""

    standard: str
    aggregate: str


#: What is asked of a fact among all that are scored together: places from the first and from the last, the number of
#: places, the mean, the mean without the largest and smallest, the largest, the smallest.
CohortKind = Literal["rank", "last", "size", "mean", "trimmed", "max", "min"]
#: How places go on behind equal values: 1, 1, 3 or 1, 1, 2.
Ties = Literal["跳号", "连号"]


@frozen
class Cohort:
    """A fact over all that are scored together: what it asks of the fact `of`, with `within` only among those with
    the same option of that fact. Of a place, `larger_first` says whether the largest value has place 1, `then` which
    facts decide in turn between equal values, each with whether the larger is before the smaller, `ties` what follows
    places that stay equal; `trim` is how many values a trimmed mean leaves out at each end."""

    kind: CohortKind
    of: str
    within: str = ""
    larger_first: bool = True
    ties: Ties = "跳号"
    trim: int = 0
    then: tuple[tuple[str, bool], ...] = ()

    @property
    def question(self) -> str:
        """What to give where one applicant is scored by itself."""
        among = f"{self.within}相同的评价对象" if self.within else "全部评价对象"
        if self.kind in ("rank", "last"):
            first = "从大到小" if self.larger_first else "从小到大"
            last = "，从最后一名倒数" if self.kind == "last" else ""
            after = "后面的名次跳过" if self.ties == "跳号" else "后面的名次不跳过"
            keys = "，再比".join(f"{name}，{'大' if larger else '小'}的在前" for name, larger in self.then)
            same = f"数相同的比{keys}，都相同的" if keys else "数相同的"
            return f"{self.of}在{among}中{first}排列的名次{last}（{same}名次相同，{after}）"
        if self.kind == "size":
            return f"{among}中{self.of}参加排名的有几个"
        words = {"mean": "平均值", "max": "最大值", "min": "最小值"}
        value = words.get(self.kind, f"去掉{self.trim}个最大值和{self.trim}个最小值后的平均值")
        return f"{among}的{self.of}的{value}（包括本评价对象）"


@frozen
class FactSpec:
    """One entry of the data dictionary.

    `low` and `high` bound the value, both included, in the value's own terms (a percentage as a
    ratio); None is no bound. `unit` is the unit the value is counted in (种, 家, 元, 年), "%" for a
    percentage, "分" for judged points, "" for none. `formula` holds the official words of a derived
    fact's 计算, else "". `handed` says that the value can be handed over as results of another standard.
    `dated` marks a 清单 whose items each come with a date.
    `cohort` says what it is over all that are scored together.
    With `or_zero`, 0 is a value too, though `low` is above it (酌情扣1～5分, where there may be nothing to
    take points off for).
    """

    name: str
    type: FactType
    unit: str = ""
    low: Fraction | None = None
    high: Fraction | None = None
    question: str = ""
    evidence: str = ""
    note: str = ""
    allows_na: bool = False
    choices: tuple[str, ...] = ()
    formula: str = ""
    uses: tuple[FactUse, ...] = ()
    handed: "Handed | None" = None
    dated: bool = False
    or_zero: bool = False
    cohort: Cohort | None = None


@frozen
class Entry:
    """One answer. `value` is None where the fact is unknown, which is never the same as 0 or 否.

    `text` is the value as it was typed, `places` how many decimals of it were printed (of the
    percentage, for 86.5% it is 1; None where the number is exact by nature), `items` the names of a
    清单, `repeated` those named more than once, `dates` the dates of its items (None where they were not given), `count` the number recorded with judged points,
    `where` the place in the file (第3行, 工作表“填报表”第7行). `assumed` marks an answer put in by --assume-no. `worked`
    says how a fact over all that are scored together was worked out, or why it is open.
    """

    value: Value | None
    text: str = ""
    evidence: str = ""
    assessor: str = ""
    reason: str = ""
    items: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    dates: tuple[datetime.date, ...] | None = None
    count: int | None = None
    places: int | None = None
    where: str = ""
    assumed: bool = False
    worked: str = ""


@frozen
class FactSheet:
    """One applicant's answers, checked against a standard's data dictionary.

    `notices` are remarks in Chinese that are no errors (a file converted from GB18030, repeated items
    of a 清单). `digest` is the SHA-256 of the file's bytes, or of the canonical JSON of a mapping.
    """

    entries: Mapping[str, Entry]
    subject: str = ""
    date: datetime.date | None = None
    digest: str = ""
    notices: tuple[str, ...] = field(default=())
