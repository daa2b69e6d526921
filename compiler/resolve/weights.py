"""Weights and points (权重与分值): which kind a standard uses, and whether its sums are right."""

from collections.abc import Container, Iterator, Mapping
from fractions import Fraction
from typing import Literal

from attrs import frozen

from zhunsheng.compiler.resolve.resolve import leaf_headings
from zhunsheng.dsl import ast
from zhunsheng.runtime.diagnostics import Diagnostic, Label
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.source import Source, Span

#: The caps that sentences under headings set for all below them (本类最高得20分), by the headings' ids.
Capped = Mapping[str, Fraction]
Scheme = Literal["weights", "points", "none"]


@frozen
class Weights:
    """How leaves add up: `shares` maps a leaf's id to its share of the total, `full` to its full mark."""

    scheme: Scheme
    shares: dict[str, Fraction]
    full: dict[str, Fraction | None]
    diagnostics: tuple[Diagnostic, ...]
    open_terms: tuple[str, ...] = ()


def weigh(
    headings: tuple[ast.Heading, ...],
    source: Source,
    *,
    open_state: bool,
    ruled: Container[str] = (),
    capped: Capped | None = None,
) -> Weights:
    """Finds the scheme and checks every sum. `ruled` has the ids of the leaves with rules of their own, which
    in an open standard without weights and points add up as they stand. A heading whose mark is where a sentence
    ends the sum of all below it may list more than its mark."""
    capped = capped or {}
    leaves = list(leaf_headings(headings))
    kinds = {leaf.mark.kind for leaf in leaves if leaf.mark is not None}
    unmarked = [leaf for leaf in leaves if leaf.mark is None]
    if len(kinds) == 2:
        odd = _rarer(leaves)
        message = "有的指标写权重，有的写分值，不能混用"
        fault = Diagnostic("ZS0501", message, source, odd.span, "统一写成权重，或统一写成分值")
        return Weights("none", {}, {}, (fault,))
    groups = () if kinds else _groups(headings)
    idle = next((h for h in groups if h.mark is not None and h.mark.value != capped.get(h.id)), None)
    if idle is not None and idle.mark is not None and not open_state:
        # The mark of a group limits nothing by itself: to pass over it would let the group give more.
        word = "权重" if idle.mark.kind == "weight" else "分值"
        message = f"“{idle.title}”写了{word}{idle.mark.text}，下面的指标却都没有写"
        help_text = f"在下面各个指标的标题后写上{word}；不计的，删去“{idle.title}”后面的{word}"
        return Weights("none", {}, {}, (Diagnostic("ZS0504", message, source, idle.mark.span, help_text),))
    if not kinds:
        full: dict[str, Fraction | None] = {leaf.id: None for leaf in leaves}
        lacking = tuple(_lacking(leaf) for leaf in leaves if open_state and leaf.id not in ruled)
        return Weights("none", {leaf.id: Fraction(1) for leaf in leaves}, full, (), lacking)
    if unmarked and not open_state:
        word = "权重" if kinds == {"weight"} else "分值"
        faults = tuple(
            Diagnostic(
                "ZS0504",
                f"“{h.title}”没有写{word}",
                source,
                h.title_span,
                f"照原文在标题后写上（{_example(word)}），省略号换成原文的数；原文没有给它{word}的，"
                "并入有的那一节，或移到“加分项”“减分项”“附注”",
            )
            for h in unmarked
        )
        return Weights("none", {}, {}, faults)
    open_terms = tuple(map(_lacking, unmarked))
    if open_terms:
        return Weights(
            "none", {h.id: Fraction(1) for h in leaves}, {h.id: None for h in leaves}, (), open_terms
        )
    if kinds == {"weight"}:
        return _weighted(headings, leaves, source)
    if open_state:
        return _pointed_open(headings, leaves, source, capped)
    return _pointed(headings, leaves, source, capped)


def _groups(headings: tuple[ast.Heading, ...]) -> Iterator[ast.Heading]:
    """The headings that have others below them."""
    for heading in headings:
        if heading.children:
            yield heading
            yield from _groups(heading.children)


def _lacking(heading: ast.Heading) -> str:
    return f"{heading.id} {heading.title}：权重或分值"


def _example(word: str) -> str:
    return "权重……" if word == "权重" else "……分"


def _value(heading: ast.Heading) -> Fraction:
    assert heading.mark is not None
    return heading.mark.value


def _rarer(leaves: list[ast.Heading]) -> ast.Mark:
    marks = [leaf.mark for leaf in leaves if leaf.mark is not None]
    kinds = [mark.kind for mark in marks]
    rare = min(dict.fromkeys(kinds), key=kinds.count)
    return next(mark for mark in marks if mark.kind == rare)


def _weighted(headings: tuple[ast.Heading, ...], leaves: list[ast.Heading], source: Source) -> Weights:
    """Global weights: leaves sum to 1, headings to their children. Relative: children of each node sum to 1."""
    full: dict[str, Fraction | None] = {leaf.id: Fraction(100) for leaf in leaves}
    everywhere = list(_global_faults(headings, leaves, source))
    if not everywhere:
        return Weights("weights", {leaf.id: _value(leaf) for leaf in leaves}, full, ())
    relative = _relative_shares(headings, Fraction(1))
    if relative is not None:
        return Weights("weights", relative, full, ())
    return Weights("weights", {leaf.id: _value(leaf) for leaf in leaves}, full, tuple(everywhere))


def _relative_shares(headings: tuple[ast.Heading, ...], share: Fraction) -> dict[str, Fraction] | None:
    if any(h.mark is None for h in headings) or sum(map(_value, headings)) != 1:
        return None
    shares: dict[str, Fraction] = {}
    for heading in headings:
        own = share * _value(heading)
        if not heading.children:
            shares[heading.id] = own
            continue
        below = _relative_shares(heading.children, own)
        if below is None:
            return None
        shares |= below
    return shares


def _global_faults(
    headings: tuple[ast.Heading, ...], leaves: list[ast.Heading], source: Source
) -> Iterator[Diagnostic]:
    mismatches = list(_mismatches(headings, {}))
    for heading in mismatches:
        yield _mismatch(heading, source, "ZS0502", "权重")
    total = sum((_value(leaf) for leaf in leaves), Fraction(0))
    if total != 1 and not mismatches:
        marks = [leaf.mark for leaf in leaves if leaf.mark is not None]
        sums = "＋".join(mark.text for mark in marks[:8]) + ("＋……" if len(marks) > 8 else "")
        message = f"各指标权重之和是{shown(total)}，应为1"
        labels = tuple(Label(mark.span, mark.text) for mark in marks[1:4])
        yield Diagnostic("ZS0502", message, source, marks[0].span, f"核对：{sums}＝{shown(total)}", labels)


def _mismatches(headings: tuple[ast.Heading, ...], capped: Capped) -> Iterator[ast.Heading]:
    """Headings whose own mark differs from the sum of their children's, save one that a cap brings down to it."""
    for heading in headings:
        if not heading.children:
            continue
        marked = heading.mark is not None and all(c.mark is not None for c in heading.children)
        over = sum(map(_value, heading.children)) - _value(heading) if marked else 0
        if over < 0 or (over > 0 and capped.get(heading.id) != _value(heading)):
            yield heading
        yield from _mismatches(heading.children, capped)


def _mismatch(heading: ast.Heading, source: Source, code: str, word: str) -> Diagnostic:
    """Underlines the child that looks mistaken where only one does, else the heading's own mark."""
    assert heading.mark is not None
    marks = [child.mark for child in heading.children if child.mark is not None]
    total = sum((mark.value for mark in marks), Fraction(0))
    excess = total - heading.mark.value
    suspects = [
        mark
        for mark in marks
        if any(other is not mark and other.value == mark.value - excess for other in marks)
        and sum(1 for other in marks if other.value == mark.value) == 1
    ]
    at: Span = suspects[0].span if len(suspects) == 1 else heading.mark.span
    sums = "＋".join(mark.text for mark in marks)
    message = f"“{heading.title}”下各指标{word}之和是{sums}＝{shown(total)}，与它自己的{word}{heading.mark.text}不符"
    labels = tuple(Label(mark.span, f"{mark.text}") for mark in [heading.mark, *marks] if mark.span != at)
    help_text = (
        f"把{suspects[0].text}改为{shown(suspects[0].value - excess)}，或核对其他{word}"
        if len(suspects) == 1
        else f"核对这几个{word}，使它们之和等于{heading.mark.text}"
    )
    return Diagnostic(code, message, source, at, help_text, labels)


def _pointed_open(
    headings: tuple[ast.Heading, ...], leaves: list[ast.Heading], source: Source, capped: Capped
) -> Weights:
    """Groups of an open standard may list less than their mark: rows of the official text are lost."""
    lost = tuple(_lost(headings))
    excess = tuple(
        _mismatch(heading, source, "ZS0503", "分值")
        for heading in _mismatches(headings, capped)
        if _listed(heading) > _value(heading)
    )
    full: dict[str, Fraction | None] = {leaf.id: _value(leaf) for leaf in leaves}
    return Weights("points", {leaf.id: Fraction(1) for leaf in leaves}, full, excess, lost)


def _listed(heading: ast.Heading) -> Fraction:
    """The points of the headings below one; of a group without a mark, what it lists itself."""
    own = (child.mark.value if child.mark is not None else _listed(child) for child in heading.children)
    return sum(own, Fraction(0))


def _lost(headings: tuple[ast.Heading, ...]) -> Iterator[str]:
    for heading in headings:
        if (
            heading.children
            and heading.mark is not None
            and (short := _value(heading) - _listed(heading)) > 0
        ):
            yield f"{heading.id} {heading.title}（{heading.mark.text}）：缺少共{shown(short)}分的指标"
        yield from _lost(heading.children)


def _pointed(
    headings: tuple[ast.Heading, ...], leaves: list[ast.Heading], source: Source, capped: Capped
) -> Weights:
    faults = tuple(_mismatch(heading, source, "ZS0503", "分值") for heading in _mismatches(headings, capped))
    full: dict[str, Fraction | None] = {leaf.id: _value(leaf) for leaf in leaves}
    return Weights("points", {leaf.id: Fraction(1) for leaf in leaves}, full, faults)
