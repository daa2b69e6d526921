"""How time grows: with the rows of a batch, and with the clauses of a standard.

    python benchmarks/growth.py [--max ROWS] [--clauses MOST] [--rounds N] [--svg FILE]

Every measurement is CPU time of all threads (user and system), in a process of its own, the best of some rounds over all
sizes, so that other work on the machine counts little. Rows, 1,000 to ROWS (20 million unless told): `columns` is total and tier of the 2017 standard with polars from
integer Parquet, nothing written; `batch` the whole command from Parquet to Parquet; `one by one` the generated
function in a loop. Clauses, 10 to MOST (5,000 unless told), 20 an indicator: reading the text, compiling it (reading
included), loading the generated module, scoring one applicant with the whole explanation, and 1,000 rows in columns.

The exponent k of time ~ n^k is fitted to the sizes whose time is at least three times that of the smallest, where
what every run costs no longer hides it. With --svg the curves are drawn (matplotlib, the extra `bench`).
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

#: Sizes that are measured.
ROWS = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 20_000_000)
CLAUSES = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
#: The most rows that are worth their time.
MOST = {"columns": 20_000_000, "batch": 20_000_000, "one by one": 100_000}
OF_ONE = 20
#: From here on growth is not called linear.
LINEAR = 1.2
Curve = list[tuple[int, float]]


def rules(clauses: int, of_one: int = OF_ONE) -> str:
    """A standard with so many clauses of three kinds, each on a fact of its own."""
    lines = [
        "# 增长测试",
        "",
        "文号：测〔2026〕1号",
        "发布机关：测试",
        "发布日期：2026年1月1日",
        "时效性：现行",
    ]
    kinds = ("【事项{}已经完成】的，加5分", "每有一个【记录{}号】加2分", "【满意度{}号】不低于60%的，加3分")
    for start in range(0, clauses, of_one):
        lines += ["", f"## 第{start // of_one + 1}项（100分）"]
        for first in range(start, min(start + of_one, clauses), 10):
            numbers = range(first, min(first + 10, start + of_one, clauses))
            lines += ["", "；".join(kinds[number % 3].format(number) for number in numbers) + "。"]
    return "\n".join(lines) + "\n"


def seconds(function: Callable[[], object], least: float = 0.2, most: float = 20) -> float:
    """CPU seconds of one call, the best of three (fewer once they took `most`) and of as many as take `least` together."""
    taken: list[float] = []
    while sum(taken) < least or len(taken) < 3 and sum(taken) < most:
        before = time.process_time()
        function()
        taken.append(time.process_time() - before)
    return min(taken)


def of_clauses(count: int) -> dict[str, float]:
    """Every step on a standard of so many clauses."""
    import polars as pl

    from zhunsheng.compiler.columns import frames
    from zhunsheng.compiler.columns.plan import Plan, plan
    from zhunsheng.compiler.compile import compile_source
    from zhunsheng.compiler.emit.module import load
    from zhunsheng.dsl.rulefile import read_rules
    from zhunsheng.library import Standard
    from zhunsheng.runtime.facts import FactType
    from zhunsheng.runtime.source import Source

    compile_source(Source("起步", rules(1)), "warm")
    source = Source("增长", rules(count))
    program = compile_source(source, "growth").program
    assert program is not None
    own = Standard(program, Path("growth"))
    asked = {s.name: "是" if s.type.truth else "60%" if s.type is FactType.PERCENT else 3 for s in own.facts}
    made = plan(program, {s.name: 2 * (s.type is FactType.PERCENT) for s in own.facts})
    assert isinstance(made, Plan)
    frame = pl.DataFrame({s.name: [True if s.type.truth else 60] * 1_000 for s in own.facts})
    own.score(asked)
    return {
        "read": seconds(lambda: read_rules(source)),
        "compile": seconds(lambda: compile_source(source, "growth")),
        "load": seconds(lambda: load(program)),
        "score": seconds(lambda: own.score(asked)),
        "batch": seconds(lambda: frames.score(frame.lazy(), made).collect()),
    }


def of_rows(path: Path, name: str, count: int) -> float:
    """One way of scoring so many rows of a file."""
    import batch

    if name == "columns":
        batch.made()
        batch.columns(path)  # what a first run costs once
        return seconds(lambda: batch.columns(path))
    if name == "one by one":
        batch.python(path, 1)  # what a first run costs once
        return seconds(lambda: batch.python(path, count))
    import polars as pl
    from click.testing import CliRunner

    from zhunsheng.cli import cli
    from zhunsheng.runtime.facts import FactType

    output = path.with_name("out.parquet")
    renaming = path.with_name("map.csv")
    percents = [s.name for s in batch.made().program.facts if s.type is FactType.PERCENT]
    lines = [f"{name},{name}(%)" for name in percents if name in pl.read_parquet_schema(path)]
    renaming.write_text("列名,数据项\n" + "\n".join(lines) + "\n", encoding="utf-8")

    def run() -> None:
        arguments = ["batch", batch.ID, str(path), "-o", str(output), "--map", str(renaming)]
        found = CliRunner().invoke(cli, arguments, catch_exceptions=False)
        assert found.exit_code == 0, found.output

    return seconds(run)


def exponent(curve: Curve) -> float | None:
    """k of time ~ n^k by least squares of the logarithms, over the sizes where the fixed cost is small."""
    held = [(math.log(n), math.log(t)) for n, t in curve if t >= 3 * curve[0][1]]
    if len(held) < 2:
        return None
    x, y = (sum(values) / len(held) for values in zip(*held, strict=True))
    above: float = sum((a - x) * (b - y) for a, b in held)
    below: float = sum((a - x) ** 2 for a, _ in held)
    return above / below


def said(title: str, curves: Mapping[str, Curve], sizes: Sequence[int]) -> None:
    """Prints a table of times with the exponents."""
    print(f"\n{title:<12}" + "".join(f"{n:>12,}" for n in sizes) + "   grows as")
    for name, curve in curves.items():
        times = dict(curve)
        cells = [f"{times[n] * 1e3:>10,.1f}ms" if n in times else " " * 12 for n in sizes]
        k = exponent(curve)
        verdict = (
            "too flat to fit"
            if k is None
            else f"n^{k:.2f}: {'linear' if k <= LINEAR else 'MORE THAN LINEAR'}"
        )
        print(f"{name:<12}" + "".join(cells) + f"   {verdict}")


def drawn(path: Path, panels: Mapping[str, Mapping[str, Curve]]) -> None:
    """Draws the curves, both axes logarithmic, with a line for what linear growth would be."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams |= {"svg.hashsalt": "zhunsheng", "font.size": 9}
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(panels), figsize=(10, 4.2), layout="constrained")
    for axis, (title, curves) in zip(axes, panels.items(), strict=True):
        for name, curve in curves.items():
            k = exponent(curve)
            label = name if k is None else f"{name}  n^{k:.2f}"
            axis.loglog([n for n, _ in curve], [t for _, t in curve], marker="o", markersize=3, label=label)
        ends = [n for curve in curves.values() for n, _ in (curve[0], curve[-1])]
        low, high = min(ends), max(ends)
        base = min(t for curve in curves.values() for _, t in curve)
        axis.loglog([low, high], [base, base * high / low], linestyle=":", color="grey", label="linear")
        axis.set_xlabel(title)
        axis.set_ylabel("CPU seconds")
        axis.legend(frameon=False)
        axis.grid(alpha=0.2)
    figure.savefig(path, metadata={"Date": None})


def _job(arguments: Sequence[str]) -> float | dict[str, float]:
    """What a process of its own measures."""
    return (
        of_clauses(int(arguments[1]))
        if arguments[0] == "clauses"
        else of_rows(Path(arguments[1]), arguments[0], int(arguments[2]))
    )


def _measured(*arguments: str) -> float | dict[str, float]:
    own = {**os.environ, "POLARS_MAX_THREADS": os.environ.get("POLARS_MAX_THREADS", "2")}
    command = [sys.executable, __file__, "--job", *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=own)
    found: float | dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--max", type=int, default=ROWS[-1], help="the most rows")
    parser.add_argument("--clauses", type=int, default=CLAUSES[-1], help="the most clauses")
    parser.add_argument("--svg", type=Path, help="where the plot goes")
    parser.add_argument("--rounds", type=int, default=3, help="how often each size of a standard is measured")
    own = parser.parse_args()
    sizes = [n for n in CLAUSES if n <= own.clauses]
    clauses: dict[str, dict[int, float]] = {}
    for number in range(own.rounds):
        for count in sizes:
            print(f"round {number + 1}: {count:,} clauses", file=sys.stderr)
            found = _measured("clauses", str(count))
            assert isinstance(found, dict)
            for name, value in found.items():
                best = clauses.setdefault(name, {})
                best[count] = min(value, best.get(count, value))
    by_clauses = {name: list(best.items()) for name, best in clauses.items()}
    said("clauses", by_clauses, sizes)
    rows: dict[str, Curve] = {}
    import batch

    numbers = [n for n in ROWS if n <= own.max]
    for count in numbers:
        print(f"{count:,} rows", file=sys.stderr)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "facts.parquet"
            batch.write(path, count)
            for name, most in MOST.items():
                if count <= most:
                    taken = _measured(name, str(path), str(count))
                    assert isinstance(taken, float)
                    rows.setdefault(name, []).append((count, taken))
    said("rows", rows, numbers)
    if own.svg is not None:
        drawn(own.svg, {"clauses of the standard": by_clauses, "rows of the batch": rows})
        print(f"\ndrawn: {own.svg}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--job"]:
        print(json.dumps(_job(sys.argv[2:])))
    else:
        main()
