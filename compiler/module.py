"""Loading a generated module: compiled once, its text registered so that tracebacks show it."""

import linecache
from collections.abc import Callable, Mapping
from fractions import Fraction
from hashlib import sha256
from typing import Any

from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.emit import Emitted, emit, scales
from zhunsheng.runtime.facts import Value
from zhunsheng.runtime.support import Score, Trace, Traced


@frozen
class Module:
    """A loaded scoring module. Values go in as :mod:`zhunsheng.runtime.facts` has them."""

    emitted: Emitted
    score: Callable[[Mapping[str, Value]], Score]
    trace: Callable[[Mapping[str, Value]], Traced]
    derived: Mapping[str, tuple[tuple[str, ...], Callable[..., Fraction]]]
    facts: tuple[str, ...]
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
    emitted = emit(program)
    digest = sha256(emitted.source.encode()).hexdigest()[:12]
    name = f"<zhunsheng {program.meta.id} {digest}>"
    namespace: dict[str, Any] = {"__name__": f"zhunsheng_generated_{digest}"}
    exec(emitted.compile(name), namespace)  # noqa: S102 (our emitter's text; a stranger's words are literals in it)
    linecache.cache[name] = (len(emitted.source), None, emitted.source.splitlines(keepends=True), name)
    points, total = scales(program)
    return Module(
        emitted,
        namespace["score"],
        namespace["trace"],
        namespace["DERIVED"],
        tuple(namespace["FACTS"]),
        points,
        total,
    )


def leaf_program(program_facts: tuple[Any, ...], leaf: ir.Indicator) -> ir.Program:
    """A program of one leaf alone, for asking how it scores."""
    names = set(ir.indicator_facts(leaf))
    meta = ir.Meta("leaf", "", "", "", "", "", "")
    facts = tuple(spec for spec in program_facts if spec.name in names)
    return ir.Program(meta, facts, (), (leaf,), True, (), ())


def leaf_scorer(
    program_facts: tuple[Any, ...], leaf: ir.Indicator
) -> Callable[[Mapping[str, Value]], Fraction]:
    """The score of one leaf as a function of facts, through the generated code."""
    module = load(leaf_program(program_facts, leaf))

    def score(facts: Mapping[str, Value]) -> Fraction:
        return module.points(module.score(facts)[2][0])

    return score


def leaf_tracer(program_facts: tuple[Any, ...], leaf: ir.Indicator) -> Callable[[Mapping[str, Value]], Trace]:
    """The numbers behind one leaf's score."""
    module = load(leaf_program(program_facts, leaf))
    return lambda facts: module.trace(facts)[4][0]
