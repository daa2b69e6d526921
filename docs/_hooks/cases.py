"""Case files (用例) as parts of pages: rule text with the words that count in colour, and what comes of it."""

import re
import sys
from pathlib import Path

from zhunsheng.dsl import ast
from zhunsheng.dsl.formatting.marks import paragraphs

from .screens import ROOT, screen_html
from .text import fence, html, md

sys.path.append(str(ROOT / "tests"))
from case_files import RULES, Block, CaseFile, case_paths, read_case, run_case_file

__all__ = ["CaseFile", "all_cases", "bad_html", "codes", "good_page", "marked", "prose", "title"]

#: How a page shows each kind of character.
CLASSES: dict[ast.MarkKind, str] = {
    "fact": "zs-fact",
    "description": "zs-desc",
    "operative": "zs-op",
    "unread": "zs-unread",
    "layout": "",
}
_PLACE = re.compile(r"(\d+):(\d+)-(\d+):(\d+) “")


def all_cases() -> list[CaseFile]:
    """All case files, in order."""
    return [read_case(path) for path in case_paths()]


def title(case: CaseFile) -> str:
    """The title of a case."""
    return case.prose.splitlines()[0].removeprefix("# ").strip()


def prose(case: CaseFile) -> str:
    """Why the case exists, without the title."""
    return sentences("\n".join(case.prose.splitlines()[1:]))


def sentences(text: str) -> str:
    """The sentences of a case: Markdown, but no HTML."""
    return text.strip().replace("&", "&amp;").replace("<", "&lt;")


def codes(case: CaseFile) -> list[str]:
    """The codes a case expects, in order."""
    return [block.text.split(" ", 1)[0] for block in case.blocks if block.kind == "diagnostics"]


def marked(text: str, runs: list[tuple[int, int, str]]) -> str:
    """A text as HTML, with runs of it in classes."""
    parts = []
    at = 0
    for begin, end, name in sorted(runs):
        if begin < at:
            continue
        parts.append(html(text[at:begin]))
        inner = html(text[begin:end])
        parts.append(f'<span class="{name}">{inner}</span>' if name else inner)
        at = end
    return "".join(parts) + html(text[at:])


def block_html(inner: str) -> str:
    """Rule text as a block of its own."""
    return f'<div class="zs-screen zs-source"><pre>{inner}</pre></div>'


# -- bad cases


def _told(block: Block) -> tuple[str, str]:
    """A diagnostics block as the words of the tool, and its place."""
    first, message, *rest = block.text.rstrip("\n").splitlines()
    code, severity, place = first.split(" ", 2)
    word = {"error": "错误", "warning": "警告", "advice": "建议"}[severity]
    lines = [f"{word} {code}：{message}"]
    words = place[place.find("“") :] if "“" in place else ""
    match = _PLACE.match(place)
    lines += [f"  位置：第{match[1]}行{words if words != '“”' else ''}"] if match else []
    lines += [
        f"  {line.replace('另见 ', '另见：', 1) if line.startswith('另见 ') else line}" for line in rest
    ]
    return "\n".join(lines), place


def bad_html(case: CaseFile, code: str) -> str:
    """The rule text of a bad case with the words of a code underlined, and what the tool says of them."""
    rules = case.rules
    text = rules.text.rstrip("\n")
    offsets = [0]
    for line in text.splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line))
    runs, screens = [], []
    for block in case.blocks:
        if block.kind != "diagnostics" or not block.text.startswith(code):
            continue
        told, place = _told(block)
        screens.append(told)
        match = _PLACE.match(place)
        if match and rules.kind != "zhun-escaped":
            a, b, c, d = (int(number) - 1 for number in match.groups())
            if c < len(offsets):
                runs.append((offsets[a] + b, min(offsets[c] + d, len(text)), "zs-at"))
    bases = "".join(f"\n依据（`{n}.zhun.md`）：\n\n{fence(t)}\n" for n, t in case.bases.items())
    official = f"\n原文：\n\n{fence(case.official)}\n" if case.official else ""
    shown = block_html(marked(text, runs)) if text else "（空文件）"
    return f"{shown}\n{bases}{official}\n{screen_html([], chr(10).join(screens), None)}"


# -- good cases


def good_page(case: CaseFile, level: int) -> str:
    """A good case: title, sentences, rule text in colours, and what comes of it."""
    anchor = f"{case.path.parent.parent.name}-{case.path.stem}"
    parts = [f"{'#' * level} {md(title(case))} {{ #{anchor} }}"]
    first = True
    for part in case.parts:
        if isinstance(part, str):
            text = "\n".join(part.splitlines()[1:]) if first else part
            first = False
            parts.append(sentences(text))
        elif part.kind in RULES:
            parts.append(_good_rules(case, part))
        elif part.kind == "base":
            parts.append(f"依据（`{part.option}.zhun.md`）：\n\n{fence(part.text)}")
        elif part.kind == "source":
            parts.append(f"原文：\n\n{fence(part.text)}")
        elif part.kind == "facts":
            parts.append(f"填报：\n\n{fence(part.text)}")
        elif part.kind == "score":
            parts.append(f"评分：\n\n{fence(part.text)}")
        elif part.kind == "ir":
            body = html(part.text.rstrip())
            parts.append(
                f'<details class="zs-ir"><summary>给开发人员：中间表示</summary><pre>{body}</pre></details>'
            )
    return "\n\n".join(part for part in parts if part) + "\n"


def _good_rules(case: CaseFile, block: Block) -> str:
    if block.kind == "zhun-escaped":
        return fence(block.text)
    outcome = run_case_file(case)
    source, parsed = outcome.compiled.source, outcome.compiled.parsed
    assert parsed is not None
    begin = 0
    for _ in range(outcome.skipped):
        begin = source.text.index("\n", begin) + 1
    text = block.text.rstrip("\n")
    homes = [
        (source.home(mark.span), CLASSES[mark.kind])
        for _, paragraph in paragraphs(parsed)
        for mark in paragraph.marks
    ]
    runs = [
        (span.start - begin, span.end - begin, name)
        for (file, span), name in homes
        if file.name == source.name and begin <= span.start and span.end <= begin + len(text)
    ]
    return block_html(marked(text, runs))


def relative(path: Path) -> str:
    """A path as it is printed."""
    return path.relative_to(ROOT).as_posix()
