"""Dates as people type them, alone and as the items of a 清单 in which each item comes with its date."""

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from attrs import frozen

from zhunsheng.runtime.numbers import read_numeral
from zhunsheng.runtime.reading.quantities import Fault
from zhunsheng.runtime.reading.typed_text import name_key, quoted, typed

_DATE = re.compile(r"([\d〇零一二三四五六七八九]{4})(年|[-/.])(.{1,3}?)(月|[-/.])(.{1,3}?)(日?)")
#: Behind the name of an item, in parentheses.
_DATED = re.compile(r"(.+?)[（(]([^（()）]+)[）)]")
_RANGE = re.compile("[～~〜—至]+")
#: A range of more days is a slip of the pen.
_MOST_DAYS = 3_700


@frozen
class DatedItems:
    """The distinct items of a list as they are shown (days in a row as a range), those named more than once, and their dates, in order."""

    items: tuple[str, ...]
    repeated: tuple[str, ...]
    dates: tuple[datetime.date, ...]


def read_date(text: str) -> datetime.date | Fault:
    """Reads 2017年10月18日, 2017-10-18, 2017/10/18, 2017.10.18 and 二〇一七年十月十八日."""
    plain = re.sub(r"\s+", "", typed(text)) if len(text) <= 60 else ""
    match = _DATE.fullmatch(plain)
    year, month, day = (read_numeral(match[group]) if match else None for group in (1, 3, 5))
    if match is None or year is None or month is None or day is None or not _one_style(match):
        return Fault("ZS0940", "不是日期", "写成“2017-10-18”或“2017年10月18日”")
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        return Fault("ZS0941", "日历上没有这一天", "检查月份和日子")


def read_dated_items(texts: Sequence[str]) -> DatedItems | Fault:
    """Items such as 2026-01-01, 2026-01-01～2026-01-10 (each of its days) and 国家级奖（2025-03-01）.

    The same name with the same date, and the same date without a name, are one item.
    """
    found: dict[tuple[str, datetime.date], str] = {}
    repeated: dict[tuple[str, datetime.date], str] = {}
    for text in texts:
        items = _item(text)
        if isinstance(items, Fault):
            return items
        for name, day in items:
            key = (name_key(name), day)
            if key in found:
                repeated.setdefault(key, found[key])
            else:
                found[key] = f"{name}（{day.isoformat()}）" if name else day.isoformat()
    ordered = sorted(found, key=lambda key: (key[1], key[0]))
    dates = tuple(day for _, day in ordered)
    if any(name for name, _ in ordered):
        return DatedItems(tuple(found[key] for key in ordered), tuple(repeated.values()), dates)
    return DatedItems(tuple(_runs(dates)), tuple(repeated.values()), dates)


def consecutive(days: Iterable[datetime.date]) -> Iterator[list[datetime.date]]:
    """Distinct days in order, cut into rows of days that follow one another."""
    for _, row in groupby(enumerate(days), key=lambda pair: pair[1].toordinal() - pair[0]):
        yield [day for _, day in row]


def _runs(days: Sequence[datetime.date]) -> Iterator[str]:
    """Days in order, each row of consecutive ones as a range."""
    for run in consecutive(days):
        yield run[0].isoformat() if len(run) == 1 else f"{run[0]}～{run[-1]}"


def _item(text: str) -> list[tuple[str, datetime.date]] | Fault:
    named = _DATED.fullmatch(text.strip())
    if named is not None:
        day = read_date(named[2])
        return _fault(text, day) if isinstance(day, Fault) else [(named[1].strip(), day)]
    ends = [read_date(part) for part in _RANGE.split(text.strip(), maxsplit=1)]
    for end in ends:
        if isinstance(end, Fault):
            return _fault(text, end)
    days = [end for end in ends if isinstance(end, datetime.date)]
    if len(days) == 1:
        return [("", days[0])]
    count = days[1].toordinal() - days[0].toordinal() + 1
    if not 0 < count <= _MOST_DAYS:
        return Fault(
            "ZS0957", f"“{text.strip()}”的起止日期不对", "起日写在前面，止日写在后面，一段不超过十年"
        )
    return [("", day) for day in _days(days[0], count)]


def _days(first: datetime.date, count: int) -> Iterator[datetime.date]:
    for number in range(count):
        yield first + datetime.timedelta(number)


def _fault(text: str, fault: Fault) -> Fault:
    help_text = "每一项写日期，如“2026-01-01”“2026-01-01～2026-01-10”或“国家级奖（2025-03-01）”"
    return Fault("ZS0957", f"清单里的{quoted(text.strip())}没有读出日期：{fault.message}", help_text)


def _one_style(match: re.Match[str]) -> bool:
    """Whether 年 goes with 月 and a separator with itself."""
    if match[2] == "年":
        return match[4] == "月"
    return match[4] == match[2] and not match[6]
