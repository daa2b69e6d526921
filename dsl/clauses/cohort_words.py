"""Words about all that are scored together: 排名第1名, 前15%～50%, 末位; 平均值, 去掉一个最高值和一个最低值后的平均值, 最高值."""

_LARGE, _SMALL = "[高大]", "[低小]"
#: Nouns for those that are scored together.
_WHO = "(?:(?:全部|所有|全体|各|参评|参加评价的?)?(?:评价对象|机构|单位|企业|平台)(?:的|中的?)?)?"
#: Words of falling places, by which the number of the place rises.
FALLING = ("每下降", "每降低", "每降", "每后退", "每退后", "每落后", "每下滑")
#: Units of places; of these 名 and 位 count people too.
PLACE_UNITS = ("个名次", "名次", "个位次", "位次")


def terminals(numeral: str) -> dict[str, str]:
    """Terminal → regular expression; `numeral` is that of a numeral."""
    number, one = f"(?:{numeral})", "[名位]"
    fraction = rf"(?:{numeral})分之(?:{numeral})|\d+/\d+"
    some = rf"(?:(?:{numeral})个|一个)"
    return {
        "PLACES": (
            rf"第{number}{one}?[-～至]第?{number}{one}|第{number}{one}(?:及以后|及以下|及之后)?"
            rf"|第{number}(?=的|得|加|扣|计)"
            rf"|(?:前|后|末|最后|倒数){number}{one}|倒数第{number}{one}?|(?:末位|末名|末尾)"
            rf"|前{number}%(?:[-～至]前?{number}%)?|后{number}%|[前后](?:{fraction})"
            # 排名前三 is the first three places.
            rf"|[前后]{number}(?=的|得|加|扣|计|，|、|）)"
        ),
        "RANKED": (
            rf"(?:[内中里])?的?(?:按?(?:(?:由|从|自){_LARGE}(?:到|至|往){_SMALL}|(?:由|从|自){_SMALL}(?:到|至|往){_LARGE}|降序|升序)的?)?"
            r"(?:排名|排序|排位|名次|排列|位列|名列|位居)(?:为|是|在|位于|处于|居|列|位列|名列|位居)?(?=第|前|后|末|最后|倒数)"
        ),
        "SAME_AS": (
            r"在?(?:同一|相同|同)(?=【[^【】]*】(?:[内中里]?的?【[^【】]*】)?[^，。；【】]{0,20}(?:排|名次|位列|名列|位居|均值|平均|最))"
        ),
        "TIED": r"(?:仍然?|再次?)?(?:名次)?(?:并列|名次相同)(?:的|时|者|的情况下)，?再?(?:按照?|以)?(?=【)",
        "FORE": (
            rf"(?:{_LARGE}|多)(?:者|的)?(?:排?在?前面?|优先|居前)|(?:{_SMALL}|少)(?:者|的)?(?:排?在?前面?|优先|居前)"
            rf"|(?:由|从|自)(?:{_LARGE}|多)(?:到|至|往)(?:{_SMALL}|少)的?(?:顺序)?(?:排列|排序|排名|排定)"
            rf"|(?:由|从|自)(?:{_SMALL}|少)(?:到|至|往)(?:{_LARGE}|多)的?(?:顺序)?(?:排列|排序|排名|排定)"
        ),
        "IN_CLASS": "[内中里]的?(?=【)",
        "COHORT": (
            rf"(?:[内中里])?的?{_WHO}(?:(?:去掉{some}最高[值分](?:、|和|及|与|，)?(?:去掉)?{some}最低[值分]以?后?的?)?(?:平均[值数分]|均值)"
            "|平均水平|最高值|最大值|最低值|最小值)"
        ),
    }


def larger_first(words: str) -> bool | None:
    """Whether place 1 is the largest, as the words of a ranking say; None where they do not."""
    if "降序" in words:
        return True
    if "升序" in words:
        return False
    ends = [char for char in words if char in "高大多低小少"]
    return None if not ends else ends[0] in "高大多"
