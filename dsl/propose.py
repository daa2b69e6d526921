"""Proposing brackets (试加括号) for official text that has none: ``zhunsheng fmt --mark``.

Nothing but brackets is put in, and only where the marked sentence then reads; the author decides.
"""

import re
from collections.abc import Iterator

from attrs import frozen

from zhunsheng.dsl.clause_tokens import Start
from zhunsheng.dsl.normal import normalise
from zhunsheng.dsl.paragraphs import read_paragraph
from zhunsheng.dsl.rulefile import STARTS, read_rules
from zhunsheng.dsl.vocabulary import BOUNDS_BEFORE, BOUNDS_BEHIND, CONNECTIVES, terminals
from zhunsheng.runtime.source import Source

_NUMBER = terminals()["NUM"]
_UNIT = f"(?:%|{terminals()['UNIT']})"
_WORDS = "|".join(sorted(map(re.escape, BOUNDS_BEFORE), key=len, reverse=True))
_BEHIND = "|".join(sorted(map(re.escape, BOUNDS_BEHIND), key=len, reverse=True))
_ADD = f"(?:{terminals()['ADD']}|{terminals()['DEDUCT']})"
_AWARD = rf"(?:{_ADD}(?:{_NUMBER})分|酌情{_ADD}分)"
_QUANTITY = rf"(?:{_NUMBER}){_UNIT}"
_LEAD = "|".join(sorted(map(re.escape, CONNECTIVES), key=len, reverse=True))

#: A sentence with 每: what stands before, verb and unit, what is counted, and the award.
_PER = re.compile(
    rf"(?P<lead>.*?)(?P<basis>根据|按照|按)?(?P<source>[^，]*?)(?P<every>每(?:{terminals()['VERB']})?(?:{_NUMBER})?{_UNIT})"
    rf"(?P<fact>[^，]*?)(?P<rest>的?，?{_AWARD}.*)"
)
_ONE = re.compile(
    rf"(?P<lead>.*?)(?P<every>(?:{terminals()['VERB']})(?:{_NUMBER})(?:{terminals()['UNIT']}))(?P<fact>[^，]+?)(?P<rest>的?，?{_AWARD}.*)"
)
_STEP = re.compile(rf"(?P<lead>[^，]*?)(?P<rest>(?:{_WORDS})?{_QUANTITY}(?:后|以后|之后)每增.*)")
_BOUND = re.compile(
    rf"(?P<lead>.*?)(?P<fact>[^，]*?)(?P<rest>(?:(?:{_WORDS}){_QUANTITY}|{_QUANTITY}(?:（不?含）)?(?:{_BEHIND})).*)"
)
_COUNTED = re.compile(
    rf"(?P<lead>(?:{_LEAD})?(?:{terminals()['VERB']})?{_QUANTITY}(?:{_BEHIND}))(?P<fact>[^，]+)(?P<rest>，.*)"
)
_HOLDS = re.compile(
    rf"(?P<lead>(?:若|如)?(?:{_LEAD})?)(?P<fact>.+?)(?P<rest>(?:的，?|，)?{_AWARD}.*|的，?直接.*|的，.*视.*)"
)
_CONNECTIVE = re.compile(rf"(?:若|如果|如|{_LEAD})*")
_SENTENCE = re.compile("[^。；]+[。；]?")


@frozen
class Proposal:
    """The text with brackets put in, and how many sentences were and were not brought to read."""

    text: str
    marked: int
    left: int

    def summary(self) -> str:
        """A line for the author."""
        left = f"，还有{self.left}句没有读懂，请自己加括号" if self.left else ""
        return f"试加了{self.marked}句的括号，请逐句核对{left}"


def propose(source: Source) -> Proposal:
    """Puts brackets into the sentences of a rule file that do not read without."""
    parsed = read_rules(source)
    assert parsed.file is not None
    text = source.text
    marked = left = 0
    edits: list[tuple[int, int, str]] = []
    for section, _, paragraph in parsed.file.executable():
        start = STARTS.get(section, "segment")
        for segment in paragraph.segments:
            if not segment.broken or any(char in segment.text for char in "【】〖〗"):
                continue
            found = mark_sentence(segment.text, start)
            if found is None:
                left += 1
            else:
                marked += 1
                edits.append((segment.span.start, segment.span.end, found))
    for begin, end, words in sorted(edits, reverse=True):
        text = text[:begin] + words + text[end:]
    return Proposal(text, marked, left)


def mark_sentence(text: str, start: Start = "segment") -> str | None:
    """A sentence with brackets, the first of the likely ways that reads; None where none does."""
    words = "".join(char for char in text if char not in "\r\n")
    for candidate in _candidates(words, start):
        read = read_paragraph(candidate, 0, Source("", candidate), start)
        segments = read.paragraph.segments
        if not read.faults and not _strong(read.suspicions) and any(segment.items for segment in segments):
            return candidate
    return None


def _strong(suspicions: tuple[object, ...]) -> bool:
    return any(getattr(suspicion, "kind", "") == "description" for suspicion in suspicions)


def _candidates(words: str, start: Start) -> Iterator[str]:
    """Ways to bracket a sentence, likeliest first. Width is evened out only to recognise patterns."""
    even = normalise(words).text
    if len(even) != len(words):
        words = even
    if start == "tiers":
        yield from _tier(words, even)
        return
    if start == "veto":
        yield from _veto(words)
        return
    for pattern in (_STEP, _PER, _ONE, _COUNTED, _BOUND, _HOLDS):
        match = pattern.fullmatch(even)
        if match is not None:
            parts = {
                name: words[match.start(name) : match.end(name)] for name in match.groupdict() if match[name]
            }
            yield from _bracketed(pattern, parts)


def _bracketed(pattern: re.Pattern[str], parts: dict[str, str]) -> Iterator[str]:
    lead, rest = parts.get("lead", ""), parts["rest"]
    if pattern is _STEP:
        yield f"〖{lead}〗{rest}" if lead else rest
        yield f"【{lead}】{rest}"
    elif pattern is _PER and "basis" in parts and parts.get("source"):
        yield f"{_condition(lead)}{parts['basis']}【{parts['source']}】{parts['every']}{rest}"
    elif pattern in (_PER, _ONE) and parts.get("fact"):
        whole = lead + parts.get("source", "")
        tail = f"{parts['every']}【{parts['fact']}】{rest}"
        yield (
            f"{_condition(whole)}{tail}"
            if whole.rstrip("，").endswith("的")
            else f"{_described(whole)}{tail}"
        )
        yield f"{_described(whole)}{tail}"
    elif not parts.get("fact") and pattern is not _BOUND:
        return
    elif pattern is _COUNTED:
        yield f"{lead}【{parts['fact']}】{rest}"
    elif pattern is _BOUND:
        subject = lead + parts.get("fact", "")
        before = _CONNECTIVE.match(subject)
        split = before.end() if before else 0
        yield f"{subject[:split]}【{subject[split:]}】{rest}"
    else:
        yield f"{lead}【{parts['fact']}】{rest}"


def _condition(lead: str) -> str:
    """A lead-in that ends in 的 is a condition."""
    body = lead.rstrip("，")
    return f"【{body.removesuffix('的')}】的，" if body else ""


def _described(lead: str) -> str:
    return f"〖{lead}〗" if lead else ""


def _tier(words: str, even: str) -> Iterator[str]:
    match = re.search(rf"(?:{_NUMBER})分|(?:{_WORDS})(?:{_NUMBER})分", even)
    if match is not None and match.start() > 0:
        yield f"〖{words[: match.start()]}〗{words[match.start() :]}"


def _veto(words: str) -> Iterator[str]:
    match = re.fullmatch(r"(若|如果|如|凡)?(.+?)(的[，,]?.*)", words)
    if match is not None:
        facts = "、".join(f"【{part}】" for part in match[2].split("、"))
        yield f"{match[1] or ''}{facts}{match[3]}"
