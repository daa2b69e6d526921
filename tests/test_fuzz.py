"""Whatever the text, nothing but diagnostics comes out, and it comes out soon."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunsheng.compiler.compile import compile_file, compile_source
from zhunsheng.compiler.emit.emit import emit
from zhunsheng.dsl.decode import decode
from zhunsheng.dsl.formatting.marks import paragraphs
from zhunsheng.dsl.rulefile import print_rules
from zhunsheng.dsl.vocabulary import WORDS
from zhunsheng.library import find, load
from zhunsheng.runtime.codes import CODES
from zhunsheng.runtime.diagnostics import Diagnostic, Severity
from zhunsheng.runtime.facts import FactSpec
from zhunsheng.runtime.reading.read_facts import read_facts
from zhunsheng.runtime.rendering.render_diagnostics import render_concise, render_full
from zhunsheng.runtime.source import Source, Span

STANDARD = find("miit-2017-103")
EXAMPLES = STANDARD.parent / "examples"
TEXT = STANDARD.read_text(encoding="utf-8")
#: The rules without the long tables behind them, to keep an example short.
RULES = TEXT[: TEXT.index("## 数据项")]
LEAVES = ["\n".join(part.splitlines()[2:]) for part in RULES.split("\n### ")[1:]]

SIGNS = "【 】 〖 〗 （ ） ， 。 ； 、 ： ｜ | ～ - # ## ### > * _ ` < [ \\ （含） （不含） （注： （权重0.5） |---|---|"
PARTS = "【甲】 【乙】 【甲｜乙】 60% 10个百分点 5分 3家 一次 两十 1,200 80分以上评为优秀 直到满分100为止 优秀 服务"
SECTIONS = "解读 数据项 计算 评定等级 一票否决 案例 附注 基本条件"
LAYOUT = ("\n", "\r\n", "\r", "\n\n", "\t", "\u3000", "\ufeff", "\u202e", "\x00", "\u2028", "𠀀", "😀")
PIECES = [
    *(word for words in WORDS.values() for word in words),
    *SIGNS.split(),
    *PARTS.split(),
    *(f"\n\n## {section}\n\n" for section in SECTIONS.split()),
    *LAYOUT,
    "原文：",
    "状态：开放",
]
pieces = st.sampled_from(PIECES)


def check_span(diagnostic: Diagnostic, span: Span | None, length: int) -> None:
    """A span lies within the text."""
    if span is not None:
        assert 0 <= span.start <= span.end <= length, (diagnostic.code, span)


def check_diagnostics(found: tuple[Diagnostic, ...], length: int) -> None:
    """Each is one line with a known code, at a place of the text, and can be shown."""
    for diagnostic in found:
        assert diagnostic.code in CODES
        assert diagnostic.message
        assert "\n" not in diagnostic.message
        check_span(diagnostic, diagnostic.span, length)
        for label in diagnostic.labels:
            check_span(diagnostic, label.span, length)
    assert render_full(found[:20]).count("\n\n") >= min(len(found), 20) - 1
    assert render_concise(found).count("\n") == len(found)


def check_text(text: str) -> None:
    """All that must hold of any rule text."""
    compiled = compile_source(Source("text.zhun.md", text), "text")
    check_diagnostics(compiled.diagnostics, len(text))
    errors = [d for d in compiled.diagnostics if d.severity is Severity.ERROR]
    assert (compiled.program is None) is bool(errors)
    assert compiled.parsed is not None
    assert compiled.parsed.file is not None
    assert print_rules(compiled.parsed.file, compiled.source) == text
    for _, paragraph in paragraphs(compiled.parsed):
        place = paragraph.span.start
        for mark in paragraph.marks:
            assert mark.span.start == place
            assert mark.span.end > place
            place = mark.span.end
        assert place == paragraph.span.end
    if compiled.program is not None:
        compile(emit(compiled.program).source, "emitted", "exec")


# ---- rule texts


@settings(max_examples=150)
@given(st.text(max_size=400))
def test_any_text(text: str) -> None:
    """Arbitrary text."""
    check_text(text)


@settings(max_examples=50)
@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    """Arbitrary bytes: decoded, or a diagnostic says why not."""
    source, found = decode(data, "bytes.zhun.md")
    check_diagnostics(found, len(source.text) if source is not None else 0)
    if source is None:
        assert found
    else:
        check_text(source.text)


@settings(max_examples=250)
@given(st.lists(pieces, max_size=40))
def test_words_of_the_language(words: list[str]) -> None:
    """Words of the vocabulary, brackets and Markdown in any order, as the rules of a leaf."""
    check_text(f"# 标准\n\n## 指标（权重1）\n\n{''.join(words)}\n")


@settings(max_examples=150)
@given(st.lists(pieces, max_size=60))
def test_any_document(words: list[str]) -> None:
    """The same as a whole file."""
    check_text("".join(words))


@st.composite
def mutated(draw: st.DrawFn, texts: st.SearchStrategy[str], most: int = 4) -> str:
    """A text with some characters or lines deleted, doubled, swapped or put in."""
    text = draw(texts)
    for _ in range(draw(st.integers(1, most))):
        at = draw(st.integers(0, len(text)))
        length = draw(st.integers(0, 12))
        kind = draw(st.sampled_from(["delete", "double", "swap", "insert", "line", "lines"]))
        if kind == "delete":
            text = text[:at] + text[at + length :]
        elif kind == "double":
            text = text[: at + length] + text[at:]
        elif kind == "swap":
            text = (
                text[:at]
                + text[at + length : at + 2 * length]
                + text[at : at + length]
                + text[at + 2 * length :]
            )
        elif kind == "insert":
            text = text[:at] + draw(pieces) + text[at:]
        else:
            lines = text.splitlines(keepends=True)
            number = draw(st.integers(0, max(0, len(lines) - 1)))
            lines[number : number + 1] = [] if kind == "line" else lines[number : number + 1] * 2
            text = "".join(lines)
    return text


@settings(max_examples=250)
@given(mutated(st.sampled_from(LEAVES)))
def test_mutated_leaves(text: str) -> None:
    """An indicator of 2017, damaged."""
    check_text(f"# 标准\n\n## 指标（权重1）\n\n{text}\n")


@settings(max_examples=40)
@given(mutated(st.just(RULES), 6))
def test_mutated_rules(text: str) -> None:
    """The rules of 2017, damaged."""
    check_text(text)


@settings(max_examples=25)
@given(mutated(st.just(TEXT), 6))
def test_mutated_standard(text: str) -> None:
    """The whole standard with its tables, damaged."""
    check_text(text)


# ---- fact files


@pytest.fixture(scope="module")
def specs() -> tuple[FactSpec, ...]:
    """The data dictionary of 2017."""
    return load("miit-2017-103").facts


CSV = "数据项,填报值,佐证材料,评审员,理由\n渠道,热线、邮箱,名单,,\n相关服务满意度,86%,,,\n内容要素,30,,甲,要素齐全\n服务对接,12个,,,\n"
FACTS = {
    ".yaml": (EXAMPLES / "institution.yaml").read_text(encoding="utf-8"),
    ".json": (EXAMPLES / "incomplete.json").read_text(encoding="utf-8"),
    ".csv": CSV,
}
FACT_SIGNS = (
    "{ } [ ] : , ' & * ! | > - # 是 否 不适用 86% 0.86 1e999999 NaN 3.5种 -1 1,200 12万元 分值 评审员 理由 值"
)
FACT_LAYOUT = (
    '"',
    "\n",
    "\t",
    "\ufeff",
    "\x00",
    "\ud800",
    "&a [*a, *a]",
    "!!python/object:os.system",
    "---\n",
)
fact_pieces = st.sampled_from([*FACT_SIGNS.split(), *FACT_LAYOUT, "{值: 1}", "9" * 200])


@settings(max_examples=300)
@given(st.data())
def test_mutated_facts(
    specs: tuple[FactSpec, ...], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """A filled-in sheet, damaged: a sheet, or errors, never an exception."""
    suffix = data.draw(st.sampled_from(sorted(FACTS)))
    text = data.draw(mutated(st.just(FACTS[suffix]), 5))
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(fact_pieces) + text[at:]
    check_facts(text.encode("utf-8", "surrogatepass"), suffix, specs, tmp_path_factory)


@settings(max_examples=60)
@given(st.binary(max_size=200), st.sampled_from([".yaml", ".json", ".csv", ".xlsx"]))
def test_any_fact_bytes(
    specs: tuple[FactSpec, ...], tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str
) -> None:
    """Arbitrary bytes as a fact file."""
    check_facts(data, suffix, specs, tmp_path_factory)


@settings(max_examples=40)
@given(st.data())
def test_damaged_workbooks(
    specs: tuple[FactSpec, ...], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """A workbook with some bytes changed."""
    book = bytearray((EXAMPLES / "form.xlsx").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        book[data.draw(st.integers(0, len(book) - 1))] = data.draw(st.integers(0, 255))
    check_facts(bytes(book), ".xlsx", specs, tmp_path_factory)


def check_facts(
    data: bytes, suffix: str, specs: tuple[FactSpec, ...], factory: pytest.TempPathFactory
) -> None:
    """Either a sheet or errors."""
    path = factory.getbasetemp() / f"facts{suffix}"
    path.write_bytes(data)
    sheet, found = read_facts(path, specs)
    assert (sheet is None) is any(d.severity is Severity.ERROR for d in found)
    for diagnostic in found:
        check_diagnostics((diagnostic,), len(diagnostic.source.text) if diagnostic.source is not None else 0)


# ---- pathological input

HEAD = "# 标准\n\n## 指标（权重1）\n\n"
GOOD = "每建立一种【渠道】加20分，直到满分100为止。\n"
#: Seconds that each of these may take; most take a hundredth.
SOON = 10

PATHOLOGICAL: dict[str, tuple[Callable[[], str], str]] = {
    "a line of 10 MB": (lambda: HEAD + "好" * 3_500_000, "ZS0113"),
    "a file of 2 MB": (lambda: HEAD + (GOOD + "\n") * 30_000, "ZS0113"),
    "a sentence of 190,000 characters": (lambda: HEAD + "好" * 190_000, "ZS0113"),
    "10,000 nested brackets": (lambda: HEAD + "【" * 10_000 + "】" * 10_000, "ZS0104"),
    "190,000 open brackets": (lambda: HEAD + "【" * 190_000, "ZS0104"),
    "50,000 pairs of open brackets": (lambda: HEAD + "【〖" * 50_000, "ZS0104"),
    "50,000 closing brackets": (lambda: HEAD + "】" * 50_000, "ZS0103"),
    "10,000 empty brackets": (lambda: HEAD + "【】" * 10_000, "ZS0113"),
    "a number of 10,000 digits": (lambda: HEAD + "每建立一种【渠道】加" + "1" * 10_000 + "分。", "ZS0113"),
    "a number of 1,000 digits": (lambda: HEAD + "每建立一种【渠道】加" + "1" * 1_000 + "分。", "ZS0203"),
    "a Chinese number of 1,000 digits": (
        lambda: HEAD + "每建立一种【渠道】加" + "万" * 1_000 + "分。",
        "ZS0203",
    ),
    "a weight of 10,000 digits": (lambda: f"# 标\n\n## 甲（权重0.{'1' * 10_000}）\n\n{GOOD}", "ZS0203"),
    "10,000 headings": (lambda: "# 标\n\n" + f"## 甲（权重0.0001）\n\n{GOOD}\n" * 10_000, "ZS0113"),
    "10,000 empty headings": (lambda: "# 标\n\n" + "##\n\n" * 10_000, "ZS0114"),
    "a table with 10,000 columns": (
        lambda: f"{HEAD}{GOOD}\n## 数据项\n\n{'|名称' * 10_000}|\n{'|---' * 10_000}|\n{'|渠道' * 10_000}|\n",
        "ZS0120",
    ),
    "a table with 10,000 rows": (
        lambda: f"{HEAD}{GOOD}\n## 数据项\n\n|名称|类型|\n|---|---|\n" + "|渠道|个数|\n" * 10_000,
        "ZS0311",
    ),
    "10,000 readings": (
        lambda: f"{HEAD}{GOOD}\n## 解读\n\n|条款|疑义|采用|\n|---|---|---|\n" + "|渠道|计次|每|\n" * 10_000,
        "ZS0401",
    ),
    "50,000 fact mentions in a sentence": (
        lambda: HEAD + "、".join(["【甲】"] * 40_000) + "的，加5分。",
        "ZS0113",
    ),
    "50,000 fact mentions in sentences": (lambda: HEAD + "【甲】的，加5分。\n" * 40_000, "ZS0113"),
    "2,000 bands": (lambda: HEAD + "".join(f"【甲】达到{n}家的，加5分；\n" for n in range(2_000)), "ZS0113"),
    "10,000 unread sentences": (lambda: HEAD + "热情周到；" * 10_000, "ZS0201"),
    "10,000 formulas": (
        lambda: f"{HEAD}{GOOD}\n## 计算\n\n" + "".join(f"【甲{n}】＝【甲{n + 1}】\n" for n in range(10_000)),
        "ZS0113",
    ),
    "1,000 formulas in a chain": (
        lambda: f"{HEAD}{GOOD}\n## 计算\n\n" + "".join(f"【甲{n}】＝【甲{n + 1}】\n" for n in range(1_000)),
        "",
    ),
    "10,000 parentheses in a formula": (
        lambda: f"{HEAD}{GOOD}\n## 计算\n\n【甲】＝{'（' * 10_000}【乙】{'）' * 10_000}\n",
        "ZS0113",
    ),
    "150 parentheses in a formula": (
        lambda: f"{HEAD}{GOOD}\n## 计算\n\n【甲】＝{'（' * 150}【乙】{'）' * 150}\n",
        "",
    ),
    "30,000 commas": (lambda: HEAD + "【甲】的" + "，" * 30_000 + "加5分。", "ZS0113"),
    "50,000 beginnings of links": (lambda: HEAD + "[a](" * 50_000, "ZS0113"),
    "50,000 beginnings of tags": (lambda: HEAD + "<a" * 50_000, "ZS0106"),
    "30,000 fences": (lambda: HEAD + "```\n" * 30_000, "ZS0106"),
    "60,000 parentheses in a heading": (lambda: "# 标\n\n## " + "（" * 60_000 + "）" * 60_000, "ZS0513"),
    "190,000 bars": (lambda: HEAD + "|" * 190_000, "ZS0110"),
    "10,000 keys": (
        lambda: "# 标\n\n" + "".join(f"键{n}：值\n" for n in range(10_000)) + f"\n## 甲\n\n{GOOD}",
        "ZS0108",
    ),
}


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_pathological(name: str, tmp_path: Path) -> None:
    """Input beyond all measure ends soon in a clear error, also when it comes from a file."""
    made, code = PATHOLOGICAL[name]
    path = tmp_path / "text.zhun.md"
    text = made()
    path.write_text(text, encoding="utf-8")
    start = time.process_time()
    compiled = compile_file(path, "text", path.name)
    assert time.process_time() - start < SOON
    check_diagnostics(compiled.diagnostics[:100], len(text))
    assert all(len(d.message) < 600 for d in compiled.diagnostics[:100])
    assert code in {d.code for d in compiled.diagnostics} | {""}
    if not code:
        assert compiled.program is not None


def test_most_rules_of_one_indicator() -> None:
    """As many rules as an indicator may have compile, and the emitted module is no deeper for it."""
    rules = "".join(f"【事项{n}】的，加1分；" for n in range(200))
    check_text(f"# 标准\n\n## 指标（200分）\n\n{rules}\n")
