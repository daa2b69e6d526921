"""The reference of the intermediate representation, from the classes themselves."""

import inspect
import re
import typing
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import attrs

from zhunsheng.compiler.compile import compile_source
from zhunsheng.compiler.ir import amounts, conditions, finish, formulas, indicators, program
from zhunsheng.compiler.ir.dump import dump
from zhunsheng.runtime.source import Source

from .text import code, fence, table

EXAMPLE = Path(__file__).with_name("example.zhun.md")


def nodes() -> str:
    """A section a node, in the order of the modules: what it is and what it holds."""
    parts: list[str] = []
    for module in (conditions, amounts, indicators, formulas, finish, program):
        parts.append(f"## {inspect.getdoc(module)}\n")
        parts += _nodes(module)
    return "\n".join(parts)


def _nodes(module: ModuleType) -> Iterator[str]:
    source = inspect.getsource(module)
    for name in re.findall(r"^class (\w+)", source, re.MULTILINE):
        cls = getattr(module, name)
        doc = inspect.cleandoc(cls.__doc__ or "")
        yield f"### {name}\n\n{_doc(doc)}\n"
        rows = [(code(f.name), code(_type(f.type)), _default(f)) for f in attrs.fields(cls)]
        yield table(("Field", "Type", "Default"), rows) + "\n"


def _doc(text: str) -> str:
    """A docstring as Markdown."""
    return re.sub(r"``(.+?)``", r"`\1`", text)


def _type(hint: object) -> str:
    """A type as it stands in the source."""
    text = typing._type_repr(hint) if not isinstance(hint, str) else hint
    text = re.sub(r"(?:typing|fractions|zhunsheng(?:\.\w+)*)\.", "", text)
    return re.sub(r"ForwardRef\('(\w+)'[^)]*\)", r"\1", text)


def _default(field: "attrs.Attribute[object]") -> str:
    if field.default is attrs.NOTHING:
        return ""
    value = field.default
    return f"`{value}`" if isinstance(value, Fraction) else f"`{value!r}`"


def example() -> str:
    """A small standard and its dump."""
    text = EXAMPLE.read_text(encoding="utf-8")
    compiled = compile_source(Source("example.zhun.md", text), "example")
    if compiled.program is None:
        raise ValueError("; ".join(d.message for d in compiled.diagnostics))
    return f"{fence(text)}\n\n{fence(dump(compiled.program))}"
