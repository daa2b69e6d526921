"""How results differ for a change of a veto: an applicant whom it bars, and whose results differ for nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from attrs import evolve

from zhunsheng.compiler import ir
from zhunsheng.compiler.engine.witness import applicants
from zhunsheng.compiler.variants.differences import Difference
from zhunsheng.runtime.facts import Value
from zhunsheng.runtime.result import Result

if TYPE_CHECKING:
    from zhunsheng.compiler.variants.contrast import Contrast, Contrasts

#: Applicants tried for one veto, from each of the applicants that they start from.
TRIED = 40


def _vetoes(contrasts: "Contrasts", change: Difference) -> list[ir.Veto]:
    """The vetoes of either standard among what a change names."""
    sides = ((contrasts.first, change.ids_a), (contrasts.second, change.ids_b))
    return [veto for side, ids in sides for veto in side.program.vetoes if veto.id in ids]


def is_veto(contrasts: "Contrasts", change: Difference) -> bool:
    """Whether a change is of a veto."""
    return bool(_vetoes(contrasts, change))


def in_veto(
    contrasts: "Contrasts", change: Difference, starts: Sequence[Mapping[str, Value]]
) -> "Contrast | None":
    """An applicant on whom the results differ, and would not if neither standard had the veto."""
    sides = ((contrasts.first, change.ids_a), (contrasts.second, change.ids_b))
    bare = [
        type(side)(evolve(side.program, vetoes=tuple(v for v in side.program.vetoes if v.id not in ids)))
        for side, ids in sides
    ]
    found: Contrast | None = None
    for facts in _barred(contrasts, change, starts):
        without = [side.result(facts) for side in bare]
        if _verdict(without[0]) != _verdict(without[1]) or without[0] is None:
            continue
        results = contrasts.first.result(facts), contrasts.second.result(facts)
        contrast = contrasts.contrast(facts, results, change)
        if contrast is not None and contrast.tier:
            return contrast
        found = found or contrast
    return found


def _barred(
    contrasts: "Contrasts", change: Difference, starts: Sequence[Mapping[str, Value]]
) -> Iterator[dict[str, Value]]:
    """The applicants to start from, with the facts of the veto at all their values."""
    asked = [atom.fact for veto in _vetoes(contrasts, change) for atom in ir.atoms(veto.guard)]
    values = {name: contrasts.values[name] for name in dict.fromkeys(asked) if contrasts.values[name]}
    for start in starts:
        for facts, told in islice(applicants(values, contrasts.specs), TRIED):
            yield contrasts.base | dict(start) | {name: facts[name] for name in told}


def _verdict(result: Result | None) -> object:
    return None if result is None else (result.total, result.grade)
