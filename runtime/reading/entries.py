"""Raw answers -> the checked answers of one subject. Every reader ends here, so the rules are written once."""

import datetime
import difflib
from collections.abc import Iterator, Sequence

from attrs import evolve

from zhunsheng.runtime.dates import read_date
from zhunsheng.runtime.diagnostics import Diagnostic, Label
from zhunsheng.runtime.facts import Entry, FactSheet, FactSpec, FactType
from zhunsheng.runtime.reading.quantities import Fault
from zhunsheng.runtime.reading.raw_facts import (
    ASSESSOR,
    COUNT,
    DATE,
    EVIDENCE,
    PLAIN,
    POINTS,
    REASON,
    SUBJECT,
    VALUE,
    Answer,
    Cell,
    Part,
    RawFacts,
    diagnose,
)
from zhunsheng.runtime.reading.typed_text import name_key, quoted, typed
from zhunsheng.runtime.reading.values import Reading, read_items, read_number, read_value
from zhunsheng.runtime.source import Span
from zhunsheng.runtime.support import NotApplicable

#: More errors of one file than this help nobody; the rest is left out.
MAX_DIAGNOSTICS = 200
_LONGEST_NAME = 200

Outcome = tuple[FactSheet | None, tuple[Diagnostic, ...]]


def check(raw: RawFacts, specs: Sequence[FactSpec]) -> Outcome:
    """Checks the answers against the data dictionary: a sheet with an entry for every fact, or all errors."""
    sheet = _Checker(raw, specs).run()
    diagnostics = tuple(dict.fromkeys(sheet.diagnostics))
    if diagnostics:
        in_file = sorted(diagnostics, key=lambda d: d.span or Span(0, 0))
        return None, tuple(in_file[:MAX_DIAGNOSTICS])
    entries = {spec.name: sheet.entries.get(spec.name, Entry(None)) for spec in specs}
    notices = (*raw.notices, *_repetitions(entries))
    return FactSheet(entries, sheet.subject, sheet.date, raw.digest, notices), ()


def _repetitions(entries: dict[str, Entry]) -> Iterator[str]:
    for name, entry in entries.items():
        if entry.repeated:
            items = "、".join(map(quoted, entry.repeated))
            yield f"数据项{quoted(name)}重复列出{items}，只计一次"


class _Checker:
    """Goes through the answers in the order of the file."""

    def __init__(self, raw: RawFacts, specs: Sequence[FactSpec]) -> None:
        self.raw = raw
        self.diagnostics = list(raw.diagnostics)
        self.entries: dict[str, Entry] = {}
        self.subject = ""
        self.date: datetime.date | None = None
        # The evaluation date is given once, whether or not a rule reads it.
        own = [spec for spec in specs if spec.name != DATE]
        self.names = {name_key(spec.name): spec for spec in own} | {spec.name: spec for spec in own}
        self.seen: dict[str, Cell] = {}

    def run(self) -> "_Checker":
        for answer in self.raw.answers:
            if len(self.diagnostics) >= MAX_DIAGNOSTICS:
                break
            self.answer(answer)
        return self

    def fault(self, fault: Fault, place: Cell, subject: str = "", labels: tuple[Label, ...] = ()) -> None:
        found = diagnose(fault, place, self.raw.source, subject)
        self.diagnostics.append(evolve(found, labels=labels))

    # -- Names

    def answer(self, answer: Answer) -> None:
        key = name_key(answer.name.text)
        spec = self.names.get(answer.name.text) or self.names.get(key)
        name = spec.name if spec else key
        if spec is None and key not in (SUBJECT, DATE):
            self.fault(self.unknown(answer.name.text, key), answer.name)
        elif name in self.seen:
            self.repeated(name, answer.name)
        else:
            self.seen[name] = answer.name
            if spec:
                self.entry(answer, spec)
            else:
                self.reserved(key, answer)

    def unknown(self, name: str, key: str) -> Fault:
        known = [*self.names, SUBJECT, DATE]
        close = difflib.get_close_matches(key, known, n=1, cutoff=0.5) if len(key) <= _LONGEST_NAME else []
        help = (
            f"是不是{quoted(self.spelling(close[0]))}？" if close else "核对名称，应与填报表中的“数据项”一致"
        )
        return Fault("ZS0920", f"没有名为{quoted(name)}的数据项", help)

    def spelling(self, key: str) -> str:
        return self.names[key].name if key in self.names else key

    def repeated(self, name: str, place: Cell) -> None:
        first = self.seen[name]
        where = f"（先见于{first.where}）" if first.where else ""
        labels = (Label(first.span, "先填在这里"),) if first.span else ()
        self.fault(Fault("ZS0921", f"{quoted(name)}填了两次{where}", "只保留一处"), place, labels=labels)

    def reserved(self, key: str, answer: Answer) -> None:
        part = answer.parts.get(VALUE)
        if isinstance(part, tuple) or set(answer.parts) - {VALUE, EVIDENCE, ASSESSOR, REASON}:
            fault = Fault("ZS0924", f"{quoted(key)}应是一个值，不是列表或映射", f"写成“{key}: …”")
            self.fault(fault, answer.name)
        elif part is not None and self.sound(part, quoted(key)):
            if key == SUBJECT:
                self.subject = part.text.strip()
            elif typed(part.text):
                date = read_date(part.text)
                if isinstance(date, Fault):
                    self.fault(date, part, f"{quoted(key)}填的是{quoted(part.text)}，")
                else:
                    self.date = date

    # -- Values

    def entry(self, answer: Answer, spec: FactSpec) -> None:
        part = self.main_part(answer, spec)
        reading = self.reading(part, answer, spec) if part is not None else Reading(None)
        count = self.count(answer, spec)
        texts = [self.text(answer, label, spec) for label in (EVIDENCE, ASSESSOR, REASON)]
        if reading is None:
            return
        self.entries[spec.name] = Entry(
            reading.value,
            text=_text(part),
            evidence=texts[0],
            assessor=texts[1],
            reason=texts[2],
            items=reading.items,
            repeated=reading.repeated,
            dates=reading.dates,
            count=count,
            places=reading.places,
            where=answer.where,
        )
        self.signed(self.entries[spec.name], answer, spec, part)

    def main_part(self, answer: Answer, spec: FactSpec) -> Part | None:
        """The part that holds the value; the parts that do not fit the fact's type are errors."""
        parts = answer.parts
        subject = f"数据项{quoted(spec.name)}"
        if spec.type is FactType.POINTS:
            if PLAIN in parts and POINTS not in parts:
                fault = Fault("ZS0925", "没有写“分值”", "评出的分写在“分值”下；“值”只记个数")
                self.fault(fault, _place(parts[PLAIN], answer), subject)
            if PLAIN in parts and COUNT in parts:
                fault = Fault("ZS0923", "的个数写了两次（“值”和“个数”）", "只保留“个数”")
                self.fault(fault, _place(parts[PLAIN], answer), subject)
            return parts.get(POINTS, parts.get(VALUE))
        for label in (POINTS, COUNT):
            if label in parts:
                fault = Fault("ZS0922", f"不是评分，不能写{quoted(label)}", "把值写在“值”下")
                self.fault(fault, _place(parts[label], answer), subject)
        return parts.get(PLAIN, parts.get(VALUE))

    def reading(self, part: Part, answer: Answer, spec: FactSpec) -> Reading | None:
        subject = f"数据项{quoted(spec.name)}"
        if isinstance(part, tuple):
            if spec.type is not FactType.LIST:
                fault = Fault(
                    "ZS0947", f"是{spec.type}，不能填一列名称", f"只填一个值；列表只用于{FactType.LIST}"
                )
                self.fault(fault, _place(part, answer), subject)
                return None
            if sum(not self.sound(cell, subject) for cell in part):
                return None
            result = read_items([cell.text for cell in part], spec)
            return self.accepted(result, _place(part, answer), f"{subject}的清单")
        if not self.sound(part, subject):
            return None
        if part.number is not None and spec.type.numeric:
            result = read_number(part.number, spec)
        else:
            result = read_value(part.text, spec)
        return self.accepted(result, part, f"{subject}填的是{quoted(part.text)}，")

    def accepted(self, result: Reading | Fault, place: Cell, subject: str) -> Reading | None:
        if isinstance(result, Fault):
            self.fault(result, place, subject)
            return None
        return result

    def count(self, answer: Answer, spec: FactSpec) -> int | None:
        """The number that is recorded with judged points."""
        part = answer.parts.get(COUNT, answer.parts.get(PLAIN))
        if part is None or spec.type is not FactType.POINTS:
            return None
        counted = FactSpec(spec.name, FactType.COUNT, unit="" if spec.unit == "分" else spec.unit)
        reading = self.reading(part, answer, counted)
        return reading.value if reading is not None and isinstance(reading.value, int) else None

    def text(self, answer: Answer, label: str, spec: FactSpec) -> str:
        """A remark beside the value; a list of them is joined."""
        part = answer.parts.get(label, ())
        cells = part if isinstance(part, tuple) else (part,)
        subject = f"数据项{quoted(spec.name)}的{label}"
        return "；".join(c.text.strip() for c in cells if self.sound(c, subject) and c.text.strip())

    def signed(self, entry: Entry, answer: Answer, spec: FactSpec, part: Part | None) -> None:
        """A judgement that was made needs somebody to answer for it, and a reason."""
        if not spec.type.judgement or entry.value is None or isinstance(entry.value, NotApplicable):
            return
        lacking = [
            label for label, text in ((ASSESSOR, entry.assessor), (REASON, entry.reason)) if not typed(text)
        ]
        if lacking:
            fault = Fault(
                "ZS0926",
                f"是{spec.type}，缺少{'和'.join(lacking)}",
                "在“评审员”“理由”两栏写明；JSON、YAML 写成 {分值: 8, 评审员: 甲, 理由: …}"
                if spec.type is FactType.POINTS
                else "在“评审员”“理由”两栏写明；JSON、YAML 写成 {值: 是, 评审员: 甲, 理由: …}",
            )
            self.fault(fault, _place(part, answer), f"数据项{quoted(spec.name)}")

    def sound(self, cell: Cell, subject: str) -> bool:
        """Whether a cell holds text that can be used."""
        fault = cell.fault
        if fault is None and not cell.text.isascii() and any("\ud800" <= c <= "\udfff" for c in cell.text):
            fault = Fault("ZS0948", "含有不成对的代理字符，不能保存", "删去该字符，重新输入")
        if fault is not None:
            self.fault(fault, cell, subject)
        return fault is None


def _text(part: Part | None) -> str:
    if isinstance(part, tuple):
        return "、".join(cell.text for cell in part)
    return part.text if part is not None else ""


def _place(part: Part | None, answer: Answer) -> Cell:
    """Where to point: the cells of the part, or the name where they are none."""
    cells = part if isinstance(part, tuple) else (part,)
    spans = [cell.span for cell in cells if cell is not None and cell.span is not None]
    first = next((cell for cell in cells if cell is not None), answer.name)
    span = spans[0].cover(spans[-1]) if spans else answer.name.span
    return Cell("", span, first.where)
