"""The 2017 standard by hand: what a careful programmer writes, as the yardstick of ``score.py``.

Exact whole numbers, the same checks of its facts as the generated module. ``collect`` gathers the same
numbers per clause as the generated trace does. ``plain`` is the version in float or Decimal that most
people would write, without checks.
"""

# ruff: noqa: FURB136, PLR1730  (min() is a call, and speed is the point here)

from collections.abc import Callable, Mapping
from fractions import Fraction
from operator import itemgetter
from typing import Any

from zhunsheng.runtime.support import NA

YES_NO = (
    "及时完成方案的制定",
    "服务收费标准制定科学、合理有据并对外公示",
    "有服务专家库，能及时发掘并高效组织专家团队",
    "有一定服务场地资源，能及时落实服务所需场地",
    "有充足服务设备、器材和必要的信息系统等物资，高效配套服务需求",
    "费用支出规范合理，与服务活动相匹配",
    "费用核算规范",
    "按时完成相关服务",
    "充分利用相关资源推进服务活动，有效实现方案预定目标",
    "执行过程中根据企业变化的需求，及时调整、优化服务举措并促进服务目标实现",
    "建立与服务实施相匹配的管理制度，保障服务推进规范、有序",
    "制定不低于行业服务质量要求的服务标准，保证实际服务质量",
    "根据管理制度建立科学的服务流程，高效响应企业服务",
    "建立质量评价机制和投诉处理机制，推动服务监督与效果反馈",
    "严格执行服务质量的有关规范、业务标准和服务流程并做好相应记录",
    "根据服务项目制定服务满意度调查表，严格进行服务自评估与企业评价",
    "服务活动形成清晰服务台账",
    "企业通过机构提供的服务，满足基本服务需求",
    "企业获得的服务效益超过预期，对其运营带来的是正向、积极的作用",
    "具有业务培训或继续教育计划且完整开展",
    "建立一定周期服务规划，有效衔接企业服务需求",
    "服务对企业造成重大损失",
    "带来违法违规效应",
)
QUALIFIED = "安排的执行人员具有相应执业资格来保障服务需求"
COUNTS = (
    "渠道",
    "服务对接",
    "服务质量记录",
    "服务意见",
    "服务档案",
    "年度服务企业",
    "超过50家中小企业参与的该项服务活动",
    "培训记录",
    "创新点",
    "市级及以上认可",
)
JUDGED = (
    "内容要素",
    "针对小型微型企业收费有特殊优惠",
    "根据实际情况合理做出人员安排",
    "能合理调配其他所需服务资源",
    "根据服务需要进行合理支出",
    "获得其他额外服务效益",
)
SHARES = ("公益部分年度占比", "相关服务满意度")
EXPERIENCE = "安排的执行人员有相应服务经验"
OUTSIDE = "第三方抽样评估企业的满意度"
GROWTH = "服务企业数年度同比增长"
FREQUENCY = "年均单一企业接受该项服务的次数"


def check(facts: Mapping[str, Any]) -> None:
    """The checks of the generated module, in loops."""
    for name in YES_NO:
        if type(facts[name]) is not bool:
            raise ValueError(name)
    value = facts[QUALIFIED]
    if value is not NA and type(value) is not bool:
        raise ValueError(QUALIFIED)
    for name in COUNTS:
        if type(facts[name]) is not int or facts[name] < 0:
            raise ValueError(name)
    for name in JUDGED:
        value = facts[name]
        if type(value) is not int and type(value) is not Fraction:
            raise ValueError(name)
        if value.numerator < 0 or value.numerator > value.denominator * 100:
            raise ValueError(name)
    for name in (*SHARES, OUTSIDE):
        value = facts[name]
        if value is NA and name == OUTSIDE:
            continue
        if type(value) is not int and type(value) is not Fraction:
            raise ValueError(name)
        if value.numerator < 0 or value.numerator > value.denominator:
            raise ValueError(name)
    for name, low in ((EXPERIENCE, 0), (FREQUENCY, 0), (GROWTH, -1)):
        value = facts[name]
        if type(value) is not int and type(value) is not Fraction:
            raise ValueError(name)
        if value.numerator < low * value.denominator:
            raise ValueError(name)


def _yes_no(f: Mapping[str, Any], names: tuple[str, ...], points: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(p if f[n] else 0 for n, p in zip(names, points, strict=True))


def clauses(f: Mapping[str, Any]) -> tuple[tuple[Any, ...], ...]:
    """Points of every clause, by indicator, before caps of the indicator."""
    sn, sd = f["相关服务满意度"].numerator, f["相关服务满意度"].denominator
    qn, qd = f[FREQUENCY].numerator, f[FREQUENCY].denominator
    firms = f["年度服务企业"]
    share, growth, years = f["公益部分年度占比"], f[GROWTH], f[EXPERIENCE]
    return (
        (20 * f["渠道"],),
        (5 * f["服务对接"],),
        (30 if f["及时完成方案的制定"] else 0, f["内容要素"]),
        (
            50 if f["服务收费标准制定科学、合理有据并对外公示"] else 0,
            30 if 10 * share.numerator >= share.denominator else 0,
            f["针对小型微型企业收费有特殊优惠"],
        ),
        (
            50 if f["有服务专家库，能及时发掘并高效组织专家团队"] else 0,
            30 if years.numerator >= years.denominator else 0,
            10 if f[QUALIFIED] is True else 0,
            f["根据实际情况合理做出人员安排"],
        ),
        (*_yes_no(f, YES_NO[3:5], (50, 40)), f["能合理调配其他所需服务资源"]),
        (*_yes_no(f, YES_NO[5:7], (50, 40)), f["根据服务需要进行合理支出"]),
        _yes_no(f, YES_NO[7:10], (50, 30, 20)),
        _yes_no(f, YES_NO[10:14], (40, 20, 20, 20)),
        (2 * f["服务质量记录"] if f[YES_NO[14]] else 0, 5 * f["服务意见"]),
        (
            50 if f[YES_NO[15]] else 0,
            20 if 5 * sn >= 3 * sd else 0,
            (10 * sn - 7 * sd) // sd * 10 if 10 * sn > 7 * sd else 0,
        ),
        (50 if f["服务活动形成清晰服务台账"] else 0, 5 * f["服务档案"]),
        (
            50 if firms >= 100 else 0,
            (firms - 100) // 100 * 10 if firms > 100 else 0,
            10 if 10 * growth.numerator >= growth.denominator else 0,
            10 if f["超过50家中小企业参与的该项服务活动"] >= 1 else 0,
        ),
        (
            50 if qn >= qd else 0,
            30 if 2 * qn >= 3 * qd else 0,
            (qn - 2 * qd) // qd * 10 if qn > 2 * qd else 0,
        ),
        (*_yes_no(f, YES_NO[17:19], (60, 30)), f["获得其他额外服务效益"]),
        (20 * f["培训记录"] if f["具有业务培训或继续教育计划且完整开展"] else 0,),
        (40 if f[YES_NO[20]] else 0, 40 * f["创新点"], 20 * f["市级及以上认可"]),
    )


WEIGHTS = (5, 5, 5, 5, 5, 5, 5, 7, 7, 7, 5, 5, 6, 6, 8, 6, 8)


NAMES = (
    "渠道",
    "服务对接",
    "及时完成方案的制定",
    "内容要素",
    "服务收费标准制定科学、合理有据并对外公示",
    "公益部分年度占比",
    "针对小型微型企业收费有特殊优惠",
    "有服务专家库，能及时发掘并高效组织专家团队",
    "安排的执行人员有相应服务经验",
    "安排的执行人员具有相应执业资格来保障服务需求",
    "根据实际情况合理做出人员安排",
    "有一定服务场地资源，能及时落实服务所需场地",
    "有充足服务设备、器材和必要的信息系统等物资，高效配套服务需求",
    "能合理调配其他所需服务资源",
    "费用支出规范合理，与服务活动相匹配",
    "费用核算规范",
    "根据服务需要进行合理支出",
    "按时完成相关服务",
    "充分利用相关资源推进服务活动，有效实现方案预定目标",
    "执行过程中根据企业变化的需求，及时调整、优化服务举措并促进服务目标实现",
    "建立与服务实施相匹配的管理制度，保障服务推进规范、有序",
    "制定不低于行业服务质量要求的服务标准，保证实际服务质量",
    "根据管理制度建立科学的服务流程，高效响应企业服务",
    "建立质量评价机制和投诉处理机制，推动服务监督与效果反馈",
    "严格执行服务质量的有关规范、业务标准和服务流程并做好相应记录",
    "服务质量记录",
    "服务意见",
    "根据服务项目制定服务满意度调查表，严格进行服务自评估与企业评价",
    "相关服务满意度",
    "第三方抽样评估企业的满意度",
    "服务活动形成清晰服务台账",
    "服务档案",
    "年度服务企业",
    "服务企业数年度同比增长",
    "超过50家中小企业参与的该项服务活动",
    "年均单一企业接受该项服务的次数",
    "企业通过机构提供的服务，满足基本服务需求",
    "企业获得的服务效益超过预期，对其运营带来的是正向、积极的作用",
    "获得其他额外服务效益",
    "具有业务培训或继续教育计划且完整开展",
    "培训记录",
    "建立一定周期服务规划，有效衔接企业服务需求",
    "创新点",
    "市级及以上认可",
    "服务对企业造成重大损失",
    "带来违法违规效应",
)
_read = itemgetter(*NAMES)


def score(facts: Mapping[str, Any]) -> tuple[Any, str]:
    """Total in hundredths, and tier; written straight down, as one would for speed."""
    (
        channels,
        matches,
        plan,
        elements,
        fees,
        share,
        discount,
        experts,
        years,
        licence,
        staffing,
        site,
        equipment,
        resources,
        spending,
        accounts,
        other,
        on_time,
        goals,
        adjusted,
        system,
        standard,
        process,
        complaints,
        strict,
        records,
        opinions,
        survey,
        sat,
        outside,
        ledger,
        files,
        firms,
        growth,
        events,
        freq,
        basic,
        beyond,
        extra,
        training,
        sessions,
        planning,
        ideas,
        awards,
        losses,
        offence,
    ) = _read(facts)
    # One chained comparison is the quickest check of many types.
    if not (
        bool
        is type(plan)
        is type(fees)
        is type(experts)
        is type(site)
        is type(equipment)
        is type(spending)
        is type(accounts)
        is type(on_time)
        is type(goals)
        is type(adjusted)
        is type(system)
        is type(standard)
        is type(process)
        is type(complaints)
        is type(strict)
        is type(survey)
        is type(ledger)
        is type(basic)
        is type(beyond)
        is type(training)
        is type(planning)
        is type(losses)
        is type(offence)
    ):
        check(facts)
    if (
        not (
            int
            is type(channels)
            is type(matches)
            is type(records)
            is type(opinions)
            is type(files)
            is type(firms)
            is type(events)
            is type(sessions)
            is type(ideas)
            is type(awards)
        )
        or min(channels, matches, records, opinions, files, firms, events, sessions, ideas, awards) < 0
    ):
        check(facts)
    if licence is not NA and type(licence) is not bool:
        check(facts)
    for value in (elements, discount, staffing, resources, other, extra):
        if type(value) is not int and type(value) is not Fraction or not 0 <= value <= 100:
            check(facts)
    sn, sd, qn, qd = sat.numerator, sat.denominator, freq.numerator, freq.denominator
    for value in (share, sat, outside, years, growth, freq):
        if value is not NA and type(value) is not int and type(value) is not Fraction:
            check(facts)
    if not 0 <= share.numerator <= share.denominator or not 0 <= sn <= sd or qn < 0 or years.numerator < 0:
        check(facts)
    if growth.numerator < -growth.denominator:
        check(facts)
    if outside is not NA and not 0 <= outside.numerator <= outside.denominator:
        check(facts)

    total = 0
    s = 20 * channels
    total += 5 * (s if s < 100 else 100)
    s = 5 * matches
    total += 5 * (s if s < 100 else 100)
    s = (30 if plan else 0) + elements
    total += 5 * (s if s < 100 else 100)
    s = 50 if fees else 0
    if 10 * share.numerator >= share.denominator:
        s += 30
    s += discount
    total += 5 * (s if s < 100 else 100)
    s = 50 if experts else 0
    if years.numerator >= years.denominator:
        s += 30
    if licence is True:
        s += 10
    s += staffing
    total += 5 * (s if s < 100 else 100)
    s = 50 if site else 0
    if equipment:
        s += 40
    s += resources
    total += 5 * (s if s < 100 else 100)
    s = 50 if spending else 0
    if accounts:
        s += 40
    s += other
    total += 5 * (s if s < 100 else 100)
    s = 50 if on_time else 0
    if goals:
        s += 30
    if adjusted:
        s += 20
    total += 7 * s
    s = 40 if system else 0
    if standard:
        s += 20
    if process:
        s += 20
    if complaints:
        s += 20
    total += 7 * s
    s = 2 * records if strict else 0
    s += 5 * opinions
    total += 7 * (s if s < 100 else 100)
    if outside is NA or 5 * outside.numerator >= 3 * outside.denominator:
        s = 50 if survey else 0
        if 5 * sn >= 3 * sd:
            s += 20
        if 10 * sn > 7 * sd:
            s += (10 * sn - 7 * sd) // sd * 10
        total += 5 * (s if s < 100 else 100)
    s = (50 if ledger else 0) + 5 * files
    total += 5 * (s if s < 100 else 100)
    s = 50 + (firms - 100) // 100 * 10 if firms >= 100 else 0
    if s > 80:
        s = 80
    if 10 * growth.numerator >= growth.denominator:
        s += 10
    if events:
        s += 10
    total += 6 * s
    s = 50 if qn >= qd else 0
    if 2 * qn >= 3 * qd:
        s += 30
    if qn > 2 * qd:
        s += (qn - 2 * qd) // qd * 10
    total += 6 * (s if s < 100 else 100)
    s = 60 if basic else 0
    if beyond:
        s += 30
    s += extra
    total += 8 * (s if s < 100 else 100)
    s = 20 * sessions if training else 0
    total += 6 * (s if s < 100 else 100)
    s = (40 if planning else 0) + 40 * ideas + 20 * awards
    total += 8 * (s if s < 100 else 100)

    if losses or offence or total < 6000:
        return total, "不合格"
    return total, "合格" if total < 8000 else "优秀"


def collect(facts: Mapping[str, Any]) -> tuple[Any, str, tuple[Any, ...]]:
    """Total, tier and per indicator: score, sum, item veto, and (held, amount, points) of every clause."""
    check(facts)
    rows = []
    total = 0
    outside = facts[OUTSIDE]
    vetoed = outside is not NA and 5 * outside.numerator < 3 * outside.denominator
    for index, points in enumerate(clauses(facts)):
        raw = sum(points)
        if index == 12 and points[0] + points[1] > 80:
            raw -= points[0] + points[1] - 80
        value = 100 if raw > 100 else raw
        veto = -1
        if index == 10 and vetoed:
            value, veto = 0, 0
        total += WEIGHTS[index] * value
        rows.append((value, raw, veto, tuple((p > 0, p, p) for p in points)))
    barred = facts["服务对企业造成重大损失"] or facts["带来违法违规效应"]
    tier = "不合格" if barred or total < 6000 else "合格" if total < 8000 else "优秀"
    return total, tier, tuple(rows)


def plain(
    facts: Mapping[str, Any], number: Callable[[str], Any], convert: Callable[[Any], Any]
) -> tuple[Any, str]:
    """Without exactness: weights and points in `number` (float, Decimal), facts through `convert`."""
    weights = [number(w) for w in ("0.05",) * 7 + ("0.07",) * 3 + ("0.05",) * 2 + ("0.06",) * 2]
    weights += [number("0.08"), number("0.06"), number("0.08")]
    sat, freq = convert(facts["相关服务满意度"]), convert(facts[FREQUENCY])
    rows = [[convert(p) for p in points] for points in clauses(facts)]
    rows[10][1] = number("20") if sat >= number("0.6") else number("0")
    rows[10][2] = (sat - number("0.7")) // number("0.1") * 10 if sat > number("0.7") else number("0")
    rows[13][2] = (freq - 2) // 1 * 10 if freq > 2 else number("0")
    outside = facts[OUTSIDE]
    total = number("0")
    for index, points in enumerate(rows):
        value = sum(points)
        if index == 12:
            value = min(points[0] + points[1], number("80")) + points[2] + points[3]
        value = min(value, number("100"))
        if index == 10 and outside is not NA and convert(outside) < number("0.6"):
            value = number("0")
        total += weights[index] * value
    barred = facts["服务对企业造成重大损失"] or facts["带来违法违规效应"]
    tier = "不合格" if barred or total < 60 else "合格" if total < 80 else "优秀"
    return total, tier
