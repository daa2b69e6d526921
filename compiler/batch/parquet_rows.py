"""Parquet files as frames in the types of their columns."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
from attrs import evolve

from zhunsheng.compiler.batch.pieces import BROKEN, PLAIN, BadFile, Chunk, Reading, as_cells, unique

#: Digits of a decimal that fit in 128 bits.
_MOST_DIGITS = 38


def parquet_chunks(path: Path, size: int, how: Reading = PLAIN) -> Iterator[Chunk]:
    """The pieces of a Parquet file; raises :class:`BadFile`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
    except OSError as error:
        if error.errno is not None:
            raise
        raise BadFile(f"{path.name}：不是完整的Parquet文件；重新导出一份") from None
    except pa.ArrowException as error:
        why = "（开头或结尾没有Parquet的标记）" if "magic" in str(error) else ""
        raise BadFile(f"{path.name}：不是完整的Parquet文件{why}；重新导出一份") from None
    first = 1
    with file:
        unique(path, file.schema_arrow.names)
        try:
            if not file.metadata.num_rows:
                yield _chunk(path, file.schema_arrow.empty_table(), first)
            for batch in file.iter_batches(size):
                chunk = _chunk(path, pa.Table.from_batches([batch]), first)
                first += len(chunk.frame)
                yield evolve(chunk, share=Fraction(first - 1, file.metadata.num_rows))
        except (pa.ArrowException, OSError):
            raise BadFile(f"{path.name}：第{first}行之后读不出来，文件坏了；重新导出一份") from None


def _chunk(path: Path, table: Any, first: int) -> Chunk:
    """A piece; a column of a type that no cell can have is empty here, and told where it is asked for."""
    import pyarrow as pa

    odd = {field.name: str(field.type) for field in table.schema if not _plain(field.type)}
    for place, field in enumerate(table.schema):
        if field.name in odd:
            table = table.set_column(place, field.name, pa.nulls(len(table)))
    frame = pl.DataFrame(table)
    categories = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Categorical | pl.Enum)]
    frame = frame.with_columns(
        pl.col(categories).cast(pl.String), pl.lit(None, dtype=pl.String).alias(BROKEN)
    )
    return Chunk(as_cells(frame), path.name, "", range(first, first + len(frame)), odd)


def _plain(kind: Any) -> bool:
    """Whether the values of a type are those of cells: numbers, texts, truth values, days."""
    from pyarrow import types

    if types.is_dictionary(kind):
        return _plain(kind.value_type)
    if types.is_float16(kind):
        return False
    if types.is_decimal(kind):
        return bool(kind.bit_width <= 128 and kind.precision <= _MOST_DIGITS)
    return any(
        is_one(kind)
        for is_one in (
            types.is_null,
            types.is_boolean,
            types.is_integer,
            types.is_floating,
            types.is_string,
            types.is_large_string,
            types.is_string_view,
            types.is_date,
            types.is_timestamp,
            types.is_time,
        )
    )
