"""The registry of diagnostic codes: one table that messages, tests and the docs index all read.

Each code has a kebab-case name for developers and a Chinese title for the index. Every code has a bad
case under ``tests/cases`` that pins the words it underlines; the case is also the code's page in the docs.
"""

from attrs import frozen


@frozen
class Code:
    """An entry of the registry; `severity` is error, warning or advice."""

    name: str
    severity: str
    title: str


_E, _W, _A = "error", "warning", "advice"

CODES: dict[str, Code] = {
    # ZS01: the file and its Markdown
    "ZS0101": Code("unreadable-file", _E, "文件打不开，或编码无法识别"),
    "ZS0102": Code("converted-from-gb18030", _W, "文件是 GB18030 编码，已按其读取"),
    "ZS0103": Code("unbalanced-bracket", _E, "括号不成对"),
    "ZS0104": Code("nested-bracket", _E, "括号里又套了括号"),
    "ZS0105": Code("no-title", _E, "没有总标题"),
    "ZS0106": Code("foreign-markup", _E, "细则里有链接、图片、HTML 或代码"),
    "ZS0107": Code("misplaced-text", _E, "文字写在了不能写的地方"),
    "ZS0108": Code("unknown-key", _W, "文件头里有不认识的键"),
    "ZS0109": Code("repeated-key", _E, "文件头里一个键写了两次"),
    "ZS0110": Code("table-without-rule", _E, "表格缺少分隔行"),
    "ZS0111": Code("ragged-table", _E, "表格各行格数不同"),
    "ZS0112": Code("control-character", _E, "有看不见的控制字符"),
    "ZS0113": Code("too-large", _E, "文件或行过长"),
    "ZS0114": Code("bad-heading", _E, "标题有误"),
    "ZS0115": Code("section-not-supported", _E, "这一节本版本还不支持"),
    "ZS0116": Code("table-not-supported", _E, "表格细则本版本还不支持"),
    "ZS0117": Code("rules-above-headings", _E, "细则写在了上级标题下"),
    # ZS02: the words of a clause
    "ZS0201": Code("unread-words", _E, "有几个字没有读懂"),
    "ZS0202": Code("misplaced-word", _E, "这个词不能写在这里"),
    "ZS0203": Code("bad-numeral", _E, "数字写法不规范"),
    "ZS0204": Code("operative-in-description", _E, "〖〗里有会影响计算的词"),
    "ZS0205": Code("number-in-fact", _W, "【】里的数字不参与计算"),
    "ZS0206": Code("unfinished-sentence", _E, "句子没有写完"),
    "ZS0207": Code("pattern-not-supported", _E, "这种句式本版本还不支持"),
    "ZS0208": Code("boundary-words-disagree", _E, "边界用语互相矛盾"),
    "ZS0209": Code("empty-bracket", _E, "括号里没有内容"),
    "ZS0210": Code("points-without-fen", _E, "分数后面少了“分”"),
    "ZS0214": Code("bad-weight", _E, "权重没有读懂"),
    # ZS09: fact files
    "ZS0901": Code("unreadable-facts", _E, "填报文件无法读取"),
    "ZS0902": Code("unknown-facts-format", _E, "不认识的填报文件类型"),
    "ZS0903": Code("facts-too-large", _E, "填报文件太大"),
    "ZS0904": Code("undecodable-facts", _E, "填报文件的编码无法识别"),
    "ZS0905": Code("malformed-json", _E, "JSON 格式有误"),
    "ZS0906": Code("malformed-yaml", _E, "YAML 格式有误"),
    "ZS0907": Code("forbidden-yaml", _E, "用了不允许的 YAML 功能（标签、过多的别名、多份文档）"),
    "ZS0908": Code("overlong-row", _E, "一行的格数比表头多"),
    "ZS0909": Code("missing-header", _E, "没有表头"),
    "ZS0910": Code("repeated-column", _E, "表头里的列名重复"),
    "ZS0911": Code("facts-not-a-mapping", _E, "填报文件不是从数据项到值的映射"),
    "ZS0912": Code("nested-value", _E, "值嵌套太深"),
    "ZS0913": Code("nameless-value", _E, "填了值，没有写数据项"),
    "ZS0914": Code("malformed-csv", _E, "CSV 格式有误"),
    "ZS0915": Code("malformed-workbook", _E, "不是能读取的 xlsx 工作簿"),
    "ZS0916": Code("several-fact-sheets", _E, "几个工作表都像填报表"),
    "ZS0917": Code("unsafe-workbook", _E, "工作簿不安全，不予读取"),
    "ZS0918": Code("formula-without-value", _E, "公式没有保存结果"),
    "ZS0919": Code("error-cell", _E, "单元格是错误值"),
    "ZS0920": Code("unknown-fact", _E, "没有这个数据项"),
    "ZS0921": Code("repeated-fact", _E, "一个数据项填了两次"),
    "ZS0922": Code("unknown-part", _E, "值里的键不能识别或不适用"),
    "ZS0923": Code("repeated-part", _E, "值里的键写了两次"),
    "ZS0924": Code("subject-not-a-value", _E, "评价对象或评价日期不是一个值"),
    "ZS0925": Code("count-without-points", _E, "评分只写了个数，没有写分值"),
    "ZS0926": Code("unsigned-judgement", _E, "评判缺少评审员或理由"),
    "ZS0927": Code("encrypted-workbook", _E, "工作簿加密或是旧版 .xls"),
    "ZS0930": Code("bare-percentage", _E, "百分比没有百分号"),
    "ZS0931": Code("ambiguous-myriad", _E, "带万、亿的数单位不明"),
    "ZS0932": Code("number-too-long", _E, "数太长"),
    "ZS0933": Code("not-a-number", _E, "不是数"),
    "ZS0934": Code("scientific-notation", _E, "科学记数法"),
    "ZS0935": Code("rough-number", _E, "不是确切的数"),
    "ZS0936": Code("wrong-unit", _E, "单位不符"),
    "ZS0937": Code("not-whole", _E, "个数不是整数"),
    "ZS0938": Code("negative-count", _E, "个数是负数"),
    "ZS0939": Code("out-of-range", _E, "超出范围"),
    "ZS0940": Code("not-a-date", _E, "不是日期"),
    "ZS0941": Code("no-such-day", _E, "日历上没有这一天"),
    "ZS0942": Code("not-applicable-not-allowed", _E, "不能填“不适用”"),
    "ZS0943": Code("not-yes-or-no", _E, "不是“是”或“否”"),
    "ZS0944": Code("not-a-choice", _E, "不在选项之内"),
    "ZS0945": Code("empty-item", _E, "清单里有空的一项"),
    "ZS0946": Code("ambiguous-comma", _E, "清单里的逗号有两种读法"),
    "ZS0947": Code("list-for-one-value", _E, "只填一个值的数据项填了一列名称"),
    "ZS0948": Code("unpaired-surrogate", _E, "不成对的代理字符"),
    "ZS0949": Code("float-value", _E, "值是 float"),
    "ZS0950": Code("unusable-python-value", _E, "Python 类型不能作为值"),
}
