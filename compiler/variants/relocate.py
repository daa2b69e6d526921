"""Where the faults of a merged text belong: at the variant's own words, or at the row that causes them."""

from collections.abc import Callable, Iterable, Iterator

from attrs import evolve

from zhunsheng.compiler.compile import Compiled
from zhunsheng.compiler.variants.merged import Departure, MergedSource
from zhunsheng.dsl import ast
from zhunsheng.dsl.rulefile import Parsed
from zhunsheng.runtime.diagnostics import Diagnostic, Label, Severity, has_errors
from zhunsheng.runtime.source import Source, Span

#: Rows of the base that a change of its clauses leaves without use; they are no one's mistake.
_LEFT_OVER = ("ZS0307", "ZS0403")
#: What an open base lacks and the variant has not said either, with the row that says it.
_OPEN = {
    "ZS0504": "| {} | 权重0.05 | 理由 |（依据用分值的，写“分值5分”）",
    "ZS0513": "| {} | 补充 | 理由 |，并在同一标题下写上条文；还没有定的，在文件头写“状态：开放”",
    "ZS0514": "| 数据项/{} | 新增 | 理由 |，并在“数据项”的范围里写明，如“0～20”",
}


class Relocation:
    """`base` compiles the base by itself, which is only needed where a fault lies in its words."""

    def __init__(
        self, merged: MergedSource, parsed: Parsed, variant: Parsed, base: Callable[[], Compiled]
    ) -> None:
        self.merged = merged
        self.parsed = parsed
        self.variant = variant
        self.base = base

    def relocated(self, found: Iterable[Diagnostic], base_id: str) -> tuple[Diagnostic, ...]:
        """The diagnostics of the variant, in terms of its own file."""
        own: list[Diagnostic] = []
        foreign: list[Diagnostic] = []
        for fault in found:
            at_home = self.at_home(fault)
            if at_home is not None:
                own.append(at_home)
            else:
                foreign.append(fault)
        if foreign:
            own += self.caused(foreign, base_id)
        return tuple(dict.fromkeys(own))

    def at_home(self, fault: Diagnostic) -> Diagnostic | None:
        """The fault where its words, or others that it points at, are the variant's; None where none are."""
        if fault.source is not self.merged or fault.span is None:
            return fault
        places = [(fault.span, ""), *((label.span, label.text) for label in fault.labels)]
        homes = [(*self.merged.home(span), text, span) for span, text in places]
        mine = next((n for n, home in enumerate(homes) if home[0] is self.variant.source), None)
        if mine is None:
            return None
        labels = tuple(
            Label(span, text)
            for n, (source, span, text, _) in enumerate(homes)
            if n not in (0, mine) and source is self.variant.source
        )
        others = "".join(self.elsewhere(source, span) for source, span, _, _ in homes[: mine or 0][:1])
        return evolve(
            fault, source=self.variant.source, span=homes[mine][1], labels=labels, help=fault.help + others
        )

    def elsewhere(self, source: Source, span: Span) -> str:
        """A place in the base, for the end of a help."""
        line = source.position(span.start)[0]
        words = source.slice(span).splitlines()[0][:40] if source.slice(span) else ""
        standard = next((p.standard for p in self.merged.pieces if p.source is source), "")
        return f"\n涉及依据“{standard}”第{line}行：{words}"

    def caused(self, foreign: list[Diagnostic], base_id: str) -> Iterator[Diagnostic]:
        """Faults in the base's words: its own are not told again, others go to the row that causes them."""
        compiled = self.base()
        if has_errors(compiled.diagnostics) and any(d.severity is Severity.ERROR for d in foreign):
            entry = next(e for e in self._file(self.variant).head if e.key == "依据")
            message = f"依据的标准“{base_id}”自己有错误"
            help_text = f"先运行 zhunsheng check，改正“{base_id}”"
            yield Diagnostic("ZS0614", message, self.variant.source, entry.span, help_text)
            return
        known = {(d.code, d.position) for d in compiled.diagnostics}
        for fault in foreign:
            assert fault.span is not None
            source, span = self.merged.home(fault.span)
            if fault.code in _LEFT_OVER or (fault.code, source.position(span.start)) in known:
                continue
            row, help_text = self.row(fault.span), fault.help
            if fault.code in _OPEN:
                row = self._file(self.variant).sections["本地化"].title_span
                help_text = (
                    f"依据没有定下；在“本地化”表中加一行：{_OPEN[fault.code].format(source.slice(span))}"
                )
            help_text += self.elsewhere(source, span)
            yield evolve(fault, source=self.variant.source, span=row, labels=(), help=help_text)

    def row(self, span: Span) -> Span:
        """The row of 本地化 that changed the heading of some words, or the nearest one above it."""
        file = self._file(self.parsed)
        headings = [
            heading for top in (*file.indicators, *file.sections.values()) for heading in _around(top, span)
        ]
        for heading in reversed(headings):
            rows = [d for d in self.merged.departures(heading.span) if self.is_mine(d)]
            if rows:
                return rows[0].row
        every = {
            d.row for piece in self.merged.pieces if (d := piece.departure) is not None and self.is_mine(d)
        }
        return every.pop() if len(every) == 1 else self._file(self.variant).sections["本地化"].title_span

    def is_mine(self, departure: Departure) -> bool:
        return departure.source is self.variant.source

    def _file(self, parsed: Parsed) -> ast.RuleFile:
        assert parsed.file is not None
        return parsed.file


def _around(heading: ast.Heading, span: Span) -> Iterator[ast.Heading]:
    """The headings that hold some words, the highest first."""
    if heading.span.start <= span.start < heading.span.end:
        yield heading
        for child in heading.children:
            yield from _around(child, span)
