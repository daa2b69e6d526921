"""Compiling a local variant: its base found and read, the two merged, every message at the variant's own lines."""

from pathlib import Path

from attrs import evolve, frozen

from zhunsheng.compiler.checks.limits import beyond_limits
from zhunsheng.compiler.checks.official import check_official
from zhunsheng.compiler.compile import Compiled, compile_file, compile_source
from zhunsheng.compiler.resolve.resolve import resolve
from zhunsheng.compiler.resolve.tables import read_tables
from zhunsheng.compiler.variants.bases import is_name, named, standard_id
from zhunsheng.compiler.variants.changed_total import changed_total
from zhunsheng.compiler.variants.materialise import Base, Materialised, as_base, materialise
from zhunsheng.compiler.variants.merged import MergedSource
from zhunsheng.compiler.variants.provenance import with_origins
from zhunsheng.compiler.variants.relocate import Relocation
from zhunsheng.dsl import ast
from zhunsheng.dsl.decode import read_source
from zhunsheng.dsl.rulefile import Parsed, read_rules
from zhunsheng.runtime.diagnostics import Diagnostic, has_errors, in_order
from zhunsheng.runtime.source import Source

#: Variants of variants of variants: at most so many.
MOST_BASES = 12


@frozen
class _Adapted:
    merged: Materialised
    base: Base


def compile_variant(
    source: Source, path: Path, id: str, notices: tuple[Diagnostic, ...] = ()
) -> Compiled | None:
    """Compiles a file that adapts another; None where it does not."""
    parsed = read_rules(source)
    if parsed.file is None:
        return None
    if "本地化" not in parsed.file.sections:
        forgotten = _forgotten(parsed, path)
        return None if forgotten is None else Compiled(source, parsed, None, (*notices, forgotten), path)
    if (excess := beyond_limits(parsed)) is not None:
        return Compiled(source, parsed, None, in_order((*notices, *parsed.diagnostics, excess)), path)
    adapted, faults = _adapt(parsed, path, id, (path.resolve(),))
    if adapted is None:
        found = (*notices, *parsed.diagnostics, *read_tables(parsed).diagnostics, *faults)
        return Compiled(source, parsed, None, in_order(found), path)
    merged, base = adapted.merged.source, adapted.base
    compiled = compile_source(merged, id)
    assert compiled.parsed is not None and compiled.parsed.file is not None
    tables = read_tables(compiled.parsed)
    resolved = resolve(compiled.parsed, tables)
    found = (*notices, *_unseen(parsed, merged), *faults, *compiled.diagnostics)
    found += check_official(compiled.parsed, path, tables.readings, found)
    relocation = Relocation(merged, compiled.parsed, parsed, lambda: compile_file(_base_path(parsed, path)))
    told = relocation.relocated(found, base.id)
    silent = tuple(adapted.merged.unannounced(compiled.parsed, tables, resolved))
    told = (*(d for d in told if d.code != "ZS0403" or d.span not in {s.span for s in silent}), *silent)
    assert base.parsed.file is not None
    told = (*told, *changed_total(parsed, compiled.parsed.file, base.parsed.file))
    program = None if compiled.program is None or has_errors(told) else compiled.program
    if program is not None:
        program = with_origins(program, resolved, merged)
        program = evolve(program, meta=evolve(program.meta, base=base.id, base_title=base.title))
    return evolve(compiled, program=program, diagnostics=in_order(told), path=path)


def _unseen(parsed: Parsed, merged: MergedSource) -> tuple[Diagnostic, ...]:
    """What is wrong in parts of the variant that do not go into the merged text; the rest is told from there."""
    used = [piece.span for piece in merged.pieces if piece.source is parsed.source and piece.text]
    return tuple(
        d
        for d in parsed.diagnostics
        if d.span is None or not any(span.start <= d.span.start < span.end for span in used)
    )


# ---- the base


def _forgotten(parsed: Parsed, path: Path) -> Diagnostic | None:
    """依据 names a standard that lies here, but nothing says what differs."""
    entry = _basis(parsed)
    if entry is None or not named(entry.value, path):
        return None
    message = f"依据“{entry.value}”是一份标准，却没有“本地化”一节"
    help_text = "加一节“## 本地化”，写明改动；不是变体的，依据写文号"
    return Diagnostic("ZS0612", message, parsed.source, entry.span, help_text)


def _basis(parsed: Parsed) -> ast.HeadEntry | None:
    assert parsed.file is not None
    return next((entry for entry in parsed.file.head if entry.key == "依据"), None)


def _base_path(parsed: Parsed, path: Path) -> Path:
    """The base's file, which :func:`_find` has found."""
    entry = _basis(parsed)
    assert entry is not None
    return _others(entry.value, path)[0]


def _others(name: str, path: Path) -> tuple[Path, ...]:
    """The files that a name means, the one that names it left out."""
    return tuple(other for other in named(name, path) if other.resolve() != path.resolve())


def _find(parsed: Parsed, path: Path) -> Path | Diagnostic:
    """The base's file, or the error at 依据."""
    assert parsed.file is not None
    entry = _basis(parsed)
    if entry is None or not entry.value:
        at = entry.span if entry is not None else parsed.file.sections["本地化"].title_span
        help_text = "在文件头写：依据：标准的代号，如“依据：miit-2017-103”"
        return Diagnostic("ZS0611", "没有写依据哪一份标准", parsed.source, at, help_text)
    found = _others(entry.value, path)
    if not found and named(entry.value, path):
        message = f"依据“{entry.value}”就是这份文件自己"
        help_text = "写这份变体所依据的标准"
        return Diagnostic("ZS0613", message, parsed.source, entry.span, help_text)
    if len(found) == 1:
        return found[0]
    if found:
        message = f"标准库和同一文件夹里都有“{entry.value}”，不能确定是哪一份"
        help_text = f"同一文件夹里的那一份改个名字，或写成“{entry.value}.zhun.md”"
        return Diagnostic("ZS0611", message, parsed.source, entry.span, help_text)
    message = f"没有“{entry.value}”这份标准" if is_name(entry.value) else "依据要写标准的代号，不是路径或文号"
    help_text = "写标准库的代号（zhunsheng list 会列出），或同一文件夹里的文件名"
    return Diagnostic("ZS0611", message, parsed.source, entry.span, help_text)


def _adapt(
    parsed: Parsed, path: Path, id: str, trail: tuple[Path, ...]
) -> tuple[_Adapted | None, tuple[Diagnostic, ...]]:
    """A variant's merged text with its base, or what stands in the way."""
    place = _find(parsed, path)
    if isinstance(place, Diagnostic):
        return None, (place,)
    entry = _basis(parsed)
    assert entry is not None
    base = _read_base(place, trail)
    if isinstance(base, str):
        code = "ZS0613" if place.resolve() in trail or base.startswith("依据绕") else "ZS0614"
        help_text = (
            "改写依据，不要绕回来" if code == "ZS0613" else f"先运行 zhunsheng check，改正“{entry.value}”"
        )
        return None, (Diagnostic(code, base, parsed.source, entry.span, help_text),)
    if id in base.standards:
        message = f"这份变体的代号“{id}”与它依据的标准相同"
        return None, (
            Diagnostic("ZS0613", message, parsed.source, entry.span, "给变体的文件或文件夹另起一个名字"),
        )
    made, faults = materialise(parsed, id, base)
    return (None if made is None else _Adapted(made, base)), faults


def _read_base(path: Path, trail: tuple[Path, ...]) -> Base | str:
    """The base, or why there is none."""
    if path.resolve() in trail:
        return "依据绕了一圈又回到自己：" + " → ".join(standard_id(p) for p in (*trail, path))
    if len(trail) > MOST_BASES:
        return f"依据一层套一层，超过{MOST_BASES}层"
    source, notices = read_source(path)
    parsed = None if source is None or has_errors(notices) else read_rules(source)
    id = standard_id(path)
    if parsed is None or parsed.file is None or beyond_limits(parsed) is not None:
        return f"依据的标准“{id}”读不出来"
    if "本地化" not in parsed.file.sections:
        return as_base(id, parsed, (id,))
    adapted, faults = _adapt(parsed, path, id, (*trail, path.resolve()))
    if adapted is None:
        cycle = next((fault.message for fault in faults if fault.code == "ZS0613"), None)
        return cycle or f"依据的标准“{id}”自己有错误"
    merged = adapted.merged.source
    return as_base(id, read_rules(merged), merged.standards)
