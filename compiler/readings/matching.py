"""The rows of 解读, matched to the questions that they answer, and the words that they quote found in the text."""

from collections.abc import Iterable, Iterator

from zhunsheng.compiler.readings.questions import Answer, Question
from zhunsheng.compiler.readings.remarks import searchable_remarks
from zhunsheng.compiler.resolve.resolved import Resolved
from zhunsheng.compiler.resolve.tables import ReadingRow, Tables
from zhunsheng.dsl.normal import normalise, plain, unmarked
from zhunsheng.dsl.rulefile import Parsed
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Span


class Readings:
    """The rows of 解读, matched to questions; remembers which rows answered something."""

    def __init__(self, parsed: Parsed, resolved: Resolved, tables: Tables) -> None:
        self.parsed = parsed
        self.source = parsed.source
        self.rows = tables.readings
        self.used: set[ReadingRow] = set()
        self.texts = tuple(searchable(parsed))
        ids = {leaf.heading.id for leaf in resolved.leaves}
        ids |= {rule.id for leaf in resolved.leaves for rule in leaf.rules}
        ids |= {alike.id for leaf in resolved.leaves for alike in leaf.alikes}
        ids |= {rule.id for rule in (*resolved.vetoes, *resolved.scales)}
        ids |= {row.id for row in resolved.levels}
        ids |= {"评定等级"} if resolved.tiers else set()
        ids |= {requirement.id for requirement in resolved.requirements}
        ids |= {requirement.group for requirement in resolved.requirements if requirement.group}
        self.ids = ids
        self.places: dict[ReadingRow, Span | None] = {}
        #: What may be adopted instead, of rows that answer a question otherwise than is possible.
        self.refused: dict[ReadingRow, tuple[str, ...]] = {}
        #: Rows whose words do not occur, or more than once.
        self.unplaced: list[ReadingRow] = []
        self.diagnostics = list(self._place())

    def _place(self) -> Iterator[Diagnostic]:
        """Finds the words of each row; they must occur exactly once."""
        for row in self.rows:
            self.places[row] = None
            if row.clause == "全文" or row.clause in self.ids:
                continue
            hits = word_places(self.texts, row.clause)
            if not hits and row.doubt == "说明":
                hits = word_places(searchable_remarks(self.parsed), row.clause)
            if len(hits) > 1:
                # In a variant, words of the same standard as the row come before those of others.
                home = self.source.origin(row.row.span)
                hits = [hit for hit in hits if self.source.origin(hit) == home] or hits
            if len(hits) == 1:
                self.places[row] = hits[0]
                continue
            if row.doubt == "原文":
                continue
            self.unplaced.append(row)
            at = row.row.at("条款")
            if not hits:
                message = f"条款里没有“{row.clause}”这几个字"
                yield Diagnostic("ZS0402", message, self.source, at, "照抄条款里的字，或写编号（如3.3）")
            else:
                message = f"“{row.clause}”在条款里出现了{len(hits)}次，不能确定是哪一处"
                yield Diagnostic("ZS0402", message, self.source, at, "多抄几个字，或写编号（如3.3）")
            self.used.add(row)

    def answer(self, question: Question) -> ReadingRow | None:
        """The row that answers a question: by its words first, then by id, then for the whole text."""
        fitting = [row for row in self.rows if row.doubt == question.doubt]
        for test in (self._quotes, self._names, self._everywhere):
            for row in fitting:
                fits = not question.options or row.adopted in (*question.options, *question.also)
                if not test(row, question):
                    continue
                if fits:
                    self.used.add(row)
                    return row
                self.refused[row] = question.options
        return None

    def answered(self, questions: Iterable[Question]) -> list[Answer]:
        """Those of some questions that a row answers."""
        return [Answer(question, row) for question in questions if (row := self.answer(question)) is not None]

    def once(self, words: str) -> bool:
        """Whether words occur exactly once in the executable text, so that a row quoting them finds them."""
        return sum(text.count(words) for text, _ in self.texts) == 1

    def _quotes(self, row: ReadingRow, question: Question) -> bool:
        place = self.places[row]
        return (
            place is not None
            and any(s.start <= place.start and place.end <= s.end for s in question.spans)
            and (not question.ends or any(s.start < place.end and place.start < s.end for s in question.ends))
        )

    def _names(self, row: ReadingRow, question: Question) -> bool:
        return row.clause in question.ids or (question.wide and row.clause == question.leaf)

    def _everywhere(self, row: ReadingRow, question: Question) -> bool:
        return question.wide and row.clause == "全文"

    def harmless(self, whole: Span) -> bool:
        """Whether a 说明：不计 covers a description, or a sentence that only explains."""
        for row in self.rows:
            place = self.places[row]
            if (
                row.doubt == "说明"
                and place is not None
                and whole.start <= place.start
                and place.end <= whole.end
            ):
                self.used.add(row)
                return True
        return False

    def unused(self) -> Iterator[Diagnostic]:
        """Rows that answered no question."""
        for row in self.rows:
            if row not in self.used and row.doubt != "原文":
                if row in self.refused:
                    message = f"“{row.clause}”的“{row.doubt}”不能采用“{row.adopted}”"
                    help_text = "可采用：" + "、".join(self.refused[row])
                    yield Diagnostic("ZS0403", message, self.source, row.row.at("采用"), help_text)
                    continue
                message = f"这条解读没有用处：“{row.clause}”没有“{row.doubt}”的疑义"
                yield Diagnostic("ZS0403", message, self.source, row.row.span, "核对条款和疑义，或删去这一行")


#: Text with the place of every character.
Placed = tuple[str, tuple[int, ...]]


def word_places(texts: Iterable[Placed], words: str) -> list[Span]:
    """Where words that a 解读 quotes occur in the executable text (`searchable`)."""
    needle = plain(words).strip("【】〖〗")
    return [
        Span(offsets[i], offsets[i + len(needle) - 1] + 1)
        for text, offsets in texts
        for i in _occurrences(text, needle)
    ]


def searchable(parsed: Parsed) -> Iterator[Placed]:
    """The executable text without brackets, evened out, with the place of every character."""
    assert parsed.file is not None
    for _, _, paragraph in parsed.file.executable():
        normal = normalise(parsed.source.slice(paragraph.span), paragraph.span.start)
        kept = list(unmarked(zip(normal.text, normal.offsets, strict=False)))
        yield "".join(char for char, _ in kept), tuple(offset for _, offset in kept)


def _occurrences(text: str, needle: str) -> Iterator[int]:
    start = text.find(needle) if needle else -1
    while start >= 0:
        yield start
        start = text.find(needle, start + 1)
