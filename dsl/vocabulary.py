"""The vocabulary (词汇表) of the clause language: every operative word, as data.

Each entry of :func:`terminals` becomes one terminal of ``clause.lark``. A word belongs to one entry only.
Words are written as they stand after :mod:`zhunsheng.dsl.normal` has evened out their width.
"""

import re
from functools import cache

from zhunsheng.dsl.clauses import (
    cohort_words,
    lacking_words,
    number_words,
    period_words,
    reference_words,
    requirement_words,
    tier_words,
)
from zhunsheng.dsl.clauses.list_words import CHOSEN, LISTS
from zhunsheng.dsl.clauses.rounding_words import PHRASE
from zhunsheng.dsl.words import (
    ADDING,
    ANY_UNIT,
    BOUNDS_BEFORE,
    BOUNDS_BEHIND,
    CONNECTIVES,
    COUNT_UNITS,
    COUNTING,
    DATED,
    DEDUCTING,
    DISCRETION,
    DURATION_UNITS,
    FACTORS,
    GROUPS,
    LEVELS,
    LOWERED,
    MONEY_UNITS,
    NEEDS,
    NOT_AS,
    NUMERAL,
    PERCENT_POINTS,
    SIDE_VERBS,
    SINCE,
    SUMS,
    TIERS_FIRST,
    TIERS_IN_FRONT,
    TOTALS,
    VALID,
    any_of,
)
from zhunsheng.runtime.facts import EVALUATION_DATE

#: Terminals that are lists of words.
WORDS: dict[str, list[str]] = {
    "UNIT": [*COUNT_UNITS, *cohort_words.PLACE_UNITS, *MONEY_UNITS, *DURATION_UNITS, *PERCENT_POINTS],
    "BEFORE": [*BOUNDS_BEFORE],
    "BEHIND": [*BOUNDS_BEHIND],
    "BUT": "但 且又 而".split(),
    "DUN": "、 和 与 及 以及".split(),
    "AND": "且 并且 而且 同时 并".split(),
    "OR": "或 或者 或是".split(),
    "DE": "的 时 的时候".split(),
    "AFTER": "后 以后 之后 后的".split(),
    "IF": "若 如 如果 凡 凡是".split(),
    "ELSE": "否则 未达到的 达不到的 不足的 未完成的 未达标的 不达标的 未达到部分 不足部分".split(),
    "REST": "其他情况 其他情况下 其它情况 其它情况下 其他情形 其余情况 其余情形 其余 其余各项".split(),
    "WITHIN": ["其中"],
    "NEG": "未 没有 无 尚未 未能 并未 不".split(),
    "CONN": [*CONNECTIVES],
    "BASIS": "根据 按照 依据 按".split(),
    "VERB": [*COUNTING],
    "RISE": (
        "每增加 每增 每提高 每上升 每增长 每多 每超过 每超出 每高出 每高 每高于 每超 每逾期 每超期 每延期 每延迟 每延误 每推迟 "
        "每迟报 每晚"
    ).split(),
    "FALL": (
        "每少 每缺 每缺少 每少于 每低于 每低 每降低 每下降 每减少 每不足 每低出 每提前 每缩短 每减 每降 每后退 每退后 每落后 每下滑"
    ).split(),
    "ADD": [*ADDING],
    "DEDUCT": [*DEDUCTING],
    "UNTIL": "直到满分 直至满分 加到满分 直到 直至".split(),
    "END": "为止 止".split(),
    "MOST": "最多 最高 最高不超过 最多不超过 最高为 最多为 累计不超过 合计不超过 累计最多 累计最高 累计最高不超过 合计最多 合计最高 累计加分不超过 累计最多加 累计最高加 累计最多扣 累计最多减 最高加 最多加 最高得 最多得 最高计 最多计 最多扣 最高扣 最多减 最多扣除 最高扣分 最多扣分 最高加分 最多加分 最高得分 最多得分 封顶为 上限为 上限".split(),
    "ABSENT": (
        "缺项 合理缺项 存在缺项 存在合理缺项 有缺项 有合理缺项 如有缺项 如有合理缺项 缺项指标 合理缺项指标 缺项的指标 合理缺项的指标"
    ).split(),
    "UNCOUNTED": "不计入总分 不参与评分 不参加评分 不参与计分".split(),
    "PRORATED": "按比例折算 按比例换算 等比例折算 同比例折算 按权重折算 按百分制折算 折算为百分制 折算成百分制".split(),
    "IN_GROUP": "组内 在组内 同一一级指标内 在同一一级指标内 在所属一级指标内 本一级指标内 在本一级指标内".split(),
    "AS_ABSENT": "为缺项 视为缺项 计为缺项 作缺项处理 作为缺项处理 作为缺项 按缺项处理 按合理缺项处理".split(),
    "NOT_AS": [*NOT_AS],
    "NO_BEST": [*tier_words.NO_BEST],
    "VOID": [*tier_words.VOID],
    "ALL_OF": [f"{each}{level}" for each in ("各", "所有", "全部") for level in (*LEVELS, "项指标")],
    "ANY_OF": [
        f"{one}{level}" for one in ("任一", "任何", "任意一个", "任何一个") for level in (*LEVELS, "项指标")
    ],
    "LEVEL": [*LEVELS],
    "SCORED": "得分 的得分".split(),
    "INSIDE": "中 当中 里 之中".split(),
    "RATE": "得分率 的得分率".split(),
    "SHARE": "其分值的 其满分的 该项分值的 该项满分的 本项满分的 各自满分的 各自分值的 满分的 分值的".split(),
    "LEAST": "最低 最低为 最低不低于".split(),
    "TOTAL": [*TOTALS],
    "TOP": "为限 为上限".split(),
    # Also in front of the points (封顶5分).
    "CEILING": ["封顶"],
    # Markdown's own star is dropped as emphasis, which leaves the quotation marks.
    "STARRED": [
        f"带{star}的{kind}"
        for star in "“” “＊” ＊ “＊”号 ＊号 “★” ★".split()
        for kind in "为否定性指标 指标为否定性指标 为一票否决指标 指标为一票否决指标 为否决性指标".split()
    ],
    "NOTHING": "不得分 不计分 不给分 不予得分 不予计分 不记分 不予给分 均不得分 一律不得分".split(),
    # A band of no points (达到98%以上的不扣分), as 扣0分 is.
    "POINTLESS_OFF": "不扣分 不予扣分 不减分 不扣减分值".split(),
    "POINTLESS": "不加分 不予加分 不奖分 不另加分".split(),
    "RECKON": "计算 扣分".split(),
    "UNRECKONED": "不计 不计算 不予计算 忽略不计 不扣 不扣减 不加".split(),
    "DISCRETE": [*DISCRETION],
    # Before the number that says what it means: 达标（达到90%）.
    "MEET": "达标 达到标准".split(),
    "FULL": "满分 满分为 本项满分".split(),
    "WEIGHT": "权重 权重为 权重：".split(),
    "ITEM": "本指标项目 本指标 本项指标 该指标 该项指标 本项目 本项 该项 此项 该指标项目".split(),
    "GROUP": [group + score for group in GROUPS for score in ("", *SUMS)],
    "VIEWED": "视为 计为 记为 判为".split(),
    "DIRECTLY": "直接 一律 均".split(),
    "VIEW": "视 将 认定 判定 评定 判".split(),
    "TARGET": "该服务 该项服务 该机构 该单位 该平台 该项目 该企业 其服务 本服务".split(),
    "AS": "为 评为 评定为 定为 认定为 确定为 判定为 属于".split(),
    "INTO": "分为 划分为 分成".split(),
    "EVERY": "每 每达到".split(),
    "STREAK": "每连续 连续每".split(),
    "SINCE": SINCE,
    "VALID": [*VALID],
    "DATED": [*DATED],
    "TODAY": [EVALUATION_DATE, "评价日"],
    "COMMA": ["，"],
    "FULFIL": "满足 符合 满足其中 符合其中 具备其中 达到其中 满足其中的 符合其中的 具备其中的 有其中".split(),
    "SEMICOLON": ["；"],
    "COLON": ["："],
    "EQ": ["="],
    "PCT": ["%"],
    "LPAR": ["（"],
    "RPAR": ["）"],
    "PLUS": ["+"],
    "MUST": "应 应当 应该 须 必须 需 需要 要 要求 均应 均须 都应".split(),
    "FORBID": "不得 不应 不准 严禁 禁止 不能 不可".split(),
    "URGE": "鼓励 宜 提倡 倡导 可以 支持".split(),
    "OF_WHOLE": ["占"],
    "RATIO": "比例 比重 占比 比率".split(),
}

#: What names an option of a 选项 fact (为律师事务所), and whether it is denied.
OPTION_VERBS = {"为": False, "是": False, "属于": False, "不为": True, "不是": True, "不属于": True}
_OPTION = r"[^，；。、：（）【】〖〗\s|｜的且或并]{1,20}?"


def _words(terminal: str) -> str:
    """The expression of a list of words. A word that begins a longer word of another list stops short of it
    (达 is not read in 达成), whatever order the lexer tries the lists in."""
    others = [word for name, own in WORDS.items() if name != terminal for word in own]
    found = []
    single = []
    for word in sorted(set(WORDS[terminal]), key=lambda w: (-len(w), w)):
        tails = sorted({re.escape(o[len(word) :]) for o in others if o != word and o.startswith(word)})
        if len(word) == 1 and not tails:
            single.append(re.escape(word))
        else:
            found.append(re.escape(word) + (f"(?!{'|'.join(tails)})" if tails else ""))
    # A set of characters compiles much faster than as many alternatives, and the lexer compiles many.
    return "|".join([*found, *([f"[{''.join(single)}]"] if len(single) > 1 else single)])


#: A period in front of a number of times (每月举办一场以上【…】, 每户每月【…】不少于2次) belongs to the question, as 每年 does; in
#: front of a fact that is counted (每月【…】加2分) it is a unit.
_SO_MANY = rf"(?:{any_of(BOUNDS_BEFORE)})?(?:{NUMERAL})(?:%|{ANY_UNIT})"
_PERIODIC = period_words.periodic(any_of(COUNT_UNITS), any_of([*COUNTING, *WORDS["MUST"]]), _SO_MANY)
#: 60分以上（含60分）: what may stand for 本数.
_END = rf"(?:本数|(?:{NUMERAL})(?:%|分|{ANY_UNIT})?)?"
_REPEATED = "不(?:得|再)?(?:重复|累计)(?:计算|计分|计入|加分|得分|记分|统计)?"
#: Sentences of which one clause counts, and the identity they name (同一项目获得多个奖励的).
_ONE_OF = {
    "BEST": (
        "(?:只|仅)?(?:取|计|按|以)(?:其中?|其)?最高(?:分值|得分|分|者|一项|项|一级|级别|级|等次|档)?(?:计算|计分|得分|计入|加分|计)?"
        rf"(?:，?(?:且|并)?{_REPEATED})?|(?:任|可)?选(?:择)?(?:其中的?)?[一1]项|任选其一|选其一|择其一"
    ),
    "NO_REPEAT": rf"(?:就高(?:不就低)?(?:，?不重复)?(?:计算|计分|得分|原则)?|{_REPEATED})(?:，{_REPEATED})?",
    "SAME": "同一(?:(?=【)|[^，；。、：（）【】〖〗的不]{1,20}?(?=的|，|不|就高|取|只|仅|按|以))",
}


#: 第一次扣1分，第二次扣2分，以此类推: which of several instances, whether each from it on is meant.
_TIMES = "次|起|个|项|例|件|人次|天|日|级"
_SERIES = {
    "NTH": (
        rf"(?:第(?:{NUMERAL})(?:{_TIMES})|首次|再次)(?:发生|出现|违反|发现|被发现)?(?:的|时)?"
        rf"(?:(?:起|开始|(?:及|及其)?(?:以后|之后|以上))(?:的)?，?(?:每(?:增加)?[一1]?(?:{_TIMES})?)?|每次)?，?"
        rf"(?=(?:{any_of([*ADDING, *DEDUCTING])})?(?:{NUMERAL})分)"
    ),
    "NEXT_NTH": rf"[，、；](?=第(?:{NUMERAL})(?:{_TIMES})|首次|再次)",
    "SO_ON": "[，、；]?(?:以|依)(?:此|次)类推",
}
#: 得分＝……, 按……计算: points that a formula gives.
_FORMULAS = {
    "SCORE_IS": "(?:本指标|本项指标|本项|该项|该指标|此项)?(?:得分|扣分|加分)(?==)",
    "COMPUTED": "(?:的?公式)?(?:计算得分|计算扣分|计算分值|核算得分|核算|计算|计分|得分|打分|给分|扣分|计(?![分算入]))",
    "TIMES_BY": "再?乘以(?:系数|折算系数)?",
    "DISCOUNT": r"打(?:[一二三四五六七八九]{1,2}|\d(?:\.\d)?)折|打对折",
    "COEFFICIENTS": "(?:得分|计分|折算|调整|难度|级别|等级)?系数(?:分别|依次)?(?:为|是)?",
    "TIMES_OWN": "再?乘以?(?:其)?(?:相应|对应|所属级别|该级别|该)?的?(?:折算|调整|难度|级别|等级)?系数",
    "FULL_SCORE": "(?:本指标|本项指标|该项指标|此项指标|本项|该项|该指标|此项)?的?(?:满分值?|标准分值?|分值)",
    "LQUO": "“",
    "RQUO": "”",
}

_RECKONED = "得分|计分|给分|加分|记分|打分|计算得分|计算|折算得分|折算|核算|扣分|扣减|扣除|递减|确定得分|确定"
#: Points along a line: in proportion to a fact, or between two numbers that sentences before gave.
_LINES = {
    "IN_PROPORTION": rf"(?:按|按照)(?:其|实际|完成|相应|同等|该)?比例(?:{_RECKONED})",
    "INTERPOLATED": (
        "(?:(?:中间|其间|之间|介于(?:两者|二者)?之间|(?:两者|二者)之间|区间内|中间(?:值|部分|分值|情况))的?，?)"
        rf"(?:采用|采取|按照|按|用)?(?:(?:线性|直线)?(?:内插|插值|插入)法?|比例)(?:{_RECKONED})*"
        rf"|(?:采用|采取|按照|按|用)(?:线性|直线)?(?:内插|插值|插入)法?(?:{_RECKONED})*"
    ),
}


#: What measures one fact by another.
_REFERENCES = reference_words.terminals(NUMERAL)
#: What is asked of a fact among all that are scored together.
_COHORTS = cohort_words.terminals(NUMERAL)
#: Numbers that are written in other ways, and signed ones.
_NUMBERS = number_words.terminals(
    NUMERAL, ANY_UNIT, "|".join(f"(?<={word})" for word in sorted(BOUNDS_BEFORE))
)


@cache
def terminals() -> dict[str, str]:
    """Terminal name → regular expression. Needed to build the grammar and to explain mistakes, not to read."""
    return {
        "FACT": "【[^【】〖〗]*】",
        "DESC": "〖[^【】〖〗]*〗|（注：[^（）]*）",
        "POINTS": rf"(?:{NUMERAL})分(?!之(?!间)|钟)",
        "SPAN": rf"(?:{NUMERAL})分?[-～至](?:{NUMERAL})分(?!之|钟)",
        "NUM": rf"(?!一(?:律|般|线|流|贯|致))(?:{NUMERAL})",
        "INCL": rf"（含{_END}）",
        "EXCL": rf"（不含{_END}）",
        "OPTION": rf"(?:{any_of(OPTION_VERBS)})(?:{_OPTION})(?:(?:、|或者|或)(?:{_OPTION}))*(?=的|、|且|或|并|除外|）)",
        "FREELY": rf"(?:{any_of(DISCRETION)})(?:给予)?(?:加|得|给|计|奖|打|评)分(?!值)|酌情给予分值",
        "FREELY_OFF": rf"(?:{any_of(DISCRETION)})(?:予以)?(?:{any_of('扣 减 扣除 扣减 减扣')})分(?!值)",
        "TWICE": rf"(?:{any_of(FACTORS)})(?:扣|计算|计|得|加)?(?:分|减|除)?",
        "TOGETHER": (
            "(?:(?:加分|扣分|得分)?(?:累计|合计|总计|共计|总和|总额|之和|总数)(?:扣分|加分|得分|扣减)?|总?扣分|总?加分)"
            "(?:不得?超过|不(?:得|能)?高于|不(?:得|能)超出|(?:最多|最高)(?:不超过|扣|加)?|以(?=[^，；。分]{1,6}分为上?限))"
            "|扣[完满](?=[^，；。分]{1,6}分(?:为止|止|即止))"
        ),
        "EMPTY": (
            "扣[完光](?:本|该|此)?(?:项|指标|类|组)?(?:所得)?(?:分值?|得分)?(?:为止|即止)|扣[至到][0零]分为止|不(?:计|扣|出现)负分|不倒扣"
            "|最低[得为]?[0零]分"
        ),
        # In front of a verb: from the sum of a heading (在本类得分中扣2分, 本类加1分).
        "OUT_OF": (
            rf"[在从由]?(?:{any_of(GROUPS)})的?(?:{any_of(SUMS)})?[中里内]"
            rf"|(?:{any_of(GROUPS)})(?:{any_of(SUMS)})?(?=酌情|另?再?加(?:{NUMERAL})|(?:{any_of(DEDUCTING)})(?:{NUMERAL}))"
        ),
        "BOTTOMLESS": "(?:扣分)?(?:不设下限|下不封底)|可以?(?:扣[至为成]|为|得|计|出现)负分|可以?倒扣",
        "START": "(?:起评|基础|基本|基准|起始|起点|初始)分值?(?:[设定]为|[为：计])?",
        # Behind several facts side by side, of which all must hold.
        "COMPLETE": "(?:(?:均|都|全部)?(?:齐全|齐备|俱全)|(?:均|都|全部)已?(?:具备|具有|有))(?=的|，|得|加|计|且|不[扣得]|$)",
        # Apart from the lists, whose words would all have to stop short of these.
        "REACHED": "(?:达到|符合|满足)(?:要求|目标值|指标值)",
        "MISSED": "(?:未达到|达不到|不符合|未满足|不满足)(?:要求|目标值|指标值)",
        "BELOW": "(?:未达到|达不到|未满足|不满足)基本要求[的即]?",
        # The first of the two signs of 60%≤【占比】<80%, 80≤总分<90.
        "FLANK": "[≤<≥>](?=(?:【[^【】]*】|[^，。；、：（）【】≤<≥>])*[≤<≥>])",
        "DASH": "[-～至]",
        "LOWER": LOWERED,
        "RESCALE": r"（?实际得分÷（(?:总分|满分|标准总分)[-－]缺项(?:指标|项目)?(?:分值|满分|分)）[）]?[×*]100(?:%|分(?!之))?(?:折算|换算|计算|计)?".replace(
            "÷", "[÷/]"
        ),
        # 扣除5分 and 给予3-5分 are points, not effects on the side.
        "SIDE": rf"(?:{any_of(SIDE_VERBS)})(?!(?:{NUMERAL})(?:分|[-～至]|%(?:[，；]|$))|酌|一票|(?:本指标|本项|该项)?得分的)[^，；。、：（）【】〖〗]+",
        "TIMES": "[×*]",
        "DIVIDE": "[÷/]",
        "ROUNDING": PHRASE,
        "COMPARISON": "(?:采用|按照?|使用)?(?:修约值|全数值)比较法(?:进行)?(?:比较|判定)?",
        "AMONG": rf"(?:在|发生在)(?:最近|近)(?:{NUMERAL})年(?:内|以内|之内)",
        "RECENT": rf"(?:最近|近)(?:{NUMERAL})年(?:内)?的?(?=【)",
        "STREAKS": rf"的?连续(?:{NUMERAL})(?:天|日)的?次数",
        "DAY": r"\d{4}年\d{1,2}月\d{1,2}日",
        "COMPOUND": rf"(?:{NUMERAL})年零?(?:{NUMERAL})个?月|(?:{NUMERAL})小时(?:{NUMERAL})分钟",
        # What a demand on scores names: “服务质量”得分率不低于60%, or without quotation marks right before 得分.
        "NAMED": (
            r"“[^“”【】〖〗]{1,30}”(?=的?得分)"
            rf"|(?!其中|且|并|同时|而|若|如|凡|有|总|综合|最终|最后|评价总|(?:{any_of(TOTALS)})(?!率)|各|所有|全部|任|(?:{any_of([*SIDE_VERBS, *DEDUCTING, *ADDING])})的?得分)"
            r"(?:(?!指标|得分)[^，；。、：（）【】〖〗“”\s\d|｜且]){1,30}(?=的?得分率?(?:均|都)?"
            rf"(?:{any_of(BOUNDS_BEFORE)}|(?:{NUMERAL})))"
        ),
        "IN_TIER": tier_words.IN_TIER,
        # 合格需总分60分以上: the tier in front of what it asks for.
        "TIER_NEEDS": (
            rf"(?:{TIERS_IN_FRONT})(?:等级|等次|档次)?{NEEDS}"
            rf"(?=(?:{any_of(WORDS['TOTAL'])})|(?:{any_of(BOUNDS_BEFORE)})?(?:{NUMERAL})分)"
        ),
        # 优秀（90分以上）, 优秀：90分以上: the tier in front of its scores.
        "TIER_FIRST": (
            rf"{TIERS_FIRST}(?=[（：](?:{any_of([*WORDS['TOTAL'], *WORDS['SCORED']])})?在?(?:{any_of(BOUNDS_BEFORE)})?"
            rf"(?:{NUMERAL})(?:分|[-～至（≤<≥>，。；）]|{any_of(BOUNDS_BEHIND)}|$))"
        ),
        "TIER": r"[^，；。、：（）【】〖〗\s\d|｜]{1,12}",
        "CHOICE": CHOSEN,
        **_ONE_OF,
        **_LINES,
        **requirement_words.TERMINALS,
        **LISTS,
        **_REFERENCES,
        **_COHORTS,
        **lacking_words.TERMINALS,
        **_SERIES,
        **_FORMULAS,
        **_NUMBERS,
        **{name: _words(name) for name in WORDS},
        # In a group, so that the strict build leaves the lookahead alone; put beside every word, it takes an hour.
        "CONN": f"{_words('CONN')}|(?:每{_PERIODIC})",
        "EVERY": f"(?:{_words('EVERY')})(?!{_PERIODIC})",
        # 其他的得5分 may be about a fact.
        "REST": rf"{_words('REST')}|其[他它](?=，?(?:得|计)(?:{NUMERAL})分)",
        # 少1次扣2分 behind a quota is 每少1次扣2分; of more than one it could as well be a band.
        "FALL": rf"{_words('FALL')}|[少缺](?=[1一](?:{ANY_UNIT})(?:的)?，?(?:{any_of(DEDUCTING)})(?:{NUMERAL})分)",
    }


@cache
def end_of_requirement() -> re.Pattern[str]:
    """Where a requirement ends: also at the colon of a list's head, and at a comma before words that begin one
    of another kind (，鼓励…). Compiled for files that state requirements; others do not pay for it."""
    begins = f"{any_of(WORDS['FORBID'])}|{any_of(WORDS['URGE'])}|{requirement_words.TERMINALS['SELECT']}"
    ends = f"{requirement_words.TERMINALS['BAR']}|{requirement_words.TERMINALS['PREFER']}"
    return re.compile(f"[。；！？：]|，(?=(?:{begins}))(?!{ends})")


#: What a paragraph of requirements under the heading of an indicator begins with.
LEAD_OF_REQUIREMENTS = re.compile("(?:基本要求|基本条件|参评条件|申报条件)[：，]")


#: Priorities of terminals whose words another terminal's expression also matches.
PRIORITIES = (
    {
        "DAY": 4,
        "COMPOUND": 3,
        "FLANK": 4,
        "COMPLETE": 3,
        "ROUNDING": 3,
        "COMPARISON": 3,
        "AMONG": 3,
        "RECENT": 3,
        "TWICE": 2,
        "TOGETHER": 2,
        "EMPTY": 2,
        "BOTTOMLESS": 2,
        "START": 2,
        "OUT_OF": 9,
        "SPAN": 4,
        "POINTS": 3,
        "OPTION": 3,
        "REACHED": 3,
        "MISSED": 3,
        "BELOW": 3,
        "INCL": 3,
        "EXCL": 3,
        "DESC": 3,
        "FACT": 3,
        "REST": 3,
        "VOID": 3,
        "RESCALE": 4,
        "NO_BEST": 3,
        "UNCOUNTED": 3,
        "SIDE": 2,
        "LOWER": 2,
        "NAMED": 6,
        "LEVEL": 7,
        "TIER_NEEDS": 8,
        "TIER_FIRST": 8,
        "IN_TIER": 2,
        "TIER": -1,
        "CHOICE": 4,
    }
    | dict.fromkeys([*_ONE_OF, *_LINES, *LISTS, *requirement_words.TERMINALS], 2)
    | dict.fromkeys(
        [*_SERIES, "COMPUTED", "TIMES_BY", "DISCOUNT", "TIMES_OWN", "COEFFICIENTS", "FULL_SCORE"], 2
    )
    | {"SCORE_IS": 5, "MEET_LISTED": 1}
    | dict.fromkeys(_REFERENCES, 3)
    | dict.fromkeys(_COHORTS, 7)
    | dict.fromkeys(lacking_words.TERMINALS, 8)
    | dict.fromkeys(_NUMBERS, 4)
)
