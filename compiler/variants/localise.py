"""Reading the 本地化 table: rows of 对象, 改动 and 理由."""

from attrs import frozen

from zhunsheng.compiler.resolve.tables import Row, table_rows
from zhunsheng.dsl.rulefile import Parsed
from zhunsheng.dsl.variant import Change, Reword, SetMark, Verb, read_changes
from zhunsheng.runtime.diagnostics import Diagnostic
from zhunsheng.runtime.source import Span

COLUMNS = ("对象", "改动", "理由")


@frozen(eq=False)
class Adaptation:
    """A row that could be read."""

    target: str
    changes: tuple[Change, ...]
    reason: str
    row: Row

    @property
    def at(self) -> Span:
        """The place of the 对象."""
        return self.row.at("对象")

    @property
    def verb(self) -> Verb | None:
        """Its 替换, 新增, 删除 or 补充."""
        return next((change for change in self.changes if isinstance(change, Verb)), None)

    @property
    def mark(self) -> SetMark | None:
        """Its weight or points."""
        return next((change for change in self.changes if isinstance(change, SetMark)), None)

    @property
    def rewords(self) -> tuple[Reword, ...]:
        """Its changes of words."""
        return tuple(change for change in self.changes if isinstance(change, Reword))


def read_adaptations(parsed: Parsed) -> tuple[tuple[Adaptation, ...], tuple[Diagnostic, ...]]:
    """The rows of 本地化, and the cells that cannot be read."""
    assert parsed.file is not None
    heading = parsed.file.sections.get("本地化")
    if heading is None:
        return (), ()
    rows, found = table_rows(heading.tables, COLUMNS, COLUMNS, parsed.source)
    adaptations = []
    for row in rows:
        faults = list(_faults(row, parsed))
        changes, unread = read_changes(row.cells["改动"], parsed.source)
        faults += unread
        if not faults:
            faults += _disagreeing(changes, parsed)
        found += faults
        if not faults:
            adaptations.append(Adaptation(row.text("对象"), changes, row.text("理由"), row))
    return tuple(adaptations), tuple(found)


def _faults(row: Row, parsed: Parsed) -> list[Diagnostic]:
    if not row.text("对象"):
        help_text = "写上标题，如“需求响应/与中小企业沟通交流的渠道”，或条款的编号"
        return [Diagnostic("ZS0615", "这一行没有写对象", parsed.source, row.span, help_text)]
    if not row.text("理由"):
        message = f"对“{row.text('对象')}”的改动没有写理由"
        help_text = "在“理由”一列写明为什么这样改"
        return [Diagnostic("ZS0618", message, parsed.source, row.at("对象"), help_text)]
    return []


def _disagreeing(changes: tuple[Change, ...], parsed: Parsed) -> list[Diagnostic]:
    """Changes of one row that exclude one another."""
    verbs = [change for change in changes if isinstance(change, Verb)]
    marks = [change for change in changes if isinstance(change, SetMark)]
    words = [change for change in changes if isinstance(change, Reword)]
    removed = [verb for verb in verbs if verb.word == "删除"]
    extra: list[Change] = [*verbs[1:], *marks[1:]]
    second = extra[0] if extra else None
    if second is None and removed and len(changes) > 1:
        second = next(change for change in changes if change is not removed[0])
    if second is None and verbs and words:
        second = words[0]
    if second is None:
        return []
    message = f"这一行的几项改动不能同时成立：“{parsed.source.slice(second.span)}”"
    help_text = "替换、新增、删除、补充只写一项；权重或分值只写一次；改字不能与它们同写"
    return [Diagnostic("ZS0617", message, parsed.source, second.span, help_text)]
