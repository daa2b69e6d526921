"""What two wordings of a clause differ in, in whole official words: 加20分 → 加15分."""

import re
from collections.abc import Iterable
from functools import cache

from zhunsheng.dsl.vocabulary import WORDS
from zhunsheng.dsl.words import BOUNDS_BEFORE, BOUNDS_BEHIND, COUNT_UNITS, DURATION_UNITS

#: Of wordings with less than a third in common only the whole is told.
_LEAST_COMMON = 3


def changed_words(first: str, second: str) -> tuple[tuple[str, str], ...]:
    """The words that changed, each with what stands there instead; "" for nothing."""
    from difflib import SequenceMatcher

    one, other = _tokens(first), _tokens(second)
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    codes = matcher.get_opcodes()
    common = sum(len("".join(one[a:b])) for tag, a, b, _, _ in codes if tag == "equal")
    if common * _LEAST_COMMON < max(len(first), len(second)):
        return ((first, second),)
    changed = [("".join(one[a:b]), "".join(other[c:d])) for tag, a, b, c, d in codes if tag != "equal"]
    return tuple(changed)


def _tokens(text: str) -> list[str]:
    return [match[0] for match in _pattern().finditer(text)]


@cache
def _pattern() -> re.Pattern[str]:
    """A number with the words that belong to it, a run of letters, or one character."""
    verbs = [*WORDS["ADD"], *WORDS["DEDUCT"]]
    # 认可加2分 changes in 加2分, not in 可加2分: of verbs that end alike the shortest.
    short = [word for word in verbs if not any(word != other and word.endswith(other) for other in verbs)]
    lead = [*BOUNDS_BEFORE, *short, *(w for name in ("MOST", "RISE", "UNTIL", "FULL") for w in WORDS[name])]
    units = ["分", "%", "个百分点", "百分点", *COUNT_UNITS, *DURATION_UNITS]
    number = r"\d[\d,]*(?:\.\d+)?"
    return re.compile(
        rf"(?:{_any(lead)})?{number}(?:{_any(units)})?(?:（不?含）)?(?:{_any(BOUNDS_BEHIND)})?|[A-Za-z]+|."
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w)))
