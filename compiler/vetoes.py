"""The rules over the whole result: general vetoes with their effects, and what tiers ask for besides the total."""

from collections.abc import Iterable

from attrs import evolve

from zhunsheng.compiler import ir
from zhunsheng.compiler.checks_readings import CODES
from zhunsheng.compiler.lower import lower_guard
from zhunsheng.compiler.lower_finish import lower_demand, lower_effect
from zhunsheng.compiler.lowering import Fault, Lowering
from zhunsheng.compiler.questions import Answer, Answers, Question, cell_questions, notes_of
from zhunsheng.compiler.quoting import official
from zhunsheng.compiler.resolved import Rule
from zhunsheng.compiler.standard import Standard
from zhunsheng.compiler.tables import DOUBTS
from zhunsheng.compiler.tiers import Tiers
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.numbers import shown

Found = tuple[Diagnostic, ...]


def lower_vetoes(standard: Standard, tiers: Tiers) -> tuple[tuple[ir.Veto, ...], Found]:
    """The vetoes of 一票否决 and 评定等级, and what is wrong with those left out."""
    names = [band.name for band in tiers.bands]
    if not names and "评定等级" in standard.file.sections:
        return (), ()
    adds, fault = _adding(standard, names)
    results = [_veto(standard, rule, names, adds=adds) for rule in standard.resolved.vetoes]
    found = [r for r in results if isinstance(r, Diagnostic)]
    return (
        tuple(r for r in results if isinstance(r, ir.Veto)),
        (*found, *([fault] if fault is not None and not found else [])),
    )


def _veto(standard: Standard, rule: Rule, names: list[str], *, adds: bool) -> ir.Veto | Diagnostic | None:
    node = rule.node
    assert isinstance(node, ast.VetoNode)
    veto = rule.id.startswith("否决")
    witness = "按“且”不否决，按“或”否决" if veto else "按“且”不成立，按“或”成立"
    guarded = _guard(standard, rule, witness)
    if guarded is None or isinstance(guarded, Diagnostic):
        return guarded
    guard, notes = guarded
    try:
        demands = tuple(lower_demand(standard, demand) for demand in node.demands)
        effects = tuple(lower_effect(standard, effect, names, adds=adds) for effect in node.effects)
    except Fault as fault:
        return fault.diagnostic
    line = standard.source.position(rule.span.start)[0]
    lowered = ir.Veto(rule.id, rule.text, guard, effects, demands, line, notes)
    return _directed(standard, rule, lowered, names) if names else lowered


def _guard(
    standard: Standard, rule: Rule, witness: str
) -> tuple[ir.Condition, tuple[str, ...]] | Diagnostic | None:
    """The condition of a rule with the readings that decided it; None where a fact of it is in error."""
    if any(part.fact not in standard.typed for part in rule.parts):
        return None
    own = ((q, standard.readings.answer(q)) for q in cell_questions(rule, rule.row, standard.typed))
    answered = [Answer(question, row) for question, row in own if row is not None]
    answers: Answers = {(a.question.doubt, a.question.key): a.row.adopted for a in answered}
    notes = notes_of(answered)
    if any(joiner.sense is None for joiner in rule.joiners):
        span = next(j.span for j in rule.joiners if j.sense is None)
        where = "评定等级" if not rule.id.startswith("否决") else "一票否决"
        question = Question("并列", rule.id, where, (rule.id,), (rule.segment,), span, ("且", "或"))
        row = standard.readings.answer(question)
        if row is None:
            code, message = CODES["并列"]
            anchor = plain(rule.parts[0].fact)
            text = message.format(words=standard.source.slice(span))
            only = rule.parts[0].fact
            help_text = (
                f"在“解读”表中加一行：| {anchor} | 并列 | 或 | 理由 |；或 | {anchor} | 并列 | 且 | 理由 |"
            )
            told = f"{text}例如只有“{only}”为是：{witness}"
            return Diagnostic(code, told, standard.source, span, help_text)
        answers[("并列", rule.id)] = row.adopted
        notes |= notes_of([Answer(question, row)])
    guard = lower_guard(Lowering(standard.source, standard.typed, answers, notes), rule)
    return guard if isinstance(guard, Diagnostic) else (guard, notes.get(rule.id, ()))


# ---- a named tier: a ceiling, or a floor


def _directed(standard: Standard, rule: Rule, veto: ir.Veto, names: list[str]) -> ir.Veto | Diagnostic:
    """直接评为某级: in 一票否决 never better than that; in 评定等级 the words leave open whether it raises or lowers."""
    if any(isinstance(effect, ir.SetTier) and effect.tier == names[-1] for effect in veto.effects):
        if rule.id.startswith("否决") and len(names) > 1:
            message = f"“一票否决”里评为最高等级“{names[-1]}”，不起作用"
            help_text = "直接认定为某一等级的，写在“## 评定等级”一节"
            return Diagnostic("ZS0532", message, standard.source, rule.span, help_text)
        return _raised(veto)
    middle = next(
        (e for e in veto.effects if isinstance(e, ir.SetTier) and e.tier not in (names[0], names[-1])), None
    )
    if middle is None or rule.id.startswith("否决"):
        return veto
    options = DOUBTS["直接定级"]
    question = Question("直接定级", rule.id, "评定等级", (rule.id,), (rule.segment,), rule.span, options)
    row = standard.readings.answer(question)
    if row is None:
        words = official(standard.source.slice(rule.span))
        message = (
            f"“{words}”：总分更高的也评为“{middle.tier}”，还是总分不够的也能评上？"
            f"例如总分属于“{names[-1]}”的，按“不高于”评为“{middle.tier}”，按“不低于”仍是“{names[-1]}”"
        )
        rows = _rows(_anchor(standard, rule), "直接定级", options)
        return Diagnostic("ZS0452", message, standard.source, rule.span, rows)
    noted = evolve(veto, readings=(*veto.readings, *_note(question, standard)))
    return _raised(noted) if row.adopted == "不低于" else noted


def _raised(veto: ir.Veto) -> ir.Veto:
    effects = (ir.RaiseTier(e.tier) if isinstance(e, ir.SetTier) else e for e in veto.effects)
    return evolve(veto, effects=tuple(effects))


def _note(question: Question, standard: Standard) -> tuple[str, ...]:
    row = standard.readings.answer(question)
    return () if row is None else notes_of([Answer(question, row)]).get(question.ids[0], ())


# ---- several that lower the tier


def _adding(standard: Standard, names: list[str]) -> tuple[bool, Diagnostic | None]:
    """Whether the steps of several rules that lower the tier add up; asked where there are several."""
    rules = [rule for rule in standard.resolved.vetoes if _steps(rule)]
    if len(rules) < 2 or len(names) < 3:
        return False, None
    last = rules[-1]
    options = DOUBTS["降级"]
    spans = tuple(rule.segment for rule in rules)
    ids = tuple(rule.id for rule in rules)
    question = Question("降级", "降级", "一票否决", ids, spans, last.span, options)
    row = standard.readings.answer(question)
    if row is not None:
        return row.adopted == "累计", None
    steps = [_steps(rule) for rule in rules[-2:]]
    added, once = max(0, len(names) - 1 - sum(steps)), max(0, len(names) - 1 - max(steps))
    message = (
        f"{'、'.join(ids)}同时成立时，降级是累计，还是只降一次？"
        f"例如总分属于“{names[-1]}”：按“累计”评为“{names[added]}”，按“一次”评为“{names[once]}”"
    )
    return False, Diagnostic(
        "ZS0453", message, standard.source, last.span, _rows(_anchor(standard, last), "降级", options)
    )


def _steps(rule: Rule) -> int:
    assert isinstance(rule.node, ast.VetoNode)
    return sum(int(effect.number) for effect in rule.node.effects if effect.kind == "lower")


# ---- what a tier asks for besides the total


def tier_needs(standard: Standard, tiers: Tiers) -> tuple[Tiers, Found]:
    """The bands with the further conditions of their tiers."""
    bands = list(tiers.bands)
    found: list[Diagnostic] = []
    for number, band in enumerate(tiers.bands):
        rule = standard.resolved.tier_rules.get(band.name)
        if rule is None:
            continue
        result = _band(standard, rule, band, tiers.bands[:number])
        if isinstance(result, Diagnostic):
            found.append(result)
        elif result is not None:
            bands[number] = result
    return evolve(tiers, bands=tuple(bands)), tuple(found)


def _band(
    standard: Standard, rule: Rule, band: ir.TierBand, below: tuple[ir.TierBand, ...]
) -> ir.TierBand | Diagnostic | None:
    node = rule.node
    assert isinstance(node, ast.TierNode)
    guarded = _guard(standard, rule, f"按“且”不能评为“{band.name}”，按“或”可以")
    if guarded is None or isinstance(guarded, Diagnostic):
        return guarded
    try:
        demands = tuple(lower_demand(standard, demand) for demand in node.demands)
    except Fault as fault:
        return fault.diagnostic
    falls = _falls(standard, rule, band, below)
    if isinstance(falls, Diagnostic):
        return falls
    return evolve(band, guard=guarded[0], demands=demands, falls=falls)


def _falls(
    standard: Standard, rule: Rule, band: ir.TierBand, below: tuple[ir.TierBand, ...]
) -> bool | Diagnostic:
    """Whether a total in the band whose conditions fail earns the band below; the words leave it open."""
    if not below:
        return False
    options = DOUBTS["条件不符"]
    question = Question("条件不符", band.name, "评定等级", (rule.id,), (rule.segment,), rule.span, options)
    row = standard.readings.answer(question)
    if row is not None:
        return row.adopted == "降档"
    total = band.low if band.low is not None else band.high
    example = f"例如总分{shown(total)}分" if total is not None and band.low_included else "例如总分在这一段"
    message = (
        f"总分达到“{band.name}”而别的条件不符合的，评为下一等级，还是没有等级？"
        f"{example}：按“降档”评为“{below[-1].name}”，按“不评级”没有等级"
    )
    return Diagnostic(
        "ZS0451", message, standard.source, rule.span, _rows(_anchor(standard, rule), "条件不符", options)
    )


def _rows(anchor: str, doubt: str, options: Iterable[str]) -> str:
    return "在“解读”表中加一行：" + "；或 ".join(f"| {anchor} | {doubt} | {o} | 理由 |" for o in options)


def _anchor(standard: Standard, rule: Rule) -> str:
    """Words of a rule that occur once in the executable text, so that a row quoting them finds it."""
    words = plain(official(standard.source.slice(rule.span))).strip("，；。、")
    for end in range(min(8, len(words)), len(words) + 1):
        if sum(text.count(words[:end]) for text, _ in standard.readings.texts) == 1:
            return words[:end]
    return words
