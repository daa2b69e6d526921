"""The words by which a draft tells rules from prose, and sections from each other."""

import re
from typing import Literal

from zhunsheng.dsl.words import ADDING, DEDUCTING

Role = Literal["conditions", "tiers", "veto", "points", ""]

#: A longer line holds a whole document, whose line breaks were lost on the way; it is not looked into.
LONGEST = 3000

_VERBS = "|".join(sorted({*ADDING, *DEDUCTING}, key=len, reverse=True))
_TAKING = "|".join(sorted(DEDUCTING, key=len, reverse=True))
_POINTS = r"\d+(?:\.\d+)?分(?!之|钟)"
_TIERS = re.compile(
    rf"{_POINTS}(?:[（(]不?含[)）])?(?:及?以[上下])?(?:的|者|[（(]不?含[)）]|的机构|的单位)?[，,]?"
    r"(?:直接)?(?:视|将)?(?:评为|评定为|定为|认定为|确定为|判定为|属于|为(?!止|限|上限|满分|基准|基础|准))"
)
#: 分为“优秀”、“良好”: tiers that are named without a band.
_TIER_NAMES = re.compile("分为“[^”]{1,8}”(?:、|和|，)“")
_VETO = re.compile(
    "直接视|一票否决|直接(?:认定|判定|评定|确定|评|定|列)为|即(?:为)?不合格|取消[^。；]{0,8}资格|不[得能](?:被)?(?:评|评定|确定|认定|定)为"
    "|(?:降低?|下调|调低)(?:评定|评价)?(?:等级|等次)?[一1两二2](?:个?(?:等级|等次|档次|级别)|级|档)"
)
_CONDITIONS = re.compile(
    r"(?:符合|具备|满足)(?:以下|下列|如下)[^。；]{0,8}条件|不予(?:受理|申报|评审|评价)|不得(?:申报|参评|申请)"
)
_SCORING = re.compile(
    rf"(?:{_VERBS}){_POINTS}|满分(?:为)?\d|(?:最多|最高|不超过){_POINTS}|{_POINTS}封顶|酌情\S{{0,4}}分|视为{_POINTS}"
    rf"|不得分|扣完为止|每\S{{1,14}}?{_POINTS}|得满分|不计分"
)
#: What binds without giving points: figures and words of duty.
_BINDING = re.compile(
    r"(?:不少于|不低于|不超过|至少|达到|不多于)\s*[\d一二三四五六七八九十]|不得|必须|\d+(?:\.\d+)?\s*(?:%|％|家|人|名|年|次|项|万元|平方米|个)\s*(?:以上|以下|及以上)"
)
_ENDS = re.compile("(?<=。)")

#: Columns and labels that say what an indicator is about, and how they begin.
EXPLAINS = re.compile("(?:指标|内容|评价)(?:说明|解释|含义|内涵)|(?:评价|考核|测评)(?:内容|要点)")
_AIM = "(?:测评|评价|考核|评估|衡量|考察)"
_PURPOSE = re.compile(f"(?:用以|用于|主要|重点){_AIM}|{_AIM}(?!中心|机构|组织)")
#: Where sentences that are no points go.
PLACES: dict[str, str] = {"conditions": "基本条件", "tiers": "评定等级", "veto": "一票否决"}
#: Titles of sections whose meaning does not depend on what stands in them.
SECTIONS = {
    "基本条件": re.compile(
        "(?:申报|参评|认定|评价|准入)?(?:基本条件|基本要求|参评条件|申报条件|认定条件|准入条件)"
    ),
    "加分项": re.compile("加分(?:项|项目|指标|条件)"),
    "减分项": re.compile("(?:减|扣)分(?:项|项目|指标|条件)"),
    "一票否决": re.compile("一票否决(?:项|项目|指标|条件|情形)?"),
    "评定等级": re.compile("(?:评定|评价|考核|考评|认定)?(?:等级|等次)(?:评定|划分|认定)?"),
    "术语解释": re.compile("术语(?:解释|和定义|与定义)?|名词解释|(?:指标|用语)(?:的)?(?:含义|释义)"),
}

#: Titles of sections that hold points on top and points off.
BOTH = re.compile("加(?:分)?[、和与]?[减扣]分(?:项|项目|指标|条件)?")


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph, each with its full stop."""
    return [part for part in _ENDS.split(text) if part.strip()]


def role(text: str) -> Role:
    """What a sentence does, by its words."""
    if len(text) > LONGEST:
        return ""
    if _VETO.search(text):
        return "veto"
    if _TIERS.search(text) or _TIER_NAMES.search(text):
        return "tiers"
    if _CONDITIONS.search(text) and not _SCORING.search(text):
        return "conditions"
    return "points" if _SCORING.search(text) else ""


def takes(text: str) -> bool:
    """Whether a text takes points off."""
    return re.search(f"(?:{_TAKING}){_POINTS}", text) is not None


def scores(text: str) -> bool:
    """Whether a text gives, takes or caps points."""
    return any(role(part) == "points" for part in sentences(text))


def binds(text: str) -> bool:
    """Whether a text sets a figure or a duty."""
    return len(text) <= LONGEST and _BINDING.search(text) is not None


def measured(text: str) -> str | None:
    """What an indicator without rules measures, as a fact; None for more than a phrase."""
    if re.search("[。；【】〖〗]", text):
        return None
    lead = _PURPOSE.match(text)
    return f"〖{lead[0]}〗【{text[lead.end() :]}】" if lead else f"【{text}】"


def section_of(title: str) -> str:
    """The reserved section that a title names, "" for none."""
    return next((name for name, pattern in SECTIONS.items() if pattern.fullmatch(title)), "")
