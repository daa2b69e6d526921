"""The pipeline: a parsed rule file through all passes to a program and its diagnostics."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from attrs import evolve, field, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.checks import LeafCheck, overlapping_bands
from zhunsheng.compiler.checks_readings import CODES, Context, without_consequences
from zhunsheng.compiler.limits import beyond_limits
from zhunsheng.compiler.lower import lower_formula, lower_leaf, lower_veto
from zhunsheng.compiler.lower_bands import try_band
from zhunsheng.compiler.lowering import Lowering
from zhunsheng.compiler.official import check_official
from zhunsheng.compiler.questions import Answer, Answers, Question, Readings, banded, leaf_questions
from zhunsheng.compiler.resolve import resolve
from zhunsheng.compiler.resolved import Leaf, Resolved, Rule
from zhunsheng.compiler.tables import Tables, read_tables
from zhunsheng.compiler.tiers import Tiers, build_tiers
from zhunsheng.compiler.types import Typed, assign_types
from zhunsheng.compiler.weights import Weights, weigh
from zhunsheng.dsl import ast
from zhunsheng.dsl.decode import read_source
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.paragraphs import Suspicion
from zhunsheng.dsl.rulefile import NO_TITLE, Parsed, read_rules
from zhunsheng.runtime.diagnostics import Diagnostic, Label, has_errors, in_order
from zhunsheng.runtime.facts import FactSpec, FactType, FactUse
from zhunsheng.runtime.numbers import shown
from zhunsheng.runtime.source import Source


@frozen
class Compiled:
    """A rule file after all passes. `program` is None where an error stands in the way."""

    source: Source
    parsed: Parsed | None
    program: ir.Program | None
    diagnostics: tuple[Diagnostic, ...]
    path: Path | None = field(default=None)


class _Compiler:
    def __init__(self, parsed: Parsed, id: str) -> None:
        assert parsed.file is not None
        self.parsed = parsed
        self.file: ast.RuleFile = parsed.file
        self.source = parsed.source
        self.id = id
        self.found: list[Diagnostic] = list(parsed.diagnostics)
        self.open_terms: list[str] = []

    def run(self) -> ir.Program | None:
        self.tables: Tables = read_tables(self.parsed)
        self.resolved: Resolved = resolve(self.parsed, self.tables)
        self.found += self.tables.diagnostics + self.resolved.diagnostics
        self.typed, faults = assign_types(self.parsed, self.resolved, self.tables)
        self.found += [f for f in faults if f.code != "ZS0307"]
        self.readings = Readings(self.parsed, self.resolved, self.tables)
        self.found += self.readings.diagnostics
        self.suspicions()
        is_open = "开放" in self.file.value("状态")
        self.weights: Weights = weigh(self.file.indicators, self.source, open_state=is_open)
        if not self.mark_unread():
            self.found += self.weights.diagnostics
        self.open_terms += self.weights.open_terms
        self.rules_present(is_open)
        self.specs = self.fact_specs()
        indicators = self.lower_all()
        tiers = self.tiers()
        vetoes = self.vetoes(tiers)
        derived = self.derived()
        wrong = (*self.tables.wrong_readings, *self.readings.unplaced)
        self.found = without_consequences(self.found, wrong, headless=self.tables.headless)
        if has_errors(self.found):
            return None
        self.found += [f for f in faults if f.code == "ZS0307"]
        self.found += self.readings.unused()
        return self.program(indicators, tiers, vetoes, derived)

    # -- words in brackets that look as if they should count

    def suspicions(self) -> None:
        for suspicion in self.parsed.suspicions:
            fault = (
                self.in_description(suspicion) if suspicion.kind == "description" else self.in_fact(suspicion)
            )
            if fault is not None:
                self.found.append(fault)

    def in_description(self, suspicion: Suspicion) -> Diagnostic | None:
        if self.readings.harmless(suspicion.whole):
            return None
        message = f"〖〗里的“{suspicion.words}”会影响计算，不能只当说明"
        quoted = plain(self.source.slice(suspicion.whole)).strip("〖〗（），、")[:20]
        help_text = f"移到括号外面；确实不参与计算的，在“解读”表中加一行：| {quoted} | 说明 | 不计 | 理由 |"
        return Diagnostic("ZS0204", message, self.source, suspicion.span, help_text)

    def in_fact(self, suspicion: Suspicion) -> Diagnostic | None:
        fact = self.typed.get(self.resolved.names.get(plain(suspicion.name), ""))
        if fact is None or fact.holistic:
            return None
        message = f"【】里的“{suspicion.words}”不参与计算"
        help_text = f"要计算的移到括号外面；整体判断的，在“数据项”表中列出“{fact.name}”，备注写“整体判断”"
        return Diagnostic("ZS0205", message, self.source, suspicion.span, help_text)

    # -- indicators

    def rules_present(self, is_open: bool) -> None:
        for leaf in self.resolved.leaves:
            if leaf.rules or leaf.broken or leaf.heading.title == NO_TITLE or self.total_is_fact():
                continue
            if is_open:
                self.open_terms.append(f"{leaf.heading.id} {leaf.heading.title}：细则")
                continue
            message = f"“{leaf.heading.title}”没有细则"
            help_text = "在标题下写上怎样计分；原文未定的，在文件头写“状态：开放”"
            self.found.append(Diagnostic("ZS0513", message, self.source, leaf.heading.title_span, help_text))
        if not self.file.indicators and not self.resolved.tiers and self.file.title:
            message = "没有指标：二级标题下要有评分细则"
            self.found.append(
                Diagnostic(
                    "ZS0513", message, self.source, self.file.title_span, "写成：## 指标名称（权重0.5）"
                )
            )

    def mark_unread(self) -> bool:
        """Whether a heading's weight could not be read; then nothing is said about sums."""
        lines = {d.position[0] for d in self.parsed.diagnostics if d.code in ("ZS0203", "ZS0214")}
        return any(
            h.title == NO_TITLE or self.source.position(h.title_span.start)[0] in lines
            for h in _headings(self.file.indicators)
        )

    def total_is_fact(self) -> bool:
        return any(node.fact is not None for node, _ in self.resolved.tiers)

    def full(self, leaf: Leaf) -> Fraction | None:
        marked = self.weights.full.get(leaf.heading.id)
        if marked is None and leaf.full_marks:
            return leaf.full_marks[0].points
        return marked

    def two_full_marks(self, leaf: Leaf) -> Diagnostic | None:
        """A full mark in a sentence that is not the heading's, or another sentence's."""
        full = self.full(leaf)
        for node in leaf.full_marks:
            if node.points != full and full is not None:
                message = f"这里的满分是{shown(node.points)}分，本指标的满分却是{shown(full)}分"
                label = (Label(leaf.heading.title_span, "本指标在这里"),)
                help_text = f"改成一样的，如“满分{shown(full)}分”"
                return Diagnostic("ZS0516", message, self.source, node.span, help_text, label)
        return None

    def limit(self, leaf: Leaf) -> Fraction | None:
        """The most a leaf can give: the smaller of its full mark and 直到满分N为止."""
        caps = [cap.node.points for cap in leaf.caps if cap.node.whole]
        full = self.full(leaf)
        return min([*caps, *([full] if full is not None else [])], default=None)

    def fact_specs(self) -> tuple[FactSpec, ...]:
        """The data dictionary as the runtime sees it, with the clauses that use each fact."""
        rules = [rule for leaf in self.resolved.leaves for rule in leaf.rules] + list(self.resolved.vetoes)
        texts = {rule.id: rule.text for rule in rules}
        uses: dict[str, dict[str, FactUse]] = {}
        for use in self.resolved.uses:
            if use.clause in texts:
                uses.setdefault(use.fact, {})[use.clause] = FactUse(use.clause, texts[use.clause])
        formulas = {self.resolved.names[plain(d.fact.name)]: d.text for d in self.file.definitions}
        limits: dict[str, Fraction | None] = {}
        for leaf in self.resolved.leaves:
            for rule in leaf.rules:
                if rule.judged is not None:
                    limits[rule.judged] = self.limit(leaf)
        specs = []
        for fact in self.typed.values():
            high = fact.high
            if fact.type is FactType.POINTS and fact.name in limits:
                cap = limits[fact.name]
                high = cap if high is None else high if cap is None else min(high, cap)
                if high is None:
                    self.unbounded(fact)
            specs.append(
                FactSpec(
                    fact.name, fact.type, fact.unit, fact.low, high, fact.question, fact.evidence, fact.note,
                    fact.allows_na, fact.choices, formulas.get(fact.name, ""),
                    tuple(uses.get(fact.name, {}).values()),
                )
            )  # fmt: skip
        return tuple(specs)

    def unbounded(self, fact: Typed) -> None:
        if "开放" in self.file.value("状态"):
            self.open_terms.append(f"{fact.name}：酌情的上限")
            return
        message = f"“{fact.name}”的酌情加分没有上限"
        help_text = "写上“直到满分100为止”，或在“数据项”的范围里写明，如“0～20”"
        self.found.append(Diagnostic("ZS0514", message, self.source, fact.span, help_text))

    def lower_all(self) -> dict[str, ir.Indicator]:
        lowered: dict[str, ir.Indicator] = {}
        for leaf in self.resolved.leaves:
            if leaf.broken or any(p.fact not in self.typed for rule in leaf.rules for p in rule.parts):
                continue
            if any(rule.counted is not None and rule.counted not in self.typed for rule in leaf.rules):
                continue
            indicator = self.lower(leaf)
            if indicator is not None:
                lowered[leaf.heading.id] = indicator
        return lowered

    def lower(self, leaf: Leaf) -> ir.Indicator | None:
        questions = leaf_questions(leaf, self.typed, self.full(leaf))
        clash = self.two_full_marks(leaf) or self.clashing(leaf)
        if clash is not None:
            self.found.append(clash)
            return None
        answered = [Answer(q, row) for q in questions if (row := self.readings.answer(q)) is not None]
        answers: Answers = {(a.question.doubt, a.question.key): a.row.adopted for a in answered}
        notes = self.notes(answered)
        share = self.weights.shares.get(leaf.heading.id, Fraction(1))
        mark = leaf.heading.mark
        printed = mark.text if mark is not None and mark.kind == "weight" else None

        def variant(changed: Answers) -> ir.Indicator | Diagnostic:
            lowering = Lowering(self.source, self.typed, answers | changed, notes)
            return lower_leaf(lowering, leaf, share, printed, self.full(leaf))

        def option(question: Question, adopted: str) -> ir.Indicator | None:
            result = variant({(question.doubt, question.key): adopted})
            return result if isinstance(result, ir.Indicator) else None

        result = variant({})
        if isinstance(result, Diagnostic):
            self.found.append(result)
            return None
        context = Context(self.source, self.specs, "\n".join(text for text, _ in self.readings.texts))
        given = {(a.question.doubt, a.question.key) for a in answered}
        open_faults = [
            fault
            for q in questions
            if (q.doubt, q.key) not in given and (fault := context.open_question(q, option)) is not None
        ]
        self.found += open_faults
        for answer in answered:
            if answer.row.clause != "全文":
                idle = context.idle(answer.question, answer.row, option)
                self.found += [idle] if idle is not None else []
        if not open_faults and result.clauses:
            self.found += LeafCheck(self.source, self.specs, leaf, result).run()
        return result

    def clashing(self, leaf: Leaf) -> Diagnostic | None:
        """Overlapping two-sided bands; asked before the readings, which would hide them."""
        lowering = Lowering(
            self.source, self.typed, {("分段", fact): "分段择一" for fact in banded(leaf)}, {}
        )
        specs = {spec.name: spec for spec in self.specs}
        for fact, rules in banded(leaf).items():
            own = {}
            for rule in rules:
                for part in rule.parts:
                    if part.fact == fact and part.node.kind == "compared" and len(part.node.edges) == 2:
                        band = try_band(lowering, part, rule)
                        if band is not None:
                            own[rule.id] = band
            fault = overlapping_bands(leaf, specs[fact], own, self.source)
            if fault is not None:
                return fault
        return None

    def notes(self, answered: list[Answer]) -> dict[str, tuple[str, ...]]:
        notes: dict[str, list[str]] = {}
        for answer in answered:
            reason = f"（{answer.row.reason}）" if answer.row.reason else ""
            for id in answer.question.ids:
                notes.setdefault(id, []).append(f"{answer.question.doubt}：{answer.row.adopted}{reason}")
        return {id: tuple(texts) for id, texts in notes.items()}

    # -- tiers, vetoes, formulas

    def tiers(self) -> Tiers:
        heading = self.file.sections.get("评定等级")
        broken = heading is not None and any(s.broken for p in heading.paragraphs for s in p.segments)
        if broken:
            return Tiers((), ())
        tiers = build_tiers(self.resolved.tiers, self.readings, self.source)
        self.found += tiers.diagnostics
        return tiers

    def vetoes(self, tiers: Tiers) -> tuple[ir.Veto, ...]:
        result = []
        names = [band.name for band in tiers.bands]
        for rule in self.resolved.vetoes:
            veto = self.veto(rule, names)
            if isinstance(veto, Diagnostic):
                self.found.append(veto)
            elif veto is not None:
                result.append(veto)
        return tuple(result)

    def veto(self, rule: Rule, names: list[str]) -> ir.Veto | Diagnostic | None:
        node = rule.node
        assert isinstance(node, ast.VetoNode)
        if any(part.fact not in self.typed for part in rule.parts):
            return None
        if node.tier not in names:
            if not names and "评定等级" in self.file.sections:
                return None
            message = f"没有“{node.tier}”这个等级"
            help_text = (
                "可用的等级：" + "、".join(names) if names else f"写一节“## 评定等级”，其中要有“{node.tier}”"
            )
            return Diagnostic("ZS0515", message, self.source, node.span, help_text)
        answers: Answers = {}
        notes: dict[str, tuple[str, ...]] = {}
        if any(joiner.sense is None for joiner in rule.joiners):
            span = next(j.span for j in rule.joiners if j.sense is None)
            question = Question("并列", rule.id, "一票否决", (rule.id,), (rule.segment,), span, ("且", "或"))
            row = self.readings.answer(question)
            if row is None:
                code, message = CODES["并列"]
                anchor = plain(rule.parts[0].fact)
                text = message.format(words=self.source.slice(span))
                only = rule.parts[0].fact
                witness = f"例如只有“{only}”为是：按“且”不否决，按“或”否决"
                help_text = (
                    f"在“解读”表中加一行：| {anchor} | 并列 | 或 | 理由 |；或 | {anchor} | 并列 | 且 | 理由 |"
                )
                return Diagnostic(code, f"{text}{witness}", self.source, span, help_text)
            answers[("并列", rule.id)] = row.adopted
            notes = self.notes([Answer(question, row)])
        return lower_veto(Lowering(self.source, self.typed, answers, notes), rule)

    def derived(self) -> tuple[ir.Derived, ...]:
        """Formulas in an order in which each comes after those it needs."""
        names = self.resolved.names
        known: dict[str, ast.Definition] = {}
        for definition in self.file.definitions:
            name = names[plain(definition.fact.name)]
            if name in known:
                message = f"“{name}”有两个算式"
                self.found.append(Diagnostic("ZS0313", message, self.source, definition.span, "只留一个"))
            known.setdefault(name, definition)
        lowered = {n: ir.Derived(n, lower_formula(d.formula, names), d.text) for n, d in known.items()}
        ordered: list[ir.Derived] = []
        waiting = dict(lowered)
        while waiting:
            left = set(waiting)
            ready = [n for n, d in waiting.items() if left.isdisjoint(ir.formula_facts(d.formula))]
            if not ready:
                name = next(iter(waiting))
                message = f"“{name}”的算式绕了一圈又用到它自己"
                self.found.append(
                    Diagnostic("ZS0308", message, self.source, known[name].span, "删去圈里的一个算式")
                )
                return ()
            ordered += [waiting.pop(name) for name in ready]
        for item in ordered:
            fact = self.typed.get(item.fact)
            if fact is not None and not fact.type.numeric:
                message = f"“{item.fact}”的类型是“{fact.type}”，不能用算式计算"
                self.found.append(
                    Diagnostic("ZS0314", message, self.source, known[item.fact].span, "改类型，或删去算式")
                )
        return tuple(ordered)

    # -- the program

    def program(
        self,
        indicators: dict[str, ir.Indicator],
        tiers: Tiers,
        vetoes: tuple[ir.Veto, ...],
        derived: tuple[ir.Derived, ...],
    ) -> ir.Program:
        meta = ir.Meta(
            self.id,
            self.file.title,
            self.file.value("文号"),
            self.file.value("发布机关"),
            self.file.value("发布日期"),
            self.file.value("时效性"),
            self.source.text,
        )
        total = next((u.fact for u in self.resolved.uses if u.role == "total"), None)
        return ir.Program(
            meta,
            self.specs,
            derived,
            tuple(self.tree(h, indicators) for h in self.file.indicators),
            self.weights.scheme == "weights",
            tiers.bands,
            vetoes,
            total,
            tuple(self.open_terms),
        )

    def tree(self, heading: ast.Heading, lowered: dict[str, ir.Indicator]) -> ir.Indicator:
        if not heading.children:
            return lowered.get(heading.id) or ir.Indicator(
                heading.id, heading.title, None, Fraction(0), None,
                line=self.source.position(heading.title_span.start)[0],
            )  # fmt: skip
        children = tuple(self.tree(child, lowered) for child in heading.children)
        mark = heading.mark
        printed = mark.text if mark is not None and mark.kind == "weight" else None
        points = mark.value if mark is not None and mark.kind == "points" else None
        weight = sum((leaf.weight for leaf in ir.leaves(children)), Fraction(0))
        line = self.source.position(heading.title_span.start)[0]
        return evolve(ir.Indicator(heading.id, heading.title, printed, weight, points, children), line=line)


def _headings(headings: tuple[ast.Heading, ...]) -> Iterator[ast.Heading]:
    for heading in headings:
        yield heading
        yield from _headings(heading.children)


def compile_source(source: Source, id: str) -> Compiled:
    """Compiles a decoded rule file."""
    parsed = read_rules(source)
    if parsed.file is None:
        return Compiled(source, parsed, None, in_order(parsed.diagnostics))
    if (excess := beyond_limits(parsed)) is not None:
        return Compiled(source, parsed, None, in_order((*parsed.diagnostics, excess)))
    compiler = _Compiler(parsed, id)
    program = compiler.run()
    return Compiled(source, parsed, program, in_order(compiler.found))


def compile_file(path: Path, id: str | None = None, name: str | None = None) -> Compiled:
    """Reads and compiles a rule file. The id is the folder's name for ``standard.zhun.md``, else the file's."""
    source, notices = read_source(path, name)
    if source is None:
        return Compiled(Source(name or str(path), ""), None, None, notices)
    if has_errors(notices):
        return Compiled(source, None, None, notices, path)
    compiled = compile_source(source, id or standard_id(path))
    found = notices + compiled.diagnostics
    if compiled.parsed is not None and compiled.parsed.file is not None:
        readings = read_tables(compiled.parsed).readings
        found += check_official(compiled.parsed, path, readings, found)
    return evolve(compiled, diagnostics=in_order(found), path=path)


def standard_id(path: Path) -> str:
    """The id of a standard by its path."""
    stem = path.name.removesuffix(".zhun.md")
    return path.resolve().parent.name if stem == "standard" else stem
