"""Result trees built by hand: complete, vetoed, incomplete, judged, hostile."""

import datetime
from fractions import Fraction

import attrs
from sample_parts import HASHES, STANDARD, TIERS, VETO, clause, group, leaf

from zhunsheng.runtime.result import (
    ClauseResult,
    Completion,
    ConditionResult,
    FactShown,
    Hashes,
    IndicatorResult,
    JudgedShare,
    Judgement,
    Missing,
    NextTier,
    Reading,
    Result,
    StandardRef,
    Tier,
    VetoResult,
)

CHANNELS = leaf(
    "1.1",
    "与中小企业沟通交流的渠道",
    "0.05",
    80,
    clause(
        "1.1.1",
        "〖具备热线电话、邮箱、微信、网站、QQ、服务窗口等不同沟通〗每建立一种【渠道】加20分，直到满分100为止。",
        "4种 × 20分 = 80分",
        80,
        facts=(
            FactShown(
                "渠道",
                "4种",
                question="建立了哪几种沟通渠道",
                evidence="渠道清单及截图，附件3",
                items=("热线电话", "邮箱", "微信", "网站"),
                repeated=("邮箱",),
            ),
        ),
        cap="满分100分：未达到，还可计20分",
        lost="再建立1种渠道可再得20分",
        room=20,
        line=14,
    ),
    steps=("80 = 80，未超过满分100",),
)

SATISFACTION = leaf(
    "3.3",
    "服务的自评估与企业评价",
    "0.05",
    80,
    clause(
        "3.3.1",
        "【根据服务项目制定服务满意度调查表，严格进行服务自评估与企业评价】的，加50分；",
        "是，得50分",
        50,
        facts=(
            FactShown(
                "根据服务项目制定服务满意度调查表，严格进行服务自评估与企业评价", "是", evidence="调查表样表"
            ),
        ),
    ),
    clause(
        "3.3.2",
        "【相关服务满意度】达到60%不足70%的，加20分；",
        "86% ≥ 60%，得20分",
        20,
        facts=(FactShown("相关服务满意度", "86%", evidence="汇总表第2页"),),
        readings=("分段：分段累计（满意度100%时 50+20+30 恰为满分100）",),
    ),
    clause(
        "3.3.3",
        "达到70%后每增加10个百分点加10分，直到满分100为止。",
        "(86% − 70%) ÷ 10% = 1.6，取整步1，1 × 10分 = 10分",
        10,
        outcome="部分得分",
        facts=(FactShown("相关服务满意度", "86%", evidence="汇总表第2页"),),
        subject="承前：相关服务满意度",
        lost="满意度达到90%可再得10分",
        cap="满分100分：未达到",
        room=20,
    ),
    steps=("50 + 20 + 10 = 80，未超过满分100",),
    vetoes=(
        VetoResult(
            "3.3.4",
            "若【第三方抽样评估企业的满意度】低于60%的，本指标项目视为0分。",
            "本指标视为0分",
            False,
            (FactShown("第三方抽样评估企业的满意度", "不适用"),),
            "没有第三方抽样，不适用",
        ),
    ),
)

JUDGED_CLAUSE = clause(
    "2.1.4",
    "其他【根据实际情况合理做出人员安排】的酌情加分，直到满分100为止。",
    "评审员判断8分，50 + 40 + 8 = 98",
    8,
    facts=(
        FactShown(
            "根据实际情况合理做出人员安排",
            "8分",
            evidence="值班表",
            assessor="甲",
            reason="夜间值班安排合理",
            judgement=True,
        ),
    ),
    judgement=True,
    cap="满分100分：98分，还可计2分",
)

STAFF = leaf(
    "2.1",
    "服务执行人员的配置",
    "0.05",
    98,
    clause("2.1.1", "【有服务专家库，能及时发掘并高效组织专家团队】的，加50分；", "是，得50分", 50),
    clause("2.1.2", "【安排的执行人员有相应服务经验1年及以上】的，加40分；", "是，得40分", 40),
    JUDGED_CLAUSE,
    steps=("50 + 40 + 8 = 98，未超过满分100",),
)

FULL = leaf(
    "2.2",
    "服务场地、设施、设备等物资的调配",
    "0.85",
    80,
    clause("2.2.1", "【有一定服务场地资源，能及时落实服务所需场地】的加50分；", "是，得50分", 50),
    clause("2.2.2", "【有充足服务设备、器材和必要的信息系统等物资】的加30分；", "是，得30分", 30),
    clause(
        "2.2.3",
        "【能合理调配其他所需服务资源】的加20分。",
        "否，不得分",
        0,
        outcome="不得分",
        lost="没有做到，失20分",
    ),
    steps=("50 + 30 + 0 = 80",),
)


def complete(*indicators: IndicatorResult) -> Result:
    """Everything known: 优秀 with 80.9 points, or what the given indicators add up to."""
    tops = indicators or (
        group("1", "需求响应", "0.05", CHANNELS),
        group("2", "服务执行", "0.90", STAFF, FULL),
        group("3", "质量管控", "0.05", SATISFACTION),
    )
    total = sum((Fraction(top.contribution or 0) for top in tops), Fraction(0))
    return Result(
        standard=STANDARD,
        subject="示例市中小企业服务中心",
        date=datetime.date(2026, 6, 30),
        status="complete",
        complete=True,
        eligible=True,
        vetoed=False,
        total=total,
        total_min=total,
        total_max=total,
        sharp=True,
        total_without_veto=total,
        grade="优秀" if total >= 80 else "合格",
        possible_grades=("优秀" if total >= 80 else "合格",),
        next_grade=None if total >= 80 else NextTier("优秀", 80 - total),
        margin=total - 80 if total >= 80 else total - 60,
        judgement=Judgement(Fraction(2, 5), False, shares=(JudgedShare("2.1", Fraction(2, 5)),)),
        indicators=tops,
        conditions=(),
        vetoes=(VETO,),
        tiers=TIERS,
        missing=(),
        lowest=None,
        highest=None,
        summation="4 + 72.9 + 4 = 80.9",
        notices=("填报文件是 GB18030 编码，已按其读取",),
        hashes=HASHES,
    )


def passed() -> Result:
    """合格 with 78.4 points, like the example of the language design."""
    made = complete()
    return attrs.evolve(
        made,
        total=Fraction("78.4"),
        total_min=Fraction("78.4"),
        total_max=Fraction("78.4"),
        total_without_veto=Fraction("78.4"),
        grade="合格",
        possible_grades=("合格",),
        next_grade=NextTier("优秀", Fraction("1.6")),
        margin=Fraction("18.4"),
    )


def vetoed() -> Result:
    """The points of an excellent service, and a veto that takes them."""
    hit = attrs.evolve(
        VETO,
        triggered=True,
        facts=(FactShown("服务对企业造成重大损失", "是", evidence="判决书"), VETO.facts[1]),
        calculation="是 或 否 → 成立",
    )
    return attrs.evolve(
        complete(),
        status="vetoed",
        vetoed=True,
        grade="不合格",
        possible_grades=("不合格",),
        next_grade=None,
        margin=None,
        vetoes=(hit,),
    )


def incomplete() -> Result:
    """Two facts are missing; one of them decides between 合格 and 优秀."""
    open_clause = ClauseResult(
        "1.1.1",
        CHANNELS.clauses[0].text,
        (FactShown("渠道", "未提供", question="建立了哪几种沟通渠道", known=False),),
        "待定",
        "渠道未提供：0种至5种，0～100分",
        None,
        0,
        100,
        cap="满分100分",
    )
    open_leaf = IndicatorResult(
        "1.1",
        CHANNELS.title,
        "0.05",
        100,
        None,
        0,
        100,
        None,
        0,
        5,
        clauses=(open_clause,),
        steps=("0～100，未超过满分100",),
        earned=0,
        lost=0,
        open=5,
    )
    third = attrs.evolve(
        leaf("3.4", "三分之一", "0.05", 0),
        score=Fraction(85, 3),
        score_min=Fraction(85, 3),
        score_max=Fraction(85, 3),
        contribution=Fraction(17, 12),
        contribution_min=Fraction(17, 12),
        contribution_max=Fraction(17, 12),
        earned=Fraction(17, 12),
        lost=5 - Fraction(17, 12),
    )
    made = complete(
        group("1", "需求响应", "0.05", open_leaf),
        group("2", "服务执行", "0.90", STAFF, FULL),
        group("3", "质量管控", "0.05", third),
    )
    return attrs.evolve(
        made,
        status="incomplete",
        complete=False,
        vetoed=None,
        total=None,
        total_min=Fraction("72.9") + Fraction(17, 12),
        total_max=Fraction("82.4"),
        sharp=False,
        total_without_veto=None,
        grade=None,
        possible_grades=("合格", "优秀"),
        doubtful_grades=("优秀",),
        next_grade=None,
        margin=None,
        judgement=Judgement(Fraction(2, 5), None, shares=(JudgedShare("2.1", Fraction(2, 5)),)),
        conditions=(ConditionResult("条件1", "【具有独立法人资格】", None, effect="不予评定"),),
        vetoes=(attrs.evolve(VETO, triggered=None),),
        missing=(
            Missing("渠道", 5, True, "建立了哪几种沟通渠道", "渠道清单"),
            Missing("其他额外服务效益", None, False),
        ),
        lowest=Completion(
            Fraction("72.9") + Fraction(17, 12), "合格", (("渠道", "0种"), ("其他额外服务效益", "0分"))
        ),
        highest=Completion(Fraction("82.4"), "优秀", (("渠道", "5种"), ("其他额外服务效益", "100分"))),
        summation="",
    )


#: Text that means harm somewhere: in HTML, Markdown, a terminal, a spreadsheet, a reader's eye.
HOSTILE = (
    "'\"\\\n\r\t</script><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}{%x%}&amp;"
    "=cmd()|`code`**b**__c__~~d~~ # h [x](javascript:alert(1)) ![i](http://e.example/i) "
    "https://e.example www.e.example <https://e.example> $x$ ==m== ^s^ {: onclick=x} :smile: "
    "\x1b[31mred\x07\x9b0m\u202egnp.exe\u2066\u200b\ufeff\U000e0041\ud800 [bold]rich[/bold] \\u202e"
)

#: Openings that start a block when they come first on a Markdown line.
BLOCK_OPENINGS = (
    "# h",
    "- i",
    "+ i",
    "1. i",
    "1) i",
    "> q",
    "---",
    "===",
    "```",
    "~~~",
    "!!! n",
    "    c",
    "\tc",
    "|a|",
)


def hostile(text: str = HOSTILE) -> Result:
    """The same harmful text wherever foreign text can stand."""
    figure = FactShown(*(text,) * 6)
    fact = attrs.evolve(
        figure, items=(text,), repeated=(text,), formula=text, judgement=True, range=text, figures=(figure,)
    )
    part = clause(
        text,
        text,
        text,
        80,
        facts=(fact,),
        cap=text,
        lost=text,
        readings=(text,),
        subject=text,
        judgement=True,
    )
    veto = VetoResult(text, text, text, False, (fact,), text)
    condition = ConditionResult(text, text, False, True, text, (fact,), text)
    indicator = leaf(text, text, "0.05", 80, part, steps=(text,), vetoes=(veto,))
    return attrs.evolve(
        complete(attrs.evolve(indicator, weight=text)),
        standard=StandardRef(*(text,) * 6),
        subject=text,
        conditions=(condition,),
        vetoes=(veto,),
        tiers=(Tier(text, text, None, False, None, False),),
        grade=text,
        possible_grades=(text,),
        next_grade=NextTier(text, 1),
        missing=(Missing(text, 1, True, text, text),),
        lowest=Completion(1, text, ((text, text),)),
        highest=Completion(2, text, ((text, text),)),
        summation=text,
        notices=(text,),
        hashes=Hashes(text, text, text),
        none_possible=True,
        total_fact=fact,
        readings=(Reading(text, text, text, text),),
    )


ALL = {
    "complete": complete,
    "passed": passed,
    "vetoed": vetoed,
    "incomplete": incomplete,
    "hostile": hostile,
}
