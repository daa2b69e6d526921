"""Local variants: the merge, the printed document, the comparison, and where each clause comes from."""

import json
import random
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from case_files import CASES, read_case

import zhunsheng
from zhunsheng.compiler import ir
from zhunsheng.compiler.compile import Compiled, compile_file, compile_source
from zhunsheng.compiler.ir.dump import dump
from zhunsheng.compiler.testing.testing import run_tests
from zhunsheng.compiler.variants import diff_page
from zhunsheng.compiler.variants.contrast import Contrasts
from zhunsheng.compiler.variants.differences import Difference
from zhunsheng.compiler.variants.document import document
from zhunsheng.compiler.variants.merged import MergedSource
from zhunsheng.library import Standard, compile_standard, library
from zhunsheng.runtime.facts import FactType
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.rendering.render_html import page_html, render_html
from zhunsheng.runtime.rendering.render_json import render_json
from zhunsheng.runtime.rendering.render_markdown import escape_markdown, page_markdown, render_markdown
from zhunsheng.runtime.rendering.render_text import page_text, render_text
from zhunsheng.runtime.source import Source, Span

BASE, VARIANT = "miit-2017-103", "shili-2026-103"
ROWS = "| 对象 | 改动 | 理由 |\n|---|---|---|\n"


def bases() -> list[str]:
    """The standards of the library that adapt no other."""
    return [id for id in library() if not isinstance(compile_standard(id).source, MergedSource)]


def program(compiled: Compiled) -> ir.Program:
    """The program; there must be one."""
    assert compiled.program is not None, [d.message for d in compiled.diagnostics]
    return compiled.program


def variant(folder: Path, rows: str, rest: str = "", basis: str = BASE) -> Compiled:
    """A variant in a folder, compiled."""
    path = folder / "v.zhun.md"
    path.write_text(f"# 变体\n\n依据：{basis}\n\n## 本地化\n\n{ROWS}{rows}\n{rest}", encoding="utf-8")
    return compile_file(path, name="v.zhun.md")


# ---- the merge


@pytest.mark.parametrize("id", bases())
def test_nothing_changed(id: str, tmp_path: Path) -> None:
    """A variant without a change means what its base means, and every clause comes from the base."""
    state = "状态：开放\n" if program(compile_standard(id)).open_terms else ""
    own = variant(tmp_path, "", basis=f"{id}\n{state}")
    base = program(compile_standard(id))

    assert own.diagnostics == ()
    assert dump(program(own)).splitlines()[1:] == dump(base).splitlines()[1:]
    clauses = [(c, d) for x, y in zip(program(own).leaves(), base.leaves(), strict=True)
               for c, d in zip(x.clauses, y.clauses, strict=True)]  # fmt: skip
    assert [evolve(c, origin="", span=d.span) for c, d in clauses] == [d for _, d in clauses]
    assert {c.origin for c, _ in clauses} <= {id}


def test_every_character_has_a_home() -> None:
    """Each piece of the merged text stands where it says, unless it was put there."""
    source = compile_standard(VARIANT).source
    assert isinstance(source, MergedSource)

    assert "".join(piece.text for piece in source.pieces) == source.text
    put = [p.text for p in source.pieces if p.text.strip() and p.source.slice(p.span) != p.text]
    assert put == ["权重0.18", "权重0.03", "权重0.16"]
    for piece, start in zip(source.pieces, source.starts, strict=True):
        if piece.text.strip() and piece.text not in put:
            at = Span(start, start + len(piece.text))
            assert source.home(at) == (piece.source, piece.span)
            assert source.origin(at) == piece.standard


def test_merged_text_stands_alone(tmp_path: Path) -> None:
    """What ``show --format zhun`` prints is a rule file of its own with the same meaning."""
    own = compile_standard(VARIANT)
    path = tmp_path / f"{VARIANT}.zhun.md"
    text = own.source.text.replace("原文：source.txt\n", "")
    path.write_text(text, encoding="utf-8")
    alone = compile_file(path)

    assert alone.diagnostics == ()
    assert dump(program(alone)) == dump(program(own))


def test_rows_may_stand_in_any_order(tmp_path: Path) -> None:
    """Additions to one place stand where they belong, whatever the order of the rows."""
    base = "# 甲\n\n## 一（权重0.5）\n\n### 子（权重0.5）\n\n【A】的，加100分。\n\n## 二（权重0.5）\n\n### 末（权重0.5）\n\n【B】的，加100分。\n"
    (tmp_path / "甲.zhun.md").write_text(base, encoding="utf-8")
    rows = [
        "| 三 | 新增，权重0.1 | 理由 |",
        "| 二/新 | 新增，权重0.1 | 理由 |",
        "| 二/末 | 补充，权重0.4 | 理由 |",
        "| 一 | 权重0.4 | 理由 |",
        "| 一/子 | 权重0.4 | 理由 |",
    ]
    rest = "\n## 二\n\n### 末\n\n【E】的，加0分。\n\n### 新\n\n【C】的，加100分。\n\n## 三\n\n【D】的，加100分。\n"
    first = variant(tmp_path, "\n".join(rows), rest, "甲")
    second = variant(tmp_path, "\n".join(reversed(rows)), rest, "甲")

    assert first.source.text == second.source.text
    leaves = [(leaf.id, leaf.title, leaf.weight) for leaf in program(first).leaves()]
    tenths = [(id, title, Fraction(n, 10)) for id, title, n in
              (("1.1", "子", 4), ("2.1", "末", 4), ("2.2", "新", 1), ("3", "三", 1))]  # fmt: skip
    assert leaves == tenths


def test_removal_keeps_readings_with_their_clauses(tmp_path: Path) -> None:
    """A reading by id follows its clause: the base's 4.2 is 3.2 once a group before it has gone."""
    rows = (
        "| 服务执行 | 删除 | 理由 |\n| 服务保障 | 权重0.36 | 理由 |\n"
        "| 服务保障/服务人员能力提升和继续教育 | 权重0.28 | 理由 |\n"
    )
    own = variant(tmp_path, rows)
    notes = {c.id: c.readings for leaf in program(own).leaves() for c in leaf.clauses}

    assert own.diagnostics == ()
    assert any(reading.startswith("分段：分段累计") for reading in notes["3.2.1"])


def test_bases_end(tmp_path: Path) -> None:
    """A long chain of variants is an error and ends."""
    for number in range(40):
        path = tmp_path / f"v{number}.zhun.md"
        path.write_text(f"# 变体\n\n依据：v{number + 1}\n\n## 本地化\n\n{ROWS}", encoding="utf-8")
    found = compile_file(tmp_path / "v0.zhun.md").diagnostics

    assert [d.code for d in found] == ["ZS0614"]


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/b", "..", ".hidden", "file:x", "a\\b", "~"])
def test_a_basis_is_a_name(name: str, tmp_path: Path) -> None:
    """No path is followed."""
    assert [d.code for d in variant(tmp_path, "", basis=name).diagnostics] == ["ZS0611"]


# ---- the trace


def test_origins_in_every_skin() -> None:
    """The result names the base, and each clause the standard that it comes from."""
    standard = zhunsheng.load(VARIANT)
    result = standard.score(standard.path.parent / "examples" / "institution.yaml")
    data = json.loads(render_json(result))
    origins = {
        clause["id"]: clause["origin"]
        for top in data["indicators"]
        for leaf in top["children"]
        for clause in leaf["clauses"]
    }

    assert (data["standard"]["id"], data["standard"]["base"]) == (VARIANT, BASE)
    assert [id for id, origin in origins.items() if origin == VARIANT] == ["4.1.2", "4.1.4", "5.1.1", "5.3.1"]
    assert set(origins.values()) == {BASE, VARIANT}
    assert data["vetoes"][0]["origin"] == BASE
    for skin in (render_text(result), render_markdown(result), render_html(result)):
        assert f"（{BASE}）" in skin
        assert len(re.findall(rf"出处.{{0,40}}{VARIANT}", skin.replace("\n", ""))) >= 4


def test_no_origin_without_a_base() -> None:
    """A standard of its own has no word of origins in its result."""
    standard = zhunsheng.load(BASE)
    result = standard.score(standard.path.parent / "examples" / "institution.yaml")

    assert '"origin"' not in render_json(result)
    assert "base_title" not in render_json(result)
    assert "出处" not in render_text(result)


def test_lines_are_those_of_the_files() -> None:
    """A clause's line is that of the file it comes from."""
    own = compile_standard(VARIANT)
    texts = {id: library()[id].read_text(encoding="utf-8").splitlines() for id in (BASE, VARIANT)}
    clauses = [c for leaf in program(own).leaves() for c in leaf.clauses]
    whole = [c for c in clauses if c.id not in ("4.1.2", "4.1.4")]

    assert len(whole) > 40
    for clause in whole:
        line = texts[clause.origin][clause.line - 1]
        assert clause.text[:4] in re.sub(r"｜[^】]*】|[【】〖〗]", "", line), clause


# ---- show


@pytest.mark.parametrize("id", library())
def test_show_has_the_whole_text(id: str) -> None:
    """Every word of the document stands in each of the three formats."""
    compiled = compile_standard(id)
    page = document(compiled)
    text, markdown = page_text(page), page_markdown(page)

    assert compiled.parsed is not None and compiled.parsed.file is not None
    for _, heading, paragraph in compiled.parsed.file.executable():
        cells = [re.sub(r"\s", "", part) for part in compiled.source.slice(paragraph.span).split("|")]
        words = "".join(cells)
        assert heading.tabular or heading.title in text
        assert words in re.sub(r"\s", "", text)
        assert len(cells) > 1 or escape_markdown(words) in re.sub(r"(?<=[^ -~])\s|\s(?=[^ -~])", "", markdown)
    assert page_html(page).count("<table>") == sum(
        line.startswith("|---") for line in compiled.source.text.splitlines()
    )


def test_show_marks_departures() -> None:
    """Each row of 本地化 is shown once, with its reason and the base's words; a base shows none."""
    text = page_text(document(compile_standard(VARIANT)))
    rows = re.findall(
        r"^\| (.+?) \| (.+?) \| (.+?) \|$", library()[VARIANT].read_text(encoding="utf-8"), re.MULTILINE
    )
    changes = [row for row in rows if row[0] != "对象"][:7]

    for target, _, reason in changes:
        assert len(re.findall(rf"改动：{re.escape(target)}：.*理由：{re.escape(reason)}", text)) == 1
    assert text.count("依据原文：") == 6
    assert "依据原文：最多80分" in text
    assert "【改】" not in page_text(document(compile_standard(BASE)))


HOSTILE = """\
# <script>alert(1)</script>

## `甲` [x](y) **（权重1）

> <b>引用</b> <img src=x>

【<script>alert(2)</script>】的，加50分；〖"&<i>，〗每建立一种【```渠道】加20分，直到满分100为止。

## 评定等级

不足60分评为不合格；60分以上评为合格。

## 数据项

| 名称 | 说明 |
|---|---|
| ```渠道 | <img src=x onerror=alert(3)> \x1b[31m |
"""


def test_show_of_hostile_text() -> None:
    """No word of a rule file becomes markup or steers the terminal."""
    compiled = compile_source(Source("x.zhun.md", HOSTILE.replace("\x1b", "")), "x")
    page = document(compiled)

    for unsafe in ("<script>a", "<b>", "<i>", "<img"):
        assert unsafe not in page_html(page)
        assert unsafe not in page_markdown(page)
    assert "\x1b" not in page_text(document(compile_source(Source("x.zhun.md", HOSTILE), "x")))


# ---- diff


@pytest.fixture(scope="module")
def compared() -> dict[str, Any]:
    """The comparison of the worked variant with its base, as JSON."""
    made = diff_page.diff(compile_standard(BASE), compile_standard(VARIANT), (BASE, VARIANT))
    data: dict[str, Any] = json.loads(json.dumps(diff_page.as_json(made)))
    return data


def test_diff_in_official_words(compared: dict[str, Any]) -> None:
    """The changes by clause."""
    found = [
        (c["kind"], c["where"].rpartition("/")[2], [f"{w['before']} → {w['after']}" for w in c["words"]])
        for c in compared["changes"]
    ]

    assert found == [
        ("权重", "需求响应", ["0.20 → 0.18"]),
        ("权重", "与中小企业沟通交流的渠道", ["0.05 → 0.03"]),
        ("条文", "服务项目年度服务企业数量", ["最多80分 → 最多60分"]),
        ("条文", "服务项目年度服务企业数量", ["加10分 → 加30分"]),
        ("权重", "服务保障", ["0.14 → 0.16"]),
        ("条文", "服务人员能力提升和继续教育", ["加20分 → 加10分"]),
        ("新增", "数字化服务", []),
    ]


def test_diff_examples_can_be_redone(compared: dict[str, Any]) -> None:
    """The applicants, scored as anyone would score them, get what the comparison says, and differ in tier."""
    sides = {"a": zhunsheng.load(BASE), "b": zhunsheng.load(VARIANT)}
    examples = [c["example"] for c in compared["changes"] if c["example"] is not None]

    assert len(examples) == 5
    for example in examples:
        totals = {}
        for side, standard in sides.items():
            result = standard.score({f["name"]: given(standard, f) for f in example["facts"] if f[side]})
            assert result.missing == ()
            assert (shown(result.total or 0), result.grade) == (
                example[side]["total"], example[side]["grade"],
            )  # fmt: skip
            totals[side] = result
        assert example["differs"] == "grade"
        assert totals["a"].grade != totals["b"].grade


def given(standard: Standard, fact: dict[str, Any]) -> Any:
    """A fact of an example as it is filled in; a judgement is signed."""
    kind = standard.program.fact(fact["name"]).type
    if kind is FactType.POINTS:
        return {"分值": fact["value"].removesuffix("分"), "评审员": "甲", "理由": "例"}
    if kind is FactType.JUDGED:
        return {"值": fact["value"], "评审员": "甲", "理由": "例"}
    return fact["value"]


def test_examples_differ_by_their_change_alone(compared: dict[str, Any]) -> None:
    """Every other indicator adds the same to both totals."""
    first, second = zhunsheng.load(BASE), zhunsheng.load(VARIANT)
    for change in compared["changes"]:
        if (example := change["example"]) is None:
            continue
        shares = []
        for side, standard in (("a", first), ("b", second)):
            result = standard.score({f["name"]: given(standard, f) for f in example["facts"] if f[side]})
            leaves = [leaf for top in result.indicators for leaf in top.children]
            shares.append({leaf.title: leaf.contribution for leaf in leaves})
        differing = {t for t in shares[0] | shares[1] if shares[0].get(t, 0) != shares[1].get(t, 0)}
        assert differing == {change["where"].rpartition("/")[2]}


def test_diff_of_one_with_itself() -> None:
    own = compile_standard(BASE)
    made = diff_page.diff(own, own, (BASE, BASE))

    assert made.changes == ()
    assert "没有不同" in page_text(diff_page.page(made))


def test_diff_is_deterministic() -> None:
    """The same standards give the same page."""
    pages = {
        page_text(
            diff_page.page(diff_page.diff(compile_standard(BASE), compile_standard(VARIANT), ("甲", "乙")))
        )
        for _ in range(2)
    }
    assert len(pages) == 1


EDITION = """\
# 某标准

## 渠道（权重0.5）

每建立一种【渠道】加20分，直到满分100为止。

## 增长（权重0.5）

【同比增长】达到10%的，加60分；【有计划】的，加40分。

## 评定等级

不满60分评为不合格；60分以上不满80分评为合格；80分以上评为优秀。

## 一票否决

若【违法】的，直接视该服务为不合格。
"""


@pytest.mark.parametrize(
    ("before", "after", "kind", "words", "differs"),
    [
        ("加20分", "加25分", "条文", [("加20分", "加25分")], "grade"),
        ("达到10%", "超过10%", "条文", [("达到10%", "超过10%")], "grade"),
        ("；【有计划】的，加40分", "", "删除条文", [], "grade"),
        ("60分以上不满80分", "60分以上不满85分", "条文", [("不满80分", "不满85分")], "grade"),
        ("不满60分评", "不满70分评", "条文", [("不满60分", "不满70分")], "grade"),
        ("若【违法】", "若【违法】或【失信】", "条文", [("", "或失信")], "grade"),
        ("## 渠道（", "## 沟通渠道（", "标题", [], None),
    ],
)
def test_diff_of_editions(
    before: str, after: str, kind: str, words: list[tuple[str, str]], differs: str | None
) -> None:
    """Two editions of a file that is no variant: the change, and an applicant where it counts."""
    assert before in EDITION
    second = EDITION.replace(before, after)
    if "85分" in after:
        second = second.replace("80分以上", "85分以上")
    if "70分" in after:
        second = second.replace("60分以上", "70分以上")
    sides = [compile_source(Source(f"{n}.zhun.md", text), n) for n, text in (("a", EDITION), ("b", second))]
    data = diff_page.as_json(diff_page.diff(sides[0], sides[1], ("a", "b")))
    change = data["changes"][0]

    assert change["kind"] == kind
    assert [(w["before"], w["after"]) for w in change["words"]] == words
    assert (change["example"] and change["example"]["differs"]) == differs


@pytest.mark.parametrize(
    ("case", "before", "after", "kind"),
    [
        ("heads/good/points-and-vetoes-of-a-heading", "加5分", "加3分", "条文"),
        ("heads/good/points-and-vetoes-of-a-heading", "；【发生重大质量事故】的，本类不得分", "", "删除条文"),
        ("heads/good/deductions-of-a-heading", "扣4分", "扣6分", "条文"),
        ("heads/good/coefficient-of-a-heading", "乘以0.8", "乘以0.7", "条文"),
        ("heads/good/without-marks", "20分", "15分", "条文"),
        ("heads/good/cap-before-deductions", "| 先封顶 |", "| 先加扣分 |", "计算方法"),
        ("extra/good/total-times-a-coefficient", "总分减半", "总分乘以0.6", "条文"),
        ("extra/good/total-ends-before-the-coefficient", "| 先封顶 |", "| 先乘系数 |", "计算方法"),
    ],
)
def test_rules_of_sums_have_examples(case: str, before: str, after: str, kind: str) -> None:
    """A changed rule of a heading, or of the whole total, comes with an applicant whose total it changes."""
    text = read_case(CASES / f"{case}.md").rules.text
    assert before in text
    texts = (("a", text), ("b", text.replace(before, after)))
    sides = [compile_source(Source(f"{name}.zhun.md", own), name) for name, own in texts]
    data = diff_page.as_json(diff_page.diff(sides[0], sides[1], ("a", "b")))
    changes = [change for change in data["changes"] if change["kind"] not in ("分值", "解读")]

    assert [change["kind"] for change in changes] == [kind]
    assert changes[0]["example"]["differs"] in ("grade", "total")


def test_readings_and_facts_are_compared() -> None:
    """The same words read in another way, or a fact of another type, is a difference too."""
    leaf = "# 某标准\n\n## 满意度（权重1）\n\n【满意度】达到60%的，加50分；达到70%后每增加10个百分点加10分。\n\n## 评定等级\n\n不满60分评为不合格；60分以上评为合格。\n\n## 解读\n\n| 条款 | 疑义 | 采用 | 理由 |\n|---|---|---|---|\n| 满意度 | 分段 | 分段累计 | 理由 |\n| 全文 | 步长 | 整步 | 理由 |\n| 10个百分点 | 百分数 | 百分点 | 理由 |\n"
    other = (
        leaf.replace("整步", "按比例") + "\n## 数据项\n\n| 名称 | 范围 |\n|---|---|\n| 满意度 | 0～100% |\n"
    )
    sides = [compile_source(Source(f"{n}.zhun.md", text), n) for n, text in (("a", leaf), ("b", other))]
    data = diff_page.as_json(diff_page.diff(sides[0], sides[1], ("a", "b")))
    kinds = {c["kind"]: c for c in data["changes"]}

    assert set(kinds) == {"解读", "数据项"}
    assert "步长：按比例" in kinds["解读"]["after"]
    assert kinds["解读"]["example"] is not None


# ---- whatever is written


TARGETS = ["甲组", "甲组/渠道", "渠道", "规模", "乙", "1.1", "1.2.2", "2", "评定等级", "一票否决", "丙", "乙/丁", "数据项/渠道",
           "解读/最多80分", "计算/甲", "没有", "", "甲组/", "/", "|x"]  # fmt: skip
CHANGES = ["权重0.5", "权重0.2 → 0.3", "分值5分", "替换", "新增", "删除", "补充", "加20分 → 加15分", "最多80分→最多60分", "100家 → 200家",
           "新增，权重0.1", "→", "a → b → c", "", "乱写", "权重", "加20分 → 【", "渠道 → 〖", "每 → # 标题"]  # fmt: skip
TEXTS = ["\n## 乙\n\n【有计划】的，加60分。\n", "\n## 丙（权重0.1）\n\n【C】的，加100分。\n", "\n## 甲组\n\n### 渠道\n\n每建立一种【渠道】加5分。\n",
         "\n## 一票否决\n\n若【违法】的，直接视该服务为不合格。\n", "\n## 评定等级\n\n70分以上评为好。\n", "\n## 数据项\n\n| 名称 | 类型 |\n|---|---|\n| 渠道 | 清单 |\n",
         "\n## 解读\n\n| 条款 | 疑义 | 采用 | 理由 |\n|---|---|---|---|\n| 最多60分 | 上限 | 本句 | 理由 |\n", "\n## 乙\n\n### 丁\n\n【D】的，加1分。\n",
         "\n## 术语解释\n\n> 甲\n", "\n## 乙\n\n【没有写完\n", "\n# 又一个\n"]  # fmt: skip
SMALL = Path(__file__).parent / "cases/variants/good/weights.md"


@pytest.mark.parametrize("seed", range(150))
def test_any_rows_end_in_a_program_or_in_diagnostics(seed: int, tmp_path: Path) -> None:
    """Whatever the rows say: no exception, every fault in the variant's own file, and edits that fit the text."""
    rng = random.Random(seed)
    base = re.search(r"```base base\n(.*?)```", SMALL.read_text(encoding="utf-8"), re.DOTALL)
    assert base is not None
    (tmp_path / "base.zhun.md").write_text(base[1], encoding="utf-8")
    rows = "\n".join(
        f"| {rng.choice(TARGETS)} | {rng.choice(CHANGES)} | {rng.choice(['理由', '理由', ''])} |"
        for _ in range(rng.randint(0, 4))
    )
    own = variant(tmp_path, rows, "".join(rng.sample(TEXTS, rng.randint(0, 3))), "base")

    for diagnostic in own.diagnostics:
        assert diagnostic.source is not None and diagnostic.source.name == "v.zhun.md"
        assert diagnostic.span is not None and diagnostic.span.end <= len(diagnostic.source.text)
    if own.program is not None:
        assert isinstance(own.source, MergedSource)
        assert "".join(piece.text for piece in own.source.pieces) == own.source.text
        page_text(document(own))
    else:
        assert own.diagnostics


def test_weights_of_a_heading_show_in_its_indicators() -> None:
    """Relative weights: a heading's own weight changes the shares below it, and the example is taken there."""
    text = (
        "# 某标准\n\n## 甲（权重0.4）\n\n### 一（权重1）\n\n每建立一种【渠道】加20分，直到满分100为止。\n\n"
        "## 乙（权重0.6）\n\n### 二（权重1）\n\n【有计划】的，加100分。\n\n## 评定等级\n\n不满60分评为不合格；60分以上评为合格。\n"
    )
    other = text.replace("0.4", "0.5").replace("0.6", "0.5")
    sides = [compile_source(Source(f"{n}.zhun.md", t), n) for n, t in (("a", text), ("b", other))]
    changes = diff_page.as_json(diff_page.diff(sides[0], sides[1], ("a", "b")))["changes"]

    assert [(c["kind"], c["where"], c["before"], c["after"]) for c in changes] == [
        ("权重", "甲", "权重0.4", "权重0.5"),
        ("权重", "乙", "权重0.6", "权重0.5"),
    ]
    assert [c["example"]["differs"] for c in changes] == ["total", "grade"]


def test_cases_are_told_at_their_lines(tmp_path: Path) -> None:
    """A case of a variant that fails, or a cell that cannot be read, is told at the line of the variant's file."""
    rest = "\n## 案例\n\n| 数据项 | 甲 |\n|---|---|\n| 渠道 | 4 |\n| 1.1 | 79 |\n| 没有 | 1 |\n"
    own = variant(tmp_path, "", rest)
    assert own.path is not None
    (report,) = run_tests([own.path])
    lines = own.path.read_text(encoding="utf-8").splitlines()

    assert [lines[failure.line - 1] for failure in report.failures] == ["| 1.1 | 79 |"]
    assert [lines[d.position[0] - 1] for d in report.diagnostics] == ["| 没有 | 1 |"]


def test_the_example_for_a_new_veto_is_barred_by_it(tmp_path: Path) -> None:
    """The tiers change too, so that 75 is another tier anyway; the example has a total of one tier under both."""
    text = "# 示例\n\n## 渠道（50分）\n\n每建立一种【渠道】加5分。\n\n## 台账（50分）\n\n【形成台账】的，加50分。\n\n## 评定等级\n\n"
    old = text + "不足60分为不合格；60分（含）以上-80分为合格；80分（含）以上为优秀。\n"
    new = text + "不足50分为不合格；50分（含）以上-90分为合格；90分（含）以上为优秀。\n\n## 一票否决\n\n"
    for name, own in (("a", old), ("b", new + "【弄虚作假】的，直接评为不合格。\n")):
        (tmp_path / f"{name}.zhun.md").write_text(own, encoding="utf-8")
    compiled = [compile_file(tmp_path / f"{name}.zhun.md") for name in "ab"]
    first, second = (own.program for own in compiled)
    assert first is not None
    assert second is not None
    change = Difference("新增条文", "一票否决", after="弄虚作假的，直接评为不合格", ids_b=("否决1",))
    found = Contrasts(first, second, {"1": "1", "2": "2"}).find(change)
    assert found is not None
    assert ("弄虚作假", "是", False, True) in found.facts
    assert found.first.total == found.second.total
    assert (found.first.grade, found.second.grade) in {("优秀", "不合格"), ("合格", "不合格")}


def test_no_example_is_made_of_what_is_short_of_two_quotas(tmp_path: Path) -> None:
    """One visit short of 2 is at least one short of 3: the two facts are tied, so none is given without the other."""
    text = "# 示例\n\n## 走访（100分）\n\n每户每月【走访】不少于{}次，每少1次扣3分。\n\n## 评定等级\n\n不足60分为不合格；60分（含）以上为合格。\n"
    for name, quota in (("a", 2), ("b", 3)):
        (tmp_path / f"{name}.zhun.md").write_text(text.format(quota), encoding="utf-8")
    compiled = [compile_file(tmp_path / f"{name}.zhun.md") for name in "ab"]
    first, second = (own.program for own in compiled)
    assert first is not None
    assert second is not None
    contrasts = Contrasts(first, second, {"1": "1"})
    assert contrasts.values == {"走访每户每月不足2次的缺口": [0], "走访每户每月不足3次的缺口": [0]}
    change = Difference("改动条文", "走访", "1.1", "1.1", leaf_a="1", leaf_b="1")
    assert contrasts.find(change) is None
