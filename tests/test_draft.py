"""Drafts: from official text, Word files, and as a local variant. The words stay the official ones."""

import io
import re
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zhunsheng.compiler.checks.official import check_official
from zhunsheng.compiler.compile import compile_file, compile_source
from zhunsheng.compiler.draft_notes import pending, with_questions
from zhunsheng.compiler.variants.draft import draft_variant
from zhunsheng.dsl.drafting.draft import PENDING, draft
from zhunsheng.dsl.drafting.head import read_head
from zhunsheng.dsl.drafting.official_text import Grid, Line, as_text, read_elements
from zhunsheng.dsl.drafting.propose import mark_sentence, propose
from zhunsheng.dsl.drafting.read_docx import read_docx
from zhunsheng.dsl.formatting.format import format_rules
from zhunsheng.dsl.normal import plain, unmarked
from zhunsheng.dsl.rulefile import read_rules
from zhunsheng.library import library
from zhunsheng.runtime.source import Source

sys.path.append(str(Path(__file__).parent.parent / "benchmarks"))

OUTLINE = """示例市文件

示例〔2026〕1号

示例市服务机构评价办法（试行）

一、适用范围

本办法适用于示例市的服务机构，专职人员不少于3人。

二、申报条件

（一）具有独立法人资格；

（二）专职人员10人以上。

三、评价标准

（一）服务能力（60分）

1. 服务渠道（20分）

每建立一种渠道加5分，最多20分。

2. 服务人员（40分）

专职人员达到10人的，得30分；每增加1人加2分，最高40分。
评分说明：人员以社保缴费为准。

（二）服务成效（40分）

第五条 年服务企业100家以上的，得40分。

四、结果

60分以下为不合格，60分（含）以上为合格。发生安全事故的，直接评为不合格。

示例市工业局

2026年3月1日
"""


def made(text: str) -> str:
    """The draft of a plain text."""
    return draft(read_elements(text))


def words(text: str) -> str:
    """The words of a rule text without the author's markers and the layout of Markdown; a star is written wide."""
    text = text.replace("＊", "*")
    lines = [line.lstrip("#> ") for line in text.split("\n") if not line.startswith(PENDING)]
    return "\n".join(plain("".join(c for c, _ in unmarked((char, 0) for char in line))) for line in lines)


def test_outline() -> None:
    """Headings by their numbering, marks behind them, sections by their content, the rest as remarks."""
    text = made(OUTLINE)
    for line in (
        "# 示例市服务机构评价办法（试行）",
        "文号：示例〔2026〕1号",
        "发布机关：示例市工业局",
        "发布日期：2026年3月1日",
        "时效性：试行",
        "## （一）服务能力（60分）",
        "### 1. 服务渠道（20分）",
        "每建立一种【渠道】加5分，最多20分。",
        "> 评分说明：人员以社保缴费为准。",
        "## （二）服务成效（40分）",
        "第五条【年服务企业】100家以上的，得40分。",
        "## 评定等级",
        "60分以下为不合格，60分（含）以上为合格。",
        "## 一票否决",
        "【发生安全事故】的，直接评为不合格。",
        "## 基本条件",
        "（二）【专职人员】10人以上。",
        "> 一、适用范围",
    ):
        assert line in text, line
    assert "待定：上面一段写了数或要求" in text


#: The number in front of a title that becomes a section of the rule file is not kept.
SECTION = re.compile("^[（(][一二三四五六七八九十]+[）)] *(?=基本条件$)")


def test_no_word_is_lost_or_invented() -> None:
    """Every line of the official text stands in the draft, and every line of the draft in the official text."""
    sources = {id: path for id, path in library().items() if (path.parent / "source.txt").is_file()}
    assert len(sources) > 8
    for id, path in sources.items():
        official = (path.parent / "source.txt").read_text(encoding="utf-8")
        text = made(official)
        parsed = read_rules(Source("", text))
        assert parsed.file is not None
        found = [f for f in check_official(parsed, path, (), ()) if f.code in ("ZS0601", "ZS0602", "ZS0604")]
        assert not found, (id, found)
        whole = words(text).replace("\n", "")
        elements = read_elements(official)
        used = read_head(elements).used
        for element in (e for i, e in enumerate(elements) if i not in used):
            cells = (
                [element.text] if isinstance(element, Line) else [c for row in element.rows[1:] for c in row]
            )
            for line in (line for cell in cells for line in cell.split("\n")):
                assert all(
                    words(part) in whole or words(SECTION.sub("", part)) in whole for part in line.split("。")
                ), (id, line)


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(
        st.text(
            alphabet="甲乙服务每种项目加扣得满分至5801%，；。：、（）()~*#>|`<-_ \t以上达到不超过若的评为合格",
            max_size=40,
        ),
        max_size=8,
    )
)
@example(["0", "加分项", "_"])
def test_any_text_makes_a_draft(lines: list[str]) -> None:
    """Whatever the text, there is a draft in the one layout, and its brackets change no word."""
    text = made("\n".join(lines))
    assert format_rules(Source("", text)) == text
    bare = text.replace("【", "").replace("】", "").replace("〖", "").replace("〗", "")
    official = plain("\n".join(lines)).replace("|", "").replace("-", "")
    narrow = str.maketrans("＊＿", "*_")
    for line in bare.split("\n"):
        if line and line[0] not in "#>|" and not line.startswith("原文"):
            # A mark of Markdown that a line begins with is written wide.
            assert plain(line).replace("-", "").translate(narrow) in official.replace("\n", ""), line


SENTENCES = [
    "每建立一种渠道加20分",
    "发布1项服务产品得1分，发布2项以上服务产品得2分",
    "每年举办一场以上超过50家企业参与的活动，加10分",
    "具有培训计划且完整开展的,根据相应记录每一次加20分,直到满分100为止",
    "满意度达到60%不足70%的，加20分",
    "年服务企业100家以上的，得40分",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_brackets_change_no_word(sentence: str) -> None:
    """A proposal reads, and is the sentence with brackets, width and punctuation as they were."""
    found = mark_sentence(sentence)
    assert found is not None
    assert "".join(c for c, _ in unmarked((char, 0) for char in found)) == sentence


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("投入100～500万元的，得10分", "【投入】100～500万元的，得10分"),
        ("满意度在60%以上80%以下的，得10分", "【满意度】在60%以上80%以下的，得10分"),
        ("企业数100家以上（含100家）的，得10分", "【企业数】100家以上（含100家）的，得10分"),
    ],
)
def test_limits_stay_outside_of_the_fact(sentence: str, expected: str) -> None:
    """A range, 在 and （含） are words of the language."""
    assert mark_sentence(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("综合评分75~84分为三星", "〖综合评分〗75~84分为三星"),
        ("根据评审，综合评分90分以上为五星", "〖根据评审，综合评分〗90分以上为五星"),
    ],
)
def test_a_range_is_never_cut(sentence: str, expected: str) -> None:
    """The lower end of a band stays with its band."""
    assert mark_sentence(sentence, "tiers") == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "年服务企业数量达到100家得基本分5分，每增加10家加1分，最高10分",
        "未按时报送统计数据的，每次扣2分",
        "组织开展培训活动不少于5场的得5分，每少一场扣1分",
        "营业收入同比增长10%以上的得10分，每降低1个百分点扣1分",
        "获得国家级、省级、市级奖励的，每项分别加10分、6分、3分",
        "每家企业服务不少于2次的得4分",
        "近三年获得省级以上荣誉称号的，每项加5分",
        "每季度报送一次信息的得2分",
    ],
)
def test_no_bracket_hides_a_rate_or_an_award(sentence: str) -> None:
    """A fact with 每 or an award in it would read, and mean something else: left to the author, or read openly."""
    found = mark_sentence(sentence)
    if found is not None:
        inside = re.findall("[【〖][^】〗]*", found)
        assert not any(re.search(r"每|\d分|的$", words) for words in inside), found
        assert not re.search("每家【[^】]*次】", found)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("孵化成功率排名前3名的，得5分；其他得0分", "【孵化成功率】排名前3名的，得5分；其他得0分"),
        ("营业收入由高到低排名后10%的，扣3分", "【营业收入】由高到低排名后10%的，扣3分"),
        ("孵化成功率排名第1名得10分，第2名得8分", "【孵化成功率】排名第1名得10分，第2名得8分"),
        ("孵化成功率在全省排名前3名的，得5分", "【孵化成功率在全省排名前3名】的，得5分"),
        ("全省排名前10%的加5分", "【全省排名前10%】的加5分"),
    ],
)
def test_a_rank_stays_outside_of_what_is_ranked(sentence: str, expected: str) -> None:
    """The rank among all of a batch is of the language; the rank in the province is a fact to be told."""
    assert mark_sentence(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("60%≤满意率＜80%的，得10分", "60%≤【满意率】＜80%的，得10分"),
        ("未发生安全事故得60分，每发生1起扣2分", "未发生【安全事故】得60分，每发生1起扣2分"),
        ("培训制度、台账和档案齐全的，得20分", "【培训制度】、【台账】和【档案】齐全的，得20分"),
        ("人员、场地等齐全的，得5分", "【人员、场地等齐全】的，得5分"),
    ],
)
def test_what_is_said_of_a_fact_stays_outside_of_it(sentence: str, expected: str) -> None:
    """Signs on both sides, 未发生 in front of what is counted, 齐全 behind several things are of the language."""
    assert mark_sentence(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("材料不齐全的不得分", "【材料不齐全】的不得分"),
        ("材料、档案不齐全的，本项不得分", "【材料、档案不齐全】的，本项不得分"),
        ("若未按期报送的，本项不得分", "若【未按期报送】的，本项不得分"),
    ],
)
def test_no_points_stay_outside_of_what_leads_to_them(sentence: str, expected: str) -> None:
    """不得分 is of the language, as an award is."""
    assert mark_sentence(sentence) == expected


@pytest.mark.parametrize("mark", ["共15分", "共计15分", "分值：15分", "满分为15分", "最高15分"])
def test_a_heading_is_known_by_any_mark(mark: str) -> None:
    """What a heading of the official text may say of its points is what one of a rule file may."""
    assert f"## 一、培训（{mark}）" in made(f"办法\n\n一、培训（{mark}）\n\n每开展1场培训得3分。\n")


def test_a_boundary_word_stays_with_its_number() -> None:
    """以上 belongs to the number before it, never to the fact behind it."""
    assert mark_sentence("发布2项以上服务产品得2分") == "发布2项以上【服务产品】得2分"


def test_a_subject_told_before_is_no_fact_of_its_own() -> None:
    """年均接受服务 behind 【年均单一企业接受该项服务的次数】 is the same fact, and the author is told so."""
    text = made(
        "甲标准\n一、频次（100分）\n年均企业接受服务的次数达到1次的，加50分；年均接受服务达到2次的，加30分。\n"
    )
    assert "〖年均接受服务〗达到2次的" in text
    assert "“年均接受服务”看作前面的【年均企业接受服务的次数】" in text


def test_tables_in_three_ways() -> None:
    """Bars, tabs, and a cell a line come to the same table; a page break in between is nothing."""
    head, row = ("指标", "一星", "二星"), ("注册资本", "≥5", "≥10")
    bars = "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ("---",) * 3, row))
    tabs = "\n".join("\t".join(cells) for cells in (head, row))
    lines = "\n\n".join("\n".join(f"\t{cell}" for cell in cells) for cells in (head, row))
    for text in (bars, tabs, lines, f"{tabs}\n\n{tabs}"):
        (grid,) = read_elements(text)
        assert isinstance(grid, Grid)
        assert grid.rows[:2] == (head, row)
    assert "## 分级评价" in made(f"甲办法\n\n{bars}\n")


def test_indicator_table() -> None:
    """Levels and weights to headings, remarks to quotations, rules to paragraphs; totals are told of."""
    text = made(
        "甲办法\n\n| 一级指标 | 权重 | 二级指标 | 权重 | 评分标准 | 备注 |\n|---|---|---|---|---|---|\n"
        "| 服务 | 100% | 渠道 | 60% | 每一种渠道加5分 | 以年报为准 |\n| | | 人员 | 40% | 达到10人的得5分<br>最高5分 | |\n"
        "| 合计 | 100% | | 100% | | |\n"
    )
    for line in (
        "## 服务（权重100%）",
        "### 渠道（权重60%）",
        "> 备注：以年报为准",
        "每一种【渠道】加5分",
        "最高5分",
    ):
        assert line in text
    assert "> 合计 100% 100%\n\n> 待定：" in text


def test_items_follow_their_stem() -> None:
    """Numbered lines behind a colon go where the sentence with the colon went, and are no headings."""
    text = made(
        "甲办法\n一、评价（100分）\n每一种渠道得5分。\n二、结果\n有下列情形之一的，直接评为不合格：\n"
        "1. 提供虚假材料\n2. 发生安全事故\n申报单位应当符合下列条件：\n（一）具有法人资格\n（二）专职人员10人以上\n其他事项另行通知。\n"
    )
    _, _, rest = text.partition("## 基本条件")
    conditions, _, rest = rest.partition("## 一、评价（100分）")
    assert "（一）具有法人资格" in conditions
    assert "（二）【专职人员】10人以上" in conditions
    vetoes = rest.partition("## 一票否决")[2].partition("## 附注")[0]
    assert "1. 提供虚假材料" in vetoes
    assert "2. 发生安全事故" in vetoes
    assert "> 其他事项另行通知。" in text.partition("## 附注")[2]


def test_options_and_headings_with_their_rule() -> None:
    """A lettered option is no heading; a heading with mark and rule on one line is both; a name may begin with a number."""
    text = made(
        "甲区评价办法（示例）\n一、指标（30分）\n（一）效益（15分）\n1.占比（5分）\nA.80%以上（5分）\nB.不足80%（0分）\n"
        "（二）热线（15分）\n9.12345热线（10分）：群众投诉每件扣1分。\n10.回访（5分）：已回访的得5分。\n"
    )
    assert text.startswith("# 甲区评价办法（示例）\n")
    assert "#### 1.占比（5分）\n\nA.80%以上（5分）\n" in text
    assert "\nB.不足80%（0分）\n" in text
    assert "#### 9.12345热线（10分）\n" in text
    assert "#### 10.回访（5分）\n\n【已回访】的得5分。" in text


def test_sections_by_their_titles() -> None:
    """What a title names as a section is one, whatever words stand in it; points on top and points off part ways."""
    text = made(
        "甲区评价办法\n一、指标（100分）\n每一种渠道得5分。\n二、加分减分\n1.获得表彰的，加2分。\n2.受到通报的，扣3分。\n"
        "三、一票否决\n发生安全事故的，直接评为不合格。\n四、评定等级\n60分以下为不合格，60分（含）以上为合格。\n"
    )
    assert "## 加分项\n\n1.【获得表彰】的，加2分。\n" in text
    assert "## 减分项\n\n2.【受到通报】的，扣3分。\n" in text
    assert "## 一票否决\n\n【发生安全事故】的，直接评为不合格。\n" in text
    assert "三、" not in text
    assert "四、" not in text


def test_a_table_without_rules_is_open() -> None:
    """Nothing says how to score: 状态：开放, what is measured as a fact, and the author is told of it."""
    text = made(
        "甲办法\n\n| 一级指标 | 二级指标 | 指标说明 | 评审依据 |\n|---|---|---|---|\n"
        "| 组织 | 资质 | 用以测评机构资质情况 | 执照 |\n| | 人员 | 人员的数量。含兼职 | 名单 |\n"
    )
    assert "状态：开放" in text
    assert (
        "### 资质\n\n> 指标说明：用以测评机构资质情况\n\n> 评审依据：执照\n\n〖用以测评〗【机构资质情况】"
        in text
    )
    assert "### 人员\n\n> 指标说明：人员的数量。含兼职" in text
    assert "【人员" not in text
    assert "先写了“状态：开放”" in text


def test_tiers_that_are_only_named() -> None:
    """分为“优秀”、“良好” goes to 评定等级 and reads."""
    assert "〖结果〗分为“优秀”、“合格”，〖并公布〗。" in made("甲办法\n结果分为“优秀”、“合格”，并公布。\n")


def test_columns_of_a_score_sheet() -> None:
    """评价内容 heads titles where its cells are short, remarks where they are sentences; 合计 is no indicator."""
    sheet = (
        "甲办法\n\n| 序号 | 考核项目 | 考核内容 | 分值 | 评分标准 | 得分 |\n|---|---|---|---|---|---|\n"
        "| 1 | 组织（20分） | {} | 20 | 有窗口得20分。 | |\n| | 合计 | | 20 | | |\n"
    )
    assert "## 组织（20分）\n\n### 机构设置（20分）\n\n【有窗口】得20分。" in made(sheet.format("机构设置"))
    long = made(sheet.format("机构设有专门的服务窗口和人员，并对外公布联系方式。"))
    assert "> 考核内容：机构设有专门的服务窗口" in long
    assert "## 合计" not in long


def test_questions_stand_beside_their_place() -> None:
    """What `check` asks about a draft is in the file, and in the list."""
    text = with_questions(made(OUTLINE))
    listed = [words for _, words in pending(text)]
    assert any("两段重叠" in words for words in listed)
    assert len(listed) == text.count(PENDING)
    assert with_questions(made(OUTLINE)) == text


def word_file() -> Any:
    """A Word document with headings, a table of merged cells and a line break."""
    document = Document()
    document.add_paragraph("甲办法（试行）")
    document.add_heading("评价标准", 1)
    table = document.add_table(rows=3, cols=3)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells),
        (
            "一级指标",
            "二级指标",
            "评分标准",
            "服务",
            "渠道",
            "每一种渠道加5分",
            "",
            "人员",
            "达到10人的得5分",
        ),
        strict=True,
    ):
        cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    return document


def saved(document: Any) -> bytes:
    """The bytes of a Word document."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_word_file() -> None:
    """Paragraphs, heading levels and merged cells; the 原文 holds the same words."""
    read = read_docx(saved(word_file()))
    assert not isinstance(read, str)
    elements, notes = read
    assert notes == ()
    assert elements[:2] == (Line("甲办法（试行）"), Line("评价标准", 1))
    assert isinstance(elements[2], Grid)
    assert elements[2].rows[2] == ("", "人员", "达到10人的得5分")
    text = draft(elements)
    assert "## 服务\n\n### 渠道\n\n每一种【渠道】加5分\n\n### 人员" in text
    assert "服务\t渠道\t每一种渠道加5分" in as_text(elements)


def test_word_file_says_what_it_left_out() -> None:
    """Automatic numbers and revisions are not words; the draft says that they were there."""
    document = word_file()
    document.add_paragraph("条款", style="List Number")
    paragraph = document.add_paragraph("原有")
    inserted = paragraph._p.makeelement(f"{{{paragraph._p.nsmap['w']}}}ins", {})
    run = document.add_paragraph("补入").runs[0]._r
    inserted.append(run)
    paragraph._p.append(inserted)
    read = read_docx(saved(document))
    assert not isinstance(read, str)
    assert Line("原有补入") in read[0]
    assert any("修订" in note for note in read[1])
    assert "修订" in draft(*read)


def test_bad_word_files() -> None:
    """No traceback: what is no Word file, and what explodes, is told of."""
    assert "不是 docx" in str(read_docx(b"plain text"))
    assert "旧版 .doc" in str(read_docx(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600))
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 60_000_000)
    assert "异常庞大" in str(read_docx(bomb.getvalue()))
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("a.txt", "a")
    assert "不是 docx" in str(read_docx(empty.getvalue()))
    broken = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(word_file()))) as good, zipfile.ZipFile(broken, "w") as archive:
        for name in good.namelist():
            archive.writestr(name, b"<w:document" if name == "word/document.xml" else good.read(name))
    assert "不是 docx" in str(read_docx(broken.getvalue()))


def test_the_2017_draft() -> None:
    """At least 80% of the clauses of the 2017 source parse without a change; the docs quote the figures."""
    from draft import compare, official

    path = library()["miit-2017-103"]
    outcome = compare(official(path.parent / "source.txt"), path.read_text(encoding="utf-8"))
    assert outcome.read * 100 >= outcome.clauses * 80
    assert outcome.corrected * 10 <= outcome.read


OPEN = (
    "# 开放的标准\n\n状态：开放\n\n## 甲\n\n### 渠道\n\n> 评价要点：渠道\n\n### 创新\n\n【创新成果】酌情加分。\n\n"
    "## 评定等级\n\n分为“优秀”、“良好”。\n"
)


def test_variant_has_every_open_term(tmp_path: Path) -> None:
    """Each open term has a row; filled in, the variant compiles and nothing is open."""
    (tmp_path / "open").mkdir()
    base = tmp_path / "open" / "standard.zhun.md"
    base.write_text(OPEN, encoding="utf-8")
    program = compile_file(base).program
    assert program is not None
    assert len(program.open_terms) >= 3
    text = draft_variant(program, "open", frozenset())
    filled = (
        "\n".join(line for line in text.split("\n") if not line.startswith(PENDING))
        .replace("分值……，补充", "补充").replace("| 补充         |      |", "| 补充 | 例 |")
        .replace("| 补充 |      |", "| 补充 | 例 |").replace("| 新增         |      |", "| 新增 | 例 |")
        .replace("| 新增 |      |", "| 新增 | 例 |").replace("0～……", "0～20")
        .replace("### 渠道\n", "### 渠道\n\n每一种【渠道】加5分，最多20分。\n")
        .replace("## 评定等级\n", "## 评定等级\n\n20分以下评为良好；20分（不含）以上评为优秀。\n")
    )  # fmt: skip
    own = tmp_path / "own" / "standard.zhun.md"
    own.parent.mkdir()
    own.write_text(filled, encoding="utf-8")
    result = compile_file(own)
    told = [(d.message, d.help) for d in result.diagnostics if d.severity == "error"]
    assert result.program is not None, (told, filled)
    assert result.program.open_terms == ()


@pytest.mark.parametrize("filler", ["1", " ", "每一种", "（", "渠道，"])
def test_hostile_lines_take_no_time(filler: str) -> None:
    """A line of a whole document is a remark that says so; nothing runs over it again and again."""
    start = time.process_time()
    text = made(f"甲办法\n一、甲（5分）\n{filler * 20_000}加5分。\n")
    assert time.process_time() - start < 10
    assert "甲（5分）" in text


def test_vetoes_are_drafted_and_asked_about() -> None:
    """A veto among tiers or points goes to 一票否决; words that take off the total are no part of a fact."""
    text = made(
        "甲办法\n一、实绩（100分）\n每走访一户居民得5分，最多100分。受到处罚的，不得评为优秀。\n二、结果\n"
        "60分以上为合格，不足60分为不合格。受到党纪政务处分的，直接确定为不合格。发现弄虚作假的，降低一个等次。\n"
        "三、其他（10分）\n受到诫勉的，从总分中扣5分。\n"
    )
    vetoes = text[text.index("## 一票否决") :]
    assert "【受到处罚】的，不得评为优秀。" in vetoes
    assert "【受到党纪政务处分】的，直接确定为不合格。" in vetoes
    assert "【发现弄虚作假】的，降低一个等次。" in vetoes
    assert "从总分中】" not in text and "从总分中】" not in with_questions(text)
    left = with_questions("# 甲\n\n## 乙（100分）\n\n【丙】的得100分。\n\n## 附注\n\n> 弄虚作假的，扣5分。\n")
    assert "> 待定：“附注”一节不参与计算，这一句却有“扣5分”" in left


def test_a_draft_that_reads_needs_no_marks() -> None:
    """A text with brackets already is left as it is."""
    text = "# 例\n\n## 甲（权重1）\n\n每一种【渠道】加5分。\n"
    assert propose(Source("", text)).text == text
    assert compile_source(Source("", text), "x").program is not None
