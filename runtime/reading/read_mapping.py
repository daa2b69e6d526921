"""Facts that a Python caller gives as a mapping -> the same tree that JSON and YAML make."""

import datetime
import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from zhunsheng.runtime.numbers import MAX_DIGITS, shown
from zhunsheng.runtime.reading.quantities import Fault
from zhunsheng.runtime.reading.raw_facts import (
    MAX_DEPTH,
    NESTED,
    Cell,
    Fields,
    Listing,
    RawFacts,
    Tree,
    answers_from_tree,
)
from zhunsheng.runtime.reading.typed_text import quoted
from zhunsheng.runtime.reading.values import too_long
from zhunsheng.runtime.support import NotApplicable

_LIMIT = 10**MAX_DIGITS


def read_mapping(mapping: Mapping[str, object]) -> RawFacts:
    """The raw answers of a mapping; its digest is that of its canonical JSON."""
    tree = _tree(mapping, 0)
    answers, diagnostics = answers_from_tree(tree, None)
    canonical = json.dumps(_plain(tree), sort_keys=True, separators=(",", ":"))
    return RawFacts(answers, digest=hashlib.sha256(canonical.encode()).hexdigest(), diagnostics=diagnostics)


def _tree(value: object, depth: int) -> Tree:
    if value is None:
        return None
    if isinstance(value, Mapping | list | tuple):
        if depth >= MAX_DEPTH:
            return Cell("…", fault=NESTED)
        if isinstance(value, Mapping):
            pairs = ((_key(key), _tree(item, depth + 1)) for key, item in value.items())
            return Fields(tuple(pairs), Cell(""))
        return Listing(tuple(_tree(item, depth + 1) for item in value), Cell(""))
    return _scalar(value)


def _key(key: object) -> Cell:
    return Cell(key) if isinstance(key, str) else Cell(type(key).__name__)


def _scalar(value: object) -> Cell:
    """A value's text; numbers keep themselves where text could not hold them exactly."""
    match value:
        case str():
            return Cell(str(value))
        case bool():
            return Cell("是" if value else "否")
        case int():
            return Cell(str(value)) if abs(value) < _LIMIT else _refused(too_long())
        case float():
            text = repr(value)
            return Cell(
                text, fault=Fault("ZS0949", "是 float，已经不是精确的数", f"改为文字，如“{text}”或 Decimal")
            )
        case Fraction():
            if max(abs(value.numerator), value.denominator) >= _LIMIT:
                return _refused(too_long())
            return Cell(shown(value), number=value)
        case Decimal():
            return _decimal(value)
        case datetime.datetime():
            midnight = value.time() == datetime.time()
            return Cell(value.date().isoformat() if midnight else value.isoformat(" "))
        case datetime.date():
            return Cell(value.isoformat())
        case NotApplicable():
            return Cell(value.value)
    name = quoted(type(value).__name__)
    return _refused(
        Fault("ZS0950", f"的 Python 类型{name}不能作为值", "用 str、int、Fraction、Decimal 或 date")
    )


def _decimal(value: Decimal) -> Cell:
    if value.is_finite() and (
        abs(value.adjusted()) > MAX_DIGITS or len(value.as_tuple().digits) > MAX_DIGITS
    ):
        return _refused(too_long())
    return Cell(format(value, "f"))


def _refused(fault: Fault) -> Cell:
    return Cell("", fault=fault)


def _plain(tree: Tree) -> object:
    """The tree as JSON holds it; every scalar is its text."""
    match tree:
        case Cell():
            return tree.text if tree.number is None else str(tree.number)
        case Listing():
            return [_plain(item) for item in tree.items]
        case Fields():
            return {name.text: _plain(value) for name, value in tree.pairs}
    return None
