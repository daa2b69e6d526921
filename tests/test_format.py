"""The formatter: the same tree, the same text the second time, one text for every layout of a file."""

import random
from pathlib import Path

import pytest
from case_files import case_paths, read_case, rule_bytes
from hypothesis import given, settings
from hypothesis import strategies as st
from test_properties import READINGS, clauses, standard

from zhunsheng.dsl.decode import decode, read_source
from zhunsheng.dsl.formatting import format as formatter
from zhunsheng.dsl.formatting.format import ORDER, FormatError, format_rules
from zhunsheng.dsl.formatting.meaning import meaning
from zhunsheng.dsl.reserved import RESERVED
from zhunsheng.dsl.rulefile import read_rules
from zhunsheng.library import library
from zhunsheng.runtime.rendering.text_width import text_width
from zhunsheng.runtime.source import Source


def tree(text: str) -> object:
    """What a rule text means, as far as the tree says."""
    return meaning(read_rules(Source("例", text)).file)


def twice(text: str) -> str:
    """The formatted text, checked: same tree, and nothing left to do."""
    out = format_rules(Source("例", text))
    assert tree(out) == tree(text)
    assert format_rules(Source("例", out)) == out
    return out


@pytest.mark.parametrize("path", case_paths(), ids=lambda path: "/".join(path.parts[-3:]))
def test_cases_keep_their_meaning(path: Path) -> None:
    """Every rule file among the cases, good and bad, formats without a change of its tree."""
    source, _ = decode(rule_bytes(read_case(path).rules)[0], "例")
    if source is not None:
        twice(source.text)


@pytest.mark.parametrize("id", library())
def test_standards_keep_their_meaning(id: str) -> None:
    """So does every standard of the library."""
    source, _ = read_source(library()[id])
    assert source is not None
    twice(source.text)


HEAD = "文号：示例〔2026〕1号\n发布机关：示例市\n\n> 说明。\n\n"
FORMULAS = "\n## 计算\n\n【占比】＝（【公益】－【其他】）÷【总数】×100\n【合计】＝【公益】＋【其他】\n"


def whole(sentences: list[str]) -> str:
    """A random standard with a head, a table, formulas and a quotation."""
    return standard(sentences).replace("# 例\n\n", f"# 例\n\n{HEAD}") + FORMULAS


def untidy(text: str, rng: random.Random) -> str:
    """The same file in another layout: width, white space, line ends, order of sections, columns."""
    first, *sections = text.split("\n## ")
    own = [s for s in sections if s.split("\n")[0] in RESERVED]
    rest = [s for s in sections if s.split("\n")[0] not in RESERVED]
    rng.shuffle(own)
    cut = rng.randrange(len(own) + 1)
    lines = "\n## ".join([first, *own[:cut], *rest, *own[cut:]]).split("\n")
    out: list[str] = []
    for line in lines:
        if line.startswith("|"):
            line = line.replace("|", rng.choice(["|", " | ", "|\u3000"])).strip()
        elif line.startswith("## "):
            line = line.replace("（", rng.choice(["(", " （ "])).replace("）", rng.choice([")", " ） "]))
            line = line.replace("## ", rng.choice(["##  ", "##\t", "## "]))
        elif line.startswith("【"):
            line = line.translate(str.maketrans("（）－×", rng.choice(["()-*", "（）−×"])))
            line = line.replace("＝", rng.choice(["=", " ＝ ", " = "])).replace(
                "＋", rng.choice([" + ", "＋"])
            )
        elif "：" in line and not line.startswith(">"):
            line = line.replace("：", rng.choice([":", "： ", " ："]))
        elif "加" in line:
            line = rng.choice(["", "　　", "  "]) + line.replace("加", rng.choice(["加", " 加 ", " 加"]))
        out.append(line + rng.choice(["", "", " ", "\t"]))
        if not line.strip():
            out += [""] * rng.randrange(3)
    return rng.choice(["\n", "\r\n", "\r"]).join(out)


@settings(max_examples=60, deadline=None)
@given(sentences=clauses(), seed=st.integers(0, 2**32))
def test_any_layout_comes_to_one(sentences: list[str], seed: int) -> None:
    """Random standards in random layouts: the same tree, and the very same text."""
    text = whole(sentences)
    assert twice(untidy(text, random.Random(seed))) == twice(text)


@settings(max_examples=150, deadline=None)
@given(
    sentences=clauses(),
    noise=st.lists(
        st.text(alphabet=" \t\u3000\n\r>#|-*+_~`\\<。；，：（）【】〖〗甲1.2%分加每=×÷", max_size=30),
        max_size=4,
    ),
    seed=st.integers(0, 2**32),
)
def test_noise_is_never_misread(sentences: list[str], noise: list[str], seed: int) -> None:
    """Whatever stands in a file, formatting it changes no meaning and settles at once."""
    rng = random.Random(seed)
    text = whole(sentences)
    for words in noise:
        at = rng.randrange(len(text) + 1)
        text = text[:at] + words + text[at:]
    twice(text)


def test_every_section_has_its_place() -> None:
    """A reserved section without a place in the order could not be moved."""
    assert sorted(ORDER) == sorted((*RESERVED, ""))


def test_the_form() -> None:
    """What each rule of the layout does, on one file."""
    text = (
        "#  办法 ##\n 文号 : 甲〔2026〕1号\n\n\n## 解读\n|条款|疑义|采用|理由|\n|:-|---|:-:|-:|\n|60分以下|本数|不含|衔接|\n"
        "##   第一组 ( 权重 1.0 )\n###渠道\n### 渠道 （权重：１)\n　　每建立 一种【 渠道 】 加20 分 ；\n"
        "按 GB/T 19038 评定【顾客 满意】 的加5~6分\n* 【甲】加1分\n+ 【乙】加2分\n>注\n>  - 缩进\n"
    )
    assert twice(text) == (
        "# 办法\n\n文号：甲〔2026〕1号\n\n## 第一组（权重1.0）\n\n###渠道\n\n### 渠道（权重：1）\n\n"
        "每建立一种【 渠道 】加20分；\n按GB/T 19038评定【顾客 满意】的加5～6分\n\n- 【甲】加1分\n- 【乙】加2分\n\n"
        "> 注\n>  - 缩进\n\n## 解读\n\n"
        "| 条款     | 疑义 | 采用 | 理由 |\n|:---------|------|:----:|-----:|\n| 60分以下 | 本数 | 不含 | 衔接 |\n"
    )


def test_columns_stand_under_each_other() -> None:
    """Bars of a narrow table stand in the same terminal columns; a wide table is not padded."""
    row = "| 数据项 | 例A |\n|---|---|\n| 渠道 | 12 |\n| 相关服务满意度 | “5%” |\n"
    lines = (
        twice(f"# 例\n\n## 甲（权重1）\n\n【好】的加1分\n\n## 案例\n\n{row}")
        .split("## 案例\n\n")[1]
        .splitlines()
    )
    assert len({text_width(line) for line in lines}) == 1
    wide = f"| 数据项 | {'长' * 60} |\n|---|---|\n| 渠道 | |\n"
    assert wide in twice(f"# 例\n\n## 甲（权重1）\n\n【好】的加1分\n\n## 案例\n\n{wide}")


def test_stars() -> None:
    """A star that is printed is written wide; one that only emphasises stays."""
    text = "# 例\n\n## 甲（权重1）\n\n{}\n"
    assert "带“＊”的" in twice(text.format("【好】的加1分；带“*”的为否定性指标"))
    assert "**加1分**" in twice(text.format("【好】的**加1分**"))
    assert "【甲】的加1分\n" in twice(text.format("*【甲】*的加1分")).replace("*", "")


def test_sections_stay_where_headings_are_wrong() -> None:
    """With a heading out of order nothing is moved; the rest of the layout is done."""
    text = "# 例\n## 解读\n#### 深\n## 甲（权重1）\n【好】的 加1分\n"
    out = twice(text)
    assert out.index("解读") < out.index("甲")
    assert "【好】的加1分" in out


def test_a_mistake_of_the_formatter_leaves_the_file_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard: text that would mean something else is not given out."""
    monkeypatch.setattr(formatter, "_tidy", lambda line: line.replace("20", "30"))
    with pytest.raises(FormatError):
        format_rules(Source("例", standard(["每一种【渠道】加20分"])))


def test_readings_are_used() -> None:
    """The sample standard has a table of readings, so that a table is among what is laid out."""
    assert READINGS.count("|") > 20
