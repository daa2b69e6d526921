"""Diagnostics (诊断): what is wrong with a rule file or a fact file, as values.

A user's mistake never raises; it becomes a :class:`Diagnostic`, and all of a file come back together.
The registry of codes is :mod:`zhunsheng.runtime.codes`.
"""

from collections.abc import Iterable
from enum import StrEnum

from attrs import field, frozen

from zhunsheng.runtime.codes import CODES
from zhunsheng.runtime.source import Source, Span


class Severity(StrEnum):
    """How much a diagnostic weighs: an error does not compile, advice is shown on request."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@frozen
class Label:
    """A second place that belongs to a diagnostic, with a word on its part in it."""

    span: Span
    text: str


#: What a diagnostic says is cut here: it quotes the file, and a title may have a million characters.
MOST_OF_MESSAGE, MOST_OF_HELP = 500, 2_000


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most] + "……"


def _message(text: str) -> str:
    return _cut(text, MOST_OF_MESSAGE)


def _help(text: str) -> str:
    return _cut(text, MOST_OF_HELP)


@frozen
class Diagnostic:
    """One cause, one message.

    `message` is one Chinese line; `help` is what to do, mostly words to paste. `span` points into
    `source`; where there is no text to point into (a workbook, a mapping) `where` names the place.
    """

    code: str
    message: str = field(converter=_message)
    source: Source | None = field(default=None, repr=False)
    span: Span | None = None
    help: str = field(default="", converter=_help)
    labels: tuple[Label, ...] = ()
    where: str = ""

    @property
    def severity(self) -> Severity:
        """The severity that the registry gives the code."""
        return Severity(CODES[self.code].severity)

    @property
    def underlined(self) -> str:
        """The words the span points at, empty without a span."""
        return self.source.slice(self.span) if self.source is not None and self.span is not None else ""

    @property
    def position(self) -> tuple[int, int]:
        """Line and column from 1, or (1, 1) where there is no text to point into."""
        if self.source is None or self.span is None:
            return 1, 1
        return self.source.position(self.span.start)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them is an error."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted by file, place and code, each once."""
    unique = dict.fromkeys(diagnostics)
    return tuple(
        sorted(
            unique,
            key=lambda d: (
                d.source.name if d.source else "",
                d.span or Span(0, 0),
                d.where,
                d.code,
                d.message,
            ),
        )
    )
