"""A worksheet for each subject in the book of results: its scores, clause by clause, as they can be worked out by hand."""

from collections.abc import Iterator
from fractions import Fraction

from zhunsheng.compiler.batch.cells import Cell, holdable, units
from zhunsheng.compiler.batch.results import status, wanted
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.rendering.explain_indicators import fact_lines
from zhunsheng.runtime.rendering.phrases import check_state
from zhunsheng.runtime.rendering.safe_text import safe_line
from zhunsheng.runtime.result import FactShown, IndicatorResult, Number, Result, VetoResult

#: The most subjects with a worksheet of their own; beyond that nobody turns the pages.
MOST = 500
#: The most characters of a worksheet's name, and those that it cannot have.
_LONGEST, _FORBIDDEN = 31, frozenset("[]:*?/\\'")
HEAD = ("序号", "指标或条文", "得分", "计算")
Page = tuple[tuple[Cell, ...], ...]


def page(result: Result) -> Page:
    """The rows of a subject's worksheet: what came out, a blank row, then every indicator with its clauses."""
    rows: list[tuple[Cell, ...]] = [("评价对象", safe_line(result.subject)), ("状态", status(result))]
    if result.total_min is not None or result.total_max is not None:
        rows.append(("总分", _ends(result.total, result.total_min, result.total_max)))
    if result.grade or result.possible_grades:
        rows.append(("等级", result.grade or f"可能是{'、'.join(result.possible_grades)}"))
    if lacking := wanted(result):
        rows.append(("缺少的数据项", "、".join(lacking)))
    table: list[tuple[Cell, ...]] = []
    for one in result.conditions:
        table += [(one.id, one.text, _held(one.holds), one.calculation), *_facts(one.facts)]
    table += [line for one in result.indicators for line in _indicator(one)]
    table += [line for one in result.vetoes for line in _veto(one)]
    return (*rows, (), HEAD, *table)


def _indicator(one: IndicatorResult) -> Iterator[tuple[Cell, ...]]:
    full = f"（满分{shown(one.full)}）" if one.full is not None else ""
    score = _ends(one.score, one.score_min, one.score_max)
    yield one.id, f"{one.title}{full}", "缺项" if one.absent else score, "；".join(one.steps)
    for clause in one.clauses:
        points = _ends(clause.points, clause.points_min, clause.points_max)
        if clause.dropped:
            # As text: a column of points is added up.
            points = f"{shown(points) if isinstance(points, int | Fraction) else points}（{clause.dropped}）"
        words = "；".join(word for word in (clause.calculation, clause.cap) if word)
        yield clause.id, clause.text, points, words
        yield from _facts(clause.facts)
    for veto in one.vetoes:
        yield from _veto(veto)
    for child in one.children:
        yield from _indicator(child)


def _veto(one: VetoResult) -> Iterator[tuple[Cell, ...]]:
    yield one.id, one.text, check_state(one).removeprefix("已"), one.calculation
    yield from _facts(one.facts)


def _facts(facts: tuple[FactShown, ...]) -> Iterator[tuple[Cell, ...]]:
    """What was used, with the numbers that it was worked out from or compared with."""
    for line in fact_lines(facts):
        tags = "、".join(tag.text for tag in line.tags)
        yield "", f"{line.label}（{tags}）" if tags else line.label, "", line.text


def _held(holds: bool | None) -> str:
    return {True: "符合", False: "不符合", None: "待定"}[holds]


def _ends(value: Number | None, low: Number | None, high: Number | None) -> Cell:
    """A number, or the ends between which it lies."""
    if value is not None:
        return value
    return "～".join("不限" if end is None else shown(end) for end in (low, high))


def _cut(text: str, most: int) -> str:
    while units(text) > most:
        text = text[: most if len(text) > most else -1]
    return text


def sheet_name(name: str, taken: set[str]) -> str:
    """A name that a worksheet can have and none has; `taken` are those there are, in lower case, and takes it in."""
    safe = safe_line(holdable(name))
    plain = "".join("＿" if char in _FORBIDDEN else char for char in safe).strip() or "无名称"
    number, ending = 1, ""
    while True:
        found = _cut(plain, _LONGEST - len(ending)) + ending
        # Excel keeps this name for itself.
        if found.lower() not in taken and found.lower() != "history":
            taken.add(found.lower())
            return found
        number += 1
        ending = f"（{number}）"
