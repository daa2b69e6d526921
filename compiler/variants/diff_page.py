"""What ``zhunsheng diff`` prints: the changes of two standards with an applicant for each, as a page or as JSON."""

from collections.abc import Iterator
from typing import Any

from attrs import frozen

from zhunsheng.compiler.compile import Compiled
from zhunsheng.compiler.variants.contrast import Contrast, Contrasts, Outcome
from zhunsheng.compiler.variants.differences import Difference, compare
from zhunsheng.runtime.numbers import decimal, shown
from zhunsheng.runtime.rendering.outline import Kind, Line, Outline, Section, Tag, Tone
from zhunsheng.runtime.result import Number

FORMAT = "zhunsheng-diff/1"
#: An applicant is looked for in at most so many changes.
MOST_EXAMPLES = 100
#: Changes that can change a result by themselves; those of facts and formulas show in the clauses that read them.
_ABOUT_FACTS = ("数据项", "计算", "标题")


@frozen
class Diff:
    """The changes, each with the applicant that was found for it."""

    first: Compiled
    second: Compiled
    names: tuple[str, str]
    changes: tuple[tuple[Difference, Contrast | None], ...]
    #: Why no applicant was looked for, or not for all.
    unscored: str = ""


def diff(first: Compiled, second: Compiled, names: tuple[str, str]) -> Diff:
    """Compares two standards that compile."""
    assert first.program is not None and second.program is not None
    compared = compare(first, second)
    terms = (*first.program.open_terms, *second.program.open_terms)
    if terms:
        reason = "有一份标准还有待定的内容，不能评分，只列出条文的不同"
        return Diff(first, second, names, tuple((change, None) for change in compared.changes), reason)
    contrasts = Contrasts(first.program, second.program, compared.leaves)
    wanted = [change for change in compared.changes if _counts(change)]
    found = {change: contrasts.find(change) for change in wanted[:MOST_EXAMPLES]}
    reason = f"不同很多，只为前{MOST_EXAMPLES}处举例" if len(wanted) > MOST_EXAMPLES else ""
    return Diff(first, second, names, tuple((c, found.get(c)) for c in compared.changes), reason)


def _counts(change: Difference) -> bool:
    """Whether a change is one for which an applicant is looked for."""
    if change.kind in _ABOUT_FACTS:
        return False
    return bool(change.leaf_a or change.leaf_b) or change.kind not in ("权重", "分值")


# ---- the page


def page(made: Diff) -> Outline:
    """The changes as a page."""
    a, b = (
        _title(compiled, name) for compiled, name in zip((made.first, made.second), made.names, strict=True)
    )
    head = [
        Line("甲", a),
        Line("乙", b),
        Line("不同", f"{len(made.changes)}处" if made.changes else "没有不同"),
    ]
    if made.unscored:
        head.append(Line("说明", made.unscored))
    elif made.changes:
        head.append(Line("说明", "每处不同后面举一个评价对象，在甲、乙下各评一次；没有列出的数据项填否或0"))
    sections: dict[str, list[Section]] = {}
    for change, contrast in made.changes:
        sections.setdefault(change.where, []).append(_section(change, contrast, searched=not made.unscored))
    parts = (Section(Kind.PART, where, children=tuple(own)) for where, own in sections.items())
    return Outline("两份标准的不同", tuple(head), sections=tuple(parts))


def _title(compiled: Compiled, name: str) -> str:
    assert compiled.program is not None
    meta = compiled.program.meta
    edition = "，".join(filter(None, (name, meta.number, meta.issued)))
    return f"《{meta.title}》（{edition}）"


def _section(change: Difference, contrast: Contrast | None, *, searched: bool) -> Section:
    ids = " → ".join("、".join(own) for own in (change.ids_a, change.ids_b) if any(own))
    if change.ids_a == change.ids_b:
        ids = "、".join(change.ids_a)
    return Section(
        Kind.CLAUSE,
        change.kind,
        ids,
        tags=tuple(_tags(contrast)),
        lines=tuple(_lines(change, contrast, searched=searched)),
    )


def _tags(contrast: Contrast | None) -> Iterator[Tag]:
    if contrast is not None:
        yield Tag("等级不同" if contrast.tier else "总分不同", Tone.OPEN if contrast.tier else Tone.CAP)


def _lines(change: Difference, contrast: Contrast | None, *, searched: bool) -> Iterator[Line]:
    name = change.kind if change.kind in ("权重", "分值") else ""
    for before, after in change.words:
        yield Line("", f"{name} {before or '（无）'} → {after or '（无）'}".strip(), Tone.STRONG)
    if change.before and not name:
        yield Line("甲", change.before, Tone.LOST if not change.after else Tone.PLAIN)
    if change.after and not name:
        yield Line("乙", change.after)
    if contrast is not None:
        yield from _contrast(contrast, "本类合计" if change.head_a or change.head_b else "本指标")
    elif _counts(change) and searched:
        yield Line("举例", "没有找到只因为这一处而结果不同的评价对象；没有证明一定相同", Tone.FAINT)


def _contrast(contrast: Contrast, own: str) -> Iterator[Line]:
    both = [f"{name}＝{value}" for name, value, first, second in contrast.facts if first and second]
    only_a = [f"{name}＝{value}" for name, value, first, second in contrast.facts if not second]
    only_b = [f"{name}＝{value}" for name, value, first, second in contrast.facts if not first]
    yield Line("举例", "；".join(both) or "各项都为否或0")
    if only_a:
        yield Line("只有甲要填", "；".join(only_a))
    if only_b:
        yield Line("只有乙要填", "；".join(only_b))
    yield Line("甲", _outcome(contrast.first, own), Tone.STRONG)
    yield Line("乙", _outcome(contrast.second, own), Tone.STRONG)


def _outcome(outcome: Outcome, own: str) -> str:
    parts = [f"{own}{shown(outcome.score)}分" if outcome.score is not None else ""]
    parts.append(f"总分{shown(outcome.total)}分" if outcome.total is not None else "")
    return "，".join(filter(None, [*parts, outcome.grade or ""]))


# ---- JSON


def as_json(made: Diff) -> dict[str, Any]:
    """The changes for machines."""
    return {
        "format": FORMAT,
        "a": _standard(made.first, made.names[0]),
        "b": _standard(made.second, made.names[1]),
        "changes": [_change(change, contrast) for change, contrast in made.changes],
    }


def _standard(compiled: Compiled, name: str) -> dict[str, Any]:
    assert compiled.program is not None
    meta = compiled.program.meta
    return {
        "name": name,
        "id": meta.id,
        "title": meta.title,
        "number": meta.number,
        "base": meta.base or None,
    }


def _change(change: Difference, contrast: Contrast | None) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "where": change.where,
        "ids_a": list(change.ids_a),
        "ids_b": list(change.ids_b),
        "before": change.before,
        "after": change.after,
        "words": [{"before": before, "after": after} for before, after in change.words],
        "example": None if contrast is None else _example(contrast),
    }


def _example(contrast: Contrast) -> dict[str, Any]:
    return {
        "differs": "grade" if contrast.tier else "total",
        "facts": [
            {"name": name, "value": value, "a": first, "b": second}
            for name, value, first, second in (*contrast.facts, *contrast.rest)
        ],
        "a": _scores(contrast.first),
        "b": _scores(contrast.second),
    }


def _scores(outcome: Outcome) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in (("score", outcome.score), ("total", outcome.total)):
        made |= _number(name, value)
    return made | {"grade": outcome.grade}


def _number(name: str, value: Number | None) -> dict[str, str | None]:
    if value is None:
        return {name: None}
    printed = decimal(value)
    made: dict[str, str | None] = {name: printed.text}
    return made if printed.exact else made | {f"{name}_exact": printed.ratio}
