"""Loading a generated module: compiled once, its text registered so that tracebacks show it."""

import linecache
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.emit.emit import Emitted, emit, emit_leaf
from zhunsheng.compiler.emit.scope import leaf_scale, scales_of, suffix
from zhunsheng.runtime.facts import FactSpec, Value
from zhunsheng.runtime.support import NA, Score, Traced, rounded, series


@frozen
class Module:
    """A loaded scoring module. Values go in as :mod:`zhunsheng.runtime.facts` has them."""

    emitted: Emitted
    score: Callable[[Mapping[str, Value]], Score]
    trace: Callable[[Mapping[str, Value]], Traced]
    derived: Mapping[str, tuple[tuple[str, ...], Callable[..., Fraction]]]
    facts: tuple[str, ...]
    requirements: Callable[[Mapping[str, Value]], dict[str, bool]]
    point_scale: int
    total_scale: int

    def points(self, value: int | Fraction) -> Fraction:
        """A score of the module in points."""
        return Fraction(value) / self.point_scale

    def total(self, value: int | Fraction) -> Fraction:
        """A total of the module in points."""
        return Fraction(value) / self.total_scale


def load(program: ir.Program) -> Module:
    """Emits and loads the scoring module of a program."""
    from hashlib import sha256

    emitted = emit(program)
    digest = sha256(emitted.source.encode()).hexdigest()[:12]
    name = f"<zhunsheng {program.meta.id} {digest}>"
    namespace: dict[str, Any] = {"__name__": f"zhunsheng_generated_{digest}"}
    exec(emitted.compile(name), namespace)  # noqa: S102 (our emitter's text; a stranger's words are literals in it)
    linecache.cache[name] = (len(emitted.source), None, emitted.source.splitlines(keepends=True), name)
    scales = scales_of(program)
    return Module(
        emitted,
        namespace["score"],
        namespace["trace"],
        namespace["DERIVED"],
        tuple(namespace["FACTS"]),
        namespace.get("requirements", lambda facts: {}),
        scales.points,
        scales.total,
    )


def leaf_scorer(facts: tuple[FactSpec, ...], leaf: ir.Indicator) -> Callable[[Mapping[str, Value]], Fraction]:
    """The score of one leaf as a function of facts, through its generated code."""
    emitted = emit_leaf(facts, leaf)
    namespace: dict[str, Any] = {
        "NA": NA,
        "Fraction": Fraction,
        "rounded": rounded,
        "series": series,
        "__annotations__": {},
    }
    code = compile(f"from __future__ import annotations\n{emitted.source}", f"<{leaf.id}>", "exec")
    exec(code, namespace)  # noqa: S102 (as in load)
    function = namespace[f"indicator_{suffix(leaf)}"]
    names = ir.indicator_facts(leaf)
    scale = leaf_scale(leaf)

    def score(values: Mapping[str, Value]) -> Fraction:
        points = function(*[values[name] for name in names])
        return points if scale == 1 else Fraction(points) / scale

    return score
