"""The standards of the library, each compiled once for all tests that only read it, and the programs of the case files."""

from collections.abc import Iterator
from functools import cache

from case_files import case_paths, read_case, run_case_file

from zhunsheng.compiler.compile import Compiled
from zhunsheng.library import Standard, compile_standard, library
from zhunsheng.runtime.diagnostics import has_errors


@cache
def compiled(name: str) -> Compiled:
    """A standard by id, with all its diagnostics."""
    return compile_standard(name)


@cache
def standard(name: str) -> Standard:
    """A standard by id that compiles without error."""
    own = compiled(name)
    assert own.program is not None
    assert own.path is not None
    assert not has_errors(own.diagnostics)
    return Standard(own.program, own.path)


@cache
def closed_standards() -> tuple[str, ...]:
    """The ids of the library's standards that leave no term open, so that they score."""
    return tuple(id for id in sorted(library()) if not standard(id).program.open_terms)


def case_programs() -> Iterator[tuple[str, Standard]]:
    """The programs of all good case files that score somebody, with their names."""
    for path in case_paths():
        case = read_case(path)
        if path.parent.name == "good" and any(block.kind == "score" for block in case.blocks):
            program = run_case_file(case).compiled.program
            if program is not None and not program.open_terms:
                yield f"{path.parent.parent.name}/{path.stem}", Standard(program, path)
