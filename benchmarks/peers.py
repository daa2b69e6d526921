"""The 2017 standard in other tools: who gives the right tier, and how long each takes.

``python benchmarks/peers.py [ROWS]`` writes the standard as well as each tool allows (``peers_rules.py``,
``peers_tools.py``), compares its totals and tiers with ours, and times single applicants, the same with a trace, and
batches of ROWS rows (a million unless told) as columns in memory. The tools are the extra ``peers`` of pyproject.toml;
one that is not installed is skipped by name. Applicants are random, complete, and often on a bound of a clause; a second
set has exactly 60 or 80 points. All measurements are taken in turn in one run and the quickest of each counts.

Ours checks the type and range of every fact while it scores; the others take what they are given. `module.trace` gathers
the numbers of every clause. `rows` are whole numbers in a tuple, scored by the row module as machine code (`compile --target
rows --native`), which checks them too; its trace holds the numbers of every clause as well. A trace of zen holds the facts and the number of every expression: that of a decision by
indicator what `module.score` returns, that of a decision by clause what `module.trace` returns. `Standard.score` also reads
and checks facts as entered and writes the explanation in words, which none of the others has.
"""

import random
import sys
import timeit
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from importlib import import_module
from operator import itemgetter
from typing import Any, TypeVar

import handwritten
import score as own
from attrs import frozen
from peers_own import Truth, machine_code, own_columns
from peers_rules import TIERS, TOTAL
from peers_tools import BATCHES, BY_CLAUSE, BY_INDICATOR, PEERS, Batch, Peer, as_columns

import zhunsheng
from zhunsheng.library import Standard
from zhunsheng.runtime.facts import FactSpec, FactType, Value

APPLICANTS, EDGE = 2_000, 1_000
#: Applicants of a pass, one by one, and with a trace, and those that the loop over Python runs through. Short passes and
#: many rounds find the quickest also on a machine that others use.
TIMED, FEW, LOOP = 50, 20, 20_000
ROUNDS, BATCH_ROUNDS = 10, 3
ROWS = 1_000_000
GOALS = {"single": 10, "trace": 30}
#: Values at which clauses pay and just below.
PERCENT = "0.0999 0.1 0.599 0.5999 0.6 0.699 0.6999 0.7 0.799 0.8 0.8999 0.9 0.999 1".split()
TIMES = "0.99 1 1.49 1.5 1.99 2 2.01 2.99 3 3.99 4".split()
FIRMS = (99, 100, 199, 200, 399, 400, 500)

Facts = Mapping[str, Value]
#: A tool and whether its numbers are whole.
Line = tuple[str, bool]
#: Our row module as machine code: rows at hand, and rows taken out of a mapping of whole numbers first.
ROWS_LINE: Line = ("ours, rows", True)
MAPPED_LINE: Line = ("ours, rows from a mapping", True)
TRACE_LINE: Line = ("ours, trace of rows", True)
T = TypeVar("T")


def boundary_value(spec: FactSpec, rng: random.Random) -> Value:
    """A value of a fact, as often as not on a bound or just below it."""
    value = own.random_value(spec, rng)
    if rng.random() < 0.5 or type(value) is bool:
        return value
    if spec.type is FactType.PERCENT:
        exact = Fraction(rng.choice(PERCENT))
    elif spec.type is FactType.COUNT and spec.unit == "家":
        return rng.choice(FIRMS)
    elif spec.name in (handwritten.EXPERIENCE, handwritten.FREQUENCY):
        exact = Fraction(rng.choice(TIMES))
    else:
        return value
    return exact.numerator if exact.denominator == 1 else exact


def applicants(standard: Standard) -> tuple[list[Facts], list[Facts]]:
    """Random applicants, and applicants with exactly 60 or 80 points."""
    rng = random.Random(20170103)
    specs = {spec.name: spec for spec in standard.facts if spec.name in standard.module.facts}
    anybody: list[Facts] = [
        {name: boundary_value(spec, rng) for name, spec in specs.items()} for _ in range(APPLICANTS)
    ]
    edge: list[Facts] = []
    while len(edge) < EDGE:
        facts = own.exactly(60 if len(edge) % 2 else 80, specs, standard.module.score, rng)
        if facts is not None:
            edge.append(facts)
    return anybody, edge


def truth(standard: Standard, facts: Facts) -> Truth:
    """Our own result; `handwritten.py` is asked too."""
    total, tier, _ = standard.module.score(facts)
    assert (total, tier) == handwritten.score(facts)
    return Truth(Fraction(total, 100), tier)


@frozen
class Wrong:
    """How many of a set of applicants get another tier, and how many another score by more than a rounding error."""

    tiers: int
    scores: int
    exact: bool

    def __str__(self) -> str:
        notes = (
            "  exact"
            if self.exact
            else "  totals rounded"
            if not self.scores
            else f"  {self.scores} other scores"
        )
        return f"{self.tiers:>5}{notes}"


def compare(results: Sequence[tuple[Any, Any]], expected: Sequence[Truth], whole: bool) -> Wrong:
    """Results against ours. A decimal fraction is the number that it is printed as."""
    scale = TOTAL if whole else 1
    totals = [Fraction(str(total)) / scale for total, _ in results]
    off = [abs(total - true.total) for total, true in zip(totals, expected, strict=True)]
    tiers = sum(tier != true.tier for (_, tier), true in zip(results, expected, strict=True))
    return Wrong(tiers, sum(o > Fraction(1, 1000) for o in off), not any(off))


def scale_name(whole: bool) -> str:
    """How the numbers are given."""
    return "whole" if whole else "natural"


def available(kinds: Mapping[str, Callable[[bool], list[T]]]) -> list[T]:
    """The tools in both scales; those that are not installed are named."""
    found: list[T] = []
    for package, make in kinds.items():
        try:
            found += [*make(False), *make(True)]
        except ImportError as error:
            print(f"skipped: {package} cannot be imported here ({error})")
    return found


def quickest(passes: Mapping[Line, tuple[Callable[[], object], int]], rounds: int) -> dict[Line, float]:
    """Least seconds of one item of each pass, the passes taken in turn."""
    best = dict.fromkeys(passes, float("inf"))
    for _ in range(rounds):
        for name, (run, items) in passes.items():
            # The first pass in a row finds the processor's caches full of another tool.
            best[name] = min(best[name], *(took / items for took in timeit.repeat(run, number=1, repeat=3)))
    return best


def over(function: Callable[[Any], object], items: Sequence[Any]) -> tuple[Callable[[], object], int]:
    """A pass of a function over all items."""
    return lambda: [function(item) for item in items], len(items)


def single(standard: Standard, anybody: list[Facts], edge: list[Facts]) -> bool:
    """One applicant at a time; whether the goals are met."""
    module = standard.module
    expected = [truth(standard, facts) for facts in anybody]
    expected_edge = [truth(standard, facts) for facts in edge]
    peers = available(PEERS)
    agreed: dict[Line, tuple[Wrong, Wrong]] = {}
    passes = {("ours", False): over(module.score, anybody[:TIMED])}
    traces: dict[Line, tuple[Callable[[], object], int]] = {
        ("ours, module.score", False): over(module.score, anybody[:FEW]),
        ("ours, module.trace", False): over(module.trace, anybody[:FEW]),
        ("ours, Standard.score with texts", False): over(
            standard.score, [own.to_python(facts) for facts in anybody[:FEW]]
        ),
    }
    machine = machine_code(standard)
    if machine is not None:
        rows = [machine.prepare(facts) for facts in anybody]
        assert [machine.result(row) for row in rows] == expected
        named = [dict(zip(machine.names, row, strict=True)) for row in rows[:TIMED]]
        read = itemgetter(*machine.names)
        passes[ROWS_LINE] = over(machine.score, rows[:TIMED])
        passes[MAPPED_LINE] = over(lambda facts: machine.score(read(facts)), named)
        traces[TRACE_LINE] = over(machine.trace, rows[:FEW])
    for peer in peers:
        line = peer.name, peer.whole
        agreed[line] = (check(peer, anybody, expected), check(peer, edge, expected_edge))
        facts = [peer.prepare(item) for item in anybody[:TIMED]]
        passes[line] = over(peer.score, facts)
        if peer.trace is not None:
            traces[line] = over(peer.trace, facts[:FEW])
    took, took_trace = quickest(passes, ROUNDS), quickest(traces, ROUNDS)
    ours = took["ours", False]
    print(
        f"single applicant, total and tier (wrong tiers of {len(anybody)} random, of {len(edge)} at 60 or 80)"
    )
    for line, seconds in took.items():
        if line[0].startswith("ours"):
            print(row(line, seconds, ours))
    for line, (random_ones, at_edge) in agreed.items():
        print(row(line, took[line], ours) + f"  wrong {random_ones.tiers:>4} {at_edge}")
    print("single applicant with a trace")
    base = took_trace["ours, module.trace", False]
    for line, seconds in took_trace.items():
        print(row(line, seconds, base))
    exact = [line for line, (one, two) in agreed.items() if not one.tiers + two.tiers]
    met = True
    # The goals are asked of the quickest form of each; the others are printed beside it.
    best = min(exact, key=took.__getitem__, default=None)
    form = min((line for line in took if line[0].startswith("ours")), key=took.__getitem__)
    if best is not None:
        text = f"fastest without a wrong tier, {best[0]} ({scale_name(best[1])}), against {form[0]}"
        met = verdict(text, took[best] / took[form], GOALS["single"])
        for other in (line for line in took if line[0].startswith("ours") and line != form):
            beside(f"against {other[0]}", took[best] / took[other])
    natural = [line for line in exact if not line[1]]
    if natural:
        best = min(natural, key=took.__getitem__)
        beside(f"fastest with natural numbers, {best[0]}, against ours", took[best] / ours)
    zen = [seconds for line, seconds in took_trace.items() if line[0].startswith("zen")]
    if zen:
        whose = TRACE_LINE if TRACE_LINE in took_trace else ("ours, module.trace", False)
        met = (
            verdict(f"zen's quickest trace against {whose[0]}", min(zen) / took_trace[whose], GOALS["trace"])
            and met
        )
        for name in ("ours, module.trace", "ours, Standard.score with texts"):
            beside(f"against {name}", min(zen) / took_trace[name, False])
    # What a trace of zen holds, ours holds too: the numbers of the indicators are in the result of module.score.
    for name, held, theirs in (
        ("ours, module.score", "indicator", BY_INDICATOR),
        ("ours, module.trace", "clause", BY_CLAUSE),
        (TRACE_LINE[0], "clause", BY_CLAUSE),
    ):
        same = [seconds for line, seconds in took_trace.items() if line[0] == theirs]
        mine = [seconds for line, seconds in took_trace.items() if line[0] == name]
        if same and mine:
            text = f"like with like, the numbers of every {held}: {theirs} against {name}"
            beside(text, min(same) / min(mine))
    return met


def check(peer: Peer, items: list[Facts], expected: list[Truth]) -> Wrong:
    """A peer's results against ours."""
    wrong = compare([peer.score(peer.prepare(facts)) for facts in items], expected, peer.whole)
    # A total that is off by more than binary floats round is a standard written down wrongly.
    assert not peer.whole or wrong.exact, (peer.name, wrong)
    return wrong


def row(line: Line, seconds: float, base: float) -> str:
    """A line of a table."""
    scale = "exact" if line[0].startswith("ours") else scale_name(line[1])
    return f"  {line[0]:<32} {scale:<8} {seconds * 1e6:>9.1f} µs {seconds / base:>8.1f} ×"


def verdict(label: str, ratio: float, goal: float) -> bool:
    """Prints whether a ratio reaches its goal."""
    met = ratio >= goal
    print(f"  {label}: {ratio:.3g} × (goal ≥ {goal}: {'met' if met else 'MISSED'})")
    return met


def beside(label: str, ratio: float) -> None:
    """Prints a ratio of which no goal is asked."""
    print(f"    {label}: {ratio:.3g} ×")


def batch(standard: Standard, anybody: list[Facts], edge: list[Facts], rows: int) -> bool:
    """Many applicants; whether the columns are ahead of each tool."""
    try:
        numpy = import_module("numpy")
    except ImportError:
        print("skipped: batches need numpy for their columns")
        return True
    people = [*anybody, *edge]
    known = [truth(standard, facts) for facts in people]
    places = numpy.random.default_rng(4).integers(0, len(people), rows)
    totals = numpy.array([int(true.total * TOTAL) for true in known])[places]
    tiers = numpy.array([TIERS.index(str(true.tier)) for true in known])[places]
    columns = {
        whole: {name: column[places] for name, column in as_columns(people, whole).items()}
        for whole in (False, True)
    }
    in_loop = [people[place] for place in places[: min(rows, LOOP)]]
    run, items = over(standard.module.score, in_loop)
    passes: dict[Line, tuple[Callable[[], object], int]] = {("ours, loop", False): (run, items)}
    agreed: dict[Line, str] = {}
    alone: dict[Line, tuple[Callable[[], object], int]] = {}
    for peer in [*own_columns(standard), *available(BATCHES)]:
        loaded = peer.load(columns[peer.whole])
        line = peer.name, peer.whole
        got_totals, got_tiers = peer.score(loaded)
        wrong = int((got_tiers != tiers).sum())
        off = abs(numpy.asarray(got_totals, numpy.float64) * (1 if peer.whole else TOTAL) - totals)
        assert not peer.whole or not off.any(), peer.name
        scores_off = int((off > TOTAL / 1000).sum())
        agreed[line] = (
            f"wrong tiers {wrong:>7}, {wrong * 1_000_000 // rows:>6} per million; by more than rounding {scores_off}"
        )
        passes[line] = again(peer, loaded), rows
        alone[line] = again(peer, peer.load({k: v[:1] for k, v in columns[peer.whole].items()})), 1
    took, took_alone = quickest(passes, BATCH_ROUNDS), quickest(alone, ROUNDS)
    ours = {line: seconds for line, seconds in took.items() if line[0].startswith("ours")}
    base = min(ours.values())
    print(
        f"batch of {rows:,} rows in memory, total and tier of each (the loop: {items:,} of them); "
        f"{100 * len(edge) // len(people)}% of the rows at exactly 60 or 80"
    )
    for line, seconds in took.items():
        print(
            f"  {line[0]:<32} {'exact' if line in ours else scale_name(line[1]):<8} "
            f"{1 / seconds / 1e6:>8.2f} million rows/s {seconds / base:>8.2f} ×"
            + (f"  {took_alone[line] * 1e6:>8.0f} µs for one row  {agreed[line]}" if line in agreed else "")
        )
    others = {line: seconds for line, seconds in took.items() if line not in ours}
    if not others:
        return True
    best = min(others, key=others.__getitem__)
    return verdict(f"fastest of the others: {best[0]}, {scale_name(best[1])}", others[best] / base, 1)


def again(peer: Batch, loaded: Any) -> Callable[[], object]:
    """A pass over columns."""
    return lambda: peer.score(loaded)


def main(arguments: list[str]) -> int:
    """Prints the tables; exits 1 where a goal is missed."""
    standard = zhunsheng.load("miit-2017-103")
    anybody, edge = applicants(standard)
    tiers = Counter(truth(standard, facts).tier for facts in anybody)
    print(
        f"Python {sys.version.split()[0]}, quickest of {ROUNDS} × 3 passes in turn ({BATCH_ROUNDS} × 3 of batches); random applicants: {dict(tiers)}"
    )
    met = single(standard, anybody, edge)
    met = batch(standard, anybody, edge, int(arguments[0]) if arguments else ROWS) and met
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
