"""Parquet → Grid: the file's own types are kept as what they are.

Also what a Parquet file says of itself before it is read: columns, time zones, unfolded size.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from toolkit.client.encoding import detect_form
from toolkit.client.grid import Grid, RawColumn, canonical_text, native_text
from toolkit.client.problems import ProblemCode, ProblemList

MAX_UNFOLDED = 1_000_000_000  # bytes
MAX_VALUES = 100_000_000
MAX_RATIO = 20  # of values to bytes, as one that repeats takes none in the file, but in memory …
RATIO_FROM = 5_000_000  # … once there are so many
MAX_PACKED = 100  # of bytes unfolded to bytes in the file, beyond MAX_UNFOLDED


def read_parquet(data: bytes, ledger: ProblemList) -> Grid | None:
    """Which table does the file hold? Row numbers count from 1, as there are no lines."""
    table = _table(data, ledger)
    if table is None:
        return None
    if not table.num_columns:
        ledger.add(
            "error", ProblemCode.EMPTY_FILE, "The file has no columns.", "Save the table again."
        )
        return None
    columns = tuple(_cells(column) for column in table.columns)
    if sum(map(_letters, columns)) > MAX_UNFOLDED:
        message = f"Its texts have more than {MAX_UNFOLDED:,} letters, repeated ones counted."
        ledger.add(
            "error", ProblemCode.TOO_LARGE, message, "Keep only the columns of the contract."
        )
        return None
    header = tuple(canonical_text(name) for name in table.column_names)
    return Grid(header, columns, np.arange(1, table.num_rows + 1, dtype=np.intp))


def _unfolded_size(facts: Any) -> tuple[int, int]:
    """How many bytes and how many values has a file of these metadata, once it is unfolded?"""
    groups = [facts.row_group(i) for i in range(facts.num_row_groups)]
    values = sum(g.column(i).num_values for g in groups for i in range(g.num_columns))
    return sum(group.total_byte_size for group in groups), values


def _is_bomb(size: int, values: int, packed: int) -> bool:
    """Does a file of `packed` bytes unfold to far more than any table of purchases would?"""
    many = values > RATIO_FROM and values > MAX_RATIO * packed
    return many or size > max(MAX_UNFOLDED, MAX_PACKED * packed)


def _table(data: bytes, ledger: ProblemList) -> Any:
    import pyarrow.parquet as pq  # only here: text clients should not wait for it

    if detect_form(data) != "parquet":
        ledger.add(
            "error", ProblemCode.WRONG_FORMAT, "This is not a Parquet file.", "Save it again."
        )
        return None
    try:
        facts = pq.read_metadata(io.BytesIO(data))
        size, values = _unfolded_size(facts)
        if size <= MAX_UNFOLDED and values <= MAX_VALUES and not _is_bomb(size, values, len(data)):
            return pq.ParquetFile(io.BytesIO(data), read_dictionary=_texts(facts)).read()
    except Exception as error:  # damaged bytes raise whatever they touch first
        message = f"The file is damaged or not Parquet ({type(error).__name__})."
        ledger.add("error", ProblemCode.UNREADABLE_FILE, message, "Save it again.")
        return None
    message = f"Unfolded, the file has {values:,} values in {size:,} bytes: more than are read."
    ledger.add("error", ProblemCode.TOO_LARGE, message, "Keep only the columns of the contract.")
    return None


def _texts(facts: Any) -> list[str]:
    """The columns of plain text: repeated ones are held once, as in the file."""
    leaves = (facts.schema.column(i) for i in range(facts.num_columns))
    return [
        leaf.path
        for leaf in leaves
        if leaf.logical_type.type == "STRING" and not leaf.max_repetition_level
    ]


def _letters(column: RawColumn) -> int:
    """How many letters has the column, row by row?"""
    times = np.bincount(column.codes, minlength=len(column.texts))
    return int(times @ np.array([len(text) for text in column.texts], dtype=np.int64))


def _cells(column: Any) -> RawColumn:
    try:
        coded = column.combine_chunks().dictionary_encode()
        coded = coded.combine_chunks() if hasattr(coded, "combine_chunks") else coded
        distinct = coded.dictionary.to_pylist()
        codes = coded.indices.fill_null(len(distinct)).to_numpy(zero_copy_only=False)
        parts = [_typed(value) for value in [*distinct, None]]
        return RawColumn(codes.astype(np.intp), *_unzipped(parts))
    except Exception:  # lists, structures and days no calendar has: a cell that is no value
        codes = np.zeros(len(column), dtype=np.intp)
        return RawColumn(codes, ("a nested or damaged value",), ("error",))


def _typed(value: object) -> tuple[str, str]:
    """As `native_text`, but a text is a text: Excel's errors are errors in workbooks alone."""
    return (value.replace("\0", ""), "text") if isinstance(value, str) else native_text(value)


def _unzipped(parts: list[tuple[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(text for text, _ in parts), tuple(kind for _, kind in parts)


def parquet_columns(path: Path) -> list[str]:
    """The columns of a Parquet file; ValueError where it is none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return list(pq.read_schema(path).names)
    except (OSError, pa.ArrowException) as error:
        raise ValueError(f"{path.name} is damaged or not Parquet") from error


def parquet_zones(path: Path) -> dict[str, str]:
    """In which time zone does a Parquet file hold the moments of a column? As DuckDB names zones.

    Files of other makers than Arrow only say that moments are of UTC.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    stamps = (field for field in pq.read_schema(path) if pa.types.is_timestamp(field.type))
    told = {field.name: field.type.tz for field in stamps if field.type.tz}
    return {name: f"GMT{zone}" if zone[0] in "+-" else zone for name, zone in told.items()}


def parquet_bombs(paths: Sequence[Path]) -> list[str]:
    """Which of these Parquet files are small, and yet would fill any memory? By their names."""
    import pyarrow.parquet as pq

    return [
        p.name for p in paths if _is_bomb(*_unfolded_size(pq.read_metadata(p)), p.stat().st_size)
    ]
