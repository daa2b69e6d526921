"""How results differ where a rule of a heading has changed (本类最高得20分, 本类得分乘以0.8), or one of the whole total."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice, product
from typing import TYPE_CHECKING

from zhunsheng.compiler import ir
from zhunsheng.compiler.variants.differences import Difference
from zhunsheng.dsl.headings import OWN
from zhunsheng.runtime.facts import Value

if TYPE_CHECKING:
    from zhunsheng.compiler.variants.contrast import Contrast, Contrasts, Pair

#: Applicants that are scored in full for one change.
SCORED = 120

Facts = dict[str, Value]


def in_heading(search: "Contrasts", change: Difference) -> "Contrast | None":
    """An applicant to whom the rules of a heading give another total; with another tier where one is found."""
    programs = search.first.program, search.second.program
    heads = (change.head_a, change.head_b)
    asked = [n for p, id in zip(programs, heads, strict=True) for n in _asked(p, id)]
    pairs = [pair for pair in search.leaves if not any(leaf is not None and leaf.own for leaf in pair)]
    below = [pair for pair in pairs if _below(pair, heads)]
    others = [pair for pair in pairs if pair not in below]
    found: Contrast | None = None
    for facts in islice(_applicants(search, asked, below), SCORED):
        full = search.base | facts
        if not alike(search, full, pairs):
            continue
        contrast = search.contrast(full, (search.first.result(full), search.second.result(full)), change)
        if contrast is None:
            continue
        if contrast.tier:
            return contrast
        found = found or contrast
        one, other = contrast.first.score, contrast.second.score
        if one is None or other is None:
            continue
        for chosen in search.apart((Fraction(one), Fraction(other)), others):
            more = full | chosen
            reached = search.contrast(more, (search.first.result(more), search.second.result(more)), change)
            if reached is not None and reached.tier:
                return reached
    return found


def _asked(program: ir.Program, id: str) -> Iterator[str]:
    """The facts of a heading's own rules."""
    for node in ir.nodes(program.indicators):
        if node.id == f"{id}.{OWN}":
            yield from ir.indicator_facts(node)
        elif node.id == id:
            for scaling in ir.scalings_of(node.steps):
                yield from ir.scaling_facts(scaling)


def _below(pair: "Pair", heads: tuple[str, str]) -> bool:
    """Whether an indicator stands below the heading under either standard."""
    sides = zip(pair, heads, strict=True)
    return any(leaf is not None and head and leaf.id.startswith(f"{head}.") for leaf, head in sides)


def _applicants(search: "Contrasts", asked: list[str], below: list["Pair"]) -> Iterator[Facts]:
    """The indicators below at their best, then fewer of them, each with the facts of the heading's rules at all values."""
    names = [name for name in dict.fromkeys(asked) if search.values[name]]
    best = [max(search.options(pair), key=lambda choice: choice.first).facts for pair in below]
    for count in range(len(best), -1, -1):
        level = {name: value for facts in best[:count] for name, value in facts.items()}
        for name in names:
            yield from (level | {name: value} for value in search.values[name])
        several = product(*(search.values[name] for name in names))
        yield from (level | dict(zip(names, values, strict=True)) for values in islice(several, SCORED // 4))


def alike(search: "Contrasts", facts: Mapping[str, Value], pairs: list["Pair"]) -> bool:
    """Whether each indicator gives the same under both standards, what the rules of headings set to 0 aside."""
    shares = (search.unruled_shares(pair)(dict(facts)) for pair in pairs)
    return all(one == other for one, other in shares)
