"""Words for what does not apply: 没有该项指标的单位, 不涉及该项工作的, 【出口额】不适用的; and for what others score on the mean."""

_WHICH = "[本该此这]"
#: 没有该项内容 may be said of what somebody should have written.
_WHAT = "(?:(?:考核|评价|工作)(?:指标|任务|事项|内容)|指标|任务|事项|工作|业务|职能|职责|项目)"
_NONE = "(?:没有承担|没有涉及|没有|不存在|未承担|不承担|未涉及|不涉及|不适用于?|无)"
_KINDS = "(?:单位|机构|部门|企业|地区|区县|县区|市县|县市|乡镇|街道|镇街|学校|医院|平台|对象|[市县区镇])"
_WHO = f"(?:参评|被考核|被评价|评价|考核)?{_KINDS}"
_ITEM = f"(?:{_WHICH}一?项{_WHAT}|{_WHICH}{_WHAT}|{_WHICH}一?项)"

#: Verbs that give points on top of others; 得 and the like may say what the score is.
ON_TOP = ["加", "另加", "再加", "加计", "奖", "奖励", "可加", "累加"]
#: 不计分 may say that nobody is scored, too.
UNSCORED = ("不计分", "不予计分", "不记分")

TERMINALS = {
    "LACKING": (
        rf"{_NONE}{_ITEM}(?:的?{_WHO})?"
        rf"|{_ITEM}?不适用于{_WHICH}?{_WHO}"
        rf"|{_ITEM}(?:不适用|不涉及)(?:的{_WHO})?"
        rf"|(?:不适用|不涉及)(?:的{_WHO}|(?=的))"
    ),
    "INAPPLICABLE": rf"(?:均|都|填写?|填报)?(?:为)?“?不适用”?(?:于{_WHICH}?{_WHO})?(?:的{_WHO})?",
    "APPLICABLE": r"适用(?=的|且|，)",
    "MEAN_SCORE": (
        r"(?:按照?|以|取|计)(?:其他|其它|其余|同类|全部|所有|全体|各)?(?:评价对象|参评单位|单位|机构|企业|地区)?(?:的|在?该项|本项|此项|该指标|本指标|该项指标)*"
        r"(?:的)?(?:平均得分|平均分数|得分的?平均[值数]|得分的?均值)(?:计算|计分|得分|计入|计|打分)?"
    ),
}
