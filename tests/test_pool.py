"""Rows scored one by one on several processes: the same bytes, no row lost, a run that is stopped leaves nothing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from compiled import standard

from zhunsheng.compiler.batch.chunks import BadFile
from zhunsheng.compiler.batch.pool import LEAST, Pool
from zhunsheng.compiler.batch.run import Batch
from zhunsheng.compiler.batch.settings import Settings
from zhunsheng.runtime.facts import Entry, FactSheet

ID = "jiangsu-2020-2-stars"


def _table(path: Path, rows: int) -> Path:
    cells = ["九十分左右" if number % 50 == 7 else f"{60 + number % 40}分" for number in range(rows)]
    lines = [f"第{number}家,{cell}" for number, cell in enumerate(cells)]
    path.write_text("评价对象,综合评分\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_processes_give_the_same_bytes(tmp_path: Path) -> None:
    """One process and two write the same results and the same rejected rows, in the same order."""
    path = _table(tmp_path / "in.csv", 3 * LEAST)
    own = standard(ID)
    found = []
    for processes in (1, 2):
        output = tmp_path / f"{processes}.csv"
        settings = Settings("python", processes=processes)
        counts = Batch(own.program, own.module, settings).run([path], output, lambda words, rows, share: None)
        assert (counts.rows, counts.rejected) == (3 * LEAST, 12)
        found.append((output.read_bytes(), (tmp_path / f"{processes}.csv.rejected").read_bytes()))
    assert found[0] == found[1]


def test_a_process_that_dies_is_told() -> None:
    """A worker that the system kills ends the run with a message; what is wrong in a worker is raised here."""
    own = standard(ID)
    task = (FactSheet({"综合评分": Entry(88)}), None)
    pool = Pool(own.program, own.module, Settings(processes=2))
    try:
        assert len(list(pool.kept([task] * LEAST))) == LEAST
        wrong = (FactSheet({"综合评分": Entry("没有这样的值")}), None)
        with pytest.raises(Exception, match=r".") as inside:
            list(pool.kept([wrong]))
        assert not isinstance(inside.value, BadFile)
        assert pool.executor is not None
        for pid in list(pool.executor._processes):
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(BadFile, match="--processes 1"):
            list(pool.kept([task] * LEAST))
    finally:
        pool.close()


def test_a_run_that_is_stopped(tmp_path: Path) -> None:
    """Ctrl-C in the middle: a word, no half file, no process left behind."""
    # So many rows that they take half a minute: it is stopped long before its end, however busy the machine is.
    path = _table(tmp_path / "in.csv", 400_000)
    command = [sys.executable, "-m", "zhunsheng", "batch", ID, str(path), "-o", str(tmp_path / "out.csv")]
    options = ["--engine", "python", "--processes", "2"]
    with subprocess.Popen(
        [*command, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        for _ in range(1200):
            if (tmp_path / ".out.csv.partial").exists():
                break
            time.sleep(0.05)
        time.sleep(1)
        # The terminal tells all processes of the run.
        os.killpg(process.pid, signal.SIGINT)
        words, _ = process.communicate(timeout=60)
    assert process.returncode == 130, words
    assert "已中断" in words
    assert "Traceback" not in words
    assert [p.name for p in tmp_path.iterdir()] == ["in.csv"]
    # What Python keeps beside the workers ends a moment later.
    for _ in range(200):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("a process was left behind")
