"""Pass 2, types and units (类型与单位): what each fact is, from its uses and from 数据项."""

import re
from fractions import Fraction

from zhunsheng.compiler.resolve.cohort import CohortFact
from zhunsheng.compiler.resolve.resolved import Resolved, Use
from zhunsheng.compiler.resolve.tables import DictionaryRow, Tables
from zhunsheng.compiler.resolve.typed import Typed, convert, kind_of_unit
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import normalise, plain
from zhunsheng.dsl.rulefile import Parsed
from zhunsheng.runtime.diagnostics import Diagnostic, Label
from zhunsheng.runtime.facts import AGGREGATES, FactType, Handed
from zhunsheng.runtime.numbers import RATIO, read_numeral
from zhunsheng.runtime.source import Source, Span

#: Words that make a yes/no fact a judgement unless 数据项 declares it. language.md, principle 5.
JUDGING = re.compile("良好|健全|较强|合理|必要|完善|充分|有效(?!期)|清晰|较好|优良|先进|科学")

#: Names of facts that may be percentages, of which a formula shows nothing.
_SHARE = re.compile("(?:率|比例|占比|比重|百分比|百分数)$")
#: 满意度, 完成度; of those compared with one another a question of its own is asked.
_DEGREE = re.compile("(?<![年季月额])度$")
_HANDED = re.compile(rf"评价结果：([A-Za-z0-9][A-Za-z0-9_.-]*)，({'|'.join(AGGREGATES)})")
_UNIT_OF_TYPE = {FactType.PERCENT: "%", FactType.POINTS: "分"}


class _Typer:
    def __init__(self, source: Source, resolved: Resolved, tables: Tables) -> None:
        self.source = source
        self.uses: dict[str, list[Use]] = {}
        for use in resolved.uses:
            self.uses.setdefault(use.fact, []).append(use)
        self.choices = resolved.choices
        self.cohorts = {own.name: own for own in resolved.cohorts}
        self.derived = {resolved.names[plain(d.fact.name)] for d in resolved.definitions}
        self.rows = {plain(row.name): row for row in tables.dictionary}
        self.diagnostics: list[Diagnostic] = []
        self.done: dict[str, Typed | None] = {}
        #: What sentences ask of two facts, and by name the facts that each is compared with.
        self.measured: dict[str, ast.Measured] = {}
        self.partners: dict[str, list[str]] = {}
        for definition in resolved.definitions:
            if isinstance(definition.formula, ast.Measured):
                node = definition.formula
                one, other = (resolved.names[plain(m.name)] for m in (node.fact, node.reference))
                self.measured[resolved.names[plain(definition.fact.name)]] = node
                self.partners.setdefault(one, []).append(other)
                self.partners.setdefault(other, []).append(one)
        self.names = resolved.names

    def fault(
        self, code: str, message: str, span: Span, help: str = "", labels: tuple[Label, ...] = ()
    ) -> None:
        self.diagnostics.append(Diagnostic(code, message, self.source, span, help, labels))

    def type_fact(self, name: str) -> Typed | None:
        """What a fact is; worked out once."""
        if name not in self.done:
            self.done[name] = self.typed(name)
        return self.done[name]

    def typed(self, name: str) -> Typed | None:
        uses = self.uses.get(name, [])
        row = self.rows.get(plain(name))
        if name in self.cohorts:
            return self.of_cohort(self.cohorts[name], row)
        declared = self.declared(row)
        dated = any(use.role == "dates" for use in uses) or (row is not None and row.dated)
        kinds = [(kind, use) for use in uses if (kind := self.kind(use, dated)) is not None]
        if not self.agree(name, kinds):
            return None
        inferred = self.inferred(name, uses, kinds)
        alike = self.alike(name) if declared is None and not kinds else None
        if alike is not None:
            inferred = FactType.QUANTITY if alike.type.whole else alike.type
        type = declared or inferred
        if declared is None and not kinds and any(use.role in ("measured", "cohort") for use in uses):
            message = f"“{name}”的类型无从推断：原文没有说怎样计分"
            self.fault("ZS0316", message, uses[0].span, f"在“数据项”表中列出“{name}”，写明类型")
            return None
        share = _SHARE.search(name) or (name not in self.partners and _DEGREE.search(name))
        if declared is None and not kinds and share and name not in self.derived:
            message = f"“{name}”是百分比，还是别的数？算式里看不出来"
            help_text = (
                f"在“数据项”表（名称、类型两列）中加一行：| {name} | 百分比 |（填86%，按0.86算）；"
                f"或 | {name} | 数量 |（填86，按86算）"
            )
            self.fault("ZS0316", message, uses[0].span if uses else Span(0, 0), help_text)
            return None
        if declared is not None and kinds and not self.fits(declared, kinds[0][0]):
            assert row is not None
            message = f"数据项表中“{name}”的类型是“{declared}”，条款里却作“{kinds[0][0]}”用"
            labels = (Label(kinds[0][1].span, f"这里作“{kinds[0][0]}”用"),)
            self.fault("ZS0302", message, row.row.at("类型"), f"类型改为“{inferred}”，或改写条款", labels)
            return None
        before = len(self.diagnostics)
        unit = self.unit(name, type, uses, row) or (alike.unit if alike is not None else "")
        if len(self.diagnostics) > before:
            return None
        low, high = self.range(name, type, row)
        if unit == RATIO and low is None:
            low = Fraction(0)
        choices = self.choices.get(plain(name), ())
        handed = self.handed(row, type)
        span = row.row.at("名称") if row else (uses[0].span if uses else Span(0, 0))
        question = row.row.text("说明") if row else ""
        evidence = row.row.text("佐证材料") if row else ""
        note = row.row.text("备注") if row else ""
        return Typed(
            name,
            type,
            unit,
            low,
            high,
            question or self.question(name, uses),
            evidence,
            note,
            "不适用" in note,
            "整体判断" in note,
            choices,
            row is not None,
            span,
            handed,
            dated and type is FactType.LIST,
        )

    def alike(self, name: str) -> Typed | None:
        """The fact that one is like of which nothing else is known: its own two facts' where it is their difference,
        else the fact that it is compared with, where more is known of that one."""
        if name in self.measured:
            return self.of_two(name, self.measured[name])
        for partner in self.partners.get(name, ()):
            row = self.rows.get(plain(partner))
            told = any(self.kind(use, dated=False) is not None for use in self.uses.get(partner, []))
            if told or (row is not None and row.row.text("类型")):
                found = self.type_fact(partner)
                return found if found is not None and found.type.numeric else None
        return None

    def of_two(self, name: str, node: ast.Measured) -> Typed | None:
        """What a sentence asks of two facts: a number of times, a percentage, or a number in their unit."""
        own = {"multiple": (FactType.QUANTITY, "倍"), "growth_multiple": (FactType.QUANTITY, "倍")}
        own["ratio"] = (FactType.QUANTITY, RATIO)
        one = self.type_fact(self.names[plain(node.fact.name)])
        if node.kind != "difference":
            type, unit = own.get(node.kind, (FactType.PERCENT, "%"))
        elif one is None or not one.type.numeric:
            return None
        else:
            type, unit = one.type, one.unit
        return Typed(name, type, unit, None, None, "", "", "", False, False, (), False, node.span)

    def of_cohort(self, own: CohortFact, row: DictionaryRow | None) -> Typed | None:
        """A fact over all that are scored together: a place from 1 on, a number of places, or a number like those of
        the fact it is over; the mean of whole numbers is none."""
        base = self.type_fact(own.of)
        if base is None:
            return None
        if not base.type.numeric:
            message = f"“{base.name}”的类型是“{base.type}”，没有大小，不能排名或平均"
            self.fault("ZS0298", message, own.at, "类型写成数量、百分比、金额这样能填数的")
            return None
        if row is not None and row.row.text("类型"):
            message = f"“{own.name}”由全部评价对象算出，类型已定"
            self.fault(
                "ZS0299", message, row.row.at("类型"), "这一行只写说明和佐证材料，类型、单位、范围空着"
            )
            return None
        text = [row.row.text(column) if row else "" for column in ("说明", "佐证材料", "备注")]
        type, unit = FactType.COUNT, "名"
        low: Fraction | None = Fraction(1)
        high: Fraction | None = None
        if own.kind == "size":
            unit = "个"
        elif own.kind not in ("rank", "last"):
            whole = FactType.COUNT if own.kind in ("max", "min") else FactType.QUANTITY
            type = whole if base.type.whole else base.type
            type = FactType.QUANTITY if type is FactType.POINTS else type
            unit, low, high = base.unit, base.low, base.high
        return Typed(
            own.name, type, unit, low, high, text[0], text[1], text[2], False, False, (), row is not None, own.at
        )  # fmt: skip

    def handed(self, row: DictionaryRow | None, type: FactType) -> Handed | None:
        """备注 评价结果：db34-t4364-2023-project，平均得分."""
        note = row.row.text("备注") if row else ""
        if row is None or "评价结果" not in note:
            return None
        match = _HANDED.search(normalise(note).text)
        if match is None or not type.numeric:
            kinds = "、".join(AGGREGATES)
            help_text = f"类型写“数量”或“个数”，备注写“评价结果：标准编号，平均得分”；可用的：{kinds}"
            self.fault("ZS0317", "备注里的“评价结果”没有读懂", row.row.at("备注"), help_text)
            return None
        return Handed(match[1], match[2])

    def kind(self, use: Use, dated: bool) -> FactType | None:
        """What one use shows the fact to be; days are counted of a list of dates like anything else."""
        if use.role == "date":
            return FactType.DATE
        if use.role == "dates":
            return FactType.LIST
        if dated and use.role in ("count", "compare") and use.quantities:
            unit = kind_of_unit(use.quantities[-1].unit)
            return unit if unit in (FactType.PERCENT, FactType.MONEY) else FactType.LIST
        if use.role in ("truth", "absent"):
            return FactType.YES_NO
        if use.role == "choose":
            return FactType.CHOICE
        if use.role in ("judge", "total"):
            return FactType.POINTS if use.role == "judge" else FactType.QUANTITY
        if use.fact in self.measured:
            return None
        row = self.rows.get(plain(use.fact))
        if row is not None and row.row.text("单位") == RATIO:
            return FactType.QUANTITY
        # A bare number in a table shows nothing: it may be a percentage by 数据项.
        return kind_of_unit(use.quantities[-1].unit) if use.quantities and use.quantities[-1].unit else None

    def agree(self, name: str, kinds: list[tuple[FactType, Use]]) -> bool:
        """Whether all uses show the same kind; both places are told."""
        for kind, use in kinds[1:]:
            first, other = kinds[0]
            if kind is first or use.span == other.span:
                continue
            message = f"数据项“{name}”在一处作“{first}”用，在另一处作“{kind}”用"
            help_text = f"若是两个数据项，写成【{name}｜另一个名称】"
            self.fault("ZS0302", message, use.span, help_text, (Label(other.span, f"这里作“{first}”用"),))
            return False
        return True

    def inferred(self, name: str, uses: list[Use], kinds: list[tuple[FactType, Use]]) -> FactType:
        bare = any(use.quantities for use in uses)
        kind = kinds[0][0] if kinds else FactType.COUNT if bare else FactType.QUANTITY
        if kind is FactType.YES_NO:
            judged = JUDGING.search(name) or any(use.role == "absent" for use in uses)
            return FactType.JUDGED if judged else FactType.YES_NO
        if kind is FactType.COUNT and any(q.value.denominator != 1 for use in uses for q in use.quantities):
            return FactType.QUANTITY
        return kind

    def fits(self, declared: FactType, used: FactType) -> bool:
        """Whether a declared type can be used as the clauses use it."""
        if used is FactType.YES_NO:
            return declared.truth
        if used is FactType.COUNT:
            return declared in (FactType.COUNT, FactType.QUANTITY, FactType.LIST)
        if used is FactType.DURATION:
            return declared in (FactType.DURATION, FactType.COUNT)
        if used is FactType.QUANTITY:
            return declared.numeric
        return declared is used

    def declared(self, row: DictionaryRow | None) -> FactType | None:
        if row is None or not row.row.text("类型"):
            return None
        try:
            return FactType(row.row.text("类型"))
        except ValueError:
            names = "、".join(t.value for t in FactType)
            message = f"不认识的类型“{row.row.text('类型')}”"
            self.fault("ZS0312", message, row.row.at("类型"), f"可用的类型：{names}")
            return None

    def unit(self, name: str, type: FactType, uses: list[Use], row: DictionaryRow | None) -> str:
        declared = row.row.text("单位") if row else ""
        if type in _UNIT_OF_TYPE:
            if declared and normalise(declared).text != _UNIT_OF_TYPE[type]:
                message = f"{type}的单位只能是“{_UNIT_OF_TYPE[type]}”"
                assert row is not None
                self.fault("ZS0303", message, row.row.at("单位"), f"改为“{_UNIT_OF_TYPE[type]}”，或空着")
            return _UNIT_OF_TYPE[type]
        if not type.numeric:
            return ""
        used = [(q, use) for use in uses for q in use.quantities if q.unit]
        if declared:
            self.units_fit(name, type, declared, used)
            return declared
        if not used:
            return ""
        first, other = used[0]
        for quantity, use in used[1:]:
            if quantity.unit == first.unit or use.span == other.span:
                continue
            probe = Typed(name, type, first.unit, None, None, "", "", "", False, False, (), False, use.span)
            if convert(quantity.value, quantity.unit, probe) is None:
                message = f"数据项“{name}”一处用“{first.unit}”，另一处用“{quantity.unit}”"
                self.fault(
                    "ZS0303",
                    message,
                    quantity.span,
                    f"两处写同一个单位：都写“{first.unit}”，或都写“{quantity.unit}”；说的是两件事的，写成两个数据项",
                    (Label(first.span, f"这里用“{first.unit}”"),),
                )
                break
        return first.unit

    def units_fit(self, name: str, type: FactType, unit: str, used: list[tuple[ast.Quantity, Use]]) -> None:
        probe = Typed(name, type, unit, None, None, "", "", "", False, False, (), True, Span(0, 0))
        for quantity, _use in used:
            if convert(quantity.value, quantity.unit, probe) is None:
                row = self.rows[plain(name)]
                message = f"数据项表中“{name}”的单位是“{unit}”，条款里用“{quantity.unit}”"
                label = (Label(quantity.span, f"这里用“{quantity.unit}”"),)
                self.fault("ZS0303", message, row.row.at("单位"), f"改为“{quantity.unit}”", label)
                return

    def range(
        self, name: str, type: FactType, row: DictionaryRow | None
    ) -> tuple[Fraction | None, Fraction | None]:
        natural = Fraction(0) if type.whole or type is FactType.POINTS else None
        text = row.row.text("范围") if row else ""
        if not text or not type.numeric:
            return natural, None
        bounds = read_range(text, percent=type is FactType.PERCENT)
        if bounds is None:
            assert row is not None
            message = f"范围“{text}”没有读懂"
            self.fault("ZS0309", message, row.row.at("范围"), "写成“0～100%”“≥0”或“0～20”")
            return natural, None
        low, high = bounds
        return (natural if low is None else low), high

    def question(self, name: str, uses: list[Use]) -> str:
        if any(use.role == "absent" for use in uses):
            return f"是否合理缺项：{name.removesuffix('缺项')}不适用于评价对象（写明理由）"
        mention = next((use.mention for use in uses if use.mention is not None), None)
        return "" if mention is None else f"{mention.lead}{mention.verb}{mention.shown}{mention.note}"


_RANGE = re.compile(r"(-?[\d.,]+)(%?)[^\d.%-]*?[～-](-?[\d.,]+)(%?)[^\d]*")
_ONE_SIDED = re.compile(r"(≥|不小于|不低于|不少于|≤|不大于|不高于|不超过)(-?[\d.,]+)(%?)[^\d]*")


def read_range(text: str, *, percent: bool) -> tuple[Fraction | None, Fraction | None] | None:
    """Reads 0～100%, ≥0, 0～20种; None where it is none of these. Ends are included."""
    even = normalise(text).text
    both = _RANGE.fullmatch(even)
    if both:
        is_percent = bool(both[2] or both[4])
        low, high = _signed(both[1]), _signed(both[3])
        if low is None or high is None or low > high or is_percent != percent:
            return None
        return (low / 100, high / 100) if percent else (low, high)
    one = _ONE_SIDED.fullmatch(even)
    if one:
        value = _signed(one[2])
        if value is None or (bool(one[3]) != percent and value != 0):
            return None
        value = value / 100 if percent else value
        return (value, None) if one[1] in ("≥", "不小于", "不低于", "不少于") else (None, value)
    return None


def _signed(text: str) -> Fraction | None:
    value = read_numeral(text.lstrip("-"))
    return None if value is None else -value if text.startswith("-") else value


def assign_types(
    parsed: Parsed, resolved: Resolved, tables: Tables
) -> tuple[dict[str, Typed], tuple[Diagnostic, ...]]:
    """The type of every fact that is used or listed, in order of first use."""
    typer = _Typer(parsed.source, resolved, tables)
    assert parsed.file is not None
    derived = [resolved.names[plain(d.fact.name)] for d in resolved.definitions]
    scored = [use for use in resolved.uses if use.role not in ("formula", "date", "dates")]
    order = [use.fact for use in sorted(scored, key=lambda u: u.span.start)] + derived
    order += [use.fact for use in resolved.uses] + [row.name for row in tables.dictionary]
    typed: dict[str, Typed] = {}
    for name in dict.fromkeys(order):
        fact = typer.type_fact(name)
        if fact is not None:
            typed[name] = fact
    used = {use.fact for use in resolved.uses} | set(derived)
    for row in tables.dictionary:
        if row.name not in used:
            typed.pop(row.name, None)
            typer.fault(
                "ZS0307",
                f"数据项“{row.name}”没有条款用到",
                row.row.at("名称"),
                "核对名称与条款中【】里的字是否一致，或删去这一行",
            )
    return typed, tuple(typer.diagnostics)
