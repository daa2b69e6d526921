"""The rules over the whole result: general vetoes with their effects, and what tiers ask for besides the total."""

from attrs import evolve

from zhunsheng.compiler import ir
from zhunsheng.compiler.lower.finish import lower_effect
from zhunsheng.compiler.lower.lower import lower_guard
from zhunsheng.compiler.lower.lowering import Fault, Lowering
from zhunsheng.compiler.parts.alikes import reaching
from zhunsheng.compiler.parts.demands import lower_demands
from zhunsheng.compiler.parts.open_ends import ends_read
from zhunsheng.compiler.parts.tiers import Tiers
from zhunsheng.compiler.readings.checks import CODES
from zhunsheng.compiler.readings.questions import (
    Answer,
    Question,
    about,
    answers_of,
    cell_questions,
    note_of,
    notes_of,
)
from zhunsheng.compiler.resolve.quoting import official
from zhunsheng.compiler.resolve.resolved import Rule
from zhunsheng.compiler.resolve.tables import DOUBTS, ROW, rows_to_add
from zhunsheng.compiler.standard import Standard
from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.numbers import shown

#: What 一票否决 does by its 解读: the kind of effect, and the tier that it names.
_VETOED: dict[str, tuple[ast.EffectKind, str]] = {
    "最低等级": ("tier", "最低等级"),
    "总分零分": ("total", ""),
    "不予评定": ("void", ""),
}

Found = tuple[Diagnostic, ...]


def lower_vetoes(standard: Standard, tiers: Tiers) -> tuple[tuple[ir.Veto, ...], Found]:
    """The vetoes of 一票否决 and 评定等级, and what is wrong with those left out."""
    names = [band.name for band in tiers.bands]
    if not names and "评定等级" in standard.file.sections:
        return (), ()
    adds, fault = _adding(standard, names)
    results = [_veto(standard, rule, tiers, names, adds=adds) for rule in standard.resolved.vetoes]
    found = [r for r in results if isinstance(r, Diagnostic)]
    return (
        tuple(r for r in results if isinstance(r, ir.Veto)),
        (*found, *([fault] if fault is not None and not found else [])),
    )


def _veto(
    standard: Standard, rule: Rule, tiers: Tiers, names: list[str], *, adds: bool
) -> ir.Veto | Diagnostic | None:
    settled = _settled(standard, rule, names)
    if isinstance(settled, Diagnostic):
        return settled
    node, said = settled
    veto = rule.id.startswith("否决")
    witness = "按“且”不否决，按“或”否决" if veto else "按“且”不成立，按“或”成立"
    guarding = guarded(standard, rule, witness)
    if guarding is None or isinstance(guarding, Diagnostic):
        return guarding
    guard, notes = guarding[0], (*guarding[1], *said)
    try:
        demands, read = lower_demands(standard, rule, tiers.bands)
        effects = tuple(lower_effect(standard, effect, names, adds=adds) for effect in node.effects)
    except Fault as fault:
        return fault.diagnostic
    line = standard.source.position(rule.span.start)[0]
    lowered = ir.Veto(rule.id, rule.text, guard, effects, demands, line, (*notes, *read))
    return _directed(standard, rule, lowered, names) if names else lowered


def _settled(
    standard: Standard, rule: Rule, names: list[str]
) -> tuple[ast.VetoNode, tuple[str, ...]] | Diagnostic:
    """A veto with what 一票否决 does, as a 解读 says it, and that reading."""
    node = rule.node
    assert isinstance(node, ast.VetoNode)
    effect = next((effect for effect in node.effects if effect.kind == "veto"), None)
    if effect is None:
        return node, ()
    said = [own for own in node.effects if own.kind not in ("veto", "reported")]
    if said and effect.span.start < said[0].span.start:
        # What stands behind 一票否决 says what it does.
        return evolve(node, effects=tuple(own for own in node.effects if own is not effect)), ()
    options = DOUBTS["一票否决"] if names else DOUBTS["一票否决"][1:]
    spans = (rule.segment, effect.span)
    question = Question("一票否决", rule.id, "一票否决", (rule.id,), spans, effect.span, options)
    row = standard.readings.answer(question)
    if row is None:
        words = official(standard.source.slice(effect.span))
        lowest = f"评为“{names[0]}”，总分不变；" if names else ""
        message = (
            f"“{words}”有什么后果？例如总分80分的：{'按“最低等级”' if names else ''}{lowest}"
            "按“总分零分”总分计为0分；按“不予评定”没有等级"
        )
        clause = plain(words) if standard.readings.once(plain(words)) else rule.id
        return Diagnostic(
            "ZS0456", message, standard.source, effect.span, ROW + rows_to_add(clause, "一票否决", options)
        )
    kind, tier = _VETOED[row.adopted]
    told = evolve(effect, kind=kind, tier=tier)
    effects = tuple(told if own is effect else own for own in node.effects)
    return evolve(node, effects=effects), (note_of(row),)


def guarded(
    standard: Standard, rule: Rule, witness: str
) -> tuple[ir.Condition, tuple[str, ...]] | Diagnostic | None:
    """The condition of a rule with the readings that decided it; None where a fact of it is in error."""
    if any(fact not in standard.typed for fact in rule.facts):
        return None
    answered = standard.readings.answered(cell_questions(rule, rule.row, standard.typed))
    answers = answers_of(answered)
    notes = notes_of(answered)
    where = "评定等级" if not rule.id.startswith("否决") else "一票否决"
    if any(joiner.sense is None for joiner in rule.joiners):
        span = next(j.span for j in rule.joiners if j.sense is None)
        question = about(rule, where, "并列", span)
        row = standard.readings.answer(question)
        if row is None:
            code, message = CODES["并列"]
            text = message.format(words=standard.source.slice(span))
            only = rule.parts[0].fact
            help_text = ROW + rows_to_add(plain(only), "并列", ("或", "且"))
            told = f"{text}例如只有“{only}”为是：{witness}"
            return Diagnostic(code, told, standard.source, span, help_text)
        answers[("并列", rule.id)] = row.adopted
        notes |= notes_of([Answer(question, row)])
    reached = reaching(standard, (rule,), where)
    if isinstance(reached, Diagnostic):
        return reached
    ends = ends_read(standard, (rule,), where, rule.id)
    if isinstance(ends, Diagnostic):
        return ends
    answers |= answers_of((*reached, *ends))
    notes |= {rule.id: (*notes.get(rule.id, ()), *notes_of([*reached, *ends]).get(rule.id, ()))}
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
    row = standard.readings.answer(about(rule, "评定等级", "直接定级", rule.span))
    if row is None:
        words = official(standard.source.slice(rule.span))
        message = (
            f"“{words}”：总分更高的也评为“{middle.tier}”，还是总分不够的也能评上？"
            f"例如总分属于“{names[-1]}”的，按“不高于”评为“{middle.tier}”，按“不低于”仍是“{names[-1]}”"
        )
        rows = ROW + rows_to_add(_anchor(standard, rule), "直接定级")
        return Diagnostic("ZS0452", message, standard.source, rule.span, rows)
    noted = evolve(veto, readings=(*veto.readings, note_of(row)))
    return _raised(noted) if row.adopted == "不低于" else noted


def _raised(veto: ir.Veto) -> ir.Veto:
    effects = (ir.RaiseTier(e.tier) if isinstance(e, ir.SetTier) else e for e in veto.effects)
    return evolve(veto, effects=tuple(effects))


# ---- several that lower the tier


def _adding(standard: Standard, names: list[str]) -> tuple[bool, Diagnostic | None]:
    """Whether the steps of several rules that lower the tier add up; asked where there are several."""
    rules = [rule for rule in standard.resolved.vetoes if _steps(rule)]
    if len(rules) < 2 or len(names) < 3:
        return False, None
    last = rules[-1]
    spans = tuple(rule.segment for rule in rules)
    ids = tuple(rule.id for rule in rules)
    question = Question("降级", "降级", "一票否决", ids, spans, last.span, DOUBTS["降级"])
    row = standard.readings.answer(question)
    if row is not None:
        return row.adopted == "累计", None
    steps = [_steps(rule) for rule in rules[-2:]]
    added, once = max(0, len(names) - 1 - sum(steps)), max(0, len(names) - 1 - max(steps))
    message = (
        f"{'、'.join(ids)}同时成立时，降级是累计，还是只降一次？"
        f"例如总分属于“{names[-1]}”：按“累计”评为“{names[added]}”，按“一次”评为“{names[once]}”"
    )
    rows = ROW + rows_to_add(_anchor(standard, last), "降级")
    return False, Diagnostic("ZS0453", message, standard.source, last.span, rows)


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
        result = _band(standard, rule, tiers.bands, number)
        if isinstance(result, Diagnostic):
            found.append(result)
        elif result is not None:
            bands[number] = result
    return evolve(tiers, bands=tuple(bands)), tuple(found)


def _band(
    standard: Standard, rule: Rule, bands: tuple[ir.TierBand, ...], number: int
) -> ir.TierBand | Diagnostic | None:
    band, below = bands[number], bands[:number]
    guarding = guarded(standard, rule, f"按“且”不能评为“{band.name}”，按“或”可以")
    if guarding is None or isinstance(guarding, Diagnostic):
        return guarding
    try:
        demands, read = lower_demands(standard, rule, bands)
    except Fault as fault:
        return fault.diagnostic
    falls = _falls(standard, rule, band, below)
    if isinstance(falls, Diagnostic):
        return falls
    readings = (*band.readings, *read)
    return evolve(band, guard=guarding[0], demands=demands, falls=falls, readings=readings)


def _falls(
    standard: Standard, rule: Rule, band: ir.TierBand, below: tuple[ir.TierBand, ...]
) -> bool | Diagnostic:
    """Whether a total in the band whose conditions fail earns the band below; the words leave it open."""
    if not below:
        return False
    row = standard.readings.answer(about(rule, "评定等级", "条件不符", rule.span))
    if row is not None:
        return row.adopted == "降档"
    total = band.low if band.low is not None else band.high
    example = f"例如总分{shown(total)}分" if total is not None and band.low_included else "例如总分在这一段"
    message = (
        f"总分达到“{band.name}”而别的条件不符合的，评为下一等级，还是没有等级？"
        f"{example}：按“降档”评为“{below[-1].name}”，按“不评级”没有等级"
    )
    rows = ROW + rows_to_add(_anchor(standard, rule), "条件不符")
    return Diagnostic("ZS0451", message, standard.source, rule.span, rows)


def _anchor(standard: Standard, rule: Rule) -> str:
    """Words of a rule that occur once in the executable text, so that a row quoting them finds it."""
    words = plain(official(standard.source.slice(rule.span))).strip("，；。、")
    for end in range(min(8, len(words)), len(words) + 1):
        if standard.readings.once(words[:end]):
            return words[:end]
    return words
