"""Diagnostics as shown: excerpts whose carets line up, concise lines, JSON."""

import io
import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.runtime.diagnostics import Diagnostic, Label
from zhunsheng.runtime.rendering.console import ambiguous_width, echo
from zhunsheng.runtime.rendering.render_diagnostics import (
    EXCERPT_WIDTH,
    count_words,
    render_concise,
    render_diagnostics_json,
    render_full,
)
from zhunsheng.runtime.rendering.safe_text import is_unsafe, safe_line
from zhunsheng.runtime.rendering.text_width import text_width, wrap
from zhunsheng.runtime.source import Source, Span


def diagnostic(text: str, words: str, help: str = "") -> Diagnostic:
    """A diagnostic at the first place of `words`."""
    start = text.index(words)
    return Diagnostic(
        "ZS0103", "括号不成对", Source("标准.zhun.md", text), Span(start, start + len(words)), help=help
    )


def excerpt(shown: str) -> tuple[str, str]:
    """The source line of a full rendering and the line of carets below it."""
    lines = shown.splitlines()
    index = next(number for number, line in enumerate(lines) if re.match(r" *\| *\^", line))
    return lines[index - 1], lines[index]


def underlined(shown: str, ambiguous: int = 1) -> str:
    """The characters that stand above the carets, by terminal columns."""
    source, carets = excerpt(shown)
    first, last = carets.index("^"), carets.rindex("^") + 1
    found, column = "", 0
    for char in source:
        width = text_width(char, ambiguous)
        if width and first <= column < last:
            found += char
        column += width
    return found


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("【渠道】加20分", "加20分", "加20分"),
        ("# 标题\n\n每建立一种【渠道", "【渠道", "【渠道"),
        ("\t\t【渠道】加20分", "渠道", "渠道"),
        ("caf\u00e9 cafe\u0301很 好", "很", "很"),
        ("ａｂｃ１２３％", "１２", "１２"),
        ("“服务”……—热情", "热情", "热情"),
        ("ﾊﾝｶｸ半角", "半角", "半角"),
        ("😀👍🏽笑", "笑", "笑"),
        ("甲\u200b\u202e乙丙", "丙", "丙"),
        ("甲\u202e乙", "\u202e", "\\u202e"),
        ("第一行\r\n第二行\r\n", "第二", "第二"),
    ],
)
@pytest.mark.parametrize("ambiguous", [1, 2])
def test_carets_line_up(text: str, words: str, shown: str, ambiguous: int) -> None:
    """The carets stand under the very words, whatever is in front of them."""
    assert underlined(render_full([diagnostic(text, words)], ambiguous=ambiguous), ambiguous) == shown


def test_carets_by_the_plain_rule() -> None:
    """Without marks of ambiguous width the columns are those of east_asian_width alone."""
    source, carets = excerpt(render_full([diagnostic("若【投诉率】不足10%的，加5分", "不足10%")]))
    columns = [unicodedata.east_asian_width(char) in "WF" and 2 or 1 for char in source]

    assert carets.index("^") == sum(columns[: source.index("不足10%")])
    assert carets.count("^") == 7


def test_full() -> None:
    """Code, severity, place, excerpt, second place, help."""
    text = "# 标题\n\n【渠道加20分\n\n【另一处】\n"
    made = Diagnostic(
        "ZS0103",
        "“【”没有配对的“】”",
        Source("a.zhun.md", text),
        Span(6, 9),
        help="改为：\n【渠道】加20分",
        labels=(Label(Span(15, 20), "下一个括号在这里"),),
    )

    assert render_full([made]) == (
        "错误 ZS0103：“【”没有配对的“】”\n"
        "  位置：a.zhun.md:3:1\n"
        "  3 | 【渠道加20分\n"
        "    | ^^^^^^\n"
        "  另见：a.zhun.md:5:1\n"
        "  5 | 【另一处】\n"
        "    | ^^^^^^^^^^ 下一个括号在这里\n"
        "  改法：改为：\n"
        "        【渠道】加20分\n"
    )


def test_span_over_lines() -> None:
    """The first line is underlined to its end, and the last line is named."""
    source, carets = excerpt(render_full([diagnostic("一二三\n四五六", "二三\n四")]))

    assert source.endswith("一二三")
    assert carets.endswith("  ^^^^ （到第2行为止）")


def test_empty_spans() -> None:
    """A place between characters, at a line's end or at the end of the text gets one caret."""
    for text, offset, carets in (("", 0, "^"), ("甲乙", 1, "  ^"), ("甲\r\n", 1, "  ^"), ("甲\n", 2, "^")):
        shown = render_full([Diagnostic("ZS0103", "此处", Source("a", text), Span(offset, offset))])

        assert excerpt(shown)[1].split("| ")[1] == carets


def test_long_lines_are_windowed() -> None:
    """Of a line of a million characters only the surroundings of the words are shown."""
    text = "很" * 500_000 + "错词" + "长" * 500_000
    shown = render_full([diagnostic(text, "错词")])

    assert underlined(shown) == "错词"
    assert len(shown) < 400
    assert excerpt(shown)[0].count("...") == 2


def test_long_words_are_cut() -> None:
    """A span longer than the window is underlined as far as it is shown."""
    source, carets = excerpt(render_full([diagnostic("甲" * 1000, "甲" * 1000)]))

    assert carets.count("^") == EXCERPT_WIDTH
    assert source.endswith("...")


@given(st.text(max_size=300), st.data())
def test_any_text_and_span(text: str, data: st.DataObject) -> None:
    """Whatever the text, the three forms come out, in one piece and harmless."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    made = [Diagnostic("ZS0103", text, Source(text, text), Span(start, end), help=text)]

    full, concise = render_full(made), render_concise(made)
    assert not [char for char in full + concise if char != "\n" and is_unsafe(char)]
    assert concise.count("\n") == 1
    assert json.loads(render_diagnostics_json(made))[0]["message"] == text


def test_concise() -> None:
    """One line each, with the place first."""
    made = diagnostic("# 标题\n甲【乙", "【乙")

    assert render_concise([made]) == "标准.zhun.md:2:2: 错误 ZS0103: 括号不成对\n"


def test_json() -> None:
    """Lines and columns from 1 in characters; the end is the first character behind."""
    made = diagnostic("# 标题\n甲【乙丙", "【乙", help="补上“】”")

    assert json.loads(render_diagnostics_json([made])) == [
        {
            "code": "ZS0103",
            "severity": "error",
            "message": "括号不成对",
            "file": "标准.zhun.md",
            "line": 2,
            "column": 2,
            "end_line": 2,
            "end_column": 4,
            "help": "补上“】”",
        }
    ]
    assert render_diagnostics_json([]) == "[]\n"
    assert render_full([]) == render_concise([]) == ""


def test_place_without_text() -> None:
    """A place in a workbook is named in the message of the JSON and in front of the concise line."""
    made = Diagnostic("ZS0102", "编码有误", where="工作表“填报表”第7行")
    document = json.loads(render_diagnostics_json([made]))[0]

    assert (document["line"], document["column"], document["file"]) == (1, 1, "")
    assert document["message"] == "工作表“填报表”第7行：编码有误"
    assert render_concise([made]) == "工作表“填报表”第7行: 警告 ZS0102: 编码有误\n"
    assert "  位置：工作表“填报表”第7行\n" in render_full([made])


def test_colours_only_when_asked() -> None:
    """Colours change nothing but colour."""
    made = [diagnostic("甲【乙", "【乙")]
    coloured = render_full(made, color=True)

    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == render_full(made) != coloured


def test_count_words() -> None:
    """The counts by severity, errors first."""
    made = [diagnostic("甲", "甲"), Diagnostic("ZS0102", "警"), diagnostic("甲", "甲")]

    assert count_words(made) == "2个错误，1个警告"
    assert count_words([]) == ""


def test_gbk_console() -> None:
    """A console with a GBK code page shows what it can and never fails."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="gbk", newline="\n")
    echo("✓ 合格 78.4分 😀 × ≥ ²\ud800", stream)
    stream.flush()

    assert raw.getvalue().decode("gbk") == "√ 合格 78.4分 ? × ≥ 2?\n"
    assert ambiguous_width(stream) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "gb18030", "cp1252"])
def test_any_console(encoding: str) -> None:
    """Lone surrogates and foreign letters do not stop any encoding."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    echo("甲é\udcff\n", stream)
    stream.flush()

    assert ambiguous_width(stream) == 1


def test_safe_line() -> None:
    """Line breaks are a space; what cannot be seen is an escape; the rest is untouched."""
    assert safe_line("甲\r\n\t乙\u2028丙") == "甲 乙 丙"
    assert safe_line("\x1b[31m\u202e\u200b\U000e0041\ud800\u3164") == (
        "\\x1b[31m\\u202e\\u200b\\U000e0041\\ud800\\u3164"
    )
    assert safe_line("全角　空格 é e\u0301 👍🏽") == "全角　空格 é e\u0301 👍🏽"


@given(st.text(alphabet="甲乙，。（）ab1 .“”", max_size=80), st.integers(4, 30))
def test_wrap_loses_nothing(text: str, width: int) -> None:
    """Wrapping takes away spaces at the breaks and nothing else."""
    assert re.sub(r"\s", "", "".join(wrap(text, width))) == re.sub(r"\s", "", text)
