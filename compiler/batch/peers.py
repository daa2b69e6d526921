"""Facts over all rows of a batch: a first pass gathers the numbers compared, a second gives each row its facts.

A row that is rejected takes no part. One whose number is missing does: it is not 0, and leaves the places that it may
take open.
"""

from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from typing import Any

import polars as pl
from attrs import evolve, frozen

from zhunsheng.compiler import ir
from zhunsheng.compiler.batch.chunks import BadFile
from zhunsheng.compiler.batch.header import Header
from zhunsheng.compiler.batch.rows import Rejected, RowScorer
from zhunsheng.compiler.batch.typing import Typed
from zhunsheng.compiler.cohort.compared import HIGH, LOW, Compared, Inexact, Places, Standing
from zhunsheng.compiler.cohort.gathered import CLASS, Basis, Gathered, above, basis_of, below, keyed, schema
from zhunsheng.compiler.cohort.order import has_key, have_keys
from zhunsheng.compiler.columns import frames
from zhunsheng.compiler.columns.facts import Fractions, denominators
from zhunsheng.compiler.columns.figures import Figures, columns, figures
from zhunsheng.compiler.columns.plan import SOUND
from zhunsheng.compiler.emit.module import Module
from zhunsheng.compiler.engine.engine import prepare
from zhunsheng.runtime.facts import Cohort, FactSheet, FactSpec, FactType, Value
from zhunsheng.runtime.support import NA

#: The columns of the number of a row in its piece, and of whether it takes no part because the fact is 不适用.
ROW, ABSENT = "\x00行", "不适用"
#: The class of those for whom the fact that parts the subjects is 不适用.
CLASSLESS = "\x00不适用"
_MOST = 2**63 - 1


@frozen
class Numbers:
    """What a piece of a table has to compare: rows for each basis, the sheets of those that were read one by one, and
    why some of these are rejected."""

    rows: Mapping[Basis, pl.DataFrame]
    sheets: Mapping[int, FactSheet | Rejected]


class Peers:
    """The facts over all rows that a batch works out: those over a fact that some table has or gives by a formula."""

    def __init__(self, program: ir.Program, names: Collection[str]) -> None:
        self.standard = program
        self.facts: dict[str, Cohort] = {
            spec.name: spec.cohort
            for spec in program.facts
            if spec.cohort is not None and not program.read_for(spec.cohort.of).isdisjoint(names)
        }
        self.specs = {spec.name: spec for spec in program.facts}
        self.bases = {name: basis_of(cohort) for name, cohort in self.facts.items()}
        self.gathered = {basis: Gathered(basis) for basis in self.bases.values()}
        self.compared: dict[Basis, Compared] = {}
        self.places: dict[str, Places] = {}
        self.common: dict[str, dict[str | None, Standing]] = {}
        # What is compared does not hang on what comes of comparing.
        self.program = evolve(
            program,
            derived=tuple(d for d in program.derived if not program.read_for(d.fact) & set(self.facts)),
        )
        self.figures: dict[tuple[tuple[str, int], ...], Figures | None] = {}
        derived = {item.fact for item in program.derived} - {item.fact for item in self.program.derived}
        self.circle = next(
            (
                name
                for basis in self.bases.values()
                for name in basis.names
                if name in {*derived, *self.facts}
            ),
            None,
        )

    def given(self, frame: pl.DataFrame, header: Header) -> set[str]:
        """The facts behind what is compared of which a piece of a table has any."""
        asked = {name for cohort in self.facts.values() for name in self.standard.read_for(cohort.of)}
        columns = [own for own in header.columns if own.spec.name in asked and not own.absent]
        return {own.spec.name for own in columns if _filled(frame[own.name])}

    def over(self, given: Collection[str]) -> "Peers | None":
        """The same numbers for the facts that can be worked out where of what is compared only some facts are given at all:
        a place that stands in a table whose column of numbers is blank is as it is given."""
        peers = Peers(self.standard, given)
        peers.gathered = {basis: self.gathered[basis] for basis in peers.gathered}
        return peers if peers.facts else None

    # -- the numbers of a piece

    def numbers(
        self,
        count: int,
        one_by_one: RowScorer,
        row: Callable[[int], tuple[Any, str]],
        own: Typed | None,
    ) -> Numbers:
        """The numbers of a piece of so many rows; `row` gives the cells and the place of a row. Plain rows are taken from the
        columns of the piece, if these are given."""
        plain, worked = self._in_columns(own) if own is not None else (None, None)
        sheets: dict[int, FactSheet | Rejected] = {}
        slow: dict[Basis, list[tuple[Any, ...]]] = {basis: [] for basis in self.gathered}
        left = range(count) if plain is None else (~plain).arg_true().to_list()
        for number in left:
            read = one_by_one.sheet(*row(number))
            cells = self._rows(one_by_one.module, read)
            if isinstance(cells, Rejected):
                sheets[number] = cells
                continue
            sheets[number] = read
            for basis, numbers in cells.items():
                slow[basis].append((number, *numbers))
        found: dict[Basis, pl.DataFrame] = {}
        for basis, rows in slow.items():
            shape = {ROW: pl.UInt32(), **schema(basis), ABSENT: pl.Boolean()}
            frame = pl.DataFrame(rows, schema=shape, orient="row")
            if plain is not None and worked is not None:
                frame = pl.concat([frame, self._columns(basis, worked).filter(plain).cast(shape)])  # type: ignore[arg-type]
            found[basis] = frame.sort(ROW)
        return Numbers(found, sheets)

    def _rows(self, module: Module, sheet: FactSheet | Rejected) -> dict[Basis, tuple[Any, ...]] | Rejected:
        """What a row has to compare, worked out without the facts over all rows; why it is rejected."""
        if isinstance(sheet, Rejected):
            return sheet
        entries = {name: entry for name, entry in sheet.entries.items() if name not in self.facts}
        derivation = prepare(self.program, module, evolve(sheet, entries=entries)).derivation
        if derivation.faults:
            return Rejected(tuple(d.message for d in derivation.faults))
        found: dict[Basis, tuple[Any, ...]] = {}
        for basis in self.gathered:
            cells = self._cells(basis, derivation.values)
            if isinstance(cells, Rejected):
                return cells
            found[basis] = cells
        return found

    def _cells(self, basis: Basis, values: Mapping[str, Value]) -> tuple[Any, ...] | Rejected:
        """A row of a basis: class, numerators and denominators, whether it takes no part."""
        option = values.get(basis.within) if basis.within else ""
        cells: list[Any] = [CLASSLESS if option is NA else option]
        for name in basis.facts:
            value = values.get(name)
            if isinstance(value, int | Fraction):
                exact = Fraction(value)
                if not has_key(exact):
                    return Rejected((f"“{name}”的数太大或者小数位太多，不能与别的评价对象比较",))
                cells += [exact.numerator, exact.denominator]
            else:
                cells += [None, None]
        return (*cells, option is NA or values.get(basis.facts[0]) is NA)

    def _in_columns(self, own: Typed) -> tuple[pl.Series | None, pl.DataFrame | None]:
        """Which rows are read in columns, and their figures."""
        given = tuple(sorted((name, places) for name, places in own.places.items() if name not in self.facts))
        if given not in self.figures:
            wanted = {name for basis in self.gathered for name in basis.names}
            there = [name for name in own.frame.columns if name not in self.facts]
            made = figures(self.program, dict(given), there, sorted(wanted))
            self.figures[given] = made if isinstance(made, Figures) else None
        found = self.figures[given]
        if found is None:
            return None, None
        worked = frames.score(own.frame.lazy(), found).collect()
        plain = worked[SOUND] & ~own.unread
        have = [have_keys(pl.col(columns(name)[0]), pl.col(columns(name)[1])) for name, _ in found.wanted
                if self.specs[name].type.numeric]  # fmt: skip
        if have:
            plain &= worked.select(pl.all_horizontal(have).fill_null(False).alias(SOUND))[SOUND]
        return plain, worked

    def _columns(self, basis: Basis, worked: pl.DataFrame) -> pl.DataFrame:
        """The rows of a basis from the figures."""
        absent = pl.lit(False)
        option = pl.lit("" if not basis.within else None, dtype=pl.String)
        if basis.within and columns(basis.within)[0] in worked.columns:
            code, _, without = columns(basis.within)
            names = dict(enumerate(self.specs[basis.within].choices))
            absent = absent | pl.col(without)
            known = pl.col(code).cast(pl.Int64).replace_strict(names, default=None, return_dtype=pl.String)
            option = pl.when(pl.col(without)).then(pl.lit(CLASSLESS)).otherwise(known)
        found = [option.alias(CLASS)]
        for number, name in enumerate(basis.facts):
            if columns(name)[0] not in worked.columns:
                found += [pl.lit(None, dtype=pl.Int64).alias(column(number)) for column in (above, below)]
                continue
            numerator, denominator, without = columns(name)
            for source, column in ((numerator, above), (denominator, below)):
                found.append(pl.when(~pl.col(without)).then(source).cast(pl.Int64).alias(column(number)))
            if not number:
                absent = absent | pl.col(without)
        return worked.select(found + [absent.alias(ABSENT)]).with_row_index(ROW)

    def gather(self, numbers: Numbers) -> None:
        """Takes the numbers of a piece, in the first pass."""
        for basis, rows in numbers.rows.items():
            self.gathered[basis].add(rows.filter(~pl.col(ABSENT)).drop(ROW, ABSENT))

    # -- the facts

    def compare(self) -> None:
        """Works out places and means of all that was gathered; raises :class:`Inexact`."""
        for basis, gathered in self.gathered.items():
            self.compared[basis] = Compared(gathered.table(), basis, self.specs[basis.facts[0]])
            gathered.pieces.clear()
        for name, cohort in self.facts.items():
            compared = self.compared[self.bases[name]]
            if cohort.kind in ("rank", "last"):
                self.places[name] = compared.places(cohort)
            else:
                self.common[name] = compared.common(cohort)

    def standings(self, numbers: Numbers, name: str) -> pl.DataFrame:
        """The rows of a piece with the ends of a place, or with the class of what is common to it."""
        basis = self.bases[name]
        rows = numbers.rows[basis]
        if name in self.common:
            return rows
        part = pl.when(~pl.col(ABSENT)).then(CLASS).alias(CLASS)
        found = self.places[name].of(self.compared[basis].codes(keyed(rows.with_columns(part), basis)))
        known = pl.concat([rows, found], how="horizontal")
        compared = self.compared[basis]
        most = {option: compared.members(option).most for option in [*compared.classes, None]}
        option = pl.col(CLASS).replace_strict(most, default=None, return_dtype=pl.Int64)
        return known.with_columns(pl.col(LOW).fill_null(1), pl.col(HIGH).fill_null(option))

    def standing(self, name: str, row: Mapping[str, Any]) -> Standing | None:
        """The fact of a row of :meth:`standings`; None where it is 不适用."""
        if row[CLASS] == CLASSLESS or (row[ABSENT] and name not in self.common):
            return None
        if name in self.common:
            return self.common[name].get(row[CLASS], Standing(None, None, None))
        low, high = Fraction(row[LOW]), Fraction(row[HIGH])
        return Standing(low if low == high else None, low, high)

    def spec(self, name: str, standing: Standing, row: Mapping[str, Any]) -> FactSpec:
        """The fact of a row for which it is open, in the range that is left to it; it is 不适用 at most where it is not known
        whether the row takes part."""
        own = self.specs[name]
        unknown = row[CLASS] is None or (name in self.places and row[above(0)] is None)
        whole = own.type is FactType.COUNT
        low = standing.low if standing.low is not None else own.low
        if whole and low is not None and own.low is not None:
            low = max(low, own.low)
        high = standing.high if standing.high is not None else own.high
        return evolve(own, low=low, high=high, allows_na=own.allows_na and unknown)

    def in_columns(self, numbers: Numbers, own: Typed) -> tuple[Typed, dict[str, Fractions]]:
        """A piece with the facts as columns; rows for which they are open, or that give them, are left to single reading."""
        frame, places, unread = own.frame, dict(own.places), own.unread
        fractions: dict[str, Fractions] = {}
        everyone = pl.DataFrame({ROW: pl.Series(range(len(frame)), dtype=pl.UInt32)})
        for name in self.facts:
            if name in frame.columns:
                unread = unread | frame[name].is_not_null()
            rows = everyone.join(self.standings(numbers, name), on=ROW, how="left", maintain_order="left")
            if name in self.common:
                pairs = self._pairs(name)
                fractions[name] = Fractions(
                    min((0, *(p[0] for p in pairs.values()))),
                    max((0, *(p[0] for p in pairs.values()))),
                    max((1, *(p[1] for p in pairs.values()))),
                )
                for column, at in ((name, 0), (denominators(name), 1)):
                    values = {option: pair[at] for option, pair in pairs.items()}
                    value = _mapped(values)
                    frame = frame.with_columns(rows.with_columns(value.alias(column))[column])
                places.pop(name, None)
                absent = pl.col(CLASS) == CLASSLESS
            else:
                value = pl.when(pl.col(LOW) == pl.col(HIGH), ~pl.col(ABSENT)).then(pl.col(LOW))
                frame = frame.with_columns(rows.select(value.alias(name))[name])
                places[name] = 0
                absent = pl.col(ABSENT)
            if self.specs[name].allows_na:
                beside = f"{name}不适用"
                if beside in own.frame.columns:
                    unread = unread | own.frame[beside].fill_null(False)
                frame = frame.with_columns(rows.select(absent.fill_null(False).alias(beside))[beside])
            unread = unread | rows[ABSENT].is_null()
        return Typed(frame, places, unread), fractions

    def _pairs(self, name: str) -> dict[str, tuple[int, int]]:
        """The numerators and denominators of what is common to a class, where it is known and stands in a column."""
        return {
            option: (standing.value.numerator, standing.value.denominator)
            for option, standing in self.common[name].items()
            if option is not None
            and standing.value is not None
            and max(abs(standing.value.numerator), standing.value.denominator) <= _MOST
        }


def peers_of(program: ir.Program, names: Collection[str]) -> Peers | None:
    """The facts over all rows of tables that have some facts, where there are such; raises :class:`BadFile`."""
    peers = Peers(program, names)
    if peers.circle:
        raise BadFile(f"“{peers.circle}”本身由全部行算出，又要在全部行里比较；先算出一列填在表里")
    return peers if peers.facts else None


def compare(peers: Peers) -> None:
    """Compares what was gathered; raises :class:`BadFile`."""
    try:
        peers.compare()
    except Inexact as error:
        raise BadFile(str(error)) from None


def _filled(raw: pl.Series) -> bool:
    """Whether some cell of a column is not blank."""
    there = raw.str.strip_chars() != "" if raw.dtype == pl.String else raw.is_not_null()
    return bool(there.any())


def _mapped(values: Mapping[str, int]) -> pl.Expr:
    if not values:
        return pl.lit(None, dtype=pl.Int64)
    return pl.col(CLASS).replace_strict(dict(values), default=None, return_dtype=pl.Int64)
