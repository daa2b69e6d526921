"""Words of requirements (基本条件): what leads to them, binds, and follows where they do not hold."""

from zhunsheng.dsl.words import ANY_UNIT, BOUNDS_BEFORE, NUMERAL, any_of

#: What a requirement that does not hold leads to (不予受理, 暂不能申请参加本次测评), in parts that are put together.
_DENIED = "不得 不能 不予 不可 不准 不再 不"
_PROCEDURES = (
    "参加 参与 参评 申报 申请 受理 推荐 认定 评定 评价 评审 评选 测评 纳入 列入 入围 授予 通过 享受 给予 备案"
)
_OBJECTS = "测评 评价 评定 认定 评选 评审 申报 推荐 范围 名单 资格 评分 示范平台"
_PERIODS = "本次 本轮 本年度 当年度 当年 下一年度 该年度 年度 相关 其"
#: Sentences and tails of requirements that are one word of the language each.
_ALIKE = "(?:也|均|可|可以|亦)?(?:视同|视为|视作|等同于)(?:已经?)?"
_MET = "达到 满足 符合 具备 取得 完成 通过 获得 具有".split()
TERMINALS = {
    "BAR": rf"(?:暂|均|一律|直接)*(?:{any_of(_DENIED)})(?:{any_of(_PROCEDURES)}){{1,3}}(?:(?:{any_of(_PERIODS)})?(?:{any_of(_OBJECTS)}))?",
    "PREFER": rf"(?:可以|可|应|应当)?优先(?:{any_of('推荐 考虑 支持 认定 评定 纳入 申报 受理')})?",
    "EXCEPT": "除外|例外",
    "RELAX": "(?:可以|可)?(?:适当|酌情)?放宽",
    "ALIKE": f"{_ALIKE}(?:{any_of(_MET)})?(?=【)",
    "AS_MET": f"{_ALIKE}(?:已经?|均)?(?:(?:{any_of(_MET)})?(?:本条|本项|该条|该项|本款|上述|前述|以上|相应|此项|这一)?的?(?:要求|条件|标准|规定)|达标)",
    "DEMANDS": "要求|标准|条件",
    "PART": "其中(?=【[^【】]*】的?(?:比例|比重|占比|比率))",
    "STEM": (
        "(?:符合|具备|满足|达到|具有|有|存在|出现|发生)(?:下列|以下|下述|如下)(?:各项|所有|全部)?(?:基本)?(?:条件|要求|情形|标准|情况)"
        rf"(?:之一|(?:中的?|的)?(?:任意|任何|至少|其中)?(?:{NUMERAL})项(?:及以上|以上)?)?"
    ),
    "SELECT": "(?:每个|每家|每一|各)?(?:服务)?(?:机构|单位|企业|平台)?(?:只能|仅限|只可|限)(?:选择|申报|选报|报|选)(?:其中)?[一1][类项个种]",
    "VETOED": "(?:实行|实施|予以|执行|适用|进行)?一票否决(?:制)?",
    "FAILING": "(?:不符合|未达到|达不到|不满足|不具备|未满足)(?:以上|上述|前述|前款|本条|该)?(?:各项)?(?:基本)?(?:条件|要求)(?:之一)?",
    "NOSCORE": "(?:该组|本组)不得分",
    "LIMIT": rf"（(?=(?:{any_of(BOUNDS_BEFORE)})?(?:{NUMERAL})(?:%|{ANY_UNIT}))",
}
