"""The parser of the shipped tables reads every text as Lark does: the same trees, and the same faults."""

import re
from functools import cache
from typing import Any, cast
from unittest.mock import patch

import lark
import pytest
from case_files import case_paths
from lark import Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from zhunsheng.dsl.grammar import STARTS, build
from zhunsheng.dsl.parsing.beginnings import alternatives, beginnings
from zhunsheng.dsl.parsing.parser import GrammarName, Parser, parser
from zhunsheng.dsl.rulefile import read_rules
from zhunsheng.library import library
from zhunsheng.runtime.source import Source

#: The rule files in a case.
RULES = re.compile(r"^```(zhun[a-z-]*).*?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@cache
def larks(name: GrammarName) -> lark.Lark:
    """Lark's own parser, built from the grammar's text."""
    return build(name)


def shape(tree: Any) -> Any:
    """A tree as plain values: each word with its terminal and its place."""
    if isinstance(tree, Tree):
        return (str(tree.data), [shape(child) for child in tree.children])
    return (str(tree.type), str(tree), tree.start_pos, tree.end_pos)


def read_by(reader: Parser, text: str, start: str) -> Any:
    """What a parser makes of a text: the tree, or where it stopped, at what word, and what could stand there."""
    try:
        return shape(reader.parse(text, start=start))
    except UnexpectedToken as error:
        word = error.token
        at = len(text) if word.type == "$END" else word.start_pos
        end = len(text) if word.type == "$END" else word.end_pos
        return at, (str(word.type), str(word), end), frozenset(error.accepts or error.expected)
    except UnexpectedCharacters as error:
        return error.pos_in_stream, None, frozenset(error.allowed or ()) - {"<END-OF-FILE>"}


def of_lark(name: GrammarName, text: str, start: str) -> Any:
    """What the parser that Lark builds makes of a text."""
    return read_by(cast("Parser", larks(name)), text, start)


def of_tables(name: GrammarName, text: str, start: str) -> Any:
    """What the parser of the shipped tables makes of it."""
    return read_by(parser(name), text, start)


@cache
def asked() -> dict[GrammarName, list[tuple[str, str]]]:
    """All that is parsed when the rule files of the library and of the cases are read, each with its start, once."""
    found: dict[GrammarName, dict[tuple[str, str], None]] = {"clause": {}, "document": {}}
    tabled = type(parser("clause"))
    reading = tabled.parse

    def noting(self: Parser, text: str, start: str) -> Any:
        found["document" if self is parser("document") else "clause"][text, start] = None
        return reading(self, text, start)

    texts = [path.read_text(encoding="utf-8") for path in library().values()]
    for path in case_paths():
        for kind, text in RULES.findall(path.read_text(encoding="utf-8")):
            texts.append(f"# 规则\n\n## 指标（权重1）\n\n{text}" if kind == "zhun-leaf" else text)
    with patch.object(tabled, "parse", noting):
        for text in texts:
            read_rules(Source("规则", text))
    return {name: list(texts) for name, texts in found.items()}


def test_documents_are_read_as_lark_reads_them() -> None:
    """Whole files."""
    texts = asked()["document"]
    assert len(texts) > 1_000
    for text, start in texts:
        assert of_tables("document", text, start) == of_lark("document", text, start), text


def test_sentences_are_read_as_lark_reads_them() -> None:
    """Each sentence, and what is left when half of it or two characters are missing."""
    read = refused = 0
    for whole, start in asked()["clause"]:
        at = len(whole) // 2
        for text in (whole, whole[:at], whole[:at] + whole[at + 2 :]):
            expected = of_lark("clause", text, start)
            assert of_tables("clause", text, start) == expected, (text, start)
            read += isinstance(expected[0], str)
            refused += isinstance(expected[0], int)
    assert read > 2_000
    assert refused > 2_000


@pytest.mark.parametrize(
    "text", ["", "〖说明〗", "【甲】的，加٣分", "\U0001d7d9", "【甲】的，加20分〖完〗 ", "A"]
)
def test_unusual_texts(text: str) -> None:
    """Nothing at all, only what is ignored, digits that are not ASCII, and what no word begins with."""
    for start in STARTS["clause"]:
        assert of_tables("clause", text, start) == of_lark("clause", text, start)


@pytest.mark.parametrize(
    ("pattern", "first"),
    [
        ("甲|乙丙", "甲乙"),
        ("(?!甲)[乙丙]?丁", "丁丙乙"),
        (r"(?<=甲)\d{1,2}月", "0123456789"),
        ("(?:甲(?=乙))?[一-三]", "一丁丂七丄丅丆万丈三甲"),
        ("[^甲]", None),
        ("甲?.", None),
        ("甲*", None),
        ("(?i:a)b", None),
        ("[一-龥]", None),
    ],
)
def test_beginnings(pattern: str, first: str | None) -> None:
    """What is looked at without being read does not count; what is not surely known is anything."""
    assert beginnings(pattern) == (None if first is None else "".join(sorted(first)))


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        ("甲", ["甲"]),
        ("甲|乙(?:丙|丁)|戊", ["甲", "乙(?:丙|丁)", "戊"]),
        (r"[|(]\||[]|)]|[^]|]|[\]|]", [r"[|(]\|", "[]|)]", "[^]|]", r"[\]|]"]),
    ],
)
def test_alternatives(pattern: str, parts: list[str]) -> None:
    """Only a bar outside of brackets and classes parts two."""
    assert alternatives(pattern) == parts
