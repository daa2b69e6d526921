"""The layout of a pipe table: columns set under each other where the table stays readable so."""

from zhunsheng.dsl.tables import is_rule, raw_cells
from zhunsheng.runtime.rendering.text_width import pad, text_width
from zhunsheng.runtime.source import split_lines

#: Columns are aligned in tables of at most this width; wider ones wrap, and padding would only hide the text.
WIDEST = 100


def format_table(text: str) -> str | None:
    """The table in the one layout; None for one that could not be read."""
    rows = [raw_cells(line.strip()) for line in split_lines(text) if line.strip()]
    if len(rows) < 2 or not all(map(is_rule, rows[1])) or len(set(map(len, rows))) > 1:
        return None
    head, rule, *body = rows
    widths = [max(3, *map(text_width, column)) for column in zip(head, *body, strict=True)]
    if sum(widths) + 3 * len(widths) + 1 > WIDEST:
        lines = [_row(head), "|" + "".join(f"{_rule(cell, 3)}|" for cell in rule), *map(_row, body)]
        return "\n".join(lines)
    filled = [[pad(cell, width) for cell, width in zip(row, widths, strict=True)] for row in (head, *body)]
    dashes = "|" + "".join(f"{_rule(cell, w + 2)}|" for cell, w in zip(rule, widths, strict=True))
    lines = [f"| {' | '.join(row)} |" for row in filled]
    return "\n".join([lines[0], dashes, *lines[1:]])


def _row(cells: list[str]) -> str:
    return "|" + "".join(f" {cell} |" if cell else " |" for cell in cells)


def _rule(cell: str, width: int) -> str:
    """Dashes to a width, with the colons that set a column to the right or the middle."""
    left, right = cell.startswith(":"), cell.endswith(":")
    return ":" * left + "-" * (width - left - right) + ":" * right
