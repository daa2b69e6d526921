"""Case files (用例): Markdown documents under tests/cases that hold rule text and what must come of it.

A file has a title, a few sentences on why it exists, input blocks and expected blocks. Input:

* ``zhun``: a whole rule file; ``zhun GB18030`` is stored in that encoding;
* ``zhun-escaped``: the same with ``\\t``, ``\\r``, ``\\ufeff`` and ``{{字*200000}}`` (a character repeated);
* ``zhun-leaf``: the paragraphs of one indicator, with further sections behind them where needed. They are
  put under a heading ``指标（权重1）``, or ``指标（20分）`` for ``zhun-leaf 20分``, ``指标`` for ``zhun-leaf 无``;
  tier bands follow. Lines count from the block's first;
* ``source``: the official text beside the file; ``facts``: a fact file in YAML;
* ``base NAME``: a rule file NAME.zhun.md beside it, which the rule text (case.zhun.md) may adapt.

Expected, rewritten by ``pytest tests/test_cases.py --update-cases``: a ``diagnostics`` block for each
diagnostic (there is none in a good case), and, where the author put a block, ``marks`` (how every
character was read), ``ir`` (the program) and, behind each ``facts``, ``score``.
"""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import evolve, frozen

from zhunsheng.compiler.compile import Compiled, compile_file
from zhunsheng.compiler.ir.dump import dump
from zhunsheng.compiler.testing.cases import read_cases
from zhunsheng.dsl.formatting.marks import NAMES, counts, paragraphs
from zhunsheng.library import FactsError, Standard
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.rendering.phrases import check_state
from zhunsheng.runtime.result import IndicatorResult, Number, Result
from zhunsheng.runtime.source import Source, Span

CASES = Path(__file__).parent / "cases"
RULES = ("zhun", "zhun-escaped", "zhun-leaf")
KINDS = (*RULES, "base", "source", "facts", "diagnostics", "marks", "ir", "score")

_FENCE = re.compile(r"(`{3,})([a-z-]+)(?: (.*))?")
_REPEAT = re.compile(r"\{\{(.+?)\*(\d+)\}\}")
_TIERS = "\n## 评定等级\n\n不满60分评为不合格；60分以上不满80分评为合格；80分以上评为优秀。\n"
_LONGEST = 40


@frozen
class Block:
    """A fenced block: its kind, what stands behind the kind, and its text with the last line end."""

    kind: str
    option: str
    text: str
    fence: str = "```"

    def printed(self) -> str:
        """The block as it stands in the file."""
        head = f"{self.kind} {self.option}".strip()
        return f"{self.fence}{head}\n{self.text}{self.fence}\n"


@frozen
class CaseFile:
    """A case file as prose and blocks in turn."""

    path: Path
    parts: tuple[str | Block, ...]

    @property
    def good(self) -> bool:
        """Whether it stands in a folder of good cases."""
        return self.path.parent.name == "good"

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks alone."""
        return tuple(part for part in self.parts if isinstance(part, Block))

    @property
    def prose(self) -> str:
        """What is not in a block."""
        return "\n".join(part for part in self.parts if isinstance(part, str))

    @property
    def rules(self) -> Block:
        """The rule text."""
        (block,) = (block for block in self.blocks if block.kind in RULES)
        return block

    @property
    def official(self) -> str | None:
        """The official text, None where the case has none."""
        return next((block.text for block in self.blocks if block.kind == "source"), None)

    @property
    def bases(self) -> dict[str, str]:
        """Rule files beside it by name."""
        return {block.option: block.text for block in self.blocks if block.kind == "base"}

    def with_reading(self, row: str) -> "CaseFile":
        """The case with one more row of 解读."""
        rules = self.rules
        head = "| 条款 | 疑义 | 采用 | 理由 |\n|---|---|---|---|\n"
        if "## 解读" not in rules.text:
            text = f"{rules.text}\n## 解读\n\n{head}{row}\n"
        else:
            text = rules.text.replace(head, f"{head}{row}\n")
        return evolve(self, parts=tuple(evolve(p, text=text) if p == rules else p for p in self.parts))

    def printed(self) -> str:
        """The whole file; an empty line stands between its parts."""
        return "\n".join(f"{part}\n" if isinstance(part, str) else part.printed() for part in self.parts)


def case_paths() -> list[Path]:
    """All case files, in order."""
    return sorted(CASES.glob("*/*/*.md"))


def read_case(path: Path) -> CaseFile:
    """Splits a case file into prose and blocks."""
    parts: list[str | Block] = []
    prose: list[str] = []
    lines = iter(path.read_text(encoding="utf-8").splitlines(keepends=True))
    for line in lines:
        match = _FENCE.fullmatch(line.rstrip("\n"))
        if match is None:
            prose.append(line)
            continue
        body = []
        for inner in lines:
            if inner.rstrip("\n") == match[1]:
                break
            body.append(inner)
        else:
            raise AssertionError(f"{path}: {match[0]} is not closed")
        assert match[2] in KINDS, f"{path}: unknown block {match[2]}"
        parts += ["".join(prose).strip(), Block(match[2], match[3] or "", "".join(body), match[1])]
        prose = []
    parts.append("".join(prose).strip())
    return CaseFile(path, tuple(part for part in parts if part))


# ---- running


def rule_bytes(block: Block) -> tuple[bytes, int]:
    """The rule file that a block stands for, and how many lines stand before the block's first."""
    if block.kind == "zhun":
        return block.text.encode(block.option or "utf-8"), 0
    if block.kind == "zhun-escaped":
        text = re.sub(
            r"\\(?:u([0-9a-f]{4})|([trn]))",
            lambda m: chr(int(m[1], 16)) if m[1] else {"t": "\t", "r": "\r", "n": "\n"}[m[2]],
            block.text,
        )
        return _REPEAT.sub(lambda m: m[1] * int(m[2]), text).encode(block.option or "utf-8"), 0
    mark = {"": "（权重1）", "无": ""}.get(block.option, f"（{block.option}）")
    head = f"# 片段\n\n## 指标{mark}\n\n"
    tiers = "" if "## 评定等级" in block.text else _TIERS
    return (head + block.text + tiers).encode(), head.count("\n")


@frozen
class Outcome:
    """What came of a case's rule text."""

    compiled: Compiled
    diagnostics: tuple[Diagnostic, ...]
    skipped: int

    @property
    def standard(self) -> Standard:
        """The compiled standard."""
        assert self.compiled.program is not None, [d.message for d in self.diagnostics]
        return Standard(self.compiled.program, Path("case.zhun.md"))


def run_case_file(case: CaseFile) -> Outcome:
    """Compiles the rule text with the official text beside it, and reads its worked examples."""
    data, skipped = rule_bytes(case.rules)
    with TemporaryDirectory() as folder:
        path = Path(folder, "case.zhun.md")
        path.write_bytes(data)
        if case.official is not None:
            path.with_name("source.txt").write_text(case.official, encoding="utf-8")
        for name, text in case.bases.items():
            path.with_name(f"{name}.zhun.md").write_text(text, encoding="utf-8")
        compiled = compile_file(path, "case", path.name)
    found = compiled.diagnostics
    if compiled.program is not None and compiled.parsed is not None:
        found += read_cases(compiled.parsed, compiled.program)[1]
    return Outcome(compiled, found, skipped)


def expected(case: CaseFile) -> CaseFile:
    """The case with its expected blocks as they come out now; diagnostics stand behind all else."""
    outcome = run_case_file(case)
    parts: list[str | Block] = []
    facts = ""
    for part in case.parts:
        if isinstance(part, str):
            parts.append(part)
        elif part.kind != "diagnostics":
            facts = part.text if part.kind == "facts" else facts
            parts.append(_filled(part, outcome, facts))
    parts += [Block("diagnostics", "", told_diagnostic(d, outcome.skipped)) for d in outcome.diagnostics]
    return evolve(case, parts=tuple(parts))


def _filled(block: Block, outcome: Outcome, facts: str) -> Block:
    match block.kind:
        case "marks":
            return evolve(block, text=told_marks(outcome))
        case "ir":
            return evolve(block, text=told_program(outcome))
        case "score":
            return evolve(block, text=told_score(outcome, facts))
    return block


# ---- telling


def told_diagnostic(diagnostic: Diagnostic, skipped: int) -> str:
    """Code, severity, place and underlined words; then the message, other places, the help."""
    lines = [
        f"{diagnostic.code} {diagnostic.severity.value} {_place(diagnostic.source, diagnostic.span, skipped)}"
    ]
    lines.append(diagnostic.message)
    for label in diagnostic.labels:
        lines.append(f"另见 {_place(diagnostic.source, label.span, skipped)} {label.text}".rstrip())
    lines += [
        f"{'改法：' if not n else '　　　'}{line}" for n, line in enumerate(diagnostic.help.splitlines())
    ]
    return "".join(f"{line}\n" for line in lines)


def _place(source: Source | None, span: Span | None, skipped: int) -> str:
    if source is None or span is None:
        return "-"
    words = source.slice(span)
    shown = "".join("⏎" if char == "\n" else _visible(char) for char in words)
    if len(shown) > _LONGEST:
        shown = shown[:_LONGEST] + "……"
    return f"{_point(source, span.start, skipped)}-{_point(source, span.end, skipped)} “{shown}”"


def _visible(char: str) -> str:
    return char if char.isprintable() or char == "\u3000" else f"\\u{ord(char):04x}"


def _point(source: Source, offset: int, skipped: int) -> str:
    line, column = source.position(offset)
    return f"{line - skipped}:{column}" if line > skipped else f"标题:{column}"


def told_marks(outcome: Outcome) -> str:
    """How every character of the executable text was read; of a leaf only its own."""
    assert outcome.compiled.parsed is not None
    lines = []
    for heading, paragraph in paragraphs(outcome.compiled.parsed):
        if outcome.skipped and not heading.id:
            continue
        for mark in paragraph.marks:
            words = outcome.compiled.source.slice(mark.span)
            if words.strip():
                shown = "".join("⏎" if char == "\n" else _visible(char) for char in words)
                lines.append(f"{NAMES[mark.kind]} {shown}")
        lines.append("＋".join(f"{NAMES[kind]}{n}" for kind, n in counts(paragraph).items() if n) + "字")
    return "".join(f"{line}\n" for line in lines)


def told_program(outcome: Outcome) -> str:
    """The IR; of a leaf without the tiers of its frame."""
    text = dump(outcome.standard.program)
    if not outcome.skipped:
        return text
    lines = text.splitlines(keepends=True)[1:]
    return "".join(line for line in lines if not line.startswith("tier "))


def told_score(outcome: Outcome, facts: str) -> str:
    """Total, tier, and each indicator with its clauses, the arithmetic as the trace shows it."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "facts.yaml")
        path.write_text(facts, encoding="utf-8")
        try:
            result = outcome.standard.score(path)
        except FactsError as error:
            return "".join(told_diagnostic(d, 0) for d in error.diagnostics)
    lines = [_verdict(result)]
    lines += [
        f"{c.id} {_HOLDS[c.holds]}{'' if c.binding else '（不影响资格）'} {c.calculation}"
        for c in result.conditions
    ]
    for indicator in result.indicators:
        lines += _indicator(indicator)
    if "；" in result.summation:
        lines.append(result.summation)
    lines += [f"{t.name}的条件：{t.needs}：{_MET[t.met]}" for t in result.tiers if t.needs]
    lines += [f"否决 {v.text}：{_TRIGGERED[v.triggered]}" for v in result.vetoes]
    lines += [f"直接认定 {v.text}：{_TRIGGERED[v.triggered]}" for v in result.passes]
    lines += [f"其他处理 {v.text}：{_TRIGGERED[v.triggered]}" for v in result.consequences]
    return "".join(f"{line}\n" for line in lines)


_MET = {True: "符合", False: "不符合", None: "待定"}
_HOLDS = {True: "符合", False: "不符合", None: "待定"}
_TRIGGERED = {True: "已触发", False: "未触发", None: "待定"}


def _verdict(result: Result) -> str:
    grade = result.grade or "、".join(result.possible_grades)
    eligible = f"资格 {_HOLDS[result.eligible]} " if result.conditions else ""
    if result.unscored:
        return eligible.strip()
    if result.graded:
        return f"{eligible}等级 {grade}"
    total = _number(result.total, result.total_min, result.total_max)
    return f"{eligible}得分 {total}" + (f" 等级 {grade}" if grade else "")


def _number(value: Number | None, low: Number | None, high: Number | None) -> str:
    if value is not None:
        return shown(value)
    return f"{'不限' if low is None else shown(low)}～{'不限' if high is None else shown(high)}"


def _indicator(node: IndicatorResult) -> list[str]:
    if node.children:
        summed = [f"小计 {node.id}：{step}" for step in node.steps]
        return summed + [line for child in node.children for line in _indicator(child)]
    if node.absent:
        return [f"{node.id} {node.title} {step}" for step in node.steps]
    lines = [f"{node.id} {node.title} {_number(node.score, node.score_min, node.score_max)}分"]
    for clause in node.clauses:
        points = _number(clause.points, clause.points_min, clause.points_max)
        cap = f"；{clause.cap}" if clause.cap else ""
        lines.append(f"  {clause.id} {points}分 {clause.calculation}{cap}")
    lines += [f"  {v.id} {v.effect}：{check_state(v)}（{v.calculation}）" for v in node.vetoes]
    lines += [f"  {step}" for step in node.steps]
    return lines
