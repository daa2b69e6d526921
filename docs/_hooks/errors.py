"""The pages of error codes, from the registry, the bad case files and the tables of tests/test_facts.py."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from zhunsheng.runtime.codes import CODES, Code
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.reading.read_facts import facts_from_mapping, read_facts
from zhunsheng.runtime.rendering.render_diagnostics import render_full

from .cases import CaseFile, all_cases, bad_html, codes, prose, title
from .screens import screen_html
from .text import fence, md, table

import test_facts  # isort: skip  (cases.py has put tests/ on the path)
from fact_specs import BY_NAME, SPECS  # isort: skip

SEVERITIES = {
    "error": ("错误", "改好以前不能评分"),
    "warning": ("警告", "可以评分，但应有人看一看"),
    "advice": ("建议", "加上 --advice 才显示"),
}
GROUPS = {
    "ZS01": "文件和标题",
    "ZS02": "条文的字句",
    "ZS03": "数据项、类型和单位",
    "ZS04": "解读",
    "ZS05": "权重、分值、等级和得分",
    "ZS06": "与原文核对，本地化",
    "ZS07": "案例",
    "ZS08": "建议",
    "ZS09": "填报文件",
}
#: At most so many examples a page, and so many characters an example.
MOST, LONGEST = 6, 400


def pages(notes: Path) -> tuple[dict[str, str], list[str]]:
    """The index and a page a code; and the codes that have no example and no note."""
    bad = [case for case in all_cases() if not case.good]
    made: dict[str, str] = {}
    missing = []
    for code, entry in CODES.items():
        note = notes / f"{code}.md"
        by_hand = note.read_text(encoding="utf-8").strip() if note.is_file() else ""
        examples = list(_examples(code, bad))[:MOST]
        if not by_hand and not examples:
            missing.append(
                f"错误代码 {code} 没有一页：tests/cases 里没有它的用例，也没有 docs/errors/{code}.md"
            )
        made[f"errors/{code}.md"] = _page(code, entry, by_hand, examples)
    return {"errors/index.md": _index(), **made}, missing


def grouped(places: list[str]) -> list[dict[str, list[str]]]:
    """The pages for the navigation, in their groups."""
    groups = {f"{prefix} {name}": f"errors/{prefix}" for prefix, name in GROUPS.items()}
    return [
        {name: found}
        for name, start in groups.items()
        if (found := [p for p in places if p.startswith(start)])
    ]


def _index() -> str:
    parts = [
        "# 错误代码\n",
        "工具的每条提示都有代码，如 `ZS0201`。一处毛病只报一条，一个文件里的毛病一次全部报出。",
        "每条提示依次说明：哪里不对、在第几行、是哪几个字、怎样改。\n",
        table(("级别", "意思"), [(word, meaning) for word, meaning in SEVERITIES.values()]) + "\n",
    ]
    for prefix, name in GROUPS.items():
        rows = [
            (f"[{code}]({code}.md)", md(entry.title), SEVERITIES[entry.severity][0])
            for code, entry in CODES.items()
            if code.startswith(prefix)
        ]
        if rows:
            parts.append(f"## {prefix} {name}\n\n{table(('代码', '意思', '级别'), rows)}\n")
    return "\n".join(parts)


def _page(code: str, entry: Code, by_hand: str, examples: list[str]) -> str:
    word, meaning = SEVERITIES[entry.severity]
    parts = [f"# {code} {md(entry.title)}", f"**{word}**（{meaning}）。英文名 `{entry.name}`。"]
    parts += [by_hand] if by_hand else []
    return "\n\n".join([*parts, *examples]) + "\n"


def _examples(code: str, bad: list[CaseFile]) -> Iterator[str]:
    for case in bad:
        if code in codes(case):
            yield f"## {md(title(case))}\n\n{prose(case)}\n\n{bad_html(case, code)}"
    if code.startswith("ZS09"):
        yield from _fact_examples().get(code, [])


# -- fact files


@cache
def _fact_examples() -> dict[str, list[str]]:
    """Examples of codes of fact files, as the tables of tests/test_facts.py have them."""
    found: dict[str, list[str]] = {}

    def add(code: str, heading: str, shown: str, told: tuple[Diagnostic, ...]) -> None:
        screen = screen_html([], render_full(d for d in told if d.code == code), None)
        found.setdefault(code, []).append(f"## {heading}\n\n{shown}\n\n{screen}")

    with TemporaryDirectory() as name:
        folder = Path(name)

        def read(file: str, content: str | bytes) -> tuple[Diagnostic, ...]:
            path = folder / file
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            return read_facts(path, SPECS)[1]

        for fact, text, code, _ in test_facts.FAULTS:
            if len(text) <= LONGEST:
                content = f"{fact}: {json.dumps(text, ensure_ascii=False)}\n"
                kind = BY_NAME[fact].type.value
                add(code, f"{kind}：{md(text)}", fence(content), read("填报.yaml", content))
        for file, data, expected in test_facts.BAD:
            file = file.replace("a.", "填报.")
            told = read(file, data)
            text = data if isinstance(data, str) and _readable(data) else ""
            for code in dict.fromkeys(code for code, _ in expected):
                add(code, f"文件 {file}", fence(text) if text else "", told)
        for make, code in test_facts.HOSTILE.values():
            if code not in found:
                add(code, "文件 填报.xlsx", "", read("填报.xlsx", make()))
        for fact, value, code in test_facts.BAD_MAPPINGS:
            if code not in found or code in ("ZS0949", "ZS0950"):
                told = facts_from_mapping({fact: value}, SPECS)[1]
                add(code, f"Python：{md(repr(value))}", fence(f"score({{{fact!r}: {value!r}}})"), told)
    return found


def _readable(text: str) -> bool:
    """Whether a page can show the text as it is."""
    return 0 < len(text) <= LONGEST and all(char.isprintable() or char in "\n\t" for char in text)
