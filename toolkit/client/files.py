"""Where is each table? NAME.csv, NAME.parquet, a sheet of data.xlsx, or where client.yml says.

Also which files hold a table that may be too large to read whole, and which bytes they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.client.config import CONFIG_NAME, TableLayout
from toolkit.client.encoding import read_bytes
from toolkit.client.model import MOST_LINES
from toolkit.client.problems import ProblemCode, ProblemList, list_names, quote_text
from toolkit.client.workbooks import Workbook, open_workbook
from toolkit.contract import TABLES
from toolkit.errors import Problem, did_you_mean
from toolkit.hashing import hash_file, hash_text

WORKBOOK = "data.xlsx"
FORMS = {
    ".csv": "text",
    ".tsv": "text",
    ".txt": "text",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
}
MANY_FILES = ("purchases",)  # tables that may stand in many files, or in a very large one
_LOOKED_AT = (*FORMS, ".xls", ".xlsb", ".ods", ".yaml", ".yml")


@dataclass(frozen=True, eq=False)
class TableFile:
    """The one source of a table: its file's name, form and bytes, and its sheet if it has one.

    `paths` are the files of a table that may be too large to hold; then there are no bytes here.
    """

    table: str
    file: str
    form: str
    data: bytes = field(repr=False)
    sheet: str = ""
    book: Workbook | None = field(default=None, repr=False)
    paths: tuple[Path, ...] = ()

    @property
    def shown(self) -> str:
        """The name in messages and results."""
        return f"{self.file}, sheet {self.sheet}" if self.sheet else self.file


class ClientFolder:
    """The files of a client folder, each read once; `problems` says what is wrong with them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        names = (p.name for p in root.iterdir())
        self.names = sorted(n for n in names if not n.startswith((".", "~$")))
        self._ledgers: dict[str, ProblemList] = {}
        self._data: dict[str, bytes | None] = {}
        self._books: dict[str, Workbook | None] = {}
        self._sheets_used: set[tuple[str, str]] = set()

    def places(self, layouts: Mapping[str, TableLayout]) -> list[TableFile]:
        """Where does each table stand? A table without a file is simply not listed."""
        found = [self._place(table, layouts.get(table)) for table in TABLES]
        self._unused(layouts, {p.table for p in found if p})
        return [place for place in found if place]

    @property
    def problems(self) -> list[Problem]:
        """Everything about files, file by file."""
        return [p for ledger in self._ledgers.values() for p in ledger.closed()]

    def _place(self, table: str, layout: TableLayout | None) -> TableFile | None:
        if layout and (layout.file or layout.sheet):
            outside = self._outside(table, layout)
            file = layout.file or WORKBOOK
            return None if outside else self._declared(table, file, layout.sheet)
        names = [f"{table}{ending}" for ending in (".csv", ".parquet")]
        names = [n for n in names if n in self.names]
        book = self._book(WORKBOOK) if WORKBOOK in self.names else None
        if book and table in book.names:
            names.append(WORKBOOK)
        if len(names) > 1:
            message = f"The table {table} stands in {' and in '.join(names)}."
            fix = f"Keep one, or say which: tables: {{{table}: {{file: {names[0]}}}}}."
            self._ledger(names[0]).add("error", ProblemCode.TWO_SOURCES, message, fix)
        for name in names[1:]:
            self._data.setdefault(name, None)  # it was looked at, though not read
        return self._source(table, names[0], table) if names else None

    def _outside(self, table: str, layout: TableLayout) -> bool:
        """Does client.yml name a file that is not in the folder, links followed?"""
        if not layout.file or not _leads_out(self.root / layout.file, self.root):
            return False
        self._data.setdefault(layout.file, None)  # it was looked at, though not read
        message = f"The file {quote_text(layout.file)} of tables.{table} lies outside the folder."
        fix = "Copy it into the client's folder, and name the copy."
        lines = [layout.line] if layout.line else []
        self._ledger(CONFIG_NAME).add(
            "error", ProblemCode.OUTSIDE_FOLDER, message, fix, lines=lines
        )
        return True

    def _declared(self, table: str, file: str, sheet: str | None) -> TableFile | None:
        form = FORMS.get(Path(file).suffix.lower())
        if form is None:
            message = f"client.yml names this file for {table}; its ending is not known."
            fix = f"Read are: {', '.join(FORMS)}."
            self._ledger(file).add("error", ProblemCode.WRONG_FORMAT, message, fix)
        elif sheet and form != "xlsx":
            message = f"client.yml names a sheet for {table}, but this is not a workbook."
            self._ledger(file).add(
                "error", ProblemCode.MISSING_SHEET, message, "Take the sheet out."
            )
        elif table in MANY_FILES and _is_pattern(file):
            return self._pattern(table, file, form)
        elif file not in self.names and not _exists(self.root / file):
            message = f"client.yml names this file for {table}; it is not there."
            fix = did_you_mean(file, self.names).strip() or "Names are told apart by capitals."
            self._ledger(file).add("error", ProblemCode.MISSING_FILE, message, fix)
        else:
            return self._source(table, file, sheet or table)
        return None

    def _pattern(self, table: str, file: str, form: str) -> TableFile | None:
        paths = _matching_files(self.root, file)
        self._data |= dict.fromkeys((p.name for p in paths if p.parent == self.root), None)
        if paths and form != "xlsx":
            return TableFile(table, file, form, b"", paths=paths)
        message = f"client.yml names these files for {table}; there are none in the folder."
        fix = "Write a pattern of .csv or .parquet files, such as orders/*.parquet."
        self._ledger(file).add("error", ProblemCode.MISSING_FILE, message, fix)
        return None

    def _source(self, table: str, file: str, sheet: str) -> TableFile | None:
        form = FORMS[Path(file).suffix.lower()]
        if table in MANY_FILES and self._too_large(file, form):
            self._data.setdefault(file, None)  # it is read where it lies
            return TableFile(table, file, form, b"", paths=(self.root / file,))
        if form != "xlsx":
            data = self._bytes(file)
            return TableFile(table, file, form, data) if data is not None else None
        book, data = self._book(file), self._bytes(file)
        if book is None or data is None:
            return None
        if sheet in book.names:
            self._sheets_used.add((file, sheet))
            return TableFile(table, file, form, data, sheet, book)
        message = f"The workbook has no sheet {quote_text(sheet)} for {table}."
        fix = f"It has: {list_names(book.names)}.{did_you_mean(sheet, book.names)}"
        self._ledger(file).add("error", ProblemCode.MISSING_SHEET, message, fix)
        return None

    def _too_large(self, file: str, form: str) -> bool:
        path = self.root / file
        return form != "xlsx" and not _leads_out(path, self.root) and _is_large(path, form)

    def _bytes(self, file: str) -> bytes | None:
        if file not in self._data:
            self._data[file] = read_bytes(self.root / file, self.root, self._ledger(file))
        return self._data[file]

    def _book(self, file: str) -> Workbook | None:
        if file not in self._books:
            data = self._bytes(file)
            self._books[file] = None if data is None else open_workbook(data, self._ledger(file))
        return self._books[file]

    def _ledger(self, file: str) -> ProblemList:
        return self._ledgers.setdefault(file, ProblemList(file))

    def _unused(self, layouts: Mapping[str, TableLayout], tables: set[str]) -> None:
        for table, layout in layouts.items():
            if table not in tables and not (layout.file or layout.sheet):
                message = f"The settings of tables.{table} are not used: there is no such table."
                self._ledger(CONFIG_NAME).add("note", ProblemCode.UNUSED_SETTING, message)
        for name in self.names:
            if name in self._data or name == CONFIG_NAME:
                continue
            if Path(name).suffix.lower() in _LOOKED_AT:
                message = "The file is no table of the contract; it is not read."
                hint = did_you_mean(Path(name).stem, tuple(TABLES)).strip()
                self._ledger(name).add("note", ProblemCode.UNUSED_FILE, message, hint)
        for file, book in self._books.items():
            for sheet in book.names if book else ():
                if (file, sheet) not in self._sheets_used:
                    message = f"The sheet {quote_text(sheet)} is no table; it is not read."
                    hint = did_you_mean(sheet, tuple(TABLES)).strip()
                    self._ledger(file).add("note", ProblemCode.UNUSED_SHEET, message, hint)


def _leads_out(path: Path, root: Path) -> bool:
    """Does the path lead out of the folder? One that leads nowhere is told elsewhere."""
    try:
        return not path.resolve().is_relative_to(root.resolve())
    except (OSError, ValueError, RuntimeError):
        return False


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


SHORTEST_LINE = 8  # bytes; a text below MOST_LINES of these is not counted
BLOCK = 1 << 20


def _is_pattern(file: str) -> bool:
    """Does client.yml name many files at once, such as orders/*.parquet?"""
    return "*" in file or "?" in file


def _matching_files(root: Path, pattern: str) -> tuple[Path, ...]:
    """Which files of the folder follow the pattern? By name; none for one that leads out.

    Hidden ones are no tables: systems leave such files beside others.
    """
    try:
        found = sorted(
            path for path in root.glob(pattern) if _is_visible(path, root) and path.is_file()
        )
    except (ValueError, NotImplementedError, OSError):  # NotImplementedError: an absolute pattern
        return ()
    inside = root.resolve()
    return tuple(path for path in found if path.resolve().is_relative_to(inside))


def _is_visible(path: Path, root: Path) -> bool:
    return not any(part.startswith(".") for part in path.relative_to(root).parts)


def _is_large(path: Path, form: str) -> bool:
    """Has the file more lines than are held? A file that cannot be read is told of elsewhere."""
    try:
        if form == "parquet":
            import pyarrow.parquet as pq  # only here: text clients should not wait for it

            return int(pq.read_metadata(path).num_rows) > MOST_LINES
        if path.stat().st_size <= MOST_LINES * SHORTEST_LINE:
            return False
        with path.open("rb") as stream:
            return sum(block.count(b"\n") for block in iter(lambda: stream.read(BLOCK), b"")) > (
                MOST_LINES
            )
    except Exception:  # damaged bytes raise whatever they touch first
        return False


def header_line(path: Path) -> bytes:
    """The first line of a text, at most BLOCK of it."""
    with path.open("rb") as stream:
        return stream.readline(BLOCK)


def sha256_of_files(paths: Sequence[Path]) -> str:
    """SHA-256 of the file; of several, that of the list `SHA-256  name`, a line each."""
    each = [hash_file(path) for path in paths]
    if len(paths) == 1:
        return each[0]
    listed = "".join(f"{sha}  {path.name}\n" for sha, path in zip(each, paths, strict=True))
    return hash_text(listed)
