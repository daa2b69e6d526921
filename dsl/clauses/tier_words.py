"""Words about the tier of an indicator (各一级指标均为合格以上)."""

import re
from typing import Literal

Way = Literal["is", "reaches", "below"]

#: In front of the tier: whether it is that tier, no worse, or worse.
_WAYS: dict[str, Way] = {
    **dict.fromkeys(["为", "是", "评为", "评定为", "属于"], "is"),
    **dict.fromkeys(["达到", "达", "不低于", "在"], "reaches"),
    **dict.fromkeys(["未达到", "达不到", "未达", "低于", "不到"], "below"),
}
_SCALE = "等级|等次|档次"
_BEGIN = rf"(?:的?(?:评价)?(?:{_SCALE}|结果))?(?:均|都|全部)?应?(?:{'|'.join(sorted(_WAYS, key=len, reverse=True))})"
_OR_BETTER = rf"(?:(?:及其?|或其?|或者)?以上(?:{_SCALE})?)"
_NAME = r"[^，；。、：（）【】〖〗“”\s\d|｜且的]{1,8}?"

#: The terminal: all that is said of the tier.
IN_TIER = rf"{_BEGIN}“?{_NAME}”?(?:{_SCALE})?{_OR_BETTER}?(?=的|，|；|且|并|$)"


def in_tier(words: str) -> tuple[Way, str]:
    """What the words of the terminal say of the tier, and its name."""
    begin = re.match(_BEGIN, words)
    assert begin is not None
    verb = next(verb for verb in sorted(_WAYS, key=len, reverse=True) if begin[0].endswith(verb))
    rest = words[begin.end() :]
    better = re.search(f"{_OR_BETTER}$", rest)
    name = re.sub(f"(?:{_SCALE})$", "", rest[: better.start()] if better else rest).strip("“”")
    return ("reaches" if better and _WAYS[verb] == "is" else _WAYS[verb]), name


#: The year that is evaluated (取消当年评优资格), if it is named; no later year, and no number of years.
_YEAR = (
    "",
    "其",
    *(
        f"{whose}{year}"
        for whose in ("", "其")
        for year in ["当年", "当年度", "本年", "本年度", "年度", "该年度"]
    ),
)
#: The best tier is barred.
NO_BEST = (
    *["不得评优", "不能评优", "不得参与评优", "不得参加评优"],
    *(f"取消{year}{what}资格" for year in _YEAR for what in ("评优", "评优评先", "评先评优")),
)
#: There is no tier.
VOID = (
    *[
        "不予评定",
        "不予评级",
        "不予评价",
        "不予评定等级",
        "不参加评定",
        "不参与评定",
        "不参加评级",
        "不得参评",
        "不予参评",
        "不得参加评定",
        "不得参与评定",
    ],
    *(f"取消{year}{what}资格" for year in _YEAR for what in ("参评", "评定", "评价", "评选")),
)
