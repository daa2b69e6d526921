"""The rules of headings with others below them: where the sum of a heading ends, what is added to it or taken off."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from attrs import evolve, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower.lowering import Fault
from zhunsheng.compiler.parts.coefficients import asked_order, noted, order
from zhunsheng.compiler.readings.ends import signs_of
from zhunsheng.compiler.readings.questions import Question, sign_of
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolve import leaf_headings
from zhunsheng.compiler.resolve.resolved import Group
from zhunsheng.compiler.resolve.tables import CAP_FIRST, DOUBTS, FACTOR_FIRST, POINTS_FIRST, ROW, rows_to_add
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl import ast
from zhunsheng.dsl.headings import OWN
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.source import Span

#: What the points of a heading are in a weighted standard, as 解读 本类分 has it.
OF_HEADING, OF_TOTAL = DOUBTS["本类分"]


@frozen
class Heads:
    """The leaves, with those that hold the rules of headings, by id; and the ends of headings."""

    indicators: dict[str, ir.Indicator]
    clamps: dict[str, ir.Clamp]
    #: What is done to their sums before they are kept within these ends.
    steps: dict[str, tuple[ir.Step, ...]]
    diagnostics: tuple[Diagnostic, ...]


def lower_heads(standard: Standard, indicators: dict[str, ir.Indicator]) -> Heads:
    """The ends of every heading that has rules of its own, the headings inside before those they stand in."""
    lowered, clamps, steps = dict(indicators), dict[str, ir.Clamp](), dict[str, tuple[ir.Step, ...]]()
    found: list[Diagnostic] = []
    headings = {heading.id: heading for heading in ast.all_headings(standard.file.indicators)}
    for group in standard.resolved.groups:
        own = lowered.get(f"{group.id}.{OWN}")
        if group.leaf is not None and own is None:
            continue  # told where its rules were lowered
        try:
            head = _Head(standard, group, headings[group.id], own, lowered, clamps, steps)
            clamp, own = head.lowered()
        except Fault as fault:
            found.append(fault.diagnostic)
            continue
        found += head.warnings()
        steps[group.id] = head.steps
        if clamp is not None:
            clamps[group.id] = clamp
        lowered.pop(f"{group.id}.{OWN}", None)
        if own is not None:
            lowered |= _barred(lowered, group.id, own)
            lowered[own.id] = own
    return Heads(lowered, clamps, steps, tuple(found))


def _barred(lowered: Mapping[str, ir.Indicator], id: str, own: ir.Indicator) -> dict[str, ir.Indicator]:
    """The leaves below a heading with what sets all of it to 0 (本类不得分)."""
    return {
        leaf.id: evolve(leaf, vetoes=(*leaf.vetoes, *own.vetoes))
        for leaf in lowered.values()
        if own.vetoes and leaf.id.startswith(f"{id}.")
    }


class _Head:
    """A heading with its rules, while its ends are worked out; all numbers are points of the total."""

    def __init__(
        self,
        standard: Standard,
        group: Group,
        heading: ast.Heading,
        own: ir.Indicator | None,
        lowered: Mapping[str, ir.Indicator],
        clamps: Mapping[str, ir.Clamp],
        stepped: Mapping[str, tuple[ir.Step, ...]],
    ) -> None:
        self.standard = standard
        self.group = group
        self.heading = heading
        self.scalings = own.scalings if own is not None else ()
        plain = own is None or own.clauses or own.vetoes
        self.own = evolve(own, scalings=()) if own is not None and plain else None
        self.steps: tuple[ir.Step, ...] = ()
        self.stepped = stepped
        self.lowered_leaves = lowered
        self.clamps = clamps
        signs = signs_of(group.leaf) if group.leaf is not None else set()
        self.gives, self.takes = 1 in signs, -1 in signs
        self.below = self.most_below(heading)

    def fault(self, code: str, message: str, span: Span, help: str) -> Fault:
        return Fault(Diagnostic(code, message, self.standard.source, span, help))

    def most_below(self, heading: ast.Heading) -> Fraction | None:
        """The most that all below a heading give together, its own rules aside; None is no end."""
        summed = Fraction(0)
        for child in heading.children:
            part = self.worth(child)
            if part is None:
                return None
            summed += part
        return summed

    def never_below_zero(self, heading: ast.Heading) -> bool:
        """Whether all below a heading take nothing from it."""
        if not heading.children:
            leaf = self.lowered_leaves.get(heading.id)
            return leaf is None or leaf.floor == 0
        clamp = self.clamps.get(heading.id)
        own = self.lowered_leaves.get(f"{heading.id}.{OWN}")
        if clamp is not None and clamp.low == 0:
            return True
        return (own is None or own.floor == 0) and all(map(self.never_below_zero, heading.children))

    def worth(self, heading: ast.Heading) -> Fraction | None:
        """The most that a heading or leaf gives."""
        if not heading.children:
            full = self.standard.full_of(heading.id)
            return None if full is None else full * self.standard.weights.shares.get(heading.id, Fraction(1))
        clamp = self.clamps.get(heading.id)
        own = self.lowered_leaves.get(f"{heading.id}.{OWN}")
        below = self.most_below(heading)
        summed = None if below is None or (own is not None and own.full != 0) else below
        times = ir.greatest_factor(ir.scalings_of(self.stepped.get(heading.id, ())))
        summed = None if summed is None else summed * times
        high = None if clamp is None else clamp.high
        return high if summed is None else summed if high is None else min(high, summed)

    def lowered(self) -> tuple[ir.Clamp | None, ir.Indicator | None]:
        """The ends of the heading's sum, and its own rules as a leaf."""
        self.refuse()
        scale = self.scale()
        high = self.high(scale)
        own = self.own
        if own is None:
            low = Fraction(0) if any(not node.open for node in self.group.bottoms) else None
        else:
            low = own.floor if self.takes else None
        clamp = ir.Clamp(low, high, self.words(scale)) if low is not None or high is not None else None
        self.steps = self.ordered(scale, high)
        if own is None:
            return clamp, None
        # Ends of its own that change no sum, so that a count without end leads to a sum with ends.
        below = None if self.below is None else self.below * ir.greatest_factor(self.scalings)
        least = -below / scale if low is not None and below is not None else None
        leaves = [self.lowered_leaves.get(leaf.id) for leaf in leaf_headings((self.heading,))]
        whole = all(leaf is not None and leaf.floor == 0 for leaf in leaves)
        full = own.full if not self.gives else high / scale if high is not None and whole else None
        return clamp, evolve(own, weight=scale, floor=least, full=full)

    # -- what comes first

    def ordered(self, scale: Fraction, high: Fraction | None) -> tuple[ir.Step, ...]:
        """What is done to the sum before its ends: coefficients, and where the words leave the order open, what the
        解读 先后 puts first."""
        scored = self.gives or self.takes
        cut = high is not None and (self.below is None or self.below > high)
        if self.takes and high is not None and (self.gives or cut):
            return self.cut_or_taken(scale, high)
        if not self.scalings:
            return ()
        if scored and self.group.caps:
            message = f"“{self.heading.title}”既有上限，又有加扣分和系数：按什么次序算，原文没有说"
            help_text = "由发布机关解释；或把加扣分写到各个指标下"
            raise self.fault("ZS0536", message, self.group.title_span, help_text)
        if scored:
            return self.taken_or_multiplied(scale, high)
        less = next((own for own in self.scalings if own.ends[0] < 1), None)
        if less is None or high is None or not cut:
            return self.scalings
        words = official(self.standard.source.slice(self.group.caps[0].span))
        first, note = order(self.standard, self.where(), words, less, high, self.below, self.group.id)
        read = noted(self.scalings, note)
        return (ir.Clamp(None, high, self.words(scale)), *read) if first == CAP_FIRST else read

    def cut_or_taken(self, scale: Fraction, high: Fraction) -> tuple[ir.Step, ...]:
        """Whether a sum is cut at its cap before points are taken off."""
        if self.gives or self.scalings:
            message = f"“{self.heading.title}”既有上限，又有加分、扣分或系数：按什么次序算，原文没有说"
            help_text = "由发布机关解释；或把加扣分写到各个指标下"
            raise self.fault("ZS0536", message, self.group.title_span, help_text)
        above = high + 10 * scale if self.below is None else self.below
        taken = min((self.least_taken() * scale), high)
        results = {CAP_FIRST: high - taken, POINTS_FIRST: min(high, above - taken)}
        words = [official(self.standard.source.slice(at)) for _, _, at in self.where()]
        lead = f"“{self.words(scale)}”和“{words[0]}”：先封顶再扣，还是先扣再封顶？例如各项合计{shown(above)}分，扣{shown(taken)}分"
        first, note = asked_order(self.standard, self.where(), self.group.id, lead, results)
        assert self.own is not None
        head, *others = self.own.clauses
        self.own = evolve(self.own, clauses=(evolve(head, readings=(*head.readings, note)), *others))
        return (ir.Clamp(None, high, self.words(scale)), ir.OwnPoints()) if first == CAP_FIRST else ()

    def taken_or_multiplied(self, scale: Fraction, high: Fraction | None) -> tuple[ir.Step, ...]:
        """Whether a sum is multiplied before the points of the heading's own rules come in."""
        by = next((end for own in self.scalings for end in own.ends if end not in (0, 1)), Fraction(1, 2))
        moved = self.least_taken() * scale
        top = moved * 2 if high is None else min(moved * 2, high / 2)
        sign = -1 if self.takes else 1
        results = {FACTOR_FIRST: top * by + sign * moved, POINTS_FIRST: (top + sign * moved) * by}
        if self.takes and self.own is not None and self.own.floor is not None:
            results = {option: max(Fraction(0), points) for option, points in results.items()}
        scored, multiplied = self.where(), self.where(scalings=True)
        words = [
            official(self.standard.source.slice(at)).strip("，；。")
            for _, _, at in (scored[0], multiplied[0])
        ]
        told = f"{'扣' if self.takes else '加'}{shown(moved)}分、系数{shown(by)}"
        lead = f"“{words[0]}”和“{words[1]}”：先加扣分，还是先乘系数？例如各项合计{shown(top)}分，{told}"
        where = [*multiplied, *scored]
        first, note = asked_order(self.standard, where, self.group.id, lead, results)
        read = noted(self.scalings, note)
        if first == FACTOR_FIRST:
            return (*read, ir.OwnPoints())
        low = self.own.floor if self.own is not None and self.takes else None
        ends = (ir.Clamp(low, high, self.words(scale)),) if low is not None or high is not None else ()
        return (*ends, *read)

    def least_taken(self) -> Fraction:
        """Points that one of the heading's own clauses gives or takes."""
        clauses = self.own.clauses if self.own is not None else ()
        points = [abs(count.points) for clause in clauses for count in ir.counts(clause.amount)]
        points += [abs(clause.amount.points) for clause in clauses if isinstance(clause.amount, ir.Fixed)]
        return min(filter(None, points), default=Fraction(5))

    def where(self, *, scalings: bool = False) -> list[tuple[str, Span, Span]]:
        """The ids, sentences and words of the heading's rules: those that give or take points, or its coefficients."""
        rules = self.group.leaf.rules if self.group.leaf is not None else ()
        chosen = scalings or not (self.gives or self.takes)
        return [
            (rule.id, rule.segment, rule.span)
            for rule in rules
            if (isinstance(rule.node, ast.ScaleNode) if chosen else sign_of(rule))
        ]

    def refuse(self) -> None:
        """What cannot be worked out."""
        said = [rule.node for leaf in self.standard.resolved.leaves for rule in leaf.rules]
        bottomless = self.takes and self.own is not None and self.own.floor is None
        if self.scalings and (bottomless or not all(map(self.never_below_zero, self.heading.children))):
            rule = next(r for r in self.group.leaf.rules if r.id == self.scalings[0].id)  # type: ignore[union-attr]
            message = "得分可能是负数，乘以系数是多扣还是少扣不清楚"
            raise self.fault("ZS0271", message, rule.span, "写明扣完为止，或改成直接写扣几分")
        if self.standard.resolved.absences or any(isinstance(node, ast.ItemAbsenceNode) for node in said):
            message = f"有缺项时，“{self.heading.title}”的上限和加扣分怎样折算，原文没有说"
            help_text = "拿掉缺项，或拿掉本类的上限和加扣分，或由发布机关解释"
            raise self.fault("ZS0534", message, self.group.title_span, help_text)
        for veto in self.own.vetoes if self.own is not None else ():
            if veto.score != 0:
                rule = next(r for r in self.group.leaf.rules if r.id == veto.id) if self.group.leaf else None
                span = self.group.title_span if rule is None else rule.span
                message = f"本类视为{shown(veto.score)}分：下面各个指标各得多少，没有说"
                raise self.fault("ZS0536", message, span, "只能写“本类视为0分”；定为某分的，写在各个指标下")

    def scale(self) -> Fraction:
        """How many points of the total one point of the heading is: 1 in a standard of points; asked in a weighted one."""
        if self.standard.weights.scheme != "weights":
            return Fraction(1)
        shares = self.standard.weights.shares
        share = sum(
            (shares.get(leaf.id, Fraction(0)) for leaf in leaf_headings((self.heading,))), Fraction(0)
        )
        spans = [node.span for node in self.group.caps]
        spans += [rule.segment for rule in self.group.leaf.rules] if self.group.leaf is not None else []
        rules = self.group.leaf.rules if self.group.leaf is not None else ()
        ids = tuple(rule.id for rule in rules)
        # A veto's 0 is 0 either way.
        scored = [rule for rule in rules if sign_of(rule)]
        if not (self.group.caps or scored) or share == 1:
            return share or Fraction(1)
        at = scored[0].span if scored else spans[0]
        question = Question("本类分", self.group.id, self.group.id, ids, tuple(spans), at, DOUBTS["本类分"])
        row = self.standard.readings.answer(question)
        if row is not None:
            return share if row.adopted == OF_HEADING else Fraction(1)
        title = self.heading.title
        clause = scored[0].id if scored else plain(official(self.standard.source.slice(at)))
        message = (
            f"“{official(self.standard.source.slice(at))}”里的分，是“{title}”自己的百分制的分，还是总分里的分？"
            f"例如10分：按“{OF_HEADING}”合总分{shown(10 * share)}分，按“{OF_TOTAL}”合总分10分"
        )
        raise self.fault("ZS0455", message, at, ROW + rows_to_add(clause, "本类分"))

    def high(self, scale: Fraction) -> Fraction | None:
        """Where the sum ends above: at the caps; where points are added, at the heading's full mark."""
        full = self.full()
        for cap in self.group.caps:
            if full is not None and cap.points * scale > full:
                words = official(self.standard.source.slice(cap.span))
                message = f"“{words}”超过了“{self.heading.title}”的满分"
                raise self.fault("ZS0507", message, cap.span, "核对分数")
        ends = [cap.points * scale for cap in self.group.caps]
        grows = self.gives or any(own.ends[1] > 1 for own in self.scalings)
        if grows and full is not None:
            ends.append(full)
        elif grows and (self.below is not None or not self.gives) and not ends:
            what = "加分，加" if self.gives else "乘以大于1的系数，乘"
            message = f"在“{self.heading.title}”的得分里{what}到多少为止没有写"
            raise self.fault(
                "ZS0536", message, self.group.title_span, "在标题后写明分值，或写“本类最高得……分”"
            )
        return min(ends, default=None)

    def full(self) -> Fraction | None:
        """The heading's full mark: of a weighted standard its share of 100, else the points behind its title."""
        if self.standard.weights.scheme == "weights":
            return self.below
        mark = self.heading.mark
        return mark.value if mark is not None and mark.kind == "points" else None

    def words(self, scale: Fraction) -> str:
        """What the text says of the ends."""
        said = [official(self.standard.source.slice(node.span)) for node in self.group.caps]
        said += [official(self.standard.source.slice(node.span)) for node in self.group.bottoms]
        if scale != 1 and self.group.caps:
            least = min(cap.points for cap in self.group.caps)
            said.append(f"合总分{shown(least * scale)}分")
        mark = self.heading.mark
        if not said and mark is not None and mark.kind == "points":
            said.append(f"{self.heading.title}{mark.text}分")
        return "，".join(said) or "本类得分"

    def warnings(self) -> Iterator[Diagnostic]:
        """A cap that never binds, one that keeps a full mark out of reach, a 本类不得分 that lifts a negative sum."""
        yield from self.lifted()
        for cap in self.group.caps:
            words = official(self.standard.source.slice(cap.span))
            mark = self.heading.mark
            if mark is not None and mark.kind == "points" and cap.points < mark.value:
                message = f"“{self.heading.title}”最多只能得{shown(cap.points)}分，到不了满分{mark.text}分"
                yield Diagnostic("ZS0509", message, self.standard.source, cap.span, "核对分值和上限")
            elif (
                self.below is not None
                and not self.gives
                and cap.points * self.scale() >= self.below * ir.greatest_factor(self.scalings)
            ):
                message = f"上限“{words}”不会起作用：下面的指标合计最多得{shown(self.below / self.scale())}分"
                yield Diagnostic("ZS0801", message, self.standard.source, cap.span, "核对上限限制的是哪几项")

    def lifted(self) -> Iterator[Diagnostic]:
        """本类不得分 of a heading whose sum may be negative gives it more than it has."""
        group, own = self.group.leaf, self.own
        if group is None or own is None or not own.vetoes or any(not n.open for n in self.group.bottoms):
            return
        below = [self.lowered_leaves.get(leaf.id) for leaf in leaf_headings((self.heading,))]
        inside = any(leaf is not None and leaf.floor is None for leaf in below)
        if (self.takes and own.floor is None) or (inside and not (self.takes and own.floor == 0)):
            rule = next(rule for rule in group.rules if rule.id == own.vetoes[0].id)
            message = f"“{self.heading.title}”能成为负分，“{official(self.standard.source.slice(rule.span))}”这时反而把它提高到0分"
            help_text = "要求不提高的，在本类写“扣完为止”，或把负分的扣分写到别处；确是计0分的，不必改"
            yield Diagnostic("ZS0474", message, self.standard.source, rule.span, help_text)
