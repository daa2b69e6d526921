"""What a tree says apart from layout: two trees with equal meaning are one rule file written two ways.

``==`` on the tree already leaves places out. It still compares words as typed; here white space, width,
and ~ and * against ～ and ＊ are nothing.
"""

import re
from typing import Any

import attrs
from attrs import evolve

from zhunsheng.dsl import ast
from zhunsheng.dsl.normal import plain
from zhunsheng.dsl.tables import read_table
from zhunsheng.runtime.source import Source

_SIGNS = str.maketrans("~*", "～＊")
_OPERATORS = str.maketrans("×÷", "*/")


def meaning(node: object) -> object:
    """A value that is equal for two nodes exactly where they mean the same."""
    match node:
        case ast.RuleFile():
            return _fields(node), tuple(
                (name, meaning(node.sections[name])) for name in sorted(node.sections)
            )
        case ast.Segment(broken=True):
            # What could not be read has its words only; it may be a whole table.
            return re.sub("[|｜:：-]", "", _words(node.text))
        case ast.Segment():
            return meaning(node.items), node.sentence, _words(node.text)
        case ast.FactMention():
            return plain(node.shown), plain(node.name), node.renamed, node.lead, node.verb, node.aspect
        case ast.Edge(table=int()):
            # A place; that the edge stands in a table is what counts.
            return "cell", meaning(evolve(node, table=None))
        case ast.Definition():
            return meaning(node.fact), meaning(node.formula), node.rounded, node.text.translate(_OPERATORS)
        case ast.Cell():
            return node.text.translate(_SIGNS)
        case ast.RawTable():
            table, faults = read_table(node.text, 0, Source("", node.text))
            return node.text.split() if faults else meaning(table)
        case tuple() | list():
            return tuple(meaning(part) for part in node)
    return (type(node).__name__, _fields(node)) if attrs.has(type(node)) else node


def _fields(node: Any) -> tuple[object, ...]:
    return tuple(meaning(getattr(node, own.name)) for own in attrs.fields(type(node)) if own.eq)


def _words(text: str) -> str:
    return plain(text).replace("＊", "")
