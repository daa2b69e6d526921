"""The two Lark grammars: their text, and parsers from the tables built ahead.

``python -m zhunsheng.dsl.grammar`` writes ``_clause_tables.py`` and ``_document_tables.py`` anew; a test
notices when they are stale (Lark numbers states by set order, so the bytes vary; the digest does not). Building the tables takes longer than all else that ``check`` does.
"""

import sys
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import lark
from lark import Lark
from lark.grammar import Rule
from lark.lexer import TerminalDef

from zhunsheng.dsl import vocabulary

GrammarName = Literal["clause", "document"]

STARTS: dict[GrammarName, list[str]] = {
    "clause": [
        "segment",
        "requirement",
        "tiers",
        "veto",
        "formula",
        "mark",
        "range_cell",
        "unit_cell",
        "label_cell",
    ],
    "document": ["document"],
}


def grammar_text(name: GrammarName) -> str:
    """The whole text of a grammar; the clause grammar's terminals come from the vocabulary."""
    text = files("zhunsheng.dsl").joinpath(f"{name}.lark").read_text(encoding="utf-8")
    if name == "document":
        return text
    lines = []
    for terminal, pattern in vocabulary.terminals().items():
        priority = vocabulary.PRIORITIES.get(terminal)
        escaped = pattern.replace("/", r"\/")
        lines.append(f"{terminal}{'' if priority is None else f'.{priority}'}: /{escaped}/")
    return text + "\n// ---- terminals of vocabulary.py\n" + "\n".join(lines) + "\n"


def grammar_digest(name: GrammarName) -> str:
    """SHA-256 of a grammar's text; its tables carry it, so that stale ones are noticed."""
    from hashlib import sha256

    return sha256(grammar_text(name).encode()).hexdigest()


def build(name: GrammarName, *, strict: bool = False) -> Lark:
    """Builds a parser from the grammar's text. `strict` raises on any conflict or collision."""
    return Lark(
        grammar_text(name),
        parser="lalr",
        lexer="contextual",
        start=STARTS[name],
        strict=strict,
        maybe_placeholders=False,
        keep_all_tokens=True,
    )


@cache
def parser(name: GrammarName) -> Lark:
    """The parser from the tables that ship with the package."""
    tables = import_module(f"zhunsheng.dsl._{name}_tables")
    if lark.__version__ != tables.LARK:
        # Lark promises nothing about tables of another version; building them anew is slow but right.
        return build(name)
    loaded: Lark = Lark._load_from_dict(tables.DATA, tables.MEMO)  # type: ignore[no-untyped-call]
    return loaded


def tables_text(name: GrammarName) -> str:
    """The source of the module that holds a grammar's tables."""
    data, memo = build(name).memo_serialize([TerminalDef, Rule])
    return (
        f'"""Parse tables of {name}.lark, made by `python -m zhunsheng.dsl.grammar`. Do not edit."""\n\n'
        "# fmt: off\n# mypy: ignore-errors\n"
        f"GRAMMAR = {grammar_digest(name)!r}\nLARK = {lark.__version__!r}\nDATA = {_literal(data)}\nMEMO = {_literal(memo)}\n"
    )


def _literal(value: Any) -> str:
    """A Python literal with sets and keys in a fixed order, so that the tables are stable."""
    if isinstance(value, dict):
        items = ", ".join(f"{_literal(k)}: {_literal(v)}" for k, v in value.items())
        return f"{{{items}}}"
    if isinstance(value, list | tuple):
        inner = ", ".join(_literal(v) for v in value)
        if isinstance(value, list):
            return f"[{inner}]"
        return f"({inner},)" if value else "()"
    if isinstance(value, set | frozenset):
        return f"[{', '.join(sorted(_literal(v) for v in value))}]"
    return repr(value)


def main() -> None:
    """Writes the table modules next to this file, those of an unchanged grammar not."""
    # lark looks for words that collide wherever it can, which takes a minute, and only logs them; the tests look.
    lark.lexer.has_interegular = False
    folder = Path(__file__).parent
    for name in STARTS:
        path = folder / f"_{name}_tables.py"
        stamp = f"GRAMMAR = {grammar_digest(name)!r}\nLARK = {lark.__version__!r}\n"
        if path.exists() and stamp in path.read_text(encoding="utf-8"):
            # lark numbers its states anew each time, so that equal grammars would make unequal files.
            continue
        path.write_text(tables_text(name), encoding="utf-8")
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
