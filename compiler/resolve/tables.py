"""Reading the tables of 数据项 and 解读 into typed rows."""

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from attrs import frozen

from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.rulefile import Parsed
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.numbers import read_numeral
from zhunsheng.runtime.source import Source, Span

DICTIONARY_COLUMNS = ("名称", "类型", "单位", "范围", "说明", "佐证材料", "备注")
READING_COLUMNS = ("条款", "疑义", "采用", "理由")

#: The closed vocabulary of 解读: what may be in doubt, and what may be adopted.
DOUBTS: dict[str, tuple[str, ...]] = {
    "分段": ("分段累计", "分段择一"),
    "本数": ("含", "不含"),
    "步长": ("整步", "按比例", "进一"),
    "百分数": ("百分点", "相对"),
    "上限": ("本句", "本数据项", "整句", "以上各句", "本小项", "本指标"),
    "计次": ("每项", "一次"),
    "并列": ("且", "或"),
    "否则": ("前句", "各句", "末项"),
    "其中": ("句末", "本句"),
    "端外": ("零分", "端点分"),
    "取高": ("本句", "本指标"),
    "重复": ("取最高", "已剔除"),
    "说明": ("不计",),
    "起评分": ("零分", "满分"),
    "下限": ("零分", "负分"),
    "不得分": ("本指标", "前句", "本小项"),
    "达标分": ("从中扣减", "另行扣减"),
    "加倍": ("替代", "另加"),
    "幅度": ("酌情",),
    "不符合基本要求": ("不予评价", "该组不得分", "仅报告"),
    "放宽": (),
    "空档": ("归下段", "归上段", "不评级", "四舍五入"),
    "方向": ("不低于", "不高于"),
    "区间": ("全得或不得", "自零线性", "自基本分线性"),
    "打勾": ("有", "不限"),
    "单位": ("百分数",),
    "零值": ("计", "不计"),
    "单值": ("恰为", "以上", "以下"),
    "倍数": ("净增", "增至"),
    "近年": ("按日", "按年度", "含当年"),
    "修约": ("四舍五入", "进舍规则", "舍去", "进一"),
    "先后": ("先封顶", "先加扣分", "先乘系数"),
    "分项等级": ("按得分率", "按得分"),
    "任一": ("各项", "一项"),
    "超满分": ("不封顶", "计满分"),
    "本类分": ("本类百分制", "总分"),
    "缺项": ("全体折算", "组内折算"),
    "条件不符": ("降档", "不评级"),
    "直接定级": ("不低于", "不高于"),
    "一票否决": ("最低等级", "总分零分", "不予评定"),
    "后续": ("同末次", "不计"),
    "递增": ("等差",),
    "不能成立": ("照录",),
    "酌情": ("至多", "恰为"),
    "名次方向": ("从大到小", "从小到大"),
    "并列名次": ("跳号", "连号"),
    "百分位": ("舍去", "四舍五入"),
    "降级": ("累计", "一次"),
    "不适用得分": ("本指标", "本数据项"),
    "视同": ("全文", "本指标"),
    "视同达到": ("按字面", "按达到"),
    "原文": ("改动", "删去"),
}

#: What comes first, as 解读 先后 has it.
CAP_FIRST, POINTS_FIRST, FACTOR_FIRST = DOUBTS["先后"]

#: What a message says before the rows of 解读 that answer its question.
ROW = "在“解读”表中加一行："


def rows_to_add(clause: str, doubt: str, options: Iterable[str] | None = None, reason: str = "理由") -> str:
    """The rows of which one answers a question, one for each option, else for all that the doubt may adopt."""
    own = DOUBTS[doubt] if options is None else options
    return "；或 ".join(f"| {clause} | {doubt} | {option} | {reason} |" for option in own)


#: What 备注 says of a 清单 whose items each come with their date.
DATED_NOTE = "逐项填日期"


def near_words(word: str, words: Iterable[str], count: int, least: float = 0.4) -> list[str]:
    """Words like a mistyped one. difflib is slow to load, and most files have no such mistake."""
    from difflib import get_close_matches

    return get_close_matches(word, list(words), count, least)


#: Doubts about a number that the text leaves out; what is adopted is a number with its unit.
AMOUNTS = ("放宽",)


def read_amount(text: str) -> tuple[Fraction, str] | None:
    """A number with its unit (8人, 60%), as a 解读 adopts it."""
    match = re.fullmatch(r"([\d,.零〇一二两三四五六七八九十百千万亿]+?)(%|[^\d%，。]+)", plain(text))
    value = read_numeral(match[1]) if match else None
    return None if value is None or match is None else (value, match[2])


@frozen(eq=False)
class Row:
    """A row of a table by column name; absent columns are empty cells."""

    cells: dict[str, ast.Cell]
    span: Span

    def text(self, column: str) -> str:
        """The cell's text."""
        return self.cells[column].text

    def at(self, column: str) -> Span:
        """The cell's place, the row's where the cell is empty."""
        cell = self.cells[column]
        return cell.span if cell.text else self.span


def table_rows(
    tables: tuple[ast.Table, ...], columns: tuple[str, ...], needed: tuple[str, ...], source: Source
) -> tuple[list[Row], list[Diagnostic]]:
    rows: list[Row] = []
    found: list[Diagnostic] = []
    for table in tables:
        names = [plain(cell.text) for cell in table.head]
        for cell, name in zip(table.head, names, strict=True):
            if name not in columns:
                near = near_words(name, columns, 1, 0.3)
                help_text = f"是不是“{near[0]}”？" if near else "可用的列：" + "、".join(columns)
                found.append(
                    Diagnostic("ZS0118", f"表头里不认识的列“{cell.text}”", source, cell.span, help_text)
                )
        repeated = next((cell for n, cell in enumerate(table.head) if names[n] in names[:n]), None)
        if repeated is not None and plain(repeated.text) in columns:
            message = f"“{repeated.text}”一列写了两次"
            found.append(Diagnostic("ZS0120", message, source, repeated.span, "只留一列，另一列改名或删去"))
            continue
        missing = [name for name in needed if name not in names]
        if missing:
            message = f"表头缺少“{'”“'.join(missing)}”一列"
            found.append(
                Diagnostic(
                    "ZS0119", message, source, table.head[0].span, "表头写：|" + "|".join(columns) + "|"
                )
            )
            continue
        for row in table.rows:
            cells = dict(zip(names, row, strict=True))
            span = Span(row[0].span.start, row[-1].span.end)
            empty = ast.Cell("", span=span)
            rows.append(Row({name: cells.get(name, empty) for name in columns}, span))
    return rows, found


@frozen(eq=False)
class DictionaryRow:
    """A row of 数据项."""

    name: str
    row: Row

    @property
    def dated(self) -> bool:
        """Whether 备注 says that each item of a 清单 comes with its date."""
        return self.row.text("类型") == "清单" and DATED_NOTE in self.row.text("备注")

    @property
    def choices(self) -> tuple[str, ...]:
        """The options that 范围 lists where the type is 选项."""
        if self.row.text("类型") != "选项":
            return ()
        return tuple(filter(None, (part.strip() for part in re.split("[、,，/；;]", self.row.text("范围")))))


@frozen(eq=False)
class ReadingRow:
    """A row of 解读."""

    clause: str
    doubt: str
    adopted: str
    reason: str
    row: Row


@frozen
class Tables:
    """The rows of a file's own tables."""

    dictionary: tuple[DictionaryRow, ...]
    readings: tuple[ReadingRow, ...]
    diagnostics: tuple[Diagnostic, ...]
    #: Rows of 解读 that cannot be used, and whether a whole table of 解读 cannot.
    wrong_readings: tuple[ReadingRow, ...] = ()
    headless: bool = False


def read_tables(parsed: Parsed) -> Tables:
    """Reads 数据项 and 解读; a wrong cell is a diagnostic at that cell."""
    assert parsed.file is not None
    found: list[Diagnostic] = []
    dictionary: dict[str, DictionaryRow] = {}
    for row in _section(parsed, "数据项", DICTIONARY_COLUMNS, ("名称",), found):
        name = row.text("名称").strip("【】")
        if not plain(name):
            found.append(Diagnostic("ZS0310", "这一行没有名称", parsed.source, row.span, "填上数据项的名称"))
        elif plain(name) in dictionary:
            message = f"数据项“{name}”列了两次"
            found.append(Diagnostic("ZS0311", message, parsed.source, row.at("名称"), "合并成一行"))
        else:
            dictionary[plain(name)] = DictionaryRow(name, row)
    readings = []
    unusable = []
    before = len(found)
    for row in _section(parsed, "解读", READING_COLUMNS, READING_COLUMNS[:3], found):
        wrong = _wrong_reading(row, parsed.source)
        reading = ReadingRow(row.text("条款"), row.text("疑义"), row.text("采用"), row.text("理由"), row)
        if wrong is not None:
            found.append(wrong)
            unusable.append(reading)
        else:
            readings.append(reading)
    headless = any(fault.code in ("ZS0119", "ZS0120") for fault in found[before:])
    return Tables(tuple(dictionary.values()), tuple(readings), tuple(found), tuple(unusable), headless)


def _section(
    parsed: Parsed, title: str, columns: tuple[str, ...], needed: tuple[str, ...], found: list[Diagnostic]
) -> Iterator[Row]:
    assert parsed.file is not None
    heading = parsed.file.sections.get(title)
    if heading is None:
        return
    rows, faults = table_rows(heading.tables, columns, needed, parsed.source)
    found += faults
    yield from rows


def _wrong_reading(row: Row, source: Source) -> Diagnostic | None:
    doubt, adopted = row.text("疑义"), row.text("采用")
    if not row.text("条款"):
        return Diagnostic(
            "ZS0401", "这一行没有写条款", source, row.span, "写上条款里的几个字、编号（如3.3）或“全文”"
        )
    if doubt not in DOUBTS:
        near = near_words(doubt, DOUBTS, 1, 0.3)
        help_text = f"是不是“{near[0]}”？" if near else "可用的疑义：" + "、".join(DOUBTS)
        return Diagnostic("ZS0401", f"不认识的疑义“{doubt}”", source, row.at("疑义"), help_text)
    if doubt in AMOUNTS:
        if read_amount(adopted) is None:
            message = f"疑义“{doubt}”要采用一个数，“{adopted}”不是"
            return Diagnostic("ZS0401", message, source, row.at("采用"), "写成带单位的数，如“8人”")
        return None
    if adopted not in DOUBTS[doubt]:
        message = f"疑义“{doubt}”不能采用“{adopted}”"
        return Diagnostic("ZS0401", message, source, row.at("采用"), "可采用：" + "、".join(DOUBTS[doubt]))
    return None
