"""The columns of a table: which hold facts, which tell the subjects apart, and what is wrong with them."""

import difflib
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from attrs import frozen

from zhunsheng.compiler import ir
from zhunsheng.runtime.facts import EVALUATION_DATE, FactSpec, FactType
from zhunsheng.runtime.reading.raw_facts import SUBJECT
from zhunsheng.runtime.reading.typed_text import name_key, quoted

#: How a column says what its numbers are: 服务满意度(%) holds 86, 服务满意度(比值) holds 0.86.
Measure = Literal["%", "比值", ""]
_MEASURES: tuple[tuple[str, Measure], ...] = (("(%)", "%"), ("(比值)", "比值"))


@frozen
class Column:
    """A column with facts: its name in the table, the fact, and what its numbers are."""

    name: str
    spec: FactSpec
    measure: Measure = ""
    #: Whether it says that the fact is 不适用.
    absent: bool = False


@frozen
class Header:
    """The columns of a table: facts, and the key columns that are taken over, subject and date among them."""

    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    subject: str | None
    date: str | None

    @property
    def known_by(self) -> str | None:
        """The key column that tells the subjects apart: their names, else the first one."""
        return self.subject or next(iter(self.keys), None)


def read_header(
    program: ir.Program,
    names: Sequence[str],
    keys: Sequence[str] = (),
    renamed: Mapping[str, str] | None = None,
    ignored: Sequence[str] = (),
    results: Collection[str] = (),
) -> tuple[Header | None, tuple[str, ...]]:
    """What each column of a table is, or all that is wrong, in Chinese.

    `renamed` gives the name that stands for a column's own. A column that is no fact must be among `keys` (taken over
    into the results) or `ignored`, so that a misspelt fact is never passed over. `results` are the names of the columns
    of results, which no key may have.
    """
    specs = {name_key(spec.name): spec for spec in program.facts if spec.name != EVALUATION_DATE}
    faults = [f"--key 里的“{name}”不是表里的列" for name in keys if name not in names]
    found: list[Column] = []
    own_keys: list[str] = []
    strange: list[str] = []
    special: dict[str, str] = {}
    seen: dict[tuple[str, bool], str] = {}
    for name in names:
        if name in ignored:
            continue
        meaning = (renamed or {}).get(name, name)
        key = name_key(meaning)
        if key in (SUBJECT, EVALUATION_DATE):
            if key in special:
                faults.append(f"“{special[key]}”和“{name}”都是{key}；只留一列")
            special[key] = name
            own_keys.append(name)
            continue
        column = _column(name, meaning, specs)
        if name in keys:
            own_keys.append(name)
        if column is None:
            if name in keys:
                continue
            faults.append(_unknown(name, meaning, specs))
            strange.append(name)
        elif (column.spec.name, column.absent) in seen:
            faults.append(f"“{seen[column.spec.name, column.absent]}”和“{name}”是同一个数据项；只留一列")
        else:
            seen[column.spec.name, column.absent] = name
            found.append(column)
    known = [name for name in names if name not in strange]
    if strange and not known and not renamed and not any("是不是" in fault for fault in faults):
        faults = [_no_head(strange)]
    both = {name.casefold() for name in results}
    faults += [
        f"“{name}”与结果表的列同名；在表里改名，或写 --ignore" for name in own_keys if name.casefold() in both
    ]
    if not found and not faults:
        faults.append("表里没有一列是数据项；第一行应是列名，列名就是数据项的名称")
    if faults:
        return None, tuple(faults)
    return Header(tuple(found), tuple(own_keys), special.get(SUBJECT), special.get(EVALUATION_DATE)), ()


def not_there(names: Collection[str], renamed: Collection[str], ignored: Collection[str]) -> list[str]:
    """What is said of columns that are renamed or ignored and that no table has; one of several tables is enough."""
    faults = [f"--ignore 里的“{name}”不是表里的列" for name in ignored if name not in names]
    return faults + [f"--map 里的“{name}”不是表里的列" for name in renamed if name not in names]


def _column(name: str, meaning: str, specs: Mapping[str, FactSpec]) -> Column | None:
    """A column with facts; None where no fact has its name."""
    key = name_key(meaning)
    if key in specs:
        return Column(name, specs[key])
    if key.endswith("不适用") and key.removesuffix("不适用") in specs:
        spec = specs[key.removesuffix("不适用")]
        return Column(name, spec, absent=True) if spec.allows_na else None
    for ending, measure in _MEASURES:
        plain = key.replace("（", "(").replace("）", ")").replace("％", "%")
        spec_key = name_key(plain.removesuffix(ending))
        if plain.endswith(ending) and spec_key in specs and specs[spec_key].type is FactType.PERCENT:
            return Column(name, specs[spec_key], measure)
    return None


def _no_head(names: Sequence[str]) -> str:
    """What is said of a row that has not one name of a column."""
    told = "、".join(quoted(name) for name in names[:3]) + ("等" if len(names) > 3 else "")
    return f"列名所在的行是{told}，没有一个是数据项或评价对象。CSV、Excel 的列名不在第一行的，写 --head 行号（如 --head 2）；这不是要评的工作表，写 --sheet 工作表，只读要评的；列名另有叫法的写 --map"


def _unknown(name: str, meaning: str, specs: Mapping[str, FactSpec]) -> str:
    key = name_key(meaning)
    close = difflib.get_close_matches(key, list(specs), n=1, cutoff=0.5) if len(key) <= 200 else []
    near = f"是不是“{specs[close[0]].name}”？" if close else ""
    if meaning != name:
        return f"--map 把{quoted(name)}改成{quoted(meaning)}，没有叫{quoted(meaning)}的数据项。{near}"
    return f"{quoted(name)}这一列不是数据项。{near}要原样带进结果就写 --key，不用就写 --ignore，改名写 --map"
