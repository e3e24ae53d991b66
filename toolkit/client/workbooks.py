"""Excel sheets and Parquet files → Grid: looked over before they are unfolded.

Formulas come only with their values; the types of a Parquet file are kept as what they are. Also
what a Parquet file says of itself before it is read: columns, time zones, unfolded size.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from toolkit.client.encoding import detect_form
from toolkit.client.grid import (
    NATIVE,
    NO_VALUE,
    Grid,
    RawColumn,
    RawRow,
    build_grid,
    canonical_text,
    native_text,
)
from toolkit.client.problems import ProblemCode, ProblemList

MAX_UNFOLDED = 200_000_000  # bytes of all parts of the workbook together
MAX_RATIO = 100  # of one part, unfolded to packed, …
RATIO_FROM = 10_000_000  # … once it unfolds to so many bytes: small parts pack well
MAX_ROWS = 1_048_576  # what Excel itself allows
MAX_CELLS = 20_000_000  # looked at in one sheet, empty ones too
_FORMULA = re.compile(rb"<(\w+:)?f[ />]")


class Workbook:
    """An Excel workbook: its sheets' names, and each sheet's table."""

    def __init__(self, data: bytes) -> None:
        self._values = _workbook(data, values=True)
        self._formulas = _workbook(data, values=False) if _has_formulas(data) else None
        self.names = tuple(sheet.title for sheet in self._values.worksheets)

    def grid(self, sheet: str, known: Collection[str], ledger: ProblemList) -> Grid | None:
        """Which table does the sheet hold? None, with the reasons, where it cannot be read."""
        try:
            records = [r for r in self._records(sheet) if r.cells]
        except _TooLongError:
            message = f"The sheet goes beyond {MAX_ROWS:,} rows or {MAX_CELLS:,} cells."
            ledger.add(
                "error", ProblemCode.TOO_LARGE, message, "Look for a stray cell, or save as CSV."
            )
            return None
        except Exception as error:  # a damaged part raises whatever it breaks first
            _damaged(error, ledger)
            return None
        return build_grid(_padded(records), known, ledger)

    def _records(self, sheet: str) -> Iterator[RawRow]:
        formulas = _rows(self._formulas, sheet) if self._formulas else None
        seen = 0
        for number, row in enumerate(_rows(self._values, sheet), 1):
            seen += len(row)
            if number > MAX_ROWS or seen > MAX_CELLS:
                raise _TooLongError
            below = next(formulas, ()) if formulas is not None else ()
            yield RawRow(number, _texts(row, below))


class _TooLongError(Exception):
    """A sheet goes on and on, as only a stray cell or a trap makes it."""


def open_workbook(data: bytes, ledger: ProblemList) -> Workbook | None:
    """Can the workbook be read? None, with the reason in the ledger, where it cannot."""
    form = detect_form(data)
    if form == "ole":
        message = "The workbook is protected by a password, or in Excel's old format."
        ledger.add(
            "error", ProblemCode.PROTECTED_FILE, message, "Save it as .xlsx without a password."
        )
        return None
    if form != "zip":
        message = "This is not an Excel workbook, though its name says so."
        ledger.add(
            "error", ProblemCode.WRONG_FORMAT, message, "Name a text file .csv, or save as .xlsx."
        )
        return None
    try:
        return Workbook(data) if _safe(data, ledger) else None
    except Exception as error:  # a damaged workbook raises whatever it breaks first
        _damaged(error, ledger)
        return None


def _safe(data: bytes, ledger: ProblemList) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
    if "xl/workbook.xml" not in {p.filename for p in parts}:
        message = "This is a zip archive, but not an .xlsx workbook."
        ledger.add("error", ProblemCode.WRONG_FORMAT, message, "Unpack it, or save it as .xlsx.")
    elif sum(p.file_size for p in parts) > MAX_UNFOLDED or any(_bomb(p) for p in parts):
        message = "The workbook unfolds to far more than it should; it is not opened."
        ledger.add("error", ProblemCode.TOO_LARGE, message, "Save the table as CSV.")
    else:
        return True
    return False


def _bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > RATIO_FROM and part.file_size > MAX_RATIO * part.compress_size


def _damaged(error: Exception, ledger: ProblemList) -> None:
    message = f"The workbook is cut off or damaged ({type(error).__name__})."
    ledger.add("error", ProblemCode.UNREADABLE_FILE, message, "Open it in Excel and save it again.")


def _workbook(data: bytes, *, values: bool) -> Any:
    import openpyxl  # only here: text clients should not wait for it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and validations we do not read
        return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values)


def _has_formulas(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [n for n in archive.namelist() if n.startswith("xl/worksheets/")]
        return any(_FORMULA.search(archive.read(n)) for n in names if n.endswith(".xml"))


def _rows(book: Any, sheet: str) -> Iterator[tuple[object, ...]]:
    page = book[sheet]
    page.reset_dimensions()  # the declared size may be wrong, or a trap
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield from page.iter_rows(values_only=True)


def _texts(row: Sequence[object], formulas: Sequence[object]) -> list[str]:
    cells = [_text(value) for value in row]
    for i, formula in enumerate(formulas[: len(cells)]):
        if row[i] is None and formula is not None:
            cells[i] = f"error{NATIVE}{NO_VALUE}"
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _text(value: object) -> str:
    if isinstance(value, str) and not value.startswith("#"):
        return value.replace(NATIVE, "")
    text, kind = native_text(value)
    return text if kind == "text" else f"{kind}{NATIVE}{text}"


def _padded(records: Sequence[RawRow]) -> list[RawRow]:
    width = len(records[0].cells) if records else 0
    return [RawRow(r.line, [*r.cells, *[""] * (width - len(r.cells))]) for r in records]


MAX_UNFOLDED_COLUMNS = 1_000_000_000  # bytes
MAX_VALUES = 100_000_000
MAX_COLUMN_RATIO = (
    20  # of values to bytes, as one that repeats takes none in the file, but in memory …
)
COLUMN_RATIO_FROM = 5_000_000  # … once there are so many
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
    if sum(map(_letters, columns)) > MAX_UNFOLDED_COLUMNS:
        message = (
            f"Its texts have more than {MAX_UNFOLDED_COLUMNS:,} letters, repeated ones counted."
        )
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
    many = values > COLUMN_RATIO_FROM and values > MAX_COLUMN_RATIO * packed
    return many or size > max(MAX_UNFOLDED_COLUMNS, MAX_PACKED * packed)


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
        if (
            size <= MAX_UNFOLDED_COLUMNS
            and values <= MAX_VALUES
            and not _is_bomb(size, values, len(data))
        ):
            return pq.ParquetFile(io.BytesIO(data), read_dictionary=_column_texts(facts)).read()
    except Exception as error:  # damaged bytes raise whatever they touch first
        message = f"The file is damaged or not Parquet ({type(error).__name__})."
        ledger.add("error", ProblemCode.UNREADABLE_FILE, message, "Save it again.")
        return None
    message = f"Unfolded, the file has {values:,} values in {size:,} bytes: more than are read."
    ledger.add("error", ProblemCode.TOO_LARGE, message, "Keep only the columns of the contract.")
    return None


def _column_texts(facts: Any) -> list[str]:
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
