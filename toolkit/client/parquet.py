"""Parquet → Grid: the file's own types are kept as what they are."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from toolkit.client.codes import Code
from toolkit.client.grid import Cells, Grid, canonical
from toolkit.client.ledger import Ledger
from toolkit.client.native import native
from toolkit.client.sniff import form_of

MAX_UNFOLDED = 1_000_000_000  # bytes
MAX_VALUES = 100_000_000
MAX_RATIO = 20  # of values to bytes, as one that repeats takes none in the file, but in memory …
RATIO_FROM = 5_000_000  # … once there are so many
MAX_PACKED = 100  # of bytes unfolded to bytes in the file, beyond MAX_UNFOLDED


def read_parquet(data: bytes, ledger: Ledger) -> Grid | None:
    """Which table does the file hold? Row numbers count from 1, as there are no lines."""
    table = _table(data, ledger)
    if table is None:
        return None
    if not table.num_columns:
        ledger.add("error", Code.EMPTY_FILE, "The file has no columns.", "Save the table again.")
        return None
    columns = tuple(_cells(column) for column in table.columns)
    if sum(map(_letters, columns)) > MAX_UNFOLDED:
        message = f"Its texts have more than {MAX_UNFOLDED:,} letters, repeated ones counted."
        ledger.add("error", Code.TOO_LARGE, message, "Keep only the columns of the contract.")
        return None
    header = tuple(canonical(name) for name in table.column_names)
    return Grid(header, columns, np.arange(1, table.num_rows + 1, dtype=np.intp))


def unfolded(facts: Any) -> tuple[int, int]:
    """How many bytes and how many values has a file of these metadata, once it is unfolded?"""
    groups = [facts.row_group(i) for i in range(facts.num_row_groups)]
    values = sum(g.column(i).num_values for g in groups for i in range(g.num_columns))
    return sum(group.total_byte_size for group in groups), values


def is_bomb(size: int, values: int, packed: int) -> bool:
    """Does a file of `packed` bytes unfold to far more than any table of purchases would?"""
    many = values > RATIO_FROM and values > MAX_RATIO * packed
    return many or size > max(MAX_UNFOLDED, MAX_PACKED * packed)


def _table(data: bytes, ledger: Ledger) -> Any:
    import pyarrow.parquet as pq  # only here: text clients should not wait for it

    if form_of(data) != "parquet":
        ledger.add("error", Code.WRONG_FORMAT, "This is not a Parquet file.", "Save it again.")
        return None
    try:
        facts = pq.read_metadata(io.BytesIO(data))
        size, values = unfolded(facts)
        if size <= MAX_UNFOLDED and values <= MAX_VALUES and not is_bomb(size, values, len(data)):
            return pq.ParquetFile(io.BytesIO(data), read_dictionary=_texts(facts)).read()
    except Exception as error:  # damaged bytes raise whatever they touch first
        message = f"The file is damaged or not Parquet ({type(error).__name__})."
        ledger.add("error", Code.UNREADABLE_FILE, message, "Save it again.")
        return None
    message = f"Unfolded, the file has {values:,} values in {size:,} bytes: more than are read."
    ledger.add("error", Code.TOO_LARGE, message, "Keep only the columns of the contract.")
    return None


def _texts(facts: Any) -> list[str]:
    """The columns of plain text: repeated ones are held once, as in the file."""
    leaves = (facts.schema.column(i) for i in range(facts.num_columns))
    return [
        leaf.path
        for leaf in leaves
        if leaf.logical_type.type == "STRING" and not leaf.max_repetition_level
    ]


def _letters(column: Cells) -> int:
    """How many letters has the column, row by row?"""
    times = np.bincount(column.codes, minlength=len(column.texts))
    return int(times @ np.array([len(text) for text in column.texts], dtype=np.int64))


def _cells(column: Any) -> Cells:
    try:
        coded = column.combine_chunks().dictionary_encode()
        coded = coded.combine_chunks() if hasattr(coded, "combine_chunks") else coded
        distinct = coded.dictionary.to_pylist()
        codes = coded.indices.fill_null(len(distinct)).to_numpy(zero_copy_only=False)
        parts = [_typed(value) for value in [*distinct, None]]
        return Cells(codes.astype(np.intp), *_unzipped(parts))
    except Exception:  # lists, structures and days no calendar has: a cell that is no value
        codes = np.zeros(len(column), dtype=np.intp)
        return Cells(codes, ("a nested or damaged value",), ("error",))


def _typed(value: object) -> tuple[str, str]:
    """As `native`, but a text is a text: what Excel calls an error is one in workbooks alone."""
    return (value.replace("\0", ""), "text") if isinstance(value, str) else native(value)


def _unzipped(parts: list[tuple[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(text for text, _ in parts), tuple(kind for _, kind in parts)
