"""Our own forms of the standard in ``peers.py``: rows as machine code, and columns."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import handwritten
from attrs import frozen
from peers_rules import FACTS, PARTS, TOTAL
from peers_tools import Batch

from zhunsheng.compiler.columns.plan import SOUND, Plan, plan
from zhunsheng.compiler.rows.module import row_module
from zhunsheng.compiler.rows.native import NotBuilt, compiled_name, native
from zhunsheng.library import Standard
from zhunsheng.runtime.facts import Value
from zhunsheng.runtime.rows import as_row


@frozen
class Truth:
    """What we say of an applicant."""

    total: Fraction
    tier: str | None


@frozen
class Machine:
    """Our row module as machine code: the names of its fields, a row of facts, its functions, and a row's result."""

    names: tuple[str, ...]
    prepare: Callable[[Mapping[str, Value]], tuple[int | bool | None, ...]]
    score: Callable[[tuple[object, ...]], tuple[int, str | None, bool]]
    trace: Callable[[tuple[object, ...]], tuple[object, ...]]
    result: Callable[[tuple[object, ...]], Truth]


def machine_code(standard: Standard) -> Machine | None:
    """The row module of the standard, built by mypyc here and now."""
    made = native(row_module(own_plan(standard)), "peers_rows")
    if isinstance(made, NotBuilt):
        print(f"skipped: our rows as machine code ({made.reason})")
        return None
    with TemporaryDirectory() as folder:
        path = Path(folder, compiled_name("peers_rows"))
        path.write_bytes(made)
        spec = spec_from_file_location("peers_rows", path)
        assert spec is not None and spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)

    def result(row: tuple[object, ...]) -> Truth:
        total, tier, _ = module.score(row)
        return Truth(Fraction(total, module.TOTAL_SCALE), tier)

    return Machine(
        tuple(field.name for field in module.FIELDS),
        lambda facts: as_row(module.FIELDS, facts),
        module.score,
        module.trace,
        result,
    )


def own_plan(standard: Standard) -> Plan:
    """Our plan over the very columns that the other tools take."""
    decimals = {1000: 3, 10_000: 4, 100: 2}
    short = dict(zip(FACTS, handwritten.NAMES, strict=True))
    made = plan(standard.program, {name: decimals.get(PARTS.get(key, 0), 0) for key, name in short.items()})
    assert isinstance(made, Plan)
    return made


def own_columns(standard: Standard) -> list[Batch]:
    """Our columnar back end, where it and polars are installed."""
    try:
        polars = import_module("polars")
        frames = import_module("zhunsheng.compiler.columns.frames")
    except ImportError as error:
        print(f"skipped: our columns cannot be imported here ({error})")
        return []
    short = dict(zip(FACTS, handwritten.NAMES, strict=True))
    made = own_plan(standard)
    factor = TOTAL // made.total_scale

    def load(columns: Mapping[str, Any]) -> Any:
        frame = polars.DataFrame({short[key]: column for key, column in columns.items()})
        outside = polars.col(handwritten.OUTSIDE)
        return frame.with_columns(
            (outside < 0).alias(f"{handwritten.OUTSIDE}不适用"),
            polars.when(outside >= 0).then(outside).alias(handwritten.OUTSIDE),
        ).lazy()

    def score(frame: Any) -> tuple[Any, Any]:
        result = frames.score(frame, made).select("总分", "等级", SOUND).collect(engine="streaming")
        assert result[SOUND].all()
        return result["总分"].cast(polars.Int64).to_numpy() * factor, result["等级"].to_numpy()

    return [Batch("ours, columns (polars)", True, load, score)]
