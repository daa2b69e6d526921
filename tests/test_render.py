"""The renderers of a result: what they say, that they agree, and that foreign text stays text."""

import re
import subprocess
import sys
from fractions import Fraction
from html.parser import HTMLParser

import attrs
import markdown  # type: ignore[import-untyped]
import pytest
import sample_parts as parts
import sample_results as samples
from markdown_it import MarkdownIt

from zhunsheng.runtime.rendering import phrases
from zhunsheng.runtime.rendering.explain import outline
from zhunsheng.runtime.rendering.outline import Kind, Section
from zhunsheng.runtime.rendering.render_html import render_html
from zhunsheng.runtime.rendering.render_json import render_json
from zhunsheng.runtime.rendering.render_markdown import escape_markdown, render_markdown
from zhunsheng.runtime.rendering.render_text import render_text
from zhunsheng.runtime.rendering.safe_text import is_unsafe, safe_line
from zhunsheng.runtime.rendering.text_width import text_width
from zhunsheng.runtime.result import ConditionResult, FactShown, Result

RENDERERS = (render_text, render_markdown, render_html, render_json)


class Page(HTMLParser):
    """Collects the tags, attributes and visible text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self._hidden = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self._hidden = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)


def plain(text: str) -> str:
    """A text without any space, for comparing what is said and not how it is set."""
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("name", samples.ALL)
@pytest.mark.parametrize("render", RENDERERS)
def test_same_bytes_twice(render: object, name: str) -> None:
    """A rendering depends on the result alone, ends with one newline, and can be written as UTF-8."""
    assert callable(render)
    text = render(samples.ALL[name]())

    assert text == render(samples.ALL[name]())
    assert text.endswith("\n") and not text.endswith("\n\n")
    assert text.encode()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("passed", "结论：合格 78.4分（数据齐全）"),
        ("passed", "距“优秀”差1.6分；高于“合格”下限18.4分"),
        ("complete", "已是最高等级；高于“优秀”下限0.9分"),
        ("complete", "80 × 0.05 = 4分"),
        ("complete", "4.9 + 68 = 72.9分"),
        ("complete", "4 + 72.9 + 4 = 80.9"),
        ("complete", "4种 × 20分 = 80分"),
        ("complete", "渠道清单及截图，附件3"),
        ("complete", "重复填报，只计一次：邮箱"),
        ("complete", "还可计20分"),
        ("complete", "承前：相关服务满意度"),
        ("complete", "分段累计"),
        ("complete", "共1项，未触发"),
        ("complete", "评审员：甲；理由：夜间值班安排合理"),
        (
            "complete",
            "总分中0.4分依赖评审员的判断（评判作“否”、评分作0分重算：2.1少0.4分）；不计这些判断，等级不变",
        ),
        ("complete", "工信厅企业〔2017〕103号，工业和信息化部办公厅，试行"),
        ("vetoed", "结论：一票否决，不合格 80.9分"),
        ("vetoed", "不计否决：总分为80.9分"),
        ("incomplete", "结论：待定 约74.316667（4459/60）～82.4分，可能的等级：合格、优秀（缺2项数据）"),
        ("incomplete", "2项未提供（未提供不等于没有）；其中单独就能影响等级的：渠道"),
        ("incomplete", "（0～100） × 0.05 = 0～5分"),
        ("incomplete", "约28.333333（85/3） × 0.05 = 约1.416667分（17/12）"),
        ("incomplete", "82.4分，优秀，如：渠道＝5种、其他额外服务效益＝100分"),
        ("incomplete", "没有证明能够取到"),
        ("incomplete", "【决定性】"),
        ("incomplete", "不封顶"),
        ("incomplete", "未提供（应填：建立了哪几种沟通渠道）"),
    ],
)
def test_says(name: str, said: str) -> None:
    """Terminal, Markdown and HTML say what the assessor has to know, in the same words."""
    result = samples.ALL[name]()
    shown_markdown = Page(MarkdownIt("commonmark").enable("table").render(render_markdown(result))).text

    assert plain(said) in plain(render_text(result))
    assert plain(said) in plain(shown_markdown)
    assert plain(said) in plain(Page(render_html(result)).text)


def every_text(section: Section) -> list[str]:
    """All words of a section and those below it."""
    texts = [section.number, section.title, section.note, section.figure]
    texts += [tag.text for tag in section.tags]
    for line in (*section.lines, *section.closing):
        texts += [line.text, *(tag.text for tag in line.tags)]
    if section.table is not None:
        texts += [column.title for column in section.table.columns]
        texts += [cell for row in section.table.rows for cell in row.cells]
    for child in section.children:
        texts += every_text(child)
    return texts


@pytest.mark.parametrize("name", samples.ALL)
def test_three_skins_one_wording(name: str) -> None:
    """Every string of the outline stands in the text, in the Markdown as shown, and in the page."""
    result = samples.ALL[name]()
    page = outline(result)
    assert page.verdict is not None
    texts = {
        plain(text) for part in (page.verdict, *page.sections) for text in every_text(part) if text.strip()
    }
    shown = [
        plain(render_text(result)),
        plain(Page(MarkdownIt("commonmark").enable("table").render(render_markdown(result))).text),
        plain(Page(render_html(result)).text),
    ]

    assert len(texts) > 20
    for rendered in shown:
        assert [text for text in texts if text not in rendered] == []


def official(result: Result) -> list[str]:
    """The official words of all clauses."""
    return [clause.text for top in result.indicators for child in top.children for clause in child.clauses]


def test_official_words_are_not_changed() -> None:
    """The words of every clause stand whole on a line of the text."""
    result = samples.complete()
    lines = [line.strip() for line in render_text(result).splitlines()]

    assert len(official(result)) == 10
    assert [words for words in official(result) if f"原文：{words}" not in lines] == []


def test_relative_weights() -> None:
    """Where the share follows from the weights of the headings too, all of them are printed."""
    inner = attrs.evolve(
        parts.leaf("1.1", "内", "0.25", 80), contribution=4, contribution_min=4, contribution_max=4
    )

    assert phrases.weighted(inner, ("0.2", "0.25")) == "80 × 0.25 × 0.2 = 4分"
    assert phrases.weighted(inner, ("20%", "25％")) == "80 × 25％ × 20% = 4分"
    assert phrases.weighted(inner, ("0.5", "0.25")) == "得80分，计入总分4分"
    assert phrases.weighted(inner, ("一半",)) == "得80分，计入总分4分"
    assert phrases.weighted(inner, ()) == "4分"


def test_ineligible() -> None:
    """A failed 基本条件 leads the verdict; the score that was computed stands beside it."""
    failed = ConditionResult("条件1", "【具有独立法人资格】", False)
    result = attrs.evolve(
        samples.passed(), status="ineligible", eligible=False, vetoed=True, conditions=(failed,)
    )
    text = render_text(result)

    assert "结论：不符合基本条件 （评分：合格 78.4分）（数据齐全） 【一票否决】" in text
    assert "基本条件：共1项，不满足" in text


def test_assumed_facts_are_named() -> None:
    """What --assume-no put in is named beside the verdict and at the fact."""
    fact = FactShown("渠道", "0种", assumed=True)
    part = parts.clause("1.1.1", "每建立一种【渠道】加20分", "0种 × 20分 = 0分", 0, facts=(fact,))
    text = render_text(samples.complete(parts.leaf("1.1", "渠道", "0.05", 0, part)))

    assert "按否计：1项未提供，按要求视为“否”或0：渠道" in text
    assert "事实：【按否计】渠道 0种" in text


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ((None, None, None), "未定"),
        ((None, 1, None), "1分以上，上不封顶"),
        ((None, None, 1), "1分以下，下不封底"),
        ((None, 2, 2), "2分"),
        ((None, 0, Fraction(1, 3)), "0～约0.333333分（1/3）"),
        ((Fraction(-1, 2), None, None), "-0.5分"),
    ],
)
def test_intervals(bounds: tuple[Fraction, Fraction, Fraction], said: str) -> None:
    """A missing end of an interval is no limit, never zero."""
    assert phrases.interval(*bounds, "分") == said


def test_folding_hides_nothing_weighty() -> None:
    """Only what lost nothing, has no cap, veto, judgement or open point can be folded."""
    page = outline(samples.complete())
    details = next(section for section in page.sections if section.title == "逐条说明")
    clauses = {
        clause.number: clause.foldable
        for top in details.children
        for leaf in top.children
        for clause in leaf.children
        if clause.kind is Kind.CLAUSE
    }

    assert [number for number, foldable in clauses.items() if foldable] == [
        "2.1.1", "2.1.2", "2.2.1", "2.2.2", "3.3.1", "3.3.2",
    ]  # fmt: skip
    assert render_html(samples.complete()).count("<details open>") == 6
    assert "<details>" not in render_html(samples.complete())


def test_page_is_self_contained() -> None:
    """The page has no script and asks for nothing, and a policy forbids both."""
    page = Page(render_html(samples.incomplete()))
    names = {name for name, _ in page.attributes}

    assert ("lang", "zh-CN") in page.attributes
    assert any(value and "default-src 'none'" in value for _, value in page.attributes)
    assert not {"script", "link", "img", "iframe", "object", "a"} & set(page.tags)
    assert not {"src", "href", "srcset", "onerror", "onclick"} & names
    assert "url(" not in render_html(samples.incomplete()).replace("url(#hatch)", "")


def test_bar_per_indicator() -> None:
    """Every indicator has a bar with earned, lost and open points, and a text that says the same."""
    page = render_html(samples.incomplete())
    labels = re.findall(r'aria-label="([^"]*)"', page)

    assert len(labels) == 4
    assert labels[0] == "得0分，失0分，待定5分"
    assert labels[2] == "得68分，失17分，待定0分"
    assert re.findall(r'class="b-(\w+)" x="([\d.]+)" y="1" width="([\d.]+)"', page)[-4:-2] == [
        ("earned", "0.00", "96.00"),
        ("lost", "96.00", "24.00"),
    ]


def test_no_bar_without_limit() -> None:
    """Points without a limit or below zero cannot be drawn; their numbers are still there."""
    unlimited = parts.leaf("1", "加分项", "0.05", 80, open=None)
    negative = parts.leaf("2", "减分项", "0.05", 80, earned=Fraction(-1))

    assert "aria-label" not in render_html(samples.complete(unlimited))
    assert "aria-label" not in render_html(samples.complete(negative))


HOSTILE_TEXTS = (samples.HOSTILE, *samples.BLOCK_OPENINGS, "```\n# h\n\n- x")


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
@pytest.mark.parametrize("render", RENDERERS)
def test_nothing_invisible_comes_out(render: object, text: str) -> None:
    """No control, bidi or invisible character reaches a terminal, a page or a JSON reader."""
    assert callable(render)
    rendered = render(samples.hostile(text))

    assert [char for char in rendered if char != "\n" and is_unsafe(char)] == []


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_text_in_html(text: str) -> None:
    """The page of a hostile result has the tags of a tame one, and shows the text as it is."""
    page = Page(render_html(samples.hostile(text)))
    tame = Page(render_html(samples.hostile("文字")))

    assert page.tags == tame.tags
    assert {name for name, _ in page.attributes} == {name for name, _ in tame.attributes}
    assert plain(safe_line(text)) in plain(page.text)


DIALECTS = {
    "commonmark": lambda text: MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text),
    "python-markdown": lambda text: markdown.markdown(text, extensions=["extra", "admonition", "sane_lists"]),
    "mkdocs": lambda text: markdown.markdown(
        text,
        extensions=["tables", "attr_list", "pymdownx.mark", "pymdownx.caret", "pymdownx.tilde"]
        + ["pymdownx.magiclink", "pymdownx.superfences", "pymdownx.details", "pymdownx.emoji"],
    ),
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("text", HOSTILE_TEXTS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_hostile_text_in_markdown(dialect: str, text: str) -> None:
    """In every dialect a hostile result makes the elements of a tame one, and shows the text as it is."""
    page = Page(DIALECTS[dialect](render_markdown(samples.hostile(text))))
    tame = Page(DIALECTS[dialect](render_markdown(samples.hostile("文字"))))

    assert page.tags == tame.tags
    assert {name for name, _ in page.attributes} == {name for name, _ in tame.attributes}
    assert plain(safe_line(text)) in plain(page.text)


@pytest.mark.parametrize("opening", samples.BLOCK_OPENINGS)
def test_escaped_text_may_begin_a_line(opening: str) -> None:
    """Escaped text opens no block, even alone on its line."""
    shown = Page(MarkdownIt("commonmark").enable("table").render(escape_markdown(safe_line(opening))))

    assert shown.tags == ["p"]
    assert plain(shown.text) == plain(opening)


def test_colours_only_when_asked() -> None:
    """Colours change nothing but colour."""
    plain_text = render_text(samples.vetoed())
    coloured = render_text(samples.vetoed(), color=True)

    assert "\x1b" not in plain_text
    assert "\x1b[31m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain_text


def test_hostile_text_has_no_colours() -> None:
    """Foreign text is no rich markup and no escape sequence, coloured output or not."""
    coloured = render_text(samples.hostile(), color=True)

    assert "[bold]rich[/bold]" in coloured
    assert "\\x1b[31mred" in coloured
    assert set(re.findall("\x1b.{0,2}", coloured)) <= {"\x1b[" + d for d in "012345679"}


@pytest.mark.parametrize("ambiguous", [1, 2])
def test_wrapping(ambiguous: int) -> None:
    """A width is kept, but for words that cannot be broken and the summary table; no character is lost."""
    result = samples.passed()
    wrapped = render_text(result, width=76, ambiguous=ambiguous)
    prose = [line for line in wrapped.splitlines() if not re.search(r"[0-9a-f]{30}|  \d|编号 ", line)]

    assert max(text_width(line, ambiguous) for line in prose) <= 76
    assert plain(wrapped.replace("-", "").replace("=", "")) == plain(
        render_text(result).replace("-", "").replace("=", "")
    )


def test_summary_columns_line_up() -> None:
    """The numbers of the summary end in the same terminal columns."""
    lines = render_text(samples.complete()).splitlines()
    start = lines.index("评分汇总") + 2
    rows = lines[start : start + 8]

    assert {text_width(row) for row in rows} == {text_width(rows[0])}


def test_heavy_imports_are_lazy() -> None:
    """Importing every renderer, and plain text, loads neither jinja2 nor rich."""
    code = (
        "import sys; from zhunsheng.runtime.rendering import render_text, render_markdown, render_html, render_json;"
        "from zhunsheng.runtime.rendering import render_diagnostics; sys.exit({'jinja2', 'rich'} & set(sys.modules) != set())"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
