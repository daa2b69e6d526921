"""The words of the language (词汇) as plain data: boundary words, verbs, units, names of totals and levels.

Words are written as they stand after :mod:`zhunsheng.dsl.normal` has evened out their width.
"""

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Literal

#: How a boundary word (边界用语) compares: at least, above, at most, below, exactly.
Comparison = Literal["ge", "gt", "le", "lt", "eq"]


def bounds(words: dict[Comparison, str]) -> dict[str, Comparison]:
    return {word: comparison for comparison, own in words.items() for word in own.split()}


#: Boundary words in front of a number. 民法典第1259条 and the text itself; language.md section 5.
BOUNDS_BEFORE = bounds(
    {
        "ge": "达到 达 满 已满 不低于 不少于 不小于 不下于 至少 大于或等于 大于等于 高于或等于 高于等于 多于或等于 ≥",
        "gt": "超过 高于 多于 大于 超出 >",
        "le": "不超过 未超过 不高于 不大于 不多于 不超出 未超出 至多 小于或等于 小于等于 低于或等于 低于等于 少于或等于 ≤",
        "lt": "不满 不足 低于 少于 小于 未到 未达到 未达 不到 未满 <",
        "eq": "等于 相当于 恰为 恰好为 恰好 正好为 正好 刚好 仅为 只有 仅有",
    }
)

#: Boundary words behind a number.
BOUNDS_BEHIND = bounds({"ge": "以上 及以上 或以上 届满", "le": "以下 及以下 或以下 以内 之内", "gt": "以外"})

#: Of what is counted these say exactly; of another number (只有80%) they may as well say at most.
ONLY = ("只有", "仅有")
#: Units whose numbers need not be whole.
MEASURED_UNITS = ("倍", "平方米", "亩", "公里", "吨")
#: Behind a number these include it by law, though beside a range that begins at it few mean that (60分以下 beside 60-79分).
BELOW = tuple(word for word, comparison in BOUNDS_BEHIND.items() if comparison == "le")

#: Letters that label options (A. B.).
LETTERS = tuple("ABCDEFGHIJabcdefghij")
#: Verbs of adding points and of taking them off; closed lists with one sign each.
ADDING = "加 得 计 奖 记 另加 再加 加计 奖励 可得 可加 给 给予 另得 累加 直接得".split()
DEDUCTING = "扣 减 扣除 扣减 减去 减扣 倒扣 加扣 扣罚".split()
#: Those that say that the points come on top of what other clauses give or take.
ON_TOP = "另加 再加 另得 累加 加扣".split()
#: Words that say how good something is, at the end of a yes/no fact or alone, and words of degree within one: facts
#: that differ in no more may be grades of one thing.
GRADES = (
    "优秀 优良 优 良好 良 中等 中 一般 较好 好 较差 很差 差 合格 基本合格 不合格 达标 基本达标 不达标 "
    "满意 比较满意 较满意 基本满意 不满意"
).split()
DEGREES = "基本 较为 比较 较 大部分 部分 全部 全面 完全 不够 不太 不 未".split()
#: Verbs of taking off that may speak of scores below zero; whether they do is asked.
BELOW_ZERO = ("倒扣",)
#: Words for the indicator that may also mean a numbered item in it.
LOOSE_ITEMS = ("本项", "该项", "此项", "本项目")

#: Words of an assessor's discretion before a verb (酌情扣1～5分).
DISCRETION = "酌情 视情况 视情 视情节 视情节轻重 视情况酌情 视情节酌情 视程度 视具体情况 根据情况".split()
#: Part of the cases counts more or less (其中【情节严重】的加倍扣分): by how much.
FACTORS = {"加倍": Fraction(2), "双倍": Fraction(2), "翻倍": Fraction(2), "减半": Fraction(1, 2)}

#: Verbs that may stand between 每, or nothing, and a counted unit (每作出一个【服务对接】).
COUNTING = (
    "建立 作出 听取 形成 获得 举办 涉及 发现 发生 开展 完成 新增 组织 提供 出具 制定 发布 上线 引进 取得 承担 参与 培训 服务 "
    "签订 编制 收集 受理 有 具有 拥有 具备 配备 设有 设立 接待 走访 达成 成功 促成 推出 开发"
).split()

#: Units (量词、单位) of counts; what they count is named by the fact.
COUNT_UNITS = (
    "家 个 项 次 种 条 份 场 名 人 件 篇 本 套 台 户 起 期 批 类 门 例 宗 部 处 间 所 位 款 单 笔 册 幅 场次 人次 家次 课时 "
    "倍 票 轮 组 张 平方米 亩 公里 吨"
).split()
#: Units that count the same in other words: 6场次 are 6场. (人次 and 家次 are not: one person comes twice.)
ALIKE_UNITS = {"场次": "场"}
MONEY_UNITS = ("元",)
#: Units of time: the unit they are counted in, and how many of it they are.
DURATION_UNITS = {
    "年": ("月", 12),
    "个月": ("月", 1),
    "月": ("月", 1),
    "个季度": ("月", 3),
    "季度": ("月", 3),
    "个半年": ("月", 6),
    "半年": ("月", 6),
    "周": ("天", 7),
    "天": ("天", 1),
    "日": ("天", 1),
    "个自然日": ("天", 1),
    "自然日": ("天", 1),
    "个工作日": ("工作日", 1),
    "工作日": ("工作日", 1),
    "小时": ("分钟", 60),
    "分钟": ("分钟", 1),
}
PERCENT_POINTS = ("个百分点", "百分点")

#: 不得评为优秀: words before a tier that cannot be reached.
NOT_AS = (
    "不得评为 不能评为 不可评为 不予评为 不得评定为 不能评定为 不予评定为 不得定为 不能定为 不得被评为 不得认定为 不予认定为 不能认定为"
).split()
#: 降一级: how many bands lower a tier becomes.
LOWERED = (
    "(?:评定等级|评价等级|等级|等次)?(?:降低|下调|调低|降)[一1两二2](?:级|档|个等级|个档次|个等次|个级别)"
)
#: What an indicator is called by the depth of its heading; 0 is a leaf, whatever its depth.
LEVELS = {"一级指标": 1, "二级指标": 2, "三级指标": 3, "指标": 0, "单项指标": 0, "分项指标": 0}

#: What a heading calls itself, with all below it (本类最高得20分).
GROUPS = "本类 该类 此类 本大类 该大类 本组 该组 本部分 该部分 本板块 本模块 本类指标 该类指标 本组指标 该组指标 本一级指标 该一级指标".split()
SUMS = "得分 总得分 总分 分值 分数".split()
#: Words for the total.
TOTALS = (
    "总分 总得分 评价总分 评价总得分 综合得分 综合评分 最终得分 最后得分 总成绩 考核得分 考核总分 考核总得分 综合考核得分 评价得分 "
    "综合评价得分 评估得分 评估总分 考评得分 考评总分 测评得分 测评总分 评审得分 加分后总分 加分后总得分 加分后的总分 加分后得分"
).split()

#: Behind a tier's name, in front of what it asks for (合格需总分60分以上).
NEEDS = "(?:需要?|须|应当?|必须|要求)(?:同时)?(?:满足|达到|符合)?[：，]?"
#: The tiers that may stand there; any other words might be whom the sentence is about.
TIERS_IN_FRONT = "优秀|优良|优等|良好|中等|基本合格|合格|基本达标|达标|[一二三四五]星级?|[一二三四五]级|[一二三四五]等|[甲乙丙丁]级|A{1,5}级"
TIER_NEEDS = re.compile(f"{NEEDS}$")

#: The tiers whose scores may stand behind them (优秀（90分以上）, 优秀：90分以上).
TIERS_FIRST = f"(?:{TIERS_IN_FRONT}|不合格|不达标|较好|一般|较差|[优良中好差]|[甲乙丙丁]|[A-E]级?)(?:等级|等次|档次|等)?"

#: An effect that is no matter of points or tiers: what is done, and to what.
SIDE_VERBS = "扣减 扣除 核减 收回 追回 追缴 停发 停止 暂停 暂缓 取消 限期 责令 给予 予以 列入 纳入 撤销 移出 通报 约谈".split()
SIDE_OBJECTS = "补助 补贴 奖励 奖金 资金 经费 拨款 拨付 批评 整改 警告 资格 名单 称号 牌匾 申报 处理 处分 公示 通报 约谈 档案 业务 服务".split()

#: Words of period and subject that stand before a fact and need no bracket.
CONNECTIVES = [
    *(
        "评价年度内 评价年度 年度内 年度 本年度 当年度 上年度 上一年度 每年 活动期间 全年 当年 本年 上年 上年末 期末 年末 次年 "
        "次月 累计 其他 其它 该项服务的 该服务的 本机构的 该机构的 本单位的 对 对于 因 因为 由于"
    ).split(),
    *(
        f"{near}{years}年{inside}"
        for near in ("近", "最近")
        for years in "一二两三四五六七八九十123456789"
        for inside in ("", "内")
    ),
]

#: What a date is asked for behind it: the time from it to the evaluation date.
SINCE = "距评价日期 距评价日期已 距离评价日期 距今 距今已 至今 至今已 至评价日期 至评价日期已 截至评价日期".split()
#: Whether its validity lasts to the evaluation date: the comparison of the days left with 0.
VALID = bounds({"ge": "在有效期内 处于有效期内 尚在有效期内 未过有效期", "lt": "已过有效期 不在有效期内"})
#: How it lies to a day.
DATED = bounds({"ge": "不早于 不先于", "gt": "晚于 迟于", "le": "不晚于 不迟于", "lt": "早于 先于"})

#: Commas are left in numbers only (normal.py); whether a numeral is well formed is found when it is read.
NUMERAL = r"\d[\d,]*(?:\.\d+)?[十百千万亿]*|[零〇一二两三四五六七八九十百千万亿]+"


def any_of(words: str | Iterable[str]) -> str:
    """A regular expression for any of some words, longest first."""
    own = words.split() if isinstance(words, str) else list(words)
    return "|".join(re.escape(word) for word in sorted(set(own), key=lambda w: (-len(w), w)))


ANY_UNIT = any_of([*COUNT_UNITS, *MONEY_UNITS, *DURATION_UNITS])


def level_of(word: str) -> int:
    """How deep the indicators stand that a word speaks of (各一级指标); 0 are those that are scored themselves."""
    return next((depth for name, depth in LEVELS.items() if word.endswith(name)), 0)


def with_bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """The range of a number in `text` with the boundary words right before and behind it."""
    before = next((w for w in sorted(BOUNDS_BEFORE, key=len, reverse=True) if text.endswith(w, 0, start)), "")
    behind = next((w for w in sorted(BOUNDS_BEHIND, key=len, reverse=True) if text.startswith(w, end)), "")
    return start - len(before), end + len(behind)
