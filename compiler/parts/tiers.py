"""Tier bands (等级): their ends made definite, in order, without gap or overlap."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from attrs import evolve, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.readings.matching import Readings
from zhunsheng.compiler.readings.questions import Question, note_of
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.tables import DOUBTS, ROW, ReadingRow, rows_to_add
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.words import BELOW
from zhunsheng.runtime.diagnostics import Diagnostic, Label
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.source import Source, Span


@frozen
class Tiers:
    """The bands from the lowest to the highest, and what is wrong with them."""

    bands: tuple[ir.TierBand, ...]
    diagnostics: tuple[Diagnostic, ...]
    #: How totals are rounded where a 解读 空档 says 四舍五入.
    rounding: ir.Rounding | None = None


@frozen
class _End:
    value: Fraction | None
    #: None where the words leave it to the neighbour.
    included: bool | None
    #: Whether （含） said so, which no reading may overturn.
    explicit: bool
    word: str
    span: Span
    #: Words that a 解读 may quote to mean this end and no other.
    region: Span


@frozen
class _Band:
    node: ast.TierNode
    low: _End
    high: _End
    segment: Span
    #: The readings that decided its ends, for the trace.
    notes: tuple[str, ...] = ()


def build_tiers(
    nodes: tuple[tuple[ast.TierNode, Span], ...],
    readings: Readings,
    source: Source,
    rounded: tuple[ast.RoundedNode, ...] = (),
    *,
    whole: bool = False,
) -> Tiers:
    """Turns the words of 评定等级 into bands; `rounded` are its sentences that round the total, with `whole` every
    total is a whole number."""
    faults: list[Diagnostic] = []
    bands = []
    names: dict[str, ast.TierNode] = {}
    for node, segment in nodes:
        if node.name in names:
            label = (Label(names[node.name].span, "另一处在这里"),)
            help_text = "合并，或改名"
            if node.demands or node.conditions or names[node.name].demands or names[node.name].conditions:
                help_text = (
                    f"“{node.name}”另有要求的那一句代替只写分数的那一句，连同分数写在一句里，删去另一句"
                )
            faults.append(
                Diagnostic("ZS0508", f"等级“{node.name}”出现了两次", source, node.span, help_text, label)
            )
        names[node.name] = node
        band = _read(node, segment, readings, source)
        if isinstance(band, Diagnostic):
            faults.append(band)
        else:
            bands.append(_answered(band, readings))
    if faults:
        return Tiers((), tuple(faults))
    bands.sort(
        key=lambda b: (b.low.value is not None, b.low.value or Fraction(0), b.high.value or Fraction(0))
    )
    bands = _shared(_lend(bands), readings)
    steps = [*(node.rounded.unit for node in rounded), *([Fraction(1)] if whole else ())]
    gaps = [pair for pair in pairwise(bands) if _gap(*pair) and not _stepped_over(*pair, steps)]
    answers = [row.adopted if (row := _gap_answer(*pair, readings)) else "" for pair in gaps]
    bands = _bridged(bands, readings)
    if "四舍五入" in answers:
        steps.append(Fraction(1))
        faults += _also_rounded(bands, gaps, answers, source, rounded)
    faults += _neighbours(bands, source, readings, steps)
    rounding = ir.Rounding(Fraction(1), "四舍五入") if "四舍五入" in answers else None
    return Tiers(tuple(_band(band, source) for band in bands), tuple(faults), rounding)


def _stepped_over(lower: _Band, upper: _Band, steps: Sequence[Fraction]) -> bool:
    """Whether no total that is rounded to these steps can lie between two bands."""
    high, low = lower.high, upper.low
    if high.value is None or low.value is None or not steps:
        return False
    unit = max(steps)
    first = (high.value / unit).__floor__() + 1 if high.included else (high.value / unit).__ceil__()
    last = (low.value / unit).__ceil__() - 1 if low.included else (low.value / unit).__floor__()
    return first > last


def _also_rounded(
    bands: Sequence[_Band],
    gaps: Sequence[tuple[_Band, _Band]],
    answers: Sequence[str],
    source: Source,
    rounded: Sequence[ast.RoundedNode],
) -> Iterator[Diagnostic]:
    """四舍五入 rounds every total to whole points: it has to be said of all gaps, and of nothing else."""
    for (_, upper), answer in zip(gaps, answers, strict=True):
        if answer not in ("", "四舍五入"):
            message = "总分四舍五入以后，各段之间都没有空档：有的空档采用四舍五入，有的采用别的，互相矛盾"
            help_text = "各处空档都采用“四舍五入”，或都不采用"
            yield Diagnostic("ZS0506", message, source, upper.node.span, help_text)
            return
    if rounded:
        message = "总分已经说了怎样修约，空档又采用“四舍五入”：同一个数修约了两次"
        yield Diagnostic("ZS0531", message, source, rounded[0].span, "删去空档的这条解读，或这一句")
    odd = [
        e for band in bands for e in (band.low, band.high) if e.value is not None and e.value.denominator > 1
    ]
    if odd:
        message = "等级的分数不都是整数，总分四舍五入到整数会跳过它"
        yield Diagnostic("ZS0506", message, source, odd[0].span, "空档改为采用“归下段”或“归上段”")


def _band(band: _Band, source: Source) -> ir.TierBand:
    return ir.TierBand(
        band.node.name,
        _words(band.node, source),
        band.low.value,
        bool(band.low.included),
        band.high.value,
        bool(band.high.included),
        readings=band.notes,
    )


def _words(node: ast.TierNode, source: Source) -> str:
    """The official words of a tier; those of a table without what divides the cells."""
    words = official(source.slice(node.span))
    return words if node.edges[0].table is None else " ".join(part.strip() for part in words.split("|"))


def _single(node: ast.TierNode, segment: Span, readings: Readings, source: Source) -> _Band | Diagnostic:
    """A number alone in a table of tiers: that total and no other, or what is below too."""
    edge = node.edges[0]
    end = _end(edge, node.span)
    readings_of = ("恰为", "以下")
    question = Question("单值", node.name, "评定等级", ("评定等级",), (node.span,), edge.span, readings_of)
    row = readings.answer(question)
    value = shown(edge.quantity.value)
    if row is None:
        words = plain(source.slice(edge.span))
        words = words if readings.once(words) else "评定等级"
        message = f"“{node.name}”只写了{value}：总分正好是{value}，还是{value}以下都算？例如总分{shown(edge.quantity.value - 1)}"
        return Diagnostic("ZS0465", message, source, edge.span, ROW + rows_to_add(words, "单值", readings_of))
    end = evolve(end, included=True, explicit=True)
    if row.adopted == "恰为":
        return _Band(node, end, end, segment, (note_of(row),))
    return _Band(node, _End(None, False, True, "", node.span, node.span), end, segment, (note_of(row),))


def _read(node: ast.TierNode, segment: Span, readings: Readings, source: Source) -> _Band | Diagnostic:
    none = _End(None, False, True, "", node.span, node.span)
    ends = [_end(edge, region) for edge, region in zip(node.edges, _regions(node), strict=True)]
    if len(ends) == 1:
        edge = node.edges[0]
        if edge.comparison is None and edge.table is not None:
            return _single(node, segment, readings, source)
        if edge.comparison is None or edge.comparison == "eq":
            message = "这个等级只写了一个分数，不知道是以上还是以下"
            return Diagnostic("ZS0216", message, source, edge.span, "写成“90分以上”或“60分以下”")
        if edge.comparison in ("ge", "gt"):
            return _Band(node, ends[0], none, segment)
        return _Band(node, none, ends[0], segment)
    low, high = ends
    if low.value is not None and high.value is not None and low.value > high.value:
        low, high = high, low
    if low.value == high.value:
        return Diagnostic("ZS0217", "这个范围里没有一个数", source, node.span, "核对两个分数")
    return _Band(node, low, high, segment)


def _regions(node: ast.TierNode) -> tuple[Span, ...]:
    """The words about each end: all of a tier with one end, else up to the other end."""
    if len(node.edges) == 1:
        return (node.span,)
    first, second = (edge.span for edge in node.edges)
    return Span(node.span.start, second.start), Span(first.end, second.end)


def _end(edge: ast.Edge, region: Span) -> _End:
    included = None if edge.comparison is None else edge.comparison in ("ge", "le", "eq")
    return _End(edge.quantity.value, included, edge.explicit, edge.word, edge.span, region)


def _answered(band: _Band, readings: Readings) -> _Band:
    """Applies 解读 本数 that quote the words of ends that no （含） decided."""

    notes = list(band.notes)

    def decided(end: _End) -> _End:
        if end.value is None or end.explicit:
            return end
        options = ("含", "不含")
        question = Question(
            "本数", band.node.name, "评定等级", (), (end.region,), end.span, options, wide=False
        )
        row = readings.answer(question)
        if row is None:
            return end
        notes.append(note_of(row))
        return evolve(end, included=row.adopted == "含", explicit=True)

    return evolve(band, low=decided(band.low), high=decided(band.high), notes=tuple(notes))


def _lend(bands: list[_Band]) -> list[_Band]:
    """A bare end takes what the neighbouring band leaves; a bare lower end without neighbour is included.

    Beside a band that ends with 以下 a bare lower end stays open: both may be meant to have its number."""
    result = list(bands)
    for index, band in enumerate(result):
        above = result[index + 1] if index + 1 < len(result) else None
        if band.high.included is None:
            meets = above is not None and above.low.value == band.high.value
            taken = above.low.included if meets and above is not None else None
            decided = None if meets and taken is None else not taken if meets else True
            result[index] = band = evolve(band, high=evolve(band.high, included=decided))
        if band.low.included is None:
            below = result[index - 1] if index else None
            meets = below is not None and below.high.value == band.low.value
            taken = below.high.included if meets and below is not None else False
            if taken is None or (meets and below is not None and _is_below(below.high)):
                continue
            result[index] = evolve(band, low=evolve(band.low, included=not taken))
    return result


def _shared(bands: list[_Band], readings: Readings) -> list[_Band]:
    """Applies 解读 本数 of 全文 or 评定等级, which are said of upper ends: those bare, or with 以下, that meet the band above
    where the words do not settle whose the number is."""
    result = list(bands)
    for index, (lower, upper) in enumerate(pairwise(bands)):
        high, low = lower.high, upper.low
        said = high.included is not None and (high.explicit or not _is_below(high))
        if high.value is None or high.value != low.value or said or low.included is False:
            continue
        question = Question("本数", "评定等级", "评定等级", (), (), high.span, ("不含", "含"))
        row = readings.answer(question)
        if row is None:
            continue
        has = row.adopted == "含"
        result[index] = _noted(evolve(result[index], high=evolve(high, included=has)), row)
        if low.included is None:
            result[index + 1] = _noted(evolve(upper, low=evolve(low, included=not has)), row)
    return result


def _is_below(end: _End) -> bool:
    """Whether an end says 以下 and no more."""
    return not end.explicit and end.word in BELOW


def _gap(lower: _Band, upper: _Band) -> bool:
    """Whether totals between two neighbours belong to neither (75~84 beside 85~89)."""
    high, low = lower.high.value, upper.low.value
    return high is not None and low is not None and high < low


def _gap_answer(lower: _Band, upper: _Band, readings: Readings) -> ReadingRow | None:
    """What a 解读 空档 says of the totals between two bands."""
    spans = (lower.high.region, upper.low.region)
    question = Question(
        "空档", lower.node.name, "评定等级", ("评定等级",), spans, upper.low.span, DOUBTS["空档"]
    )
    return readings.answer(question)


def _noted(band: _Band, row: ReadingRow) -> _Band:
    return evolve(band, notes=(*band.notes, note_of(row)))


def _bridged(bands: list[_Band], readings: Readings) -> list[_Band]:
    """Applies 解读 空档: the lower band reaches up to the next, or the upper one down to the one before."""
    result = list(bands)
    for index, (lower, upper) in enumerate(pairwise(bands)):
        if not _gap(lower, upper):
            continue
        row = _gap_answer(lower, upper, readings)
        if row is None:
            continue
        own, following = _noted(result[index], row), _noted(result[index + 1], row)
        if row.adopted == "归下段":
            end = evolve(lower.high, value=upper.low.value, included=not upper.low.included)
            result[index] = evolve(own, high=end)
        elif row.adopted == "归上段":
            end = evolve(upper.low, value=lower.high.value, included=not lower.high.included)
            result[index + 1] = evolve(following, low=end)
        else:
            result[index : index + 2] = [own, following]
    return result


def _quotable(end: _End, source: Source, readings: Readings) -> str:
    """The shortest words about an end that occur once, so that a row quoting them finds it."""
    region, at = end.region, end.span
    spans = [at]
    spans += [Span(at.start, stop) for stop in range(at.end + 1, region.end + 1)]
    spans += [Span(start, at.end) for start in range(at.start - 1, region.start - 1, -1)]
    spans.append(region)
    for span in spans:
        words = plain(official(source.slice(span)))
        if readings.once(words):
            return words
    return plain(official(source.slice(at)))


def _neighbours(
    bands: list[_Band], source: Source, readings: Readings, steps: Sequence[Fraction]
) -> Iterator[Diagnostic]:
    for lower, upper in pairwise(bands):
        if _gap(lower, upper) and _stepped_over(lower, upper, steps):
            continue
        fault = _between(lower, upper, source, readings)
        if fault is not None:
            yield fault


def _between(lower: _Band, upper: _Band, source: Source, readings: Readings) -> Diagnostic | None:
    high, low = lower.high, upper.low
    labels = (Label(lower.node.span, f"“{lower.node.name}”在这里"),)
    names = f"“{lower.node.name}”和“{upper.node.name}”"
    if high.value is None or low.value is None or high.value > low.value:
        low_value = low.value if low.value is not None else Fraction(0)
        ends = [e for e in (high.value, upper.high.value) if e is not None]
        witness = (low_value + min(ends)) / 2 if ends else low_value + 1
        message = f"{names}两段重叠：总分{shown(witness)}分同时属于两个等级"
        return Diagnostic("ZS0505", message, source, upper.node.span, "改成首尾相接的分数段", labels)
    if high.value < low.value:
        witness = (high.value + low.value) / 2
        row = _gap_answer(lower, upper, readings)
        if row is not None and (row.adopted != "四舍五入" or _stepped_over(lower, upper, (Fraction(1),))):
            return None
        message = f"{names}之间有空档：总分{shown(witness)}分不属于任何等级"
        words = _quotable(low, source, readings)
        options = [
            o for o in DOUBTS["空档"] if o != "四舍五入" or _stepped_over(lower, upper, (Fraction(1),))
        ]
        help_text = f"改成首尾相接的分数段；原文如此的，{ROW}{rows_to_add(words, '空档', options)}"
        return Diagnostic("ZS0506", message, source, upper.node.span, help_text, labels)
    value = shown(high.value)
    if low.included is None and high.included:
        words = _quotable(high, source, readings)
        says = plain(official(source.slice(high.span)))
        message = f"总分{value}分属于{names}中的哪一个？“{says}”按字面包括{value}分，“{upper.node.name}”又从{value}分起"
        help_text = ROW + rows_to_add(words, "本数", ("不含", "含"))
        other = (Label(upper.node.span, f"“{upper.node.name}”在这里"),)
        return Diagnostic("ZS0412", message, source, high.span, help_text, other)
    if high.included is None or low.included is None:
        words = _quotable(high, source, readings)
        message = f"总分{value}分属于{names}中的哪一个？两段都没有写含不含：“不含”，归“{upper.node.name}”；“含”，归“{lower.node.name}”"
        help_text = f"各段都一样的，条款写“全文”；{ROW}{rows_to_add(words, '本数', ('不含', '含'))}"
        other = (Label(upper.node.span, f"“{upper.node.name}”在这里"),)
        return Diagnostic("ZS0412", message, source, high.span, help_text, other)
    if high.included and low.included:
        at = high if not high.explicit else low
        words = _quotable(at, source, readings)
        message = f"{names}两段重叠：总分{value}分同时属于两个等级"
        help_text = ROW + rows_to_add(words, "本数", ("不含",))
        return Diagnostic("ZS0505", message, source, at.span, help_text, labels)
    if not high.included and not low.included:
        at = low if not low.explicit else high
        words = _quotable(at, source, readings)
        message = f"{names}之间有空档：总分{value}分不属于任何等级"
        help_text = ROW + rows_to_add(words, "本数", ("含",))
        return Diagnostic("ZS0506", message, source, at.span, help_text, labels)
    return None
