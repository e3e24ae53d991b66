"""Header → which column of the file is which of the contract; every other one is named."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from toolkit.client.codes import Code
from toolkit.client.grid import Grid
from toolkit.client.ledger import Ledger, listed, quoted
from toolkit.errors import nearest
from toolkit.tables import Column


def match(
    grid: Grid, columns: Sequence[Column], mapped: Mapping[str, str], ledger: Ledger
) -> dict[str, int]:
    """In which column of the file does each column of the contract stand?

    `mapped` leads from the contract's names to the file's, where client.yml says so. A name
    counts only as it is written; another case or spelling is an error that says what was meant.
    """
    _duplicates(grid, ledger)
    found: dict[str, int] = {}
    told = set[str]()
    for column in columns:
        written = mapped.get(column.name, column.name)
        if written in grid.header:
            found[column.name] = grid.header.index(written)
        else:
            told |= _absent(column, written, column.name in mapped, grid.header, ledger)
    _extras(grid, columns, set(found.values()), told, ledger)
    return found


def folded(name: str) -> str:
    """The name without case, accents, invisible signs and the kind of gap between its words.

    >>> folded("Buyer ID") == folded("buyer\u200b_ıd") == "buyer_id"
    True
    """
    plain = unicodedata.normalize("NFKD", name).casefold().replace("ı", "i")
    kept = [c for c in plain if unicodedata.category(c) not in ("Mn", "Cf")]
    return "_".join("".join(c if c.isalnum() else " " for c in kept).split())


def _duplicates(grid: Grid, ledger: Ledger) -> None:
    named = [name for name in grid.header if name]
    for name in dict.fromkeys(n for n in named if named.count(n) > 1):
        places = [i + 1 for i, n in enumerate(grid.header) if n == name]
        message = f"The column stands {len(places)} times (as columns {listed(map(str, places))})."
        fix = "Keep one of them, or give the others another name."
        lines = [] if grid.top is None else [grid.top]
        ledger.add(
            *("error", Code.DUPLICATE_COLUMN, message, fix),
            lines=lines,
            column=name,
            quotes=[name],  # in a file without a header it is a cell of the first row
        )


def _absent(
    column: Column, written: str, mapped: bool, header: Sequence[str], ledger: Ledger
) -> set[str]:
    """Say what is missing, if it must be there or was misspelt; which names that speaks of."""
    variants = [h for h in header if h and folded(h) == folded(written)]
    if variants:
        fix = f"Did you mean {quoted(written)}? Write it so, or set columns: "
        fix += f"{{{column.name}: {quoted(variants[0])}}} for this table in client.yml."
        code = Code.MISSING_COLUMN if column.required else Code.MISSPELT_COLUMN
        message = f"is not written as expected: {quoted(written)}."
        ledger.add("error", code, f"The column {message}", fix, column=variants[0])
        return {variants[0]}
    if column.required or mapped:
        message, fix = _missing(column, written, mapped, header)
        quotes = [listed(header), *(quoted(h) for h in header)]
        ledger.add("error", Code.MISSING_COLUMN, message, fix, quotes=quotes)
    return set()


def _missing(column: Column, written: str, mapped: bool, header: Sequence[str]) -> tuple[str, str]:
    what = f"{quoted(written)} ({column.says})" if not mapped else quoted(written)
    why = "is required" if not mapped else f"is set as {column.name} in client.yml"
    near = nearest(written, [h for h in header if h]).strip()
    found = f"The file has: {listed(header)}."
    message = f"The column {what} {why}, and is missing."
    hint = f"Add it, or set columns: {{{column.name}: its name in the file}} in client.yml."
    return message, " ".join(filter(None, (near, found, hint)))


def _extras(
    grid: Grid, columns: Sequence[Column], used: set[int], told: set[str], ledger: Ledger
) -> None:
    names = [c.name for c in columns]
    for i, name in enumerate(grid.header):
        if i in used or (not name and grid.columns[i].blank.all()):
            continue
        if name and name in grid.header[:i]:
            continue  # an error says already that it stands twice
        if not name:
            message = f"Column {i + 1} has no name in the header; it is not read."
            ledger.add("note", Code.UNKNOWN_COLUMN, message, "Give it a name.")
        elif name not in told:
            message, fix = _unknown(name, names)
            ledger.add("note", Code.UNKNOWN_COLUMN, message, fix, column=name)


def _unknown(name: str, known: Sequence[str]) -> tuple[str, str]:
    message = "The column is not in the contract; it is not read."
    stem, _, attribute = name.partition("_")
    if stem in ("importance", "performance") and attribute:
        fix = f"Declare the attribute {quoted(attribute)} in client.yml if it is to count."
        return f"{message}{nearest(name, known)}", fix
    return message, nearest(name, known).strip()
