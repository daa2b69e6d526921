"""A batch does not grow with its table: rows scored one by one, in columns, or rejected leave nothing behind in memory."""

import subprocess
import sys
from pathlib import Path

import pytest

STARS = "jiangsu-2020-2-stars"
#: What the peak may differ by, in MiB: less than the text of the rows and their reasons alone would take if they were kept
#: as Python has them.
ROOM = 12
FEW, MANY = 15_000, 60_000
CHILD = """
import sys
from functools import partial
from zhunsheng.cli import cli
from zhunsheng.compiler.batch import inputs

# Small pieces show with few rows what is kept of them.
inputs.chunks = partial(inputs.chunks, rows=5_000)
try:
    cli(["batch", *sys.argv[1:]], standalone_mode=False)
except SystemExit as ended:
    assert not ended.code, ended.code
(peak,) = (line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print("PEAK", int(peak) // 1024)
"""


def _peak(table: Path, rows: int, cell: str, *more: str) -> tuple[int, str]:
    """The most memory that a run over a table holds, in MiB, and what it says."""
    with table.open("w", encoding="utf-8") as file:
        file.write("评价对象,综合评分\n")
        file.writelines(f"示例机构第{number}号,{cell}\n" for number in range(rows))
    call = [sys.executable, "-c", CHILD, STARS, str(table), "-o", str(table.with_suffix(".out.csv")), *more]
    ended = subprocess.run(call, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    return int(ended.stdout.rsplit("PEAK", 1)[1]), ended.stdout


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="只有Linux说得出一个进程用过的最多内存")
@pytest.mark.parametrize(("cell", "said"), [("九十分左右", "退回{}行"), ("88.5", "评分{}行")])
def test_memory_does_not_grow(cell: str, said: str, tmp_path: Path) -> None:
    """Four times the rows, rejected or scored, need no more memory."""
    few, _ = _peak(tmp_path / "few.csv", FEW, cell, "--processes", "1")
    many, words = _peak(tmp_path / "many.csv", MANY, cell, "--processes", "1")
    assert said.format(MANY) in words
    assert many - few < ROOM, (few, many)
