"""Where is each table? NAME.csv, NAME.parquet, a sheet of data.xlsx, or where client.yml says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.client.codes import Code
from toolkit.client.config import NAME as CONFIG
from toolkit.client.large.files import is_large, is_pattern, matching
from toolkit.client.layout import Layout
from toolkit.client.ledger import Ledger, listed, quoted
from toolkit.client.sheets import Book, open_book
from toolkit.client.sniff import read_bytes
from toolkit.errors import Problem, nearest
from toolkit.tables import TABLES

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
class Place:
    """The one source of a table: its file's name, form and bytes, and its sheet if it has one.

    `paths` are the files of a table that may be too large to hold; then there are no bytes here.
    """

    table: str
    file: str
    form: str
    data: bytes = field(repr=False)
    sheet: str = ""
    book: Book | None = field(default=None, repr=False)
    paths: tuple[Path, ...] = ()

    @property
    def shown(self) -> str:
        """The name in messages and results."""
        return f"{self.file}, sheet {self.sheet}" if self.sheet else self.file


class Folder:
    """The files of a client folder, each read once; `problems` says what is wrong with them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        names = (p.name for p in root.iterdir())
        self.names = sorted(n for n in names if not n.startswith((".", "~$")))
        self._ledgers: dict[str, Ledger] = {}
        self._data: dict[str, bytes | None] = {}
        self._books: dict[str, Book | None] = {}
        self._sheets_used: set[tuple[str, str]] = set()

    def places(self, layouts: Mapping[str, Layout]) -> list[Place]:
        """Where does each table stand? A table without a file is simply not listed."""
        found = [self._place(table, layouts.get(table)) for table in TABLES]
        self._unused(layouts, {p.table for p in found if p})
        return [place for place in found if place]

    @property
    def problems(self) -> list[Problem]:
        """Everything about files, file by file."""
        return [p for ledger in self._ledgers.values() for p in ledger.closed()]

    def _place(self, table: str, layout: Layout | None) -> Place | None:
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
            self._ledger(names[0]).add("error", Code.TWO_SOURCES, message, fix)
        for name in names[1:]:
            self._data.setdefault(name, None)  # it was looked at, though not read
        return self._source(table, names[0], table) if names else None

    def _outside(self, table: str, layout: Layout) -> bool:
        """Does client.yml name a file that is not in the folder, links followed?"""
        if not layout.file or not _leaves(self.root / layout.file, self.root):
            return False
        self._data.setdefault(layout.file, None)  # it was looked at, though not read
        message = f"The file {quoted(layout.file)} of tables.{table} lies outside the folder."
        fix = "Copy it into the client's folder, and name the copy."
        lines = [layout.line] if layout.line else []
        self._ledger(CONFIG).add("error", Code.OUTSIDE_FOLDER, message, fix, lines=lines)
        return True

    def _declared(self, table: str, file: str, sheet: str | None) -> Place | None:
        form = FORMS.get(Path(file).suffix.lower())
        if form is None:
            message = f"client.yml names this file for {table}; its ending is not known."
            fix = f"Read are: {', '.join(FORMS)}."
            self._ledger(file).add("error", Code.WRONG_FORMAT, message, fix)
        elif sheet and form != "xlsx":
            message = f"client.yml names a sheet for {table}, but this is not a workbook."
            self._ledger(file).add("error", Code.MISSING_SHEET, message, "Take the sheet out.")
        elif table in MANY_FILES and is_pattern(file):
            return self._pattern(table, file, form)
        elif file not in self.names and not _exists(self.root / file):
            message = f"client.yml names this file for {table}; it is not there."
            fix = nearest(file, self.names).strip() or "Names are told apart by capitals."
            self._ledger(file).add("error", Code.MISSING_FILE, message, fix)
        else:
            return self._source(table, file, sheet or table)
        return None

    def _pattern(self, table: str, file: str, form: str) -> Place | None:
        paths = matching(self.root, file)
        self._data |= dict.fromkeys((p.name for p in paths if p.parent == self.root), None)
        if paths and form != "xlsx":
            return Place(table, file, form, b"", paths=paths)
        message = f"client.yml names these files for {table}; there are none in the folder."
        fix = "Write a pattern of .csv or .parquet files, such as orders/*.parquet."
        self._ledger(file).add("error", Code.MISSING_FILE, message, fix)
        return None

    def _source(self, table: str, file: str, sheet: str) -> Place | None:
        form = FORMS[Path(file).suffix.lower()]
        if table in MANY_FILES and self._too_large(file, form):
            self._data.setdefault(file, None)  # it is read where it lies
            return Place(table, file, form, b"", paths=(self.root / file,))
        if form != "xlsx":
            data = self._bytes(file)
            return Place(table, file, form, data) if data is not None else None
        book, data = self._book(file), self._bytes(file)
        if book is None or data is None:
            return None
        if sheet in book.names:
            self._sheets_used.add((file, sheet))
            return Place(table, file, form, data, sheet, book)
        message = f"The workbook has no sheet {quoted(sheet)} for {table}."
        fix = f"It has: {listed(book.names)}.{nearest(sheet, book.names)}"
        self._ledger(file).add("error", Code.MISSING_SHEET, message, fix)
        return None

    def _too_large(self, file: str, form: str) -> bool:
        path = self.root / file
        return form != "xlsx" and not _leaves(path, self.root) and is_large(path, form)

    def _bytes(self, file: str) -> bytes | None:
        if file not in self._data:
            self._data[file] = read_bytes(self.root / file, self.root, self._ledger(file))
        return self._data[file]

    def _book(self, file: str) -> Book | None:
        if file not in self._books:
            data = self._bytes(file)
            self._books[file] = None if data is None else open_book(data, self._ledger(file))
        return self._books[file]

    def _ledger(self, file: str) -> Ledger:
        return self._ledgers.setdefault(file, Ledger(file))

    def _unused(self, layouts: Mapping[str, Layout], tables: set[str]) -> None:
        for table, layout in layouts.items():
            if table not in tables and not (layout.file or layout.sheet):
                message = f"The settings of tables.{table} are not used: there is no such table."
                self._ledger(CONFIG).add("note", Code.UNUSED_SETTING, message)
        for name in self.names:
            if name in self._data or name == CONFIG:
                continue
            if Path(name).suffix.lower() in _LOOKED_AT:
                message = "The file is no table of the contract; it is not read."
                hint = nearest(Path(name).stem, tuple(TABLES)).strip()
                self._ledger(name).add("note", Code.UNUSED_FILE, message, hint)
        for file, book in self._books.items():
            for sheet in book.names if book else ():
                if (file, sheet) not in self._sheets_used:
                    message = f"The sheet {quoted(sheet)} is no table; it is not read."
                    hint = nearest(sheet, tuple(TABLES)).strip()
                    self._ledger(file).add("note", Code.UNUSED_SHEET, message, hint)


def _leaves(path: Path, root: Path) -> bool:
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
