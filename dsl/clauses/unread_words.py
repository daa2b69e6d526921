"""What is advised about words that were not read and would change a score: never to put them in a bracket."""

import re

from zhunsheng.dsl.words import PERCENT_POINTS

#: Words of steps that rise with a number, which may be all of it as well as what goes beyond another.
_MORE = ("每增加", "每增", "每增长", "每多", "每提高", "每上升")

#: 加 and 扣 that give and take, not those of 参加 or 加强.
_GIVES = "(?<![参增附更施追叠添])[加扣](?![强入快大工班油盟密固热深重装载工])"
#: Each kind of words with what to write instead, first match first.
_KINDS = tuple(
    (re.compile(words), help)
    for words, help in (
        ("前茅|^前列$|靠前", "写明是前几名，如“排名前3名”“排名前三分之一”"),
        (
            "总分[中里内]|总得分[中里内]",
            "从总分里加扣的，写在“## 加分项”或“## 减分项”下：“【……】的，扣5分”；不写“从总分中”",
        ),
        (
            "最高(?![不为]?(?:超过|高于)?\\d)[^，。；]*(?:计|得|加)分",
            "几项只取最高的，写成“取最高分，不累计”",
        ),
        (
            "(?:累计|合计|总计|总和|总数|之和|加分|扣分|得分|最高|最多|分)[^，。；]{0,4}不(?:得|能)?(?:超过|高于)|封顶|为上?限|最[高多]",
            "是上限的，写成“累计不超过5分”或“最多5分”，跟在它限制的句子后面",
        ),
        (
            "^(?:每?少|每?缺|缺少)$",
            "少一次扣一次的，写成“每少1次扣2分”；少几次是一段的，按实有的数写，如“3次的扣2分，2次以下的扣5分”",
        ),
        ("取整|四舍五入|保留", "得分怎样修约，写成“得分四舍五入保留整数”或“得分保留两位小数（四舍五入）”"),
        ("不超过|不得?高于", "写成“【……】不超过10家的，加20分”：数据项在前，数在后"),
        ("不得(?!力)", "违反了扣分的，写成“【……】的，扣5分”；直接定等级的，写在“## 一票否决”下"),
        (f"{_GIVES}|得分|计分|分值", "加扣分写成“【……】的，加5分”“每1次【……】扣2分”“按比例得分”等句式"),
    )
)
#: The same in 评定等级, where scores and tiers alone are spoken of.
_COMPOSED = re.compile("[×*÷+].*|得分之和|加权")
_COMPOSING = (
    "总分怎样合成由标题后的权重决定：把各部分写成标题（权重……），在各自的标题下写它的细则；这里只写等级"
)
_TOTALS = (
    (re.compile("^[A-Za-z]+[≤<≥>]"), "字母说的是总分的，写成总分，如“80≤总分<90”“总分≥90”"),
    (
        re.compile("取整|四舍五入|舍五入|保留"),
        "总分怎样修约，写成“总分四舍五入保留整数”或“总分保留两位小数（四舍五入）”",
    ),
    (
        re.compile(r"不(?:得|能)?(?:超过|高于)|最[高多]|封顶|为上?限"),
        "总分的上限，写成“总分最高不超过100分”",
    ),
    (
        re.compile(rf"\d|得分|总分|分数|{_GIVES}|不得|取消|降"),
        "总分怎样算、等级怎样定，照“句式”一页改写；定等级的其他条件，写在“## 一票否决”下",
    ),
)


def operative_advice(words: str, start: str, behind: str) -> str | None:
    """What to write in place of words that do something; None where they may as well describe. `behind` is
    the text from them on."""
    if start == "tiers":
        # A sign in the same part of the sentence shows that they belong to a formula.
        if _COMPOSED.search(re.split("[，。；]", behind)[0]):
            return _COMPOSING
        return next((help for pattern, help in _TOTALS if pattern.search(words)), None)
    return next((help for pattern, help in _KINDS if pattern.search(words)), None)


def base_advice(fact: str, word: str, amount: str, award: str, *, below: bool, taken: bool) -> str:
    """How to write steps that do not say from what number on (【导师】每增加1名加2分), with the words that are
    there: `word` is 每增加, `amount` 1名, `award` 加2分."""
    unit = re.sub("^[\\d.零〇一二两三四五六七八九十百千万]+", "", amount)
    share = unit in ("%", *PERCENT_POINTS)
    number = ("90%" if below else "2%" if taken else "70%") if share else amount
    number = f"5{unit}" if number in (f"1{unit}", f"一{unit}", unit) else number
    if below:
        begins = f"低于{number}的，" if share else f"不少于{number}，"
    else:
        begins = f"超过{number}的，" if taken else f"达到{number}后"
    based = f"“{fact}{begins}{word}{amount}{award}”"
    if share or below or word not in _MORE:
        return f"在前面写上起点，如{based}"
    return (
        f"有几{unit}算几{unit}的，写成“每{amount}{fact}{award}”，只算新增的，【】里写明新增；"
        f"到了几{unit}以后才算的，写上起点，如{based}"
    )
