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
from zhunsheng.dsl.draft import draft
from zhunsheng.dsl.meaning import meaning
from zhunsheng.dsl.normal import plain, unmarked
from zhunsheng.dsl.official_text import read_elements
from zhunsheng.dsl.rulefile import read_rules
from zhunsheng.library import library
from zhunsheng.runtime.source import Source


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
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
