"""mkdocs hooks: pages that are made from the code, and command lines that are run as the site is built.

A page may hold these, besides Markdown:

* fenced blocks ``file``, ``edit``, ``show`` and ``screen``: see :mod:`_hooks.screens`;
* ``<!-- generate: NAME -->``: a part from :data:`PARTS`;
* ``<!-- inline: img/NAME.svg -->``: a drawing that takes the page's colours.
"""

import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from _hooks import back_ends, bounds, commands, drafts, errors, ir_page, patterns, screens, standards
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

DOCS = Path(__file__).parent
#: Warnings of this logger fail `mkdocs build --strict`.
LOG = logging.getLogger("mkdocs.hooks.zhunsheng")


def agreement() -> str:
    """What `python benchmarks/million.py --write` last found."""
    return (DOCS / "_hooks" / "agreement.md").read_text(encoding="utf-8").strip()


PARTS: dict[str, Callable[[], str]] = {
    "agreement": agreement,
    "back-ends": back_ends.support,
    "bounds": bounds.tables,
    "command-reference": commands.reference,
    "draft-figures": drafts.figures,
    "ir-nodes": ir_page.nodes,
    "ir-dump": ir_page.example,
}

_PART = re.compile(r"<!-- (generate|inline): (\S+) -->")


def generated() -> tuple[dict[str, str], list[str]]:
    """All pages made from code, by their place in the docs, and what is missing."""
    pages: dict[str, str] = {}
    missing: list[str] = []
    for made, lacks in (patterns.pages(), errors.pages(DOCS / "errors"), standards.pages()):
        pages |= made
        missing += lacks
    schema = DOCS.parent / "runtime" / "rendering" / "result.schema.json"
    pages["developers/result.schema.json"] = schema.read_text(encoding="utf-8")
    return pages, missing


def expanded(nav: list[Any], pages: dict[str, str]) -> list[Any]:
    """The navigation with the pages of a generated section put below its index page."""
    result: list[Any] = []
    for item in nav:
        if not isinstance(item, dict):
            result += [item, *_below(item, pages)]
            continue
        ((title, target),) = item.items()
        if isinstance(target, list):
            result.append({title: expanded(target, pages)})
        elif below := _below(target, pages):
            result.append({title: [target, *(errors.grouped(below) if title == "错误代码" else below)]})
        else:
            result.append(item)
    return result


def _below(target: str, pages: dict[str, str]) -> list[str]:
    """The generated pages beside a generated index page."""
    if not target.endswith("/index.md") or target not in pages:
        return []
    folder = target.removesuffix("index.md")
    return [p for p in pages if p.startswith(folder) and p.endswith(".md") and p != target]


def rendered(markdown: str) -> tuple[str, list[str]]:
    """A page with its parts put in and its commands run, and what went wrong in that."""

    def part(match: re.Match[str]) -> str:
        if match[1] == "generate":
            return PARTS[match[2]]()
        return (DOCS / match[2]).read_text(encoding="utf-8").strip()

    return screens.rendered(_PART.sub(part, markdown))


_generated: dict[str, str] = {}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Makes the pages, so that the navigation can name them."""
    pages, missing = generated()
    _generated.clear()
    _generated.update(pages)
    for problem in missing:
        LOG.warning(problem)
    config.nav = expanded(config.nav or [], pages)
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages; a note that was written by hand for one of them is part of it already."""
    for place, content in _generated.items():
        by_hand = files.get_file_from_path(place)
        if by_hand is not None:
            files.remove(by_hand)
        files.append(File.generated(config, place, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Puts parts in and runs the commands of a page."""
    text, problems = rendered(markdown)
    for problem in problems:
        LOG.warning("%s: %s", page.file.src_uri, problem)
    return text


_CJK = r"[\u2e80-\u9fff\uff00-\uffef“”‘’…—]"
_SOFT_BREAK = re.compile(rf"({_CJK}(?:</\w+>)*)\n(?=(?:<\w[^>]*>)*{_CJK})")


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Takes out the line breaks between Chinese characters, which browsers would show as spaces."""
    parts = re.split(r"(<pre.*?</pre>)", html, flags=re.DOTALL)
    return "".join(part if part.startswith("<pre") else _SOFT_BREAK.sub(r"\1", part) for part in parts)
