"""The part of the page that shows indicators: the summary table, then every clause with its arithmetic."""

import re
from collections.abc import Iterator
from fractions import Fraction

from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.rendering import phrases
from zhunsheng.runtime.rendering.outline import Bar, Column, Kind, Line, Row, Section, Table, Tag, Tone
from zhunsheng.runtime.rendering.phrases import interval, points
from zhunsheng.runtime.result import (
    ClauseResult,
    ConditionResult,
    FactShown,
    IndicatorResult,
    Number,
    Result,
    VetoResult,
)

_STATES = {"已触发": Tone.VETO, "不满足": Tone.VETO, "待定": Tone.OPEN}

_OUTCOME_TONES = {"得分": Tone.STRONG, "部分得分": Tone.LOST, "不得分": Tone.LOST, "待定": Tone.OPEN}


def all_facts(indicator: IndicatorResult) -> Iterator[FactShown]:
    """All facts that the clauses and vetoes of an indicator, and of those below it, used."""
    for clause in indicator.clauses:
        yield from clause.facts
    for veto in indicator.vetoes:
        yield from veto.facts
    for child in indicator.children:
        yield from all_facts(child)


def leaves(indicator: IndicatorResult) -> Iterator[IndicatorResult]:
    """The indicators that carry a score."""
    if not indicator.children:
        yield indicator
    for child in indicator.children:
        yield from leaves(child)


def fact_lines(facts: tuple[FactShown, ...]) -> Iterator[Line]:
    """A line for each fact, with labels for what is missing, assumed or judged."""
    for fact in facts:
        tags = []
        tone = Tone.PLAIN
        if fact.judgement:
            tags.append(Tag("判断", Tone.JUDGED))
        if fact.assumed:
            tags.append(Tag("按否计", Tone.OPEN))
        if not fact.known:
            tone = Tone.OPEN
        yield Line("事实", phrases.fact(fact), tone, tuple(tags))
        yield from _figure_lines(fact)


def _figure_lines(fact: FactShown) -> Iterator[Line]:
    """The raw figures of a derived fact where more than their value was given; the value stands in the formula."""
    for figure in fact.figures:
        if phrases.remarks(figure):
            tags = (Tag("判断", Tone.JUDGED),) if figure.judgement else ()
            yield Line("原始数", phrases.fact(figure), Tone.PLAIN if figure.known else Tone.OPEN, tags)
        yield from _figure_lines(figure)


def check_tone(check: VetoResult | ConditionResult) -> Tone:
    """How weighty the outcome of a check is; what does not bind weighs nothing."""
    if isinstance(check, ConditionResult) and not check.binding:
        return Tone.CHECKED
    return _STATES.get(phrases.check_state(check), Tone.CHECKED)


def check_section(check: VetoResult | ConditionResult, title: str = "") -> Section:
    """A veto or 基本条件 with its words, facts and outcome."""
    lines = [Line("原文", check.text, Tone.QUOTE), *_origin(check.origin), *fact_lines(check.facts)]
    if check.calculation:
        lines.append(Line("核对", check.calculation))
    if check.effect:
        lines.append(Line("后果", check.effect))
    tag = Tag(phrases.check_state(check), check_tone(check))
    return Section(Kind.CLAUSE, title, check.id, tags=(tag,), lines=tuple(lines))


def _origin(standard: str) -> Iterator[Line]:
    """Which standard a clause of a local variant comes from."""
    if standard:
        yield Line("出处", standard, Tone.FAINT)


def summary_section(result: Result) -> Section:
    """All indicators in a table, and the sum."""
    rows = [row for indicator in result.indicators for row in _rows(indicator, 0, _scale(result))]
    weighted = any(leaf.weight is not None for top in result.indicators for leaf in leaves(top))
    columns = (
        Column("编号"),
        Column("指标"),
        Column("权重" if weighted else "满分", True),
        Column("得分", True),
        Column("计入总分", True),
        Column("失分", True),
        Column("待定", True),
    )
    given = () if result.total_fact is None else tuple(fact_lines((result.total_fact,)))
    summed = [Line("总分合计", result.summation, Tone.STRONG)] if result.summation else []
    closing = (*given, *_turned_headings(result.indicators), *_turned_total(result), *summed)
    table = Table(columns, (*rows, _total_row(result)), "得 失 待定")
    return Section(Kind.PART, "评分汇总", table=table, closing=closing)


def _turned_headings(indicators: tuple[IndicatorResult, ...]) -> Iterator[Line]:
    """By how much a heading differs from the sum of the rows below it, so that the table can be added up."""
    for indicator in indicators:
        children = indicator.children
        told = [
            _turned("计入总分", [child.contribution for child in children], indicator.contribution),
            _turned("失分", [child.lost for child in children], indicator.lost),
        ]
        if children and any(told):
            words = "；".join(filter(None, told))
            yield Line(f"{indicator.id} 合计", f"{words}（系数、上下限或折算，见逐条说明）", Tone.CAP)
        yield from _turned_headings(children)


def _turned_total(result: Result) -> Iterator[Line]:
    """By how much the total differs from the sum of the first rows; what is lost so stands in no column."""
    stood = result.total_without_veto if result.vetoed else result.total
    words = _turned("计入总分", [top.contribution for top in result.indicators], stood)
    if words:
        yield Line(
            "合计",
            f"{words}（总分的系数、上下限、折算或修约，见总分合计）；“失分”是在这以前的，不包括这个差数",
            Tone.CAP,
        )


def _turned(label: str, parts: list[Number | None], whole: Number | None) -> str:
    """What has to be added to a sum, or taken off, to come to a number of the table; "" where nothing has, or it is open."""
    known = [Fraction(part) for part in parts if part is not None]
    if whole is None or len(known) != len(parts) or not known:
        return ""
    summed = sum(known, Fraction(0))
    turned = whole - summed
    if not turned:
        return ""
    change = f"{'多' if turned > 0 else '少'}{points(abs(turned))}"
    return f"{label}：各行合计{points(summed)}，{change}，为{points(whole)}"


def _scale(result: Result) -> Fraction:
    """The largest share any indicator can have, which all bars are drawn against."""
    shares = [_share(leaf) for top in result.indicators for leaf in leaves(top)]
    return max((share for share in shares if share is not None), default=Fraction(0))


def _share(indicator: IndicatorResult) -> Fraction | None:
    """What an indicator can contribute, None where it has no limit."""
    parts = (indicator.earned, indicator.lost, indicator.open)
    return (
        sum((Fraction(part) for part in parts if part is not None), Fraction(0))
        if None not in parts
        else None
    )


def _rows(indicator: IndicatorResult, level: int, scale: Fraction) -> Iterator[Row]:
    scale_text = indicator.weight or ("" if indicator.full is None else _number(indicator.full))
    yield Row(
        (
            indicator.id,
            indicator.title,
            scale_text,
            _own_score(indicator),
            _cell(indicator.contribution, indicator.contribution_min, indicator.contribution_max),
            _number(indicator.lost),
            _number(indicator.open),
        ),
        level=level,
        bar=None if indicator.children else _bar(indicator, scale),
        tone=Tone.STRONG if indicator.children else Tone.PLAIN,
    )
    for child in indicator.children:
        yield from _rows(child, level + 1, scale)


def _own_score(indicator: IndicatorResult) -> str:
    if indicator.absent:
        return "缺项"
    ends = (indicator.score, indicator.score_min, indicator.score_max)
    return "" if indicator.children and ends == (None, None, None) else _cell(*ends)


def _cell(value: Number | None, low: Number | None, high: Number | None) -> str:
    """A number or interval for a narrow column; the fraction of a rounded one stands in the details."""
    return re.sub(r"（-?\d+/\d+）", "", interval(value, low, high))


def _number(value: Number | None) -> str:
    return "" if value is None else _cell(value, None, None)


def _bar(indicator: IndicatorResult, scale: Fraction) -> Bar | None:
    """The bar of an indicator; none where points have no limit or fall below zero."""
    earned, lost, still_open = indicator.earned, indicator.lost, indicator.open
    if earned is None or lost is None or still_open is None or scale <= 0:
        return None
    if min(earned, lost, still_open) < 0:
        return None
    text = f"得{points(earned)}，失{points(lost)}，待定{points(still_open)}"
    return Bar(Fraction(earned), Fraction(lost), Fraction(still_open), scale, text)


def _total_row(result: Result) -> Row:
    # A heading whose sum has ends loses less, or more, than the indicators below it.
    lost = [top.lost for top in result.indicators]
    still_open = [top.open for top in result.indicators]
    stood = result.total_without_veto if result.vetoed else result.total
    total = _cell(stood, result.total_min, result.total_max)
    return Row(("", "合计", "", "", total, _sum(lost), _sum(still_open)), total=True)


def _sum(values: list[Number | None]) -> str:
    """The sum as a number, empty where a part has none."""
    known = [Fraction(value) for value in values if value is not None]
    return _number(sum(known, Fraction(0))) if known and len(known) == len(values) else ""


def indicator_section(indicator: IndicatorResult, weights: tuple[str, ...]) -> Section:
    """An indicator with its clauses, or a heading with its indicators."""
    if indicator.weight is not None:
        weights = (*weights, indicator.weight)
    tone = Tone.STRONG if _plain_sum(indicator) else Tone.CAP
    label = f"{indicator.id} 合计" if indicator.children else "本指标合计"
    steps = tuple(Line(label, step, tone) for step in indicator.steps)
    children = (
        *(clause_section(clause) for clause in indicator.clauses),
        *(check_section(veto, "没有该项指标" if veto.waiver else "本指标否决") for veto in indicator.vetoes),
        *(indicator_section(child, weights) for child in indicator.children),
    )
    return Section(
        Kind.INDICATOR,
        indicator.title,
        indicator.id,
        note=phrases.scale_note(indicator),
        figure=_group_sum(indicator) if indicator.children else phrases.weighted(indicator, weights),
        tags=tuple(_tags(indicator)),
        closing=steps,
        children=children,
    )


def _plain_sum(indicator: IndicatorResult) -> bool:
    """Whether the score is the sum of the clauses, with no cap and no veto between."""
    parts = [clause.points for clause in indicator.clauses]
    known = [part for part in parts if part is not None]
    return indicator.score is not None and len(known) == len(parts) and sum(known) == indicator.score


def _tags(indicator: IndicatorResult) -> Iterator[Tag]:
    """What a reader has to know even where the rest is folded."""
    if indicator.lost:
        yield Tag(f"失{points(indicator.lost)}", Tone.LOST)
    if indicator.open:
        yield Tag(f"待定{points(indicator.open)}", Tone.OPEN)
    if any(veto.triggered and veto.waiver for veto in indicator.vetoes):
        yield Tag("没有该项指标", Tone.CHECKED)
    if any(veto.triggered and not veto.waiver for veto in indicator.vetoes):
        yield Tag("本指标否决", Tone.VETO)
    if any(clause.judgement for clause in indicator.clauses):
        yield Tag("判断", Tone.JUDGED)


def _group_sum(indicator: IndicatorResult) -> str:
    """The shares of the indicators below and their sum, where the sum is theirs."""
    share = interval(indicator.contribution, indicator.contribution_min, indicator.contribution_max, "分")
    parts = [child.contribution for child in indicator.children]
    known = [part for part in parts if part is not None]
    if len(parts) < 2 or len(known) != len(parts) or sum(known) != indicator.contribution:
        return share
    return " + ".join(map(shown, known)) + f" = {share}"


def clause_section(clause: ClauseResult) -> Section:
    """A clause: official words, facts, arithmetic, cap, what was lost."""
    tone = _OUTCOME_TONES.get(clause.outcome, Tone.PLAIN)
    if clause.points is not None and clause.points < 0:
        tone = Tone.LOST
    if clause.dropped:
        tone = Tone.CAP
    tags = [Tag(phrases.clause_figure(clause), tone)]
    if clause.judgement:
        tags.append(Tag("判断", Tone.JUDGED))
    return Section(Kind.CLAUSE, "", clause.id, tags=tuple(tags), lines=tuple(_clause_lines(clause)))


def _clause_lines(clause: ClauseResult) -> Iterator[Line]:
    yield Line("原文", clause.text, Tone.QUOTE)
    yield from _origin(clause.origin)
    if clause.subject:
        yield Line("承前", clause.subject.removeprefix("承前：").removeprefix("承前:"))
    for reading in clause.readings:
        yield Line("解读", reading)
    yield from fact_lines(clause.facts)
    if clause.calculation:
        yield Line("计算", clause.calculation, Tone.STRONG)
    if clause.cap:
        yield Line("上限", clause.cap, Tone.CAP)
    elif clause.room:
        yield Line("上限", f"本条最多还可得{points(clause.room)}", Tone.CAP)
    if clause.lost:
        yield Line("失分", clause.lost, Tone.LOST)
