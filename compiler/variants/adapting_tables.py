"""Rows of 本地化 about rows of other tables: 数据项/渠道, 解读/最多80分, 计算/年度占比."""

from collections.abc import Iterator

from attrs import frozen

from zhunsheng.compiler.resolve.resolved import Resolved
from zhunsheng.compiler.resolve.tables import ReadingRow, Tables, near_words
from zhunsheng.compiler.variants.edits import Edits
from zhunsheng.compiler.variants.localise import Adaptation
from zhunsheng.compiler.variants.targets import whole_lines
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.rulefile import Parsed
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Source, Span

EVERYWHERE = "全文"


@frozen(eq=False)
class TableRow:
    """A row of 数据项 or 解读, or a line of 计算, under the names that a 对象 may call it by."""

    section: str
    names: tuple[str, ...]
    shown: str
    span: Span


def table_rows_of(parsed: Parsed, tables: Tables) -> tuple[TableRow, ...]:
    """All rows of a file that can be changed one by one."""
    assert parsed.file is not None
    found = [TableRow("数据项", (plain(row.name),), row.name, row.row.span) for row in tables.dictionary]
    found += [TableRow("解读", _reading_names(row), _reading(row), row.row.span) for row in tables.readings]
    found += [TableRow("计算", (plain(d.fact.name),), d.fact.name, d.span) for d in parsed.file.definitions]
    return tuple(found)


def _reading(row: ReadingRow) -> str:
    return f"{row.clause}/{row.doubt}"


def _reading_names(row: ReadingRow) -> tuple[str, ...]:
    return (plain(_reading(row)), plain(row.clause))


class TableRows:
    """The tables of a variant against those of its base."""

    def __init__(
        self,
        parsed: Parsed,
        tables: Tables,
        base: Parsed,
        base_tables: Tables,
        resolved: Resolved,
        edits: Edits,
    ) -> None:
        self.source = parsed.source
        self.base_source = base.source
        self.edits = edits
        self.own = table_rows_of(parsed, tables)
        self.base = table_rows_of(base, base_tables)
        #: Names of facts that the base speaks of anywhere.
        self.known = set(resolved.names)
        self.announced: set[TableRow] = set()

    def adapt(self, row: Adaptation, section: str, name: str) -> Diagnostic | None:
        """Carries out one row; the error at it where that cannot be done."""
        if row.verb is None or row.verb.word == "补充" or len(row.changes) > 1:
            help_text = f"对“{section}”里的一行，改动写：替换、新增或删除"
            return Diagnostic("ZS0621", f"对“{row.target}”不能这样改动", self.source, row.at, help_text)
        mine = [own for own in self.own if own.section == section and name in own.names]
        theirs = [own for own in self.base if own.section == section and name in own.names]
        self.announced |= set(mine)
        if len(theirs) > 1 or len(mine) > 1:
            names = "；或 ".join(
                f"{section}/{own.shown}" for own in (theirs if len(theirs) > 1 else mine)[:4]
            )
            return self.fault("ZS0615", f"“{row.target}”有几行", row, f"写明是哪一行：{names}")
        verb = row.verb.word
        if verb != "新增" and not theirs:
            return self.unknown(row, section, name)
        if verb == "新增" and theirs:
            return self.fault("ZS0621", f"依据里已经有“{row.target}”，不是新增", row, "改动写“替换”")
        if verb != "删除" and not mine:
            help_text = f"在本文件的“{section}”一节写上这一行"
            return self.fault("ZS0620", f"这一行写了“{row.target}”，文件里没有这一行", row, help_text)
        if verb == "删除" and mine:
            return self.fault("ZS0621", f"“{row.target}”要删除，文件里却又写了一行", row, "改动写“替换”")
        return self.remove(row, theirs[0]) if theirs else None

    def remove(self, row: Adaptation, other: TableRow) -> Diagnostic | None:
        line = whole_lines(self.base_source, other.span)
        assert row.verb is not None
        if self.edits.put(line, (self.edits.gone(row, row.verb.span, self.base_source.slice(line)),)):
            return None
        return self.fault("ZS0617", f"“{row.target}”已经由另一行改动了", row, "合并成一行，或删去其中一行")

    def unknown(self, row: Adaptation, section: str, name: str) -> Diagnostic:
        names = {own.names[-1]: own.shown for own in self.base if own.section == section}
        near = near_words(name, names, 2)
        help_text = (
            "是不是“" + "”或“".join(f"{section}/{names[n]}" for n in near) + "”？"
            if near
            else (f"照抄依据里“{section}”一节第一列的字")
        )
        return self.fault("ZS0615", f"依据里没有“{row.target}”", row, help_text)

    def fault(self, code: str, message: str, row: Adaptation, help: str) -> Diagnostic:
        return Diagnostic(code, message, self.source, row.at, help)

    def unannounced(self) -> Iterator[Diagnostic]:
        """Rows of the variant that change what the base says, and that no row of 本地化 announces."""
        for own in self.own:
            if own in self.announced:
                continue
            same = any(other.section == own.section and other.names[0] == own.names[0] for other in self.base)
            if own.section == "解读":
                changes = same or own.names[-1] == EVERYWHERE
            else:
                changes = same or own.names[0] in self.known
            if changes:
                yield unannounced_row(self.source, own.span, f"{own.section}/{own.shown}", same=same)


def unannounced_row(source: Source, span: Span, target: str, *, same: bool) -> Diagnostic:
    """The error for a row that changes the base's meaning without saying so."""

    verb = "替换" if same else "新增"
    message = f"这一行改变依据的意思，“本地化”表没有写“{target}”"
    return Diagnostic("ZS0619", message, source, span, f"在“本地化”表中加一行：| {target} | {verb} | 理由 |")
