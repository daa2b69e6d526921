"""How long whole commands take to start, as ratios to ``python -c "import click"``, measured in turn.

``python benchmarks/start.py`` also times checking 100 kB of rule text and building the parse tables, which takes
seconds and is done once.
"""

import os
import subprocess
import sys
import timeit
from collections.abc import Callable
from pathlib import Path
from statistics import median

from zhunsheng.compiler.compile import compile_source
from zhunsheng.dsl.grammar import build
from zhunsheng.library import find
from zhunsheng.runtime.source import Source

ROUNDS = 15
#: Byte code is written once, as in any ordinary installation.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
GOALS = {"--help": 2.5, "check": 6.0}


def seconds(arguments: list[str]) -> float:
    """Wall time of one whole process."""

    def run() -> None:
        subprocess.run([sys.executable, *arguments], check=False, capture_output=True, env=ENVIRONMENT)

    return timeit.timeit(run, number=1)


def ratio(arguments: list[str], base: list[str]) -> tuple[float, float]:
    """Median seconds, and the median ratio to the base command run beside it."""
    seconds(arguments)
    pairs = [(seconds(arguments), seconds(base)) for _ in range(ROUNDS)]
    return median(a for a, _ in pairs), median(a / b for a, b in pairs)


def once(function: Callable[[], object]) -> float:
    """Median seconds of a function."""
    return median(timeit.repeat(function, number=1, repeat=5))


def hundred_kilobytes() -> Source:
    """The 2017 standard's clauses, repeated to 100 kB of UTF-8."""
    text = Path(find("miit-2017-103")).read_text(encoding="utf-8").split("## 评定等级")[0]
    head, _, body = text.partition("\n## ")
    blocks: list[str] = []
    while len("".join(blocks).encode()) < 100_000:
        blocks.append("\n## " + body.replace("【", f"【第{len(blocks)}组"))
    return Source("大文件", head + "".join(blocks))


def main() -> int:
    """Prints the ratios; exits 1 where a goal is missed."""
    base = ["-c", "import click"]
    missed = False
    rules = str(find("miit-2017-103"))
    for name, arguments in (
        ("--help", ["-m", "zhunsheng", "--help"]),
        ("check", ["-m", "zhunsheng", "check", rules]),
    ):
        took, times = ratio(arguments, base)
        verdict = "met" if times <= GOALS[name] else "MISSED"
        missed = missed or times > GOALS[name]
        print(
            f"zhunsheng {name}: {took * 1e3:.0f} ms, {times:.2f} × import click (goal ≤ {GOALS[name]}: {verdict})"
        )
    source = hundred_kilobytes()
    size = len(source.text.encode())
    took = once(lambda: compile_source(source, "large"))
    verdict = "met" if took < 1 else "MISSED"
    missed = missed or took >= 1
    print(f"checking {size / 1000:.0f} kB: {took:.2f} s (goal < 1 s: {verdict})")
    print(f"building the clause tables: {timeit.timeit(lambda: build('clause'), number=1):.1f} s")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
