"""Leaves put together at random from the sentences of the good cases, compiled and read by the naive evaluator.

A mix is known by its number alone, and a new case changes few of them: what it is made of is drawn by the names of the cases.
"""

import random
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from zlib import crc32

import naive
from attrs import frozen
from case_files import Block, case_paths, read_case, rule_bytes
from differential import compare, compare_intervals
from naive_logic import Unread
from naive_reader import FIRST

from zhunsheng.compiler.compile import compile_source
from zhunsheng.library import Standard
from zhunsheng.runtime.diagnostics import Severity
from zhunsheng.runtime.source import Source

#: Random applicants of each mix, complete and with facts taken away.
APPLICANTS, INCOMPLETE = 40, 3
#: At most so many readings are given to a mix.
READINGS = 14
HEADS = ("名称", "类型", "单位", "范围", "备注")
NUMBERS = ("1", "2", "3", "5", "10", "20", "60", "80", "90")
OPTIONS = ("", "20分", "100分", "10分", "无", "40分")
BETWEEN = ("。", "。", "。", "；", "；", "；", "，", "。\n\n", "；\n\n2. ")
_READING = re.compile(r"\| [^|；]+ \| [^|]+ \| [^|]+ \| 理由 \|")


@frozen
class Origin:
    """What a case lends: its sentences, and its rows of 数据项 by fact."""

    name: str
    sentences: tuple[str, ...]
    rows: dict[str, str]


@frozen
class Mix:
    """A leaf: its paragraphs, the rows of 数据项 for the facts that they name, and the option of its heading."""

    text: str
    rows: tuple[str, ...]
    option: str

    def block(self, readings: Iterable[str] = ()) -> Block:
        """The leaf with its sections, as a case has it."""
        parts = [self.text]
        if self.rows:
            parts.append("## 数据项\n\n" + _table(HEADS, self.rows))
        if readings:
            parts.append("## 解读\n\n" + _table(("条款", "疑义", "采用", "理由"), readings))
        return Block("zhun-leaf", self.option, "\n\n".join(parts) + "\n")


def _table(heads: Iterable[str], rows: Iterable[str]) -> str:
    names = list(heads)
    return "\n".join([f"| {' | '.join(names)} |", "|---" * len(names) + "|", *rows])


# ---- what mixes are made of


@cache
def origins() -> tuple[Origin, ...]:
    """The good cases of one indicator in plain sentences."""
    found = []
    for path in case_paths():
        rules = read_case(path).rules
        body, *sections = rules.text.split("\n## ")
        if path.parent.name != "good" or rules.kind != "zhun-leaf" or re.search(r"[|`]|\n\n.*" * 5, body):
            continue
        paragraphs = [p.strip().replace("\n", "") for p in body.split("\n\n")]
        sentences = [
            sentence.strip()
            for paragraph in paragraphs
            if not paragraph.startswith(("基本要求", ">"))
            for sentence in re.split("[。；]", paragraph)
            if sentence.strip()
        ]
        if sentences:
            name = f"{path.parent.parent.name}/{path.stem}"
            found.append(Origin(name, tuple(sentences), _rows(sections)))
    return tuple(found)


def _rows(sections: list[str]) -> dict[str, str]:
    """The rows of 数据项 with the same columns everywhere."""
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for section in sections
        if section.startswith("数据项")
        for line in section.splitlines()
        if line.startswith("|")
    ]
    rows = [dict(zip(lines[0], cells, strict=False)) for cells in lines[2:]]
    return {row["名称"]: f"| {' | '.join(row.get(head, '') for head in HEADS)} |" for row in rows}


def _drawn(number: int, draw: int) -> Origin:
    return max(origins(), key=lambda origin: crc32(f"{number}/{draw}/{origin.name}".encode()))


def mixed(number: int, rng: random.Random) -> Mix:
    """The mix of this number: sentences of one to three cases, now and then with facts and numbers exchanged."""
    sentences: list[str] = []
    rows: dict[str, str] = {}
    for draw in range(rng.choice([1, 2, 2, 3])):
        origin = _drawn(number, draw)
        rows = origin.rows | rows
        first = rng.randrange(len(origin.sentences))
        some = origin.sentences[first : first + rng.choice([1, 1, 2, 3])]
        sentences += some if rng.random() < 0.7 else origin.sentences
    if rng.random() < 0.3:
        rng.shuffle(sentences)
    text = "".join(sentence + rng.choice(BETWEEN) for sentence in sentences)
    text = re.sub(r"[，；。]\s*(?:2\. )?$", "。", text)
    names = list(dict.fromkeys(re.findall(r"【([^】｜]+)】", text)))
    for name in names[1:]:
        if rng.random() < 0.25:
            text = text.replace(f"【{name}】", f"【{rng.choice(names)}】")
    if rng.random() < 0.5:
        text = re.sub(
            r"(?<![\d.])\d{1,2}(?![\d.])", lambda n: rng.choice(NUMBERS) if rng.random() < 0.3 else n[0], text
        )
    used = tuple(row for name, row in rows.items() if f"【{name}】" in text or f"｜{name}】" in text)
    return Mix(text, used, rng.choice(OPTIONS))


# ---- comparing


def settled(mix: Mix, rng: random.Random) -> tuple[Standard, str] | None:
    """The standard with its text, each doubt settled by a reading that the error offers; None where it is refused."""
    readings: list[str] = []
    for _ in range(READINGS):
        text = rule_bytes(mix.block(readings))[0].decode()
        compiled = compile_source(Source("mix.zhun.md", text), "mix")
        errors = [d for d in compiled.diagnostics if d.severity is Severity.ERROR]
        offered = [_READING.findall(error.help) for error in errors]
        if compiled.program is not None and not compiled.program.open_terms:
            return Standard(compiled.program, Path("mix.zhun.md")), text
        if not all(offered) or not errors:
            return None
        readings.append(rng.choice(offered[0]))
    return None


def verdict(number: int) -> str:
    """What comes of a mix: 拒绝 (the compiler refuses it), 不读 (the naive evaluator does), 一致, or the text with what differs."""
    rng = random.Random(number)
    mix = mixed(number, rng)
    text = rule_bytes(mix.block())[0].decode()
    try:
        found = settled(mix, rng)
        if found is None:
            return "拒绝"
        own, text = found
        second = naive.read(text, FIRST)
        compare(own, second, number, APPLICANTS)
        compare_intervals(own, second, number, INCOMPLETE)
    except Unread:
        return "不读"
    except Exception as error:  # noqa: BLE001 -- whatever goes wrong is told with the text
        return f"No. {number}: {type(error).__name__}: {error}\n\n{text}"
    return "一致"
