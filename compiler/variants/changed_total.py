"""A variant whose indicators add up to other points than those of its base, and does not say so."""

from collections.abc import Iterator

from zhunsheng.compiler.checks.totals import points_of_all
from zhunsheng.dsl import ast
from zhunsheng.dsl.rulefile import Parsed
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.numbers import shown


def changed_total(own: Parsed, merged: ast.RuleFile, base: ast.RuleFile) -> Iterator[Diagnostic]:
    """A warning at the last row of 本地化 that speaks of points, unless a 理由 names the sum."""
    assert own.file is not None
    points, before = points_of_all(merged), points_of_all(base)
    if points is None or before is None or points == before:
        return
    rows = [row for table in own.file.sections["本地化"].tables for row in table.rows]
    reasons = "".join(row[2].text for row in rows if len(row) > 2)
    speaking = [
        row for row in rows if len(row) > 1 and any(w in row[1].text for w in ("分值", "删除", "替换"))
    ]
    if f"{shown(points)}分" in reasons or not speaking:
        return
    message = f"这样改了以后，各指标的分值合计是{shown(points)}分，依据的标准是{shown(before)}分"
    help_text = (
        f"从别的指标让出分值，使合计仍是{shown(before)}分；有意的，在理由里写明“合计{shown(points)}分”"
    )
    yield Diagnostic("ZS0599", message, own.source, speaking[-1][1].span, help_text)
