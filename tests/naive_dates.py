"""Dates for the naive evaluator: the questions that sentences ask of them, and their answers."""

import calendar
import re
from datetime import date, timedelta
from fractions import Fraction

from naive_logic import Unread
from naive_model import Question, Standard
from naive_numbers import write_numbers
from naive_periods import write_periods
from naive_words import FACT, NUMBER, Marked, Marker, number

TODAY = "评价日期"
DAY = r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日"


def ask(marked: Marked, standard: Standard, marker: Marker) -> None:
    """Puts the derived fact, compared with a number, in the place of every question about dates; numbers are written plainly."""
    write_periods(marked, marker)
    write_numbers(marked)

    def put(name: str, question: Question) -> str:
        known = standard.questions.setdefault(name, question)
        if (known.kind, known.source, known.until, known.n) != (
            question.kind,
            question.source,
            question.until,
            question.n,
        ):
            raise Unread(f"two questions are named {name}")
        return marker.sign(name)

    def since(found: re.Match[str]) -> str:
        source = marker.name(found["a"])
        return put(f"{source}距评价日期", Question("距", source))

    def days(found: re.Match[str]) -> str:
        source, word = marker.name(found["a"]), found["w"]
        if found["y"]:
            day = date(int(found["y"]), int(found["m"]), int(found["d"]))
            shown = f"{day.year}年{day.month}月{day.day}日"
            sign = put(f"{source}与{shown}相差的天数", Question("天", source, day, unit="天"))
        else:
            sign = put(f"{source}的剩余天数", Question("天", source, unit="天"))
        relation = {
            "早于": "<",
            "晚于": ">",
            "不早于": "≥",
            "不晚于": "≤",
            "在有效期内": "≥",
            "已过有效期": "<",
        }
        return f"{sign}{relation[word]}0天"

    def recent(found: re.Match[str]) -> str:
        source, n = marker.name(found["a"]), int(number(found["n"]))
        row = standard.declared.get(source, {})
        items = row.get("类型") == "清单" and "逐项填日期" in row.get("备注", "")
        a_date = row.get("类型") == "日期" or "在" in found.group()
        if not items and not a_date:
            return found.group()
        sign = put(f"近{n}年的{source}", Question("近", source, n=n))
        return sign if items else f"{sign}≥1次"

    def streak(found: re.Match[str]) -> str:
        source, n = marker.name(found["a"]), int(number(found["n"]))
        return "每1次" + put(f"{source}每连续{n}天的次数", Question("连", source, n=n))

    patterns = [
        (rf"(?P<a>{FACT})(?:距评价日期|距今|至今)", since),
        (
            rf"(?P<a>{FACT})(?P<w>在有效期内|已过有效期|不?[早晚]于)(?:(?<!期)(?<!内)(?:评价日期|{DAY}))?",
            days,
        ),
        (rf"近(?P<n>{NUMBER})年内?(?P<a>{FACT})", recent),
        (rf"(?P<a>{FACT})在近(?P<n>{NUMBER})年内", recent),
        (rf"每连续(?P<n>{NUMBER})[天日](?P<a>{FACT})", streak),
    ]
    for pattern, answer in patterns:
        for found in reversed(list(re.finditer(pattern, marked.text))):
            replacement = answer(found)
            if replacement != found.group():
                marked.replace(found.start(), found.end(), replacement)
    whole, part = ("年", 12), "个月"
    compound = rf"(\d+){whole[0]}(\d+){part}|(\d+)小时(\d+)分钟"
    for found in reversed(list(re.finditer(compound, marked.text))):
        if found[1]:
            text = f"{int(found[1]) * 12 + int(found[2])}个月"
        else:
            text = f"{int(found[3]) * 60 + int(found[4])}分钟"
        marked.replace(found.start(), found.end(), text)


def later(start: date, months: int) -> date:
    """The day with the same number so many months later, or the last day of that month."""
    place = start.year * 12 + start.month - 1 + months
    year, month = place // 12, place % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def time_between(start: date, end: date, unit: str) -> Fraction:
    """In 天, 周, 月 or 年."""
    if unit in ("天", "日", "周"):
        return Fraction((end - start).days, 7 if unit == "周" else 1)
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    while later(start, months) > end:
        months -= 1
    begun = later(start, months)
    rest = Fraction((end - begun).days, (later(start, months + 1) - begun).days)
    if unit in ("年",):
        return (months + rest) / 12
    if unit in ("月", "个月"):
        return months + rest
    raise Unread(f"a time in {unit}")


def within(day: date, today: date, years: int, mode: str) -> bool:
    """Whether a day lies in the last years."""
    if mode == "按年度":
        return today.year - years <= day.year < today.year
    if mode == "含当年":
        return day <= today and today.year - years < day.year
    if mode == "按日":
        return day <= today and time_between(day, today, "年") <= years
    raise Unread("近年 is open")


def streaks(days: tuple[date, ...], n: int) -> int:
    """Σ ⌊d ÷ n⌋ over the longest runs of consecutive days."""
    total = run = 0
    for day in sorted(set(days)):
        run = run + 1 if day - timedelta(days=1) in days else 1
        if run % n == 0:
            total += 1
    return total
