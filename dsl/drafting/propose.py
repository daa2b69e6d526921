"""Proposing brackets (试加括号) for official text that has none: ``zhunsheng fmt --mark``.

Nothing but brackets is put in, and only where the marked sentence then reads; the author decides.
"""

import re
from collections.abc import Iterator, Sequence

from attrs import frozen

from zhunsheng.dsl.clauses.tokens import Start
from zhunsheng.dsl.normal import Normal, normalise, unmarked
from zhunsheng.dsl.paragraphs import read_paragraph
from zhunsheng.dsl.reserved import STARTS
from zhunsheng.dsl.rulefile import read_rules
from zhunsheng.dsl.strong_words import STRONG_IN_FACT
from zhunsheng.dsl.vocabulary import terminals
from zhunsheng.dsl.words import BOUNDS_BEFORE, BOUNDS_BEHIND, CONNECTIVES
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
    rf"(?P<lead>.*?)(?P<fact>[^，]*?)(?P<rest>(?:在|介于|处于)?"
    rf"(?:(?:{_WORDS}){_QUANTITY}|(?:{_NUMBER})(?:{_UNIT})?[-～至]{_QUANTITY}|{_QUANTITY}(?:（不?含）)?(?:{_BEHIND})).*)"
)
_COUNTED = re.compile(
    rf"(?P<lead>(?:{_LEAD})?(?:{terminals()['VERB']})?{_QUANTITY}(?:{_BEHIND}))(?P<fact>[^，]+?)(?P<rest>的?，.*|的?{_AWARD}.*)"
)
#: A rank among all of a batch: what is ranked is the fact. A rank in a field that is named (在全省, 全市) is a fact itself.
_RANKED = re.compile(
    rf"(?P<lead>(?:若|如)?(?:{_LEAD})?)(?P<fact>(?:(?!在|且|同时|全[国省市区县州]|[，、]).)+?)"
    rf"(?P<rest>(?:{terminals()['RANKED']})(?:{terminals()['PLACES']}).*)"
)
#: Signs on both sides of what is compared (60%≤满意率<80%).
_FLANKED = re.compile(
    rf"(?P<lead>(?:若|如)?(?:{_LEAD})?(?:{_QUANTITY}|{_NUMBER})[≤<≥>])(?P<fact>[^，≤<≥>]+)(?P<rest>[≤<≥>].*)"
)
#: What gives all points where it does not happen, and takes some each time.
_NONE = re.compile(
    rf"(?P<lead>(?:若|如)?(?:{_LEAD})?(?:(?:未|没有)(?:发生|发现)|无))(?P<fact>[^，、]+?)"
    rf"(?P<rest>的?，?(?:{_AWARD}|{terminals()['ADD']}满分)，每(?:发生|发现|增加)?(?:{_NUMBER})?(?:{terminals()['UNIT']}).*)"
)
#: Things side by side of which all must be there.
_ALL_THERE = re.compile(
    rf"(?P<lead>(?:若|如)?(?:{_LEAD})?)(?P<fact>[^，；的]+、[^，；的]+?)(?<!等)(?P<rest>(?:{terminals()['COMPLETE']}).*)"
)
_HOLDS = re.compile(
    rf"(?P<lead>(?:若|如)?(?:{_LEAD})?)(?P<fact>.+?)(?P<rest>(?:的，?|，)?{_AWARD}.*|的，?直接.*|的，.*视.*"
    rf"|的?，?(?:{terminals()['ITEM']})?(?:{terminals()['NOTHING']}).*)"
)
_CONNECTIVE = re.compile(rf"(?:若|如果|如|{_LEAD})*")
#: No official sentence is longer, and the patterns take their time over one.
_LONGEST = 400
_FACT = re.compile("【([^【】｜]*)[^【】]*】")
#: A description at the start of a sentence with a figure behind it.
_SUBJECT = re.compile(rf"〖([^〖〗]*)〗(?:(?:{_WORDS}){_QUANTITY}|{_QUANTITY})")
_SCORE = re.compile(rf"(?:(?:{_WORDS})?(?:{_NUMBER})分?[-～至])?(?:{_WORDS})?(?:{_NUMBER})分")
#: Tiers that are named without scores.
_NAMES = re.compile("(.*?)(分为“.*”[，,]?)(.*)")
#: A bracket that cuts a number in two, or a boundary word off its number.
_CUT = re.compile(
    rf"[\d.][-～至.\d]*[〗】]\d|[-～至][〗】]|\d[〖【][\d.]|{_QUANTITY}[〖【](?:{_BEHIND})|(?:{_WORDS})[〗】]{_QUANTITY}"
)
#: Words that work outside a fact and would be lost in it: an award, a rate, a limit, a 的 that ends a condition.
_NEVER = re.compile(rf"【[^】]*(?:每|分别|不得分|扣完|最[多高]|总分中|{_AWARD}|的】|[不未]】)")
#: A part of a sentence up to its award, with the comma behind it.
_PART = re.compile(rf".+?{_AWARD}(?:[，,]|$)|.+$")
_LEAD_IN = re.compile("(.+?)(的?[，,]?)", re.DOTALL)


@frozen
class Proposal:
    """The text with brackets put in, how many sentences were and were not brought to read, and the subjects
    that were taken for a fact before them: (words, fact)."""

    text: str
    marked: int
    left: int
    referred: tuple[tuple[str, str], ...] = ()

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
    referred: list[tuple[str, str]] = []
    for section, _, paragraph in parsed.file.executable():
        start = STARTS.get(section, "segment")
        facts: list[str] = []
        for segment in paragraph.segments:
            words = segment.text
            if segment.broken and not any(char in words for char in "【】〖〗"):
                found = mark_sentence(words, start, facts, total=bool(parsed.file.indicators))
                if found is None:
                    left += 1
                else:
                    marked += 1
                    edits.append((segment.span.start, segment.span.end, found))
                    words = found
            same = _referred(words, facts)
            referred += [same] if same else []
            facts += _FACT.findall(words)
    for begin, end, words in sorted(edits, reverse=True):
        text = text[:begin] + words + text[end:]
    return Proposal(text, marked, left, tuple(referred))


def mark_sentence(
    text: str, start: Start = "segment", facts: Sequence[str] = (), *, total: bool = True
) -> str | None:
    """A sentence with brackets: of the ways that read, the one with the fewest figures in its facts, and of
    those the likeliest; None where none reads. `facts` are those of the sentences before it; `total` says
    whether indicators give the total that tiers go by."""
    words = "".join(char for char in text if char not in "\r\n").strip()
    if len(words) > _LONGEST:
        return None
    found = _best(words, start, facts, total=total)
    parts = _PART.findall(words) if found is None and start == "segment" else []
    if len(parts) < 2 or "".join(parts) != words:
        return found
    # Two awards in one sentence: each by itself, and the whole where it then reads.
    marked = [_best(part.rstrip("，,"), start, facts, total=total) for part in parts]
    whole = "".join(
        f"{own}{part[len(part.rstrip('，,')) :]}" for own, part in zip(marked, parts, strict=True) if own
    )
    return whole if all(marked) and _figures(whole, start) is not None else None


def _best(words: str, start: Start, facts: Sequence[str], *, total: bool) -> str | None:
    best: tuple[int, str] | None = None
    for candidate in _candidates(words, start, facts, total=total):
        even = normalise(candidate).text
        if _CUT.search(even) or _NEVER.search(even):
            continue
        if "".join(char for char, _ in unmarked((c, 0) for c in candidate)) != words:
            continue
        figures = _figures(candidate, start)
        if figures is not None and (best is None or figures < best[0]):
            best = figures, candidate
    return best[1] if best else None


def _figures(candidate: str, start: Start) -> int | None:
    """How many figures stand in the facts of a sentence; None where it does not read."""
    read = read_paragraph(candidate, 0, Source("", candidate), start)
    if read.faults or _strong(read.suspicions) or not any(s.items for s in read.paragraph.segments):
        return None
    return sum(len(STRONG_IN_FACT.findall(normalise(fact).text)) for fact in _FACT.findall(candidate))


def _strong(suspicions: tuple[object, ...]) -> bool:
    return any(getattr(suspicion, "kind", "") == "description" for suspicion in suspicions)


def _candidates(words: str, start: Start, facts: Sequence[str], *, total: bool) -> Iterator[str]:
    """Ways to bracket a sentence, likeliest first. Width is evened out only to recognise patterns."""
    normal = normalise(words)
    if start == "tiers":
        yield from _tier(words, normal, total=total)
        return
    if start == "veto":
        yield from _veto(words)
        return
    for pattern in (_FLANKED, _NONE, _ALL_THERE, _RANKED, _STEP, _PER, _ONE, _COUNTED, _BOUND, _HOLDS):
        match = pattern.fullmatch(normal.text)
        if match is not None:
            parts = {
                name: words[normal.offsets[match.start(name)] : normal.offsets[match.end(name)]]
                for name in match.groupdict()
                if match[name]
            }
            yield from _bracketed(pattern, parts, facts)


def _bracketed(pattern: re.Pattern[str], parts: dict[str, str], facts: Sequence[str]) -> Iterator[str]:
    lead, rest = parts.get("lead", ""), parts["rest"]
    if pattern is _ALL_THERE:
        things = re.split("(、|(?:以?及|[和与])(?=[^、]*$))", parts["fact"])
        yield lead + "".join(f"【{thing}】" if n % 2 == 0 else thing for n, thing in enumerate(things)) + rest
    elif pattern is _STEP:
        yield f"〖{lead}〗{rest}" if lead else rest
        yield f"【{lead}】{rest}"
    elif pattern is _PER and "basis" in parts and parts.get("source"):
        yield f"{_condition(lead)}{parts['basis']}【{parts['source']}】{parts['every']}{rest}"
    elif pattern is _PER and STRONG_IN_FACT.search(normalise(parts.get("fact", "")).text):
        return  # 每家企业服务不少于2次的: 每 goes with the figure, it is no rate
    elif pattern in (_PER, _ONE) and parts.get("fact"):
        whole = lead + parts.get("source", "")
        tail = f"{parts['every']}【{parts['fact']}】{rest}"
        if whole.rstrip("，,").endswith("的"):
            yield f"{_condition(whole)}{tail}"
        yield f"{_described(whole)}{tail}"
    elif not parts.get("fact") and pattern is not _BOUND:
        return
    elif pattern is _COUNTED:
        yield f"{lead}【{parts['fact']}】{rest}"
    elif pattern is _BOUND:
        subject = lead + parts.get("fact", "")
        if any(_told_before(subject, fact) for fact in facts):
            yield f"〖{subject}〗{rest}"
        before = _CONNECTIVE.match(subject)
        split = before.end() if before else 0
        yield f"{subject[:split]}【{subject[split:]}】{rest}"
    else:
        yield f"{lead}【{parts['fact']}】{rest}"


def _told_before(subject: str, fact: str) -> bool:
    """Whether a subject is short for a fact: its characters all stand there, in the same order."""
    rest = iter(fact)
    return 2 <= len(subject) < len(fact) and all(char in rest for char in subject)


def _referred(words: str, facts: Sequence[str]) -> tuple[str, str] | None:
    """A description in place of a subject, with the fact before it that it is short for."""
    match = _SUBJECT.match(words)
    fact = next((fact for fact in reversed(facts) if match and _told_before(match[1], fact)), None)
    return (match[1], fact) if match and fact else None


def _condition(lead: str) -> str:
    """A lead-in as a condition; 的 and the comma stay outside."""
    match = _LEAD_IN.fullmatch(lead)
    return f"【{match[1]}】{match[2]}" if match else lead


def _described(lead: str) -> str:
    return f"〖{lead}〗" if lead else ""


def _tier(words: str, normal: Normal, *, total: bool) -> Iterator[str]:
    """What stands before the first score describes; without indicators its last words name the total."""
    names = _NAMES.fullmatch(words)
    if names is not None:
        yield f"{_described(names[1])}{names[2]}{_described(names[3])}"
    match = _SCORE.search(normal.text)
    if match is None or match.start() == 0:
        return
    lead, rest = words[: normal.offsets[match.start()]], words[normal.offsets[match.start()] :]
    comma = max(lead.rfind("，"), lead.rfind(",")) + 1
    if not total and comma < len(lead):
        yield f"{_described(lead[:comma])}【{lead[comma:]}】{rest}"
    yield f"〖{lead}〗{rest}"


def _veto(words: str) -> Iterator[str]:
    match = re.fullmatch(r"(若|如果|如|凡)?(.+?)(的[，,]?.*)", words)
    if match is not None:
        facts = "、".join(f"【{part}】" for part in match[2].split("、"))
        yield f"{match[1] or ''}{facts}{match[3]}"
