"""Rule tables for the naive evaluator: rows written out as the clauses and bands that the semantics page says they are."""

import re
from collections.abc import Iterator

from naive_reader import (
    NUMBER,
    Band,
    Clause,
    End,
    Indicator,
    LeafReader,
    Marker,
    Standard,
    Unread,
    flat,
    number,
)

NOTHING = {"", "—", "---", "/", "-"}
UNIT = re.compile(rf"每(?P<size>{NUMBER})?(?P<unit>[一-鿿]{{1,3}})")
LABEL_NUMBER = re.compile(r"^\*?\d+(?:\.\d+)*[.、]?")
LABEL_UNIT = re.compile(r"(?:\([^()]*[元米率人家次个项天年%][^()]*\)|/[^/]+)$")


def rows_of(lines: list[str]) -> list[list[str]]:
    """The cells of a table, its head first; blanks as they stand."""
    rows = []
    for line in lines:
        if line.strip().startswith("|"):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
            if not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
                rows.append(cells)
    return rows


def read_point_table(standard: Standard, marker: Marker, node: Indicator, rows: list[list[str]]) -> None:
    """积分单位 and 分值: groups and leaves below the heading, a clause a row."""
    head = [flat(cell) for cell in rows[0]]
    if "积分单位" not in head or "分值" not in head:
        raise Unread(f"not described: a table of {head}")
    unit_at, points_at = head.index("积分单位"), head.index("分值")
    labels = list(range(min(unit_at, points_at)))
    above = [""] * len(labels)
    readers: dict[tuple[str, ...], LeafReader] = {}
    groups: dict[tuple[str, ...], Indicator] = {(): node}
    for row in rows[1:]:
        for column in labels:
            if row[column]:
                above[column] = row[column]
                above[column + 1 :] = row[column + 1 : len(labels)]
        path = tuple(above)
        if path not in readers:
            for depth in range(1, len(path) + 1):
                if path[:depth] not in groups:
                    parent = groups[path[: depth - 1]]
                    parent.children.append(
                        Indicator(f"{parent.id}.{len(parent.children) + 1}", path[depth - 1], None, None)
                    )
                    groups[path[:depth]] = parent.children[-1]
            readers[path] = LeafReader(standard, marker, groups[path])
        note = row[points_at + 1] if len(row) > points_at + 1 else ""
        _point_row(readers[path], above[-1], row[unit_at], row[points_at], note)


def _point_row(reader: LeafReader, label: str, unit: str, points: str, note: str) -> None:
    fact = label if "【" in label else f"【{_bare(label)}】"
    cap = "" if flat(note) in NOTHING else f"，{note}"
    counted = UNIT.fullmatch(flat(unit))
    if "【" in unit:
        sign = reader.marker.mark(unit).text
        clause = Clause("", label, "每", 1, number(points))
        reader.add(clause, sign, "1", "", cap)
    elif counted:
        sign = reader.marker.mark(fact).text
        clause = Clause("", label, "每", 1, number(points))
        reader.add(clause, sign, counted["size"] or "1", counted["unit"], cap)
    else:
        reader.read([f"{fact}的，加{points}分{cap}。"])


def _bare(label: str) -> str:
    """A row label without number, star and unit: it names the row's fact."""
    return LABEL_UNIT.sub("", LABEL_NUMBER.sub("", label.strip().lstrip("*")))


def read_tier_table(standard: Standard, rows: list[list[str]]) -> None:
    """Pairs of cells are bands."""
    single = {row.choice for row in standard.readings if row.doubt == "单值"}
    for row in rows[1:]:
        for words, tier in zip(row[::2], row[1::2], strict=True):
            if flat(words):
                standard.bands.append(_tier_band(flat(words), tier, single))


def _tier_band(words: str, tier: str, single: set[str]) -> Band:
    numbers = [number(found) for found in re.findall(NUMBER, words)]
    if re.fullmatch(rf"{NUMBER}[-~]{NUMBER}", words):
        return Band(tier, words, End(numbers[0], True), End(numbers[1], True))
    if words.endswith("以上"):
        return Band(tier, words, End(numbers[0], True))
    if len(numbers) == 1 and words == words.strip("以上下") and single == {"以下"}:
        return Band(tier, words, None, End(numbers[0], True))
    if len(numbers) == 1 and single == {"恰为"}:
        return Band(tier, words, End(numbers[0], True), End(numbers[0], True))
    raise Unread(f"a cell of tiers: {words}")


def tables_below(lines: list[str]) -> Iterator[list[list[str]]]:
    """The rule tables among some lines, one after the other."""
    block: list[str] = []
    for line in [*lines, ""]:
        if line.strip().startswith("|"):
            block.append(line)
        elif block:
            yield rows_of(block)
            block = []
