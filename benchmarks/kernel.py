"""Whether a compiled kernel would earn its keep: the plan of the 2017 standard as one numba function, against reading and polars.

    python benchmarks/kernel.py [ROWS]

The evidence for leaving numba out; see docs/developers/figures.md. The kernel is made from the same small numbers as the
polars back end (``columns/narrow.py``) and is written as quickly as we know how: blocks of rows that stay in the
processor's nearest cache, one loop for each indicator, no branches, types of one and two bytes. numba has to be installed by hand;
it is asked for one thread, as polars is by POLARS_MAX_THREADS=1, so that time on the processor can be compared.
"""

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, assert_never

import batch
import polars as pl

from zhunsheng.compiler.columns.expressions import (
    ZERO,
    Choice,
    Every,
    Fact,
    Field,
    Flag,
    Greatest,
    Least,
    Number,
    Opposite,
    Product,
    Quotient,
    Some,
    Sum,
    Test,
    Truth,
    Whole,
    ends,
    nodes,
    opposite,
)
from zhunsheng.compiler.columns.frames import integer_type, reach
from zhunsheng.compiler.columns.narrow import narrowed

BLOCK, ROUNDS, GOAL = 2048, 10, 1.7
#: Columns that have loops of their own; what is read once is put into the loop that reads it.
APART = ("指标", "小计", "评分", "否决", "可按列", "等级", "总分")


def kind(node: Whole) -> str:
    """The type of a number, by numpy's name."""
    return str(integer_type(*ends(node))).lower()


class Kernel:
    """The text of the kernel."""

    def __init__(self) -> None:
        made = batch.made()
        self.steps = {step.name: step.expression for step in narrowed(made.steps, {})}
        self.inputs = {own.name: own.fact for own in made.inputs}
        self.inputs |= {own.na: f"{own.fact}不适用" for own in made.inputs if own.na is not None}
        self.arguments: dict[str, str] = {}
        roots = (made.finish.total, made.finish.final, made.sound)
        read = Counter(name for root in roots for name in self._read(root))
        self.own = {
            name: f"v{number}"
            for number, name in enumerate(self.steps)
            if name in read and (read[name] > 1 or name.startswith(APART))
        }
        loops = []
        for own in made.inputs:
            if not own.truth:
                x = self._argument(own.fact)
                test = f"(({x} >= {own.low}) & ({x} <= {own.high}))"
                test = f"({test} | {self._argument(f'{own.fact}不适用')})" if own.na else test
                loops.append(f"ok[j] &= uint8({test})")
        buffers = ""
        for name, variable in self.own.items():
            node = self.steps[name]
            buffers += f"    {variable} = np.empty({BLOCK}, np.{'uint8' if isinstance(node, Truth) else kind(node)})\n"
            loops.append(
                f"{variable}[j] = {self.truth(node) if isinstance(node, Truth) else self.whole(node)}"
            )
        loops += [
            f"total[i] = {self.whole(roots[0])}",
            f"tier[i] = {self.whole(roots[1])}",
            f"sound[i] = (ok[j] != 0) & {self.truth(roots[2])}",
        ]
        body = "".join(
            f"        for j in range(m):\n            i = s + j\n            {loop}\n"
            for loop in ["ok[j] = 1", *loops]
        )
        self.text = (
            f"def kernel({', '.join(self.arguments.values())}, total, tier, sound):\n"
            f"    ok = np.empty({BLOCK}, np.uint8)\n{buffers}"
            f"    for s in range(0, len(total), {BLOCK}):\n        m = min({BLOCK}, len(total) - s)\n{body}"
        )

    def _read(self, node: Whole | Truth, seen: set[str] | None = None) -> list[str]:
        """The columns that an expression reads, each reader of one counted."""
        seen = set() if seen is None else seen
        names = [n.name for n in nodes(node) if isinstance(n, Field | Flag) and n.name in self.steps]
        for name in names:
            if name not in seen:
                seen.add(name)
                names = names + self._read(self.steps[name], seen)
        return names

    def _argument(self, fact: str) -> str:
        return self.arguments.setdefault(fact, f"a{len(self.arguments)}") + "[i]"

    def truth(self, node: Truth) -> str:
        """A truth value."""
        match node:
            case Fact(value):
                return str(value)
            case Flag(name) if name in self.own:
                return f"({self.own[name]}[j] != 0)"
            case Flag(name):
                inner = self.steps.get(name)
                assert inner is None or isinstance(inner, Truth)
                return f"({self._argument(self.inputs[name])} != 0)" if inner is None else self.truth(inner)
            case Test(operator, left, right):
                both = Sum((left, right))
                wide = str(integer_type(*reach(both))).lower()
                return f"({self.whole(left, wide)} {operator} {self.whole(right, wide)})"
            case Every(parts):
                return f"({' & '.join(map(self.truth, parts))})"
            case Some(parts):
                return f"({' | '.join(map(self.truth, parts))})"
            case Opposite(part):
                return f"({self.truth(part)} == False)"
            case _:
                assert_never(node)

    def whole(self, node: Whole, asked: str | None = None) -> str:
        """A number in a type."""
        asked = asked or kind(node)
        if isinstance(node, Number):
            return f"{asked}({node.value})"
        if isinstance(node, Choice):
            for test, value, other in (
                (node.test, node.then, node.other),
                (opposite(node.test), node.other, node.then),
            ):
                if other == ZERO:  # a product has no branch
                    return f"{asked}({self.whole(value, asked)} * {asked}({self.truth(test)}))"
            return f"{asked}({self.whole(node.then, asked)} if {self.truth(node.test)} else {self.whole(node.other, asked)})"
        own = str(integer_type(*reach(node))).lower()
        return f"{asked}({self._in(node, own)})"

    def _in(self, node: Field | Sum | Product | Quotient | Least | Greatest, own: str) -> str:
        match node:
            case Field(name) if name in self.own:
                return f"{self.own[name]}[j]"
            case Field(name):
                inner = self.steps.get(name)
                assert not isinstance(inner, Truth)
                return self._argument(self.inputs[name]) if inner is None else self.whole(inner, own)
            case Sum(parts):
                text = self.whole(parts[0], own)
                for part in parts[1:]:
                    text = f"{own}({text} + {self.whole(part, own)})"
                return text
            case Product(left, right):
                return f"{self.whole(left, own)} * {self.whole(right, own)}"
            case Quotient(number, size):
                # Neither is negative, and without a sign there is nothing to round towards.
                bare = own if own.startswith("u") else f"u{own}"
                return f"{bare}({self.whole(number, own)}) // {bare}({self.whole(size, own)})"
            case Least(left, right):
                return f"min({self.whole(left, own)}, {self.whole(right, own)})"
            case Greatest(left, right):
                return f"max({self.whole(left, own)}, {self.whole(right, own)})"
            case _:
                assert_never(node)


def quickest(function: Callable[[], object]) -> float:
    """Least milliseconds on the processor."""
    took = []
    for _ in range(ROUNDS):
        before = time.process_time()
        function()
        took.append(time.process_time() - before)
    return min(took) * 1e3


def main(rows: int) -> None:
    """Prints what was measured."""
    numba, numpy = import_module("numba"), import_module("numpy")
    written = Kernel()
    names: dict[str, Any] = {"np": numpy}
    names |= {
        f"{sign}int{bits}": getattr(numba, f"{sign}int{bits}")
        for sign in ("", "u")
        for bits in (8, 16, 32, 64)
    }
    exec(written.text, names)  # noqa: S102 (our own text)
    kernel = numba.njit(names["kernel"], nogil=True, error_model="numpy")
    one, nil = pl.lit(1, dtype=pl.UInt8), pl.lit(0, dtype=pl.UInt8)

    def run(path: Path, most: int | None = None) -> list[int]:
        frame = pl.read_parquet(path, n_rows=most)
        flags = [name for name in written.arguments if frame.schema[name] == pl.Boolean]
        frame = frame.with_columns(
            pl.when(pl.col(name)).then(one).otherwise(nil).alias(name) for name in flags
        )
        sums = [0, 0, 0]
        # A row group is a piece of memory of its own.
        for piece in frame.iter_slices(batch.ROW_GROUP):
            results = [numpy.empty(len(piece), kind) for kind in (numpy.int64, numpy.int8, numpy.bool_)]
            kernel(*(piece[name].to_numpy() for name in written.arguments), *results)
            sums = [before + int(result.sum()) for before, result in zip(sums, results, strict=True)]
        return sums

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facts.parquet"
        batch.write(path, rows)
        before = time.process_time()
        run(path, 1000)
        print(
            f"{rows:,} rows, one thread; numba {numba.__version__} compiles the kernel in {time.process_time() - before:.1f} s"
        )
        assert run(path) == batch.columns(path)
        read, columns, compiled = (
            quickest(lambda f=f: f(path))  # type: ignore[misc]
            for f in (batch.read, batch.columns, run)
        )
    print(f"  read with polars {read:.0f} ms")
    print(f"  columns in polars {columns:.0f} ms, {columns / read:.2f} × reading")
    verdict = "met" if compiled <= GOAL * read else "missed"
    print(
        f"  numba kernel, reading included {compiled:.0f} ms, {compiled / read:.2f} × reading (goal ≤ {GOAL}: {verdict})"
    )


if __name__ == "__main__":
    assert os.environ.get("POLARS_MAX_THREADS") == "1", "run it with POLARS_MAX_THREADS=1"
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
