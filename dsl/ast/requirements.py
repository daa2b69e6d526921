"""Requirements (基本条件) as written."""

from typing import Literal

from attrs import frozen

from zhunsheng.dsl.ast.conditions import Condition, Exemption, Joiner
from zhunsheng.dsl.ast.spans import span_field
from zhunsheng.runtime.source import Span

Mood = Literal["must", "bar", "urge"]


@frozen
class RequirementNode:
    """A requirement: its conditions must hold, or (`bar`) must not, or are only encouraged (`urge`). `effect`
    has the words of what follows (不予受理), "" where the sentence does not say."""

    conditions: tuple[Condition, ...]
    joiners: tuple[Joiner, ...]
    mood: Mood
    effect: str = ""
    exemptions: tuple[Exemption, ...] = ()
    span: Span = span_field()


@frozen
class StemNode:
    """符合下列条件之一的：, the head of a list: `count` of its items must hold, all where it is None. With an
    `effect` (有下列情形之一的，不予受理：) they must not."""

    count: int | None
    effect: str = ""
    span: Span = span_field()


@frozen
class SelectNode:
    """每个服务机构限报一类：, the head of a list of options, each with the requirements of those who choose it."""

    span: Span = span_field()


@frozen
class FailureNode:
    """未达到以上要求的，不予评价: what follows where a requirement of the same heading does not hold."""

    effect: str
    span: Span = span_field()


Requirement = RequirementNode | StemNode | SelectNode | FailureNode
