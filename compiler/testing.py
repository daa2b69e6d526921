"""Running the worked examples of rule files (``zhunsheng test``)."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from attrs import frozen

from zhunsheng.compiler.cases import Failure, read_cases, run_case
from zhunsheng.compiler.compile import compile_file
from zhunsheng.compiler.module import load
from zhunsheng.runtime.diagnostics import Diagnostic, Severity, has_errors
from zhunsheng.runtime.render_diagnostics import render_full
from zhunsheng.runtime.safe_text import safe_line


@frozen
class Report:
    """What came of a file's cases."""

    path: Path
    cases: int
    expectations: int
    failures: tuple[Failure, ...]
    diagnostics: tuple[Diagnostic, ...]

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
            "errors": [d.message for d in self.diagnostics if d.severity is Severity.ERROR],
        }


def run_tests(paths: Iterable[Path]) -> tuple[Report, ...]:
    """Runs the cases of each file."""
    return tuple(_run(path) for path in paths)


def _run(path: Path) -> Report:
    compiled = compile_file(path)
    errors = tuple(d for d in compiled.diagnostics if d.severity is Severity.ERROR)
    if compiled.program is None or compiled.parsed is None or errors:
        return Report(path, 0, 0, (), errors)
    cases, faults = read_cases(compiled.parsed, compiled.program)
    module = load(compiled.program)
    failures = tuple(
        failure for case in cases for failure in run_case(case, compiled.program, module, compiled.source)
    )
    return Report(path, len(cases), sum(len(case.expected) for case in cases), failures, faults)


def text_report(reports: tuple[Report, ...]) -> str:
    """A line a file, the failures below it."""
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
    return "\n".join(lines)
