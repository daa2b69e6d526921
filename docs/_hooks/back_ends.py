"""The table of what each back end works out, from the nodes of the IR and what columns refuse."""

import inspect
import re

from zhunsheng.compiler.columns.support import NODES
from zhunsheng.compiler.ir import amounts, conditions, finish, formulas, indicators

from .text import code, table


def support() -> str:
    """A row a node of the IR that is worked out; the same plan feeds polars and every SQL dialect."""
    refused = {
        node: (construct.value, only)
        for construct, (nodes, only) in NODES.items()
        for node in nodes.split(", ")
    }
    rows = []
    for module in (conditions, amounts, indicators, formulas, finish):
        for node in re.findall(r"^class (\w+)", inspect.getsource(module), re.MULTILINE):
            construct, only = refused.pop(node, ("", ""))
            columns = (
                "yes" if not construct else f"except {only}: {construct}" if only else f"no: {construct}"
            )
            rows.append((code(node), "yes", columns))
    assert not refused, refused
    return table(("Node", "Python", "polars, DuckDB, Spark, PostgreSQL"), rows)
