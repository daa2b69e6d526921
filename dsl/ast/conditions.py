"""Facts, quantities and conditions as written."""

import datetime
from fractions import Fraction
from typing import Literal

from attrs import frozen

from zhunsheng.dsl.ast.spans import span_field
from zhunsheng.dsl.words import Comparison
from zhunsheng.runtime.source import Span


@frozen
class Aspect:
    """What is asked of a date: the time from it to the evaluation date (距评价日期), the days left from the
    evaluation date to it (在有效期内), whether it lies in the last `years` years (在近三年内), the days from
    `day` to it (早于2020年1月1日)."""

    kind: Literal["elapsed", "left", "recent", "since"]
    years: int = 0
    day: datetime.date | None = None


@frozen
class Cohort:
    """What is asked of a fact among all that are scored together: its place from the first, or from the `last`, the
    mean of all, the mean without the `trim` largest and smallest, the largest, the smallest; with `within` among those
    alone that have the same option of that fact. `larger_first` says whether the largest has place 1, None where the
    words leave it open. A `share` is the place as a part of the number of places (前15%)."""

    kind: Literal["rank", "last", "mean", "trimmed", "max", "min"]
    within: "FactMention | None" = None
    larger_first: bool | None = None
    trim: int = 0
    share: bool = False
    span: Span = span_field()


@frozen
class FactMention:
    """A 【fact】: the words shown, and the name behind ｜ where there is one. `lead` has the connectives
    (该项服务的) and the verb (建立) before it; they belong to the question, and the verb to its identity.
    `aspect` is what the sentence asks of the date that the fact is, `cohort` what it asks of the fact among all that are
    scored together; with no words of its own then, the only other fact of its formula is meant;
    `note` is what its question says besides."""

    shown: str
    name: str
    renamed: bool
    lead: str = ""
    verb: str = ""
    aspect: "Aspect | None" = None
    cohort: "Cohort | None" = None
    note: str = ""
    span: Span = span_field()


@frozen
class Quantity:
    """A number with its unit as written; `value` is in that unit (70% is 70 with unit "%")."""

    value: Fraction
    unit: str
    span: Span = span_field()


@frozen
class Edge:
    """One end of a range: a quantity and how the fact compares to it; None for a bare end."""

    quantity: Quantity
    comparison: Comparison | None
    #: Whether （含） or （不含） decided, whatever the word.
    explicit: bool = False
    word: str = ""
    #: The place of the rule table whose cell it stands in; what is open in such cells is asked once a table.
    table: int | None = None
    #: Of the last of a series of numbers without boundary words, the number before it: where each is an upper end (or
    #: a lower one, downwards), the last begins there.
    behind: Quantity | None = None
    #: Of a bare end that meets another's bare end (60%～70%, 70%～80%), the key of the question which band has the number;
    #: `comparison` leaves it to the upper band. Before the clauses are seen beside one another any text says that it does.
    meets: str = ""
    span: Span = span_field()


ConditionKind = Literal["required", "holds", "compared", "counted", "base", "chosen", "held", "lacking"]


@frozen
class Share:
    """占【总服务量】的…%: the compared fact is a part of this whole; None is the quantity that 其中 follows."""

    whole: FactMention | None
    span: Span = span_field()


@frozen
class Reference:
    """Another fact that the condition's own is measured by. Its edges bound the difference of the two (不低于【乙】,
    比【乙】多3家以上), what the one is of the other (达到【乙】的1.2倍; as a `ratio`, 与【乙】之比不低于1:20), or by how much of it the one lies above it
    (高于【乙】20%以上, 比【乙】增长10%以上), or, where it `falls`, below it."""

    kind: Literal["difference", "times", "growth", "ratio"]
    fact: FactMention
    falls: bool = False
    span: Span = span_field()


@frozen
class Exemption:
    """What a condition or a rule does not reach: （【律师事务所】除外）; `relax` is 可适当放宽, `once` is
    不得重复计算, which has no conditions. Any of the conditions exempts unless 且 joins them. `met` meets a demand
    instead (视同满足本条要求), `alike` stands in for a fact wherever it is asked for (视同【乙】)."""

    kind: Literal["except", "relax", "once", "met", "alike"]
    conditions: tuple["Condition", ...]
    joiners: tuple["Joiner", ...]
    span: Span = span_field()


@frozen
class Condition:
    """One condition. `fact` is None where the subject is elided. `counted` has its number before the fact
    (一场以上【…】, 一个【…】); `base` is the starting point of steps (达到70%后); `chosen` names one or several
    `options` of its fact (【机构类别】为律师事务所的); `held` counts the conditions of a list that hold (满足2项
    以上的), all of them where it has no number. The edges of a condition with `place` bound the place of its fact.
    `lead` has the connectives in front of an elided subject's number (全年不少于20次). `lacking` asks whether the fact does
    not apply (【出口额】不适用的); without a fact, whether the indicator does not (没有该项指标的单位)."""

    kind: ConditionKind
    fact: FactMention | None
    negated: bool = False
    edges: tuple[Edge, ...] = ()
    with_de: bool = False
    options: tuple[str, ...] = ()
    share: Share | None = None
    reference: Reference | None = None
    place: Cohort | None = None
    exemptions: tuple[Exemption, ...] = ()
    lead: str = ""
    span: Span = span_field()


@frozen
class Joiner:
    """What stands between two conditions; `sense` is None where the words leave 且 or 或 open."""

    word: str
    sense: Literal["and", "or"] | None
    span: Span = span_field()
