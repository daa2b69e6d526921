"""Words of lists: levels and ranks, the options of an indicator, conditions that are counted."""

import re

from zhunsheng.dsl.words import ADDING, DEDUCTING, NUMERAL, any_of

#: Levels and ranks that, beside a fact, make facts of their own (国家级【奖励】, 【竞赛】省级一等奖).
LEVELS_OF = [
    "国家级",
    "国际级",
    "世界级",
    "省部级",
    "省级",
    "部级",
    "地市级",
    "市级",
    "区县级",
    "县区级",
    "县级",
    "区级",
    "行业级",
    "院级",
    "校级",
]
RANKS = [
    "特等奖",
    "一等奖",
    "二等奖",
    "三等奖",
    "四等奖",
    "优秀奖",
    "优胜奖",
    "鼓励奖",
    "入围奖",
    "金奖",
    "银奖",
    "铜奖",
    "甲级",
    "乙级",
    "丙级",
]
#: What labels an option, and where its words end: before its points.
_LABEL = r"(?:[A-Ja-j][.、：）]|（[A-Ja-j]）)"
CHOSEN = (
    rf"{_LABEL}-?(?:(?!{_LABEL})[^；。！？【】〖〗]){{1,100}}?"
    rf"(?=[，：]?（?(?:(?:{any_of([*ADDING, *DEDUCTING])})?(?:(?:{NUMERAL})分?[-～至])?(?:{NUMERAL})分(?!之|钟)|(?:{any_of('不得分 不计分 不给分 不予得分 不予计分 不记分 不予给分 不扣分 不加分')})))"
)
_LISTED = "(?:以下|下列|下述|如下|上述)(?:各项|各类|几项|所列)?(?:条件|要求|内容|情形|项目|工作|措施|标准|事项|功能|制度|方面)?"
_MEETING = "满足|符合|具备|达到|具有"
#: Terminals of lists, and of the conditions that a clause refers to.
LISTS = {
    "EACH_OWN": rf"(?:分别|依次|各)(?=(?:{any_of([*ADDING, *DEDUCTING])})?(?:{NUMERAL}))",
    # 每满1个月, but not 每满足一项.
    "FULLY": "每满(?!足)",
    "GRADE": any_of([*LEVELS_OF, *RANKS]),
    "NEXT_GRADE": f"[，、；](?={any_of([*LEVELS_OF, *RANKS])})",
    "BESIDE": rf"(?:、|和|及|以及|与)(?=(?:{NUMERAL})(?:分|[、，。；和及与]|以及|$))",
    "MEET_LISTED": rf"(?:{_MEETING}){_LISTED}(?:中的?|的(?=(?:{NUMERAL})项))?",
    "OF_LISTED": rf"{_LISTED}(?:(?:{NUMERAL})[项个条种类款])?(?:条件|要求|内容|情形|措施|制度|标准)?(?:中的?)?，?(?=每|(?:{_MEETING})|全部|均|都|同时)",
    "MEET_ALL": f"(?:全部|均|都|同时)(?:{_MEETING})",
    "ONE_OF": "之一",
    # A list of conditions gives no points itself.
    "LIST_COLON": rf"：(?!.*(?:{NUMERAL})分)",
    "ENTRY": r"[；，、]?(?:[①-⑳]|（[一二三四五六七八九十\d]{1,3}）|\d{1,2}[.、](?!\d)|[一二三四五六七八九十]{1,3}、|-(?!\d))",
}


def split_label(words: str) -> tuple[str, str]:
    """The letter of a labelled option, and its words."""
    label = re.match(_LABEL, words)
    assert label is not None
    return label[0].strip("（）.、："), words[label.end() :]
