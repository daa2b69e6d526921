"""Reading the facts of one subject: every value form, every error with its place, hostile files."""

import datetime
import io
import json
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fact_specs import BY_NAME, SPECS, errors, filled, read, sheet_of
from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.runtime.codes import CODES
from zhunsheng.runtime.dates import read_date
from zhunsheng.runtime.facts import FactSheet, FactSpec, FactType, Value
from zhunsheng.runtime.reading.quantities import Fault
from zhunsheng.runtime.reading.read_facts import facts_from_mapping, read_facts
from zhunsheng.runtime.reading.read_json import read_json
from zhunsheng.runtime.reading.read_table import read_table
from zhunsheng.runtime.reading.read_yaml import read_yaml
from zhunsheng.runtime.reading.values import Reading, read_value
from zhunsheng.runtime.source import Source
from zhunsheng.runtime.support import NA

VALUES: list[tuple[str, str, Value | None, int | None]] = [
    *[
        ("按时完成相关服务", text, True, None)
        for text in ["是", "有", "√", "✓", "true", "TRUE", "Yes", "Ｙ", "ｙｅｓ"]
    ],
    *[("按时完成相关服务", text, False, None) for text in ["否", "无", "×", "✗", "false", "NO", "n", "Ｎ"]],
    *[("按时完成相关服务", text, None, None) for text in ("", "　", "未知", "待补")],
    *[
        ("相关服务满意度", text, Fraction(3, 4), 0)
        for text in ("75%", "75％", "７５％", "75 %", "百分之七十五", "百分之75", "﻿75%")
    ],
    ("相关服务满意度", "86.50%", Fraction(173, 200), 2),
    ("相关服务满意度", "100%", 1, 0),
    ("相关服务满意度", "0", 0, 0),
    *[("相关服务满意度", text, NA, None) for text in ("不适用", "NA", "n/a", "Ｎ／Ａ")],
    ("同比增长", "-12.5%", Fraction(-1, 8), 1),
    ("同比增长", "－5％", Fraction(-1, 20), 0),
    ("同比增长", "负百分之五", Fraction(-1, 20), 0),
    *[("服务企业", text, 12, None) for text in ("12家", "12 家", "12", "１２", "十二家", "+12", "12.0")],
    *[("服务企业", text, 1200, None) for text in ("1,200", "1，200", "1 200家", "一千二百", "1200家")],
    ("服务企业", "无", 0, None),
    ("频次", "1.50次", Fraction(3, 2), 2),
    ("频次", "1.2万", 12000, -3),
    ("公益性支出", "3", 3, 0),
    ("公益性支出", "3万元", 3, 0),
    ("公益性支出", "1.5亿元", 15000, -3),
    ("公益性支出", "12,345元", Fraction(12345, 10000), 4),
    ("公益性支出", "￥3,000.50", Fraction(30005, 100000), 6),
    ("公益性支出", "3千万元", 3000, -3),
    ("服务年限", "18个月", Fraction(3, 2), 1),
    ("服务年限", "1.5年", Fraction(3, 2), 1),
    ("服务年限", "6月", Fraction(1, 2), 1),
    ("响应时间", "90分钟", Fraction(3, 2), 1),
    ("人员安排", "8", 8, 0),
    ("人员安排", "7.5 分", Fraction(15, 2), 1),
    ("人员安排", "否", 0, None),
    ("制度健全", "√", True, None),
    ("奖励级别", "省级,部级", "省级，部级", None),
    ("奖励级别", " 国家 级", "国家级", None),
    *[
        ("成立日期", text, datetime.date(2017, 10, 18), None)
        for text in ("2017年10月18日", "2017-10-18", "2017/10/18", "2017.10.18", "２０１７－１０－１８")
    ],
    ("成立日期", "二〇一七年十月十八日", datetime.date(2017, 10, 18), None),
    ("渠道", "3", 3, None),
    ("渠道", "3种", 3, None),
    ("渠道", "无", 0, None),
    ("渠道", "12345热线", 1, None),
    ("渠道", "一网通办", 1, None),
    ("渠道", "邮箱、微信；电话\n网站;", 4, None),
]


@pytest.mark.parametrize(("name", "text", "value", "places"), VALUES)
def test_value(name: str, text: str, value: Value | None, places: int | None) -> None:
    """Values are read as people type them, exactly, with the decimals they were printed with."""
    reading = read_value(text, BY_NAME[name])
    assert isinstance(reading, Reading), reading
    assert (reading.value, type(reading.value), reading.places) == (value, type(value), places)


FAULTS = [
    ("登录日期", "2026-01-01、邮箱", "ZS0957", "“邮箱”没有读出日期"),
    ("登录日期", "2026-02-30", "ZS0957", "日历上没有这一天"),
    ("登录日期", "2026-01-10～2026-01-01", "ZS0957", "起止日期不对"),
    ("登录日期", "2026-01-01～9999-01-01", "ZS0957", "起止日期不对"),
    ("登录日期", "邮箱（2026）", "ZS0957", "不是日期"),
    ("服务年限", "1年18个月", "ZS0933", "不是规范的时长"),
    ("相关服务满意度", "75", "ZS0930", "可能是75%，也可能是比值75（即7500%）"),
    ("相关服务满意度", "0.75", "ZS0930", "可能是0.75%，也可能是比值0.75（即75%）"),
    ("相关服务满意度", "120%", "ZS0939", "0%～100%"),
    ("相关服务满意度", "86家", "ZS0936", "单位是“家”，单位应为“%”"),
    ("相关服务满意度", "86%%", "ZS0936", "%"),
    ("公益性支出", "3万", "ZS0931", "可能是3万元，也可能是3万个“万元”"),
    ("公益性支出", "3美元", "ZS0936", "单位是“美元”，单位应为“万元”"),
    ("公益性支出", "-1", "ZS0939", "不低于0万元"),
    ("服务企业", "9" * 1000, "ZS0932", "太长"),
    ("服务企业", "9" * 41, "ZS0932", "太长"),
    ("服务企业", "1e999999", "ZS0934", "科学记数法"),
    ("服务企业", "1E3", "ZS0934", "科学记数法"),
    *[
        ("服务企业", text, "ZS0935", "确切")
        for text in ("约12家", "12家左右", "10-12家", "十几家", "三五家", "12家以上")
    ],
    ("服务企业", "12种", "ZS0936", "单位是“种”，单位应为“家”"),
    ("服务企业", "86%", "ZS0936", "单位是“%”"),
    ("服务企业", "3.5家", "ZS0937", "整数"),
    ("服务企业", "-3", "ZS0938", "负数"),
    ("服务企业", "100001", "ZS0939", "0～100000家"),
    *[("服务企业", text, "ZS0933", "像是列出的几项") for text in ("1、2", "3、", "1；2")],
    *[("服务企业", text, "ZS0933", "不是数") for text in ("NaN", "inf", "若干", "12,34", "1 2", ".5", "是")],
    ("服务年限", "18天", "ZS0936", "单位是“天”，单位应为“年”"),
    ("人员安排", "21", "ZS0939", "0～20分"),
    ("人员安排", "-0.5", "ZS0939", "0～20分"),
    ("按时完成相关服务", "1", "ZS0943", "是"),
    ("按时完成相关服务", "不适用", "ZS0942", "不能填“不适用”"),
    ("奖励级别", "县级", "ZS0944", "选项"),
    ("成立日期", "2017-02-30", "ZS0941", "没有这一天"),
    *[
        ("成立日期", text, "ZS0940", "日期")
        for text in ("2017年10月", "18/10/2017", "2017-10/18", "20171018")
    ],
    ("渠道", "邮箱，微信", "ZS0946", "逗号"),
    ("渠道", "3.5种", "ZS0937", "整数"),
    ("渠道", "-3", "ZS0938", "负数"),
    ("渠道", "3家", "ZS0936", "单位"),
    ("渠道", "约3种", "ZS0935", "确切"),
    ("渠道", "1e3", "ZS0934", "科学记数法"),
]


@pytest.mark.parametrize(
    ("text", "days", "items"),
    [
        ("2026-01-01", 1, ("2026-01-01",)),
        ("2026-01-01、2026年1月2日、2026-01-01", 2, ("2026-01-01～2026-01-02",)),
        ("2026-01-01～2026-01-10；2026-02-01", 11, ("2026-01-01～2026-01-10", "2026-02-01")),
        ("2026-01-01至2026-01-02,2026-01-05", 3, ("2026-01-01～2026-01-02", "2026-01-05")),
        ("甲（2026-01-02）、甲（2026-01-01）", 2, ("甲（2026-01-01）", "甲（2026-01-02）")),
        ("无", 0, ()),
    ],
)
def test_items_with_dates(text: str, days: int, items: tuple[str, ...]) -> None:
    """A 清单 with dates counts each date (or name and date) once, and keeps the dates."""
    reading = read_value(text, BY_NAME["登录日期"])
    assert isinstance(reading, Reading)
    assert (reading.value, reading.items) == (days, items)
    assert len(reading.dates or ()) == days


def test_number_of_days_without_dates() -> None:
    """A number alone says how many there are, and nothing about when."""
    reading = read_value("25天", BY_NAME["登录日期"])
    assert isinstance(reading, Reading)
    assert (reading.value, reading.dates) == (25, None)


@pytest.mark.parametrize(
    ("text", "years"), [("1年6个月", "3/2"), ("2年零1个月", "25/12"), ("-1年6个月", "-3/2")]
)
def test_years_and_months(text: str, years: str) -> None:
    """A duration may be typed in two units."""
    reading = read_value(text, BY_NAME["服务年限"])
    assert isinstance(reading, Reading)
    assert reading.value == Fraction(years)


@pytest.mark.parametrize(("name", "text", "code", "words"), FAULTS)
def test_fault(name: str, text: str, code: str, words: str) -> None:
    """A text that is no value has a code for its cause, and the message says what matters."""
    fault = read_value(text, BY_NAME[name])
    assert isinstance(fault, Fault), fault
    assert fault.code == code
    assert words in fault.message
    assert fault.help
    assert len(fault.message) < 100


def test_scientific_notation_is_reworded() -> None:
    fault = read_value("-1.5e3", BY_NAME["频次"])
    assert isinstance(fault, Fault)
    assert "“-1500”" in fault.help


@given(text=st.text(), name=st.sampled_from(sorted(BY_NAME)))
def test_any_text_is_a_value_or_a_fault(text: str, name: str) -> None:
    result = read_value(text, BY_NAME[name])
    assert isinstance(result, Reading | Fault)
    assert not isinstance(read_date(text), str)


@given(
    text=st.text("0123456789.,，+-eE%％万亿元家个月年约十百零〇 千/", max_size=12),
    name=st.sampled_from(sorted(BY_NAME)),
)
def test_any_number_like_text_is_a_value_or_a_fault(text: str, name: str) -> None:
    assert isinstance(read_value(text, BY_NAME[name]), Reading | Fault)


# -- Files

YAML = """\
评价对象: 示例市中小企业服务中心
评价日期: 2026-06-30
渠道: [热线电话, 邮箱, 微信, 微　信]          # 一项重复
按时完成相关服务: yes
相关服务满意度: 不适用
同比增长: ~
人员安排: {分值: 8, 个数: 3, 评审员: 甲, 理由: 夜间值班安排合理}
服务企业: {值: 012, 佐证材料: [台账第3页, 合同]}
频次: 0.10
"""
JSON = """\
{"评价对象": "示例市中小企业服务中心", "评价日期": "2026年6月30日",
 "渠道": ["热线电话", "邮箱", "微信", "微 信"], "按时完成相关服务": true,
 "相关服务满意度": "不适用", "同比增长": null,
 "人员安排": {"分值": 8, "值": 3, "评审员": "甲", "理由": "夜间值班安排合理"},
 "服务企业": {"值": 12, "佐证材料": "台账第3页；合同"}, "频次": 0.10}
"""
CSV = """\
某标准,填报表,,,,
,评价对象,示例市中小企业服务中心,,,
序号,数据项,理由,填报值,评审员,佐证材料
1,渠道,,热线电话、邮箱、微信、微信,,
2,按时完成相关服务,,是,,
3, 相关服务满意度　,,Ｎ/Ａ,,
4,人员安排,"夜间值班安排合理",8分,甲,
5,服务企业,,12家,,台账第3页；合同
6,频次,,0.10,,
7,评价日期,,2026/6/30,,
8,同比增长,,,,

"""


def same_facts(sheet: FactSheet) -> None:
    """The three files above say the same."""
    assert {name: entry.value for name, entry in filled(sheet).items()} == {
        "渠道": 3,
        "按时完成相关服务": True,
        "相关服务满意度": NA,
        "人员安排": 8,
        "服务企业": 12,
        "频次": Fraction(1, 10),
    }
    assert set(sheet.entries) == set(BY_NAME)
    assert sheet.subject == "示例市中小企业服务中心"
    assert sheet.date == datetime.date(2026, 6, 30)
    channels = sheet.entries["渠道"]
    assert (channels.items, channels.repeated) == (("热线电话", "邮箱", "微信"), ("微信",))
    judged = sheet.entries["人员安排"]
    assert (judged.assessor, judged.reason) == ("甲", "夜间值班安排合理")
    assert sheet.entries["服务企业"].evidence == "台账第3页；合同"
    assert sheet.entries["频次"].places == 2
    assert "数据项“渠道”重复列出“微信”，只计一次" in sheet.notices
    assert len(sheet.digest) == 64


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.yaml", YAML),
        ("a.yml", "\ufeff" + YAML.replace("\n", "\r\n")),
        ("a.json", JSON),
        ("a.csv", CSV),
        ("a.csv", "\ufeff" + CSV.replace("\n", "\r\n")),
        ("a.csv", CSV.replace("\n", "\r")),
        ("a.CSV", CSV.encode("gb18030")),
        ("a.txt", CSV.replace(",", "\t").encode("utf-16")),
        ("a.tsv", CSV.replace(",", "\t")),
        ("a.csv", CSV.replace(",", ";")),
    ],
)
def test_formats_agree(tmp_path: Path, name: str, content: str | bytes) -> None:
    """JSON, YAML and CSV in every encoding and with every separator say the same."""
    same_facts(sheet_of(tmp_path, name, content))


def test_count_of_judged_points(tmp_path: Path) -> None:
    assert sheet_of(tmp_path, "a.yaml", YAML).entries["人员安排"].count == 3
    assert sheet_of(tmp_path, "a.json", JSON).entries["人员安排"].count == 3


def test_typed_text_and_place_are_kept(tmp_path: Path) -> None:
    entry = sheet_of(tmp_path, "a.yaml", YAML).entries["服务企业"]
    assert (entry.text, entry.where) == ("012", "第8行")


def test_gb18030_is_noticed(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, "a.json", '{"渠道": 3}'.encode("gb18030"))
    assert sheet.notices == ("填报文件是 GB18030 编码，已按其读取",)


def test_json_numbers_never_pass_through_a_float(tmp_path: Path) -> None:
    """More digits than a double holds stay what they are."""
    sheet = sheet_of(tmp_path, "a.json", '{"频次": 0.1000000000000000000000001}')
    assert sheet.entries["频次"].value == Fraction(10**24 + 1, 10**25)


BAD: list[tuple[str, str | bytes, list[tuple[str, str]]]] = [
    ("a.xls", b"", [("ZS0902", "")]),
    ("a.json", b" " * 20_000_001, [("ZS0903", "")]),
    ("a.json", b" " * 500_001, [("ZS0903", "")]),
    ("a.json", '{"渠道": "一二三四五六七八九十'.encode()[:-1], [("ZS0904", "")]),
    ("a.csv", b"\xff\xff\xff", [("ZS0904", "")]),
    ("a.csv", b"\xff\xfea", [("ZS0904", "")]),
    # JSON
    ("a.json", "", [("ZS0905", "")]),
    ("a.json", '{"渠道": 3,}', [("ZS0905", "}")]),
    ("a.json", '{"渠道"：3}', [("ZS0905", "：3")]),
    ("a.json", "{“渠道”: 3}", [("ZS0905", "“渠道”")]),
    ("a.json", '{"渠道": NaN}', [("ZS0905", "NaN")]),
    ("a.json", '{"渠道": -Infinity}', [("ZS0905", "-Infinity")]),
    ("a.json", '{"渠道": "3}\n', [("ZS0905", '"3}')]),
    ("a.json", '{"渠道": "\\x"}', [("ZS0905", "\\x")]),
    ("a.json", '{"渠道": 3 "频次": 1}', [("ZS0905", '"')]),
    ("a.json", '{"渠道": 3} // 说明', [("ZS0905", "//")]),
    ("a.json", '{"渠道": ' + "[" * 100_000, [("ZS0912", "[")]),
    ("a.json", "[1, 2]", [("ZS0911", "[1, 2]")]),
    ("a.json", "3", [("ZS0911", "3")]),
    ("a.json", '{"服务企业": 3, "服务企业": 3}', [("ZS0921", "服务企业")]),
    ("a.json", '{"服务企业": 1e999999, "频次": 1e5}', [("ZS0934", "1e999999"), ("ZS0934", "1e5")]),
    ("a.json", '{"服务企业": ' + "9" * 1000 + "}", [("ZS0932", "9" * 1000)]),
    ("a.json", '{"渠道": ["a", {"b": 1}]}', [("ZS0912", '{"b": 1}')]),
    ("a.json", '{"渠道": ["a", ""]}', [("ZS0945", 'a", "')]),
    ("a.json", '{"渠道": ["\\ud800"]}', [("ZS0948", "\\ud800")]),
    ("a.json", '{"相关服务满意度": 75, "同比增长": 75}', [("ZS0930", "75"), ("ZS0930", "75")]),
    # YAML
    ("a.yaml", "", [("ZS0911", "")]),
    ("a.yaml", "渠道：3\n频次: 1\n", [("ZS0906", "频次: 1")]),
    ("a.yaml", "渠道: [a, b\n", [("ZS0906", "渠道: [a, b")]),
    ("a.yaml", "渠道：3\n", [("ZS0911", "渠道：3")]),
    ("a.yaml", "频次:\n\t- 3\n", [("ZS0906", "- 3")]),
    ("a.yaml", '频次: "\\UFFFFFFFF"\n', [("ZS0906", '频次: "\\UFFFFFFFF"')]),
    ("a.yaml", "频次: \x00\n", [("ZS0906", "频次: \x00")]),
    (
        "a.yaml",
        "频次: !!python/object/apply:os.system [ls]\n",
        [("ZS0907", "!!python/object/apply:os.system [")],
    ),
    ("a.yaml", "频次: !!int 3\n", [("ZS0907", "!!int 3")]),
    ("a.yaml", "频次: 1\n---\n频次: 2\n", [("ZS0907", "---")]),
    ("a.yaml", "渠道: &a [*a]\n", [("ZS0907", "*a")]),
    ("a.yaml", "渠道: &a [x]\n" + "".join(f"x{i}: *a\n" for i in range(21)), [("ZS0907", "*a")]),
    ("a.yaml", "渠道: " + "[" * 10_000, [("ZS0912", "[")]),
    ("a.yaml", "频次: 1\n频次: 2\n", [("ZS0921", "频次")]),
    ("a.yaml", "? [a]\n: 1\n", [("ZS0906", "[")]),
    ("a.yaml", "频次: [1, 2]\n", [("ZS0947", "1, 2")]),
    ("a.yaml", "频次: {值: 1, 值: 2, 单位: 次}\n", [("ZS0923", "值"), ("ZS0922", "单位")]),
    ("a.yaml", "频次: {分值: 1}\n", [("ZS0922", "1")]),
    ("a.yaml", "人员安排: {值: 1, 评审员: 甲, 理由: 乙}\n", [("ZS0925", "1")]),
    ("a.yaml", "人员安排: {分值: 1, 值: 2, 个数: 2, 评审员: 甲, 理由: 乙}\n", [("ZS0923", "2")]),
    ("a.yaml", "人员安排: {分值: 1, 个数: -2, 评审员: 甲, 理由: 乙}\n", [("ZS0938", "-2")]),
    ("a.yaml", "人员安排: 8\n制度健全: {值: 是, 评审员: 甲}\n", [("ZS0926", "8"), ("ZS0926", "是")]),
    ("a.yaml", "人员安排: {分值: 否, 理由: 丙}\n", [("ZS0926", "否")]),
    ("a.yaml", "评价日期: 2026-13-01\n评价对象: [甲]\n", [("ZS0941", "2026-13-01"), ("ZS0924", "评价对象")]),
    (
        "a.yaml",
        "服务满意度: 3\n相关服务满意率: 3%\n",
        [("ZS0920", "服务满意度"), ("ZS0920", "相关服务满意率")],
    ),
    # CSV
    ("a.csv", "渠道,3\n", [("ZS0909", "")]),
    ("a.csv", "数据项,填报值,数据项\n渠道,3,\n", [("ZS0910", "数据项")]),
    ("a.csv", "数据项,填报值\n服务企业,1,200\n", [("ZS0908", "200")]),
    ("a.csv", "数据项,填报值\n,3\n", [("ZS0913", "3")]),
    ("a.csv", '数据项,填报值\n渠道,"邮箱\n', [("ZS0914", '"邮箱')]),
    ("a.csv", "数据项,填报值\n渠道, 3.5 \n渠道,3\n", [("ZS0937", "3.5"), ("ZS0921", "渠道")]),
    ("a.csv", "评价日期,明天\n数据项,填报值\n", [("ZS0940", "明天")]),
    ("a.csv", '数据项,填报值\n渠道,"邮箱，微信"\n', [("ZS0946", "邮箱，微信")]),
]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [pytest.param(*case, id=f"{case[2][0][0]}-{number}") for number, case in enumerate(BAD)],
)
def test_bad_file(tmp_path: Path, name: str, content: str | bytes, expected: list[tuple[str, str]]) -> None:
    """Each mistake is one error at the very words, and all of a file come at once."""
    started = time.perf_counter()
    assert errors(tmp_path, name, content) == expected
    assert time.perf_counter() - started < 2


def test_suggestion_and_places(tmp_path: Path) -> None:
    _, (unknown, twice) = read(tmp_path, "a.yaml", "服务 满意度: 3\n频次: 1\n频 次: 2\n")
    assert unknown.help == "是不是“相关服务满意度”？"
    assert unknown.where == "第1行"
    assert twice.message == "“频次”填了两次（先见于第2行）"
    assert twice.source is not None
    assert [twice.source.slice(label.span) for label in twice.labels] == ["频次"]


def test_missing_file(tmp_path: Path) -> None:
    for path in (tmp_path / "没有.json", tmp_path / "a\0.json"):
        assert [d.code for d in read_facts(path, SPECS)[1]] == ["ZS0901"]
    (tmp_path / "folder.csv").mkdir()
    assert "不是文件" in read_facts(tmp_path / "folder.csv", SPECS)[1][0].message


def test_many_errors_are_cut(tmp_path: Path) -> None:
    content = json.dumps({f"名{i}": 1 for i in range(5000)})
    assert len(errors(tmp_path, "a.json", content)) == 200


@given(text=st.text() | st.text('{}[]",: \n\\0123名值-e&*!|>#%;\t', max_size=60))
def test_readers_survive_any_text(text: str) -> None:
    """Whatever a text file holds, only raw answers and diagnostics come out."""
    for reader in (read_json, read_yaml, read_table):
        raw = reader(Source("x", text))
        assert all(d.code in CODES for d in raw.diagnostics)


# -- Python


def test_mapping() -> None:
    """Python values are taken exactly; a Fraction is in the value's own terms."""
    facts = {
        "渠道": ["邮箱", "微信"],
        "按时完成相关服务": True,
        "相关服务满意度": Fraction(43, 50),
        "同比增长": "86%",
        "服务企业": 12,
        "频次": Decimal("1.50"),
        "人员安排": {"分值": Fraction(22, 3), "评审员": "甲", "理由": "乙"},
        "成立日期": datetime.date(2017, 10, 18),
        "公益性支出": None,
        "评价日期": datetime.datetime(2026, 6, 30),
    }
    sheet, diagnostics = facts_from_mapping(facts, SPECS)
    assert diagnostics == ()
    assert sheet is not None
    assert {name: (entry.value, entry.places) for name, entry in filled(sheet).items()} == {
        "渠道": (2, None),
        "按时完成相关服务": (True, None),
        "相关服务满意度": (Fraction(43, 50), None),
        "同比增长": (Fraction(43, 50), 0),
        "服务企业": (12, None),
        "频次": (Fraction(3, 2), 2),
        "人员安排": (Fraction(22, 3), None),
        "成立日期": (datetime.date(2017, 10, 18), None),
    }
    assert sheet.date == datetime.date(2026, 6, 30)
    reordered, _ = facts_from_mapping(dict(reversed(facts.items())), SPECS)
    assert reordered is not None
    assert reordered.digest == sheet.digest


BAD_MAPPINGS: list[tuple[str, object, str]] = [
    ("频次", 0.1, "ZS0949"),
    ("频次", float("nan"), "ZS0949"),
    ("频次", {1, 2}, "ZS0950"),
    ("频次", b"1", "ZS0950"),
    ("频次", 10**5000, "ZS0932"),
    ("频次", Fraction(1, 10**50), "ZS0932"),
    ("频次", Decimal("1E+999999"), "ZS0932"),
    ("频次", Decimal("Infinity"), "ZS0933"),
    ("频次", True, "ZS0933"),
    ("频次", [[["x"]]], "ZS0912"),
    ("频次", {"值": {"值": {"值": 1}}}, "ZS0912"),
    ("频次", [1], "ZS0947"),
    ("频次", {1: 2}, "ZS0922"),
    ("服务企业", Fraction(7, 2), "ZS0937"),
    ("相关服务满意度", 86, "ZS0930"),
    ("相关服务满意度", Decimal("0.86"), "ZS0930"),
    ("按时完成相关服务", 1, "ZS0943"),
    ("成立日期", datetime.datetime(2017, 10, 18, 9), "ZS0940"),
]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [pytest.param(*case, id=f"{case[2]}-{number}") for number, case in enumerate(BAD_MAPPINGS)],
)
def test_bad_mapping(name: str, value: object, code: str) -> None:
    sheet, diagnostics = facts_from_mapping({name: value}, SPECS)
    assert sheet is None
    assert [d.code for d in diagnostics] == [code]


def test_mapping_that_holds_itself() -> None:
    facts: dict[str, object] = {}
    facts["渠道"] = facts
    assert facts_from_mapping(facts, SPECS)[0] is None


# -- Workbooks


def workbook(cells: dict[str, Any], title: str = "填报表", formats: dict[str, str] | None = None) -> bytes:
    """A workbook with a header and the given cells."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    sheet.append(["数据项", "填报值", "佐证材料", "评审员", "理由", "备注"])
    for place, value in cells.items():
        sheet[place] = value
    for place, number_format in (formats or {}).items():
        sheet[place].number_format = number_format
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def altered(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The archive with a replacement in one part, an empty element written alike whichever writer made it."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for name in source.namelist():
            content = re.sub(rb"<v/>|<v></v>", b"<v />", source.read(name))
            assert name != part or old in content
            out.writestr(name, content.replace(old, new, 1) if name == part else content)
    return stream.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_workbook_values(tmp_path: Path) -> None:
    """Numbers are what Excel shows: 15 digits, percent cells as percentages, dates as dates."""
    cells = {
        "A2": "频次",
        "B2": 0.1 + 0.2,
        "A3": "相关服务满意度",
        "B3": 0.86,
        "A4": "按时完成相关服务",
        "B4": True,
        "A5": "成立日期",
        "B5": datetime.date(2017, 10, 18),
        "A6": "服务企业",
        "B6": 1200,
        "C6": "台账",
        "F6": "=1/0",
        "A7": "渠道",
        "B7": "邮箱_x000D_\n微信",
        "A8": "公益性支出",
        "B8": " ",
        "A9": "同比增长",
        "B9": 0.07,
        "A10": "评价日期",
        "B10": datetime.datetime(2026, 6, 30),
    }
    data = workbook(cells, formats={"B3": "0.0%", "B9": '0.0%;[Red]-0.0%;"—"'})
    sheet = sheet_of(tmp_path, "a.xlsx", data)
    values = {name: entry.value for name, entry in filled(sheet).items()}
    assert values == {
        "频次": Fraction(3, 10),
        "相关服务满意度": Fraction(43, 50),
        "按时完成相关服务": True,
        "成立日期": datetime.date(2017, 10, 18),
        "服务企业": 1200,
        "渠道": 2,
        "同比增长": Fraction(7, 100),
    }
    assert sheet.date == datetime.date(2026, 6, 30)
    assert sheet.entries["频次"].where == "工作表“填报表”第2行"
    assert sheet.entries["频次"].places == 1


def test_quoted_percent_sign_is_no_percentage(tmp_path: Path) -> None:
    data = workbook({"A2": "相关服务满意度", "B2": 86}, formats={"B2": '0"%"'})
    assert errors(tmp_path, "a.xlsx", data) == [("ZS0930", "")]


def test_formula(tmp_path: Path) -> None:
    """A formula counts by its stored value; without one, or with an error in it, it is an error."""
    data = workbook({"A2": "频次", "B2": "=1+2"})
    assert errors(tmp_path, "a.xlsx", data) == [("ZS0918", "")]
    stored = altered(data, SHEET, b"<f>1+2</f><v />", b"<f>1+2</f><v>3</v>")
    assert sheet_of(tmp_path, "a.xlsx", stored).entries["频次"].value == 3
    broken = altered(data, SHEET, b"<f>1+2</f><v />", b"<f>1/0</f><v>#DIV/0!</v>")
    broken = altered(broken, SHEET, b'<c r="B2"', b'<c r="B2" t="e"')
    _, (error,) = read(tmp_path, "a.xlsx", broken)
    assert (error.code, error.where) == ("ZS0919", "工作表“填报表”B2 单元格")
    assert "#DIV/0!" in error.message


def test_empty_text_of_a_formula_is_unknown(tmp_path: Path) -> None:
    data = workbook({"A2": "频次", "B2": '=""'})
    data = altered(data, SHEET, b'<c r="B2"', b'<c r="B2" t="str"')
    assert filled(sheet_of(tmp_path, "a.xlsx", data)) == {}


def test_sheet_is_found_by_its_header(tmp_path: Path) -> None:
    data = workbook({"A2": "频次", "B2": 3}, title="Sheet1")
    assert sheet_of(tmp_path, "a.xlsx", data).entries["频次"].value == 3
    book = openpyxl.load_workbook(io.BytesIO(data))
    book.copy_worksheet(book.worksheets[0])
    book.save(tmp_path / "b.xlsx")
    assert [d.code for d in read_facts(tmp_path / "b.xlsx", SPECS)[1]] == ["ZS0916"]


def bomb(size: int) -> bytes:
    """A workbook whose sheet unpacks to `size` spaces more."""
    return altered(workbook({}), SHEET, b"</sheetData>", b"</sheetData>" + b" " * size)


def directory_entries(data: bytes) -> Iterator[int]:
    """The offsets of an archive's directory entries."""
    at = data.find(b"PK\1\2")
    while at >= 0:
        yield at
        at = data.find(b"PK\1\2", at + 4)


def lying(data: bytes) -> bytes:
    """An archive whose directory declares its parts small."""
    content = bytearray(data)
    for at in directory_entries(data):
        content[at + 24 : at + 28] = (100).to_bytes(4, "little")
    return bytes(content)


def encrypted(data: bytes) -> bytes:
    """An archive whose directory says that its parts are encrypted."""
    content = bytearray(data)
    for at in directory_entries(data):
        content[at + 8] |= 1
    return bytes(content)


DTD = b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "no zip": (lambda: b"not a zip", "ZS0915"),
    "empty": (lambda: b"", "ZS0915"),
    "only a signature": (lambda: b"PK\3\4cut", "ZS0915"),
    "cut": (lambda: workbook({})[:2000], "ZS0915"),
    "no parts": (lambda: b"PK\5\6" + bytes(18), "ZS0915"),
    "bad XML": (lambda: altered(workbook({}), SHEET, b"<sheetData>", b"<sheetData"), "ZS0915"),
    "row number": (lambda: altered(workbook({}), SHEET, b'<row r="1"', b'<row r="99999999999"'), "ZS0915"),
    "bomb": (lambda: bomb(60_000_000), "ZS0917"),
    "small bomb": (lambda: bomb(20_000_000), "ZS0917"),
    "lying bomb": (lambda: lying(bomb(20_000_000)), "ZS0915"),
    "entities": (lambda: altered(workbook({}), SHEET, b"<worksheet", DTD), "ZS0917"),
    "DTD": (
        lambda: altered(workbook({}), "xl/workbook.xml", b"<workbook", b"<!DOCTYPE x><workbook"),
        "ZS0917",
    ),
    "UTF-16 DTD": (
        lambda: altered(workbook({}), SHEET, b"<worksheet", DTD.decode().encode("utf-16")),
        "ZS0917",
    ),
    "xls": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "ZS0927"),
    "encrypted": (lambda: encrypted(workbook({})), "ZS0927"),
    "too many rows": (lambda: workbook({f"A{row}": "x" for row in range(2, 10_010)}), "ZS0903"),
}


@pytest.mark.parametrize(("data", "code"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_workbook(tmp_path: Path, data: Callable[[], bytes], code: str) -> None:
    """Damaged, encrypted, exploding and entity-laden workbooks end in one clear error."""
    assert errors(tmp_path, "a.xlsx", data()) == [(code, "")]


def test_far_away_cells_do_no_harm(tmp_path: Path) -> None:
    data = workbook({"A2": "频次", "B2": 3, "XFD1048576": "x"})
    assert sheet_of(tmp_path, "a.xlsx", data).entries["频次"].value == 3


def test_openpyxl_is_imported_late() -> None:
    """Reading a text file does not pay for the workbook reader."""
    code = "import sys, zhunsheng.runtime.reading.read_facts, zhunsheng.runtime.reading.form; print('openpyxl' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("text", ["1:20", "1：20", "1 比 20", "1/20", "2:40"])
def test_ratios(text: str) -> None:
    """A ratio is typed as two numbers, which are divided."""
    reading = read_value(text, FactSpec("师生比", FactType.QUANTITY, "比", low=Fraction(0)))
    assert isinstance(reading, Reading)
    assert reading.value == Fraction(1, 20)


@pytest.mark.parametrize(("text", "code"), [("20", "ZS0929"), ("0.05", "ZS0929"), ("1:0", "ZS0933")])
def test_no_ratios(text: str, code: str) -> None:
    """One number alone may be either side of a ratio."""
    fault = read_value(text, FactSpec("师生比", FactType.QUANTITY, "比", low=Fraction(0)))
    assert isinstance(fault, Fault)
    assert fault.code == code


def test_every_code_has_a_bad_case() -> None:
    """The tables of this file exercise every code of a fact file; ``test_engine`` those of 计算 (ZS095x)."""
    source = Path(__file__).read_text(encoding="utf-8")
    own = [code for code in CODES if code.startswith("ZS09") and not "ZS0951" <= code <= "ZS0956"]
    assert [code for code in own if f'"{code}"' not in source] == []
