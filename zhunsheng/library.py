"""The public way in: find a standard, compile it, score with it."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.compile import Compiled, compile_file
from zhunsheng.compiler.emit.module import Module
from zhunsheng.compiler.emit.module import load as load_module
from zhunsheng.compiler.variants import bases
from zhunsheng.runtime.diagnostics import Diagnostic, has_errors
from zhunsheng.runtime.facts import FactSheet, FactSpec

if TYPE_CHECKING:
    from zhunsheng.runtime.result import Result

#: The facts of one applicant: a mapping, a file or a sheet.
Source = Mapping[str, object] | FactSheet | Path


class RulesError(Exception):
    """A rule file does not compile, or leaves terms open; `diagnostics` say why."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("；".join(d.message for d in diagnostics[:3]))
        self.diagnostics = diagnostics


class FactsError(Exception):
    """Facts cannot be used; `diagnostics` say why."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("；".join(d.message for d in diagnostics[:3]))
        self.diagnostics = diagnostics


@frozen(slots=False)
class Standard:
    """A compiled standard."""

    program: ir.Program
    path: Path

    @cached_property
    def module(self) -> Module:
        """The loaded scoring module."""
        return load_module(self.program)

    @property
    def facts(self) -> tuple[FactSpec, ...]:
        """The data dictionary."""
        return self.program.facts

    @property
    def source(self) -> str:
        """The generated Python module's text."""
        return self.module.emitted.source

    def score(
        self,
        facts: Source,
        *,
        date: datetime.date | None = None,
        assume_no: bool = False,
        results: Mapping[str, Sequence[Source]] | None = None,
    ) -> "Result":
        """Scores one applicant.

        `facts` is a mapping from fact name to value (as in a JSON fact file; numbers as int, str, Fraction
        or Decimal, never float), a path to a fact file, or a sheet. `date` is the evaluation date, by
        default the one among the facts. `results` hands over facts of other subjects, to be scored here and now
        under another standard, by the name of a fact that takes its value from them (备注 评价结果：…) or by that
        standard's id. Raises :class:`FactsError` for unusable facts and
        :class:`RulesError` where the standard leaves terms open.
        """
        from zhunsheng.compiler.engine.engine import prepare
        from zhunsheng.compiler.explain.explain import explain

        if self.program.open_terms:
            raise RulesError(())
        sheet = self.sheet(facts)
        if date is not None:
            sheet = evolve(sheet, date=date)
        if results:
            from zhunsheng.results import with_results

            sheet = with_results(self, sheet, results, sheet.date)
        scoring = prepare(self.program, self.module, sheet, assume_no=assume_no)
        if scoring.derivation.faults:
            raise FactsError(scoring.derivation.faults)
        return explain(scoring, sheet.date)

    def sheet(self, facts: Source) -> FactSheet:
        """The facts checked against the data dictionary; raises :class:`FactsError`."""
        from zhunsheng.runtime.reading.read_facts import facts_from_mapping, read_facts

        if isinstance(facts, FactSheet):
            return facts
        if isinstance(facts, Path):
            sheet, faults = read_facts(facts, self.facts)
        else:
            sheet, faults = facts_from_mapping(facts, self.facts)
        if sheet is None or has_errors(faults):
            raise FactsError(faults)
        return sheet


def library() -> dict[str, Path]:
    """The ids of the library with their rule files, sorted."""
    return bases.library()


def find(name: str) -> Path:
    """The rule file of a library id or of a path; the path is not checked."""
    known = library()
    return known[name] if name in known else Path(name)


def rule_files(path: Path) -> Iterator[Path]:
    """The rule files of a folder, or the file itself."""
    if path.is_dir():
        yield from sorted(path.rglob("*.zhun.md"))
    else:
        yield path


def compile_standard(name: str) -> Compiled:
    """Compiles a library standard or a rule file, with all its diagnostics."""
    path = find(name)
    return compile_file(path)


def load(name: str | Path) -> Standard:
    """A standard by library id or path.

    Raises :class:`LookupError` where there is none, :class:`RulesError` where it does not compile.
    """
    compiled = compile_standard(str(name))
    if compiled.path is None and not find(str(name)).exists():
        raise LookupError(f"没有“{name}”这个标准或文件；标准库里有：{'、'.join(library())}")
    if compiled.program is None or has_errors(compiled.diagnostics):
        raise RulesError(compiled.diagnostics)
    assert compiled.path is not None
    return Standard(compiled.program, compiled.path)
