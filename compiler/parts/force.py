"""Whether a standard is in force (时效性) on a day: the dates and the state in the head of its file."""

import datetime
from collections.abc import Iterator

from zhunsheng.compiler import ir
from zhunsheng.dsl import ast
from zhunsheng.runtime.dates import read_date
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.reading.quantities import Fault
from zhunsheng.runtime.source import Source

_FROM = ("实施日期", "施行日期")
_UNTIL = ("失效日期",)
_REPEALED = ("失效", "废止")


def head_date(file: ast.RuleFile, keys: tuple[str, ...]) -> datetime.date | None:
    """The first date among some keys of the head, None where there is none that can be read."""
    for key in keys:
        value = file.value(key)
        found = read_date(value) if value else None
        if isinstance(found, datetime.date):
            return found
    return None


def in_force_from(file: ast.RuleFile) -> datetime.date | None:
    """The day a standard takes effect (实施日期)."""
    return head_date(file, _FROM)


def in_force_until(file: ast.RuleFile) -> datetime.date | None:
    """The first day it is no longer in force (失效日期)."""
    return head_date(file, _UNTIL)


def bad_dates(file: ast.RuleFile, source: Source) -> Iterator[Diagnostic]:
    """Days of the head that are no dates; nothing could be told from them."""
    for entry in file.head:
        if entry.key in (*_FROM, *_UNTIL) and isinstance(read_date(entry.value), Fault):
            message = f"“{entry.key}”不是日期：{entry.value[:20] or '空着'}"
            yield Diagnostic("ZS0121", message, source, entry.span, f"写成“{entry.key}：2023-04-01”")


def force_notice(meta: ir.Meta, date: datetime.date | None) -> str:
    """What to say where a standard is not in force on the day of evaluation, "" where it is or the day is not known."""
    if date is not None and meta.effective is not None and date < meta.effective:
        return f"这个标准{meta.effective}起实施，评价日期{date}时还没有实施"
    if date is not None and meta.expires is not None:
        return f"这个标准已于{meta.expires}失效，评价日期{date}时不再有效" if date >= meta.expires else ""
    if any(word in meta.state for word in _REPEALED):
        return f"这个标准的时效性是“{meta.state}”，评分只能作参考"
    return ""
