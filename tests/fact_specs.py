"""A data dictionary with a fact of every type, and short ways to read files against it."""

from fractions import Fraction
from pathlib import Path

from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.facts import Entry, FactSheet, FactSpec, FactType, FactUse
from zhunsheng.runtime.reading.read_facts import read_facts

SPECS = (
    FactSpec(
        "渠道",
        FactType.LIST,
        "种",
        question="建立了哪些渠道？",
        uses=(FactUse("1.1.1", "每建立一种渠道加20分"),),
    ),
    FactSpec("按时完成相关服务", FactType.YES_NO, uses=(FactUse("1.2.1", "按时完成相关服务的加50分"),)),
    FactSpec("相关服务满意度", FactType.PERCENT, low=Fraction(0), high=Fraction(1), allows_na=True),
    FactSpec("同比增长", FactType.PERCENT),
    FactSpec("服务企业", FactType.COUNT, "家", low=Fraction(0), high=Fraction(100_000), evidence="服务台账"),
    FactSpec("频次", FactType.QUANTITY, "次"),
    FactSpec("公益性支出", FactType.MONEY, "万元", low=Fraction(0)),
    FactSpec("服务年限", FactType.DURATION, "年"),
    FactSpec("响应时间", FactType.DURATION, "小时"),
    FactSpec("人员安排", FactType.POINTS, "分", low=Fraction(0), high=Fraction(20)),
    FactSpec("制度健全", FactType.JUDGED),
    FactSpec("奖励级别", FactType.CHOICE, choices=("国家级", "省级，部级", "市级")),
    FactSpec("成立日期", FactType.DATE),
    FactSpec("登录日期", FactType.LIST, "天", dated=True),
)
BY_NAME = {spec.name: spec for spec in SPECS}


def read(folder: Path, name: str, content: str | bytes) -> tuple[FactSheet | None, tuple[Diagnostic, ...]]:
    """Writes a fact file and reads it."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_facts(path, SPECS)


def sheet_of(folder: Path, name: str, content: str | bytes) -> FactSheet:
    """The sheet of a file that has no errors."""
    sheet, diagnostics = read(folder, name, content)
    assert diagnostics == ()
    assert sheet is not None
    return sheet


def filled(sheet: FactSheet) -> dict[str, Entry]:
    """The entries that hold a value."""
    return {name: entry for name, entry in sheet.entries.items() if entry.value is not None}


def errors(folder: Path, name: str, content: str | bytes) -> list[tuple[str, str]]:
    """The codes of a file's errors with the words they underline."""
    sheet, diagnostics = read(folder, name, content)
    assert sheet is None
    assert all("\n" not in d.message and d.help for d in diagnostics)
    return [(d.code, d.underlined) for d in diagnostics]
