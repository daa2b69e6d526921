"""The form: what it holds, that text in it stays text, and that it reads back as it was filled in."""

import io
import json
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fact_specs import BY_NAME, SPECS, filled, sheet_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from zhunsheng.runtime.facts import FactSpec, FactType, FactUse, Value
from zhunsheng.runtime.reading.form import form_bytes, guidance, write_form
from zhunsheng.runtime.reading.read_facts import read_facts

HOSTILE = [
    "=cmd|'/c calc'!A1",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    "#DIV/0!",
    "_x003D_1+1",
    "12",
    "true",
    "a\x00b\x07c",
    "评价\u202e对象",
    "]]><x>&amp;\"'",
    "半\ud800个",
    "渠\ufffe道",
]


def blank(specs: tuple[FactSpec, ...] = SPECS, title: str = "示例标准") -> bytes:
    return form_bytes(title=title, number="工信厅企业〔2017〕103号", standard_id="miit-2017-103", specs=specs)


def opened(data: bytes) -> tuple[openpyxl.Workbook, Worksheet]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return book, book["填报表"]


def columns(sheet: Worksheet) -> dict[str, int]:
    """The columns of the form by their titles."""
    return {str(cell.value): int(cell.column or 0) for cell in sheet[5]}


def fill(data: bytes, answers: dict[str, Any], remarks: dict[str, str] | None = None) -> bytes:
    """Fills in the form as a person would: values, and what judgements ask for."""
    book, sheet = opened(data)
    column = columns(sheet)
    for row in range(6, sheet.max_row + 1):
        name = str(sheet.cell(row, column["数据项"]).value)
        if name in answers:
            sheet.cell(row, column["填报值"]).value = answers[name]
            for label, text in (remarks or {}).items():
                sheet.cell(row, column[label]).value = text
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_untouched_form_is_all_unknown(tmp_path: Path) -> None:
    """A blank form is no error and no zero."""
    path = tmp_path / "form.xlsx"
    write_form(path, title="示例标准", number="", standard_id="x", specs=SPECS)
    sheet, diagnostics = read_facts(path, SPECS)
    assert diagnostics == ()
    assert sheet is not None
    assert filled(sheet) == {}
    assert (sheet.subject, sheet.date) == ("", None)


def test_form_bytes_depend_on_nothing_else() -> None:
    assert blank() == blank()
    with zipfile.ZipFile(io.BytesIO(blank())) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_rows_tell_what_to_fill_in() -> None:
    _, sheet = opened(blank())
    column = columns(sheet)
    rows = {str(sheet.cell(row, column["数据项"]).value): row for row in range(6, sheet.max_row + 1)}

    def shown(name: str, title: str) -> object:
        return sheet.cell(rows[name], column[title]).value

    assert list(rows) == [spec.name for spec in SPECS]
    assert shown("渠道", "问题") == "建立了哪些渠道？"
    assert shown("按时完成相关服务", "问题") == "按时完成相关服务的加50分"
    assert shown("渠道", "对应条款") == "1.1.1"
    assert shown("人员安排", "范围") == "0～20分"
    assert shown("相关服务满意度", "范围") == "0%～100%"
    assert shown("服务企业", "需提供的材料") == "服务台账"
    assert shown("服务企业", "单位") == "家"
    assert all(shown(name, "填报值") is None for name in rows)
    assert sheet.cell(rows["相关服务满意度"], column["填报值"]).number_format == "@"
    assert sheet.freeze_panes == "C6"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)


def test_dropdowns() -> None:
    """是否 and 评判 offer 是 and 否; choices with a comma in them stand on a sheet of their own."""
    book, sheet = opened(blank())
    formulas = {str(rule.formula1): str(rule.sqref) for rule in sheet.data_validations.dataValidation}
    assert formulas == {'"是,否"': "G7 G16", "'选项'!$B$1:$B$3": "G17"}
    assert book["选项"].sheet_state == "hidden"
    assert [cell.value for cell in book["选项"]["B"]] == ["国家级", "省级，部级", "市级"]


def test_guidance_names_what_is_special() -> None:
    spec = FactSpec("x", FactType.JUDGED, allows_na=True, formula="【a】÷【b】", note="整体判断")
    text = guidance(spec)
    assert all(words in text for words in ("“是”或“否”", "评审员", "不适用", "【a】÷【b】", "整体判断"))
    assert "个月" in guidance(BY_NAME["服务年限"])


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text(tmp_path: Path, text: str) -> None:
    """No text of a rule file becomes a formula, an error value or broken XML, and the form still reads back."""
    spec = FactSpec(
        text,
        FactType.CHOICE,
        question=text,
        evidence=text,
        note=text,
        choices=(text, "乙," + text),
        formula=text,
        uses=(FactUse(text, text),),
    )
    data = form_bytes(title=text, number=text, standard_id=text, specs=(spec,))
    book, sheet = opened(data)
    cells = [cell for page in book.worksheets for row in page.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if isinstance(cell.value, str)} == {"s"}
    assert all(cell.data_type == "n" for cell in cells if not isinstance(cell.value, str))
    named = sheet.cell(6, columns(sheet)["数据项"])
    assert named.quotePrefix == (text.strip()[0] in "=+-@")
    path = tmp_path / "form.xlsx"
    path.write_bytes(data)
    read, diagnostics = read_facts(path, (spec,))
    assert diagnostics == ()
    assert read is not None
    assert filled(read) == {}


def test_subject_and_date_are_read_back(tmp_path: Path) -> None:
    book, sheet = opened(blank())
    sheet["C3"], sheet["C4"] = "=甲中心", "2026年6月30日"
    sheet["C3"].data_type = "s"
    book.save(tmp_path / "form.xlsx")
    read, _ = read_facts(tmp_path / "form.xlsx", SPECS)
    assert read is not None
    assert (read.subject, str(read.date)) == ("=甲中心", "2026-06-30")


# -- Round trip

NUMBERS = st.decimals(0, 10**6, places=3, allow_nan=False).map(lambda number: f"{number.normalize():f}")
WORDS = st.text("甲乙丙丁ab ", min_size=1, max_size=4).filter(str.strip)
ANSWERS: dict[str, st.SearchStrategy[tuple[object, str]]] = {
    # What a person types into the cell, and the text of the same value in JSON and YAML.
    "渠道": st.lists(WORDS, min_size=2).map(lambda items: ("、".join(items), "；".join(items))),
    "按时完成相关服务": st.sampled_from([("√", "是"), (True, "true"), (False, "无"), ("否", "×")]),
    "相关服务满意度": st.integers(0, 1000).map(lambda n: (f"{n / 10:.1f}％", f"{n / 10:.1f}%")),
    "服务企业": st.integers(0, 99_999).map(lambda n: (n, f"{n:,}家")),
    "频次": NUMBERS.map(lambda text: (float(text), text)),
    "公益性支出": NUMBERS.map(lambda text: (text + "万元", text)),
    "服务年限": st.integers(0, 600).map(lambda n: (f"{n}个月", f"{n} 月")),
    "人员安排": st.integers(0, 200).map(lambda n: (n / 10, f"{n / 10}分")),
    "制度健全": st.sampled_from([("是", "y"), ("否", "no")]),
    "奖励级别": st.sampled_from(BY_NAME["奖励级别"].choices).map(lambda text: (text, text)),
    "成立日期": st.dates().map(lambda day: (day.isoformat(), f"{day.year:04}年{day.month}月{day.day}日")),
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=st.fixed_dictionaries({}, optional=ANSWERS))
def test_round_trip(tmp_path: Path, answers: dict[str, tuple[object, str]]) -> None:
    """The form, JSON and YAML give the same values for the same answers."""
    signed = {"评审员": "甲", "理由": "已核对"}
    form = fill(blank(), {name: cell for name, (cell, _) in answers.items()}, signed)
    text = json.dumps({name: {"值": plain, **signed} for name, (_, plain) in answers.items()})
    text = text.replace(
        json.dumps("人员安排") + ': {"\\u503c"', json.dumps("人员安排") + ': {"\\u5206\\u503c"'
    )

    def values(name: str, content: str | bytes) -> dict[str, Value | None]:
        return {name: entry.value for name, entry in filled(sheet_of(tmp_path, name, content)).items()}

    expected = values("a.json", text)
    assert set(expected) == set(answers)
    assert values("a.yaml", text) == expected
    assert values("a.xlsx", form) == expected
    assert all(type(value) is not float for value in expected.values())


def test_percentage_typed_into_the_form(tmp_path: Path) -> None:
    """86% stays 86%, whether it is text or a spreadsheet turned it into a percent cell."""
    typed = fill(blank(), {"相关服务满意度": "86%"})
    assert sheet_of(tmp_path, "a.xlsx", typed).entries["相关服务满意度"].value == Fraction(43, 50)
    book, sheet = opened(fill(blank(), {"相关服务满意度": 0.86}))
    sheet.cell(8, columns(sheet)["填报值"]).number_format = "0%"
    book.save(tmp_path / "b.xlsx")
    read, _ = read_facts(tmp_path / "b.xlsx", SPECS)
    assert read is not None
    assert read.entries["相关服务满意度"].value == Fraction(43, 50)
