"""Facts over all that are scored together, for the naive evaluator: how clauses ask for places, means, the best."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from naive_logic import Unread
from naive_model import Formula, Standard, Together
from naive_numbers import write_shares_of_places
from naive_signs import write_signs
from naive_words import BEFORE_WORD, FACT, NUMBER, Marked, Marker, number

if TYPE_CHECKING:
    from naive_conditions import ConditionReader

DOWNWARD, UPWARD = "从大到小|由高到低|降序", "从小到大|由低到高|升序"
CLASS = rf"(?:在?同一(?P<c>{FACT})(?:内|中)?的?)?"
PLACE = re.compile(
    rf"(?:(?:{CLASS}(?P<x>{FACT})(?:(?P<down>{DOWNWARD})|(?P<up>{UPWARD}))?)?(?:排名|位列))?"
    rf"(?:第(?P<low>{NUMBER})名?[-~至](?P<high>{NUMBER})名|第(?P<since>{NUMBER})名及以后"
    rf"|前(?P<over>{NUMBER})%[-~至](?P<share>{NUMBER})%|前(?P<best>{NUMBER})%|后(?P<worst>{NUMBER})%"
    rf"|前(?P<first>{NUMBER})名|后(?P<final>{NUMBER})名|(?P<three>[前后]三)(?=[的得加扣计,、])|倒数第(?P<backwards>{NUMBER})名|(?P<end>末位)|第(?P<nth>{NUMBER})名)"
)
TIE = re.compile(
    rf"[,;]?(?:仍)?并列(?:时|的)?,?按(?P<y>{FACT})的?(?:(?P<high>高者在前|由高到低排列|由多到少排列|多者在前)|低者在前|由低到高排列|由少到多排列|少者在前)"
)
FALL = re.compile(rf"每下降(?P<n>{NUMBER})个名次")
WORDS = {"平均值": "mean", "均值": "mean", "平均数": "mean", "平均水平": "mean"}
WORDS |= {"最高值": "max", "最大值": "max", "最低值": "min", "最小值": "min"}
VALUE = re.compile(
    rf"{CLASS}(?:(?P<x>{FACT})的?)?(?:(?:全部|所有|全体)评价对象的?)?"
    rf"(?:去掉(?P<n>{NUMBER})个最高值和(?P<m>{NUMBER})个最低值后的)?(?P<what>{'|'.join(sorted(WORDS, key=len, reverse=True))})"
)
SHOWN = {"mean": "的平均值", "max": "的最高值", "min": "的最低值"}


# --- reading --------------------------------------------------------------------------------------------------


def write_cohort(marked: Marked, reader: "ConditionReader", leaf: str = "") -> None:
    """Puts the fact over the cohort, compared with a number, in the place of what a paragraph asks of places and means."""
    write_shares_of_places(marked)
    write_signs(marked)
    write_values(marked, reader.standard, reader.marker)
    at, reader.ranked = 0, [*reader.rankings[0], *reader.rankings[1]]
    while found := PLACE.search(marked.text, at):
        before = marked.text[at : found.start()]
        for _ in re.findall("。", before):
            reader.rankings = [reader.rankings[-1], []]
        if re.search(
            r"(?:^|[。;])(?:[①-⑳]|\(\d+\)|\d+(?:、|\.(?!\d)))[^。;]*$", before
        ):  # an item of its own
            reader.rankings = [[], []]
        text = _asked(found, reader, marked.words(0, len(marked.text)), leaf)
        if text:
            marked.replace(found.start(), found.end(), text)
        at = found.start() + (len(text) or 1)
    for _ in re.findall("。", marked.text[at:].rstrip("。")) + [""]:
        reader.rankings = [reader.rankings[-1], []]
    for tie in list(TIE.finditer(marked.text)):
        known = list(dict.fromkeys(reader.ranked))
        if len(known) != 1:
            raise Unread(f"which of {known} is decided: {marked.words(0, len(marked.text))}")
        for name, together in reader.standard.together.items():
            if (together.of, together.within) == known[0][:2] and together.kind in ("rank", "last"):
                then = (*together.then, (reader.marker.name(tie["y"]), tie["high"] is not None))
                reader.standard.together[name] = replace(together, then=then)
    for tie in reversed(list(TIE.finditer(marked.text))):
        marked.drop(tie.start(), tie.end())
    for fall in reversed(list(FALL.finditer(marked.text))):  # a place further down is a greater number
        marked.replace(fall.start(), fall.end(), f"每增加{fall['n']}名")


def _asked(found: re.Match[str], reader: "ConditionReader", words: str, leaf: str) -> str:
    """What stands for a place: the fact and what it is compared with."""
    if found["x"]:
        c = reader.marker.name(found["c"]) if found["c"] else ""
        order = "由高到低" if found["down"] else "由低到高" if found["up"] else ""
        ranking = (reader.marker.name(found["x"]), c, order)
        if ranking not in reader.rankings[-1]:
            reader.rankings[-1].append(ranking)
            reader.ranked.append(ranking)
    else:
        known = list(dict.fromkeys(reader.rankings[0] + reader.rankings[1]))
        if len(known) != 1:
            if known:
                raise Unread(f"a place in which of {known}: {words}")
            return ""
        ranking = known[0]
    x, c, order = ranking

    def said(doubt: str) -> str:
        """What 解读 says, the words of the paragraph before its id before 全文."""
        rows = [r for r in reader.standard.readings if r.doubt == doubt]
        near = {r.choice for r in rows if r.where in words}
        near = near or {r.choice for r in rows if leaf and r.where.startswith(leaf + ".")}
        near = near or {r.choice for r in rows if leaf and (leaf + ".").startswith(r.where + ".")}
        near = near or {r.choice for r in rows if r.where == "全文"}
        if len(near) != 1:
            raise Unread(f"{doubt} is open: {words}")
        return near.pop()

    larger = order == "由高到低" if order else said("名次方向") == "从大到小"
    front = f"同一{c}内" if c else ""
    last = bool(
        found["three"] == "后三" or found["final"] or found["backwards"] or found["end"] or found["worst"]
    )
    name = f"{front}{x}{order}的{'倒数' if last else ''}名次"
    _enter(reader.standard, name, Together("last" if last else "rank", x, c, larger, said("并列名次")))
    reader.standard.places.add(name)
    if found["best"] or found["worst"] or found["share"]:
        if number(found["best"] or found["worst"] or found["share"]) > 100:
            raise Unread(f"a share above the whole: {words}")
        size, share = f"{front}{x}排名的个数", f"{name}占个数的比例"
        _enter(reader.standard, size, Together("size", x, c))
        half = ["(", name, "-", "0.5", ")"] if said("百分位") == "四舍五入" else [name]
        reader.standard.formulas.setdefault(share, Formula([*half, "÷", size]))
        reader.standard.places.add(share)
        sign = reader.marker.sign(share)
        if found["share"]:
            return f"{sign}>{found['over']}%且≤{found['share']}%"
        return f"{sign}≤{found['best'] or found['worst']}%"
    sign = reader.marker.sign(name)
    if found["low"]:
        return f"{sign}≥{found['low']}名且≤{found['high']}名"
    if found["since"]:
        return f"{sign}≥{found['since']}名"
    exact = found["nth"] or found["backwards"]
    return (
        f"{sign}等于{exact}名"
        if exact
        else f"{sign}≤{found['first'] or found['final'] or ('3' if found['three'] else '1')}名"
    )


def write_values(marked: Marked, standard: Standard, marker: Marker) -> None:
    """Puts the fact in the place of 平均值, 最高值 and the like."""
    at = 0
    while found := VALUE.search(marked.text, at):
        start = max((m.end() for m in re.finditer("[,;。=]", marked.text[: found.start()])), default=0)
        segment = re.match("[^,;。=]*", marked.text[start:])
        assert segment
        in_front = marked.text[start : found.start()]
        if found["x"]:
            x = marker.name(found["x"])
        else:
            near = re.findall(FACT, in_front)
            every = set(re.findall(FACT, segment.group()))
            computed = re.search(r"[-+×÷/(]$", in_front) or re.match(r"[-+×÷/)]", marked.text[found.end() :])
            if not near and not computed or computed and len(every) != 1:
                raise Unread(f"{found['what']} of what: {marked.words(0, len(marked.text))}")
            x = marker.name(every.pop() if computed else near[-1])
        c = marker.name(found["c"]) if found["c"] else ""
        kind, trim = WORDS[found["what"]], int(number(found["n"] or "0"))
        if found["n"] and (found["n"] != found["m"] or kind != "mean"):
            raise Unread(f"not the same number at both ends: {found.group()}")
        shown = f"去掉{trim}个最高值和{trim}个最低值后的平均值" if trim else SHOWN[kind]
        name = f"{f'同一{c}内' if c else ''}{x}{shown}"
        _enter(standard, name, Together("trimmed" if trim else kind, x, c, trim=trim))
        text = marker.sign(name)
        marked.replace(found.start(), found.end(), text)
        at = found.start() + 1
        measured = re.search(rf"(?:^|[^{FACT[1:-1]}])(?P<word>{BEFORE_WORD}|比)$", in_front)
        if found["x"] and measured and not re.search(FACT, in_front):  # 高于【X】平均值 is of X too
            here = start + measured.start("word")
            marked.replace(here, here, marker.sign(x))
            at += 1


def _enter(standard: Standard, name: str, together: Together) -> None:
    if standard.together.setdefault(name, together) != together:
        raise Unread(f"two facts over the cohort are named {name}")


def places_of(standard: Standard) -> list[tuple[str, str]]:
    """The places that a standard asks for, each with the number of those who have one where it asks for that too."""
    return [
        (place, size)
        for place, own in standard.together.items()
        for size, other in standard.together.items()
        if own.kind in ("rank", "last") and other == Together("size", own.of, own.within)
    ]
