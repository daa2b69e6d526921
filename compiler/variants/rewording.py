"""Finding the words that a variant changes inside a clause (改字)."""

from collections.abc import Iterable, Iterator

from zhunsheng.dsl.normal import normalise, plain, unmarked
from zhunsheng.runtime.source import Source, Span

_DIGITS = "0123456789.,一二两三四五六七八九十百千万亿零〇"


def places_of(words: str, source: Source, within: Iterable[Span]) -> list[Span]:
    """Where words stand, width and markers aside; a number is found as a whole only."""
    wanted = plain(words)
    return [place for span in within for place in _places(wanted, source, span)] if wanted else []


def _places(wanted: str, source: Source, span: Span) -> Iterator[Span]:
    normal = normalise(source.slice(span), span.start)
    marked = any(char in wanted for char in "【】〖〗")
    pairs = list(zip(normal.text, normal.offsets, strict=False))
    kept = pairs if marked else list(unmarked(pairs))
    text = "".join(char for char, _ in kept)
    start = text.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        if not (_inside_number(text, start) or _inside_number(text, end)):
            place = Span(kept[start][1], kept[end - 1][1] + 1)
            if marked or not any(char in source.slice(place) for char in "【】〖〗"):
                yield place
        start = text.find(wanted, start + 1)


def _inside_number(text: str, at: int) -> bool:
    """Whether a place lies between two characters of one number."""
    return 0 < at < len(text) and text[at - 1] in _DIGITS and text[at] in _DIGITS


def inside_fact(place: Span, source: Source) -> bool:
    """Whether words stand between 【 and 】, and so are of a fact's name."""
    return source.text.rfind("【", 0, place.start) > source.text.rfind("】", 0, place.start)
