"""Which tables a run reads: files, folders of them and patterns of names. Nothing in a folder is passed over silently."""

from collections.abc import Iterable, Iterator, Sequence
from glob import glob, has_magic
from pathlib import Path

from attrs import frozen

from zhunsheng.compiler.batch.chunks import SUFFIXES
from zhunsheng.compiler.batch.pieces import BadFile
from zhunsheng.runtime.reading.system_words import why

#: Endings of files that hold tables, or may, and are not read.
_OTHERS = frozenset(
    f".{ending}"
    for endings in (
        "xls xlsb xlt et ett ods numbers dbf mdb accdb sqlite dta sav sas7bdat feather arrow orc avro txt json",
        "gz bz2 xz zst zip rar 7z tar tgz",
    )
    for ending in endings.split()
)
#: Endings of all that may hold a table.
_ANY = _OTHERS.union(SUFFIXES)
#: Names that are told at once.
_MOST = 10


@frozen
class Found:
    """The tables of a run, and what lies in the folders and is no table."""

    tables: tuple[Path, ...]
    left: tuple[Path, ...]


def find(names: Iterable[str]) -> Found:
    """The tables among files, folders and patterns, in order of name within a folder or pattern; raises :class:`BadFile`."""
    tables: list[Path] = []
    left: list[Path] = []
    for name in names:
        for path in named(name):
            if not path.is_dir():
                tables.append(path)
                continue
            own = _of_folder(path)
            tables += own.tables
            left += own.left
    twice = _twice(tables)
    if twice is not None:
        raise BadFile(f"{twice}：写了两次，里面的每一行会评两次；只写一次")
    return Found(tuple(tables), tuple(left))


def named(name: str) -> Sequence[Path]:
    """The file or folder of a name, or those that a pattern fits, in order; raises :class:`BadFile`."""
    path = Path(name)
    if not has_magic(name) or path.exists():
        return [path]
    fitting = sorted(Path(one) for one in glob(name, recursive=True))
    if not fitting:
        raise BadFile(f"没有合于“{name}”的文件")
    return fitting


def told(paths: Sequence[Path]) -> str:
    """Some names in a line."""
    return "、".join(path.name for path in paths[:_MOST]) + (
        f"等{len(paths)}个" if len(paths) > _MOST else ""
    )


def _of_folder(folder: Path) -> Found:
    tables: list[Path] = []
    others: list[Path] = []
    left: list[Path] = []
    for path in _listed(folder):
        if _is_hidden(path):
            left.append(path)
        elif path.is_dir():
            (others if _holds_tables(path) else left).append(path)
        elif path.suffix.lower() in SUFFIXES:
            tables.append(path)
        else:
            (others if path.suffix.lower() in _OTHERS else left).append(path)
    folders = [path for path in others if path.is_dir()]
    files = [path for path in others if path not in folders]
    faults = []
    if files:
        faults.append(
            f"{folder}：里面的{told(files)}像是表格，却读不了；另存为 .xlsx 或 .csv（压缩的先解压），不要的移出文件夹"
        )
    if folders:
        faults.append(
            f"{folder}：里面的文件夹{told(folders)}也放着表格；只读一层，要读的单独写出来（如 {folders[0]}），不要的移出去"
        )
    if not tables and not faults:
        faults.append(f"{folder}：文件夹里没有表格（{'、'.join(SUFFIXES)}）")
    if faults:
        raise BadFile("\n".join(faults))
    return Found(tuple(tables), tuple(left))


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise BadFile(f"{folder}：读不了这个文件夹（{why(error)}）") from None


def _is_hidden(path: Path) -> bool:
    """Whether a file is kept by a program for itself: locks of open workbooks, halves of results, settings of folders."""
    return path.name.startswith((".", "~$"))


def _holds_tables(folder: Path) -> bool:
    """Whether there is anything like a table in a folder, however deep."""
    return any(path.suffix.lower() in _ANY for path in _below(folder))


def _below(folder: Path) -> Iterator[Path]:
    for path in _listed(folder):
        if _is_hidden(path):
            continue
        if not path.is_dir():
            yield path
        elif not path.is_symlink():
            yield from _below(path)


def _twice(tables: Sequence[Path]) -> Path | None:
    """The first file that comes twice, under whatever name."""
    seen: set[Path] = set()
    for path in tables:
        own = path.resolve()
        if own in seen:
            return path
        seen.add(own)
    return None
