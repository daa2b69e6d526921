"""The documentation: its commands run and end as it says, its code runs, every code has a page, nothing is missing."""

import re
import subprocess
import sys
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from compiled import standard

from zhunsheng.compiler.compile import compile_source
from zhunsheng.compiler.resolve.tables import DOUBTS
from zhunsheng.runtime.codes import CODES
from zhunsheng.runtime.rendering.render_text import render_text
from zhunsheng.runtime.source import Source

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
sys.path.append(str(DOCS))

pytest.importorskip("mkdocs")
#: By name, since mypy does not look into docs/ from here; mypy checks them on their own.
hooks: Any = import_module("hooks")
screens: Any = import_module("_hooks.screens")
standards: Any = import_module("_hooks.standards")
text: Any = import_module("_hooks.text")

PAGES = sorted(path for path in DOCS.rglob("*.md") if "_hooks" not in path.parts)
#: Pages that run commands.
RUNNING = [page for page in PAGES if "```screen" in page.read_text(encoding="utf-8")]


@pytest.fixture(scope="module")
def made() -> tuple[dict[str, str], list[str]]:
    """The pages made from code, and what is missing."""
    pages: tuple[dict[str, str], list[str]] = hooks.generated()
    return pages


@pytest.fixture(scope="module")
def generated(made: tuple[dict[str, str], list[str]]) -> dict[str, str]:
    """The pages made from code."""
    return made[0]


@pytest.mark.parametrize("page", RUNNING, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_commands_of_a_page(page: Path) -> None:
    """Every command of a page ends with the code that the page shows, and prints the part it shows."""
    assert hooks.rendered(page.read_text(encoding="utf-8"))[1] == []


def test_quickstart_runs_commands() -> None:
    """The five minutes have commands of every outcome."""
    body = (DOCS / "quickstart.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```screen ?(.*)\n", body, re.MULTILINE)

    assert len(blocks) >= 8
    assert any("exit=4" in block for block in blocks)
    assert any("exit=3" in block for block in blocks)


def test_a_wrong_exit_code_is_told() -> None:
    _, problems = screens.rendered("```screen\n$ zhunsheng score miit-2017-103 nothing.yaml\n```")

    assert len(problems) == 1
    assert "以3结束，应为0" in problems[0]


def test_code_of_the_embedding_page(tmp_path: Path) -> None:
    """The Python blocks of the page, one after the other, in a folder beside the standards."""
    body = (DOCS / "developers" / "embedding.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", body, re.MULTILINE | re.DOTALL)
    (tmp_path / "standards").symlink_to(ROOT / "standards")
    script = tmp_path / "page.py"
    script.write_text("\n".join(blocks), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script], check=False, cwd=tmp_path, capture_output=True, encoding="utf-8"
    )

    assert len(blocks) >= 5
    assert done.returncode == 0, done.stderr


def _targets(nav: Any) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    items = nav.values() if isinstance(nav, dict) else nav
    return [target for item in items for target in _targets(item)]


def test_every_page_of_the_navigation_exists(generated: dict[str, str]) -> None:
    """Also: every page that was written by hand is in the navigation, or is part of a generated one."""
    loader = type("Loader", (yaml.SafeLoader,), {})
    loader.add_multi_constructor("!!python/", lambda *_: None)  # type: ignore[attr-defined]
    loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)  # type: ignore[attr-defined]
    settings = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), loader)
    targets = _targets(settings["nav"])

    assert [t for t in targets if not (DOCS / t).is_file() and t not in generated] == []
    by_hand = {page.relative_to(DOCS).as_posix() for page in PAGES}
    assert by_hand - set(targets) - set(generated) == set()
    expanded = _targets(hooks.expanded(settings["nav"], generated))
    assert {page for page in generated if page.endswith(".md")} <= set(expanded)


def test_every_code_has_a_page(made: tuple[dict[str, str], list[str]]) -> None:
    """Nothing is missing that the strict build would stop at."""
    pages, missing = made

    assert missing == []
    assert {f"errors/{code}.md" for code in CODES} <= set(pages)


def test_notes_are_about_codes() -> None:
    assert [note.stem for note in (DOCS / "errors").glob("*.md") if note.stem not in CODES] == []


def test_standard_page_shows_every_character(generated: dict[str, str]) -> None:
    """Without tags the coloured paragraphs are the paragraphs of the rule file."""
    page = generated["standards/miit-2017-103.md"]
    source = (ROOT / "standards/miit-2017-103/standard.zhun.md").read_text(encoding="utf-8")
    paragraphs = re.findall(r'<p class="zs-rule">(.*?)</p>', page)

    assert len(paragraphs) == 19
    for paragraph in paragraphs:
        assert re.sub(r"<[^>]*>", "", paragraph).replace("&quot;", '"') in source


HOSTILE = """\
# <script>alert(1)</script>

## `甲` [x](y) **（权重1）

### <img src=x>｜*（权重1）

> <b>引用</b>

【<script>alert(2)</script>】的，加50分；〖"&<i>，〗每建立一种【```渠道】加20分，直到满分100为止。

## 评定等级

不足60分评为不合格；60分以上评为合格。
"""


def test_hostile_text_stays_text() -> None:
    """No word of a rule file becomes markup of a page."""
    compiled = compile_source(Source("x.zhun.md", HOSTILE), "x")
    assert compiled.parsed is not None
    assert compiled.parsed.file is not None
    headings = compiled.parsed.file.indicators
    page = "\n".join(part for heading in headings for part in standards._heading(compiled, heading, 2))

    assert "<script" not in page
    assert "<img" not in page
    assert "<i>" not in page
    assert "<b>" not in page
    assert "`" not in re.sub(r"\\`", "", page)


@pytest.mark.parametrize(
    "words", ["a|b", "<b>", "*x*", "`x`", "[x](y)", "#x", "&lt;", "a\nb", "~~x~~", "x_y_"]
)
def test_markdown_is_escaped(words: str) -> None:
    markdown = pytest.importorskip("markdown")

    page = markdown.markdown(
        text.table(("x",), [(text.md(words),)]), extensions=["tables", "pymdownx.superfences"]
    )
    cell = re.search(r"<td>(.*?)</td>", page, re.DOTALL)
    assert cell is not None
    shown = cell[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert shown == " ".join(words.split())


def test_carets_become_underlines() -> None:
    """The words above the carets, full-width ones included, and nothing else."""
    output = "错误 ZS0203：x\n  位置：a:1:2\n  1 | 加两十分，<b>\n    |   ^^^^ 在这里\n"
    shown = screens.output_html(output)

    assert '<span class="zs-at">两十</span>分，&lt;b&gt;' in shown
    assert "^^" not in shown
    assert "在这里" in shown


def test_picture_shows_what_the_tool_says() -> None:
    """The words of the README's picture stand in the rule file and in the example's trace."""
    picture = (DOCS / "img" / "rule-and-trace.svg").read_text(encoding="utf-8")
    folder = ROOT / "standards" / "miit-2017-103"
    rules = (folder / "standard.zhun.md").read_text(encoding="utf-8")
    result = standard("miit-2017-103").score(folder / "examples" / "institution.yaml")
    trace = "".join(render_text(result).split())
    texts = re.findall(r'<text class="(\w+)"[^>]*>(.*?)</text>', picture)
    shown = [(kind, unescape(words)) for kind, words in texts]
    clauses = [words for kind, words in shown if kind in ("f", "o", "d")][:-3]  # without the legend

    assert len(clauses) >= 12
    assert [words for words in clauses if words not in rules] == []
    numbers = [words for kind, words in shown if kind in ("n", "i", "g")]
    assert len(numbers) >= 18
    inner = [re.split("（(?=附件|收回|满意度调查表)", words)[0] for words in numbers]
    assert [words for words in inner if "".join(words.split()) not in trace] == []


def test_every_doubt_is_in_the_table_for_authors() -> None:
    """The page for authors lists every 疑义 that a reading may answer."""
    page = (ROOT / "docs" / "writing-rules.md").read_text(encoding="utf-8")

    assert [doubt for doubt in DOUBTS if f"| {doubt} |" not in page] == []
