"""The draft of a local variant: a row of 本地化 for each open term of the base, and a place for what it lacks."""

import re
from collections.abc import Iterator

from attrs import define, field

from zhunsheng.compiler import ir
from zhunsheng.dsl.drafting.draft import PENDING
from zhunsheng.dsl.formatting.format import format_rules
from zhunsheng.runtime.facts import FactSpec
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.source import Source

_TERM = re.compile(r"(?P<id>\d+(?:\.\d+)*) [^：]*：(?P<what>[^：]+)")
_LIMIT = re.compile(r"(?P<fact>.+)：酌情的上限")
#: What stands where the author has to put a number; it is refused until he does.
BLANK = "……"
_DICTIONARY = "| 名称 | 类型 | 单位 | 范围 | 说明 | 佐证材料 | 备注 |\n|---|---|---|---|---|---|---|"


@define
class _Variant:
    """The parts of the file; `changes` are the 改动 of each 对象, in the order of the base."""

    program: ir.Program
    listed: frozenset[str]
    changes: dict[str, list[str]] = field(factory=dict)
    leaves: dict[str, str] = field(factory=dict)
    facts: list[str] = field(factory=list)
    tiers: list[str] = field(factory=list)
    other: list[str] = field(factory=list)

    def add(self, term: str) -> None:
        """Sorts one open term."""
        leaf, limit = _TERM.fullmatch(term), _LIMIT.fullmatch(term)
        path = _path(self.program.indicators, leaf["id"]) if leaf else ""
        if leaf and path and "细则" in leaf["what"]:
            self.change(path, "补充")
            self.leaves[leaf["id"]] = f"{PENDING}在这里写怎样计分"
        elif leaf and path and ("权重" in leaf["what"] or "分值" in leaf["what"]):
            self.change(path, f"{_word(self.program)}{BLANK}")
        elif limit and any(spec.name == limit["fact"] for spec in self.program.facts):
            name = limit["fact"]
            self.change(f"数据项/{name}", "替换" if name in self.listed else "新增")
            self.facts.append(_row(self.program.fact(name)))
        elif term.startswith("评定等级："):
            self.change("评定等级", "补充")
            self.tiers.append(
                f"{PENDING}在这里写{term.removeprefix('评定等级：')}，如“80分（含）以上评为优秀”"
            )
        else:
            self.other.append(f"{PENDING}依据里没有定下：{term}")

    def change(self, target: str, change: str) -> None:
        own = self.changes.setdefault(target, [])
        if change not in own:
            own.append(change)

    def headings(self, indicators: tuple[ir.Indicator, ...], level: int) -> Iterator[str]:
        """The headings on the way to the leaves that lack rules."""
        for indicator in indicators:
            if any(id == indicator.id or id.startswith(f"{indicator.id}.") for id in self.leaves):
                yield f"{'#' * level} {indicator.title}"
                if indicator.id in self.leaves:
                    yield self.leaves[indicator.id]
                yield from self.headings(indicator.children, level + 1)


def draft_variant(program: ir.Program, base: str, listed: frozenset[str]) -> str:
    """The text of a variant of `base` with every open term ready to fill. `listed` are the facts that stand
    in the base's 数据项."""
    variant = _Variant(program, listed)
    for term in program.open_terms:
        variant.add(term)
    rows = [f"| {target} | {'，'.join(own)} | |" for target, own in variant.changes.items()]
    parts = [
        f"# {program.meta.title}",
        f"依据：{base}",
        f"{PENDING}标题改成本地细则的名称；有文号、发布机关、发布日期的写在文件头",
        "## 本地化",
        f"{PENDING}每一行写明理由；“{BLANK}”处填数；不改的行删去，还要改的加一行",
        *variant.other,
        "\n".join(["| 对象 | 改动 | 理由 |", "|---|---|---|", *rows]),
        *variant.headings(program.indicators, 2),
    ]
    if variant.tiers:
        parts += ["## 评定等级", *variant.tiers]
    if variant.facts:
        parts += ["## 数据项", "\n".join([_DICTIONARY, *variant.facts])]
    return format_rules(Source("", "\n\n".join(parts) + "\n"))


def _word(program: ir.Program) -> str:
    """Whether the base speaks of weights or of points; points where it says neither."""
    return "权重" if program.weighted else "分值"


def _path(indicators: tuple[ir.Indicator, ...], id: str) -> str:
    """The titles down to an indicator."""
    for indicator in indicators:
        if indicator.id == id:
            return indicator.title
        if id.startswith(f"{indicator.id}."):
            return f"{indicator.title}/{_path(indicator.children, id)}"
    return ""


def _row(spec: FactSpec) -> str:
    """The fact's row of 数据项 with its upper end to be filled in."""
    low = shown(spec.low) if spec.low is not None else "0"
    cells = (
        spec.name,
        spec.type.value,
        spec.unit,
        f"{low}～{BLANK}",
        spec.question,
        spec.evidence,
        spec.note,
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
