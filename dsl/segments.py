"""Brackets and sentences: cutting an executable paragraph into the segments that the grammar reads."""

import re
from collections.abc import Iterator

from attrs import frozen

from zhunsheng.dsl.clauses.list_words import LEVELS_OF, RANKS
from zhunsheng.dsl.normal import Normal
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Source

_PAIRS = {"【": "】", "〖": "〗"}
_CLOSERS = {v: k for k, v in _PAIRS.items()}
_BRACKETS = re.compile("[【】〖〗]")
#: Where a segment of a paragraph ends.
END = re.compile("[。；！？]")
_WHOLE = re.compile("【[^【】〖〗]*】|〖[^【】〖〗]*〗|（[^（）【】〖〗。]*）")
#: The words in front of a list of conditions (满足以下条件中2项的得3分：), where it ends, and what it does not hold.
_LIST = re.compile("(?:以下|下列|下述|如下)[^；。：]*：")
_FULL_STOP = re.compile("[。！？]")
_POINTS = re.compile(r"[\d一二三四五六七八九十百]分(?![之钟])")
#: ； between grades of one fact (…二等奖8分；省级一等奖5分) ends no sentence.
_NEXT_GRADE = re.compile(f"；(?=(?:{'|'.join([*LEVELS_OF, *RANKS])})+(?:每|加|得|计|奖|\\d))")
#: Where a forgotten 】 probably belongs: before these words.
_LIKELY_END = re.compile(r"的?，?(?=(?:加|得|计|扣|奖|酌情)|(?:达到|不低于|低于|超过|不足|不满)?\d|[；。]|$)")
_NUMBERING = re.compile(
    r"(?:第[一二三四五六七八九十百]+[条款项]|[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十\d]{1,3}）"
    r"|\d{1,2}、|\d{1,2}\.(?!\d)|[①-⑳]"
    # A letter numbers bands of a fact; in front of words without one it labels an option.
    r"|(?:[A-Ja-j][.、：）]|（[A-Ja-j]）)(?=[^【；。]*【))"
)


@frozen
class Piece:
    """A segment before parsing, as a range of the evened-out paragraph; `sentence` counts 。 from 0."""

    start: int
    end: int
    sentence: int
    broken: bool
    numbering: str = ""


def bracket_faults(
    normal: Normal, source: Source
) -> tuple[tuple[Diagnostic, ...], tuple[tuple[int, int], ...]]:
    """Unbalanced and nested brackets of a paragraph, and the evened-out ranges that they spoil."""
    found: list[Diagnostic] = []
    spoiled: list[tuple[int, int]] = []
    open_at: int | None = None
    for match in _BRACKETS.finditer(normal.text):
        char, at = match[0], match.start()
        if char in _PAIRS:
            if open_at is not None:
                nested = _closes_twice(normal.text, open_at)
                end = len(normal.text) if nested else _piece_end(normal.text, open_at, at)
                found.append(
                    _nested(normal, source, at) if nested else _unclosed(normal, source, open_at, end)
                )
                spoiled.append((open_at, end))
                if nested:
                    return tuple(found), tuple(spoiled)
            open_at = at
        elif open_at is not None and normal.text[open_at] == _CLOSERS[char]:
            open_at = None
        else:
            where = normal.span(at, at + 1)
            opener = _CLOSERS[char]
            found.append(
                Diagnostic(
                    "ZS0103",
                    f"“{char}”前面没有对应的“{opener}”",
                    source,
                    where,
                    f"补上“{opener}”，或删去“{char}”",
                )
            )
            spoiled.append((at, at + 1))
            open_at = None
    if open_at is not None:
        end = _piece_end(normal.text, open_at, len(normal.text))
        found.append(_unclosed(normal, source, open_at, end))
        spoiled.append((open_at, end))
    return tuple(found), tuple(spoiled)


def _closes_twice(text: str, at: int) -> bool:
    """Whether what opens at `at` holds a whole bracket and is closed after it."""
    depth = 0
    for match in _BRACKETS.finditer(text, at):
        depth += 1 if match[0] in _PAIRS else -1
        if depth == 0:
            return True
        if depth > 8:
            return True
        if match.start() > at and depth == 1 and match[0] in _PAIRS:
            return False
    return False


def _piece_end(text: str, start: int, limit: int) -> int:
    """The end of the sentence part that starts at `start`, at most `limit`."""
    match = END.search(text, start, limit)
    return match.start() if match else limit


def _unclosed(normal: Normal, source: Source, at: int, end: int) -> Diagnostic:
    opener = normal.text[at]
    closer = _PAIRS[opener]
    words = normal.text[at:end]
    guess = next((m.start() for m in _LIKELY_END.finditer(words, 2)), len(words))
    rewording = f"{words[:guess]}{closer}{words[guess:]}"[:80]
    return Diagnostic(
        "ZS0103",
        f"“{opener}”没有对应的“{closer}”",
        source,
        normal.span(at, at + min(guess, 40)),
        f"改为：{rewording}",
    )


def _nested(normal: Normal, source: Source, at: int) -> Diagnostic:
    return Diagnostic(
        "ZS0104",
        "【】和〖〗里面不能再套括号",
        source,
        normal.span(at, at + 1),
        "把里面的一层去掉，或把外面的一层拆开",
    )


def pieces(
    normal: Normal, spoiled: tuple[tuple[int, int], ...], begin: int = 0, end: re.Pattern[str] = END
) -> Iterator[Piece]:
    """Cuts a paragraph at 。；！？ outside brackets, or where `end` matches otherwise than as its group ``kept``;
    the numbering in front of a piece is skipped."""
    text = normal.text
    held = bytearray(len(text))
    for match in _WHOLE.finditer(text):
        held[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    for match in _LIST.finditer(text):
        # A list of conditions, which gives no points itself, is read with the words in front of its colon.
        stops = (m.start() for m in _FULL_STOP.finditer(text, match.end()) if not held[m.start()])
        stop = next(stops, len(text))
        if (
            end is END
            and not held[match.start()]
            and not _POINTS.search(_WHOLE.sub("", text[match.end() : stop]))
        ):
            held[match.end() : stop] = b"\1" * (stop - match.end())
    start, sentence = begin, 0
    for match in end.finditer(text, begin):
        index = match.start()
        if held[index] or match.lastgroup == "kept" or _NEXT_GRADE.match(text, index):
            continue
        yield from _piece(text, start, index, sentence, spoiled)
        start = index + 1
        if match[0] not in "；：，":
            sentence += 1
    yield from _piece(text, start, len(text), sentence, spoiled)


def _piece(
    text: str, start: int, end: int, sentence: int, spoiled: tuple[tuple[int, int], ...]
) -> Iterator[Piece]:
    numbering = _NUMBERING.match(text, start, end)
    if numbering:
        start = numbering.end()
    if start < end:
        broken = any(low < end and start < high for low, high in spoiled)
        yield Piece(start, end, sentence, broken, numbering[0] if numbering else "")
