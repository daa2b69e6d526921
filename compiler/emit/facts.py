"""How a generated module takes in facts: annotated parameters, and the statements that read and check values."""

from collections.abc import Iterator

from zhunsheng.compiler.emit.expressions import times
from zhunsheng.compiler.emit.scope import Scope
from zhunsheng.compiler.emit.writer import WIDTH, Writer, literal
from zhunsheng.runtime.facts import FactSpec, FactType


def annotation(spec: FactSpec) -> str:
    """The Python type of a fact's values."""
    base = {
        FactType.YES_NO: "bool",
        FactType.JUDGED: "bool",
        FactType.COUNT: "int",
        FactType.LIST: "int",
        FactType.CHOICE: "str",
    }.get(spec.type, "int | Fraction")
    return f"{base} | NotApplicable" if spec.allows_na else base


def write_signature(out: Writer, scope: Scope, name: str, facts: tuple[str, ...], returns: str) -> None:
    """The first line of a function of some facts, or its first lines."""
    parameters = [f"{scope.param(fact)}: {annotation(scope.specs[fact])}" for fact in facts]
    line = f"def {name}({', '.join(parameters)}) -> {returns}:"
    if len(line) <= WIDTH:
        out.line(line)
        return
    out.line(f"def {name}(")
    for parameter in parameters:
        out.line(f"    {parameter},")
    out.line(f") -> {returns}:")


def write_reading(out: Writer, scope: Scope, read: str = "READ(facts)") -> None:
    """The statements that take the facts out of the mapping, all at once as `read` does, and check them."""
    if scope.used:
        out.line("    try:")
        if len(scope.used) == 1:
            out.line(f"        f1 = facts[{literal(scope.used[0])}]")
        else:
            out.line("        (")
            for fact in scope.used:
                out.line(f"            {scope.param(fact)},")
            out.line(f"        ) = {read}")
        out.line("    except KeyError as error:")
        out.line("        raise missing(error.args[0]) from None")
    truths = [f for f in scope.used if scope.specs[f].type.truth and not scope.specs[f].allows_na]
    together = truths if len(truths) > 1 else []
    if together:
        _write_truths(out, scope, together)
    for fact in scope.used:
        if fact not in together:
            _write_check(out, scope, fact)


def _write_truths(out: Writer, scope: Scope, truths: list[str]) -> None:
    # One chained comparison checks many types in the time of a few; only a failure looks closer.
    chain = [f"type({scope.param(fact)})" for fact in truths]
    out.wrapped("    if not ", ["bool", *chain], " is ")
    out.lines[-1] += ":"
    out.line("        for name, value in (")
    for fact in truths:
        out.line(f"            ({literal(fact)}, {scope.param(fact)}),")
    out.line("        ):")
    out.line("            if type(value) is not bool:")
    out.line('                raise wrong(name, value, "是或否")')


def _write_check(out: Writer, scope: Scope, fact: str) -> None:
    spec = scope.specs[fact]
    x = scope.param(fact)
    for test in _refusals(spec, x):
        if "n * " in test or "n <" in test or "n >" in test:
            ratio = f"{x}.as_integer_ratio()"
            out.line(f"    n, d = {f'(0, 1) if {x} is NA else {ratio}' if spec.allows_na else ratio}")
        out.line(f"    if {test}:")
        out.line(f"        raise wrong({literal(fact)}, {x}, {literal(_expectation(spec))})")


def _refusals(spec: FactSpec, x: str) -> Iterator[str]:
    """Conditions under which a value is refused; a bool is no number."""
    na = f"{x} is not NA and " if spec.allows_na else ""
    if spec.type.truth:
        yield f"{na}type({x}) is not bool"
    elif spec.type is FactType.CHOICE:
        yield f"{na}{x} not in [{', '.join(map(literal, spec.choices))}]"
    elif spec.type.whole:
        limit = f" or {x} < {spec.low if spec.low is not None else 0}"
        limit += f" or {x} > {spec.high}" if spec.high is not None else ""
        yield f"{na}(type({x}) is not int{limit})" if na else f"type({x}) is not int{limit}"
    elif spec.type.numeric:
        limits = [
            f"{times('n', edge.denominator)} {sign} {times('d', edge.numerator)}"
            for edge, sign in ((spec.low, "<"), (spec.high, ">"))
            if edge is not None
        ]
        yield f"{na}type({x}) is not int and type({x}) is not Fraction"
        if limits:
            zero = f"{x} != 0 and " if spec.or_zero else ""
            beyond = f"({' or '.join(limits)})" if na or zero else " or ".join(limits)
            yield f"{na}{zero}{beyond}"


def _expectation(spec: FactSpec) -> str:
    """What a value of a fact has to be, in words."""
    if spec.type.truth:
        return "是或否"
    if spec.type is FactType.CHOICE:
        return "、".join(spec.choices)
    if spec.type.whole:
        return "不小于0的整数"
    return f"{spec.type}，范围见数据项"
