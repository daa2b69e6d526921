"""Implied facts (隐含数据项): what a sentence asks of another fact, as a derived fact with a name of its own.

【成立日期】距评价日期 asks for the time between two dates, 近三年【奖项】 for some items of a list, 每连续10天【登录日期】
for the streaks in it. Each becomes a line of 计算, as if the author had written it, so that all behind it (the
form, the trace, what is missing) knows derived facts only.
"""

import re
from typing import Literal

from attrs import evolve, frozen

from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.facts import EVALUATION_DATE
from zhunsheng.runtime.numbers import RATIO, read_numeral
from zhunsheng.runtime.source import Span

Measure = Literal["difference", "multiple", "share", "growth", "growth_multiple", "ratio"]

_NEAR = re.compile(r"近([一二三四五六七八九十\d]+)年")


@frozen
class Implied:
    """The formula that a sentence implies, and where: a 解读 of the indicator or clause answers for it."""

    definition: ast.Definition
    base: str
    leaf: str
    clause: str
    at: Span


@frozen
class Listed:
    """What 数据项 says about dates, by comparable names: the 日期 facts, and the 清单 with a date to each item."""

    dates: frozenset[str]
    dated_lists: frozenset[str]

    def aspect(self, mention: ast.FactMention) -> ast.Aspect | None:
        """What a mention asks of its fact: as its words say, or 近三年 before a fact with dates."""
        if mention.aspect is not None:
            return mention.aspect
        near = _NEAR.search(mention.lead)
        if near is None or plain(mention.name) not in self.dates | self.dated_lists:
            return None
        years = read_numeral(near[1])
        return None if years is None else ast.Aspect("recent", years.numerator)


def asked(mention: ast.FactMention, base: str, aspect: ast.Aspect, *, several: bool) -> ast.Definition:
    """The definition of what is asked of a fact, which is one date or `several` in a list."""
    day = ast.FactMention(EVALUATION_DATE, EVALUATION_DATE, False, span=mention.span)
    own: ast.Formula = ast.Operand(_bare(mention), span=mention.span)
    today: ast.Formula = ast.Operand(day, span=mention.span)
    span = mention.span
    match aspect.kind:
        case "elapsed":
            name, formula, text = (
                f"{base}距评价日期",
                ast.Binary("-", today, own, span=span),
                f"评价日期－{base}",
            )
        case "left":
            name, formula, text = (
                f"{base}的剩余天数",
                ast.Binary("-", own, today, span=span),
                f"{base}－评价日期",
            )
        case "since":
            assert aspect.day is not None
            then = f"{aspect.day.year}年{aspect.day.month}月{aspect.day.day}日"
            name, text = f"{base}与{then}相差的天数", f"{base}－{then}"
            formula = ast.Binary("-", own, ast.Day(aspect.day, span=span), span=span)
        case "recent":
            name, text = f"近{aspect.years}年的{base}", f"{base}中在近{aspect.years}年内的"
            within = ast.Within(_bare(mention), aspect.years, not several, span=span)
            return _definition(name, within, text, mention)
    return _definition(name, formula, text, mention)


def streak(mention: ast.FactMention, base: str, days: int) -> ast.Definition:
    """The definition of how many streaks of so many days a list of dates has."""
    formula = ast.Streak(_bare(mention), days, span=mention.span)
    return _definition(f"{base}每连续{days}天的次数", formula, f"{base}的连续{days}天次数", mention)


#: What a sentence asks of two facts: the name of the derived fact and its formula in words.
_MEASURED = {
    ("difference", False): ("{one}与{other}之差", "【{one}】－【{other}】"),
    ("difference", True): ("{other}与{one}之差", "【{other}】－【{one}】"),
    ("multiple", False): ("{one}为{other}的倍数", "【{one}】÷【{other}】"),
    ("share", False): ("{one}相当于{other}的比例", "【{one}】÷【{other}】"),
    ("ratio", False): ("{one}与{other}之比", "【{one}】÷【{other}】"),
    ("growth", False): ("{one}比{other}增长的比例", "（【{one}】－【{other}】）÷【{other}】"),
    ("growth", True): ("{one}比{other}下降的比例", "（【{other}】－【{one}】）÷【{other}】"),
    ("growth_multiple", False): ("{one}比{other}增长的倍数", "（【{one}】－【{other}】）÷【{other}】"),
}


def measured(one: str, other: str, reference: ast.Reference, unit: str) -> ast.Definition:
    """The definition of what a sentence asks of one fact measured by another; `unit` is that of its number."""
    kind: Measure = "difference"
    if reference.kind == "times":
        kind = "multiple" if unit == "倍" else "share"
    elif reference.kind == "growth":
        kind = "growth_multiple" if unit == "倍" else "growth"
    elif reference.kind == "ratio":
        kind = "ratio" if unit == RATIO else "share"
    name, text = (words.format(one=one, other=other) for words in _MEASURED[kind, reference.falls])
    span = reference.span
    facts = [ast.FactMention(n, n, False, span=span) for n in (one, other)]
    formula = ast.Measured(kind, facts[0], facts[1], reference.falls, span=span)
    return ast.Definition(
        ast.FactMention(name, name, False, span=span), formula, f"【{name}】＝{text}", span=span
    )


def ratio(part: str, whole: str, span: Span) -> ast.Definition:
    """The definition of what one fact is of another (占…的比例)."""
    name = f"{part}占{whole}的比例"
    operands = [ast.Operand(ast.FactMention(n, n, False, span=span), span=span) for n in (part, whole)]
    formula = ast.Binary("/", operands[0], operands[1], span=span)
    fact = ast.FactMention(name, name, False, span=span)
    return ast.Definition(fact, formula, f"【{name}】＝【{part}】÷【{whole}】", span=span)


def part_and_whole(definition: ast.Definition) -> tuple[str, str] | None:
    """The two facts of a definition that 占 implies."""
    match definition.formula:
        case ast.Binary("/", ast.Operand(part), ast.Operand(whole)):
            same = definition.fact.name == f"{part.name}占{whole.name}的比例"
            return (plain(part.name), plain(whole.name)) if same else None
    return None


def scored(id: str, formula: ast.Formula, words: str, *, off: bool) -> ast.Definition:
    """The definition of the points that a clause gives by a formula, or takes off."""
    name = f"{id}按算式的{'扣分' if off else '得分'}"
    fact = ast.FactMention(name, name, False, span=formula.span)
    return ast.Definition(fact, formula, f"【{name}】＝{words}", span=formula.span)


def _definition(name: str, formula: ast.Formula, text: str, mention: ast.FactMention) -> ast.Definition:
    fact = ast.FactMention(name, name, False, span=mention.span)
    return ast.Definition(fact, formula, f"【{name}】＝{text}", span=mention.span)


def _bare(mention: ast.FactMention) -> ast.FactMention:
    """The fact itself, without what is asked of it."""
    return evolve(mention, aspect=None, lead=_NEAR.sub("", mention.lead))
