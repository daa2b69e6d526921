"""The pipeline: a parsed rule file through all passes to a program and its diagnostics."""

from pathlib import Path

from attrs import evolve, field, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.assemble import assemble
from zhunsheng.compiler.checks.commentary import commentary
from zhunsheng.compiler.checks.lacking import never_lacking
from zhunsheng.compiler.checks.limits import beyond_limits
from zhunsheng.compiler.checks.never import never_in_whole
from zhunsheng.compiler.checks.official import check_official
from zhunsheng.compiler.checks.presence import (
    mark_unread,
    missing_bands,
    missing_rules,
    open_blanks,
    open_rules,
    open_tiers,
)
from zhunsheng.compiler.checks.printed_limits import limits_of, unknown_method
from zhunsheng.compiler.checks.suspicions import suspicions
from zhunsheng.compiler.checks.total_words import doubtful_totals
from zhunsheng.compiler.checks.totals import points_and_tiers
from zhunsheng.compiler.parts.absences import lower_absence
from zhunsheng.compiler.parts.coefficients import total_ending
from zhunsheng.compiler.parts.definitions import lower_definitions
from zhunsheng.compiler.parts.force import bad_dates
from zhunsheng.compiler.parts.heads import lower_heads
from zhunsheng.compiler.parts.leaves import lower_leaves
from zhunsheng.compiler.parts.levels import graded_tiers
from zhunsheng.compiler.parts.requirements import lower_requirements
from zhunsheng.compiler.parts.rounding import total_rounding
from zhunsheng.compiler.parts.specs import fact_specs
from zhunsheng.compiler.parts.tiers import Tiers, build_tiers
from zhunsheng.compiler.parts.vetoes import lower_vetoes, tier_needs
from zhunsheng.compiler.parts.whole_totals import whole_totals
from zhunsheng.compiler.readings.checks import asked_once, without_consequences
from zhunsheng.compiler.readings.matching import Readings
from zhunsheng.compiler.resolve.resolve import resolve
from zhunsheng.compiler.resolve.tables import read_tables
from zhunsheng.compiler.resolve.types import assign_types
from zhunsheng.compiler.resolve.weights import weigh
from zhunsheng.compiler.standard import Standard
from zhunsheng.compiler.variants.bases import may_adapt, standard_id
from zhunsheng.dsl import ast
from zhunsheng.dsl.decode import read_source
from zhunsheng.dsl.rulefile import Parsed, read_rules
from zhunsheng.runtime.diagnostics import Diagnostic, has_errors, in_order
from zhunsheng.runtime.source import Source


@frozen
class Compiled:
    """A rule file after all passes. `program` is None where an error stands in the way."""

    source: Source
    parsed: Parsed | None
    program: ir.Program | None
    diagnostics: tuple[Diagnostic, ...]
    path: Path | None = field(default=None)


def compile_source(source: Source, id: str) -> Compiled:
    """Compiles a decoded rule file."""
    parsed = read_rules(source)
    if parsed.file is None:
        return Compiled(source, parsed, None, in_order(parsed.diagnostics))
    if (excess := beyond_limits(parsed)) is not None:
        return Compiled(source, parsed, None, in_order((*parsed.diagnostics, excess)))
    program, found = _compile(parsed, parsed.file, id)
    return Compiled(source, parsed, program, in_order(found))


def compile_file(path: Path, id: str | None = None, name: str | None = None) -> Compiled:
    """Reads and compiles a rule file. The id is the folder's name for ``standard.zhun.md``, else the file's."""
    source, notices = read_source(path, name)
    if source is None:
        return Compiled(Source(name or str(path), ""), None, None, notices)
    if has_errors(notices):
        return Compiled(source, None, None, notices, path)
    own_id = id or standard_id(path)
    if may_adapt(source.text):
        # Only variants need what carries them out.
        from zhunsheng.compiler.variants.variants import compile_variant

        variant = compile_variant(source, path, own_id, notices)
        if variant is not None:
            return variant
    compiled = compile_source(source, own_id)
    found = notices + compiled.diagnostics
    if compiled.parsed is not None and compiled.parsed.file is not None:
        readings = read_tables(compiled.parsed).readings
        found += check_official(compiled.parsed, path, readings, found)
    return evolve(compiled, diagnostics=in_order(found), path=path)


def _compile(parsed: Parsed, file: ast.RuleFile, id: str) -> tuple[ir.Program | None, list[Diagnostic]]:
    """All passes, in their order; the program is None where an error stands in the way."""
    tables = read_tables(parsed)
    resolved = resolve(parsed, tables)
    typed, type_faults = assign_types(parsed, resolved, tables)
    readings = Readings(parsed, resolved, tables)
    ruled = {leaf.heading.id for leaf in resolved.leaves if leaf.rules}
    caps = {group.id: min(cap.points for cap in group.caps) for group in resolved.groups if group.caps}
    weights = weigh(file.indicators, parsed.source, open_state=file.is_open, ruled=ruled, capped=caps)
    standard = Standard(id, parsed, file, tables, resolved, typed, readings, weights)
    specs = fact_specs(standard)
    leaves = lower_leaves(standard, specs.specs)
    heads = lower_heads(standard, leaves.indicators)
    standard = evolve(standard, clamps=heads.clamps, steps=heads.steps)
    tiers = _tiers(standard, leaves.indicators)
    tiers, need_faults = tier_needs(standard, tiers)
    ending = total_ending(standard, heads.indicators)
    vetoes, veto_faults = lower_vetoes(standard, tiers)
    rescale = lower_absence(standard)
    derived, formula_faults = lower_definitions(standard)
    rounding = total_rounding(standard)
    required = lower_requirements(standard)
    beyond = [*resolved.tier_rules.values(), *resolved.vetoes, *resolved.scales]
    beyond += [rule for requirement in resolved.requirements for rule in requirement.rules]
    # A fact that nothing uses is told only where all else is right: an error elsewhere can be what hides its use.
    unused = [fault for fault in type_faults if fault.code == "ZS0307"]
    found = [
        *parsed.diagnostics,
        *tables.diagnostics,
        *resolved.diagnostics,
        *(fault for fault in type_faults if fault.code != "ZS0307"),
        *readings.diagnostics,
        *bad_dates(file, parsed.source),
        *suspicions(standard),
        *commentary(standard),
        *(() if mark_unread(standard) else weights.diagnostics),
        *missing_rules(standard),
        *specs.diagnostics,
        *leaves.diagnostics,
        *(() if mark_unread(standard) or weights.diagnostics else heads.diagnostics),
        *tiers.diagnostics,
        *missing_bands(standard, tiers),
        *doubtful_totals(standard),
        *need_faults,
        *veto_faults,
        *ending.diagnostics,
        *([rescale] if isinstance(rescale, Diagnostic) else []),
        *formula_faults,
        *unknown_method(standard),
        *([rounding] if isinstance(rounding, Diagnostic) else []),
        *required.diagnostics,
        *never_lacking(standard, beyond, specs.specs),
        *never_in_whole(standard, vetoes, required.requirements, {s.name: s for s in specs.specs}),
    ]
    wrong = (*tables.wrong_readings, *readings.unplaced)
    found = without_consequences(asked_once(found), wrong, headless=tables.headless)
    if has_errors(found):
        return None, found
    # A leaf that could not be lowered without a word said of it would score nothing.
    assert all(leaf.heading.id in leaves.indicators for leaf in resolved.leaves if leaf.rules)
    found += [*points_and_tiers(standard, tiers.bands), *unused, *readings.unused()]
    open_terms = (
        *weights.open_terms,
        *open_rules(standard),
        *specs.open_terms,
        *open_tiers(standard, tiers),
        *open_blanks(standard),
        *required.open_terms,
    )
    indicators = required.bearing_on(heads.indicators)
    program = assemble(standard, specs.specs, indicators, tiers, vetoes, derived, open_terms)
    by_name = rounding if isinstance(rounding, ir.Rounding) else tiers.rounding
    scaled = rescale if isinstance(rescale, ir.Rescale) else None
    graded = bool(standard.resolved.levels)
    program = evolve(
        program, rounding=by_name, graded=graded, rescale=scaled, requirements=required.requirements,
        steps=ending.steps, clamp=ending.clamp,
        readings=tuple(ir.Reading(r.clause, r.doubt, r.adopted, r.reason) for r in tables.readings),
    )  # fmt: skip
    return limits_of(standard).applied(program), found


def _tiers(standard: Standard, indicators: dict[str, ir.Indicator]) -> Tiers:
    if standard.resolved.levels:
        return graded_tiers(standard)
    heading = standard.file.sections.get("评定等级")
    if heading is not None and any(s.broken for p in heading.paragraphs for s in p.segments):
        return Tiers((), ())
    rounded = tuple(node for node, _ in standard.resolved.rounded_totals)
    # What could not be lowered has been told; that its points might be fractions is no second fault.
    whole = bool(indicators) and whole_totals(indicators.values()) and not standard.resolved.scales
    return build_tiers(standard.resolved.tiers, standard.readings, standard.source, rounded, whole=whole)
