"""How tables are read and scored, and what became of their rows."""

import datetime
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Literal

from attrs import frozen

from zhunsheng.compiler.batch.pieces import PLAIN, Reading

Engine = Literal["polars", "duckdb", "python", "spark"]
#: Is told the pass over the tables that is under way, in Chinese, how many rows it has read, and how much of all that is to be read.
Progress = Callable[[str, int, Fraction], None]
#: The passes, where rows are compared with one another, and the one where they are not.
FIRST, SECOND, ONLY = "第1遍：收集要比较的数", "第2遍：评分", "评分"
#: What is said where a table is not the same when it is read again.
CHANGED = "读两遍，内容不一样；文件不要在评分时改动"


@frozen
class Settings:
    """How the tables are read: `keys` are columns taken over, `renamed` and `ignored` as in :func:`read_header`."""

    engine: Engine = "polars"
    keys: tuple[str, ...] = ()
    renamed: Mapping[str, str] = {}
    ignored: tuple[str, ...] = ()
    exact: bool = False
    date: datetime.date | None = None
    #: A worksheet of its own for each subject, in an .xlsx file.
    sheets: bool = False
    #: On how many processes rows are scored one by one.
    processes: int = 1
    #: Whether a summary of all rows is worked out.
    summed: bool = False
    #: Which worksheets are read, and where the names of columns stand.
    reading: Reading = PLAIN


@frozen
class Counts:
    """What became of the rows; `columnar` of the scored ones were worked out in columns."""

    rows: int = 0
    scored: int = 0
    rejected: int = 0
    columnar: int = 0
    files: int = 0
    #: Why rows were scored one by one, where it is no matter of single cells.
    why: tuple[str, ...] = ()
