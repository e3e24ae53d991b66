"""Header → which column of the file is which of the contract; every other one is named."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from toolkit.client.grid import Grid
from toolkit.client.problems import ProblemCode, ProblemList, list_names, quote_text
from toolkit.contract import Column
from toolkit.errors import did_you_mean


def match_columns(
    grid: Grid, columns: Sequence[Column], mapped: Mapping[str, str], ledger: ProblemList
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


def _folded_name(name: str) -> str:
    """The name without case, accents, invisible signs and the kind of gap between its words.

    >>> _folded_name("Buyer ID") == _folded_name("buyer\u200b_ıd") == "buyer_id"
    True
    """
    plain = unicodedata.normalize("NFKD", name).casefold().replace("ı", "i")
    kept = [c for c in plain if unicodedata.category(c) not in ("Mn", "Cf")]
    return "_".join("".join(c if c.isalnum() else " " for c in kept).split())


def _duplicates(grid: Grid, ledger: ProblemList) -> None:
    named = [name for name in grid.header if name]
    for name in dict.fromkeys(n for n in named if named.count(n) > 1):
        places = [i + 1 for i, n in enumerate(grid.header) if n == name]
        message = (
            f"The column stands {len(places)} times (as columns {list_names(map(str, places))})."
        )
        fix = "Keep one of them, or give the others another name."
        lines = [] if grid.top is None else [grid.top]
        ledger.add(
            *("error", ProblemCode.DUPLICATE_COLUMN, message, fix),
            lines=lines,
            column=name,
            quotes=[name],  # in a file without a header it is a cell of the first row
        )


def _absent(
    column: Column, written: str, mapped: bool, header: Sequence[str], ledger: ProblemList
) -> set[str]:
    """Say what is missing, if it must be there or was misspelt; which names that speaks of."""
    variants = [h for h in header if h and _folded_name(h) == _folded_name(written)]
    if variants:
        fix = f"Did you mean {quote_text(written)}? Write it so, or set columns: "
        fix += f"{{{column.name}: {quote_text(variants[0])}}} for this table in client.yml."
        code = ProblemCode.MISSING_COLUMN if column.required else ProblemCode.MISSPELT_COLUMN
        message = f"is not written as expected: {quote_text(written)}."
        ledger.add("error", code, f"The column {message}", fix, column=variants[0])
        return {variants[0]}
    if column.required or mapped:
        message, fix = _missing(column, written, mapped, header)
        quotes = [list_names(header), *(quote_text(h) for h in header)]
        ledger.add("error", ProblemCode.MISSING_COLUMN, message, fix, quotes=quotes)
    return set()


def _missing(column: Column, written: str, mapped: bool, header: Sequence[str]) -> tuple[str, str]:
    what = f"{quote_text(written)} ({column.says})" if not mapped else quote_text(written)
    why = "is required" if not mapped else f"is set as {column.name} in client.yml"
    near = did_you_mean(written, [h for h in header if h]).strip()
    found = f"The file has: {list_names(header)}."
    message = f"The column {what} {why}, and is missing."
    hint = f"Add it, or set columns: {{{column.name}: its name in the file}} in client.yml."
    return message, " ".join(filter(None, (near, found, hint)))


def _extras(
    grid: Grid, columns: Sequence[Column], used: set[int], told: set[str], ledger: ProblemList
) -> None:
    names = [c.name for c in columns]
    for i, name in enumerate(grid.header):
        if i in used or (not name and grid.columns[i].blank.all()):
            continue
        if name and name in grid.header[:i]:
            continue  # an error says already that it stands twice
        if not name:
            message = f"Column {i + 1} has no name in the header; it is not read."
            ledger.add("note", ProblemCode.UNKNOWN_COLUMN, message, "Give it a name.")
        elif name not in told:
            message, fix = _unknown(name, names)
            ledger.add("note", ProblemCode.UNKNOWN_COLUMN, message, fix, column=name)


def _unknown(name: str, known: Sequence[str]) -> tuple[str, str]:
    message = "The column is not in the contract; it is not read."
    stem, _, attribute = name.partition("_")
    if stem in ("importance", "performance") and attribute:
        fix = f"Declare the attribute {quote_text(attribute)} in client.yml if it is to count."
        return f"{message}{did_you_mean(name, known)}", fix
    return message, did_you_mean(name, known).strip()
