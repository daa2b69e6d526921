"""Words for the total that the title of an indicator makes doubtful (考核得分 beside an indicator 考核)."""

import re
from collections.abc import Iterator

from zhunsheng.compiler.resolve.extra import segments_of
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import normalise, plain
from zhunsheng.dsl.words import TOTALS
from zhunsheng.runtime.diagnostics import Diagnostic

#: What stands behind the title of an indicator where its score is meant.
_SCORES = ("得分", "评分", "总分", "总得分")


def doubtful_totals(standard: Standard) -> Iterator[Diagnostic]:
    """Sentences on tiers and vetoes with a word for the total that may as well name an indicator."""
    titles = {plain(heading.title) for heading in ast.all_headings(standard.file.indicators)}
    doubtful = [title + score for title in titles for score in _SCORES if title + score in TOTALS]
    if not doubtful:
        return
    words = re.compile("|".join(sorted(doubtful, key=len, reverse=True)))
    for name in ("评定等级", "一票否决"):
        for segment in segments_of(standard.file.sections.get(name)):
            normal = normalise(standard.source.slice(segment.span), segment.span.start)
            found = words.search(normal.text)
            if found is not None:
                title = next(title for title in titles if found[0].startswith(title))
                message = f"“{found[0]}”是总分，还是指标“{title}”的得分？"
                help_text = f"总分的，写成“总分”；这个指标的，写成““{title}”得分”"
                span = normal.span(found.start(), found.end())
                yield Diagnostic("ZS0341", message, standard.source, span, help_text)
