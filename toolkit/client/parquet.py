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


def read_parquet(data: bytes, ledger: Ledger) -> Grid | None:
    """Which table does the file hold? Row numbers count from 1, as there are no lines."""
    table = _table(data, ledger)
    if table is None:
        return None
    if not table.num_columns:
        ledger.add("error", Code.EMPTY_FILE, "The file has no columns.", "Save the table again.")
        return None
    columns = tuple(_cells(column) for column in table.columns)
    header = tuple(canonical(name) for name in table.column_names)
    return Grid(header, columns, np.arange(1, table.num_rows + 1, dtype=np.intp))


def _table(data: bytes, ledger: Ledger) -> Any:
    import pyarrow.parquet as pq  # only here: text clients should not wait for it

    if form_of(data) != "parquet":
        ledger.add("error", Code.WRONG_FORMAT, "This is not a Parquet file.", "Save it again.")
        return None
    try:
        file = pq.ParquetFile(io.BytesIO(data))
        groups = range(file.metadata.num_row_groups)
        size = sum(file.metadata.row_group(i).total_byte_size for i in groups)
        if size <= MAX_UNFOLDED:
            return file.read()
    except Exception as error:  # damaged bytes raise whatever they touch first
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        message = f"The file is damaged or not Parquet ({reason})."
        ledger.add("error", Code.UNREADABLE_FILE, message, "Save it again.")
        return None
    message = f"Unfolded, the file has {size:,} bytes; at most {MAX_UNFOLDED:,} are read."
    ledger.add("error", Code.TOO_LARGE, message, "Keep only the columns of the contract.")
    return None


def _cells(column: Any) -> Cells:
    try:
        coded = column.combine_chunks().dictionary_encode()
        coded = coded.combine_chunks() if hasattr(coded, "combine_chunks") else coded
        distinct = coded.dictionary.to_pylist()
        codes = coded.indices.fill_null(len(distinct)).to_numpy(zero_copy_only=False)
        parts = [native(value) for value in [*distinct, None]]
        return Cells(codes.astype(np.intp), *_unzipped(parts))
    except Exception:  # lists, structures and days no calendar has: a cell that is no value
        codes = np.zeros(len(column), dtype=np.intp)
        return Cells(codes, ("a nested or damaged value",), ("error",))


def _unzipped(parts: list[tuple[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(text for text, _ in parts), tuple(kind for _, kind in parts)
