"""The form (填报表): a workbook with a row for every fact, which ``read_xlsx`` reads back.

All text in it comes from a rule file, so every text cell is written as text, whatever it begins with.
The bytes depend on nothing but the arguments.
"""

import datetime
import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from zhunsheng.runtime.facts import FactSpec, FactType
from zhunsheng.runtime.numbers import RATIO
from zhunsheng.runtime.reading.quantities import convertible, unit_of
from zhunsheng.runtime.reading.raw_facts import ASSESSOR, DATE, EVIDENCE, NAME, REASON, SUBJECT, VALUE
from zhunsheng.runtime.reading.rows import SHEET
from zhunsheng.runtime.reading.values import range_text

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_CHOICES = "选项"
_GUIDE = "填写说明"
_HEADER_ROW = 5
_EPOCH = datetime.datetime(2000, 1, 1)
_LONGEST = 32_000
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: A text that Excel would take for one of its escapes (_x0041_ is A) has its underscore escaped.
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
#: Longest list of choices that a drop-down holds itself; longer ones stand on a sheet of their own.
_LONGEST_INLINE = 200


@frozen
class _Column:
    title: str
    width: int
    filled_in: bool = False


_COLUMNS = (
    _Column("序号", 6),
    _Column(NAME, 28),
    _Column("问题", 44),
    _Column("类型", 8),
    _Column("单位", 8),
    _Column("范围", 14),
    _Column(VALUE, 18, filled_in=True),
    _Column("怎样填", 30),
    _Column("需提供的材料", 24),
    _Column(EVIDENCE, 22, filled_in=True),
    _Column(ASSESSOR, 10, filled_in=True),
    _Column(REASON, 24, filled_in=True),
    _Column("对应条款", 12),
)
_VALUE_COLUMN = next(n for n, column in enumerate(_COLUMNS, start=1) if column.title == VALUE)

#: Cells for these stay text, or a spreadsheet turns 86% into 0.86 and 1-2 into a date.
_TEXT_TYPES = frozenset(
    {
        FactType.YES_NO,
        FactType.JUDGED,
        FactType.CHOICE,
        FactType.PERCENT,
        FactType.DATE,
        FactType.LIST,
    }
)

_GUIDANCE = (
    f"只填“{SHEET}”里有底色的格子；不要改动“{NAME}”和表头，行的次序可以变动，可以另加列。",
    "不知道的留空，表示“未提供”，与0、否、无都不同。",
    "是否：填“是”或“否”，也可填“有”“无”“√”“×”。",
    "百分比：必须带百分号，如86%；只填86或0.86无法确定含义，会被退回。",
    "个数、数量、金额、时长：填一个确切的数，可以带单位，如12家、1,200、1.5万元、18个月；“约12家”会被退回。",
    "清单：列出名称，用顿号、分号或换行隔开，重复的只计一次；也可只填个数。",
    "日期：如2026-06-30或2026年6月30日；逐项填日期的清单，连续的几天可写成2026-01-05～2026-01-10。",
    f"评分、评判：由评审员判断，须同时填“{ASSESSOR}”和“{REASON}”。",
    "“怎样填”一栏写明可填“不适用”的，确实不适用时填“不适用”。",
    "可以用公式，但要在 Excel 或 WPS 里保存过，使结果存入文件。",
)


def write_form(path: Path, *, title: str, number: str, standard_id: str, specs: Sequence[FactSpec]) -> None:
    """Writes the blank form of a standard."""
    path.write_bytes(form_bytes(title=title, number=number, standard_id=standard_id, specs=specs))


def form_bytes(*, title: str, number: str, standard_id: str, specs: Sequence[FactSpec]) -> bytes:
    """The blank form of a standard as the bytes of an xlsx file."""
    import openpyxl

    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = SHEET
    _write_head(sheet, title, number, standard_id)
    specs = [spec for spec in specs if spec.name != DATE]
    for row, spec in enumerate(specs, start=_HEADER_ROW + 1):
        _write_row(sheet, row, spec)
    _write_guide(workbook, title)
    _add_dropdowns(workbook, sheet, specs)
    _set_up_page(sheet, len(specs))
    workbook.properties.creator = "zhunsheng"
    workbook.properties.created = _EPOCH
    stream = io.BytesIO()
    workbook.save(stream)
    return _dateless(stream.getvalue())


def _is_text(spec: FactSpec) -> bool:
    """Whether a spreadsheet would take what is filled in for something else (1:18 for a time)."""
    return spec.type in _TEXT_TYPES or spec.unit == RATIO


def guidance(spec: FactSpec) -> str:
    """How one fact is filled in."""
    unit = unit_of(spec)
    match spec.type:
        case FactType.YES_NO | FactType.JUDGED:
            text = "填“是”或“否”"
        case FactType.COUNT:
            text = "填整数"
        case FactType.PERCENT:
            text = "带百分号，如86%"
        case FactType.MONEY | FactType.DURATION:
            others = "、".join(name for name, _ in convertible(unit) if name and name != unit)
            text = f"填数，单位{unit}" if unit else "填数"
            text += f"；也可写明{others}" if others else ""
        case FactType.QUANTITY if unit == RATIO:
            text = "填几比几，如1:18"
        case FactType.QUANTITY:
            text = f"填数，单位{unit}" if unit else "填数"
        case FactType.DATE:
            text = "如2026-06-30"
        case FactType.CHOICE:
            text = "从选项中选一个"
        case FactType.LIST:
            text = "列出名称，用顿号或换行隔开；也可只填个数"
            if spec.dated:
                text = "逐项写日期，如2026-01-01、2026-01-05～2026-01-10，或名称（2026-01-01）"
        case FactType.POINTS:
            text = "填评出的分"
    parts = [text]
    if spec.type.judgement:
        parts.append("须填评审员和理由")
    if spec.allows_na:
        parts.append("可填“不适用”")
    if spec.formula:
        parts.append(f"由其他数据项计算（{spec.formula}），一般不填")
    return "；".join([*parts, spec.note] if spec.note else parts)


# -- The sheet


def _write_head(sheet: "Worksheet", title: str, number: str, standard_id: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    _put(sheet, 1, 1, f"{title} 填报表").font = Font(bold=True, size=16)
    _put(sheet, 2, 2, "依据")
    _put(sheet, 2, 3, " ".join(filter(None, (number, f"（{standard_id}）"))))
    for row, label in ((3, SUBJECT), (4, DATE)):
        _put(sheet, row, 2, label).font = Font(bold=True)
        _blank(sheet, row, 3, as_text=True)
    for index, column in enumerate(_COLUMNS, start=1):
        cell = _put(sheet, _HEADER_ROW, index, column.title)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F4E79")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _write_row(sheet: "Worksheet", row: int, spec: FactSpec) -> None:
    question = spec.question or "\n".join(use.text for use in spec.uses)
    bounds = "、".join(spec.choices) if spec.type is FactType.CHOICE else range_text(spec)
    texts = {
        NAME: spec.name,
        "问题": question,
        "类型": spec.type.value,
        "单位": unit_of(spec),
        "范围": bounds,
        "怎样填": guidance(spec),
        "需提供的材料": spec.evidence,
        "对应条款": "、".join(use.id for use in spec.uses),
    }
    for index, column in enumerate(_COLUMNS, start=1):
        if column.filled_in:
            _blank(sheet, row, index, as_text=column.title != VALUE or _is_text(spec))
        elif column.title in texts:
            _bordered(_put(sheet, row, index, texts[column.title]))
        else:
            _bordered(sheet.cell(row, index, row - _HEADER_ROW))


def _put(sheet: "Worksheet", row: int, column: int, text: str) -> "Cell":
    """Writes a text that stays text: never a formula, an error value or a number."""
    cell: Cell = sheet.cell(row, column)  # type: ignore[assignment]
    clean = _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    clean = _ESCAPE.sub("_x005F_", clean)
    if clean:
        cell.value = clean if len(clean) <= _LONGEST else clean[:_LONGEST] + "…"
        cell.data_type = "s"
        cell.quotePrefix = clean.lstrip()[:1] in tuple("=+-@") or clean[0] in "\t\n"
    return cell


def _blank(sheet: "Worksheet", row: int, column: int, *, as_text: bool) -> None:
    from openpyxl.styles import PatternFill

    cell: Cell = sheet.cell(row, column)  # type: ignore[assignment]
    cell.fill = PatternFill("solid", fgColor="FFF8DC")
    cell.number_format = "@" if as_text else "General"
    _bordered(cell)


def _bordered(cell: "Cell") -> None:
    from openpyxl.styles import Alignment, Border, Side

    thin = Side(style="thin", color="BFBFBF")
    cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    cell.alignment = Alignment(vertical="top", wrap_text=True)


def _write_guide(workbook: "Workbook", title: str) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = workbook.create_sheet(_GUIDE)
    _put(sheet, 1, 1, f"{title} {_GUIDE}").font = Font(bold=True, size=14)
    for row, text in enumerate(_GUIDANCE, start=2):
        _put(sheet, row, 1, f"{row - 1}. {text}").alignment = Alignment(vertical="top", wrap_text=True)
    sheet.column_dimensions["A"].width = 100


# -- Drop-downs


def _add_dropdowns(workbook: "Workbook", sheet: "Worksheet", specs: Sequence[FactSpec]) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    lists: dict[str, DataValidation] = {}
    for row, spec in enumerate(specs, start=_HEADER_ROW + 1):
        if not spec.type.truth and spec.type is not FactType.CHOICE:
            continue
        choices = [*(("是", "否") if spec.type.truth else spec.choices)]
        choices += ["不适用"] if spec.allows_na else []
        formula = _dropdown_formula(workbook, choices)
        if formula not in lists:
            lists[formula] = DataValidation(
                type="list",
                formula1=formula,
                allow_blank=True,
                showErrorMessage=True,
                # A warning, not a stop: √, 有 and 待补 are read too.
                errorStyle="warning",
                errorTitle="不在选项之内",
                error="请从下拉列表中选择",
            )
            sheet.add_data_validation(lists[formula])
        lists[formula].add(sheet.cell(row, _VALUE_COLUMN))


def _dropdown_formula(workbook: "Workbook", choices: Sequence[str]) -> str:
    from openpyxl.utils import get_column_letter

    joined = ",".join(choices)
    if len(joined) <= _LONGEST_INLINE and re.fullmatch(r"[\w（）()、]+(,[\w（）()、]+)*", joined):
        return f'"{joined}"'
    if _CHOICES not in workbook.sheetnames:
        workbook.create_sheet(_CHOICES).sheet_state = "hidden"
    sheet = workbook[_CHOICES]
    column = sheet.max_column + 1
    for row, choice in enumerate(choices, start=1):
        _put(sheet, row, column, choice)
    letter = get_column_letter(column)
    return f"'{_CHOICES}'!${letter}$1:${letter}${len(choices)}"


# -- Page and file


def _set_up_page(sheet: "Worksheet", rows: int) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
    from openpyxl.worksheet.properties import PageSetupProperties

    for index, column in enumerate(_COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = column.width
    sheet.row_dimensions[_HEADER_ROW].height = 24
    sheet.freeze_panes = f"C{_HEADER_ROW + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{_HEADER_ROW}:{_HEADER_ROW}"
    sheet.print_area = f"A1:{get_column_letter(len(_COLUMNS))}{_HEADER_ROW + rows}"
    sheet.oddFooter = HeaderFooterItem(center=_HeaderFooterPart("第 &P 页，共 &N 页"))


def _dateless(data: bytes) -> bytes:
    """The archive with fixed dates: openpyxl stamps the time of saving into it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w") as output:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            content = source.read(name)
            if name == "docProps/core.xml":
                stamp = _EPOCH.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            output.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
