"""Running the worked examples of rule files (``zhunsheng test``)."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from attrs import frozen

from zhunsheng.compiler.compile import compile_file
from zhunsheng.compiler.emit.module import load
from zhunsheng.compiler.testing.cases import Failure, failures, read_cases, score_case
from zhunsheng.compiler.testing.coverage import Coverage, coverage
from zhunsheng.runtime.diagnostics import Diagnostic, Severity, has_errors
from zhunsheng.runtime.rendering.render_diagnostics import render_full
from zhunsheng.runtime.rendering.safe_text import safe_line


@frozen
class Report:
    """What came of a file's cases."""

    path: Path
    cases: int
    expectations: int
    failures: tuple[Failure, ...]
    diagnostics: tuple[Diagnostic, ...]
    coverage: Coverage | None = None

    @property
    def passed(self) -> bool:
        """Whether the file compiles and every case came out; a file without cases passes nothing and fails nothing."""
        return not self.failures and not has_errors(self.diagnostics)

    def as_json(self) -> dict[str, Any]:
        """For ``--format json``."""
        return {
            "file": str(self.path),
            "passed": self.passed,
            "cases": self.cases,
            "expectations": self.expectations,
            "failures": [
                {
                    "case": f.case.name,
                    "line": f.line,
                    "what": f.expectation.what,
                    "expected": f.expectation.value,
                    "actual": f.actual,
                }
                for f in self.failures
            ],
            **({} if self.coverage is None else {"coverage": _coverage_json(self.coverage)}),
            "errors": [d.message for d in self.diagnostics if d.severity is Severity.ERROR],
        }


def _coverage_json(found: Coverage) -> dict[str, Any]:
    clauses, edges = found.reached
    return {
        "clauses": {"covered": clauses, "all": found.clauses},
        "edges": {"covered": edges, "all": found.edges},
        "lacking": [goal.lacking for goal in found.lacking],
    }


def run_tests(paths: Iterable[Path]) -> tuple[Report, ...]:
    """Runs the cases of each file, and finds what they cover."""
    return tuple(_run(path) for path in paths)


def _run(path: Path) -> Report:
    compiled = compile_file(path)
    errors = tuple(d for d in compiled.diagnostics if d.severity is Severity.ERROR)
    if compiled.program is None or compiled.parsed is None or errors:
        return Report(path, 0, 0, (), errors)
    cases, faults = read_cases(compiled.parsed, compiled.program)
    if compiled.program.open_terms:
        return Report(path, 0, 0, (), faults)
    module = load(compiled.program)
    scored = [(case, score_case(case, compiled.program, module)) for case in cases]
    wrong = tuple(f for case, scoring in scored for f in failures(case, scoring, compiled.source))
    covered = coverage(compiled.program, [scoring for _, scoring in scored if not scoring.derivation.faults])
    return Report(path, len(cases), sum(len(case.expected) for case in cases), wrong, faults, covered)


def text_report(reports: tuple[Report, ...], *, covering: bool = False) -> str:
    """A line a file, the failures before it; with `covering`, what the cases cover and what they do not."""
    lines = []
    for report in reports:
        if report.diagnostics:
            lines.append(render_full(report.diagnostics))
        for failure in report.failures:
            what = failure.expectation.what
            lines.append(
                safe_line(
                    f"{report.path}:{failure.line}: 案例“{failure.case.name}”：{what}应为{failure.expectation.value}，"
                    f"算出来是{failure.actual}"
                )
            )
        verdict = "通过" if report.passed else "没有通过"
        lines.append(f"{report.path}: {report.cases}个案例，{report.expectations}项核对，{verdict}")
        if covering and report.coverage is not None:
            lines += _coverage_lines(report.coverage)
        elif covering and not report.diagnostics:
            lines.append("  有待定的内容，不能评分，没有案例可以覆盖")
    return "\n".join(lines)


def _coverage_lines(found: Coverage) -> list[str]:
    clauses, edges = found.reached
    head = f"  案例覆盖条款{clauses}/{found.clauses}，界点{edges}/{found.edges}"
    return [head, *(safe_line(f"    {goal.lacking}") for goal in found.lacking)]
