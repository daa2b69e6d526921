"""Where standards lie: the library, and the files beside a rule file that it may name."""

import re
from collections.abc import Iterator
from pathlib import Path

import zhunsheng.standards

STANDARD_FILE = "standard.zhun.md"
_SUFFIX = ".zhun.md"
#: A name is no path: no separator, no leading dot.
_NAME = r"[\w\u4e00-\u9fff][\w\-.\u4e00-\u9fff]{0,99}"


def folder() -> Path:
    """Where the library lies."""
    return Path(zhunsheng.standards.__path__[0])


def library() -> dict[str, Path]:
    """The ids of the library with their rule files, sorted."""
    return {path.parent.name: path for path in sorted(folder().glob(f"*/{STANDARD_FILE}"))}


def is_name(name: str) -> bool:
    """Whether words can be the name of a standard at all."""
    return re.fullmatch(_NAME, name) is not None and ".." not in name


def named(name: str, beside: Path) -> tuple[Path, ...]:
    """The rule files that a name may mean: that of the library, and those beside a file; each once."""
    if not is_name(name):
        return ()
    found = {path.resolve(): path for path in _candidates(name, beside) if path.is_file()}
    return tuple(found.values())


def _candidates(name: str, beside: Path) -> Iterator[Path]:
    around = beside.parent
    if name.endswith(_SUFFIX):
        yield around / name
        return
    known = library()
    if name in known:
        yield known[name]
    yield around / f"{name}{_SUFFIX}"
    yield around / name / STANDARD_FILE
    if beside.name == STANDARD_FILE:
        yield around.parent / name / STANDARD_FILE
        yield around.parent / f"{name}{_SUFFIX}"


def standard_id(path: Path) -> str:
    """The id of a standard by its path."""
    stem = path.name.removesuffix(_SUFFIX)
    return path.resolve().parent.name if stem == STANDARD_FILE.removesuffix(_SUFFIX) else stem


_MARKS = re.compile(r"^ {0,3}##[^\r\n]*本地化|^[ \t\u3000]*依据[ \t]*[：:]", re.MULTILINE)


def may_adapt(text: str) -> bool:
    """Whether a text can be a variant at all; most are none, and are not read twice."""
    return _MARKS.search(text) is not None
