"""Facts over the cohort of some subjects, by the module that batches use."""

from collections.abc import Sequence
from fractions import Fraction

import polars as pl

from zhunsheng.compiler.cohort.compared import HIGH, LOW, Compared, Standing
from zhunsheng.compiler.cohort.gathered import CLASS, Gathered, basis_of, keyed, schema
from zhunsheng.runtime.facts import Cohort, FactSpec, FactType

#: A subject: its class and its numbers, None where they are not known.
Row = tuple[str | None, tuple[Fraction | None, ...]]


def worked(
    cohort: Cohort, rows: Sequence[Row], spec: FactSpec | None = None, pieces: int = 3
) -> list[Standing]:
    """The fact of some subjects, each a class and numbers; gathered in pieces."""
    basis = basis_of(cohort)
    cells = [
        (name, *(part for n in numbers for part in ((None, None) if n is None else n.as_integer_ratio())))
        for name, numbers in rows
    ]
    frame = pl.DataFrame(cells, schema=schema(basis), orient="row")
    gathered = Gathered(basis)
    for first in range(0, len(frame), pieces):
        gathered.add(frame[first : first + pieces])
    compared = Compared(gathered.table(), basis, spec or FactSpec("甲", FactType.QUANTITY))
    if cohort.kind not in ("rank", "last"):
        common = compared.common(cohort)
        return [common[name] for name, _ in rows]
    places = compared.places(cohort)
    found = pl.concat([frame, places.of(compared.codes(keyed(frame, basis)))], how="horizontal")
    standings = []
    for row in found.iter_rows(named=True):
        low = Fraction(1 if row[LOW] is None else row[LOW])
        high = Fraction(compared.members(row[CLASS]).most if row[HIGH] is None else row[HIGH])
        standings.append(Standing(low if low == high else None, low, high))
    return standings
