"""Bands of totals for the naive reader: their ends, what neighbours leave, and gaps between them."""

import itertools
import re
from fractions import Fraction

from naive_logic import End, Unread
from naive_model import Band, Rounding, Standard
from naive_signs import write_total
from naive_words import BEFORE_WORD, BEHIND_WORD, MARK, NUMBER, boundary, number


def order_of(standard: Standard) -> list[str]:
    """The tiers, lowest first."""
    ends = sorted(standard.bands, key=lambda b: (b.low is not None, b.low.number if b.low else 0))
    return [band.tier for band in ends]


def band_of_words(words: str, tier: str) -> Band:
    pattern = (
        rf"(?P<before>{BEFORE_WORD})?(?P<number>{NUMBER})分?"
        rf"(?P<mark1>{MARK})?(?P<behind>{BEHIND_WORD})?(?P<mark2>{MARK})?"
    )
    band = Band(tier, words)
    said = write_total(words)
    found = list(re.finditer(pattern, said))
    between = re.sub(pattern, "", said)
    lead_in = re.fullmatch(
        r"(?:总分|总得分|(?:综合|考核|评价|考评|最终)?得分)?在?[-~—–至到但且,]*(?:之间)?", between
    )
    if not lead_in or len(found) not in (1, 2):
        raise Unread(f"not a tier: {words}")
    for place, end in enumerate(found):
        side, included = boundary(end, words)
        if side == "high" and not (end["mark1"] or end["mark2"]):
            band.below = re.search("以下|以内|之内", end["behind"] or "") is not None
        if side == "":
            if len(found) == 1:
                raise Unread(f"a number without a boundary: {words}")
            side = ("low", "high")[place]
            mark = end["mark1"] or end["mark2"]
            if mark:
                included = "不" not in mark
            else:
                band.bare.add(side)
        if getattr(band, side) is not None:
            raise Unread(f"two ends on one side: {words}")
        setattr(band, side, End(number(end["number"]), included))
    return band


def settle_bands(standard: Standard) -> None:
    """Apply 本数, then give bare ends what their neighbours leave."""
    bands, readings = standard.bands, standard.readings
    for band in bands:
        for row in readings:
            if row.doubt != "本数" or row.where not in band.text:
                continue
            for side in ("low", "high"):
                end = getattr(band, side)
                if end is not None and end.number in [number(n) for n in re.findall(NUMBER, row.where)]:
                    setattr(band, side, End(end.number, row.choice == "含"))
                    band.bare.discard(side)
                    band.below = band.below and side != "high"
    for row in sorted(readings, key=lambda row: row.where == "全文"):
        if row.doubt == "本数" and row.where in ("全文", "评定等级"):
            for band in bands:
                if band.high is None or not (band.below or "high" in band.bare):
                    continue
                begins = [b for b in bands if b is not band and _at(b.low, band.high.number)]
                if any("low" in b.bare for b in begins):
                    band.high = End(band.high.number, row.choice == "含")
                    band.bare.discard("high")
                    band.below = False
    taken: list[tuple[Band, str, bool]] = []
    for band in bands:
        for side in band.bare:
            other = "low" if side == "high" else "high"
            end = getattr(band, side)
            facing = [b for b in bands if b is not band and _at(getattr(b, other), end.number)]
            if any(other in b.bare for b in facing):
                raise Unread(f"two bare ends share a number: {band.text}")
            taken.append((band, side, any(getattr(b, other).included for b in facing)))
    for band, side, is_taken in taken:
        setattr(band, side, End(getattr(band, side).number, not is_taken))
    _close_gaps(standard)


def _close_gaps(standard: Standard) -> None:
    """空档: totals between two bands of whole numbers."""
    bands = standard.bands
    rows = [row for row in standard.readings if row.doubt == "空档"]
    ordered = sorted(bands, key=lambda b: (b.low is not None, b.low.number if b.low else Fraction(0)))
    for lower, upper in itertools.pairwise(ordered):
        if lower.high is None or upper.low is None or lower.high.number >= upper.low.number:
            continue
        unit = standard.rounding.unit if standard.rounding else Fraction(0)
        if lower.high.included and upper.low.included and lower.high.number + unit >= upper.low.number:
            continue
        said = {
            r.choice
            for r in rows
            if r.where in ("全文", "评定等级") or r.where in upper.text or r.where in lower.text
        }
        near = {r.choice for r in rows if r.where in upper.text}
        choice = (near or said).pop() if len(near or said) == 1 else ""
        if choice == "归下段":
            lower.high = End(upper.low.number, not upper.low.included)
        elif choice == "归上段":
            upper.low = End(lower.high.number, not lower.high.included)
        elif choice == "四舍五入":
            standard.rounding = Rounding(Fraction(1), choice)
        elif choice != "不评级":
            raise Unread(f"空档 is open: {lower.text} {upper.text}")


def _at(end: End | None, place: Fraction) -> bool:
    return end is not None and end.number == place


def settle_placed(standard: Standard, whole: Fraction) -> None:
    """The ends of demands that name a tier; `whole` is the full marks of all headings of the first level."""
    order = order_of(standard)
    for asked in standard.placed:
        band = next(b for b in standard.bands if b.tier == asked.tier)
        word = asked.word
        if word in ("为", "是", "评为"):
            word = {order[-1]: "以上", order[0]: "为"}.get(asked.tier, "")
        end = band.high if word == "为" else band.low
        if not word or end is None:
            raise Unread(f"{asked.word}{asked.tier} of scores")
        asked.rate = standard.weighted or asked.placed != "按得分"
        size = end.number / whole if asked.rate else end.number
        if word == "以上":
            asked.low = End(size, end.included)
        else:
            asked.high = End(size, end.included if word == "为" else not end.included)
