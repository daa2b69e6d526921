"""以此类推 behind bands (60%～70%得5分，70%～80%得6分，以此类推): the clauses that it stands for, written out.

Each further band is as wide as the others and gives as much more, or less, as they do, up to the cap that is said right
behind it or else the full mark, down to nothing. Written out, they are clauses like those before them."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from attrs import evolve, frozen

from zhunsheng.compiler.resolve.full_marks import full_mark
from zhunsheng.compiler.resolve.mentions import Mentions
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.words import COUNT_UNITS, Comparison
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.source import Span

Numbered = tuple[ast.Segment, int]

#: More bands than this are better said as steps.
MOST_BANDS = 50
_CODE = "ZS0288"
_OPPOSITE: dict[Comparison, Comparison] = {"ge": "lt", "gt": "le", "le": "gt", "lt": "ge"}
_UNCLEAR = "“以此类推”推不出后面各段："
_BY_PLACE = "一名接一名地写两段，如“【……】排名第1名得20分，第2名得19分，以此类推”；或写成“排名第1名得20分，每下降一个名次扣1分”"
_WRITE = "把后面各段写出来；或写成“达到60%得5分，每增加10个百分点加1分”这样的一句"


class _Odd(Exception):
    """Why the bands do not say how it goes on."""

    def __init__(self, message: str, help: str = _WRITE) -> None:
        self.message, self.help = message, help


@frozen
class _Band:
    """A clause that gives points where its fact lies between two ends, or on one side of one."""

    clause: ast.ClauseNode
    points: Fraction
    low: ast.Edge | None
    high: ast.Edge | None

    def end(self, *, low: bool) -> ast.Edge | None:
        """One of its ends."""
        return self.low if low else self.high


@frozen
class _Course:
    """How bands go on: each lies so far from the one before, upwards or down, and gives so much more. Where they are
    `whole`, one ends at the whole number before the next begins."""

    shift: Fraction
    more: Fraction
    whole: bool = False

    @property
    def up(self) -> bool:
        """Whether the next band lies above."""
        return self.shift > 0


def with_bands(mentions: Mentions, heading: ast.Heading, numbered: Iterable[Numbered]) -> Iterator[Numbered]:
    """The segments of a leaf with their sentences, 以此类推 replaced by the bands that it stands for."""
    segments = list(numbered)
    rows = [list(segment.items) for segment, _ in segments]
    full = full_mark(heading, [segment for segment, _ in segments])
    for number, (_, sentence) in enumerate(segments):
        for node in [item for item in rows[number] if isinstance(item, ast.SoOnNode)]:
            at = rows[number].index(node)
            own = [
                row for row, (_, of) in zip(rows[:number], segments[:number], strict=True) if of == sentence
            ]
            cap = rows[number][at + 1] if at + 1 < len(rows[number]) else None
            try:
                given = _given([item for row in own for item in row] + rows[number][:at])
                course = _course(given)
                bound = _bound(given, course, cap, full, [item for row in rows for item in row])
                rows[number][at : at + 1] = _further(given, course, bound, node.span)
            except _Odd as odd:
                mentions.fault(_CODE, odd.message, node.span, odd.help)
                rows[number].pop(at)
                continue
            changed: dict[int, ast.Item] = {id(band.clause): _as_given(band, course) for band in given}
            if _may_double(given):
                last = _as_given(given[-1], course)
                changed[id(given[-1].clause)] = evolve(last, award=evolve(last.award, doubling=True))
            if isinstance(cap, ast.CapNode) and not (cap.whole or cap.item or cap.group):
                changed[id(cap)] = evolve(cap, of_fact=True)
            rows = [[changed.get(id(item), item) for item in row] for row in rows]
    for (segment, sentence), row in zip(segments, rows, strict=True):
        yield evolve(segment, items=tuple(row)), sentence


# ---- what is given


def _given(before: Sequence[ast.Item]) -> list[_Band]:
    """The bands right before the words, on one fact."""
    found: list[_Band] = []
    for item in reversed(before):
        band = _band(item)
        if band is None:
            break
        named = (own.clause.conditions[0].fact for own in (band, *found))
        if len({plain(fact.name) for fact in named if fact is not None}) > 1:
            break
        found.insert(0, band)
    if found and all(band.clause.conditions[0].fact is None for band in found):
        message = "“以此类推”前面几段说的是哪个数据项，同一句里没有写"
        raise _Odd(message, "在第一段前面写明主语：【……】60%～70%得5分")
    while found and found[0].clause.conditions[0].fact is None:
        found.pop(0)
    if len(found) < 2:
        message = "“以此类推”前面没有两段以上的数和分数，推不出后面各段"
        if any(isinstance(item, ast.ClauseNode) and _ranks(item) for item in before):
            raise _Odd(message, _BY_PLACE)
        by_value = "按数值的，先写两段，如“【……】60%～70%得5分，70%～80%得6分，以此类推”"
        raise _Odd(message, f"{by_value}；按次数的，写成“第一次扣1分，第二次扣2分，以此类推”")
    return found


def _ranks(clause: ast.ClauseNode) -> bool:
    """Whether a clause asks for a place among all that are scored together."""
    return any(condition.place is not None for condition in clause.conditions)


def _band(item: ast.Item) -> _Band | None:
    if not isinstance(item, ast.ClauseNode) or item.measure is not None or item.branch is not None:
        return None
    award, points = item.award, item.award.points
    if points is None or award.nothing or award.factor is not None or award.single or item.exemptions:
        return None
    condition = item.conditions[0] if len(item.conditions) == 1 else None
    if condition is None or condition.kind != "compared" or condition.exemptions:
        return None
    if condition.share is not None or condition.reference is not None:
        return None
    if condition.place is not None and (
        condition.place.share or (len(condition.edges) == 1 and condition.edges[0].comparison != "eq")
    ):
        return None
    if len(condition.edges) == 2:
        low, high = condition.edges
        if low.comparison in ("le", "lt") or high.comparison in ("ge", "gt"):
            low, high = high, low
        return _Band(item, points, low, high)
    (edge,) = condition.edges
    # A number without boundary words, or exactly that number, has no side; either will do.
    return (
        _Band(item, points, None, edge)
        if edge.comparison in ("le", "lt")
        else _Band(item, points, edge, None)
    )


def _course(given: Sequence[_Band]) -> _Course:
    """How the bands go on; the same from each to the next, or it cannot be told."""
    units = {edge.quantity.unit for band in given for edge in (band.low, band.high) if edge is not None}
    if len(units) > 1:
        raise _Odd(f"{_UNCLEAR}前面各段的单位不一样", "统一单位")
    ranked = [band.clause.conditions[0].place for band in given]
    if len({None if place is None else place.kind for place in ranked}) > 1:
        raise _Odd(f"{_UNCLEAR}前面各段有的是名次，有的不是，或有的从最后数起", _BY_PLACE)
    more = _same("分数", [after.points - before.points for before, after in pairwise(given)])
    if more == 0:
        raise _Odd(f"{_UNCLEAR}前面各段的分数一样", "核对分数")
    sides = {(band.low is None, band.high is None) for band in given}
    if len(sides) == 1 and True in next(iter(sides)):
        shift = _between_thresholds([edge for b in given for edge in (b.low, b.high) if edge])
        if ranked[0] is not None and shift != 1:
            raise _Odd(f"{_UNCLEAR}前面各段的名次不是一名接一名", _BY_PLACE)
        return _Course(shift, more)
    return _meeting(given, more)


def _same(what: str, steps: Sequence[Fraction]) -> Fraction:
    if len(set(steps)) > 1:
        told = "、".join(shown(step) for step in steps)
        raise _Odd(f"{_UNCLEAR}前面各段的{what}，后一段比前一段相差不一样（{told}）")
    return steps[0]


def _between_thresholds(edges: Sequence[ast.Edge]) -> Fraction:
    """达到60%得5分，达到70%得6分."""
    if len({edge.comparison for edge in edges}) > 1:
        raise _Odd(f"{_UNCLEAR}前面各段的边界用语不一样", "统一边界用语")
    shift = _same("数", [b.quantity.value - a.quantity.value for a, b in pairwise(edges)])
    if shift == 0:
        raise _Odd(f"{_UNCLEAR}前面各段的数一样", "核对数字")
    return shift


def _meeting(given: Sequence[_Band], more: Fraction) -> _Course:
    """Bands with two ends, of which the first may have one; each begins where the one before ends."""
    one, two = given[0], given[1]
    if any(band.low is None or band.high is None for band in given[1:]):
        raise _Odd(f"{_UNCLEAR}前面有的段只有一头", "各段写明两头，如“60%～70%”；只有第一段可以只有一头")
    assert two.low is not None
    up = one.high is not None and two.low.quantity.value >= one.high.quantity.value
    gaps, widths = [], []
    for before, after in pairwise(given):
        end, start = before.end(low=not up), after.end(low=up)
        if end is None or start is None:
            raise _Odd(f"{_UNCLEAR}前面各段之间有重叠", "各段首尾相接，如“60%～70%”“70%～80%”")
        gaps.append(_gap(end, start, up=up))
    for band in given:
        if band.low is not None and band.high is not None:
            widths.append(band.high.quantity.value - band.low.quantity.value)
    if len({*widths}) > 1 or len({*gaps}) > 1:
        told = "、".join(shown(width) for width in widths)
        raise _Odd(f"{_UNCLEAR}前面各段宽窄不一样（{told}）")
    size = widths[0] + gaps[0]
    if size <= 0:
        raise _Odd(f"{_UNCLEAR}前面各段只有一个数", "每段只有一个数的，写成“每增加1次加1分”这样的一句")
    return _Course(size if up else -size, more, gaps[0] == 1)


def _gap(end: ast.Edge, start: ast.Edge, *, up: bool) -> Fraction:
    """What lies between the end of a band and the start of the next: nothing, or 1 between whole numbers (1～3次, 4～6次)."""
    gap = (start.quantity.value - end.quantity.value) * (1 if up else -1)
    included = [edge.comparison in ("ge", "le") for edge in (end, start) if edge.comparison is not None]
    if gap == 0 and (len(included) < 2 or included[0] != included[1]):
        return gap
    counted = start.quantity.unit in COUNT_UNITS and start.quantity.value.denominator == 1
    if gap == 1 and counted and all(included):
        return gap
    raise _Odd(f"{_UNCLEAR}前面各段之间有空档或重叠", "各段首尾相接，如“60%～70%”“70%～80%”")


def _bound(
    given: Sequence[_Band],
    course: _Course,
    cap: ast.Item | None,
    full: Fraction | None,
    everything: Sequence[ast.Item],
) -> Fraction | None:
    """The points at which growing ones end; None where they fall, to nothing."""
    if course.more < 0:
        return None
    if isinstance(cap, ast.CapNode) and not cap.group:
        return cap.points
    clauses = [item for item in everything if isinstance(item, ast.ClauseNode)]
    both = len({clause.award.sign for clause in clauses if not clause.award.nothing}) > 1
    endless = any(isinstance(item, ast.BottomNode) and item.open for item in everything)
    if full is None or both or endless:
        verb = "扣" if given[0].clause.award.sign < 0 else "得"
        raise _Odd(f"“以此类推”没有说到几分为止：最多{verb}几分？", f"在后面写上“最多{verb}几分”")
    return full


def _may_double(given: Sequence[_Band]) -> bool:
    """Whether two bands alone can go on by a factor as well as by a difference."""
    if len(given) != 2:
        return False
    pairs = [(given[0].points, given[1].points)]
    ends = [band.low or band.high for band in given if band.low is None or band.high is None]
    if len(ends) == 2 and ends[0] is not None and ends[1] is not None:
        pairs.append((ends[0].quantity.value, ends[1].quantity.value))
    return any(
        one not in (0, 1) and other > one > 0 and (other / one).denominator == 1 for one, other in pairs
    )


def _as_given(band: _Band, course: _Course) -> ast.ClauseNode:
    """A given clause; between whole numbers its bare ends are its own."""
    if not course.whole:
        return band.clause
    (condition,) = band.clause.conditions
    edges = (_settled(edge, None, low=edge is band.low, whole=True) for edge in condition.edges)
    return evolve(band.clause, conditions=(evolve(condition, edges=tuple(edges)),))


# ---- what follows


def _further(given: Sequence[_Band], course: _Course, bound: Fraction | None, span: Span) -> list[ast.Item]:
    """The clauses that the words stand for."""
    named = given[0].clause.conditions[0]
    last, found = given[-1], list[ast.Item]()
    points = last.points
    while points + course.more > 0 and (bound is None or points < bound):
        if len(found) == MOST_BANDS:
            raise _Odd(
                f"“以此类推”推出来的超过{MOST_BANDS}段", "写成“达到60%得5分，每增加10个百分点加1分”这样的一句"
            )
        points += course.more
        ends = bound is not None and points >= bound
        points = points if bound is None else min(points, bound)
        edges = _edges(last, course, len(found) + 1, open=ends, to_nothing=points + course.more <= 0)
        found.append(_clause(last.clause, named, edges, points, span))
    if not found:
        raise _Odd("“以此类推”后面没有可推的：前面各段已经到头", "删去“以此类推”，或核对分数")
    return found


def _edges(last: _Band, course: _Course, steps: int, *, open: bool, to_nothing: bool) -> tuple[ast.Edge, ...]:
    """The ends of a further band; the one with the most points has no far end, that of the least is no longer bare."""
    near, far = last.end(low=course.up), last.end(low=not course.up)
    if near is None or far is None:
        edges = [_unending(edge, up=course.up) if open else edge for edge in (near, far) if edge is not None]
    elif open:
        edges = [_settled(near, far, low=course.up, whole=course.whole)]
    elif to_nothing or course.whole:
        edges = [near, _settled(far, near, low=not course.up, whole=course.whole)]
        if course.whole:
            edges[0] = _settled(near, far, low=course.up, whole=True)
    else:
        edges = [near, far]
    moved = [_moved(edge, course.shift, steps) for edge in edges]
    return tuple(moved if course.up else reversed(moved))


def _moved(edge: ast.Edge, shift: Fraction, steps: int) -> ast.Edge:
    """An end so many bands further on."""
    quantity = evolve(edge.quantity, value=edge.quantity.value + shift * steps)
    before = edge.behind and evolve(edge.behind, value=edge.behind.value + shift * (steps - 1))
    return evolve(edge, quantity=quantity, behind=before)


def _settled(edge: ast.Edge, facing: ast.Edge | None, *, low: bool, whole: bool) -> ast.Edge:
    """A bare end with what its band and the next leave one another: where both are bare, they meet."""
    if edge.comparison is not None:
        return edge
    if whole:
        return evolve(edge, comparison="ge" if low else "le")
    if facing is not None and facing.comparison in _OPPOSITE:
        return evolve(edge, comparison=_OPPOSITE[facing.comparison])
    return evolve(edge, comparison="ge" if low else "lt", meets="以此类推")


def _unending(edge: ast.Edge, *, up: bool) -> ast.Edge:
    """A single number as the last of a series that gives no more: all beyond it are of that band too."""
    if edge.comparison not in (None, "eq"):
        return edge
    before = edge.quantity if edge.comparison is None else None
    return evolve(edge, comparison="ge" if up else "le", behind=before)


def _clause(
    like: ast.ClauseNode, named: ast.Condition, edges: tuple[ast.Edge, ...], points: Fraction, span: Span
) -> ast.ClauseNode:
    condition = evolve(like.conditions[0], fact=named.fact, place=named.place, edges=edges, span=span)
    award = evolve(like.award, points=points, span=span)
    told = f"以此类推：{_told(edges)}{'扣' if award.sign < 0 else '得'}{shown(points)}分"
    return evolve(like, conditions=(condition,), award=award, told=told, span=span)


def _told(edges: tuple[ast.Edge, ...]) -> str:
    """The ends of a band in words."""
    words = {"ge": "不低于", "gt": "高于", "le": "不高于", "lt": "低于"}
    numbers = [f"{shown(edge.quantity.value)}{edge.quantity.unit}" for edge in edges]
    if edges[0].behind is not None:
        return f"{numbers[0]}及其后各数"
    if len(edges) == 2 and all(edge.comparison not in ("gt", "lt") for edge in edges):
        return "～".join(numbers)
    return "且".join(
        f"{words.get(e.comparison or '', '')}{number}" for e, number in zip(edges, numbers, strict=True)
    )
