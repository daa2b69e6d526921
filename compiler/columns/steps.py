"""The columns of a plan under way: each with its name, its expression, the layer it belongs to, and the official words."""

from attrs import evolve, frozen

from zhunsheng.compiler.columns.expressions import (
    Expression,
    Fact,
    Field,
    Flag,
    Number,
    Truth,
    Whole,
    ends,
    nodes,
)
from zhunsheng.compiler.columns.held import Held
from zhunsheng.compiler.columns.ratios import Ratio


@frozen
class Step:
    """A column: it reads facts and columns of earlier layers."""

    name: str
    expression: Expression
    layer: int
    words: str = ""


class Steps:
    """Names expressions as columns."""

    def __init__(self) -> None:
        self._steps: dict[str, Step] = {}

    def all(self) -> tuple[Step, ...]:
        """All columns, by layer."""
        return tuple(sorted(self._steps.values(), key=lambda step: step.layer))

    def whole(self, name: str, expression: Whole, words: str = "") -> Whole:
        """A number as a column of its own; a constant or a column is left as it is."""
        if isinstance(expression, Number | Field):
            return expression
        self._add(name, expression, words)
        return Field(name, *ends(expression))

    def truth(self, name: str, expression: Truth, words: str = "") -> Truth:
        """A truth value as a column of its own."""
        if isinstance(expression, Fact | Flag):
            return expression
        self._add(name, expression, words)
        return Flag(name)

    def fact(self, name: str, own: Held, words: str) -> Held:
        """A derived fact as columns for its numerator and denominator."""
        ratio = own.ratio
        above = self.whole(f"【{name}】", ratio.above, words)
        below = self.whole(f"【{name}】分母", ratio.below)
        return evolve(own, ratio=Ratio(above, below), absent=self.truth(f"【{name}】不适用", own.absent))

    def _add(self, name: str, expression: Expression, words: str) -> None:
        assert name not in self._steps, name
        read = [
            self._steps[node.name].layer
            for node in nodes(expression)
            if isinstance(node, Field | Flag) and node.name in self._steps
        ]
        self._steps[name] = Step(name, expression, max(read, default=0) + 1, words)
