"""Tables of an official text in a draft: headings with their rules, a graded table, or a table as it stands."""

import re
from typing import Literal

from attrs import field, frozen

from zhunsheng.dsl.drafting.official_text import Grid

GridRole = Literal["indicators", "points", "grades", "other"]

_LEVEL = re.compile(
    r"[一二三四]级(?:指标)?|(?:评价|考核|评分|考评|测评)?(?:指标|项目|内容|类别)(?:名称)?|(?:考核|评价)?要素"
)
#: 评价内容 heads titles in one table and sentences in another; titles are at most so long.
_LONGEST_TITLE, _LONGEST_CONTENT = 40, 16
_RANKED = re.compile(r"[一二三四]级(?:指标)?")
_MARK = re.compile(
    r"权重(?:[（(](?:%|％)[)）])?|(?:标准|参考)?分值?(?:[（(]分[)）])?|标准分值?|分数|满分|配分"
)
_RULES = re.compile(
    r"(?:评价|评分|评定|考核|计分|打分|考评|赋分|得分|扣分|测评)(?:细则|标准|办法|方法|规则|说明)(?:[（(].*[)）])?"
)
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*(分|%|％)?")
_LIMIT = re.compile(r"√|[—－-]{1,3}|[≥≤＞＜><]?\s*[\d,，\s]+(?:\.\d+)?\s*\S{0,4}|无|有")
_TOTAL = re.compile("合计|总计|总分|小计")


@frozen
class Row:
    """An indicator of a table: the cell texts of its levels with their marks, its rules and its remarks."""

    titles: tuple[tuple[str, str], ...]
    rules: tuple[str, ...]
    remarks: tuple[tuple[str, str], ...]


@frozen
class Indicators:
    """The rows of a table, and the parts of it that found no place."""

    rows: tuple[Row, ...]
    lost: tuple[str, ...] = field(default=())


def grid_role(grid: Grid) -> GridRole:
    """What a table is, by the heads of its columns and by what its cells look like."""
    head = [_bare(cell) for cell in grid.rows[0]]
    levels = _levels(grid)
    ranked = sum(1 for column in levels if _RANKED.fullmatch(head[column]))
    if not levels or len(grid.rows) < 2:
        return "other"
    if any(_RULES.fullmatch(cell) for cell in head):
        return "indicators"
    body = [cell for row in grid.rows[1:] for cell in row[1:]]
    limits = [cell for cell in body if _LIMIT.fullmatch(cell)]
    if len(head) > 2 and body and all(body) and len(limits) == len(body):
        return "grades"
    if any(_MARK.fullmatch(cell) for cell in head):
        return "points"
    return "indicators" if ranked > 1 else "other"


def _levels(grid: Grid) -> list[int]:
    """The columns of titles: by their heads, and by cells as short as titles are."""
    found = []
    for column, head in enumerate(map(_bare, grid.rows[0])):
        longest = _LONGEST_CONTENT if re.search("内容|要素", head) else _LONGEST_TITLE
        cells = [row[column] for row in grid.rows[1:]]
        if _LEVEL.fullmatch(head) and not any(len(c) > longest or re.search("[。；]", c) for c in cells):
            found.append(column)
    return found


def read_indicators(grid: Grid) -> Indicators:
    """The rows of a table of indicators; an empty cell of a level goes on with what stands above it."""
    head = [_bare(cell) for cell in grid.rows[0]]
    levels = _levels(grid)
    rules = [i for i, cell in enumerate(head) if _RULES.fullmatch(cell)]
    marks = {
        i: max(own for own in levels if own < i)
        for i, c in enumerate(head)
        if _MARK.fullmatch(c) and i > levels[0]
    }
    rows: list[Row] = []
    lost: list[str] = []
    path: list[tuple[str, str]] = []
    for cells in grid.rows[1:]:
        if any(_TOTAL.fullmatch(_bare(cells[column])) for column in {0, *levels}):
            lost.append(" ".join(cell for cell in cells if cell))
            continue
        printed = {own: cells[i] for i, own in marks.items() if cells[i]}
        for depth, column in enumerate(levels):
            if cells[column]:
                mark, rest = _mark(head, marks, column, printed.get(column, ""))
                path[depth:] = [(_one_line(cells[column]), mark)]
                lost += [f"{_one_line(cells[column])} {rest}"] if rest else []
        remarks = tuple(
            (head[i], _one_line(cell))
            for i, cell in enumerate(cells)
            if cell and i not in (*levels, *rules, *marks) and not re.fullmatch("序号|编号", head[i])
        )
        text = tuple(part for i in rules for part in cells[i].split("\n") if part)
        if path and (text or remarks or any(cells[column] for column in levels)):
            rows.append(Row(tuple(path), text, remarks))
    return Indicators(tuple(rows), tuple(lost))


def as_table(grid: Grid) -> str:
    """A table in Markdown."""
    lines = ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in grid.rows]
    return "\n".join([lines[0], "|" + "---|" * len(grid.rows[0]), *lines[1:]])


def _mark(head: list[str], marks: dict[int, int], column: int, cell: str) -> tuple[str, str]:
    """What goes behind a title, and the cell where it is no number."""
    number = _NUMBER.fullmatch(cell)
    if number is None:
        return "", cell
    name = next(head[i] for i, own in marks.items() if own == column)
    percent = number[2] in ("%", "％") or re.search("[%％]", name)
    if name.startswith("权重"):
        return f"（权重{number[1]}{'%' if percent else ''}）", ""
    return f"（{number[1]}分）", ""


def _bare(cell: str) -> str:
    return re.sub(r"\s", "", cell)


def _one_line(cell: str) -> str:
    return cell.replace("\n", "")


def _cell(cell: str) -> str:
    return _one_line(cell).replace("|", "\\|")
