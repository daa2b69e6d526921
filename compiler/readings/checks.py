"""Checks on readings: a question that changes a score must be answered; an answer must decide something."""

from collections.abc import Callable, Iterable, Iterator

from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.engine.witness import Witness, differing, same, tried_all
from zhunsheng.compiler.readings.fitting import Fitting
from zhunsheng.compiler.readings.items import ITEM
from zhunsheng.compiler.readings.questions import Answer, Question
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.tables import DOUBTS, ROW, ReadingRow, rows_to_add
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic, Severity, has_errors
from zhunsheng.runtime.facts import FactSpec
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.source import Source, Span

#: The code of each doubt, and the question as it is put to the author.
CODES = {
    "分段": ("ZS0411", "“{subject}”的几段是累计，还是只取一段？"),
    "单值": (
        "ZS0286",
        "“{subject}”的“{words}”没有写边界用语：正好这个数才算，还是以上、以下都算？",
    ),
    "零值": ("ZS0590", "“{subject}”为0的（没有发生，或更低），算不算在“{words}”里？"),
    "本数": ("ZS0412", "“{words}”含不含本数？"),
    "步长": ("ZS0413", "“{words}”不足一步的部分算不算？"),
    "百分数": ("ZS0414", "“{words}”是百分点，还是相对比例？"),
    "上限": ("ZS0415", "“{words}”限制的是本句、同一数据项的几句，还是本指标？"),
    "计次": ("ZS0416", "“{words}”是每一项都计分，还是只计一次？"),
    "并列": ("ZS0417", "“{words}”连接的条件是“且”还是“或”？"),
    "区间": ("ZS0462", "“{subject}”达到基本要求、未达到满分要求的，怎样给分？"),
    "方向": ("ZS0461", "“{words}”是不低于，还是不高于？"),
    "单位": ("ZS0464", "“{words}”是百分数吗？"),
    "修约": ("ZS0432", "“{words}”没有写明修约规则。"),
    "起评分": ("ZS0418", "“{words}”从0分起，还是从满分起？"),
    "下限": ("ZS0419", "“{words}”能把本指标扣成负分，还是扣到0分为止？"),
    "不得分": ("ZS0420", "“{words}”说的是本指标，还是前一句？"),
    "达标分": ("ZS0421", "“{words}”是从前面的得分里扣，还是另外扣？"),
    "加倍": ("ZS0422", "“{words}”是代替原来的分数，还是在原来的分数之外另加？"),
    "先后": ("ZS0467", "“{words}”写在系数后面：先封顶再乘系数，还是先乘系数再封顶？"),
    "幅度": ("ZS0423", "“{words}”没有说怎样定几分：由评审员酌情的，要写明"),
    "视同": ("ZS0283", "“{words}”管到全文，还是只管本指标？别处也有“{subject}”的条件。"),
    "视同达到": (
        "ZS0289",
        "“{words}”可能是没有达到的一边：视同达到要求的，算在这一边，还是算达到了、不在这一边？",
    ),
    "不适用得分": (
        "ZS0585",
        "“{words}”是本指标一共得这么多，还是别的数据项照常计分、另加这么多（另加的也可以写成“加……分”）？",
    ),
    "后续": ("ZS0425", "“{words}”没有说以后各次：每次同最后一次，还是不再计？"),
    "递增": (
        "ZS0472",
        "“{words}”以后各次是依次多同样的分，还是成倍增加？成倍的，逐次写出来，最后写“第几次起每次”几分；依次多同样的分的，要写明",
    ),
    "酌情": ("ZS0424", "“{words}”是由评审员在这个数以内定几分，还是只能全扣（全加）或不扣（不加）？"),
    "否则": ("ZS0441", "“{words}”否定的是前一句的条件、前面各句的条件，还是前一句的最后一个条件？"),
    "端外": ("ZS0445", "比“{words}”更差的，得0分，还是得这一端的分？"),
    "取高": ("ZS0443", "“{words}”比的是本句里的几项，还是本指标的各句？"),
    "重复": ("ZS0444", "“{words}”是几句里取最高的一句，还是填报的个数里已经剔除了重复的？"),
    "其中": ("ZS0442", "“{words}”管到句末，还是只管紧接着的一句？"),
}

#: How those are put that may be about a numbered item.
_OF_ITEMS = {
    "上限": "“{words}”限制的是哪几句：编号的这一小项，还是本指标，还是其中一两句？",
    "不得分": "“{words}”说的是编号的这一小项，还是本指标，还是前一句？",
}

#: Doubts that hang on the very words; the others are about a fact.
_ABOUT_WORDS = (
    "先后", "不适用得分", "视同", "视同达到", "后续", "酌情", "下限", "不得分", "达标分", "幅度", "递增", "修约", "端外", "取高", "重复", "否则", "其中", "本数", "上限", "计次", "并列"
)  # fmt: skip

#: Doubts that a whole table raises in the same way.
_OF_TABLES = ("区间",)

#: Words of more characters are no handy 条款; the id of the clause is.
LONGEST_ANCHOR = 12

Variant = Callable[[Question, str], ir.Indicator | None]


#: Quoted words are compared with at most so many errors, and with so much of each.
MOST_COMPARED, MOST_WORDS = 10_000, 500


def asked_once(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The faults, what a 视同 reaches asked once though it may reach indicators, vetoes and requirements."""
    asked: set[Span | None] = set()
    kept = []
    for fault in found:
        if fault.code != "ZS0283" or fault.span not in asked:
            kept.append(fault)
        asked |= {fault.span} if fault.code == "ZS0283" else set()
    return kept


def without_consequences(
    found: list[Diagnostic], wrong: Iterable[ReadingRow], *, headless: bool
) -> list[Diagnostic]:
    """Drops the questions that stay open only because the row meant for them cannot be used.

    Of several the one that shares most words with the row; all where no row of the table could be read.
    """
    lost = [fault for fault in found if fault.code == "ZS0402"]
    if len(lost) * len(found) <= MOST_COMPARED:
        echoes = {fault for fault in lost if _echoes(fault, found)}
    else:
        echoes = set()
    left = [fault for fault in found if fault not in echoes]
    if headless:
        return [fault for fault in left if ROW not in fault.help]
    asked = [fault for fault in left if ROW in fault.help]
    for row in wrong if asked else ():
        doubt = f"| {row.doubt} |" if row.doubt in DOUBTS else "|"
        meant = [fault for fault in asked if doubt in fault.help]
        if meant:
            asked.remove(max(meant, key=lambda fault: _shared(row.clause, fault)))
    kept = set(asked)
    rest = [fault for fault in left if ROW not in fault.help or fault in kept]
    # One of two errors may be the consequence of the other, never both of each other.
    return rest if has_errors(rest) or not has_errors(found) else found


def _echoes(fault: Diagnostic, found: Iterable[Diagnostic]) -> bool:
    """Whether the words a row quotes are missing because another error stands where they were."""
    quoted = fault.underlined
    for other in found:
        # What a 解读 would answer leaves the words where they are.
        asked = other.code.startswith("ZS04") or ROW in other.help
        if asked or other.severity is not Severity.ERROR or other.source is None:
            continue
        places = [other.underlined, *(other.source.slice(label.span) for label in other.labels)]
        if any(2 * _common(quoted, place[:MOST_WORDS]) > len(quoted) for place in places):
            return True
    return False


def _shared(words: str, fault: Diagnostic) -> int:
    """The most characters in a row that a reading's words and a question have in common."""
    return _common(words, official(fault.underlined) + fault.help)


def _common(first: str, second: str) -> int:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, plain(first), plain(second), autojunk=False).find_longest_match().size


@frozen
class Context:
    """What the checks need: the file, the facts, the official words of the executable text, which facts go together."""

    source: Source
    facts: tuple[FactSpec, ...]
    searchable: str
    fitting: Fitting

    def open_question(self, question: Question, variant: Variant, supposed: str = "") -> Diagnostic | None:
        """The error for a question without an answer, where an applicant shows that it matters; `supposed` are the
        answers to others under which it does, in words."""
        witness = self.witness(question, variant)
        if witness is None:
            if question.must:
                return self.must_mean(question)
            return None if self.alike(question, variant) else self.unshown(question)
        code, message = self.code(question)
        words = self.words(question)
        subject = "”“".join((question.subject or words, *question.others))
        asked = message.format(words=words, subject=subject)
        options = [option for option in question.options if variant(question, option) is not None]
        results = "，".join(
            f"按“{option}”得{shown(score)}分" for option, score in zip(options, witness.scores, strict=True)
        )
        specs = {spec.name: spec for spec in self.facts}
        under = f"在{supposed}时，" if supposed else ""
        rows = rows_to_add(self.anchor(question), question.doubt, options)
        everywhere = "各段都一样的，条款写“全文”；" if question.noted else ""
        return Diagnostic(
            code,
            f"{asked}{under}例如{witness.words(specs)}：{results}",
            self.source,
            question.at,
            f"{everywhere}{ROW}{rows}",
        )

    def code(self, question: Question) -> tuple[str, str]:
        """The code of a question, and how it is put: 本项 in a numbered item has more than the doubt's own two sides."""
        code, message = CODES[question.doubt]
        message = question.asked or message
        return code, _OF_ITEMS.get(question.doubt, message) if ITEM in question.options else message

    def words(self, question: Question) -> str:
        """The words that a question is about."""
        words = plain(official(self.source.slice(question.at)))
        return words.strip("，；。") or words

    def alike(self, question: Question, variant: Variant) -> bool:
        """Whether no applicant can tell the readings apart: the same code, or few enough applicants to try all."""
        if question.doubt == "修约":
            # The values tried are those at which unrounded scores change, so that none shows nothing.
            return False
        leaves = [leaf for option in question.options if (leaf := variant(question, option)) is not None]
        if len(leaves) < len(question.options) and question.doubt != "达标分":
            # A reading that cannot be carried out is no reason to take the other: the author has to say so. Steps that
            # have nothing to be taken from (达标分) are another clause.
            return False
        if question.doubt == "分段" and self.fitting.shares(question.others):
            # Of the numbers of places not all are tried.
            return len(leaves) < 2 or same(leaves)
        return len(leaves) < 2 or tried_all(leaves, self.facts)

    def unshown(self, question: Question) -> Diagnostic:
        """The error for readings that differ in their code where no applicant was found that shows it."""
        code, message = CODES[question.doubt]
        words = self.words(question)
        rows = rows_to_add(self.anchor(question), question.doubt, question.options, "（理由）")
        asked = message.format(words=words, subject=question.subject or words)
        return Diagnostic(code, asked, self.source, question.at, f"{ROW}{rows}")

    def must_mean(self, question: Question) -> Diagnostic:
        """The error for words that need an answer whatever it changes: a cap that its own clause never reaches
        (加5分，最多15分 surely means something per unit), points that nobody is said to set."""
        words = plain(self.source.slice(question.at))
        rows = rows_to_add(self.anchor(question), question.doubt, question.options, "（理由）")
        if question.doubt == "不得分":
            message = f"“{words}”：“本项”是本指标，还是编号的这一小项？这一小项只有扣分，没有自己的分值"
            help_text = f"各小项有自己分值的，拆成下一级标题，各写各的分值；说的是本指标的，{ROW}{rows}"
            return Diagnostic("ZS0420", message, self.source, question.at, help_text)
        if question.doubt != "上限":
            code, message = CODES[question.doubt]
            asked = message.format(words=words, subject=question.subject or words)
            return Diagnostic(code, asked, self.source, question.at, f"{ROW}{rows}")
        return Diagnostic(
            "ZS0415",
            f"“{words}”对这一句不起作用：这一句最多也得不到这么多分。是不是每一项都计分？",
            self.source,
            question.at,
            f"每项计分的，写成“每……一项【……】加几分”；确是这个意思的，{ROW}{rows}",
        )

    def idle(self, question: Question, row: ReadingRow, variant: Variant) -> Diagnostic | None:
        """The warning for an answer that changes no score."""
        if question.must or self.witness(question, variant) is not None or not self.alike(question, variant):
            return None
        message = f"这条解读不影响任何得分：“{row.clause}”按哪种“{question.doubt}”都一样"
        return Diagnostic("ZS0403", message, self.source, row.row.span, "可以删去这一行")

    def left_out(self, answer: Answer, variant: Variant) -> Diagnostic | None:
        """The warning for a 不含 said of all bands at once, where it leaves the number at the end of the last to none."""
        question, row = answer.question, answer.row
        alone = row.clause in question.ids or row.clause not in ("全文", question.leaf)
        if question.doubt != "本数" or not question.ends or question.noted or alone or row.adopted == "含":
            return None
        witness = self.witness(question, variant)
        if witness is None:
            return None
        specs = {spec.name: spec for spec in self.facts}
        words = self.words(question)
        message = f"“{row.clause}”的本数采用“不含”，“{words}”后面没有别的一段，这个数就不属于任何一段：例如{witness.words(specs)}，得{shown(witness.scores[0])}分"
        rows = rows_to_add(self.anchor(question), "本数", reversed(question.options))
        return Diagnostic("ZS0586", message, self.source, question.at, f"要说明的，{ROW}{rows}")

    def witness(self, question: Question, variant: Variant) -> Witness | None:
        leaves = [leaf for option in question.options if (leaf := variant(question, option)) is not None]
        first = (question.subject,) if question.subject else ()
        start = dict.fromkeys(first if question.doubt == "零值" else (), 0)
        inner = question.doubt == "分段"
        if len(leaves) < 2:
            return None
        return differing(leaves, self.facts, first, start, inner=inner, fit=self.fitting.fit)

    def anchor(self, question: Question) -> str:
        """Words for the 条款 column: the subject or the words asked about where they occur once, else an id."""
        if question.doubt in _OF_TABLES:
            return "全文"
        near = [plain(official(self.source.slice(span))) for span in question.ends or question.spans]
        for words in self._candidates(question):
            if words and self.searchable.count(words) == 1 and any(words in text for text in near):
                return words
        return question.ids[0] if question.ids else question.leaf

    def _candidates(self, question: Question) -> Iterator[str]:
        words = plain(official(self.source.slice(question.at))).strip("，；。、")
        if question.doubt in _ABOUT_WORDS:
            yield words
        yield plain(question.subject)
        if len(words) <= LONGEST_ANCHOR:
            yield words
