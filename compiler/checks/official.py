"""原文: the words of a rule file against the official text beside it, both ways."""

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from attrs import frozen

from zhunsheng.compiler.checks.official_rows import NUMBERING, cell_words, row_difference, rows_of
from zhunsheng.compiler.resolve.tables import ReadingRow
from zhunsheng.dsl import ast
from zhunsheng.dsl.decode import read_source
from zhunsheng.dsl.normal import normalise, plain, unmarked
from zhunsheng.dsl.rulefile import Parsed
from zhunsheng.runtime.diagnostics import Diagnostic, Severity
from zhunsheng.runtime.numbers import read_numeral, shown
from zhunsheng.runtime.source import Source, Span

_TAG = re.compile(r"<[^<>]*>")
_SENTENCE_END = re.compile("[。；！？]")
#: A sentence of the source that gives, takes, caps or judges points.
_SCORING = re.compile(
    r"(?:加|得|计|扣|减|满分|最多|最高)\d+(?:\.\d+)?分|\d分封顶|酌情(?:加|扣|得|减)分|视为\d+分|\d分[^。；]{0,8}评为|直接视|不得分"
)
#: A title with its full mark, which is no sentence: 专业化指标（满分25分）.
_TITLE = re.compile(r"(.+)[（(](?:满分|共|计)?(\d+(?:\.\d+)?)分[）)]")
_CLOSE = 0.6
_NUMBER_PARTS = "0123456789.%"


@frozen
class _Sentence:
    """A sentence of the file: its evened-out words, and where each character stands."""

    text: str
    offsets: tuple[int, ...]
    span: Span


def source_path(parsed: Parsed, path: Path) -> Path | Diagnostic | None:
    """Where 原文 lies: a plain name beside the file, never a path."""
    assert parsed.file is not None
    entry = next((e for e in parsed.file.head if e.key == "原文"), None)
    if entry is None or not entry.value:
        return None
    if not re.fullmatch(r"[\w\-.\u4e00-\u9fff]+", entry.value) or entry.value.startswith("."):
        message = f"原文的文件名“{entry.value}”不对：只能是同一文件夹里的文件名"
        return Diagnostic("ZS0605", message, parsed.source, entry.span, "写成“原文：source.txt”")
    return path.parent / entry.value


def check_official(
    parsed: Parsed, path: Path, readings: tuple[ReadingRow, ...], errors: tuple[Diagnostic, ...]
) -> tuple[Diagnostic, ...]:
    """All differences; none on a line that has an error already, and one for one cause."""
    assert parsed.file is not None
    place = source_path(parsed, path)
    if place is None:
        return ()
    if isinstance(place, Diagnostic):
        return (place,)
    entry = next(e for e in parsed.file.head if e.key == "原文")
    text, _faults = read_source(place)
    if text is None:
        message = f"找不到原文“{entry.value}”，没有核对"
        return (
            Diagnostic(
                "ZS0603", message, parsed.source, entry.span, "把官方文本存成这个名字，放在同一文件夹"
            ),
        )
    comparison = _Comparison(parsed, text, readings, errors)
    return tuple(comparison.run(entry))


class _Comparison:
    def __init__(
        self, parsed: Parsed, text: Source, readings: tuple[ReadingRow, ...], errors: tuple[Diagnostic, ...]
    ) -> None:
        assert parsed.file is not None
        self.parsed = parsed
        self.file: ast.RuleFile = parsed.file
        self.source = parsed.source
        cleaned = _TAG.sub("", text.text)
        # A star that Markdown would take for emphasis is written ＊ in a rule file; stars are not compared.
        self.whole = plain(cleaned).replace("＊", "")
        self.newest = self.source.origin(self.file.title_span)
        self.cells = [plain(cell) for cell in re.split(r"[\t\r\n|]", cleaned)]
        self.cells = [NUMBERING.sub("", cell) for cell in self.cells if cell]
        real = [e for e in errors if e.severity is Severity.ERROR]
        self.error_lines = {e.position[0] for e in real}
        self.error_lines |= {self.source.position(label.span.start)[0] for e in real for label in e.labels}
        self.weights_wrong = any(e.code in ("ZS0502", "ZS0503") for e in real)
        self.declared = [plain(row.clause) for row in readings if row.doubt == "原文"]

    def run(self, entry: ast.HeadEntry) -> Iterator[Diagnostic]:
        sentences = list(self.sentences())
        yield from self.rows()
        strange = [s for s in sentences if s.text not in self.whole and self.is_own(s.span)]
        cells = [cell_words(cell.text) for row in rows_of(self.file) for cell in row.cells]
        mine = "\n".join([*(s.text for s in sentences), *cells])
        lost = [
            s
            for s in self.scoring_sentences()
            if s not in mine and not self.excused(s) and not self.is_title(s)
        ]
        for sentence in strange:
            near = max(lost, key=lambda s: _likeness(s, sentence.text), default=None)
            if near is not None and _likeness(near, sentence.text) >= _CLOSE:
                lost.remove(near)
            else:
                near = None
            if not self.excused(sentence.text) and not self.in_error(sentence.span):
                yield self.difference(sentence, near)
        broken = [s.text for s in sentences if self.source.position(s.span.start)[0] in self.error_lines]
        for words in lost:
            if any(_likeness(words, text) >= _CLOSE for text in broken):
                continue
            message = f"原文有这一句计分的话，文件里没有：“{words[:60]}”"
            yield Diagnostic(
                "ZS0602",
                message,
                self.source,
                entry.span,
                "补上这一句；有意删去的在“解读”中声明（疑义：原文）",
            )
        yield from self.titles()

    def is_own(self, span: Span) -> bool:
        """Whether words are the file's own; what a variant has from its base is checked there."""
        return self.source.origin(span) == self.newest

    def in_error(self, span: Span) -> bool:
        """Whether an error stands on a line of a sentence."""
        first, last = self.source.position(span.start)[0], self.source.position(span.end)[0]
        return any(line in self.error_lines for line in range(first, last + 1))

    def excused(self, words: str) -> bool:
        return any(declared and declared in words for declared in self.declared)

    def difference(self, sentence: _Sentence, near: str | None) -> Diagnostic:
        help_text = "照原文改回；有意改动的在“解读”中声明（疑义：原文，采用：改动）"
        if near is None:
            return Diagnostic("ZS0601", "原文里没有这一句", self.source, sentence.span, help_text)
        from difflib import SequenceMatcher

        blocks = [
            op
            for op in SequenceMatcher(None, near, sentence.text, autojunk=False).get_opcodes()
            if op[0] != "equal"
        ]
        _, a, b, c, d = blocks[0]
        # A changed digit is shown with its whole number.
        while a > 0 and c > 0 and near[a - 1] == sentence.text[c - 1] and near[a - 1] in _NUMBER_PARTS:
            a, c = a - 1, c - 1
        while (
            b < len(near)
            and d < len(sentence.text)
            and near[b] == sentence.text[d]
            and near[b] in _NUMBER_PARTS
        ):
            b, d = b + 1, d + 1
        first = sentence.offsets[min(c, len(sentence.offsets) - 1)]
        last = sentence.offsets[min(max(c, d - 1), len(sentence.offsets) - 1)]
        was = near[a:b] or "（无）"
        now = sentence.text[c:d] or "（无）"
        return Diagnostic(
            "ZS0601",
            f"与原文不同：原文是“{was}”，这里是“{now}”",
            self.source,
            Span(first, last + 1),
            help_text,
        )

    def sentences(self) -> Iterator[_Sentence]:
        """Every executable sentence, markers removed."""
        for _, _, paragraph in self.file.executable():
            for segment in paragraph.segments:
                if not segment.cells:
                    yield from self.sentence(segment)

    def rows(self) -> Iterator[Diagnostic]:
        """The rows of rule tables that differ."""
        for row in rows_of(self.file):
            if self.is_own(row.span) and not self.in_error(row.span):
                fault = row_difference(row, self.cells, self.declared, self.source)
                yield from () if fault is None else (fault,)

    def sentence(self, segment: ast.Segment) -> Iterator[_Sentence]:
        normal = normalise(segment.text, segment.span.start)
        kept = [(c, at) for c, at in unmarked(zip(normal.text, normal.offsets, strict=False)) if c != "＊"]
        text = "".join(char for char, _ in kept)
        if text:
            yield _Sentence(text, tuple(offset for _, offset in kept), segment.span)

    def is_title(self, words: str) -> bool:
        """Whether words of the source are a heading of the file with its points."""
        match = _TITLE.fullmatch(words)
        return match is not None and any(
            plain(heading.title) == match[1]
            and heading.mark is not None
            and heading.mark.value == Fraction(match[2])
            for heading in ast.all_headings(self.file.indicators)
        )

    def scoring_sentences(self) -> list[str]:
        found = []
        for cell in self.cells:
            for words in _SENTENCE_END.split(cell):
                words = NUMBERING.sub("", words)
                if _SCORING.search(words):
                    found.append(words)
        return list(dict.fromkeys(found))

    # -- titles and weights

    def titles(self) -> Iterator[Diagnostic]:
        if plain(self.file.title) and plain(self.file.title) not in self.whole:
            message = f"原文里没有“{self.file.title}”这个标题"
            yield Diagnostic("ZS0604", message, self.source, self.file.title_span, "照原文改回")
        for heading in ast.all_headings(self.file.indicators):
            if self.is_own(heading.title_span) and not heading.tabular:
                yield from self.title(heading)

    def title(self, heading: ast.Heading) -> Iterator[Diagnostic]:
        if self.source.position(heading.title_span.start)[0] in self.error_lines or self.excused(
            heading.title
        ):
            return
        if heading.title not in self.whole:
            message = f"原文里没有“{heading.title}”这个标题"
            yield Diagnostic(
                "ZS0604", message, self.source, heading.title_span, "照原文改回；有意改动的在“解读”中声明"
            )
            return
        if heading.mark is None or self.weights_wrong:
            return
        printed = [
            value
            for cell, following in zip(self.cells, self.cells[1:], strict=False)
            if cell == heading.title and (value := _number(following)) is not None
        ]
        if printed and heading.mark.value not in printed:
            message = f"“{heading.title}”的权重或分值与原文不同：原文是{shown(printed[0])}"
            yield Diagnostic(
                "ZS0604", message, self.source, heading.mark.span, "照原文改回；有意改动的在“解读”中声明"
            )


def _number(text: str) -> Fraction | None:
    percent = text.endswith("%")
    value = read_numeral(text.removesuffix("%").removesuffix("分"))
    return value / 100 if value is not None and percent else value


def _likeness(first: str, second: str) -> float:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def departure(parsed: Parsed, path: Path) -> Fraction:
    """The share of executable characters that the official text does not have."""
    place = source_path(parsed, path)
    assert isinstance(place, Path)
    text, _ = read_source(place)
    assert text is not None
    comparison = _Comparison(parsed, text, (), ())
    sentences = list(comparison.sentences())
    strange = sum(len(s.text) for s in sentences if s.text not in comparison.whole)
    return Fraction(strange, max(1, sum(len(s.text) for s in sentences)))
