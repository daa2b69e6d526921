"""The two Lark grammars: their text, and the tables that ``dsl/parsing`` reads texts by.

``python -m zhunsheng.dsl.grammar`` writes ``_clause_tables.py`` and ``_document_tables.py`` anew; a test
notices when they are stale. Building them takes longer than all else that ``check`` does, and so does loading what
Lark itself saves of a parser; the tests hold the parser of the tables against the one that Lark builds.
"""

import re
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import lark
from lark import Lark
from lark.lexer import PatternRE
from lark.parsers.lalr_analysis import Shift

from zhunsheng.dsl import vocabulary
from zhunsheng.dsl.parsing.beginnings import alternatives, beginnings
from zhunsheng.dsl.parsing.parser import GrammarName

#: Lark's name of what stands behind the last word.
END = "$END"

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
    # Unless it is strict, Lark only logs which words collide, and looking for them takes minutes.
    lark.lexer.has_interegular = strict
    return Lark(
        grammar_text(name),
        parser="lalr",
        lexer="contextual",
        start=STARTS[name],
        strict=strict,
        maybe_placeholders=False,
        keep_all_tokens=True,
    )


def tables_text(name: GrammarName, built: Lark) -> str:
    """The source of the module that holds a grammar's tables.

    SYMBOLS: the terminals in the order in which they are tried, the end, the rules' names. TERMINALS: how
    many they are. ALTERNATIVES and RULES: see ``parser.py``. STATES: a line for each state, with
    ``symbol>state`` for what is gone to and ``rule<symbol,symbol`` for what is reduced. States are numbered as they
    are met from the starts, so that equal grammars make equal tables.
    """
    frontend: Any = built.parser
    terminals = frontend.lexer.root_lexer.terminals
    for terminal in terminals:
        assert isinstance(terminal.pattern, PatternRE) and not terminal.pattern.flags, terminal
    table = frontend.parser._parse_table
    rules = sorted(built.rules, key=repr)
    nonterminals = sorted({str(rule.origin.name) for rule in rules})
    symbols = [*(str(terminal.name) for terminal in terminals), END, *nonterminals]
    number = {symbol: i for i, symbol in enumerate(symbols)}
    rule_number = {rule: i for i, rule in enumerate(rules)}

    met = [table.start_states[start] for start in STARTS[name]]
    for state in met:
        gone_to = [arg for _, (action, arg) in sorted(table.states[state].items()) if action is Shift]
        met += [target for target in dict.fromkeys(gone_to) if target not in met]
    state_number = {state: i for i, state in enumerate(met)}

    lines = []
    for state in met:
        shifts: list[str] = []
        reduced: dict[int, list[int]] = {}
        for symbol, (action, arg) in sorted(table.states[state].items(), key=lambda item: number[item[0]]):
            if action is Shift:
                shifts.append(f"{number[symbol]}>{state_number[arg]}")
            else:
                reduced.setdefault(rule_number[arg], []).append(number[symbol])
        reductions = [f"{rule}<{','.join(map(str, on))}" for rule, on in sorted(reduced.items())]
        lines.append(" ".join([*shifts, *reductions]))
    starts = {
        s: (state_number[table.start_states[s]], state_number[table.end_states[s]]) for s in STARTS[name]
    }
    return "".join(
        [
            f'"""Parse tables of {name}.lark, made by `python -m zhunsheng.dsl.grammar`. Do not edit."""\n\n',
            "# fmt: off\n# mypy: ignore-errors\n",
            _stamp(name),
            f"STARTS = {starts!r}\n",
            f"IGNORED = {tuple(number[ignored] for ignored in frontend.lexer_conf.ignore)!r}\n",
            _literal("SYMBOLS", symbols),
            f"TERMINALS = {len(terminals)}\n",
            _literal(
                "ALTERNATIVES",
                [a for i, t in enumerate(terminals) for a in _alternatives(i, t.pattern.value)],
            ),
            _literal("RULES", [_rule(rule, number) for rule in rules]),
            _literal("STATES", lines),
        ]
    )


def _alternatives(symbol: int, pattern: str) -> list[tuple[int, bool, str, str | None]]:
    return [(symbol, re.escape(own) == own, own, beginnings(own)) for own in alternatives(pattern)]


def _stamp(name: GrammarName) -> str:
    return f"GRAMMAR = {grammar_digest(name)!r}\nLARK = {lark.__version__!r}\n"


def _rule(rule: Any, number: dict[str, int]) -> tuple[int, int, str, bool, tuple[int, ...]]:
    inlined = tuple(i for i, s in enumerate(rule.expansion) if not s.is_term and s.name.startswith("_"))
    lone = bool(rule.options.expand1 and not rule.alias)
    name = str(rule.alias or rule.origin.name)
    return number[rule.origin.name], len(rule.expansion), name, lone, inlined


def _literal(name: str, values: list[Any]) -> str:
    """A tuple, each value on its own line."""
    lines = "".join(f"    {value!r},\n" for value in values)
    return f"{name} = (\n{lines})\n"


def main() -> None:
    """Writes the table modules next to this file, those of an unchanged grammar not."""
    folder = Path(__file__).parent
    for name in STARTS:
        path = folder / f"_{name}_tables.py"
        if path.exists() and f"{_stamp(name)}STARTS" in path.read_text(encoding="utf-8"):
            continue
        path.write_text(tables_text(name, build(name)), encoding="utf-8")
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
