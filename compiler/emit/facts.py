"""How a generated module takes in facts: annotated parameters, and the statements that read and check values."""

from collections.abc import Iterable

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


def typed(scope: Scope, fact: str) -> str:
    """A fact as a parameter."""
    return f"{scope.param(fact)}: {annotation(scope.specs[fact])}"


def write_signature(out: Writer, name: str, parameters: list[str], returns: str) -> None:
    """The first line of a function, or its first lines."""
    line = f"def {name}({', '.join(parameters)}) -> {returns}:"
    if len(line) <= WIDTH:
        out.line(line)
        return
    out.line(f"def {name}(")
    for parameter in parameters:
        out.line(f"    {parameter},")
    out.line(f") -> {returns}:")


def write_reading(out: Writer, scope: Scope, parted: Iterable[str], read: str = "READ(facts)") -> None:
    """The statements that take the facts out of the mapping, all at once as `read` does, and check them; they set the
    numerators and denominators of those that are `parted`, each once."""
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
    specs, split = scope.specs, set(parted)
    truths = [f for f in scope.used if specs[f].type.truth and not specs[f].allows_na]
    counts = [f for f in scope.used if _plain_count(specs[f])]
    _write_together(out, scope, truths, "bool", "")
    _write_together(out, scope, counts, "int", "{} < 0")
    for fact in scope.used:
        if fact not in (*truths, *counts):
            _write_check(out, scope, fact, fact in split)
        elif fact in split:
            out.line(f"    n{scope.index[fact]}, d{scope.index[fact]} = {scope.param(fact)}, 1")


def _plain_count(spec: FactSpec) -> bool:
    """Whether a fact is a whole number of which nothing is asked but that it is not below zero."""
    return spec.type.whole and not spec.allows_na and not spec.low and spec.high is None


def _write_together(out: Writer, scope: Scope, facts: list[str], kind: str, limit: str) -> None:
    """Checks facts of one type. One chained comparison checks many types in the time of a few; only a failure looks closer."""
    if not facts:
        return
    names = [scope.param(fact) for fact in facts]
    out.line("    if not (")
    for number, text in enumerate([kind, *(f"type({name})" for name in names)]):
        out.line(f"        {'is ' if number else ''}{text}")
    if limit:
        out.line("    ) or (")
        for number, name in enumerate(names):
            out.line(f"        {'or ' if number else ''}{limit.format(name)}")
    out.line("    ):")
    out.line("        for name, value in (")
    for fact, name in zip(facts, names, strict=True):
        out.line(f"            ({literal(fact)}, {name}),")
    out.line("        ):")
    beyond = f" or {limit.format('value')}" if limit else ""
    out.line(f"            if type(value) is not {kind}{beyond}:")
    out.line(f"                raise wrong(name, value, {literal(_expectation(scope.specs[facts[0]]))})")


def _write_check(out: Writer, scope: Scope, fact: str, parted: bool) -> None:
    """Checks one fact, and sets its numerator and denominator where it is `parted`."""
    spec, x = scope.specs[fact], scope.param(fact)
    raising = f"raise wrong({literal(fact)}, {x}, {literal(_expectation(spec))})"
    if spec.type.numeric and not spec.type.whole:
        _write_number(out, scope, fact, parted, raising)
        return
    refused = _refused(spec, x)
    if refused:
        out.line(f"    if {refused}:")
        out.line(f"        {raising}")
    if parted:
        both = f"({x}, 1)"
        out.line(
            f"    n{scope.index[fact]}, d{scope.index[fact]} = {f'(0, 0) if {x} is NA else {both}' if spec.allows_na else both}"
        )


def _refused(spec: FactSpec, x: str) -> str:
    """When a value is refused that is no finer number; a bool is no number."""
    na = f"{x} is not NA and " if spec.allows_na else ""
    if spec.type.truth:
        return f"{na}type({x}) is not bool"
    if spec.type is FactType.CHOICE:
        return f"{na}{x} not in [{', '.join(map(literal, spec.choices))}]"
    if spec.type.whole:
        limit = f" or {x} < {spec.low if spec.low is not None else 0}"
        limit += f" or {x} > {spec.high}" if spec.high is not None else ""
        return f"{na}(type({x}) is not int{limit})" if na else f"type({x}) is not int{limit}"
    return ""


def _write_number(out: Writer, scope: Scope, fact: str, parted: bool, raising: str) -> None:
    """Checks a number that may be finer than whole ones; 0/0 stands for 不适用."""
    spec, x = scope.specs[fact], scope.param(fact)
    n, d = f"n{scope.index[fact]}", f"d{scope.index[fact]}"
    limits = [
        f"{times(n, edge.denominator)} {sign} {times(d, edge.numerator)}"
        for edge, sign in ((spec.low, "<"), (spec.high, ">"))
        if edge is not None
    ]
    if not limits and not parted:
        na = f"{x} is not NA and " if spec.allows_na else ""
        out.line(f"    if {na}type({x}) is not int and type({x}) is not Fraction:")
        out.line(f"        {raising}")
        return
    if spec.allows_na:
        out.line(f"    if {x} is NA:")
        out.line(f"        {n} = {d} = 0")
    out.line(f"    {'elif' if spec.allows_na else 'if'} type({x}) is int:")
    out.line(f"        {n}, {d} = {x}, 1")
    out.line(f"    elif type({x}) is Fraction:")
    out.line(f"        {n}, {d} = {x}.as_integer_ratio()")
    out.line("    else:")
    out.line(f"        {raising}")
    if limits:
        beyond = " or ".join(limits)
        out.line(f"    if {f'{n} and ({beyond})' if spec.or_zero else beyond}:")
        out.line(f"        {raising}")


def _expectation(spec: FactSpec) -> str:
    """What a value of a fact has to be, in words."""
    if spec.type.truth:
        return "是或否"
    if spec.type is FactType.CHOICE:
        return "、".join(spec.choices)
    if spec.type.whole:
        return "不小于0的整数"
    return f"{spec.type}，范围见数据项"
