"""The wording of a shown result: numbers with their unit, intervals, distances and the verdict."""

from fractions import Fraction

from zhunsheng.runtime.numbers import decimal, shown
from zhunsheng.runtime.result import (
    ClauseResult,
    ConditionResult,
    FactShown,
    IndicatorResult,
    Number,
    Result,
    VetoResult,
)


def points(value: Number) -> str:
    """A number of points: 78.4分, 约28.333333分（85/3）."""
    printed = decimal(value)
    return f"{printed.text}分" if printed.exact else f"约{printed.text}分（{printed.ratio}）"


def interval(value: Number | None, low: Number | None, high: Number | None, unit: str = "") -> str:
    """A number, or where it is open the interval that holds it; a missing end is no limit."""
    if value is None and low is not None and low == high:
        value = low
    if value is not None:
        return points(value) if unit else shown(value)
    if low is None and high is None:
        return "未定"
    if low is None or high is None:
        end = shown(low if low is not None else high or 0)
        return f"{end}{unit}以上，上不封顶" if high is None else f"{end}{unit}以下，下不封底"
    return f"{shown(low)}～{shown(high, unit)}"


def names(words: tuple[str, ...]) -> str:
    """An enumeration: A、B、C."""
    return "、".join(words)


#: What is said where a veto holds, and where all that holds keeps the tier down (不得评为优秀).
VETOED, LIMITED = "一票否决", "等级受限"


def verdict(result: Result) -> str:
    """The verdict in one line."""
    if result.unscored:
        return MET[result.eligible]
    score = "" if result.graded else interval(result.total, result.total_min, result.total_max, "分")
    grade = result.grade or ""
    match result.status:
        case "ineligible":
            return " ".join(filter(None, ("不符合基本条件", f"（评分：{_join(grade, score)}）")))
        case "vetoed" if result.limited and result.open_tier:
            return f"{LIMITED}，待定 {score}".rstrip() + _possible(result)
        case "vetoed":
            word = LIMITED if result.limited else VETOED
            return _join("，".join(filter(None, (word, grade or _unnamed(result)))), score)
        case "incomplete":
            return f"待定 {score}".rstrip() + _possible(result)
        case _ if result.tiers and not result.possible_grades:
            return _join("不属于任何等级", score)
        case _:
            return _join(grade, score)


def _unnamed(result: Result) -> str:
    """What the vetoes that hold come to where no tier is left."""
    if result.possible_grades or not result.tiers:
        return ""
    return "，".join(check.effect for check in result.vetoes if check.triggered)


#: Whether what a tier or eligibility asks for is so.
MET = {True: "符合", False: "不符合", None: "待定"}


def _join(grade: str, score: str) -> str:
    return " ".join(filter(None, (grade, score)))


def _possible(result: Result) -> str:
    """The tiers an open result can still reach."""
    tiers = result.possible_grades
    if not tiers:
        return ""
    if len(tiers) == 1:
        # One tier alone is the verdict where it is sure; else there may be none.
        return f"，等级为{tiers[0]}" if result.grade else f"，可能为{tiers[0]}，也可能不属于任何等级"
    return f"，可能的等级：{names(tiers)}" + ("，也可能不属于任何等级" if result.none_possible else "")


def unproved(result: Result) -> str:
    """Which ends of the total, and which tiers, may never be reached; "" where all are proved."""
    if result.sharp:
        return ""
    reached = {end.total for end in (result.lowest, result.highest) if end is not None}
    ends = [
        word
        for word, end in (("下限", result.total_min), ("上限", result.total_max))
        if end is not None and end not in reached
    ]
    which = "和".join(ends) if ends else "上下限"
    doubt = names(result.doubtful_grades)
    more = f"；可能的等级按区间列出，没有证明能够达到的：{doubt}" if doubt else ""
    return f"{which}可靠，但没有证明能够取到{more}"


def distances(result: Result) -> str:
    """How far the total is from the tier above and from the lower end of its own."""
    parts = []
    # Of an interval both are told from the end that is nearest.
    least = "至少" if result.total is None and result.missing else ""
    if result.next_grade is not None:
        parts.append(f"距“{result.next_grade.grade}”{least}差{points(result.next_grade.points)}")
    elif result.margin is not None and result.status == "complete" and result.grade == _best(result):
        parts.append("已是最高等级")
    if result.margin is not None and result.grade:
        parts.append(
            f"高于“{result.grade}”下限{least}{points(result.margin)}"
            if result.margin
            else f"{'最低' if least else ''}恰在“{result.grade}”下限上"
        )
    return "；".join(parts)


def _best(result: Result) -> str:
    """The best tier there is."""
    return result.tiers[-1].name if result.tiers else ""


def judged_share(result: Result) -> str:
    """How many points of the total, by indicator, and whether tier and eligibility, rest on judgement."""
    share = result.judgement
    told = []
    if share.points or share.shares:
        at = "总分取下限时，其中" if result.total is None and result.missing else "总分中"
        told.append(f"{at}{points(share.points)}依赖评审员的判断{_judged_parts(result)}")
    elif share.decides_grade is not False:
        told.append("等级依赖评审员的判断" if share.decides_grade else "等级可能依赖评审员的判断")
    if told and result.tiers:
        told.append(_WITHOUT[share.decides_grade])
    if share.decides_eligibility:
        told.append(f"{'' if result.eligible else '不'}符合基本条件依赖评审员的判断")
    if share.judged_conditions:
        told.append(f"{'、'.join(share.judged_conditions)}是否满足依赖评审员的判断")
    return "；".join(told)


_WITHOUT = {
    True: "不计这些判断，等级会改变",
    False: "不计这些判断，等级不变",
    None: "不计这些判断，等级可能改变（要看未提供的数据）",
}


def _judged_parts(result: Result) -> str:
    """（评判作“否”、评分作0分重算：2.1少0.4分，4.2少3分，合计3.4分）."""
    shares = result.judgement.shares
    parts = "，".join(
        f"{s.id}{'少' if s.points > 0 else '多'}{points(abs(Fraction(s.points)))}" for s in shares
    )
    total = sum((Fraction(share.points) for share in shares), Fraction(0))
    summed = f"，合计{points(total)}" if len(shares) > 1 or total != result.judgement.points else ""
    cut = (
        ""
        if total == result.judgement.points
        else f"，总分经修约或以上下限为限，差{points(result.judgement.points)}"
    )
    return f"（评判作“否”、评分作0分重算：{parts}{summed}{cut}）" if parts else ""


_CHECKED = {True: "已触发", False: "未触发", None: "待定"}
_WAIVED = {True: "成立", False: "不成立", None: "待定"}
_MET = {False: "不满足", True: "满足", None: "待定"}


def check_state(check: VetoResult | ConditionResult) -> str:
    """Whether a veto is triggered, or a 基本条件 is met."""
    if isinstance(check, VetoResult) and check.waiver:
        return _WAIVED[check.triggered]
    return _CHECKED[check.triggered] if isinstance(check, VetoResult) else _MET[check.holds]


def checks_summary(checks: tuple[VetoResult, ...] | tuple[ConditionResult, ...]) -> str:
    """How many vetoes or conditions were checked, and with what result; those that do not bind apart."""
    free = [check for check in checks if isinstance(check, ConditionResult) and not check.binding]
    found = [check_state(check) for check in checks if check not in free]
    counts = {word: found.count(word) for word in (*_MET.values(), *_CHECKED.values()) if word in found}
    told = "，".join(f"{count}项{word}" for word, count in counts.items())
    if len(counts) == 1:
        told = f"{'均' if len(found) > 1 else ''}{found[0]}"
    told = f"共{len(found)}项，{told}" if found else ""
    beside = f"另有{len(free)}项不影响资格" if free else ""
    return "；".join(filter(None, (told, beside)))


def remarks(shown_fact: FactShown) -> list[str]:
    """What was said of a fact besides its value."""
    return [
        f"{label}：{text}"
        for label, text in (
            ("范围", shown_fact.range),
            ("计算", shown_fact.formula),
            ("佐证材料", shown_fact.evidence),
            ("评审员", shown_fact.assessor),
            ("理由", shown_fact.reason),
            ("清单", names(shown_fact.items)),
            ("重复填报，只计一次", names(shown_fact.repeated)),
            ("应填", "" if shown_fact.known else shown_fact.question),
        )
        if text
    ]


def fact(shown_fact: FactShown) -> str:
    """A fact as its clause used it: the value, and in parentheses where it is from."""
    told = "；".join(remarks(shown_fact))
    return f"{shown_fact.name} {shown_fact.value}" + (f"（{told}）" if told else "")


def clause_figure(clause: ClauseResult) -> str:
    """What a clause earned."""
    if clause.outcome == "不适用":
        return "不适用"
    amount = interval(clause.points, clause.points_min, clause.points_max, "分")
    return f"{clause.outcome} {amount}" + (f"，{clause.dropped}" if clause.dropped else "")


def weighted(indicator: IndicatorResult, weights: tuple[str, ...]) -> str:
    """The step from an indicator's own score to its share of the total: 85 × 0.05 = 4.25分.

    `weights` are the printed weights of the indicator and the headings above it. Whether the weight
    is global or relative is seen from the product; where neither explains the share, it is only stated.
    """
    score = interval(indicator.score, indicator.score_min, indicator.score_max)
    share = interval(indicator.contribution, indicator.contribution_min, indicator.contribution_max, "分")
    ends = _ends(indicator)
    for used in (weights[-1:], weights):
        if used and ends and _explains(used, ends):
            if "～" in score:
                score = f"（{score}）"
            return f"{score} × {' × '.join(reversed(used))} = {share}"
    return f"得{score}分，计入总分{share}" if weights and ends else share


def _ends(indicator: IndicatorResult) -> list[tuple[Number, Number]]:
    """The pairs of score and share that are known."""
    pairs = (
        (indicator.score, indicator.contribution),
        (indicator.score_min, indicator.contribution_min),
        (indicator.score_max, indicator.contribution_max),
    )
    return [(score, share) for score, share in pairs if score is not None and share is not None]


def _explains(weights: tuple[str, ...], ends: list[tuple[Number, Number]]) -> bool:
    """Whether the product of the weights takes every score to its share."""
    product = Fraction(1)
    for weight in weights:
        ratio = read_weight(weight)
        if ratio is None:
            return False
        product *= ratio
    return all(score * product == share for score, share in ends)


def read_weight(text: str) -> Fraction | None:
    """A printed weight (0.05, 5%, 5％) as a ratio, None where it is no plain number."""
    percent = text.endswith(("%", "％"))
    try:
        value = Fraction(text.rstrip("%％"))
    except (ValueError, ZeroDivisionError):
        return None
    return value / 100 if percent else value


def scale_note(indicator: IndicatorResult) -> str:
    """The weight or full mark behind a title."""
    if indicator.weight is not None:
        return f"权重{indicator.weight}"
    return f"满分{points(indicator.full)}" if indicator.full is not None else ""
