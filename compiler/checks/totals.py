"""The points of all indicators beside what the tiers say of the total: a tier beyond reach, an end that is not theirs."""

from collections.abc import Iterator
from fractions import Fraction

from zhunsheng.compiler import ir
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl import ast
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.numbers import shown


def points_of_all(file: ast.RuleFile) -> Fraction | None:
    """What the points behind the headings add up to; None where some have none, or weights, or
    there is one alone."""
    marks = [heading.mark for heading in file.indicators]
    # The points of one indicator are no sum that could be wrong.
    if len(marks) < 2 or any(mark is None or mark.kind != "points" for mark in marks):
        return None
    return sum((mark.value for mark in marks if mark is not None), Fraction(0))


def points_and_tiers(standard: Standard, tiers: tuple[ir.TierBand, ...]) -> Iterator[Diagnostic]:
    """Where the points of the indicators and the scores of the tiers cannot belong together."""
    points = points_of_all(standard.file)
    if points is None or standard.resolved.scales or standard.total_is_fact or standard.is_open:
        return
    more = "加分项" in standard.file.sections
    ends = standard.resolved.total_limits
    highest = min((node.points for node in ends if not node.low), default=None)
    places = {node.name: node.span for node, _ in standard.resolved.tiers}
    for band in tiers:
        at = places.get(band.name)
        if at is None:
            continue
        if band.low is not None and band.low > points and not more:
            message = (
                f"“{band.name}”从{shown(band.low)}分起，各指标的分值合计只有{shown(points)}分，谁也评不上"
            )
            help_text = "核对标题后的分值有没有漏写的指标，或这个等级的分数"
            yield Diagnostic("ZS0598", message, standard.source, at, help_text)
        elif band.high is not None and band is tiers[-1]:
            if highest is not None and highest <= band.high:
                continue
            if points > band.high or (points < band.high and not more):
                message = (
                    f"各指标的分值合计是{shown(points)}分，最高的等级“{band.name}”却写到{shown(band.high)}分"
                )
                help_text = f"核对标题后的分值有没有漏写、多写；总分到哪里为止的，写成“总分最高不超过{shown(band.high)}分”"
                yield Diagnostic("ZS0598", message, standard.source, at, help_text)
