"""The summary as one self-contained HTML page, or as a workbook with a chart. No text in it becomes markup or a formula."""

from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

from zhunsheng.compiler.batch.cells import Cell, Cells
from zhunsheng.compiler.batch.chunks import BadFile
from zhunsheng.compiler.batch.summary import Summary
from zhunsheng.compiler.batch.written import Book, whole
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.rendering.safe_text import safe_line

TITLE = "批量评分汇总"
_TALLEST = 140


def write_summary(path: Path, summary: Summary) -> None:
    """Writes the summary in the format of a file's name."""
    ending = path.suffix.lower()
    if ending not in (".html", ".xlsx"):
        raise BadFile(f"{path.name}：汇总只能写成 .html 或 .xlsx")
    with whole(path) as (partial,):
        if ending == ".html":
            partial.write_text(page(summary), encoding="utf-8")
        else:
            _workbook(partial, summary)


def page(summary: Summary) -> str:
    """The page."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("zhunsheng.compiler.batch", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    bars = summary.bars()
    most = max((bar.count for bar in bars), default=1) or 1
    shapes = [
        {
            "height": bar.count * _TALLEST // most,
            "count": bar.count,
            "low": shown(bar.low),
            "label": f"{shown(bar.low)}～{shown(bar.high)}",
        }
        for bar in bars
    ]
    meta = summary.program.meta
    text: str = environment.get_template("summary.html.jinja").render(
        title=TITLE, standard=f"{meta.title} {meta.number}".strip(), sections=_safe(summary), bars=shapes
    )
    return text


def _safe(summary: Summary) -> list[dict[str, Any]]:
    return [
        {
            "title": section.title,
            "note": section.note,
            "head": section.head,
            "rows": [[_text(cell) for cell in row] for row in section.rows],
        }
        for section in summary.sections()
    ]


def _text(cell: Cell) -> str:
    return safe_line(cell) if isinstance(cell, str) else shown(Fraction(cell or 0))


def _workbook(path: Path, summary: Summary) -> None:
    with closing(Book(path)) as own:
        book, cells = own.book, Cells(own.book)
        for section in summary.sections():
            sheet = book.add_worksheet(section.title)
            sheet.freeze_panes(1, 0)
            for column, name in enumerate(section.head):
                cells.put(sheet, 0, column, name, {"bold": True, "bottom": 1})
                sheet.set_column(column, column, 60 if name == "官方文字" else 20)
            for number, row in enumerate(section.rows, 1):
                for column, cell in enumerate(row):
                    cells.put(sheet, number, column, cell, {})
            if section.note:
                sheet.write_string(len(section.rows) + 2, 0, section.note)
            if section.title in ("各等级家数", "总分分布") and section.rows:
                _chart(book, sheet, section.title, len(section.rows))


def _chart(book: Any, sheet: Any, title: str, rows: int) -> None:
    chart = book.add_chart({"type": "column"})
    chart.add_series({"categories": [title, 1, 0, rows, 0], "values": [title, 1, 1, rows, 1], "gap": 20})
    chart.set_title({"name": title})
    chart.set_legend({"none": True})
    sheet.insert_chart(1, 5, chart)
