"""What is written never replaces what is read: every command with -o asks here before it starts."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from zhunsheng.commands.common import USAGE_WRONG, stop


def guard(outputs: Iterable[Path | None], inputs: Iterable[Path]) -> None:
    """Ends with a message where an output is a file that is read, holds one as a folder, or is another output."""
    read = list(inputs)
    written: list[Path] = []
    for output in outputs:
        if output is None:
            continue
        for path in read:
            if _same(output, path):
                stop(f"“{output}”是要读入的文件，写进去就没有了；结果换一个文件名", USAGE_WRONG)
            if _holds(output, path):
                stop(f"“{output}”是放着要读入的文件的文件夹，写进去就没有了；结果换一个名字", USAGE_WRONG)
        if any(_same(output, path) for path in written):
            stop(f"两样结果都写到“{output}”，后写的会盖掉先写的；各写一个文件名", USAGE_WRONG)
        written.append(output)


def guard_folders(outputs: Iterable[Path | None], folders: Iterable[Path]) -> None:
    """Ends with a message where an output lies in a folder whose files are all read: the next run would read it, too."""
    inputs = list(folders)
    for output in outputs:
        for folder in inputs:
            if output is not None and _holds(folder, output):
                stop(
                    f"“{output}”在要读入的文件夹“{folder}”里，下一次会当作表格读进去；结果写到别的文件夹",
                    USAGE_WRONG,
                )


def guard_rules(output: Path | None, *rules: Path, others: Iterable[Path] = ()) -> None:
    """The same for one output of a command that reads rule files, with what those name beside them."""
    if output is not None and os.path.lexists(output):
        guard([output], [*(path for rule in rules for path in rule_files(rule)), *others])


def rule_files(path: Path) -> Iterator[Path]:
    """A rule file with its 原文 and the standards it adapts, as far as they lie there."""
    from zhunsheng.compiler.checks.official import source_path
    from zhunsheng.compiler.variants.bases import named
    from zhunsheng.dsl.decode import read_source
    from zhunsheng.dsl.rulefile import read_rules

    seen: set[Path] = set()
    left = [path]
    while left:
        one = left.pop()
        if one.resolve() in seen:
            continue
        seen.add(one.resolve())
        yield one
        source, _ = read_source(one)
        parsed = read_rules(source) if source is not None else None
        if parsed is None or parsed.file is None:
            continue
        official = source_path(parsed, one)
        if isinstance(official, Path):
            yield official
        left += [base for e in parsed.file.head if e.key == "依据" for base in named(e.value, one)]


def _same(first: Path, second: Path) -> bool:
    """Whether two names are one file, through links of either kind. A device or a pipe holds nothing to lose."""
    try:
        return first.samefile(second) and not _passing(first)
    except OSError:
        return first.resolve() == second.resolve()


def _passing(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()


def _holds(folder: Path, path: Path) -> bool:
    return folder.resolve() in path.resolve().parents
