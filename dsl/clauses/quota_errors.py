"""What a quota that is not read should be: 每户【走访】每月不少于2次, 每季度至少召开1次【会议】."""

import re
from collections.abc import Callable
from functools import cache

from zhunsheng.dsl.vocabulary import terminals
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Source, Span


@cache
def _quota_of_each() -> re.Pattern[str]:
    """A quota that each of many has in each period, said in two places (每户【走访】每月不少于2次)."""
    unit = terminals()["UNIT"]
    bound = rf"(?:{terminals()['BEFORE']})?(?:{terminals()['NUM']})(?:{unit})"
    return re.compile(
        rf"(?P<one>每(?:{unit}))(?:{terminals()['VERB']})?(?P<fact>【[^【】]*】)(?P<period>每(?:{unit}))(?:应|须|要)?{bound}"
    )


@cache
def _quota_before() -> re.Pattern[str]:
    """A quota with its number in front of the fact, or with a verb between words that are read (每季度至少召开1次【会议】,
    【会议】每季度至少召开1次)."""
    period = "(?P<{0}>每(?:年|月度?|季度?|半年|周|日|天|学期))"
    number = rf"(?P<{{0}}>(?:{terminals()['NUM']})(?:{terminals()['UNIT']}))"
    bound = "(?P<{0}>至少|不少于|不低于|不得少于|达到|超过)"
    lead = r"[^，；。、【】（）\d]{0,6}?"
    first = rf"{lead}{bound.format('least')}{lead}{number.format('number')}|{lead}{number.format('above')}(?:及|或)?以上"
    return re.compile(
        rf"{period.format('one')}?(?:{first})的?(?P<fact>【[^【】]*】)"
        rf"|(?P<before>【[^【】]*】){period.format('behind')}{lead}{bound.format('last')}{lead}{number.format('behind_it')}"
    )


def _rewritten(match: re.Match[str], span: Callable[[int, int], Span], source: Source) -> Diagnostic:
    """How to write such a quota: the fact in front of its number, or all of it as one question."""
    fact = match["fact"] or match["before"]
    period = match["one"] or match["behind"] or ""
    bound = (match["least"] or match["last"] or "不少于").replace("不得", "不")
    number = match["number"] or match["above"] or match["behind_it"]
    words = match[0].replace("【", "").replace("】", "")
    help_text = f"次序换一下，写成“{period}{fact}{bound}{number}的，加20分”"
    if period and period != "每年":
        of = period.removeprefix("每")
        help_text += f"，填数最少的那个{of}；只问是不是{period}都做到的，整个作一个是否：【{words}】的"
    message = f"“{match[0]}”没有读懂：数要写在数据项后面"
    return Diagnostic("ZS0202", message, source, span(match.start(), match.end()), help_text)


def quota_fault(
    text: str, at: int, start: str, span: Callable[[int, int], Span], source: Source
) -> Diagnostic | None:
    """What is wrong with the quota that reading stopped in, None where it stopped in something else."""
    quota = next((m for m in _quota_of_each().finditer(text) if m.start() <= at < m.end()), None)
    if quota is not None:
        return Diagnostic(
            "ZS0202",
            f"“{quota['one']}”和“{quota['period']}”没有写在一起",
            source,
            span(quota.start(), quota.end()),
            f"写在一起，如“{quota['one']}{quota['period']}{quota['fact']}不少于2次”",
        )
    before = next((m for m in _quota_before().finditer(text) if m.start() <= at < m.end()), None)
    if start != "segment" or before is None:
        return None
    return _rewritten(before, span, source)
