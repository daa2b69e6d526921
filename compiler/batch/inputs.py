"""The tables of a run, one after the other: under the names that they have for people, and with how much is behind."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from attrs import evolve, field, frozen

from zhunsheng.compiler.batch.chunks import chunks, heads
from zhunsheng.compiler.batch.pieces import PLAIN, BadFile, Chunk, Reading
from zhunsheng.compiler.batch.settings import Progress


@frozen
class Tables:
    """The files of a run in their order."""

    paths: Sequence[Path] = ()
    how: Reading = PLAIN
    counts: Counter[str] = field(init=False)

    @counts.default
    def _names(self) -> Counter[str]:
        return Counter(path.name for path in self.paths)

    def without(self, sheets: Collection[str]) -> list[str]:
        """What is said of worksheets that are to be read and are not among `sheets`."""
        return [
            f"--sheet 里的“{name}”，没有一个工作簿有，或是空的"
            for name in self.how.sheets
            if name not in sheets
        ]

    def heads(self, path: Path) -> Iterator[Chunk]:
        """The beginning of every table of a file; raises :class:`BadFile`."""
        return self._labelled(path, heads(path, self.how))

    def pieces(self) -> Iterator[Chunk]:
        """The pieces of all files; the share of each is that of all bytes. Raises :class:`BadFile`."""
        sizes = [_size(path) for path in self.paths]
        before, whole = 0, sum(sizes)
        for path, size in zip(self.paths, sizes, strict=True):
            for chunk in self._labelled(path, chunks(path, how=self.how)):
                yield evolve(chunk, share=(before + size * chunk.share) / whole)
            before += size

    def _labelled(self, path: Path, found: Iterator[Chunk]) -> Iterator[Chunk]:
        """Pieces under the name of their file, or under its path where several have one name."""
        label = str(path) if self.counts[path.name] > 1 else path.name
        try:
            for chunk in found:
                yield evolve(chunk, file=label)
        except BadFile as error:
            raise BadFile(label + str(error).removeprefix(path.name)) from None


def _size(path: Path) -> int:
    """The bytes of a file; one that is not there is told of when it is read."""
    try:
        return max(path.stat().st_size, 1)
    except OSError:
        return 1


def within(
    progress: Progress, words: str, rows: int, before: Fraction, chunk: Chunk
) -> Callable[[int], None]:
    """What tells of the rows of a piece that are done while it is under way; `rows` and the share `before` lie behind it."""

    def tick(done: int) -> None:
        progress(words, rows + done, before + (chunk.share - before) * Fraction(done, len(chunk.frame)))

    return tick
