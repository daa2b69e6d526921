"""The numbers of all that are scored together, gathered piece by piece: each different number once, with how many have it."""

import polars as pl
from attrs import frozen

from zhunsheng.compiler.cohort.order import keys
from zhunsheng.runtime.facts import Cohort

#: Pieces that are held before equal numbers in them are put together.
_PIECES = 32
CLASS, COUNT = "类", "个数"


@frozen
class Basis:
    """What is compared: the facts, the first one before those that decide between equals, and the fact whose options
    part the subjects ("" where none does)."""

    facts: tuple[str, ...]
    within: str

    @property
    def names(self) -> tuple[str, ...]:
        """The facts that it reads."""
        return (*self.facts, self.within) if self.within else self.facts

    @property
    def keys(self) -> list[str]:
        """The columns of the keys."""
        return [f"键{number}" for number in range(len(self.facts))]

    @property
    def fractions(self) -> list[str]:
        """The columns of the numerators and denominators."""
        return [name for number in range(len(self.facts)) for name in (above(number), below(number))]


def basis_of(cohort: Cohort) -> Basis:
    """What a fact over all that are scored together is worked out from."""
    return Basis((cohort.of, *(name for name, _ in cohort.then)), cohort.within)


def falling(cohort: Cohort) -> list[bool]:
    """Of each fact that decides a place, whether places from the first on go from its largest value to its smallest."""
    ahead = [cohort.larger_first, *(larger for _, larger in cohort.then)]
    return [larger == (cohort.kind == "rank") for larger in ahead]


def above(number: int) -> str:
    """The column of the numerators of a basis's fact."""
    return f"分子{number}"


def below(number: int) -> str:
    """The column of their denominators."""
    return f"分母{number}"


def schema(basis: Basis) -> dict[str, pl.DataType]:
    """The columns of rows: the class, null where it is not known, and each fact as a fraction, null where it is not."""
    return {CLASS: pl.String(), **dict.fromkeys(basis.fractions, pl.Int64())}


def keyed(rows: pl.DataFrame, basis: Basis) -> pl.DataFrame:
    """Rows with the keys of their numbers. Behind a number that is not known no other is looked at."""
    found: list[pl.Expr] = []
    known = pl.lit(True)
    for number, name in enumerate(basis.keys):
        known = known & pl.col(above(number)).is_not_null()
        found.append(pl.when(known).then(keys(pl.col(above(number)), pl.col(below(number)))).alias(name))
    return rows.with_columns(found)


class Gathered:
    """The numbers of one basis."""

    def __init__(self, basis: Basis) -> None:
        self.basis = basis
        self.pieces: list[pl.DataFrame] = []

    def add(self, rows: pl.DataFrame) -> None:
        """Takes rows in the columns of :func:`schema`, those left out that do not take part; with a column of counts each
        stands for so many."""
        if COUNT not in rows.columns:
            rows = rows.with_columns(pl.lit(1, dtype=pl.Int64).alias(COUNT))
        self.pieces.append(_once(keyed(rows, self.basis), self.basis))
        if len(self.pieces) >= _PIECES:
            self.pieces = [self.table()]

    def table(self) -> pl.DataFrame:
        """Every different number of a class, with its key and how many have it."""
        if not self.pieces:
            empty = pl.DataFrame(schema=schema(self.basis) | {COUNT: pl.Int64()})
            return keyed(empty, self.basis)
        return _once(pl.concat(self.pieces), self.basis)


def _once(rows: pl.DataFrame, basis: Basis) -> pl.DataFrame:
    found = rows.group_by(CLASS, *basis.keys).agg(pl.col(COUNT).sum(), pl.col(basis.fractions).first())
    return found.select(CLASS, *basis.fractions, *basis.keys, COUNT)
