"""Facts alone in columns: those that a table gives and those derived from them, for what is compared among all rows."""

from collections.abc import Collection, Mapping

from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.columns.expressions import Truth, Whole, every
from zhunsheng.compiler.columns.facts import Input, as_input, derived, held, places_hold
from zhunsheng.compiler.columns.held import Held
from zhunsheng.compiler.columns.plan import LIMITS, SOUND, Refused, fits
from zhunsheng.compiler.columns.steps import Step, Steps
from zhunsheng.compiler.columns.support import Unsupported


@frozen
class Figures:
    """The columns of the `wanted` facts: numerators, denominators, and where a fact is 不适用."""

    inputs: tuple[Input, ...]
    steps: tuple[Step, ...]
    wanted: tuple[tuple[str, Held], ...]
    sound: Truth

    @property
    def numbers(self) -> tuple[tuple[str, Whole], ...]:
        """The numerators and denominators, by :func:`columns`."""
        return tuple(
            pair
            for fact, own in self.wanted
            for pair in zip(columns(fact)[:2], (own.ratio.above, own.ratio.below), strict=True)
        )

    @property
    def truths(self) -> tuple[tuple[str, Truth], ...]:
        """Where the facts are 不适用."""
        return tuple((columns(fact)[2], own.absent) for fact, own in self.wanted)


def columns(fact: str) -> tuple[str, str, str]:
    """The columns of a fact: numerator, denominator, whether it is 不适用."""
    return f"{fact} 分子", f"{fact} 分母", f"{fact} 不适用"


def figures(
    program: ir.Program, given: Mapping[str, int], there: Collection[str], wanted: Collection[str]
) -> Figures | Refused:
    """The figures of a table that has the columns `there`, `given` those of numbers with their decimals. All facts of the
    table are read and all formulas worked out that can be, so that rows which hold are not rejected."""
    for limit in LIMITS:
        made = _figures(program, given, there, wanted, limit)
        if isinstance(made, Refused) or fits(made.steps):
            return made
    return Refused("数值可能超出64位整数", program.meta.id)


def _figures(
    program: ir.Program, given: Mapping[str, int], there: Collection[str], wanted: Collection[str], limit: int
) -> Figures | Refused:
    worked = {item.fact for item in program.derived if item.fact not in given}
    specs = {spec.name: spec for spec in program.facts}
    own = [spec for spec in program.facts if spec.name in there and spec.name not in worked]
    inputs = tuple(as_input(spec, given.get(spec.name, 0), limit) for spec in own)
    facts = {item.fact: held(item) for item in inputs}
    steps = Steps()
    sound: list[Truth] = []
    for item in program.derived:
        if item.fact in facts or not all(name in facts for name in ir.formula_facts(item.formula)):
            continue
        try:
            fact, has_value = derived(steps, item, facts, specs[item.fact])
        except Unsupported as error:
            return Refused(str(error), item.fact)
        facts[item.fact] = steps.fact(item.fact, fact, item.text)
        sound.append(has_value)
    sound += places_hold(program, facts)
    found = tuple((name, facts[name]) for name in wanted if name in facts)
    whole = steps.truth(SOUND, every(sound), "")
    return Figures(inputs, steps.all(), found, whole)
