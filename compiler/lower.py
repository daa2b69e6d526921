"""Pass 4, lower (降级): resolved rules, under a set of answers, to the IR."""

from collections.abc import Mapping
from fractions import Fraction

from attrs import evolve, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.questions import banded, main_fact
from zhunsheng.compiler.resolved import Cap, Leaf, Part, Rule
from zhunsheng.compiler.types import Typed, convert
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic, Label
from zhunsheng.runtime.source import Source

_OPERATORS: dict[str, ir.Operator] = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<", "eq": "=="}
HUNDRED = Fraction(100)


class _Fault(Exception):
    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic


@frozen
class Band:
    """A condition on a number as an interval; None is no bound."""

    low: Fraction | None
    low_included: bool
    high: Fraction | None
    high_included: bool


@frozen
class Lowering:
    """What lowering needs to know; `answers` maps a question's key in this leaf to the option adopted,
    `notes` a clause id to the readings that the trace shows."""

    source: Source
    facts: Mapping[str, Typed]
    answers: Mapping[tuple[str, str], str]
    notes: Mapping[str, tuple[str, ...]]

    def answer(self, doubt: str, key: str, default: str) -> str:
        return self.answers.get((doubt, key), default)

    def value(self, quantity: ast.Quantity, fact: str) -> Fraction:
        """A quantity in the fact's unit."""
        converted = convert(quantity.value, quantity.unit, self.facts[fact])
        if converted is None:
            message = f"“{fact}”的单位是“{self.facts[fact].unit}”，这里用“{quantity.unit}”"
            raise _Fault(Diagnostic("ZS0303", message, self.source, quantity.span, "统一单位"))
        return converted

    # -- conditions

    def band(self, part: Part, rule: Rule) -> Band:
        """The interval of a condition, as its words say."""
        edges = part.node.edges
        if len(edges) == 1:
            edge = edges[0]
            value = self.value(edge.quantity, part.fact)
            if edge.comparison is None:
                words = self.source.slice(edge.span)
                message = f"“{words}”是达到、超过还是低于？没有写边界用语"
                raise _Fault(
                    Diagnostic("ZS0216", message, self.source, edge.span, f"写成“达到{words}”或“{words}以上”")
                )
            if edge.comparison == "eq":
                return Band(value, True, value, True)
            upward = edge.comparison in ("ge", "gt")
            included = edge.comparison in ("ge", "le")
            return Band(value, included, None, False) if upward else Band(None, False, value, included)
        return self.two_sided(part, rule, edges)

    def two_sided(self, part: Part, rule: Rule, edges: tuple[ast.Edge, ...]) -> Band:
        first, second = edges
        if first.comparison in ("le", "lt") or second.comparison in ("ge", "gt"):
            first, second = second, first
        low, high = self.value(first.quantity, part.fact), self.value(second.quantity, part.fact)
        if first.comparison in ("le", "lt") or second.comparison in ("ge", "gt") or low > high:
            message = "这个范围不可能成立：下限高于上限，或两头方向相同"
            raise _Fault(Diagnostic("ZS0217", message, self.source, part.node.span, "核对两个数和边界用语"))
        if second.comparison is None:
            high_included = self.answer("本数", rule.id, "") == "含"
        else:
            high_included = second.comparison == "le"
        if low == high and not (high_included and first.comparison != "gt"):
            message = "这个范围里没有一个数"
            raise _Fault(Diagnostic("ZS0217", message, self.source, part.node.span, "核对两个数和边界用语"))
        return Band(low, first.comparison != "gt", high, high_included)

    def condition(self, part: Part, rule: Rule, bands: Mapping[tuple[str, str], Band]) -> ir.Condition:
        node = part.node
        if node.kind == "holds":
            return ir.Is(part.fact, not node.negated)
        if node.kind == "base":
            return self.based(part, rule)
        if node.kind == "counted" and node.edges[0].comparison is None:
            return ir.Compare(part.fact, ">=", self.value(node.edges[0].quantity, part.fact))
        return interval(part.fact, bands.get((rule.id, part.fact)) or self.band(part, rule))

    def based(self, part: Part, rule: Rule) -> ir.Condition:
        """达到70%后: where steps begin, which the steps see to; before anything else a condition like any other."""
        steps = isinstance(rule.node, ast.ClauseNode) and isinstance(rule.node.measure, ast.Step)
        based = [p for p in rule.parts if p.fact == rule.counted and p.node.edges]
        if steps and based and based[-1] is part:
            return ir.ALWAYS
        return interval(part.fact, self.band(part, rule))

    def guard(
        self, rule: Rule, bands: Mapping[tuple[str, str], Band], skip: Part | None = None
    ) -> ir.Condition:
        parts = [self.condition(part, rule, bands) for part in rule.parts if part is not skip]
        parts = [part for part in parts if part != ir.ALWAYS]
        answered = "or" if self.answer("并列", rule.id, "且") == "或" else "and"
        senses = {joiner.sense or answered for joiner in rule.joiners}
        if len(senses) == 2:
            span = rule.joiners[0].span.cover(rule.joiners[-1].span)
            message = "一句里既有“且”又有“或”，先后不能确定"
            raise _Fault(Diagnostic("ZS0218", message, self.source, span, "拆成两句，或只用一种"))
        if not parts:
            return ir.ALWAYS
        if len(parts) == 1:
            return parts[0]
        return ir.AnyOf(tuple(parts)) if senses == {"or"} else ir.All(tuple(parts))

    # -- clauses

    def clause(self, rule: Rule, bands: Mapping[tuple[str, str], Band], text: str) -> ir.Clause:
        node = rule.node
        assert isinstance(node, ast.ClauseNode)
        skip: Part | None = None
        amount: ir.Amount
        if node.award.points is None:
            assert rule.judged is not None
            amount = ir.Judged(rule.judged, node.award.sign)
        elif isinstance(node.measure, ast.Per):
            assert rule.counted is not None
            size = self.value(node.measure.quantity, rule.counted)
            amount = self.counted(rule, rule.counted, Fraction(0), size, node.award)
        elif isinstance(node.measure, ast.Step):
            assert rule.counted is not None
            amount = self.counted(
                rule, rule.counted, *self.step(rule, rule.counted, node.measure), node.award
            )
        else:
            each = next((p for p in rule.parts if self._each(p)), None)
            if each is not None and self.answer("计次", rule.id, "每项") == "每项":
                skip = each
                size = self.value(each.node.edges[0].quantity, each.fact)
                amount = self.counted(rule, each.fact, Fraction(0), size, node.award)
            else:
                amount = ir.Fixed(node.award.points * node.award.sign)
        carried = [part.fact for part in rule.parts if part.carried]
        return ir.Clause(
            rule.id,
            text,
            self.guard(rule, bands, skip),
            amount,
            readings=self.notes.get(rule.id, ()),
            subject="、".join(dict.fromkeys(carried)),
            line=self.source.position(rule.span.start)[0],
            span=rule.span,
        )

    def _each(self, part: Part) -> bool:
        return part.node.kind == "counted" and part.node.edges[0].comparison is None

    def counted(self, rule: Rule, fact: str, base: Fraction, size: Fraction, award: ast.Award) -> ir.Counted:
        assert award.points is not None
        assert isinstance(rule.node, ast.ClauseNode)
        if size <= 0:
            at = rule.node.measure.span if rule.node.measure is not None else rule.span
            raise _Fault(Diagnostic("ZS0217", "每0个不能计分", self.source, at, "核对数字"))
        whole = self.answer("步长", rule.id, "整步") == "整步"
        return ir.Counted(award.points * award.sign, fact, base, size, whole)

    def step(self, rule: Rule, fact: str, step: ast.Step) -> tuple[Fraction, Fraction]:
        """The base, from the condition's number, and the size of a step."""
        based = [part for part in rule.parts if part.fact == fact and part.node.edges][-1]
        lows = [e for e in based.node.edges if e.comparison in ("ge", "gt", None)]
        if not lows:
            message = "“每增加”的起点应是下限，这里写的是上限"
            raise _Fault(
                Diagnostic("ZS0219", message, self.source, based.node.span, "写成“达到……后每增加……”")
            )
        base = self.value(lows[0].quantity, fact)
        size = self.value(step.quantity, fact)
        if self.answer("百分数", rule.id, "百分点") == "相对":
            size = base * step.quantity.value / 100
        return base, size

    # -- indicators

    def leaf(self, leaf: Leaf, weight: Fraction, printed: str | None, full: Fraction | None) -> ir.Indicator:
        bands = self.bands(leaf)
        clauses = []
        vetoes = []
        for rule in leaf.rules:
            if isinstance(rule.node, ast.ItemVetoNode):
                if full is not None and rule.node.points > full:
                    message = f"视为{rule.node.points}分，超过了本指标的满分{full}分"
                    raise _Fault(Diagnostic("ZS0507", message, self.source, rule.span, "核对分数"))
                line = self.source.position(rule.span.start)[0]
                guard = self.guard(rule, bands)
                notes = self.notes.get(rule.id, ())
                vetoes.append(ir.ItemVeto(rule.id, rule.text, guard, rule.node.points, line, notes))
            else:
                clauses.append(self.clause(rule, bands, rule.text))
        groups: list[ir.CapGroup] = []
        for number, cap in enumerate(leaf.caps):
            clauses, full = self.cap(leaf, number, cap, clauses, groups, full)
        self.nested(leaf, groups)
        groups.sort(key=lambda group: len(group.clauses))
        start = self.start(leaf, full)
        return ir.Indicator(
            leaf.heading.id,
            leaf.heading.title,
            printed,
            weight,
            full,
            (),
            start,
            tuple(clauses),
            tuple(groups),
            tuple(vetoes),
            self.source.position(leaf.heading.title_span.start)[0],
        )

    def nested(self, leaf: Leaf, groups: list[ir.CapGroup]) -> None:
        """Caps over several clauses lie one within another, or apart."""
        for first in groups:
            for second in groups:
                one, two = set(first.clauses), set(second.clauses)
                if one & two and not (one <= two or two <= one):
                    cap = next(cap for cap in leaf.caps if self.source.slice(cap.span) == second.text)
                    message = f"“{first.text}”和“{second.text}”各管几句，又有一句同时归两处管"
                    raise _Fault(Diagnostic("ZS0221", message, self.source, cap.span, "改写，使上限不交叉"))

    def start(self, leaf: Leaf, full: Fraction | None) -> Fraction:
        """0 where points are given, the full mark where they are only taken off. language.md section 3."""
        signs = {r.node.award.sign for r in leaf.rules if isinstance(r.node, ast.ClauseNode)}
        from_full = signs == {-1} or (len(signs) == 2 and self.answer("起评分", "start", "零分") == "满分")
        if not from_full:
            return Fraction(0)
        if full is None:
            message = "只有扣分，却没有满分：不知道从多少分扣起"
            raise _Fault(
                Diagnostic(
                    "ZS0220", message, self.source, leaf.heading.title_span, "在标题后写明（5分）或权重"
                )
            )
        return full

    def cap(
        self,
        leaf: Leaf,
        number: int,
        cap: Cap,
        clauses: list[ir.Clause],
        groups: list[ir.CapGroup],
        full: Fraction | None,
    ) -> tuple[list[ir.Clause], Fraction | None]:
        points = cap.node.points
        words = self.source.slice(cap.span)
        if cap.node.whole and full is not None and points > full:
            message = f"“{words}”超过了本指标的满分{full}分"
            raise _Fault(Diagnostic("ZS0507", message, self.source, cap.span, f"改为“直到满分{full}为止”"))
        if cap.node.whole and (full is None or points == full):
            return clauses, points
        if cap.after is None:
            raise _Fault(
                Diagnostic(
                    "ZS0221", "这个上限前面没有可以限制的句子", self.source, cap.span, "移到它限制的句子后面"
                )
            )
        rule = next(rule for rule in leaf.rules if rule.id == cap.after)
        taken_off = isinstance(rule.node, ast.ClauseNode) and rule.node.award.sign < 0
        if ("扣" in words or "减" in words) and not taken_off:
            message = f"“{words}”限制的是扣分，前面却没有扣分"
            raise _Fault(Diagnostic("ZS0221", message, self.source, cap.span, "移到扣分的句子后面"))
        scope = self.answer("上限", f"cap{number}", "本句")
        if scope == "本句":
            return [evolve(c, cap=_least(c.cap, points)) if c.id == rule.id else c for c in clauses], full
        fact = main_fact(rule)
        mates = [r for r in leaf.rules if scope == "本指标" or main_fact(r) == fact]
        own = [r for r in mates if isinstance(r.node, ast.ClauseNode)]
        if len({r.node.award.sign for r in own if isinstance(r.node, ast.ClauseNode)}) > 1:
            message = f"“{words}”限制的几句里既有加分又有扣分，不能确定限制哪一边"
            raise _Fault(Diagnostic("ZS0221", message, self.source, cap.span, "改写，或在“解读”中采用“本句”"))
        groups.append(ir.CapGroup(tuple(r.id for r in own), points, words, taken_off))
        return clauses, full

    def apart(self, leaf: Leaf, bands: Mapping[str, Band]) -> None:
        """Bands of which one applies may not share a number."""
        met = _meeting(bands)
        if met is None:
            return
        rules = {rule.id: rule for rule in leaf.rules}
        words = self.source.slice(rules[met[0]].span)
        message = f"两段都包括同一个数：“{words[:40]}”的上限也是另一段的下限"
        label = (Label(rules[met[0]].span, "另一段在这里"),)
        help_text = "写明（含）或（不含），如“10家（不含）以下”"
        raise _Fault(Diagnostic("ZS0512", message, self.source, rules[met[1]].span, help_text, label))

    def bands(self, leaf: Leaf) -> dict[tuple[str, str], Band]:
        """The intervals of clauses on one fact, as 分段累计 or 分段择一 has them."""
        result: dict[tuple[str, str], Band] = {}
        for fact, rules in banded(leaf).items():
            own: dict[str, Band] = {}
            for rule in rules:
                part = next(p for p in rule.parts if p.fact == fact and p.node.edges)
                if part.node.kind == "compared" or (part.node.kind == "counted" and not self._each(part)):
                    own[rule.id] = self.band(part, rule)
            if self.answer("分段", fact, "分段累计") == "分段累计":
                for id, band in own.items():
                    if band.low is not None and band.high is not None and band.low != band.high:
                        own[id] = evolve(band, high=None, high_included=False)
            else:
                own = exclusive(own)
                self.apart(leaf, own)
            result |= {(id, fact): band for id, band in own.items()}
        return result


def _meeting(bands: Mapping[str, Band]) -> tuple[str, str] | None:
    """Two bands that both include the number at which one ends and the other begins."""
    for first, band in bands.items():
        for second, other in bands.items():
            ends = band.high is not None and band.high == other.low and first != second
            if (
                ends
                and band.high_included
                and other.low_included
                and band.low != band.high
                and other.low != other.high
            ):
                return first, second
    return None


def exclusive(bands: Mapping[str, Band]) -> dict[str, Band]:
    """Bands of which one applies: an open end stops where the next band begins."""
    result = dict(bands)
    for id, band in bands.items():
        if band.low is not None and band.high is None:
            above = [b for b in bands.values() if b.low is not None and b.low > band.low]
            if above:
                following = min(above, key=lambda b: b.low or Fraction(0))
                result[id] = evolve(band, high=following.low, high_included=not following.low_included)
        elif band.low is None and band.high is not None:
            below = [b for b in bands.values() if b.high is not None and b.high < band.high]
            if below:
                previous = max(below, key=lambda b: b.high or Fraction(0))
                result[id] = evolve(band, low=previous.high, low_included=not previous.high_included)
    return result


def interval(fact: str, band: Band) -> ir.Condition:
    """An interval as comparisons."""
    if band.low is not None and band.low == band.high:
        return ir.Compare(fact, "==", band.low)
    parts: list[ir.Condition] = []
    if band.low is not None:
        parts.append(ir.Compare(fact, ">=" if band.low_included else ">", band.low))
    if band.high is not None:
        parts.append(ir.Compare(fact, "<=" if band.high_included else "<", band.high))
    return parts[0] if len(parts) == 1 else ir.All(tuple(parts))


def _least(first: Fraction | None, second: Fraction) -> Fraction:
    return second if first is None else min(first, second)


def try_band(lowering: Lowering, part: Part, rule: Rule) -> Band | None:
    """The interval of a condition, None where its words make none."""
    try:
        return lowering.band(part, rule)
    except _Fault:
        return None


def lower_leaf(
    lowering: Lowering, leaf: Leaf, weight: Fraction, printed: str | None, full: Fraction | None
) -> ir.Indicator | Diagnostic:
    """A leaf in the IR, or the mistake that lowering found."""
    try:
        return lowering.leaf(leaf, weight, printed, full)
    except _Fault as fault:
        return fault.diagnostic


def lower_veto(lowering: Lowering, rule: Rule) -> ir.Veto | Diagnostic:
    """A general veto in the IR."""
    node = rule.node
    assert isinstance(node, ast.VetoNode)
    try:
        guard = lowering.guard(rule, {})
    except _Fault as fault:
        return fault.diagnostic
    line = lowering.source.position(rule.span.start)[0]
    return ir.Veto(rule.id, rule.text, guard, node.tier, line, lowering.notes.get(rule.id, ()))


def lower_formula(formula: ast.Formula, names: Mapping[str, str]) -> ir.Formula:
    """A formula of 计算 in the IR; `names` maps a comparable name to the fact's."""
    match formula:
        case ast.Operand(mention):
            return ir.Ref(names[plain(mention.name)])
        case ast.Constant(value):
            return ir.Const(value)
        case ast.Binary(operator, left, right):
            return ir.Arith(operator, lower_formula(left, names), lower_formula(right, names))
