"""Results of another standard as facts (评价结果): scored here and now, never read from a path in a file.

A fact takes its value from them where its 备注 says so (评价结果：db34-t4364-2023-project，平均得分). The files
that hold the other subjects' facts are named by the caller alone.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

from attrs import evolve, frozen

from zhunsheng.compiler.variants.bases import named
from zhunsheng.library import FactsError, RulesError, Source, Standard, load
from zhunsheng.runtime.diagnostics import Diagnostic, has_errors
from zhunsheng.runtime.facts import Entry, FactSheet, FactSpec, Handed
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.result import Result


@frozen
class _Scored:
    """A result with the name it goes by in the trace."""

    name: str
    result: Result


def with_results(
    standard: Standard,
    sheet: FactSheet,
    results: Mapping[str, Sequence[Source]],
    date: datetime.date | None,
) -> FactSheet:
    """The sheet with the facts that are taken from results; raises :class:`FactsError`.

    A result that is still open makes the facts taken from it unknown, except how many there are.
    """
    faults: list[Diagnostic] = []
    entries = dict(sheet.entries)
    hashes = [sheet.digest]
    notices = list(sheet.notices)
    for name, sources in results.items():
        specs = [s for s in standard.facts if s.handed is not None and name in (s.name, s.handed.standard)]
        if not specs:
            able = "、".join(
                f"{s.name}（{s.handed.standard}）" for s in standard.facts if s.handed is not None
            )
            help_text = f"可以写：{able}" if able else "这个标准没有取自评价结果的数据项"
            faults.append(Diagnostic("ZS0955", f"没有数据项取“{name}”的评价结果", help=help_text))
        for id in dict.fromkeys(s.handed.standard for s in specs if s.handed is not None):
            scored, wrong = _scored(standard, id, sources, date)
            faults += wrong
            if wrong:
                continue
            hashes += [f"{s.result.hashes.rules} {s.result.hashes.facts}" for s in scored]
            notices += [_notice(s) for s in scored]
            for spec in specs:
                if spec.handed is not None and spec.handed.standard == id:
                    faults += _taken_twice(spec, entries)
                    entries[spec.name] = _entry(spec.handed, scored)
    if has_errors(tuple(faults)):
        raise FactsError(tuple(faults))
    digest = sha256("\n".join(hashes).encode()).hexdigest()
    return evolve(sheet, entries=entries, digest=digest, notices=tuple(notices))


def _scored(
    standard: Standard, id: str, sources: Sequence[Source], date: datetime.date | None
) -> tuple[list[_Scored], list[Diagnostic]]:
    """Every source scored under the standard `id`."""
    places = named(id, standard.path)
    if len(places) != 1:
        known = "在标准库和同一文件夹里都有" if places else "找不到"
        return [], [Diagnostic("ZS0956", f"标准“{id}”{known}", help="核对标准编号；只留一份")]
    try:
        other = load(places[0])
    except RulesError as error:
        return [], [
            Diagnostic("ZS0956", f"标准“{id}”不能用：{error}", help="核对标准编号，或先用 check 检查它")
        ]
    if other.program.open_terms:
        message = f"标准“{id}”还有待定的内容，不能评分"
        return [], [Diagnostic("ZS0956", message, help="换成填补了待定内容的本地化细则")]
    found: list[_Scored] = []
    faults: list[Diagnostic] = []
    for number, source in enumerate(sources, 1):
        where = str(source) if isinstance(source, Path) else f"第{number}份"
        try:
            result = other.score(source, date=date)
        except FactsError as error:
            faults += [evolve(d, where=f"{where} {d.where}".strip()) for d in error.diagnostics]
            continue
        name = result.subject or where
        if any(name == scored.name for scored in found):
            message = f"“{name}”的结果交了两次"
            faults.append(Diagnostic("ZS0954", message, help="一个评价对象只交一份", where=where))
        found.append(_Scored(name, result))
    return found, faults


def _taken_twice(spec: FactSpec, entries: Mapping[str, Entry]) -> Iterator[Diagnostic]:
    entry = entries.get(spec.name)
    if entry is not None and entry.value is not None:
        message = f"“{spec.name}”既填了{entry.text}，又交了评价结果"
        yield Diagnostic("ZS0953", message, help="只留一种", where=entry.where)


def _entry(handed: Handed, scored: Sequence[_Scored]) -> Entry:
    """The value taken from the results, with what it was taken from."""
    value = _value(handed.aggregate, scored)
    parts = [f"{s.name}{_total(s.result)}" for s in scored]
    evidence = f"{handed.standard}的{handed.aggregate}：{'、'.join(parts)}"
    return Entry(value, "" if value is None else shown(value), evidence)


def _value(aggregate: str, scored: Sequence[_Scored]) -> int | Fraction | None:
    if aggregate == "个数":
        return len(scored)
    totals = [Fraction(s.result.total) for s in scored if s.result.total is not None]
    if not totals or len(totals) < len(scored):
        return None
    if aggregate == "最低得分":
        return min(totals)
    return max(totals) if aggregate == "最高得分" else sum(totals, Fraction(0)) / len(totals)


def _total(result: Result) -> str:
    total = "还缺数据" if result.total is None else f"{shown(result.total)}分"
    return f"{total}（{result.grade}）" if result.grade else total


def _notice(scored: _Scored) -> str:
    """Which result was handed over, so that it can be scored again."""
    result = scored.result
    return (
        f"评价结果：{scored.name}按{result.standard.id}评为{_total(result)}；"
        f"规则 SHA-256 {result.hashes.rules}，填报 SHA-256 {result.hashes.facts}"
    )
