"""The page of boundary words (边界用语), from the vocabulary."""

from zhunsheng.dsl.words import BOUNDS_BEFORE, BOUNDS_BEHIND, Comparison

from .text import md, table

MEANING: dict[Comparison, tuple[str, str]] = {
    "ge": ("≥", "含本数，或更多"),
    "gt": ("＞", "不含本数，要更多"),
    "le": ("≤", "含本数，或更少"),
    "lt": ("＜", "不含本数，要更少"),
    "eq": ("＝", "正好是本数"),
}
#: Words that 民法典第1259条 names; other words follow their own meaning.
CIVIL_CODE = frozenset({"以上", "以下", "以内", "届满", "不满", "超过", "以外"})


def tables() -> str:
    """A table for words before the number, one for words behind it."""
    parts = []
    for title, words, example in (
        ("写在数字前面的", BOUNDS_BEFORE, "{word}10家"),
        ("写在数字后面的", BOUNDS_BEHIND, "10家{word}"),
    ):
        parts.append(f"## {title}\n")
        rows = []
        for comparison, (sign, meaning) in MEANING.items():
            for word in (w for w, c in words.items() if c == comparison):
                basis = "民法典第1259条" if word in CIVIL_CODE else "条文本身的意思"
                rows.append((f"**{md(word)}**", md(example.format(word=word)), sign, meaning, basis))
        parts.append(table(("用语", "例", "怎样比较", "本数", "依据"), rows) + "\n")
    return "\n".join(parts)
