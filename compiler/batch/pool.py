"""Rows that are scored one by one, on several processes; what becomes of them comes back in the order they were given.

What is handed over is facts that are checked and what is kept of a result, which is small. A process that is told to stop
(Ctrl-C) leaves that to the one that started it.
"""

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process

from zhunsheng.compiler import ir
from zhunsheng.compiler.batch.chunks import BadFile
from zhunsheng.compiler.batch.header import Header
from zhunsheng.compiler.batch.results import Table
from zhunsheng.compiler.batch.rows import Rejected, RowScorer, Task
from zhunsheng.compiler.batch.settings import Settings
from zhunsheng.compiler.batch.single import Scored, kept
from zhunsheng.compiler.emit.module import Module, load

#: Rows for which it is worth starting processes, and rows that are handed to one at a time.
LEAST, HANDED = 200, 20


class _Worker:
    """Scores rows of one program."""

    def __init__(self, program: ir.Program, module: Module, settings: Settings) -> None:
        self.scorer = RowScorer(program, module, Header((), (), None, None))
        self.table = Table(program)
        self.settings = settings

    def kept(self, task: Task) -> Scored | Rejected:
        own = self.settings
        return kept(self.scorer, task, self.table, summed=own.summed, paged=own.sheets)


_own: list[_Worker] = []


def _begin(program: ir.Program, settings: Settings) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _own[:] = [_Worker(program, load(program), settings)]


def _end_with_parent() -> None:
    """Ends this process when the one that started it is gone, however it went: nobody is left to hand it rows."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _kept(task: Task) -> Scored | Rejected:
    return _own[0].kept(task)


@contextmanager
def _deaf() -> Iterator[None]:
    """Ctrl-C is passed over for a moment: a process that is started now is born deaf to it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class Pool:
    """Scores rows here, or, where there are enough of them and more than one process is wanted, beside."""

    def __init__(self, program: ir.Program, module: Module, settings: Settings) -> None:
        self.program = program
        self.settings = settings
        self.processes = settings.processes
        self.here = _Worker(program, module, settings)
        self.executor: ProcessPoolExecutor | None = None

    def kept(self, tasks: Sequence[Task]) -> Iterator[Scored | Rejected]:
        """What becomes of the rows, in their order."""
        if self.processes < 2 or (self.executor is None and len(tasks) < LEAST):
            yield from map(self.here.kept, tasks)
            return
        if self.executor is None:
            self.executor = ProcessPoolExecutor(
                self.processes, get_context("spawn"), _begin, (self.program, self.settings)
            )
        try:
            with _deaf():
                found = self.executor.map(_kept, tasks, chunksize=HANDED)
            yield from found
        except BrokenProcessPool:
            raise BadFile("逐条计算的进程中途停了（多半是内存不够）；重新运行，或写 --processes 1") from None

    def close(self) -> None:
        """Ends the processes; rows that are still waiting are left."""
        if self.executor is not None:
            self.executor.shutdown(cancel_futures=True)
            self.executor = None
