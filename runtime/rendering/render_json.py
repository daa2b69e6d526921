"""A result as JSON in the form ``zhunsheng-result/1`` (``result.schema.json``).

The object is the tree of :mod:`zhunsheng.runtime.result`, field by field. Numbers are exact decimals
as strings; one without a finite decimal is rounded, with its fraction in ``<field>_exact`` beside it.
"""

import datetime
import json
import re
from fractions import Fraction
from functools import cache
from typing import Any, get_args, get_type_hints

import attrs

from zhunsheng.runtime.numbers import decimal
from zhunsheng.runtime.rendering.safe_text import is_unsafe
from zhunsheng.runtime.result import Completion, Result

FORMAT = "zhunsheng-result/1"

#: Fields that only a local variant has, and some that are only told where there is something to tell; elsewhere left out.
ONLY_WHERE_SAID = (
    "base_title", "origin", "decides_eligibility", "wanted", "others", "judged_conditions", "waiver", "limits", "dropped",
)  # fmt: skip


def render_json(result: Result) -> str:
    """The whole trace as JSON text that ends with a newline."""
    return dump(result_object(result)) + "\n"


def result_object(result: Result) -> dict[str, Any]:
    """The result as objects that :mod:`json` can write."""
    return {"format": FORMAT, **_object(result)}


def dump(value: object) -> str:
    """Indented JSON in which Chinese stays readable and what cannot be seen is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    # Unsafe characters stand in strings only, where an escape means the same; line ends are layout.
    return re.sub(r"[^\n -~]", _escaped, text)


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    return json.dumps(char)[1:-1] if is_unsafe(char) else char


def _object(node: attrs.AttrsInstance) -> dict[str, Any]:
    """A node of the tree, its fields in their order."""
    made: dict[str, Any] = {}
    exact = _number_fields(type(node))
    for attribute in attrs.fields(type(node)):
        value = getattr(node, attribute.name)
        if attribute.name in ONLY_WHERE_SAID and not value:
            continue
        if attribute.name in exact and value is not None:
            printed = decimal(value)
            made[attribute.name] = printed.text
            if not printed.exact:
                made[f"{attribute.name}_exact"] = printed.ratio
        elif isinstance(node, Completion) and attribute.name == "facts":
            made["facts"] = [{"name": name, "value": text} for name, text in node.facts]
        else:
            made[attribute.name] = _value(value)
    return made


def _value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_value(item) for item in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    return _object(value) if attrs.has(type(value)) else value


@cache
def _number_fields(kind: type[attrs.AttrsInstance]) -> frozenset[str]:
    """Fields that hold exact numbers; a plain int (a line number) stays one."""
    hints = get_type_hints(kind)
    return frozenset(name for name, hint in hints.items() if Fraction in (hint, *get_args(hint)))
