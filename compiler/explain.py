"""The result and its trace (评分说明): the numbers of a scoring joined with the official words."""

import datetime
from collections.abc import Iterable, Mapping
from fractions import Fraction
from hashlib import sha256

from attrs import frozen

from zhunsheng import __version__
from zhunsheng.compiler import ir
from zhunsheng.compiler.bounds import truth
from zhunsheng.compiler.calculation import calculation, condition_words, shortfall
from zhunsheng.compiler.engine import Scoring
from zhunsheng.compiler.shown import shown_value
from zhunsheng.runtime.facts import Entry, Value
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.result import (
    ClauseResult,
    Completion,
    FactShown,
    Hashes,
    IndicatorResult,
    Judgement,
    Missing,
    NextTier,
    Number,
    Result,
    StandardRef,
    Tier,
    VetoResult,
)
from zhunsheng.runtime.support import NA, Trace

_NONE = Entry(None)


@frozen
class _Ends:
    """The two numbers of an interval; the same twice where nothing is missing."""

    low: Number
    high: Number | None

    @property
    def value(self) -> Number | None:
        return self.low if self.low == self.high else None

    def times(self, factor: Fraction) -> "_Ends":
        return _Ends(self.low * factor, None if self.high is None else self.high * factor)


class _Explainer:
    def __init__(self, scoring: Scoring, date: datetime.date | None) -> None:
        self.scoring = scoring
        self.program = scoring.program
        self.date = date
        self.values: Mapping[str, Value] = scoring.derivation.values
        low = scoring.run(scoring.ends.low_at)
        self.traces = low[4]
        self.index = {leaf.id: number for number, leaf in enumerate(scoring.leaves)}

    # -- facts

    def fact(self, name: str) -> FactShown:
        spec = self.scoring.specs[name]
        entry = self.scoring.sheet.entries.get(name, _NONE)
        undecided = self.scoring.derivation.undecided.get(name)
        value = self.values.get(name)
        if value is not None:
            printed = shown_value(spec, value)
            if entry.count is not None:
                printed += f"（{entry.count}个）"
        else:
            printed = "无法评定" if undecided else "未提供"
        formula = ""
        if entry.value is None and spec.formula:
            formula = undecided or self.formula(name)
        return FactShown(
            name,
            printed,
            spec.question,
            entry.evidence,
            entry.assessor,
            entry.reason,
            entry.items,
            entry.repeated,
            formula,
            value is not None,
            entry.assumed,
            spec.type.judgement,
        )

    def formula(self, name: str) -> str:
        """The formula with its raw figures: 【甲】＝【乙】÷【丙】：30元 ÷ 200元."""
        item = next(d for d in self.program.derived if d.fact == name)
        parts = [
            f"{operand} {shown_value(self.scoring.specs[operand], self.values[operand])}"
            for operand in ir.formula_facts(item.formula)
            if operand in self.values
        ]
        return f"{item.text}" + (f"（{'，'.join(parts)}）" if parts else "")

    # -- clauses

    def clause(self, leaf: ir.Indicator, number: int, trace: Trace) -> ClauseResult:
        clause = leaf.clauses[number]
        facts = ir.clause_facts(clause)
        unknown = [name for name in facts if name not in self.values]
        held, raw, points = trace[3][number]
        module = self.scoring.module
        ends = _Ends(module.points(points), module.points(points))
        if unknown:
            found = self.scoring.clause_ends(self.index[leaf.id], number)
            ends = _Ends(found.low, None if self.scoring.limitless(clause) else found.high)
        amount = module.points(raw)
        room = self.room(leaf, clause, ends, trace)
        specs = self.scoring.specs
        if unknown:
            words = self.unknown_words(clause, unknown, ends)
            lost = ""
        else:
            words = calculation(clause, specs, self.values, held, amount)
            lost = shortfall(clause, specs, self.values, held, room)
        return ClauseResult(
            clause.id,
            clause.text,
            tuple(self.fact(name) for name in facts),
            self.outcome(clause, facts, unknown, ends, held),
            words,
            ends.value,
            ends.low,
            ends.high,
            self.cap_words(clause, amount) if not unknown else "",
            lost,
            room,
            clause.readings,
            clause.subject,
            any(specs[name].type.judgement for name in facts),
            clause.line,
        )

    def unknown_words(self, clause: ir.Clause, unknown: list[str], ends: _Ends) -> str:
        names = "”“".join(unknown)
        undecided = all(name in self.scoring.derivation.undecided for name in unknown)
        guard = (
            ""
            if clause.guard == ir.ALWAYS
            else condition_words(clause.guard, self.scoring.specs, self.values)
        )
        high = "不限" if ends.high is None else shown(ends.high)
        span = f"{shown(ends.low)}～{high}分" if ends.value is None else f"{shown(ends.low)}分"
        known = f"{guard}；" if guard and not set(unknown) >= {a.fact for a in ir.atoms(clause.guard)} else ""
        return f"{known}“{names}”{'无法评定' if undecided else '未提供（不是“没有”）'}：{span}"

    def outcome(
        self, clause: ir.Clause, facts: tuple[str, ...], unknown: list[str], ends: _Ends, held: bool
    ) -> str:
        if unknown and ends.value is None:
            return "待定"
        if any(self.values.get(name) is NA for name in facts) and ends.low == 0:
            return "不适用"
        if ends.low < 0:
            return "扣分"
        if ends.low == 0:
            return "不得分"
        if isinstance(clause.amount, ir.Judged):
            return "得分"
        return "得分" if held else "不得分"

    def room(self, leaf: ir.Indicator, clause: ir.Clause, ends: _Ends, trace: Trace) -> Number | None:
        """How much more this clause could earn: by its own amount and range, its caps, and what the indicator lacks."""
        own = Fraction(ends.low)
        if isinstance(clause.amount, ir.Fixed):
            most: Fraction | None = max(Fraction(0), clause.amount.points)
        else:
            reached = self.most(clause.amount)
            limits = [x for x in (reached, clause.cap) if x is not None]
            most = min(limits) if limits else None
        module = self.scoring.module
        points = {c.id: module.points(row[2]) for c, row in zip(leaf.clauses, trace[3], strict=True)}
        spare = [] if most is None else [most - own]
        for group in leaf.groups:
            if clause.id in group.clauses:
                spare.append(group.limit - sum((points[id] for id in group.clauses), Fraction(0)))
        if leaf.full is not None:
            spare.append(leaf.full - max(Fraction(0), module.points(trace[1])))
        return max(Fraction(0), min(spare)) if spare else None

    def most(self, amount: ir.Amount) -> Fraction | None:
        """The most that a counted or judged amount can give within its fact's range; None is no limit."""
        assert not isinstance(amount, ir.Fixed)
        high = self.scoring.specs[amount.fact].high
        if high is None:
            return None
        if isinstance(amount, ir.Judged):
            return high if amount.sign > 0 else Fraction(0)
        steps = max(Fraction(0), high - amount.base) / amount.size
        return max(Fraction(0), amount.points * (Fraction(steps.__floor__()) if amount.whole else steps))

    def cap_words(self, clause: ir.Clause, amount: Fraction) -> str:
        if clause.cap is None:
            return ""
        if amount < 0:
            return self.deduction_cap_words(clause.cap, -amount)
        if amount > clause.cap:
            return f"本句最多{shown(clause.cap)}分：{shown(amount)}分计{shown(clause.cap)}分"
        if amount == clause.cap:
            return f"本句最多{shown(clause.cap)}分，正好达到"
        return f"本句最多{shown(clause.cap)}分，未达到，还可计{shown(clause.cap - amount)}分"

    def deduction_cap_words(self, cap: Fraction, taken: Fraction) -> str:
        if taken > cap:
            return f"本句最多扣{shown(cap)}分：{shown(taken)}分只扣{shown(cap)}分"
        return f"本句最多扣{shown(cap)}分，{'正好达到' if taken == cap else '未达到'}"

    # -- indicators

    def indicator(self, node: ir.Indicator) -> IndicatorResult:
        if not node.leaf:
            return self.group(node)
        index = self.index[node.id]
        trace = self.traces[index]
        module = self.scoring.module
        names = [name for name in ir.indicator_facts(node) if name not in self.values]
        ends = _Ends(module.points(trace[0]), module.points(trace[0]))
        if names:
            found = self.scoring.leaf_ends(index)
            ends = _Ends(found.low, None if self.scoring.unbounded(node) else found.high)
        clauses = tuple(self.clause(node, n, trace) for n in range(len(node.clauses)))
        vetoes = tuple(self.item_veto(veto) for veto in node.vetoes)
        share = ends.times(node.weight)
        most = None if node.full is None else node.full * node.weight
        return IndicatorResult(
            node.id,
            node.title,
            node.printed_weight,
            node.full,
            ends.value,
            ends.low,
            ends.high,
            share.value,
            share.low,
            share.high,
            (),
            clauses,
            vetoes,
            tuple(self.steps(node, clauses, trace, bool(names))),
            share.low,
            None if most is None or share.high is None else most - share.high,
            None if share.high is None else share.high - share.low,
        )

    def steps(
        self, node: ir.Indicator, clauses: tuple[ClauseResult, ...], trace: Trace, open_facts: bool
    ) -> list[str]:
        """The lines from the clauses' points to the indicator's score, as the low end has them."""
        if not clauses:
            return []
        lines = ["以下按未提供的数据项对得分最不利计算"] if open_facts else []
        points = {clause.id: clause.points_min or Fraction(0) for clause in clauses}
        module = self.scoring.module
        for number, (_held, _raw, capped) in enumerate(trace[3]):
            points[node.clauses[number].id] = module.points(capped)
        # A clause in a group is told by the group's capped sum; groups lie one within another, inner first.
        owner = {id: id for id in points}
        terms = dict(points)
        for group in node.groups:
            names = list(dict.fromkeys(owner[id] for id in group.clauses))
            if not names:
                continue
            members = [terms[name] for name in names]
            total = sum(members, Fraction(0))
            capped = max(total, -group.limit) if group.takes_off else min(total, group.limit)
            left = (
                f"，还可计{shown(group.limit - total)}分"
                if total < group.limit and not group.takes_off
                else ""
            )
            verdict = f"超过上限，计{shown(capped)}分" if capped != total else f"未超过上限{left}"
            told = "、".join(group.clauses)
            lines.append(
                f"{group.text}（{told}合计）：{' ＋ '.join(map(shown, members))} = {shown(total)}，{verdict}"
            )
            terms = {
                n: capped if n == names[0] else v for n, v in terms.items() if n == names[0] or n not in names
            }
            owner = {id: names[0] if own in names else own for id, own in owner.items()}
        start = [f"起评分{shown(node.start)}"] if node.start else []
        raw = module.points(trace[1])
        summed = " ＋ ".join([*start, *(shown(v) if v >= 0 else f"（{shown(v)}）" for v in terms.values())])
        lines.append(f"{summed} = {shown(raw)}分" if len(terms) + len(start) > 1 else f"{shown(raw)}分")
        if raw < 0:
            lines.append("低于0分，按0分计")
        if node.full is not None:
            lines.append(self.full_words(max(raw, Fraction(0)), node.full))
        if trace[2] >= 0:
            veto = node.vetoes[trace[2]]
            lines.append(f"{veto.id}成立：本指标项目视为{shown(veto.score)}分")
        return lines

    def full_words(self, raw: Fraction, full: Fraction) -> str:
        if raw > full:
            return f"满分{shown(full)}分：{shown(raw)}分超过满分，计{shown(full)}分，多出的{shown(raw - full)}分不计"
        if raw == full:
            return f"满分{shown(full)}分：正好满分"
        return f"满分{shown(full)}分：未到满分，差{shown(full - raw)}分"

    def item_veto(self, veto: ir.ItemVeto) -> VetoResult:
        return self.checked(veto, f"本指标项目视为{shown(veto.score)}分", truth(veto.guard, self.values))

    def veto(self, veto: ir.Veto, state: bool | None) -> VetoResult:
        return self.checked(veto, f"直接评为“{veto.tier}”", state)

    def checked(self, veto: ir.ItemVeto | ir.Veto, effect: str, state: bool | None) -> VetoResult:
        names = dict.fromkeys(atom.fact for atom in ir.atoms(veto.guard))
        words = condition_words(veto.guard, self.scoring.specs, self.values)
        readings = "".join(f"；解读 {reading}" for reading in veto.readings)
        facts = tuple(self.fact(name) for name in names)
        return VetoResult(veto.id, veto.text, effect, state, facts, words + readings)

    def group(self, node: ir.Indicator) -> IndicatorResult:
        children = tuple(self.indicator(child) for child in node.children)
        low = sum((c.contribution_min or Fraction(0) for c in children), Fraction(0))
        high = _sum(c.contribution_max for c in children)
        ends = _Ends(low, high)
        return IndicatorResult(
            node.id,
            node.title,
            node.printed_weight,
            node.full,
            None,
            None,
            None,
            ends.value,
            ends.low,
            ends.high,
            children,
            (),
            (),
            (),
            ends.low,
            _sum(c.lost for c in children),
            None if high is None else high - low,
        )

    # -- the verdict

    def missing(self) -> tuple[Missing, ...]:
        """Missing facts, those that move most first."""
        scoring = self.scoring
        found = []
        for name in scoring.missing:
            spec = scoring.specs[name]
            unbounded = any(
                scoring.unbounded(leaf) and name in ir.indicator_facts(leaf) for leaf in scoring.leaves
            )
            swing = None if unbounded else scoring.swing(name)
            undecided = scoring.derivation.undecided.get(name)
            question = undecided or spec.question
            if spec.formula and not undecided:
                question += f"（也可填报原始数：{spec.formula}）"
            found.append(Missing(name, swing, scoring.decides(name), question, spec.evidence))
        return tuple(sorted(found, key=lambda m: (m.swing is not None, -(m.swing or 0), not m.decides_grade)))

    def completion(self, values: Mapping[str, Value] | None) -> Completion | None:
        if values is None or not self.scoring.missing:
            return None
        run = self.scoring.run(values)
        given = self.scoring.derivation.values
        facts = tuple(
            (name, shown_value(self.scoring.specs[name], value))
            for name, value in values.items()
            if name not in given and name in self.scoring.specs
        )
        return Completion(self.scoring.module.total(run[0]), run[1], facts)

    def summation(self, leaves: list[IndicatorResult], ends: _Ends) -> str:
        """The line that adds the leaves' contributions to the total."""
        if self.program.total_fact is not None:
            return f"总分由“{self.program.total_fact}”直接给出：{shown(ends.low)}分"
        parts = []
        for leaf in leaves:
            amount = leaf.contribution_min if leaf.contribution_min is not None else Fraction(0)
            parts.append(shown(amount) if amount >= 0 else f"（{shown(amount)}）")
        lead = "" if ends.value is not None else "最低："
        return (
            f"{lead}{' ＋ '.join(parts)} = {shown(ends.low)}"
            if len(parts) > 1
            else f"{lead}{shown(ends.low)}"
        )

    def judgement(self) -> Judgement:
        scoring = self.scoring
        values = scoring.ends.low_at
        if not scoring.judged:
            return Judgement(0, False)
        without = scoring.without_judgement(values)
        run, bare = scoring.run(values), scoring.run(without)
        points = scoring.module.total(run[0]) - scoring.module.total(bare[0])
        return Judgement(points, run[1] != bare[1])

    def result(self) -> Result:
        scoring = self.scoring
        low, high = scoring.interval
        ends = _Ends(low, high)
        states = scoring.veto_states
        possible = scoring.possible_grades
        tiers = bool(self.program.tiers)
        by_score = scoring.possible_by_score(low, high)
        vetoed = True if True in states else None if None in states else False
        undecided = {v.tier for v, s in zip(self.program.vetoes, states, strict=True) if s is None}
        complete = len(set(by_score) | undecided) <= 1 if tiers else ends.value is not None
        open_tier = len(possible) > 1 if tiers else ends.value is None
        status = "vetoed" if vetoed else "incomplete" if open_tier else "complete"
        grade = possible[0] if len(possible) == 1 else None
        indicators = tuple(self.indicator(node) for node in self.program.indicators)
        next_grade, margin = self.distances(ends, grade) if not vetoed else (None, None)
        meta = self.program.meta
        return Result(
            StandardRef(meta.id, meta.title, meta.number, meta.issuer, meta.state),
            scoring.sheet.subject,
            self.date,
            status,
            complete,
            True,
            vetoed,
            ends.value,
            low,
            high,
            scoring.sharp,
            ends.value,
            grade,
            possible,
            next_grade,
            margin,
            self.judgement(),
            indicators,
            (),
            tuple(self.veto(v, s) for v, s in zip(self.program.vetoes, states, strict=True)),
            tuple(
                Tier(t.name, t.text, t.low, t.low_included, t.high, t.high_included)
                for t in self.program.tiers
            ),
            self.missing(),
            self.completion(scoring.low_completion),
            self.completion(scoring.high_completion),
            self.summation([leaf for node in indicators for leaf in _leaves(node)], ends),
            tuple(scoring.sheet.notices) + self.remarks(),
            Hashes(meta.digest, scoring.sheet.digest, compiler_hash(scoring.module.emitted.source)),
        )

    def remarks(self) -> tuple[str, ...]:
        assumed = [n for n, e in self.scoring.sheet.entries.items() if e.assumed]
        if not assumed:
            return ()
        return (f"按要求（--assume-no）把未提供的{len(assumed)}个数据项当作否或0：{'、'.join(assumed)}",)

    def distances(self, ends: _Ends, grade: str | None) -> tuple[NextTier | None, Fraction | None]:
        """Points to the tier above, and above the lower end of the own."""
        names = [band.name for band in self.program.tiers]
        if grade is None or grade not in names:
            return None, None
        at = names.index(grade)
        own = self.program.tiers[at]
        margin = None if own.low is None else ends.low - own.low
        if at + 1 >= len(names) or ends.high is None:
            return None, margin
        above = self.program.tiers[at + 1]
        return (None if above.low is None else NextTier(above.name, above.low - ends.high)), margin


def _sum(numbers: Iterable[Number | None]) -> Fraction | None:
    """A sum that is open where any part is."""
    total = Fraction(0)
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


def _leaves(node: IndicatorResult) -> list[IndicatorResult]:
    return [leaf for child in node.children for leaf in _leaves(child)] if node.children else [node]


def compiler_hash(source: str) -> str:
    """The compiler's version and the SHA-256 of the code it generated, which decides every number."""
    return f"zhunsheng {__version__} sha256:{sha256(source.encode()).hexdigest()}"


def explain(scoring: Scoring, date: datetime.date | None) -> Result:
    """The result of a scoring with its whole trace."""
    return _Explainer(scoring, date).result()
