"""The place of a node in its file."""

from attrs import field

from zhunsheng.runtime.source import Span


def span_field() -> Span:
    span: Span = field(eq=False, repr=False, kw_only=True)
    return span
