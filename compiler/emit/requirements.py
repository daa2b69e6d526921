"""The function of a generated module that checks the requirements (基本条件)."""

from zhunsheng.compiler import ir
from zhunsheng.compiler.emit.expressions import split_facts, truth
from zhunsheng.compiler.emit.facts import write_reading
from zhunsheng.compiler.emit.scope import Scope, scope_of_conditions
from zhunsheng.compiler.emit.writer import Writer, literal, row


def requirement_scope(program: ir.Program) -> Scope:
    """The facts that requirements read, numbered by themselves: scoring does not need them."""
    return scope_of_conditions(program, [requirement.failure for requirement in program.requirements])


def write_requirements(out: Writer, program: ir.Program) -> None:
    """``requirements(facts)``: whether each holds, in order; one fails where its opposite holds."""
    scope = requirement_scope(program)
    failures = [requirement.failure for requirement in program.requirements]
    out.line("#: The facts that requirements() reads.")
    out.line(f"REQUIRED = ({row(map(literal, scope.used))})")
    out.line("#: Requirements that an applicant must meet to be eligible; the others are only reported.")
    binding = row(literal(r.id) for r in program.requirements if r.binding)
    out.line(f"BINDING = ({binding})")
    out.gap()
    out.line("def requirements(facts: Mapping[str, Any]) -> dict[str, bool]:")
    out.docstring([literal("Which requirements hold; one about a fact that is 不适用 does.")])
    write_reading(out, scope, split_facts(scope, failures), "itemgetter(*REQUIRED)(facts)")
    out.line("    return {")
    for requirement, failure in zip(program.requirements, failures, strict=True):
        out.line(f"        {literal(requirement.id)}: not ({truth(scope, failure)}),", requirement.id)
    out.line("    }")
    out.gap()
