"""How far `zhunsheng new --from` gets: each library standard drafted anew from its official text.

``python benchmarks/draft.py`` compares every draft with the finished standard, sentence by sentence;
``python benchmarks/draft.py FILE…`` drafts official texts that have no finished standard to compare with.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen

from zhunsheng.compiler.draft_notes import pending, with_questions
from zhunsheng.dsl import ast
from zhunsheng.dsl.decode import read_source
from zhunsheng.dsl.drafting.draft import draft
from zhunsheng.dsl.drafting.official_text import read_elements
from zhunsheng.dsl.drafting.propose import mark_sentence
from zhunsheng.dsl.formatting.meaning import meaning
from zhunsheng.dsl.normal import plain, unmarked
from zhunsheng.dsl.rulefile import read_rules
from zhunsheng.library import library
from zhunsheng.runtime.source import Source

#: Sentences as they stand in the scoring sheets of the field; its refusals were tried on them, its patterns were not made from them.
FIELD = (
    "建立健全内部管理制度的，得5分，不完善的扣2分",
    "有专职服务人员10人以上的得10分，每少1人扣1分，扣完为止",
    "服务满意度达到90%以上得10分，80%以上不足90%得6分，80%以下不得分",
    "年服务企业数量达到100家得基本分5分，每增加10家加1分，最高10分",
    "每发生一起有效投诉扣5分，扣完为止",
    "获得国家级、省级、市级奖励的，每项分别加10分、6分、3分",
    "未按时报送统计数据的，每次扣2分",
    "提供虚假材料的，取消申报资格",
    "组织开展培训活动不少于5场的得5分，每少一场扣1分",
    "场地面积500平方米以上的得5分，300平方米以上不足500平方米的得3分",
    "营业收入同比增长10%以上的得10分，每降低1个百分点扣1分",
    "有3名以上高级职称人员的，加5分",
    "每新增一家规模以上企业加2分，最多10分",
    "举办创业大赛的，每场加3分，最多不超过9分",
    "被市级以上媒体报道的，每次加1分，累计不超过5分",
    "服务企业100家以上得10分",
    "入驻企业不少于30家，得8分",
    "年度内新增就业50人以上的，得6分；每增加10人加1分",
    "设有专门的服务窗口得3分",
    "近三年获得省级以上荣誉称号的，每项加5分",
    "投诉处理及时率100%的，得5分",
    "服务收入占总收入比重达到50%以上的，得10分",
    "按时完成年度任务的，得20分，未完成的不得分",
    "服务机构注册满2年得2分",
    "每家企业服务不少于2次的得4分",
    "对中小企业收费优惠幅度达到20%的加5分",
    "专职人员中大专以上学历占70%以上的，加10分",
    "获得两项以上专利的，加10分",
    "线上服务平台访问量超过1万次的，加5分",
    "活动参与企业超过50家的，每场加2分",
    "不超过3天响应的得5分",
    "服务对象满意率低于60%的，本项不得分",
    "根据服务台账酌情给分，最高10分",
    "每季度报送一次信息的得2分",
)


@frozen
class Outcome:
    """A draft against its finished standard, in sentences that score."""

    clauses: int
    #: Stand in the draft as rules, and read there without a change.
    read: int
    #: Of those that read: others than in the finished standard, and others only in the words of a fact.
    corrected: int
    renamed: int
    #: Rows of the finished standard's rule tables, and those of them that the draft has.
    rows: int
    rows_found: int
    #: What the draft leaves to the author.
    pending: int


def official(path: Path) -> str:
    """A draft from a file of official text, with what is left to the author."""
    source, _ = read_source(path)
    assert source is not None, path
    return with_questions(draft(read_elements(source.text.removeprefix("\ufeff"))))


def tree(text: str) -> ast.RuleFile:
    """The tree of a rule text."""
    file = read_rules(Source("", text)).file
    assert file is not None
    return file


def sentences(file: ast.RuleFile) -> Iterator[ast.Segment]:
    """The executable sentences, those of descriptions alone left out."""
    for _, _, paragraph in file.executable():
        yield from (s for s in paragraph.segments if s.items or s.broken)


def rows(file: ast.RuleFile) -> Iterator[tuple[str, ...]]:
    """The rows of tables that are rules."""

    def visit(heading: ast.Heading) -> Iterator[tuple[str, ...]]:
        for table in heading.tables:
            for row in table.rows:
                yield tuple(official_words(cell.text) for cell in row)
        for child in heading.children:
            yield from visit(child)

    for heading in file.indicators:
        yield from visit(heading)
    for name, heading in file.sections.items():
        if name not in ("数据项", "解读", "案例", "本地化"):
            yield from visit(heading)


def official_words(text: str) -> str:
    """Words without the author's brackets."""
    return plain("".join(char for char, _ in unmarked((char, 0) for char in text)))


def unnamed(node: object) -> object:
    """What a tree says when all facts are called alike."""
    if isinstance(node, ast.FactMention):
        return "fact"
    if isinstance(node, tuple):
        return tuple(unnamed(part) for part in node)
    kind: Any = type(node)
    if attrs.has(kind):
        return kind.__name__, tuple(unnamed(getattr(node, f.name)) for f in attrs.fields(kind) if f.eq)
    return node


def compare(drafted: str, finished: str) -> Outcome:
    """A draft against the finished text."""
    mine = {official_words(s.text): s for s in sentences(tree(drafted)) if not s.broken}
    theirs = [s for s in sentences(tree(finished)) if s.items]
    pairs = [(mine.get(official_words(s.text)), s) for s in theirs]
    read = [(ours, s) for ours, s in pairs if ours is not None]
    different = [(ours, s) for ours, s in read if meaning(ours.items) != meaning(s.items)]
    renamed = [s for ours, s in different if unnamed(ours.items) == unnamed(s.items)]
    wanted = list(rows(tree(finished)))
    have = set(rows(tree(drafted)))
    return Outcome(
        clauses=len(theirs),
        read=len(read),
        corrected=len(different) - len(renamed),
        renamed=len(renamed),
        rows=len(wanted),
        rows_found=sum(row in have for row in wanted),
        pending=len(pending(drafted)),
    )


def main(arguments: list[str]) -> int:
    """Prints a line for each text."""
    for name in arguments:
        text = official(Path(name))
        drafted = list(sentences(tree(text)))
        read = sum(not s.broken for s in drafted)
        print(
            f"{Path(name).name}: {len(drafted)} sentences drafted as rules, {read} read; {len(pending(text))} points left"
        )
    for id, path in library().items() if not arguments else ():
        source = path.parent / "source.txt"
        if not source.is_file():
            continue
        own = compare(official(source), path.read_text(encoding="utf-8"))
        share = f"{own.read * 100 // own.clauses}%" if own.clauses else "–"
        print(
            f"{id}: {own.read} of {own.clauses} sentences read without a change ({share}), "
            f"of those {own.corrected} corrected in meaning, {own.renamed} in the name of a fact; "
            f"{own.rows_found} of {own.rows} table rows; {own.pending} points left to the author"
        )
    if not arguments:
        read = sum(mark_sentence(sentence) is not None for sentence in FIELD)
        print(
            f"sentences of the field: {read} of {len(FIELD)} read with proposed brackets, the rest are left alone"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
