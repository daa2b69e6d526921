"""From a result to the page that shows it: verdict, checks, summary, every clause, what is missing."""

from collections.abc import Iterator

from zhunsheng.runtime.rendering import phrases
from zhunsheng.runtime.rendering.explain_indicators import (
    all_facts,
    check_section,
    check_tone,
    fact_lines,
    indicator_section,
    summary_section,
)
from zhunsheng.runtime.rendering.outline import Column, Kind, Line, Outline, Row, Section, Table, Tag, Tone
from zhunsheng.runtime.rendering.phrases import names, points
from zhunsheng.runtime.result import Completion, ConditionResult, Missing, Result, Tier, VetoResult

Checks = tuple[VetoResult, ...] | tuple[ConditionResult, ...]


def outline(result: Result) -> Outline:
    """The page of a result."""
    parts = (
        *_checks("基本条件", result.conditions),
        *_checks("一票否决", result.vetoes),
        *_checks("直接认定", result.passes),
        *_checks("其他处理（不影响得分）", result.consequences),
        *(() if result.unscored or result.graded else (summary_section(result),)),
        *_missing(result),
        *_details(result),
        *_tiers(result),
        *_readings(result),
        *_notices(result),
        _provenance(result),
    )
    return Outline(
        f"{result.standard.title} 评分说明", tuple(_head(result)), verdict=_verdict(result), sections=parts
    )


def _head(result: Result) -> Iterator[Line]:
    """Who was scored, when, and by which edition of which standard."""
    standard = result.standard
    if result.subject:
        yield Line("评价对象", result.subject, Tone.STRONG)
    if result.date is not None:
        yield Line("评价日期", result.date.isoformat())
    edition = "，".join(filter(None, (standard.number, standard.issuer, standard.state)))
    yield Line("评价标准", f"《{standard.title}》" + (f"（{edition}）" if edition else ""))
    if standard.base:
        title = f"《{standard.base_title}》（{standard.base}）" if standard.base_title else standard.base
        yield Line("依据", f"{title}；各条的出处写明它来自依据，还是本标准（{standard.id}）的改动")


def _verdict(result: Result) -> Section:
    """The verdict with all that bears on it."""
    return Section(
        Kind.VERDICT,
        "结论",
        figure=phrases.verdict(result) + _standing(result),
        tags=tuple(_verdict_tags(result)),
        lines=tuple(_verdict_lines(result)),
    )


def _standing(result: Result) -> str:
    """The remark in parentheses behind the verdict."""
    if result.missing:
        decided = result.graded or result.total is not None
        held = result.status == "complete" or (result.limited and result.status == "vetoed")
        settled = (
            result.eligible is not None if result.unscored else held and decided and not result.open_tier
        )
        return f"（缺{len(result.missing)}项数据{'，不影响结论' if settled else ''}）"
    return "（数据齐全）" if result.complete else ""


def _verdict_tags(result: Result) -> Iterator[Tag]:
    """What weighs on the verdict and is not its first word already."""
    if result.vetoed and result.status != "vetoed":
        yield Tag(phrases.LIMITED if result.limited else phrases.VETOED, Tone.VETO)
    if result.eligible is None and not result.unscored:
        yield Tag("资格待定", Tone.OPEN)
    if not result.complete and result.status != "incomplete":
        yield Tag("等级待定" if result.tiers else "总分待定", Tone.OPEN)
    if result.judgement.decides_grade is not False:
        yield Tag(f"等级{'' if result.judgement.decides_grade else '可能'}依赖判断", Tone.JUDGED)
    if result.judgement.decides_eligibility:
        yield Tag("资格依赖判断", Tone.JUDGED)
    if result.judgement.judged_conditions:
        yield Tag("部分条件依赖判断", Tone.JUDGED)


def _verdict_lines(result: Result) -> Iterator[Line]:
    if distance := phrases.distances(result):
        yield Line("等级差距", distance, Tone.STRONG)
    stood = result.total_without_veto
    if result.vetoed and not result.limited and stood is not None:
        yield Line("不计否决", f"总分为{points(stood)}", Tone.VETO)
    if result.conditions:
        yield _check_line("基本条件", result.conditions)
    if result.vetoes:
        yield _check_line("一票否决", result.vetoes)
    if result.passes:
        yield _check_line("直接认定", result.passes)
    for check in result.consequences:
        if check.triggered is not False:
            state = "" if check.triggered else "（待定）"
            yield Line("其他处理", f"{check.effect}{state}", Tone.VETO)
    if share := phrases.judged_share(result):
        yield Line("判断", share, Tone.JUDGED)
    yield from _open_lines(result)
    if assumed := _assumed(result):
        yield Line("按否计", f"{len(assumed)}项未提供，按要求视为“否”或0：{names(assumed)}", Tone.OPEN)


def _check_line(label: str, checks: Checks) -> Line:
    tones = {check_tone(check) for check in checks}
    tone = next((tone for tone in (Tone.VETO, Tone.OPEN) if tone in tones), Tone.CHECKED)
    return Line(label, phrases.checks_summary(checks), tone)


def _open_lines(result: Result) -> Iterator[Line]:
    """What is not known yet and what it decides."""
    if not result.missing:
        return
    deciding = tuple(missing.name for missing in result.missing if missing.decides_grade)
    target = "等级" if result.tiers else "资格" if result.unscored else "总分"
    effect = f"其中单独就能影响{target}的：{names(deciding)}" if deciding else f"没有一项单独影响{target}"
    entitling = tuple(missing.name for missing in result.missing if missing.decides_eligibility)
    if entitling:
        hangs = f"资格还要看：{names(entitling)}"
        effect = hangs if result.unscored else f"{effect}；{hangs}"
    yield Line("缺少数据", f"{len(result.missing)}项未提供（未提供不等于没有）；{effect}", Tone.OPEN)
    if unproved := phrases.unproved(result):
        yield Line("区间", unproved, Tone.OPEN)


def _assumed(result: Result) -> tuple[str, ...]:
    """Names of facts that were taken as 否 or 0 on request, each once."""
    facts = [fact for condition in result.conditions for fact in condition.facts]
    facts += [fact for veto in result.vetoes for fact in veto.facts]
    facts += [fact for indicator in result.indicators for fact in all_facts(indicator)]
    return tuple(dict.fromkeys(fact.name for fact in facts if fact.assumed))


def _checks(title: str, checks: Checks) -> Iterator[Section]:
    """The vetoes or conditions one by one, those not triggered too."""
    if not checks:
        return
    yield Section(
        Kind.PART,
        title,
        figure=phrases.checks_summary(checks),
        children=tuple(check_section(check) for check in checks),
    )


def _missing(result: Result) -> Iterator[Section]:
    """What was not supplied, by how much it decides, and the answers that reach both ends."""
    if not result.missing:
        return
    pointless = result.graded or result.unscored
    swing = () if pointless else (Column("影响总分", True),)
    columns = (Column("数据项"), *swing, Column("作用"), Column("应填"), Column("佐证材料"))
    lines = [
        line
        for line in (_completion("最低", result.lowest), _completion("最高", result.highest))
        if line is not None
    ]
    yield Section(
        Kind.PART,
        "未提供的数据",
        figure=f"{len(result.missing)}项",
        table=Table(columns, tuple(_missing_row(m, pointless=pointless) for m in result.missing)),
        closing=tuple(lines),
    )


def _missing_row(missing: Missing, *, pointless: bool) -> Row:
    """A fact that was not supplied; where there is no total it moves none."""
    swing = "不封顶" if missing.swing is None else points(missing.swing)
    cells = (
        missing.name,
        *(() if pointless else (swing,)),
        "【决定资格】" if missing.decides_eligibility else "【决定性】" if missing.decides_grade else "",
        missing.question,
        missing.evidence,
    )
    decides = missing.decides_grade or missing.decides_eligibility
    return Row(cells, tone=Tone.OPEN if decides else Tone.PLAIN)


def _completion(label: str, completion: Completion | None) -> Line | None:
    if completion is None:
        return None
    grade = f"，{completion.grade}" if completion.grade else ""
    answers = names(tuple(f"{name}＝{value}" for name, value in completion.facts))
    summed = f"；算式：{completion.summation}" if completion.summation else ""
    return Line(label, f"{points(completion.total)}{grade}，如：{answers}{summed}", Tone.OPEN)


def _details(result: Result) -> Iterator[Section]:
    if result.indicators:
        yield Section(
            Kind.PART,
            "逐条说明",
            children=tuple(indicator_section(indicator, ()) for indicator in result.indicators),
        )


def _tiers(result: Result) -> Iterator[Section]:
    """The bands as the standard prints them, the one reached marked."""
    if result.tiers:
        rows = tuple(_tier_row(tier, result) for tier in result.tiers)
        if result.none_possible:
            only = not result.possible_grades and not result.vetoed
            rows += (Row(("不属于任何等级", "", "评定为此" if only else "可能"), total=only),)
        table = Table((Column("等级"), Column("规定"), Column("本次")), rows)
        asked = {fact.name: fact for tier in result.tiers for fact in tier.facts}
        lines = tuple(fact_lines(tuple(asked.values())))
        lines += tuple(
            Line(f"{tier.name}的条件", f"{phrases.MET[tier.met]}：{tier.needs}", Tone.CHECKED)
            for tier in result.tiers
            if tier.needs
        )
        lines += tuple(Line(f"{tier.name}的解读", note) for tier in result.tiers for note in tier.readings)
        yield Section(Kind.PART, "评定等级", table=table, closing=lines)


def _tier_row(tier: Tier, result: Result) -> Row:
    if tier.name == result.grade:
        mark = phrases.VETOED if result.vetoed and not result.limited else "评定为此等级"
        mark += f"（{phrases.LIMITED}）" if result.limited else ""
        return Row((tier.name, tier.text, mark), total=True)
    open_still = result.grade is None and tier.name in result.possible_grades
    doubt = "（没有证明能够达到）" if tier.name in result.doubtful_grades else ""
    return Row((tier.name, tier.text, f"可能{doubt}" if open_still else ""))


def _readings(result: Result) -> Iterator[Section]:
    """All that the author decided where the text can be read in several ways."""
    if result.readings:
        columns = (Column("条款"), Column("疑义"), Column("采用"), Column("理由"))
        rows = tuple(Row((r.clause, r.doubt, r.adopted, r.reason)) for r in result.readings)
        yield Section(Kind.PART, "采用的解读", table=Table(columns, rows))


def _notices(result: Result) -> Iterator[Section]:
    if result.notices:
        yield Section(Kind.PART, "提示", lines=tuple(Line("", notice) for notice in result.notices))


def _provenance(result: Result) -> Section:
    """What a later reader needs to check that this is the same computation."""
    hashes = result.hashes
    lines = (
        Line("标准编号", result.standard.id),
        Line("规则 SHA-256", hashes.rules),
        # A row of a table is no file of its own.
        *([Line("填报 SHA-256", hashes.facts)] if hashes.facts else []),
        Line("编译器", hashes.compiler),
        Line("格式", "zhunsheng-result/1"),
        Line("", "“约”后面的数四舍五入到六位小数，括号里是准确的分数，比较和相加用准确的数。", Tone.FAINT),
        Line(
            "", "同样的规则、填报和评价日期，得出同样的结果；每个数都可以按本页的算式手工复核。", Tone.FAINT
        ),
    )
    return Section(Kind.PART, "复核信息", lines=lines)
