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
    "ZS0101": Code("undecodable", _E, "文件的编码无法识别"),
    "ZS0102": Code("converted-from-gb18030", _W, "文件是 GB18030 编码，已按其读取"),
    "ZS0103": Code("unbalanced-bracket", _E, "括号不成对"),
    "ZS0104": Code("nested-bracket", _E, "括号里又套了括号"),
    # ZS09: fact files
    "ZS0901": Code("unreadable-facts", _E, "填报文件无法读取"),
}
