"""Excel sheets → Grid: looked over before it is unfolded, formulas only with their values."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from toolkit.client.encoding import detect_form
from toolkit.client.grid import NATIVE, NO_VALUE, Grid, RawRow, build_grid, native_text
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
