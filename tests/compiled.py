"""The standards of the library, each compiled once for all tests that only read it."""

from functools import cache

from zhunsheng.compiler.compile import Compiled
from zhunsheng.library import Standard, compile_standard
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
