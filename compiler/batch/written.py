"""Files of a batch are written beside their final names and put there when whole, those that belong together at once.

A run that is interrupted leaves nothing under a final name; what it leaves beside it is removed by the next run.
"""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from zhunsheng.compiler.batch.chunks import BadFile
from zhunsheng.runtime.reading.system_words import why


@contextmanager
def whole(*paths: Path) -> Iterator[list[Path]]:
    """The names to write to; in the end all the files come under their final names, or none. Raises :class:`BadFile`.

    A name that is a symbolic link stays one: what it points to is replaced.
    """
    final = [path.resolve() for path in paths]
    beside = [path.with_name(f".{path.name}.partial") for path in final]
    try:
        for path in final:
            # Known beforehand, so that not one of the files is put there and the other is not.
            if path.is_dir():
                raise BadFile(f"{path}：是文件夹，不能写成文件；结果换一个名字，或先把它移走")
        for partial in beside:
            partial.unlink(missing_ok=True)
        yield beside
        for partial, path in zip(beside, final, strict=True):
            os.replace(partial, path)
    except OSError as error:
        raise BadFile(f"{paths[0]}：没有写成（{why(error)}）") from None
    finally:
        for partial in beside:
            with suppress(OSError):
                partial.unlink(missing_ok=True)


class _Steady(io.FileIO):
    """A file that keeps to itself what goes wrong in writing, until it is asked: what packs a workbook tries once more
    to write when it is thrown away, and would complain of that on standard error."""

    failure: OSError | None = None

    def write(self, data: Any) -> int:
        left = memoryview(data)
        size = len(left)
        while left and self.failure is None:
            try:
                left = left[super().write(left) or 0 :]
            except OSError as error:
                self.failure = error
        return size


def _afresh(error: OSError) -> OSError:
    """The same error without where it came from: that keeps alive what packs the workbook, and it has to go before the
    file is closed."""
    return OSError(error.errno, error.strerror)


class Book:
    """A workbook under way; `book` takes xlsxwriter's calls."""

    def __init__(self, path: Path, settings: dict[str, bool] | None = None) -> None:
        import xlsxwriter

        self.file = _Steady(path, "w")
        self.book: Any = xlsxwriter.Workbook(self.file, settings or {})

    def close(self) -> None:
        """Packs the workbook; raises what went wrong in writing it."""
        from xlsxwriter.exceptions import FileCreateError

        with self.file:
            try:
                self.book.close()
            except (FileCreateError, OSError) as error:
                self.file.failure = self.file.failure or _afresh(
                    error.args[0] if isinstance(error, FileCreateError) else error
                )
        if self.file.failure is not None:
            raise self.file.failure
